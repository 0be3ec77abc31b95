"""Gradient descent on the cross-entropy of a power law: a family with one parameter.

Under Assumption 2.3 row i is the same problem of d logits as any other, with the step ηπ_i. So
L(T, η) - L* = Σ_i π_i l_T(ηπ_i), where l_T(s) is the KL divergence after T steps s from logits 0. Both the softmax and
that sum run over ranks, and `rank_quadrature` does with a few of them [this project's].
"""

from __future__ import annotations

import math
from typing import NamedTuple, SupportsIndex

import numpy as np
from numpy.typing import NDArray

from numerics.rank_quadrature import rank_quadrature
from numerics.validation import Number, exponent, integer

__all__ = ["Family", "Words", "family", "largest_stable_rate", "losses", "row_losses", "searched", "words"]

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

#: Chebyshev points in each panel of step sizes.
POINTS = 16
#: The smallest step size tried by a search, in units of the largest stable one.
LOWEST = 0.25


class Words(NamedTuple):
    """A power law on the nodes of `rank_quadrature`, decreasing: Σ multiplicity · frequency = 1."""

    frequency: Floats
    multiplicity: Floats


def words(alpha: Number, dim: SupportsIndex, *, condensed: bool = True) -> Words:
    """Return the words 1, …, d, or with `condensed` the nodes that stand for them."""
    d = integer("dim", dim, minimum=2)
    power = exponent(alpha, d)
    ranks, multiplicity = rank_quadrature(d) if condensed else (np.arange(1.0, d + 1), np.ones(d))
    weight = ranks**-power
    return Words(weight / (multiplicity @ weight), multiplicity)


def largest_stable_rate(law: Words) -> float:
    """Return 2/λ, with λ the largest eigenvalue of diag(π) - ππᵀ, the Hessian of a row at its optimum.

    Above it no row settles whose step is ηπ_i; below it, all tried did.

    Notes
    -----
    λ lies between π₂ and π₁ and solves Σ_k π_k/(λ - π_k) = 0, because the Hessian maps 1 to 0.
    """
    from scipy.optimize import brentq  # takes long to load

    first, second = float(law.frequency[0]), float(law.frequency[1])
    rest, multiplicity = law.frequency[2:], law.multiplicity[2:]

    def secular(x: float) -> float:
        both = (x - first) * (x - second)
        return float(
            first * (x - second) + second * (x - first) + both * (multiplicity * rest / (x - rest)).sum()
        )

    if not first > second:
        return 2.0 / first
    return 2.0 / float(brentq(secular, second, first, xtol=2.0**-60, rtol=4 * 2.0**-52))


def row_losses(law: Words, rates: Floats, steps: Counts) -> Floats:
    """Return l_T(s) for each T of `steps` and each s of `rates`.

    Parameters
    ----------
    law : Words
    rates : float64 array, shape (n,)
        Step sizes ηπ_i of the rows.
    steps : int64 array, shape (m,)
        Numbers of steps T ≥ 0, increasing.

    Returns
    -------
    float64 array, shape (m, n)
        In nats; the absolute error is a few units of 1e-16 log d as long as the row is stable.
    """
    frequency, multiplicity = law
    weight = multiplicity * frequency
    entropy = float(weight @ np.log(frequency))
    pull = rates[:, None] * frequency
    logits = np.zeros_like(pull)  # their sum stays 0, so there is no drift to be shifted away
    raised = np.empty_like(pull)
    found = np.empty((len(steps), len(rates)))
    last, index = int(steps[-1]), 0
    for done in range(last + 1):
        np.exp(logits, out=raised)
        partition = raised @ multiplicity
        if done == steps[index]:
            found[index] = entropy - logits @ weight + np.log(partition)
            index += 1
        if done < last:
            raised *= (rates / partition)[:, None]
            logits += pull
            logits -= raised
    return found


def losses(law: Words, step_size: float, steps: Counts) -> Floats:
    """Return L(T) - L* at one step size for each T of `steps`, increasing; shape (m,)."""
    return row_losses(law, step_size * law.frequency, steps) @ (law.multiplicity * law.frequency)


