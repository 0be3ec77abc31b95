"""Appendix D: the best step size of sign descent for α > ½, and when exactly it is that of the paper."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import sympy as sp

from theory.derivation import Step
from theory.limit_laws import alpha, d, laws, tau
from theory.statements.model import Statement

k, m = sp.symbols("k m", positive=True, integer=True)
T, S, u, v, w, s, p, e, n, best_phi = sp.symbols("T S u v w s p e n phi_best", positive=True)
r = sp.Function("r")

LAW = laws("sd")[-1]
BEST_PHI = (1 + (d - 1) / (4 * T**2)) ** (1 / alpha)
CONDITION = sp.Le(1 + (d - 1 + sp.sqrt(4 * T**2 + d - 1)) / (4 * T**2), 2**alpha)


def equation(reason: str, left: Any, right: Any, at: dict[Any, Any] | None = None) -> Step:
    """Return the step that two expressions are equal."""
    return Step(reason, sp.Eq(left, right, evaluate=False), at or {})


PROPOSITION_D_4 = Statement(
    id="prop-d.4",
    title="The best step size of sign descent, α > ½",
    kind="optimality",
    claim="From 4T² ≥ (d - 1)/(2^α - 1) on, the step size with the φ below is the best there is.",
    formula=(sp.Eq(best_phi, BEST_PHI),),
    domain="α > ½, d ≥ 2, 4T² ≥ (d - 1)/(2^α - 1); simplified dynamics (Assumption 4.1)",
    not_claimed="Nothing at smaller T, where more than one word should still be on its way.",
    reference="arXiv 2505.19227, Proposition D.4",
    expected="REFUTED",
    note=(
        "True but for a strip above the bound, in which φ = 2 is better (α = 1, d = 10⁴, T = 50: 0.303952 against "
        "0.303967). Its width relative to T falls like d^(-1/2), the gain there like 1/d, so the limits that are "
        "drawn from it stand (Theorem 4.5); own-d.4 is exact. The displayed formula is lost in the text available "
        "to us, the φ is that of its proof; the condition reads like 1/(2α-1) there, where the proof gives "
        "1/(2^α - 1): at α = 1, where it fails too, they agree."
    ),
)


def above_half(gain: Any = S + n) -> tuple[Step, ...]:
    """Derive when one word on its way is best: w is 2^-α, S is 4T², n is d - 1, u_1 is S/(S + n).

    The loss at φ = 2 is below that with one word on its way where ((2^α - 1) S - n)² is below the ``gain``.
    """
    some = {u: sp.Rational(1, 3), w: sp.Rational(1, 2), S: 90, n: 40, d: 41, tau: 2, alpha: 1}
    excess, two = (1 / w - 1) * S - n, (1 - w) ** 2 + (n - 1) * w**2 / S
    one, least = 1 - 2 * u + u**2 * (1 + n / S), n / (S + n)
    scaled = {S: tau**2 * d, n: d - 1}
    return (
        equation("one word: a square about u_1", one, least + (1 + n / S) * (u - S / (S + n)) ** 2, some),
        equation("u_1 ≥ w if and only if (2^α - 1) S ≥ n", S / (S + n) - w, w * excess / (S + n), some),
        equation("φ = 2 less one word", two - least, w**2 * (excess**2 - gain) / (S * (S + n)), some),
        *no_larger_phi(),
        equation(
            "4T² = τ² d: the condition tends to τ² ≥ 1/(2^α - 1)",
            sp.Limit((excess - sp.sqrt(S + n)).subs(scaled) / d, d, sp.oo),
            (1 / w - 1) * tau**2 - 1,
            some,
        ),
        equation(
            "φ tends to that of Definition 4.4",
            sp.Limit(BEST_PHI.subs(T, tau * sp.sqrt(d) / 2), d, sp.oo),
            LAW.step_size,
            some,
        ),
        equation(
            "the loss tends to the rate of Theorem 4.5",
            sp.Limit(least.subs(scaled), d, sp.oo) / sp.zeta(2 * alpha),
            LAW.rate,
            some,
        ),
    )


def no_larger_phi() -> tuple[Step, ...]:
    """Derive that φ = 2 beats any larger φ if u_1 ≥ w, that is n/S = 1/w - 1 - e with e >= 0.

    With m = k + 1 words on their way the loss falls until φ = m, v = m^-α = wy. There it is at least the
    ``bound``, of the words 1 and 2 and of those that oscillate, and the bound exceeds φ = 2 by three terms. The last
    may be negative, for α < 1 only, and is then least for e = 0 and n = m - 1: it falls short of the first if
    the ``margin`` is positive. That falls in y and rises in w, so it is least at the ends of an interval of α.
    """
    half, y = sp.Rational(1, 2), 1 / (1 + s)
    some = {
        u: sp.Rational(1, 3),
        v: sp.Rational(1, 5),
        w: half,
        S: 90,
        n: 40,
        m: 5,
        e: half,
        k: 4,
        s: half,
        p: 1,
    }
    slack, two = 1 / w - 1 - e, (1 - w) ** 2 + (n - 1) * w**2 / S
    slope = 2 * u * (1 + k + (n - k) / S) - 2 * (1 + k * u + e)
    bound = (1 - v) ** 2 + (w - v) ** 2 + (n + 1 - m) * v**2 / S

    def terms(slack: Any, n: Any, e: Any) -> Any:
        return (1 + w) / w * (w - v) ** 2 + e * (w**2 - v**2) + (w**2 - (m - 1) * v**2) * slack / n

    def margin(w: Any, y: Any, m: Any) -> Any:
        return (1 + w) * (1 - y) ** 2 - (1 - w) * (y**2 - 1 / (m - 1))

    def at_ends(m: Any, low: Any, high: Any) -> Step:
        """Return the step that the margin is positive for α from ``low`` to ``high``."""
        reason = f"m {'≥ 5' if m is sp.oo else f'= {m}'}, α from {low} to {high}"
        least = margin(sp.Integer(2) ** -high, sp.Rational(2, min(m, 5)) ** low, m)
        return Step(reason, sp.Gt(least, 0, evaluate=False))

    return (
        Step(
            "k more words, w_2 + … + w_(k+1) = ku + e: the loss falls faster than with one",
            sp.Lt(slope, 2 * u * (1 + n / S) - 2, evaluate=False),
            some,
        ),
        equation("φ = m less φ = 2", (bound - two).subs(S, n / slack), terms(slack, n, e), some),
        Step(
            "the last term if α ≥ 1: w²/v² = (m/2)^(2α) ≥ m²/4 ≥ m - 1",
            sp.Ge(sp.Rational(1, 4) * m**2, m - 1, evaluate=False),
            some,
        ),
        equation("if α < 1", terms(1 / w - 1, m - 1, 0).subs(v, w * y), w * margin(w, y, m), some),
        Step(
            "the margin falls in y, where w = 1/(1 + p)",
            sp.Lt(sp.diff(margin(w, v, m), v).subs({v: y, w: 1 / (1 + p)}), 0, evaluate=False),
            some,
        ),
        equation(
            "and rises in w if y² exceeds 1/(m - 1), and is positive otherwise",
            sp.Derivative(margin(w, v, m), w),
            (1 - v) ** 2 + (v**2 - 1 / (m - 1)),
            some,
        ),
        *(at_ends(3, *ends) for ends in pairwise((half, sp.Rational(23, 40), sp.Integer(1)))),
        at_ends(4, half, sp.Integer(1)),
        at_ends(sp.oo, half, sp.Integer(1)),
    )


OWN_D_4 = Statement(
    id="own-d.4",
    title="Proposition D.4 with its exact condition",
    kind="optimality",
    claim=(
        "From 4T² ≥ (d - 1)/(2^α - 1) on, φ = 2 is best as long as (2^α - 1) 4T² < d - 1 + √(4T² + d - 1), and then "
        "the φ of Proposition D.4 is; the relative error is the one below, exactly."
    ),
    formula=(
        sp.Eq(best_phi, sp.Piecewise((BEST_PHI, CONDITION), (2, True))),
        sp.Eq(
            r(T) * sp.harmonic(d, 2 * alpha),
            sp.Piecewise(
                ((d - 1) / (4 * T**2 + d - 1), CONDITION),
                ((1 - 2**-alpha) ** 2 + (d - 2) * 4**-alpha / (4 * T**2), True),
            ),
        ),
    ),
    domain="α > ½, d ≥ 2, 4T² ≥ (d - 1)/(2^α - 1); simplified dynamics (Assumption 4.1)",
    not_claimed="Nothing at smaller T, where several words are on their way, nor about the iterated update.",
    reference="this project's; it amends arXiv 2505.19227, Proposition D.4",
    note=(
        "Proven. Where (2^α - 1) 4T² equals d - 1 + √(4T² + d - 1) both are best, as at α = 1, T = 3, d = 29 and "
        "T = 102, d = 41 329. At α = 1, d = 10⁴ the bound moves from T = 49.9975 to 50.3511."
    ),
    derivation=above_half,
)

STATEMENTS = (PROPOSITION_D_4, OWN_D_4)
