"""Beyond the paper: the first corrections to Theorems 3.1 and 4.5, tested on the order that they leave.

What r_d differs from law and correction by is compared with the *next* terms of the expansion, derived here.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from fractions import Fraction
from functools import cache, partial
from typing import Any

from reports.comparisons.limits import DIGITS, POWERS, decimal, gap_row, nearest
from reports.comparisons.section_4_sign_descent import ABOVE, BELOW, above_case, half_cases
from reports.comparisons.symbolic import derivation_check
from reports.evidence import Case, Evidence, Row
from reports.verification import Check

#: The corrected law at (optimizer, alpha, dim, steps).
Claim = Callable[[str, str, int, int], Any]


def corrected(optimizer: str, alpha: str, dim: int, steps: int) -> Any:
    """Theorem 3.1 or 4.5 with its first corrections."""
    return by("corrected", optimizer, alpha, dim, steps)


@cache
def by(method: str, optimizer: str, alpha: str, dim: int, steps: int) -> Any:
    """Relative error by one of theory's methods."""
    import theory

    return theory.relative_error(optimizer, alpha=alpha, dim=dim, steps=steps, method=method, digits=DIGITS)


def gd_below_one(claim: Claim) -> Evidence:
    """α < 1: the terms of order d^-2α, d^-1 and d^(2α-2).

    They come from the square and the third order of 2t log(1 - v d^-α), from the end s(d)/2, from the ½ d^-α of
    H(d, α), and from products of first corrections.
    """
    import mpmath

    rows = []
    with mpmath.workdps(DIGITS + 10):
        for alpha, tau in (("3/10", "1/2"), ("1/2", "2"), ("4/5", "1")):
            a = decimal(alpha)
            for power in POWERS[:5]:
                dim = mpmath.mpf(10) ** power
                steps = nearest(decimal(tau) * dim**a / 2)
                x = 2 * steps / dim**a
                order, scale, zeta = 1 / a, (1 - a) / a, (1 - a) * mpmath.zeta(a)
                limit, bent = scale * mpmath.expint(order, x), -scale * x / 2 * mpmath.expint(order - 2, x)
                term = x**2 / 8 * mpmath.expint(order - 4, x) - x / 3 * mpmath.expint(order - 3, x)
                term = scale * term * dim ** (-2 * a) + limit * zeta**2 * dim ** (2 * a - 2)
                term += ((1 - a) * (mpmath.exp(-x) - limit) / 2 - bent * zeta) / dim
                rows.append(row("gd", alpha, power, steps, claim, term, {"tau": tau}))
    return Evidence("own-corrections-gd", "α < 1", "limit", "enclosure", tuple(rows), ("alpha", "tau"))


def gd_at_one(claim: Claim) -> Evidence:
    """α = 1: (τ/(2d) - d^(2τ-2)/4 + d^-2τ/12)/H, from log d, from the integral and from the harmonic number H_2t."""
    import mpmath

    rows = []
    for tau in ("3/10", "1/2", "3/4"):
        for power in POWERS[:5]:
            with mpmath.workdps(DIGITS + 10):
                dim = mpmath.mpf(10) ** power
                steps = nearest(dim ** decimal(tau) / 2)
                x = mpmath.log(2 * steps) / mpmath.log(dim)
                term = x / (2 * dim) - dim ** (2 * x - 2) / 4 + dim ** (-2 * x) / 12
                rows.append(row("gd", "1", power, steps, claim, term / mpmath.harmonic(dim), {"tau": tau}))
    return Evidence("own-corrections-gd", "α = 1", "limit", "enclosure", tuple(rows), ("tau",))


