"""The one parameter object of the theory: word frequencies π_k = k^-α / H(d, α), k = 1 … d."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import SupportsIndex

from theory.balls import Ball, power_sum
from theory.validation import Rational, integer, rational, short, shown


@dataclass(frozen=True, slots=True, init=False)
class PowerLaw:
    """A power law over a vocabulary (Assumption 2.3 of arXiv 2505.19227).

    Parameters
    ----------
    alpha : int, float, str or Fraction
        The exponent α > 0 (from 1e-100 to 1e5), dimensionless and taken exactly; α = 1 is Zipf's law.
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
        exact = rational("alpha", alpha)
        if not Fraction(1, 10**100) <= exact <= 10**5:
            raise ValueError(f"alpha={shown(alpha)} is out of range; pass a number from 1e-100 to 1e5")
        object.__setattr__(self, "alpha", exact)
        object.__setattr__(self, "dim", integer("dim", dim, at_least=1))

    def __str__(self) -> str:
        alpha = str(self.alpha) if self.alpha.denominator < 10**40 else f"about {float(self.alpha)!r}"
        return f"alpha={alpha}, dim={short(self.dim)}"

    def harmonic(self, order: int = 1) -> Ball:
        """Enclose H(d, order·α) at the working precision; order 1 is the normalizer z of the frequencies."""
        return power_sum(self.dim, order * self.alpha)
