"""Every digit that ``method="exact"`` claims for gradient descent, against routes that share nothing with it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

import theory

NEAR_POLES = st.builds(
    lambda pole, sign, size: pole + sign * Fraction(1, 10**size),
    st.sampled_from([Fraction(1), Fraction(1, 2)]),
    st.sampled_from([1, -1]),
    st.integers(1, 30),
)
ALPHAS = st.one_of(st.fractions(Fraction(1, 1000), 60, max_denominator=1000), NEAR_POLES)
DIGITS = st.sampled_from([15, 30, 60])


RATIOS = st.one_of(
    st.just(Fraction(1)),
    st.fractions(Fraction(1, 1000), Fraction(1999, 1000), max_denominator=1000),
    st.integers(1, 12).map(lambda k: 2 - Fraction(1, 10**k)),
)


@st.composite
def steps_of_any_size(draw: st.DrawFn, decades: int) -> int:
    return draw(st.integers(1, 10 ** draw(st.integers(0, decades))))


def nearest_float(value: Any) -> float:
    """Round an mpf correctly: through an exact fraction, whose division Python rounds to nearest."""
    sign, mantissa, exponent, _ = value._mpf_
    return float((-1) ** sign * Fraction(int(mantissa)) * Fraction(2) ** exponent)


def is_within(got: Any, want: Any, relative: Any) -> bool:
    with mpmath.workdps(120):
        return bool(abs(mpmath.mpf(got) - want) <= relative * abs(want))


@given(alpha=ALPHAS, dim=st.integers(2, 2500), steps=steps_of_any_size(25), c=RATIOS, digits=DIGITS)
@example(alpha=Fraction(1), dim=1501, steps=1, c=Fraction(1), digits=60).via("first sum that is not added up")
def test_against_adding_up(
    alpha: Fraction, dim: int, steps: int, c: Fraction, digits: int, reference: Any, rounding: Any
) -> None:
    query = {"alpha": alpha, "dim": dim, "step_ratio": c, "digits": digits}
    got = theory.relative_error("gd", steps=steps, **query)
    want = reference.gd_direct(alpha, dim, steps, c, digits + 10)
    assert is_within(got, want, rounding(digits))


@st.composite
def wide_dims(draw: st.DrawFn) -> int:
    return 10 ** draw(st.one_of(st.integers(3, 30), st.integers(3, 300))) + draw(st.integers(0, 1000))


@given(alpha=ALPHAS, dim=wide_dims(), steps=st.integers(1, 8), c=RATIOS, digits=DIGITS)
def test_against_the_binomial_expansion(
    alpha: Fraction, dim: int, steps: int, c: Fraction, digits: int, reference: Any, rounding: Any
) -> None:
    got = theory.relative_error("gd", alpha=alpha, dim=dim, steps=steps, step_ratio=c, digits=digits)
    want = reference.gd_binomial(alpha, dim, steps, c, digits + 10)
    assert is_within(got, want, rounding(digits))


@pytest.mark.parametrize(
    ("alpha", "dim", "steps", "c"),
    [
        (Fraction(1) + Fraction(1, 10**27), 10**9, 6, Fraction(1)),
        (Fraction(1), 10**9 + 1, 6, Fraction(1)),
        (Fraction(1), 10**9, 7, Fraction(1)),
        (Fraction(1), 10**9, 6, Fraction(1) - Fraction(1, 10**27)),
    ],
)
def test_wrong_twins_are_told_apart(
    alpha: Fraction, dim: int, steps: int, c: Fraction, reference: Any, rounding: Any
) -> None:
    got = theory.relative_error("gd", alpha=1, dim=10**9, steps=6, digits=30)
    assert not is_within(got, reference.gd_binomial(alpha, dim, steps, c, 40), rounding(30))


@pytest.mark.parametrize(
    ("alpha", "dim", "steps"),
    [
        ("1", 10**1000, 40),
        ("1/2", 10**1000, 40),
        ("1/1000", 10**1000, 10),
        ("1000000000000000000000000000001/1000000000000000000000000000000", 10**400, 3),
        ("999999999999999999999999999999/1000000000000000000000000000000", 10**400, 3),
        ("500000000000000000000000000001/1000000000000000000000000000000", 10**400, 3),
        ("3/2", 10**1000, 40),
        ("60", 10**1000, 2),
    ],
)
def test_extreme_dimensions(alpha: str, dim: int, steps: int, reference: Any, rounding: Any) -> None:
    exact = Fraction(alpha)
    got = theory.relative_error("gd", alpha=exact, dim=dim, steps=steps, digits=30)
    assert is_within(got, reference.gd_binomial(exact, dim, steps, Fraction(1), 40), rounding(30))


@pytest.mark.parametrize(
    ("alpha", "dim", "steps"),
    [
        ("1/2", 10**12, 10**6),
        ("7/10", 10**12, 10**8),
        ("1", 10**12, 10**8),
        ("1", 10**30, 10**20),
        ("6/5", 10**30, 10**20),
        ("2", 10**30, 10**12),
    ],
)
def test_against_quadrature(alpha: str, dim: int, steps: int, reference: Any, rounding: Any) -> None:
    """Large d and t, where nothing can be added up or expanded: an integral with end corrections at 50 digits.

    The corrections leave the ninth derivative over d^9, the neglected end at x = 1 far less; hence 30 digits.
    """
    got = theory.relative_error("gd", alpha=alpha, dim=dim, steps=steps, digits=30)
    want = reference.gd_quadrature(Fraction(alpha), dim, steps)
    assert is_within(got, want, rounding(30))
    assert not is_within(
        got, reference.gd_quadrature(Fraction(alpha), dim, steps + steps // 10**6), rounding(15)
    )


@given(dim_log=st.integers(4, 300), share=st.fractions(Fraction(1, 10), Fraction(9, 10), max_denominator=50))
def test_short_form_at_alpha_one(dim_log: int, share: Fraction, reference: Any, rounding: Any) -> None:
    """E_1((2t + ½)/d) / H: with u = d/x the sum is ∫ e^(-(2t + ½)/x) (1 + O(t/x²))/x, x ~ max(t, d): off by 1/t.

    The summand (1 - 1/x)^2t is exp(-(2t)(1/x + 1/2x² + …)), and the ½ absorbs half of the last term; what is left is
    at most t/x² per unit of mass, which is largest, 1/(4t), at the maximum x = 2t.
    """
    dim = 10**dim_log
    steps = 10 ** max(2, int(dim_log * share))
    with mpmath.workdps(40):
        short = mpmath.e1((2 * steps + mpmath.mpf(1) / 2) / dim) / reference.power_sum(dim, Fraction(1))
    got = theory.relative_error("gd", alpha=1, dim=dim, steps=steps, digits=30)
    assert is_within(got, short, mpmath.mpf(1) / steps + rounding(30))


@given(
    alpha=st.integers(1, 4),
    dim=st.integers(1, 40),
    steps=st.integers(0, 12),
    c=st.fractions(Fraction(1, 100), Fraction(199, 100), max_denominator=100),
)
def test_against_exact_rationals(alpha: int, dim: int, steps: int, c: Fraction, reference: Any) -> None:
    want = reference.gd_fraction(alpha, dim, steps, c)
    assert theory.relative_error("gd", alpha=alpha, dim=dim, steps=steps, step_ratio=c) == float(want)
    total = sum(Fraction(1, k**alpha) for k in range(1, dim + 1))
    if c * total < 2 * total:
        assert theory.relative_error("gd", alpha=alpha, dim=dim, steps=steps, step_size=c * total) == float(
            want
        )


@given(alpha=ALPHAS, dim=st.integers(1, 1800), steps=steps_of_any_size(8))
def test_floats_are_correctly_rounded(alpha: Fraction, dim: int, steps: int, reference: Any) -> None:
    want = reference.gd_direct(alpha, dim, steps, Fraction(1), 40)
    assume(want == 0 or want > mpmath.mpf("1e-300"))
    assert theory.relative_error("gd", alpha=alpha, dim=dim, steps=steps) == nearest_float(want)


@given(alpha=ALPHAS, exponent=st.integers(0, 18), steps=steps_of_any_size(22), factor=st.integers(2, 9))
def test_decreases(alpha: Fraction, exponent: int, steps: int, factor: int) -> None:
    dim = 10**exponent + 1
    query = {"alpha": alpha, "dim": dim, "digits": 60}
    values = theory.relative_error("gd", steps=[0, steps, steps + 1, steps * factor + 1], **query)
    assert values[0] == 1
    assert values[0] > values[1] > values[2] > values[3] > 0


def test_edges() -> None:
    assert theory.relative_error("gd", alpha=60, dim=10**1000, steps=0) == 1.0
    assert theory.relative_error("gd", alpha="1/2", dim=1, steps=0) == 1.0
    assert theory.relative_error("gd", alpha="1/2", dim=1, steps=1) == 0.0
    assert theory.relative_error("gd", alpha="1/2", dim=1, steps=3, step_ratio="3/2") == 2.0**-6
    got = theory.relative_error("gd", alpha=1, dim=2, steps=10**6, digits=20)
    with mpmath.workdps(20):
        assert got == mpmath.ldexp(1, -2 * 10**6) / 3


@given(
    alpha=st.fractions(Fraction(1, 2), 3, max_denominator=10),
    dim=st.integers(2, 400),
    log_t=st.integers(7, 20),
)
def test_beyond_the_floats(alpha: Fraction, dim: int, log_t: int, reference: Any, rounding: Any) -> None:
    steps = 10**log_t
    want = reference.gd_direct(alpha, dim, steps, Fraction(1), 40)
    assume(want < mpmath.mpf("1e-310"))
    with pytest.raises(OverflowError, match="digits=") as failure:
        theory.relative_error("gd", alpha=alpha, dim=dim, steps=steps)
    assert "\n" not in str(failure.value)
    got = theory.relative_error("gd", alpha=alpha, dim=dim, steps=steps, digits=15)
    assert is_within(got, want, rounding(15))
