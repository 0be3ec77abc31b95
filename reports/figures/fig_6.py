"""Figure 6 of the paper: the best step size of sign descent beside that of Definition 4.4."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

import numerics
import theory
from numerics.closed_form import Distances
from numerics.power_law import power_law_frequencies
from numerics.step_search import PrefixSums, prefix_sums
from reports.figures.collapse import draw_limit, rough, shown
from reports.figures.fig_7 import DIMS, SCALINGS, grid, rescaled
from reports.figures.style import (
    FINITE,
    SEQUENCE,
    SIMULATION,
    THEORY,
    alpha_title,
    dims_legend,
    panels,
    styled,
)

CAPTION = (
    "Under Assumption 4.1 the best step size 1/(H(d, α) T φ^α) approaches that of Definition 4.4 as d grows, and "
    "what is lost by it vanishes faster: at α = ½ before τ = 1, at α = 1 from there on (after Fig. 6 of the paper). "
    "Top: φ of the best step that a search on the simulation finds, in color; of the certified best one, dotted; of "
    "Definition 4.4, dashed. Middle: relative distance of Definition 4.4’s φ from the certified best one (lines), "
    "and of the best φ on a grid like the paper’s, φ = d^x with 321 values of x (crosses). Bottom: by how much the "
    "loss with each of the two exceeds the least one, relative to it. Shaded: horizons too short for the theorem. "
    "Curves end where φ is 1; distances below 10⁻⁹ are not shown."
)
ALT = (
    "Three rows of panels for alpha 1/4, 1/2 and 1 and four vocabularies. Upper: the best phi against rescaled time "
    "lies on the dashed Definition 4.4, except below tau = 1 at alpha = 1. Middle: their relative distance falls with "
    "the vocabulary. Lower: the excess of the loss is about the square of that distance, and smaller."
)
#: How φ is scaled so that the curves of all vocabularies collapse, and how that is written.
COORDINATES = {"1/4": r"$\varphi / d$", "1/2": r"$\log \varphi\, /\, \log d$", "1": r"$\varphi$"}
#: The x of φ = d^x: from 2^-10 to 1, 32 of them to a factor of 2.
POWERS = tuple(2 ** (i / 32 - 10) for i in range(321))
CROSSES: Mapping[str, Any] = {"marker": "x", "markersize": 2.6, "markeredgewidth": 0.7, "linestyle": "none"}


def data() -> dict[str, Any]:
    """Compute the curves.

    Returns
    -------
    dict
        ``dims`` and ``curves``, each with ``alpha``, ``dim``, the integer ``steps`` and their rescaled ``time``;
        there φ, scaled as the axis has it, of the best step by a search on the simulation (``simulated``), of
        Definition 4.4 (``limit``) and of the certified best step (``finite``); the relative ``distance`` of
        Definition 4.4's φ from the certified one and the relative ``excess`` of its loss; and ``grid`` with ``time``,
        ``distance`` and ``excess`` of the best φ on the grid, at a few of the steps.
    """
    curves = [computed(alpha, dim) for alpha in SCALINGS for dim in DIMS]
    return {"dims": list(DIMS), "curves": curves}


def computed(alpha: str, dim: int) -> dict[str, Any]:
    """Compute the curve of one exponent and vocabulary."""
    law: dict[str, Any] = {"alpha": alpha, "dim": dim}
    first = 1 / theory.step_size("gd", alpha=alpha, dim=dim)

    def phi(step_size: float, steps: int) -> float:
        return float((first / (step_size * steps)) ** (1 / Fraction(alpha)))

    wide = {
        steps: phi(theory.step_size("sd", **law, steps=steps, method="finite"), steps)
        for steps in grid(alpha, dim)
    }
    definition = {steps: value for steps, value in wide.items() if value > 1 + 1e-9}
    steps = list(definition)
    best = {t: phi(theory.step_size("sd", **law, steps=t), t) for t in steps}
    found = {t: phi(numerics.best_step_size("sd", **law, steps=t), t) for t in steps}
    least = dict(zip(steps, theory.relative_error("sd", **law, steps=steps, digits=25), strict=True))
    lost = theory.relative_error("sd", **law, steps=steps, method="finite", digits=25)
    with mpmath.workdps(25):
        excess = [float(value / least[t] - 1) for t, value in zip(steps, lost, strict=True)]

    few = steps[::3]
    sums = prefix_sums(Distances(power_law_frequencies(alpha, dim), np.ones(dim), 0.0))
    on_grid = {t: best_on_grid(sums, float(Fraction(alpha)), t) for t in few}
    return {
        **law,
        "steps": steps,
        "time": [rescaled(alpha, dim, t) for t in steps],
        "simulated": [scaled(alpha, dim, found[t]) for t in steps],
        "limit": [scaled(alpha, dim, definition[t]) for t in steps],
        "finite": [scaled(alpha, dim, best[t]) for t in steps],
        "distance": [rough(definition[t] / best[t] - 1) for t in steps],
        "excess": excess,
        "grid": {
            "time": [rescaled(alpha, dim, t) for t in few],
            "distance": [rough(on_grid[t][0] / best[t] - 1) for t in few],
            "excess": [rough(on_grid[t][1] / float(least[t]) - 1) for t in few],
        },
    }


def scaled(alpha: str, dim: int, phi: float) -> float:
    """Return φ as its axis has it; see `COORDINATES`."""
    if alpha == "1/4":
        return phi / dim
    return float(np.log(phi) / np.log(dim)) if alpha == "1/2" else phi


def best_on_grid(sums: PrefixSums, alpha: float, steps: int) -> tuple[float, float]:
    """Return the best φ of the grid d^x and its relative error under Assumption 4.1 (Prop. A.2).

    The x = 1 that ends at φ = d, and every other φ that is an integer, counts its last word as on its way.
    """
    dim = len(sums.distances)
    phi = dim ** np.asarray(POWERS)
    u, m = float(sums.distances[0]) * phi**-alpha, np.floor(phi * (1 + 1e-12)).astype(int)
    floor = m + (dim - m) / (4.0 * steps**2)
    loss = sums.second[m] - 2 * u * sums.first[m] + u**2 * floor
    least = int(np.argmin(loss))
    return float(phi[least]), float(loss[least] / sums.second[-1])


@styled
def draw(data: Mapping[str, Any]) -> Figure:
    """Draw φ above, the distance in φ in the middle and the excess of the loss below."""
    figure, axes = panels(3, len(SCALINGS), height=5.4, sharex="col", height_ratios=(1.3, 1, 1))
    for (alpha, scaling), column in zip(SCALINGS.items(), axes.T, strict=True):
        alpha_title(column[0], alpha, note=f",   {scaling}")
        curves = [curve for curve in data["curves"] if curve["alpha"] == alpha]
        for curve in curves:
            color = SEQUENCE[data["dims"].index(curve["dim"])]
            column[0].plot(curve["time"], curve["simulated"], color=color, **SIMULATION)
            column[0].plot(curve["time"], curve["finite"], **FINITE)
            for axis, error in zip(column[1:], ("distance", "excess"), strict=True):
                axis.plot(curve["time"], shown(curve[error]), color=color, linewidth=1.2)
                axis.plot(curve["grid"]["time"], shown(curve["grid"][error]), color=color, **CROSSES)
        draw_limit(column[0], curves)
        column[0].set_ylabel(COORDINATES[alpha])
        column[1].set(yscale="log", ylim=(1e-7, 10), yticks=(1e-6, 1e-4, 1e-2, 1))
        column[2].set(yscale="log", ylim=(3e-10, 10), yticks=(1e-9, 1e-6, 1e-3, 1))
        column[2].set_xlabel(r"rescaled time $\tau$")
    axes[0, 0].set(xscale="log", yscale="log")
    axes[0, 2].set(yscale="log", ylim=(0.8, 60))
    for axis in axes[:, 2]:
        axis.set_xlim(left=0)
        axis.axvspan(0, 1, color="#eeeeee", zorder=0, linewidth=0)
    axes[1, 0].set_ylabel(r"distance in $\varphi$")
    axes[2, 0].set_ylabel("excess of the loss")
    dims_legend(
        figure,
        data["dims"],
        [
            Line2D([], [], label="Def. 4.4", **THEORY),
            Line2D([], [], label="certified", **FINITE),
            Line2D([], [], color="#4d4d4d", label="grid", **CROSSES),
        ],
    )
    return figure
