"""The best gradient-descent step: its error against a bisection of the slope in mpmath, and its guarantees."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

import theory
from theory.balls import ball
from theory.threshold import zero

ALPHAS = st.fractions(Fraction(1, 20), 5, max_denominator=40)
STEPS = st.sampled_from([1, 2, 3, 7, 30, 200, 3000])


def by_bisection(alpha: Fraction, dim: int, steps: int, reference: Any) -> tuple[Any, Any]:
    """Return (c, error) where the slope Σ w²(1 - cw)^(2t-1) vanishes on (1, 2], by bisection."""
    weights = [mpmath.power(k, -reference.mp(alpha)) for k in range(1, dim + 1)]

    def slope(c: Any) -> Any:
        return mpmath.fsum(w * w * (1 - c * w) ** (2 * steps - 1) for w in weights)

    low, high = mpmath.mpf(1), mpmath.mpf(2)
    if slope(high) < 0:
        for _ in range(70):
            middle = (low + high) / 2
            low, high = (middle, high) if slope(middle) > 0 else (low, middle)
    error = mpmath.fsum(w * (1 - high * w) ** (2 * steps) for w in weights) / mpmath.fsum(weights)
    return high, error


@given(alpha=ALPHAS, dim=st.integers(2, 25), steps=STEPS)
def test_against_bisection(alpha: Fraction, dim: int, steps: int, reference: Any) -> None:
    query = {"alpha": alpha, "dim": dim, "steps": steps}
    with mpmath.workdps(50):
        c, want = by_bisection(alpha, dim, steps, reference)
        got = theory.enclosure("gd", step_size="best", digits=18, **query)
        # The bisection stops 2^-70 short, the error of which is of second order.
        assert got.lower * (1 - mpmath.mpf(10) ** -24) <= want <= got.upper * (1 + mpmath.mpf(10) ** -24)
        total = mpmath.fsum(mpmath.power(k, -reference.mp(alpha)) for k in range(1, dim + 1))
        assert abs(theory.step_size("gd", digits=15, **query) / (c * total) - 1) < mpmath.mpf(10) ** -14


@given(alpha=ALPHAS, exponent=st.integers(1, 30), share=st.floats(0.1, 1.2))
def test_not_beaten_by_other_steps(alpha: Fraction, exponent: int, share: float) -> None:
    dim = 10**exponent
    steps = max(1, int(float(dim) ** (min(float(alpha), 1.0) * share)))
    query = {"alpha": alpha, "dim": dim, "steps": steps, "digits": 20}
    best = theory.relative_error("gd", step_size="best", **query)
    for ratio in ("1", "3/2", "19/10", "1999/1000", Fraction(2) - Fraction(1, 2 * steps + 1)):
        assert best <= theory.relative_error("gd", step_ratio=ratio, **query)


def test_counts_and_edges() -> None:
    count = theory.iterations("gd", alpha=1, dim=1000, epsilon="1/10", step_size="best")
    errors = theory.relative_error("gd", alpha=1, dim=1000, steps=[count - 1, count], step_size="best")
    assert errors[1] <= 0.1 < errors[0]
    # Twice as fast at best: the step is at most twice 1/π₁.
    assert count >= theory.iterations("gd", alpha=1, dim=1000, epsilon="1/10") / 2
    assert theory.relative_error("gd", alpha=1, dim=1, steps=1, step_size="best") == 0
    # Nearly uniform frequencies and one step: the error still falls at the edge of stability.
    assert theory.step_size("gd", alpha="1/10", dim=10**6, steps=1) == 2 * theory.step_size(
        "gd", alpha="1/10", dim=10**6
    )
    with pytest.raises(ValueError, match="step_size='best'"):
        theory.relative_error("gd", alpha=1, dim=100, steps=5, step_size="best", method="finite")


@pytest.mark.parametrize("jump", [Fraction(3, 8), Fraction(1, 1000), Fraction(999, 1000)])
def test_a_zero_is_closed_in_on_where_no_value_is_small(jump: Fraction) -> None:
    width = ball(Fraction(1, 2**30))
    found = zero(lambda x: ball(1 if x > ball(jump) else -1), ball(-1), ball(Fraction(1, 10)), width, width)
    assert abs(found - ball(jump)) <= 2 * width
