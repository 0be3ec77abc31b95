"""Figure 2 of the paper: both optimizers on real text, beside the power law fitted to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

import theory
from reports.figures.collapse import log_steps
from reports.figures.style import GD, SD, SEQUENCE, SIMULATION, THEORY, dims_legend, panels, styled

if TYPE_CHECKING:
    from numerics import BigramTable
    from reports.corpus import CorpusAnalysis

CAPTION = (
    "On real text, sign descent needs far fewer steps than gradient descent, and the more so the larger the "
    "vocabulary (after Fig. 2 of the paper, on the text of this report). Top: relative error on the text in color, "
    "certified values for the power law with the fitted α dashed. Bottom left: distance of the two, for gradient "
    "descent (lines) and sign descent (lines with points). Bottom right: steps to relative error ε on the text "
    "(points, joined) and the growth the paper predicts for α = 1, through the largest vocabulary (dotted); the "
    "exponents are fitted to the points, with 95 % intervals."
)
ALT = (
    "Upper panels: relative error of gradient descent and of sign descent under Assumption 4.1 against full-batch "
    "steps, for four vocabularies of the text, with dashed power-law curves beside them. Lower left: the distance "
    "between the two. Lower right: steps to the target against vocabulary size, both logarithmic, with one line per "
    "optimizer."
)
PANELS = (("gd", "gradient descent", 10_000), ("sd", "sign descent, Assumption 4.1", 1_000))
#: The growth that the paper predicts, unlike THEORY a line that no computed value is on.
GROWTH = {**THEORY, "linestyle": (0, (1, 1.5)), "linewidth": 1.2}
MARKERS = {None: "o", "even": "v", "odd": "^"}
NAMES = {
    ("gd", None): "gd",
    ("sd", None): "sd, Assumption 4.1",
    ("sd", "even"): "sd, true, even $T$",
    ("sd", "odd"): "sd, true, odd $T$",
}


def data(table: BigramTable, analysis: CorpusAnalysis) -> dict[str, Any]:
    """Compute the curves.

    Parameters
    ----------
    table
        The counted text.
    analysis
        What was found on it.

    Returns
    -------
    dict
        ``dims`` and ``curves`` on the text and by the power law with the ``alpha`` fitted to that vocabulary; and
        ``growth``: for each method with the usual step sizes its ``steps`` at ``dims``.
    """
    assert analysis.growth is not None, "a corpus for the report has at least three vocabularies"
    sizes, alphas = analysis.growth.dims, analysis.growth.alphas
    curves = []
    for optimizer, _, longest in PANELS:
        for dim, alpha in list(zip(sizes, alphas, strict=True))[-len(SEQUENCE) :]:
            steps = log_steps(1, longest, 25)
            problem = table.restricted(dim).problem()
            curves.append(
                {
                    "optimizer": optimizer,
                    "dim": dim,
                    "alpha": alpha,
                    "steps": steps,
                    "text": np.asarray(problem.relative_error(optimizer, steps=steps)).tolist(),
                    "theory_steps": steps[::2],
                    "theory": theory.relative_error(optimizer, alpha=alpha, dim=dim, steps=steps[::2]),
                }
            )
            pairs = zip(curves[-1]["text"][::2], curves[-1]["theory"], strict=True)
            curves[-1]["distance"] = [abs(a - b) for a, b in pairs]
    rows = [
        row for row in analysis.growth.rows if (row.method.optimizer, row.method.step_size) != ("gd", "best")
    ]
    return {
        "dims": list(sizes[-len(SEQUENCE) :]),
        "curves": curves,
        "epsilon": analysis.epsilon,
        "growth": [
            {
                "name": NAMES[row.method.optimizer, row.method.parity],
                "optimizer": row.method.optimizer,
                "parity": row.method.parity,
                "dims": list(sizes),
                "steps": list(row.on_corpus),
                "exponent": row.exponent.value,
                "interval": [row.exponent.lower, row.exponent.upper],
                "law": row.law,
            }
            for row in rows
        ],
    }


@styled
def draw(data: dict[str, Any]) -> Figure:
    """Draw both optimizers' curves, their distance from the power law, and the growth of their step counts."""
    figure, (axes, (distances, growth)) = panels(2, len(PANELS), height=4.1)
    looks: tuple[Mapping[str, Any], ...] = ({}, {"marker": "o", "markersize": 2.5})
    for axis, look, (optimizer, title, _) in zip(axes, looks, PANELS, strict=True):
        for curve in (curve for curve in data["curves"] if curve["optimizer"] == optimizer):
            color = SEQUENCE[data["dims"].index(curve["dim"])]
            axis.plot(curve["steps"], curve["text"], color=color, **SIMULATION)
            axis.plot(curve["theory_steps"], curve["theory"], **{**THEORY, "color": color})
            distances.plot(curve["theory_steps"], curve["distance"], color=color, linewidth=1.2, **look)
        symbol = "t" if optimizer == "gd" else "T"
        axis.set(xscale="log", xlabel=f"full-batch steps ${symbol}$", ylim=(-0.02, 1.02), title=title)
    axes[0].set_ylabel("relative error $r$")
    distances.set(xscale="log", xlabel="full-batch steps", ylabel="distance of the two", ylim=(0, None))
    draw_growth(growth, data)
    dims_legend(figure, data["dims"], [Line2D([], [], label=r"power law, fitted $\alpha$", **THEORY)])
    return figure


def draw_growth(axis: Axes, data: dict[str, Any]) -> None:
    """Draw steps against vocabulary size, with the fitted exponents in the legend."""
    for row in data["growth"]:
        dims = row["dims"]
        low, high = row["interval"]
        axis.plot(
            dims,
            row["steps"],
            color=GD if row["optimizer"] == "gd" else SD,
            marker=MARKERS[row["parity"]],
            markersize=3.5,
            linewidth=1.2,
            label=f"{row['name']}: $d^{{\\,{row['exponent']:.2f}}}$ [{low:.2f}, {high:.2f}]",
        )
    for row in (row for row in data["growth"] if row["parity"] is None):
        axis.plot(dims, [row["steps"][-1] * (dim / dims[-1]) ** row["law"] for dim in dims], **GROWTH)
    axis.lines[-1].set_label(r"growth by the paper, $\alpha$ = 1")
    axis.set(
        xscale="log", yscale="log", xlabel="vocabulary size $d$", ylabel=f"steps to $r$ = {data['epsilon']:g}"
    )
    axis.set_ylim(top=max(row["steps"][-1] for row in data["growth"]) * 100)
    axis.legend(loc="upper left", fontsize=6.8, handlelength=1.6, borderaxespad=0.2, labelspacing=0.3)
