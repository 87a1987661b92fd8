"""Languages that people speak, named in the reader's language, and in themselves where that is known."""

from babel import Locale, UnknownLocaleError
from django.utils.translation import gettext as _

from parcours.kit.figures import active_locale

# Those most spoken by people who arrive in France, then Europe's; a code of three letters where there is none of two.
CODES = (
    *("fr", "ar", "ti", "am", "so", "om", "sw", "ln", "ff", "bm", "snk", "wo", "ha", "ary", "arz", "ber", "kab"),
    *("fa", "prs", "ps", "ur", "pa", "bn", "hi", "ta", "si", "ne", "tr", "ku", "ckb", "uk", "ru", "ka", "hy", "az"),
    *("ro", "sq", "sr", "bg", "pl", "pt", "es", "it", "de", "en", "zh", "yue", "vi", "th", "km", "mg", "ht", "rom"),
)
OURS = {"prs": "دری", "ber": "Tamaziɣt", "ary": "الدارجة", "snk": "Soninké", "ff": "Pulaar", "rom": "Romani"}


def language_name(code: str) -> str:
    """In the active language; the code itself where nobody has named it."""
    return str(active_locale().languages.get(code, code))


def own_name(code: str) -> str:
    """In the language itself: "العربية", "ትግርኛ"; "" where that is not known."""
    if code in OURS:
        return OURS[code]
    try:
        return str(Locale.parse(code).get_language_name(code) or "")
    except (UnknownLocaleError, ValueError):
        return ""


def language_choices() -> list[tuple[str, str]]:
    """Codes with both names, French first, then in the order of their names."""
    named = [(code, " · ".join(dict.fromkeys(filter(None, [language_name(code), own_name(code)])))) for code in CODES]
    return [named[0], *sorted(named[1:], key=lambda pair: pair[1].casefold())]


def languages_with_empty() -> list[tuple[str, str]]:
    return [("", _("choose")), *language_choices()]
