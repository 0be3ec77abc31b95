"""Beyond the paper: the sum for iterated sign descent, and the mean square that arrived words keep."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from fractions import Fraction
from functools import cache, partial
from importlib import import_module
from typing import Any

from reports.comparisons.limits import DIGITS, gap_row
from reports.comparisons.rounding import UNIT
from reports.comparisons.section_4_step_size import simulation_rounding
from reports.comparisons.symbolic import derivation_check
from reports.evidence import Case, Evidence, Row
from reports.verification import Check

#: κ of α at t, for an odd or even number of steps.
Floor = Callable[[Fraction, Fraction, bool], Any]

#: Less than the step sizes at which words hit their target exactly, and by so little that nothing else changes.
HAIR = 1 - Fraction(1, 10**60)

#: How many rows of a search are kept: the tightest.
KEPT = 12


@cache
def iterated(alpha: str, dim: int, steps: int, ratio: Fraction, parity: str | None = None) -> Any:
    """Relative error of the true update, certified."""
    import theory

    return theory.relative_error(
        "sd",
        alpha=alpha,
        dim=dim,
        steps=steps,
        step_ratio=ratio,
        dynamics="iterated",
        parity=parity,
        digits=DIGITS,
    )


def floor(alpha: Fraction, t: Fraction, odd: bool) -> Any:
    """κ(t), certified."""
    from theory.balls import ball, bits_of, resolve, to_mpf
    from theory.iterated_laws import phase_floor

    return to_mpf(resolve(lambda: phase_floor(alpha, ball(t), odd=odd), bits_of(DIGITS), what="κ"), DIGITS)


def step_by_step(factor: Fraction = Fraction(1)) -> Evidence:
    """Compare the sum with the update itself, iterated in rational numbers at 150 random problems with exact hits.

    ``factor`` multiplies the step size of the sum. Its float is the nearest one.
    """
    draw = random.Random(51)
    rows = []
    for _ in range(150):
        alpha, dim, steps = draw.choice((1, 1, 2, 3)), draw.randint(1, 24), draw.randint(1, 24)
        ratio = Fraction(draw.randint(1, 12), 12) / draw.choice((1, 1, 2))
        step = ratio / steps
        targets = [Fraction(1, k**alpha) for k in range(1, dim + 1)]
        weights = [Fraction(0)] * dim
        for _ in range(steps):
            weights = [w + step * ((w < x) - (w > x)) for w, x in zip(weights, targets, strict=True)]
        left = sum((w - x) ** 2 for w, x in zip(weights, targets, strict=True))
        observed = float(left / sum(x**2 for x in targets))
        predicted = float(iterated(str(alpha), dim, steps, ratio * factor))
        case: Case = {"alpha": alpha, "d": dim, "steps": steps, "Tη/π₁": str(ratio)}
        rows.append(Row(case, predicted, observed, {"rounding": UNIT * (predicted + observed)}))
    return Evidence("own-iterated-sum", "step by step, 150 tried", "identity", "simulation", farthest(rows))


def simulated(shift: Fraction = Fraction(0)) -> Evidence:
    """Compare the sum with the simulation of d words in floats. ``shift`` is added to the α of the sum."""
    import numerics

    rows = []
    for alpha, (dim, steps), more in itertools.product(
        ("1/4", "1/2", "3/4", "5/4", "2"), ((1000, 6), (40_000, 30), (40_000, 500)), (0, 1)
    ):
        ratio = Fraction(61, 64)
        predicted = float(iterated(str(Fraction(alpha) + shift), dim, steps + more, ratio))
        observed = numerics.relative_error(
            "sd", alpha=alpha, dim=dim, steps=steps + more, step_ratio=ratio, dynamics="iterated"
        )
        case: Case = {"alpha": alpha, "d": dim, "steps": steps + more}
        rows.append(Row(case, predicted, float(observed), {"rounding": simulation_rounding(predicted, dim)}))
    return Evidence("own-iterated-sum", "simulation", "identity", "simulation", tuple(rows))


def nearness(claim: Floor) -> Evidence:
    """Compare the sum over the arrived words with its bounds on both sides at 1000 random α, d, T and steps.

    The distance from dκ is at most 0.15 of the bound there. One word is on its way; the sum keeps 25 of 40 digits.
    """
    import mpmath

    draw = random.Random(52)
    rows = []
    with mpmath.workdps(DIGITS):
        for _ in range(1000):
            alpha = Fraction(draw.randint(20, 300), 100)
            dim, steps = int(10 ** draw.uniform(0.5, 9)), int(10 ** draw.uniform(0, 3.5))
            ratio = Fraction(draw.randint(int(2 ** -float(alpha) * 10**9) + 1, 10**9), 10**9 + 7)
            t = Fraction(steps / (float(ratio) * dim ** float(alpha)))
            if t > 2000:
                continue
            step = mpmath.mpf(ratio.numerator) / ratio.denominator / steps
            arrived = arrived_words(str(alpha), dim, steps, ratio)
            mean = dim * claim(alpha, t, bool(steps % 2))
            bound = (
                2 * step ** (-1 / (1 + mpmath.mpf(alpha.numerator) / alpha.denominator)) + mpmath.mpf(5) / 2
            )
            case: Case = {"alpha": str(alpha), "d": dim, "steps": steps}
            for side, low, high in (("above", arrived, mean + bound), ("below", mean - bound, arrived)):
                # t is a float, which moves dκ by d times a few units in the last place of κ and t.
                budget = {"rounding": 8 * UNIT * float(mean + bound)}
                rows.append(Row({**case, "side": side}, float(high), float(low), budget))
    rows.sort(key=lambda row: row.error / row.predicted)
    return Evidence(
        "own-random-phase", "every word counted, 1000 tried", "inequality", "enclosure", tuple(rows[-KEPT:])
    )


@cache
def arrived_words(alpha: str, dim: int, steps: int, ratio: Fraction) -> Any:
    """Return the sum of g² over all words but the first, which is on its way, at a step above 2^-α."""
    import mpmath

    import theory

    total = theory.step_size("gd", alpha=2 * Fraction(alpha), dim=dim, digits=DIGITS)  # H(d, 2α)
    u = mpmath.mpf(ratio.numerator) / ratio.denominator
    return (iterated(alpha, dim, steps, ratio) * total - (1 - u) ** 2) * (steps / u) ** 2


def random_phase(mean: Fraction = Fraction(1, 3)) -> Evidence:
    """Compare κ(t) - ⅓ with its leading term ±1/(8αt) at t = ½ mod 2, even T above and odd T below."""
    import mpmath

    rows = []
    with mpmath.workdps(DIGITS + 10):
        limit = mpmath.mpf(mean.numerator) / mean.denominator
        for alpha, odd in itertools.product(("1/4", "1/2", "1", "2"), (False, True)):
            exact = Fraction(alpha)
            for t in (Fraction(2 * 4**power + 1, 2) for power in range(1, 7)):
                term = (-1 if odd else 1) / (8 * exact * t)
                case: Case = {"alpha": alpha, "parity": "odd" if odd else "even", "t": float(t)}
                term_value = mpmath.mpf(term.numerator) / term.denominator
                rows.append(gap_row(case, floor(exact, t, odd), limit, term_value))
    return Evidence("own-random-phase", "t → ∞", "limit", "enclosure", tuple(rows), ("alpha", "parity"))


def simulated_phases(late: Fraction = Fraction(1)) -> Evidence:
    """Compare κ(t) with the mean over the simulated words, d = 10⁵, whose distance from it is bounded: the truncation.

    ``late`` multiplies t.
    """
    import numpy as np

    import numerics

    dim, rows, ratio = 10**5, [], Fraction(63, 64)
    for alpha, near, odd in itertools.product(("1/2", "1", "3/2"), (0.03, 0.1, 0.3, 1, 3, 10), (0, 1)):
        exponent = float(Fraction(alpha))
        steps = 2 * round(near * float(ratio) * dim**exponent / 2) + odd
        t = Fraction(steps / (float(ratio) * dim**exponent))
        error = numerics.relative_error(
            "sd", alpha=alpha, dim=dim, steps=steps, step_ratio=ratio, dynamics="iterated"
        )
        total = float(np.sum(np.arange(1, dim + 1) ** (-2 * exponent)))
        step = float(ratio / steps)
        observed = (float(error) * total - float(1 - ratio) ** 2) / step**2 / dim
        bound = (2 * step ** (-1 / (1 + exponent)) + 2.5) / dim
        rounding = simulation_rounding(float(error), dim) * total / step**2 / dim
        case: Case = {"alpha": alpha, "parity": "odd" if odd else "even", "t": float(t)}
        predicted = float(floor(Fraction(alpha), t * late, bool(odd)))
        rows.append(Row(case, predicted, observed, {"truncation": bound, "rounding": rounding}))
    columns = ("κ", "mean of g² over the words")
    return Evidence("own-random-phase", "simulation", "model", "simulation", tuple(rows), columns=columns)


def farthest(rows: list[Row]) -> tuple[Row, ...]:
    """Return the rows in which the two differ most, against their budget."""
    return tuple(sorted(rows, key=lambda row: abs(row.error) - row.allowance)[-KEPT:])


#: Returns the module of the derivations, which loads sympy.
own = partial(import_module, "theory.statements.own_iterated_descent")

CHECKS = (
    derivation_check(
        "own-iterated-sum",
        twin=lambda: own().corners(2),
        wrong="a change by 2(q - b) at each corner",
    ),
    Check(
        "own-iterated-sum",
        "step by step, 150 tried",
        run=step_by_step,
        twin=partial(step_by_step, HAIR),
        wrong="exact hits missed by a hair",
    ),
    Check(
        "own-iterated-sum",
        "simulation",
        run=simulated,
        twin=partial(simulated, Fraction(1, 10**9)),
        wrong="exponent larger by 1e-9",
    ),
    derivation_check(
        "own-random-phase",
        twin=lambda: own().phases(Fraction(1, 4)),
        wrong="a mean of ¼, as in Assumption 4.1",
    ),
    Check(
        "own-random-phase",
        "every word counted, 1000 tried",
        run=partial(nearness, floor),
        twin=partial(nearness, lambda alpha, t, odd: floor(alpha, t * Fraction(101, 100), odd)),
        wrong="t larger by a hundredth",
    ),
    Check(
        "own-random-phase",
        "t → ∞",
        run=random_phase,
        twin=partial(random_phase, Fraction(10_001, 30_000)),
        wrong="a mean larger by 1e-4",
    ),
    Check(
        "own-random-phase",
        "simulation",
        run=simulated_phases,
        twin=partial(simulated_phases, Fraction(11, 10)),
        wrong="t larger by a tenth",
    ),
)
