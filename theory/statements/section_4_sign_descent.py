"""Section 4: scaling laws of sign descent under the simplified dynamics of Assumption 4.1."""

from __future__ import annotations

from typing import Any

import sympy as sp

from theory.derivation import Step
from theory.limit_laws import d, laws, phi, t, tau
from theory.statements.model import Statement

r, loss, lowest = sp.Function("r"), sp.Function("L"), sp.Symbol("L_min")
k, m, T, eta, start = sp.symbols("k m T eta delta_0", positive=True)
pi_k, pi_1, pi_d, best = sp.symbols("pi_k pi_1 pi_d eta_best", positive=True)

ASSUMPTION_4_1 = Statement(
    id="asm-4.1",
    title="Simplified dynamics of sign descent",
    kind="model",
    claim=(
        "The distance δ of a weight from its optimum falls by η a step as long as it started at least that far away, "
        "and is η/2 from then on."
    ),
    formula=(
        sp.Eq(
            sp.Function("delta")(t),
            sp.Piecewise((start - t * eta, sp.Le(t * eta, start)), (eta / 2, True)),
        ),
    ),
    domain="put to the test against the iterated update on power laws and on a text, with the best step size under it",
    not_claimed=(
        "The paper does not claim it of the iterated update: it means to average its oscillations, and says that a "
        "weight may reach its optimum exactly and stay there."
    ),
    reference="arXiv 2505.19227, Assumption 4.1",
    expected="REFUTED",
    note=(
        "Literally it fails wherever a distance is no odd multiple of η/2. Started at W = 0, weights with targets "
        "below η return to 0 at every even T, and for α > ½ these are most: at α = 1, d = 1 000 and this step the "
        "relative error is 0.05 after 30 steps and 0.33 after 31, where the assumption gives 0.13. A weight whose "
        "target is 0 never moves; to the letter the assumption charges it η²/4, here it is charged nothing."
    ),
)

PROPOSITION_4_2 = Statement(
    id="prop-4.2",
    title="Loss of sign descent under the simplified dynamics",
    kind="identity",
    claim=(
        "If the sorted conditional frequencies after every token are π_1 ≥ π_2 ≥ …, the excess loss after T steps is "
        "half the sum of (π_k − Tη)² over the m words with π_k > Tη, still on their way, and of η²/4 for each other."
    ),
    formula=(
        sp.Eq(
            loss(T) - lowest,
            (sp.Sum((pi_k - T * eta) ** 2, (k, 1, m)) + (d - m) * eta**2 / 4) / 2,
        ),
    ),
    domain="any frequencies, every row of conditionals a permutation of them; η > 0, T ≥ 1; Assumption 4.1",
    not_claimed="Nothing about the iterated sign update, which Proposition A.3 describes.",
    reference="arXiv 2505.19227, Proposition 4.2",
    note=(
        "In the text available to us the inequality is strict and charges η²/4 for a word with π_k = Tη, which "
        "Assumption 4.1 moves to 0. Best step sizes often are such ties; for them m counts the words with π_k ≥ Tη."
    ),
)


def outside_the_range(travelled: Any = T) -> tuple[Step, ...]:
    """Derive that the loss falls with η up to π_d/T and rises from π_1/T on.

    ``travelled`` is the derivative of the distance Tη travelled.
    """
    gap = sp.Symbol("g", positive=True)
    at = {pi_k: sp.Rational(1, 5), T: 3, eta: sp.Rational(1, 30), d: 4, gap: sp.Rational(1, 10)}
    moving, slope = (pi_k - T * eta) ** 2, -2 * travelled * (pi_k - T * eta)
    return (
        Step(
            "below π_d/T every word is on its way: slope of its term",
            sp.Eq(sp.Derivative(moving, eta), slope, evaluate=False),
            at,
        ),
        Step(
            "it is negative, as π_k = Tη + g with g > 0",
            sp.Lt(slope.subs(pi_k, T * eta + gap, evaluate=False), 0, evaluate=False),
            at,
        ),
        Step(
            "above π_1/T every word oscillates: slope of the loss",
            sp.Eq(sp.Derivative(d * eta**2 / 8, eta), d * eta / 4, evaluate=False),
            at,
        ),
        Step(
            "at η = π_1/T itself one word or more has arrived, which costs less",
            sp.Lt((d - 1) * eta**2 / 8, d * eta**2 / 8, evaluate=False),
            at,
        ),
    )


PROPOSITION_4_3 = Statement(
    id="prop-4.3",
    title="Range of the best step size",
    kind="inequality",
    claim="The step size that minimizes the loss after T steps lies between π_d/T and π_1/T.",
    formula=(sp.Le(pi_d / T, best), sp.Le(best, pi_1 / T)),
    domain="α > 0, d ≥ 1, T ≥ 1; simplified dynamics (Assumption 4.1)",
    not_claimed="Nothing about the true iteration, whose loss has many local minima in the step size.",
    reference="arXiv 2505.19227, Proposition 4.3",
    derivation=outside_the_range,
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

STATEMENTS = (ASSUMPTION_4_1, PROPOSITION_4_2, PROPOSITION_4_3, DEFINITION_4_4, THEOREM_4_5)
