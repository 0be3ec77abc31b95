"""Who needs fewer steps, gradient or sign descent, over exponents and targets: this project's."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import NullFormatter

import theory
from reports.figures.style import GD, SD, panels, power_of_ten, styled
from reports.phase import phase_diagram

CAPTION = (
    "Who needs fewer steps depends on α, on ε and on d; no rule with α alone is right [this project’s]. Color: steps "
    "of gradient descent with step size 1/π₁ over those of sign descent (Assumption 4.1, best step size); solid "
    "line: equality. With its best step size gradient descent needs about half as many: then its realm, hatched for "
    "1/π₁, reaches to the dashed line. Dash-dotted: the popular rule “gradient descent below α = ½, sign descent "
    "above”, which fails on both sides (claim-half-rule). As d grows at a given ε < ½ sign descent wins for α ≤ 1 and "
    "loses for α > 1. Every winner is certified; counts are interpolated between certified errors. Circles: counts "
    "proven on both sides; the panel on the right has their distance from the interpolated ones where it is not zero."
)
ALT = (
    "Two maps over exponent and target error for vocabularies of ten thousand and a million words. Sign descent wins "
    "in a region around alpha from one fifth to a little above one that widens with the vocabulary for small targets; "
    "gradient descent wins for large targets and for larger exponents. The line alpha one half runs through the "
    "middle of sign descent’s region. Right: most interpolated step counts equal the proven ones, the others differ "
    "by one step or by less than one percent."
)
DIMS = (10_000, 1_000_000)
COUNT = 24
#: Every second point in either direction, at this size, is proven with the count itself.
PROVEN_DIM, PROVEN_EVERY = 10_000, 2
ALPHAS = tuple(Fraction(2 + i, 20) for i in range(0, 2 * COUNT, 2))
EPSILONS = tuple(Fraction(f"{0.01 * 70 ** (j / (COUNT - 1)):.3g}") for j in range(COUNT))
LEVELS = (1 / 100, 1 / 30, 1 / 10, 1 / 3, 1, 3, 10, 30, 100)


def data() -> dict[str, Any]:
    """Compute the maps.

    Returns
    -------
    dict
        ``maps``, each with ``dim``, and for each alpha a list with an entry for each epsilon of ``alpha``,
        ``epsilon``, the steps ``gd`` and ``sd`` and the certified ``winner`` (1 for sd, -1 for gd, 0 for a tie); and
        ``proven``, one with ``dim`` and, each a list with an entry per point, ``alpha``, ``epsilon``, the certified
        counts ``gd`` and ``sd``, ``distance``, the larger relative one of the interpolated counts from them, and
        whether the winner ``agrees``.
    """
    maps: list[dict[str, Any]] = []
    proven: list[dict[str, Any]] = []
    for dim in DIMS:
        diagram = phase_diagram(dim, alphas=ALPHAS, epsilons=EPSILONS)
        grid = np.meshgrid([float(x) for x in ALPHAS], [float(x) for x in EPSILONS], indexing="ij")
        found = (*grid, diagram.gd, diagram.sd, diagram.winner)
        names = ("alpha", "epsilon", "gd", "sd", "winner")
        maps.append({"dim": dim, **{key: array.tolist() for key, array in zip(names, found, strict=True)}})
        if dim == PROVEN_DIM:
            proven.append(certified(maps[-1]))
    return {"maps": maps, "proven": proven}


def certified(diagram: dict[str, Any]) -> dict[str, Any]:
    """Return proven counts on every second point, beside those of the map."""
    rows = []
    targets = EPSILONS[::PROVEN_EVERY]
    for i, alpha in enumerate(ALPHAS[::PROVEN_EVERY]):
        counts = {
            name: theory.iterations(name, alpha=alpha, dim=diagram["dim"], epsilon=targets)
            for name in ("gd", "sd")
        }
        for j, epsilon in enumerate(targets):
            place = PROVEN_EVERY * i, PROVEN_EVERY * j
            count = {name: counts[name][j] for name in counts}
            distance = max(
                abs(math.ceil(diagram[name][place[0]][place[1]] * (1 - 1e-12)) / count[name] - 1)
                for name in count
            )
            winner = (count["gd"] > count["sd"]) - (count["gd"] < count["sd"])
            agrees = winner == diagram["winner"][place[0]][place[1]]
            rows.append((float(alpha), float(epsilon), count["gd"], count["sd"], distance, agrees))
    names = ("alpha", "epsilon", "gd", "sd", "distance", "agrees")
    return {"dim": diagram["dim"], **dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))}


@styled
def draw(data: dict[str, Any]) -> Figure:
    """Draw a map for each vocabulary and, beside them, how far the interpolated counts are from proven ones."""
    figure, ((*axes, axis),) = panels(1, len(DIMS) + 1, height=2.75)
    colors = LinearSegmentedColormap.from_list("winner", [GD, "#f7f7f7", SD])
    norm = BoundaryNorm(LEVELS, colors.N, extend="both")
    for panel, found in zip(axes, data["maps"], strict=True):
        shown = draw_map(panel, data, found, colors, norm)
    figure.colorbar(
        shown,
        ax=axes,
        label="steps of gd / steps of sd",
        ticks=LEVELS,
        format=lambda value, _: f"{value:.0f}" if value >= 1 else f"1/{1 / value:.0f}",
        fraction=0.06,
        aspect=24,
        pad=0.02,
    )
    (proven,) = data["proven"]
    off = [i for i, distance in enumerate(proven["distance"]) if distance > 0]
    for name, color, marker in (("gd", GD, "s"), ("sd", SD, "o")):
        axis.plot(
            [proven[name][i] for i in off],
            [proven["distance"][i] for i in off],
            marker,
            color=color,
            markersize=2.5,
            label=f"steps of {name}",
        )
    agreeing = sum(proven["agrees"])
    axis.set(
        xscale="log",
        yscale="log",
        xlabel="proven steps to ε",
        ylabel="distance",
    )
    counts = len(proven["agrees"]) - len(off)
    axis.set_title(
        f"proven: {agreeing} of {len(proven['agrees'])} winners,\n{counts} pairs of counts; the others:",
        fontsize=8,
    )
    axis.margins(y=0.35)  # room for the legend
    axis.legend(loc="upper right", fontsize=7, handlelength=1, borderaxespad=0, labelspacing=0.2)
    lines = (
        Patch(facecolor="white", edgecolor="#4d4d4d", hatch="////", linewidth=0.4, label="gd wins"),
        Line2D([], [], color="black", label=r"equal, gd at $1/\pi_1$"),
        Line2D([], [], color="black", linestyle=(0, (4, 2)), label="equal, both tuned"),
        Line2D([], [], color="black", linestyle="-.", linewidth=0.9, label="popular rule"),
    )
    figure.legend(handles=lines, loc="outside upper center", ncols=len(lines))
    return figure


def draw_map(
    axis: Axes,
    data: dict[str, Any],
    found: dict[str, Any],
    colors: LinearSegmentedColormap,
    norm: BoundaryNorm,
) -> Any:
    """Draw one map and return its filled contours."""
    alphas, epsilons = (np.asarray(found[name]) for name in ("alpha", "epsilon"))
    ratio = np.asarray(found["gd"]) / np.asarray(found["sd"])
    shown = axis.contourf(alphas, epsilons, ratio, levels=LEVELS, cmap=colors, norm=norm, extend="both")
    axis.contour(alphas, epsilons, ratio, levels=[1.0], colors="black", linewidths=1.2)
    axis.contour(
        alphas, epsilons, ratio, levels=[2.0], colors="black", linewidths=0.9, linestyles=[(0, (4, 2))]
    )
    axis.contourf(
        alphas, epsilons, np.asarray(found["winner"]), levels=[-1.5, -0.5], colors="none", hatches=["////"]
    )
    axis.axvline(0.5, color="black", linestyle="-.", linewidth=0.9)
    for proven in (some for some in data["proven"] if some["dim"] == found["dim"]):
        axis.plot(
            proven["alpha"],
            proven["epsilon"],
            "o",
            color="black",
            markersize=1.6,
            markerfacecolor="white",
            markeredgewidth=0.4,
        )
    axis.set(yscale="log", xlabel="α", ylabel="ε", title=f"$d$ = {power_of_ten(found['dim'])}")
    axis.set_yticks([0.01, 0.03, 0.1, 0.3], ["0.01", "0.03", "0.1", "0.3"])
    axis.yaxis.set_minor_formatter(NullFormatter())
    axis.grid(False)
    return shown
