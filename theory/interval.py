"""A number that is proven to lie between two others: what :func:`theory.enclosure` returns."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import mpmath

from theory.balls import Ball, ends


@dataclass(frozen=True, slots=True, repr=False)
class Enclosure:
    """A closed interval that provably contains a relative error.

    Attributes
    ----------
    lower, upper : mpmath.mpf
        The ends, exact: binary fractions of any size, not rounded to mpmath's working precision. Dimensionless.

    Examples
    --------
    >>> import theory
    >>> found = theory.enclosure("gd", alpha=1, dim=10**40, steps=10**25, digits=20)
    >>> print(found)
    0.358957609156358450466842563 ± 2.7e-27
    >>> found.lower <= found.midpoint <= found.upper
    True
    """

    lower: Any
    upper: Any

    @classmethod
    def of_ball(cls, value: Ball) -> Enclosure:
        """Return the interval of a ball."""
        return cls(*(mpmath.mp.make_mpf(mpmath.libmp.from_man_exp(*end)) for end in ends(value)))

    @property
    def midpoint(self) -> Any:
        """The middle, an ``mpmath.mpf``, to a few digits more than are certain."""
        with mpmath.workdps(self._certain() + 10):
            return (self.lower + self.upper) / 2

    @property
    def radius(self) -> Any:
        """Half the width, an ``mpmath.mpf``, rounded up in its last place."""
        with mpmath.workdps(15):
            return mpmath.fsub(self.upper, self.lower, rounding="u") / 2

    @property
    def digits(self) -> float:
        """Number of certain significant digits, -log10 of the relative radius; infinite for an exact value."""
        if self.upper == self.lower:
            return math.inf
        return float(-mpmath.log10(self.radius / abs(self.midpoint)))

    def __contains__(self, value: Any) -> bool:
        if not isinstance(value, Fraction | Decimal):
            return bool(self.lower <= value <= self.upper)
        numerator, denominator = value.as_integer_ratio()
        lower, upper = (mpmath.fmul(end, denominator, exact=True) for end in (self.lower, self.upper))
        return bool(lower <= numerator <= upper)

    def __str__(self) -> str:
        if self.upper == self.lower:
            return str(mpmath.nstr(self.lower, 17))
        return f"{mpmath.nstr(self.midpoint, int(self._certain()) + 1)} ± {mpmath.nstr(self.radius, 2)}"

    def __repr__(self) -> str:
        return f"<Enclosure {self}>"

    def _repr_latex_(self) -> str:
        text = re.sub(r"e([+-]?\d+)", r" \\cdot 10^{\1}", str(self))
        return f"${text.replace('±', chr(92) + 'pm')}$"

    def _certain(self) -> int:
        """Return a number of decimal digits that resolves the interval."""
        with mpmath.workdps(15):
            width = mpmath.fsub(self.upper, self.lower)
            if width == 0 or self.upper == 0:
                return 17
            return max(1, int(mpmath.ceil(-mpmath.log10(width / self.upper))))
