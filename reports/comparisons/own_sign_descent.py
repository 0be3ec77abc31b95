"""Beyond the paper: the exact best step of simplified sign descent, and the limit of its error at every time."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from fractions import Fraction
from functools import cache, partial
from importlib import import_module
from typing import Any

from reports.comparisons.limits import DIGITS, POWERS, decimal, gap_row
from reports.comparisons.rounding import UNIT
from reports.comparisons.section_4_sign_descent import Claim, above_case, truth
from reports.comparisons.section_4_step_size import simulation_rounding
from reports.comparisons.symbolic import derivation_check
from reports.evidence import Case, Evidence, Row
from reports.verification import Check

BELOW_THE_PROVEN_RANGE = (("3/4", "1/2"), ("1", "3/4"), ("1", "1/5"), ("3/2", "1/2"), ("2", "1/8"))  # α, τ

#: How many rows of a search are kept: the tightest.
KEPT = 12


def sum_bound(excess: Fraction = Fraction(0)) -> Evidence:
    """Compare H(m, α) with m (m+1)^-α/(1-α), which the proof needs below α = ⅓, at 4 000 random m and α < 1.

    The quotient is certified to the last place. ``excess`` is added to 1 - α.
    """
    from theory.balls import ball, power, power_sum, to_float, working_precision

    draw = random.Random(31)
    rows = []
    with working_precision(128):
        for _ in range(4000):
            alpha = Fraction(draw.randint(1, 9999), 10_000)
            m = int(10 ** draw.uniform(0, 9))
            quotient = power_sum(m, alpha) * power(m + 1, alpha) * ball(1 - alpha + excess) / m
            case: Case = {"alpha": str(alpha), "m": m}
            rows.append(Row(case, 1.0, to_float(quotient, what="the quotient"), {"rounding": UNIT}))
    return Evidence("own-best-sd-step", "sum bound, 4 000 tried", "inequality", "enclosure", tightest(rows))


def one_valley(places: int = 1) -> Evidence:
    """Compare the simulated loss at each step u = m^-α with the greater of the least losses on its two sides.

    That is an upper bound if, and only if, the loss falls and then rises. ``places`` is the number of steps from
    each m^-α to the next, at which all of this is asked.
    """
    import numpy as np

    import numerics

    rows = []
    for alpha, dim, steps in itertools.product((0.05, 0.25, 0.45, 1.0), (30, 60), (1, 3)):
        ends = np.arange(1, dim + 1 / places, 1 / places) ** -alpha
        ask = partial(numerics.relative_error, "sd", alpha=alpha, dim=dim, steps=steps)
        losses = np.asarray([ask(step_ratio=u) for u in ends.tolist()])
        before = np.minimum.accumulate(losses)[:-2]
        after = np.minimum.accumulate(losses[::-1])[::-1][2:]
        bound = np.maximum(before, after)
        worst = int(np.argmax(losses[1:-1] / bound))
        case: Case = {"alpha": alpha, "d": dim, "steps": steps, "m": f"{1 + (worst + 1) / places:g}"}
        budget = {"rounding": 2 * simulation_rounding(float(bound[worst]), dim)}
        rows.append(Row(case, float(bound[worst]), float(losses[worst + 1]), budget))
    return Evidence("own-best-sd-step", "one valley", "inequality", "simulation", tuple(rows))


def all_pieces(claim: Callable[[str, int, int], float]) -> Evidence:
    """Compare the error claimed with the least that the simulation finds, the best of all d pieces.

    It chooses by prefix sums. Each is off by at most d units in the last place and weighs at most H(d, 2α), one of
    the two twice, so a wrong choice between two pieces costs 6d units: the truncation.
    """
    import numerics

    rows = []
    for alpha, dim, steps in itertools.product(
        ("1/50", "1/6", "2/5", "1", "2"), (9, 500, 20_000), (1, 4, 50)
    ):
        best = float(numerics.relative_error("sd", alpha=alpha, dim=dim, steps=steps))
        budget = {"truncation": 6 * dim * UNIT, "rounding": simulation_rounding(best, dim)}
        case: Case = {"alpha": alpha, "d": dim, "steps": steps}
        rows.append(Row(case, claim(alpha, dim, steps), best, budget))
    return Evidence("own-best-sd-step", "all pieces", "optimality", "simulation", tuple(rows))


def certified(alpha: str, dim: int, steps: int) -> float:
    """Relative error of the exact best step."""
    import theory

    return float(theory.relative_error("sd", alpha=alpha, dim=dim, steps=steps))


def nearest_pieces(alpha: str, dim: int, steps: int) -> float:
    """Relative error of the better of the first piece with u_m ≥ (m+1)^-α and the next."""
    import numpy as np

    m = np.arange(1, dim + 1)
    weights = m ** -float(Fraction(alpha))
    first, second = np.cumsum(weights), np.cumsum(weights**2)
    curvature = m + (dim - m) / (4 * steps**2)
    u = np.minimum(first / curvature, weights)
    losses = second - 2 * u * first + u**2 * curvature
    start = int(np.argmax(u >= np.append(weights[1:], 0)))
    return float(losses[start : start + 2].min() / second[-1])


def limit_law(alpha: str, dim: int, steps: int) -> Any:
    """Return the limit at τ = 2T/√d."""
    import theory

    return theory.relative_error("sd", alpha=alpha, dim=dim, steps=steps, method="asymptotic", digits=DIGITS)


def theorem_4_5(alpha: str, dim: int, steps: int) -> Any:
    """Return the formula of Theorem 4.5, here below the τ from which it is proven."""
    import mpmath

    with mpmath.workdps(DIGITS):
        return 1 / (mpmath.zeta(2 * decimal(alpha)) * (1 + mpmath.mpf(4 * steps**2) / dim))


def approach(claim: Claim) -> Evidence:
    """Compare the gap to the limit with its first corrections.

    They are r d^(1-2α)/((2α-1) ζ(2α)), from H(d, 2α), and -m u²/(τ² ζ(2α) d), as m of the d coordinates do not
    oscillate; u = H(m, α)/(m + 1/τ²), with m the least for which it is at least (m+1)^-α.
    """
    import mpmath

    rows = []
    with mpmath.workdps(DIGITS + 10):
        for alpha, tau in BELOW_THE_PROVEN_RANGE:
            a = decimal(alpha)
            zeta = mpmath.zeta(2 * a)
            for power in POWERS:
                dim, steps = above_case(tau, power)
                square = mpmath.mpf(4 * steps**2) / dim
                m, first = 1, mpmath.mpf(1)
                while (m + 1) ** a * first < m + 1 / square:
                    m += 1
                    first += m**-a
                u = first / (m + 1 / square)
                limit = claim(alpha, dim, steps)
                term = limit * mpmath.mpf(dim) ** (1 - 2 * a) / ((2 * a - 1) * zeta)
                term -= m * u**2 / (square * zeta * dim)
                case: Case = {"alpha": alpha, "tau": tau, "d": f"10^{power}"}
                rows.append(gap_row(case, truth(alpha, dim, steps), limit, term))
    return Evidence(
        "own-sd-limit", "below the range of 4.5", "limit", "enclosure", tuple(rows), ("alpha", "tau")
    )


@cache
def distances() -> tuple[tuple[Case, float], ...]:
    """Return ζ(2α) r(τ) - H(d, 2α) r_d, times 4T², at 1000 random α, d and T; 25 of :data:`DIGITS` digits are left."""
    import mpmath

    import theory

    draw = random.Random(37)
    found: list[tuple[Case, float]] = []
    with mpmath.workdps(DIGITS):
        for _ in range(1000):
            alpha = Fraction(draw.randint(51, 300), 100)
            dim, steps = int(10 ** draw.uniform(0.3, 8)), int(10 ** draw.uniform(0, 6))
            order = 2 * decimal(str(alpha))
            limit = mpmath.zeta(order) * limit_law(str(alpha), dim, steps)
            total = theory.step_size("gd", alpha=2 * alpha, dim=dim, digits=DIGITS)  # H(d, 2α)
            distance = float(4 * steps**2 * (limit - total * truth(str(alpha), dim, steps)))
            found.append(({"alpha": str(alpha), "d": dim, "steps": steps}, distance))
    return tuple(found)


def bounds(share: Fraction = Fraction(1)) -> Evidence:
    """Compare the :func:`distances` with their bounds 0 and 1; ``share`` takes the place of 1."""
    rows = []
    for case, distance in distances():
        budget = {"rounding": UNIT}
        rows.append(Row({**case, "side": "upper"}, 1.0, 1 - distance, budget))
        rows.append(Row({**case, "side": "lower"}, float(share), distance, budget))
    return Evidence(
        "own-sd-limit", "bounds at every d, 1000 tried", "inequality", "enclosure", tightest(rows)
    )


def tightest(rows: list[Row]) -> tuple[Row, ...]:
    """Return the rows in which observed exceeds predicted most, or comes nearest to it."""
    return tuple(sorted(rows, key=lambda row: row.error)[-KEPT:])


#: Returns the module of the derivations, which loads sympy.
own = partial(import_module, "theory.statements.own_sign_descent")

CHECKS = (
    derivation_check(
        "own-best-sd-step",
        twin=lambda: own().one_valley(1),
        wrong="q = 1/α - 1 in the place of 1/(2α) - 1",
    ),
    Check(
        "own-best-sd-step",
        "sum bound, 4 000 tried",
        run=sum_bound,
        twin=partial(sum_bound, Fraction(1, 10**6)),
        wrong="1 - α larger by 1e-6",
    ),
    Check(
        "own-best-sd-step",
        "one valley",
        run=one_valley,
        twin=partial(one_valley, 2),
        wrong="asked half-way between the m^-α, too",
    ),
    Check(
        "own-best-sd-step",
        "all pieces",
        run=partial(all_pieces, certified),
        twin=partial(all_pieces, nearest_pieces),
        wrong="only the first piece with u_m ≥ (m+1)^-α and the next",
    ),
    derivation_check(
        "own-sd-limit",
        twin=lambda: own().smooth_limit(own().m - 1),
        wrong="one coordinate less on its way",
    ),
    Check(
        "own-sd-limit",
        "below the range of 4.5",
        run=partial(approach, limit_law),
        twin=partial(approach, theorem_4_5),
        wrong="the formula of Theorem 4.5, m = 1",
    ),
    Check(
        "own-sd-limit",
        "bounds at every d, 1000 tried",
        run=bounds,
        twin=partial(bounds, 1 - Fraction(1, 10**6)),
        wrong="1/(4T²) smaller by 1e-6",
    ),
)
