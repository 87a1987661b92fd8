"""Codes of vocabularies, choices and areas, from codes or from what people call them."""

import re
from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from functools import cache
from typing import Any

from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext_noop as _

from parcours.directory.choices import Capacity, Gender, OrganisationKind, SpokenBy
from parcours.directory.cleaning.desk import NOTHING, Desk, Wrong
from parcours.directory.cleaning.plain import scalar
from parcours.directory.records import area_key
from parcours.directory.vocabulary import vocabulary
from parcours.engines.plaintext import plain_line
from parcours.geo.choices import AreaLevel
from parcours.geo.models import Area
from parcours.geo.rules import fold

CHOICES: dict[str, type[TextChoices]] = {
    "gender": Gender, "capacity": Capacity, "kind": OrganisationKind, "spoken_by": SpokenBy,
}  # fmt: skip
CHOICE_LANGUAGES = ("fr", "en")
CLOSE_ONES, CLOSENESS = 3, 0.6
SEPARATORS = re.compile(r"[|;\n]")
AREA_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,30}:[A-Za-z0-9-]{1,28}")
# The whole country as data·inclusion writes it: by name, or by its code among countries.
WHOLE_COUNTRY = {"france": "iso-3166-1:FR", "99100": "iso-3166-1:FR"}
AFTER_TOWN = re.compile(r"\s+cedex(\s+\d+)?$", re.IGNORECASE)
BEFORE_TOWN = re.compile(r"^\d{5}\s+(?=\D)")
# "Vitry s/ Seine", "Vitry/Seine"
SUR = re.compile(r" (sur|s|sr) ")
FRENCH_CODE = re.compile(r"\d[\dAB]\d{3}")


def several(value: Any) -> list[Any]:
    """A list, or the parts of a cell that "|" or ";" separate."""
    if isinstance(value, list | tuple | set | frozenset):
        return sorted(value, key=str) if isinstance(value, set | frozenset) else list(value)
    if isinstance(value, str):
        return [part.strip() for part in SEPARATORS.split(value) if part.strip()]
    return [value]


def code(desk: Desk, value: Any, scheme: str) -> str:
    """The code of what was written in a vocabulary or among the choices of this name; NOTHING for an empty cell."""
    names = _names(scheme)
    written = plain_line(scalar(value))
    if not written:
        return NOTHING
    if found := names.get(written) or names.get(fold(written)):
        return found
    close = _close_ones(fold(written), names)
    if close:
        raise Wrong(
            _("“%(value)s” is not known here. Did you mean: %(close)s?"), value=written[:60], close="; ".join(close)
        )
    raise Wrong(_("“%(value)s” is not known here: choose from the list of the guide."), value=written[:60])


def codes(desk: Desk, value: Any, scheme: str) -> list[str]:
    """Each code once, in the order given."""
    one: Callable[[Desk, Any], str] = area if scheme == "area" else lambda desk, part: code(desk, part, scheme)
    found: list[str] = []
    for part in _split_at_commas(several(value), scheme):
        try:
            found.append(one(desk, part))
        except Wrong as wrong:
            desk.error(wrong)
    return [each for each in dict.fromkeys(found) if each is not NOTHING]


def _split_at_commas(parts: list[Any], scheme: str) -> Iterator[Any]:
    """A label may hold commas: a part is split at them only when it is no label itself."""
    for part in parts:
        if isinstance(part, str) and "," in part and (scheme == "area" or fold(part) not in _names(scheme)):
            yield from part.split(",")
        else:
            yield part


@cache
def _names(scheme: str) -> dict[str, str]:
    """Codes by themselves and by everything they are called; what could mean two of them means none."""
    if scheme in CHOICES:
        return _names_of_choices(CHOICES[scheme])
    terms = [term for term in vocabulary(scheme).terms if not term.is_heading]
    labels = _once((fold(said.text), term.code) for term in terms for said in term.labels.versions.values())
    synonyms = _once((fold(word), term.code) for term in terms for words in term.synonyms.values() for word in words)
    own = {fold(term.code): term.code for term in terms} | {term.code: term.code for term in terms}
    return synonyms | labels | own


