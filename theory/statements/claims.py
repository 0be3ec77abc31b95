"""Claims that people draw from the paper, stated so that they can be put to the test; some fail."""

from __future__ import annotations

import sympy as sp

from theory.limit_laws import alpha, d, epsilon, t
from theory.statements.model import Statement

T_sd, T_gd, T, eta = sp.symbols("T_sd T_gd T eta", positive=True)
steps, r = sp.Function("T"), sp.Function("r")

SQRT_D = Statement(
    id="claim-sqrt-d",
    title="Sign descent needs √d steps",
    kind="inequality",
    claim="For α > ½ the number of sign-descent steps to a given relative error grows at least like √d.",
    formula=(sp.Ge(steps(16 * d), 4 * steps(d)),),
    domain="the iterated update from W = 0, even T with the best step for each; α = 1 and 3/2, d = 100 and 1 600",
    not_claimed="Theorem 4.5 does not say this: it is a theorem about Assumption 4.1.",
    reference="drawn from arXiv 2505.19227, abstract and Theorem 4.5",
    expected="REFUTED",
    note=(
        "From W = 0 a weight whose target is below η is back at 0 after every other step, so that at even T the "
        "number of steps does not grow with d at all: at α = 1, ε = 1/10 it is 8 for d = 500 as for d = 16 000."
    ),
)

SQRT_D_ODD = Statement(
    id="claim-sqrt-d-odd",
    title="Sign descent needs √d steps, at odd T and under the simplified dynamics",
    kind="inequality",
    claim=(
        "For α ≥ 1 the number of steps to a given relative error grows at least like √d if only odd numbers of steps "
        "count, and under Assumption 4.1."
    ),
    formula=(sp.Ge(steps(16 * d), 4 * steps(d)),),
    domain=(
        "α = 1, 3/2 and 2; odd T of the iterated update from W = 0: d = 100 and 1 600; Assumption 4.1: d = 10^3 to "
        "10^12; best step for each T, and up to the rounding of T to the next (odd) integer"
    ),
    not_claimed="Nothing about even T, where it is false, or about α ≤ ½, where it is false under Assumption 4.1 too.",
    reference="drawn from arXiv 2505.19227, Theorem 4.5",
    note="At odd T a weight with a small target is left one step away: nearly twice the steps of Assumption 4.1.",
)

HUNDREDFOLD = Statement(
    id="claim-hundredfold",
    title="Sign descent is 100 times faster at d = 10 000",
    kind="inequality",
    claim="With a vocabulary of 10 000 words sign descent needs at most a hundredth of the steps of gradient descent.",
    formula=(sp.Le(T_sd, T_gd / 100),),
    domain="α = 1, d = 10^4, ε = 1/2 to 1/100; gd with 1/π_1 and with its best step, sd with its best step",
    not_claimed="The paper compares d with √d, as ε falls, and does not count steps.",
    reference="drawn from arXiv 2505.19227, Section 1.1",
    expected="REFUTED",
    note=(
        "Under Assumption 4.1 the factor is 0.8 at ε = 1/2, 12 at 1/10 and 20 at 1/100, and half of that when gd has "
        "its best step too: d^(1−ε) is not d, and ½ d^(1−ε) is too large by e^(γ(1+ε)). A hundredfold takes a "
        "vocabulary of a million and ε ≤ 1/20. Odd T of the iterated update takes nearly twice as many steps, even T "
        "from W = 0 so few that the factor is 60 to 180 for ε = 1/4 to 1/100."
    ),
)

WORST_EXPONENT = Statement(
    id="claim-worst-exponent",
    title="Zipf's exponent is the worst for gradient descent",
    kind="inequality",
    claim="Gradient descent needs at no other exponent α more steps to a given relative error than at α = 1.",
    formula=(sp.Le(steps(alpha), steps(1)),),
    domain="step size 1/π_1; d = 10^3 to 10^6, ε = 1/2 to 1/20",
    not_claimed="The paper's claim is one about the scaling in d for small ε, not about a given d.",
    reference="drawn from arXiv 2505.19227, abstract and Section 1.1",
    expected="REFUTED",
    note=(
        "The worst exponent is above 1 while d is below about e^(1.8/ε), and below 1 beyond. At d = 10^4, ε = 1/20 it "
        "is near 1.2 and takes 4 506 steps, 1.6 times those of α = 1; at ε = 1/2 it is near 0.8, and takes twice "
        "those of α = 1. Among the paper's α = ½, 1 and 2 the claim holds."
    ),
)

