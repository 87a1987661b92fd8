"""A response as the coordinator reads it: its facts beside the directory's, and what all that it names could be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parcours.census.duplicates import how_sure
from parcours.census.facts import difference, label_of
from parcours.census.similar import Candidate as Alike
from parcours.census.similar import similar_to_each
from parcours.directory.actions.records import ranks_of
from parcours.directory.actions.services import areas_by_key
from parcours.directory.choices import RecordKind
from parcours.directory.models import Organisation, SourceRecord
from parcours.directory.provenance import said_of
from parcours.directory.records import BY_NAME, Values
from parcours.directory.wording import Areas, area_keys
from parcours.imports.rules import Problem
from parcours.kit.punctuation import colon, listed
from parcours.survey.actions.ties import KNOWN
from parcours.survey.models import Candidate
from parcours.survey.receivers import NEW, RECEIVERS, Choice, Told
from parcours.survey.reviewing import LEAVE, Review
from parcours.survey.spellings import named_alike, spellings
from parcours.survey.told import PARTNER, known_facts, partner_values

KIND = RecordKind.ORGANISATION
# So many things of each subject are decided at once: a page stays light, however many were told.
AT_ONCE = 25
# From this probability on, the directory's organisation is proposed rather than a new candidate.
LIKELY = 0.8


@dataclass(frozen=True)
class Row:
    """A fact that differs: what it would become, who says what stands and when, and what keeps it from winning."""

    name: str
    label: str
    difference: SafeString
    sources: list[tuple[str, str]]
    remark: str = ""


@dataclass(frozen=True)
class Thing:
    """An action or a partner that is told, and what it could become; `name` is that of the form's field, `typed` what
    was sent as the name of another organisation.
    """

    name: str
    title: str
    facts: list[tuple[str, str]]
    choices: list[Choice]
    chosen: str
    problems: list[Problem] = field(default_factory=list)
    typed: str = ""


@dataclass(frozen=True)
class Part:
    """The things of one subject; `left`: how many come after these."""

    subject: str
    label: str
    things: list[Thing]
    left: int


@dataclass(frozen=True)
class Gone:
    """What was taken in and is told no longer."""

    name: str
    label: str


def rows_of(review: Review) -> list[Row]:
    """The facts that nobody decided on, in the order of the directory."""
    organisation, on = review.organisation, timezone.localdate(review.response.saved_at)
    told = list(organisation.source_records.exclude(pk=_pk(review)).select_related("source").order_by("pk"))
    if not told and organisation.source:
        # what it holds of which no source has spoken is its own source's, as `put_record` will note
        told = [SourceRecord(source=organisation.source, values=review.standing, observed_on=organisation.observed_on)]
    new = SourceRecord(source=review.response.wave.source, values=review.values, observed_on=on)
    ranks = ranks_of([*told, new])
    areas = areas_by_key(area_keys([review.standing, review.values]))
    return [_row(review, name, [*told, new], ranks, areas) for name in BY_NAME[KIND] if name in review.open]


def same_of(review: Review) -> list[str]:
    """What the response says again of what stands, by its labels."""
    return [label_of(KIND, name) for name in review.same]


def gone_of(review: Review) -> list[Gone]:
    """What was taken in and is told no longer, in words."""
    return [
        Gone(key, label_of(KIND, what) if isinstance(what, str) else next(iter(what["words"].values()), what["place"]))
        for key, what in review.gone.items()
    ]


def parts_of(review: Review, sent: Mapping[str, str]) -> list[Part]:
    """The actions, the partners and whatever else is told and undecided, by subject, as the form was sent."""
    labels = {PARTNER: _("Partners that it names"), **{key: str(receiver.label) for key, receiver in RECEIVERS.items()}}
    found = []
    for subject in known_facts():
        told = [one for other, one in review.things if other == subject]
        if told:
            shown = told[:AT_ONCE]
            things = _partners(review, shown) if subject == PARTNER else _received(review, subject, shown)
            found.append(Part(subject, labels[subject], [_sent(one, sent) for one in things], len(told) - len(shown)))
    return found


def _sent(thing: Thing, sent: Mapping[str, str]) -> Thing:
    return replace(thing, chosen=sent.get(thing.name, thing.chosen), typed=sent.get(f"other-{thing.name}", ""))


def choices_alike(alike: Sequence[Alike]) -> list[Choice]:
    """Organisations of the directory that something may be, with how sure it is and why."""
    found = []
    for one in alike:
        reasons = listed(str(reason.text) for reason in one.reasons if reason.is_for)
        label = listed([one.record.name, *([one.record.area.name] if one.record.area else [])])
        found.append(Choice(f"{KNOWN}{one.record.key}", label, f"{how_sure(one.probability)}{colon()}{reasons}"))
    return found


def _pk(review: Review) -> int | None:
    record = review.record()
    return record.pk if record else None


def _row(review: Review, name: str, records: list[SourceRecord], ranks: Any, areas: Areas) -> Row:
    said = said_of(name, records, ranks)
    standing = [one for one in said if one.record is not records[-1]]
    remark = ""
    if said and said[0] in standing:
        remark = _("“%(source)s” ranks before this survey: what it says stays, and the answer is noted beside it.")
        remark %= {"source": said[0].record.source.title.text}
    return Row(
        name,
        label_of(KIND, name),
        difference(KIND, name, review.standing.get(name), review.values[name], areas),
        [_source(one.record) for one in standing[:1]],
        remark,
    )


def _source(record: SourceRecord) -> tuple[str, str]:
    day = record.observed_on
    return record.source.title.text, date_format(day, "SHORT_DATE_FORMAT") if day else ""


def _received(review: Review, subject: str, told: list[Told]) -> list[Thing]:
    receiver = RECEIVERS[subject]
    offered = receiver.choices(told, response=review.response)
    return [
        _thing(subject, one, [*choices, _leave()], choices[0].key if choices else LEAVE)
        for one, choices in zip(told, offered, strict=True)
    ]


def _partners(review: Review, told: list[Told]) -> list[Thing]:
    cleaned = [partner_values(one, known=review.known) for one in told]
    values = [values for values, _problems in cleaned]
    named = [number for number, one in enumerate(values) if one.get("name")]
    alike = dict(zip(named, similar_to_each([values[number] for number in named], KIND), strict=True))
    keys = [one.facts["organisation"] for one in told if "organisation" in one.facts]
    chosen = {one.key: one for one in Organisation.objects.kept().filter(key__in=keys).select_related("area")}
    spelt = spellings(review.response.wave.candidates.with_namings())
    return [
        _partner(review, one, cleaned[n], alike.get(n, []), chosen.get(one.facts.get("organisation", "")), spelt)
        for n, one in enumerate(told)
    ]


def _partner(
    review: Review,
    told: Told,
    cleaned: tuple[Values, list[Problem]],
    alike: list[Alike],
    chosen: Organisation | None,
    spelt: dict[str, Candidate],
) -> Thing:
    values, problems = cleaned
    is_itself = any(one.record == review.organisation and one.probability >= LIKELY for one in alike)
    choices = [Choice(f"{KNOWN}{chosen.key}", chosen.name, _("chosen by the respondent"))] if chosen else []
    others = [one for one in alike if one.record not in (review.organisation, chosen)]
    choices += choices_alike(others)
    if values.get("name"):
        choices.append(_candidate(named_alike(values, spelt)))
    first = chosen or next((one for one in others[:1] if one.probability >= LIKELY), None)
    best = choices[0].key if first and choices else NEW if values.get("name") else LEAVE
    leave = _leave(_("it names itself") if is_itself else "")
    return _thing(PARTNER, told, [*choices, leave], LEAVE if is_itself and not chosen else best, problems)


def _candidate(known: Any) -> Choice:
    if known is None:
        return Choice(NEW, _("A new candidate: the directory does not know it"))
    said = ngettext("named by %(count)d other", "named by %(count)d others", known.namings) % {"count": known.namings}
    return Choice(NEW, _("The candidate “%(name)s”") % {"name": known.name}, said)


def _leave(reason: str = "") -> Choice:
    return Choice(LEAVE, _("Leave it"), reason)


def _thing(
    subject: str, told: Told, choices: list[Choice], chosen: str, problems: list[Problem] | None = None
) -> Thing:
    labels = known_facts()[subject]
    title = told.words.get("name") or told.words.get("title") or next(iter(told.words.values()), "")
    facts = [(str(labels[fact]), words) for fact, words in told.words.items() if words != title]
    return Thing(f"{subject}/{told.place}", title, facts, choices, chosen, problems or [])
