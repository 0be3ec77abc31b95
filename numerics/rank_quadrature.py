"""Sums over the ranks 1, …, d of a power law from about 15 log₂ d of them: Gauss quadrature for a discrete measure."""

from __future__ import annotations

from typing import SupportsIndex

import numpy as np
from numpy.typing import NDArray

from numerics.validation import MAX_STEPS, integer

__all__ = ["rank_quadrature"]

Floats = NDArray[np.float64]

#: The first ranks, which are summed one by one.
HEAD = 32
#: Nodes of each later block of ranks, which ends at twice its start.
ORDER = 14


def rank_quadrature(dim: SupportsIndex) -> tuple[Floats, Floats]:
    """Return nodes x and multiplicities m such that Σ m f(x) = f(1) + … + f(dim).

    Parameters
    ----------
    dim : int
        d ≥ 1, at most 2^53.

    Returns
    -------
    nodes, multiplicities : float64 arrays, shape (n,)
        All ranks, each once, for d ≤ 46; otherwise n grows by 14 each time d doubles, and nodes beyond 32 are not
        integers.

    Notes
    -----
    In each block a, …, b - 1 with b ≤ 2a the 14 nodes are those of the Gauss rule of the counting measure, which is
    exact for polynomials of degree 27: the eigenvalues of the Jacobi matrix of the discrete Chebyshev (Gram)
    polynomials. A function of log x that is analytic where |Im log x| < π/2, such as a power, is so within an ellipse
    whose half-axes add up to 5.8 half-lengths of the block; the rest of its Chebyshev series is below
    5.8^-28 = 4e-22 of its size there.

    Examples
    --------
    >>> nodes, multiplicities = rank_quadrature(10**6)
    >>> len(nodes), round(float(multiplicities @ (1 / nodes)), 12)  # H(10⁶, 1) = 14.392726722865723…
    (242, 14.392726722866)
    """
    last = integer("dim", dim, minimum=1, maximum=MAX_STEPS)
    rules = [(np.arange(1.0, min(last, HEAD) + 1), np.ones(min(last, HEAD)))]
    start = HEAD + 1
    while start <= last:
        stop = min(2 * start, last + 1)
        rules.append(_gauss(start, stop))
        start = stop
    nodes, multiplicities = (np.concatenate(parts) for parts in zip(*rules, strict=True))
    return nodes, multiplicities


def _gauss(start: int, stop: int) -> tuple[Floats, Floats]:
    """Return the Gauss rule of the counting measure on start, …, stop - 1, or the measure itself."""
    count = stop - start
    if count <= ORDER:
        return np.arange(float(start), float(stop)), np.ones(count)
    n = np.arange(1.0, ORDER)
    ratio = (n / count) ** 2  # n² (N² - n²)/(4 (4n² - 1)) is the recurrence; N² may leave the integers
    off_diagonal = count / 2 * n * np.sqrt((1 - ratio) / (4 * n**2 - 1))
    values, vectors = np.linalg.eigh(np.diag(off_diagonal, 1) + np.diag(off_diagonal, -1))
    return start + (count - 1) / 2 + values, count * vectors[0] ** 2
