"""Figure 4 of the paper: in rescaled time the curves of gradient descent collapse on Theorem 3.1."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
from matplotlib.figure import Figure

import numerics
import theory
from reports.figures.collapse import MARKER, SMALLEST, draw_collapse, log_steps, rough, shown
from reports.figures.style import SEQUENCE, fraction, power_of_ten, styled

CAPTION = (
    "In rescaled time τ, gradient descent approaches the limit law of Theorem 3.1, though only like 1/log"
    " d for α = 1, while the finite-dimension law is right at every d after the first few steps (after "
    "Fig. 4 of the paper). Simulation in color, limit law dashed, finite-dimension law dotted. "
    "Right, for the largest d: distance of the simulation from the limit law (lines) and from the "
    "finite-dimension law (triangles, and at 10⁻⁹ where it is less)."
)
ALT = (
    "Three panels: relative error of gradient descent against rescaled time for alpha 1/2, 1 and 3/2 and "
    "four vocabularies, which approach the dashed limit law as the vocabulary grows. Right panel: the "
    "distance from the limit law lies between 1 and 1e-4 at 100 000 words, that from the finite-dimension law falls "
    "below 1e-9 within 100 steps."
)
SCALINGS = {"1/2": r"$2t = \tau d^{\,\alpha}$", "1": r"$2t = d^{\,\tau}$", "3/2": r"$2t = \tau$"}
DIMS = (100, 1_000, 10_000, 100_000)


def data() -> dict[str, Any]:
    """Compute the curves.

    Returns
    -------
    dict
        ``dims`` and ``curves``; each curve has ``alpha``, ``dim``, the integer ``steps``, their rescaled
        ``time``, and there the relative error ``simulated`` and by the ``limit`` and the ``finite`` law; and
        ``errors``, each with ``alpha``, the largest ``dim``, its ``steps``, and there the distance of the simulation
        from the ``limit`` and from the ``finite`` law.
    """
    curves = []
    for alpha in SCALINGS:
        for dim in DIMS:
            steps = grid(alpha, dim)
            query: dict[str, Any] = {"alpha": alpha, "dim": dim, "steps": steps}
            curves.append(
                {
                    **query,
                    "time": [rescaled(alpha, dim, step) for step in steps],
                    "simulated": np.asarray(numerics.relative_error("gd", **query)).tolist(),
                    "limit": theory.relative_error("gd", **query, method="asymptotic"),
                    "finite": theory.relative_error("gd", **query, method="finite"),
                }
            )
    errors = [distances(curve) for curve in curves if curve["dim"] == DIMS[-1]]
    return {"dims": list(DIMS), "curves": curves, "errors": errors}


def distances(curve: dict[str, Any]) -> dict[str, Any]:
    """Return how far the simulation is from the two laws, step by step."""
    return {
        **{name: curve[name] for name in ("alpha", "dim", "steps")},
        **{
            law: [rough(a - b) for a, b in zip(curve["simulated"], curve[law], strict=True)]
            for law in ("limit", "finite")
        },
    }


def rescaled(alpha: str, dim: int, steps: int) -> float:
    """Return the rescaled time of Theorem 3.1 at an integer number of steps."""
    exponent = Fraction(alpha)
    if exponent == 1:
        return math.log(2 * steps) / math.log(dim)
    return 2 * steps / dim ** float(exponent) if exponent < 1 else float(2 * steps)


def grid(alpha: str, dim: int) -> list[int]:
    """Return integer steps that cover the shown range of rescaled time."""
    exponent = Fraction(alpha)
    if exponent == 1:
        return log_steps(1, dim / 2 - 1, 40)  # before tau = 1, where the law is 0
    if exponent > 1:
        return log_steps(1, 1e4, 40)
    return log_steps(0.01 * math.sqrt(dim), 2.5 * math.sqrt(dim), 40)


@styled
def draw(data: dict[str, Any]) -> Figure:
    """Draw the curves, and their distance from the two laws."""
    figure, axis = draw_collapse(data, SCALINGS, dotted="finite-$d$ law")
    figure.axes[2].set(xscale="log", yscale="log", ylim=(1e-3, 1.3))
    for row, color in zip(data["errors"], (SEQUENCE[0], SEQUENCE[1], SEQUENCE[3]), strict=True):
        label = rf"$\alpha$ = {fraction(row['alpha'])}"
        axis.plot(row["steps"], shown(row["limit"]), color=color, linewidth=1.2, label=label)
        axis.plot(row["steps"], [max(error, SMALLEST) for error in row["finite"]], color=color, **MARKER)
    axis.set(xscale="log", yscale="log", xlabel="full-batch steps $t$", ylim=(SMALLEST / 3, 1e4))
    axis.set_yticks([SMALLEST, 1e-6, 1e-3, 1])
    axis.set_title(f"distance at $d$ = {power_of_ten(DIMS[-1])}")
    axis.legend(loc="upper right", fontsize=7, handlelength=1.4, labelspacing=0.2, borderaxespad=0)
    return figure
