"""Beyond the paper: what the best step of gradient descent gains, in error and in steps."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from reports.comparisons.limits import decimal, gap_row, nearest
from reports.comparisons.own_best_gd_step import (
    COUNTS,
    DIGITS,
    FAR,
    best,
    cases,
    error,
    normalizer,
    price,
    pull,
)
from reports.evidence import Case, Evidence
from reports.verification import Check


def below_one(factor: str = "2") -> Evidence:
    """α < 1: compare the least error with r(2τ), the gap with the corrections at finite d of c = 2 and the price.

    ``factor`` multiplies τ.
    """
    import mpmath

    import theory

    rows = []
    with mpmath.workdps(DIGITS + 10):
        for alpha, tau in (("3/10", "1"), ("4/5", "1/2")):
            a = decimal(alpha)
            for power in (3, 6, 9, 12, 15):
                dim, z = 10**power, normalizer(alpha, 10**power)
                d = mpmath.mpf(dim)
                steps = nearest(decimal(tau) * d**a / 2)
                time, scale = 4 * steps / d**a, (1 - a) / a
                law = partial(
                    theory.relative_error, "gd", alpha=alpha, dim=dim, method="asymptotic", digits=DIGITS
                )
                limit = law(steps=int(steps * Fraction(factor)))
                term = -scale * time * mpmath.expint(1 / a - 2, time) * d**-a
                term -= (1 - a) * mpmath.zeta(a) * scale * mpmath.expint(1 / a, time) * d ** (a - 1)
                term += price(alpha, dim, steps) / z
                case: Case = {"alpha": alpha, "tau": tau, "d": f"10^{power}", "t": steps}
                rows.append(gap_row(case, best(alpha, dim, steps)[1] / z, limit, term, digits=DIGITS))
    return Evidence("own-best-gd-step", "α < 1: r(2τ)", "limit", "enclosure", tuple(rows), ("alpha",))


def at_one(gain: str = "0") -> Evidence:
    """α = 1: compare H (r - r_best) with log 2, the gap with the price and -2t/d, the end of the sum.

    ``gain`` is added to log 2.
    """
    import mpmath

    rows = []
    with mpmath.workdps(DIGITS + 10):
        for share, powers in ((2, (4, 8, 12, 20)), (4, (4, 8, 12, 20))):
            for power in powers:
                dim, steps = 10**power, 10 ** (power // share)
                value = error("1", dim, steps) - best("1", dim, steps)[1]
                term = -price("1", dim, steps) - mpmath.mpf(2 * steps) / dim
                case: Case = {"alpha": "1", "τ": f"1/{share}", "d": f"10^{power}", "t": steps}
                rows.append(gap_row(case, value, mpmath.log(2) + decimal(gain), term, digits=DIGITS))
    return Evidence("own-best-gd-step", "α = 1: log 2/H", "limit", "enclosure", tuple(rows), ("τ",))


def above_one(factor: str = "1") -> Evidence:
    """α > 1: compare the least error with 2^-(1-1/α) of the Beta law, the gap with the price of the first word.

    d is finite: the truncation. ``factor`` multiplies the law.
    """
    import mpmath

    import theory

    rows, dim = [], 10**FAR
    with mpmath.workdps(DIGITS + 10):
        for alpha in ("3/2", "2"):
            a = decimal(alpha)
            z = normalizer(alpha, dim)
            for steps in COUNTS:
                law = theory.relative_error(
                    "gd", alpha=alpha, dim=dim, steps=steps, method="asymptotic", digits=DIGITS
                )
                limit = law * 2 ** (1 / a - 1) * decimal(factor)
                value, term = best(alpha, dim, steps)[1] / z, price(alpha, dim, steps) / z
                tail = float(mpmath.mpf(dim) ** (1 - a) / ((a - 1) * z))
                case: Case = {"alpha": alpha, "d": f"10^{FAR}", "t": steps}
                rows.append(gap_row(case, value, limit, term, tail, digits=DIGITS))
    return Evidence("own-best-gd-step", "α > 1: 2^-(1-1/α) r", "limit", "enclosure", tuple(rows), ("alpha",))


def steps(factor: str = "1") -> Evidence:
    """Compare the steps n with the best c, as a share of those t_1 with 1/π₁ to the same error, with one half.

    The real number t_1 is where the line through log r at two neighboring integers less than a step away reaches
    that error. As the slope of log r changes by less than 1/t² a step, this is off by less than 1/t: the truncation.
    ``factor`` multiplies what is lost.
    """
    import mpmath

    rows = []
    with mpmath.workdps(DIGITS + 10):
        for alpha, power, n, case in cases():
            dim, a = 10**power, decimal(alpha)
            p, y = 2 - 1 / a, 4 * n * mpmath.mpf(10**power) ** -a
            bend = mpmath.gammainc(p + 1, y) / mpmath.gammainc(p, y)
            lost = (1 - mpmath.log(pull(alpha, dim, n)) - bend / 2) / 4
            k = int(2 * (n - lost))
            first, second = (mpmath.log(error(alpha, dim, k + i)) for i in (0, 1))
            t_1 = k + (first - mpmath.log(best(alpha, dim, n)[1])) / (first - second)
            term = lost / t_1 * decimal(factor)
            half, truncation = mpmath.mpf(1) / 2, float(1 / mpmath.mpf(n) ** 2)
            case = {**case, "t_1": float(t_1), "t_1/t": float(t_1 / n)}
            rows.append(gap_row(case, n / t_1, half, term, truncation, digits=DIGITS))
    return Evidence("own-best-gd-step", "steps", "limit", "enclosure", tuple(rows), ("alpha", "2t"))


CHECKS = (
    Check(
        "own-best-gd-step",
        "α < 1: r(2τ)",
        run=below_one,
        twin=partial(below_one, "2001/1000"),
        wrong="time faster by 2.001",
    ),
    Check(
        "own-best-gd-step",
        "α = 1: log 2/H",
        run=at_one,
        twin=partial(at_one, "1/1000000"),
        wrong="log 2 + 1e-6",
    ),
    Check(
        "own-best-gd-step",
        "α > 1: 2^-(1-1/α) r",
        run=above_one,
        twin=partial(above_one, "1001/1000"),
        wrong="law larger by a thousandth",
    ),
    Check(
        "own-best-gd-step",
        "steps",
        run=steps,
        twin=partial(steps, "1001/1000"),
        wrong="lost steps more by a thousandth",
    ),
)
