"""Which column of a file is which: our keys, and the French and English names that people give them."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext, gettext_noop

from parcours.geo.rules import fold
from parcours.imports.rules import Problem
from parcours.kit.spreadsheets import UnreadableFile
from parcours.plan.spreadsheet.export import Column, columns

LEFT_ASIDE = gettext_noop("The column “%(column)s” is not known and is left aside.")
LEFT_ASIDE_NEAR = gettext_noop("The column “%(column)s” is not known and is left aside. Did you mean “%(near)s”?")
ONLY_TOLD = gettext_noop("These columns are for reading only, what stands in them is not imported: %(columns)s.")

SYNONYMS: Mapping[str, str] = {
    name: key
    for key, names in {
        "code": "code action|numero|no|n|ref|reference|number|id",
        "title_fr": "titre|intitule|action|nom|nom de l action|titre de l action",
        "title_en": "title|name|action title",
        "stage": "statut|etat|avancement|etape|state|progress",
        "what_fr": "description|contenu|quoi",
        "what_en": "what",
        "why_fr": "pourquoi|objectif|objectifs|finalite",
        "why_en": "why|aim|aims|objective",
        "nature_fr": "nature",
        "axis": "axe|axes",
        "theme": "theme|thematique",
        "challenges": "enjeu|enjeux|challenge|defis",
        "publics": "public|public cible|publics cibles|pour qui|beneficiaires|for whom|target public",
        "communes": "commune|lieu|lieux|ville|villes|territoire|areas|area|where|place|places",
        "lead": "porteur|pilote|chef de file|responsable|porteur pilote|leader|led by|lead organisation",
        "partners": "partenaire|partenaires|partner",
        "starts_on": "debut|date de debut|commence le|start|start date|starts",
        "ends_on": "fin|date de fin|finit le|echeance|end|end date|ends",
        "milestones": "jalons|jalon|milestone",
        "budget": "cout|couts|montant|budget lines|cost|costs",
        "funding": "financement|financements|financeurs|funding sources",
        "indicators": "indicateur|indicateurs|indicator",
        "blocked_reason_fr": "blocage|ce qui bloque",
        "stop_reason_fr": "raison de l arret|pourquoi arretee",
        "is_public": "visible|publie|published|shown",
        "links": "actions liees|related|related actions",
        "remarks_fr": "remarque|remarques|commentaire|commentaires|notes",
        "remarks_en": "remarks|comments",
        "invented": "invente|is invented",
    }.items()
    for name in names.split("|")
}


@dataclass(frozen=True)
class Mapped:
    """The columns of a file that are read, by header, and what to say about the others."""

    columns: dict[str, Column]
    notices: list[Problem]

    def header(self, name: str) -> str:
        """The header that the file gives to a column of ours."""
        return next((header for header, column in self.columns.items() if column.name == name), name)


def map_headers(headers: Iterable[str]) -> Mapped:
    """Recognise a file's columns.

    Raises UnreadableFile when two say the same, or when none says which action a row is.
    """
    ours = {column.name: column for column in columns([code for code, _name in settings.LANGUAGES])}
    keys = {_plain(name): name for name in ours} | {
        name: key for name, key in SYNONYMS.items() if name not in map(_plain, ours)
    }
    found: dict[str, Column] = {}
    notices, only_told = [], []
    for header in headers:
        column = ours.get(keys.get(_plain(header), ""))
        if column is None:
            notices.append(_notice(header, keys))
        elif not column.field:
            only_told.append(header)
        elif other := next((one for one, known in found.items() if known == column), None):
            raise UnreadableFile(
                gettext("The columns “%(one)s” and “%(other)s” both mean %(name)s: take one away.")
                % {"one": other, "other": header, "name": column.name}
            )
        else:
            found[header] = column
    _need_a_code_or_title(found, list(headers), keys)
    if only_told:
        notices.append(Problem("", ONLY_TOLD, {"columns": ", ".join(only_told)}))
    return Mapped(found, notices)


def _plain(header: str) -> str:
    return fold(header.replace("_", " "))


def _near(header: str, keys: Mapping[str, str]) -> str:
    close = difflib.get_close_matches(_plain(header), keys, n=1, cutoff=0.7)
    return keys[close[0]] if close else ""


def _notice(header: str, keys: Mapping[str, str]) -> Problem:
    if near := _near(header, keys):
        return Problem("", LEFT_ASIDE_NEAR, {"column": header, "near": near})
    return Problem("", LEFT_ASIDE, {"column": header})


def _need_a_code_or_title(found: Mapping[str, Column], headers: list[str], keys: Mapping[str, str]) -> None:
    if any(column.name == "code" or column.field == "title" for column in found.values()):
        return
    message = gettext(
        "No column says which action a row is: “code” or “title_fr” (or “Titre”) is missing. "
        "Columns found: %(headers)s."
    ) % {"headers": ", ".join(headers)}
    near = {header: name for header in headers if header not in found and (name := _near(header, keys))}
    hints = [gettext("Did you mean “%(near)s” by “%(header)s”?") % {"near": n, "header": h} for h, n in near.items()]
    raise UnreadableFile(" ".join([message, *hints]))
