"""How fast a number of steps grows with the vocabulary: an exponent, and what is known about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

__all__ = ["Growth", "growth"]

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Growth:
    """The exponent of a power of d.

    Attributes
    ----------
    exponent : float
        Slope of log steps in log d.
    uncertainty : float
        Half the width of its interval; `growth` says what it covers.
    """

    exponent: float
    uncertainty: float

    @property
    def factor(self) -> float:
        """By how much the steps grow when d grows tenfold."""
        return float(10.0**self.exponent)

    @property
    def factor_uncertainty(self) -> float:
        """Half the width of the interval of `factor`."""
        upper, lower = (10.0 ** (self.exponent + sign * self.uncertainty) for sign in (1, -1))
        return float(upper - lower) / 2


def growth(dims: Sequence[int], steps: ArrayLike, *, corrected: bool = False) -> Growth:
    r"""Fit the exponent b of steps ~ d^b.

    Parameters
    ----------
    dims : sequence of int, length n
        Vocabulary sizes d, distinct; n ≥ 3, or n ≥ 5 with `corrected`.
    steps : array_like, shape (n,)
        Steps to a target at each, positive; not rounded to integers, which would be noise.
    corrected : bool
        Whether to look for the limit as d → ∞ rather than for the straight line through these dims.

    Returns
    -------
    Growth

    Raises
    ------
    ValueError
        Too few dims, or steps that are not positive.

    Notes
    -----
    The straight line is log steps = a + b log d by least squares. Its 95 % interval is that of Student's t from
    the residuals: it covers the scatter of the points around a line. It does not cover a slope that drifts
    with d; then it may exclude the limit, with all points exact.

    With `corrected` the line is log steps = a + b log d + (c + c' log d)/√d. With a constant step, the words
    with π_k > η are of the order of √d, and what they cost beside the floor is of the order log d/√d of it. Here
    the half-width is that of the scatter plus the change of b when c' is left out: it covers what one more
    correction does, but neither corrections of another form nor dims far from these.

    Examples
    --------
    >>> dims = [100, 316, 1_000, 3_162, 10_000, 31_623]
    >>> steps = [d**0.5 * (1 + 2 / d**0.5) for d in dims]
    >>> line, limit = growth(dims, steps), growth(dims, steps, corrected=True)
    >>> f"{line.exponent:.3f} ± {line.uncertainty:.3f}, {limit.exponent:.3f} ± {limit.uncertainty:.3f}"
    '0.472 ± 0.015, 0.501 ± 0.004'
    """
    x, y = np.log(np.asarray(dims, dtype=np.float64)), np.asarray(steps, dtype=np.float64)
    fewest = 5 if corrected else 3
    if len(x) < fewest or x.shape != y.shape:
        raise ValueError(
            f"dims={len(x)} sizes, steps of shape {y.shape}: give the steps at {fewest} sizes or more"
        )
    if not (y > 0).all() or not np.isfinite(y).all():
        raise ValueError(f"steps={y.tolist()} must be positive and finite: there is no power of d otherwise")
    log_steps, root = np.log(y), np.exp(-x / 2)
    line = _least_squares(log_steps, x)
    if not corrected:
        return line
    once, twice = _least_squares(log_steps, x, root), _least_squares(log_steps, x, root, x * root)
    return Growth(twice.exponent, twice.uncertainty + abs(twice.exponent - once.exponent))


def _least_squares(y: NDArray[np.float64], x: NDArray[np.float64], *others: NDArray[np.float64]) -> Growth:
    """Return the coefficient of `x`, with its 95 % interval, in a fit that also has a constant and `others`."""
    columns = np.stack([x, np.ones_like(x), *others], axis=1)
    orthogonal, triangular = np.linalg.qr(columns)
    solution: Any = np.linalg.solve(triangular, orthogonal.T @ y)
    residual = y - columns @ solution
    freedom = len(y) - columns.shape[1]
    spread = np.linalg.norm(np.linalg.inv(triangular)[0])  # standard error of the first coefficient, σ = 1
    sigma = np.sqrt(residual @ residual / freedom)
    quantile = stdtrit(freedom, (1 + CONFIDENCE) / 2)
    return Growth(float(solution[0]), float(quantile * sigma * spread))
