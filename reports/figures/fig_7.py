"""Figure 7 of the paper: with the best step size the curves of sign descent collapse on Theorem 4.5."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
from matplotlib.figure import Figure

import numerics
import theory
from reports.figures.collapse import draw_collapse, draw_worst, log_steps, rough, worst
from reports.figures.style import SD, styled

CAPTION = (
    "Under Assumption 4.1, with the best step size at every horizon, sign descent approaches the limit "
    "law of Theorem 4.5, though only like 1/log d for α = ½ (after Fig. 7 of the paper). Simulation "
    "in color, limit law dashed, the paper’s step size at finite d dotted. Shaded: horizons too short for"
    " the theorem, where the paper adjusts the law by eye and the dashed line is this project’s exact "
    "continuation. Right: largest distance of the simulation from the limit law and from the certified "
    "best step size (triangles, all of them less than 10⁻⁹ and drawn there)."
)
ALT = (
    "Three panels: relative error of sign descent against rescaled time for alpha 1/4, 1/2 and 1 and four"
    " vocabularies, which approach the dashed limit law as the vocabulary grows. Right panel: the "
    "largest distance from the limit law shrinks with the vocabulary, slowly for alpha 1/2; that from the certified "
    "best step size is near rounding."
)
SCALINGS = {"1/4": r"$T = \tau$", "1/2": r"$4T^2 = d^{\,\tau}$", "1": r"$4T^2 = \tau^2 d$"}
DIMS = (100, 1_000, 10_000, 100_000)
HALF = Fraction(1, 2)


def data() -> dict[str, Any]:
    """Compute the curves.

    Returns
    -------
    dict
        ``dims``; ``proven_from``, the rescaled time from which Theorem 4.5 is proven, by alpha > 1/2; and
        ``curves``, each with ``alpha``, ``dim``, the integer ``steps``, their rescaled ``time``, and there
        the relative error ``simulated`` with the step size a search finds best, by the ``limit`` law, with
        the paper's step size (``finite``), and with the certified best one (``best``); and ``worst``, for each
        ``alpha`` with the largest distance of the simulation from ``limit`` and from ``certified``, by ``dims``.
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
                    "simulated": np.asarray(numerics.relative_error("sd", **query)).tolist(),
                    "limit": theory.relative_error("sd", **query, method="asymptotic"),
                    "finite": theory.relative_error("sd", **query, method="finite"),
                    "best": theory.relative_error("sd", **query, method="exact"),
                }
            )
    proven = {alpha: proven_from(alpha) for alpha in SCALINGS if Fraction(alpha) > HALF}
    return {"dims": list(DIMS), "proven_from": proven, "curves": curves, "worst": worst(curves, distances)}


def distances(curve: dict[str, Any]) -> dict[str, list[float]]:
    """Return how far the simulation is from the limit law and from the certified values."""
    return {
        name: [rough(a - b) for a, b in zip(curve["simulated"], curve[law], strict=True)]
        for name, law in (("limit", "limit"), ("certified", "best"))
    }


def proven_from(alpha: str) -> float:
    """Return the rescaled time at which φ is 2, for α > ½: Proposition D.4 needs φ <= 2."""
    return 1 / math.sqrt(2 ** float(Fraction(alpha)) - 1)


def rescaled(alpha: str, dim: int, steps: int) -> float:
    """Return the rescaled time of Theorem 4.5 at an integer number of steps."""
    exponent = Fraction(alpha)
    if exponent == HALF:
        return 2 * math.log(2 * steps) / math.log(dim)
    return float(steps) if exponent < HALF else 2 * steps / math.sqrt(dim)


def grid(alpha: str, dim: int) -> list[int]:
    """Return integer steps that cover the shown range of rescaled time."""
    exponent = Fraction(alpha)
    if exponent == HALF:
        return log_steps(1, math.sqrt(dim) / 2 - 1, 24)  # before tau = 1, where the law is 0
    return (
        log_steps(1, 100, 24) if exponent < HALF else log_steps(math.sqrt(dim) / 40, 2 * math.sqrt(dim), 24)
    )


@styled
def draw(data: dict[str, Any]) -> Figure:
    """Draw the curves, and their largest distances from the limit law and from the certified optimum."""
    figure, errors = draw_collapse(data, SCALINGS, dotted="paper’s step size, finite $d$")
    figure.axes[0].set(xscale="log", yscale="log")
    for axis, alpha in zip(figure.axes, SCALINGS, strict=False):
        if alpha in data["proven_from"]:
            axis.set_xlim(left=0)
            axis.axvspan(0, data["proven_from"][alpha], color="#eeeeee", zorder=0, linewidth=0)
            place: dict[str, Any] = {"transform": axis.transAxes, "color": "#4d4d4d"}
            axis.text(0.03, 0.05, "this\nproject’s", fontsize=7, **place)
    draw_worst(errors, data["worst"], SD)
    return figure
