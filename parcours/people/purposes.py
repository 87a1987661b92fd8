"""What people may agree to. Apps above add theirs; each text is shown, and kept, in the person's language.

`register(Purpose(…))` in an `AppConfig.ready`; `on_withdrawal(key, function)` lets an app act when one is withdrawn.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from parcours.translations.languages import site_language

if TYPE_CHECKING:
    from parcours.people.models import Consent


@dataclass(frozen=True)
class Purpose:
    """`text` is what the person is shown, whole."""

    key: str
    title: str | Promise
    text: str | Promise
    is_general: bool = True  # asked on a person's page; others are asked where they matter

    def shown(self, language: str) -> tuple[str, str]:
        """The text for a reader of `language`, and the language that it is really in."""
        spoken = site_language(language)
        with override(spoken):
            return str(self.text), spoken


ACCOMPANY = Purpose(
    "accompany",
    _("To accompany me"),
    _(
        "The association that accompanies me keeps my name, how to reach me, my languages and the dates when I came."
        " Only the people who work with me see them. I can see, correct, take away or have erased all of it, whenever I"
        " want."
        " It is erased two years after our last contact. Nobody asks about my residence permit."
    ),
)
MESSAGES = Purpose(
    "messages",
    _("To write to me"),
    _(
        "I am told of dates, changes and cancellations, as I chose: by text message or e-mail."
        " Nothing else is sent to me."
    ),
)

PURPOSES: dict[str, Purpose] = {}
_RECEIVERS: dict[str, list[Callable[["Consent"], None]]] = {}


def register(purpose: Purpose) -> None:
    PURPOSES[purpose.key] = purpose


def on_withdrawal(key: str, function: Callable[["Consent"], None]) -> None:
    """Call `function(consent)` in the same transaction when a consent of this purpose is withdrawn."""
    found = _RECEIVERS.setdefault(key, [])
    if function not in found:
        found.append(function)


def tell_withdrawn(consent: "Consent") -> None:
    for function in _RECEIVERS.get(consent.purpose, []):
        function(consent)


register(ACCOMPANY)
register(MESSAGES)
