"""Which optimizer to take for a text, by how much it wins, where the answer changes, what doubling costs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from reports.halves import Estimate, Halves, centered
from reports.methods import METHODS, Method

GD, MODEL, EVEN, ODD = METHODS[1:]
DUEL = (GD, MODEL)
"""Both with their best step: what the vocabulary is looked for with at which the answer changes."""

NAMES = {
    GD: "gradient descent",
    MODEL: "sign descent under Assumption 4.1",
    EVEN: "the true sign update at even numbers of steps",
    ODD: "the true sign update at odd numbers of steps",
}

SCOPE = (
    "A step is one full-batch pass over all pairs of the text, of a linear bigram model with the square loss, started "
    "at zero: not a step of a transformer, and not one of stochastic training."
)


@dataclass(frozen=True, slots=True)
class Margin:
    """How many times as many steps gd takes as one kind of sd, both with their best step.

    Attributes
    ----------
    method : Method
        Of sign descent.
    factor : Estimate
        Above 1 where sd wins.
    on_half : float
        The factor on half of the text: the median.
    """

    method: Method
    factor: Estimate
    on_half: float


@dataclass(frozen=True, slots=True)
class Doubling:
    """By what factor the steps of a method grow when the vocabulary doubles."""

    method: Method
    factor: Estimate


@dataclass(frozen=True, slots=True)
class Advice:
    """What follows from the counts of steps, for somebody who has to choose.

    Attributes
    ----------
    epsilon : float
    dims : tuple of int
        The vocabularies compared.
    margins : tuple of Margin
        At the largest.
    turning : Estimate or None
        Size of the vocabulary above which sd, under Assumption 4.1, needs fewer steps than gd at its best step, on a
        log scale between the sizes compared, or beyond them along the growth of both. None if sd wins at all of
        them, or if gd does and does not lose ground.
    doubling : tuple of Doubling
        From the growth over the larger vocabularies; empty for a vocabulary too small to grow.
    lines : tuple of str
        The same in plain words.
    """

    epsilon: float
    dims: tuple[int, ...]
    margins: tuple[Margin, ...]
    turning: Estimate | None
    doubling: tuple[Doubling, ...]
    lines: tuple[str, ...] = ()


def advise(sample: Halves, growing: Sequence[int]) -> Advice:
    """Draw conclusions from the steps on a text and on its halves.

    Parameters
    ----------
    sample
        Has `DUEL` at all sizes, `METHODS` at the largest, and at those of ``growing`` the even sign update as well.
    growing
        Sizes that the growth is taken from.
    """
    dim = sample.dims[-1]
    margins = tuple(_margin(sample, dim, method) for method in (MODEL, EVEN, ODD))
    doubling = tuple(_doubling(sample, growing, method) for method in (GD, MODEL, EVEN) if growing)
    turning = _turning(sample, growing)
    found = Advice(sample.epsilon, sample.dims, margins, turning, doubling)
    lines = (_who_wins(found), _where_it_changes(found), *_what_doubling_costs(found), SCOPE)
    return Advice(sample.epsilon, sample.dims, margins, turning, doubling, lines)


def _logs(sample: Halves, dim: int, method: Method) -> tuple[float, np.ndarray[Any, Any]]:
    """Return the logarithm of the steps on the text, and on its halves."""
    return math.log(sample.crossings[dim, method]), np.log(sample.half_crossings[dim, method])


def _exponential(estimate: Estimate) -> Estimate:
    return Estimate(*(math.exp(value) for value in (estimate.value, estimate.lower, estimate.upper)))


def _margin(sample: Halves, dim: int, method: Method) -> Margin:
    (whole, halves), (gd, gd_halves) = (_logs(sample, dim, some) for some in (method, GD))
    ratios = gd_halves - halves
    return Margin(method, _exponential(centered(gd - whole, ratios.tolist())), math.exp(np.median(ratios)))


def _slopes(sample: Halves, dims: Sequence[int], method: Method) -> tuple[float, np.ndarray[Any, Any]]:
    """Return the exponent of d in the steps, on the text and on its halves."""
    logs = [_logs(sample, dim, method) for dim in dims]
    whole = np.polyfit(np.log(dims), [whole for whole, _ in logs], 1)[0]
    return float(whole), np.polyfit(np.log(dims), np.stack([halves for _, halves in logs]), 1)[0]


def _doubling(sample: Halves, dims: Sequence[int], method: Method) -> Doubling:
    slope, slopes = _slopes(sample, dims, method)
    return Doubling(method, _exponential(centered(slope * math.log(2), (slopes * math.log(2)).tolist())))


def _turning(sample: Halves, growing: Sequence[int]) -> Estimate | None:
    """Return the vocabulary from which on sd wins."""
    logs = {method: [_logs(sample, dim, method) for dim in sample.dims] for method in DUEL}
    leads = [gd[0] - sd[0] for gd, sd in zip(logs[GD], logs[MODEL], strict=True)]
    half_leads = np.stack([gd[1] - sd[1] for gd, sd in zip(logs[GD], logs[MODEL], strict=True)])
    gains, half_gains = 0.0, np.zeros(half_leads.shape[1])
    if growing:
        (gd, gd_halves), (sd, sd_halves) = (_slopes(sample, growing, method) for method in DUEL)
        gains, half_gains = gd - sd, gd_halves - sd_halves
    points = np.log(sample.dims)
    found = _zero(points, leads, gains)
    halves = [_zero(points, lead, gain) for lead, gain in zip(half_leads.T, half_gains, strict=True)]
    if found is None or any(half is None for half in halves):
        return None
    return _exponential(centered(found, [half for half in halves if half is not None]))


def _zero(points: np.ndarray[Any, Any], leads: Sequence[float], gain: float) -> float | None:
    """Return where a lead turns positive for good, beyond the last point along a slope."""
    behind = [i for i, lead in enumerate(leads) if lead <= 0]
    if not behind:
        return None
    last = behind[-1]
    if last == len(points) - 1:
        return float(points[-1] - leads[-1] / gain) if gain > 0 else None
    share = leads[last] / (leads[last] - leads[last + 1])
    return float(points[last] + share * (points[last + 1] - points[last]))


def _who_wins(advice: Advice) -> str:
    model = advice.margins[0]
    parts = [f"{_range(row.factor)} times those of {NAMES[row.method]}" for row in advice.margins]
    beaten = [NAMES[row.method] for row in advice.margins if row.factor.upper < 1]
    beats = [NAMES[row.method] for row in advice.margins if row.factor.lower > 1]
    if len(beats) == len(advice.margins):
        verdict = "sign descent wins in every form"
    elif len(beaten) == len(advice.margins):
        verdict = "gradient descent wins against every form of sign descent"
    else:
        wins = [f"gradient descent wins against {' and '.join(beaten)}"] if beaten else []
        loses = [f"gradient descent loses to {' and '.join(beats)}"] if beats else []
        verdict = ", ".join([*wins, *loses]) or "no winner is certain"
    return (
        f"To relative error {advice.epsilon:g} with a vocabulary of {advice.dims[-1]}, {verdict}. Each with its best "
        f"step size, the steps of gradient descent are {parts[0]}, {parts[1]}, and {parts[2]}. On half of the text "
        f"the first factor is {model.on_half:.2g}."
    )


def _where_it_changes(advice: Advice) -> str:
    turning, dims = advice.turning, advice.dims
    if turning is None:
        if advice.margins[0].factor.value > 1:
            return f"Sign descent under Assumption 4.1 wins at every vocabulary from {dims[0]} to {dims[-1]}."
        return (
            f"Gradient descent wins up to {dims[-1]}, and nothing says that a larger vocabulary changes it."
        )
    size = f"a vocabulary of about {_size(turning.value)} ({_size(turning.lower)} to {_size(turning.upper)})"
    beyond = ", beyond this text, if the steps grow on as they do" if turning.value > dims[-1] else ""
    return (
        f"The answer changes at {size}{beyond}: below, gradient descent needs fewer steps than sign descent under "
        "Assumption 4.1; above, more."
    )


def _what_doubling_costs(advice: Advice) -> tuple[str, ...]:
    if not advice.doubling:
        return ()
    parts = [f"those of {NAMES[row.method]} by {_range(row.factor)}" for row in advice.doubling]
    gd, model, even = parts
    return (
        f"Doubling the vocabulary multiplies {gd.replace('those', 'the steps', 1)}, {model}, and {even}.",
    )


def _range(estimate: Estimate) -> str:
    value, lower, upper = (f"{x:.3g}" for x in (estimate.value, estimate.lower, estimate.upper))
    return f"{value} ({lower} to {upper})"


def _size(value: float) -> str:
    """Return a size to two digits."""
    return f"{float(f'{value:.2g}'):.0f}"
