r"""Sign descent on a power law under the simplified dynamics (Assumption 4.1 of arXiv 2505.19227).

A coordinate at distance δ moves by η a step until it is closer than η and then stays at η/2. After T steps, with
u = Tη/π₁ = φ^-α and m = ⌊φ⌋ the number of coordinates with k^-α ≥ u (Prop. A.2),

.. math:: r_d(T, u) = \frac{F_m(u)}{H(d, 2\alpha)}, \qquad
   F_m(u) = H(m, 2\alpha) - 2u H(m, \alpha) + u^2 (m + c (d - m)), \qquad c = \frac{1}{4T^2}.

**The best step [this project's].** On its piece, (m+1)^-α < u ≤ m^-α, F_m is a quadratic with minimizer
u_m = H(m, α)/(m + c(d - m)). Let J(u) be the loss over all u: convex but for upward jumps of c w_k² just above
w_k = k^-α. Let m₀ be the first m with u_m ≥ w_{m+1}: left of that piece J falls towards it. Right of it (smaller
u) every piece is best at its upper end, J(w_m), and with δ_m = w_m - w_{m+1}

.. math:: J(w_m) - J(w_{m+1}) = \delta_m D_m, \qquad D_m = c B_m - A_m,

.. math:: A_m = 2 \sum_{j<m} j \delta_j + m \delta_m = 2 (H(m, \alpha) - m w_m) + m \delta_m, \qquad
   B_m = (d - m)(w_m + w_{m+1}) + w_{m+1}^2 / \delta_m.

D_m changes sign at most once, from + to -, so two bisections find the optimum among the d pieces. What is proven:
that A_m increases and that the first part of B_m decreases. What is verified, not proven: that A_m δ_m / w_{m+1}²
increases too (α from 0.001 to 50, m to 3 000; the bisection against all pieces in 4 000 random problems).
"""

from __future__ import annotations

import math
from fractions import Fraction

from theory.enclosure import Ball, Undecided, ball, compare, floor_of, power, power_sum, ties_hold
from theory.power_law import PowerLaw
from theory.threshold import first_integer


def loss(alpha: Fraction, m: int, u: Ball, floor: Ball) -> Ball:
    """Enclose F_m(u) for m coordinates still on their way and ``floor`` = c (d - m)."""
    return power_sum(m, 2 * alpha) - 2 * u * power_sum(m, alpha) + u * u * (m + floor)


def exact(law: PowerLaw, steps: int, u: Ball) -> Ball:
    """Enclose the relative error after T ≥ 1 steps of size u π₁/T. A tie k^-α = u ends at zero."""
    m = remaining(law, u)
    return loss(law.alpha, m, u, ball(law.dim - m) / (4 * steps * steps)) / law.harmonic(2)


def remaining(law: PowerLaw, u: Ball) -> int:
    """Return how many k ≤ d have k^-α ≥ u.

    An equality that still is possible at the precision of ties (see :data:`theory.enclosure.TIE_BITS`) is taken to
    hold: rational steps hit exactly.
    """
    if u > 1:
        return 0
    phi = power(u, -1 / law.alpha)
    if phi >= law.dim:
        return law.dim
    whole = floor_of(phi)
    if whole is None and ties_hold(law.dim):
        whole = floor_of(phi + ball(Fraction(1, 2)))
    if whole is None:
        raise Undecided
    return whole


def best_step(law: PowerLaw, steps: int) -> tuple[int, Ball]:
    """Return (m, u) of the best step size: m coordinates still on their way, u = Tη/π₁ enclosed."""
    alpha, dim, c = law.alpha, law.dim, ball(Fraction(1, 4 * steps * steps))

    def holds_minimum(m: int) -> tuple[bool, float]:
        """Decide u_m ≥ w_{m+1}."""
        if m >= dim:
            return True, -math.inf
        return compare(power(m + 1, -alpha) * (m + c * (dim - m)), power_sum(m, alpha), m)

    def stops(m: int) -> tuple[bool, float]:
        """Decide D_m ≤ 0: from w_m to w_{m+1} J rises."""
        if m >= dim:
            return True, -math.inf
        w, following = power(m, -alpha), power(m + 1, -alpha)
        drop = w - following
        gain = c * ((dim - m) * (w + following) + following**2 / drop)
        return compare(gain, 2 * (power_sum(m, alpha) - m * w) + m * drop, m)

    m = min(first_integer(holds_minimum, 1), dim)
    floor = c * (dim - m)
    u = (power_sum(m, alpha) / (m + floor)).min(power(m, -alpha))
    if m == dim:
        return m, u
    other = min(first_integer(stops, m + 1, above=m), dim)
    other_u = power(other, -alpha)
    other_is_better, _ = compare(
        loss(alpha, other, other_u, c * (dim - other)), loss(alpha, m, u, floor), dim
    )
    return (other, other_u) if other_is_better else (m, u)


def best(law: PowerLaw, steps: int) -> Ball:
    """Enclose the relative error after T ≥ 1 steps of the best size."""
    m, u = best_step(law, steps)
    return loss(law.alpha, m, u, ball(law.dim - m) / (4 * steps * steps)) / law.harmonic(2)


def limit(alpha: Fraction, tau_squared: Ball) -> Ball:
    r"""Return the limit of the best relative error, d → ∞ at 4T² = τ² d, α > ½, τ > 0 (this project's).

    There c (d - m) → 1/τ² and the jumps vanish, so that J is convex and its minimum lies on piece m₀. For m₀ = 1
    it is Theorem 4.5.
    """
    floor = 1 / tau_squared
    m = first_integer(lambda m: compare(power(m + 1, -alpha) * (m + floor), power_sum(m, alpha), m), 1)
    u = (power_sum(m, alpha) / (m + floor)).min(power(m, -alpha))
    return loss(alpha, m, u, floor) / ball(2 * alpha).zeta()