class Family(NamedTuple):
    """The functions l_T as Chebyshev series in log s, panel by panel: they serve every stable step size.

    Attributes
    ----------
    law : Words
    steps : int64 array, shape (m,)
        The horizons T.
    largest : float
        The largest stable step size η.
    ends : float64 array, shape (p + 1,)
        Ends of the panels in log(s/s_max), increasing to 0, with s_max the step of the first row at `largest`.
    coefficients : float64 array, shape (m, p, 16)
    """

    law: Words
    steps: Counts
    largest: float
    ends: Floats
    coefficients: Floats

    def losses(self, step_sizes: Floats) -> Floats:
        """Return L(T) - L* for each horizon and step size, shape (m, n); steps in [LOWEST, 1] `largest`."""
        series = np.zeros((len(step_sizes), *self.coefficients.shape[1:]))
        for into, step_size in zip(series, step_sizes, strict=True):
            panel, values, mass = self._place(float(step_size))
            np.add.at(into, panel, mass[:, None] * values)
        size = series[0].size
        return np.asarray(self.coefficients.reshape(-1, size) @ series.reshape(-1, size).T)

    def uncertainty(self, step_size: float) -> Floats:
        """Estimate the error of `losses` by the last two coefficients of every panel, shape (m,).

        The coefficients of an analytic function fall geometrically: what is left out is smaller than the last
        ones if they fall by half or more.
        """
        panel, _, mass = self._place(step_size)
        masses = np.bincount(panel, mass, minlength=self.coefficients.shape[1])
        return np.asarray(np.abs(self.coefficients[:, :, -2:]).sum(axis=2) @ masses)

    def _place(self, step_size: float) -> tuple[NDArray[np.intp], Floats, Floats]:
        """Return for every row its panel, the Chebyshev polynomials there, and its share of the loss."""
        frequency, multiplicity = self.law
        x = np.log(step_size / self.largest * (frequency / frequency[0]))
        panel = np.clip(np.searchsorted(self.ends, x) - 1, 0, len(self.ends) - 2)
        left, right = self.ends[panel], self.ends[panel + 1]
        angle = np.arccos(np.clip((2 * x - left - right) / (right - left), -1.0, 1.0))
        return panel, np.cos(angle[:, None] * np.arange(POINTS)), multiplicity * frequency


def family(law: Words, steps: Counts) -> Family:
    """Tabulate l_T for all horizons T at once, increasing; cost O(T (log d + log T) log d).

    Notes
    -----
    The poles of l_T in log s are a distance of order one away from real s below half the largest stable one, so
    panels one octave wide do. Near the largest stable one the slowest mode is (1 - sλ)^2T, which changes over a share
    1/4T of s: there each panel is half as wide as the one before, the last that wide.
    """
    largest_rate = largest_stable_rate(law)
    depth = max(1, math.ceil(math.log2(4 * max(int(steps[-1]), 1))))
    lowest = math.log(LOWEST * float(law.frequency[-1] / law.frequency[0]))
    octaves = -math.log(2) * np.arange(math.ceil(-lowest / math.log(2)), 0, -1)
    ends = np.concatenate([octaves, np.log1p(-(2.0 ** -np.arange(2.0, depth + 1))), [0.0]])
    angle = (np.arange(POINTS) + 0.5) * (math.pi / POINTS)
    middle, half = (ends[1:] + ends[:-1]) / 2, np.diff(ends) / 2
    points = middle[:, None] + half[:, None] * np.cos(angle)
    values = row_losses(law, largest_rate * np.exp(points.ravel()), steps)
    transform = np.cos(np.outer(angle, np.arange(POINTS))) * (2 / POINTS)
    transform[:, 0] /= 2
    coefficients = values.reshape(len(steps), *points.shape) @ transform
    return Family(law, steps, largest_rate / float(law.frequency[0]), ends, coefficients)


def searched(law: Words, steps: Counts) -> tuple[Floats, Floats]:
    """Return for each T ≥ 1 of `steps`, increasing, the best stable step size and L(T) - L*, each of shape (m,).

    Notes
    -----
    Tried are the largest stable step size, those below it by a share of 2^(-j/8), because once the first row is
    solved the loss has a term exp(-4T·share), and 129 evenly spaced from a quarter of it on.
    """
    table = family(law, steps)
    finest = math.log2(4 * int(steps[-1])) + 4
    shares = 2.0 ** (-np.arange(8.0, 8 * finest) / 8)
    tried = table.largest * np.concatenate([np.linspace(LOWEST, 1.0, 129), 1 - shares])
    losses = table.losses(tried)
    best = np.argmin(losses, axis=1)
    return tried[best], losses[np.arange(len(steps)), best]
