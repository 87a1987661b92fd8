"""Services and the places where they are given. What each source says of them stands in `sources.SourceRecord`."""

from typing import Any

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parcours.directory.choices import Capacity, Gender, ServiceState, SpokenBy
from parcours.directory.models.organisations import Cited, Organisation, erased
from parcours.directory.queries.services import ServiceQuerySet
from parcours.geo.models import Area
from parcours.kit.pii import NO_PII, Pii
from parcours.translations.fields import TranslatedField

SHORTEST_RHYTHM, LONGEST_RHYTHM = 1, 16


def codes_field(label: Any) -> ArrayField:
    """Codes of a vocabulary (`directory.vocabulary`), in the order that people gave them."""
    return ArrayField(models.CharField(max_length=120), verbose_name=label, default=list, blank=True)


@pghistory.track()
class Place(models.Model):
    """Where an organisation receives people. `match_key` tells two addresses of an organisation apart."""

    pii = NO_PII

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="places")
    match_key = models.CharField(max_length=300, editable=False)
    name = models.CharField(_("name of the place"), max_length=200, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    address_more = models.CharField(_("building, floor, entrance"), max_length=200, blank=True)
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="places", verbose_name=_("commune")
    )
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    directions = TranslatedField(_("how to get there"), blank=True)
    hours = models.CharField(_("opening hours of the place"), max_length=1000, blank=True)
    accessibility = codes_field(_("accessibility"))
    accessibility_url = models.URLField(_("accessibility sheet"), max_length=500, blank=True)
    is_main = models.BooleanField(_("the organisation’s own address"), default=False)
    is_invented = models.BooleanField(default=False)

    class Meta:
        ordering = ["organisation", "match_key"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "match_key"], name="place_once"),
            models.UniqueConstraint(fields=["organisation"], condition=Q(is_main=True), name="one_main_place"),
            models.CheckConstraint(
                condition=Q(lon=None, lat=None)
                | Q(lon__isnull=False, lat__isnull=False, lon__range=(-180, 180), lat__range=(-90, 90)),
                name="place_coordinates_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(filter(None, [self.name, self.address, f"{self.postcode} {self.town}".strip()]))

    @property
    def town(self) -> str:
        return self.area.name if self.area else ""


@pghistory.track(meta={"indexes": [erased("service_erased")]})
class Service(Cited):
    """What an organisation offers to people: what, how, for whom, in which languages, when, at what cost.

    Its columns hold, field by field, what the source that wins says (`rules.winners`); `version` counts the changes.
    """

    pii = NO_PII

    key = models.SlugField(max_length=90, unique=True)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="services")
    state = models.CharField(max_length=10, choices=ServiceState.choices, default=ServiceState.PUBLISHED)
    version = models.PositiveIntegerField(default=1)
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="merged")

    name = TranslatedField(_("name"))
    summary = TranslatedField(_("in one sentence"), blank=True)
    description = TranslatedField(_("description"), blank=True)
    types = codes_field(_("types"))
    themes = codes_field(_("themes"))

    publics = codes_field(_("publics"))
    publics_note = TranslatedField(_("more on the publics"), blank=True)
    gender = models.CharField(_("women’s or men’s service"), max_length=6, choices=Gender.choices, blank=True)
    age_min = models.PositiveSmallIntegerField(_("from the age of"), null=True, blank=True)
    age_max = models.PositiveSmallIntegerField(_("up to the age of"), null=True, blank=True)
    stay = codes_field(_("conditions of stay accepted"))
    french_min = models.CharField(_("French needed: at least"), max_length=2, blank=True)
    french_max = models.CharField(_("French needed: at most"), max_length=2, blank=True)
    conditions = TranslatedField(_("other conditions"), blank=True)

    fee = models.CharField(_("cost"), max_length=20, blank=True)
    fee_note = TranslatedField(_("more on the cost"), blank=True)
    documents = codes_field(_("documents to bring"))
    documents_note = TranslatedField(_("more on the documents"), blank=True)

    modes = codes_field(_("how one is received"))
    enrolment = codes_field(_("how to enrol"))
    enrolled_by = codes_field(_("who may ask"))
    enrolment_url = models.URLField(_("enrolment page"), max_length=500, blank=True)
    enrolment_note = TranslatedField(_("more on enrolment"), blank=True)
    weekly_hours = models.DecimalField(_("hours a week"), max_digits=5, decimal_places=2, null=True, blank=True)
    weeks = models.PositiveSmallIntegerField(_("number of weeks"), null=True, blank=True)

    hours = models.CharField(_("opening hours"), max_length=1000, blank=True)
    hours_note = TranslatedField(_("more on the hours"), blank=True)
    capacity = models.CharField(_("places left"), max_length=8, choices=Capacity.choices, blank=True)
    wait_weeks = models.PositiveSmallIntegerField(_("usual wait, in weeks"), null=True, blank=True)
    full_until = models.DateField(_("full until"), null=True, blank=True)
    capacity_on = models.DateField(_("said on"), null=True, blank=True)
    catchment = ArrayField(
        models.CharField(max_length=60), verbose_name=_("for people who live in"), default=list, blank=True,
        help_text=_("Codes of areas, “insee-commune:94081”; none means everywhere"),
    )  # fmt: skip

    phone = models.CharField(_("phone"), max_length=20, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    website = models.URLField(_("web page"), max_length=500, blank=True)
    places = models.ManyToManyField(Place, through="ServicePlace", related_name="services", blank=True)

    rhythm_months = models.PositiveSmallIntegerField(
        _("to be confirmed every (months)"),
        default=6,
        validators=[MinValueValidator(SHORTEST_RHYTHM), MaxValueValidator(LONGEST_RHYTHM)],
    )
    observed_on = models.DateField(_("last written on"), null=True, blank=True)
    confirmed_on = models.DateField(_("confirmed on"), null=True, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        ordering = ["key"]
        indexes = [models.Index(fields=["changed_at", "id"], name="service_changed")]
        constraints = [
            models.CheckConstraint(condition=~Q(name__texts={}), name="service_has_a_name"),
            models.CheckConstraint(
                condition=Q(age_min=None) | Q(age_max=None) | Q(age_max__gte=F("age_min")), name="service_ages_in_order"
            ),
            models.CheckConstraint(
                condition=Q(rhythm_months__range=(SHORTEST_RHYTHM, LONGEST_RHYTHM)), name="service_rhythm"
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="service_not_merged_into_itself"),
        ]

    def __str__(self) -> str:
        return self.name.text

    def get_absolute_url(self) -> str:
        return reverse("services:service", args=[self.key])


class ServicePlace(models.Model):
    """A service at one of its places; `hours` only where they differ from the service's."""

    pii = NO_PII

    service = models.ForeignKey(Service, models.CASCADE, related_name="at")
    place = models.ForeignKey(Place, models.CASCADE, related_name="gives")
    order = models.PositiveSmallIntegerField(default=0)
    hours = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["service", "place"], name="service_once_at_a_place")]


