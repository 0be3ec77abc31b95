"""Appendix D: the proof of Theorem 4.5, regime by regime."""

from __future__ import annotations

from typing import Any

import sympy as sp

from theory.derivation import Step
from theory.limit_laws import alpha, d, laws, phi, tau
from theory.statements import appendix_d_best_step
from theory.statements.appendix_d_best_step import T, e, equation, k, m, p, r, s, u
from theory.statements.model import Statement

x, q, log_d, best = sp.symbols("x q l x_best", positive=True)
f = sp.Function("f_tau")

BELOW_HALF, AT_HALF, _ = laws("sd")
C_1, C_2 = 1 - 1 / (2 * alpha), alpha / (1 - alpha)
F = (2 * alpha**2 / (1 - alpha)) * x ** (1 - 2 * alpha) + (1 - 2 * alpha) / (4 * tau**2) * (
    x ** (-2 * alpha) - x ** (1 - 2 * alpha)
)


def expansion(oscillating: Any = d - m) -> tuple[Step, ...]:
    """Derive Definition D.1 from Proposition 4.2: u is φ^-α, z is H(d, α), and m words are on their way."""
    z, c = sp.Symbol("z", positive=True), 1 / (4 * T**2)
    some = {m: 4, d: 9, T: 3, alpha: 2, phi: sp.Rational(9, 2), u: sp.Rational(1, 20), k: 2, z: 5}
    step = 1 / (z * T * phi**alpha)
    return (
        equation(
            "a word on its way, over π_1", (k**-alpha / z - T * step) * z, k**-alpha - phi**-alpha, some
        ),
        equation("its square", (k**-alpha - u) ** 2, k ** (-2 * alpha) - 2 * u * k**-alpha + u**2, some),
        equation(
            "the square of an oscillating word, over π_1²", (step / 2 * z) ** 2, c * phi ** (-2 * alpha), some
        ),
        equation("all terms in u²", m * u**2 + (d - m) * c * u**2, u**2 * (m + oscillating * c), some),
    )


DEFINITION_D_1 = Statement(
    id="def-d.1",
    title="The relative loss of simplified sign descent",
    kind="definition",
    claim=(
        "With step size 1/(H(d, α) T φ^α) the loss of Proposition 4.2, relative to its start, is a combination of "
        "four generalized harmonic numbers."
    ),
    formula=(
        sp.Eq(
            r(T, phi),
            (
                sp.harmonic(sp.floor(phi), 2 * alpha)
                - 2 * phi**-alpha * sp.harmonic(sp.floor(phi), alpha)
                + phi ** (-2 * alpha) * (sp.floor(phi) + (d - sp.floor(phi)) / (4 * T**2))
            )
            / sp.harmonic(d, 2 * alpha),
        ),
    ),
    domain="α > 0, T ≥ 1, 1 ≤ φ ≤ d; Assumptions 2.3 and 4.1",
    not_claimed="Nothing about which φ is best.",
    reference="arXiv 2505.19227, Definition D.1",
    note="At an integer φ the word k = φ has arrived and costs nothing, as in Proposition A.2.",
    derivation=expansion,
)


def at_half(exponent: Any = 1 - tau) -> tuple[Step, ...]:
    """Derive the limit at φ = d^x and its optimum, claimed to be ``exponent``; l stands for log d.

    H(n, ½) ~ 2√n and H(n, 1) ~ log n are Lemma C.3; s is the distance of x from 1 - τ, below 1.
    """
    some = {x: sp.Rational(3, 4), tau: sp.Rational(1, 2), s: sp.Rational(1, 4), log_d: 3}
    dim, time, word = sp.exp(log_d), sp.exp(tau * log_d), sp.exp(x * log_d)
    loss = x * log_d - 2 / sp.sqrt(word) * 2 * sp.sqrt(word) + (word + (dim - word) / time) / word
    short = x * log_d - 3 + sp.exp((1 - x - tau) * log_d) - sp.exp(-tau * log_d)
    above, below = (short.subs(x, 1 - tau + sign * s) for sign in (1, -1))
    constants = sp.EulerGamma - 2 * 2 + 1 + 1
    return (
        equation("Lemma C.3 in Definition D.1, 4T² = d^τ and φ = d^x", loss, short, some),
        equation("x above 1 - τ: the limit is x", sp.Limit(above / log_d, log_d, sp.oo), 1 - tau + s, some),
        equation(
            "x = 1 - τ: the limit is x still, the rate of Theorem 4.5",
            sp.Limit(short.subs(x, exponent) / log_d, log_d, sp.oo),
            AT_HALF.rate,
            some,
        ),
        equation("x below 1 - τ: the loss has no bound", sp.Limit(log_d / below, log_d, sp.oo), 0, some),
        equation(
            "the first correction at x = 1 - τ, H(n, 1) = log n + γ + …",
            ((1 - tau) * log_d + constants) / (log_d + sp.EulerGamma),
            1 - tau + (sp.EulerGamma * tau - 2) / (log_d + sp.EulerGamma),
            some,
        ),
    )


