"""Figure 9 of the paper: classical rates at alpha = 1 beside what the optimizers need."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

import numerics
import theory
from reports.figures.collapse import draw_limit, log_steps
from reports.figures.fig_4 import rescaled
from reports.figures.style import FINITE, GD, SD, SEQUENCE, SIMULATION, THEORY, dims_legend, panels, styled

CAPTION = (
    "For α = 1 classical rates predict no progress until t is near d, where gradient descent is nearly done (after "
    "Fig. 9 of the paper). Top: simulation in color, finite-dimension law dotted, limit law 1 − τ dashed; "
    "dash-dotted, in the color of the same d, the bound. Above 1, shaded, a bound says nothing. Bottom left: the "
    "bounds divided by the truth, never below 1, as it must be. Bottom right: full-batch steps to relative error "
    "1/10 of gradient descent and of sign descent under Assumption 4.1, simulated (solid) and certified (dashed), "
    "beside the growth in d that the bounds quoted for RMSProp, d up to logarithms, and for AdaGrad, d log d, "
    "suggest for methods like sign descent. Only these scalings are known to us, no constants: they are drawn from "
    "the steps of sign descent at d = 100 on."
)
ALT = (
    "Upper panels: relative error of gradient descent against rescaled time for four vocabularies, near the dashed "
    "line 1 minus tau, and far above it the linear bound, which stays at 1 until tau is near 1, and the sublinear "
    "one, which is above 1 until then; below them their quotients. Lower right: steps to relative error 1/10 against "
    "the vocabulary; the scalings of the bounds for AdaGrad and RMSProp are steeper than gradient descent and sign "
    "descent."
)
DIMS = (100, 1_000, 10_000, 100_000)
#: What the bounds are called, in the order of Proposition B.1's formulas.
RATES = {"sublinear": "convex: $4d/(H\\,(t+4))$", "linear": "strongly convex: $(1-1/d)^t$"}
EPSILON = "1/10"
GROWTH_DIMS = tuple(10**k for k in range(2, 13))
SIMULATED_DIMS = 4
BOUND: Mapping[str, Any] = {"linestyle": (0, (5, 1.5, 1, 1.5)), "linewidth": 1.5}


def data() -> dict[str, Any]:
    """Compute the curves.

    Returns
    -------
    dict
        ``dims``; ``curves``, each with ``dim``, the integer ``steps``, their rescaled ``time``, there the relative
        error of gradient descent ``simulated``, by the ``limit`` and the ``finite`` law, and with each name of
        `RATES` the ``bound`` and its ``ratio`` to the simulation; and ``growth``, for each optimizer with
        ``simulated`` and certified (``theory``) steps to ``epsilon``, for each bound with its ``scaling``.
    """
    curves = []
    for dim in DIMS:
        steps = log_steps(1, dim**1.25 / 2, 40)
        query: dict[str, Any] = {"alpha": 1, "dim": dim, "steps": steps}
        simulated = np.asarray(numerics.relative_error("gd", **query)).tolist()
        bounds = {name: bound(name, dim, steps) for name in RATES}
        curves.append(
            {
                "dim": dim,
                "steps": steps,
                "time": [rescaled("1", dim, t) for t in steps],
                "simulated": simulated,
                "limit": theory.relative_error("gd", **query, method="asymptotic"),
                "finite": theory.relative_error("gd", **query, method="finite"),
                "bound": bounds,
                "ratio": {
                    name: [a / b for a, b in zip(values, simulated, strict=True)]
                    for name, values in bounds.items()
                },
            }
        )
    return {"dims": list(DIMS), "curves": curves, "epsilon": float(Fraction(EPSILON)), "growth": growth()}


def bound(name: str, dim: int, steps: Sequence[int]) -> list[float]:
    """Return a classical rate, relative to the initial excess loss, by its formula in Proposition B.1."""
    from theory.balls import float_of
    from theory.evaluate import evaluate
    from theory.statements.appendix_b_classical_rates import d, t

    formula = theory.statement("prop-b.1").formula[list(RATES).index(name)].rhs

    def at(step: int) -> float:
        values = {d: Fraction(dim), t: Fraction(step)}
        return float_of(lambda: evaluate(formula, values), what=name)

    return [at(step) for step in steps]


def growth() -> list[dict[str, Any]]:
    """Return steps to ε over the vocabulary, and the scalings of the bounds that are quoted beside them."""
    dims, few = list(GROWTH_DIMS), list(GROWTH_DIMS[:SIMULATED_DIMS])
    needed = {
        optimizer: [theory.iterations(optimizer, alpha=1, dim=dim, epsilon=EPSILON) for dim in dims]
        for optimizer in ("gd", "sd")
    }
    rows: list[dict[str, Any]] = [
        {
            "name": optimizer,
            "certified": {"dims": dims, "theory": steps},
            "dims": few,
            "simulated": [numerics.iterations(optimizer, alpha=1, dim=dim, epsilon=EPSILON) for dim in few],
        }
        for optimizer, steps in needed.items()
    ]
    start = needed["sd"][0]
    for name, logs in (("RMSProp", 0), ("AdaGrad", 1)):
        grown = [dim * math.log(dim) ** logs for dim in dims]
        scaled = [start * value / grown[0] for value in grown]
        rows.append({"name": name, "dims": dims, "scaling": scaled})
    return rows


@styled
def draw(data: Mapping[str, Any]) -> Figure:
    """Draw each rate above; their ratios to the truth and the growth in d below."""
    figure, axes = panels(2, len(RATES), height=3.9)
    ratios = axes[1, 0]
    for name, axis, style in zip(RATES, axes[0], (BOUND, {**BOUND, "linewidth": 0.8}), strict=True):
        axis.set_title(RATES[name])
        axis.axhspan(1, 2, color="#eeeeee", zorder=0, linewidth=0)
        for curve, color in zip(data["curves"], SEQUENCE, strict=True):
            axis.plot(curve["time"], curve["simulated"], color=color, **SIMULATION)
            axis.plot(curve["time"], curve["finite"], **FINITE)
            axis.plot(curve["time"], curve["bound"][name], color=color, **BOUND)
            ratios.plot(curve["time"], curve["ratio"][name], color=color, **style)
        draw_limit(axis, data["curves"])
        axis.set(ylim=(-0.02, 1.35), xlabel=r"rescaled time $\tau$, $2t = d^{\,\tau}$")
        ratios.plot([], [], color="#4d4d4d", label=RATES[name].partition(":")[0], **style)
    ratios.set(yscale="log", ylim=(0.7, 1e7), ylabel="bound / truth", xlabel=axes[0, 0].get_xlabel())
    ratios.legend(loc="upper left")
    axes[0, 0].set_ylabel("relative error $r$")
    draw_growth(axes[1, 1], data)
    laws = [
        Line2D([], [], label=r"$1-\tau$", **THEORY),
        Line2D([], [], label="finite $d$", **FINITE),
        Line2D([], [], color="#4d4d4d", label="bound", **BOUND),
    ]
    dims_legend(figure, data["dims"], laws)
    return figure


def draw_growth(axis: Axes, data: Mapping[str, Any]) -> None:
    """Draw steps against the vocabulary."""
    names = {"gd": ("gd", GD, "o"), "sd": ("sd, Assumption 4.1", SD, "s")}
    scalings = {"RMSProp": r"RMSProp, bound: $\propto d$", "AdaGrad": r"AdaGrad, bound: $\propto d\,\log d$"}
    for row in data["growth"]:
        if row["name"] in names:
            label, color, marker = names[row["name"]]
            axis.plot(row["dims"], row["simulated"], color=color, marker=marker, markersize=3.5, label=label)
            axis.plot(row["certified"]["dims"], row["certified"]["theory"], **THEORY)
        else:
            style = {**BOUND, "color": "#4d4d4d", "linewidth": 2.0 if row["name"] == "AdaGrad" else 1.0}
            axis.plot(row["dims"], row["scaling"], label=scalings[row["name"]], **style)
    axis.set(xscale="log", yscale="log", ylabel=f"steps to $r$ = {data['epsilon']:g}", ylim=(1, 1e17))
    axis.legend(loc="upper left", fontsize=7, handlelength=2.4, borderaxespad=0.2, labelspacing=0.3)
    axis.set(xlabel="vocabulary size $d$")
    axis.set_xticks([1e2, 1e6, 1e10])
