"""Texts, numbers, days, hours, telephone numbers and addresses of the web, as people write them."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.utils.translation import gettext_noop as _

from parcours.directory.cleaning.desk import NOTHING, Desk, Wrong
from parcours.engines import hours as opening
from parcours.engines.plaintext import has_markup, plain_line, plain_lines
from parcours.kit.dates import UnreadableDate, parse
from parcours.translations.choices import SAVED_STATES, TranslationState
from parcours.translations.texts import Translated, Version, digest

MOST_LETTERS, MOST_RAW_LETTERS = 20_000, 100_000
ONE_LINE = {"name": 200, "summary": 300}
LONGEST_URL, LONGEST_EMAIL = 500, 254
REMEMBERED = 10_000
LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
EXTENSION = re.compile(r"[\s,(-]*\b(?:poste|ext(?:ension)?\.?)\s*:?\s*\d{1,6}\)?\s*$", re.IGNORECASE)
PHONE_WORDS = re.compile(r"\b(?:t[ée]l[ée]phone|t[ée]l|phone|portable|port|mobile|fixe|ou|et|or)\b\.?", re.IGNORECASE)
EMAIL_IN_TEXT = re.compile(r"[^\s<>,;|/()\"]+@[^\s<>,;|/()\"]+\.[^\s<>,;|/()\"]+")
DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}(:\d+)?([/?#].*)?", re.IGNORECASE)
is_email, is_url = EmailValidator(), URLValidator(schemes=["http", "https"])

TOO_LONG = _("This text has %(length)d characters, %(limit)d are allowed: shorten it.")
NOT_A_TEXT = _("A text is expected here.")
MARKUP_LEFT_OUT = _("Its formatting (HTML) was taken out; the words are kept.")
FIRST_KEPT = _("There are several in one cell: the first is kept here, “%(more)s” as a contact.")


def scalar(value: Any) -> str:
    """A cell as text. Raises Wrong for what is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal | date):
        raise Wrong(NOT_A_TEXT)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value)
    if len(text) > MOST_RAW_LETTERS:
        raise Wrong(TOO_LONG, length=len(text), limit=MOST_LETTERS)
    return text


def line(desk: Desk, value: Any, limit: int = ONE_LINE["name"]) -> str:
    """A text on one line."""
    return _fitting(_noted(desk, scalar(value), plain_line), limit)


def text(desk: Desk, value: Any, limit: int = MOST_LETTERS) -> Any:
    """A text in several languages, from one, from a text by language, or from how it is stored."""
    shape = plain_line if limit < MOST_LETTERS else plain_lines

    def tidy(raw: Any) -> str:
        return _fitting(_noted(desk, scalar(raw), shape), limit)

    if not isinstance(value, dict):
        cleaned = Translated.of({desk.known.language: tidy(value)}, source=desk.known.language)
    elif isinstance(value.get("texts"), dict):
        cleaned = _stored(value, tidy)
    else:
        texts = {_language(code): tidy(said) for code, said in value.items() if said not in (None, "")}
        cleaned = Translated.of(texts, source=desk.known.language)
    return cleaned.stored() if cleaned else NOTHING


def _stored(value: dict[str, Any], tidy: Any) -> Translated:
    source = _language(value.get("source"))
    rows = {_language(code): row for code, row in value["texts"].items()}
    if not all(isinstance(row, dict) for row in rows.values()):
        raise Wrong(NOT_A_TEXT)
    texts = {code: cleaned for code, row in rows.items() if (cleaned := tidy(row.get("text", "")))}
    if not texts:
        return Translated(source)
    kept = source if source in texts else min(texts)
    was, now = digest(str(rows[kept].get("text"))), digest(texts[kept])
    versions = {kept: Version(texts[kept], by_hand=rows[kept].get("by_hand") is True)}
    for code in sorted(texts.keys() - {kept}):
        row, state = rows[code], rows[code].get("state")
        state = state if state in SAVED_STATES else TranslationState.REVIEWED
        of = now if row.get("of") == was else str(row.get("of", ""))[:12]
        versions[code] = Version(texts[code], state, of, row.get("by_hand") is True)
    return Translated(kept, versions)


def _language(code: Any) -> str:
    if not isinstance(code, str) or not LANGUAGE_CODE.fullmatch(code):
        raise Wrong(_("“%(value)s” is not the code of a language: write “fr”, “ar”…"), value=str(code)[:20])
    return code


def _noted(desk: Desk, raw: str, shape: Any) -> str:
    """The raw text in shape; says when its markup was taken out."""
    if has_markup(raw):
        desk.warn(MARKUP_LEFT_OUT)
    cleaned: str = shape(raw)
    return cleaned


def _fitting(cleaned: str, limit: int) -> str:
    if len(cleaned) > limit:
        raise Wrong(TOO_LONG, length=len(cleaned), limit=limit)
    return cleaned


