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

from collections.abc import Callable
from fractions import Fraction

from theory.enclosure import UNDECIDED, Ball, ball, floor_of, power, power_sum, ties_hold
from theory.power_law import PowerLaw


def loss(alpha: Fraction, m: int, u: Ball, floor: Ball) -> Ball:
    """Enclose F_m(u) for m coordinates still on their way and ``floor`` = c (d - m)."""
    return power_sum(m, 2 * alpha) - 2 * u * power_sum(m, alpha) + u * u * (m + floor)


def exact(law: PowerLaw, steps: int, u: Ball) -> Ball:
    """Enclose the relative error after T ≥ 1 steps of size u π₁/T. A tie k^-α = u ends at zero."""
    m = remaining(law, u)
    if m is None:
        return UNDECIDED
    return loss(law.alpha, m, u, ball(law.dim - m) / (4 * steps * steps)) / law.harmonic(2)


def remaining(law: PowerLaw, u: Ball) -> int | None:
    """Return how many k ≤ d have k^-α ≥ u, or None if the working precision does not decide it.

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
    return whole


def best_step(law: PowerLaw, steps: int) -> tuple[int, Ball] | None:
    """Return (m, u) of the best step size: m coordinates still on their way, u = Tη/π₁ enclosed."""
    alpha, dim, c = law.alpha, law.dim, ball(Fraction(1, 4 * steps * steps))

    def weight(k: int) -> Ball:
        return power(k, -alpha)

    def piece(m: int) -> tuple[Ball, Ball]:
        """Return the best u of piece m and its loss."""
        floor = c * (dim - m)
        u = (power_sum(m, alpha) / (m + floor)).min(weight(m))
        return u, loss(alpha, m, u, floor)

    def holds_minimum(m: int) -> Ball | int:
        """At least 0 if u_m lies above the lower end of piece m."""
        return 0 if m == dim else power_sum(m, alpha) - weight(m + 1) * (m + c * (dim - m))

    def stops(m: int) -> Ball | int:
        """-D_m: at least 0 if J rises from w_m to w_{m+1}."""
        if m == dim:
            return 0
        w, following = weight(m), weight(m + 1)
        drop = w - following
        return (
            2 * (power_sum(m, alpha) - m * w)
            + m * drop
            - c * ((dim - m) * (w + following) + following**2 / drop)
        )

    m = _first_nonnegative(holds_minimum, 1, dim)
    if m is None:
        return None
    u, value = piece(m)
    if m == dim:
        return m, u
    other = _first_nonnegative(stops, m + 1, dim)
    if other is None:
        return None
    other_u, other_value = weight(other), loss(alpha, other, weight(other), c * (dim - other))
    gain = value - other_value
    if gain > 0:
        return other, other_u
    return (m, u) if gain <= 0 or ties_hold(dim) else None


def best(law: PowerLaw, steps: int) -> Ball:
    """Enclose the relative error after T ≥ 1 steps of the best size."""
    optimum = best_step(law, steps)
    if optimum is None:
        return UNDECIDED
    m, u = optimum
    return loss(law.alpha, m, u, ball(law.dim - m) / (4 * steps * steps)) / law.harmonic(2)


def limit_step(alpha: Fraction, tau_squared: Ball) -> tuple[int, Ball] | None:
    r"""Return (m, u) of the best step in the limit d → ∞ with 4T² = τ² d, α > ½ (this project's).

    There c (d - m) → 1/τ² and the jumps vanish, so that J is convex and its minimum lies on piece m₀. For m₀ = 1 it
    is Theorem 4.5.
    """
    floor = 1 / tau_squared
    m = _first_nonnegative(lambda m: power_sum(m, alpha) - power(m + 1, -alpha) * (m + floor), 1, None)
    return None if m is None else (m, (power_sum(m, alpha) / (m + floor)).min(power(m, -alpha)))


def limit(alpha: Fraction, tau_squared: Ball) -> Ball:
    """Return the limit of the best relative error for α > ½ and every τ > 0 (this project's)."""
    optimum = limit_step(alpha, tau_squared)
    if optimum is None:
        return UNDECIDED
    m, u = optimum
    return loss(alpha, m, u, 1 / tau_squared) / ball(2 * alpha).zeta()


def definition_d1(law: PowerLaw, steps: int, phi: Ball) -> Ball:
    """Enclose r_d(T, φ) of Definition D.1 for 1 ≤ φ ≤ d: the step size is 1/(H(d, α) T φ^α)."""
    return exact(law, steps, power(phi, -law.alpha))


def _first_nonnegative(sign: Callable[[int], Ball | int], low: int, high: int | None) -> int | None:
    """Return the first m ≥ low with sign(m) ≥ 0, sign changing once; None if the precision does not decide it.

    A sign still open at the precision of ties counts as zero. ``high`` is known to have sign ≥ 0.
    """

    def reached(m: int) -> bool | None:
        value = sign(m)
        if value >= 0:
            return True
        if value < 0:
            return False
        return True if ties_hold(m) else None

    below, above, span = low - 1, low, 1
    while True:
        if high is not None and above >= high:
            above = high
            break
        decision = reached(above)
        if decision is None:
            return None
        if decision:
            break
        below, above, span = above, above + span, 2 * span
    while above - below > 1:
        middle = (below + above) // 2
        decision = reached(middle)
        if decision is None:
            return None
        if decision:
            above = middle
        else:
            below = middle
    return above
