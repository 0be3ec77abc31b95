"""Figure 5 of the paper: the simplified dynamics of sign descent beside the true iteration."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

import numerics
import theory
from reports.figures.collapse import MARKER, SMALLEST, rough, shown
from reports.figures.style import FINITE, SD, SEQUENCE, SIMULATION, THEORY, panels, styled

CAPTION = (
    "True sign descent is far better than Assumption 4.1 after an even number of steps and worse after an"
    " odd one, also with the best step size for each (after Fig. 5 of the paper, which shows even T only;"
    " here α = 1, d = 10⁴). Thin: runs with one step size, each the best for one T. Thick: the best step "
    "size for every T. Dotted, the same in all panels: the certified best under Assumption 4.1. Dashed: the limit "
    "law, Theorem 4.5 with its continuation or, for the true iteration, this project’s, at odd T meant for T ≪ d. "
    "Right: relative distance of the thick curves from the dashed laws (lines), and under Assumption 4.1 from the "
    "dotted values (triangles, all of them less than 10⁻⁹ and drawn there)."
)
ALT = (
    "Three panels: relative error of sign descent against full-batch steps, both logarithmic. Under Assumption 4.1 "
    "the envelope lies on the dotted and dashed theory; for the true iteration it lies far below the dotted curve at "
    "even numbers of steps and above it at odd ones. Right panel: the relative distance from the dashed law, below "
    "a thousandth under Assumption 4.1, falls with T at even T, and rises to more than a half at odd T."
)
ALPHA, DIM, LONGEST = "1", 10_000, 800
#: Horizons for which the step sizes of the runs are best; one later where T must be odd.
TUNED_FOR = (10, 80, 300)
PANELS = (("simplified", None), ("iterated", "even"), ("iterated", "odd"))


def data() -> dict[str, Any]:
    """Compute trajectories and envelopes.

    Returns
    -------
    dict
        ``panels``, each with ``dynamics``, ``parity``, the ``envelope`` over step sizes, which has ``steps``, the
        relative error ``simulated`` and, under Assumption 4.1, certified (``finite``), and the ``limit`` law; the
        certified values also as ``certified``; and the ``trajectories`` at fixed step sizes.
    """
    found: list[dict[str, Any]] = []
    certified: dict[str, Any] = {}
    for dynamics, parity in PANELS:
        first, stride = {"even": (2, 2), "odd": (1, 2)}.get(parity or "", (1, 1))
        steps = list(range(first, LONGEST + 1, stride))
        few = thinned(steps, 28)
        problem: dict[str, Any] = {"alpha": ALPHA, "dim": DIM, "dynamics": dynamics}
        horizons = [horizon + (parity == "odd") for horizon in TUNED_FOR]
        step_sizes = [numerics.best_step_size("sd", **problem, steps=horizon) for horizon in horizons]
        certified = certified or {
            "steps": few,
            "finite": theory.relative_error("sd", alpha=ALPHA, dim=DIM, steps=few),
        }
        envelope = simulated(problem, few)
        limit = theory.relative_error("sd", **problem, steps=few, method="asymptotic")
        found.append(
            {
                "dynamics": dynamics,
                "parity": parity,
                "certified": certified,
                "envelope": {
                    "steps": few,
                    "simulated": envelope,
                    "limit": limit,
                    "distance": [rough(b / a - 1) for a, b in zip(envelope, limit, strict=True)],
                },
                "trajectories": [
                    {
                        "step_size": step_size,
                        "best_for": horizon,
                        "steps": steps,
                        "simulated": simulated(problem, steps, step_size),
                    }
                    for horizon, step_size in zip(horizons, step_sizes, strict=True)
                ],
            }
        )
    first = found[0]["envelope"]
    first["finite"] = certified["finite"]
    first["certified_distance"] = [
        rough(a / b - 1) for a, b in zip(first["simulated"], first["finite"], strict=True)
    ]
    return {"panels": found}


def simulated(problem: dict[str, Any], steps: list[int], step_size: float | None = None) -> list[float]:
    """Return the relative error along one run, or with the best step size for every number of steps."""
    errors = numerics.relative_error("sd", **problem, steps=steps, step_size=step_size)
    return list(map(float, np.asarray(errors)))


def thinned(steps: Any, count: int) -> list[int]:
    """Return about ``count`` of the given increasing steps, evenly spaced on the log scale."""
    ratio = (steps[-1] / steps[0]) ** (1 / (count - 1))
    kept: list[int] = []
    for step in steps:
        if not kept or step >= kept[-1] * ratio or step == steps[-1]:
            kept.append(step)
    return kept


@styled
def draw(data: dict[str, Any]) -> Figure:
    """Draw a panel for the simplified dynamics and one for each parity of the true iteration, then their errors."""
    figure, (axes,) = panels(1, len(PANELS) + 1, height=2.45)
    titles = {None: "Assumption 4.1", "even": "true, even $T$", "odd": "true, odd $T$"}
    looks = {None: SEQUENCE[0], "even": SEQUENCE[1], "odd": SEQUENCE[3]}
    errors = axes[-1]
    for axis, panel in zip(axes, data["panels"], strict=False):
        envelope, certified, title = panel["envelope"], panel["certified"], titles[panel["parity"]]
        for line in panel["trajectories"]:
            axis.plot(line["steps"], line["simulated"], color=SD, linewidth=0.7, alpha=0.65)
        axis.plot(envelope["steps"], envelope["simulated"], color=SD, **SIMULATION)
        axis.plot(certified["steps"], certified["finite"], **FINITE)
        axis.plot(envelope["steps"], envelope["limit"], **THEORY)
        axis.set(yscale="log", ylim=(3e-4, 2), title=title)
        color = looks[panel["parity"]]
        errors.plot(envelope["steps"], shown(envelope["distance"]), color=color, linewidth=1.2, label=title)
    first = data["panels"][0]["envelope"]
    at_least = [max(error, SMALLEST) for error in first["certified_distance"]]
    errors.plot(first["steps"], at_least, color=looks[None], **MARKER)
    errors.set(yscale="log", ylim=(SMALLEST / 3, 1e3), title="relative distance")
    errors.set_yticks([SMALLEST, 1e-6, 1e-3, 1])
    errors.legend(loc="upper left", fontsize=7, handlelength=1.4, labelspacing=0.2, borderaxespad=0)
    for axis in axes:
        axis.set(xscale="log", xlabel="full-batch steps $T$")
    for axis in axes[1:-1]:
        axis.tick_params(labelleft=False)
    axes[0].set_ylabel("relative error $r$")
    handles = [
        Line2D([], [], color=SD, linewidth=0.7, alpha=0.65, label="one run"),
        Line2D([], [], color=SD, label="best for every $T$", **SIMULATION),
        Line2D([], [], label="limit law", **THEORY),
        Line2D([], [], label="certified, Assumption 4.1", **FINITE),
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=len(handles))
    return figure
