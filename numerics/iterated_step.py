"""The best step size of iterated sign descent, whose loss has many local minima in the step size."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from numerics.backend import Array, array_namespace, device, to_numpy
from numerics.step_search import PrefixSums

__all__ = ["iterated_best_step", "iterated_loss"]

SWEEP_LIMIT = 1 << 20
"""Up to this many pieces the minimum is taken over all of them, which then costs about 0.2 s."""


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

    The loss is continuous and, between the corners η = p/b of `iterated_loss`, quadratic. If there are at
    most `SWEEP_LIMIT` corners all pieces are minimized, and the result is the global minimum. Otherwise it
    is a *search*, a logarithmic grid that is denser around η = p_1/T and refined around its 16 best local
    minima, which can return a local minimum.
    """
    if sum(steps // 2 for steps in horizons) * sums.distances.shape[0] <= SWEEP_LIMIT:
        return _sweep(sums, horizons)
    return _search(sums, horizons)


def _corners(steps: int) -> NDArray[np.float64]:
    """Return the T//2 integers b < T of the other parity: at η = p/b the nearest of T's parity changes."""
    return np.arange(1 + steps % 2, steps, 2, dtype=np.float64)


def _sweep(sums: PrefixSums, horizons: tuple[int, ...]) -> float:
    """Minimize every quadratic piece; from large η to small each corner p/b adds -4ηw(p - bη)."""
    corners = np.concatenate([_corners(steps) for steps in horizons])
    distances = to_numpy(sums.distances)[:, None]
    weights = to_numpy(sums.weights)[:, None]
    odd = sum(steps % 2 for steps in horizons)
    ends = (distances / corners).ravel()
    order = np.argsort(-ends)
    linear = odd * float(sums.first[-1]) + _running_sum(
        2.0 * weights * distances * np.ones_like(corners), order
    )
    square = odd * float(sums.weight[-1]) + _running_sum(4.0 * weights * corners, order)
    upper = np.append(distances[0], ends[order])
    lower = np.append(ends[order], distances[-1] / max(horizons))
    # An even T has no quadratic term above its largest corner p_1: that piece is a point.
    eta = np.clip(linear / np.where(square > 0.0, square, 1.0), lower, upper)
    return float(eta[np.argmin(eta * (eta * square - 2.0 * linear))])


def _running_sum(table: NDArray[np.float64], order: NDArray[np.intp]) -> NDArray[np.float64]:
    return np.append(0.0, np.cumsum(table.ravel()[order]))


def _search(sums: PrefixSums, horizons: tuple[int, ...]) -> float:
    longest = max(horizons)
    largest, smallest = float(sums.distances[0]), float(sums.distances[-1])
    xp = array_namespace(sums.distances)
    rows = max(1, (1 << 20) // max(1, min(longest // 2, sums.distances.shape[0])))

    def losses(step_sizes: NDArray[np.float64]) -> NDArray[np.float64]:
        values = []
        for start in range(0, len(step_sizes), rows):
            part = xp.asarray(step_sizes[start : start + rows], device=device(sums.distances))
            values.append(sum(to_numpy(iterated_loss(sums, part, steps=steps)) for steps in horizons))
        return np.concatenate(values)

    whole = np.geomspace(smallest / longest, largest, 1024)
    near = np.geomspace(largest / longest / 16, min(largest, 2 * largest / longest), 1024)
    grid = np.union1d(whole, near[near >= whole[0]])
    values = losses(grid)
    padded = np.concatenate([[np.inf], values, [np.inf]])
    minima = np.flatnonzero((values <= padded[:-2]) & (values <= padded[2:]))
    minima = minima[np.argsort(values[minima])[:16]]
    best, least = grid[minima[0]], values[minima[0]]
    lower, upper = grid[np.maximum(minima - 1, 0)], grid[np.minimum(minima + 1, len(grid) - 1)]
    brackets = np.arange(len(minima))
    # Each round narrows every bracket eightfold; seven bring η within the square root of rounding.
    for _ in range(7):
        points = lower[:, None] + (upper - lower)[:, None] * np.linspace(0.0, 1.0, 17)[None, :]
        table = losses(points.ravel()).reshape(points.shape)
        column = np.argmin(table, axis=1)
        winner = np.argmin(table[brackets, column])
        if table[winner, column[winner]] < least:
            best, least = points[winner, column[winner]], table[winner, column[winner]]
        lower = points[brackets, np.maximum(column - 1, 0)]
        upper = points[brackets, np.minimum(column + 1, 16)]
    return float(best)
