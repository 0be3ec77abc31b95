"""Appendix A: the loss in O(d) under the power law (Prop. A.1, A.2), true sign descent (Prop. A.3)."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from reports.comparisons.rounding import UNIT, summation
from reports.evidence import Case, Evidence, Row
from reports.verification import Check

if TYPE_CHECKING:
    from numerics import BigramProblem

#: A relative error at (alpha, dim, steps, step ratio).
Claim = Callable[[str, int, int, str], float]


@cache
def exact(optimizer: str, alpha: str, dim: int, steps: int, ratio: str) -> float:
    """Prop. A.1 (gd) or A.2 (sd), every digit certified."""
    import theory

    value: float = theory.relative_error(optimizer, alpha=alpha, dim=dim, steps=steps, step_ratio=ratio)
    return value


def gradient_descent(claim: Claim) -> Evidence:
    """Compare training on a permuted d×d power law, and the simulated sum, with the certified sum.

    Rounding: that of 8t units in the last place of π_{j|i} in training (see Prop. 2.2), by Cauchy and Schwarz
    2·8t √r; and in both simulations that of the frequencies: 6 roundings of ηπ_k change
    (1 - ηπ_k)^(2t) by at most 24 units times 2t|log|1 - ηπ_k||, whose mean is at most log 1/r.
    """
    import numerics

    rows = []
    for seed, (alpha, dim) in enumerate((("1/2", 60), ("1", 100), ("7/5", 150), ("2", 80))):
        problem = numerics.BigramProblem.power_law(alpha, dim, seed=seed)
        for ratio in ("1/2", "1", "7/4"):
            step_size = float(Fraction(ratio)) / float(problem.frequencies[0])
            trained = problem.train("gd", steps=30, step_size=step_size).relative_errors
            for t in (1, 3, 10, 30):
                predicted = claim(alpha, dim, t, ratio)
                summed = numerics.relative_error("gd", alpha=alpha, dim=dim, steps=t, step_ratio=ratio)
                frequencies = (24 * math.log(1 / predicted) + 8 + summation(dim**2)) * predicted
                iterated = 16 * t * math.sqrt(predicted) + 64 * t**2 * UNIT
                case: Case = {"alpha": alpha, "d": dim, "step size × π₁": ratio, "steps": t}
                for route, observed, units in (
                    ("d×d training", float(trained[t]), frequencies + iterated),
                    ("sum over d", float(summed), frequencies),
                ):
                    rows.append(
                        Row({**case, "route": route}, predicted, observed, {"rounding": UNIT * units})
                    )
    return Evidence("prop-a.1", "training and sum", "identity", "simulation", tuple(rows))


def sign_descent(claim: Claim) -> Evidence:
    """Compare training by Assumption 4.1 on a permuted power law, and the simulated sum, with the certified.

    The step ratios hit words exactly (φ an integer: α = 1 and u = 1/3, or u = 1) and miss them. Rounding: 16
    units in the last place of |δ(0)|/η, of eight roundings and of what the simulation takes as an exact hit.
    """
    import numerics

    rows = []
    for seed, (alpha, dim) in enumerate((("1/4", 60), ("1/2", 120), ("1", 100), ("3/2", 80))):
        problem = numerics.BigramProblem.power_law(alpha, dim, seed=seed)
        for ratio, steps in itertools.product(("1/3", "7/10", "1"), (2, 10, 64)):
            step_size = float(Fraction(ratio)) * float(problem.frequencies[0]) / steps
            trained = problem.train("sd", steps=steps, step_size=step_size, dynamics="simplified")
            summed = numerics.relative_error("sd", alpha=alpha, dim=dim, steps=steps, step_ratio=ratio)
            predicted = claim(alpha, dim, steps, ratio)
            rounding = UNIT * (32 * math.sqrt(predicted) + (8 + summation(dim**2)) * predicted + 256 * UNIT)
            case: Case = {"alpha": alpha, "d": dim, "Tη/π₁": ratio, "steps": steps}
            for route, observed in (
                ("d×d training", float(trained.relative_errors[-1])),
                ("sum over d", float(summed)),
            ):
                rows.append(Row({**case, "route": route}, predicted, observed, {"rounding": rounding}))
    return Evidence("prop-a.2", "training and sum", "identity", "simulation", tuple(rows))


def oscillation(parity: int = 0) -> Evidence:
    """Compare training by the true update, and the simulation's closed form, with that in rational numbers.

    ``parity`` is that of the further steps after which the distance is c rather than η - c. Rounding: 9 units
    in the last place of |δ(0)|/η, of its division and of what the simulation takes as an exact hit.
    """
    rows = []
    for name, problem, step_size in oscillating_problems():
        targets = [[Fraction(value) for value in row] for row in problem.conditionals.tolist()]
        weights = [Fraction(value) for value in problem.frequencies.tolist()]
        start = weighted_squares(weights, targets)
        options: dict[str, Any] = {"step_size": step_size, "dynamics": "iterated"}
        trained = problem.train("sd", steps=31, **options).relative_errors
        for steps in (1, 2, 5, 8, 30, 31):
            summed = problem.relative_error("sd", steps=steps, **options)
            step = Fraction(step_size)
            distances = [[distance_after(value, step, steps, parity) for value in row] for row in targets]
            predicted = float(weighted_squares(weights, distances) / start)
            rounding = UNIT * (18 * math.sqrt(predicted) + (8 + summation(144)) * predicted + 81 * UNIT)
            case: Case = {"problem": name, "step size": step_size, "steps": steps}
            for route, observed in (("d×d training", trained[steps]), ("closed form", summed)):
                rows.append(Row({**case, "route": route}, predicted, float(observed), {"rounding": rounding}))
    return Evidence("prop-a.3", "training and closed form", "identity", "simulation", tuple(rows))


def oscillating_problems() -> Iterator[tuple[str, BigramProblem, float]]:
    """Problems and step sizes: generic ones, and dyadic ones in which words hit their optimum exactly."""
    import numpy as np

    import numerics

    random = np.random.default_rng(3)
    for _ in range(3):
        problem = numerics.BigramProblem.from_counts(random.integers(0, 50, (12, 12)))
        yield "generic", problem, float(random.uniform(0.002, 0.05))
    for _ in range(3):
        counts = random.multinomial(64, np.full(12, 1 / 12), size=12)
        yield "exact hits", numerics.BigramProblem.from_counts(counts), 3 / 128


def distance_after(start: Fraction, step: Fraction, steps: int, parity: int = 0) -> Fraction:
    """Prop. A.3: the distance after so many steps, from a distance >= 0."""
    whole = start // step
    rest = start - min(whole, steps) * step
    if steps <= whole or rest == 0:
        return rest
    return rest if (steps - whole) % 2 == parity else step - rest


def weighted_squares(weights: list[Fraction], distances: list[list[Fraction]]) -> Fraction:
    """Σ π_i δ_ij², exact."""
    return sum(
        (w * sum((x**2 for x in row), Fraction(0)) for w, row in zip(weights, distances, strict=True)),
        Fraction(0),
    )


CHECKS = (
    Check(
        "prop-a.1",
        "training and sum",
        run=partial(gradient_descent, partial(exact, "gd")),
        twin=partial(
            gradient_descent, lambda alpha, dim, steps, ratio: exact("gd", alpha, dim, 2 * steps, ratio)
        ),
        wrong="exponent 4t in the place of 2t",
    ),
    Check(
        "prop-a.2",
        "training and sum",
        run=partial(sign_descent, partial(exact, "sd")),
        twin=partial(
            sign_descent, lambda alpha, dim, steps, ratio: exact("sd", alpha, dim, steps // 2, ratio)
        ),
        wrong="floor η² in the place of η²/4",
    ),
    Check(
        "prop-a.3",
        "training and closed form",
        run=oscillation,
        twin=partial(oscillation, parity=1),
        wrong="parities swapped",
    ),
)
