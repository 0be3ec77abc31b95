"""What can be said about the model trained with cross-entropy: a bound for sign descent, a limit for gradient descent.

The paper has no law for this loss, only its Fig. 8; both are [this project's].
"""

from __future__ import annotations

import math
from typing import SupportsIndex

from theory.power_law import PowerLaw
from theory.validation import Rational, integer

__all__ = ["excess", "gd_limit", "sd_floor", "words_on_top"]

#: What a rank may be off by, relatively, after a division, a root and two sums of floats.
SLACK = 2.0**-40


def sd_floor(*, alpha: Rational, dim: SupportsIndex, steps: SupportsIndex) -> float:
    """Return a relative error that T steps of sign descent do not get below, with any step size, from W = 0.

    Parameters
    ----------
    alpha : int, float, str or Fraction
        Exponent of the power law.
    dim : int
        Vocabulary size d ≥ 2; takes time in proportion to d.
    steps : int
        Number of steps T ≥ 0.

    Notes
    -----
    Let the words 1, …, K have gone up in each of t steps. Then Z ≥ K exp(ηt), each of them has a probability of at
    most 1/K, and the words with π_k > 1/K among them go up again. So the words k < (K/H)^(1/α) are still level after
    t + 1 steps. What the loss has to pay for words that are level, but should not be, is at least H_K Δ_K/H_d, with
    Δ_n = log n - entropy of a power law over n words: the chain rule of the KL divergence.

    Examples
    --------
    >>> [round(sd_floor(alpha=1, dim=1_000, steps=steps), 3) for steps in range(4)]
    [1.0, 0.432, 0.115, 0.007]
    """
    law = PowerLaw(alpha, integer("dim", dim, at_least=2))
    on_top = words_on_top(law, integer("steps", steps, at_least=0))
    return excess(law, on_top) / excess(law, law.dim)


def words_on_top(law: PowerLaw, steps: int, *, share: float = 1.0) -> int:
    """Return K such that the words 1, …, K go up in each of so many steps, whatever the step size.

    ``share`` multiplies the threshold 1/K; only 1 is right.
    """
    power = float(law.alpha)
    normalizer = math.fsum(k**-power for k in range(1, law.dim + 1))
    on_top = law.dim
    for _ in range(steps):
        below = (on_top / (share * normalizer)) ** (1 / power) * (1 - SLACK)
        on_top = min(on_top, max(math.ceil(below) - 1, 0))
    return on_top


def excess(law: PowerLaw, words: int) -> float:
    """Return H_n Δ_n = Σ_{k ≤ n} k^-α log(n k^-α / H_n), for n of the words."""
    power = float(law.alpha)
    weights = [k**-power for k in range(1, words + 1)]
    if words < 2:
        return 0.0
    scale = words / math.fsum(weights)
    return math.fsum(weight * math.log(weight * scale) for weight in weights)


def gd_limit(tau: float) -> float:
    """Return the relative error that gradient descent is expected to have for α = 1 after d^τ steps, as d → ∞.

    Parameters
    ----------
    tau : float
        τ ≥ 0.

    Notes
    -----
    An estimate of leading orders, not a proof. Let words and rows be at i = d^x, k = d^y; x and y are uniform in
    [0, 1] with respect to the frequencies, up to terms log log d/log d. A row at step ηπ_i ~ d^-x (largest stable
    step, ηπ_1 ~ log d) has after d^τ steps found the words with k ≪ d^(τ-x), and has all others alike, which leaves
    it the share (1 - (τ - x))² of its loss, between 0 and 1. The mean over x is this law.

    Examples
    --------
    >>> [round(gd_limit(tau), 6) for tau in (0, 0.5, 1, 1.5, 2)]
    [1.0, 0.791667, 0.333333, 0.041667, 0.0]
    """
    if not tau >= 0:
        raise ValueError(f"tau={tau} is out of range; pass one of at least 0")
    if tau >= 2:
        return 0.0
    return (2 - tau) ** 3 / 3 if tau > 1 else 1 - tau + (1 - (1 - tau) ** 3) / 3
