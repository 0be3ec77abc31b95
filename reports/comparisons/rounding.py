"""Bounds of rounding errors that the comparisons with the simulation share."""

from __future__ import annotations

import math
from typing import Any

#: Unit roundoff of a float: half the distance from 1 to the next one.
UNIT = 2.0**-53


def carried(weights: Any, starts: Any, distances: Any, error: Any) -> float:
    """Bound what an error of the distances does to the relative error Σ w|δ|² / Σ w|δ(0)|².

    Parameters
    ----------
    weights, starts, distances, error
        Arrays that broadcast: w, |δ(0)|, |δ| and the bound of its error.
    """
    import numpy as np

    change = np.sum(weights * (2 * np.abs(distances) * error + error**2))
    return float(change / np.sum(weights * starts**2 + 0 * error))


def summation(terms: float) -> float:
    """Bound the relative error, in units of :data:`UNIT`, of a quotient of two sums of positive terms.

    NumPy adds blocks of 128 terms in eight accumulators and the blocks pairwise. The simulation adds chunks of
    2^15 terms and carries the error along; chunks of 2^16, one after the other, bound that from above.
    """
    return 2 * (16 + math.log2(max(min(terms, 2**16) / 128, 1)) + math.ceil(terms / 2**16))
