"""Best step sizes that are certain: gradient descent (convex) and simplified sign descent (all pieces)."""

from __future__ import annotations

import math
import sys
from typing import NamedTuple

from scipy.optimize import brentq

from numerics.backend import Array, array_namespace, device
from numerics.closed_form import HIT, Distances, Spectrum, count_at_least

__all__ = [
    "PrefixSums",
    "gd_best_step",
    "prefix_sums",
    "simplified_best_step",
]


def gd_best_step(spectrum: Spectrum, *, steps: int) -> float:
    """Return the step size in (0, 2/λ_max) with the least loss after `steps` ≥ 1 steps of gradient descent.

    Notes
    -----
    The loss is a sum of even powers of 1 - ηλ, convex in η, and falls up to 1/λ_max. With ρ =
    λ/λ_max and c = ηλ_max its slope has the sign of N - P, where P and N sum wρ|1 - cρ|^(2t-1) over cρ < 1
    and over cρ > 1. Terms are scaled by the largest one, so (P - N)/(P + N) is continuous and in [-1, 1] at
    any t, and Brent's method, which bisects when it must, cannot fail. At small t the loss may still fall
    at 2/λ_max, from where on gradient descent diverges; then the largest stable float is returned.
    """
    eigenvalues, weights = spectrum
    xp = array_namespace(eigenvalues, weights)
    largest = float(xp.max(eigenvalues))
    ratio = eigenvalues / largest
    log_weight = xp.log(weights) + xp.log(ratio)

    def balance(c: float) -> float:
        x = c * ratio
        gap = xp.abs(1.0 - x)
        positive = gap > 0.0
        log_term = xp.where(
            positive, log_weight + (2.0 * steps - 1.0) * xp.log(xp.where(positive, gap, 1.0)), -xp.inf
        )
        peak = max(float(xp.max(log_term)), -sys.float_info.max)  # finite also if all terms are zero
        term = xp.exp(log_term - peak)
        total = float(xp.sum(term))
        return float(xp.sum(xp.where(x < 1.0, term, -term))) / total if total else 0.0

    edge = math.nextafter(2.0, 0.0)
    if balance(1.0) == 0.0:  # a single eigenvalue: one step solves the problem
        c = 1.0
    elif balance(edge) >= 0.0:
        c = edge
    else:
        c = brentq(balance, 1.0, edge, xtol=4 * 2.0**-52, rtol=4 * 2.0**-52, maxiter=500)
    return min(c / largest, math.nextafter(2.0 / largest, 0.0))


class PrefixSums(NamedTuple):
    """Sums over the k largest distances, k = 0..n: `weight` of w, `first` of w·p, `second` of w·p²."""

    distances: Array
    weight: Array
    first: Array
    second: Array
    weight_of_zeros: float


def prefix_sums(problem: Distances, *, floor: str = "moving") -> PrefixSums:
    """Return the prefix sums of `problem`; exact zeros count where `floor` charges them."""
    distances, weights, weight_of_zeros = problem
    xp = array_namespace(distances, weights)

    def cumulative(values: Array) -> Array:
        return xp.cumulative_sum(values, include_initial=True)

    return PrefixSums(
        distances,
        cumulative(weights),
        cumulative(weights * distances),
        cumulative(weights * distances**2),
        weight_of_zeros if floor == "all" else 0.0,
    )


def simplified_best_step(sums: PrefixSums, *, steps: int) -> float:
    """Return the step size with the least loss after `steps` ≥ 1 steps of Assumption 4.1: the global minimum.

    Notes
    -----
    Written in u = Tη the loss is a quadratic as long as the k distances with p ≥ u stay the
    same, Σ_{i≤k} w_i (p_i - u)² + (u/2T)² Σ_{i>k} w_i, on p_{k+1} < u ≤ p_k. All n pieces are minimized at
    once, each clipped to its interval: O(n). At u = p_k the tie ends at 0, so that end belongs to its piece
    and the minimum is attained; the open end is dominated by the next piece. Above p_1 the loss grows, so u
    ≤ p_1, and the last piece has no lower end.
    """
    distances = sums.distances
    xp = array_namespace(distances)
    zero = xp.zeros(1, dtype=xp.float64, device=device(distances))
    # Ties within rounding belong to the head, as in closed_form.quotients.
    count = count_at_least(distances, distances * (1.0 - HIT))
    weight, first, second = (xp.take(s, count) for s in (sums.weight, sums.first, sums.second))
    tail = (sums.weight[-1] - weight + sums.weight_of_zeros) / (4.0 * float(steps) ** 2)
    upper, lower = distances, xp.concat([distances[1:], zero])
    u = xp.minimum(xp.maximum(first / (weight + tail), lower), upper)
    loss = second - 2.0 * u * first + u**2 * (weight + tail)
    return float(u[int(xp.argmin(loss))]) / steps
