"""Listings say in which squares of the map they lie, and which are told well: the words' index then finds few of many."""

from django.db import migrations

# As `cells.cells_at` and `listing.TOLD_WELL` say.
FILL = """
UPDATE directory_listing SET facts = facts || array_to_tsvector(ARRAY(
    SELECT format('cell=%s:%s:%s', parts, floor(lon * parts)::int, floor(lat * parts)::int)
    FROM unnest(ARRAY[64, 32, 16, 8, 4, 2]) AS parts WHERE lon IS NOT NULL AND lat IS NOT NULL
    UNION ALL SELECT 'told=well' WHERE quality >= 0.85
));
"""


class Migration(migrations.Migration):
    dependencies = [("directory", "0004_open_data")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
