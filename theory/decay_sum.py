r"""Certified value of :math:`S = \sum_{k=1}^{d} k^{-\alpha} (1 - c k^{-\alpha})^{2t}` at a cost free of d and t.

This is the loss of gradient descent with step c/π₁ under the power law (arXiv 2505.19227, Prop. A.1). The terms
f(k) fall while c k^-α > 1, then rise to k* = (c(1 + 2t))^(1/α) and fall again. Accordingly the sum is cut into

* a *head* of first terms, added one by one where they matter and bounded by monotonicity where they do not,
* a *body* [N, d], by the Euler-Maclaurin formula with a proven remainder,
* for large α a *tail* bounded by :math:`\int_M^\infty x^{-\alpha} dx`; and when t is so large that only the last
  few terms count, those alone.

Where to cut is decided in floating point, by :mod:`theory.summand`; that choice costs accuracy when it is bad,
never correctness, because every neglected part is bounded in ball arithmetic.

**Remainder.** With :math:`|\tilde B_{2m}| \le |B_{2m}|` the remainder after m derivative terms is at most
:math:`\frac{|B_{2m}|}{(2m)!} \int_N^d |f^{(2m)}|`. Cauchy's estimate on the disc of radius θx about x gives
:math:`|f^{(2m)}(x)| \le (2m)! (\theta x)^{-2m} ((1-\theta)x)^{-\alpha} G`, G the maximum of
:math:`|1 - c z^{-\alpha}|^{2t}` over all these discs. On the disc :math:`c z^{-\alpha} = w \omega` with
:math:`w = c x^{-\alpha}`, :math:`(1+\theta)^{-\alpha} \le |\omega| \le (1-\theta)^{-\alpha}` and
:math:`|\arg \omega| \le \psi = \alpha \arcsin\theta < \pi/2`; :math:`|1 - w\omega|^2 = 1 - 2w|\omega|\cos\arg\omega
+ w^2|\omega|^2` is convex in w and in |ω| and largest at the largest argument, so G is the largest of four
corner values, and

.. math:: |R_m| \le |B_{2m}|\, \theta^{-2m} (1-\theta)^{-\alpha} G\, N^{-\alpha-2m}
   \min\Big(\frac{N}{2m + \alpha - 1}, d - N\Big).

[this project's; the paper has the case of Lemma C.4, |Σ - ∫| bounded by the largest term.]
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import reduce
from typing import Any

from flint import acb, arb, arb_series, ctx, fmpq, fmpz

from theory.balls import Ball, PrecisionError, Undecided, ball, between_zero_and, power, power_sum
from theory.summand import Summand, Survey, orders, survey

DIRECT_TERMS = 400
"""Sums of at most this many terms are added up: 2 µs each, together as dear as one Euler-Maclaurin evaluation."""

MOST_TERMS = 2_000_000
"""The most terms that are ever added one by one (needed for exponents far above 100, and near step 2/π₁)."""


def decay_sum(alpha: Fraction, dim: int, steps: int, c: Ball) -> Ball:
    """Enclose the sum at the working precision; α > 0, 0 < c ≤ 2, integers d ≥ 1 and t ≥ 0 of any size."""
    return signed_decay_sum(alpha, dim, 2 * steps, c)


def signed_decay_sum(alpha: Fraction, dim: int, exponent: int, c: Ball) -> Ball:
    r"""Enclose :math:`\sum_{k=1}^{d} k^{-\alpha} (1 - c k^{-\alpha})^{n}` for an integer n ≥ 0, odd or even."""
    if exponent == 0:
        return power_sum(dim, alpha)
    if dim <= DIRECT_TERMS:
        return _add_terms(alpha, 1, dim, exponent, c)

    shape = _shape(alpha, ball(exponent), c)
    lost = shape.lost_bits(math.log(dim))  # every term is e^-E with an error of E 2^-prec
    if ctx.prec < lost + 32:
        raise Undecided(lost + 32)
    found = survey(shape, dim, ctx.prec - lost)
    shortest = math.ceil(0.13 * (ctx.prec + 8) / found.shape.widest())
    far = min(math.log(DIRECT_TERMS), shape.u_zero())
    if shape.u_zero() > math.log(shortest) and not found.steep and found.matters(far):
        first, head = 1, arb(0)  # the body runs across the zero, rather than a long head up to it
    else:
        first, head = found.first, _head(alpha, exponent, c, found)
    if dim - first < DIRECT_TERMS:
        return head + _add_terms(alpha, first, dim, exponent, c)
    if found.steep and not found.matters(found.log_d):
        return head + _monotone_bound(alpha, first, dim + 1, exponent, c)
    if found.shape.alpha > 1 and not found.steep:
        last = math.exp(min(found.log_negligible / (1.0 - found.shape.alpha), 50.0))
        if first < last < DIRECT_TERMS:
            cut = math.ceil(last)
            tail = power(cut, 1 - alpha) / ball(alpha - 1)  # |1 - w| <= 1 as 0 < w <= 2
            return head + _add_terms(alpha, first, cut, exponent, c) + between_zero_and(tail)

    start = max(first, shortest)
    while (chosen := orders(found, start, dim)) is None and start < dim:
        start *= 2
    if chosen is None or start >= dim:
        return head + _add_terms(alpha, first, dim, exponent, c)
    integral = _integral(alpha, dim, _log_ratio(dim, start), ball(exponent), c, found)
    body = integral + _euler_maclaurin(alpha, start, dim, exponent, c, *chosen)
    return head + _add_terms(alpha, first, start - 1, exponent, c) + body


def log_size_beyond_first(alpha: Fraction, dim: int, exponent: int) -> float:
    """Estimate the logarithm of the sum over k ≥ 2 at c = 2, in floats and for guidance only."""
    shape, log_dim = _shape(alpha, ball(exponent), ball(2)), math.log(dim)
    peak = min(max(shape.u_peak(1.0), math.log(2)), log_dim)
    return max(shape.log_mass(peak), shape.log_mass(log_dim))


def decay_integral(alpha: Fraction, dim: int, twice_steps: Ball, c: Ball) -> Ball:
    r"""Return :math:`\int_{\max(1, c^{1/\alpha})}^{d} x^{-\alpha} (1 - c x^{-\alpha})^{2t} dx` for real 2t > 0.

    For c = 1 this is the incomplete Beta function
    :math:`\tfrac1\alpha B_{1 - d^{-\alpha}}(2t + 1, 1 - \tfrac1\alpha)`, which hypergeometric series reach
    only while t is not far above d^α. A part that is negligible at the working precision is left out at the
    lower end, so the ball is an accurate value, not an enclosure.
    """
    found = survey(_shape(alpha, twice_steps, c), dim, ctx.prec)
    length = _log_ratio(dim, found.first) if found.steep else ball(dim).log() - arb(found.u_first)
    return _integral(alpha, dim, length, twice_steps, c, found)


def _log_ratio(dim: int, start: int) -> Ball:
    """Enclose log(d / start), without cancellation wherever start lies in [1, d]."""
    if 2 * start < dim:
        return ball(dim).log() - ball(start).log()
    return -ball(Fraction(start - dim, dim)).log1p()


def _shape(alpha: Fraction, twice_steps: Ball, c: Ball) -> Summand:
    if not c > 0:
        raise Undecided
    gap = (2 - c).upper()
    log_gap = float(gap.log()) if gap > 0 else -math.inf
    return Summand(float(alpha), float(c.log()), float(twice_steps.log()), log_gap)


def _head(alpha: Fraction, n: int, c: Ball, found: Survey) -> Ball:
    """Enclose the sum before ``first``: the terms left of the zero that matter are added, the others bounded."""
    end, added = found.first, 0
    while (
        added + 1 < end and math.log(added + 1) <= found.shape.u_zero() and found.matters(math.log(added + 1))
    ):
        added += 1
    return _add_terms(alpha, 1, added, n, c) + _monotone_bound(alpha, added + 1, end, n, c)


def summand_term(alpha: Fraction, k: int, twice_steps: Ball, c: Ball) -> Ball:
    """Enclose f(k) = k^-α |1 - c k^-α|^2t for real 2t."""
    weight = power(k, -alpha)
    return weight * _decay(c * weight, twice_steps)


def summand_derivative(alpha: Fraction, k: int, twice_steps: Ball, c: Ball) -> Ball:
    """Enclose f'(k) where c k^-α < 1."""
    w = c * power(k, -alpha)
    return ball(alpha) / k * (twice_steps * w / (1 - w) - 1) * summand_term(alpha, k, twice_steps, c)


