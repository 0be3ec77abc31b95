"""The one parameter object of the theory: word frequencies π_k = k^-α / H(d, α), k = 1 … d."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import SupportsIndex

from theory.enclosure import Ball, power_sum
from theory.validation import Rational, integer, rational


@dataclass(frozen=True, slots=True, init=False)
class PowerLaw:
    """A power law over a vocabulary (Assumption 2.3 of arXiv 2505.19227).

    Parameters
    ----------
    alpha : int, float, str or Fraction
        The exponent α > 0, dimensionless and taken exactly; α = 1 is Zipf's law.
    dim : int
        The vocabulary size d ≥ 1, of any size.

    Examples
    --------
    >>> PowerLaw("1/2", 10**100).alpha
    Fraction(1, 2)
    """

    alpha: Fraction
    dim: int

    def __init__(self, alpha: Rational, dim: SupportsIndex) -> None:
        object.__setattr__(self, "alpha", rational("alpha", alpha))
        object.__setattr__(self, "dim", integer("dim", dim, at_least=1))

    def harmonic(self, order: int = 1) -> Ball:
        """Enclose H(d, order·α) at the working precision; order 1 is the normalizer z of the frequencies."""
        return power_sum(self.dim, order * self.alpha)
