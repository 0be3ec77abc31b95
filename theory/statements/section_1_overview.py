"""Section 1: the overview of the results."""

from __future__ import annotations

import sympy as sp

from theory.limit_laws import alpha, d, epsilon
from theory.statements.model import Statement

Theta = sp.Function("Theta")
half = sp.Rational(1, 2)

#: How the steps to ε grow with d; ``Theta`` hides what does not depend on d.
GROWTH = {
    "gd": sp.Piecewise((d**alpha, alpha < 1), (d ** (1 - epsilon), sp.Eq(alpha, 1)), (1, True)),
    "sd": sp.Piecewise((1, alpha < half), (d ** ((1 - epsilon) / 2), sp.Eq(alpha, half)), (sp.sqrt(d), True)),
}

INFORMAL_THEOREM = Statement(
    id="thm-informal",
    title="How the steps to a relative error grow with the vocabulary",
    kind="limit",
    claim=(
        "The number of steps to a relative error ε grows like a power of d, whose exponent depends on α and, at the "
        "thresholds α = 1 of gradient descent and α = ½ of sign descent, on ε."
    ),
    formula=tuple(sp.Eq(sp.Symbol(f"t_{optimizer}"), Theta(growth)) for optimizer, growth in GROWTH.items()),
    domain="α > 0, 0 < ε < 1 fixed as d grows; gd with step 1/π₁, sd with the best step under Assumption 4.1",
    not_claimed=(
        "Nothing about the constants, which depend on ε and α, nor about ε that falls with d, nor about the iterated "
        "sign update, whose steps to ε do not grow with d at even T."
    ),
    reference="arXiv 2505.19227, Section 1.1, informal theorem, made formal in Theorems 3.1 and 4.5",
    note=(
        "The exponent is measured as log T/log d, which is approached like log C/log d where T ~ C d^exponent. "
        "At the two thresholds C is this project's, ½ e^(−γ(1+ε)) for gd and ½ e^((γ(1−ε)−2)/2) for sd; "
        "so it is for sd at α > ½ beyond the range of Theorem 4.5, ε > (1 − 2^−α)/ζ(2α)."
    ),
)

STATEMENTS = (INFORMAL_THEOREM,)
