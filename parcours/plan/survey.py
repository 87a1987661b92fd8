"""“Your actions” of the survey of actors become actions of the plan, or are seen to be there already."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parcours.engines.names import name_words
from parcours.geo.models import Area
from parcours.kit.punctuation import listed, semicolon
from parcours.plan.actions.change import change_action, create_action, next_code
from parcours.plan.choices import Cause, PartnerRole, Stage
from parcours.plan.models import Action, Plan, ReleaseItem
from parcours.plan.records import BY_NAME, Record, RecordError
from parcours.survey.receivers import NEW, Choice, Told
from parcours.translations.texts import Translated

if TYPE_CHECKING:
    from parcours.accounts.models import User
    from parcours.survey.models import Response

IDEA = "idea"
TEXTS, DATES = ("title", "what", "why"), ("starts_on", "ends_on")
ONE, MANY = ("axis", "theme"), ("challenges", "publics", "areas", "funding_sources")
# Codes of actions and ideas that the survey told first: "S.1".
SERIES = "S"
SECTION = 40  # letters of a place
SHOWN, ALIKE, ALIKE_AMONG_ITS_OWN = 5, 0.5, 0.3


class ActionReceiver:
    """Makes actions of what respondents tell; see `survey.receivers.Receiver`."""

    subject = "action"
    label = gettext_lazy("Actions that it tells of")
    fields = {name: BY_NAME[name].label for name in (*TEXTS, *ONE, *MANY, *DATES)}

    def choices(self, told: Sequence[Told], *, response: "Response") -> list[list[Choice]]:
        plan = Plan.objects.select_related("area").filter(is_current=True).first()
        if plan is None:
            return [[] for _one in told]
        known = list(plan.actions.exclude(stage=Stage.STOPPED).prefetch_related("partners"))
        keys = _keys(plan)
        return [[*_near(one, known, response), *_new(one, keys)] for one in told]

    @transaction.atomic
    def accept(self, told: Told, *, key: str, response: "Response", by: "User", at: datetime) -> str:
        # one at a time: two would take the same code
        plan: Plan = Plan.objects.select_for_update(of=("self",)).select_related("area").get(is_current=True)
        try:
            if key in (NEW, IDEA):
                return _create(plan, told, key, response, by, at)
            _take_part(plan, told, key, response, by)
        except RecordError as error:
            raise ValidationError([message for messages in error.errors.values() for message in messages]) from error
        return key

    @transaction.atomic
    def take_back(self, made: str, told: Told, *, key: str, response: "Response", by: "User | None") -> None:
        plan = Plan.objects.current()
        action = plan.actions.select_for_update(of=("self",)).filter(code=made).first()
        if action is None:
            return
        if key not in (NEW, IDEA):
            _leave(action, told, response, by)
            return
        if _is_used(action):
            raise ValidationError(_("“%(action)s” was changed or used since: stop it instead.") % {"action": action})
        # what it did is forgotten with it: nobody built on it
        with pgtrigger.ignore("plan.Change:kept"):
            action.delete()


def _new(told: Told, keys: "Keys") -> list[Choice]:
    _record, lost = _record_of(told, keys, language="")
    reason = _("Not known in the plan, and left out: %(names)s.") % {"names": listed(lost)} if lost else ""
    return [Choice(NEW, _("A new action, under way"), reason), Choice(IDEA, _("A new idea"), reason)]


def _near(told: Told, known: Sequence[Action], response: "Response") -> Iterator[Choice]:
    """The plan's actions that have words of the title, and more easily those that the respondent has a part in."""
    title = str(told.facts.get("title", ""))
    words = set(name_words(title))
    found: list[tuple[float, bool, Action, set[str]]] = []
    for action in known:
        shared = words & {word for text in action.title.versions.values() for word in name_words(text.text)}
        likeness = len(shared) / max(len(words), 1)
        is_own = response.organisation_id in {action.lead_id, *(one.organisation_id for one in action.partners.all())}
        if shared and likeness >= (ALIKE_AMONG_ITS_OWN if is_own else ALIKE):
            found.append((likeness, is_own, action, shared))
    for _likeness, is_own, action, shared in sorted(found, key=lambda row: (-row[0], not row[1], row[2].code))[:SHOWN]:
        common = [word for word in title.split() if shared & set(name_words(word))]
        reasons = [_("words in common: %(words)s") % {"words": listed(common)}]
        reasons += [_("it leads it or takes part in it already")] if is_own else []
        yield Choice(action.code, str(action), semicolon().join(reasons))


