"""The best step size of iterated sign descent, whose loss has many local minima in the step size."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from numerics.backend import Array, array_namespace, device, to_numpy
from numerics.step_search import PrefixSums

__all__ = ["iterated_best_step", "iterated_loss"]

Floats = NDArray[np.float64]

INTERVALS = 128
"""Of step sizes, to begin with."""

PARTS = 8
"""That an interval is cut into, where it may hold the minimum."""

MOST = 1 << 12
"""Intervals that are followed up in one round, at most."""

POLISH = 4
"""Newton steps at the end, each exact on the piece of the minimum."""

SHORTEST = 2.0**-26
"""Length of an interval, relative to η, over T: the loss, flat at its minimum, differs by rounding within it."""


def iterated_loss(sums: PrefixSums, step_sizes: Array, *, steps: int) -> Array:
    """Return Σ w |δ(T)|² of iterated sign descent at step sizes without exact hits.

    Parameters
    ----------
    sums : PrefixSums
        Of n distances p with weights w.
    step_sizes : array, shape (m,)
        Positive.
    steps : int
        T ≥ 0.

    Returns
    -------
    array, shape (m,)
        In O(m min(n, T log n)).

    Notes
    -----
    Prop. A.3: in units of η a coordinate at q = p/η ends at its distance from the nearest
    integer of T's parity, or at q - T if q ≥ T. From one such integer, b + 1, to the next, b - 1, the
    squared distance changes by 4(q - b). So with the hinge sums h(x) = Σ_{p ≥ x} w (p - x), which prefix
    sums give in O(log n),

        T even: Σ w p² - 4η (h(η) + h(3η) + … + h((T-1)η)),
        T odd:  Σ w (p - η)² - 4η (h(2η) + h(4η) + … + h((T-1)η)).

    A coordinate that hits its optimum exactly (q an integer b of the other parity, b < T) would stay there;
    here it counts as its neighbors do, so that the result is continuous in η. Hits are isolated points in
    η. Rounding: at most (n + T/2 + 8)u times the sum of the absolute values of all terms, u = 2^-53.
    """
    xp = array_namespace(sums.distances, step_sizes)
    if steps // 2 > sums.distances.shape[0]:
        quotient = sums.distances[None, :] / step_sizes[:, None]
        folded = xp.remainder(quotient + (1.0 - steps % 2), 2.0) - 1.0
        gap = xp.where(quotient >= float(steps) - 1.0, quotient - float(steps), folded)
        return step_sizes**2 * xp.sum(sums.weights[None, :] * gap**2, axis=1)
    loss = sums.second[-1] + xp.zeros_like(step_sizes)
    if steps % 2:
        loss = loss - 2.0 * step_sizes * sums.first[-1] + step_sizes**2 * sums.weight[-1]
    if steps >= 2:
        corners = xp.asarray(_corners(steps), device=device(step_sizes))
        x = step_sizes[:, None] * corners[None, :]
        count = sums.count(xp.reshape(x, (-1,)))
        first, weight = (xp.reshape(xp.take(s, count), x.shape) for s in (sums.first, sums.weight))
        loss = loss - 4.0 * step_sizes * xp.sum(first - x * weight, axis=1)
    return loss


def iterated_best_step(sums: PrefixSums, *, horizons: tuple[int, ...]) -> float:
    """Return the step size with the least loss of iterated sign descent, summed over `horizons`.

    Parameters
    ----------
    sums : PrefixSums
    horizons : tuple of int
        Numbers of steps T ≥ 1; (T, T + 1) for the parity mean.

    Returns
    -------
    float
        In [p_n/T, p_1], T the largest horizon: below, all coordinates still decrease; above, no first step
        helps (T even: all are back at the start; T odd: η - p grows).

    Notes
    -----
    Step sizes at which coordinates hit their optimum exactly are left out: they are isolated
    points where the loss drops below its neighborhood, which no perturbation of the data or of η survives.
    The best of these may be better: at α = 1, d = 1000, T = 4 it is π₁/T with r = 0.1509, the best other
    step gives 0.1739.

    The loss is continuous and, between the corners c = p/b of `iterated_loss`, a quadratic Σ w p² - 2ηA + η²S. Below
    c a corner adds 4wbη(η - c) to it, that is 2wp to A and 4wb to S. So from a to b the loss is at least the
    quadratic of b less ηD, where D = 2(A(a) - A(b)) - a(S(a) - S(b)) sums 4wb(c - a) over the corners between: it
    falls like the square of the length. Intervals whose bound exceeds the least loss found are left out, the others
    cut into parts, until they hold no corner, where the bound is attained, or are so short that the loss no longer
    differs within them. Thus the result is the global minimum up to the rounding of the loss, unless more than `MOST`
    intervals are left in a round, as with few coordinates and very many steps: then those of the least bounds go on.
    """
    longest, start = max(horizons), len(horizons) * float(sums.second[-1])
    largest = float(sums.distances[0])
    grid = np.geomspace(float(sums.distances[-1]) / longest, largest, INTERVALS + 1)[None, :]
    grid[0, -1] = best = largest
    least, slack = np.inf, 2.0**-50 * start
    while len(grid):
        found = _batched(_coefficients, sums, grid.ravel(), horizons)
        linear, square, corners = (values.reshape(grid.shape) for values in found)
        low, high = grid[:, :-1], grid[:, 1:]
        bend = 2.0 * (linear[:, :-1] - linear[:, 1:]) - low * (square[:, :-1] - square[:, 1:])
        slope = linear[:, 1:] + np.maximum(bend, 0.0) / 2.0
        vertex = np.clip(slope / square[:, 1:], low, high)
        bound = start + vertex * (vertex * square[:, 1:] - 2.0 * slope)
        if (tried := vertex[bound < least]).size:
            (values,) = _batched(_losses, sums, tried, horizons)
            if values.min() < least:
                best, least = float(tried[values.argmin()]), float(values.min())
        open_ = (corners[:, :-1] > corners[:, 1:]) & (high - low > SHORTEST / longest * high)
        kept = np.flatnonzero(open_ & (bound <= least + slack))
        if len(kept) > MOST:
            kept = kept[np.argsort(bound.ravel()[kept])[:MOST]]
        low, high = low.ravel()[kept, None], high.ravel()[kept, None]
        grid = low + (high - low) * np.linspace(0.0, 1.0, PARTS + 1)
    for _ in range(POLISH):
        linear, square, _ = _batched(_coefficients, sums, np.array([best]), horizons)
        vertex = linear / square
        (value,) = _batched(_losses, sums, vertex, horizons)
        if value[0] > least + slack:
            break
        best = float(vertex[0])
    return best


def _losses(sums: PrefixSums, step_sizes: Array, horizons: tuple[int, ...]) -> list[Array]:
    """Return the loss at each step size, summed over `horizons`."""
    return [sum(iterated_loss(sums, step_sizes, steps=steps) for steps in horizons)]


def _coefficients(sums: PrefixSums, step_sizes: Array, horizons: tuple[int, ...]) -> list[Array]:
    """Return A and S of the quadratic at each step size, and how many corners are not below it.

    Parameters
    ----------
    sums : PrefixSums
        Of n distances p with weights w.
    step_sizes : array, shape (m,)
    horizons : tuple of int

    Returns
    -------
    list of three arrays, shape (m,)
        In O(m min(n, T log n)).
    """
    xp = array_namespace(sums.distances)
    linear, square, corners = (xp.zeros_like(step_sizes) for _ in range(3))
    for steps in horizons:
        odd = steps % 2
        linear = linear + odd * sums.first[-1]
        square = square + odd * sums.weight[-1]
        if steps // 2 > sums.distances.shape[0]:
            quotient = sums.distances[None, :] / step_sizes[:, None]
            above = xp.minimum(xp.floor((quotient + (1.0 - odd)) / 2.0), float(steps // 2))
            linear = linear + 2.0 * xp.sum(sums.weights * sums.distances * above, axis=1)
            square = square + 4.0 * xp.sum(sums.weights * above * (above + float(odd)), axis=1)
            corners = corners + xp.sum(above, axis=1)
        elif steps >= 2:
            b = xp.asarray(_corners(steps), device=device(step_sizes))
            count = sums.count(xp.reshape(step_sizes[:, None] * b, (-1,)))
            shape = step_sizes.shape[0], b.shape[0]
            first, weight = (xp.reshape(xp.take(s, count), shape) for s in (sums.first, sums.weight))
            linear = linear + 2.0 * xp.sum(first, axis=1)
            square = square + 4.0 * xp.sum(b * weight, axis=1)
            corners = corners + xp.sum(xp.astype(xp.reshape(count, shape), xp.float64), axis=1)
    return [linear, square, corners]


def _batched(
    evaluate: Callable[[PrefixSums, Array, tuple[int, ...]], list[Array]],
    sums: PrefixSums,
    step_sizes: Floats,
    horizons: tuple[int, ...],
) -> list[Floats]:
    """Evaluate a function at step sizes on the device, as many at a time as fit in little memory."""
    xp = array_namespace(sums.distances)
    width = min(max(horizons) // 2, sums.distances.shape[0])
    rows = max(1, (1 << 20) // max(1, width))
    parts = []
    for start in range(0, len(step_sizes), rows):
        part = xp.asarray(step_sizes[start : start + rows], device=device(sums.distances))
        parts.append([to_numpy(values) for values in evaluate(sums, part, horizons)])
    return [np.concatenate(column) for column in zip(*parts, strict=True)]


def _corners(steps: int) -> NDArray[np.float64]:
    """Return the T//2 integers b < T of the other parity: at η = p/b the nearest of T's parity changes."""
    return np.arange(1 + steps % 2, steps, 2, dtype=np.float64)