def _names_of_choices(choices: type[TextChoices]) -> dict[str, str]:
    names = {}
    for language in CHOICE_LANGUAGES:
        with translation.override(language):
            names |= {fold(str(label)): str(key) for key, label in choices.choices}
    return names | {fold(key): key for key in choices.values} | {key: key for key in choices.values}


def _once(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for name, each in pairs:
        found.setdefault(name, set()).add(each)
    return {name: min(codes) for name, codes in found.items() if len(codes) == 1}


def _close_ones(written: str, names: dict[str, str]) -> list[str]:
    """The codes whose names look most like what was written."""
    close = get_close_matches(written[:80], names, n=CLOSE_ONES * 2, cutoff=CLOSENESS)
    return list(dict.fromkeys(names[name] for name in close))[:CLOSE_ONES]


def area(desk: Desk, value: Any, postcode: str = "") -> str:
    """An area as "insee-commune:94081", from that, its code, its name, or its postcode where places tell which it is.

    One that is not loaded here is kept when it was given as a code, and NOTHING when it was given as a name.
    """
    written = plain_line(scalar(value))
    written = WHOLE_COUNTRY.get(written.lower(), written)
    if not written or written in desk.known.by_key:
        return written or NOTHING
    if AREA_KEY.fullmatch(written):
        desk.warn(_("%(value)s is not among the areas of this site: it is kept as it is."), value=written)
        return written
    found = _areas_called(desk, BEFORE_TOWN.sub("", AFTER_TOWN.sub("", written)), postcode)
    if len(found) == 1:
        return area_key(found[0])
    if found:
        raise _ambiguous(written, [f"{one.name} ({one.code})" for one in found])
    return _not_called(desk, written, postcode)


def _areas_called(desk: Desk, name: str, postcode: str) -> list[Area]:
    """Those of this name or code; of namesakes communes first, then those where the postcode is."""
    wanted = re.sub(r"\bst(e?)\b", r"saint\1", fold(name))
    found = desk.known.by_name.get(name.lower()) or desk.known.by_name.get(wanted, [])
    if not found and wanted:
        bare = SUR.sub(" ", wanted)
        found = [one for one in desk.known.areas if SUR.sub(" ", one.sort_key) == bare]
    if not found and wanted:
        found = [one for one in desk.known.areas if one.sort_key.startswith(wanted + " ")]
    level = AreaLevel.DEPARTEMENT if len(name) < len("94081") and name.isalnum() else AreaLevel.COMMUNE
    found = [one for one in found if one.level == level] or found
    if len(found) > 1 and postcode:
        found = [one for one in found if one.code[:2] == postcode[:2]] or found
    return found


def _not_called(desk: Desk, written: str, postcode: str) -> str:
    if FRENCH_CODE.fullmatch(written):
        communes = desk.known.communes_of_postcode(written)
        if len(communes) > 1:
            raise _ambiguous(written, sorted(communes))
        if communes:
            (key,) = communes
            desk.warn(_("%(value)s is a postcode: the commune was taken from it."), value=written)
            return key
        desk.warn(
            _("%(value)s is no code of a commune of this site. If it is a postcode, write the commune’s name."),
            value=written,
        )
        return f"insee-commune:{written}"
    close = get_close_matches(fold(written), desk.known.by_name, n=CLOSE_ONES, cutoff=CLOSENESS + 0.15)
    if close:
        names = "; ".join(dict.fromkeys(desk.known.by_name[name][0].name for name in close))
        raise Wrong(_("“%(value)s” is not known here. Did you mean: %(close)s?"), value=written[:60], close=names)
    desk.warn(_("“%(value)s” is not among the areas of this site."), value=written[:60])
    return NOTHING


def _ambiguous(written: str, choices: list[str]) -> Wrong:
    shown = "; ".join(choices[:8])
    return Wrong(_("“%(value)s” may be: %(choices)s. Write the code."), value=written[:60], choices=shown)
