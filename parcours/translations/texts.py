"""A text in several languages as a value: what it stores, which version a reader sees, and what is said about it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from parcours.translations.choices import TranslationState
from parcours.translations.languages import in_language_name, text_direction


def digest(text: str) -> str:
    """Twelve hexadecimal digits that change when the text changes."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Version:
    """The text in one language; `state` is DRAFT or REVIEWED, `of` the digest of the source text it renders.

    `by_hand` tells a person's draft from a machine's.
    """

    text: str
    state: str = TranslationState.REVIEWED
    of: str = ""
    by_hand: bool = False


@dataclass(frozen=True)
class Translated:
    """A text with its versions. Falsy when it has no text at all; prints in the active language, else in its source.

    `str()` gives a `Shown`: plain text for Python, in a template a markup that says when it is a fallback.
    """

    source: str = "fr"
    versions: Mapping[str, Version] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: Mapping[str, str], *, source: str = "fr", drafts: tuple[str, ...] = ()) -> "Translated":
        """Build from plain texts by language; those named in `drafts` are machine drafts, the others reviewed.

        >>> Translated.of({"fr": "Droits", "en": "Rights"}).in_language("en").text
        'Rights'
        """
        texts = {code: text for code, text in texts.items() if text}
        if source not in texts and texts:
            source = next(iter(texts))
        value = cls(source).with_source(texts[source]) if texts else cls(source)
        for code, text in texts.items():
            state = TranslationState.DRAFT if code in drafts else TranslationState.REVIEWED
            value = value if code == source else value.with_version(code, text, state=state)
        return value

    @classmethod
    def parse(cls, value: Mapping[str, Any] | None) -> "Translated":
        """Read the stored JSON."""
        if not value:
            return cls()
        versions = {
            code: Version(
                row["text"], row.get("state", TranslationState.REVIEWED), row.get("of", ""), row.get("by_hand", False)
            )
            for code, row in value.get("texts", {}).items()
        }
        return cls(value.get("source", "fr"), versions)

    def stored(self) -> dict[str, Any]:
        """The JSON that `parse` reads."""
        texts: dict[str, dict[str, Any]] = {}
        for code, version in sorted(self.versions.items()):
            texts[code] = {"text": version.text}
            if code != self.source:
                texts[code] |= {"state": str(version.state), "of": version.of}
            if version.by_hand:
                texts[code]["by_hand"] = True
        return {"source": self.source, "texts": texts}

    @property
    def source_text(self) -> str:
        return self.text_in(self.source)

    def text_in(self, language: str) -> str:
        """The text of exactly this language; empty when there is none."""
        version = self.versions.get(language)
        return version.text if version else ""

    def state(self, language: str) -> str:
        """Missing, draft, reviewed or outdated; the source itself is always reviewed."""
        version = self.versions.get(language)
        if version is None or not version.text:
            return TranslationState.MISSING
        if language == self.source:
            return TranslationState.REVIEWED
        return TranslationState.OUTDATED if version.of != digest(self.source_text) else version.state

    def with_source(self, text: str) -> "Translated":
        """The same with another source text: its other versions become outdated."""
        return replace(self, versions={**self.versions, self.source: Version(text)})

    def with_version(
        self, language: str, text: str, *, state: str = TranslationState.REVIEWED, by_hand: bool = False
    ) -> "Translated":
        """The same with this translation, of the source as it now stands; an empty text removes it."""
        if language == self.source:
            return self.with_source(text)
        versions = {code: version for code, version in self.versions.items() if code != language}
        if text:
            drafted_by_hand = by_hand and state == TranslationState.DRAFT
            versions[language] = Version(text, state, digest(self.source_text), drafted_by_hand)
        return replace(self, versions=versions)

    def in_language(self, language: str) -> "Shown":
        """The version to show a reader of this language: theirs, else the source, else any."""
        for code in (language, self.source, *sorted(self.versions)):
            if (version := self.versions.get(code)) and version.text:
                return Shown(
                    version.text, code, self.state(code), is_fallback=code != language, by_hand=version.by_hand
                )
        return Shown("", language, TranslationState.MISSING, is_fallback=False)

    @property
    def shown(self) -> "Shown":
        return self.in_language(get_language() or self.source)

    @property
    def text(self) -> str:
        """The plain text to show, for attributes, titles and exports."""
        return self.shown.text

    def __bool__(self) -> bool:
        return any(version.text for version in self.versions.values())

    def __str__(self) -> str:
        # A template prints an object by str() before it asks for __html__: a plain string would lose the remark.
        return self.shown

    def __html__(self) -> SafeString:
        return self.shown.__html__()


class Shown(str):
    """A text as one reader sees it: a plain string that, in a template, says when it is a fallback or a draft."""

    __slots__ = ("by_hand", "is_fallback", "language", "state")
    language: str
    state: str
    is_fallback: bool
    by_hand: bool

    def __new__(cls, text: str, language: str, state: str, is_fallback: bool, by_hand: bool = False) -> "Shown":
        shown = super().__new__(cls, text)
        shown.language, shown.state, shown.is_fallback, shown.by_hand = language, state, is_fallback, by_hand
        return shown

    def __getnewargs__(self) -> tuple[str, str, str, bool, bool]:  # type: ignore[override]
        """What copies are made from (a form copies its choices)."""
        return self.text, self.language, self.state, self.is_fallback, self.by_hand

    @property
    def text(self) -> str:
        return "".join(self)

    @property
    def remark(self) -> str:
        """Why this text may surprise its reader: "in French", "translation not reviewed"…; empty when it should not."""
        if self.is_fallback:
            return in_language_name(self.language)
        if self.state == TranslationState.DRAFT:
            return (
                gettext("translation not reviewed yet")
                if self.by_hand
                else gettext("machine translation, not reviewed")
            )
        if self.state == TranslationState.OUTDATED:
            return gettext("translation of an older text")
        return ""

    @property
    def direction(self) -> str:
        return text_direction(self.language)

    def as_html(self, body: str, tag: str = "span") -> SafeString:
        """The body (escaped unless safe) in a `tag` of its language, with the remark; bare when there is none."""
        if not self.remark:
            return format_html("{}", body)
        language = format_html(' lang="{}" dir="{}"', self.language, self.direction) if self.is_fallback else ""
        return format_html(
            '<{0} class="other-language"><{0}{1}>{2}</{0}> <small class="remark">{3}</small></{0}>',
            tag,
            language,
            body,
            self.remark,
        )

    def __html__(self) -> SafeString:
        return self.as_html(self.text)
