"""Private persons: people whom a programme accompanies, and those who accompany them. Never shown to the public."""

import pghistory
from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from parcours.accounts.choices import E164
from parcours.kit.pii import Pii
from parcours.people.choices import PARTIAL_DATE, Cause, Channel, Gender, Level, Relation, Way
from parcours.people.queries import CardQuerySet, ConsentQuerySet, PersonQuerySet, QualificationQuerySet

LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that is taken for another
KEPT = "two years after the last contact, or when the person asks"


def new_key() -> str:
    """What stands for a person in an address: tells nothing and cannot be guessed."""
    return get_random_string(12, LETTERS)


class Person(models.Model):
    """Somebody, as they say they are. No residence status, no nationality, no free text about them.

    `name` is written as the person writes it, in any script; `latin_name` is for documents that an employer reads.
    `born` is as precise as it is known ("1986", "1986-03"). `account` lets the person sign in.
    """

    pii = Pii(
        fields=("key", "name", "called", "latin_name", "sort_key", "born", "gender", "email", "phone", "channel",
                "language", "prefers_pictures", "account", "last_contact_on", "warned_on"),
        why="to accompany the person: to call and write to them as they wish, in their language",
        until=KEPT,
    )  # fmt: skip

    key = models.CharField(max_length=12, unique=True, default=new_key, editable=False)
    name = models.CharField(_("name"), max_length=200, help_text=_("As the person writes it, in any script."))
    called = models.CharField(_("what to call them"), max_length=80, blank=True)
    latin_name = models.CharField(
        _("name in Latin letters"), max_length=200, blank=True, help_text=_("For a CV; as on their papers.")
    )
    sort_key = models.CharField(max_length=200, editable=False, default="")
    born = models.CharField(
        _("born"),
        max_length=10,
        blank=True,
        validators=[RegexValidator(PARTIAL_DATE)],
        help_text=_("The year is enough."),
    )
    gender = models.CharField(_("gender"), max_length=5, choices=Gender.choices, blank=True, default=Gender.UNSAID)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("phone"), max_length=16, blank=True, validators=[RegexValidator(E164)])
    channel = models.CharField(
        _("how to tell them things"), max_length=9, choices=Channel.choices, default=Channel.IN_PERSON
    )
    language = models.CharField(_("language to write in"), max_length=12, default="fr")
    prefers_pictures = models.BooleanField(
        _("pictures and few words"), default=False, help_text=_("For people who read little.")
    )
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="person"
    )
    last_contact_on = models.DateField(_("last contact"))
    warned_on = models.DateField(_("told that it will be erased"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    is_invented = models.BooleanField(default=False)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["sort_key", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(born="") | Q(born__regex=PARTIAL_DATE), name="person_born_partial_date"),
            models.CheckConstraint(condition=Q(phone="") | Q(phone__regex=E164), name="person_phone_international"),
            models.CheckConstraint(
                condition=~Q(channel=Channel.EMAIL) | ~Q(email=""),
                name="person_email_for_mails",
                violation_error_message=_("To be written to by e-mail, the person needs an address."),
            ),
            models.CheckConstraint(
                condition=~Q(channel__in=[Channel.SMS, Channel.CALL]) | ~Q(phone=""),
                name="person_phone_for_calls",
                violation_error_message=_("To be called or to get text messages, the person needs a number."),
            ),
        ]
        indexes = [models.Index(fields=["last_contact_on"], name="person_last_contact")]

    def __str__(self) -> str:
        return self.called or self.name

    def get_absolute_url(self) -> str:
        return reverse("people:person", args=[self.key])


class SpokenLanguage(models.Model):
    """A language that somebody speaks, and whether they read it."""

    pii = Pii(fields=("person", "language", "level", "reads"), why="to be understood, and for a CV", until=KEPT)

    person = models.ForeignKey(Person, models.CASCADE, related_name="languages")
    language = models.CharField(_("language"), max_length=12)
    level = models.CharField(_("level"), max_length=6, choices=Level.choices)
    reads = models.BooleanField(_("reads it"), default=True)

    class Meta:
        ordering = ["person", "pk"]
        constraints = [models.UniqueConstraint(fields=["person", "language"], name="language_once_a_person")]


class Household(models.Model):
    """People who live together."""

    pii = Pii(fields=("key",), why="to accompany a family together", until="its last member is erased")

    key = models.CharField(max_length=12, unique=True, default=new_key, editable=False)
    is_invented = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]


