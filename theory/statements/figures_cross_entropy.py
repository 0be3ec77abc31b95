"""Cross-entropy: Figure 8 of the paper, and this project's reductions and bound behind it."""

from __future__ import annotations

import sympy as sp

from theory.limit_laws import alpha, d, epsilon, t
from theory.statements.model import Statement

c, ell, A = (sp.Function(name) for name in ("c", "ell", "A"))
K, S, r = (sp.Function(name) for name in ("K", "S", "r_d"))
i, k, m, n, T = sp.symbols("i k m n T", integer=True, positive=True)
pi, H, p, N, L, start = (sp.Function(name) for name in ("pi", "H", "p", "N", "L", "T_0"))
T_gd, T_sd, eta = sp.symbols("T_gd T_sd eta", positive=True)

FIGURE_8 = Statement(
    id="fig-8",
    title="Cross-entropy: gradient descent needs about d steps, sign descent hardly more for larger d",
    kind="empirical",
    claim=(
        "Trained with cross-entropy at α = 1, with the best step size for each horizon, gradient descent needs a "
        "number of steps to a relative error ε ≤ ½ that grows with d faster than d^(9/10), while that of sign descent "
        "grows more slowly than d^(1/10)."
    ),
    formula=(
        sp.Ge(T_gd, sp.Function("Omega")(d ** sp.Rational(9, 10))),
        sp.Le(T_sd, sp.Function("O")(d ** sp.Rational(1, 10))),
    ),
    domain=(
        "measured: for gradient descent ε = ½ at d = 10² … 10⁴, 3/10 at d = 10² … 3·10³ and 1/5 at d = 10² … 10³; for "
        "sign descent ε = 3/10, 1/10, 3/100 and 1/100 at d = 10² … 10⁶. Step sizes of gradient descent are best among "
        "those with which the most frequent row can settle"
    ),
    not_claimed=(
        "Not that the steps of sign descent are independent of d, as they appear to be in the paper's figure: they "
        "grow without bound, if slowly. Nor that those of gradient descent are proportional to d: the exponent "
        "depends on ε, and is above 1 for ε = 3/10. The intervals cover the scatter around a power of d within these "
        "d, not other d. Nothing about larger step sizes of gradient descent, with which frequent rows are chaotic "
        "and the loss at a given horizon is a matter of luck: at d = 10³ and T = 10³ one of them has the error 0.08, "
        "the largest stable one 0.15."
    ),
    reference="arXiv 2505.19227, Fig. 8 and Section 5, as far as the text available to us says; no law is given there",
    note=(
        "The paper compares gradient descent with 1 - τ at t = d^τ, the law of the square loss. To leading order we "
        "expect another limit [this project's, an estimate and not a proof]: 1 - τ + (1 - (1 - τ)³)/3 up to τ = 1, "
        "then (2 - τ)³/3 up to τ = 2. With it ε = ½ takes d^0.83 steps, 3/10 takes d^1.03, 1/5 takes d^1.16, and the "
        "exponent tends to 2 as ε tends to 0: row i learns word k after about ik steps. At τ = ½ the simulated error "
        "is 0.42, 0.57, 0.66, 0.70, 0.73, 0.76 at d = 10², 10³, 10⁴, 10⁵, 10⁶, 10⁸; this limit is 0.79, 1 - τ is "
        "0.50. At d = 10¹² it is within 0.003 of this limit at τ = 1/8, 1/4 and 5/16."
    ),
)

REDUCTIONS = Statement(
    id="own-cross-entropy-reductions",
    title="Cross-entropy on a power law needs no d×d iteration",
    kind="identity",
    claim=(
        "Under Assumption 2.3 the loss of gradient descent is a sum over rows of one function of the step ηπ_i of a "
        "row, and sign descent is one problem of d logits, the same in all rows, of which it is enough to know how "
        "many words have reached each level."
    ),
    formula=(
        sp.Eq(L(T, eta) - L(sp.oo), sp.Sum(pi(i) * ell(T, eta * pi(i)), (i, 1, d))),
        sp.Eq(c(m, t + 1), sp.Min(c(m - 1, t), A(m, t))),
    ),
    domain=(
        "any α, d and step size, from W = 0; A(m, t) counts the words with π_k above the probability of a word at "
        "level m - 1, and c(m, t) those with W at ηm or above, for m = −t, −t + 2, …, t; all are at the lowest or "
        "above, c(−t, t) = d, so that the second formula is for m > −t − 1; no word meets its optimum exactly, as "
        "sign(0) would have it rest"
    ),
    not_claimed="Nothing about text, where the rows differ; nothing about other starts.",
    reference=(
        "this project's; arXiv 2505.19227, Appendix A.2, says of these experiments that no simplification was found"
    ),
    note=(
        "A step of sign descent then costs as many operations as steps were taken, whatever d is, and one of gradient "
        "descent about (log d)², because both sums over ranks are done by quadrature."
    ),
)

FLOOR = Statement(
    id="own-cross-entropy-floor",
    title="Sign descent on cross-entropy is not independent of d",
    kind="inequality",
    claim=(
        "Whatever the step size, so many of the most frequent words go up in each of the first T steps that they stay "
        "level, and the relative error is at least S(K)/S(d). For α = 1 the number of words that are level falls only "
        "by the factor log d a step: to any error below 1 the steps grow without bound, at least like log d/log log "
        "d."
    ),
    formula=(
        sp.Eq(K(0), d),
        sp.Eq(K(t + 1), sp.floor((K(t) / H(d)) ** (1 / alpha))),
        sp.Ge(r(T), S(K(T)) / S(d)),
        sp.Eq(S(n), sp.Sum(k**-alpha * sp.log(n * k**-alpha / H(n)), (k, 1, n))),
        sp.Ge(start(epsilon), (1 - sp.sqrt(epsilon)) * sp.log(d) / sp.log(H(d))),
    ),
    domain=(
        "any α, d, T and η, from W = 0; H(n) = Σ k^-α over k ≤ n; the last line for α = 1 and to leading order as d → "
        "∞. If (K/H)^(1/α) is whole, take one less"
    ),
    not_claimed=(
        "Nothing about how near sign descent comes to the bound, apart from the first steps, where it is nearly met. "
        "At practical d, log d/log H(d) is between 3 and 5 and grows by less than a quarter per factor ten, so that "
        "the steps look independent of d."
    ),
    reference="this project's; arXiv 2505.19227, Section 5, says that sign descent appears independent of d",
    note=(
        "Proof: let the words 1, …, K have gone up in each of t steps. Then the sum of all exponentials is at least K "
        "exp(ηt), each of these words has a probability of at most 1/K, and those of them with π_k > 1/K go up again. "
        "At the end the words 1, …, K have equal probabilities, for which the chain rule of the KL divergence makes "
        "the loss at least S(K)/H(d); at the start it is S(d)/H(d)."
    ),
)

STATEMENTS = (FIGURE_8, REDUCTIONS, FLOOR)
