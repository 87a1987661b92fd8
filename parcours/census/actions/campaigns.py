"""Campaigns: whom to ask, the messages that leave, the calls that follow.

A message and the note that it left are one transaction, on a locked row: two processes never write to the same
organisation, and no message is lost. Only a process that is killed after the mail server took a message, and before
the database noted it, sends that one again.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from smtplib import SMTPException

from django.core.exceptions import ValidationError
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from parcours.census import letters
from parcours.census.actions.answers import confirm_shown
from parcours.census.asked import asked_by, targets_of
from parcours.census.choices import Outcome
from parcours.census.links import secret_of
from parcours.census.mailing import NotSent, Report, Sent, is_refused, send_round
from parcours.census.models import Campaign, UpdateRequest
from parcours.census.queries import UpdateRequestQuerySet
from parcours.directory.actions.services import set_state
from parcours.directory.choices import ServiceState, SourceKind
from parcours.geo.models import Area
from parcours.kit.secret import secret_digest

KEPT_AFTER = timedelta(days=365)
LINK = ("expires_at", "secret_digest")


@transaction.atomic
def save_campaign(*, campaign: Campaign, areas: Iterable[Area]) -> Campaign:
    """Keep a campaign and the communes that it is limited to; none means everywhere. Raises ValidationError."""
    campaign.full_clean()
    campaign.save()
    campaign.areas.set(areas)
    return campaign


@transaction.atomic
def open_campaign(*, campaign: Campaign, at: datetime) -> list[UpdateRequest]:
    """Note each organisation that the campaign asks, and give those noted now; nobody is written to yet.

    Again, it adds those that came since.
    """
    # two who open it at once take turns
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    begins = max(at, timezone.make_aware(datetime.combine(campaign.opens_on, datetime.min.time())))
    expires = begins + timedelta(days=campaign.link_days)
    had = set(campaign.requests.values_list("organisation_id", flat=True))
    new = [
        UpdateRequest(campaign=campaign, organisation=each.organisation, address=each.address, language=each.language)
        for each in asked_by(campaign)
        if each.organisation.pk not in had
    ]
    for request in new:
        _new_link(request, expires)
    return UpdateRequest.objects.bulk_create(new)


def send_due(
    *, at: datetime, site: str, campaign: Campaign | None = None, limit: int | None = None, report: Report | None = None
) -> Sent:
    """Write to whom it is time to ask or to remind, at most `limit` of them; then list those to be called.

    `site` is what links begin with, "https://parcours.example.org"; `report` is told how many of how many are done. A
    message that the mail server does not take stays to be sent; an address that it refuses is one to be called.
    """
    on = timezone.localdate(at)
    rows = campaign.requests.all() if campaign else UpdateRequest.objects.all()
    turns = {"sent_at": rows.to_ask(on=on), "reminded_at": rows.to_remind(on=on)}
    due = [(moment, pk) for moment, found in turns.items() for pk in found.order_by("pk").values_list("pk", flat=True)]

    def send_one(moment: str, pk: int, connection: BaseEmailBackend) -> bool:
        return _send_one(pk, turns[moment], moment, at, site, connection)

    sent = send_round(due, send_one, limit=limit, report=report)
    sent.to_call = rows.to_call(on=on).update(called_for_at=at)
    return sent


@transaction.atomic
def _send_one(
    pk: int, due: UpdateRequestQuerySet, moment: str, at: datetime, site: str, connection: BaseEmailBackend
) -> bool:
    """Whether a message left: another process may have it in hand, or have sent it."""
    found = due.select_related("campaign", "organisation").filter(pk=pk)
    request = found.select_for_update(of=("self",), skip_locked=True).first()
    if request is None:
        return False
    # the link of the first message is the reminder's too; it is written anew where the site's key was changed
    request.secret_digest = secret_digest(secret_of(request))
    try:
        connection.open()
        letters.ask(request, site=site, is_reminder=moment == "reminded_at", connection=connection)
    except (SMTPException, OSError) as error:
        if not is_refused(error):
            raise NotSent from error
        note_wrong_address(request=request, at=at)
        return False
    setattr(request, moment, at)
    request.save(update_fields=["secret_digest", moment])
    return True


@transaction.atomic
def renew(*, request: UpdateRequest, at: datetime, site: str) -> None:
    """Send a new link in place of one that has expired, to the same address. The old one opens nothing from now on.

    A link that still works is left alone. Raises NotSent.
    """
    locked = UpdateRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if locked.expires_at > at or not locked.address:
        return
    _new_link(locked, at + timedelta(days=locked.campaign.link_days))
    locked.sent_at = locked.sent_at or at
    locked.save()
    try:
        letters.ask(locked, site=site, is_reminder=False)
    except (SMTPException, OSError) as error:
        raise NotSent from error


@transaction.atomic
def note_wrong_address(*, request: UpdateRequest, at: datetime) -> None:
    """The address does not reach the organisation: its link stops working and the organisation is to be called."""
    _new_link(request, at)
    request.note = _("%(address)s is wrong.") % {"address": request.address}
    request.address, request.called_for_at = "", at
    request.save(update_fields=[*LINK, "note", "address", "called_for_at"])


@transaction.atomic
def correct_address(*, request: UpdateRequest, address: str, at: datetime) -> None:
    """Ask again at another address, with the next messages. Raises ValidationError."""
    _new_link(request, at + timedelta(days=request.campaign.link_days))
    request.address, request.note, request.sent_at = address.strip(), "", None
    request.reminded_at = request.called_for_at = None
    request.outcome = Outcome.WAITING if request.answered_at is None else request.outcome
    request.full_clean()
    request.save(update_fields=[*LINK, "note", "address", "called_for_at", "sent_at", "reminded_at", "outcome"])


@transaction.atomic
def note_call(*, request: UpdateRequest, outcome: Outcome, note: str, at: datetime) -> None:
    """Note what a call brought: what was confirmed by phone becomes the office's word; what has closed is closed."""
    if outcome == Outcome.WAITING:
        raise ValidationError({"outcome": [_("Say what the call brought.")]})
    targets = targets_of(request.organisation)
    if outcome == Outcome.CONFIRMED:
        for target in targets:
            confirm_shown(target=target, by=SourceKind.OFFICE, at=at)
    if outcome == Outcome.CLOSED:
        for service in targets[1:]:
            set_state(service=service, state=ServiceState.CLOSED)
    request.outcome, request.note = outcome, note.strip()
    request.answered_at = None if outcome == Outcome.UNREACHABLE else at
    request.save(update_fields=["outcome", "note", "answered_at"])


@transaction.atomic
def forget_addresses(*, on: date) -> int:
    """Erase whom one wrote to a year after a campaign has ended; gives how many."""
    old = UpdateRequest.objects.filter(campaign__closes_on__lt=on - KEPT_AFTER)
    return old.exclude(address="", note="").update(address="", note="")


def _new_link(request: UpdateRequest, expires: datetime) -> None:
    request.expires_at = expires.replace(microsecond=0)
    request.secret_digest = secret_digest(secret_of(request))
