"""A number that a page or a document prints, with what one must know to believe it.

An app offers its figures by a provider: `register("survey", find)` in its `AppConfig.ready`;
`get("survey.axis_rights")` then calls `find("survey.axis_rights")`. Numbers are printed in the reader's language,
always in western digits.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Self

from babel import Locale, UnknownLocaleError
from babel.numbers import format_decimal
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, to_locale

Text = str | Promise
Number = int | float | Decimal

NO_VALUE = "–"
PERCENT = "%"
EURO = "€"
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


class UnknownFigure(KeyError):
    """No provider knows a figure of this key."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key

    def __str__(self) -> str:
        return gettext("No figure is called “%(key)s”.") % {"key": self.key}


@dataclass(frozen=True)
class Figure:
    """A value, its unit, and where it comes from.

    `value` is None when it is unknown or withheld. `unit` is "%", "€", "" or a word that follows the number.
    `period` and `source` are short ("2017", "Online survey, question 4"); `how` says how it was computed, in one
    sentence. `n` counted of `base`, whose `base_label` names what the base counts ("respondents"). `quoted` marks a
    number that a source prints and that nothing here recomputes. `decimals` are the digits shown after the mark.
    Raises ValueError for a percentage that has neither base nor quotation.
    """

    key: str
    label: Text
    value: Number | None
    unit: Text = ""
    period: Text = ""
    source: Text = ""
    how: Text = ""
    n: int | None = None
    base: int | None = None
    base_label: Text = ""
    quoted: bool = False
    decimals: int = 0

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\w[\w.\-]*", self.key):
            raise ValueError(f"a figure's key is words joined by dots, not {self.key!r}")
        if self.unit == PERCENT and self.base is None and not self.quoted:
            raise ValueError(f"{self.key}: a percentage without base cannot be rendered")

    @classmethod
    def count(
        cls, key: str, label: Text, n: int, *, unit: Text = "", period: Text = "", source: Text = "", how: Text = ""
    ) -> Self:
        """So many rows of our own."""
        return cls(key, label, n, unit, period, source, how, n=n)

    @classmethod
    def share(
        cls,
        key: str,
        label: Text,
        *,
        n: int,
        base: int,
        base_label: Text = "",
        period: Text = "",
        source: Text = "",
        how: Text = "",
        decimals: int = 1,
    ) -> Self:
        """n of base, in per cent; without a value when the base is empty."""
        value = Decimal(100 * n) / base if base else None
        return cls(key, label, value, PERCENT, period, source, how, n, base, base_label, decimals=decimals)

    @classmethod
    def quote(
        cls,
        key: str,
        label: Text,
        value: Number,
        *,
        source: Text,
        unit: Text = "",
        period: Text = "",
        how: Text = "",
        decimals: int = 0,
    ) -> Self:
        """A number as a source prints it; its source must be named."""
        if not source:
            raise ValueError(f"{key}: a quoted figure names its source")
        return cls(key, label, value, unit, period, source, how, quoted=True, decimals=decimals)

    @property
    def anchor(self) -> str:
        """The HTML id of the place where the figure is explained: "figure-survey-axis_rights"."""
        return "figure-" + self.key.replace(".", "-")

    @property
    def is_known(self) -> bool:
        return self.value is not None

    def withheld(self, threshold: int) -> "Figure":
        """The same without its numbers when they would count fewer than `threshold` (in the share, or beside it)."""
        rest = None if self.n is None or self.base is None else self.base - self.n
        if not suppressed(self.n, threshold) and not suppressed(rest, threshold):
            return self
        how = gettext("Withheld: fewer than %(threshold)d.") % {"threshold": threshold}
        return replace(self, value=None, n=None, how=how)

    def formatted(self) -> str:
        """The number and its unit in the active language: "58,1 %", "18 250 €", "62 respondents"."""
        if self.value is None:
            return NO_VALUE
        if self.unit in (PERCENT, EURO):
            return format_number(self.value, self.decimals, unit=str(self.unit))
        number = format_number(self.value, self.decimals)
        return f"{number}{NO_BREAK_SPACE}{self.unit}" if self.unit else number

    def citation(self) -> str:
        """One line that says what the number counts, when, where it comes from and how."""
        parts = [str(self.label), self._counted(), str(self.period)]
        if self.source:
            parts.append(gettext("source: %(source)s") % {"source": self.source})
        parts.append(str(self.how))
        if self.quoted:
            parts.append(gettext("quoted as printed, not recomputed"))
        return " · ".join(part for part in parts if part)

    def _counted(self) -> str:
        """The base, and how many of it: "36 of 62 respondents"."""
        if self.base is None:
            return ""
        base = f"{format_number(self.base)} {self.base_label}".strip()
        if self.n is None:
            return gettext("base: %(base)s") % {"base": base}
        return gettext("%(n)s of %(base)s") % {"n": format_number(self.n), "base": base}

    def __str__(self) -> str:
        return self.formatted()


def active_locale() -> Locale:
    """The active language's conventions; English ones for a language nobody has described."""
    language = get_language() or "en"
    try:
        # English as Europe writes it: the day before the month
        return Locale.parse("en_GB" if language == "en" else to_locale(language))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def format_number(value: Number, decimals: int = 0, *, unit: str = "") -> str:
    """A number in the active language, rounded half up, in western digits; `unit` may be "%" or "€"."""
    number = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    locale = active_locale()
    if unit == EURO:
        pattern = locale.currency_formats["standard"].pattern.replace("¤", EURO)
    elif unit == PERCENT:
        pattern, number = locale.percent_formats[None].pattern, number / 100
    else:
        pattern = locale.decimal_formats[None].pattern
    return format_decimal(number, _with_decimals(pattern, decimals), locale=locale, numbering_system="latn")


def _with_decimals(pattern: str, decimals: int) -> str:
    """A number pattern of Unicode's locale data ("#,##0.00 ¤") with this many digits after the mark."""
    return re.sub(r"0(\.[0#]+)?(?![0#,.])", "0" + ("." + "0" * decimals if decimals else ""), pattern)


def suppressed(n: int | None, threshold: int) -> bool:
    """Whether a count is too small to be shown: at least one and fewer than the threshold. Nobody (0) may be shown."""
    return n is not None and 0 < n < threshold


Provider = Callable[[str], Figure | None]
PROVIDERS: dict[str, Provider] = {}


def register(prefix: str, function: Provider) -> None:
    """Let `function` answer for every key that is `prefix` or begins with `prefix` and a dot; it gets the whole key.

    The empty prefix is asked last, for whatever key.
    """
    if PROVIDERS.get(prefix, function) != function:
        raise ValueError(f"figures called {prefix!r} have a provider already")
    PROVIDERS[prefix] = function


def get(key: str) -> Figure:
    """The figure of this key, from the provider whose prefix fits it most closely. Raises UnknownFigure."""
    parts = key.split(".")
    for length in range(len(parts), -1, -1):
        provider = PROVIDERS.get(".".join(parts[:length]))
        figure = provider(key) if provider else None
        if figure is not None:
            return figure
    raise UnknownFigure(key)
