"""Second routes to the numbers of ``theory``: mpmath, exact rationals, plain enumeration; nothing of its own."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache
from typing import Any

import mpmath
import pytest


def _mp(value: Fraction | int) -> Any:
    return mpmath.mpf(Fraction(value).numerator) / Fraction(value).denominator


def _power_sum(dim: int, exponent: Fraction) -> Any:
    """H(d, s) for s > 0: added up for small d, else by digamma or by Hurwitz zeta."""
    if dim <= 1500:
        return mpmath.fsum(mpmath.power(k, -_mp(exponent)) for k in range(1, dim + 1))
    if exponent == 1:
        return mpmath.digamma(dim + 1) + mpmath.euler
    # The zetas cancel to the left of their common pole: as many digits more as 1/|s - 1| has.
    loss = abs(exponent - 1)
    more = max(0, math.ceil(-math.log10(loss))) if loss < 1 else 0
    with mpmath.workdps(mpmath.mp.dps + more + 10):
        s = _mp(exponent)
        if (
            s > 1 and (s - 1) * mpmath.log10(dim) > mpmath.mp.dps
        ):  # the rest is below d^(1 - s) (1 + 1/(s - 1))
            return mpmath.zeta(s)
        return mpmath.zeta(s) - mpmath.zeta(s, dim + 1)


class Reference:
    """The relative error of gradient and sign descent, each by a route that shares no line with ``theory``."""

    mp = staticmethod(_mp)
    power_sum = staticmethod(_power_sum)

    @staticmethod
    def gd_direct(alpha: Fraction, dim: int, steps: int, c: Fraction, digits: int) -> Any:
        """Add all d terms. A term loses log10(2t) digits of the rounding of its base, so so many more are carried."""
        with mpmath.workdps(digits + len(str(2 * steps)) + 10):
            weights = [mpmath.power(k, -_mp(alpha)) for k in range(1, dim + 1)]
            return mpmath.fsum(w * (1 - _mp(c) * w) ** (2 * steps) for w in weights) / mpmath.fsum(weights)

    @staticmethod
    def gd_binomial(alpha: Fraction, dim: int, steps: int, c: Fraction, digits: int) -> Any:
        """Expand (1 - c k^-α)^2t; the alternating sum loses at most log10 of (1 + c)^2t / r digits."""
        with mpmath.workdps(digits + steps * 2 + 60):
            terms = (
                math.comb(2 * steps, j) * _mp((-c) ** j) * _power_sum(dim, (j + 1) * alpha)
                for j in range(2 * steps + 1)
            )
            return mpmath.fsum(terms) / _power_sum(dim, alpha)

    @staticmethod
    def gd_fraction(alpha: int, dim: int, steps: int, c: Fraction) -> Fraction:
        """The exact rational, for integer α."""
        weights = [Fraction(1, k**alpha) for k in range(1, dim + 1)]
        return sum((w * (1 - c * w) ** (2 * steps) for w in weights), Fraction(0)) / sum(weights)

    @staticmethod
    def gd_quadrature(alpha: Fraction, dim: int, steps: int, digits: int = 50) -> Any:
        """Integrate in u = log x between hand-placed points and add Euler-Maclaurin terms at d (c = 1, large t).

        At x = 1 every derivative of order below 2t vanishes. What is left there is of the order
        exp(-2π (1 + 1/α) (2tα / 2π)^(1 / (α + 1)) sin(π / (2 (α + 1)))), so t is taken large for the digits wanted.
        """
        with mpmath.workdps(digits + len(str(steps)) + 20):
            a, log_d = _mp(alpha), mpmath.log(dim)

            def mass(u: Any) -> Any:
                return mpmath.exp(u * (1 - a) + 2 * steps * mpmath.log1p(-mpmath.exp(-a * u)))

            peak = mpmath.log(2 * steps) / a
            start = max(mpmath.mpf("1e-30"), (mpmath.log(2 * steps) - mpmath.log(3 * mpmath.mp.dps)) / a)
            points = sorted({start, log_d, *(min(max(start, peak + i / a), log_d) for i in range(-8, 9))})
            points += [peak + (log_d - peak) * j / 24 for j in range(24) if peak + 8 / a < log_d]
            points = sorted(p for p in points if start <= p <= log_d)
            total = mpmath.quad(mass, points)
            series = mpmath.taylor(lambda h: (1 + h) ** -a * (1 - (dim * (1 + h)) ** -a) ** (2 * steps), 0, 7)
            size = mpmath.power(dim, -a)
            total += size * series[0] / 2
            total += size * sum(
                mpmath.bernoulli(2 * j) / (2 * j) * series[2 * j - 1] / mpmath.mpf(dim) ** (2 * j - 1)
                for j in range(1, 5)
            )
            return total / _power_sum(dim, alpha)

    @staticmethod
    def sd_pieces(alpha: Fraction, dim: int, steps: int, digits: int = 40) -> tuple[Any, int, Any]:
        """Return the best loss of sd over all d pieces of the step size, with its m and u, by enumeration."""
        with mpmath.workdps(digits):
            weights = [mpmath.power(k, -_mp(alpha)) for k in range(1, dim + 1)]
            first = second = mpmath.mpf(0)
            best: tuple[Any, int, Any] | None = None
            for m, w in enumerate(weights, start=1):
                first, second = first + w, second + w * w
                curvature = m + mpmath.mpf(dim - m) / (4 * steps * steps)
                u = min(first / curvature, w)
                if m < dim and u <= weights[m]:
                    continue  # its infimum lies at the lower end, which belongs to the next piece
                loss = second - 2 * u * first + u * u * curvature
                if best is None or loss < best[0]:
                    best = loss, m, u
            assert best is not None
            return best[0] / second, best[1], best[2]

    @staticmethod
    def sd_loss(weights: list[Any], steps: int, u: Any) -> Any:
        """Assumption 4.1 taken literally, coordinate by coordinate: on its way, or half a step for ever."""
        half = u / (2 * steps)
        return sum((w - u) ** 2 if w >= u else half**2 for w in weights) / sum(w * w for w in weights)


@pytest.fixture(scope="session")
def reference() -> type[Reference]:
    return Reference


@pytest.fixture(scope="session")
def rounding() -> Any:
    """The relative distance allowed between an answer of so many digits and the truth.

    Half a unit in the last place of the mpf, and the ball, which proves three digits more than are printed.
    """

    @cache
    def bound(digits: int) -> Any:
        return mpmath.mpf(2) ** -mpmath.libmp.dps_to_prec(digits) + mpmath.mpf(10) ** -(digits + 3)

    return bound
