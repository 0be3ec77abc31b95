"""Beyond the paper: the laws of sign descent as it iterates from W = 0, where α is ½ or less."""

from __future__ import annotations

from typing import Any

import sympy as sp

from theory.derivation import Step
from theory.limit_laws import alpha, d, t, tau
from theory.statements.appendix_d_sign_descent import C_1, C_2, F
from theory.statements.model import Statement
from theory.statements.own_parity_laws import POINT, T, b, equal, g, kappa, n, p, r, w, x, y

#: Λ at even and at odd T, and κ of random phases.
EVEN = 3 - 2 * sp.EulerGamma - 2 * sp.log(2)
ODD = 2 * sp.log(2) - 1 - 2 * sp.EulerGamma
RANDOM = sp.Rational(1, 3)


def half(even: Any = EVEN) -> tuple[Step, ...]:
    """Derive both Λ at α = ½, claimed to be ``even`` at even T; κ(t)/t² is the integral of 2g(y)² y^-3 from t on."""
    later = sp.Rational(5, 4) - 2 * sp.EulerGamma
    tooth = 2 * sp.log(y) + 4 * b / y - b**2 / y**2
    log_once, log_twice = sp.log(n) + sp.EulerGamma, sp.log(2 * n) + sp.EulerGamma
    loss = sp.log(p) + sp.EulerGamma - 4 + 1 + kappa * d / (T**2 * p)
    return (
        equal(
            "Lemma C.3 in the loss at φ = p words, which is t²d/T²",
            loss.subs(p, t**2 * d / T**2),
            sp.log(d / T**2) + sp.EulerGamma - 3 + 2 * sp.log(t) + kappa / t**2,
        ),
        equal(
            "the slope of Λ in t, which for even T is zero where g(t) = t, t ≤ 1: there Λ is that of t = 1",
            sp.Derivative(2 * sp.log(t), t) - 2 * g(t) ** 2 / t**3,
            2 * (t**2 - g(t) ** 2) / t**3,
        ),
        equal("odd T: zero where 1 - t = t", (t**2 - (1 - t) ** 2).subs(t, sp.S.Half), 0),
        Step(
            "before it falls",
            sp.Lt((t**2 - (1 - t) ** 2).subs(t, sp.S.Half / (1 + w)), 0, evaluate=False),
            POINT,
        ),
        Step(
            "beyond it rises", sp.Gt((t**2 - (1 - t) ** 2).subs(t, sp.S.Half + w), 0, evaluate=False), POINT
        ),
        equal("a tooth: 2 (y-b)² y^-3 integrated", sp.Derivative(tooth, y), 2 * (y - b) ** 2 * y**-3),
        equal(
            "from b - 1 to b + 1",
            (tooth.subs(y, b + 1) - tooth.subs(y, b - 1)).subs(b, 1 + x),
            2 * sp.log(x + 2) - 2 * sp.log(x) - 2 / x - 2 / (x + 2) + 1 / x**2 - 1 / (x + 2) ** 2,
        ),
        equal(
            "even T: the teeth about 2, …, 2n; 1 + ⅓ + … + 1/(2n-1) = H(2n) - ½ H(n), H(n) = log n + γ + o(1)",
            2 * sp.log(2 * n) - 4 * (log_twice - log_once / 2) + 2 + 1,
            even,
        ),
        equal(
            "odd T: those about 3, 5, …, 2n+1", 2 * sp.log(n) - 2 * log_once + 1 + sp.Rational(1, 4), later
        ),
        equal(
            "before them the one about 1, from t = ½ on",
            2 * sp.log(sp.S.Half) + sp.Integral(2 * (1 / y - 2 / y**2 + 1 / y**3), (y, sp.S.Half, 2)),
            ODD - later,
        ),
        equal("even T", sp.log(d / T**2) + sp.EulerGamma - 3 + even, sp.log(d / (4 * T**2)) - sp.EulerGamma),
        equal("odd T", sp.log(d / T**2) + sp.EulerGamma - 3 + ODD, sp.log(4 * d / T**2) - sp.EulerGamma - 4),
    )


