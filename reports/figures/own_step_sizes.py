"""Beyond the paper: the error of sign descent over the step size, at fixed steps and vocabulary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import mpmath
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

import numerics
import theory
from reports.figures.collapse import draw_limit, log_steps, rough, shown
from reports.figures.style import (
    SEQUENCE,
    SIMULATION,
    THEORY,
    alpha_title,
    panels,
    power_of_ten,
    styled,
)

CAPTION = (
    "The best step size is proportional to 1/(T φ^α), with the φ of Definition 4.4 [this project’s]. Left, middle: "
    "relative error after T steps over the step size η in units of 1/(H(d, α) T φ^α): under Assumption 4.1 (thick, "
    "its least value a dot, certified values dashed) and for the true iteration (thin). Under Assumption 4.1 the "
    "minima line up at 1, at α = ½ only if T ≪ √d; the true iteration has its own, which at α = 1 and even T are far "
    "lower. Right: relative distance from 1 of the best step size under Assumption 4.1, found by a search on the "
    "simulation (lines) and certified (crosses), for vocabularies from 10² to 10⁵. Dashed: its leading term, −ζ(½) "
    "T/√d at α = ½ and 1/(4T² + d) at α = 1. At α = 1 only horizons long enough for Definition 4.4."
)
ALT = (
    "Two panels: relative error against the step size divided by that of Definition 4.4, for alpha 1/2 and 1 and "
    "four horizons; smooth curves with their minimum at 1, and thin ones of the true iteration. Right panel: the "
    "distance of the minimum from 1 against T over the root of d, on dashed lines; at alpha 1 it falls with d."
)
DIM = 10_000
#: Horizons by exponent; at α = 1 all are long enough for φ ≤ 2.
HORIZONS: Mapping[str, tuple[int, ...]] = {"1/2": (2, 4, 10, 24), "1": (52, 80, 130, 260)}
#: Step sizes in units of that of Definition 4.4, none of which puts a word exactly at Tη, where floats decide a tie.
UNITS = tuple(10 ** ((2 * i + 1) / 80) for i in range(-53, 33))
DIMS = (100, 1_000, 10_000, 100_000)
EVEN: Mapping[str, Any] = {"linewidth": 0.8}
ODD: Mapping[str, Any] = {"linewidth": 1.0, "linestyle": (0, (1, 1))}
CROSSES: Mapping[str, Any] = {"marker": "x", "markersize": 2.6, "markeredgewidth": 0.7, "linestyle": "none"}


def data() -> dict[str, Any]:
    """Compute sweeps over the step size, and where they are least.

    Returns
    -------
    dict
        ``dim`` and ``dims``; ``sweeps``, each with ``alpha``, ``steps``, the step sizes in ``units`` of that of
        Definition 4.4, there the relative error ``simulated`` under Assumption 4.1, on a coarser grid
        ``certified.units`` the certified one (``certified.theory``), the ``least`` error and where it is
        (``least_at``), and of the true iteration ``even`` and ``odd`` T; and ``minima``, each with ``alpha``, ``dim``,
        the ``steps``, their ``time`` T/√d, and there the relative distance from 1 of the best step size in these
        units, ``simulated`` and ``certified``, and where Definition 4.4 is claimed (``claimed.time``) its leading
        term (``claimed.limit``).
    """
    return {
        "dim": DIM,
        "dims": list(DIMS),
        "sweeps": [sweep(alpha, steps) for alpha, several in HORIZONS.items() for steps in several],
        "minima": [minima(alpha, dim) for alpha in HORIZONS for dim in DIMS],
    }


def sweep(alpha: str, steps: int) -> dict[str, Any]:
    """Compute the error over the step size for one exponent and horizon."""
    law: dict[str, Any] = {"alpha": alpha, "dim": DIM}
    unit = theory.step_size("sd", **law, steps=steps, method="finite")
    few = UNITS[::4]

    def simulated(count: int, dynamics: str) -> list[float]:
        return [
            float(numerics.relative_error("sd", **law, steps=count, step_size=unit * x, dynamics=dynamics))
            for x in UNITS
        ]

    best = numerics.best_step_size("sd", **law, steps=steps)
    return {
        "alpha": alpha,
        "steps": steps,
        "units": list(UNITS),
        "simulated": simulated(steps, "simplified"),
        "even": simulated(steps, "iterated"),
        "odd": simulated(steps + 1, "iterated"),
        "certified": {
            "units": list(few),
            "theory": [theory.relative_error("sd", **law, steps=steps, step_size=unit * x) for x in few],
        },
        "least_at": best / unit,
        "least": float(numerics.relative_error("sd", **law, steps=steps)),
    }


def minima(alpha: str, dim: int) -> dict[str, Any]:
    """Compute where the sweeps have their minimum, for one exponent and vocabulary."""
    law: dict[str, Any] = {"alpha": alpha, "dim": dim}
    root, half = dim**0.5, Fraction(alpha) == Fraction(1, 2)
    steps = log_steps(1, root / 2 - 1, 16) if half else log_steps(root / 8, 8 * root, 24)
    units = [theory.step_size("sd", **law, steps=t, method="finite") for t in steps]
    found = [numerics.best_step_size("sd", **law, steps=t) for t in steps]
    best = [theory.step_size("sd", **law, steps=t, digits=25) for t in steps]
    exact_units = [theory.step_size("sd", **law, steps=t, method="finite", digits=25) for t in steps]
    with mpmath.workdps(25):
        certified = [float(abs(a / b - 1)) for a, b in zip(best, exact_units, strict=True)]
    claimed = [t for t in steps if half or 4 * t**2 >= dim]
    zeta = float(abs(mpmath.zeta(0.5)))
    return {
        **law,
        "steps": steps,
        "time": [t / root for t in steps],
        "simulated": [rough(a / b - 1) for a, b in zip(found, units, strict=True)],
        "certified": certified,
        "claimed": {
            "time": [t / root for t in claimed],
            "limit": [zeta * t / root if half else 1 / (4 * t**2 + dim) for t in claimed],
        },
    }


@styled
def draw(data: Mapping[str, Any]) -> Figure:
    """Draw the sweeps, and the distance of their minima from 1."""
    figure, (axes,) = panels(1, len(HORIZONS) + 1, height=2.8)
    for alpha, axis in zip(HORIZONS, axes, strict=False):
        alpha_title(axis, alpha, note=f",   $d$ = {power_of_ten(data['dim'])}")
        axis.axvline(1, color="#4d4d4d", linewidth=0.6, zorder=1)
        for row, color in zip(
            (row for row in data["sweeps"] if row["alpha"] == alpha), SEQUENCE, strict=True
        ):
            axis.plot(
                row["units"], row["simulated"], color=color, label=f"$T$ = {row['steps']}", **SIMULATION
            )
            axis.plot(row["certified"]["units"], row["certified"]["theory"], **THEORY)
            axis.plot(row["units"], row["even"], color=color, **EVEN)
            axis.plot(row["units"], row["odd"], color=color, **ODD)
            axis.plot([row["least_at"]], [row["least"]], color="black", marker="o", markersize=3.5)
        axis.set(xscale="log", yscale="log", xlabel=r"step size, $\eta\, T \varphi^{\,\alpha} H(d, \alpha)$")
        axis.legend(loc="upper left", fontsize=7, handlelength=1.2, labelspacing=0.2, borderaxespad=0.2)
    axes[0].set_ylabel("relative error $r$")
    draw_minima(axes[-1], data["minima"])
    handles = [
        Line2D([], [], color="#4d4d4d", label="Assumption 4.1, $T$", **SIMULATION),
        Line2D([], [], color="#4d4d4d", label="true iteration, $T$", **EVEN),
        Line2D([], [], color="#4d4d4d", label="true iteration, $T+1$", **ODD),
        Line2D([], [], label="theory", **THEORY),
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=len(handles))
    return figure


def draw_minima(axis: Axes, minima: Sequence[Mapping[str, Any]]) -> None:
    """Draw how far the best step size is from that of Definition 4.4, where that is claimed."""
    for index, curve in enumerate(minima):
        claimed = [i for i, time in enumerate(curve["time"]) if time >= curve["claimed"]["time"][0]]
        time, searched, certified = (
            [curve[name][i] for i in claimed] for name in ("time", "simulated", "certified")
        )
        color = SEQUENCE[index % len(DIMS)]
        axis.plot(time, shown(searched), color=color, linewidth=1.8)
        axis.plot(time, shown(certified), color=color, **CROSSES)
    laws = {alpha: [curve["claimed"] for curve in minima if curve["alpha"] == alpha] for alpha in HORIZONS}
    for same in (laws["1/2"], *([law] for law in laws["1"])):  # at ½ it is the same at all d
        draw_limit(axis, same)
    for alpha, place in (("½", (0.1, 0.82)), ("1", (0.36, 0.35))):
        axis.text(*place, rf"$\alpha$ = {alpha}", transform=axis.transAxes, fontsize=8)
    axis.set(xscale="log", yscale="log", xlabel=r"$T\, /\, \sqrt{d}$", title="distance of the best from 1")
