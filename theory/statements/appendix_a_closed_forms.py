"""Appendix A: closed forms at finite dimension."""

from __future__ import annotations

import sympy as sp

from theory.statements.model import Statement

k, d, t, T, alpha, phi, eta, s, c = sp.symbols("k d t T alpha phi eta s c", positive=True)
start = sp.Symbol("delta_0", positive=True)
r, distance = sp.Function("r"), sp.Function("delta")

PROPOSITION_A_1 = Statement(
    id="prop-a.1",
    title="Gradient descent in O(d)",
    kind="identity",
    claim="Under the power law and with step size 1/π₁ the d² coordinates collapse to one sum over d words.",
    formula=(
        sp.Eq(
            r(t),
            sp.Sum(k**-alpha * (1 - k**-alpha) ** (2 * t), (k, 1, d)) / sp.harmonic(d, alpha),
        ),
    ),
    domain="α > 0, d ≥ 1, t ≥ 0; Assumption 2.3 with any permutations",
    not_claimed="Nothing about frequencies that are no power law, or conditionals of another exponent.",
    reference="arXiv 2505.19227, Proposition A.1",
    note="The proof prints η = π₁ where η = 1/π₁ is meant, in the text available to us.",
)

PROPOSITION_A_2 = Statement(
    id="prop-a.2",
    title="Simplified sign descent in O(d)",
    kind="identity",
    claim=(
        "Under the simplified dynamics with step size 1/(H(d, α) T φ^α) the first ⌊φ⌋ coordinates are still on their "
        "way after T steps and the others oscillate at half a step."
    ),
    formula=(
        sp.Eq(
            r(T),
            (
                sp.Sum((k**-alpha - phi**-alpha) ** 2, (k, 1, sp.floor(phi)))
                + (d - sp.floor(phi)) * phi ** (-2 * alpha) / (4 * T**2)
            )
            / sp.harmonic(d, 2 * alpha),
        ),
    ),
    domain="α > 0, T ≥ 1, 1 ≤ φ ≤ d; Assumptions 2.3 and 4.1",
    not_claimed="Nothing about the iterated sign update, which Proposition A.3 describes.",
    reference="arXiv 2505.19227, Proposition A.2 and Definition D.1",
    note=(
        "At an integer φ Proposition 4.2 (strict inequality) charges the coordinate k = φ a quarter step squared, "
        "A.2 charges nothing; A.2 is used, since best step sizes sit exactly there."
    ),
)

PROPOSITION_A_3 = Statement(
    id="prop-a.3",
    title="Exact dynamics of sign descent",
    kind="identity",
    claim=(
        "With s = ⌊δ₀/η⌋ and c = δ₀ − min(s, T) η, the distance of a coordinate after T steps is δ₀ − Tη up to T = s, "
        "then alternates between c and η − c; a distance that reaches 0 stays 0."
    ),
    formula=(
        sp.Eq(
            distance(T),
            sp.Piecewise(
                (start - T * eta, sp.Le(T, s)),
                (c, sp.Eq(sp.Symbol("parity"), 0)),
                (eta - c, True),
            ),
        ),
    ),
    domain="any δ₀ > 0, η > 0, T ≥ 0; parity stands for (T − s) mod 2",
    not_claimed="Nothing about how the step size should be chosen.",
    reference="arXiv 2505.19227, Proposition A.3",
    note="Whether δ₀ is a multiple of η decides between 0 for ever and an oscillation of full height.",
)

STATEMENTS = (PROPOSITION_A_1, PROPOSITION_A_2, PROPOSITION_A_3)