def _decay(w: Ball, twice_steps: Ball) -> Ball:
    """Enclose |1 - w|^2t; through log1p where w is small, so that no bit is lost to the size of t."""
    if w < 0.75:
        return (twice_steps * (-w).log1p()).exp()
    gap = abs(1 - w)
    return gap**twice_steps if gap > 0 else between_zero_and(gap.upper() ** twice_steps)


def _add_terms(alpha: Fraction, first: int, last: int, n: int, c: Ball) -> Ball:
    exponent, unit = fmpq(-alpha.numerator, alpha.denominator), c == 1
    whole = fmpz(n)
    if last - first >= MOST_TERMS:
        raise PrecisionError(
            f"{last - first + 1} single terms would have to be added, more than {MOST_TERMS}"
        )
    total = arb(0)
    for k in range(first, last + 1):
        weight = arb(k) ** exponent
        w = weight if unit else c * weight
        total += weight * ((whole * (-w).log1p()).exp() if w < 0.75 else _whole_power(1 - w, whole))
    return total


def _whole_power(base: Ball, exponent: Any) -> Ball:
    """Enclose base^n for an integer n ≥ 1; ``**`` itself gives nothing where the ball holds 0."""
    if base.contains(0):
        return arb(0, (abs(base).upper() ** exponent).upper())
    return base**exponent


