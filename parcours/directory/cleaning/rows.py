"""The rows that hang on a record: places, languages, contacts, numbers in registers."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from math import asin, cos, radians, sin, sqrt
from typing import Any

from django.utils.translation import gettext_noop as _
from stdnum.exceptions import ValidationError as NumberError
from stdnum.fr import siren, siret

from parcours.directory.actions.services import place_key
from parcours.directory.choices import SpokenBy
from parcours.directory.cleaning.codes import area, code, codes, several
from parcours.directory.cleaning.desk import NOTHING, Desk, Wrong
from parcours.directory.cleaning.plain import email, hours, line, phone, scalar, url
from parcours.directory.records import CONTACT, IDENTIFIER, LANGUAGE, PLACE, Values
from parcours.engines.plaintext import plain_line
from parcours.geo.models import Area
from parcours.geo.rules import fold

Cleaner = Callable[[Desk, Any], Any]
Row = Values

FARTHEST_KM = 30
EARTH_KM = 6371
SAME_CELL = "+,/ "
DAY_NAMES = ("lundi monday mo", "mardi tuesday tu", "mercredi wednesday we", "jeudi thursday th", "vendredi friday fr",
             "samedi saturday sa", "dimanche sunday su")  # fmt: skip
YES = {"oui", "yes", "true", "vrai", "1", "x", "o", "y"}
NO = {"non", "no", "false", "faux", "0", "n"}
RNA = re.compile(r"W\d[0-9A-Z]\d{7}")


def rows(desk: Desk, value: Any, keys: tuple[str, ...], one: Callable[[Desk, Any], Row]) -> list[Row]:
    """Each row that says something."""
    given = [value] if isinstance(value, dict) else several(value)
    found = []
    for each in given:
        try:
            row = one(desk, each)
        except Wrong as wrong:
            desk.error(wrong)
        else:
            found.append({key: row[key] for key in keys if row.get(key) not in (None, "", [], NOTHING)})
    return [row for row in found if row]


def _read_keys(desk: Desk, given: Any, cleaners: Mapping[str, Cleaner]) -> Row:
    if not isinstance(given, dict):
        raise Wrong(_("“%(value)s” cannot be read here."), value=str(given)[:60])
    row = {}
    for key, value in given.items():
        if key not in cleaners:
            desk.warn(_("“%(key)s” is not known here and left out."), key=str(key)[:40])
        elif value not in (None, "", []):
            row[key] = desk.read(key, cleaners[key], value)
    return {key: value for key, value in row.items() if value not in (NOTHING, "", [])}


# Places


def places(desk: Desk, value: Any) -> list[Row]:
    """Places, each address once."""
    once: dict[str, Row] = {}
    for row in rows(desk, value, PLACE, _place):
        if once.setdefault(place_key(row), row) != row:
            desk.warn(_("The same address stands twice: the first is kept."))
    return list(once.values())


def _place(desk: Desk, given: Any) -> Row:
    row = _read_keys(desk, {"address": given} if isinstance(given, str) else given, PLACE_CLEANERS)
    written = given.get("area") if isinstance(given, dict) else ""
    row["area"] = _commune(desk, written, row.get("postcode", ""))
    if row["area"] is NOTHING and written:
        _keep_town(row, plain_line(str(written)))
    _check_point(desk, row)
    return row


def _commune(desk: Desk, written: Any, postcode: str) -> str:
    if written in (None, ""):
        known = desk.known.communes_of_postcode(postcode) if postcode else set()
        return min(known) if len(known) == 1 else NOTHING
    key: str = desk.read("area", partial(area, postcode=postcode), written)
    return key


def _keep_town(row: Row, town: str) -> None:
    """A town that is not among the areas stays readable in the address."""
    address = row.get("address", "")
    if fold(town) not in fold(address):
        row["address"] = f"{address}, {town}".strip(", ")[:200]


def _postcode(desk: Desk, value: Any) -> str:
    written = plain_line(scalar(value)).upper()
    if desk.known.phone_region != "GB" and re.fullmatch(r"\d{4}", written):
        # a spreadsheet took the first zero for nothing
        written = f"0{written}"
    if not re.fullmatch(r"[0-9A-Z][0-9A-Z -]{2,9}", written):
        raise Wrong(_("“%(value)s” is not a postcode."), value=written[:40])
    return written


def _degrees(limit: int) -> Cleaner:
    def read(desk: Desk, value: Any) -> float:
        written = plain_line(scalar(value)).replace(",", ".")
        if not re.fullmatch(r"[+-]?\d{1,3}(\.\d+)?(e-?\d{1,2})?", written, re.IGNORECASE):
            raise Wrong(_("“%(value)s” is not a coordinate: write degrees, like 2.3936."), value=written[:40])
        if abs(float(written)) > limit:
            raise Wrong(_("%(value)s is not on earth: at most %(limit)d degrees."), value=written[:40], limit=limit)
        return float(written)

    return read


PLACE_CLEANERS: dict[str, Cleaner] = {
    "name": line,
    "address": line,
    "address_more": line,
    "postcode": _postcode,
    "area": lambda desk, value: value,
    "lon": _degrees(180),
    "lat": _degrees(90),
    "hours": hours,
    "accessibility": partial(codes, scheme="accessibility"),
    "accessibility_url": url,
}


def _check_point(desk: Desk, row: Row) -> None:
    """Both coordinates or none, somewhere, and near the commune."""
    lon, lat = row.pop("lon", None), row.pop("lat", None)
    if lon is None and lat is None:
        return
    with desk.at("lon"):
        try:
            if lon is None or lat is None:
                raise Wrong(_("Longitude and latitude go together: one of them is missing."))
            if lon == 0 and lat == 0:
                raise Wrong(_("0, 0 is in the sea off Africa: leave both coordinates empty if they are not known."))
            _near(lon, lat, desk.known.by_key.get(row["area"]) if row["area"] is not NOTHING else None)
        except Wrong as wrong:
            desk.error(wrong)
        else:
            row["lon"], row["lat"] = lon, lat


def _near(lon: float, lat: float, commune: Area | None) -> None:
    if commune is None or commune.lon is None or commune.lat is None:
        return
    far = kilometres(lon, lat, commune.lon, commune.lat)
    if far <= FARTHEST_KM:
        return
    if kilometres(lat, lon, commune.lon, commune.lat) <= FARTHEST_KM:
        raise Wrong(_("Longitude and latitude are swapped: %(commune)s is at longitude %(lon)s, latitude %(lat)s."),
                    commune=commune.name, lon=commune.lon, lat=commune.lat)  # fmt: skip
    raise Wrong(
        _("This point is %(km)d km from %(commune)s, in the sea or in another commune: correct the coordinates or "
          "the commune, or leave the coordinates empty."),
        km=round(far), commune=commune.name,
    )  # fmt: skip


def kilometres(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """The shortest way over the earth, as the crow flies (haversine)."""
    a, b = radians(lat), radians(other_lat)
    turn = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(radians(other_lon - lon) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(turn)))


# Languages


def languages(desk: Desk, value: Any) -> list[Row]:
    """Each language by whom it is spoken, once; days are joined, and no day means always."""
    once: dict[tuple[str, str], Row] = {}
    for row in rows(desk, value, LANGUAGE, _spoken):
        same = once.setdefault((row["code"], row["spoken_by"]), row)
        if same.get("days") and row.get("days"):
            same["days"] = sorted({*same["days"], *row["days"]})
        else:
            same.pop("days", None)
    return [once[key] for key in sorted(once)]


def _spoken(desk: Desk, given: Any) -> Row:
    """From keys, or from "ti:volunteer:tue,thu"."""
    if isinstance(given, str):
        given = dict(zip(LANGUAGE, given.split(":", maxsplit=3), strict=False))
    row = _read_keys(desk, given, LANGUAGE_CLEANERS)
    if "code" not in row:
        return {}
    return {"spoken_by": SpokenBy.STAFF.value} | row


def _days(desk: Desk, value: Any) -> list[int]:
    parts = re.split(f"[{SAME_CELL}]+", value) if isinstance(value, str) else several(value)
    return sorted({_weekday(part) for part in parts if part != ""})


def _weekday(value: Any) -> int:
    written = fold(plain_line(scalar(value)))
    if written.isdecimal() and 1 <= int(written) <= len(DAY_NAMES):
        return int(written)
    for number, names in enumerate(DAY_NAMES, start=1):
        if any(name.startswith(written) for name in names.split() if len(written) >= min(len(name), 3)):
            return number
    raise Wrong(_("“%(value)s” is not a day of the week: write “tue” or “mardi”."), value=str(value)[:40])


LANGUAGE_CLEANERS: dict[str, Cleaner] = {
    "code": partial(code, scheme="languages"),
    "spoken_by": partial(code, scheme="spoken_by"),
    "days": _days,
    "note": line,
}


# Contacts


def contacts(desk: Desk, value: Any) -> list[Row]:
    """Contacts, private unless said otherwise."""
    found = rows(desk, value, CONTACT, _contact)
    return [row for number, row in enumerate(found) if row not in found[:number]]


def _contact(desk: Desk, given: Any) -> Row:
    row = _read_keys(desk, {"name": given} if isinstance(given, str) else given, CONTACT_CLEANERS)
    if row.keys() & {"name", "phone", "email"}:
        return {"is_private": True} | row
    if "role" in row:
        raise Wrong(_("A contact needs a name, a telephone number or an e-mail address."))
    return {}


def yes_or_no(desk: Desk, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    written = fold(scalar(value))
    if written not in YES | NO:
        raise Wrong(_("“%(value)s” must be yes or no."), value=str(value)[:40])
    return written in YES


CONTACT_CLEANERS: dict[str, Cleaner] = {
    "name": partial(line, limit=120),
    "role": partial(line, limit=120),
    "phone": phone,
    "email": email,
    "is_private": yes_or_no,
}


# Numbers in registers


def identifiers(desk: Desk, value: Any) -> list[Row]:
    found = rows(desk, value, IDENTIFIER, _identifier)
    return [row for number, row in enumerate(found) if row not in found[:number]]


def _identifier(desk: Desk, given: Any) -> Row:
    """From keys, or from "siret:73282932000074"."""
    if isinstance(given, str):
        given = dict(zip(IDENTIFIER, given.split(":", maxsplit=1), strict=False))
    row = _read_keys(desk, given, {"scheme": partial(line, limit=20), "value": partial(line, limit=40)})
    if row.keys() != set(IDENTIFIER):
        raise Wrong(_("A number in a register is written with its register: siret:73282932000074."))
    scheme = fold(row["scheme"]).replace(" ", "-")
    return {"scheme": scheme, "value": _register_number(scheme, row["value"])}


def _register_number(scheme: str, written: str) -> str:
    number = re.sub(r"[\s.\u00a0-]", "", written).upper() if scheme in REGISTERS else written
    if scheme not in REGISTERS:
        return number
    if re.fullmatch(r"\d,\d+E\+?\d+", written.upper()) or re.fullmatch(r"\d\.\d+E\+?\d+", written.upper()):
        raise Wrong(
            _("“%(value)s” was rounded by the spreadsheet program: give the column the format “text” and write the "
              "number again."), value=written,
        )  # fmt: skip
    if not REGISTERS[scheme](number):
        raise Wrong(
            _("“%(value)s” is not a %(scheme)s: a digit is wrong or missing (its check digit does not fit)."),
            value=written, scheme=scheme.upper(),
        )  # fmt: skip
    return number


def _fits(check: Any) -> Callable[[str], bool]:
    def fits(number: str) -> bool:
        try:
            return bool(check.validate(number) == number)
        except NumberError:
            return False

    return fits


REGISTERS: dict[str, Callable[[str], bool]] = {
    "siret": _fits(siret),
    "siren": _fits(siren),
    "rna": lambda number: bool(RNA.fullmatch(number)),
}
