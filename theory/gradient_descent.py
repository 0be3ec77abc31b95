r"""Gradient descent on a power law: the exact relative error, its best step size, and the finite-dimension law.

With step size η = c/π₁ (arXiv 2505.19227, Prop. A.1, where c = 1)

.. math:: r_d(t) = \frac{1}{H(d, \alpha)} \sum_{k=1}^{d} s(k), \qquad s(x) = x^{-\alpha} (1 - c x^{-\alpha})^{2t}.

**The best step [this project's].** As a sum of even powers of affine functions the error R is convex in c. With
:math:`S_n = \sum_k k^{-\alpha} (1 - c k^{-\alpha})^n` its slope is

.. math:: R'(c) = -\frac{2t}{c\, H(d, \alpha)} (S_{2t-1} - S_{2t}),

negative at c = 1. So the best c lies in (1, 2), or at small t at the edge of stability c = 2, where the slope may
still be negative. Between two points where S_{2t-1} - S_{2t} has certain and opposite signs convexity encloses the
least error.
"""

from __future__ import annotations

import math
from fractions import Fraction

from theory.balls import Ball, PrecisionError, Undecided, ball, ball_of_float, between, power, precision
from theory.decay_sum import (
    decay_integral,
    decay_sum,
    log_size_beyond_first,
    signed_decay_sum,
    summand_derivative,
    summand_term,
    trapezoid_error,
)
from theory.power_law import PowerLaw
from theory.threshold import zero

MOST_BEFORE_ZERO = 10_000
"""The most terms left of the zero of 1 - c k^-α that the finite law adds (steps above 1/π₁ and small α)."""


MOST_ABOVE = 256
"""The most terms with c k^-α > 1 that the search for the best step sums apart, to see the slope on a log scale."""


def exact(law: PowerLaw, steps: int, c: Ball) -> Ball:
    """Enclose the relative error after ``steps`` steps, 0 < c < 2."""
    return decay_sum(law.alpha, law.dim, steps, c) / law.harmonic()


def best_step(law: PowerLaw, steps: int) -> tuple[Ball, Ball]:
    """Enclose the best c in (0, 2] for t ≥ 1 steps, to half the working precision, and the error there."""
    if law.dim == 1:
        return ball(1), ball(0)
    if (spare := precision() - steps.bit_length()) < 32:
        raise Undecided(32 - spare)

    def sums(c: Ball) -> tuple[Ball, Ball]:
        """Return S_{2t-1} and S_{2t}."""
        odd, even = (signed_decay_sum(law.alpha, law.dim, n, c) for n in (2 * steps - 1, 2 * steps))
        return odd, even

    def slope(gap: Ball) -> Ball:
        """Return a function with the sign of S_{2t-1} - S_{2t} at c = 2 - gap, almost linear near its zero."""
        c = 2 - gap
        odd, even = sums(c)
        above, k = ball(0), 1  # what the terms with c k^-α > 1 take away
        while (weight := power(k, -law.alpha)) * c > 1:
            if k > MOST_ABOVE:
                return odd / even - 1
            above += weight * (c * weight) * (c * weight - 1) ** (2 * steps - 1)
            k += 1
        if above.is_zero():
            return ball(2 * steps)  # nothing: far on the positive side
        below = odd - even + above
        if above > 0 and below > 0:
            return (below / above).log()
        if above > below:
            return ball_of_float(-math.inf)  # too little is left of ``below`` to take its logarithm
        raise Undecided

    edge = ball(2)
    at_edge = slope(ball(0))
    if at_edge >= 0:
        return edge, exact(law, steps, edge)
    if not at_edge < 0:
        raise Undecided
    # The error is flat in c on the scale 1/t: half of the bits are enough, if c has that many behind this scale.
    resolution = ball(Fraction(1, 2 ** min(precision() // 2, spare - 16)))
    width = resolution / steps
    if not at_edge.is_finite():
        at_edge = ball_of_float(min(log_size_beyond_first(law.alpha, law.dim, 2 * steps), -1.0))
    gap = zero(slope, at_edge, -at_edge / steps, width, resolution)
    low, high = (gap - width).max(ball(0)), gap + width
    if not ((low.is_zero() or slope(low) < 0) and slope(high) > 0):
        raise Undecided
    odd, even = sums(2 - gap)
    slack = 2 * steps * abs(odd - even) / (2 - gap) * width
    lowest = exact(law, steps, 2 - gap)
    return between(2 - high, 2 - low), between(lowest - slack / law.harmonic(), lowest)


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
    """Bound the distance of finite from exact rigorously, for c ≤ 1, t ≥ 1 and d ≥ 2 (this project's)."""
    return trapezoid_error(law.alpha, law.dim, steps, c) / law.harmonic()
