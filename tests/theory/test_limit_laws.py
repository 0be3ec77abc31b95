"""The limit laws: their formulas in sympy, their numbers in balls, and the speed at which they are approached."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import mpmath
import pytest
import sympy as sp
from hypothesis import assume, given
from hypothesis import strategies as st

import theory
from theory import limit_laws
from theory.balls import ball, resolve, to_mpf
from theory.evaluate import evaluate
from theory.limit_laws import alpha, d, epsilon, phi, t, tau, tau_epsilon

ROWS = [*theory.laws("gd"), *theory.laws("sd")]
REGIMES = {
    "α < 1": st.fractions(Fraction(1, 50), Fraction(49, 50), max_denominator=50),
    "α = 1": st.just(Fraction(1)),
    "α > 1": st.fractions(Fraction(51, 50), 8, max_denominator=50),
    "α < ½": st.fractions(Fraction(1, 50), Fraction(24, 50), max_denominator=50),
    "α = ½": st.just(Fraction(1, 2)),
    "α > ½": st.fractions(Fraction(26, 50), 8, max_denominator=50),
}


@given(
    data=st.data(),
    time=st.fractions(Fraction(1, 20), 20, max_denominator=30),
    target=st.fractions(Fraction(1, 50), Fraction(49, 50), max_denominator=50),
    dim=st.integers(2, 10**6),
)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.optimizer} {row.regime}")
def test_balls_agree_with_sympy(row: Any, data: Any, time: Fraction, target: Fraction, dim: int) -> None:
    exponent = data.draw(REGIMES[row.regime])
    assert theory.law(row.optimizer, alpha=exponent) is row
    values = {
        alpha: exponent,
        tau: time,
        t: time,
        tau_epsilon: time,
        epsilon: target,
        d: Fraction(dim),
        phi: time,
    }
    numbers = {symbol: sp.Rational(value.numerator, value.denominator) for symbol, value in values.items()}
    assume(row.regime != "α > ½" or target < 1 / sp.zeta(2 * numbers[alpha]))  # above, no step count exists
    for name in ("rate", "step_size", "iterations", "scaled_time"):
        formula = getattr(row, name)
        enclosed = resolve(
            lambda formula=formula: evaluate(formula, {s: ball(v) for s, v in values.items()}), 120, what=name
        )
        want = sp.N(formula.subs(numbers), 45)
        with mpmath.workdps(40):
            got = to_mpf(enclosed, 36)
            assert abs(got - mpmath.mpf(str(want))) <= abs(got) * mpmath.mpf(10) ** -30


def test_balls_refuse_what_they_cannot_prove() -> None:
    with pytest.raises(NotImplementedError, match="Float cannot be evaluated"):
        evaluate(sp.Float("0.5") * tau, {tau: ball(1)})
    with pytest.raises(NotImplementedError, match="sin cannot be evaluated"):
        evaluate(sp.sin(tau), {tau: ball(1)})


def test_identities() -> None:
    """What each row must give at the ends of its range, symbolically."""
    rows = {(row.optimizer, row.regime): row for row in ROWS}
    slow = rows["gd", "α < 1"].rate
    # E_p(0) = 1/(p - 1), p = 1/α: nothing is lost at τ = 0.
    start = sp.simplify((1 - alpha) / alpha / (1 / alpha - 1))
    assert start == 1
    assert float(slow.subs({alpha: sp.Rational(1, 3), tau: sp.Rational(1, 10**12)}).evalf()) == pytest.approx(
        1
    )
    for key in (("gd", "α = 1"), ("sd", "α = ½")):
        assert rows[key].rate.subs(tau, 0) == 1
        assert rows[key].rate.subs(tau, 1) == 0
    # One at τ = 0 would be 1/ζ(2α) for m = 1: the printed law cannot hold there, hence ``proven_from``.
    fast = rows["sd", "α > ½"]
    assert sp.simplify(fast.step_size.subs(tau, fast.proven_from) - 2) == 0
    for row in ROWS:
        assert sp.simplify(sp.solve(row.time_scaling, tau)[0] - row.scaled_time) == 0 or row.regime in (
            "α = 1",
            "α = ½",
        )
        inverse = row.iterations
        if row.optimizer == "sd" and row.regime != "α < ½":
            assert sp.simplify(row.rate.subs(tau, row.scaled_time.subs(t, inverse)) - epsilon) == 0
        assert row.latex("rate")


def test_the_step_of_definition_4_4_is_stationary() -> None:
    """For α < ½, f_τ(x) = (2α²/(1-α)) x^(1-2α) + ((1-2α)/4τ²)(x^-2α - x^(1-2α)) is smallest at x*."""
    x = sp.Symbol("x", positive=True)
    f = 2 * alpha**2 / (1 - alpha) * x ** (1 - 2 * alpha)
    f += (1 - 2 * alpha) / (4 * tau**2) * (x ** (-2 * alpha) - x ** (1 - 2 * alpha))
    best = 1 / (1 - 1 / (2 * alpha) + alpha / (1 - alpha) * (2 * tau) ** 2)
    slope = sp.powsimp(sp.expand(sp.diff(f, x) * x ** (1 + 2 * alpha)))  # linear in x, free of powers with α
    assert sp.simplify(slope.subs(x, best)) == 0
    twin = 1 / (1 - 1 / (2 * alpha) + alpha / (alpha - 1) * (2 * tau) ** 2)
    assert sp.simplify(slope.subs(x, twin)) != 0
    row = theory.law("sd", alpha="1/4")
    values = {alpha: sp.Rational(1, 4), tau: 3}
    assert sp.simplify((row.rate - f.subs(x, best)).subs(values)) == 0


@given(exponent=st.fractions(Fraction(26, 50), 5, max_denominator=50), share=st.integers(0, 10**6))
def test_theorem_4_5_is_the_first_piece(exponent: Fraction, share: int, reference: Any) -> None:
    """Where τ² ≥ 1/(2^α - 1) no piece of the limit loss is below m = 1, whose minimum is the theorem's rate."""
    dim = 10**12
    with mpmath.workdps(40):
        a = reference.mp(exponent)
        steps = int(mpmath.sqrt(dim / (mpmath.mpf(2) ** a - 1)) / 2) + 1 + share
        floor = mpmath.mpf(dim) / (4 * steps**2)
        first = second = mpmath.mpf(0)
        losses = []
        for m in range(1, 60):
            w, following = mpmath.power(m, -a), mpmath.power(m + 1, -a)
            first, second = first + w, second + w * w
            u = max(min(first / (m + floor), w), following)
            losses.append((second - 2 * u * first + u * u * (m + floor)) / mpmath.zeta(2 * a))
        law = theory.relative_error(
            "sd", alpha=exponent, dim=dim, steps=steps, method="asymptotic", digits=30
        )
        assert abs(law - losses[0]) <= law * mpmath.mpf(10) ** -29
        assert min(losses) >= losses[0] * (1 - mpmath.mpf(10) ** -35)


