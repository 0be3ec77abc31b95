r"""The laws of sign descent as it iterates from W = 0, many steps on a large vocabulary [this project's].

**One function.** Let the rarest word start t = d^-α/h steps from its target (h = u/T; t = T d^-α where u = 1). A word
that has arrived is off by g(q) η, g(q) the distance from q = k^-α/h to the nearest integer of T's parity. Over d words
the mean of g² tends to

.. math:: \kappa(t) = \int_0^1 g(t x^{-\alpha})^2 dx = s(t) + \frac{4}{a - 1} \sum_{b < t}
   \left[b^{1-a} t^a - a t + (a - 1) b\right], \qquad a = 1/\alpha,

over the positive b of the parity opposite to T's, as g(y)² changes by 4(y - b) at each, where

.. math:: s(t) = C t^a + \frac{t^2}{1 - 2\alpha} \;(T \text{ even}), \qquad
   s(t) = C' t^a + 1 - \frac{2t}{1 - \alpha} + \frac{t^2}{1 - 2\alpha} \;(T \text{ odd}).

C and C' are -4/(a - 1) times the zeta-regularized sum of b^(1-a) over all odd, or all even, b > 0. Where α is ½ or 1
two terms have poles that cancel. Hence every law below: κ is C t^a + … at even T and 1 at odd T for t → 0, and ⅓, a
uniformly random phase, for t → ∞. Assumption 4.1 has κ = ¼, and T enters it as κ/T² only: a constant κ is Theorem 4.5
of arXiv 2505.19227 at T/√(4κ).
"""

from __future__ import annotations

from fractions import Fraction

from theory.balls import Ball, Undecided, ball, euler_gamma, floor_of, power
from theory.power_law import PowerLaw

HALF = Fraction(1, 2)
RANDOM_PHASE = Fraction(1, 3)
"""κ of a uniformly random phase."""


def constant(alpha: Fraction, *, odd: bool = False) -> Ball:
    """Enclose C (or C'), α ≠ ½; C' not at α = 1. At even T and η = π₁/T the error is about C T^(1/α-2)/ζ(2α)."""
    a = 1 / alpha
    if a == 1:
        return 2 * ball(2).log()
    two = power(2, 1 - a)
    return -4 * (two if odd else 1 - two) * ball(a - 1).zeta() / ball(a - 1)


def phase_floor(alpha: Fraction, t: Ball, *, odd: bool) -> Ball:
    """Enclose κ(t), t > 0, in t/2 terms."""
    a, regular, corners = 1 / alpha, _regular(alpha, t, odd), ball(0)
    last = floor_of(t)
    if last is None:  # t is about an integer: there the summand vanishes, so that it may count
        last = floor_of(t + ball(HALF))
    if last is None:
        raise Undecided
    for b in range(2 if odd else 1, last + 1, 2):
        if a == 1:
            corners += t * (t / b).log() - t + b
        else:
            corners += (power(t / b, a) * b - ball(a) * t + ball(a - 1) * b) / ball(a - 1)
    return regular + 4 * corners


def _regular(alpha: Fraction, t: Ball, odd: bool) -> Ball:
    """Enclose s(t)."""
    if alpha == 1:
        pi = ball(HALF).gamma() ** 2
        return 1 + 2 * t * ((pi * t).log() - 1) - t * t if odd else t * constant(alpha) - t * t
    at_start = 1 - 2 * t / ball(1 - alpha) if odd else ball(0)
    if alpha == HALF:
        return at_start + t * t * (3 - 2 * euler_gamma() + (2 if odd else -2) * ball(2).log() - 2 * t.log())
    return at_start + t * t / ball(1 - 2 * alpha) + constant(alpha, odd=odd) * power(t, 1 / alpha)


def asymptotic(law: PowerLaw, steps: Ball, parity: str) -> Ball:
    """Return the relative error by the law for α and ``parity`` ("even", "odd" or "mean"), within [0, 1]."""
    alpha = law.alpha
    if alpha == HALF:
        value = (law.dim / steps**2).log() + euler_gamma() - 3 + _offset(parity)
        return (value / law.harmonic(2)).max(ball(0)).min(ball(1))
    settled = steps / power(law.dim, alpha)
    if alpha > HALF and parity == "even" and settled < 1:
        floor = phase_floor(alpha, settled, odd=False)
        return (law.dim * floor / (steps**2 * law.harmonic(2))).min(ball(1))
    return _theorem_4_5(law, steps, _constant_floor(law, settled, parity))


def asymptotic_step(law: PowerLaw, steps: int, parity: str) -> Ball:
    """Return u = Tη/π₁ of the best step by the same laws, at most 1."""
    alpha, dim, horizon = law.alpha, law.dim, ball(steps)
    if alpha == HALF:
        rarest = 1 if parity == "even" else 2
        return (rarest * horizon / power(dim, HALF)).min(ball(1))
    settled = horizon / power(dim, alpha)
    if alpha > HALF and parity == "even" and settled < 1:
        p = 2 - 1 / alpha
        return 1 - ball(p / 2) * constant(alpha) / power(horizon, p)
    floor = _constant_floor(law, settled, parity)
    if alpha > HALF:
        return 1 / (1 + dim * ball(floor) / horizon**2)
    level = ball(1 - 1 / (2 * alpha)) + ball(alpha / (1 - alpha) / floor) * horizon**2
    return power(dim / level.max(ball(1)), -alpha)


def _constant_floor(law: PowerLaw, settled: Ball, parity: str) -> Fraction:
    """Return κ = 1 (odd) or ½ (mean) for α > ½ while t is below 1, and else ⅓."""
    if law.alpha < HALF or not settled < 1:
        return RANDOM_PHASE
    return Fraction(1) if parity == "odd" else HALF


def _theorem_4_5(law: PowerLaw, steps: Ball, floor: Fraction) -> Ball:
    """Return the rate of Theorem 4.5, or its continuation, at T/√(4κ)."""
    from theory.limit_laws import law as find  # needs sympy

    row = find("sd", alpha=law.alpha)
    return row.error(law, row.time(law, steps / ball(4 * floor).sqrt(), ball(1)))


def _offset(parity: str) -> Ball:
    """Enclose Λ, the least 2 log t + κ(t)/t² over t at α = ½: for all t ≤ 1 (even) and at t = ½ (odd, mean)."""
    even, odd = 3 - 2 * euler_gamma() - 2 * ball(2).log(), 2 * ball(2).log() - 1 - 2 * euler_gamma()
    return {"even": even, "odd": odd, "mean": (even + odd) / 2}[parity]