PROPOSITION_D_2 = Statement(
    id="prop-d.2",
    title="Scaling of sign descent, α = ½",
    kind="limit",
    claim=(
        "With 4T² = d^τ and φ = d^x the relative loss tends to x where x ≥ 1 - τ and to infinity where x < 1 - τ; "
        "the best is x = 1 - τ, and r(τ) = 1 - τ."
    ),
    formula=(
        sp.Eq(
            sp.Limit(r(d**x), d, sp.oo),
            sp.Piecewise((x, sp.Ge(x, 1 - tau)), (sp.oo, True)),
        ),
        sp.Eq(best, 1 - tau),
    ),
    domain="α = ½, 0 < τ < 1, 0 < x ≤ 1; Assumptions 2.3 and 4.1",
    not_claimed=(
        "Not that d^(1-τ) is best at finite d: it loses ζ(½)² d^(τ-1)/(2 H(d, 1) r), relative (this project's)."
    ),
    reference="arXiv 2505.19227, Proposition D.2",
    derivation=at_half,
)


def below_half(c_2: Any = C_2) -> tuple[Step, ...]:
    """Derive f, its only stationary point and its minimum; α is 1/(2 + p), and q = c1 + c2 (2τ)² > -p/2."""
    small, third = 1 / (2 + p), sp.Rational(1, 3)
    some = {x: third, tau: 2, alpha: third, d: 20, p: 1, q: 3, s: third, e: 1}
    words, floor = x * d, (1 - 2 * alpha) / (4 * tau**2)
    loss = (
        words ** (1 - 2 * alpha) / (1 - 2 * alpha)
        - 2 * words**-alpha * words ** (1 - alpha) / (1 - alpha)
        + words ** (-2 * alpha) * (words + (d - words) / (4 * tau**2))
    )
    slope = (1 - 2 * alpha) * (2 * alpha**2 / (1 - alpha) - floor) * x - 2 * alpha * floor
    level = C_1 + c_2 * (2 * tau) ** 2

    def slope_at(point: Any, q: Any) -> Any:
        """Return the factor of f' that decides its sign, with p and q in the place of α and τ."""
        horizon = sp.sqrt((q - C_1) / C_2) / 2
        return slope.subs({tau: horizon, x: point}, simultaneous=True).subs(alpha, small)

    return (
        equation(
            "H(n, p) ~ n^(1-p)/(1-p) in Definition D.1, φ = dx",
            (1 - 2 * alpha) * d ** (2 * alpha - 1) * loss,
            F,
            some,
        ),
        equation("the derivative factors", sp.Derivative(F, x), x ** (-2 * alpha - 1) * slope, some),
        equation("it vanishes at 1/(c1 + c2 (2τ)²)", slope.subs(x, 1 / level), 0, some),
        Step("left of it f falls", sp.Lt(slope_at(1 / (q + s), q), 0, evaluate=False), some),
        Step("right of it f rises", sp.Gt(slope_at(1 / q + s, q), 0, evaluate=False), some),
        Step(
            "if c1 + c2 (2τ)² is negative, -s, f falls everywhere",
            sp.Lt(slope_at(x, -s).subs(p, 2 * (s + e)), 0, evaluate=False),
            some,
        ),
        equation("its value there", F.subs(x, 1 / level), (1 / level) ** (-2 * alpha) / (2 * tau) ** 2, some),
        equation(
            "so it is equivalent to c2^(2α) (2τ)^(4α-2) as τ grows",
            sp.Limit(level / (2 * tau) ** 2, tau, sp.oo),
            C_2,
            some,
        ),
        equation("the rate of Theorem 4.5", F.subs(x, BELOW_HALF.step_size / d), BELOW_HALF.rate, some),
    )


PROPOSITION_D_3 = Statement(
    id="prop-d.3",
    title="Scaling of sign descent, α < ½",
    kind="limit",
    claim=(
        "With T = τ and φ = dx the relative loss tends to f_τ(x), which falls up to its only stationary point, if "
        "there is one, and rises beyond; so the best x ≤ 1 is the stationary point, or 1, and r(τ) = f_τ(x_best)."
    ),
    formula=(
        sp.Eq(sp.Limit(r(d * x), d, sp.oo), f(x)),
        sp.Eq(f(x), F),
        sp.Eq(best, BELOW_HALF.step_size / d),
        sp.Eq(
            f(1 / (C_1 + C_2 * (2 * tau) ** 2)), (C_1 + C_2 * (2 * tau) ** 2) ** (2 * alpha) / (2 * tau) ** 2
        ),
    ),
    domain="0 < α < ½, integers τ ≥ 1, 0 < x ≤ 1; Assumptions 2.3 and 4.1",
    not_claimed="Nothing about the speed of the limit, d^(2α-1), which is slow near α = ½.",
    reference="arXiv 2505.19227, Proposition D.3",
    note=(
        "The text available to us prints c₂ = α/(α-1), with the sign lost: then x_best would not be stationary. The "
        "closed form of the minimum, the last formula, is this project's."
    ),
    derivation=below_half,
)

STATEMENTS = (DEFINITION_D_1, PROPOSITION_D_2, PROPOSITION_D_3, *appendix_d_best_step.STATEMENTS)
