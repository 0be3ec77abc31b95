r"""Sign descent on a power law under the simplified dynamics (Assumption 4.1 of arXiv 2505.19227).

A coordinate at distance δ moves by η a step until it is closer than η and then stays at η/2. After T steps, with
u = Tη/π₁ = φ^-α and m = ⌊φ⌋ the number of coordinates with k^-α ≥ u (Prop. A.2),

.. math:: r_d(T, u) = \frac{F_m(u)}{H(d, 2\alpha)}, \qquad
   F_m(u) = H(m, 2\alpha) - 2u H(m, \alpha) + u^2 (m + c (d - m)), \qquad c = \frac{1}{4T^2}.

**The best step [this project's].** Write w_k = k^-α, H_m = H(m, α), and J(u) for the loss over all u > 0. For any
α, c > 0 and d ≥ 1 two bisections find its minimum among the d pieces w_{m+1} < u ≤ w_m (the last begins at 0):

*Inside a piece* J = F_m, a quadratic with minimizer u_m = H_m/(m + c(d - m)); as u falls past the end, F_m(w_{m+1})
drops by c w_{m+1}² to J(w_{m+1}). Let m₀ be the first m with u_m ≥ w_{m+1}. Before that piece J falls with u (beyond
u = 1, too). From u_m ≥ w_{m+1} follows H_{m+1} = H_m + w_{m+1} > (m + 1 + c(d - m - 1)) w_{m+1}, that is
u_{m+1} > w_{m+1} > w_{m+2}: every piece after m₀ is best at its upper end.

*The upper ends.* As m w_m² = w_m^(2-1/α), there J(w_m) = Φ(w_m) with the differentiable function

.. math:: \Phi(u) = \sum_k \max(w_k - u, 0)^2 + c\,(d u^2 - u^{2 - 1/\alpha}), \qquad
   \frac{\Phi'(u)}{2u} = cd - R(x), \qquad R(x) = x^\alpha H_m - m - c q x,

where x = u^(-1/α), m = ⌊x⌋ and q = 1/(2α) - 1. R is continuous, with one-sided derivatives, and *where R(x) ≥ cd,
1 ≤ x ≤ d, it increases*. So Φ(w_m) falls with m up to the first m₁ with R(m₁) ≥ cd (d if there is none) or the m
before, and rises from there: the best upper end is one of these two.

*Proof.* x R' = α x^α H_m - c q x, which is positive if α ≥ ½. If α < ½, then R ≥ cd ≥ cx says
c x ≤ 2α (x^α H_m - m), so that x R' ≥ (1-2α) m - (1-3α) x^α H_m, positive if α ≥ ⅓. If α < ⅓, use x ≤ m + 1 and

.. math:: (m + 1)^\alpha H_m \le \frac{m}{1 - \alpha}, \quad\text{the sum over } k \le m \text{ of}\quad
   (1 - \alpha)\, k^{-\alpha} \le k (k + 1)^{-\alpha} - (k - 1) k^{-\alpha},

which is Bernoulli's (1 + 1/k)^-α ≥ 1 - α/k: there remains x R' ≥ 2α² m/(1 - α) > 0. ∎

*Large m.* For u ≥ w_d even J(u) = Φ(u) + c u² (x - m) ≥ Φ(u), so the least J lies between the minimum of Φ and any
J(w_m); m₁ need then not be known to the last digit, and the cost does not depend on d.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import reduce

from theory.balls import (
    Ball,
    Undecided,
    ball,
    between,
    compare,
    floor_of,
    power,
    power_sum,
    precision,
    root,
)
from theory.power_law import PowerLaw
from theory.threshold import bracket, first_integer


def loss(alpha: Fraction, m: int, u: Ball, floor: Ball) -> Ball:
    """Enclose F_m(u) for m coordinates still on their way and ``floor`` = c (d - m)."""
    return power_sum(m, 2 * alpha) - 2 * u * power_sum(m, alpha) + u * u * (m + floor)


def exact(law: PowerLaw, steps: int, u: Ball | Fraction, m: int | None = None) -> Ball:
    """Enclose the relative error after T ≥ 1 steps of size u π₁/T, with m = ⌊φ⌋ where it is known.

    A tie k^-α = u ends at zero.
    """
    m = remaining(law, u) if m is None else m
    return _loss_at(law, steps, m, ball(u) if isinstance(u, Fraction) else u) / law.harmonic(2)


def remaining(law: PowerLaw, u: Ball | Fraction) -> int:
    """Return how many k ≤ d have k^-α ≥ u; of a rational u a tie is decided in integers."""
    if u > 1:
        return 0
    phi = power(ball(u) if isinstance(u, Fraction) else u, -1 / law.alpha)
    if phi >= law.dim:
        return law.dim
    whole = floor_of(phi)
    if whole is None and isinstance(u, Fraction):
        nearest = floor_of(phi + ball(Fraction(1, 2)))
        if nearest is not None and is_tie(nearest, law.alpha, u):
            whole = nearest
    if whole is None:
        raise Undecided
    return min(whole, law.dim)


def is_tie(k: int, alpha: Fraction, u: Fraction) -> bool:
    """Decide k^-α = u. With α = p/q in lowest terms a rational k^-α has k = n^q and is n^-p."""
    n = root(k, alpha.denominator)
    if n is None or u.numerator != 1:
        return False
    bits = alpha.numerator * math.log2(n)
    return abs(u.denominator.bit_length() - bits) <= 2 and u.denominator == n**alpha.numerator


def best(law: PowerLaw, steps: int) -> Ball:
    """Enclose the relative error after T ≥ 1 steps of the best size."""
    low, high = _turn(law, steps, precision() // 2 + 16)
    if high - low > 1:
        value, slack = _at_end(law, steps, high), _slack(law.alpha, low, high, _level(law, steps, high))
        return between(value - slack, value) / law.harmonic(2)
    losses = (_loss_at(law, steps, *step) for step in _candidates(law, steps, high))
    return reduce(lambda one, other: one.min(other), losses) / law.harmonic(2)


def best_step(law: PowerLaw, steps: int) -> tuple[int, Ball]:
    """Return (m, u) of the best step size: m coordinates still on their way, u = Tη/π₁ enclosed.

    Where m exceeds half of the working precision it is known to so many bits.
    """
    bits = precision() // 2
    low, high = _turn(law, steps, bits)
    if high - low > 1:
        margin = high >> (bits - 16)
        low, middle, high = low - margin, high, min(high + margin, law.dim)
        least = _at_end(law, steps, middle)
        if not all(end == law.dim or _at_end(law, steps, end) > least for end in (low, high)):
            raise Undecided
        return middle, between(power(high, -law.alpha), power(low, -law.alpha))
    best, *others = _candidates(law, steps, high)
    for other in others:
        found, least = _loss_at(law, steps, *other), _loss_at(law, steps, *best)
        # At neighboring upper ends they may agree to twice the digits of m, so a tie takes more than that.
        best = other if compare(found, least, law.dim**2)[0] else best
    return best


def _turn(law: PowerLaw, steps: int, bits: int) -> tuple[int, int]:
    """Return the first m with R(m) ≥ cd and the one before, or two integers within 2^-bits that have it between.

    Only of neighbors the upper may be one where balls cannot tell R(m) from cd.
    """

    def turns(m: int) -> tuple[bool, float]:
        """Decide R(m) ≥ cd, which implies u_m ≥ w_m."""
        if m >= law.dim:
            return True, -math.inf
        size = 0 if m >> bits else m
        return compare(power(m, -law.alpha) * _level(law, steps, m), power_sum(m, law.alpha), size)

    low, high = bracket(turns, 1, bits=bits)
    return low, min(high, law.dim)


def _level(law: PowerLaw, steps: int, m: int) -> Ball:
    """Return cd + m + cqm, which m^α H_m reaches where R(m) reaches cd."""
    c, q = Fraction(1, 4 * steps * steps), 1 / (2 * law.alpha) - 1
    return m + ball(c * (law.dim + q * m))


def _slack(alpha: Fraction, low: int, high: int, level: Ball) -> Ball:
    """Bound Φ(w_high) - min Φ where m^α H_m reaches ``level``, that of ``high``, between ``low`` and ``high``.

    From the minimum of Φ to w_high |Φ'| = 2u (R - cd) is at most its value at the end; J ≥ Φ, equal at w_high.
    """
    end, begin = power(high, -alpha), power(low, -alpha)
    excess = power_sum(high, alpha) / end - level
    return 2 * begin * excess.max(ball(0)) * (begin - end)


def _candidates(law: PowerLaw, steps: int, turn: int) -> list[tuple[int, Ball]]:
    """Return the best (m, u) of every piece that may hold the best of all: m₀, m₁ - 1 and m₁ = ``turn``.

    Where balls cannot tell whether m is such an m, the next one may be and is returned, too.
    """
    alpha, dim, c = law.alpha, law.dim, ball(Fraction(1, 4 * steps * steps))

    def holds_minimum(m: int) -> tuple[bool, float]:
        """Decide u_m ≥ w_{m+1}."""
        if m >= dim:
            return True, -math.inf
        return compare(power(m + 1, -alpha) * (m + c * (dim - m)), power_sum(m, alpha), m)

    def piece(m: int) -> tuple[int, Ball]:
        u = power_sum(m, alpha) / (m + c * (dim - m))
        return m, u.min(power(m, -alpha)).max(power(m + 1, -alpha))

    start = first_integer(holds_minimum, 1)
    pieces = {start, start + 1, turn - 1, turn, turn + 1}
    return [piece(m) for m in sorted(pieces) if start <= m <= dim]


def _at_end(law: PowerLaw, steps: int, m: int) -> Ball:
    """Enclose J(w_m)."""
    return _loss_at(law, steps, m, power(m, -law.alpha))


def _loss_at(law: PowerLaw, steps: int, m: int, u: Ball) -> Ball:
    return loss(law.alpha, m, u, ball(law.dim - m) / (4 * steps * steps))


def limit(alpha: Fraction, tau_squared: Ball) -> Ball:
    r"""Return the limit of the best relative error, d → ∞ at 4T² = τ² d, α > ½, τ > 0 (this project's).

    It is the minimum over u of the convex Σ_{k≥1} max(k^-α - u, 0)² + u²/τ², divided by ζ(2α). For u ≥ d^-α
    the loss J(u) is that less ⌊u^(-1/α)⌋ u²/(4T²), which is at most u^(2-1/α)/(4T²); so at every d and T

    .. math:: \zeta(2\alpha) r(\tau) - \frac{1}{4T^2} \le H(d, 2\alpha) r_d(T) \le \zeta(2\alpha) r(\tau).

    For m = 1 it is Theorem 4.5.
    """
    floor, bits = 1 / tau_squared, precision() // 2 + 16

    def turns(m: int) -> tuple[bool, float]:
        """Decide whether the slope at w_m is negative, or zero."""
        return compare(power(m, -alpha) * (m + floor), power_sum(m, alpha), 0 if m >> bits else m)

    low, high = bracket(turns, 1, bits=bits)
    if high - low > 1:
        value, slack = loss(alpha, high, power(high, -alpha), floor), _slack(alpha, low, high, high + floor)
        return between(value - slack, value) / ball(2 * alpha).zeta()
    u = power_sum(low, alpha) / (low + floor)
    return loss(alpha, low, u, floor) / ball(2 * alpha).zeta()
