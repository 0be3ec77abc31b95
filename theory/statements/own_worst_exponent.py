"""Beyond the paper: the exponent at which gradient descent needs most steps, which is not 1."""

from __future__ import annotations

from fractions import Fraction

import sympy as sp

from theory.derivation import Step
from theory.limit_laws import d, epsilon, tau
from theory.statements.model import Statement

b, q, u, y, L, lam = sp.symbols("b q u y L lambda", positive=True)
alpha_worst, d_1 = sp.symbols("alpha_worst d_1", positive=True)

POINT = {
    b: Fraction(1, 7),
    q: Fraction(2, 3),
    tau: Fraction(1, 9),
    L: 20,
    lam: Fraction(1, 4),
    y: Fraction(1, 5),
}


def equal(reason: str, left: sp.Expr, right: sp.Expr) -> Step:
    """Return the step that two expressions are equal."""
    return Step(reason, sp.Eq(left, right, evaluate=False), POINT)


def worst(second: sp.Expr = sp.pi**2 / 24) -> tuple[Step, ...]:
    """Derive the worst exponent, with b = (1-α)/α and L = log d; ``second`` times 1/L is its relative correction."""
    x = sp.sqrt(lam) * y * (1 - second * y**2)
    return (
        equal(
            "the rate b E_(1+b)(τ) of α = 1/(1+b) falls from 1 like τ^b times an integral",
            sp.Derivative(b * sp.expint(1 + b, tau), tau),
            -b * sp.expint(b, tau),
        ),
        equal(
            "which at small τ is a Gamma function, q = 1 - b: ε = 1 - Γ(1-b) τ^b",
            sp.Integral(sp.exp(-u) * u ** (q - 1), (u, 0, sp.oo)),
            sp.gamma(q),
        ),
        equal(
            "so log τ = -(λ + log Γ(1-b))/b, λ = -log(1-ε), and log Γ(1-b) = γb + (π²/12) b² + …",
            sp.Limit(sp.Derivative(sp.loggamma(1 - b), b, 2) / 2, b, 0),
            sp.pi**2 / 12,
        ),
        equal(
            "slope of log t = L/(1+b) + log τ, but for constants",
            sp.Derivative(L / (1 + b) - lam / b - sp.pi**2 * b / 12, b),
            -L / (1 + b) ** 2 + lam / b**2 - sp.pi**2 / 12,
        ),
        equal(
            "it vanishes at x = b/(1+b) = 1 - α with x²L = λ - (π²/12) b²: here y² = 1/L",
            sp.Limit((x**2 / y**2 - lam + sp.pi**2 / 12 * (x / (1 - x)) ** 2) / y**2, y, 0),
            0,
        ),
        equal(
            "near α = 1 the normalizer is (1 - e^(-bL))/b, whose logarithm has the slope -L/2",
            sp.Limit(sp.Derivative(sp.log((1 - sp.exp(-b * L)) / b), b), b, 0),
            -L / 2,
        ),
        equal(
            "and τ = 2t d^-α grows at the rate bL, so that log r changes at the rate L (½ - e^-τ/E_1(τ))",
            tau * L * sp.Derivative(sp.expint(1, tau), tau),
            -L * sp.exp(-tau),
        ),
    )


WORST_EXPONENT = Statement(
    id="own-worst-exponent",
    title="The worst exponent for gradient descent",
    kind="limit",
    claim=(
        "At given d the exponent with which gradient descent takes most steps to ε is not 1: it lies above 1 while d "
        "is below d_1 = e^(1.806/ε), to leading order, and below 1 beyond; as d grows it tends to 1 from below."
    ),
    formula=(
        sp.Eq(
            alpha_worst,
            1 - sp.sqrt(sp.log(1 / (1 - epsilon)) / sp.log(d)) * (1 - sp.pi**2 / (24 * sp.log(d))),
        ),
        sp.Eq(epsilon * sp.log(d_1), sp.expint(1, tau)),
        sp.Eq(sp.expint(1, tau) * sp.exp(tau), 2),
    ),
    domain="first formula: d → ∞ at fixed 0 < ε < 1; the others: ε → 0; step size 1/π_1",
    not_claimed=(
        "Not that the paper is wrong about scaling as ε falls: t grows like d^α for α < 1, like d^(1−ε) at α = 1 and "
        "not at all for α > 1, and the worst exponent does tend to 1. Nothing about d near d_1, where α = 1 is nearly "
        "worst. That the maximum over α is the only one is seen on grids, not proven."
    ),
    reference="this project",
    note=(
        "For ε = 1/10 the exponent 1 is the worst at d near 7·10^7, for ε = 1/20 near 5·10^15: at common vocabulary "
        "sizes and errors a lighter tail than Zipf's is worse."
    ),
    derivation=worst,
)

STATEMENTS = (WORST_EXPONENT,)