def number(desk: Desk, value: Any, low: int = 0, high: int = 32_767, *, is_whole: bool = True) -> int | str:
    """A whole number; or, as text, a number with up to two decimals."""
    written = re.sub(r"[\s\u00a0\u202f]", "", plain_line(scalar(value))).replace(",", ".")
    try:
        read = Decimal(written)
    except InvalidOperation:
        raise Wrong(_("“%(value)s” is not a number: write digits only."), value=written[:40]) from None
    if not read.is_finite() or not low <= read <= high:
        raise Wrong(
            _("%(value)s is out of bounds: it must be between %(low)d and %(high)d."),
            value=written[:40], low=low, high=high,
        )  # fmt: skip
    if not is_whole:
        return format(round(read, 2).normalize() + 0, "f")
    if read != int(read):
        raise Wrong(_("“%(value)s” must be a whole number."), value=written[:40])
    return int(read)


def day(desk: Desk, value: Any) -> str:
    try:
        read = parse(value if isinstance(value, date) else plain_line(scalar(value)))
    except UnreadableDate:
        read = None
    if read is None or read.precision != "day" or not 1900 <= read.date.year <= 2100:
        shown = str(value)[:40]
        raise Wrong(_("“%(value)s” is not a day: write it as 2026-11-25 or 25/11/2026."), value=shown)
    return read.date.isoformat()


def hours(desk: Desk, value: Any) -> str:
    """Opening hours in OpenStreetMap's syntax, from that or from readable French."""
    written = plain_line(scalar(value))
    try:
        return _read_hours(written)
    except opening.HoursError as error:
        raise Wrong(
            _("Opening hours cannot be read at “%(part)s”: write them like “Mo-Fr 09:00-12:00,14:00-17:00” "
              "or “lundi au vendredi 9h-12h et 14h-17h”."),
            part=(error.part or written)[:80],
        ) from None  # fmt: skip


# The records of a file repeat the hours and the numbers of their organisations.
_read_hours = lru_cache(REMEMBERED)(opening.read)


def url(desk: Desk, value: Any) -> str:
    """An address of the web; "www.example.org" is completed."""
    written = plain_line(scalar(value)).rstrip(" .,;")
    if not re.match(r"https?://", written, re.IGNORECASE) and DOMAIN.fullmatch(written):
        written = f"https://{written}"
    try:
        is_url(written)
    except ValidationError:
        raise Wrong(
            _("“%(value)s” is not an address of the web: it begins with https://."), value=written[:80]
        ) from None
    scheme, _colon, rest = written.partition("://")
    host, slash, path = rest.partition("/")
    return _fitting(f"{scheme.lower()}://{host.lower()}{slash}{path}", LONGEST_URL)


def email(desk: Desk, value: Any) -> str:
    """One e-mail address; others in the same cell become contacts."""
    written = plain_line(scalar(value))
    found = EMAIL_IN_TEXT.findall(written) or [written]
    first, *others = [_email(one) for one in dict.fromkeys(found)]
    _keep_more(desk, "email", others)
    return first


def _email(written: str) -> str:
    name, at, host = re.sub(r"^mailto:", "", written, flags=re.IGNORECASE).strip(" .").rpartition("@")
    cleaned = f"{name}{at}{host.lower()}"
    try:
        is_email(cleaned)
    except ValidationError:
        raise Wrong(_("“%(value)s” is not an e-mail address."), value=written[:80]) from None
    return _fitting(cleaned, LONGEST_EMAIL)


def phone(desk: Desk, value: Any) -> str:
    """One telephone number as "+33145678901", or a short one as it is dialled; others in the same cell are contacts."""
    written = plain_line(scalar(value))
    if extension := EXTENSION.search(written):
        desk.warn(_("The extension “%(extension)s” is left out."), extension=extension[0].strip(" ,(-)"))
        written = written[: extension.start()]
    region = desk.known.phone_region
    if one := _one_phone(written, region):
        return one
    first, *others = list(dict.fromkeys(_phones_in(written, region))) or [""]
    if not first:
        raise Wrong(
            _("“%(value)s” is not a telephone number of %(region)s: check its digits; write a number of another "
              "country with its prefix, like +44 20 7946 0958."),
            value=written[:40], region=region,
        )  # fmt: skip
    _keep_more(desk, "phone", others)
    return first


@lru_cache(REMEMBERED)
def _one_phone(written: str, region: str) -> str:
    try:
        number = phonenumbers.parse(PHONE_WORDS.sub("", written), region)
    except phonenumbers.NumberParseException:
        return ""
    if phonenumbers.is_valid_number(number):
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    digits = re.sub(r"\D", "", written)
    is_short = 2 <= len(digits) <= 6 and phonenumbers.is_valid_short_number_for_region(number, region)
    return digits if is_short else ""


def _phones_in(written: str, region: str) -> Iterator[str]:
    """Each number of a cell that holds several; none at all when a part of it is not one."""
    parts = [part for part in re.split(r"[/;|,]|\bou\b|\bet\b|\bor\b", written) if re.search(r"\d", part)]
    numbers = [_one_phone(part, region) for part in parts]
    if all(numbers):
        yield from numbers


def _keep_more(desk: Desk, kind: str, others: list[str]) -> None:
    if others:
        desk.more += [{kind: other} for other in others]
        desk.warn(FIRST_KEPT, more=", ".join(others))
