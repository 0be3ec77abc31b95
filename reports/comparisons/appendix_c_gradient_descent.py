"""Appendix C: sums beside integrals (Lemmas C.1, C.2 and C.4)."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import cache, partial
from typing import TYPE_CHECKING

from reports.comparisons.symbolic import derivation_check
from reports.evidence import Case, Evidence, Row
from reports.verification import Check

if TYPE_CHECKING:
    from theory.balls import Ball
    from theory.derivation import Step

#: How many random cases each inequality is put to; of each kind of case, the tightest stand in the evidence.
DRAWS, SHOWN = 2000, 6

#: A bound of |Σ - ∫| at (alpha, dim, steps).
Bound = Callable[[Fraction, int, int], "Ball"]


def sum_and_integral(narrowing: Fraction = Fraction(0)) -> Evidence:
    """C.1: Σ f - ∫ f above the smaller end value, and below the greater, for random f in rational numbers.

    Step functions attain both bounds. The range between the end values is claimed smaller by the part ``narrowing``.
    """
    draw = random.Random(1)
    rows = []
    for i in range(DRAWS):
        name, function = (("step function", step_function), ("polynomial", polynomial))[i % 2]
        width, ends, difference = function(draw)
        sign = draw.choice((1, -1))
        least, greatest = sorted(sign * value for value in ends)
        case: Case = {"f": f"{'rising' if sign > 0 else 'falling'} {name}", "b - a": width, "draw": i}
        reach = (greatest - least) * (1 - narrowing)
        if reach:
            rows.append(
                exact_row({**case, "side": "above the smaller end"}, reach, greatest - sign * difference)
            )
            rows.append(
                exact_row({**case, "side": "below the greater end"}, reach, sign * difference - least)
            )
    columns = ("range of the end values", "Σ f - ∫ f to one of them")
    return Evidence(
        "lem-c.1",
        f"{DRAWS} random functions",
        "inequality",
        "enclosure",
        tightest(rows, "f"),
        columns=columns,
    )


def step_function(draw: random.Random) -> tuple[int, tuple[Fraction, Fraction], Fraction]:
    """Return b - a, the end values, and Σ f - ∫ f, of a rising function that jumps at random rationals of [0, b]."""
    end = draw.randint(1, 12)
    first = last = difference = Fraction(draw.randint(-20, 20), 7)
    for _ in range(draw.randint(1, 5)):
        height = Fraction(draw.randint(1, 30), draw.randint(1, 9))
        at = Fraction(draw.randint(0, 1000 * end), 1000)
        if draw.random() < 0.4:
            at = Fraction(round(at))
        reached = draw.random() < 0.5  # whether the upper value is taken at the jump
        first += height * (at == 0 and reached)
        last += height * (at < end or reached)
        words = end - math.ceil(at) + 1 if reached else end - math.floor(at)
        difference += height * (words - (end - at))
    return end, (first, last), difference


def polynomial(draw: random.Random) -> tuple[int, tuple[Fraction, Fraction], Fraction]:
    """Return b - a, the end values, and Σ f - ∫ f, of a polynomial with no negative coefficient on [a, b], a >= 0."""
    a = draw.randint(0, 3)
    b = a + draw.randint(1, 12)
    coefficients = [Fraction(draw.randint(0, 9), draw.randint(1, 9)) for _ in range(draw.randint(2, 9))]

    def value(x: int) -> Fraction:
        return sum((c * x**j for j, c in enumerate(coefficients)), Fraction(0))

    integral = sum(
        (c * (b ** (j + 1) - a ** (j + 1)) / (j + 1) for j, c in enumerate(coefficients)), Fraction(0)
    )
    return b - a, (value(a), value(b)), sum(map(value, range(a, b + 1)), Fraction(0)) - integral


def unimodal(excess: Fraction = Fraction(0)) -> Evidence:
    """C.2: of two points on one side of k*, s is smaller at the one further off, in rational numbers.

    For α = p/q the points are k = n^q, n rational, so that k^α = n^p. Half of the pairs stand as near to k* as a
    grid of 10^-6 in n allows. k*^α = 1 + t + ``excess`` is claimed.
    """
    draw = random.Random(2)
    grid = 10**6
    rows = []
    for i in range(DRAWS):
        p, q, t = draw.randint(1, 6), draw.randint(1, 4), draw.randint(1, 40)
        peak = 1 + t + excess
        top = int(float(peak) ** (1 / p) * grid)
        top += next(shift for shift in (1, 0, -1) if (top + shift) ** p <= peak * grid**p)
        side, first, away = ("rising", top, -1) if i % 2 else ("falling", top + 1, 1)
        reach = 5 if draw.random() < 0.5 else top - grid
        n, m = (first + away * step for step in sorted(draw.sample(range(reach), 2)))
        # s(n^q) = (grid/n)^p (1 - (grid/n)^p)^t, and the quotient of two
        further = n ** (p * (t + 1)) * (m**p - grid**p) ** t
        nearer = m ** (p * (t + 1)) * (n**p - grid**p) ** t
        case: Case = {"side": side, "alpha": str(Fraction(p, q)), "t": t, "k": f"({n}/10^6)^{q}"}
        ratio = further / nearer
        if further > nearer:
            ratio = max(ratio, math.nextafter(1, 2))
        rows.append(Row(case, 1.0, ratio, {"rounding": 0.0}))
    columns = ("1", "s further off / s nearer k*")
    return Evidence(
        "lem-c.2", f"{DRAWS} random pairs", "inequality", "enclosure", tightest(rows, "side"), columns=columns
    )


def approximation(identifier: str, bound: Bound) -> Evidence:
    """C.4: |Σ - ∫| of s(k) = k^-α (1 - k^-α)^2t beside its bound, both certified. Rounding: that of the two floats."""
    from theory.balls import float_of

    rows = []
    for alpha, dim, steps, difference in differences():
        limit = float_of(partial(bound, alpha, dim, steps), what="bound")
        regime = "k* < d" if 1 + 2 * steps < float(dim) ** float(alpha) else "k* ≥ d"
        case: Case = {"regime": regime, "alpha": str(alpha), "d": dim, "t": f"{steps:.6g}"}
        rows.append(Row(case, limit, difference, {"rounding": 2.0**-53 * (limit + difference)}))
    return Evidence(
        identifier,
        f"{DRAWS} random sums",
        "inequality",
        "enclosure",
        tightest(rows, "regime"),
        columns=("bound", "|Σ - ∫|"),
    )


@cache
def differences() -> tuple[tuple[Fraction, int, int, float], ...]:
    """Return α, d, t and |Σ - ∫|: α from 1/10 to 6, d up to 60 and t from d^α/200 to 5 d^α at random.

    To these come some in which one term stands out.
    """
    from theory.balls import ball, float_of
    from theory.decay_sum import decay_sum

    draw = random.Random(4)
    cases = []
    for _ in range(DRAWS):
        alpha, dim = Fraction(draw.randint(1, 60), 10), draw.randint(2, 60)
        cases.append((alpha, dim, max(1, int(dim ** float(alpha) * 10 ** draw.uniform(-2, 1) / 2))))
    for power in (4, 6, 8, 12, 16):
        cases.append((Fraction(power), 10, 1))  # s(k*) is far above s(1) and s(2)
        cases.append((Fraction(power, 4), 2, 100))  # the sum is s(2), the integral small beside it
        cases.append((Fraction(power**2), 10, (3**power**2 - 1) // 2))  # k* = 3, and the sum is almost s(3)

    def difference(alpha: Fraction, dim: int, steps: int) -> Ball:
        return decay_sum(alpha, dim, steps, ball(1)) - beta_integral(alpha, dim, steps)

    return tuple((*case, abs(float_of(partial(difference, *case), what="Σ - ∫"))) for case in cases)


def beta_integral(alpha: Fraction, dim: int, steps: int) -> Ball:
    """Enclose the integral over [1, d] of k^-α (1 - k^-α)^2t, the incomplete Beta function B_{1-d^-α}(2t+1, 1-1/α)/α.

    For α > 1 as the whole Beta function less the other part, which is quick to compute where that is small.
    """
    from theory.balls import ball, power

    lower, order, exponent = power(dim, -alpha), ball(1 - 1 / alpha), ball(2 * steps + 1)
    if alpha > 1:
        return (ball(1).beta_lower(order, exponent) - lower.beta_lower(order, exponent)) / ball(alpha)
    return (1 - lower).beta_lower(exponent, order) / ball(alpha)


def greatest_value(alpha: Fraction, dim: int, steps: int, *, factor: int) -> Ball:
    """Enclose the bounds of Lemma C.4: ``factor`` s(k*) where k* < d, else s(d)."""
    from theory.balls import ball, power
    from theory.evaluate import evaluate
    from theory.statements import appendix_c_gradient_descent as lemmas

    values = {lemmas.t: ball(steps), lemmas.d: ball(dim), lemmas.alpha: alpha}
    if 1 + 2 * steps < power(dim, alpha):
        return factor * evaluate(lemmas.GREATEST, values)
    return evaluate(lemmas.LAST, values)


def greatest_term(alpha: Fraction, dim: int, steps: int, *, factor: int) -> Ball:
    """Enclose the same with the greatest term over integers in the place of s(k*)."""
    from theory.balls import ball
    from theory.decay_sum import summand_term

    near = int((1 + 2 * steps) ** float(1 / alpha))
    if near >= dim:
        return greatest_value(alpha, dim, steps, factor=factor)
    first, second = (summand_term(alpha, k, ball(2 * steps), ball(1)) for k in (near, near + 1))
    return factor * first.max(second)


def exact_row(case: Case, bound: Fraction, value: Fraction) -> Row:
    """Compare two rational numbers: their floats stand in the order in which they stand."""
    predicted, observed = float(bound), float(value)
    if value > bound:
        observed = max(observed, math.nextafter(predicted, math.inf))
    return Row(case, predicted, observed, {"rounding": 0.0})


def tightest(rows: Iterable[Row], key: str) -> tuple[Row, ...]:
    """Keep, of the rows of each case[key], the :data:`SHOWN` nearest to their bound, and all that exceed it."""
    kept: list[Row] = []
    for _, group in itertools.groupby(
        sorted(rows, key=lambda row: str(row.case[key])), lambda row: row.case[key]
    ):
        ranked = sorted(group, key=lambda row: row.observed / row.predicted, reverse=True)
        exceeding = sum(row.observed > row.predicted for row in ranked)
        kept += ranked[: max(SHOWN, exceeding)]
    return tuple(kept)


def shifted_peak() -> tuple[Step, ...]:
    """Lemma C.2 with k*^α larger by 1/1000."""
    from theory.statements import appendix_c_gradient_descent as lemmas

    return lemmas.unimodality(Fraction(1001, 1000) + lemmas.t)


def cut(factor: Fraction, *, keep_middle: bool) -> tuple[Step, ...]:
    """Lemma C.4 with another factor."""
    from theory.statements import appendix_c_gradient_descent as lemmas

    return lemmas.cut_at_the_peak(factor, keep_middle=keep_middle)


CHECKS = (
    Check(
        "lem-c.1",
        f"{DRAWS} random functions",
        run=sum_and_integral,
        twin=partial(sum_and_integral, Fraction(1, 10**6)),
        wrong="range smaller by a millionth",
    ),
    derivation_check("lem-c.2", twin=shifted_peak, wrong="k*^α larger by 1/1000"),
    Check(
        "lem-c.2",
        f"{DRAWS} random pairs",
        run=unimodal,
        twin=partial(unimodal, Fraction(1, 1000)),
        wrong="k*^α larger by 1/1000",
    ),
    derivation_check(
        "lem-c.4",
        twin=partial(cut, Fraction(1), keep_middle=False),
        wrong="factor 1 from the same estimate, which drops the integral over [m, m + 1]",
    ),
    Check(
        "lem-c.4",
        f"{DRAWS} random sums",
        run=partial(approximation, "lem-c.4", partial(greatest_value, factor=2)),
        twin=partial(approximation, "lem-c.4", partial(greatest_term, factor=2)),
        wrong="k* rounded to the better integer",
    ),
    derivation_check(
        "own-sum-integral",
        twin=partial(cut, Fraction(999_999, 1_000_000), keep_middle=True),
        wrong="factor smaller by a millionth",
    ),
    Check(
        "own-sum-integral",
        f"{DRAWS} random sums",
        run=partial(approximation, "own-sum-integral", partial(greatest_value, factor=1)),
        twin=partial(approximation, "own-sum-integral", partial(greatest_term, factor=1)),
        wrong="x* rounded to the better integer",
    ),
)
