"""Figure 1 of the paper: gradient descent slows down with the vocabulary at alpha 1/2 and 1, not at 2."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

import numerics
import theory
from reports.figures.collapse import log_steps
from reports.figures.style import SEQUENCE, SIMULATION, THEORY, alpha_title, dims_legend, panels, styled

CAPTION = (
    "Gradient descent needs more steps on a larger vocabulary at α = ½ and 1; at α = 2 the vocabulary no "
    "longer matters, which for α > 1 holds in general only as d → ∞ (after Fig. 1 of the paper). Relative error "
    "with step size 1/π₁: simulation in color, certified values of the finite sum dashed."
)
ALT = (
    "Three panels of curves, relative error against full-batch steps on a logarithmic axis, for "
    "vocabularies of 100 to 100 000 words. For alpha 1/2 and 1 the curves move to the right as the "
    "vocabulary grows; for alpha 2 they coincide. Dashed theory lies on every curve."
)
ALPHAS = ("1/2", "1", "2")
DIMS = (100, 1_000, 10_000, 100_000)
LONGEST = 1_000_000


def data() -> dict[str, Any]:
    """Compute the curves.

    Returns
    -------
    dict
        ``dims`` and ``curves``; each curve has ``alpha``, ``dim``, ``steps`` and ``simulated`` on a fine
        grid, and ``theory_steps`` and ``theory`` on a coarse one.
    """
    steps = log_steps(1, LONGEST, 60)
    curves = []
    for alpha in ALPHAS:
        for dim in DIMS:
            simulated = np.asarray(numerics.relative_error("gd", alpha=alpha, dim=dim, steps=steps)).tolist()
            # every third point is enough for dashes, and what is below the line of the axis is not seen
            seen = [step for step, value in zip(steps, simulated, strict=True) if value > 1e-3][::3]
            curves.append(
                {
                    "alpha": alpha,
                    "dim": dim,
                    "steps": steps,
                    "simulated": simulated,
                    "theory_steps": seen,
                    "theory": theory.relative_error("gd", alpha=alpha, dim=dim, steps=seen),
                }
            )
    return {"dims": list(DIMS), "curves": curves}


@styled
def draw(data: dict[str, Any]) -> Figure:
    """Draw one panel per exponent."""
    figure, axes = panels(1, len(ALPHAS), height=2.2, sharey=True)
    for alpha, axis in zip(ALPHAS, axes[0], strict=True):
        alpha_title(axis, alpha)
        for curve in (curve for curve in data["curves"] if curve["alpha"] == alpha):
            color = SEQUENCE[data["dims"].index(curve["dim"])]
            axis.plot(curve["steps"], curve["simulated"], color=color, **SIMULATION)
            axis.plot(curve["theory_steps"], curve["theory"], **THEORY)
        axis.set(xscale="log", xlabel="full-batch steps $t$", ylim=(-0.02, 1.02))
        axis.set_xticks([1, 1e2, 1e4, 1e6])
    axes[0, 0].set_ylabel("relative error $r_d(t)$")
    dims_legend(figure, data["dims"], [Line2D([], [], label="theory", **THEORY)])
    return figure
