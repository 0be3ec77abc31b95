"""Beyond the paper: the best step of iterated sign descent, by all pieces of its loss and by the law of phases."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import Any

from reports.comparisons.own_iterated_descent import floor
from reports.comparisons.section_4_step_size import simulation_rounding
from reports.evidence import Case, Evidence, Row
from reports.verification import Check


def best_step(
    identifier: str, cases: tuple[tuple[str, int, int], ...], *, mean: bool = False, factor: float = 1.0
) -> Evidence:
    """Compare the least loss of all pieces in the simulation with the least that κ η² for each arrived word gives.

    At every step size the two losses differ by at most B = h² (2h^(-1/(1+α)) + 3/2), so that the former lies
    between the least of loss - B and of loss + B: the truncation, up to η = π_1/2; a larger step leaves all but a few
    words where they started, or further off. A convex function falls between three points by no more than its values
    there differ, which is added. ``factor`` multiplies κ.
    """
    import numpy as np

    import numerics

    rows = []
    for alpha, dim, steps in cases:
        exponent = float(Fraction(alpha))
        words = np.arange(1, dim + 1) ** -exponent
        total = float(np.sum(words**2))
        horizons = (steps, steps + 1) if mean else (steps,)
        grid, low, high = np.geomspace(dim**-exponent, steps / 2, 50), np.inf, np.inf
        for _ in range(3):
            table = [
                [phase_loss(alpha, words, t, u / steps, factor) for t in horizons] for u in grid.tolist()
            ]
            losses, h = np.mean(table, axis=1), grid / steps
            bounds = h**2 * (2 * h ** (-1 / (1 + exponent)) + 1.5)
            low, high = min(low, np.min(losses - bounds)), min(high, np.min(losses + bounds))
            best = min(max(int(np.argmin(losses)), 1), len(grid) - 2)
            least, u = float(losses[best]), float(grid[best])
            spread = max(losses[best - 1], losses[best + 1]) - least
            grid = np.linspace(grid[best - 1], grid[best + 1], 15)
        found = numerics.relative_error(
            "sd",
            alpha=alpha,
            dim=dim,
            steps=steps,
            dynamics="iterated",
            parity="mean" if mean else None,
        )
        case: Case = {"alpha": alpha, "d": dim, "steps": steps, "Tη/π₁": round(u, 4)}
        budget = {
            "truncation": float(max(least - low, high - least) + spread) / total,
            "rounding": simulation_rounding(float(found), dim),
        }
        rows.append(Row(case, least / total, float(found), budget))
    columns = ("words on their way, and κ", "best step, simulated")
    return Evidence(identifier, "best step, simulated", "model", "simulation", tuple(rows), columns=columns)


def phase_loss(alpha: str, words: Any, steps: int, h: float, factor: float) -> float:
    """Return Σ δ² in units of π_1² with κ h² for each word that arrived."""
    import numpy as np

    exact, dim = Fraction(alpha), len(words)
    on_their_way = words[words >= steps * h]
    count = len(on_their_way)
    arrived = dim * float(floor(exact, Fraction(float(words[-1]) / h), bool(steps % 2)))
    if count:
        arrived -= count * float(floor(exact, Fraction(float(words[count - 1]) / h), bool(steps % 2)))
    return float(np.sum((on_their_way - steps * h) ** 2)) + factor * arrived * h**2


def best_step_check(identifier: str, cases: tuple[tuple[str, int, int], ...], *, mean: bool = False) -> Check:
    """Return the check of a law's best step, beside a κ larger by a twentieth."""
    run = partial(best_step, identifier, cases, mean=mean)
    return Check(
        identifier,
        "best step, simulated",
        run=run,
        twin=partial(run, factor=1.05),
        wrong="κ larger by a twentieth",
    )


CHECKS = (
    best_step_check("own-even-sd", (("3/5", 6000, 128), ("2/3", 5000, 110), ("3/4", 4000, 100))),
    best_step_check("own-odd-sd", (("3/4", 8000, 101), ("1", 8000, 101), ("3/2", 8000, 101))),
    best_step_check("own-parity-mean", (("3/4", 8000, 100), ("1", 8000, 100)), mean=True),
    best_step_check("own-half-iterated", (("1/2", 20_000, 30), ("1/2", 20_000, 31))),
    best_step_check(
        "own-below-half-iterated",
        (("1/4", 20_000, 20), ("1/4", 20_000, 21), ("2/5", 20_000, 20), ("2/5", 20_000, 21)),
    ),
)
