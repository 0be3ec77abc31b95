"""Section 4: the simplified dynamics of sign descent (Assumption 4.1) and the loss under them (Prop. 4.2)."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from typing import Any, TypeAlias

from reports.comparisons.appendix_a_closed_forms import weighted_squares
from reports.comparisons.section_2_problem import text_blocks
from reports.comparisons.section_4_step_size import simulation_rounding
from reports.evidence import Case, Evidence, Row
from reports.verification import Check

#: What a problem is called, the step size for a number of ``steps``, and the relative error.
World: TypeAlias = tuple[str, Callable[..., float], Callable[..., Any]]


def dynamics(worlds: Callable[[], Iterator[World]]) -> Evidence:
    """Compare the relative error of the simplified dynamics with that of the iterated update, at one step size.

    The iterated one is that of Prop. A.3, which training confirms. Rounding: that of both simulations.
    """
    rows = []
    for name, step_size, error in worlds():
        for steps in (4, 5, 30, 31):
            ask = partial(error, steps=steps, step_size=step_size(steps=steps))
            simplified, iterated = (float(ask(dynamics=which)) for which in ("simplified", "iterated"))
            rounding = sum(simulation_rounding(value, 2**16) for value in (simplified, iterated))
            case: Case = {"problem": name, "steps": steps}
            rows.append(Row(case, simplified, iterated, {"rounding": rounding}))
    columns = ("Assumption 4.1", "iterated update")
    return Evidence("asm-4.1", "even and odd steps", "model", "simulation", tuple(rows), columns=columns)


def power_laws_and_text() -> Iterator[World]:
    """Yield power laws of d = 1000 and a small text, with the best step sizes under Assumption 4.1."""
    import numerics

    for alpha in ("1/4", "1/2", "1", "2"):
        best = partial(numerics.best_step_size, "sd", alpha=alpha, dim=1000)
        error = partial(numerics.relative_error, "sd", alpha=alpha, dim=1000)
        yield f"power law, α = {alpha}", best, error
    blocks = text_blocks()
    problem = numerics.BigramProblem.from_counts(sum(blocks[1:], blocks[0]))
    yield "text", partial(problem.best_step_size, "sd"), partial(problem.relative_error, "sd")


def odd_multiples_of_half_a_step() -> Iterator[World]:
    """Yield a problem in which every π_{j|i} is an odd multiple of η/2 = 1/128."""
    import numpy as np

    import numerics

    random = np.random.default_rng(41)
    counts = 1 + 2 * random.multinomial(58, random.dirichlet(np.ones(12)), size=12)
    problem = numerics.BigramProblem.from_counts(counts * np.arange(1, 13)[:, None])
    yield "odd multiples of η/2", lambda steps: 1 / 64, partial(problem.relative_error, "sd")


def loss(ties: bool, floor: Fraction = Fraction(1, 4), strict: bool = False) -> Evidence:
    """Compare the closed form with Assumption 4.1 step by step: in rationals, and in the d×d training of floats.

    ``ties`` says whether some π_k = Tη or none; ``floor`` is the ¼ of η²/4, and ``strict`` leaves such a π_k out
    of the words on their way. The rationals agree exactly; rounding is that of the training.
    """
    import numpy as np

    import numerics

    random = np.random.default_rng(42)
    rows = []
    for name, frequencies in exact_frequencies():
        dim = len(frequencies)
        start = [[frequencies[j] for j in random.permutation(dim)] for _ in range(dim)]
        problem = numerics.BigramProblem(np.asarray(frequencies, dtype=float), np.asarray(start, dtype=float))
        at_first = weighted_squares(frequencies, start) / 2
        if ties:
            travelled = [frequencies[k - 1] for k in (1, 3, 8)]
        else:
            travelled = [Fraction(ratio) * frequencies[0] for ratio in ("1/20", "3/10", "7/10")]
        for steps, far in itertools.product((1, 3, 10), travelled):
            step = far / steps
            moving = [p for p in frequencies if p > far or (p == far and not strict)]
            squares = sum(((p - far) ** 2 for p in moving), Fraction(0))
            predicted = (squares + (dim - len(moving)) * floor * step**2) / 2
            distances = start
            for _ in range(steps):
                distances = [[x - step if x >= step else step / 2 for x in row] for row in distances]
            trained = problem.train("sd", steps=steps, step_size=float(step), dynamics="simplified")
            rounding = float(at_first) * simulation_rounding(float(predicted / at_first), dim**2)
            case: Case = {"frequencies": name, "steps": steps, "Tη/π₁": str(far / frequencies[0])}
            exact = float(weighted_squares(frequencies, distances) / 2)
            for route, observed, allowed in (
                ("rationals", exact, 0.0),
                ("training", float(trained.losses[-1]), rounding),
            ):
                rows.append(Row({**case, "route": route}, float(predicted), observed, {"rounding": allowed}))
    return Evidence("prop-4.2", "ties" if ties else "no ties", "identity", "simulation", tuple(rows))


def exact_frequencies() -> Iterator[tuple[str, list[Fraction]]]:
    """Yield rational frequencies of eight words, decreasing."""
    for alpha in (1, 2):
        weights = [Fraction(1, k**alpha) for k in range(1, 9)]
        yield f"power law, α = {alpha}", [weight / sum(weights) for weight in weights]
    yield "others", [Fraction(weight, 120) for weight in (37, 31, 20, 13, 8, 6, 4, 1)]


CHECKS = (
    Check(
        "asm-4.1",
        "even and odd steps",
        run=partial(dynamics, power_laws_and_text),
        twin=partial(dynamics, odd_multiples_of_half_a_step),
        wrong="all targets odd multiples of η/2, where the assumption holds",
        twin_expected="CONFIRMED",
    ),
    Check(
        "prop-4.2",
        "no ties",
        run=partial(loss, False),
        twin=partial(loss, False, floor=Fraction(1, 3)),
        wrong="floor η²/3, that of a random phase, in the place of η²/4",
    ),
    Check(
        "prop-4.2",
        "ties",
        run=partial(loss, True),
        twin=partial(loss, True, strict=True),
        wrong="strict inequality at a tie, as printed",
    ),
)
