"""The words of a service's page, sheet and message, in the languages that a sheet is handed over in."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from parcours.translations.texts import Shown, Translated

TABLE = Path(__file__).parent / "words.yaml"
# French stands on every sheet; one of these beside it.
SECOND_LANGUAGES = ("en", "ar", "es", "ru", "uk", "ti")
SHEET_LANGUAGES = ("fr", *SECOND_LANGUAGES)


@cache
def table() -> Mapping[str, Translated]:
    """Every phrase by its name."""
    document = yaml.load(TABLE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    drafts = document["drafts"]
    return {
        name: Translated.of(texts, drafts=tuple(code for code in drafts if code in texts))
        for name, texts in document["words"].items()
    }


@dataclass(frozen=True)
class Words:
    """`Words("ar")("cost")`: a phrase in one language, in French where it has none; KeyError for a name unknown."""

    language: str

    def __call__(self, name: str, **values: object) -> str:
        return self.shown(name).text.format(**values)

    def shown(self, name: str) -> Shown:
        """The phrase as it stands in the table, with its state."""
        return table()[name].in_language(self.language)

    @property
    def is_draft(self) -> bool:
        """Whether these words are a machine's and nobody reviewed them."""
        return any(text.state(self.language) != "reviewed" for text in table().values())
