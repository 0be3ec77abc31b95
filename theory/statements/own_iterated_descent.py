"""Beyond the paper: sign descent as it iterates from W = 0, in few terms, and the mean square of arrived words."""

from __future__ import annotations

from typing import Any

import sympy as sp

from theory.derivation import Step
from theory.limit_laws import alpha, d, t
from theory.statements import own_half_iterated, own_parity_laws
from theory.statements.model import Statement
from theory.statements.own_parity_laws import (
    C,
    M,
    N,
    T,
    a,
    b,
    e,
    equal,
    g,
    h,
    j,
    k,
    m,
    n,
    p,
    q,
    r,
    s,
    u,
    v,
    x,
    y,
)

C_odd = sp.Symbol("C_odd", positive=True)
kappa, words = sp.Function("kappa"), sp.Function("K")


def corners(change: Any = 4) -> tuple[Step, ...]:
    """Derive the sum from Prop. A.3; at each integer b of the other parity a square changes by ``change`` (q - b)."""
    return (
        equal(
            "an integer b of the other parity has the nearest of T's parity, b-1 and b+1, on its two sides",
            (q - b - 1) ** 2 - (q - b + 1) ** 2,
            -change * (q - b),
        ),
        equal(
            "after n of them, from T's parity e on, the nearest is e + 2n",
            (q - e) ** 2 - sp.Sum(change * (q - e - (2 * j - 1)), (j, 1, n)),
            (q - e - 2 * n) ** 2,
        ),
        equal(
            "all below T: a word still on its way",
            (q - e - 2 * n).subs(n, (T - e) / 2),
            q - T,
        ),
        equal("k^-α = bh at the last word that b concerns", ((b * h) ** (-1 / alpha)) ** -alpha, b * h),
        equal(
            "as many b concern words beyond M as M, if M^(1+α) = T/(2u)",
            (T * M**-alpha / (2 * u)).subs(M, (T / (2 * u)) ** (1 / (1 + alpha))),
            (T / (2 * u)) ** (1 / (1 + alpha)),
        ),
    )


def phases(mean: Any = own_half_iterated.RANDOM) -> tuple[Step, ...]:
    """Derive κ, its limit ``mean``, and how near a sum over words is to it."""
    excess = (y**3 - y) / 3
    small = 1 / (2 + p)
    return (
        equal("x^-α = y/t: the weight of y", -sp.Derivative((t / y) ** a, y), a * t**a * y ** (-1 - a)),
        equal(
            "even T, t ≤ 1: g(y) = y below t takes t²/(2α-1) from C t^a, a = 2 - v",
            t ** (2 - v) * sp.Integral((2 - v) * y ** (v - 1), (y, 0, t)),
            t**2 / (2 * (1 / (2 - v)) - 1),
        ),
        equal(
            "odd T: 1 - y below 1, α = 1/(2+p)",
            sp.Integral(1 - 2 * t * x**-small + t**2 * x ** (-2 * small), (x, 0, 1)),
            1 - 2 * t / (1 - small) + t**2 / (1 - 2 * small),
        ),
        equal(
            "a corner b takes 4 times this away, a = 1 + s",
            sp.Integral(t * x ** (-1 / (1 + s)) - b, (x, 0, (t / b) ** (1 + s))),
            b * (t / b) ** (1 + s) / s,
        ),
        equal(
            "or, if b < t, only this",
            sp.Integral(t * x ** (-1 / (1 + s)) - b, (x, 0, 1)),
            t * (1 + s) / s - b,
        ),
        equal("the mean of g²", sp.Integral(y**2, (y, 0, 1)), mean),
        equal("the integral of g² - ⅓, |y| ≤ 1", sp.Integral(x**2 - mean, (x, 0, y)), excess),
        equal("has mean 0 over a period", sp.Integral(excess, (y, -1, 1)), 0),
        equal(
            "the weight at y = t, so that by parts κ - ⅓ is (y-y³)/(3αt) + O(t^-2) at y = t mod 2",
            (a * t**a * y ** (-1 - a)).subs(y, t),
            a / t,
        ),
        equal(
            "as y rises by 1, g² rises or falls by 1; in between it is ¼ behind at most",
            sp.Rational(1, 4) - (y - y**2),
            (y - sp.S.Half) ** 2,
        ),
        equal(
            "from the word N on so many rises and falls",
            (N**-alpha / h).subs(N, h ** (-1 / (1 + alpha))),
            h ** (-1 / (1 + alpha)),
        ),
    )


