"""Section 2: gradient descent on the linear bigram model moves every entry alone (Prop. 2.2)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from reports.comparisons.rounding import UNIT, carried, summation
from reports.evidence import Case, Evidence, Row
from reports.verification import Check

if TYPE_CHECKING:
    from numerics import BigramProblem

RECORDED = (1, 2, 5, 20, 60)


def problems() -> Iterator[tuple[str, BigramProblem]]:
    """Yield small problems of three makes: dense counts, sparse counts, a permuted power law."""
    import numpy as np
    from scipy import sparse

    import numerics

    random = np.random.default_rng(22)
    counts = random.integers(1, 60, (15, 15)) * np.arange(1, 16)[:, None]
    yield "dense counts", numerics.BigramProblem.from_counts(counts)
    counts = random.integers(1, 60, (30, 30)) * (random.random((30, 30)) < 0.15)
    yield "sparse counts", numerics.BigramProblem.from_counts(sparse.csr_array(counts))
    yield "power law", numerics.BigramProblem.power_law(alpha=1, dim=40, seed=22)


def closed_form(power: int = 2) -> Evidence:
    """Compare training of the d×d matrix with Σ π_i (1 - ηπ_i)^(2t) π_{j|i}² over its raw entries.

    ``power`` stands for the 2 in the exponent 2t. Rounding: a step rounds the difference, the rate, the
    product and the new weight, with |w| <= 2π_{j|i}, |ηπ_i δ| <= 2π_{j|i} and no error ever growing, so that
    after t steps δ is off by at most 8t units in the last place of π_{j|i}; the closed form rounds 1 - ηπ_i
    first, which a power 2t multiplies by 2t.
    """
    import numpy as np

    rows = []
    for name, problem in problems():
        frequencies = problem.frequencies[:, None]
        raw = problem.conditionals
        target = raw if isinstance(raw, np.ndarray) else raw.toarray()
        scale = np.sum(frequencies * target**2)
        for ratio in (0.5, 1.0, 1.9):
            step_size = ratio / float(problem.frequencies[0])
            result = problem.train("gd", steps=RECORDED[-1], step_size=step_size)
            for t in RECORDED:
                factor = np.abs(1 - step_size * frequencies) ** (power * t)
                predicted = float(np.sum(frequencies * factor * target**2) / scale)
                drift = carried(frequencies, target, np.sqrt(factor) * target, 8 * t * UNIT * target)
                rounding = drift + UNIT * (2 * t + 8 + summation(target.size)) * predicted
                case: Case = {"problem": name, "step size × π₁": ratio, "steps": t}
                rows.append(Row(case, predicted, float(result.relative_errors[t]), {"rounding": rounding}))
    return Evidence("prop-2.2", "closed form", "identity", "simulation", tuple(rows))


CHECKS = (
    Check(
        "prop-2.2",
        "closed form",
        run=closed_form,
        twin=partial(closed_form, power=1),
        wrong="exponent t in the place of 2t",
    ),
)
