"""Figure 8 of the paper: with cross-entropy gradient descent needs about d steps, and sign descent a few."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from reports.figures.collapse import MARKER, distance, draw_limit, log_steps, shown
from reports.figures.style import FINITE, GD, SD, SEQUENCE, SIMULATION, THEORY, dims_legend, panels, styled

CAPTION = (
    "Trained with cross-entropy at α = 1, gradient descent needs a number of steps that grows nearly like d or "
    "faster, while sign descent seems independent of d (after Fig. 8 of the paper), though it is not. Top: relative "
    "error with the best step size for each horizon, simulated. The paper has no law for this loss. Dashed, for "
    "gradient descent: 1 − τ at t = d^τ, the law of the square loss, with which the paper compares; dotted, the limit "
    "we expect as d → ∞ [this project’s estimate, not proven]. Dashed, for sign descent: an error that no step size "
    "gets below [this project’s, proven], which rises with d. Bottom left: distance of the simulation from 1 − τ "
    "(lines), which grows from d = 10³ on, and from the expected limit (triangles), which shrinks. Bottom right: "
    "steps to relative error ε, interpolated, with the exponent of d fitted to these d and the 95 % interval "
    "of the scatter around it. Gradient descent: best among the step sizes with which the most frequent row can "
    "settle; with larger ones the loss is a chaotic function of the step size."
)
ALT = (
    "Upper left: relative error of gradient descent; against log t over log d the curves do not collapse on the "
    "dashed line 1 minus tau but rise with d towards a dotted curve above it. Upper right: sign descent reaches one "
    "percent within 15 steps for every vocabulary, a little later for larger ones. Below: steps to a given error "
    "grow like d to the 0.94 to 1.22 for gradient descent, like d to less than 0.1 for sign descent."
)
#: How far gradient descent is followed at each vocabulary size.
DIMS = {100: 1_000, 1_000: 1_500, 10_000: 1_000, 100_000: 500}
SD_STEPS = 20
#: The bound for sign descent is drawn where it says something.
LEAST = 2e-3
MARKS = ("o", "s", "^", "D")


def data() -> dict[str, Any]:
    """Compute the curves.

    Returns
    -------
    dict
        ``dims``; ``curves``, each with ``optimizer``, ``dim``, the integer ``steps`` and there the relative error
        ``simulated`` with the best step size; for gradient descent with rescaled ``time``, the law of the square loss
        (``limit``) and the expected limit (``theory``); for sign descent the ``bound``, its ``steps`` and there
        ``theory``; and ``growth``,
        for each optimizer and ``epsilon`` with ``steps`` at ``dims``, ``exponent`` and ``uncertainty``.
    """
    from reports.comparisons import figures_cross_entropy as measured
    from theory.cross_entropy import gd_limit, sd_floor

    curves: list[dict[str, Any]] = []
    for dim, last in DIMS.items():
        steps = log_steps(1, last, 28)
        time = [math.log(t) / math.log(dim) for t in steps]
        curve: dict[str, Any] = {"optimizer": "gd", "dim": dim, "steps": steps, "time": time}
        curve["simulated"] = simulated(curve)
        curve["limit"] = [max(1 - tau, 0.0) for tau in time]
        curve["theory"] = [gd_limit(tau) for tau in time]
        curves.append(curve)
    for dim in DIMS:
        curve = {"optimizer": "sd", "dim": dim, "steps": list(range(1, SD_STEPS + 1))}
        curve["simulated"] = simulated(curve)
        floors = {step: sd_floor(alpha=1, dim=dim, steps=step) for step in range(1, 6)}
        shown_floors = {step: floor for step, floor in floors.items() if floor > LEAST}
        curve["bound"] = {"steps": list(shown_floors), "theory": list(shown_floors.values())}
        curves.append(curve)
    rows = []
    for optimizer, targets, fit in (
        ("gd", measured.GD_TARGETS, measured.gd_growth),
        ("sd", measured.SD_TARGETS, measured.sd_growth),
    ):
        for epsilon in targets:
            dims, counts, found = fit(epsilon)
            row = {"optimizer": optimizer, "epsilon": epsilon, "dims": list(dims), "steps": list(counts)}
            rows.append({**row, "exponent": found.exponent, "uncertainty": found.uncertainty})
    return {"dims": list(DIMS), "curves": curves, "growth": rows}


def simulated(curve: Mapping[str, Any]) -> list[float]:
    """Return the relative errors of a curve, each with the best step size found."""
    from numerics import cross_entropy

    errors = cross_entropy.relative_error(curve["optimizer"], alpha=1, dim=curve["dim"], steps=curve["steps"])
    return list(np.asarray(errors).tolist())


@styled
def draw(data: Mapping[str, Any]) -> Figure:
    """Draw the errors above, the distance from the laws and the growth of the steps below."""
    figure, ((errors, signs), (gaps, growth)) = panels(2, 2, height=4.1)
    for curve in data["curves"]:
        color = SEQUENCE[data["dims"].index(curve["dim"])]
        if curve["optimizer"] == "gd":
            errors.plot(curve["time"], curve["simulated"], color=color, **SIMULATION)
            gaps.plot(curve["time"], shown(distance(curve, "limit")), color=color, linewidth=1.2)
            gaps.plot(curve["time"], shown(distance(curve, "theory")), color=color, **MARKER)
        else:
            signs.plot(curve["steps"], curve["simulated"], color=color, **SIMULATION)
            signs.plot(curve["bound"]["steps"], curve["bound"]["theory"], **THEORY)
    gd = [curve for curve in data["curves"] if curve["optimizer"] == "gd"]
    draw_limit(errors, gd)
    points = sorted({p for curve in gd for p in zip(curve["time"], curve["theory"], strict=True)})
    errors.plot(*zip(*points, strict=True), **FINITE)
    for name, color in (("gd", GD), ("sd", SD)):
        draw_growth(growth, [row for row in data["growth"] if row["optimizer"] == name], color)
    growth.set(
        xlabel="vocabulary size $d$",
        xscale="log",
        yscale="log",
        ylim=(1, 1_500),
        ylabel="steps to $\\varepsilon$",
    )
    growth.set_xlim(right=1e12)  # beside the points stand their exponents
    growth.set_xticks([1e2, 1e4, 1e6])
    errors.set(title="gradient descent, $t = d^{\\,\\tau}$", xlim=(0, 1.5), ylabel="relative error $r$")
    signs.set(
        title="sign descent", xlabel="full-batch steps $T$", xscale="log", yscale="log", ylim=(LEAST, 1)
    )
    signs.set_xticks([1, 2, 5, 10, 20], ["1", "2", "5", "10", "20"])
    errors.set(xlabel="rescaled time $\\tau$")
    gaps.set(xlabel="rescaled time $\\tau$", xlim=(0, 1.5), yscale="log", ylim=(1e-3, 1), ylabel="distance")
    keys = [
        Line2D([], [], color="#4d4d4d", linewidth=1.2, label=r"$1-\tau$"),
        Line2D([], [], color="#4d4d4d", label="expected limit", **MARKER),
    ]
    gaps.legend(handles=keys, loc="lower left", fontsize=7.5, handlelength=1, borderaxespad=0)
    laws = [
        Line2D([], [], label=r"$1-\tau$; bound", **THEORY),
        Line2D([], [], label="expected limit", **FINITE),
    ]
    dims_legend(figure, data["dims"], laws)
    return figure


def draw_growth(axis: Axes, rows: Sequence[Mapping[str, Any]], color: str) -> None:
    """Draw steps against vocabulary size, and say their exponents."""
    for row, mark in zip(rows, MARKS, strict=False):
        label = f"$\\varepsilon$ = {row['epsilon']}:  $d^{{\\,{row['exponent']:.3f} \\pm {row['uncertainty']:.3f}}}$"
        axis.plot(
            row["dims"], row["steps"], color=color, marker=mark, markersize=3, linewidth=1.2, label=label
        )
    axis.legend(fontsize=7, handlelength=1.6, loc="upper right", labelspacing=0.2, borderaxespad=0)
