"""Section 4: the best step size of sign descent under the simplified dynamics (Prop. 4.3, Definition 4.4)."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from reports.comparisons.limits import DIGITS, POWERS, decimal, gap_row
from reports.comparisons.rounding import UNIT, summation
from reports.comparisons.section_4_sign_descent import (
    ABOVE,
    BELOW,
    Claim,
    above_case,
    half_cases,
    optimal_fraction,
    truth,
)
from reports.comparisons.symbolic import derivation_check
from reports.evidence import Case, Evidence, Row
from reports.verification import Check

if TYPE_CHECKING:
    from theory.derivation import Step

#: What is at most 1 if the best step is in its range.
UPPER, LOWER = "Tη/π_1", "π_d/(Tη)"


def best_step_in_range(top: float = 1.0) -> Evidence:
    """Compare the least loss found for Tη in [π_d, π_1] with the least found outside, both on dense grids.

    ``top`` scales the upper end of the range. The ends belong to the inner grid, and the outer grid comes
    within 1e-9 of them.
    """
    import numpy as np

    import numerics

    random = np.random.default_rng(43)
    draws = [(0.05, 1000, 1), (4.0, 1000, 1), (4.0, 1000, 10**6), (1.0, 2, 1), (1.0, 2, 10**6)]
    for _ in range(20):
        alpha, log_dim, log_steps = random.uniform((0.05, 0.4, 0.0), (3.0, 3.5, 4.0)).tolist()
        draws.append((round(alpha, 4), int(10**log_dim), int(10**log_steps)))
    margins = np.logspace(-9, 2, 40)
    rows = []
    for alpha, dim, steps in draws:
        loss = partial(numerics.relative_error, "sd", alpha=alpha, dim=dim, steps=steps)
        high = top / float(np.sum(np.arange(1, dim + 1) ** -alpha)) / steps
        low = high / top * dim**-alpha
        inner = np.geomspace(low, high, 60)
        outer = np.concatenate([low / (1 + margins), high * (1 + margins)])
        inside, outside = (min(float(loss(step_size=x)) for x in grid.tolist()) for grid in (inner, outer))
        case: Case = {"alpha": alpha, "d": dim, "steps": steps}
        rows.append(Row(case, outside, inside, {"rounding": simulation_rounding(outside, dim)}))
    return Evidence(
        "prop-4.3",
        "search outside",
        "inequality",
        "simulation",
        tuple(rows),
        columns=("least loss outside", "least loss inside"),
    )


def lost_inner_derivative() -> tuple[Step, ...]:
    """Derive the range with Tη differentiated to 1."""
    from theory.statements.section_4_sign_descent import outside_the_range

    return outside_the_range(travelled=1)


@cache
def certified_ratios() -> tuple[tuple[Case, float, float], ...]:
    """Return 2000 random problems, each with u = Tη*/π_1 of its certified best step and with d^-α."""
    import numpy as np

    import theory

    random = np.random.default_rng(44)
    found: list[tuple[Case, float, float]] = []
    for _ in range(2000):
        alpha = Fraction(int(random.integers(1, 400)), 100)
        dim, steps = (int(10 ** random.uniform(low, high)) for low, high in ((0.4, 12), (0, 8)))
        u = steps * theory.step_size("sd", alpha=alpha, dim=dim, steps=steps)
        u *= theory.step_size("gd", alpha=alpha, dim=dim)  # which is 1/π_1
        found.append(({"alpha": str(alpha), "d": dim, "steps": steps}, u, dim ** -float(alpha)))
    return tuple(found)


def certified_range(top: str = "1") -> Evidence:
    """Compare u = Tη*/π_1 of 2000 random best steps, certified, with its bounds d^-α and ``top``.

    Rounding: a few units of the products, and α log d of them from the rounded exponent of d^-α. The rows are the
    tightest of either side, and any that break a bound.
    """
    rows: list[Row] = []
    for case, u, least in certified_ratios():
        rows.append(Row({**case, "quotient": UPPER}, float(Fraction(top)), u, {"rounding": 4 * UNIT}))
        budget = {"rounding": (6 - math.log(least)) * UNIT}
        rows.append(Row({**case, "quotient": LOWER}, 1.0, least / u, budget))
    broken = [row for row in rows if row.error > row.allowance]
    rows.sort(key=lambda row: row.predicted - row.observed)
    kept = [row for end in (UPPER, LOWER) for row in [r for r in rows if r.case["quotient"] == end][:6]]
    return Evidence(
        "prop-4.3",
        "2000 certified steps",
        "inequality",
        "enclosure",
        tuple(broken or kept),
    )


def at_definition_4_4(alpha: str, dim: int, steps: int) -> Any:
    """Relative error at finite d with the step size of Definition 4.4."""
    import theory

    return theory.relative_error("sd", alpha=alpha, dim=dim, steps=steps, method="finite", digits=DIGITS)


def lost_factor(alpha: str, dim: int, steps: int) -> Any:
    """Relative error at finite d with Definition 4.4 misread: T² in the place of 4T²."""
    import mpmath

    import theory

    a = decimal(alpha)
    if a < 0.5:
        phi = dim * optimal_fraction(a, mpmath.mpf(steps) / 2)
    elif a == 0.5:
        phi = mpmath.mpf(dim) / steps**2
    else:
        phi = (1 + mpmath.mpf(dim) / steps**2) ** (1 / a)
    ratio = float(phi**-a)
    return theory.relative_error("sd", alpha=alpha, dim=dim, steps=steps, step_ratio=ratio, digits=DIGITS)


def excess_below_half(claim: Claim) -> Evidence:
    """α < ½: what Definition 4.4 loses against the best step size, relative, falls like 1/d.

    Between two integers m <= φ < m + 1 the loss rises by the floor u²/(4T²), u = φ^-α, that one more word in
    decrease saves at m + 1, and the best φ is an integer: this costs (φ - m) u²/(4T²). The best fraction
    φ/d moreover differs from x* by h'/g'', which costs h'²/(2g''), with g = f/(1-2α) and
    h = -2 ζ(α) x^-α d^(α-1) from H(φ, α) [this project's].
    """
    import mpmath

    rows = []
    with mpmath.workdps(DIGITS + 10):
        for alpha, steps in BELOW:
            a = decimal(alpha)
            x = optimal_fraction(a, steps)
            c = (1 - 2 * a) / (4 * steps**2)
            b = 2 * a**2 / (1 - a) - c
            f = b * x ** (1 - 2 * a) + c * x ** (-2 * a)
            curvature = 2 * a * x ** (-2 * a - 2) * ((2 * a + 1) * c - b * (1 - 2 * a) * x)
            for power in POWERS:
                dim = 10**power
                slope = 2 * a * (1 - 2 * a) * mpmath.zeta(a) * x ** (-a - 1) * mpmath.mpf(dim) ** (a - 1)
                term = c * x ** (-2 * a) * mpmath.frac(dim * x) / (f * dim) + slope**2 / (2 * curvature * f)
                case: Case = {"alpha": alpha, "steps": steps, "d": f"10^{power}"}
                rows.append(excess_row(case, claim(alpha, dim, steps), truth(alpha, dim, steps), term))
    return Evidence("def-4.4", "α < 1/2", "limit", "enclosure", tuple(rows), ("alpha", "steps"))


def excess_at_half(claim: Claim) -> Evidence:
    """α = ½: what Definition 4.4 loses, relative, falls like ζ(½)² d^(τ-1)/(2 H(d, 1) r) [this project's].

    As a function of u = φ^-½ the loss is -2 log u - 2 ζ(½) u + d u²/(4T²) but for a constant; Definition 4.4
    leaves the middle term out.
    """
    import mpmath

    rows = []
    for tau, power, dim, steps in half_cases(POWERS):
        with mpmath.workdps(DIGITS + 10):
            best = truth("1/2", dim, steps)
            term = mpmath.zeta(0.5) ** 2 * 4 * steps**2 / (2 * mpmath.mpf(dim) * mpmath.harmonic(dim) * best)
            case: Case = {"alpha": "1/2", "tau": tau, "d": f"10^{power}"}
            rows.append(excess_row(case, claim("1/2", dim, steps), best, term))
    return Evidence("def-4.4", "α = 1/2", "limit", "enclosure", tuple(rows), ("tau",))


def excess_above_half(claim: Claim) -> Evidence:
    """α > ½: what Definition 4.4 loses, relative, falls like τ²/((1 + τ²)² d²) [this project's].

    The best u is 1/(1 + (d-1)/(4T²)), Definition 4.4 has d in the place of d - 1.
    """
    import mpmath

    rows = []
    with mpmath.workdps(DIGITS + 10):
        for alpha, tau in ABOVE:
            for power in POWERS[:4]:
                dim, steps = above_case(tau, power)
                square = mpmath.mpf(4 * steps**2) / dim
                term = square / ((1 + square) ** 2 * mpmath.mpf(dim) ** 2)
                case: Case = {"alpha": alpha, "tau": tau, "d": f"10^{power}"}
                rows.append(excess_row(case, claim(alpha, dim, steps), truth(alpha, dim, steps), term))
    return Evidence("def-4.4", "α > 1/2", "limit", "enclosure", tuple(rows), ("alpha", "tau"))


def excess_row(case: Case, value: Any, best: Any, term: Any) -> Row:
    """Compare value/best - 1 with its derived leading term."""
    import mpmath

    return gap_row(case, value / best, mpmath.mpf(1), term)


def search(claim: Claim) -> Evidence:
    """Compare the least relative error claimed with the best of a geometric grid of step sizes."""
    rows = []
    for alpha, dim, steps in itertools.product(("1/4", "1/2", "1", "3/2"), (20, 500), (3, 30)):
        best, truncation = best_of_grid(alpha, dim, steps)
        budget = {"truncation": truncation, "rounding": simulation_rounding(best, dim)}
        case: Case = {"alpha": alpha, "d": dim, "steps": steps}
        rows.append(Row(case, float(claim(alpha, dim, steps)), best, budget))
    return Evidence("def-4.4", "search", "optimality", "simulation", tuple(rows))


@cache
def best_of_grid(alpha: str, dim: int, steps: int) -> tuple[float, float]:
    """Return the least simulated relative error of 400 step sizes, and by how much any other may be better.

    Between grid points u' < u the loss is at least that at u' less 2(u - u') Σ (w_k - u') over w_k >= u':
    as u falls so does the floor, and a word that starts to decrease costs at most (u - u')(w_k - u').
    """
    import numpy as np

    import numerics

    weights = np.arange(1, dim + 1) ** -float(decimal(alpha))
    grid = np.geomspace(weights[-1], 1, 400)
    loss = partial(numerics.relative_error, "sd", alpha=alpha, dim=dim, steps=steps)
    losses = np.asarray([loss(step_ratio=u) for u in grid.tolist()])
    excess = np.maximum(weights - grid[:-1, None], 0).sum(axis=1) / np.sum(weights**2)
    best = float(losses.min())
    return best, max(best - float(np.min(losses[:-1] - 2 * np.diff(grid) * excess)), 0.0)


def simulation_rounding(value: float, dim: int) -> float:
    """Bound the rounding of a simulated relative error.

    The quotient |δ(0)|/η carries at most 16 units in the last place: eight roundings, and eight for what the
    simulation takes as an exact hit.
    """
    return UNIT * (32 * math.sqrt(value) + (8 + summation(dim)) * value + 256 * UNIT)


CHECKS = (
    Check(
        "prop-4.3",
        "search outside",
        run=best_step_in_range,
        twin=partial(best_step_in_range, 0.5),
        wrong="upper end π_1/(2T)",
    ),
    derivation_check("prop-4.3", twin=lost_inner_derivative, wrong="inner derivative T lost"),
    Check(
        "prop-4.3",
        "2000 certified steps",
        run=certified_range,
        twin=partial(certified_range, "999/1000"),
        wrong="upper end 0.999 π_1/T",
    ),
    Check(
        "def-4.4",
        "α < 1/2",
        run=partial(excess_below_half, at_definition_4_4),
        twin=partial(excess_below_half, lost_factor),
        wrong="T² in the place of 4T²",
    ),
    Check(
        "def-4.4",
        "α = 1/2",
        run=partial(excess_at_half, at_definition_4_4),
        twin=partial(excess_at_half, lost_factor),
        wrong="T² in the place of 4T²",
    ),
    Check(
        "def-4.4",
        "α > 1/2",
        run=partial(excess_above_half, at_definition_4_4),
        twin=partial(excess_above_half, lost_factor),
        wrong="T² in the place of 4T²",
    ),
    Check(
        "def-4.4",
        "search",
        run=partial(search, truth),
        twin=partial(search, at_definition_4_4),
        wrong="Definition 4.4 taken as best at finite d",
    ),
)
