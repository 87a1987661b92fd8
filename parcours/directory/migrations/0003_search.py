"""Listings in the shape that search reads. They follow from services: the command `relist` makes them."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

import parcours.directory.models.finding

# What search reads of many rows stays in them; the long vector of all their words stands apart.
NARROW = """
ALTER TABLE directory_listing ALTER COLUMN head SET STORAGE MAIN, ALTER COLUMN facts SET STORAGE MAIN,
    ALTER COLUMN body SET STORAGE EXTERNAL;
-- Without statistics the planner goes by the words' index, always: two frequent words may never meet, and what it would
-- gain by going along another index in most cases it would lose a hundredfold in some.
ALTER TABLE directory_listing ALTER COLUMN head SET STATISTICS 0, ALTER COLUMN body SET STATISTICS 0,
    ALTER COLUMN facts SET STATISTICS 0;
ALTER TABLE directory_listing SET (toast_tuple_target = 128, autovacuum_analyze_scale_factor = 0.05);
"""


class Migration(migrations.Migration):
    dependencies = [("directory", "0002_services")]

    operations = [
        migrations.DeleteModel("Listing"),
        migrations.CreateModel(
            name="Listing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("head", django.contrib.postgres.search.SearchVectorField()),
                ("body", django.contrib.postgres.search.SearchVectorField()),
                ("facts", django.contrib.postgres.search.SearchVectorField()),
                ("lon", models.FloatField(null=True)),
                ("lat", models.FloatField(null=True)),
                ("hours", models.CharField(blank=True, max_length=1000)),
                ("week", parcours.directory.models.finding.MinutesField(null=True)),
                ("age_min", models.PositiveSmallIntegerField(null=True)),
                ("age_max", models.PositiveSmallIntegerField(null=True)),
                ("french_min", models.PositiveSmallIntegerField(null=True)),
                ("french_max", models.PositiveSmallIntegerField(null=True)),
                ("is_free", models.BooleanField(null=True)),
                ("is_accessible", models.BooleanField(null=True)),
                ("has_places", models.BooleanField(null=True)),
                ("full_until", models.DateField(null=True)),
                ("said_on", models.DateField(null=True)),
                ("due_on", models.DateField(null=True)),
                ("quality", models.FloatField()),
                (
                    "place",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="listings",
                        to="directory.place",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="listings", to="directory.service"
                    ),
                ),
            ],
            options={
                "ordering": ["-quality", "pk"],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["head", "body", "facts"], name="listing_words"),
                    django.contrib.postgres.indexes.GistIndex(
                        models.Func(
                            models.F("lon"), models.F("lat"), function="point", output_field=models.TextField()
                        ),
                        name="listing_point",
                    ),
                    models.Index(fields=["-quality", "id"], name="listing_quality"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("service", "place"), name="listing_once", nulls_distinct=False)
                ],
            },
        ),
        migrations.RunSQL(NARROW, migrations.RunSQL.noop),
    ]
