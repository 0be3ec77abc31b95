"""The finite-dimension law of gradient descent: its formula, and the proven bound on its distance from the truth."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath
import pytest
from flint import ctx
from hypothesis import assume, given
from hypothesis import strategies as st

import theory
from theory import gradient_descent
from theory.balls import ball, to_mpf

ALPHAS = st.fractions(Fraction(1, 20), 4, max_denominator=40)


def bound_of(alpha: Fraction, dim: int, steps: int, c: Fraction = Fraction(1)) -> Any:
    with ctx.workprec(300):
        return to_mpf(gradient_descent.finite_error(theory.PowerLaw(alpha, dim), steps, ball(c)), 60)


def law_by_incomplete_beta(alpha: Fraction, dim: int, steps: int, *, shift: int = 0) -> list[Any]:
    """The three parts of the law, times H(d, α): the Beta integral, s(d)/2 and s'(d)/12."""
    a = mpmath.mpf(alpha.numerator) / alpha.denominator
    z = mpmath.mpf(dim) ** -a
    s = z * (1 - z) ** (2 * steps)
    slope = a / dim * (2 * steps * z / (1 - z) - 1) * s
    return [mpmath.betainc(2 * steps + 1, 1 - 1 / a + shift, 0, 1 - z) / a, s / 2, slope / 12]


@given(alpha=ALPHAS, dim=st.integers(2, 3000), steps=st.integers(1, 60))
def test_equals_the_incomplete_beta_function(alpha: Fraction, dim: int, steps: int, reference: Any) -> None:
    """To the digits of mpmath's hypergeometric series, which lose about log10 of the largest binomial."""
    with mpmath.workdps(110):
        want = mpmath.fsum(law_by_incomplete_beta(alpha, dim, steps)) / reference.power_sum(dim, alpha)
        got = theory.relative_error("gd", alpha=alpha, dim=dim, steps=steps, method="finite", digits=25)
        assert abs(got - want) <= abs(want) * mpmath.mpf(10) ** -24


@given(
    alpha=ALPHAS,
    dim=st.integers(2, 1000),
    steps=st.integers(1, 2000),
    c=st.one_of(st.just(Fraction(1)), st.fractions(Fraction(1, 50), 1, max_denominator=50)),
)
def test_within_the_proven_bound(alpha: Fraction, dim: int, steps: int, c: Fraction, reference: Any) -> None:
    got = theory.relative_error(
        "gd", alpha=alpha, dim=dim, steps=steps, step_ratio=c, method="finite", digits=60
    )
    want = reference.gd_direct(alpha, dim, steps, c, 80)
    with mpmath.workdps(80):
        assert (
            abs(got - want)
            <= bound_of(alpha, dim, steps, c) * (1 + mpmath.mpf(10) ** -59) + want * mpmath.mpf(10) ** -59
        )


@pytest.mark.parametrize(
    ("alpha", "dim", "steps"),
    [("1/2", 10**5, 50), ("4/5", 10**5, 500), ("1", 1000, 500), ("1", 10**5, 5000), ("6/5", 10**4, 2000)],
)
def test_bound_rejects_wrong_laws(alpha: str, dim: int, steps: int, reference: Any) -> None:
    """Without s(d)/2, without s'(d)/12, with 2 - 1/α for 1 - 1/α: each misses by more than the bound allows."""
    exact = Fraction(alpha)
    with mpmath.workdps(60):
        truth = theory.relative_error("gd", alpha=exact, dim=dim, steps=steps, digits=50)
        integral, half, slope = law_by_incomplete_beta(exact, dim, steps)
        (shifted, _, _) = law_by_incomplete_beta(exact, dim, steps, shift=1)
        bound, scale = bound_of(exact, dim, steps), reference.power_sum(dim, exact)
        assert abs((integral + half + slope) / scale - truth) <= bound
        assert abs((integral + slope) / scale - truth) > bound
        assert abs((integral + half) / scale - truth) > bound
        assert abs((shifted + half + slope) / scale - truth) > bound


@given(
    alpha=st.fractions(Fraction(1, 4), 1, max_denominator=20),
    dim_log=st.integers(4, 12),
    steps=st.integers(2000, 10**6),
)
def test_bound_is_not_vacuous(alpha: Fraction, dim_log: int, steps: int) -> None:
    """From thousands of steps on, below the 1e-12 of the value that any reader would want of a closed form."""
    query = {"alpha": alpha, "dim": 10**dim_log, "steps": steps, "digits": 20}
    value = theory.relative_error("gd", **query)
    assume(value > 1e-12)
    assert bound_of(alpha, 10**dim_log, steps) < 1e-12


@given(
    alpha=st.fractions(Fraction(1, 2), 3, max_denominator=20),
    dim=st.integers(20, 1500),
    steps=st.integers(1, 60),
    c=st.fractions(1, Fraction(19, 10), max_denominator=20),
)
def test_steps_above_one(alpha: Fraction, dim: int, steps: int, c: Fraction, reference: Any) -> None:
    """For c > 1, terms left of the zero and the integral right of it, here by expanding the power.

    The alternating sum loses at most log10 of (1 + c)^2t over its value, 0.93 t digits and those of the value.
    """
    with mpmath.workdps(100 + 2 * steps):
        a, ratio = reference.mp(alpha), reference.mp(c)
        zero = ratio ** (1 / a)
        assume(zero < dim - 1)

        def s(x: Any) -> Any:
            return mpmath.power(x, -a) * (1 - ratio * mpmath.power(x, -a)) ** (2 * steps)

        def moment(j: int) -> Any:
            exponent = 1 - (j + 1) * a
            if (j + 1) * alpha == 1:
                return mpmath.log(dim / zero)
            return (mpmath.power(dim, exponent) - zero**exponent) / exponent

        w = ratio * mpmath.power(dim, -a)
        want = mpmath.fsum(
            mpmath.binomial(2 * steps, j) * (-ratio) ** j * moment(j) for j in range(2 * steps + 1)
        )
        want += s(dim) / 2 + a / dim * (2 * steps * w / (1 - w) - 1) * s(dim) / 12
        want += mpmath.fsum(s(k) for k in range(1, dim) if ratio * mpmath.power(k, -a) > 1)
        want /= reference.power_sum(dim, alpha)
        query = {"alpha": alpha, "dim": dim, "steps": steps, "step_ratio": c}
        got = theory.relative_error("gd", method="finite", digits=25, **query)
        assert abs(got - want) <= abs(want) * mpmath.mpf(10) ** -24
