"""A response beside the register: what it tells that nobody has decided on yet, and what was decided before.

`Response.review` holds the decisions, so that a corrected response shows only what changed:
{"facts": {"phone": {"told": "+331…", "taken": true}},
 "things": [{"subject": "partner", "place": "partners.0", "facts": {…}, "words": {…}, "key": "", "made": "…"}]}
"kept" stands in a decision that stays although it is told no longer.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from parcours.directory.choices import RecordKind
from parcours.directory.cleaning import Known
from parcours.directory.models import Organisation, SourceRecord
from parcours.directory.records import BY_NAME, Values, read_values
from parcours.survey.models import Response
from parcours.survey.receivers import Told
from parcours.survey.told import respondent_told, respondent_values, things_told
from parcours.translations.texts import Translated

TOKEN = 16
LEAVE = "-"  # what becomes of a thing that is told: nothing
Entry = dict[str, Any]


class Review:
    """What there is to decide of one response. `same`: facts that stand already; `open`: those that differ from what
    stands; `gone`: decisions on what is no longer told, by a key of the form.
    """

    def __init__(self, response: Response, organisation: Organisation) -> None:
        self.response, self.organisation, self.known = response, organisation, Known()
        self.decided: dict[str, Entry] = response.review.get("facts", {})
        self.entries: list[Entry] = response.review.get("things", [])
        told = respondent_told(response)
        self.told, self.problems = respondent_values(told, language=response.language, known=self.known)
        self.standing = read_values(organisation)
        self.values = {name: self._whole(name, value) for name, value in self.told.items()}
        self.same = [name for name, value in self.values.items() if value == self.standing.get(name)]
        self.open = [name for name in self.values if name not in self.same and not self._is_decided(name)]
        left = [(entry["subject"], entry["facts"]) for entry in self.entries]
        self.things = [(subject, told) for subject, told in self._told() if not _drop(left, (subject, told.facts))]
        self.gone = {**self._gone_facts(), **self._gone_things(left)}

    @property
    def is_done(self) -> bool:
        return not (self.open or self.things or self.gone)

    @property
    def token(self) -> str:
        """Stands for all that the decisions are taken beside: another one says that something of it changed."""
        beside = [self.response.revision, self.response.review, self.organisation.pk, self.organisation.version]
        return sha256(json.dumps(beside, sort_keys=True).encode()).hexdigest()[:TOKEN]

    def record(self) -> SourceRecord | None:
        """What was taken of its facts so far."""
        return records_of(self.response).first()

    def _told(self) -> Iterator[tuple[str, Told]]:
        for subject, things in things_told(self.response).items():
            yield from ((subject, told) for told in things)

    def _whole(self, name: str, value: Any) -> Any:
        """A value as it would stand: a text keeps its other languages, a list of numbers those of other registers."""
        if BY_NAME[RecordKind.ORGANISATION][name].kind == "text":
            standing, said = Translated.parse(self.standing.get(name)), Translated.parse(value)
            if standing.text_in(said.source) == said.source_text:
                return self.standing[name]
            return standing.with_version(said.source, said.source_text).stored() if standing else value
        if name == "identifiers":
            schemes = {row["scheme"] for row in value}
            kept = [row for row in self.standing.get(name, []) if row["scheme"] not in schemes]
            return sorted([*kept, *value], key=lambda row: (row["scheme"], row["value"]))
        return value

    def _is_decided(self, name: str) -> bool:
        return bool(self.decided.get(name, {}).get("told") == self.told[name])

    def _gone_facts(self) -> dict[str, Any]:
        taken = {name for name, entry in self.decided.items() if entry["taken"] and "kept" not in entry}
        return {f"fact/{name}": name for name in BY_NAME[RecordKind.ORGANISATION] if name in taken - self.told.keys()}

    def _gone_things(self, left: list[tuple[str, Values]]) -> dict[str, Any]:
        taken = [(n, entry) for n, entry in enumerate(self.entries) if entry["key"] != LEAVE and "kept" not in entry]
        return {f"thing/{number}": entry for number, entry in taken if _drop(left, (entry["subject"], entry["facts"]))}


def entry_of(subject: str, told: Told, key: str, made: str) -> Entry:
    """A decision as it is kept."""
    return {"subject": subject, **asdict(told), "key": key, "made": made}


def told_of(entry: Entry) -> Told:
    return Told(entry["place"], entry["facts"], entry["words"])


def records_of(response: Response) -> Any:
    """The source record that holds what was taken of its facts, if any."""
    return SourceRecord.objects.filter(
        source=response.wave.source, kind=RecordKind.ORGANISATION, external_id=response.key
    )


def _drop(rows: list[Any], row: Any) -> bool:
    """Take it out of the list once, where it is there."""
    if row in rows:
        rows.remove(row)
        return True
    return False
