"""What a language code says: its name and its direction. Direction comes from the code, never guessed from a text."""

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "ps", "prs", "ckb", "sd", "yi"})

# Whole phrases: many languages decline the name, or write it in lower case within a sentence.
IN_LANGUAGE = {
    "ar": _("in Arabic"),
    "en": _("in English"),
    "es": _("in Spanish"),
    "fr": _("in French"),
    "ru": _("in Russian"),
    "uk": _("in Ukrainian"),
}


def language_name(code: str) -> str:
    """The language's name in the active language; the code itself when unknown."""
    info = LANG_INFO.get(code)
    return gettext(info["name"]) if info else code


def in_language_name(code: str) -> str:
    """ "in French", in the active language."""
    return str(IN_LANGUAGE.get(code) or format_lazy(_("in {language}"), language=language_name(code)))


def text_direction(code: str) -> str:
    """ "rtl" or "ltr", as HTML's `dir` wants it."""
    return "rtl" if code.partition("-")[0] in RIGHT_TO_LEFT else "ltr"


def site_language(code: str) -> str:
    """The language in which the site speaks to a reader of this one: itself, or the site's own."""
    offered = dict(settings.LANGUAGES)
    return code if code in offered else settings.LANGUAGE_CODE