class ServiceLanguage(models.Model):
    """A language in which one is received: by whom, and on which days (1 Monday … 7 Sunday; none means always)."""

    pii = NO_PII

    service = models.ForeignKey(Service, models.CASCADE, related_name="languages")
    code = models.CharField(_("language"), max_length=12)
    spoken_by = models.CharField(_("by"), max_length=11, choices=SpokenBy.choices, default=SpokenBy.STAFF)
    days = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("on these days"), default=list, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        ordering = ["code", "spoken_by"]
        constraints = [
            models.UniqueConstraint(fields=["service", "code", "spoken_by"], name="service_language_once"),
            models.CheckConstraint(condition=Q(days__contained_by=[1, 2, 3, 4, 5, 6, 7]), name="service_language_days"),
        ]


class Contact(models.Model):
    """A person or desk to write to or call; a private one is shown to professionals who are signed in only."""

    pii = Pii(
        fields=("name", "role", "phone", "email"),
        why="so that people and professionals reach whoever answers for a service",
        until="the organisation takes it away, or the service closes",
    )

    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, blank=True, related_name="contacts")
    service = models.ForeignKey(Service, models.CASCADE, null=True, blank=True, related_name="contacts")
    name = models.CharField(_("name"), max_length=120, blank=True)
    role = models.CharField(_("role"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    is_private = models.BooleanField(_("for professionals only"), default=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, service=None) | Q(organisation=None, service__isnull=False),
                name="contact_of_one",
            ),
            models.CheckConstraint(condition=~Q(name="", phone="", email=""), name="contact_says_something"),
        ]
