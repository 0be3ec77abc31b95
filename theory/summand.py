"""Where the gradient-descent sum lives, in floating-point logarithms: a guide for :mod:`theory.decay_sum`.

Nothing here is rigorous and nothing needs to be: a bad guess costs accuracy or time, never correctness. With
u = log x the summand is f(x) = x^-α |1 - w|^2t, w = c x^-α; logarithms keep t and d of any size within floats.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Summand:
    """The summand f, by the exponent α and the logarithms of c, 2t and 2 - c (for words with w close to 2)."""

    alpha: float
    log_c: float
    log_2t: float
    log_gap: float

    def log_w(self, u: float) -> float:
        """Return log of w = c x^-α at u = log x."""
        return self.log_c - self.alpha * u

    def log_exponent(self, u: float) -> float:
        """Return log of E where |1 - w|^2t = e^-E; -inf at E = 0, inf where w = 1."""
        log_w = self.log_w(u)
        if log_w < -36:
            return self.log_2t + log_w
        if log_w < -0.5:
            return self.log_2t + math.log(-math.log1p(-math.exp(log_w)))
        if log_w > 0.5:
            log_short = self._log_short(u)  # of 2 - w
            if log_short < -36:
                return self.log_2t + log_short
            return self.log_2t + math.log(-math.log1p(-math.exp(log_short)))
        gap = abs(math.expm1(log_w))
        if gap == 0.0:
            return math.inf
        return self.log_2t + math.log(-math.log(gap))

    def _log_short(self, u: float) -> float:
        """Return log of 2 - w = (2 - c) + c (1 - x^-α)."""
        fall = -math.expm1(-self.alpha * u)
        terms = (self.log_gap, self.log_c + math.log(fall) if fall > 0.0 else -math.inf)
        largest = max(terms)
        return largest if largest == -math.inf else largest + math.log1p(math.exp(min(terms) - largest))

    def log_decay(self, u: float) -> float:
        """Return log of |1 - w|^2t, cut off at -10^299."""
        log_exponent = self.log_exponent(u)
        return -math.inf if log_exponent == math.inf else -math.exp(min(log_exponent, 690.0))

    def lost_bits(self, u: float) -> int:
        """Return log2 of E right of the zero, by which the logarithm of the decay is less accurate than w."""
        return max(0, math.ceil(self.log_exponent(u) / math.log(2))) if self.log_w(u) < 0.0 else 0

    def log_term(self, u: float) -> float:
        """Return log f(x) at u = log x."""
        return self.log_decay(u) - self.alpha * u

    def log_mass(self, u: float) -> float:
        """Return log of x f(x), the summand on the logarithmic scale."""
        return self.log_term(u) + u

    def u_zero(self) -> float:
        """Return log of the real zero c^(1/α) of the second factor."""
        return self.log_c / self.alpha

    def u_peak(self, offset: float) -> float:
        """Return log of the x right of the zero that maximises x^offset f(x), infinite where it only rises."""
        falling = self.alpha - offset
        if falling <= 0.0:
            return math.inf
        log_odds = math.log(falling / self.alpha) - self.log_2t  # w / (1 - w) at the maximum
        return (self.log_c + (math.log1p(math.exp(-log_odds)) if log_odds > -700 else -log_odds)) / self.alpha

    def log_slope(self, u: float) -> float:
        """Return log of f'/f at x = e^u where f rises there, else -inf."""
        log_w = self.log_w(u)
        if log_w >= 0.0:
            return -math.inf
        log_growth = self.log_2t + log_w - math.log(-math.expm1(log_w))  # 2t w / (1 - w)
        if log_growth <= 0.0:
            return -math.inf
        return math.log(self.alpha) + log_growth + math.log(-math.expm1(-log_growth)) - u

    def widest(self) -> float:
        """Return the largest θ considered: the discs keep |arg z^-α| below 0.31 and |z^-α| within a factor 1.5."""
        return min(0.25, 0.3 / self.alpha)


@dataclass(frozen=True, slots=True)
class Survey:
    """Where the sum lives.

    Attributes
    ----------
    shape : Summand
    log_d : float
    first, u_first : int, float
        The first relevant k right of the zero of 1 - w and not beyond the maximum of f, and its logarithm.
    log_slope : float
        log f'/f at d if f rises steeply there, so that only a strip below d counts; else -inf.
    log_negligible : float
        Logarithm of a part that may be neglected; relative to the decay at d, which may leave all floats, if f
        is steep.
    spare : float
        Logarithm of the relative accuracy asked for.
    """

    shape: Summand
    log_d: float
    first: int
    u_first: float
    log_slope: float
    log_negligible: float
    spare: float

    @property
    def steep(self) -> bool:
        """Whether f rises by the factor e over far less than d, at d."""
        return self.log_slope > -math.inf

    def matters(self, u: float) -> bool:
        """Say whether the term at u, or u such terms, may count beside the first term or the end of the sum."""
        shape = self.shape
        at_u, at_first, at_end = map(shape.log_exponent, (u, 0.0, self.log_d))
        if (
            min(at_u, at_first, at_end) >= 38.0
        ):  # terms e^-E, E beyond a float's integers: the least E alone counts
            return at_u < min(at_first, at_end) + 1e-9
        beside_end = self.log_negligible + (shape.log_decay(self.log_d) if self.steep else 0.0)
        return shape.log_mass(u) > max(beside_end, shape.log_mass(0.0) - self.spare)