def gd_above_one(claim: Claim) -> Evidence:
    """α > 1 at t = d^(1/4): terms of order t d^(1-2α), d^(2-2α) and d^-α, from the missing tail of both sums."""
    import mpmath

    rows = []
    with mpmath.workdps(DIGITS + 10):
        for alpha in ("6/5", "7/5", "3/2"):
            a = decimal(alpha)
            for power in (12, 16, 20, 24, 28):
                steps, dim, zeta = 10 ** (power // 4), mpmath.mpf(10) ** power, mpmath.zeta(a)
                limit = by("asymptotic", "gd", alpha, 10**power, steps)
                tail = dim ** (1 - a) / ((a - 1) * zeta)
                term = 2 * steps * dim ** (1 - 2 * a) / ((2 * a - 1) * zeta)
                term += (1 - limit) * (dim**-a / (2 * zeta) - tail**2)
                rows.append(row("gd", alpha, power, steps, claim, term, {"steps": steps}))
    return Evidence("own-corrections-gd", "α > 1", "limit", "enclosure", tuple(rows), ("alpha",))


def sd_at_half(claim: Claim) -> Evidence:
    """α = ½: -(1 + ζ(½)²) d^(τ-1)/(2H), as H(φ, ½) moves the best φ and has an end, and -(1-τ)/(2dH), from log d."""
    import mpmath

    rows = []
    for tau, power, dim, steps in half_cases(POWERS):
        with mpmath.workdps(DIGITS + 10):
            x = 2 * mpmath.log(2 * steps) / mpmath.log(dim)
            term = -(1 + mpmath.zeta(0.5) ** 2) * mpmath.mpf(dim) ** (x - 1) / 2 - (1 - x) / (
                2 * mpmath.mpf(dim)
            )
            rows.append(row("sd", "1/2", power, steps, claim, term / mpmath.harmonic(dim), {"tau": tau}))
    return Evidence("own-corrections-sd", "α = 1/2", "limit", "enclosure", tuple(rows), ("tau",))


def sd_above_half(claim: Claim) -> Evidence:
    """α > ½: the squares and products of the first corrections, and the ½ d^-2α of H(d, 2α)."""
    import mpmath

    rows = []
    with mpmath.workdps(DIGITS + 10):
        for alpha, tau in ABOVE:
            a = decimal(alpha)
            for power in POWERS[:5]:
                dim, steps = above_case(tau, power)
                d, square = mpmath.mpf(dim), mpmath.mpf(4 * steps**2) / dim
                tail, share = d ** (1 - 2 * a) / ((2 * a - 1) * mpmath.zeta(2 * a)), square / (1 + square)
                term = tail**2 - d ** (-2 * a) / (2 * mpmath.zeta(2 * a)) - share / d * tail
                term = (term - share / (1 + square) / d**2) / ((1 + square) * mpmath.zeta(2 * a))
                rows.append(row("sd", alpha, power, steps, claim, term, {"tau": tau}))
    return Evidence("own-corrections-sd", "α > 1/2", "limit", "enclosure", tuple(rows), ("alpha", "tau"))


def sd_below_half(factor: str = "1") -> Evidence:
    """α < ½: the first correction itself, beside the gap to Theorem 4.5. ``factor`` multiplies it."""
    import mpmath

    rows = []
    with mpmath.workdps(DIGITS + 10):
        for alpha, steps in BELOW:
            for power in POWERS:
                dim = 10**power
                limit = by("asymptotic", "sd", alpha, dim, steps)
                term = (corrected("sd", alpha, dim, steps) - limit) * decimal(factor)
                case: Case = {"alpha": alpha, "steps": steps, "d": f"10^{power}"}
                rows.append(gap_row(case, by("exact", "sd", alpha, dim, steps), limit, term))
    return Evidence("own-corrections-sd", "α < 1/2", "limit", "enclosure", tuple(rows), ("alpha", "steps"))


def row(
    optimizer: str, alpha: str, power: int, steps: int, claim: Claim, term: Any, extra: dict[str, str | int]
) -> Row:
    """Compare what the corrected law leaves with the next term."""
    case: Case = {"alpha": alpha, **extra, "d": f"10^{power}"}
    value = by("exact", optimizer, alpha, 10**power, steps)
    return gap_row(case, value, claim(optimizer, alpha, 10**power, steps), term)


def sharp_logarithmic(
    optimizer: str, alpha: str, term: Callable[[Any, Any], Any], factor: str = "1"
) -> Evidence:
    """Compare log(certified steps / sharp formula) with its leading term at (ε, 2T/√d or 2t/d).

    That steps are integers changes it by at most 1/t, the truncation. ``factor`` multiplies the formula.
    """
    import mpmath

    import theory

    rows = []
    with mpmath.workdps(DIGITS + 10):
        for epsilon in ("1/4", "1/8"):
            for power in (20, 30, 40, 50):
                ask = partial(theory.iterations, optimizer, alpha=alpha, dim=10**power, epsilon=epsilon)
                steps = ask()
                sharp = ask(method="corrected", digits=DIGITS)
                scaled = 2 * sharp / mpmath.mpf(10) ** (power if optimizer == "gd" else decimal(f"{power}/2"))
                case: Case = {"alpha": alpha, "epsilon": epsilon, "d": f"10^{power}"}
                value, limit = mpmath.log(steps), mpmath.log(sharp * decimal(factor))
                rows.append(
                    gap_row(case, value, limit, term(decimal(epsilon), scaled), float(1 / mpmath.mpf(steps)))
                )
    return Evidence(
        "own-sharp-steps", f"{optimizer}, α = {alpha}", "limit", "enclosure", tuple(rows), ("epsilon",)
    )


def sharp_above_one(factor: str = "1") -> Evidence:
    """gd, α > 1: the sharp steps to the error after t steps, over t, beside 1 + (1 - b²)/(24 (2t + (1+b)/2)²).

    b = 1 - 1/α; that is the second term of Γ(1 + τ)/Γ(1 + τ + b) about the shifted argument that the sharp formula
    has. d = 10^100 is finite: the truncation. ``factor`` multiplies ε.
    """
    import mpmath

    import theory

    rows, dim = [], 10**100
    with mpmath.workdps(DIGITS + 10):
        for alpha in ("5/4", "3/2", "2"):
            a = decimal(alpha)
            b = 1 - 1 / a
            for steps in (100, 400, 1600, 6400):
                error = by("exact", "gd", alpha, dim, steps)
                epsilon = Fraction(str(error)) * Fraction(factor)
                sharp = theory.iterations(
                    "gd", alpha=alpha, dim=dim, epsilon=epsilon, method="corrected", digits=DIGITS
                )
                term = (1 - b**2) / (24 * (2 * steps + (1 + b) / 2) ** 2)
                tail = mpmath.mpf(dim) ** (1 - a) / ((a - 1) * mpmath.zeta(a)) / (b * error)
                case: Case = {"alpha": alpha, "d": "10^100", "steps": steps}
                rows.append(gap_row(case, sharp / steps, mpmath.mpf(1), term, float(tail)))
    return Evidence("own-sharp-steps", "gd, α > 1", "limit", "enclosure", tuple(rows), ("alpha",))


def sharp_above_half(factor: str = "1") -> Evidence:
    """sd, α > ½: the certified count is the formula, rounded up. ``factor`` multiplies its ε."""
    import mpmath

    import theory

    rows = []
    for alpha, epsilon, power in itertools.product(("3/4", "1", "3/2"), ("1/8", "1/20"), (3, 6, 9, 12)):
        ask = partial(theory.iterations, "sd", alpha=alpha, dim=10**power)
        sharp = ask(epsilon=Fraction(epsilon) * Fraction(factor), method="corrected", digits=DIGITS)
        with mpmath.workdps(DIGITS):
            predicted = float(mpmath.ceil(sharp))
        observed = float(ask(epsilon=epsilon))
        case: Case = {"alpha": alpha, "epsilon": epsilon, "d": f"10^{power}"}
        rows.append(Row(case, predicted, observed, {"rounding": 0.0}))
    return Evidence("own-sharp-steps", "sd, α > 1/2", "identity", "enclosure", tuple(rows))


def gd_logarithmic(epsilon: Any, scaled: Any) -> Any:
    """2t/d: the correction d^(τ-1), at 2t = d^τ."""
    return scaled


def sd_logarithmic(epsilon: Any, scaled: Any) -> Any:
    """-ζ(½) 2T/√d: the correction -2ζ(½) d^((τ-1)/2), halved, at 4T² = d^τ."""
    import mpmath

    return -mpmath.zeta(0.5) * scaled


def off(part: str, optimizer: str, alpha: str, dim: int, steps: int) -> Any:
    """Return the law with its correction larger by a fraction."""
    limit = by("asymptotic", optimizer, alpha, dim, steps)
    return limit + (corrected(optimizer, alpha, dim, steps) - limit) * (1 + decimal(part))


def lost_half() -> Any:
    """Return the derivation with the ½ of the second order of log(1 - x) lost."""
    from theory.limit_laws import tau
    from theory.statements.own_corrections import gradient_descent, v

    return gradient_descent(-tau * v**2)


def one_more() -> Any:
    """Return the derivation with all d words oscillating."""
    from theory.limit_laws import d
    from theory.statements.own_corrections import sign_descent

    return sign_descent(d)


CHECKS = (
    derivation_check("own-corrections-gd", twin=lost_half, wrong="log(1 - x) = -x - x²"),
    Check(
        "own-corrections-gd",
        "α < 1",
        run=partial(gd_below_one, corrected),
        twin=partial(gd_below_one, partial(off, "1/1000")),
        wrong="correction larger by a thousandth",
    ),
    Check(
        "own-corrections-gd",
        "α = 1",
        run=partial(gd_at_one, corrected),
        twin=partial(gd_at_one, partial(off, "1/1000")),
        wrong="correction larger by a thousandth",
    ),
    Check(
        "own-corrections-gd",
        "α > 1",
        run=partial(gd_above_one, corrected),
        twin=partial(gd_above_one, partial(off, "1/1000")),
        wrong="correction larger by a thousandth",
    ),
    derivation_check("own-corrections-sd", twin=one_more, wrong="all d words oscillate"),
    Check(
        "own-corrections-sd",
        "α < 1/2",
        run=sd_below_half,
        twin=partial(sd_below_half, "1001/1000"),
        wrong="correction larger by a thousandth",
    ),
    Check(
        "own-corrections-sd",
        "α = 1/2",
        run=partial(sd_at_half, corrected),
        twin=partial(sd_at_half, partial(off, "1/1000")),
        wrong="correction larger by a thousandth",
    ),
    Check(
        "own-corrections-sd",
        "α > 1/2",
        run=partial(sd_above_half, corrected),
        twin=partial(sd_above_half, partial(off, "1/1000")),
        wrong="correction larger by a thousandth",
    ),
    Check(
        "own-sharp-steps",
        "gd, α = 1",
        run=partial(sharp_logarithmic, "gd", "1", gd_logarithmic),
        twin=partial(sharp_logarithmic, "gd", "1", gd_logarithmic, "100001/100000"),
        wrong="constant larger by 1e-5",
    ),
    Check(
        "own-sharp-steps",
        "gd, α > 1",
        run=sharp_above_one,
        twin=partial(sharp_above_one, "1000001/1000000"),
        wrong="constant smaller by a millionth",
    ),
    Check(
        "own-sharp-steps",
        "sd, α = 1/2",
        run=partial(sharp_logarithmic, "sd", "1/2", sd_logarithmic),
        twin=partial(sharp_logarithmic, "sd", "1/2", sd_logarithmic, "100001/100000"),
        wrong="constant larger by 1e-5",
    ),
    Check(
        "own-sharp-steps",
        "sd, α > 1/2",
        run=sharp_above_half,
        twin=partial(sharp_above_half, "10001/10000"),
        wrong="ε larger by 1e-4",
    ),
)
