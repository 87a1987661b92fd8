"""A pack's update campaigns: invented so that a demonstration shows who answered, and labelled so."""

from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date

from parcours.census.actions.answers import send_change
from parcours.census.actions.campaigns import note_call, open_campaign, save_campaign
from parcours.census.actions.corrections import report
from parcours.census.choices import Outcome
from parcours.census.models import Campaign, UpdateRequest
from parcours.directory.models import Service
from parcours.packs.pack import Pack, Row

SETTINGS = ("title", "opens_on", "closes_on", "remind_after_days", "escalate_after_days", "link_days")
MORNING = time(10)


def load_campaigns(pack: Pack) -> int:
    """Add them unless they are there; gives how many organisations were asked. No message leaves."""
    rows = pack.read("campaigns.yaml")
    if not rows or Campaign.objects.filter(is_invented=True).exists():
        return 0
    asked = sum(_load(pack, row) for row in rows["campaigns"])
    for row in rows["reports"]:
        report(service=_service(row), message=row["message"], contact="", at=_moment(row["day"]))
    return asked


def _load(pack: Pack, row: Row) -> int:
    values = {name: row[name] for name in SETTINGS}
    campaign = Campaign(**values, message=pack.text(row["message"]), is_invented=True)
    save_campaign(campaign=campaign, areas=[])
    opened = _moment(row["opens_on"])
    open_campaign(campaign=campaign, at=opened)
    # an invented campaign asks nobody who exists
    campaign.requests.filter(organisation__is_invented=False).delete()
    campaign.requests.exclude(address="").update(sent_at=opened)
    for key, day in row["confirmed"].items():
        at = _moment(day)
        _asked(campaign, key).update(outcome=Outcome.CONFIRMED, opened_at=at, answered_at=at)
    for said in row["changed"]:
        asked = _asked(campaign, said["organisation"]).get()
        target: Any = _service(said) if "service" in said else asked.organisation
        send_change(
            request=asked, target=target, values=said["values"], message=said["message"], at=_moment(said["day"])
        )
    for said in row["unreachable"]:
        asked = _asked(campaign, said["organisation"]).get()
        note_call(request=asked, outcome=Outcome.UNREACHABLE, note=said["note"], at=_moment(said["day"]))
    _go_on(campaign, opened)
    return campaign.requests.count()


def _go_on(campaign: Campaign, opened: datetime) -> None:
    """Those that have not answered were reminded, then put on the list of those to call."""
    silent = campaign.requests.waiting()
    silent.exclude(address="").update(reminded_at=opened + timedelta(days=campaign.remind_after_days + 1))
    silent.update(called_for_at=opened + timedelta(days=campaign.escalate_after_days + 1))


def _asked(campaign: Campaign, key: str) -> Any:
    return UpdateRequest.objects.filter(campaign=campaign, organisation__key=key)


def _service(row: Row) -> Service:
    return Service.objects.get(is_invented=True, source_records__external_id=row["service"])


def _moment(day: str) -> datetime:
    return timezone.make_aware(datetime.combine(parse_date(day) or timezone.localdate(), MORNING))
