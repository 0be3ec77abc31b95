"""Appendix C: the integrals and their limits, from which Theorem 3.1 follows (Lemmas C.5 and C.6)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import sympy as sp

from theory.derivation import Step
from theory.limit_laws import alpha, d, laws, tau
from theory.statements.appendix_c_gradient_descent import DECAY, integral, k, t
from theory.statements.model import Statement

bound = sp.Function("delta_d")
z, p, q, n = sp.symbols("z p q n", positive=True)

#: t at rescaled time τ, in the order of the laws: α < 1, α = 1, α > 1.
TIMES = (tau * d**alpha / 2, d**tau / 2, tau / 2)

#: What the laws are equivalent to for large τ, below and above α = 1.
TAILS = (
    (sp.expint(1 / alpha, tau), sp.exp(-tau) / tau),
    (sp.beta(1 - 1 / alpha, 1 + tau), sp.gamma(1 - 1 / alpha) * tau ** (1 / alpha - 1)),
)

#: The order of δ_d(t)/I_d(t) in each regime [this project's]. For α > 1 as τ grows, otherwise as d grows.
ORDERS: Mapping[str, Any] = MappingProxyType(
    {
        "α < 1, τ < 1": 2 * alpha * sp.exp(-1) / (tau * d * sp.expint(1 / alpha, tau)),
        "α < 1, τ ≥ 1": alpha * sp.exp(-tau) / (d * sp.expint(1 / alpha, tau)),
        "α = 1": 2 * sp.exp(-1) / (d**tau * (1 - tau) * sp.log(d)),
        "α > 1": 2 * alpha * sp.exp(-1) / (tau ** (1 / alpha) * sp.gamma(1 - 1 / alpha)),
    }
)


def changes_of_variable(order: Any = 1 / alpha) -> tuple[Step, ...]:
    """Lemma C.5: k^-α, 2t k^-α and log_d k as new variables, where z^-``order`` is claimed; then the limits."""
    point = {
        alpha: Fraction(2, 5),
        t: 3,
        z: Fraction(1, 2),
        d: 7,
        tau: 2,
        q: Fraction(1, 3),
        p: Fraction(5, 2),
    }
    stirling = (n - sp.Rational(1, 2)) * sp.log(n) - n
    root = (2 * t / z) ** (1 / alpha)

    def equal(reason: str, left: Any, right: Any) -> Step:
        return Step(reason, sp.Eq(left, right, evaluate=False), point)

    def substituted(new: Any) -> Any:
        return DECAY.subs(k, new) * sp.Derivative(new, z)

    return (
        equal(
            "α > 1: z = k^-α",
            substituted(z ** (-1 / alpha)),
            -(z**-order) * (1 - z) ** (2 * t) / alpha,
        ),
        equal(
            "α > 1: Stirling's formula", sp.Limit(sp.loggamma(n) - stirling, n, sp.oo), sp.log(2 * sp.pi) / 2
        ),
        equal(
            "α > 1: Γ(1 + τ) τ^p / Γ(1 + τ + p) tends to 1",
            sp.Limit(stirling.subs(n, 1 + tau) + p * sp.log(tau) - stirling.subs(n, 1 + tau + p), tau, sp.oo),
            0,
        ),
        equal(
            "α < 1: z = 2t k^-α",
            substituted(root),
            -(z**-order) * (1 - z / (2 * t)) ** (2 * t) * (2 * t) ** (1 / alpha - 1) / alpha,
        ),
        equal("α < 1: the lower end z(d) at 2t = τ d^α", (2 * t * d**-alpha).subs(t, TIMES[0]), tau),
        equal("α < 1: the integrand's limit", sp.Limit((1 - z / n) ** n, n, sp.oo), sp.exp(-z)),
        Step(
            "α < 1: it is dominated, as log(1 - w) + w falls from 0; w = 1/(1 + q)",
            sp.Lt(sp.diff(sp.log(1 - z) + z, z).subs(z, 1 / (1 + q)), 0, evaluate=False),
            point,
        ),
        equal(
            "α < 1: an antiderivative of z^-p e^-z is -z^(1-p) E_p(z)",
            sp.Derivative(-(z ** (1 - p)) * sp.expint(p, z).rewrite(sp.uppergamma), z),
            z**-p * sp.exp(-z),
        ),
        equal("α < 1: it vanishes at infinity", sp.Limit(sp.uppergamma(1 - p, z), z, sp.oo), 0),
        equal(
            "α < 1: the factors, over d^(1-α)/(1-α)",
            (2 * t).subs(t, TIMES[0]) ** (order - 1) / alpha * tau ** (1 - order) * sp.expint(order, tau),
            laws("gd")[0].rate * d ** (1 - alpha) / (1 - alpha),
        ),
        equal(
            "α = 1: z = log_d k",
            substituted(d**z).subs(alpha, 1),
            sp.log(d) * (1 - d**-z) ** (2 * t),
        ),
        equal("α = 1: below τ, z = τ - q, at most e^(-d^q)", sp.Limit(sp.exp(-(d**q)), d, sp.oo), 0),
        equal("α = 1: above τ, z = τ + q", sp.Limit((1 - d ** -(tau + q)) ** (d**tau), d, sp.oo), 1),
        equal("α = 1: what is left", sp.Integral(1, (z, tau, 1)), laws("gd")[1].rate),
    )


def orders(claimed: Mapping[str, Any] = ORDERS) -> tuple[Step, ...]:
    """Lemma C.6: the bound and the integral, each replaced by what it is equivalent to."""
    point = {alpha: Fraction(1, 2), tau: 2, d: 7}
    below = sp.expint(1 / alpha, tau) * d ** (1 - alpha) / alpha
    above = sp.gamma(1 - 1 / alpha) * tau ** (1 / alpha - 1) / alpha
    inside = 2 / sp.E

    def quotient(regime: str, numerator: Any, denominator: Any, at: Mapping[Any, Any]) -> Step:
        return Step(
            f"{regime}: the quotient", sp.Eq(numerator / denominator, claimed[regime], evaluate=False), at
        )

    return (
        Step(
            "2t s(k*) tends to 1/e",
            sp.Eq(sp.Limit(n / (1 + n) * (1 - 1 / (1 + n)) ** n, n, sp.oo), sp.exp(-1), evaluate=False),
        ),
        Step(
            "d^α s(d) tends to e^-τ at 2t = τ d^α, n = d^α",
            sp.Eq(sp.Limit((1 - 1 / n) ** (tau * n), n, sp.oo), sp.exp(-tau), evaluate=False),
        ),
        quotient("α < 1, τ < 1", inside / (tau * d**alpha), below, point),
        quotient("α < 1, τ ≥ 1", sp.exp(-tau) / d**alpha, below, point),
        quotient("α = 1", inside / d**tau, (1 - tau) * sp.log(d), point),
        quotient("α > 1", inside / tau, above, {**point, alpha: 2}),
    )


LEMMA_C_5 = Statement(
    id="lem-c.5",
    title="The integral has the limits of Theorem 3.1",
    kind="limit",
    claim=(
        "With the time scalings of Theorem 3.1 the integral I_d(t) over the normalizer H(d, α) tends to the rate of "
        "its regime as d grows; for large τ the rates below and above α = 1 are equivalent to e^-τ/τ and a power of τ."
    ),
    formula=(
        *(
            sp.Eq(sp.Limit(integral(time) / sp.harmonic(d, alpha), d, sp.oo), row.rate)
            for time, row in zip(TIMES, laws("gd"), strict=True)
        ),
        *(sp.Eq(sp.Limit(rate / tail, tau, sp.oo), 1) for rate, tail in TAILS),
    ),
    domain="α < 1 with τ > 0, α = 1 with 0 ≤ τ ≤ 1, α > 1 with τ > 0, in this order",
    not_claimed=(
        "Nothing about the sum: for α > 1 the sum and the integral have different limits at fixed t (0.3025 and 0.324 "
        "at α = 2, t = 1)."
    ),
    reference="arXiv 2505.19227, Lemma C.5",
    note="The proof takes the limit of H(d, α) as d → α, in the text available to us, where d → ∞ is meant.",
    derivation=changes_of_variable,
)

LEMMA_C_6 = Statement(
    id="lem-c.6",
    title="The error of the integral is negligible",
    kind="limit",
    claim=(
        "The bound δ_d(t) of Lemma C.4, over the integral, vanishes as d grows for α ≤ 1, and as τ grows for α > 1, "
        "where the limit d → ∞ comes first."
    ),
    formula=(
        *(
            sp.Eq(sp.Limit(bound(time) / integral(time) / order, d, sp.oo), 1)
            for time, order in zip((TIMES[0], *TIMES[:2]), ORDERS.values(), strict=False)
        ),
        sp.Eq(
            sp.Limit(sp.Limit(bound(TIMES[2]) / integral(TIMES[2]), d, sp.oo) / ORDERS["α > 1"], tau, sp.oo),
            1,
        ),
    ),
    domain="α < 1 with τ < 1, α < 1 with τ ≥ 1, α = 1 with 0 < τ < 1, α > 1, in this order",
    not_claimed="Nothing for α > 1 at fixed t, where the relative error does not vanish as d grows.",
    reference="arXiv 2505.19227, Lemma C.6",
    note="The constants of these orders are this project's; the paper has the powers.",
    derivation=orders,
)

STATEMENTS = (LEMMA_C_5, LEMMA_C_6)
