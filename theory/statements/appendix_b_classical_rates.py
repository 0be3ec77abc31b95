"""Appendix B: comparison with classical rates, at α = 1."""

from __future__ import annotations

from typing import Any

import sympy as sp

from theory.derivation import Step
from theory.statements.model import Statement

d, i, j, k = sp.symbols("d i j k", positive=True, integer=True)
t, T, tau, phi = sp.symbols("t T tau phi", positive=True)
linear, sublinear, r, g = (sp.Function(name) for name in ("r_linear", "r_sublinear", "r", "g"))
H = sp.harmonic(d)

LARGEST, SMALLEST = 1 / H, 1 / (d * H)
DISTANCE = d * sp.harmonic(d, 2) / H**2
GAP = sp.harmonic(d, 2) / (2 * H**2)


def constants(gap: Any = GAP) -> tuple[Step, ...]:
    """Derive the normalized rates from the constants of the problem; ``gap`` is the initial excess loss."""
    some = {d: 7, t: 3, tau: sp.Rational(1, 2)}
    rate = 4 * d / (H * (t + 4))
    row = sp.Sum(1 / (H * j) ** 2, (j, 1, d))
    return (
        Step(
            "squared distance from W = 0 to the minimizer: d equal rows",
            sp.Eq(sp.Sum(row, (i, 1, d)), DISTANCE, evaluate=False),
            some,
        ),
        Step(
            "initial excess loss: the rows weigh π_i, which sum to 1",
            sp.Eq(sp.Sum(row / (H * i), (i, 1, d)) / 2, gap, evaluate=False),
            some,
        ),
        Step(
            "sublinear rate 2L|W|²/(t+4), over the initial excess loss",
            sp.Eq(2 * LARGEST * DISTANCE / (t + 4) / gap, rate, evaluate=False),
            some,
        ),
        Step(
            "linear rate (1 - μ/L)^t",
            sp.Eq((1 - SMALLEST / LARGEST) ** t, (1 - 1 / d) ** t, evaluate=False),
            some,
        ),
        Step("H(d) ~ log d", sp.Eq(sp.Limit(H / sp.log(d), d, sp.oo), 1, evaluate=False)),
        Step(
            "at t = τd the linear rate tends to e^-τ",
            sp.Eq(sp.Limit((1 - 1 / d) ** (tau * d), d, sp.oo), sp.exp(-tau), evaluate=False),
            some,
        ),
        Step(
            "at t = √d the linear rate tends to 1",
            sp.Eq(sp.Limit((1 - 1 / d) ** sp.sqrt(d), d, sp.oo), 1, evaluate=False),
        ),
        Step(
            "at t = √d the sublinear rate grows without bound: its inverse tends to 0",
            sp.Eq(sp.Limit(1 / rate.subs(t, sp.sqrt(d)), d, sp.oo), 0, evaluate=False),
        ),
    )


PROPOSITION_B_1 = Statement(
    id="prop-b.1",
    title="What classical rates predict",
    kind="limit",
    claim=(
        "At α = 1 the smoothness is π_1, the strong convexity π_d, the squared distance to the minimizer "
        "d H(d, 2)/H(d)² and the initial excess loss half of H(d, 2)/H(d)², H(d) being H(d, 1) ~ log d; relative to "
        "that loss the classical bounds for gradient descent are the ones below, equivalent to 4d/(t log d) and "
        "e^(-t/d): at t = √d both predict no progress, where the truth is near one half."
    ),
    formula=(
        sp.Eq(sublinear(t), 4 * d / (H * (t + 4))),
        sp.Eq(linear(t), (1 - 1 / d) ** t),
    ),
    domain="α = 1, d ≥ 2, t ≥ 0, step size 1/π_1, start at W = 0; equivalents as d and t grow",
    not_claimed=(
        "Not that the bounds are wrong or poor in their class: both hold. Nothing about the rates for AdaGrad and "
        "RMSProp that the paper quotes beside them."
    ),
    reference="arXiv 2505.19227, Proposition B.1",
    note=(
        "The displayed formulas are lost in the text available to us and were rebuilt from its proof and sources "
        "(Nesterov 2018, Corollary 2.1.2; Boyd and Vandenberghe 2004, Equation 9.18). On this problem already "
        "(1 - 1/d)^(2t) is a bound."
    ),
    derivation=constants,
)


def errors_and_gradients(word: Any = 1 + 1 / tau**2) -> tuple[Step, ...]:
    """Derive both limits, with φ = ``word``, where 1 ≤ φ < 2."""
    u, horizon = 1 / word, tau * sp.sqrt(d) / 2
    some = {d: 7, tau: sp.Rational(3, 2), phi: sp.Rational(3, 2), T: 3}
    error = (1 - u) ** 2 + (d - 1) * u**2 / (4 * horizon**2)
    step = 1 / (H * T * phi)
    norm = (1 - 1 / phi + (d - 1) / (2 * T * phi)) / H
    return (
        Step(
            "the gradient starts with the 1-norm 1",
            sp.Eq(sp.Sum(sp.Sum(1 / (H * i) / (H * j), (j, 1, d)), (i, 1, d)), 1, evaluate=False),
            some,
        ),
        Step(
            "one coordinate on its way, the others at half a step",
            sp.Eq(1 / H - T * step + (d - 1) * step / 2, norm, evaluate=False),
            some,
        ),
        Step(
            "limit of the squared distances",
            sp.Eq(sp.Limit(error, d, sp.oo), 1 / (1 + tau**2), evaluate=False),
            some,
        ),
        Step(
            "limit of the 1-norm over √d/H(d)",
            sp.Eq(
                sp.Limit((norm * H).subs({T: horizon, phi: word}) / sp.sqrt(d), d, sp.oo),
                1 / (tau * (1 + 1 / tau**2)),
                evaluate=False,
            ),
            some,
        ),
    )


PROPOSITION_B_2 = Statement(
    id="prop-b.2",
    title="Small error, large gradient",
    kind="limit",
    claim=(
        "Simplified sign descent with T = τ√d/2 and φ = 1 + 1/τ² brings the relative error down to a constant, while "
        "the 1-norm of the gradient, relative to its start and called g, grows like √d/log d (H(d) is H(d, 1))."
    ),
    formula=(
        sp.Eq(
            g(d),
            (sp.Sum(1 / k - 1 / phi, (k, 1, sp.floor(phi))) + (d - sp.floor(phi)) / (2 * T * phi)) / H,
        ),
        sp.Eq(sp.Limit(r(d), d, sp.oo), 1 / (sp.zeta(2, evaluate=False) * (1 + tau**2))),
        sp.Eq(sp.Limit(g(d) * sp.log(d) / sp.sqrt(d), d, sp.oo), 1 / (tau * (1 + 1 / tau**2))),
    ),
    domain="α = 1, τ ≥ 1 (where φ ≤ 2); Assumptions 2.3 and 4.1",
    not_claimed=(
        "Nothing about the iterated update, whose coordinates are near 0 after every other step, or about decreasing "
        "step sizes, which would let them rest."
    ),
    reference="arXiv 2505.19227, Proposition B.2",
    note=(
        "The text available to us prints φ = (1 + 1/τ²)^(-1), the inverse of Definition 4.4's. That would be a step "
        "at which every coordinate oscillates, and neither limit would hold."
    ),
    derivation=errors_and_gradients,
)

STATEMENTS = (PROPOSITION_B_1, PROPOSITION_B_2)
