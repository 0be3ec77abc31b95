"""Beyond the paper: what the parity of the number of steps does to sign descent, as steps outgrow the vocabulary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

import numerics
import theory
from numerics.power_law import power_law_frequencies
from reports.figures.collapse import MARKER, log_steps, shown
from reports.figures.style import FINITE, SEQUENCE, THEORY, panels, power_of_ten, styled

CAPTION = (
    "The parity of the number of steps T decides the error of true sign descent while T ≪ d, and no longer once T ≫ "
    "d [this project’s; from W = 0, α = 1]. Top: relative error, on the left with the best step size for each "
    "horizon (the mean with one for T and T + 1) that a search finds, on the right with that of the laws. Dashed: "
    "the laws, for Assumption 4.1 Theorem 4.5 and its continuation; the others change at T = d (line). Dotted: the "
    "error if the words that have arrived cost κ(t)η² each, at the step size used. Bottom left, at d = 10⁵: relative "
    "distance of the simulation from the laws (lines), which are not meant to hold at T near d, and from the dotted "
    "curve (markers). Bottom right: κ, the mean square distance of the words that have arrived in units of the step "
    "size, simulated (pale at d = 10³), and κ(t) with t = π_d/η, dashed. The larger d, the nearer κ comes to 1 after "
    "an odd, to 0 after an even number of steps and to ½ in the mean; as T outgrows d all tend to ⅓, that of random "
    "phases. Assumption 4.1 has ¼."
)
ALT = (
    "Two columns, 1 000 and 100 000 words. Upper panels: relative error against T over d; far below 1 the curve of "
    "even T is lowest and that of odd T highest, far above 1 all fall together. Lower left: distances from the laws. "
    "Lower right: the simulated mean square distance lies on the dashed law; for odd T, the mean and even T it comes "
    "near 1, one half and 0, and tends to one third."
)
ALPHA = "1"
#: Vocabularies, whether the step size is the best one found by a search (or that of the laws), and the range of T/d.
PROBLEMS = ((1_000, True, 2e-3, 10.0), (100_000, False, 2e-5, 10.0))
#: By name: what is added to an even T, the dynamics, and the parity asked for.
KINDS: Mapping[str, tuple[int, str, str | None]] = {
    "odd": (1, "iterated", None),
    "mean": (0, "iterated", "mean"),
    "even": (0, "iterated", None),
    "Assumption 4.1": (0, "simplified", None),
}
LOOKS: Mapping[str, Mapping[str, Any]] = {
    "odd": {"color": SEQUENCE[3], "marker": "^"},
    "mean": {"color": SEQUENCE[2], "marker": "o"},
    "even": {"color": SEQUENCE[1], "marker": "v"},
    "Assumption 4.1": {"color": SEQUENCE[0], "marker": "s"},
}
POINTS = 18
LINE: Mapping[str, Any] = {"linewidth": 1.8, "markersize": 3.2}


def data() -> dict[str, Any]:
    """Compute the curves.

    Returns
    -------
    dict
        ``curves``, each with ``dim``, ``searched`` (the step size, or not), ``kind`` (a key of `KINDS`), the integer
        ``steps``, their ``time`` T/d, the ``step_sizes``, the relative error with them ``simulated``, with κ(t)
        (``finite``) and by the law (``limit``), and κ itself simulated (``floor``) and by the law (``theory``).
    """
    curves = [
        computed(dim, searched, log_steps(first * dim / 2, last * dim / 2, POINTS), kind)
        for dim, searched, first, last in PROBLEMS
        for kind in KINDS
    ]
    return {"curves": curves}


def computed(dim: int, searched: bool, halves: list[int], kind: str) -> dict[str, Any]:
    """Compute the curve of one kind on one problem."""
    later, dynamics, parity = KINDS[kind]
    law: dict[str, Any] = {"alpha": ALPHA, "dim": dim, "dynamics": dynamics, "parity": parity}
    steps = [2 * half + later for half in halves]
    frequencies = np.asarray(power_law_frequencies(ALPHA, dim))
    if searched:
        found = [numerics.best_step_size("sd", **law, steps=t) for t in steps]
    else:
        method = "exact" if dynamics == "simplified" else "asymptotic"
        found = [theory.step_size("sd", **law, steps=t, method=method) for t in steps]
    simulated, finite, floors, by_law = [], [], [], []
    for t, eta in zip(steps, found, strict=True):
        horizons = [t, t + 1] if parity == "mean" else [t]
        rarest = Fraction(float(frequencies[-1]) / eta)
        kappas = [floor_by_law(dynamics, horizon, rarest) for horizon in horizons]
        errors = numerics.relative_error("sd", **{**law, "parity": None}, steps=horizons, step_size=eta)
        pairs = list(zip(horizons, np.asarray(errors).tolist(), strict=True))
        simulated.append(mean([error for _, error in pairs]))
        floors.append(mean([floor_of(frequencies, horizon, eta, error) for horizon, error in pairs]))
        finite.append(mean([error_by_law(dim, *pair, eta) for pair in zip(horizons, kappas, strict=True)]))
        by_law.append(mean(kappas))
    return {
        "dim": dim,
        "searched": searched,
        "kind": kind,
        "steps": steps,
        "time": [t / dim for t in steps],
        "step_sizes": found,
        "simulated": simulated,
        "finite": finite,
        "limit": theory.relative_error("sd", **law, steps=steps, method="asymptotic"),
        "floor": floors,
        "theory": by_law,
    }


def mean(values: Sequence[float]) -> float:
    """Return the mean over the horizons."""
    return sum(values) / len(values)


def floor_of(frequencies: Any, steps: int, step_size: float, error: float) -> float:
    """Return the mean square distance, in units of the step size, of the words that have arrived.

    It is what is left of the error without the words that are still on their way.
    """
    on_their_way = frequencies[frequencies >= steps * step_size]
    left = error * float(np.sum(frequencies**2)) - float(np.sum((on_their_way - steps * step_size) ** 2))
    return left / (step_size**2 * (len(frequencies) - len(on_their_way)))


def floor_by_law(dynamics: str, steps: int, t: Fraction) -> float:
    """Return κ(t), and ¼ under Assumption 4.1."""
    from theory.balls import ball, float_of
    from theory.iterated_laws import phase_floor

    if dynamics == "simplified":
        return 0.25
    alpha, odd = Fraction(ALPHA), bool(steps % 2)
    return float_of(lambda: phase_floor(alpha, ball(t), odd=odd), what="κ")


def error_by_law(dim: int, steps: int, floor: float, step_size: float) -> float:
    """Return the relative error if every word that has arrived costs ``floor`` times the squared step size."""
    from theory.balls import Ball, ball, float_of
    from theory.sign_descent import loss, remaining

    law, travelled, kappa = theory.PowerLaw(ALPHA, dim), Fraction(step_size) * steps, Fraction(floor)

    def value() -> Ball:
        u = ball(travelled) * law.harmonic()
        m = remaining(law, u)
        return loss(law.alpha, m, u, ball(kappa * (dim - m) / steps**2)) / law.harmonic(2)

    return float_of(value, what="r")


@styled
def draw(data: Mapping[str, Any]) -> Figure:
    """Draw the errors above; the distance of the last ones from the laws, and κ, below."""
    figure, axes = panels(2, len(PROBLEMS), height=4.3)
    gaps, kappas = axes[1]
    for (dim, searched, _, _), axis in zip(PROBLEMS, axes[0], strict=True):
        axis.set_title(
            f"$d$ = {power_of_ten(dim)}, {'best step size' if searched else 'step size of the laws'}"
        )
        for curve in (curve for curve in data["curves"] if curve["dim"] == dim):
            look, last = LOOKS[curve["kind"]], dim == PROBLEMS[-1][0]
            axis.plot(curve["time"], curve["simulated"], **look, **LINE)
            draw_law(axis, curve)
            axis.plot(curve["time"], curve["finite"], **FINITE)
            kappas.plot(curve["time"], curve["floor"], **look, **LINE, alpha=1 if last else 0.45)
            kappas.plot(curve["time"], curve["theory"], **THEORY)
            if last:
                marker = {**MARKER, "color": look["color"], "marker": look["marker"]}
                gaps.plot(curve["time"], distance(curve, "limit"), color=look["color"], linewidth=1.2)
                gaps.plot(curve["time"], distance(curve, "finite"), **marker)
        axis.set(yscale="log")
    for axis in axes.flat:
        axis.axvline(1, color="#4d4d4d", linewidth=0.6, zorder=1)
        axis.set(xscale="log", xlabel="$T / d$")
    for kappa in (1, 1 / 2, 1 / 3):
        kappas.axhline(kappa, color="#b0b0b0", linewidth=0.5, zorder=1)
    gaps.set(yscale="log", ylim=(1e-8, 10), ylabel="relative distance")
    kappas.set(ylim=(-0.03, 1.05), ylabel=r"$\kappa$")
    kappas.set_yticks([0, 1 / 4, 1 / 3, 1 / 2, 1], ["0", "¼", "⅓", "½", "1"])
    axes[0, 0].set_ylabel("relative error $r$")
    names = {"odd": "odd $T$", "mean": "mean of $T$, $T+1$", "even": "even $T$"}
    handles = [Line2D([], [], label=names.get(kind, kind), **look, **LINE) for kind, look in LOOKS.items()]
    handles += [Line2D([], [], label="law", **THEORY), Line2D([], [], label=r"law, $\kappa(t)$", **FINITE)]
    figure.legend(handles=handles, loc="outside upper center", ncols=len(handles))
    return figure


def draw_law(axis: Axes, curve: Mapping[str, Any]) -> None:
    """Draw the law on both sides of T = d, where it may jump."""
    points = list(zip(curve["time"], curve["limit"], strict=True))
    for side in ([p for p in points if p[0] < 1], [p for p in points if p[0] >= 1]):
        axis.plot(*zip(*side, strict=True), **THEORY)


def distance(curve: Mapping[str, Any], law: str) -> list[float]:
    """Return the relative distance of the simulated error from a law."""
    return shown([abs(b / a - 1) for a, b in zip(curve["simulated"], curve[law], strict=True)])