HALF_RULE = Statement(
    id="claim-half-rule",
    title="Gradient descent below α = ½, sign descent above",
    kind="inequality",
    claim="After the same number of steps gradient descent is ahead for α < ½, and sign descent for α > ½.",
    formula=(sp.Piecewise((sp.Le(r("gd"), r("sd")), alpha < sp.S.Half), (sp.Le(r("sd"), r("gd")), True)),),
    domain=(
        "both with their best step, sd under Assumption 4.1; after the steps that sd takes to ε = 1/2, 1/10 and "
        "1/100, at d = 10^4 and 10^6"
    ),
    not_claimed="The paper does not say so: by Theorem 4.5 sd needs no more steps for larger d when α < ½.",
    reference="drawn from arXiv 2505.19227, Theorems 3.1 and 4.5",
    expected="REFUTED",
    note=(
        "It fails on either side. As d grows at given ε < ½, sd wins for every α ≤ 1, as gd needs d^α steps (d^(1−ε) "
        "at α = 1) where sd needs none or √d; gd wins for α > 1, where it needs no more steps for larger d. At d = "
        "10^4 sd is ahead from α = 1/5 to 6/5 for ε = 1/10, and from 0.7 to 2 for ε = 1/100."
    ),
)

SD_BEATS_GD = Statement(
    id="claim-sd-beats-gd",
    title="Sign descent beats gradient descent on Zipf's law",
    kind="inequality",
    claim=(
        "At α = 1 sign descent is ahead of gradient descent from the number of steps on that takes it to a relative "
        "error of 1/10, even if gradient descent has its best step."
    ),
    formula=(sp.Le(r("sd"), r("gd")),),
    domain=(
        "α = 1, ε ≤ 1/10, d ≥ 200, both with their best step: Assumption 4.1, and the iterated update from W = 0 at "
        "even and at odd T"
    ),
    not_claimed=(
        "Nothing about larger errors: to ε = 1/2 gd with its best step needs less than half of the steps of sd under "
        "Assumption 4.1, at every d from 10^3 to 10^6."
    ),
    reference="drawn from arXiv 2505.19227, abstract; re-judged with both step sizes tuned",
    note="The best step halves the margin: 6 instead of 12 times as many steps for gd at d = 10^4, ε = 1/10.",
)

CLASSICAL_STEPS = Statement(
    id="claim-classical-steps",
    title="Classical rates tell the number of steps",
    kind="inequality",
    claim=(
        "The better of the classical linear and sublinear bounds overestimates the steps of gd by at most four times."
    ),
    formula=(
        sp.Le(sp.Min(sp.log(epsilon) / sp.log(1 - 1 / d), 4 * d / (epsilon * sp.harmonic(d)) - 4), 4 * T_gd),
    ),
    domain="α = 1, step size 1/π_1, ε = 1/2 to 1/100, d = 10^3 to 10^6; the bounds of Proposition B.1",
    not_claimed="Not that the bounds are wrong.",
    reference="drawn from arXiv 2505.19227, Appendix B",
    expected="REFUTED",
    note=(
        "At d = 10^4 gd reaches 1/10 after 1 361 steps; the bounds say 23 025 and 40 864. Only for tiny errors such "
        "as 10^-6 is the linear one within a factor of 4."
    ),
)

SLOW_IS_DONE = Statement(
    id="claim-slow-is-done",
    title="A loss curve that has gone flat has converged",
    kind="inequality",
    claim=(
        "Where twice as many steps of gradient descent lower the relative error by less than 1/10, less than 1/4 is "
        "left."
    ),
    formula=(sp.Le(r(2 * t), sp.Rational(1, 4)), sp.Le(r(t) - r(2 * t), sp.Rational(1, 10))),
    domain="α = 1, step size 1/π_1, d = 10^4 and 10^6; the second inequality is the condition",
    not_claimed="Nothing about cross-entropy or mini-batches.",
    reference="drawn from loss curves such as those of arXiv 2505.19227, Figure 1",
    expected="REFUTED",
    note=(
        "The plateau of gd on Zipf's law: every doubling of the steps lowers the error by log 2/H(d, 1), 0.05 at d = "
        "10^6, whether 0.8 or 0.2 is left. For α = 2 the claim holds."
    ),
)

RUN_LONGER = Statement(
    id="claim-run-longer",
    title="A tuned run can simply be continued",
    kind="inequality",
    claim=(
        "With the best step size for T steps the error after 10 T is within a factor 3/2 of that of the best step "
        "size for 10 T."
    ),
    formula=(sp.Le(r(10 * T, eta), sp.Rational(3, 2) * r(10 * T)),),
    domain="sign descent, α = 1, d = 10^3 and 10^4, T = 30 and 100; simplified and iterated dynamics",
    not_claimed="Nothing about step sizes that decay.",
    reference="drawn from arXiv 2505.19227, Figure 5",
    expected="REFUTED",
    note=(
        "The oscillation of sd: at the best step for T = 30 the iterated error after 30, 60 and 300 steps is the "
        "same. Gradient descent, whose best step hardly depends on the horizon, keeps within 7 percent."
    ),
)

STATEMENTS = (
    SQRT_D,
    SQRT_D_ODD,
    HUNDREDFOLD,
    WORST_EXPONENT,
    HALF_RULE,
    SD_BEATS_GD,
    CLASSICAL_STEPS,
    SLOW_IS_DONE,
    RUN_LONGER,
)
