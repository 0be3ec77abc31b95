"""Curves in rescaled time above, their distance from theory below: what Figures 4 and 7 share."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from reports.figures.style import FINITE, SEQUENCE, SIMULATION, THEORY, alpha_title, dims_legend, panels

#: The least error shown: numbers in figures have ten digits, so that processors which round differently agree.
SMALLEST = 1e-9
MARKER: Mapping[str, Any] = {"marker": "v", "markersize": 2.0, "linestyle": "none"}


def log_steps(first: float, last: float, count: int) -> list[int]:
    """Return at most ``count`` distinct integers >= 1 from ``first`` to ``last``, log-evenly spaced."""
    wanted = (first * (last / first) ** (i / (count - 1)) for i in range(count))
    return sorted({max(1, round(step)) for step in wanted})


def draw_collapse(
    data: Mapping[str, Any], scalings: Mapping[str, str], *, dotted: str, second: tuple[str, str]
) -> Figure:
    """Draw two rows of panels, one column per exponent.

    Parameters
    ----------
    data
        ``dims`` and ``curves`` with ``alpha``, ``dim``, ``time``, ``simulated``, ``limit``, ``finite``.
    scalings
        Mathtext of the time scaling by exponent, in the order of the columns.
    dotted
        What the dotted curves, ``finite``, are.
    second
        What else the simulation is compared with: its name in each curve, and in words.

    Returns
    -------
    Figure
        Its axes are the upper row from left to right, then the lower one.
    """
    figure, axes = panels(2, len(scalings), height=4.1, sharex="col")
    for (alpha, scaling), (top, bottom) in zip(scalings.items(), axes.T, strict=True):
        alpha_title(top, alpha, note=f",   {scaling}")
        curves = [curve for curve in data["curves"] if curve["alpha"] == alpha]
        for curve in curves:
            color = SEQUENCE[data["dims"].index(curve["dim"])]
            top.plot(curve["time"], curve["simulated"], color=color, **SIMULATION)
            top.plot(curve["time"], curve["finite"], **FINITE)
            bottom.plot(curve["time"], shown(distance(curve, "limit")), color=color, linewidth=1.2)
            at_least = [max(error, SMALLEST) for error in distance(curve, second[0])]
            bottom.plot(curve["time"], at_least, color=color, **MARKER)
        draw_limit(top, curves)
        bottom.set(yscale="log", xlabel="rescaled time $\\tau$", ylim=(SMALLEST / 3, 3))
        bottom.set_yticks([SMALLEST, 1e-6, 1e-3, 1])
    axes[0, 0].set_ylabel("relative error $r$")
    axes[1, 0].set_ylabel("distance of simulation from")
    keys = [
        Line2D([], [], color="#4d4d4d", linewidth=1.2, label="limit law"),
        Line2D([], [], color="#4d4d4d", label=second[1], **MARKER),
    ]
    axes[1, 0].legend(handles=keys, loc=(0.3, 0.17), fontsize=7.5, handlelength=1.4)
    laws = [Line2D([], [], label="limit law", **THEORY), Line2D([], [], label=dotted, **FINITE)]
    dims_legend(figure, data["dims"], laws)
    return figure


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
