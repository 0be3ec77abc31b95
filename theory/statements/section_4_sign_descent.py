"""Section 4: scaling laws of sign descent under the simplified dynamics of Assumption 4.1."""

from __future__ import annotations

import sympy as sp

from theory.limit_laws import laws, phi, tau
from theory.statements.model import Statement

r = sp.Function("r")
T, pi_1, pi_d, best = sp.symbols("T pi_1 pi_d eta_best", positive=True)

PROPOSITION_4_3 = Statement(
    id="prop-4.3",
    title="Range of the best step size",
    kind="inequality",
    claim="The step size that minimizes the loss after T steps lies between π_d/T and π_1/T.",
    formula=(sp.Le(pi_d / T, best), sp.Le(best, pi_1 / T)),
    domain="α > 0, d ≥ 1, T ≥ 1; simplified dynamics (Assumption 4.1)",
    not_claimed="Nothing about the true iteration, whose loss has many local minima in the step size.",
    reference="arXiv 2505.19227, Proposition 4.3",
)

DEFINITION_4_4 = Statement(
    id="def-4.4",
    title="The asymptotic step size",
    kind="optimality",
    claim=(
        "The step size 1/(H(d, α) T φ^α) with the φ of its regime is asymptotically optimal: "
        "the loss it gives exceeds the best by a relative amount that vanishes as d grows."
    ),
    formula=tuple(sp.Eq(phi, row.step_size) for row in laws("sd")),
    domain="α > 0; for α > ½ where φ ≤ 2, that is τ² ≥ 1/(2^α − 1); simplified dynamics",
    not_claimed=(
        "Not optimal at finite d, nor for α > ½ below that τ, where the best φ is an integer or beyond 2 "
        "(α = 1, d = 10⁴, T = 8: best φ = 16.3)."
    ),
    reference="arXiv 2505.19227, Definition 4.4 and Propositions D.2 to D.4",
    note=(
        "In the text available to us c₂ is printed as α/(α−1) in Proposition D.3, and the condition of D.4 reads "
        "like 1/(2α−1) where its proof gives 1/(2^α − 1); both look like slips."
    ),
)

THEOREM_4_5 = Statement(
    id="thm-4.5",
    title="Scaling laws of sign descent",
    kind="limit",
    claim=(
        "With the step size of Definition 4.4 and time rescaled as T = τ, 4T² = d^τ or 4T² = τ² d for α below, at or "
        "above ½, the relative error of the simplified dynamics tends to the rate of its regime as d grows."
    ),
    formula=tuple(sp.Eq(r(tau), row.rate) for row in laws("sd")),
    domain="α > 0; 0 ≤ τ ≤ 1 for α = ½, τ² ≥ 1/(2^α − 1) for α > ½; Assumptions 2.3 and 4.1",
    not_claimed=(
        "A theorem about Assumption 4.1, not about the iterated sign update: started at W = 0 that one is far better "
        "at even T and worse at odd T. Nothing is proven for α > ½ at smaller τ."
    ),
    reference="arXiv 2505.19227, Theorem 4.5",
    note=(
        "At smaller τ the paper adjusts two formulas to its data; here the exact limit of the best step size, "
        "this project's, takes their place."
    ),
)

STATEMENTS = (PROPOSITION_4_3, DEFINITION_4_4, THEOREM_4_5)
