r"""Gradient descent on a power law: the exact relative error, and the finite-dimension law.

With step size η = c/π₁ (arXiv 2505.19227, Prop. A.1, where c = 1)

.. math:: r_d(t) = \frac{1}{H(d, \alpha)} \sum_{k=1}^{d} s(k), \qquad s(x) = x^{-\alpha} (1 - c x^{-\alpha})^{2t}.
"""

from __future__ import annotations

from theory.decay_sum import (
    decay_integral,
    decay_sum,
    summand_derivative,
    summand_term,
    trapezoid_error,
)
from theory.enclosure import Ball, PrecisionError, ball, power
from theory.power_law import PowerLaw

MOST_BEFORE_ZERO = 10_000
"""The most terms left of the zero of 1 - c k^-α that the finite law adds (steps above 1/π₁ and small α)."""


def exact(law: PowerLaw, steps: int, c: Ball) -> Ball:
    """Enclose the relative error after ``steps`` steps, 0 < c < 2."""
    return decay_sum(law.alpha, law.dim, steps, c) / law.harmonic()


def finite(law: PowerLaw, twice_steps: Ball, c: Ball) -> Ball:
    r"""Return the finite-dimension law (this project's), for real 2t > 0.

    The Euler-Maclaurin formula over [1, d] through the first derivative at both ends; for c > 1 over
    :math:`[c^{1/\alpha}, d]` with the terms below added. For c = 1 and t > ½ everything at x = 1 vanishes and

    .. math::

        r_d(t) \approx \frac{1}{H(d, \alpha)} \Big[ \frac1\alpha B_{1 - d^{-\alpha}}\big(2t + 1, 1 - \tfrac1\alpha\big)
        + \frac{s(d)}{2} + \frac{s'(d)}{12} \Big].

    Its limits are the three regimes of Theorem 3.1. It is accurate to all digits of a float from a few steps on
    and poor for t of order one or α far above one; :func:`finite_error` bounds the distance.
    """
    alpha, dim = law.alpha, law.dim
    if dim == 1:
        return ball(0) if c == 1 else (twice_steps * abs(1 - c).log()).exp()
    total = decay_integral(alpha, dim, twice_steps, c)
    total += summand_term(alpha, dim, twice_steps, c) / 2
    total += summand_derivative(alpha, dim, twice_steps, c) / 12
    if c < 1:
        total += summand_term(alpha, 1, twice_steps, c) / 2
        total -= summand_derivative(alpha, 1, twice_steps, c) / 12
    k = 1
    while k < dim and c * power(k, -alpha) > 1:
        if k > MOST_BEFORE_ZERO:
            raise PrecisionError(
                f"more than {MOST_BEFORE_ZERO} terms stand before c^(1/α); take a step of at most 1/π₁"
            )
        total += summand_term(alpha, k, twice_steps, c)
        k += 1
    return total / law.harmonic()


def finite_error(law: PowerLaw, steps: int, c: Ball) -> Ball:
    """Bound the distance of finite from exact rigorously, for c ≤ 1 and t ≥ 1 (this project's)."""
    return trapezoid_error(law.alpha, law.dim, steps, c) / law.harmonic()
