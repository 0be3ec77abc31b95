"""Beyond the paper: the exact best step of simplified sign descent, and the limit of its error at every time."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import sympy as sp

from theory.derivation import Step
from theory.limit_laws import alpha, d, tau
from theory.statements.model import Statement

c, k, m, u, u_m, x, y, p, T, H_1, H_2 = sp.symbols("c k m u u_m x y p T H_1 H_2", positive=True)
s, e = sp.symbols("s e", nonnegative=True)
F, R, r = (sp.Function(name) for name in ("F", "R", "r"))

#: A point of the domain; a step that ties α or H(m, α) to other symbols replaces them.
POINT = {
    alpha: Fraction(1, 4),
    p: Fraction(1, 2),
    tau: Fraction(3, 2),
    c: Fraction(1, 16),
    T: 2,
    d: 20,
    m: 3,
    k: 5,
}
POINT |= {
    u: Fraction(2, 3),
    x: Fraction(10, 3),
    y: Fraction(1, 7),
    H_1: Fraction(5, 2),
    H_2: 2,
    s: Fraction(1, 5),
}


def equal(reason: str, left: Any, right: Any) -> Step:
    """Return the step that two expressions are equal."""
    return Step(reason, sp.Eq(left, right, evaluate=False), POINT)


def positive(reason: str, expression: Any) -> Step:
    """Return the step that an expression is positive."""
    return Step(reason, sp.Gt(expression, 0, evaluate=False), POINT)


def piece(m: Any, first: Any, second: Any) -> Any:
    """Return F_m(u) with H(m, α) = ``first`` and H(m, 2α) = ``second``."""
    return second - 2 * u * first + u**2 * (m + c * (d - m))


def one_valley(half: Any = sp.S.Half) -> tuple[Step, ...]:
    """Check the proof in the docstring of :mod:`theory.sign_descent`, line by line, where q = ``half``/α - 1.

    H_1 and H_2 are H(m, α) and H(m, 2α), w is (m+1)^-α, and Y stands for x^α H_1; s ≥ 0 is what an inequality
    leaves over.
    """
    q = half / alpha - 1
    here, w = piece(m, H_1, H_2), (m + 1) ** -alpha
    curvature = m + c * (d - m)
    smooth = H_2 - 2 * u * H_1 + m * u**2 + c * (d * u**2 - u ** (2 - 1 / alpha))
    y_of_r = m + c * (1 + q) * x + s
    slope, rest = alpha * y - c * q * x, (1 - 2 * alpha) * m - (1 - 3 * alpha) * y
    return (
        equal(
            "a piece is a parabola",
            here - here.subs(u, H_1 / curvature),
            curvature * (u - H_1 / curvature) ** 2,
        ),
        equal(
            "at its lower end w the loss falls by cw²",
            (here - piece(m + 1, H_1 + w, H_2 + w**2)).subs(u, w),
            c * w**2,
        ),
        positive(
            "if u_m ≥ w then u_{m+1} > w: H_1 = (m + c(d-m)) w + s",
            curvature * y + s + y - (curvature + 1 - c) * y,
        ),
        equal("at the upper ends the loss is Φ", here.subs(u, m**-alpha), smooth.subs(u, m**-alpha)),
        equal(
            "Φ' = 2u (cd - R) with x^α = 1/u",
            sp.Derivative(smooth, u),
            2 * u * (c * d - (H_1 / u - m - c * q * u ** (-1 / alpha))),
        ),
        equal("R is continuous at m + 1", (m + 1) ** alpha * H_1 - m, (m + 1) ** alpha * (H_1 + w) - (m + 1)),
        equal(
            "x times its slope is αY - cqx",
            x * sp.Derivative(x**alpha * H_1 - m - c * q * x, x),
            slope.subs(y, x**alpha * H_1),
        ),
        positive("positive if α = ½ + s", slope.subs(alpha, sp.S.Half + s)),
        equal(
            "where R = cx + s it is (1-2α)m - (1-3α)Y + (1-2α)s",
            slope.subs(y, y_of_r),
            rest.subs(y, y_of_r) + (1 - 2 * alpha) * s,
        ),
        positive("positive if ⅓ ≤ α < ½: α = (1+s)/(3+2s)", rest.subs(alpha, (1 + s) / (3 + 2 * s))),
        equal(
            "if α < ⅓, Y ≤ m/(1-α): it is at least 2α²m/(1-α)",
            rest.subs(y, m / (1 - alpha)),
            2 * alpha**2 * m / (1 - alpha),
        ),
        equal(
            "this bound of Y, term by term, is Bernoulli's inequality",
            k**alpha * (k * (k + 1) ** -alpha - (k - 1) * k**-alpha) - (1 - alpha),
            k * ((1 + 1 / k) ** -alpha - (1 - alpha / k)),
        ),
        equal(
            "where 1 - αy is the tangent of (1+y)^-α at 0",
            sp.Limit(((1 + y) ** -alpha - 1) / y, y, 0),
            -alpha,
        ),
        positive("and (1+y)^-α is convex", sp.Derivative((1 + y) ** -alpha, (y, 2))),
    )


def smooth_limit(moving: Any = m) -> tuple[Step, ...]:
    """Check the limit at 4T² = τ²d and its correction, where ``moving`` of the d coordinates do not oscillate."""
    curvature = m + 1 / tau**2
    limit = H_2 - 2 * u * H_1 + u**2 * curvature
    scaled = {tau: 2 * T / sp.sqrt(d)}
    vertex = H_1 / curvature
    return (
        equal(
            "the loss is that of the limit but for m u²/(4T²)",
            piece(m, H_1, H_2).subs(c, 1 / (4 * T**2)),
            limit.subs(scaled) - moving * u**2 / (4 * T**2),
        ),
        positive("which vanishes: m u² ≤ u^(2-1/α), α = ½ + p", (2 - 1 / alpha).subs(alpha, sp.S.Half + p)),
        equal("the least value of the limit", limit.subs(u, vertex), H_2 - H_1**2 / curvature),
        equal("for m = 1 it is that of Theorem 4.5", 1 - 1 / (1 + 1 / tau**2), 1 / (1 + tau**2)),
        equal(
            "as a share e of the coordinates stops to oscillate",
            sp.Limit(sp.Derivative(H_2 - H_1**2 / (m + (1 - e) / tau**2), e), e, 0),
            -(vertex**2) / tau**2,
        ),
        equal(
            "the tail of ζ(2α), α = ½ + p",
            sp.Integral(x ** (-1 - 2 * p), (x, d, sp.oo)),
            (d ** (1 - 2 * alpha) / (2 * alpha - 1)).subs(alpha, sp.S.Half + p),
        ),
    )


BEST_STEP = Statement(
    id="own-best-sd-step",
    title="The exact best step of simplified sign descent",
    kind="optimality",
    claim=(
        "Two bisections find the best step size of all: with Tη = u π₁ it is u = min(u_m, m^-α) at the first m with "
        "u_m ≥ (m+1)^-α, or u = m^-α at the first m with R(m) ≥ cd or the one before. For R increases wherever it is "
        "at least cd, so the loss at the steps u = m^-α falls with m and then rises."
    ),
    formula=(
        sp.Eq(F(m, u), piece(m, sp.harmonic(m, alpha), sp.harmonic(m, 2 * alpha))),
        sp.Eq(u_m, sp.harmonic(m, alpha) / (m + c * (d - m))),
        sp.Eq(
            R(x),
            x**alpha * sp.harmonic(sp.floor(x), alpha) - sp.floor(x) - c * (1 / (2 * alpha) - 1) * x,
        ),
    ),
    domain="α > 0, d ≥ 1, any floor c > 0; c = 1/(4T²) under the simplified dynamics (Assumption 4.1)",
    not_claimed=(
        "Not that the loss has a single valley over all step sizes: right above each u = m^-α it jumps up. "
        "Nothing about the iterated sign update."
    ),
    reference="this project's; its F is Definition D.1 of arXiv 2505.19227",
    note=(
        "In the text available to us Appendix A.2 calls the loss unimodal in the step size, which holds at the steps "
        "m^-α only."
    ),
    derivation=one_valley,
)

LIMIT = Statement(
    id="own-sd-limit",
    title="The scaling law of sign descent at every time, α > ½",
    kind="limit",
    claim=(
        "At 4T² = τ²d the relative error of the best step tends to the least of Σ max(k^-α - u, 0)² + u²/τ² over u, "
        "divided by ζ(2α), for every τ > 0; at every d and T it is that, over H(d, 2α)/ζ(2α), or less by at most "
        "1/(4T² H(d, 2α))."
    ),
    formula=(
        sp.Eq(
            r(tau),
            (sp.harmonic(m, 2 * alpha) - sp.harmonic(m, alpha) ** 2 / (m + 1 / tau**2)) / sp.zeta(2 * alpha),
        ),
        sp.Ge((m + 1) ** alpha * sp.harmonic(m, alpha) - m, 1 / tau**2),
    ),
    domain="α > ½, τ > 0, the least such m; simplified dynamics (Assumption 4.1)",
    not_claimed="Nothing about the iterated sign update, nor about α ≤ ½, where Theorem 4.5 holds at every time.",
    reference="this project's; m = 1 is the last row of Theorem 4.5 of arXiv 2505.19227, τ² ≥ 1/(2^α - 1)",
    derivation=smooth_limit,
)

STATEMENTS = (BEST_STEP, LIMIT)
