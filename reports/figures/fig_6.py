"""Figure 6 of the paper: the best step size of sign descent beside that of Definition 4.4."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
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
from reports.figures import fig_7
from reports.figures.collapse import draw_limit, rough, shown
from reports.figures.fig_7 import DIMS, grid, rescaled
from reports.figures.style import (
    FINITE,
    SEQUENCE,
    SIMULATION,
    THEORY,
    alpha_title,
    dims_legend,
    fraction,
    panels,
    styled,
)

CAPTION = (
    "Under Assumption 4.1 the best step size 1/(H(d, α) T φ^α) approaches that of Definition 4.4 as d grows, and "
    "what is lost by it vanishes faster: at α = ½ before τ = 1, at α = ¾ and 1 from some τ on (after Fig. 6 of the "
    "paper). Panels of one α: φ of the best step that a search on the simulation finds, in color; of the certified "
    "best one, dotted; of Definition 4.4, dashed. Lower right, at the τ named for each α: relative distance of "
    "Definition 4.4’s φ from the certified best one (lines), and of the best φ on a grid like the paper’s, φ = d^x "
    "with 321 values of x (crosses); and by how much the loss with each of the two exceeds the least one, relative "
    "to it. Shaded: horizons too short for the theorem. Curves end where φ is 1; what is below 10⁻⁹ is not shown."
)
ALT = (
    "Four panels for alpha 1/4, 1/2, 3/4 and 1 and four vocabularies: the best phi against rescaled time lies on the "
    "dashed Definition 4.4, except in the shaded range at alpha 3/4 and 1. Two panels: their relative distance falls "
    "with the vocabulary, the excess of the loss about as its square; those of the grid, near 1e-2 and 1e-4, do not."
)
#: How φ is scaled so that the curves of all vocabularies collapse, and how that is written.
COORDINATES = {
    "1/4": r"$\varphi / d$",
    "1/2": r"$\log \varphi\, /\, \log d$",
    "3/4": r"$\varphi$",
    "1": r"$\varphi$",
}
SCALINGS = {**fig_7.SCALINGS, "3/4": r"$4T^2 = \tau^2 d$"}
#: The rescaled times at which the errors are compared.
COMPARED = {"1/4": 4.0, "1/2": 0.6, "3/4": 2.0, "1": 2.0}
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
        ``distance`` and ``excess`` of the best φ on the grid, at a few of the steps; ``proven_from``, the rescaled
        time from which Theorem 4.5 is proven, by alpha > 1/2; and ``compared``, each with ``alpha``, rescaled
        ``time``, and by ``dims`` the ``steps`` next to it and there ``distance`` and ``excess``, also of the grid.
    """
    curves = [computed(alpha, dim) for alpha in COMPARED for dim in DIMS]
    proven = {alpha: fig_7.proven_from(alpha) for alpha in COMPARED if Fraction(alpha) > fig_7.HALF}
    rows = [
        compared([curve for curve in curves if curve["alpha"] == alpha], time)
        for alpha, time in COMPARED.items()
    ]
    return {"dims": list(DIMS), "proven_from": proven, "curves": curves, "compared": rows}


def compared(curves: Sequence[Mapping[str, Any]], time: float) -> dict[str, Any]:
    """Return the errors of one exponent near one rescaled time, by vocabulary."""
    row: dict[str, Any] = {
        "alpha": curves[0]["alpha"],
        "time": time,
        "dims": [curve["dim"] for curve in curves],
    }
    row["steps"] = [steps_at(time, curve["alpha"], curve["dim"]) for curve in curves]
    for error in ("distance", "excess"):
        row[error], row[f"grid_{error}"] = (
            [found[error][found["steps"].index(at)] for found, at in zip(several, row["steps"], strict=True)]
            for several in (curves, [curve["grid"] for curve in curves])
        )
    return row


