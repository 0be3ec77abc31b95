"""Appendix C: the sums and integrals behind Theorem 3.1 (Lemmas C.1 to C.4)."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

import sympy as sp

from theory.derivation import Step
from theory.statements.model import Statement

k, x, d, t, alpha = sp.symbols("k x d t alpha", positive=True)
a, b, k_star, x_star = sp.symbols("a b k_star x_star")
f, s, total, integral = (sp.Function(name) for name in ("f", "s", "S_d", "I_d"))

#: s(k), with the exponent t in Lemma C.2 and 2t from Lemma C.4 on.
TERM = k**-alpha * (1 - k**-alpha) ** t
DECAY = TERM.subs(t, 2 * t)

#: s at k* = (1 + 2t)^(1/α), and at d.
GREATEST = (1 - 1 / (1 + 2 * t)) ** (2 * t) / (1 + 2 * t)
LAST = DECAY.subs(k, d)


def unimodality(peak: Any = 1 + t) -> tuple[Step, ...]:
    """Lemma C.2: the sign of the logarithmic derivative of s where k^α is below, at and above ``peak``."""
    p = sp.Symbol("p", positive=True)
    slope = alpha * (1 + t - k**alpha) / (k * (k**alpha - 1))
    point = {alpha: Fraction(3, 2), t: 5, p: Fraction(1, 10**6)}

    def slope_at(power: Any) -> Any:
        return slope.subs(k, power ** (1 / alpha))

    return (
        Step(
            "logarithmic derivative of s",
            sp.Eq(sp.Derivative(-alpha * sp.log(k) + t * sp.log(1 - k**-alpha), k), slope, evaluate=False),
            {**point, k: 3},
        ),
        Step("positive below k*: k^α = 1 + t/(1 + p)", sp.Gt(slope_at(1 + (peak - 1) / (1 + p)), 0), point),
        Step("zero at k*", sp.Eq(slope_at(peak), 0, evaluate=False), point),
        Step("negative above k*: k^α = 1 + t(1 + p)", sp.Lt(slope_at(1 + (peak - 1) * (1 + p)), 0), point),
    )


def normalizer(exponent: Callable[[Any], Any] = lambda q: q) -> tuple[Step, ...]:
    """Lemma C.3: the bounds of Lemma C.1 for α = 1 - q, 1 and 1 + q, where d^``exponent``(q) is claimed."""
    q = sp.Symbol("q", positive=True)
    point = {q: Fraction(1, 3), d: 50}
    power = d ** exponent(q)

    def equivalent(regime: str, bound: str, value: Any, claim: Any) -> Step:
        relation = sp.Eq(sp.Limit(value / claim, d, sp.oo), 1, evaluate=False)
        return Step(f"{regime}: the {bound} bound is equivalent", relation)

    def integrates(regime: str, exponent: Any, ends: tuple[Any, Any], value: Any) -> Step:
        relation = sp.Eq(sp.Integral(k**exponent, (k, *ends)), value, evaluate=False)
        return Step(f"{regime}: the integral", relation, point)

    return (
        integrates("α = 1 - q", q - 1, (1, d), (power - 1) / q),
        equivalent("α = 1 - q", "lower", (power - 1) / q + d ** (q - 1), d**q / q),
        equivalent("α = 1 - q", "upper", (power - 1) / q + 1, d**q / q),
        integrates("α = 1", -1, (1, d), sp.log(d)),
        equivalent("α = 1", "lower", sp.log(d) + 1 / d, sp.log(d)),
        equivalent("α = 1", "upper", sp.log(d) + 1, sp.log(d)),
        integrates("α = 1 + q, the tail", -1 - q, (d, sp.oo), 1 / (q * power)),
    )


def cut_at_the_peak(factor: Any, *, keep_middle: bool) -> tuple[Step, ...]:
    """|S - I| ≤ ``factor`` s(k*) where k* < d, by Lemma C.1 on [1, m] and [m + 1, d], m = ⌊k*⌋.

    ``middle`` is the integral over [m, m + 1], ``low`` the smaller of s(m) and s(m + 1) and ``high`` the greater;
    the other letters are what inequalities leave over. In the upper bound the middle is at least ``low`` if it is
    kept, at least zero if not.
    """
    middle, low, last = sp.symbols("middle low last", nonnegative=True)
    rest = left, right, inner, outer = sp.symbols("left right inner outer", nonnegative=True)
    point = {**dict.fromkeys(rest, 0), middle: 1, low: 1, last: 0}
    high = low + right
    kept = inner + (low if keep_middle else 0)
    return (
        Step(
            "upper bound: S - I ≤ s(m) + s(m + 1) - middle",
            sp.Le(high + low - kept - left, factor * (high + outer), evaluate=False),
            point,
        ),
        Step(
            "lower bound: S - I ≥ s(1) + s(d) - middle, s(1) = 0",
            sp.Ge(left + last - middle, -factor * (middle + outer), evaluate=False),
            point,
        ),
    )


def greatest_value() -> tuple[Step, ...]:
    """Lemma C.4: s(k*) written out."""
    value = DECAY.subs(k, (1 + 2 * t) ** (1 / alpha))
    return (Step("s(k*) expanded", sp.Eq(value, GREATEST, evaluate=False), {alpha: 2, t: 3}),)


LEMMA_C_1 = Statement(
    id="lem-c.1",
    title="Sum and integral of a monotone function",
    kind="inequality",
    claim=(
        "The sum of a monotone function over the integers of [a, b] exceeds its integral by no less than the "
        "smaller and no more than the greater of its end values."
    ),
    formula=(
        sp.Le(sp.Min(f(a), f(b)), sp.Sum(f(k), (k, a, b)) - sp.Integral(f(x), (x, a, b))),
        sp.Le(sp.Sum(f(k), (k, a, b)) - sp.Integral(f(x), (x, a, b)), sp.Max(f(a), f(b))),
    ),
    domain="integers a ≤ b, f monotone on [a, b], continuous or not",
    not_claimed="Nothing about functions that rise and then fall, as the terms of gradient descent do: see Lemma C.4.",
    reference="arXiv 2505.19227, Lemma C.1",
    note=(
        "The displayed formulas are lost in the text available to us; this is the form that the proofs of "
        "Lemmas C.3 and C.4 use."
    ),
)

LEMMA_C_2 = Statement(
    id="lem-c.2",
    title="The terms rise, then fall",
    kind="inequality",
    claim="The terms s(k) = k^-α (1 - k^-α)^t are not negative; they rise up to k* = (1 + t)^(1/α), then fall.",
    formula=(
        sp.Eq(s(k), TERM),
        sp.Eq(sp.Derivative(sp.log(s(k)), k), alpha * (1 + t - k**alpha) / (k * (k**alpha - 1))),
        sp.Eq(k_star, (1 + t) ** (1 / alpha)),
    ),
    domain="α > 0, t > 0, real k ≥ 1; gradient descent has 2t in the place of t",
    not_claimed="k* is real: among the integers the greatest term is one of its two neighbors, and smaller.",
    reference="arXiv 2505.19227, Lemma C.2",
    derivation=unimodality,
)

LEMMA_C_3 = Statement(
    id="lem-c.3",
    title="Growth of the normalizer",
    kind="limit",
    claim=(
        "As d grows, H(d, α) is equivalent to d^(1-α)/(1-α) for α < 1 and to log d for α = 1; for α > 1 it tends "
        "to ζ(α)."
    ),
    formula=(
        sp.Eq(sp.Limit((1 - alpha) * sp.harmonic(d, alpha) / d ** (1 - alpha), d, sp.oo), 1),
        sp.Eq(sp.Limit(sp.harmonic(d, 1) / sp.log(d), d, sp.oo), 1),
        sp.Eq(sp.Limit(sp.harmonic(d, alpha), d, sp.oo), sp.zeta(alpha)),
    ),
    domain="α < 1, α = 1 and α > 1, in this order; 0 < α",
    not_claimed=(
        "No speed: at α = 1 the quotient is still 1.05 at d = 10⁵, since H(d, 1) - log d tends to γ = 0.577, not to 0."
    ),
    reference="arXiv 2505.19227, Lemma C.3",
    derivation=normalizer,
)

LEMMA_C_4 = Statement(
    id="lem-c.4",
    title="The sum is close to its integral",
    kind="inequality",
    claim=(
        "The sum of s(k) = k^-α (1 - k^-α)^(2t) over k ≤ d differs from the integral over [1, d] by at most s(d) if s "
        "rises all the way, and by at most twice its greatest value otherwise."
    ),
    formula=(
        sp.Eq(total(t), sp.Sum(DECAY, (k, 1, d))),
        sp.Eq(integral(t), sp.Integral(DECAY, (k, 1, d))),
        sp.Le(
            sp.Abs(total(t) - integral(t)),
            sp.Piecewise((2 * GREATEST, sp.Lt(1 + 2 * t, d**alpha)), (LAST, True)),
        ),
    ),
    domain="α > 0, t > 0, integers d ≥ 1",
    not_claimed="Not the size of the difference: where the greatest term is inside, it is usually near s(d)/2.",
    reference="arXiv 2505.19227, Lemma C.4",
    note=(
        "The displayed bound, its Eq. (5), is lost in the text available to us and reconstructed from the proof. The "
        "factor 2 of the first case is the most that the proof can need; it may have printed 1, which holds as well."
    ),
    derivation=lambda: greatest_value() + cut_at_the_peak(2, keep_middle=False),
)

SUM_INTEGRAL = Statement(
    id="own-sum-integral",
    title="The sum and its integral differ by at most the greatest value",
    kind="inequality",
    claim=(
        "The sum of s(k) = k^-α (1 - k^-α)^(2t) over k ≤ d differs from the integral over [1, d] by no more than the "
        "greatest value of s on the real interval [1, d], attained at x*."
    ),
    formula=(
        sp.Eq(x_star, sp.Min(d, (1 + 2 * t) ** (1 / alpha))),
        sp.Le(sp.Abs(total(t) - integral(t)), s(x_star)),
    ),
    domain="α > 0, t > 0, integers d ≥ 1",
    not_claimed="Not true of the greatest term over integers: at α = 4, d = 10, t = 1 the ratio is 1.17.",
    reference="this project; the factor 1 in Lemma C.4 of arXiv 2505.19227",
    note=(
        "Proof: with m = ⌊x*⌋ < d compare sum and integral on [1, m] and [m + 1, d] by Lemma C.1; the integral over "
        "[m, m + 1] lies between the smaller of s(m), s(m + 1) and s(x*), as s rises and then falls."
    ),
    derivation=partial(cut_at_the_peak, 1, keep_middle=True),
)

STATEMENTS = (LEMMA_C_1, LEMMA_C_2, LEMMA_C_3, LEMMA_C_4, SUM_INTEGRAL)
