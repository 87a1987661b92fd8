"""Do two people who code open answers agree? Per code and over all, with the number of answers that both coded.

Kappa: J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20 (1960),
37–46. Alpha: K. Krippendorff, "Content Analysis" (2nd ed. 2004), ch. 11, with the Jaccard distance of two sets of
codes, since an answer may have several (as R. Passonneau, "Measuring agreement on set-valued items", LREC 2006); where
each answer has one code it is the alpha of nominal data.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

Codes = frozenset[str]


@dataclass(frozen=True)
class CodeAgreement:
    """One code: answers given it by both, by the first or second coder alone, and by neither."""

    code: str
    both: int
    first_only: int
    second_only: int
    neither: int

    @property
    def base(self) -> int:
        return self.both + self.first_only + self.second_only + self.neither

    @property
    def agreed(self) -> int:
        return self.both + self.neither

    @property
    def percent(self) -> float | None:
        return 100 * self.agreed / self.base if self.base else None

    @property
    def kappa(self) -> float | None:
        """(observed - expected) / (1 - expected); None without answers, or where chance alone makes everyone agree."""
        if not self.base:
            return None
        first, second = self.both + self.first_only, self.both + self.second_only
        # All in whole numbers, times the base squared: no rounding decides whether chance explains everything.
        expected = first * second + (self.base - first) * (self.base - second)
        if expected == self.base**2:
            return None
        return (self.agreed * self.base - expected) / (self.base**2 - expected)


@dataclass(frozen=True)
class Agreement:
    """`base` answers were coded by both; `same` of them with exactly the same codes. Alpha is None where undefined."""

    base: int
    same: int
    alpha: float | None
    codes: tuple[CodeAgreement, ...]


def agreement(
    first: Sequence[Collection[str] | None], second: Sequence[Collection[str] | None], codes: Sequence[str]
) -> Agreement:
    """How far two coders agree, answer by answer in one order. None: not coded yet; no codes: none of them fits."""
    pairs = [
        (frozenset(one), frozenset(other))
        for one, other in zip(first, second, strict=True)
        if one is not None and other is not None
    ]
    if unknown := {code for pair in pairs for codes_of_one in pair for code in codes_of_one} - set(codes):
        raise ValueError(f"{min(unknown)!r} is not a code")
    by_code = tuple(_of_code(code, pairs) for code in codes)
    return Agreement(len(pairs), sum(one == other for one, other in pairs), _alpha(pairs), by_code)


def _of_code(code: str, pairs: Sequence[tuple[Codes, Codes]]) -> CodeAgreement:
    found = Counter((code in one, code in other) for one, other in pairs)
    return CodeAgreement(code, found[True, True], found[True, False], found[False, True], found[False, False])


def _alpha(pairs: Sequence[tuple[Codes, Codes]]) -> float | None:
    """1 - observed / expected disagreement; None where every coding is the same one, so that none is expected."""
    values = Counter(value for pair in pairs for value in pair)
    total = values.total()
    apart = sum(n * m * _distance(one, other) for one, n in values.items() for other, m in values.items())
    if not apart:
        return None
    observed = sum(_distance(one, other) for one, other in pairs) / len(pairs)
    return 1 - observed * total * (total - 1) / apart


def _distance(one: Codes, other: Codes) -> float:
    """Jaccard: the share of the codes that either gave which only one gave; 0 for two that gave none."""
    either = len(one | other)
    return 1 - len(one & other) / either if either else 0.0
