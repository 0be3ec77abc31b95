"""Figure 5 of the paper: the simplified dynamics of sign descent beside the true iteration."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

import numerics
import theory
from reports.figures.style import SD, SIMULATION, THEORY, panels, styled

CAPTION = (
    "True sign descent is far better than Assumption 4.1 after an even number of steps and worse after an"
    " odd one, also with the best step size for each (after Fig. 5 of the paper, which shows even T only;"
    " here α = 1, d = 10⁴). Thin: runs with one step size, each the best for one T. Thick: the best step "
    "size for every T. Dashed, the same in all panels: the certified best under Assumption 4.1."
)
ALT = (
    "Three panels, relative error of sign descent against full-batch steps, both logarithmic. Under "
    "Assumption 4.1 the envelope lies on the dashed theory; for the true iteration it lies far below it "
    "at even numbers of steps and above it at odd ones."
)
ALT = (
    "Three panels, relative error of sign descent against full-batch steps, both logarithmic. Under "
    "Assumption 4.1 the envelope lies on the dashed theory; for the true iteration it lies far below it "
    "at even numbers of steps and above it at odd ones."
)
ALT = (
    "Three panels, relative error of sign descent against full-batch steps, both logarithmic. Under "
    "Assumption 4.1 the envelope lies on the dashed theory; for the true iteration it lies far below it "
    "at even numbers of steps and above it at odd ones."
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
        ``theory`` (``steps``, ``relative_error``) and ``panels``, each with ``dynamics``, ``parity``, the
        ``envelope`` over step sizes and the ``trajectories`` at fixed ones.
    """
    shown = []
    for dynamics, parity in PANELS:
        first, stride = {"even": (2, 2), "odd": (1, 2)}.get(parity or "", (1, 1))
        steps = list(range(first, LONGEST + 1, stride))
        few = thinned(steps, 28)
        problem: dict[str, Any] = {"alpha": ALPHA, "dim": DIM, "dynamics": dynamics}
        horizons = [horizon + (parity == "odd") for horizon in TUNED_FOR]
        step_sizes = [numerics.best_step_size("sd", **problem, steps=horizon) for horizon in horizons]
        shown.append(
            {
                "dynamics": dynamics,
                "parity": parity,
                "envelope": {
                    "steps": few,
                    "relative_error": simulated(problem, few),
                },
                "trajectories": [
                    {
                        "step_size": step_size,
                        "best_for": horizon,
                        "steps": steps,
                        "relative_error": simulated(problem, steps, step_size),
                    }
                    for horizon, step_size in zip(horizons, step_sizes, strict=True)
                ],
            }
        )
    few = thinned(range(1, LONGEST + 1), 28)
    best = theory.relative_error("sd", alpha=ALPHA, dim=DIM, steps=few)
    return {"theory": {"steps": few, "relative_error": best}, "panels": shown}


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
    """Draw one panel for the simplified dynamics and one for each parity of the true iteration."""
    figure, axes = panels(1, 3, height=2.6, sharey=True)
    titles = {None: "Assumption 4.1", "even": "true iteration, even $T$", "odd": "true iteration, odd $T$"}
    for axis, panel in zip(axes[0], data["panels"], strict=True):
        for line in panel["trajectories"]:
            axis.plot(line["steps"], line["relative_error"], color=SD, linewidth=0.7, alpha=0.65)
        axis.plot(panel["envelope"]["steps"], panel["envelope"]["relative_error"], color=SD, **SIMULATION)
        axis.plot(data["theory"]["steps"], data["theory"]["relative_error"], **THEORY)
        axis.set(xscale="log", yscale="log", xlabel="full-batch steps $T$", ylim=(3e-4, 2))
        axis.set_title(titles[panel["parity"]])
    axes[0, 0].set_ylabel("relative error $r$")
    handles = [
        Line2D([], [], color=SD, linewidth=0.7, alpha=0.65, label="one run: step size best for one $T$"),
        Line2D([], [], color=SD, label="step size best for every $T$", **SIMULATION),
        Line2D([], [], label="theory, Assumption 4.1", **THEORY),
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=3)
    return figure
