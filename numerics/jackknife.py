"""Intervals for numbers found on a text, from the text without each of its blocks."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

CONFIDENCE = 0.95

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with a 95 % interval."""

    value: float
    lower: float
    upper: float


def standard_errors(without: ArrayLike) -> Floats:
    r"""Return standard errors of numbers, by the delete-one-block jackknife.

    Parameters
    ----------
    without : array_like, shape (blocks, ...)
        The numbers on the text without each block, blocks >= 2.

    Returns
    -------
    ndarray, shape (...)
        :math:`\sqrt{(b-1)/b \sum_i (\theta_i - \bar\theta)^2}` for b blocks.

    Notes
    -----
    Neighboring words depend on each other, blocks of them hardly: Künsch (1989), *The jackknife and the bootstrap for
    general stationary observations*. If neighboring blocks resemble each other, the errors are too small.

    Examples
    --------
    >>> sample = np.array([1.0, 2.0, 6.0])
    >>> mean_without = (sample.sum() - sample) / 2
    >>> error = standard_errors(mean_without)  # of a mean: s / √n
    >>> bool(abs(error - sample.std(ddof=1) / 3**0.5) < 1e-15)
    True
    """
    values = np.asarray(without, dtype=np.float64)
    blocks = values.shape[0]
    spread: Floats = np.sqrt((blocks - 1) / blocks * np.sum((values - values.mean(axis=0)) ** 2, axis=0))
    return spread


def interval(value: float, without: Sequence[float]) -> Estimate:
    """Return an estimate with the interval of Student's t from the text without each block."""
    from scipy.special import stdtrit  # takes long to load

    half = stdtrit(len(without) - 1, (1 + CONFIDENCE) / 2) * float(standard_errors(without))
    return Estimate(value, float(value - half), float(value + half))
