"""Best step sizes that are certain: gradient descent (convex) and simplified sign descent (all pieces)."""

from __future__ import annotations

import math
import sys
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from numerics.backend import Array, array_namespace, chunk_length, device, to_numpy
from numerics.closed_form import HIT, Distances
from numerics.hot_sum import Words, in_order, log_distance_to_one, workers_for

__all__ = [
    "PrefixSums",
    "gd_best_step",
    "prefix_sums",
    "simplified_best_step",
    "simplified_relative_error",
]


TIE = HIT * 2.0**-52
"""The relative distance up to which distances are taken as equal."""


def gd_best_step(words: Words, *, steps: int) -> float:
    """Return the step size in (0, 2/λ_max) with the least loss after `steps` ≥ 1 steps of gradient descent.

    Notes
    -----
    The loss is a sum of even powers of 1 - ηλ, convex in η, and falls up to 1/λ_max. With ρ =
    λ/λ_max and c = ηλ_max its slope has the sign of N - P, where P and N sum wρ|1 - cρ|^(2t-1) over cρ < 1
    and over cρ > 1. Terms are scaled by the largest one, first of a chunk of words and then of all, so (P - N)/(P + N)
    is continuous and in [-1, 1] at any t, and Brent's method, which bisects when it must, cannot fail. At small t the
    loss may still fall at 2/λ_max, from where on gradient descent diverges; then the largest stable float is returned.
    """
    from scipy.optimize import brentq  # takes long to load

    xp, size, largest = words.namespace, words.size, words.largest
    chunk, power = chunk_length(xp), 2.0 * steps - 1.0

    def balance(c: float) -> float:
        def sums(start: int) -> tuple[float, float, float]:
            eigenvalues, weights = words.part(start, min(start + chunk, size))
            ratio = eigenvalues / largest
            x = c * ratio
            log_term = xp.log(weights) + xp.log(ratio) + power * log_distance_to_one(x)
            peak = max(float(xp.max(log_term)), -sys.float_info.max)  # finite also if all terms are zero
            term = xp.exp(log_term - peak)
            return peak, float(xp.sum(xp.where(x < 1.0, term, -term))), float(xp.sum(term))

        peaks, differences, totals = np.asarray(list(in_order(sums, range(0, size, chunk), workers))).T
        scale = np.exp(peaks - np.max(peaks))
        total = float(scale @ totals)
        return float(scale @ differences) / total if total else 0.0

    workers = workers_for(xp, size)
    edge = math.nextafter(2.0, 0.0)
    if balance(1.0) == 0.0:  # a single eigenvalue: one step solves the problem
        c = 1.0
    elif balance(edge) >= 0.0:
        c = edge
    else:
        c = brentq(balance, 1.0, edge, xtol=4 * 2.0**-52, rtol=4 * 2.0**-52, maxiter=500)
    return min(c / largest, math.nextafter(2.0 / largest, 0.0))


class PrefixSums(NamedTuple):
    """Sums over the k largest distances, k = 0..n: `weight` of w, `first` of w·p, `second` of w·p².

    `rest` has the weights beyond the k largest, with those of the exact zeros where they are charged; `negated` the
    distances with their sign changed, as a search wants them; `total` the last of `second`, but not as a running sum,
    which loses digits.
    """

    distances: Array
    negated: Array
    weights: Array
    weight: Array
    first: Array
    second: Array
    rest: Array
    total: float

    def count(self, thresholds: Array) -> Array:
        """Return for each threshold how many distances are at least as large."""
        xp = array_namespace(self.distances)
        return xp.searchsorted(self.negated, -thresholds, side="right")


def prefix_sums(problem: Distances, *, floor: str = "moving") -> PrefixSums:
    """Return the prefix sums of `problem`, in float64; exact zeros count where `floor` charges them."""
    xp = array_namespace(problem.distances, problem.weights)
    # In float32 a running sum would lose all digits.
    distances, weights = (xp.astype(array, xp.float64, copy=False) for array in problem[:2])

    def cumulative(values: Array) -> Array:
        return xp.cumulative_sum(values, include_initial=True)

    zeros = problem.weight_of_zeros if floor == "all" else 0.0
    return PrefixSums(
        distances,
        -distances,
        weights,
        cumulative(weights),
        cumulative(weights * distances),
        cumulative(weights * distances**2),
        xp.flip(cumulative(xp.flip(weights))) + zeros,  # not a difference, which would cancel
        float(xp.sum(weights * distances**2)),
    )


