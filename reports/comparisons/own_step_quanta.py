"""Ours: schedules of sign descent that do the work of constant steps, counted by their quanta."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from reports.comparisons.rounding import UNIT, carried, summation
from reports.comparisons.symbolic import derivation_check
from reports.evidence import Case, Evidence, Row
from reports.verification import Check

if TYPE_CHECKING:
    from theory.derivation import Step

QUANTA = "own-step-quanta"


def schedules(gap: int) -> Iterator[list[int]]:
    """Yield random schedules, one step of which may exceed all later ones together by ``gap``, the others by 1."""
    import random

    draw = random.Random(4)
    for length in (3, 4, 5, 6, 8, 12, 20, 40):
        steps, special = [1], draw.randrange(1, length)
        while len(steps) < length:
            most = sum(steps) + (gap if len(steps) == special else 1)
            steps.append(most if len(steps) == special else draw.randint(1, min(most, 1000)))
        yield steps[::-1]


def folded(gap: int = 1) -> Evidence:
    """Compare the formula with the iteration, in rational numbers."""
    import random

    import sympy as sp

    from numerics.sign_variants import fold
    from theory.statements import own_sign_variants as statement

    closed, draw, rows = statement.QUANTA.formula[-1].rhs, random.Random(5), []
    for sizes in schedules(gap):
        total = sum(sizes)
        for _ in range(6):
            start = Fraction(draw.randrange(1, 1200 * total), 1000)
            at = {statement.x: sp.Rational(start.numerator, start.denominator), statement.N: total}
            case: Case = {"T": len(sizes), "N": total, "x": str(start)}
            rows.append(Row(case, float(closed.subs(at)), float(fold(start, sizes)), {"rounding": 0.0}))
    return Evidence(QUANTA, "rational numbers", "identity", "simulation", tuple(rows))


def power_law_errors(missing: int = 0) -> Evidence:
    """Compare a schedule's relative error with that of as many constant steps as it has quanta, less ``missing``.

    Rounding: the quotient π_k/η ≤ 1.1 N and each of the T differences are off by at most UNIT of the largest, the
    distance of the closed form by ten such (eight for what it takes as an exact hit).
    """
    import numpy as np

    import numerics
    from numerics.power_law import power_law_frequencies
    from numerics.sign_variants import fold, schedule

    constant, rows = partial(numerics.relative_error, "sd", dynamics="iterated"), []
    for alpha, dim in (("1/2", 1000), ("1", 1000), ("1", 30_000), ("2", 1000)):
        frequencies = power_law_frequencies(alpha, dim)
        for name, steps in (("linear", 30), ("linear", 45), ("halved", 9)):
            sizes = schedule(name, steps)
            total = sum(sizes)
            eta = 2.0**-0.125 * frequencies[0] / total  # irrational: no coordinate hits its optimum
            ends = fold(frequencies / eta, sizes)
            start = float(np.sum((frequencies / eta) ** 2))
            claimed = float(constant(alpha=alpha, dim=dim, steps=total - missing, step_size=eta))
            off = (steps + 11) * 1.1 * total * UNIT
            ones = np.ones(dim)
            rounding = carried(ones, frequencies / eta, ends, off) + 2 * summation(dim) * UNIT * claimed
            case: Case = {"alpha": alpha, "d": dim, "schedule": name, "T": steps, "N": total}
            rows.append(Row(case, claimed, float(np.sum(ends**2)) / start, {"rounding": rounding}))
    return Evidence(QUANTA, "power laws", "identity", "simulation", tuple(rows))


def with_a_gap() -> tuple[Step, ...]:
    """Derive it from steps that may exceed all later ones together by 2."""
    from theory.statements.own_sign_variants import quanta

    return quanta(excess=2)


CHECKS = (
    derivation_check(QUANTA, twin=with_a_gap, wrong="a step may exceed all later ones together by 2"),
    Check(
        QUANTA,
        "rational numbers",
        run=folded,
        twin=partial(folded, gap=2),
        wrong="one step exceeds all later ones together by 2",
    ),
    Check(
        QUANTA,
        "power laws",
        run=power_law_errors,
        twin=partial(power_law_errors, missing=2),
        wrong="two quanta fewer",
    ),
)
