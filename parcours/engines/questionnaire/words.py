"""How XLSForm writes types, columns and languages, today and in older forms."""

import re

from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

from parcours.engines.questionnaire.form import ChoiceRole, Kind
from parcours.engines.questionnaire.sheets import Row, Sheets

NAME = re.compile(r"[^\W\d][\w.\-]*")
LANGUAGE = re.compile(r"\(([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)\)\s*$")
LANGUAGE_NAMES = {
    "english": "en", "français": "fr", "french": "fr", "arabic": "ar", "العربية": "ar", "español": "es",
    "spanish": "es",
    "russian": "ru", "русский": "ru", "українська": "uk", "ukrainian": "uk",
}  # fmt: skip
# other spellings that XLSForm has known
COLUMNS = {
    "relevance": "relevant", "calculate": "calculation", "list name": "list_name", "value": "name", "caption": "label",
    "constraint message": "constraint_message", "required message": "required_message", "command": "type",
    "tag": "name",
    "choice filter": "choice_filter",
}  # fmt: skip
KINDS: dict[str, Kind] = {
    "text": "text", "string": "text", "email": "text", "integer": "integer", "int": "integer", "decimal": "decimal",
    "date": "date", "time": "time", "note": "note", "acknowledge": "acknowledge", "trigger": "acknowledge",
    "calculate": "calculate", "hidden": "hidden",
}  # fmt: skip
FILLED_BY_THE_APP = {
    "start", "end", "today", "deviceid", "username", "email", "phonenumber", "audit", "simserial", "subscriberid",
}  # fmt: skip
SELECTS: dict[str, Kind] = {"select_one": "one", "select_multiple": "many", "rank": "unasked"}
SELECT_WORDS = {
    "select one from": "select_one", "select one": "select_one", "select1": "select_one",
    "select multiple from": "select_multiple", "select all that apply from": "select_multiple",
    "select multiple": "select_multiple", "select all that apply": "select_multiple",
}  # fmt: skip
ROLES: dict[str, ChoiceRole] = {
    "none": "none", "none_of_these": "none", "aucun": "none", "aucune": "none", "dont_know": "unknown",
    "don_t_know": "unknown", "dk": "unknown", "nsp": "unknown", "ne_sait_pas": "unknown", "other": "other",
    "autre": "other",
}  # fmt: skip
WRITTEN = ("label", "hint", "constraint_message", "required_message")
YES = {"yes", "true", "true()", "1", "oui"}
NO = {"no", "false", "false()", "0", "non"}


def languages_of(sheets: Sheets) -> dict[str, str]:
    """Codes of the languages in which the form is written, the default first: {"fr": "Français (fr)"}."""
    columns = [name.partition(":") for sheet in ("survey", "choices") for name in sheets.columns.get(sheet, [])]
    found = [language.strip(": ") for head, _colon, language in columns if language and head.strip().lower() in WRITTEN]
    default = sheets.settings.get("default_language", "")
    ordered = sorted(dict.fromkeys(found), key=lambda name: name != default)
    return {language_code(name): name for name in ordered}


def language_code(name: str) -> str:
    """The code of a language as a form's author names it: "fr" of "Français (fr)"."""
    if match := LANGUAGE.search(name):
        return match[1].lower()
    return LANGUAGE_NAMES.get(name.strip().lower(), name.strip().lower())


def plain_row(row: Row) -> Row:
    """A row under the names that columns have today."""
    return {COLUMNS.get(name.lower(), name.lower() if ":" not in name else name): value for name, value in row.items()}


def split_type(written: str) -> tuple[str, str, bool]:
    """The type, the list it chooses from, and whether something else may be written."""
    with_other = bool(re.search(r"\b(or[_ ]other|or specify other)$", written, re.IGNORECASE))
    words = re.sub(r"\s*\b(or[_ ]other|or specify other)$", "", written, flags=re.IGNORECASE)
    first, _space, rest = words.partition(" ")
    if first.lower() in SELECTS:
        return first.lower(), rest.strip(), with_other
    for spelling, type_ in SELECT_WORDS.items():
        if words.lower().startswith(spelling + " "):
            return type_, words[len(spelling) :].strip(), with_other
    return written.lower(), "", False


def is_known_type(type_: str) -> bool:
    base = type_.partition(" ")[0]
    return (
        type_ in QUESTION_TYPE_DICT or type_ in SELECTS or base.startswith(("select_", "csv-external", "xml-external"))
    )