def simplified_relative_error(
    sums: PrefixSums, *, steps: NDArray[np.int64], step_size: float
) -> NDArray[np.float64]:
    """Return r(T) of Assumption 4.1, as `numerics.closed_form.sd_relative_error` does, for one horizon at a time.

    Parameters
    ----------
    sums : PrefixSums
        Of n distances.
    steps : int array
        Numbers of steps T ≥ 0.
    step_size : float
        η, absolute, positive.

    Returns
    -------
    float64 array
        Like `steps`. The distances at or above Tη are added one by one, the others are all at η/2.
    """
    xp = array_namespace(sums.distances)
    travelled = step_size * steps
    thresholds = xp.asarray(travelled * (1.0 - TIE), dtype=xp.float64, device=device(sums.distances))
    heads = to_numpy(sums.count(thresholds)).tolist()
    errors = np.ones(len(steps))
    for index, (u, head) in enumerate(zip(travelled.tolist(), heads, strict=True)):
        if steps[index]:
            ahead = float(xp.sum(sums.weights[:head] * (sums.distances[:head] - u) ** 2))
            settled = float(xp.sum(sums.weights[head:])) + float(sums.rest[-1])
            errors[index] = (ahead + settled * (step_size / 2) ** 2) / sums.total
    return errors


def simplified_best_step(sums: PrefixSums, *, steps: int) -> float:
    """Return the step size with the least loss after `steps` ≥ 1 steps of Assumption 4.1: the global minimum.

    Notes
    -----
    Written in u = Tη the loss is a quadratic as long as the k distances with p ≥ u stay the
    same, Σ_{i≤k} w_i (p_i - u)² + (u/2T)² Σ_{i>k} w_i, on p_{k+1} < u ≤ p_k. Each of the n pieces is minimized
    on its interval. At u = p_k the tie ends at 0, so that end belongs to its piece
    and the minimum is attained; the open end is dominated by the next piece. Above p_1 the loss grows, so u
    ≤ p_1, and the last piece has no lower end.

    Not all pieces are looked at. On √n neighbors at a time the loss is at least what the distances ahead of all of
    them and those behind all of them cost, again a quadratic. A group is left out if its least value exceeds that
    of some piece by more than rounding: from a sum to one L terms on, L + 8 units in the last place of the largest.
    """
    distances = sums.distances
    xp = array_namespace(distances)
    n = distances.shape[0]
    length = max(1, math.isqrt(n))
    firsts = xp.arange(0, n, length, device=device(distances))
    lasts = xp.concat([firsts[1:] - 1, xp.asarray([n - 1], dtype=firsts.dtype, device=device(distances))])
    settled = _ties(sums, firsts)
    _, tried = _least(sums, settled, settled, firsts, firsts, steps)
    _, bounds = _least(sums, firsts, _ties(sums, lasts), firsts, lasts, steps)
    rounding = 2.0**-50 * (length + 8) * float(sums.second[-1])
    kept = firsts[bounds <= float(xp.min(tried)) * (1.0 + 2.0**-48) + rounding]
    pieces = xp.reshape(kept[:, None] + xp.arange(length, device=device(distances))[None, :], (-1,))
    pieces = pieces[pieces < n]
    behind = _ties(sums, pieces)
    u, loss = _least(sums, behind, behind, pieces, pieces, steps)
    return float(u[int(xp.argmin(loss))]) / steps


def _ties(sums: PrefixSums, pieces: Array) -> Array:
    """Return how many distances are at least those of some pieces; ties within rounding are, as in `quotients`."""
    xp = array_namespace(sums.distances)
    return sums.count(xp.take(sums.distances, pieces) * (1.0 - TIE))


def _least(
    sums: PrefixSums, ahead: Array, behind: Array, first: Array, last: Array, steps: int
) -> tuple[Array, Array]:
    """Minimize what the distances before `ahead` and from `behind` on cost, on the pieces `first` to `last`."""
    xp = array_namespace(sums.distances)
    n = sums.distances.shape[0]
    upper = xp.take(sums.distances, first)
    following = xp.take(sums.distances, xp.where(last + 1 < n, last + 1, last))
    lower = xp.where(last + 1 < n, following, 0.0)
    weight, linear, constant = (xp.take(s, ahead) for s in (sums.weight, sums.first, sums.second))
    weight = weight + xp.take(sums.rest, behind) / (4.0 * float(steps) ** 2)
    u = xp.minimum(xp.maximum(linear / xp.where(weight > 0.0, weight, 1.0), lower), upper)
    return u, constant - 2.0 * u * linear + u**2 * weight