Keys = dict[str, set[str]]


def _keys(plan: Plan) -> Keys:
    """By field, what the plan knows."""
    inside = Area.objects.filter(Q(pk=plan.area_id) | Q(pk__in=Area.objects.within(plan.area).values("pk")))
    parts = {"axis": plan.axes, "theme": plan.themes, "challenges": plan.challenges, "publics": plan.publics}
    found = {name: set(rows.values_list("key", flat=True)) for name, rows in parts.items()}
    found["funding_sources"] = set(plan.funding_sources.values_list("key", flat=True))
    return {**found, "areas": set(inside.values_list("code", flat=True))}


def _record_of(told: Told, keys: Keys, *, language: str) -> tuple[Record, list[str]]:
    """The facts in the shape of `plan.records`, and in words those that the plan does not know."""
    record: Record = {}
    lost: list[str] = []
    for name, value in told.facts.items():
        if name in TEXTS:
            record[name] = Translated.of({language or "fr": str(value)}, source=language or "fr").stored()
        elif name in keys:
            said = [value] if isinstance(value, str) else value
            here = [key for one in said for key in (one, one.replace("_", "-")) if key in keys[name]]
            lost += [told.words[name]] if len(here) < len(said) else []
            record |= {name: here if name in MANY else here[0]} if here else {}
        else:
            record[name] = value
    return record, lost


def _create(plan: Plan, told: Told, key: str, response: "Response", by: "User", at: datetime) -> str:
    record, _lost = _record_of(told, _keys(plan), language=response.language)
    stage = Stage.IDEA if key == IDEA else Stage.UNDER_WAY
    # an action that only one answer tells of is a draft until somebody shows it to everyone
    own = {"stage": stage.value, "lead": response.organisation.key if response.organisation else "", "is_public": False}
    place = {"section": told.place[-SECTION:], "is_invented": response.is_invented}
    code = next_code(plan, SERIES)
    on = timezone.localdate(at)
    action = create_action(plan=plan, code=code, changes={**record, **own, **place}, on=on, by=by, cause=Cause.PROPOSAL)
    action.source = response.wave.source
    action.save(update_fields=["source"])
    return code


def _take_part(plan: Plan, told: Told, code: str, response: "Response", by: "User") -> None:
    """The respondent takes part in an action that is there, unless it does already; nothing else of it changes."""
    action = plan.actions.select_related("lead").filter(code=code).first()
    if action is None:
        raise ValidationError(_("The plan has no action “%(code)s” any more.") % {"code": code})
    partners = BY_NAME["partners"].read(action)
    own = response.organisation.key if response.organisation else ""
    if (action.lead and action.lead.key == own) or any(row["organisation"] == own for row in partners):
        return
    row = {"organisation": own, "role": PartnerRole.PARTNER.value, "section": told.place[-SECTION:]}
    _change_partners(action, [*partners, {**row, "is_invented": response.is_invented}], by)


def _leave(action: Action, told: Told, response: "Response", by: "User | None") -> None:
    partners = BY_NAME["partners"].read(action)
    own = response.organisation.key if response.organisation else ""
    kept = [row for row in partners if (row["organisation"], row["section"]) != (own, told.place[-SECTION:])]
    _change_partners(action, kept, by)


def _change_partners(action: Action, partners: list[Record], by: "User | None") -> None:
    change_action(
        action=action, changes={"partners": partners}, base_version=action.version, by=by, cause=Cause.PROPOSAL
    )


def _is_used(action: Action) -> bool:
    if action.version > 1 or ReleaseItem.objects.filter(release__plan=action.plan, key=action.code).exists():
        return True
    beside = ("updates", "notes", "decisions", "proposals", "links_in")
    return any(getattr(action, name).exists() for name in beside)
