"""Curves in rescaled time, and their largest distance from theory: what Figures 1, 4 and 7 share."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from reports.figures.style import (
    FINITE,
    SEQUENCE,
    SIMULATION,
    THEORY,
    alpha_title,
    dims_legend,
    fraction,
    panels,
)

#: The least error shown: numbers in figures have ten digits, so that processors which round differently agree.
SMALLEST = 1e-9
MARKER: Mapping[str, Any] = {"marker": "v", "markersize": 2.0, "linestyle": "none"}


def log_steps(first: float, last: float, count: int) -> list[int]:
    """Return at most ``count`` distinct integers >= 1 from ``first`` to ``last``, log-evenly spaced."""
    wanted = (first * (last / first) ** (i / (count - 1)) for i in range(count))
    return sorted({max(1, round(step)) for step in wanted})


def draw_collapse(
    data: Mapping[str, Any], scalings: Mapping[str, str], *, dotted: str
) -> tuple[Figure, Axes]:
    """Draw one panel per exponent, and leave one on the right for the errors.

    Parameters
    ----------
    data
        ``dims`` and ``curves`` with ``alpha``, ``dim``, ``time``, ``simulated``, ``limit``, ``finite``.
    scalings
        Mathtext of the time scaling by exponent, in the order of the panels.
    dotted
        What the dotted curves, ``finite``, are.

    Returns
    -------
    Figure, Axes
        The figure, and the last of its panels, which is empty.
    """
    figure, (axes,) = panels(1, len(scalings) + 1, height=2.45)
    for (alpha, scaling), axis in zip(scalings.items(), axes, strict=False):
        alpha_title(axis, alpha, note=f", {scaling}")
        curves = [curve for curve in data["curves"] if curve["alpha"] == alpha]
        for curve in curves:
            color = SEQUENCE[data["dims"].index(curve["dim"])]
            axis.plot(curve["time"], curve["simulated"], color=color, **SIMULATION)
            axis.plot(curve["time"], curve["finite"], **FINITE)
        draw_limit(axis, curves)
        axis.set_xlabel("rescaled time $\\tau$")
    axes[0].set_ylabel("relative error $r$")
    laws = [Line2D([], [], label="limit law", **THEORY), Line2D([], [], label=dotted, **FINITE)]
    dims_legend(figure, data["dims"], laws)
    return figure, axes[-1]


def worst(
    curves: Sequence[Mapping[str, Any]], distances: Callable[[Any], Mapping[str, Sequence[float]]]
) -> list[dict[str, Any]]:
    """Return, for each exponent, the largest of every kind of ``distances`` along each curve, by ``dims``."""
    rows = []
    for alpha in dict.fromkeys(curve["alpha"] for curve in curves):
        chosen = [curve for curve in curves if curve["alpha"] == alpha]
        found = [distances(curve) for curve in chosen]
        largest = {name: [max(row[name]) for row in found] for name in found[0]}
        rows.append({"alpha": alpha, "dims": [curve["dim"] for curve in chosen], **largest})
    return rows


def draw_worst(axis: Axes, rows: Sequence[Mapping[str, Any]], color: str) -> None:
    """Draw what `worst` found of ``limit`` and ``certified`` by vocabulary, the latter at least `SMALLEST`."""
    for row, marker in zip(rows, ("o", "s", "^"), strict=True):
        label = rf"limit law, $\alpha$ = {fraction(row['alpha'])}"
        axis.plot(
            row["dims"],
            shown(row["limit"]),
            color=color,
            marker=marker,
            markersize=3.2,
            linewidth=1.2,
            label=label,
        )
        axis.plot(row["dims"], [max(error, SMALLEST) for error in row["certified"]], color=color, **MARKER)
    axis.lines[-1].set_label("certified values")
    axis.set(xscale="log", yscale="log", xlabel="vocabulary size $d$", ylim=(SMALLEST / 3, 30))
    axis.set_yticks([SMALLEST, 1e-6, 1e-3, 1])
    axis.set_title("largest distance from", fontsize=8.5)
    axis.legend(loc=(0.02, 0.14), fontsize=7, handlelength=1.6, labelspacing=0.3, borderaxespad=0)


def draw_limit(axis: Axes, curves: Sequence[Mapping[str, Any]]) -> None:
    """Draw the limit law once: it depends on rescaled time alone, so the points of all curves lie on it."""
    points = sorted(
        (time, value) for curve in curves for time, value in zip(curve["time"], curve["limit"], strict=True)
    )
    axis.plot(*zip(*points, strict=True), **THEORY)


def distance(curve: Mapping[str, Any], other: str) -> list[float]:
    """Return how far the simulation is from another column, step by step."""
    return [abs(a - b) for a, b in zip(curve["simulated"], curve[other], strict=True)]


def rough(error: float) -> float:
    """Return the size of an error to four digits, and to twelve decimals: the others are those of a processor."""
    return float(f"{round(abs(error), 12):.3e}")


def shown(errors: Sequence[float]) -> list[float]:
    """Return errors, but NaN, of which nothing is drawn, for those of the order of rounding."""
    return [error if error >= SMALLEST else math.nan for error in errors]
