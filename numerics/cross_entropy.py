"""The bigram model of a power law trained with cross-entropy, reduced: arXiv 2505.19227, Fig. 8 and Section 5.

The loss is the mean over the pairs (i, j) of tokens of -log softmax(W_i)_j, in nats, from W = 0; the relative error is
that of L - L*, with L* the conditional entropy. Under Assumption 2.3 the order of a row's next words is of no
consequence, and the d×d iteration reduces to one row (sign descent) or to a family of rows with one parameter
(gradient descent) [this project's].
"""

from __future__ import annotations

import math
from typing import SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics import cross_entropy_gd, cross_entropy_sd
from numerics.validation import OPTIMIZERS, Number, absolute_step, choice, integer, shown, step_counts

__all__ = ["best_step_size", "largest_stable_step", "relative_error"]

#: A step may raise a logit by so much: its exponential is a float, even if there are two such steps.
STEEPEST = 300.0
#: A loss is good to about 1e-14: relative errors to 1e-8 at least.
LEAST_LOSS = 1e-6


def relative_error(
    optimizer: str,
    *,
    alpha: Number,
    dim: SupportsIndex,
    steps: SupportsIndex | ArrayLike,
    step_size: Number | None = None,
) -> float | NDArray[np.float64]:
    """Return the relative error (L(T) - L*) / (L(0) - L*) under cross-entropy on a power law.

    Parameters
    ----------
    optimizer : {"gd", "sd"}
        Gradient descent or sign descent, the true updates, from W = 0.
    alpha : int, float, Fraction or str
        Exponent of the power law, positive.
    dim : int
        Vocabulary size d ≥ 2.
    steps : int or sequence of int
        Numbers of steps T ≥ 0.
    step_size : float or "best", optional
        η, absolute. Default: the best one at each horizon, of gd among the stable ones, so that an array of
        steps is an envelope; with a number it is a trajectory.

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
    gd costs O(log² d) a step, sd O(T) a step and O(d) once. With a step size given, and for sd, what differs from the
    d×d iteration is rounding, about 1e-14/(L(0) - L*) at most; the best step of gd adds the interpolation of the
    family, below 1e-9 where tried.

    The best step size of gd is sought among those up to `largest_stable_step`. Above it the most frequent words
    do not settle, and soon are chaotic: the loss jumps with the step size, and after a hundred steps with the
    rounding. There are lucky step sizes among these that reach a smaller loss at some T. The best step of sd is the
    result of a search; so is the value, which a finer search lowers by up to 3 %.

    Examples
    --------
    >>> relative_error("gd", alpha=1, dim=1_000, steps=[10, 100, 1_000]).round(6)
    array([0.718295, 0.424456, 0.150098])
    >>> relative_error("sd", alpha=1, dim=1_000, steps=[1, 2, 10]).round(4)
    array([0.4579, 0.2343, 0.0108])
    """
    choice("optimizer", optimizer, OPTIMIZERS)
    counts, scalar = step_counts(steps)
    horizons, index = np.unique(counts, return_inverse=True)
    if step_size is None or step_size == "best":
        errors = _envelope(optimizer, alpha, dim, horizons)[0]
    else:
        errors = _trajectory(optimizer, alpha, dim, horizons, step_size)
    return float(errors[0]) if scalar else errors[index]


def best_step_size(optimizer: str, *, alpha: Number, dim: SupportsIndex, steps: SupportsIndex) -> float:
    """Return the absolute step size with the least cross-entropy after `steps` steps, as `relative_error` finds it.

    For 0 steps, where all are alike, that for 1.

    Examples
    --------
    >>> best_step_size("gd", alpha=1, dim=1_000, steps=100) == largest_stable_step(alpha=1, dim=1_000)
    True
    """
    choice("optimizer", optimizer, OPTIMIZERS)
    horizon = max(integer("steps", steps, minimum=0), 1)
    return float(_envelope(optimizer, alpha, dim, np.asarray([horizon]))[1][0])


def largest_stable_step(*, alpha: Number, dim: SupportsIndex) -> float:
    """Return the largest η at which gradient descent under cross-entropy can settle: 2/(π₁λ).

    λ is the largest eigenvalue of diag(π) - ππᵀ, so π₁λ is the largest of the Hessian at the optimum.

    Examples
    --------
    >>> round(largest_stable_step(alpha=1, dim=2), 12)  # π = (2/3, 1/3), λ = 2π₁π₂ = 4/9
    6.75
    """
    law = cross_entropy_gd.words(alpha, dim)
    return cross_entropy_gd.largest_stable_rate(law) / float(law.frequency[0])


def _trajectory(
    optimizer: str, alpha: Number, dim: SupportsIndex, horizons: NDArray[np.int64], step_size: Number
) -> NDArray[np.float64]:
    eta = absolute_step(step_size)
    if optimizer == "sd":
        levels = cross_entropy_sd.Levels(alpha, dim)
        return levels.losses(np.asarray([eta]), horizons)[:, 0] / _large(levels.first_loss, alpha)
    law = cross_entropy_gd.words(alpha, dim)
    highest = STEEPEST / float(law.frequency[0]) ** 2
    if eta > highest:
        raise ValueError(f"step_size={shown(step_size)} is out of range; pass one of at most {highest:.6g}")
    return cross_entropy_gd.losses(law, eta, horizons) / _large(_first_loss(law), alpha)


def _envelope(
    optimizer: str, alpha: Number, dim: SupportsIndex, horizons: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the relative errors with the best step sizes, and these, for increasing horizons."""
    errors, step_sizes = np.ones(len(horizons)), np.ones(len(horizons))
    later = horizons[horizons > 0]
    if optimizer == "sd":
        levels = cross_entropy_sd.Levels(alpha, dim)
        best, losses = cross_entropy_sd.searched(levels, later) if len(later) else (later, later)
        first = _large(levels.first_loss, alpha)
    else:
        law = cross_entropy_gd.words(alpha, dim)
        best, losses = cross_entropy_gd.searched(law, later) if len(later) else (later, later)
        first = _large(_first_loss(law), alpha)
    errors[horizons > 0], step_sizes[horizons > 0] = losses / first, best
    return errors, step_sizes


def _first_loss(law: cross_entropy_gd.Words) -> float:
    """Return the KL divergence of the uniform distribution from the power law."""
    weight = law.multiplicity * law.frequency
    return float(weight @ np.log(law.frequency)) + math.log(float(law.multiplicity.sum()))


def _large(first_loss: float, alpha: Number) -> float:
    """Return L(0) - L*, if it is large against the rounding of a loss."""
    if first_loss < LEAST_LOSS:
        raise ValueError(
            f"alpha={shown(alpha)} is out of range; W = 0 is within {LEAST_LOSS} of the least loss, pass a larger one"
        )
    return first_loss
