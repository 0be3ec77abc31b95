"""The bigram problem whose frequencies are a power law, reduced to O(d): arXiv 2505.19227, Prop. A.1, A.2."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics import queries
from numerics.backend import Array, chunk_length, float_type, get_namespace, require_memory
from numerics.closed_form import Distances, Spectrum
from numerics.hot_sum import in_order, workers_for
from numerics.validation import OPTIMIZERS, Number, choice, exponent, integer, shown

__all__ = ["best_step_size", "iterations", "power_law_frequencies", "relative_error"]

KEPT = 1 << 24
"""Words of gradient descent up to which their frequencies are kept; more are computed again in each sum over them."""

MOST = 10**10
"""Words that gradient descent adds up at most, which takes minutes."""


def power_law_frequencies(
    alpha: Number, dim: SupportsIndex, *, backend: str = "numpy", dtype: str = "float64"
) -> Array:
    """Return k^-α / H(d, α) for k = 1..d, shape (dim,), on `backend`, computed in float64 and rounded to `dtype`."""
    dim = integer("dim", dim, minimum=1)
    xp = get_namespace(backend)
    real = float_type(xp, dtype)
    exponent_ = exponent(alpha, dim, dtype)
    # distances, weights, and the temporaries of a step search
    require_memory(xp, 12 * 8 * dim, f"dim={dim}")
    frequencies = _powers(xp, exponent_, 0, dim)
    return xp.astype(frequencies / xp.sum(frequencies), real, copy=False)


def _powers(xp: Any, alpha: float, start: int, stop: int) -> Array:
    """Return k^-α for start < k ≤ stop, in float64: float32 does not hold every k."""
    return xp.arange(start + 1, stop + 1, dtype=xp.float64) ** -alpha


@dataclass(frozen=True, slots=True)
class _Streamed:
    """The eigenvalues of a power law, which are the weights as well, computed wherever they are needed."""

    namespace: Any
    alpha: float
    size: int
    dtype: Any
    total: float

    @classmethod
    def of(cls, alpha: Number, dim: int, backend: str, dtype: str) -> _Streamed:
        if dim > MOST:
            raise ValueError(
                f"dim={shown(dim)} is out of range; simulation adds up at most {MOST} words: use theory, or use a "
                "smaller dim"
            )
        xp = get_namespace(backend)
        real, exponent_ = float_type(xp, dtype), exponent(alpha, dim, dtype)
        chunk = chunk_length(xp)

        def total(start: int) -> float:
            return float(xp.sum(_powers(xp, exponent_, start, min(start + chunk, dim))))

        sums = in_order(total, range(0, dim, chunk), workers_for(xp, dim))
        return cls(xp, exponent_, dim, real, math.fsum(sums))

    @property
    def largest(self) -> float:
        return float(self.part(0, 1)[0][0])

    def part(self, start: int, stop: int) -> tuple[Array, Array]:
        frequencies = _powers(self.namespace, self.alpha, start, stop) / self.total
        frequencies = self.namespace.astype(frequencies, self.dtype, copy=False)
        return frequencies, frequencies


def _reduce(optimizer: str, alpha: Number, dim: SupportsIndex, backend: str, dtype: str) -> queries.Reduced:
    choice("optimizer", optimizer, OPTIMIZERS)
    words = integer("dim", dim, minimum=1)
    if optimizer == "gd" and words > KEPT:
        return _Streamed.of(alpha, words, backend, dtype)
    frequencies = power_law_frequencies(alpha, words, backend=backend, dtype=dtype)
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
    dtype: str = "float64",
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
    backend : {"numpy", "cupy", "torch", "auto"}
        Where to compute; ``"auto"`` is a GPU that works, which is logged, and NumPy where there is none.
    dtype : {"float64", "float32"}
        Precision of the frequencies and of the sums over them; step sizes are searched in float64.

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

    gd takes up to 10^10 words, in memory that does not grow with them beyond 2^24. In float32, at half the time,
    errors above 1e-30 were off by at most 3e-7 of themselves where tried (both optimizers, α = ½, 1, 3/2, d = 10^6);
    the bound for gd is that of `numerics.closed_form.gd_relative_error`.

    Examples
    --------
    >>> relative_error("gd", alpha=1, dim=100_000, steps=[10, 5_000]).round(8)
    array([0.6546977 , 0.15077392])
    >>> round(relative_error("sd", alpha=1, dim=10_000, steps=50), 12)
    0.303951631692
    """
    return queries.relative_error(
        _reduce(optimizer, alpha, dim, backend, dtype),
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
    dtype: str = "float64",
) -> float:
    """Return the absolute step size with the least loss after `steps` steps on a power law.

    Parameters are those of `relative_error`. For gd only stable steps, below 2/π₁, are considered.

    Examples
    --------
    >>> round(best_step_size("sd", alpha=1, dim=10_000, steps=50), 12)
    0.001021700298
    """
    problem = _reduce(optimizer, alpha, dim, backend, dtype)
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
    dtype: str = "float64",
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
        _reduce(optimizer, alpha, dim, backend, dtype),
        epsilon=epsilon,
        step_size=step_size,
        step_ratio=step_ratio,
        dynamics=dynamics,
        parity=parity,
    )
