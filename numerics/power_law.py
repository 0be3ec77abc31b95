"""The bigram problem whose frequencies are a power law, reduced to O(d): arXiv 2505.19227, Prop. A.1, A.2."""

from __future__ import annotations

from typing import SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics import queries
from numerics.backend import Array, get_namespace, require_memory
from numerics.closed_form import Distances, Spectrum
from numerics.validation import OPTIMIZERS, Number, choice, exponent, integer

__all__ = ["best_step_size", "iterations", "power_law_frequencies", "relative_error"]


def power_law_frequencies(alpha: Number, dim: SupportsIndex, *, backend: str = "numpy") -> Array:
    """Return k^-α / H(d, α) for k = 1..d, shape (dim,), float64, on `backend`."""
    dim = integer("dim", dim, minimum=1)
    exponent_ = exponent(alpha, dim)
    xp = get_namespace(backend)
    # distances, weights, and the temporaries of a step search
    require_memory(xp, 12 * 8 * dim, f"dim={dim}")
    frequencies = xp.arange(1, dim + 1, dtype=xp.float64) ** -exponent_
    return frequencies / xp.sum(frequencies)


def _reduce(optimizer: str, alpha: Number, dim: SupportsIndex, backend: str) -> queries.Reduced:
    choice("optimizer", optimizer, OPTIMIZERS)
    frequencies = power_law_frequencies(alpha, dim, backend=backend)
    if optimizer == "gd":
        return Spectrum(frequencies, frequencies)
    return Distances(frequencies, get_namespace(backend).ones_like(frequencies), 0.0)


def relative_error(
    optimizer: str,
    *,
    alpha: Number,
    dim: SupportsIndex,
    steps: SupportsIndex | ArrayLike,
    step_size: Number | None = None,
    step_ratio: Number | None = None,
    dynamics: str = "simplified",
    parity: str | None = None,
    backend: str = "numpy",
) -> float | NDArray[np.float64]:
    """Return the relative error (L(T) - L*) / (L(0) - L*) on a power law.

    Parameters
    ----------
    optimizer : {"gd", "sd"}
        Gradient descent or sign descent, from W = 0.
    alpha : int, float, Fraction or str
        Exponent of the power law, positive; a string may be a fraction like ``"1/2"``.
    dim : int
        Vocabulary size d ≥ 1.
    steps : int or sequence of int
        Numbers of steps T ≥ 0.
    step_size : float or "best", optional
        η, absolute; below 2/π₁ for gd. Default: 1/π₁ for gd, best for sd. With a number an array of steps is
        a trajectory, with the best step it is an envelope: each horizon has its own.
    step_ratio : float, optional
        Instead of `step_size`: ηπ₁ in (0, 2) for gd, Tη/π₁ in (0, 1] for sd.
    dynamics : {"simplified", "iterated"}
        For sd: Assumption 4.1, or the true update. gd has only one.
    parity : {"mean"}, optional
        For iterated sd: average T and T + 1 at one common step size. Default: the value at this very T.
    backend : {"numpy", "cupy"}
        Where to compute.

    Returns
    -------
    float or float64 array
        Like `steps`.

    Raises
    ------
    ValueError, TypeError
        If an argument is outside its range.

    Notes
    -----
    Prop. A.1, A.2 and A.3 of arXiv 2505.19227. Best steps of gd and of simplified sd are global
    minima. The best step of iterated sd leaves out the isolated step sizes at which coordinates hit their
    optimum exactly; it is a global minimum for dim·steps/2 up to 2^20, beyond that the result of a search.

    Examples
    --------
    >>> relative_error("gd", alpha=1, dim=100_000, steps=[10, 5_000]).round(8)
    array([0.6546977 , 0.15077392])
    >>> round(relative_error("sd", alpha=1, dim=10_000, steps=50), 12)
    0.303951631692
    """
    return queries.relative_error(
        _reduce(optimizer, alpha, dim, backend),
        steps=steps,
        step_size=step_size,
        step_ratio=step_ratio,
        dynamics=dynamics,
        parity=parity,
    )


def best_step_size(
    optimizer: str,
    *,
    alpha: Number,
    dim: SupportsIndex,
    steps: SupportsIndex,
    dynamics: str = "simplified",
    parity: str | None = None,
    backend: str = "numpy",
) -> float:
    """Return the absolute step size with the least loss after `steps` steps on a power law.

    Parameters are those of `relative_error`. For gd only stable steps, below 2/π₁, are considered.

    Examples
    --------
    >>> round(best_step_size("sd", alpha=1, dim=10_000, steps=50), 12)
    0.001021700298
    """
    problem = _reduce(optimizer, alpha, dim, backend)
    return queries.best_step_size(problem, steps=steps, dynamics=dynamics, parity=parity)


def iterations(
    optimizer: str,
    *,
    alpha: Number,
    dim: SupportsIndex,
    epsilon: Number,
    step_size: Number | None = None,
    step_ratio: Number | None = None,
    dynamics: str = "simplified",
    parity: str | None = None,
    backend: str = "numpy",
) -> int:
    """Return the smallest number of steps after which the relative error is at most `epsilon`, in (0, 1).

    Parameters are those of `relative_error`, but iterated sd needs a `parity`: "even" or "odd" (the smallest
    such number), or "mean".

    Raises
    ------
    ValueError
        Also if a fixed step size never gets there; the message names the error at which it stays.

    Examples
    --------
    >>> iterations("gd", alpha=1, dim=50_257, epsilon=0.1)
    5564
    """
    return queries.iterations(
        _reduce(optimizer, alpha, dim, backend),
        epsilon=epsilon,
        step_size=step_size,
        step_ratio=step_ratio,
        dynamics=dynamics,
        parity=parity,
    )
