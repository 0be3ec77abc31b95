"""Section 3: the scaling laws of gradient descent (Theorem 3.1)."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import cache, partial
from typing import Any

from reports.comparisons.limits import (
    DIGITS,
    LOGARITHMIC_POWERS,
    POWERS,
    correction,
    decimal,
    gap_row,
    nearest,
    steps_rows,
)
from reports.comparisons.rounding import UNIT, summation
from reports.evidence import Case, Evidence, Row
from reports.verification import Check

#: The limit that a theorem claims at (alpha, dim, steps).
Claim = Callable[[str, int, int], Any]


def law(alpha: str, dim: int, steps: int) -> Any:
    """Theorem 3.1."""
    import theory

    return theory.relative_error("gd", alpha=alpha, dim=dim, steps=steps, method="asymptotic", digits=DIGITS)


@cache
def truth(alpha: str, dim: int, steps: int) -> Any:
    """Relative error at finite d and t, every digit certified."""
    import theory

    return theory.relative_error("gd", alpha=alpha, dim=dim, steps=steps, digits=DIGITS)


def approach_below_one(claim: Claim) -> Evidence:
    """α < 1 at 2t = τ d^α: the gap to the limit beside its first corrections, of order d^-α and d^(α-1)."""
    import mpmath

    rows = []
    for alpha, tau in ((a, t) for a in ("3/10", "1/2", "4/5") for t in ("1/2", "2")):
        for power in POWERS:
            dim = 10**power
            with mpmath.workdps(DIGITS + 10):
                steps = nearest(decimal(tau) * mpmath.mpf(dim) ** decimal(alpha) / 2)
            case: Case = {"alpha": alpha, "tau": tau, "d": f"10^{power}"}
            term = correction("gd", alpha, dim, steps)
            rows.append(gap_row(case, truth(alpha, dim, steps), claim(alpha, dim, steps), term))
    return Evidence("thm-3.1", "α < 1", "limit", "enclosure", tuple(rows), ("alpha", "tau"))


def approach_at_one(claim: Claim, alpha: str = "1") -> Evidence:
    """α = 1 at 2t = d^τ: the gap to 1 - τ beside its first corrections, of order 1/log d.

    Beyond them the gap falls like a power of d. ``alpha`` is that of the data.
    """
    import mpmath

    rows = []
    for tau in ("1/2", "3/4", "9/10"):
        for power in LOGARITHMIC_POWERS:
            dim = 10**power
            with mpmath.workdps(power + DIGITS):
                steps = nearest(mpmath.mpf(dim) ** decimal(tau) / 2)
            case: Case = {"alpha": alpha, "tau": tau, "d": f"10^{power}"}
            term = correction("gd", "1", dim, steps)
            rows.append(gap_row(case, truth(alpha, dim, steps), claim("1", dim, steps), term))
    return Evidence("thm-3.1", "α = 1", "limit", "enclosure", tuple(rows), ("tau",))


def approach_above_one(claim: Claim) -> Evidence:
    """α > 1 at 2t = τ: r_d less the law, relative to it, along growing d and τ = 2⌊d^(1/4)⌋.

    The law is equivalent to r for large τ, not its limit at one τ, so both grow. What is left is the missing tail
    of the sums, of order d^(1-α); the law itself is then off by less than any power of τ.
    """
    import mpmath

    rows = []
    with mpmath.workdps(DIGITS + 10):
        for alpha in ("6/5", "3/2", "2"):
            for power in (12, 16, 20, 24, 28):
                dim, steps = 10**power, 10 ** (power // 4)
                term = correction("gd", alpha, dim, steps) / law(alpha, dim, steps)
                ratio = truth(alpha, dim, steps) / claim(alpha, dim, steps)
                case: Case = {"alpha": alpha, "d": f"10^{power}", "steps": steps}
                rows.append(gap_row(case, ratio, mpmath.mpf(1), term))
    return Evidence("thm-3.1", "α > 1", "limit", "enclosure", tuple(rows), ("alpha",))


def steps_at_one(shift: Fraction = Fraction(0)) -> Evidence:
    """α = 1: the steps ½ d^(1-ε), right on the scale of log_d, and by a factor e^(-γ(1+ε)) too many.

    That factor is this project's.
    """
    import mpmath

    rows = steps_rows("gd", "1", lambda epsilon: -mpmath.euler * (1 + epsilon), shift)
    return Evidence("thm-3.1", "steps, α = 1", "limit", "enclosure", rows, ("epsilon",))


def steps_above_one(factor: str = "1") -> Evidence:
    """α > 1: the steps ½(C/ε)^(α/(α-1)) to the error ε reached after t steps, beside t.

    Relative to t they are more by (2 - 1/α)/(4t), the first correction of the Beta function to its power law
    [this project's]. ``factor`` multiplies ε. That d is finite lowers ε by at most the missing tail
    d^(1-α)/((α-1) ζ(α)): the truncation.
    """
    import mpmath

    import theory

    rows = []
    dim = 10**100
    with mpmath.workdps(DIGITS + 10):
        for alpha in ("6/5", "3/2", "3"):
            a = decimal(alpha)
            for steps in (10**power for power in range(2, 7)):
                error = truth(alpha, dim, steps)
                epsilon = Fraction(str(error)) * Fraction(factor)
                claimed = theory.iterations(
                    "gd", alpha=alpha, dim=dim, epsilon=epsilon, method="asymptotic", digits=DIGITS
                )
                term = (2 - 1 / a) / (4 * steps)
                tail = mpmath.mpf(dim) ** (1 - a) / ((a - 1) * mpmath.zeta(a))
                missing = float(a / (a - 1) * tail / error)
                case: Case = {"alpha": alpha, "d": "10^100", "steps": steps}
                rows.append(gap_row(case, claimed / steps, mpmath.mpf(1), term, missing))
    return Evidence("thm-3.1", "steps, α > 1", "limit", "enclosure", tuple(rows), ("alpha",))


def simulation(claim: Claim) -> Evidence:
    """Compare the simulated relative error with the certified one.

    Rounding, relative to r: every factor (1 - x)^2t carries at most six roundings of x, which the logarithm
    at most doubles (x <= 2^-1/2 from the second word on), and the mean of 2t|log(1 - x)| under the terms is
    at most log 1/r, as a relative entropy is not negative.
    """
    import numpy as np

    import numerics

    rows = []
    for alpha in ("1/2", "1", "3/2"):
        for dim in (10**2, 10**4, 10**6):
            steps = [1, 10, 100, 1_000, 10_000]
            simulated = numerics.relative_error("gd", alpha=alpha, dim=dim, steps=steps)
            for t, observed in zip(steps, np.asarray(simulated).tolist(), strict=True):
                predicted = float(claim(alpha, dim, t))
                if predicted < 1e-30:
                    continue
                units = 24 * math.log(1 / predicted) + 8 + summation(dim)
                case: Case = {"alpha": alpha, "d": dim, "steps": t}
                rows.append(Row(case, predicted, observed, {"rounding": units * UNIT * predicted}))
    return Evidence("thm-3.1", "simulation", "identity", "simulation", tuple(rows))


CHECKS = (
    Check(
        "thm-3.1",
        "α < 1",
        run=partial(approach_below_one, law),
        twin=partial(approach_below_one, lambda alpha, dim, steps: law(alpha, dim, 2 * steps)),
        wrong="time scaling t = τ d^α, a factor 2 lost",
    ),
    Check(
        "thm-3.1",
        "α = 1",
        run=partial(approach_at_one, law),
        twin=partial(approach_at_one, law, alpha="99/100"),
        wrong="the law of α = 1 claimed at α = 0.99",
    ),
    Check(
        "thm-3.1",
        "α > 1",
        run=partial(approach_above_one, law),
        twin=partial(
            approach_above_one, lambda alpha, dim, steps: law(alpha, dim, steps) * (1 + decimal("1/1000000"))
        ),
        wrong="constant larger by a millionth",
    ),
    Check(
        "thm-3.1",
        "steps, α = 1",
        run=steps_at_one,
        twin=partial(steps_at_one, Fraction(1, 100)),
        wrong="ε larger by 1/100",
    ),
    Check(
        "thm-3.1",
        "steps, α > 1",
        run=steps_above_one,
        twin=partial(steps_above_one, "1000001/1000000"),
        wrong="constant C smaller by a millionth",
    ),
    Check(
        "thm-3.1",
        "simulation",
        run=partial(simulation, truth),
        twin=partial(simulation, lambda alpha, dim, steps: truth(alpha, dim - 1, steps)),
        wrong="one word fewer",
    ),
)