def _monotone_bound(alpha: Fraction, first: int, end: int, n: int, c: Ball) -> Ball:
    """Enclose the sum over first ≤ k < end, where |f| falls or rises or falls and then rises: by its end values."""
    count = end - first
    if count <= 0:
        return arb(0)
    if not _rises_until(alpha, end - 1, n, c):
        raise ArithmeticError("the head reaches beyond the maximum of the summand")
    ends = (summand_term(alpha, k, ball(n), c) for k in (first, end - 1))
    return arb(0, (count * next(ends).max(next(ends))).upper())


def _rises_until(alpha: Fraction, last: int, n: int, c: Ball) -> bool:
    """Say whether f certainly rises from its zero, or from 1, to ``last``: c(1 + n) last^-α ≥ 1."""
    return bool(c * ball(1 + n) * power(last, -alpha) >= 1)


def _growth(alpha: Fraction, start: int, dim: int, n: int, c: Ball, theta: Ball) -> Ball:
    """Upper bound of |1 - c z^-α|^2t over the discs of radius θx about every x in [start, d]."""
    cosine = (ball(alpha) * theta.asin()).cos()
    exponent = fmpq(-alpha.numerator, alpha.denominator)
    corners = []
    for x in (start, dim):
        for modulus in ((1 + theta) ** exponent, (1 - theta) ** exponent):
            w = c * power(x, -alpha) * modulus
            corners.append((ball(Fraction(n, 2)) * (w * w - 2 * w * cosine).log1p()).exp().upper())
    return reduce(arb.max, corners)  # unlike the builtin, keeps a corner that is not a number


def _euler_maclaurin(
    alpha: Fraction, start: int, dim: int, n: int, c: Ball, m: int, log_theta: float
) -> Ball:
    """Enclose the sum over start ≤ k ≤ d less the integral: m derivative terms at both ends, and the remainder."""
    radius = arb(log_theta).exp().mid()
    remainder = (
        abs(arb.bernoulli(2 * m))
        * radius ** (-2 * m)
        * power(1 - radius, -alpha)
        * _growth(alpha, start, dim, n, c, radius)
        * power(start, -alpha - 2 * m)
        * (start / ball(2 * m - 1 + alpha)).min(ball(dim - start))
    )
    total = arb(0, remainder.upper())
    for x, sign in ((start, -1), (dim, 1)):
        taylor, scale, square = _taylor(alpha, x, n, c, 2 * m), ball(x), ball(x * x)
        total += taylor[0] / 2
        for j in range(1, m + 1):
            total += sign * arb.bernoulli(2 * j) / (2 * j) * taylor[2 * j - 1] / scale
            scale *= square
    return total


