"""Section 2: the linear bigram model."""

from __future__ import annotations

from typing import Any

import sympy as sp

from theory.derivation import Step
from theory.statements.model import Statement

i, j, k, m, n, d, alpha = sp.symbols("i j k m n d alpha", positive=True)
t = sp.Symbol("t", integer=True, nonnegative=True)
eta, pi_i, pi_ij = sp.symbols("eta pi_i pi_ij", positive=True)
w = sp.Symbol("w", real=True)
loss, lowest = sp.Function("L"), sp.Symbol("L_min")
weight, token, target = sp.Function("w"), sp.Function("x"), sp.Function("y")


def frequencies_from_counts(divisor: int = 2) -> tuple[Step, ...]:
    """Derive the form of the loss in which the pairs enter through their frequencies alone.

    Of the n pairs n_i start with token i, and n_ij of these go on with j: π_i = n_i/n and π_{j|i} = n_ij/n_i.
    ``divisor`` is the 2 in the 2n of Problem 2.1.
    """
    n_i, n_ij = sp.symbols("n_i n_ij", positive=True)
    at = {w: sp.Rational(1, 3), n_i: 5, n_ij: 2, n: 11}
    entry = (n_ij * (w - 1) ** 2 + (n_i - n_ij) * w**2) / (divisor * n)
    frequency, optimum = n_i / n, n_ij / n_i
    excess = frequency * (w - optimum) ** 2 / 2
    return (
        Step(
            "of n_i pairs n_ij ask for w = 1, the others for w = 0",
            sp.Eq(entry, excess + frequency * optimum * (1 - optimum) / 2, evaluate=False),
            at,
        ),
        Step("slope", sp.Eq(sp.Derivative(entry, w), frequency * (w - optimum), evaluate=False), at),
        Step(
            "curvature, the same at every w",
            sp.Eq(sp.Derivative(entry, (w, 2)), frequency, evaluate=False),
            at,
        ),
    )


PROBLEM_2_1 = Statement(
    id="prob-2.1",
    title="The linear bigram model",
    kind="definition",
    claim=(
        "The loss is half the mean squared error over n pairs of tokens: pair m starts with token x(m), and y(m, j) "
        "is 1 for the token that follows and 0 for every other j. But for a constant it depends on the frequencies of "
        "the pairs alone (π_ij below stands for π_{j|i})."
    ),
    formula=(
        sp.Eq(
            loss(sp.Symbol("W")),
            sp.Sum(sp.Sum((weight(token(m), j) - target(m, j)) ** 2, (j, 1, d)), (m, 1, n)) / (2 * n),
        ),
        sp.Eq(
            loss(sp.Symbol("W")) - lowest,
            sp.Sum(sp.Sum(pi_i * (weight(i, j) - pi_ij) ** 2, (j, 1, d)), (i, 1, d)) / 2,
        ),
    ),
    domain="any n ≥ 1 pairs of tokens from a vocabulary of d, any weights W",
    not_claimed="Nothing about pairs that were not seen: the loss is that on the data.",
    reference="arXiv 2505.19227, Problem 2.1",
    note="A token that starts no pair has weights that nothing depends on; they stay at 0 here.",
    derivation=frequencies_from_counts,
)


def dynamics(slope: Any = pi_i) -> tuple[Step, ...]:
    """Derive the excess loss of a single weight after t steps, by induction.

    ``slope`` is what its gradient is multiplied by, the eigenvalue.
    """
    part = pi_i * (w - pi_ij) ** 2 / 2
    following = w - eta * slope * (w - pi_ij)
    after = pi_i * (1 - eta * pi_i) ** (2 * t) * pi_ij**2 / 2
    at = {w: sp.Rational(1, 3), pi_i: sp.Rational(1, 4), pi_ij: sp.Rational(2, 5), eta: 3, t: 4}
    return (
        Step("gradient", sp.Eq(sp.Derivative(part, w), slope * (w - pi_ij), evaluate=False), at),
        Step("eigenvalue of the Hessian", sp.Eq(sp.Derivative(part, (w, 2)), slope, evaluate=False), at),
        Step(
            "distance after one step",
            sp.Eq(following - pi_ij, (1 - eta * pi_i) * (w - pi_ij), evaluate=False),
            at,
        ),
        Step("loss at w = 0", sp.Eq(part.subs(w, 0), after.subs(t, 0), evaluate=False), at),
        Step(
            "loss after t + 1 steps from that after t, by the square of the same factor",
            sp.Eq(after.subs(t, t + 1), (1 - eta * slope) ** 2 * after, evaluate=False),
            at,
        ),
    )


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
    derivation=dynamics,
)

ASSUMPTION_2_3 = Statement(
    id="asm-2.3",
    title="Heavy-tailed data",
    kind="model",
    claim=(
        "The frequencies of the tokens, sorted, follow k^−α/z, and so do the frequencies of the next token after any "
        "token i, sorted by an order ρ_i of their own, with the same α (π(j, i) below stands for π_{j|i})."
    ),
    formula=(
        sp.Eq(sp.Symbol("pi_k"), k**-alpha / sp.harmonic(d, alpha)),
        sp.Eq(sp.Function("pi")(sp.Function("rho_i")(k), i), k**-alpha / sp.harmonic(d, alpha)),
    ),
    domain="put to the test on the topics of Python's help, in English, with the 1 000 most frequent words",
    not_claimed=(
        "The paper does not expect it to hold exactly: it calls it a reasonable high-level approximation. Nor is "
        "anything decided here about larger texts or other tokens."
    ),
    reference="arXiv 2505.19227, Assumption 2.3",
    expected="REFUTED",
    note=(
        "Literally it is far from this text, also beside what as many pairs drawn from the model show. Where one "
        "exponent near 1.1 should hold, the frequencies fall like k^−0.7 over the ten most frequent words and like "
        "k^−1.3 beyond, which no exponent reconciles, and the sorted conditional frequencies are steeper by 0.2 to "
        "0.3. How much of that matters for the steps to ε is another question."
    ),
)

STATEMENTS = (PROBLEM_2_1, PROPOSITION_2_2, ASSUMPTION_2_3)
