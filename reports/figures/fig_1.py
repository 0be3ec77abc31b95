"""Figure 1 of the paper: gradient descent slows down with the vocabulary at alpha 1/2 and 1, not at 2."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

import numerics
import theory
from reports.figures.collapse import draw_worst, log_steps, rough, worst
from reports.figures.style import (
    FINITE,
    GD,
    SEQUENCE,
    SIMULATION,
    THEORY,
    alpha_title,
    dims_legend,
    panels,
    styled,
)

CAPTION = (
    "Gradient descent needs more steps on a larger vocabulary at α = ½ and 1; at α = 2 the vocabulary no longer "
    "matters, which for α > 1 holds in general only as d → ∞ (after Fig. 1 of the paper). Relative error with step "
    "size 1/π₁, simulation in color, certified values of the finite sum dotted, limit law of Theorem 3.1 dashed. "
    "Right: largest distance of the simulation from the limit law, which at α = 2 is the law of many steps and not "
    "of the first, and from the certified values (triangles, all of them less than 10⁻⁹ and drawn there), both where "
    "the error is above 10⁻³."
)
ALT = (
    "Three panels: relative error against full-batch steps on a logarithmic axis, for vocabularies of 100 to 100 000 "
    "words. For alpha 1/2 and 1 the curves move to the right as the vocabulary grows; for alpha 2 they coincide. "
    "Dotted certified values lie on every curve, the dashed limit law does not for alpha 1. Right panel: "
    "the largest distance from the limit law, which falls with the vocabulary for alpha 1/2, hardly for alpha 1, and "
    "stays at 0.02 for alpha 2; and that from the certified values, below 1e-9."
)
ALPHAS = ("1/2", "1", "2")
DIMS = (100, 1_000, 10_000, 100_000)
LONGEST = 1_000_000


def data() -> dict[str, Any]:
    """Compute the curves.

    Returns
    -------
    dict
        ``dims`` and ``curves``; each curve has ``alpha``, ``dim`` and ``steps``, there the relative error
        ``simulated``; and, up to where it is seen, ``law`` with the limit law at these steps and ``certified`` with
        certified values at a third of them, each with the ``distance`` of the simulation from it; and ``worst``, for
        each ``alpha`` with the largest of these distances by ``dims``.
    """
    steps = log_steps(1, LONGEST, 60)
    curves = []
    for alpha in ALPHAS:
        for dim in DIMS:
            simulated = np.asarray(numerics.relative_error("gd", alpha=alpha, dim=dim, steps=steps)).tolist()
            seen = [i for i, value in enumerate(simulated) if value > 1e-3]
            laws = {"law": ("limit", "asymptotic", seen), "certified": ("finite", "exact", seen[::3])}
            curve: dict[str, Any] = {"alpha": alpha, "dim": dim, "steps": steps, "simulated": simulated}
            for name, (column, method, chosen) in laws.items():
                at = [steps[i] for i in chosen]
                values = theory.relative_error("gd", alpha=alpha, dim=dim, steps=at, method=method)
                distance = [rough(simulated[i] - value) for i, value in zip(chosen, values, strict=True)]
                curve[name] = {"steps": at, column: values, "distance": distance}
            curves.append(curve)
    return {"dims": list(DIMS), "curves": curves, "worst": worst(curves, distances)}


def distances(curve: dict[str, Any]) -> dict[str, list[float]]:
    """Return how far the simulation is from the limit law and from the certified values."""
    return {"limit": curve["law"]["distance"], "certified": curve["certified"]["distance"]}


@styled
def draw(data: dict[str, Any]) -> Figure:
    """Draw one panel per exponent, and the largest distances of the simulation from both theories."""
    figure, (axes,) = panels(1, len(ALPHAS) + 1, height=2.45)
    for alpha, axis in zip(ALPHAS, axes, strict=False):
        alpha_title(axis, alpha)
        for curve in (curve for curve in data["curves"] if curve["alpha"] == alpha):
            color = SEQUENCE[data["dims"].index(curve["dim"])]
            law, certified = curve["law"], curve["certified"]
            axis.plot(curve["steps"], curve["simulated"], color=color, **SIMULATION)
            axis.plot(law["steps"], law["limit"], **THEORY)
            axis.plot(certified["steps"], certified["finite"], **FINITE)
        axis.set(xscale="log", ylim=(-0.02, 1.02), xlabel="full-batch steps $t$")
        axis.set_xticks([1, 1e2, 1e4, 1e6])
    for axis in axes[1:-1]:
        axis.tick_params(labelleft=False)
    axes[0].set_ylabel("relative error $r_d(t)$")
    draw_worst(axes[-1], data["worst"], GD)
    laws = [Line2D([], [], label="limit law", **THEORY), Line2D([], [], label="certified", **FINITE)]
    dims_legend(figure, data["dims"], laws)
    return figure