def steps_at(time: float, alpha: str, dim: int) -> int:
    """Return the integer number of steps next to a rescaled time."""
    if Fraction(alpha) < fig_7.HALF:
        return round(time)
    return round(math.sqrt(dim) * time / 2 if Fraction(alpha) > fig_7.HALF else math.sqrt(dim**time) / 2)


def computed(alpha: str, dim: int) -> dict[str, Any]:
    """Compute the curve of one exponent and vocabulary."""
    law: dict[str, Any] = {"alpha": alpha, "dim": dim}
    first = 1 / theory.step_size("gd", alpha=alpha, dim=dim)

    def phi(step_size: float, steps: int) -> float:
        return float((first / (step_size * steps)) ** (1 / Fraction(alpha)))

    compare_at = steps_at(COMPARED[alpha], alpha, dim)
    wide = {
        steps: phi(theory.step_size("sd", **law, steps=steps, method="finite"), steps)
        for steps in sorted({*grid(alpha, dim), compare_at})
    }
    definition = {steps: value for steps, value in wide.items() if value > 1 + 1e-9}
    steps = list(definition)
    best = {t: phi(theory.step_size("sd", **law, steps=t), t) for t in steps}
    found = {t: phi(numerics.best_step_size("sd", **law, steps=t), t) for t in steps}
    least = dict(zip(steps, theory.relative_error("sd", **law, steps=steps, digits=25), strict=True))
    lost = theory.relative_error("sd", **law, steps=steps, method="finite", digits=25)
    with mpmath.workdps(25):
        excess = [float(value / least[t] - 1) for t, value in zip(steps, lost, strict=True)]

    few = sorted({*steps[::3], compare_at})
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
            "steps": few,
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
    """Draw φ for each exponent, then the distance in φ and the excess of the loss by vocabulary."""
    figure, grid_of_axes = panels(2, 3, height=4.5)
    *axes, distances, excesses = grid_of_axes.flat
    for (alpha, label), axis in zip(COORDINATES.items(), axes, strict=True):
        alpha_title(axis, alpha, note=f",   {SCALINGS[alpha]}")
        curves = [curve for curve in data["curves"] if curve["alpha"] == alpha]
        for curve in curves:
            color = SEQUENCE[data["dims"].index(curve["dim"])]
            axis.plot(curve["time"], curve["simulated"], color=color, **SIMULATION)
            axis.plot(curve["time"], curve["finite"], **FINITE)
        draw_limit(axis, curves)
        axis.set(ylabel=label, xlabel=r"rescaled time $\tau$")
    axes[0].set(xscale="log", yscale="log")
    for axis, alpha in zip(axes[2:], ("3/4", "1"), strict=True):
        axis.set(yscale="log", ylim=(0.8, 60))
        axis.set_xlim(left=0)
        axis.axvspan(0, data["proven_from"][alpha], color="#eeeeee", zorder=0, linewidth=0)
    for row, color, marker in zip(data["compared"], SEQUENCE, ("o", "s", "^", "D"), strict=True):
        label = rf"$\alpha$ = {fraction(row['alpha'])}, $\tau$ = {row['time']:g}"
        for axis, error in ((distances, "distance"), (excesses, "excess")):
            axis.plot(
                row["dims"],
                row[error],
                color=color,
                marker=marker,
                markersize=3.2,
                linewidth=1.2,
                label=label,
            )
            axis.plot(row["dims"], shown(row[f"grid_{error}"]), color=color, **CROSSES)
    for axis, title in ((distances, r"distance in $\varphi$"), (excesses, "excess of the loss")):
        axis.set(xscale="log", yscale="log", title=title, xlabel="vocabulary size $d$")
    distances.set(ylim=(1e-8, 1e4), yticks=[1e-8, 1e-4, 1])
    excesses.set(ylim=(1e-12, 10), yticks=[1e-12, 1e-8, 1e-4, 1])
    distances.legend(loc="upper right", fontsize=7, handlelength=1.6, labelspacing=0.2, borderaxespad=0)
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