def below_half(kappa: Any = RANDOM) -> tuple[Step, ...]:
    """Derive that κ = ⅓ turns the f of Proposition D.3 at τ into that at T/√(4κ); α is 1/(2 + p) where needed."""
    small, time = 1 / (2 + p), sp.sqrt(3) * T / 2
    settled = kappa * (1 - x) * x ** (-2 * alpha) / T**2
    moving = x ** (1 - 2 * alpha) * (1 / (1 - 2 * alpha) - 2 / (1 - alpha) + 1)
    level = C_1 + C_2 * T**2 / kappa
    slope = sp.Derivative(F.subs(tau, time), x).doit()
    return (
        equal(
            "words on their way, k = dy and φ = dx",
            sp.Integral(y ** (-2 * small) - 2 * x**-small * y**-small + x ** (-2 * small), (y, 0, x)),
            moving.subs(alpha, small),
        ),
        equal("with those that arrived", (1 - 2 * alpha) * (moving + settled), F.subs(tau, time)),
        equal("the best x", slope.subs(x, 1 / level), 0),
        equal(
            "there φ^-α T^-1 π_1 is the step and the rarest word is t steps away",
            (T * ((d * x) ** -alpha / d**-alpha) ** -1).subs(x, w),
            T * w**alpha,
        ),
        equal(
            "t grows like T^(1-2α)",
            sp.Limit((T / level**small / T ** (1 - 2 * small)).subs(alpha, small), T, sp.oo),
            ((kappa / C_2) ** small).subs(alpha, small),
        ),
    )


HALF = Statement(
    id="own-half-iterated",
    title="Sign descent as it iterates, α = ½",
    kind="limit",
    claim=(
        "Both parities follow 1 - τ, 4T² = d^τ, as Theorem 4.5 does, and differ in the term of order 1/log d only, "
        "where odd is better. Whatever T, the best step is 2π_d at odd T, and π_d or any larger multiple, to this "
        "order, at even T; so 2π_d serves both, and the mean is half-way."
    ),
    formula=(
        sp.Eq(sp.Function("r_even")(T), (sp.log(d / (4 * T**2)) - sp.EulerGamma) / sp.harmonic(d)),
        sp.Eq(sp.Function("r_odd")(T), (sp.log(4 * d / T**2) - sp.EulerGamma - 4) / sp.harmonic(d)),
    ),
    domain="α = ½, 1 ≪ T ≪ √d, with the best step sizes; the true update from W = 0",
    not_claimed="Not accurate at small d: the next terms are 2.92 T η/(π_d √d) and -1/(3T²), over H(d, 1).",
    reference="this project's; Assumption 4.1 has log(d/(4T²)) + γ - 2",
    note=(
        "In (log(d/T²) + γ - 3 + Λ)/H(d, 1) the even Λ is 3 - 2γ - 2 log 2 = 0.4592743 and the odd 2 log 2 - 1 - 2γ = "
        "-0.7681370. The even law is that of gradient descent at α = 1 with 4T² for 2t, first correction included."
    ),
    derivation=half,
)

BELOW_HALF = Statement(
    id="own-below-half-iterated",
    title="Sign descent as it iterates, α < ½",
    kind="limit",
    claim=(
        "Once T^(1-2α) is large the phases of all words are spread evenly, κ = ⅓ for both parities: the error is that "
        "of Theorem 4.5 with 3T² for 4T². Parity moves it by a relative amount of order T^-(1-2α), up or down."
    ),
    formula=(
        sp.Eq(sp.Function("f_T")(x), F.subs(tau, sp.sqrt(3) * T / 2)),
        sp.Eq(sp.Symbol("x_best"), 1 / (C_1 + 3 * C_2 * T**2)),
        sp.Eq(r(T), (C_1 + 3 * C_2 * T**2) ** (2 * alpha) / (3 * T**2)),
    ),
    domain="0 < α < ½, φ = dx, first d → ∞ and then T^(1-2α) → ∞; the true update from W = 0",
    not_claimed="Nothing about the speed in d, d^-(1-2α) as in Theorem 4.5.",
    reference="this project's; f is that of Proposition D.3 of arXiv 2505.19227",
    derivation=below_half,
)

STATEMENTS = (HALF, BELOW_HALF)
