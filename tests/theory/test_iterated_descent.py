"""Sign descent as it iterates: the sum against the update itself, the laws against quadrature, what is refused."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy as sp
from hypothesis import example, given
from hypothesis import strategies as st

import numerics
import theory
from theory.balls import FLOAT_BITS, ball, bits_of, resolve, to_float, to_mpf
from theory.evaluate import evaluate
from theory.iterated_descent import MOST_TERMS
from theory.iterated_laws import constant, phase_floor
from theory.limit_laws import alpha as exponent
from theory.limit_laws import d, tau

HAIR = 1 - Fraction(1, 10**60)
iterated: dict[str, Any] = {"dynamics": "iterated"}


def update(weights: list[Any], steps: int, step: Any) -> list[Any]:
    """Iterate w ← w - η sign(w - target) from 0; return the squared distances."""
    squares = []
    for target in weights:
        w = 0 * target
        for _ in range(steps):
            w += step * ((w < target) - (w > target))
        squares.append((w - target) ** 2)
    return squares


@pytest.mark.parametrize(
    ("dim", "exact", "without_hits"),
    [(10**3, 0.02478, 0.02749), (10**4, 0.02532, 0.02802), (10**5, 0.02537, 0.02807)],
)
def test_even_steps_with_and_without_exact_hits(dim: int, exact: float, without_hits: float) -> None:
    """η = π₁/T, α = 1, T = 30: words 2, 6, 10 and 30 hit their target on the way."""
    query = {"alpha": 1, "dim": dim, "steps": 30, **iterated}
    assert theory.relative_error("sd", step_ratio=1, **query) == pytest.approx(exact, abs=5e-6)
    generic = theory.relative_error("sd", step_ratio=HAIR, **query)
    assert generic == pytest.approx(without_hits, abs=5e-6)
    squares = sum(Fraction(1, k * k) for k in range(1, dim + 1)) if dim == 1000 else None
    if squares:
        hits = theory.relative_error("sd", step_ratio=HAIR, digits=30, **query) - theory.relative_error(
            "sd", step_ratio=1, digits=30, **query
        )
        # b = 1, 3, 5, 15 divide 30 into such words; 30/b = 30, 10, 6, 2.
        assert float(hits) == pytest.approx(float(4 / squares / 900), rel=1e-12)


@pytest.mark.parametrize(
    ("dim", "even", "odd", "mean"),
    [(10**3, 0.02645, 0.255, 0.182), (10**4, 0.0270, 0.661, 0.568)],
)
def test_best_steps_of_the_simulation(dim: int, even: float, odd: float, mean: float) -> None:
    for steps, parity, error in ((30, None, even), (31, None, odd), (30, "mean", mean)):
        query = {"alpha": 1, "dim": dim, "steps": steps, "parity": parity, **iterated}
        step = numerics.best_step_size("sd", **query)
        found = theory.relative_error("sd", step_size=step, **query)
        assert found == pytest.approx(error, abs=5e-4 if error > 0.1 else 5e-5)
        assert found == pytest.approx(numerics.relative_error("sd", step_size=step, **query), rel=1e-9)


@given(
    alpha=st.integers(1, 3),
    dim=st.integers(1, 40),
    steps=st.integers(1, 40),
    ratio=st.fractions(Fraction(1, 30), 1, max_denominator=30),
)
@example(alpha=1, dim=4, steps=12, ratio=Fraction(1))  # all words hit: the error is 0
@example(alpha=1, dim=1, steps=1, ratio=Fraction(1))
def test_rational_problems(alpha: int, dim: int, steps: int, ratio: Fraction) -> None:
    weights = [Fraction(1, k**alpha) for k in range(1, dim + 1)]
    want = sum(update(weights, steps, ratio / steps)) / sum(w * w for w in weights)
    query = {"alpha": alpha, "dim": dim, "steps": steps, **iterated}
    assert theory.relative_error("sd", step_ratio=ratio, **query) == float(want)
    step = ratio / steps / sum(weights)
    assert theory.relative_error("sd", step_size=step, **query) == float(want)
    later = sum(update(weights, steps + 1, ratio / steps)) / sum(w * w for w in weights)
    mean = theory.relative_error("sd", step_size=step, parity="mean", **query)
    assert mean == theory.relative_error("sd", step_ratio=ratio, parity="mean", **query)
    assert mean == float((want + later) / 2)


@given(
    alpha=st.fractions(Fraction(1, 50), 4, max_denominator=50),
    dim=st.integers(1, 200),
    steps=st.integers(1, 400),
    ratio=st.fractions(Fraction(1, 10**6), 1, max_denominator=10**6),
)
@example(
    alpha=Fraction(1, 2), dim=150, steps=12, ratio=Fraction(1)
)  # k = 4, 9, 16 …: hits among irrational weights
@example(alpha=Fraction(3, 2), dim=9, steps=27, ratio=Fraction(1))
def test_any_exponent(
    alpha: Fraction, dim: int, steps: int, ratio: Fraction, reference: Any, rounding: Any
) -> None:
    """Proposition A.3 word by word at 60 digits, where a quotient within 1e-50 of an integer is one."""
    with mpmath.workdps(60):
        step = reference.mp(ratio) / steps
        squares = []
        for k in range(1, dim + 1):
            q = mpmath.power(k, -reference.mp(alpha)) / step
            whole = int(mpmath.floor(q + mpmath.mpf(10) ** -50))
            rest = q - whole
            if whole >= steps or abs(rest) < mpmath.mpf(10) ** -50:
                squares.append((q - min(whole, steps)) ** 2 if whole >= steps else mpmath.mpf(0))
            else:
                squares.append((rest if (steps - whole) % 2 == 0 else 1 - rest) ** 2)
        want = mpmath.fsum(squares) * step**2 / reference.power_sum(dim, 2 * alpha)
        got = theory.relative_error(
            "sd", alpha=alpha, dim=dim, steps=steps, step_ratio=ratio, digits=30, **iterated
        )
        assert abs(got - want) <= want * rounding(30) + mpmath.mpf(10) ** -50


def test_cost_is_free_of_the_dimension() -> None:
    """α = 1: the error at d = 10^30 differs from that at 10^15 by the tail of both sums."""
    for steps in (10**5, 10**5 + 2):
        query = {"alpha": 1, "steps": steps, "step_ratio": 1, "digits": 30, **iterated}
        near, far = (theory.relative_error("sd", dim=dim, **query) for dim in (10**15, 10**30))
        assert float((far - near) * 10**15) == pytest.approx(float(1 / mpmath.zeta(2)), rel=1e-4)
    assert theory.relative_error("sd", alpha=1, dim=10**30, steps=10**5 + 1, step_ratio=1, **iterated) > 1e19


@given(
    alpha=st.fractions(Fraction(1, 4), 3, max_denominator=20),
    dim=st.integers(1, 60),
    first=st.integers(1, 30),
    percent=st.integers(1, 99),
    parity=st.sampled_from(("even", "odd", "mean")),
)
def test_first_step_at_one_step_size(
    alpha: Fraction, dim: int, first: int, percent: int, parity: str
) -> None:
    """Against all T one after the other: the first is the first, and a target said to be out of reach is."""
    step, target = Fraction(1, first) * Fraction(9, 10), Fraction(percent, 100)
    counts = range(1, 4 * first + 8) if parity == "mean" else range(1 + (parity == "even"), 4 * first + 8, 2)
    query = {"alpha": alpha, "dim": dim, "step_size": step, **iterated}
    mean = "mean" if parity == "mean" else None
    errors = [theory.relative_error("sd", steps=t, parity=mean, **query) for t in counts]
    assert all(later <= before * (1 + 1e-15) for before, later in itertools.pairwise(errors))
    reached = [t for t, error in zip(counts, errors, strict=True) if error <= target]
    if any(abs(error / float(target) - 1) < 1e-13 for error in errors):
        with pytest.raises(theory.PrecisionError, match="cannot be decided"):  # equal: reported, not guessed
            theory.iterations("sd", epsilon=target, parity=parity, **query)
    elif reached:
        assert theory.iterations("sd", epsilon=target, parity=parity, **query) == reached[0]
    else:
        with pytest.raises(ValueError, match=r"cannot be reached at this step_size: the error stays at \d"):
            theory.iterations("sd", epsilon=target, parity=parity, **query)


def kappa(alpha: Fraction, t: Fraction, odd: bool) -> float:
    """The integral of a t^a g(y)² y^(-1-a) from t on, by 40 points in log y between integers, to about 1e-13.

    From y = 2000 on, or the next integer of T's parity, g² is ⅓, and the integral of g² - ⅓ from there has the
    mean -7/180: what is left out is of order (1/2000)^3 of that.
    """
    a, start = float(1 / alpha), float(t)
    end = 2000 + int(odd)
    corners = np.log(np.array([start, *range(int(t) + 1, end + 1)], dtype=float))
    points, weights = np.polynomial.legendre.leggauss(40)
    half = np.diff(corners)[:, None] / 2
    y = np.exp(corners[:-1, None] + half * (1 + points))
    square = ((y + odd + 1) % 2 - 1) ** 2
    total = np.sum(half * weights * square * (y / start) ** -a)
    later = (end / start) ** -a * (1 / (3 * a) - 7 / 180 * (1 + a) / end**2)
    return float(a * (total + later))


@pytest.mark.parametrize("odd", [False, True])
@pytest.mark.parametrize("alpha", ["1/4", "1/2", "3/5", "1", "3/2", "4"])
@pytest.mark.parametrize("t", ["1/20", "1/2", "1", "37/10", "8", "9", "41/2"])
def test_phase_floor_is_its_integral(alpha: str, t: str, odd: bool) -> None:
    exact, start = Fraction(alpha), Fraction(t)
    found = resolve(lambda: phase_floor(exact, ball(start), odd=odd), FLOAT_BITS, what="κ")
    assert to_float(found, what="κ") == pytest.approx(kappa(exact, start, odd), rel=1e-9)


def test_phase_floor_at_an_uncertain_integer() -> None:
    """t = 3 as a ball that holds 3 in its inside, at even T, where b = 3 is a corner."""
    around = resolve(
        lambda: phase_floor(Fraction(3, 4), ball(9) ** ball(Fraction(1, 2)), odd=False), 100, what="κ"
    )
    at = resolve(lambda: phase_floor(Fraction(3, 4), ball(3), odd=False), 100, what="κ")
    assert around.overlaps(at)


@given(st.fractions(Fraction(51, 100), 20, max_denominator=100))
def test_constant_is_that_of_the_functional_equation(alpha: Fraction) -> None:
    found = to_mpf(resolve(lambda: constant(alpha), bits_of(25), what="C"), 25)
    with mpmath.workdps(40):
        a = mpmath.mpf(alpha.denominator) / alpha.numerator
        eta = mpmath.altzeta(2 - a)
        want = 2 * mpmath.pi ** (a - 1) * eta / (mpmath.gamma(a) * mpmath.sin(mpmath.pi * a / 2))
        assert abs(found - want) <= want * mpmath.mpf(10) ** -24


def test_constants_of_the_documentation() -> None:
    for alpha, value in (("3/5", 5.4342089), ("3/4", 2.4096445), ("3/2", 0.8650476), ("2", 0.6888744)):
        found = resolve(lambda alpha=alpha: constant(Fraction(alpha)), FLOAT_BITS, what="C")
        assert to_float(found, what="C") == pytest.approx(value, abs=5e-8)
    assert to_float(resolve(lambda: constant(Fraction(1)), FLOAT_BITS, what="C"), what="C") == pytest.approx(
        float(mpmath.log(4)), abs=1e-16
    )


@pytest.mark.parametrize(
    ("identifier", "which", "alpha", "steps"),
    [
        ("own-even-sd", 0, "3/4", 30),
        ("own-even-sd", 0, "3", 30),
        ("own-odd-sd", 1, "1", 30_001),
        ("own-parity-mean", 1, "1", 30_000),
        ("own-half-iterated", 0, "1/2", 40),
        ("own-half-iterated", 1, "1/2", 41),
        ("own-below-half-iterated", 2, "1/3", 40),
        ("own-below-half-iterated", 2, "1/3", 41),
    ],
)
def test_asymptotic_is_the_formula_of_the_statement(
    identifier: str, which: int, alpha: str, steps: int
) -> None:
    formulas = theory.statement(identifier).formula
    exact, dim = Fraction(alpha), 10**8
    replaced = {sp.Symbol("C_alpha", positive=True): formulas[1].rhs} if identifier == "own-even-sd" else {}
    expression = formulas[which].rhs.subs(replaced)
    mean = "mean" if identifier == "own-parity-mean" else None
    found = theory.relative_error(
        "sd", alpha=alpha, dim=dim, steps=steps, method="asymptotic", parity=mean, digits=30, **iterated
    )
    values = {exponent: exact, d: Fraction(dim), sp.Symbol("T", positive=True): Fraction(steps)}
    values[tau] = Fraction(2 * steps, 10**4)
    want = to_mpf(resolve(lambda: evaluate(expression, values), bits_of(30), what="the formula"), 30)
    assert abs(found - want) <= abs(want) * mpmath.mpf(10) ** -29


def test_regimes_of_the_laws() -> None:
    """T ≥ d^α: κ = ⅓ at every parity; α = ½ beyond its range: 0, not less."""
    far = {"alpha": "3/4", "dim": 100, "method": "asymptotic", **iterated}
    values = [theory.relative_error("sd", steps=t, **far) for t in (1000, 1001)]
    values.append(theory.relative_error("sd", steps=1000, parity="mean", **far))
    simplified = theory.relative_error("sd", alpha="3/4", dim=400, steps=3000, method="asymptotic")
    assert values[0] == values[2]
    assert values[0] == pytest.approx(100 / 3e6 / float(mpmath.zeta(1.5)), rel=1e-4)
    assert values[1] < values[0]
    assert theory.relative_error(
        "sd", alpha="3/4", dim=1200, steps=3000, method="asymptotic"
    ) == pytest.approx(values[0], rel=1e-12)
    assert simplified < values[0]
    assert theory.relative_error("sd", alpha="1/2", dim=100, steps=10, method="asymptotic", **iterated) == 0.0


@pytest.mark.parametrize("parity", ["even", "odd", "mean"])
@pytest.mark.parametrize("alpha", ["1/3", "1/2", "3/4", "1", "2"])
def test_asymptotic_steps_solve_the_law(alpha: str, parity: str) -> None:
    for epsilon in ("1/5", "1/50"):
        query = {"alpha": alpha, "dim": 10**8, "method": "asymptotic", **iterated}
        steps = theory.iterations("sd", epsilon=epsilon, parity=parity, **query)
        assert steps > 1
        whole = 2 * int(steps / 2) + (parity == "odd")
        before, after = (
            theory.relative_error("sd", steps=t, parity="mean" if parity == "mean" else None, **query)
            for t in (whole - 2 if whole > 2 else whole, whole + 2)
        )
        assert after <= Fraction(epsilon) * (1 + Fraction(1, 10**12)) <= max(before, 1) * (1 + 1e-12)
        assert before >= float(Fraction(epsilon)) or whole <= 2


@pytest.mark.parametrize(
    ("alpha", "steps", "parity", "ratio"),
    [
        ("1", 100, None, 1 - float(mpmath.log(2)) / 100),
        ("1", 101, None, 1 / (1 + 10**4 / 101**2)),
        ("1", 100, "mean", 1 / 1.5),
        ("1/2", 50, None, 0.5),
        ("1/2", 51, None, 1.0),
        ("1/4", 10, None, (10**4 / (-1 + 300 / 3)) ** -0.25),
    ],
)
def test_asymptotic_step_sizes(alpha: str, steps: int, parity: str | None, ratio: float) -> None:
    query = {"alpha": alpha, "dim": 10**4, "digits": 15}
    step = theory.step_size("sd", steps=steps, method="asymptotic", parity=parity, **query, **iterated)
    total = theory.step_size("gd", **query)  # 1/π₁
    assert float(step * total * steps) == pytest.approx(ratio, rel=1e-12)


QUERY: dict[str, Any] = {"alpha": 1, "dim": 100, **iterated}


@pytest.mark.parametrize(
    ("function", "options", "message"),
    [
        (
            "relative_error",
            {"steps": 9},
            r"step_size=None: the best step of iterated sd has no certificate; pass",
        ),
        (
            "relative_error",
            {"steps": 9, "method": "finite"},
            r"method='finite' has no law for dynamics='iterated'",
        ),
        ("relative_error", {"steps": 9, "dynamics": "itrated"}, r"did you mean 'iterated'\?"),
        (
            "relative_error",
            {"steps": 9, "parity": "even", "step_ratio": 1},
            r"parity='even' is that of the steps",
        ),
        ("relative_error", {"steps": 0, "parity": "mean", "step_ratio": 1}, r"steps=0 is out of range"),
        ("relative_error", {"steps": 9, "parity": "both", "step_ratio": 1}, r"parity='both' is unknown"),
        (
            "relative_error",
            {"steps": 9, "parity": "mean", "dynamics": "simplified"},
            r"parity='mean' applies to sd",
        ),
        ("relative_error", {"steps": 9, "method": "asymptotic", "step_ratio": 1}, r"has its own step for sd"),
        (
            "relative_error",
            {"steps": 9, "method": "asymptotic", "strict": True},
            r"strict=True is about Theorem 4\.5",
        ),
        (
            "relative_error",
            {"steps": 10**13, "step_ratio": 1, "dim": 10**30},
            rf"more than {MOST_TERMS} terms; pass",
        ),
        ("enclosure", {"steps": 9}, r"step_size=None"),
        ("step_size", {"steps": 9}, r"step_size=None"),
        (
            "iterations",
            {"epsilon": 0.1, "method": "asymptotic"},
            r"parity=None leaves open which steps count",
        ),
        ("iterations", {"epsilon": 0.1, "parity": "odd"}, r"step_size=None"),
        (
            "iterations",
            {"epsilon": 0.1, "parity": "odd", "step_ratio": 1},
            r"step_ratio=1 does not order iterated sd",
        ),
    ],
)
def test_refused_in_one_line(function: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        getattr(theory, function)("sd", **{**QUERY, **options})
    assert "\n" not in str(caught.value)


def test_gradient_descent_has_no_other_dynamics() -> None:
    with pytest.raises(ValueError, match=r"dynamics='iterated' applies to sd only, not to 'gd'"):
        theory.relative_error("gd", steps=3, **QUERY)
