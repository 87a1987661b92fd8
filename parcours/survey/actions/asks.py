"""Whom a wave asks: links, messages, reminders. A message and the note that it left are one transaction."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from smtplib import SMTPException

from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from parcours.census.asked import reach
from parcours.census.mailing import NotSent, Report, Sent, is_refused, send_round
from parcours.directory.models import Organisation
from parcours.kit.secret import secret_digest
from parcours.survey import letters
from parcours.survey.choices import Circle
from parcours.survey.links import secret_of
from parcours.survey.models import Ask, Response, Wave
from parcours.survey.queries.answers import AskQuerySet

KEPT_AFTER = timedelta(days=365)
LINK = ("expires_at", "secret_digest")


@transaction.atomic
def ask_organisations(
    *,
    wave: Wave,
    organisations: Iterable[Organisation],
    at: datetime,
    circle: Circle = Circle.FIRST,
    addresses: Mapping[int, str] | None = None,
) -> list[Ask]:
    """Note that the wave asks them, and give those noted now; nobody is written to yet.

    Each is written to where the directory reaches it, or at its own of `addresses` (by number of organisation). What
    one answered before it was asked becomes its answer to this.
    """
    wave = Wave.objects.select_for_update().get(pk=wave.pk)  # two who ask at once take turns
    begins = max(at, timezone.make_aware(datetime.combine(wave.opens_on, datetime.min.time())))
    chosen = {one.pk for one in organisations} - set(wave.asks.values_list("organisation_id", flat=True))
    new = [
        Ask(
            wave=wave,
            organisation=each.organisation,
            circle=circle,
            address=(addresses or {}).get(each.organisation.pk, each.address),
            language=each.language,
        )
        for each in reach(Organisation.objects.kept().filter(pk__in=chosen))
    ]
    for ask in new:
        _new_link(ask, begins + timedelta(days=wave.link_days))
    asks = Ask.objects.bulk_create(new)
    by_organisation = {ask.organisation_id: ask for ask in asks}
    for response in Response.objects.filter(wave=wave, ask=None, organisation__in=chosen):
        response.ask = by_organisation[response.organisation_id or 0]
        response.save(update_fields=["ask"])
    return asks


def send_due(
    *, at: datetime, site: str, wave: Wave | None = None, limit: int | None = None, report: Report | None = None
) -> Sent:
    """Write to whom it is time to ask or to remind, at most `limit` of them.

    `site` is what links begin with, "https://parcours.example.org"; `report` is told how many of how many are done. A
    message that the mail server does not take stays to be sent; an address that it refuses is noted as wrong.
    """
    on = timezone.localdate(at)
    rows = wave.asks.all() if wave else Ask.objects.all()
    turns = {"sent_at": rows.to_ask(on=on), "reminded_at": rows.to_remind(on=on)}
    due = [(moment, pk) for moment, found in turns.items() for pk in found.order_by("pk").values_list("pk", flat=True)]

    def send_one(moment: str, pk: int, connection: BaseEmailBackend) -> bool:
        return _send_one(pk, turns[moment], moment, at, site, connection)

    return send_round(due, send_one, limit=limit, report=report)


@transaction.atomic
def _send_one(pk: int, due: AskQuerySet, moment: str, at: datetime, site: str, connection: BaseEmailBackend) -> bool:
    """Whether a message left: another process may have it in hand, or have sent it."""
    found = Ask.objects.filter(pk__in=due.filter(pk=pk)).select_related("wave__version", "organisation")
    ask = found.select_for_update(of=("self",), skip_locked=True).first()
    if ask is None:
        return False
    # the link of the first message is the reminder's too; it is written anew where the site's key was changed
    ask.secret_digest = secret_digest(secret_of(ask))
    try:
        connection.open()
        letters.invite(ask, site=site, is_reminder=moment == "reminded_at", connection=connection)
    except (SMTPException, OSError) as error:
        if not is_refused(error):
            raise NotSent from error
        note_wrong_address(ask=ask, at=at)
        return False
    setattr(ask, moment, at)
    ask.save(update_fields=["secret_digest", moment])
    return True


@transaction.atomic
def send_again(*, ask: Ask, at: datetime, site: str) -> None:
    """Write once more, now. A link that has expired is replaced: the old one opens nothing from then on.

    Raises NotSent.
    """
    locked = Ask.objects.select_for_update(of=("self",)).select_related("wave__version", "organisation").get(pk=ask.pk)
    if locked.expires_at <= at:
        _new_link(locked, at + timedelta(days=locked.wave.link_days))
    is_reminder = locked.sent_at is not None
    locked.sent_at = locked.sent_at or at
    locked.reminded_at = at if is_reminder else None
    locked.save(update_fields=[*LINK, "sent_at", "reminded_at"])
    try:
        letters.invite(locked, site=site, is_reminder=is_reminder)
    except (SMTPException, OSError) as error:
        raise NotSent from error


@transaction.atomic
def note_wrong_address(*, ask: Ask, at: datetime) -> None:
    """The address does not reach the organisation: its link stops working."""
    _new_link(ask, at)
    ask.note = _("%(address)s is wrong.") % {"address": ask.address}
    ask.address = ""
    ask.save(update_fields=[*LINK, "note", "address"])


@transaction.atomic
def correct_address(*, ask: Ask, address: str, at: datetime) -> None:
    """Ask again at another address, with the next messages. Raises ValidationError."""
    _new_link(ask, at + timedelta(days=ask.wave.link_days))
    ask.address, ask.note, ask.sent_at, ask.reminded_at = address.strip(), "", None, None
    ask.full_clean()
    ask.save(update_fields=[*LINK, "note", "address", "sent_at", "reminded_at"])


@transaction.atomic
def decline(*, ask: Ask, at: datetime | None) -> None:
    """It will not answer, and is written to no more; without a moment: it will after all."""
    ask.declined_at = at
    ask.save(update_fields=["declined_at"])


@transaction.atomic
def note(*, ask: Ask, note: str, contact_name: str) -> None:
    """What a call brought, and who is written to. Raises ValidationError."""
    ask.note, ask.contact_name = note.strip(), contact_name.strip()
    ask.full_clean()
    ask.save(update_fields=["note", "contact_name"])


@transaction.atomic
def note_opened(*, ask: Ask, at: datetime) -> None:
    """Somebody has opened its link and wants to answer."""
    ask.opened_at, ask.declined_at = ask.opened_at or at, None
    ask.save(update_fields=["opened_at", "declined_at"])


@transaction.atomic
def forget_addresses(*, on: date) -> int:
    """Erase whom one wrote to a year after a wave has ended; gives how many."""
    old = Ask.objects.filter(wave__closes_on__lt=on - KEPT_AFTER).exclude(address="", contact_name="", note="")
    return old.update(address="", contact_name="", note="")


def _new_link(ask: Ask, expires: datetime) -> None:
    ask.expires_at = expires.replace(microsecond=0)
    ask.secret_digest = secret_digest(secret_of(ask))