def distance(optimizer: str, exponent: Fraction, dim: int, steps: int) -> Any:
    query = {"alpha": exponent, "dim": dim, "steps": steps, "digits": 120}
    law = theory.relative_error(optimizer, method="asymptotic", **query)
    with mpmath.workdps(120):
        return abs(theory.relative_error(optimizer, **query) - law)


@pytest.mark.parametrize(
    ("optimizer", "exponent", "decades"),
    [
        ("gd", Fraction(1, 4), (40, 80)),
        ("gd", Fraction(2, 5), (48, 96)),
        ("gd", Fraction(7, 10), (30, 60)),
        ("gd", Fraction(3, 4), (30, 60)),
        ("sd", Fraction(1, 5), (24, 48)),
        ("sd", Fraction(1, 4), (24, 48)),
        ("sd", Fraction(3, 4), (30, 60)),
        ("sd", Fraction(9, 10), (30, 60)),
        ("sd", Fraction(3, 2), (30, 60)),
    ],
)
def test_speed_of_approach(optimizer: str, exponent: Fraction, decades: tuple[int, int]) -> None:
    """Error = C d^-p (1 + K d^-q + …) has the slope -p on [d, d²] to within |K| d^-q / log d, K taken below 100.

    The same t enters law and truth, so its rounding does not. q is the gap to the next order of the expansion.
    """
    row = theory.law(optimizer, alpha=exponent)
    a = float(exponent)
    dims = [10**n for n in decades]
    if optimizer == "gd":
        steps = [int(mpmath.mpf(dim) ** a) for dim in dims]
        gap = min(abs(2 * a - 1), a, 1 - a)
    elif exponent < Fraction(1, 2):
        steps = [3, 3]
        gap = min(1 - 2 * a, a)
    else:
        steps = [3 * 10 ** (n // 2) for n in decades]
        gap = min(abs(2 * a - 2), 2 * a - 1, 1)
    errors = [distance(optimizer, exponent, dim, T) for dim, T in zip(dims, steps, strict=True)]
    measured = float(mpmath.log(errors[1] / errors[0]) / mpmath.log(mpmath.mpf(dims[1]) / dims[0]))
    predicted = [
        float(sp.log(row.approach.subs({alpha: sp.Rational(str(exponent)), d: dim})).evalf(40))
        for dim in dims
    ]
    slope = (predicted[1] - predicted[0]) / math.log(dims[1] / dims[0])
    tolerance = 100 * float(dims[0]) ** -gap / math.log(dims[0])
    assert tolerance < 0.01
    assert abs(measured - slope) <= tolerance
    assert abs(measured - 1.05 * slope) > tolerance


@pytest.mark.parametrize("decades", [100, 400, 1000])
def test_first_correction_of_gd_at_alpha_one(decades: int) -> None:
    """(r - 1 + τ) H = -γ(2 - τ) + d^(τ-1) - d^-τ/2 + …: no more than logarithms converge, but this does at once."""
    dim, steps = 10**decades, 10 ** (decades // 2)
    with mpmath.workdps(60):
        harmonic = mpmath.digamma(mpmath.mpf(dim) + 1) + mpmath.euler
        time = mpmath.log(2 * steps) / mpmath.log(dim)
        r = theory.relative_error("gd", alpha=1, dim=dim, steps=steps, digits=50)
        law = theory.relative_error("gd", alpha=1, dim=dim, steps=steps, digits=50, method="asymptotic")
        assert abs(law - (1 - time)) < mpmath.mpf(10) ** -49
        gap = (r - law) * harmonic
        assert (
            abs(gap + mpmath.euler * (2 - time))
            <= 4 * mpmath.mpf(10) ** (-decades // 2) + harmonic * mpmath.mpf(10) ** -47
        )
        assert abs(gap + mpmath.euler * (1 - time)) > mpmath.mpf("0.5")


@pytest.mark.parametrize("decades", [40, 80])
def test_first_correction_of_sd_at_alpha_half(decades: int) -> None:
    """(r - 1 + τ) H = γτ - 2 - 2ζ(½) d^(-(1-τ)/2) - d^-τ + …, at τ = ½ + (log 4)/log d."""
    dim, steps = 10**decades, 10 ** (decades // 4)
    with mpmath.workdps(60):
        harmonic = mpmath.digamma(mpmath.mpf(dim) + 1) + mpmath.euler
        time = mpmath.log(4 * mpmath.mpf(steps) ** 2) / mpmath.log(dim)
        r = theory.relative_error("sd", alpha="1/2", dim=dim, steps=steps, digits=50)
        gap = (r - (1 - time)) * harmonic
        assert abs(gap - (mpmath.euler * time - 2)) <= 8 * mpmath.mpf(10) ** (-decades // 4)
        assert abs(gap - (mpmath.euler * time - 1)) > mpmath.mpf("0.9")


@pytest.mark.parametrize("exponent", ["3/2", "2", "3"])
def test_equivalence_of_gd_above_one(exponent: str) -> None:
    """The power form is off by (1 - 1/α)(2 - 1/α)/(2τ) relative, to a part in τ; the Beta form by far less."""
    a = Fraction(exponent)
    steps = 10**6
    row = theory.law("gd", alpha=a)
    with mpmath.workdps(40):
        x = mpmath.mpf(a.numerator) / a.denominator
        r = theory.relative_error("gd", alpha=a, dim=10**200, steps=steps, digits=30)
        beta = theory.relative_error("gd", alpha=a, dim=10**200, steps=steps, digits=30, method="asymptotic")
        constant = mpmath.gamma(1 - 1 / x) / (x * mpmath.zeta(x))
        power = constant * mpmath.mpf(2 * steps) ** (1 / x - 1)
        off = (1 - 1 / x) * (2 - 1 / x) / (4 * steps)
        assert abs((power / r - 1) / off - 1) <= mpmath.mpf(10) / steps
        order = 2 * mpmath.pi * (1 + 1 / x) * (2 * steps * x / (2 * mpmath.pi)) ** (1 / (x + 1))
        order *= mpmath.sin(mpmath.pi / (2 * (x + 1)))
        assert (
            abs(beta / r - 1)
            <= 100 * mpmath.exp(-order)
            + 3 * mpmath.mpf(10) ** -30
            + mpmath.mpf(10) ** (200 * (1 - x)) * 1000 / r
        )
    assert row.kind == "equivalent"


def test_clipped_and_at_the_end_of_time() -> None:
    """τ = 1 exactly, 2t = d and 4T² = d: the law is zero, and stays so beyond; just before, it is not."""
    for optimizer, exponent, steps in (("gd", 1, 5000), ("sd", "1/2", 50)):
        query = {"alpha": exponent, "dim": 10**4, "method": "asymptotic"}
        before, at, after = theory.relative_error(optimizer, steps=[steps - 1, steps, steps + 1], **query)
        assert before > 0
        assert at == after == 0.0


def test_registry() -> None:
    assert [row.regime for row in theory.laws("sd")] == ["α < ½", "α = ½", "α > ½"]
    assert theory.law("gd", alpha=1 - 2**-53).regime == "α < 1"
    assert theory.law("sd", alpha=Fraction(1, 2) + Fraction(1, 10**30)).regime == "α > ½"
    assert limit_laws.laws("gd") is not None
    with pytest.raises(AttributeError):
        theory.laws("gd")[0].rate = 1


@pytest.mark.parametrize(("exponent", "share"), [("1/2", 2), (1, 1), (2, 2)])
def test_a_smaller_step_only_rescales_time(exponent: Any, share: int) -> None:
    """Half the step takes twice the time, but at α = 1, where the limit does not see the step."""
    query = {"alpha": exponent, "dim": 10**8, "method": "asymptotic"}
    half = theory.relative_error("gd", steps=2000, step_ratio="1/2", **query)
    assert half == theory.relative_error("gd", steps=2000 // share, **query)
    counts = [
        theory.iterations("gd", epsilon="1/3", step_ratio=ratio, **query, digits=20) for ratio in ("1/2", 1)
    ]
    assert counts[0] == pytest.approx(share * counts[1], abs=share)


def test_the_step_of_gradient_descent_is_that_of_the_theorem() -> None:
    """In units of 1/π₁; with 1/π₁ itself, η = H(d, α), the first word is right after one step."""
    for row in theory.laws("gd"):
        exponent = {"α < 1": "1/2", "α = 1": 1, "α > 1": 2}[row.regime]
        size = theory.step_size("gd", alpha=exponent, dim=10)
        assert row.step_size * size == pytest.approx(float(theory.PowerLaw(exponent, 10).harmonic()))
