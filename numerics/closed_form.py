"""Closed forms of the relative error, in O(n) per number of steps.

Both optimizers act on every coordinate alone, so a d×d problem enters only through its `Spectrum` (gradient
descent) or through its `Distances` (sign descent). arXiv 2505.19227, Prop. 2.2, 4.2 and A.3.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from numerics.backend import Array, array_namespace, device, eps_of, to_numpy
from numerics.hot_sum import Words, power_sums

__all__ = [
    "Distances",
    "Spectrum",
    "count_at_least",
    "gd_relative_error",
    "quotients",
    "sd_relative_error",
]

HIT = 4
"""A quotient within so many ulp of an integer is taken to be that integer."""


class Spectrum(NamedTuple):
    """What gradient descent sees of a problem: L(t) - L* = ½ Σ weights (1 - η·eigenvalues)^(2t).

    Attributes
    ----------
    eigenvalues : array, shape (n,)
        Positive eigenvalues of the Hessian, decreasing.
    weights : array, shape (n,)
        Positive weights; a common factor cancels in every relative error.
    """

    eigenvalues: Array
    weights: Array

    @property
    def namespace(self) -> Any:
        """Where both live."""
        return array_namespace(self.eigenvalues, self.weights)

    @property
    def size(self) -> int:
        """Number n of eigenvalues."""
        return int(self.eigenvalues.shape[0])

    @property
    def largest(self) -> float:
        """λ_max."""
        return float(self.eigenvalues[0])

    def part(self, start: int, stop: int) -> tuple[Array, Array]:
        """Return the eigenvalues and weights from `start` to before `stop`."""
        return self.eigenvalues[start:stop], self.weights[start:stop]


class Distances(NamedTuple):
    """What sign descent sees of a problem: L(t) - L* = ½ Σ weights |δ(t)|².

    Attributes
    ----------
    distances : array, shape (n,)
        Non-zero |δ(0)|, decreasing.
    weights : array, shape (n,)
        For each distance the sum of frequencies π_i over the entries at that distance.
    weight_of_zeros : float
        The same sum over the entries that start at their optimum.
    """

    distances: Array
    weights: Array
    weight_of_zeros: float

    @property
    def largest(self) -> float:
        """The largest distance."""
        return float(self.distances[0])


def gd_relative_error(words: Words, *, steps: NDArray[np.int64], step_size: float) -> NDArray[np.float64]:
    """Return r(t) = Σ w (1 - ηλ)^(2t) / Σ w of gradient descent.

    Parameters
    ----------
    words : Spectrum, or other `numerics.hot_sum.Words`
    steps : int array, shape (m,)
        Numbers of steps t ≥ 0.
    step_size : float
        η, absolute, in (0, 2/λ_max).

    Returns
    -------
    float64 array, shape (m,)

    Notes
    -----
    Prop. 2.2. Let u = 2^-53, y = -2t·log|1 - ηλ|, K = max(1, |x/((1-x) log(1-x))|) over x = ηλ. Rounding ηλ, log1p
    (1 ulp) and the product moves y by (K + 3)uy, so a term carries (K + 3)uy + 4u. The mean of y weighted by the
    terms is at most log(1/r), because the relative entropy of terms and weights is not negative. Hence the relative
    error of r is at most ((K + 3)·log(1/r) + 4 + 2s)u to first order, with s·u the bound of one sum: it does not grow
    with t. (K is large only where x is near 1, and then the term is negligible as soon as t is not small.)

    In float32, u = 2^-24, λ, η and 2t are rounded as well, and w: ((3K + 4)·log(1/r) + 6 + 2s)u; where exp and log1p
    are good to 4 ulp only, as NumPy's, ((3K + 10)·log(1/r) + 12 + 2s)u.
    """
    sums = power_sums(words, np.append(0.0, 2.0 * steps), step_size)
    errors: NDArray[np.float64] = sums[1:] / sums[0]
    return errors


def quotients(distances: Array, step_size: float) -> Array:
    """Return distances / step_size, with a quotient within 4 ulp of an integer replaced by the integer.

    Where the quotient is an integer the iterate hits the optimum exactly and stays, a tie that ordinary
    rounding would decide at random. Four ulp cover the roundings of a distance k^-α/H (two: H is common to
    all), of the step size (one) and of the quotient (one half).
    """
    xp = array_namespace(distances)
    quotient = distances / step_size
    nearest = xp.round(quotient)
    return xp.where(xp.abs(quotient - nearest) <= HIT * eps_of(quotient) * quotient, nearest, quotient)


def count_at_least(decreasing: Array, thresholds: Array) -> Array:
    """Return for each threshold how many entries of a decreasing array are at least as large."""
    xp = array_namespace(decreasing, thresholds)
    return xp.searchsorted(-decreasing, -thresholds, side="right")


def settled_distances(quotient: Array, parity: int, dynamics: str) -> Array:
    """Return where a coordinate is once it stopped decreasing, in units of the step size.

    `parity` is that of the number of steps. Simplified (Assumption 4.1): one half. Iterated (Prop. A.3): with
    s = ⌊q⌋ and c = q - s, c after an even number of steps beyond s and 1 - c after an odd one; 0 stays 0.
    """
    xp = array_namespace(quotient)
    if dynamics == "simplified":
        return xp.full_like(quotient, 0.5)
    whole = xp.floor(quotient)
    rest = quotient - whole  # exact
    settled = xp.where(xp.remainder(whole, 2.0) == float(parity), rest, 1.0 - rest)
    return xp.where(rest == 0.0, 0.0, settled)


def sd_relative_error(
    problem: Distances, *, steps: NDArray[np.int64], step_size: float, dynamics: str, floor: str = "moving"
) -> NDArray[np.float64]:
    """Return r(T) = Σ w |δ(T)|² / Σ w |δ(0)|² of sign descent.

    Parameters
    ----------
    problem : Distances
    steps : int array, shape (m,)
        Numbers of steps T ≥ 0.
    step_size : float
        η, absolute, positive.
    dynamics : {"simplified", "iterated"}
        Assumption 4.1, or the true update from W = 0 (Prop. A.3).
    floor : {"moving", "all"}
        Whether the simplified dynamics charge η²/4 to entries that start at their optimum: no, or as
        Assumption 4.1 reads literally.

    Returns
    -------
    float64 array, shape (m,)

    Notes
    -----
    In units of η a coordinate at q = |δ(0)|/η is at q - T while q ≥ T. After the division all differences are
    exact (only 1 - q is rounded, for q < 1), so an end distance is off by an ulp or two of |δ(0)|, and the sums
    have positive terms only.
    """
    distances, weights, weight_of_zeros = problem
    xp = array_namespace(distances, weights)
    quotient = quotients(distances, step_size)
    total = float(xp.sum(weights * distances**2))
    settled = {
        parity: weights * (step_size * settled_distances(quotient, parity, dynamics)) ** 2
        for parity in sorted({count % 2 for count in steps.tolist()})
    }
    at_rest = weight_of_zeros * (step_size / 2) ** 2 if floor == "all" else 0.0
    moving = count_at_least(quotient, xp.asarray(steps, dtype=quotient.dtype, device=device(quotient)))
    errors = np.ones(len(steps))
    for index, (count, first) in enumerate(zip(steps.tolist(), to_numpy(moving).tolist(), strict=True)):
        if count:
            head = weights[:first] * (step_size * (quotient[:first] - float(count))) ** 2
            tail = settled[count % 2][first:]
            errors[index] = (float(xp.sum(head)) + float(xp.sum(tail)) + at_rest) / total
    return errors
