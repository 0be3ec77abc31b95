"""The working precision of python-flint is process-wide: no query, failing or not, leaves it changed."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import mpmath
import pytest
from flint import arb, ctx

import theory
from theory.balls import PrecisionError, ball, power, power_sum, resolve, to_float, to_mpf


@pytest.fixture(params=[(53, 10), (200, 3)])
def context(request: pytest.FixtureRequest) -> Iterator[tuple[int, int]]:
    """An unusual precision and series length, which must be found again."""
    prec, cap, places = ctx.prec, ctx.cap, mpmath.mp.prec
    ctx.prec, ctx.cap = request.param
    try:
        yield request.param
        assert (ctx.prec, ctx.cap) == request.param
        assert mpmath.mp.prec == places
    finally:
        ctx.prec, ctx.cap = prec, cap


def test_left_as_found(context: tuple[int, int]) -> None:
    theory.relative_error("gd", alpha="1/2", dim=10**8, steps=[0, 3, 10**5], digits=40)
    theory.relative_error("gd", alpha="3/2", dim=10**8, steps=30, step_ratio="3/2")
    theory.relative_error("sd", alpha=1, dim=10**4, steps=50)
    theory.iterations("gd", alpha=1, dim=10**8, epsilon=0.1)
    theory.iterations("gd", alpha="1/2", dim=10**8, epsilon=0.1, method="asymptotic")
    theory.iterations("sd", alpha="1/4", dim=10**8, epsilon=0.1)
    theory.step_size("sd", alpha=1, dim=100, steps=5, method="finite")


def test_left_as_found_after_errors(context: tuple[int, int]) -> None:
    with pytest.raises(OverflowError, match="digits="):
        theory.relative_error("gd", alpha=1, dim=100, steps=10**9)
    with pytest.raises(ValueError, match="strict"):
        theory.relative_error("sd", alpha=1, dim=10**6, steps=5, method="asymptotic", strict=True)
    with pytest.raises(ValueError, match="out of range"):
        theory.relative_error("gd", alpha=1, dim=100, steps=5, step_size=100)
    with pytest.raises(PrecisionError, match="the nothing could not be enclosed"):
        resolve(lambda: arb(0, 1), 64, what="the nothing")
    with pytest.raises(ZeroDivisionError):
        resolve(lambda: ball(Fraction(1, 0)), 64, what="an error inside")


def test_answers_do_not_depend_on_the_context(context: tuple[int, int]) -> None:
    assert theory.relative_error("gd", alpha=1, dim=10**5, steps=5000) == 0.15077391933842305
    assert theory.relative_error("gd", alpha=1, dim=100, steps=5, step_size=1) < 1


def test_floats_leave_only_when_determined() -> None:
    assert to_float(arb(0), what="x") == 0.0
    with ctx.workprec(80):
        assert to_float(ball(Fraction(1, 10)), what="x") == 0.1
    with pytest.raises(PrecisionError, match="x is only known to lie in"):
        to_float(arb(1, 1e-10), what="x")
    for tiny in (arb((1, -1080)), arb((1, -5000))):
        with pytest.raises(OverflowError, match="digits="):
            to_float(tiny, what="x")
    with pytest.raises(OverflowError, match="digits="):
        to_float(arb((1, 1024)), what="x")
    assert to_mpf(arb((1, -5000)), 20) == mpmath.ldexp(1, -5000)


def test_rationals_stay_exact() -> None:
    """A float in the exponent would exclude the truth: 2^(1/10), tenth power, must contain 2."""
    with ctx.workprec(128):
        assert (power(2, Fraction(1, 10)) ** 10).contains(2)
        assert not ((arb(2) ** arb(0.1)) ** 10).contains(2)
        # The two ways of adding up H(d, s) join at 32.
        for s in (Fraction(1), Fraction(1, 3), Fraction(5, 2), Fraction(-1, 2)):
            step = power_sum(33, s) - power_sum(32, s)
            assert step.overlaps(power(33, -s))
            assert not step.overlaps(power(32, -s))
