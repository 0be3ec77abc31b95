"""Appendix B: classical rates beside what gradient descent really does, at α = 1."""

from __future__ import annotations

from fractions import Fraction
from functools import cache, partial
from typing import Any

from reports.comparisons import appendix_b_gradient_norm
from reports.comparisons.appendix_b_gradient_norm import EVEN_POWERS, classical, harmonic
from reports.comparisons.limits import DIGITS, POWERS, decimal, gap_row
from reports.comparisons.rounding import UNIT, summation
from reports.comparisons.symbolic import derivation_check
from reports.evidence import Case, Evidence, Row
from reports.verification import Check

#: Inputs that the bounds are tried on, and how many are kept.
TRIED, KEPT = 2_000, 20


def constants(half: float = 0.5) -> Evidence:
    """Compare the constants of a permuted d×d power law, and the rates made of them, with Proposition B.1.

    ``half`` stands in the initial excess loss. Rounding: a frequency 1/(kH) carries at most 4 units in the last
    place and those of H; the sums over d² entries their own; the powers at most t times the error of μ/L,
    which t <= d keeps at that of a frequency.
    """
    import numpy as np

    import numerics

    rows = []
    for seed, dim in enumerate((2, 30, 200, 700)):
        problem = numerics.BigramProblem.power_law(1, dim, seed=seed)
        largest, smallest = float(problem.frequencies[0]), float(problem.frequencies[-1])
        distance = float(np.sum(np.square(problem.conditionals)))
        gap = float(problem.train("gd", steps=0).losses[0])
        z, squares = float(harmonic(dim)), float(harmonic(dim, 2))
        frequency, entries = 4 + summation(dim), 8 + summation(dim**2)
        compared = [
            ("L", 1 / z, largest, frequency),
            ("μ", 1 / (dim * z), smallest, frequency),
            ("squared distance", dim * squares / z**2, distance, 2 * frequency + entries),
            ("initial excess loss", half * squares / z**2, gap, 3 * frequency + entries),
        ]
        for t in (1, dim):
            sublinear = 2 * largest * distance / (t + 4) / gap
            linear = (1 - smallest / largest) ** t
            compared += [
                (
                    f"sublinear rate, t = {t}",
                    2 * dim / (half * z * (t + 4)),
                    sublinear,
                    6 * frequency + 2 * entries,
                ),
                (f"linear rate, t = {t}", (1 - 1 / dim) ** t, linear, 4 * frequency + 8),
            ]
        for name, predicted, observed, units in compared:
            case: Case = {"d": dim, "constant": name}
            rows.append(Row(case, predicted, observed, {"rounding": (units + 16) * UNIT * predicted}))
    return Evidence("prop-b.1", "constants", "identity", "simulation", tuple(rows))


