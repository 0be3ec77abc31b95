"""Beyond the paper: the exponent at which gradient descent needs most steps, against certified errors.

At given d and ε the steps are most where, at given d and t, the error is largest: both are zeros of ∂r/∂α.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache, partial
from typing import Any

from reports.comparisons.limits import decimal, gap_row
from reports.comparisons.symbolic import derivation_check
from reports.evidence import Case, Evidence
from reports.verification import Check

DIGITS = 40


@cache
def error(alpha: Any, dim: int, steps: int) -> Any:
    """Return the certified error at an exponent given as an mpf."""
    import theory

    exact = Fraction(int(alpha * 10**DIGITS), 10**DIGITS)
    return theory.relative_error("gd", alpha=exact, dim=dim, steps=steps, digits=DIGITS)


def towards_one(exponent: str = "1/2") -> Evidence:
    """Compare 1 - α at the worst exponent α with the law, at the ε that is reached there.

    A parabola finds α; that the error is less at α ± δ, where δ = 1e-4 (1 - α), proves that it has a maximum between:
    the truncation. ``exponent`` is that of log(1/(1-ε))/log d.
    """
    import mpmath

    rows = []
    with mpmath.workdps(DIGITS):
        for near, powers in (("1/4", (60, 120, 240, 480)), ("1/2", (60, 120, 240, 480))):
            for power in powers:
                dim, log_dim = 10**power, power * mpmath.log(10)
                x = mpmath.sqrt(-mpmath.log(1 - decimal(near)) / log_dim) * (
                    1 - mpmath.pi**2 / (24 * log_dim)
                )
                b = x / (1 - x)
                log_time = (mpmath.log(1 - decimal(near)) - mpmath.loggamma(1 - b)) / b
                steps = int(mpmath.exp(log_time + (1 - x) * log_dim) / 2)
                h = x / 50
                low, middle, high = (error(1 - x + i * h, dim, steps) for i in (-1, 0, 1))
                worst = 1 - x + h / 2 * (high - low) / (2 * middle - low - high)
                margin = (1 - worst) / 10_000
                low, middle, high = (error(worst + i * margin, dim, steps) for i in (-1, 0, 1))
                if not low < middle > high:
                    raise ValueError(f"power={power}: the error has no maximum near α = {worst}")
                law = (-mpmath.log(1 - middle) / log_dim) ** decimal(exponent)
                law *= 1 - mpmath.pi**2 / (24 * log_dim)
                case: Case = {"ε near": near, "d": f"10^{power}", "ε": float(middle), "α": float(worst)}
                rows.append(gap_row(case, 1 - worst, mpmath.mpf(0), law, float(margin), digits=DIGITS))
    return Evidence(
        "own-worst-exponent",
        "towards 1",
        "limit",
        "enclosure",
        tuple(rows),
        ("ε near",),
        columns=("law of 1 - α", "1 - α"),
    )


def crossing(factor: str = "1") -> Evidence:
    """Compare ε log d with E_1(τ), where α = 1 is the worst exponent; the gap with its term of order 1/log d.

    The slope of r in α is that of a central difference over 2e-12, off by 1e-24 in relation; three steps of the secant
    method bring it to zero. With L = log d, τ = 2t/d and N = -∫_1^∞ e^(-τu) log u/u du the slope of log r in -α is
    L (½ - e^-τ/E_1) + 1 + N/E_1 + γ/2 + O(1/L), and ε is E_1/(L + γ). ``factor`` multiplies the limit.
    """
    import mpmath

    rows = []
    with mpmath.workdps(DIGITS):
        tau = mpmath.findroot(lambda x: mpmath.e1(x) * mpmath.exp(x) - 2, 0.1)
        kappa = mpmath.e1(tau)
        bend = -mpmath.quad(lambda u: mpmath.exp(-tau * u) * mpmath.log(u) / u, [1, 10, 100, 1500])
        shift = -(1 + bend / kappa + mpmath.euler / 2) / (0.5 - 1 / (4 * tau))
        for power in (15, 45, 135, 405):
            log_dim = power * mpmath.log(10)
            first, second = tau, tau + shift / log_dim
            slopes = slope(power, first), slope(power, second)
            for _ in range(3):
                first, second = second, second - slopes[1] * (second - first) / (slopes[1] - slopes[0])
                slopes = slopes[1], slope(power, second)
            epsilon = error(mpmath.mpf(1), 10**power, int(second * 10**power / 2))
            term = -(mpmath.euler * kappa + mpmath.exp(-tau) / tau * shift) / log_dim
            case: Case = {"d": f"10^{power}", "2t/d": float(second), "ε": float(epsilon)}
            limit = kappa * decimal(factor)
            rows.append(gap_row(case, epsilon * log_dim, limit, term, digits=DIGITS // 2))
    return Evidence("own-worst-exponent", "at 1", "limit", "enclosure", tuple(rows))


def slope(power: int, tau: Any) -> Any:
    """Return ∂ log r/∂α at α = 1 and 2t = τd."""
    import mpmath

    h = mpmath.mpf(10) ** -12
    above, below = (error(1 + s * h, 10**power, int(tau * 10**power / 2)) for s in (1, -1))
    return (mpmath.log(above) - mpmath.log(below)) / (2 * h)


def lost_half() -> Any:
    """Return the derivation with π²/12 for π²/24."""
    import sympy as sp

    from theory.statements.own_worst_exponent import worst

    return worst(sp.pi**2 / 12)


CHECKS = (
    derivation_check("own-worst-exponent", twin=lost_half, wrong="π²/12 in the place of π²/24"),
    Check(
        "own-worst-exponent",
        "towards 1",
        run=towards_one,
        twin=partial(towards_one, "501/1000"),
        wrong="exponent 0.501 of 1/log d",
    ),
    Check(
        "own-worst-exponent",
        "at 1",
        run=crossing,
        twin=partial(crossing, "1001/1000"),
        wrong="E_1 larger by a thousandth",
    ),
)
