"""Sign descent with another start, another step schedule or another sign(0): what becomes of its √d steps.

The update moves every coordinate alone, by η_t towards its optimum: |δ_t| = ||δ_{t-1}| - η_t|. That is a fold,
continuous and never expanding, if sign(0) = ±1. With sign(0) = 0 a coordinate that hits its optimum stays; step
sizes where some do are isolated, and are left out here.

Schedules are measured in *quanta*, units of their last step. If every step is a whole number of quanta and
exceeds all later ones together by at most one, then its T steps end where as many constant steps end as they have
quanta [this project's]: so steps that fall linearly to 0, or that are halved each time, need no simulation.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, NamedTuple, SupportsIndex

import numpy as np
from numpy.typing import NDArray

from numerics.backend import to_numpy
from numerics.closed_form import Distances
from numerics.iterated_step import iterated_loss
from numerics.step_search import PrefixSums, prefix_sums
from numerics.validation import Number, choice, integer, real, target

__all__ = [
    "SCHEDULES",
    "Crossing",
    "crossing",
    "fold",
    "gaussian_start",
    "harmonic_errors",
    "merged",
    "quanta_to",
    "schedule",
    "steps_of_quanta",
]

Floats = NDArray[np.float64]

SCHEDULES = ("constant", "linear", "halved")

DRAWS = 256
"""Random starts of each target."""

RATIOS = np.geomspace(2.0**-10, 1.25, 96)
"""Step sizes tried first, in units of the one that carries the largest distance just to 0."""


class Crossing(NamedTuple):
    """Where the error comes down to a target.

    Attributes
    ----------
    first : int
        The first horizon, of the parity asked for, with an error of at most the target.
    between : float
        Interpolated between it and the one before, log T in log error: what a fit needs, because it has no steps.
    """

    first: int
    between: float


def schedule(name: str, steps: SupportsIndex) -> list[int]:
    """Return the sizes of `steps` ≥ 1 steps, in quanta.

    Examples
    --------
    >>> [schedule(name, 4) for name in SCHEDULES]
    [[1, 1, 1, 1], [4, 3, 2, 1], [8, 4, 2, 1]]
    """
    choice("name", name, SCHEDULES)
    later = range(integer("steps", steps, minimum=1) - 1, -1, -1)
    if name == "halved":
        return [2**left for left in later]
    return [left + 1 if name == "linear" else 1 for left in later]


def steps_of_quanta(name: str, quanta: float) -> float:
    """Return after how many steps of a schedule so many quanta have passed, not rounded.

    Examples
    --------
    >>> [steps_of_quanta(name, sum(schedule(name, 9))) for name in SCHEDULES]
    [9.0, 9.0, 9.0]
    """
    choice("name", name, SCHEDULES)
    if name == "linear":
        return (math.sqrt(1 + 8 * quanta) - 1) / 2
    return math.log2(quanta + 1) if name == "halved" else float(quanta)


def fold(distance: Any, step_sizes: Iterable[Any]) -> Any:
    """Return |…||δ_0| - η_1| - …| - η_T|, where sign descent with sign(0) = ±1 ends.

    Parameters
    ----------
    distance : array or number
        |δ_0|; an int or a Fraction stays exact.
    step_sizes : iterable of numbers
        η_1, …, η_T.

    Examples
    --------
    >>> from fractions import Fraction
    >>> fold(Fraction(7, 3), schedule("linear", 5)), fold(Fraction(7, 3), [1] * 15)
    (Fraction(2, 3), Fraction(2, 3))
    """
    for step_size in step_sizes:
        distance = abs(distance - step_size)
    return distance


def gaussian_start(problem: Distances, *, scale: Number, seed: SupportsIndex = 0) -> Distances:
    """Return the distances |π_{j|i} - w_0| of a problem that starts at independent normal w_0 with mean 0.

    Parameters
    ----------
    problem : Distances
        Seen from W = 0.
    scale : float
        Standard deviation of w_0 in units of the root mean square of the targets, positive: the loss at the
        start is on average 1 + scale² times that at W = 0.
    seed : int
        Of ``numpy.random.default_rng``.

    Returns
    -------
    Distances
        Of 256 draws for each target, which share its weight; `merged`.
    """
    problem = _on_host(problem)
    targets = np.append(problem.distances, 0.0)
    weights = np.append(problem.weights, problem.weight_of_zeros)
    sigma = real("scale", scale) * math.sqrt(float(np.average(targets**2, weights=weights)))
    rng = np.random.default_rng(integer("seed", seed, minimum=0))
    distances = np.abs(targets - sigma * rng.standard_normal((DRAWS, len(targets))))
    return merged(Distances(distances.ravel(), np.tile(weights / DRAWS, DRAWS), 0.0))


def merged(problem: Distances, *, width: float = 1 / 128) -> Distances:
    """Return a problem with fewer distances: those within a factor e^`width` are replaced by their mean.

    The distances of `problem` need not be ordered.

    Notes
    -----
    Folds never expand. So with p replaced by p + e the root of a loss Σ w |δ_T|² changes by at most that of
    Σ w e², with any step sizes and any T: here, relative to Σ w p², at most ((e^`width` - 1)/2)² times the share
    of what was replaced, plus 2^-28 e^(2 `width`) for distances below 2^-13 of the root mean square, which all go into
    one.

    Examples
    --------
    >>> ones = np.ones(100_000)
    >>> problem = Distances(1 / np.arange(1.0, 100_001.0), ones, 0.0)
    >>> len(merged(problem).distances), float(merged(problem).weights.sum())
    (980, 100000.0)
    """
    distances, weights, weight_of_zeros = _on_host(problem)
    smallest = 2.0**-13 * math.sqrt(float(np.average(distances**2, weights=weights)))
    index = np.floor(np.log(np.maximum(distances, smallest)) / width).astype(np.int64)
    index = int(index.max()) - index
    weight = np.bincount(index, weights)
    kept = weight > 0.0
    mean = np.bincount(index, weights * distances)[kept] / weight[kept]
    return Distances(mean, weight[kept], weight_of_zeros)


def quanta_to(problem: Distances, *, epsilon: Number, parity: str, moving_zeros: bool = False) -> Crossing:
    """Count the constant steps until the relative error is ε with the best step size.

    Parameters
    ----------
    problem : Distances
    epsilon : float
        ε in (0, 1).
    parity : {"even", "odd"}
        Of the horizons considered; for a schedule, of its quanta.
    moving_zeros : bool
        Whether coordinates that start at their optimum move, as they do if sign(0) = ±1.

    Returns
    -------
    Crossing
        In quanta; `steps_of_quanta` gives the steps of a schedule.

    Notes
    -----
    At a fixed step size two more steps bring no coordinate farther from its optimum, so the best error never
    rises with T → T + 2, and bisection is safe. The best step size is that of a grid, refined around its lowest
    point.
    """
    limit = target(epsilon)
    first = {"even": 2, "odd": 1}[choice("parity", parity, ("even", "odd"))]
    sums = prefix_sums(_on_host(problem))
    zeros = problem.weight_of_zeros if moving_zeros and parity == "odd" else 0.0
    error: dict[int, float] = {}

    def reaches(count: int) -> bool:
        error[count] = _best_error(sums, count, zeros)
        return error[count] <= limit

    low, high = first - 2, first
    while not reaches(high):
        low, high = high, 2 * high + first % 2
    while high - low > 2:
        middle = low + (high - low) // 4 * 2
        low, high = (low, middle) if reaches(middle) else (middle, high)
    return Crossing(high, _between(low, high, error.get(low, 1.0), error[high], limit))


def harmonic_errors(problem: Distances, *, steps: SupportsIndex) -> Floats:
    """Return the relative errors after 0, 1, …, `steps` steps of η_t = η_0/t, each with its best η_0.

    Notes
    -----
    By iteration of all coordinates: 1/t is no whole number of quanta. η_0 is the best of 32 for each factor e,
    among those that carry the largest distance p from p/8 to 3p/2 far; on power laws a grid ten times as fine
    gains less than 2e-4.
    """
    last = integer("steps", steps, minimum=1)
    distances, weights, _ = _on_host(problem)
    travel = np.cumsum(1.0 / np.arange(1, last + 1))
    lowest, highest = distances[0] / (8 * travel[-1]), 1.5 * distances[0]
    eta = np.geomspace(lowest, highest, 1 + math.ceil(32 * math.log(highest / lowest)))
    gap = distances / eta[:, None]
    errors = np.ones(last + 1)
    for count in range(1, last + 1):
        np.abs(np.subtract(gap, 1.0 / count, out=gap), out=gap)
        errors[count] = float(np.min(eta**2 * (gap**2 @ weights)))
    errors[1:] /= float(weights @ distances**2)
    return errors


def crossing(errors: Floats, *, epsilon: Number, parity: str) -> Crossing:
    """Return where errors after 0, 1, … steps, at those of one parity, first come down to `epsilon`.

    Examples
    --------
    >>> crossing(np.asarray([1.0, 0.9, 0.5, 0.3, 0.25]), epsilon="1/4", parity="even")
    Crossing(first=4, between=4.0)
    """
    limit = target(epsilon)
    first = {"even": 2, "odd": 1}[choice("parity", parity, ("even", "odd"))]
    counts = range(first, len(errors), 2)
    high = next((count for count in counts if errors[count] <= limit), None)
    if high is None:
        raise ValueError(f"epsilon={limit} is not reached in {len(errors) - 1} steps; allow more")
    low = max(high - 2, 0)
    return Crossing(high, _between(low, high, float(errors[low]), float(errors[high]), limit))


def _on_host(problem: Distances) -> Distances:
    """Return `problem` on NumPy in float64: what is studied here is small, or is `merged` first."""
    distances, weights = (to_numpy(array).astype(np.float64, copy=False) for array in problem[:2])
    return Distances(distances, weights, problem.weight_of_zeros)


def _between(low: int, high: int, above: float, below: float, limit: float) -> float:
    """Interpolate log T in log error; before the first horizon there is nothing to interpolate from."""
    if low < 1 or above <= limit:
        return float(high)
    share = math.log(above / limit) / math.log(above / below)
    return float(low * (high / low) ** share)


def _best_error(sums: PrefixSums, steps: int, weight_of_zeros: float) -> float:
    """Return the least relative error after `steps` constant steps; zeros, if they move, end at η."""
    ratios = RATIOS
    for _ in range(3):
        eta = ratios * (float(sums.distances[0]) / steps)
        losses = iterated_loss(sums, eta, steps=steps) + weight_of_zeros * eta**2
        best = int(np.argmin(losses))
        ratios = np.linspace(ratios[max(best - 1, 0)], ratios[min(best + 1, len(ratios) - 1)], 17)
    return float(losses[best] / sums.second[-1])
