"""Beyond the paper: the laws of iterated sign descent at even and at odd numbers of steps."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from importlib import import_module
from typing import Any

from reports.comparisons.limits import DIGITS, decimal, gap_row, nearest
from reports.comparisons.own_iterated_descent import HAIR, KEPT, floor, iterated
from reports.comparisons.rounding import UNIT
from reports.comparisons.symbolic import derivation_check
from reports.evidence import Case, Evidence, Row
from reports.verification import Check

#: A law at (alpha, dim, steps, parity).
Claim = Callable[[str, int, int, str], Any]


def law(alpha: str, dim: int, steps: int, parity: str) -> Any:
    """Relative error by the law of this parity."""
    import theory

    mean = "mean" if parity == "mean" else None
    return theory.relative_error(
        "sd",
        alpha=alpha,
        dim=dim,
        steps=steps,
        method="asymptotic",
        dynamics="iterated",
        parity=mean,
        digits=DIGITS,
    )


def scaled(factor: str, alpha: str, dim: int, steps: int, parity: str) -> Any:
    """Return a multiple of the law."""
    return law(alpha, dim, steps, parity) * decimal(factor)


def truth(alpha: str, dim: int, steps: int, ratio: Fraction, parity: str) -> Any:
    """Relative error of the true update without exact hits, certified."""
    return iterated(alpha, dim, steps, ratio * HAIR, "mean" if parity == "mean" else None)


def constant(factor: float = 1.0) -> Evidence:
    """Compare C_α with its integral by 16-point quadrature between the odd integers, here up to 4001.

    Beyond Y = 4001 g² is replaced by its mean: as the integral of g² - ⅓ from Y on vanishes at the odd integers, and
    its own lies within 1/12 of zero, that is wrong by at most a(1+a) Y^(-2-a)/12. A rule with 16 points has an error
    far below a unit in the last place here; 4000 intervals add 2^-52 each at most. ``factor`` multiplies C_α.
    """
    import numpy as np

    from theory.balls import float_of
    from theory.iterated_laws import constant as closed_form

    points, weights = np.polynomial.legendre.leggauss(16)
    middles = np.arange(2.0, 4001.0, 2.0)
    rows = []
    for alpha in ("51/100", "3/5", "3/4", "1", "3/2", "2", "5"):
        exact = Fraction(alpha)
        a, end = float(1 / exact), float(middles[-1] + 1)
        teeth = float(np.sum((weights * points**2) * (middles[:, None] + points) ** (-1 - a)))
        observed = a / (2 - a) + a * teeth + end**-a / 3
        predicted = factor * float_of(partial(closed_form, exact), what="C")
        budget = {"truncation": a * (1 + a) * end ** (-2 - a) / 12, "rounding": 64 * UNIT * observed}
        rows.append(Row({"alpha": alpha}, predicted, observed, budget))
    return Evidence(
        "own-even-sd", "C as an integral", "identity", "enclosure", tuple(rows), columns=("C", "integral")
    )


def even_along_d(factor: str = "1") -> Evidence:
    """Even T at η = π_1/T: the gap to the error at d = ∞, added up by mpmath, is the tail of both sums.

    That is -(1 - r) d^(1-2α)/((2α-1) ζ(2α)). ``factor`` multiplies the error at d = ∞.
    """
    import mpmath

    rows = []
    with mpmath.workdps(DIGITS + 10):
        for alpha, steps in itertools.product(("3/4", "1", "3/2"), (4, 30)):
            a = decimal(alpha)
            zeta = mpmath.zeta(2 * a)
            total = zeta
            for k in range(1, int(steps ** (1 / float(a))) + 2):
                q = steps * mpmath.mpf(k) ** -a
                back = abs(q - 2 * mpmath.floor(q / 2 + mpmath.mpf(1) / 2))
                total += (back / steps) ** 2 - mpmath.mpf(k) ** (-2 * a)
            limit = total / zeta * decimal(factor)
            for power in (3, 5, 7, 9, 11):
                term = -(1 - limit) * mpmath.mpf(10) ** (power * (1 - 2 * a)) / ((2 * a - 1) * zeta)
                case: Case = {"alpha": alpha, "steps": steps, "d": f"10^{power}"}
                rows.append(gap_row(case, truth(alpha, 10**power, steps, Fraction(1), "even"), limit, term))
    return Evidence("own-even-sd", "along d", "limit", "enclosure", tuple(rows), ("alpha", "steps"))


def even_along_steps(claim: Claim) -> Evidence:
    """Compare T² H(d, 2α) r at 40 random even T up to 10⁷ with its bounds on both sides of the law.

    2 T^(1/(1+α)) + 5/2 is that of the mean over the words; ½ bounds what the tail is off by at d ≥ T^(1/α).
    """
    import mpmath

    draw = random.Random(53)
    rows = []
    with mpmath.workdps(DIGITS):
        for _ in range(40):
            alpha = str(Fraction(draw.randint(55, 150), 100))
            steps = 2 * int(10 ** draw.uniform(0, 7 if Fraction(alpha) >= 1 else 5) / 2 + 1)
            dim = int(steps ** (1 / float(Fraction(alpha))) * 10 ** draw.uniform(0.1, 3)) + 1
            total = mpmath.zeta(2 * decimal(alpha)) - mpmath.zeta(2 * decimal(alpha), dim + 1)
            arrived = truth(alpha, dim, steps, Fraction(1), "even") * total * steps**2
            mean = claim(alpha, dim, steps, "even") * total * steps**2
            bound = 2 * mpmath.mpf(steps) ** (1 / (1 + decimal(alpha))) + 3
            case: Case = {"alpha": alpha, "d": dim, "steps": steps}
            for side, low, high in (("above", arrived, mean + bound), ("below", mean - bound, arrived)):
                rows.append(
                    Row({**case, "side": side}, float(high), float(low), {"rounding": UNIT * float(high)})
                )
    rows.sort(key=lambda row: row.error / row.predicted)
    return Evidence("own-even-sd", "along T, 40 tried", "inequality", "enclosure", tuple(rows[-KEPT:]))


def along_dimension(identifier: str, parity: str, claim: Claim) -> Evidence:
    """4T² ≈ τ²d: the gap to the law at its step u = T²/(T² + κd), beside the derived one.

    That is (u/T)² d (κ(t) - κ), t = T d^-α/u, and for the mean -(u/T)(1-u), as one of the two horizons is longer, over
    ζ(2α); and what ζ(2α) exceeds H(d, 2α) by. Single words keep the sum within its bound of its mean: the truncation.
    """
    import mpmath

    constant_floor = Fraction(1) if parity == "odd" else Fraction(1, 2)
    rows = []
    with mpmath.workdps(DIGITS + 10):
        for alpha, power in itertools.product(("3/4", "1", "5/4"), (4, 6, 8, 10, 12)):
            dim, a = 10**power, decimal(alpha)
            steps = 2 * nearest(decimal("3/4") * 10 ** (power // 2)) + 1
            ratio = steps**2 / (steps**2 + constant_floor * dim)
            u = mpmath.mpf(ratio.numerator) / ratio.denominator
            h, zeta = u / steps, mpmath.zeta(2 * a)
            t = Fraction(str(steps / (u * mpmath.mpf(dim) ** a)))
            floors = [floor(Fraction(alpha), t, odd) for odd in (True, False)]
            mean = floors[0] if parity == "odd" else sum(floors) / 2
            limit = claim(alpha, dim, steps, parity)
            term = h**2 * dim * (mean - decimal(str(constant_floor)))
            term -= h * (1 - u) if parity == "mean" else 0
            term += limit * mpmath.mpf(dim) ** (1 - 2 * a) / (2 * a - 1)
            bound = h**2 * (2 * h ** (-1 / (1 + a)) + mpmath.mpf(5) / 2) / zeta
            case: Case = {"alpha": alpha, "d": f"10^{power}", "steps": steps}
            value = truth(alpha, dim, steps, ratio, parity)
            rows.append(gap_row(case, value, limit, term / zeta, float(bound)))
    return Evidence(identifier, "along d", "limit", "enclosure", tuple(rows), ("alpha",))


#: Returns the module of the derivations, which loads sympy.
own = partial(import_module, "theory.statements.own_parity_laws")

CHECKS = (
    derivation_check(
        "own-even-sd",
        twin=lambda: own().even(lambda a: -4 * own().sp.zeta(a - 1) / (a - 1)),
        wrong="corners at all integers, not only the odd ones",
    ),
    Check(
        "own-even-sd",
        "C as an integral",
        run=constant,
        twin=partial(constant, 1 + 1e-6),
        wrong="C larger by 1e-6",
    ),
    Check(
        "own-even-sd",
        "along d",
        run=even_along_d,
        twin=partial(even_along_d, "1000001/1000000"),
        wrong="an error at d = ∞ larger by 1e-6",
    ),
    Check(
        "own-even-sd",
        "along T, 40 tried",
        run=partial(even_along_steps, law),
        twin=partial(even_along_steps, partial(scaled, "1001/1000")),
        wrong="error larger by a thousandth",
    ),
    derivation_check(
        "own-odd-sd",
        twin=lambda: own().constant_floor(own().sp.Integer(1), 1),
        wrong="half of the first correction lost",
    ),
    Check(
        "own-odd-sd",
        "along d",
        run=partial(along_dimension, "own-odd-sd", "odd", law),
        twin=partial(along_dimension, "own-odd-sd", "odd", partial(scaled, "1001/1000")),
        wrong="error larger by a thousandth",
    ),
    derivation_check(
        "own-parity-mean",
        twin=lambda: own().constant_floor(own().sp.Rational(1, 3), 1),
        wrong="κ = ⅓, that of random phases",
    ),
    Check(
        "own-parity-mean",
        "along d",
        run=partial(along_dimension, "own-parity-mean", "mean", law),
        twin=partial(along_dimension, "own-parity-mean", "mean", partial(scaled, "1001/1000")),
        wrong="error larger by a thousandth",
    ),
)
