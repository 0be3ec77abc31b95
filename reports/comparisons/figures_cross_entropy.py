"""Cross-entropy: how steps grow with d (Figure 8 of the paper), the reductions, and the bound for sign descent."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from itertools import pairwise
from typing import TYPE_CHECKING

from reports.comparisons.rounding import UNIT
from reports.evidence import Case, Evidence, Row
from reports.verification import Check

if TYPE_CHECKING:
    from numerics.growth import Growth

FIGURE, REDUCTIONS, FLOOR = "fig-8", "own-cross-entropy-reductions", "own-cross-entropy-floor"

#: How many steps gradient descent takes at each of the vocabularies 10², 10^2.5, …
GD_STEPS = {100: 60, 316: 200, 1_000: 700, 3_162: 1_100, 10_000: 600}
#: By target: at how many of these vocabularies it gets there.
GD_TARGETS = {"1/2": 5, "3/10": 4, "1/5": 3}
SD_TARGETS = ("3/10", "1/10", "3/100", "1/100")
SD_DIMS = tuple(round(10 ** (k / 2)) for k in range(4, 13))
SD_STEPS = 16


def crossing(steps: Sequence[int], errors: Sequence[float], epsilon: float) -> float:
    """Return where errors first come down to ``epsilon``, interpolated log in log: a fit needs it without steps.

    Examples
    --------
    >>> round(crossing([1, 2, 4], [0.8, 0.4, 0.1], 0.2), 12)
    2.828427124746
    """
    for (before, high), (after, low) in pairwise(zip(steps, errors, strict=True)):
        if low <= epsilon < high:
            from math import log

            return float(before * (after / before) ** (log(high / epsilon) / log(high / low)))
    raise ValueError(f"epsilon={epsilon} is not crossed between {steps[0]} and {steps[-1]} steps; allow more")


@cache
def gd_steps(dim: int) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """Return horizons of gradient descent, 20 % apart, and the errors with the best stable step size."""
    import numpy as np

    from numerics import cross_entropy

    last = GD_STEPS[dim]
    horizons = sorted({round(1.2**k) for k in range(200) if 1.2**k < last} | {last})
    errors = np.asarray(cross_entropy.relative_error("gd", alpha=1, dim=dim, steps=horizons))
    return tuple(horizons), tuple(errors.tolist())


@cache
def sd_steps(dim: int) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """Return the first horizons of sign descent and the errors with the best step size found."""
    import numpy as np

    from numerics import cross_entropy

    horizons = tuple(range(SD_STEPS + 1))
    errors = np.asarray(cross_entropy.relative_error("sd", alpha=1, dim=dim, steps=horizons))
    return horizons, tuple(errors.tolist())


def gd_growth(epsilon: str) -> tuple[tuple[int, ...], tuple[float, ...], Growth]:
    """Return vocabularies, steps of gradient descent to ε there, and their growth."""
    from fractions import Fraction

    from numerics.growth import growth

    dims = tuple(GD_STEPS)[: GD_TARGETS[epsilon]]
    steps = tuple(crossing(*gd_steps(dim), float(Fraction(epsilon))) for dim in dims)
    return dims, steps, growth(dims, steps)


def sd_growth(epsilon: str) -> tuple[tuple[int, ...], tuple[float, ...], Growth]:
    """Return vocabularies, steps of sign descent to ε there, and their growth."""
    from fractions import Fraction

    from numerics.growth import growth

    steps = tuple(crossing(*sd_steps(dim), float(Fraction(epsilon))) for dim in SD_DIMS)
    return SD_DIMS, steps, growth(SD_DIMS, steps)


def measured(epsilon: str, dims: Sequence[int], fit: Growth) -> Case:
    """Describe a fit."""
    return {
        "ε": epsilon,
        "d": f"{dims[0]} … {dims[-1]}",
        "exponent": f"{fit.exponent:.3f} ± {fit.uncertainty:.3f}",
    }


def gd_exponent(claimed: float) -> Evidence:
    """Compare a power of d with the lower end of what was measured; least squares are good to 1e-12."""
    rows = []
    for epsilon in GD_TARGETS:
        dims, _, fit = gd_growth(epsilon)
        lower = fit.exponent - fit.uncertainty
        rows.append(Row(measured(epsilon, dims, fit), lower, claimed, {"rounding": 1e-12}))
    columns = ("exponent measured, lower end", "claimed at least")
    return Evidence(FIGURE, "gradient descent", "inequality", "fit", tuple(rows), columns=columns)


def sd_exponent(claimed: float) -> Evidence:
    """Compare a power of d with the upper end of what was measured."""
    rows = []
    for epsilon in SD_TARGETS:
        dims, _, fit = sd_growth(epsilon)
        upper = fit.exponent + fit.uncertainty
        rows.append(Row(measured(epsilon, dims, fit), claimed, upper, {"rounding": 1e-12}))
    columns = ("exponent claimed at most", "measured, upper end")
    return Evidence(FIGURE, "sign descent", "inequality", "fit", tuple(rows), columns=columns)


def reduced(gd_factor: float = 1.0, sd_factor: float = 1.0) -> Evidence:
    """Compare the d×d run, its rows in random orders, with the reduced forms at a step size times a factor.

    Rounding: logits below 10 drift by 8·10 units a step of gradient descent; the loss changes with them by their
    largest change times Σ |p - π| <= √(2 loss), by Pinsker's inequality, and is itself off by 64 units. The logits
    of sign descent are exact multiples, and its sums over d words are off by 30 d units.
    """
    from math import sqrt

    import numpy as np

    import numerics
    from numerics import cross_entropy

    rows, steps = [], 40
    for alpha, dim in (("1/2", 40), ("1", 30), ("1", 60), ("2", 50)):
        problem = numerics.BigramProblem.power_law(alpha, dim, seed=dim)
        largest = cross_entropy.largest_stable_step(alpha=alpha, dim=dim)
        for optimizer, eta, factor in (
            ("gd", 0.9 * largest, gd_factor),
            ("gd", 0.1 * largest, gd_factor),
            ("sd", 0.21, sd_factor),
            ("sd", 0.013, sd_factor),
        ):
            run = problem.train(optimizer, steps=steps, step_size=eta, loss="cross-entropy")
            errors = np.asarray(
                cross_entropy.relative_error(
                    optimizer, alpha=alpha, dim=dim, steps=run.steps, step_size=eta * factor
                )
            )
            for count in (1, 10, steps):
                drift = 80 * count * sqrt(2 * float(run.losses[count])) + 64
                rounding = drift if optimizer == "gd" else 30 * dim
                case: Case = {"optimizer": optimizer, "α": alpha, "d": dim, "η": eta, "T": count}
                budget = {"rounding": rounding * UNIT / float(run.losses[0])}
                rows.append(Row(case, float(errors[count]), float(run.relative_errors[count]), budget))
    columns = ("reduced", "d×d run")
    return Evidence(REDUCTIONS, "d×d run", "identity", "simulation", tuple(rows), columns=columns)


def floor(share: float = 1.0) -> Evidence:
    """Compare the bound with the best error that a search over step sizes finds.

    Rounding: the sums of the bound are good to a few units; the error of d words to 30 d of them.
    """
    import numpy as np

    from numerics import cross_entropy
    from theory.cross_entropy import excess, words_on_top
    from theory.power_law import PowerLaw

    rows = []
    for alpha in ("1/2", "1", "2"):
        for dim in (100, 1_000, 10_000, 100_000):
            law = PowerLaw(alpha, dim)
            errors = cross_entropy.relative_error("sd", alpha=alpha, dim=dim, steps=(1, 2, 3))
            for count, error in enumerate(np.asarray(errors).tolist(), 1):
                bound = excess(law, words_on_top(law, count, share=share)) / excess(law, dim)
                case: Case = {"α": alpha, "d": dim, "T": count}
                rows.append(Row(case, error, bound, {"rounding": 40 * dim * UNIT}))
    columns = ("best error found", "bound")
    return Evidence(FLOOR, "best step size", "inequality", "simulation", tuple(rows), columns=columns)


CHECKS = (
    Check(
        FIGURE,
        "gradient descent",
        run=partial(gd_exponent, 0.9),
        twin=partial(gd_exponent, 1.0),
        wrong="d in the place of d^(9/10)",
    ),
    Check(
        FIGURE,
        "sign descent",
        run=partial(sd_exponent, 0.1),
        twin=partial(sd_exponent, 1 / 15),
        wrong="d^(1/15) in the place of d^(1/10)",
    ),
    Check(
        REDUCTIONS,
        "d×d run",
        run=reduced,
        twin=partial(reduced, gd_factor=1 + 1e-9, sd_factor=1 + 1e-9),
        wrong="a step size off by 1e-9",
    ),
    Check(
        FLOOR,
        "best step size",
        run=floor,
        twin=partial(floor, share=0.9),
        wrong="a threshold lower by a tenth for the words that go up",
    ),
)
