"""Section 4: the scaling laws of sign descent under the simplified dynamics (Theorem 4.5)."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
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
from reports.evidence import Case, Evidence, Row
from reports.verification import Check

#: A relative error at (alpha, dim, steps).
Claim = Callable[[str, int, int], Any]

BELOW = (("1/10", 4), ("1/4", 2), ("2/5", 3), ("2/5", 8))  # α < ½ with T, where T does not grow with d
AT = ("1/2", "3/4")  # τ at α = ½
ABOVE = (
    ("3/4", "5/4"),
    ("1", "11/10"),
    ("1", "3"),
    ("3/2", "1"),
)  # α > ½ with τ; proven for τ² >= 1/(2^α - 1)


def law(alpha: str, dim: int, steps: int) -> Any:
    """Theorem 4.5."""
    import theory

    return theory.relative_error(
        "sd", alpha=alpha, dim=dim, steps=steps, method="asymptotic", digits=DIGITS, strict=True
    )


@cache
def truth(alpha: str, dim: int, steps: int) -> Any:
    """Relative error at finite d with the best step size, every digit certified."""
    import theory

    return theory.relative_error("sd", alpha=alpha, dim=dim, steps=steps, digits=DIGITS)


def approach_below_half(claim: Claim) -> Evidence:
    """α < ½ at T = τ: the gap to the limit beside its first corrections, of order d^(2α-1)."""
    rows = []
    for alpha, steps in BELOW:
        for power in POWERS:
            case: Case = {"alpha": alpha, "steps": steps, "d": f"10^{power}"}
            rows.append(approach(case, claim, alpha, 10**power, steps))
    return Evidence("thm-4.5", "α < 1/2", "limit", "enclosure", tuple(rows), ("alpha", "steps"))


def approach_at_half(claim: Claim, alpha: str = "1/2") -> Evidence:
    """α = ½ at 4T² = d^τ: the gap to 1 - τ beside its first corrections, of order 1/log d.

    Beyond them the gap falls like a power of d. ``alpha`` is that of the data.
    """
    rows = []
    for tau, power, dim, steps in half_cases(LOGARITHMIC_POWERS):
        case: Case = {"alpha": alpha, "tau": tau, "d": f"10^{power}"}
        term = correction("sd", "1/2", dim, steps)
        rows.append(gap_row(case, truth(alpha, dim, steps), claim("1/2", dim, steps), term))
    return Evidence("thm-4.5", "α = 1/2", "limit", "enclosure", tuple(rows), ("tau",))


def approach_above_half(claim: Claim) -> Evidence:
    """α > ½ at 4T² = τ² d: the gap to the limit beside its first corrections, of order d^(1-2α) and 1/d."""
    rows = []
    for alpha, tau in ABOVE:
        for power in POWERS:
            dim, steps = above_case(tau, power)
            case: Case = {"alpha": alpha, "tau": tau, "d": f"10^{power}"}
            rows.append(approach(case, claim, alpha, dim, steps))
    return Evidence("thm-4.5", "α > 1/2", "limit", "enclosure", tuple(rows), ("alpha", "tau"))


def approach(case: Case, claim: Claim, alpha: str, dim: int, steps: int) -> Row:
    """Compare the gap between truth and claim with the first corrections."""
    term = correction("sd", alpha, dim, steps)
    return gap_row(case, truth(alpha, dim, steps), claim(alpha, dim, steps), term)


def steps_at_half(shift: Fraction = Fraction(0)) -> Evidence:
    """α = ½: the steps ½ d^((1-ε)/2), right on the scale of log_d, by a factor e^((2-γ(1-ε))/2) too many.

    That factor is this project's.
    """
    import mpmath

    rows = steps_rows("sd", "1/2", lambda epsilon: mpmath.euler * (1 - epsilon) / 2 - 1, shift)
    return Evidence("thm-4.5", "steps, α = 1/2", "limit", "enclosure", rows, ("epsilon",))


def optimal_fraction(a: Any, steps: int) -> Any:
    """Return x* = φ/d of Definition 4.4 for α < ½."""
    return 1 / max(1 - 1 / (2 * a) + a / (1 - a) * 4 * steps**2, 1)


def half_cases(powers: tuple[int, ...]) -> Iterator[tuple[str, int, int, int]]:
    """Yield τ, log10 d, d and T of the comparisons at α = ½."""
    import mpmath

    for tau, power in itertools.product(AT, powers):
        with mpmath.workdps(power + DIGITS):
            yield tau, power, 10**power, nearest(mpmath.mpf(10) ** (power * decimal(tau) / 2) / 2)


def above_case(tau: str, power: int) -> tuple[int, int]:
    """Return d and T of a comparison at α > ½."""
    import mpmath

    return 10**power, nearest(decimal(tau) * mpmath.mpf(10) ** (decimal(f"{power}/2")) / 2)


def shifted(alpha: str, dim: int, steps: int) -> Any:
    """Theorem 4.5 at an exponent larger by 1/1000."""
    return law(str(Fraction(alpha) + Fraction(1, 1000)), dim, steps)


CHECKS = (
    Check(
        "thm-4.5",
        "α < 1/2",
        run=partial(approach_below_half, law),
        twin=partial(approach_below_half, lambda alpha, dim, steps: law(alpha, dim, 2 * steps)),
        wrong="time T = τ/2, a factor 2 lost",
    ),
    Check(
        "thm-4.5",
        "α = 1/2",
        run=partial(approach_at_half, law),
        twin=partial(approach_at_half, law, alpha="49/100"),
        wrong="the law of α = 1/2 claimed at α = 0.49",
    ),
    Check(
        "thm-4.5",
        "α > 1/2",
        run=partial(approach_above_half, law),
        twin=partial(approach_above_half, shifted),
        wrong="exponent larger by 1/1000",
    ),
    Check(
        "thm-4.5",
        "steps, α = 1/2",
        run=steps_at_half,
        twin=partial(steps_at_half, Fraction(1, 100)),
        wrong="ε larger by 1/100",
    ),
)
