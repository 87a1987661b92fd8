"""Loading vocabularies of competences: the cards that come with Parcours, and official files."""

import csv
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from parcours.portfolio.models import Concept, Scheme
from parcours.portfolio.suggesting import card_file
from parcours.translations.texts import Translated

ESCO_URI = "http://data.europa.eu/esco/skill/"
ROME_URI = "https://candidat.francetravail.fr/metierscope/competence/"
AT_ONCE = 2000
Report = Callable[[int, int], None]


@dataclass(frozen=True)
class Kind:
    """How the rows of an official file are read: the columns of code, label and other labels; what is said of it."""

    title: str
    code: str
    label: str
    others: str
    prefix: str
    licence: str
    url: str


KINDS = {
    "esco": Kind(
        "ESCO", "conceptUri", "preferredLabel", "altLabels", "", "Decision 2011/833/EU", "https://esco.ec.europa.eu"
    ),
    "rome": Kind(
        "ROME", "code_ogr", "libelle_competence", "", ROME_URI, "France Travail, données ouvertes",
        "https://www.francetravail.org/opendata",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """What a file changes: terms added, changed, retired; what it leaves as it is."""

    checksum: str
    added: int
    changed: int
    retired: int
    same: int


def checksum_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@transaction.atomic
def load_cards(*, at: datetime) -> int:
    """The cards that come with Parcours, as they are told today; again changes nothing. Gives how many were added."""
    told = card_file()
    about = {name: told["scheme"][name] for name in ("title", "version", "licence", "url")}
    scheme, _new = Scheme.objects.get_or_create(key=told["scheme"]["key"], defaults={**about, "loaded_at": at})
    known = {row.uri: row for row in scheme.concepts.all()}
    told_now = [_card(scheme, row) for row in told["cards"]]
    missing = [card for card in told_now if card.uri not in known]
    changed = [card for card in told_now if card.uri in known and card.more != known[card.uri].more]
    for card in changed:
        card.pk = known[card.uri].pk
    Concept.objects.bulk_create(missing)
    Concept.objects.bulk_update(changed, ["label", "says", "more"])
    if changed:
        scheme.loaded_at = at
        scheme.save(update_fields=["loaded_at"])
    return len(missing)


def _card(scheme: Scheme, row: Mapping[str, Any]) -> Concept:
    label = Translated.of({code: row[code] for code in ("fr", "en", "ar")}, source="fr", drafts=("ar",))
    more, picture = [*row["words"], row["says"]], row["picture"]
    uri = ESCO_URI + row["id"]
    return Concept(scheme=scheme, uri=uri, label=label, says=row["says"], more=more, picture=picture, is_card=True)


@transaction.atomic
def load_vocabulary(
    *, kind: str, path: Path, language: str, version: str, at: datetime, apply: bool, report: Report | None = None
) -> Outcome:
    """Read an official file; with `apply`, keep what it says. The same file again changes nothing.

    Raises ValidationError that names the row and the column; then nothing is kept.
    """
    form, checksum = KINDS[kind], checksum_of(path)
    told = dict(_rows(form, path))
    scheme = Scheme.objects.filter(key=f"{kind}-{language}").first() or Scheme(key=f"{kind}-{language}")
    known = {row.uri: row for row in scheme.concepts.all()} if scheme.pk else {}
    new, changed = [], []
    for uri, (label, others) in told.items():
        row = known.get(uri)
        if row is None:
            new.append(Concept(uri=uri, label=Translated.of({language: label}, source=language), more=others))
        elif (row.label.text_in(language), row.more, row.is_retired) != (label, others, False):
            row.label, row.more, row.is_retired = Translated.of({language: label}, source=language), others, False
            changed.append(row)
    retired = [row for uri, row in known.items() if uri not in told and not row.is_retired]
    outcome = Outcome(checksum, len(new), len(changed), len(retired), len(told) - len(new) - len(changed))
    if apply and (new or changed or retired):
        scheme.title, scheme.licence, scheme.url = form.title, form.licence, form.url
        scheme.version, scheme.checksum, scheme.loaded_at = version, checksum, at
        scheme.save()
        _keep(scheme, new, changed, retired, report)
    return outcome


def _keep(
    scheme: Scheme, new: list[Concept], changed: list[Concept], retired: list[Concept], report: Report | None
) -> None:
    for at in range(0, len(new), AT_ONCE):
        for row in new[at : at + AT_ONCE]:
            row.scheme = scheme
        Concept.objects.bulk_create(new[at : at + AT_ONCE])
        if report:
            report(min(at + AT_ONCE, len(new)), len(new))
    Concept.objects.bulk_update(changed, ["label", "more", "is_retired"], batch_size=AT_ONCE)
    Concept.objects.filter(pk__in=[row.pk for row in retired]).update(is_retired=True)


def _rows(form: Kind, path: Path) -> Iterator[tuple[str, tuple[str, list[str]]]]:
    """URI, label, other labels, row by row."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = {form.code, form.label} - set(reader.fieldnames or [])
        if missing:
            said = _("The file lacks the column “%(name)s”: is it the official file, as it was downloaded?")
            raise ValidationError(said % {"name": min(missing)})
        for row in reader:
            code, label = (row[form.code] or "").strip(), (row[form.label] or "").strip()
            if not code or not label:
                said = _("Row %(row)d has no %(column)s: mend the file or leave the row out.")
                column = form.label if code else form.code
                raise ValidationError(said % {"row": reader.line_num, "column": column})
            yield form.prefix + code, (label, _others(row, form))


def _others(row: dict[str, Any], form: Kind) -> list[str]:
    return [text for line in (row.get(form.others) or "").splitlines() if (text := line.strip())][:20]
