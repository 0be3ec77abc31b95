"""Appendix D: the best step size of sign descent for α > ½."""

from __future__ import annotations

import itertools
from fractions import Fraction
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from reports.comparisons.limits import DIGITS, decimal
from reports.comparisons.rounding import UNIT
from reports.comparisons.section_4_step_size import simulation_rounding
from reports.comparisons.symbolic import derivation_check
from reports.evidence import Case, Evidence, Row
from reports.verification import Check

if TYPE_CHECKING:
    from theory.derivation import Step

#: Random problems on which all pieces are compared, and how many are kept.
TRIED, KEPT = 2_000, 20
EVERY_PIECE = f"every piece, {TRIED} random problems"


@cache
def loss(alpha: str, dim: int, steps: int, u: Fraction | None = None) -> Any:
    """Return the certified relative error at φ = u^(-1/α), or at the best φ."""
    import theory

    return theory.relative_error("sd", alpha=alpha, dim=dim, steps=steps, step_ratio=u, digits=DIGITS)


def best_step(margin: int) -> Evidence:
    """Compare the loss at the φ of Proposition D.4 with the certified best, where that φ is claimed to be best.

    The claim holds for d up to that of :func:`largest_dim`: so many words, and half of them, are tried. Rounding:
    one unit in the last place on either side.
    """
    rows = []
    for alpha, steps in itertools.product(("3/4", "1", "3/2", "2"), (2, 50, 10**3, 10**5)):
        largest = largest_dim(alpha, steps, margin)
        for dim in (largest // 2, largest):
            predicted = float(closed_form(alpha, dim, steps, margin))
            rounding = {"rounding": 4 * UNIT * predicted}
            case: Case = {"alpha": alpha, "d": dim, "steps": steps}
            rows.append(Row(case, predicted, float(loss(alpha, dim, steps)), rounding))
    return Evidence("prop-d.4", "best step", "optimality", "enclosure", tuple(rows))


def near_the_bound(margin: int = 1) -> Evidence:
    """Compare the closed form with the certified best loss, from the bound of Proposition D.4 to beyond the exact.

    In the last three cases both step sizes are best. Rounding: one unit in the last place on either side.
    """
    margins: tuple[int | Fraction, ...] = (0, Fraction(1, 2), Fraction(9, 10), 1, 2)
    cases = [
        (alpha, largest_dim(alpha, steps, share), steps)
        for alpha, steps, share in itertools.product(("11/20", "3/4", "1", "3/2", "4"), (3, 10**4), margins)
    ]
    rows = []
    for alpha, dim, steps in (*cases, ("1", 29, 3), ("1", 41_329, 102), ("1", 48_015_101, 3465)):
        predicted = float(closed_form(alpha, dim, steps, margin))
        case: Case = {"alpha": alpha, "d": dim, "steps": steps}
        rows.append(Row(case, predicted, float(loss(alpha, dim, steps)), {"rounding": 4 * UNIT * predicted}))
    return Evidence("own-d.4", "near the bound", "identity", "enclosure", tuple(rows))


def every_piece(margin: int = 1) -> Evidence:
    """Compare the closed form with the least loss over all pieces, by simulation, on random problems.

    They lie on both sides of the exact bound. The first :data:`KEPT` are kept, and all that differ.
    """
    rows = []
    for alpha, dim, steps, observed in simulated():
        predicted = float(closed_form(alpha, dim, steps, margin))
        case: Case = {"alpha": alpha, "d": dim, "steps": steps}
        rows.append(Row(case, predicted, observed, {"rounding": simulation_rounding(predicted, dim)}))
    rows.sort(key=lambda row: abs(row.error) <= row.allowance)
    differing = sum(abs(row.error) > row.allowance for row in rows)
    return Evidence("own-d.4", EVERY_PIECE, "identity", "simulation", tuple(rows[: max(KEPT, differing)]))


@cache
def simulated() -> tuple[tuple[str, int, int, float], ...]:
    """Return α, d and T of random problems, with the least simulated error over all pieces."""
    import numpy as np

    import numerics

    random = np.random.default_rng(44)
    found = []
    for _ in range(TRIED):
        hundredths, steps, share = random.integers((51, 1, 0), (300, 20, 200)).tolist()
        alpha = f"{hundredths}/100"
        dim = max(largest_dim(alpha, steps, Fraction(share, 100)), 2)
        observed = float(numerics.relative_error("sd", alpha=alpha, dim=dim, steps=steps))
        found.append((alpha, dim, steps, observed))
    return tuple(found)


@cache
def largest_dim(alpha: str, steps: int, margin: int | Fraction) -> int:
    """Return the largest d with d - 1 + margin √(4T² + d - 1) <= (2^α - 1) 4T²."""
    import mpmath

    with mpmath.workdps(DIGITS + 10):
        square, half = 4 * steps**2, decimal(str(Fraction(margin))) / 2
        root = mpmath.sqrt(half**2 + 2 ** decimal(alpha) * square) - half  # of 4T² + d - 1
        return int(root**2) - square + 1


@cache
def squared_norm(alpha: str, dim: int) -> Any:
    """Return H(d, 2α), every digit certified."""
    import theory

    return theory.step_size("gd", alpha=2 * Fraction(alpha), dim=dim, digits=DIGITS)


def closed_form(alpha: str, dim: int, steps: int, margin: int) -> Any:
    """Return the relative error at the φ of Proposition D.4 if d is at most the largest, and else at φ = 2."""
    import mpmath

    start = squared_norm(alpha, dim)
    with mpmath.workdps(DIGITS + 10):
        square, w = mpmath.mpf(4 * steps**2), mpmath.mpf(2) ** -decimal(alpha)
        if dim <= largest_dim(alpha, steps, margin):
            return (dim - 1) / (square + dim - 1) / start
        return ((1 - w) ** 2 + (dim - 2) * w**2 / square) / start


def wrong_derivation() -> tuple[Step, ...]:
    """Return the derivation with √(d - 1) in the condition; sympy takes its time to load."""
    from theory.statements.appendix_d_best_step import above_half, n

    return above_half(n)


CHECKS = (
    Check(
        "prop-d.4",
        "best step",
        run=partial(best_step, 0),
        twin=partial(best_step, 1),
        wrong="√(4T² + d - 1) added to d - 1 in the condition, which mends it",
        twin_expected="CONFIRMED",
    ),
    derivation_check("own-d.4", twin=wrong_derivation, wrong="√(d - 1) in the condition"),
    Check(
        "own-d.4",
        "near the bound",
        run=near_the_bound,
        twin=partial(near_the_bound, 0),
        wrong="the condition of Proposition D.4",
    ),
    Check(
        "own-d.4",
        EVERY_PIECE,
        run=every_piece,
        twin=partial(every_piece, 0),
        wrong="the condition of Proposition D.4",
    ),
)
