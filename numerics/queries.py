"""Questions that the power law and the bigram problem answer alike, asked of `Words` or of `Distances`."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import SupportsIndex, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.backend import eps_of, to_numpy
from numerics.closed_form import (
    Distances,
    count_at_least,
    gd_relative_error,
    quotients,
    sd_relative_error,
)
from numerics.hot_sum import Words
from numerics.iterated_step import iterated_best_step
from numerics.step_search import (
    gd_best_step,
    prefix_sums,
    simplified_best_step,
    simplified_relative_error,
)
from numerics.validation import (
    DYNAMICS,
    MAX_STEPS,
    Number,
    absolute_step,
    choice,
    integer,
    real,
    shown,
    step_counts,
    target,
)

__all__ = ["Reduced", "best_step_size", "iterations", "relative_error", "stable_step"]

Reduced: TypeAlias = Words | Distances
StepAt: TypeAlias = Callable[[int], float]
"""The step size of a horizon."""
ErrorAt: TypeAlias = Callable[[NDArray[np.int64], float], NDArray[np.float64]]
"""The relative errors after numbers of steps at one step size."""


def relative_error(
    problem: Reduced,
    *,
    steps: SupportsIndex | ArrayLike,
    step_size: Number | None = None,
    step_ratio: Number | None = None,
    dynamics: str = "simplified",
    parity: str | None = None,
    floor: str = "moving",
) -> float | NDArray[np.float64]:
    """Return the relative error after `steps` steps; an array of steps gives an array."""
    _check_dynamics(problem, dynamics, parity, floor)
    counts, scalar = step_counts(steps)
    step_at, error = _rules(problem, step_size, step_ratio, dynamics, parity, floor)
    later = (0, 1) if parity == "mean" else (0,)

    def value(counts: NDArray[np.int64], eta: float) -> NDArray[np.float64]:
        return np.asarray(np.mean([error(counts + k, eta) for k in later], axis=0))

    if isinstance(step_at, float):
        errors = value(counts, step_at)
    else:
        errors = np.empty(len(counts))
        for index, count in enumerate(counts.tolist()):
            errors[index : index + 1] = value(counts[index : index + 1], step_at(count))
    return float(errors[0]) if scalar else errors


def best_step_size(
    problem: Reduced,
    *,
    steps: SupportsIndex,
    dynamics: str = "simplified",
    parity: str | None = None,
    floor: str = "moving",
) -> float:
    """Return the step size with the least loss after `steps` steps (for 0, where all are alike, after 1)."""
    _check_dynamics(problem, dynamics, parity, floor)
    count = integer("steps", steps, minimum=0, maximum=MAX_STEPS)
    return _best_rules(problem, dynamics, parity, floor)[0](count)


def iterations(
    problem: Reduced,
    *,
    epsilon: Number,
    step_size: Number | None = None,
    step_ratio: Number | None = None,
    dynamics: str = "simplified",
    parity: str | None = None,
) -> int:
    """Return the smallest number of steps with relative error at most `epsilon`."""
    limit = target(epsilon)
    _check_dynamics(problem, dynamics, parity, counting=True)
    iterated = dynamics == "iterated"
    if iterated and parity is None:
        raise ValueError(
            "parity=None leaves open which steps count, as the error of iterated sd jumps from even to odd; "
            "pass parity='even', 'odd' or 'mean'"
        )
    if iterated and step_ratio is not None:
        raise ValueError(
            f"step_ratio={shown(step_ratio)} does not order iterated sd by steps; pass step_size, or neither"
        )
    step_at, error = _rules(problem, step_size, step_ratio, dynamics, parity, "moving")
    later = (0, 1) if parity == "mean" else (0,)

    def value(count: int) -> float:
        eta = step_at if isinstance(step_at, float) else step_at(count)
        return float(np.mean([error(np.asarray([count + k]), eta)[0] for k in later]))

    last = MAX_STEPS - 2
    if isinstance(problem, Distances) and isinstance(step_at, float):
        settled = math.floor(float(quotients(problem.distances[:1], step_at)[0])) + 2
        last = min(settled, last)
        if not iterated:
            return _first_fixed_simplified(problem, step_at, limit, last, value)
    stride = 2 if parity in ("even", "odd") else 1
    start = 2 if parity == "even" else 1
    free = step_ratio is None and step_size in (None, "best")
    return _first_at_most(value, limit, start, stride, last, free)


def _first_at_most(
    value: Callable[[int], float], limit: float, start: int, stride: int, last: int, free: bool
) -> int:
    """Gallop and bisect for the first of start, start + stride, … with value ≤ limit.

    The values never rise along these counts. Gradient descent: every factor |1 - ηλ| < 1. Simplified with a
    step ratio: at fixed Tη only the floor (Tη)²/4T² changes; the minimum over Tη inherits it. Iterated at a
    fixed step: from T to T + 2 a coordinate at q ≥ T + 2 comes two units closer, one at T < q < T + 2 ends
    at the nearest integer of T's parity, which T + 2 can only improve on T, others stay. So r(T + 2) ≤
    r(T), the mean over T and T + 1 does not rise with T, and minima over η inherit both. `free`: the step size
    is not the caller's, who then has no better one to choose.
    """
    low, high = start - stride, start  # value(low) > limit
    while (reached := value(high)) > limit:
        if high >= last:
            raise _unreached(limit, reached, high, free)
        low, high = high, min(start + 2 * (high - start) + stride, last + (start - last) % stride)
    while high - low > stride:
        middle = low + (high - low) // (2 * stride) * stride
        if value(middle) <= limit:
            high = middle
        else:
            low = middle
    # The iterated best step is a search: should it miss by a little somewhere, walk back over the miss.
    while high - stride >= start and value(high - stride) <= limit:
        high -= stride
    return high


def _first_fixed_simplified(
    problem: Distances, eta: float, limit: float, last: int, value: Callable[[int], float]
) -> int:
    """Return the smallest T for simplified dynamics at one step size.

    The error may rise when a coordinate settles and falls while none does, so it first meets the limit in the
    first stretch between two such times whose end meets it: prefix sums find the stretch, bisection the step.
    """
    quotient = to_numpy(quotients(problem.distances, eta)).astype(np.float64)
    sums = prefix_sums(Distances(to_numpy(problem.distances), to_numpy(problem.weights), 0.0))
    ends = np.unique(np.minimum(np.floor(quotient), float(last)))
    ends = np.append(ends[ends >= 1], float(last))
    head = count_at_least(quotient, ends)
    u = eta * ends
    errors = sums.second[head] - 2 * u * sums.first[head] + u**2 * sums.weight[head]
    errors = (errors + (eta / 2) ** 2 * sums.rest[head]) / sums.second[-1]
    # Of three prefix sums, each relative to second[-1], and of `value`.
    rounding = 4 * len(quotient) * 2.0**-52 + 64 * eps_of(problem.distances)
    for index in np.flatnonzero(errors <= limit + rounding).tolist():
        low, high = int(ends[index - 1]) if index else 0, int(ends[index])
        if value(high) <= limit:
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (low, middle) if value(middle) <= limit else (middle, high)
            return high
    raise _unreached(limit, value(last), last, free=False)


def _unreached(limit: float, reached: float, steps: int, free: bool) -> ValueError:
    other = "" if free else ", another step size, or step_size='best'"
    return ValueError(
        f"epsilon={limit} is not reached: the relative error stays at {reached:.6g} after {steps} steps; "
        f"pass a larger epsilon{other}"
    )


def _check_dynamics(
    problem: Reduced, dynamics: str, parity: str | None, floor: str = "moving", *, counting: bool = False
) -> None:
    """Refuse unknown names, and options that would be ignored; only `iterations` is `counting` steps."""
    choice("dynamics", dynamics, DYNAMICS)
    choice("floor", floor, ("moving", "all"))
    sign_descent = isinstance(problem, Distances)
    if dynamics == "iterated" and not sign_descent:
        raise ValueError("dynamics='iterated' applies to optimizer='sd' only; leave it out")
    if parity is not None:
        choice("parity", parity, ("even", "odd", "mean"))
        if dynamics != "iterated":
            raise ValueError(
                f"parity={parity!r} applies to optimizer='sd' with dynamics='iterated' only; leave it out"
            )
        if parity != "mean" and not counting:
            raise ValueError(
                f"parity={parity!r} is that of the steps given; leave it out, or pass parity='mean'"
            )
    if floor == "all" and not (sign_descent and dynamics == "simplified"):
        raise ValueError(
            "floor='all' applies to optimizer='sd' with dynamics='simplified' only; leave it out"
        )


def _rules(
    problem: Reduced,
    step_size: Number | None,
    step_ratio: Number | None,
    dynamics: str,
    parity: str | None,
    floor: str,
) -> tuple[float | StepAt, ErrorAt]:
    """Return how step sizes are chosen, one for all horizons or one for each, and how errors are evaluated."""
    if step_ratio is None and step_size in ((None, "best") if isinstance(problem, Distances) else ("best",)):
        return _best_rules(problem, dynamics, parity, floor)
    return _given_step(problem, step_size, step_ratio), _direct(problem, dynamics, floor)


def _direct(problem: Reduced, dynamics: str, floor: str) -> ErrorAt:
    """Return the evaluation that adds up all coordinates."""
    if not isinstance(problem, Distances):
        return lambda steps, eta: gd_relative_error(problem, steps=steps, step_size=eta)
    return lambda steps, eta: sd_relative_error(
        problem, steps=steps, step_size=eta, dynamics=dynamics, floor=floor
    )


def _given_step(problem: Reduced, step_size: Number | None, step_ratio: Number | None) -> float | StepAt:
    """Return the step size asked for, which for gd is 1/π₁ where nothing is."""
    if step_size is not None and step_ratio is not None:
        raise ValueError(
            f"step_size={shown(step_size)} and step_ratio={shown(step_ratio)} are both given; pass one of them"
        )
    largest = problem.largest
    if not isinstance(problem, Distances):
        if step_ratio is not None:
            return real("step_ratio", step_ratio, below=2) / largest
        if step_size is None:
            return 1.0 / largest
    elif step_ratio is not None:
        u = real("step_ratio", step_ratio)
        if u > 1:
            raise ValueError(
                f"step_ratio={shown(step_ratio)} is out of range; for sd pass Tη/π₁ above 0 and at most 1"
            )
        return lambda steps: u * largest / max(steps, 1)
    assert step_size is not None, "sd without a step has the best one"
    return absolute_step(step_size) if isinstance(problem, Distances) else stable_step(step_size, largest)


def stable_step(step_size: Number, largest_eigenvalue: float) -> float:
    """Return `step_size` as a float below 2/λ_max, for gradient descent."""
    eta = absolute_step(step_size)
    if not eta < 2.0 / largest_eigenvalue:
        raise ValueError(
            f"step_size={shown(step_size)} is out of range; gd diverges from 2/π₁ = "
            f"{2.0 / largest_eigenvalue:.6g} on"
        )
    return eta


def _best_rules(problem: Reduced, dynamics: str, parity: str | None, floor: str) -> tuple[StepAt, ErrorAt]:
    """Return the best step size of a horizon, and how errors are evaluated."""
    if not isinstance(problem, Distances):
        return lambda steps: gd_best_step(problem, steps=max(steps, 1)), _direct(problem, dynamics, floor)
    sums = prefix_sums(problem, floor=floor)
    if dynamics == "simplified":
        return (
            lambda steps: simplified_best_step(sums, steps=max(steps, 1)),
            lambda steps, eta: simplified_relative_error(sums, steps=steps, step_size=eta),
        )

    def horizons(steps: int) -> tuple[int, ...]:
        return (steps, steps + 1) if parity == "mean" and steps else (max(steps, 1),)

    return (
        lambda steps: iterated_best_step(sums, horizons=horizons(steps)),
        _direct(problem, dynamics, floor),
    )