SUM = Statement(
    id="own-iterated-sum",
    title="Sign descent as it iterates, in few terms",
    kind="identity",
    claim=(
        "A word that starts q steps from its target is off by q² or (q-1)² squared steps, less 4(q-b) for each "
        "integer b < T of the parity opposite to T's below q. So the error of the true update from W = 0 is a sum "
        "over these b, or, with single words for the largest b, over about T^(1/(1+α)) terms at any d."
    ),
    formula=(
        sp.Eq(
            sp.harmonic(d, 2 * alpha) * r(T),
            sp.harmonic(d, 2 * alpha)
            + e * (d * h**2 - 2 * h * sp.harmonic(d, alpha))
            - 4 * h * sp.Sum(sp.harmonic(words(b), alpha) - b * h * words(b), (b, 1, T - 1))
            - N * h**2,
        ),
        sp.Eq(words(b), sp.Min(d, sp.floor((b * h) ** (-1 / alpha)))),
    ),
    domain="α > 0, d ≥ 1, T ≥ 1, h = u/T, η = hπ_1; e = T mod 2, over the b with T - b odd; N exact hits",
    not_claimed="Nothing about the best step size.",
    reference="this project's, from Proposition A.3 of arXiv 2505.19227",
    note="An exact hit, k^-α = bh at one of these b, is a word that stays at its target; integers decide.",
    derivation=corners,
)

PHASES = Statement(
    id="own-random-phase",
    title="The mean square of the words that arrived",
    kind="limit",
    claim=(
        "Words that arrived cost κ(t) η² each, where t = π_d/η is how many steps the rarest starts from its target: "
        "κ is small at even T and near 1 at odd T for small t, and ⅓ at both, that of random phases, as t grows. The "
        "last formula bounds how far the sum over the words is from it, at every T, d and step."
    ),
    formula=(
        sp.Eq(kappa(t), sp.Integral(g(t * x**-alpha) ** 2, (x, 0, 1))),
        sp.Eq(
            kappa(t),
            sp.Piecewise(
                (C * t ** (1 / alpha) + t**2 / (1 - 2 * alpha), sp.Eq(e, 0)),
                (C_odd * t ** (1 / alpha) + 1 - 2 * t / (1 - alpha) + t**2 / (1 - 2 * alpha), True),
            ),
        ),
        sp.Eq(C_odd, -(2 ** (3 - 1 / alpha)) * sp.zeta(1 / alpha - 1) / (1 / alpha - 1)),
        sp.Eq(sp.Limit(kappa(t), t, sp.oo), sp.Rational(1, 3)),
        sp.Le(
            sp.Abs(sp.Sum(g(k**-alpha / h) ** 2, (k, m + 1, d)) - d * kappa(t)),
            2 * h ** (-1 / (1 + alpha)) + m + sp.Rational(3, 2),
        ),
    ),
    domain=(
        "α > 0, T ≥ 1, any step; g is the distance from the nearest integer of T's parity e; the second and third for "
        "t ≤ 1, α ≠ ½, 1; the last without exact hits, for m words still on their way"
    ),
    not_claimed=(
        "Not the distance of a single word, nor the loss of those on their way. The bound is not sharp: the most seen "
        "is 0.15 of it."
    ),
    reference="this project's; it starts from Proposition A.3 of arXiv 2505.19227",
    note="For α < ½ the m words are no small part of d; then the integral is to begin at m/d.",
    derivation=phases,
)

STATEMENTS = (SUM, PHASES, *own_parity_laws.STATEMENTS, *own_half_iterated.STATEMENTS)
