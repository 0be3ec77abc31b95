"""Beyond the paper: gradient descent with its best step size, and how much that gains."""

from __future__ import annotations

from fractions import Fraction

import sympy as sp

from theory.derivation import Step
from theory.limit_laws import alpha, d, t
from theory.statements.model import Statement

delta, k, n, p, v, w, x, z, M = sp.symbols("delta k n p v w x z M", positive=True)
c_best, t_best, t_1 = sp.symbols("c_best t_best t_1", positive=True)
r_best = sp.Function("r_best")

#: A point of the domain, with α = 2/3 and p = 2 - 1/α.
POINT = {
    alpha: Fraction(2, 3),
    p: Fraction(1, 2),
    delta: Fraction(1, 7),
    v: Fraction(1, 3),
    z: Fraction(1, 5),
}
POINT |= {t: 3, d: 11, w: Fraction(1, 4), x: Fraction(3, 2), n: 5, M: Fraction(1, 9)}


def equal(reason: str, left: sp.Expr, right: sp.Expr) -> Step:
    """Return the step that two expressions are equal."""
    return Step(reason, sp.Eq(left, right, evaluate=False), POINT)


#: What the first word costs where M < 1.
PRICE = M * (1 - sp.log(M))


def first_word(cost: sp.Expr = PRICE) -> tuple[Step, ...]:
    """Derive the best step and its gain from the balance of the first word with all others; ``cost`` is its price."""
    mean = sp.gamma(p + 1) * (2 * t) ** (-p - 1) / (sp.gamma(p) * (2 * t) ** -p)
    return (
        equal(
            "at c = 2 - x/n, n = 2t, the first word keeps e^-x of its error",
            sp.Limit((1 - x / n) ** n, n, sp.oo),
            sp.exp(-x),
        ),
        equal(
            "from c = 2 down another word, w = k^-α, loses the more of its progress: x w² (1 - 2w)^(2t-1), in sum xM",
            sp.Derivative(w * (1 - (2 - delta) * w) ** (2 * t), delta),
            2 * t * w**2 * (1 - (2 - delta) * w) ** (2 * t - 1),
        ),
        equal(
            "both together are least where M = e^-x, if M < 1, and at x = 0 otherwise",
            sp.Derivative(sp.exp(-x) + M * x, x),
            M - sp.exp(-x),
        ),
        equal("which costs M (1 - log M)", (sp.exp(-x) + M * x).subs(x, -sp.log(M)), cost),
        equal(
            "M as an integral over v = k^-α",
            v**2 * sp.Derivative(v ** (-1 / alpha), v),
            -(v ** (1 - 1 / alpha)) / alpha,
        ),
        equal(
            "in which (1 - 2v)^n decays like e^(-2nv)",
            sp.Limit((1 - 2 * x / n) ** n, n, sp.oo),
            sp.exp(-2 * x),
        ),
        equal(
            "so that it is an incomplete Gamma function of order p = 2 - 1/α",
            sp.Derivative((4 * t) ** -p * sp.uppergamma(p, 4 * t * v), v),
            -(v ** (p - 1)) * sp.exp(-4 * t * v),
        ),
        equal(
            "the other words follow the law of c = 1 at twice the time: z = 2 k^-α",
            z / 2 * sp.Derivative((z / 2) ** (-1 / alpha), z),
            -(2 ** (1 / alpha - 1)) / alpha * z ** (-1 / alpha),
        ),
        equal(
            "where (1 - 2w)^t lies below (1 - w)^2t by the factor e^(-tw²): for t ≪ d^α this saves p/8 of a step",
            t * mean / 4,
            p / 8,
        ),
    )


BEST_STEP = Statement(
    id="own-best-gd-step",
    title="Gradient descent with its best step",
    kind="limit",
    claim=(
        "Among the stable steps c/π_1, c ≤ 2, the best tends to c = 2, and gradient descent then follows the law of "
        "Theorem 3.1 at twice the time: r(2τ) for α < 1, r − log 2/H(d, 1) at α = 1, 2^-(1−1/α) r for α > 1. Tuning "
        "the step halves the number of steps, short of a number that grows like ¼(2 − 1/α) log t. The price is paid "
        "by the first word, which oscillates: M is the pull of all others towards larger c."
    ),
    formula=(
        sp.Eq(M, (4 * t) ** (1 / alpha - 2) / alpha * sp.uppergamma(2 - 1 / alpha, 4 * t * d**-alpha)),
        sp.Eq(c_best, sp.Piecewise((2 + sp.log(M) / (2 * t), M < 1), (2, True))),
        sp.Eq(
            r_best(t) * sp.harmonic(d, alpha),
            sp.Sum(k**-alpha * (1 - 2 * k**-alpha) ** (2 * t), (k, 2, d))
            + sp.Piecewise((PRICE, M < 1), (1, True)),
        ),
        sp.Eq(
            t_best - t_1 / 2,
            (
                sp.log(1 / M)
                + 1
                - sp.uppergamma(3 - 1 / alpha, 4 * t * d**-alpha)
                / (2 * sp.uppergamma(2 - 1 / alpha, 4 * t * d**-alpha))
            )
            / 4,
        ),
    ),
    domain=(
        "α > 0, c = ηπ_1 in (0, 2]; to leading order as t and d grow; t_1 and t_best are the steps to the same error "
        "with c = 1 and with the best c, where M < 1; there t is t_best"
    ),
    not_claimed=(
        "Not a factor 2 at a few steps: with 7 steps at α = 1 and d = 1 000 it is 1.75. Not that 2/π_1 is safe: the "
        "best one keeps a distance of order log t/t from it, and depends on the horizon."
    ),
    reference="this project",
    note=(
        "M falls like t^-(2−1/α) for α > ½. For α < ½ it grows like d^(1−2α) at fixed τ, and the best stable step is "
        "the edge c = 2 itself, at which the first word never settles; a step beyond it would leave a smaller error "
        "at such a horizon, and diverge later."
    ),
    derivation=first_word,
)

STATEMENTS = (BEST_STEP,)
