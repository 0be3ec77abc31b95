"""Section 2: the linear bigram model."""

from __future__ import annotations

import sympy as sp

from theory.statements.model import Statement

i, j, d, t, eta = sp.symbols("i j d t eta", positive=True)
pi_i, pi_ij = sp.symbols("pi_i pi_ij", positive=True)
loss, lowest = sp.Function("L"), sp.Symbol("L_min")

PROPOSITION_2_2 = Statement(
    id="prop-2.2",
    title="Dynamics of gradient descent on the bigram problem",
    kind="identity",
    claim=(
        "From W = 0, each weight w_ij moves alone towards π_{j|i} at the rate of its eigenvalue π_i, "
        "so the excess loss is a double sum of decaying powers (π_ij below stands for π_{j|i})."
    ),
    formula=(
        sp.Eq(
            loss(t) - lowest,
            sp.Sum(sp.Sum(pi_i * (1 - eta * pi_i) ** (2 * t) * pi_ij**2, (j, 1, d)), (i, 1, d)) / 2,
        ),
    ),
    domain="any bigram frequencies, any step size η, any t ≥ 0, start at W = 0",
    not_claimed="Nothing about stochastic gradients, other losses or another start.",
    reference="arXiv 2505.19227, Proposition 2.2",
)

STATEMENTS = (PROPOSITION_2_2,)