def _taylor(alpha: Fraction, x: int, n: int, c: Ball, length: int) -> list[Ball]:
    """Coefficients of f(x (1 + h)) in powers of h."""
    exponent = ball(alpha)
    binomial = [arb(1)]
    for j in range(length - 1):
        binomial.append(binomial[-1] * (-exponent - j) / (j + 1))
    cap = ctx.cap
    ctx.cap = length
    try:
        shape = arb_series(binomial, prec=length)  # (1 + h)^-α
        weight = power(x, -alpha)
        w0 = c * weight
        w = w0 * shape
        if w0.contains(1) or not w0.is_finite():
            raise Undecided
        log_factor = (w.derivative() / (w - 1)).integral()  # log|1 - w(h)| - log|1 - w0|
        series = shape * (ball(n) * log_factor).exp()
        coefficients = series.coeffs()
    finally:
        ctx.cap = cap
    size = weight * _decay(w0, ball(n))
    if n % 2 and w0 > 1:
        size = -size
    return [size * a for a in coefficients[:length]]


def _integral(alpha: Fraction, dim: int, length: Ball, twice_steps: Ball, c: Ball, found: Survey) -> Ball:
    """Enclose ∫ f over [d e^-length, d], in v = log(d / x): no cancellation between ends that almost agree."""
    exponent, fall = ball(alpha), ball(alpha - 1)
    w_end = c * power(dim, -alpha)
    whole = twice_steps.unique_fmpz()
    crosses = whole is not None and not w_end * (exponent * length).exp() < 1
    # Quadrature wants numbers of common size: beside a steep end the decay there is set apart.
    log_end = twice_steps * (-w_end).log1p() if found.steep and not crosses else ball(0)

    def integrand(v: Ball, analytic: bool) -> Ball:
        w = w_end * (exponent * v).exp()
        if crosses:  # the zero of 1 - w lies inside: an entire function, at the price of some bits
            return (fall * v).exp() * (1 - w) ** whole
        if not w.abs_upper() < 1:  # around the branch point at the lower end: not analytic, but small
            if analytic:
                return acb("nan", "nan")
            return (fall * v - log_end).exp() * acb(arb(0, (1 - w).abs_upper() ** twice_steps))
        return (fall * v + twice_steps * (-w).log1p() - log_end).exp()

    scale = power(dim, 1 - alpha)
    tolerance = arb(found.log_negligible).exp() / scale
    integral = acb.integral(integrand, 0, length, rel_tol=arb(-found.spare).exp(), abs_tol=tolerance).real
    return scale * integral * log_end.exp()


def trapezoid_error(alpha: Fraction, dim: int, steps: int, c: Ball) -> Ball:
    r"""Bound the sum less :math:`\int_1^d f + f(1)/2 + f(d)/2 - f'(1)/12 + f'(d)/12` (c ≤ 1, t ≥ 1), from above.

    For any N up to the maximum of f, the first N terms differ from their trapezoidal integral by at most
    (f(N) - f(1))/2, as f rises there; on [N, d] the Euler-Maclaurin formula is used. The best N among the powers
    of two is taken. No bound below that of N = 1 or 2 is to be had for t of order one.
    """
    twice = ball(2 * steps)
    log_widest = math.log(_shape(alpha, twice, c).widest())
    edge = abs(summand_derivative(alpha, 1, twice, c)) / 12 if c < 1 else arb(0)
    slope = summand_derivative(alpha, dim, twice, c) / 12
    at_end = summand_term(alpha, dim, twice, c) / 2 + slope
    bounds = [(power_sum(dim, alpha) + edge + abs(slope)).upper()]  # the sum and the trapezoid lie in [0, H]
    start = 2
    while start < dim and _rises_until(alpha, start, 2 * steps, c):
        at_start = summand_term(alpha, start, twice, c) / 2
        for m in (2, 4, 8, 16, 32):
            rest = _euler_maclaurin(alpha, start, dim, 2 * steps, c, m, log_widest) - at_start - at_end
            bounds.append((at_start + abs(rest) + edge).upper())
        start *= 2
    return min(bounds)