def survey(shape: Summand, dim: int, bits: int) -> Survey:
    """Find out where the sum over k ≤ d lives, to a relative accuracy of ``bits`` bits."""
    spare = (bits + 8) * math.log(2)
    log_d = math.log(dim)
    log_slope = shape.log_slope(log_d)
    log_strip = math.log(spare + max(log_d + log_slope, 0.0)) - log_slope
    if log_strip < log_d - 0.7:
        first = dim - max(_integer_at(log_strip), 1)
        log_size = -shape.alpha * log_d - log_slope
        return Survey(shape, log_d, first, math.log(first), log_slope, log_size - spare, spare)

    u_mass = min(max(shape.u_peak(1.0), 0.0), log_d)
    log_size = max(shape.log_mass(u_mass), shape.log_mass(0.0), shape.log_mass(log_d))
    low, high = max(shape.u_zero(), 0.0), min(u_mass, shape.u_peak(0.0) - 1e-9)
    if high <= low:  # f falls all the way, or has no room to rise
        low = 0.0
    elif shape.log_mass(high) <= log_size - spare:
        low = high
    else:
        for _ in range(60):
            middle = 0.5 * (low + high)
            if shape.log_mass(middle) <= log_size - spare:
                low = middle
            else:
                high = middle
    u_first = min(low, log_d)
    return Survey(shape, log_d, _integer_at(u_first), u_first, -math.inf, log_size - spare, spare)


def orders(found: Survey, start: int, dim: int) -> tuple[int, float] | None:
    """Choose m and θ for the Euler-Maclaurin formula on [start, d].

    The fewest derivative terms m, and the log θ, for which the remainder bound is negligible; None if there are none.
    """
    shape, log_start, log_widest = found.shape, math.log(start), math.log(found.shape.widest())
    log_length = math.log(max(dim - start, 1))
    for m in range(4, 161, 4):
        # Where f rises by e over 1/slope, a radius of 2m/slope is the best compromise of power and growth.
        log_theta = min(log_widest, math.log(2 * m) - found.log_slope - found.log_d)
        log_bound = (
            math.log(4.0)
            + math.lgamma(2 * m + 1)
            - 2 * m * (math.log(2 * math.pi) + log_theta)
            - shape.alpha * math.log1p(-math.exp(log_theta))
            + _log_growth(found, log_start, log_theta)
            - (shape.alpha + 2 * m) * log_start
            + min(log_start - math.log(2 * m + shape.alpha - 1), log_length)
        )
        if log_bound <= found.log_negligible:
            return m, log_theta
    return None


def _log_growth(found: Survey, log_start: float, log_theta: float) -> float:
    """Return the logarithm of the largest |1 - c z^-α|^2t on the discs; relative to that at d if f is steep."""
    shape = found.shape
    theta = math.exp(log_theta)
    cosine = math.cos(shape.alpha * math.asin(theta))
    if found.steep:
        # 1 - cos ψ (1 + θ)^-α, which is αθ long before θ leaves the floats
        shortfall = -math.expm1(math.log(cosine) - shape.alpha * math.log1p(theta))
        log_shortfall = math.log(shortfall) if log_theta > -30 else math.log(shape.alpha) + log_theta
        return math.exp(min(found.log_slope + found.log_d + log_shortfall, 690.0)) / shape.alpha
    largest = -math.inf
    for u in (log_start, found.log_d):
        for modulus in ((1 + theta) ** -shape.alpha, (1 - theta) ** -shape.alpha):
            w = math.exp(shape.log_w(u)) * modulus
            change = w * (w - 2 * cosine)
            rate = 0.5 * math.log1p(change) if change > -1.0 else -math.inf
            scale = math.exp(min(shape.log_2t + math.log(abs(rate)), 690.0)) if rate else 0.0
            largest = max(largest, math.copysign(scale, rate))
    return largest


def _integer_at(u: float) -> int:
    """Return an integer near e^u; any will do."""
    shift = max(0, int(u / math.log(2)) - 60)
    return max(1, int(math.exp(u - shift * math.log(2)))) << shift
