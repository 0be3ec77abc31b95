"""The step of a query: what users give as a size or a ratio, and what the sums take."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from theory.balls import Ball, ball, resolve
from theory.power_law import PowerLaw
from theory.validation import Rational, rational

MOST_ADDED = 2_000
"""Vocabulary up to which π₁ of an integer α is computed as a fraction, to decide ties with an absolute sd step."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step by its absolute size η, or by the ratio c = ηπ₁ (gd) or u = Tη/π₁ (sd), or the best one."""

    optimizer: str
    law: PowerLaw
    size: Fraction | None
    ratio: Fraction | None
    best: bool

    @classmethod
    def parse(cls, optimizer: str, law: PowerLaw, size: Rational | None, ratio: Rational | None) -> Step:
        """Return the step that users ask for by size or ratio, or refuse one out of range."""
        if size is not None and ratio is not None:
            raise ValueError(f"step_size={size!r} and step_ratio={ratio!r} are both given; pass one of them")
        if size == "best" or (optimizer == "sd" and size is None and ratio is None):
            return cls(optimizer, law, None, None, best=True)
        exact_size = None if size is None else rational("step_size", size)
        exact_ratio = None
        if ratio is not None:
            exact_ratio = rational("step_ratio", ratio, below=2 if optimizer == "gd" else None)
            if optimizer == "sd" and exact_ratio > 1:
                raise ValueError(
                    f"step_ratio={ratio!r} is out of range; for sd pass Tη/π₁ above 0 and at most 1"
                )
        if optimizer == "gd" and exact_size is not None:
            exact = exact_size
            margin = resolve(lambda: 2 * law.harmonic() - ball(exact), 8, what="2/π₁ - step_size")
            if not margin > 0:
                limit = 2 * law.harmonic()
                raise ValueError(
                    f"step_size={size!r} is out of range; gd diverges from 2/π₁ = {limit.str(6, radius=False)} on"
                )
        return cls(optimizer, law, exact_size, exact_ratio, best=False)

    def value(self, steps: int) -> Ball:
        """Return c or u after so many steps."""
        if self.ratio is not None:
            return ball(self.ratio)
        if self.size is None:
            return ball(1)
        if self.optimizer == "gd":
            return ball(self.size) / self.law.harmonic()
        return ball(self.size * steps) * self.law.harmonic()

    def exact_value(self, steps: int) -> Ball | Fraction:
        """Return the same, as a Fraction where it is rational and a tie k^-α = u is possible."""
        if self.ratio is not None:
            return self.ratio
        if self.size is not None and self.law.dim <= (MOST_ADDED if self.law.alpha.denominator == 1 else 1):
            exponent = self.law.alpha.numerator
            return self.size * steps * sum(Fraction(1, k**exponent) for k in range(1, self.law.dim + 1))
        return self.value(steps)
