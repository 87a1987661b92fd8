"""Two coders agree as far as the textbooks say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.engines.agreement import CodeAgreement, agreement


def coded(letters):
    return [(letter,) for letter in letters.split()]


def test_kappa_is_that_of_the_textbook():
    """20 yes from both, 15 no from both, 5 and 10 apart: 70 % agree, 50 % would by chance, kappa is 0.4."""
    code = CodeAgreement("yes", both=20, first_only=5, second_only=10, neither=15)
    assert (code.base, code.percent) == (50, 70)
    assert code.kappa == pytest.approx(0.4)


def test_alpha_is_that_of_krippendorffs_own_examples():
    """K. Krippendorff, "Computing Krippendorff's alpha-reliability" (2011), parts A and B: nominal, two observers."""
    binary = agreement(coded("0 1 0 0 0 0 0 0 1 0"), coded("1 1 1 0 0 1 0 0 0 0"), "01")
    assert (binary.base, binary.same, round(binary.alpha, 3)) == (10, 6, 0.095)
    nominal = agreement(coded("a a b b d c c c e d d a"), coded("b a b b b c c c e d d d"), "abcde")
    assert (nominal.base, nominal.same, round(nominal.alpha, 3)) == (12, 9, 0.692)


def test_several_codes_agree_in_part():
    found = agreement([("a", "b"), ("a",), (), None, ("b",)], [("a",), ("a",), (), ("a",), None], "ab")
    assert (found.base, found.same) == (3, 2)
    assert found.codes[0] == CodeAgreement("a", both=2, first_only=0, second_only=0, neither=1)
    assert found.codes[1] == CodeAgreement("b", both=0, first_only=1, second_only=0, neither=2)
    # distances within: 1/2, 0, 0; among all 30 ordered pairs of the values ab, a, a, a, -, -: 2 × (3/2 + 2 + 6)
    assert found.alpha == pytest.approx(1 - (1 / 6) / (19 / 30))


def test_where_it_is_undefined_it_is_none_with_its_base():
    nothing = agreement([None], [("a",)], "a")
    assert (nothing.base, nothing.alpha, nothing.codes[0].kappa, nothing.codes[0].percent) == (0, None, None, None)
    always = agreement([("a",)] * 3, [("a",)] * 3, "a")
    assert (always.base, always.alpha, always.codes[0].kappa, always.codes[0].percent) == (3, None, None, 100)


def test_an_unknown_code_is_refused():
    with pytest.raises(ValueError, match="'z' is not a code"):
        agreement([("z",)], [("a",)], "a")


sets = st.lists(st.tuples(st.frozensets(st.sampled_from("abc")), st.frozensets(st.sampled_from("abc"))), min_size=1)


@given(sets)
def test_it_is_the_same_whoever_is_first_and_never_more_than_one(pairs):
    first, second = zip(*pairs, strict=True)
    here, there = agreement(first, second, "abc"), agreement(second, first, "abc")
    assert (here.alpha is None) == (there.alpha is None)
    assert [code.kappa for code in here.codes] == [code.kappa for code in there.codes]
    if here.alpha is not None:
        assert here.alpha == pytest.approx(there.alpha)
        assert here.alpha <= 1
        assert (here.alpha == pytest.approx(1)) == (here.same == here.base)