def equivalents(factor: str = "1") -> Evidence:
    """Compare both rates with what they are equivalent to: r t log d/(4d) - 1 and r - e^(-t/d).

    The gaps are -γ/H(d), from H(d) = log d + γ + …, at t = √d, and -e^-τ τ/(2d) at t = τd. ``factor``
    multiplies the sublinear equivalent and τ.
    """
    import mpmath

    rows = []
    with mpmath.workdps(DIGITS + 10):
        scale, one = decimal(factor), mpmath.mpf(1)
        for power in EVEN_POWERS:
            dim, t = 10**power, 10 ** (power // 2)
            z = harmonic(dim)
            quotient = t * mpmath.log(dim) / (z * (t + 4)) / scale
            case: Case = {"rate": "sublinear", "t": "√d", "d": f"10^{power}"}
            rows.append(gap_row(case, quotient, one, -mpmath.euler / z))
        for tau in ("1/2", "2"):
            for power in POWERS:
                dim = 10**power
                t = int(dim * Fraction(tau))
                linear = mpmath.exp(t * mpmath.log1p(-one / dim))
                limit = mpmath.exp(-scale * decimal(tau))
                case = {"rate": "linear", "t": f"{tau} d", "d": f"10^{power}"}
                rows.append(gap_row(case, linear, limit, -limit * decimal(tau) / (2 * dim)))
    return Evidence("prop-b.1", "equivalents", "limit", "enclosure", tuple(rows), ("rate", "t"))


def no_progress(power: int = 1) -> Evidence:
    """Compare what is left at t = √d: ½ in truth, 1 by the linear rate, no bound by the sublinear.

    The gaps are -(log 2 + 3γ/2)/H(d), from r = (log d - log 2t - γ)/H(d) + O(t/d) [this project's]; -1/√d; and
    H(d)/(4√d) of the inverse of the sublinear rate, which tends to 0. ``power`` multiplies the t of the linear
    rate.
    """
    import mpmath

    rows = []
    with mpmath.workdps(DIGITS + 10):
        zero, one = mpmath.mpf(0), mpmath.mpf(1)
        for exponent in EVEN_POWERS:
            dim, t = 10**exponent, 10 ** (exponent // 2)
            term = -(mpmath.log(2) + 1.5 * mpmath.euler) / harmonic(dim)
            case: Case = {"what is left": "truth", "d": f"10^{exponent}"}
            rows.append(gap_row(case, gradient_descent(dim, t), one / 2, term))
        for exponent in (4, 8, 12, 16):
            dim, t = 10**exponent, 10 ** (exponent // 2)
            linear = mpmath.exp(power * t * mpmath.log1p(-one / dim))
            inverse = harmonic(dim) * (t + 4) / (4 * dim)
            case = {"what is left": "linear rate", "d": f"10^{exponent}"}
            rows.append(gap_row(case, linear, one, -one / t))
            case = {"what is left": "1/sublinear rate", "d": f"10^{exponent}"}
            rows.append(gap_row(case, inverse, zero, harmonic(dim) / (4 * t)))
    return Evidence("prop-b.1", "t = √d", "limit", "enclosure", tuple(rows), ("what is left",))


@cache
def gradient_descent(dim: int, steps: int, digits: int = DIGITS) -> Any:
    """Return the certified relative error of gradient descent."""
    import theory

    return theory.relative_error("gd", alpha=1, dim=dim, steps=steps, digits=digits)


def bounds(power: str = "1") -> Evidence:
    """Compare certified relative errors with the lower of both rates, on random d up to 10^40 and t >= 1.

    The linear rate is tight where t is small against d. The sublinear one never is: at t = sd it exceeds the
    truth, E_1(2s)/H(d), by the factor 4/(s E_1(2s)), at least 28 [this project's]. ``power`` multiplies the
    exponent t of the linear rate. The tightest rows are kept, and with them all that violate a bound.
    """
    import mpmath
    import numpy as np

    random = np.random.default_rng(91)
    rows = []
    with mpmath.workdps(DIGITS):
        for _ in range(TRIED):
            log_dim, log_time = random.uniform((0.4, -8.0), (40.0, 2.0)).tolist()
            dim = int(10**log_dim)
            t = 1 + int(Fraction(10**log_time) * dim)
            linear = mpmath.exp(decimal(power) * t * mpmath.log1p(-mpmath.mpf(1) / dim))
            bound = float(min(linear, 4 * dim / (harmonic(dim) * (t + 4))))
            observed = float(gradient_descent(dim, t, 17))
            rows.append(Row({"d": dim, "t": t}, bound, observed, {"rounding": 4 * UNIT * bound}))
    rows.sort(key=lambda row: row.predicted / row.observed)
    violated = sum(row.error > row.allowance for row in rows)
    return Evidence(
        "prop-b.1",
        f"bounds, {TRIED} random d and t",
        "inequality",
        "enclosure",
        tuple(rows[: max(KEPT, violated)]),
    )


CHECKS = (
    derivation_check(
        "prop-b.1",
        twin=lambda: classical().constants(2 * classical().GAP),
        wrong="an initial excess loss without its factor ½",
    ),
    Check(
        "prop-b.1",
        "constants",
        run=constants,
        twin=partial(constants, 1.0),
        wrong="an initial excess loss without its factor ½",
    ),
    Check(
        "prop-b.1",
        "equivalents",
        run=equivalents,
        twin=partial(equivalents, "1000001/1000000"),
        wrong="a constant larger by a millionth",
    ),
    Check(
        "prop-b.1",
        "t = √d",
        run=no_progress,
        twin=partial(no_progress, 2),
        wrong="exponent 2t of the linear rate",
    ),
    Check(
        "prop-b.1",
        f"bounds, {TRIED} random d and t",
        run=bounds,
        twin=partial(bounds, "5/2"),
        wrong="exponent 5t/2 of the linear rate",
    ),
    *appendix_b_gradient_norm.CHECKS,
)
