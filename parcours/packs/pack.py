"""A territory pack's files, as plain rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from parcours.translations.fields import Translated

Row = dict[str, Any]


@dataclass(frozen=True)
class Pack:
    """The folder and what stands in it; a file that is absent is empty."""

    folder: Path

    def read(self, name: str) -> Any:
        path = self.folder / name
        return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) if path.exists() else None

    @cached_property
    def territory(self) -> Row:
        return self.read("territory.yaml")

    @cached_property
    def plan(self) -> Row:
        return self.read("plan.yaml")

    @cached_property
    def invented(self) -> Row:
        return self.read("invented.yaml") or {}

    def rows(self, name: str) -> Sequence[Row]:
        return self.read(name) or []

    def text(self, texts: dict[str, str] | str | None) -> Translated:
        """A text in several languages; those that nobody read through are machine drafts (`drafts` of
        territory.yaml).
        """
        if isinstance(texts, str):
            texts = {self.territory["source_language"]: texts}
        drafts = tuple(self.territory.get("drafts", ["ar"]))
        clean = {code: text.strip() for code, text in (texts or {}).items() if text}
        return Translated.of(clean, source=self.territory["source_language"], drafts=drafts)
