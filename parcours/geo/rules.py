"""What counts as the same name, and the address of an area."""

import re
import unicodedata

from django.utils.text import slugify

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ё": "е"})
_ARABIC = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه", "ـ": None})


def fold(text: str) -> str:
    """Lower case, without accents, apostrophes or hyphens: "L'Haÿ-les-Roses" → "l hay les roses".

    Deterministic: the same on every server whatever its locale, so that it can order and compare names.
    """
    lowered = unicodedata.normalize("NFKC", text).casefold().translate(_LIGATURES).translate(_ARABIC)
    bare = "".join(letter for letter in unicodedata.normalize("NFD", lowered) if not unicodedata.combining(letter))
    return " ".join(re.findall(r"\w+", bare))


def slug_for(*, name: str, names: dict[str, str], code_system: str, code: str) -> str:
    """The address of an area: its name (in Latin letters if any is known) and its code."""
    latin = next((slug for known in (name, names.get("en", "")) if (slug := slugify(fold(known)))), code_system)
    return f"{latin}-{slugify(code)}"