class Member(models.Model):
    """Somebody in a household; in one at a time."""

    pii = Pii(fields=("person", "household", "relation"), why="to accompany a family together", until=KEPT)

    household = models.ForeignKey(Household, models.CASCADE, related_name="members")
    person = models.OneToOneField(Person, models.CASCADE, related_name="membership")
    relation = models.CharField(_("in the household"), max_length=8, choices=Relation.choices)

    class Meta:
        ordering = ["household", "pk"]


@pghistory.track(fields=["purpose", "scope", "given_at", "withdrawn_at"])
class Consent(models.Model):
    """What somebody agreed to: the very text they were shown, in its language, for what, from when until when.

    `purpose` is a key of `purposes`; `scope` narrows it (an edition's or a part's key). Never changed once given, only
    withdrawn; a new text is a new consent.
    """

    pii = Pii(
        fields=("person", "purpose", "scope", "text", "language", "given_at", "witness", "withdrawn_at"),
        why="to prove what was agreed to, and to stop when it is withdrawn",
        until="the person is erased",
    )

    person = models.ForeignKey(Person, models.CASCADE, related_name="consents")
    purpose = models.SlugField(max_length=40)
    scope = models.CharField(max_length=80, blank=True)
    text = models.TextField(_("text shown"))
    language = models.CharField(max_length=12)
    way = models.CharField(_("how"), max_length=6, choices=Way.choices)
    witness = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    given_at = models.DateTimeField()
    expires_on = models.DateField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["-given_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose", "scope"], condition=Q(withdrawn_at=None), name="one_consent_in_force"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("given_at")), name="consent_withdrawn_after"
            ),
        ]


@pghistory.track(fields=["kind", "awarded_on", "valid_until", "revoked_on"])
class Qualification(models.Model):
    """What somebody was trained for: `kind` is the key a programme awards or asks for ("migrapass-tutor").

    `earned_in` is the key of the edition that awarded it, "" for one that was earned elsewhere.
    """

    pii = Pii(
        fields=("person", "kind", "awarded_by", "awarded_on", "valid_until", "revoked_on"),
        why="only trained people accompany others",
        until=KEPT,
    )

    person = models.ForeignKey(Person, models.CASCADE, related_name="qualifications")
    kind = models.SlugField(max_length=60)
    awarded_by = models.CharField(_("awarded by"), max_length=200)
    awarded_on = models.DateField(_("awarded on"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    earned_in = models.CharField(max_length=80, blank=True)
    revoked_on = models.DateField(null=True, blank=True)
    is_invented = models.BooleanField(default=False)

    objects = QualificationQuerySet.as_manager()

    class Meta:
        ordering = ["person", "-awarded_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "awarded_on"], name="qualification_once_a_day"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("awarded_on")), name="qualification_ends_after"
            ),
        ]


class Reading(models.Model):
    """Somebody looked at something of a person: shown to that person. `what` is a key ("portfolio.migration")."""

    pii = Pii(fields=("person", "reader", "what", "at"), why="the person sees who read what", until="two years")

    person = models.ForeignKey(Person, models.CASCADE, related_name="readings")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    what = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["person", "-at"], name="reading_of_person")]


class Card(models.Model):
    """A printed card with a QR code that signs its person in with a PIN; a digest of each is kept.

    After five wrong PINs it is locked for a while, after twenty for good.
    """

    pii = Pii(fields=("person", "issued_by", "last_used_at"), why="to sign in without an e-mail address", until=KEPT)

    person = models.ForeignKey(Person, models.CASCADE, related_name="cards")
    secret_digest = models.CharField(max_length=64, unique=True)
    pin_hash = models.CharField(max_length=128)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    wrong_pins = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = CardQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(revoked_at=None), name="one_card_in_force")
        ]


class Erasure(models.Model):
    """Proof that somebody was erased: when, why, how many rows and files, and that none was found afterwards.

    `digest` is of the person's key, so that who kept theirs can ask about it; it names nobody.
    """

    pii = Pii(fields=("by",), why="to prove that the law was kept", until="five years")

    digest = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()
    cause = models.CharField(max_length=9, choices=Cause.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    removed = models.JSONField(default=dict)
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
