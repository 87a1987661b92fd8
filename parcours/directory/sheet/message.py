"""A service in one short message, to be sent from the phone of whoever recommends it."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import translation

from parcours.directory.sheet.facts import facts_of
from parcours.kit.punctuation import colon, semicolon
from parcours.translations.languages import text_direction

if TYPE_CHECKING:
    from parcours.directory.models import Service

# Three text messages of the Latin alphabet, seven of another: more is not read.
LONGEST = 480
ELLIPSIS = "…"
# What goes first when it is too much; the name, the address, the hours and the link never go.
DROPPED = ("french", "languages", "cost", "contact")
LABELLED = ("cost", "languages", "french")
# Where all reads from left to right, signs of direction would only cost letters.
WITHOUT_ISOLATES = dict.fromkeys(range(0x2066, 0x206A))
TOLD = ("where", "when", "contact", "cost", "languages", "french")


def message(service: "Service", language: str, *, at: datetime, url: str) -> str:
    """The name, where, when, whom to call and the page's address, in one language; at most `LONGEST` characters."""
    facts = {fact.name: fact for fact in facts_of(service, language, at=at) if fact.is_known or fact.name == "when"}
    with translation.override(language):
        lines = {"name": f"{service.name.text} – {service.organisation.short_name}"}
        lines |= {name: semicolon().join(facts[name].lines) for name in TOLD if name in facts}
        if "contact" in facts:
            lines["contact"] = facts["contact"].lines[0]
        for name in LABELLED:
            if name in lines:
                lines[name] = facts[name].label + colon() + lines[name]
    if text_direction(language) == "ltr":
        lines = {name: line.translate(WITHOUT_ISOLATES) for name, line in lines.items()}
    for name in DROPPED:
        if len(_joined(lines, url)) > LONGEST:
            lines.pop(name, None)
    while (excess := len(_joined(lines, url)) - LONGEST) > 0:
        longest = max(lines, key=lambda name: len(lines[name]))
        lines[longest] = lines[longest][: -excess - len(ELLIPSIS)].rstrip() + ELLIPSIS
    return _joined(lines, url)


def _joined(lines: dict[str, str], url: str) -> str:
    return "\n".join([*lines.values(), url])
