"""Section 1: how the steps to a relative error grow with the vocabulary (informal theorem)."""

from __future__ import annotations

import bisect
from collections.abc import Callable
from fractions import Fraction
from functools import cache, partial
from typing import Any

from reports.comparisons.limits import DIGITS, decimal, gap_row
from reports.evidence import Case, Evidence
from reports.verification import Check

POWERS = (3, 10, 20, 40)


@cache
def steps(optimizer: str, alpha: str, epsilon: str, power: int) -> int:
    """Return the least number of steps to ε at d = 10^power, certified."""
    import theory

    count: int = theory.iterations(optimizer, alpha=alpha, dim=10**power, epsilon=epsilon)
    return count


def claimed_exponent(optimizer: str, alpha: str, epsilon: str) -> Fraction:
    """Read the exponent of d off the statement's formula."""
    import sympy as sp

    from theory import limit_laws as symbols
    from theory.statements.section_1_overview import GROWTH

    at = {symbols.alpha: sp.Rational(alpha), symbols.epsilon: sp.Rational(epsilon)}
    # times d, because 1 has no base d
    _, exponent = (GROWTH[optimizer].subs(at) * symbols.d).as_base_exp()
    return Fraction(int(exponent.p), int(exponent.q)) - 1


def growth(
    optimizer: str,
    regime: str,
    cases: tuple[tuple[str, str], ...],
    constant: Callable[[Any, Any], Any],
    shift: Fraction = Fraction(0),
) -> Evidence:
    """Compare log_d of certified steps with the exponent claimed; the gap tends to 0 like log_d of ``constant``.

    ``constant`` is the limit C(α, ε) of T d^-exponent, ``shift`` is added to the exponent. That steps are
    integers changes log_d T by at most 1/(T log d), the truncation; where T does not grow C is an integer too.
    """
    import mpmath

    rows = []
    with mpmath.workdps(DIGITS + 10):
        for alpha, epsilon in cases:
            exponent = claimed_exponent(optimizer, alpha, epsilon)
            limit = mpmath.mpf((exponent + shift).numerator) / (exponent + shift).denominator
            log_constant = mpmath.log(constant(decimal(alpha), decimal(epsilon)))
            for power in POWERS:
                count = steps(optimizer, alpha, epsilon, power)
                log_dim = power * mpmath.log(10)
                truncation = float(1 / (count * log_dim)) if exponent else 0.0
                shown = count if count < 10**9 else f"{count:.3e}"
                case: Case = {"alpha": alpha, "epsilon": epsilon, "d": f"10^{power}", "steps": shown}
                rows.append(
                    gap_row(case, mpmath.log(count) / log_dim, limit, log_constant / log_dim, truncation)
                )
    name = f"steps of {optimizer}, {regime}"
    return Evidence("thm-informal", name, "limit", "enclosure", tuple(rows), ("alpha", "epsilon"))


def gd_below(alpha: Any, epsilon: Any) -> Any:
    """τ/2 where the limit ((1-α)/α) E_{1/α}(τ) of Theorem 3.1 is ε."""
    import mpmath

    return mpmath.findroot(lambda tau: (1 - alpha) / alpha * mpmath.expint(1 / alpha, tau) - epsilon, 1) / 2


def gd_at(alpha: Any, epsilon: Any) -> Any:
    """½ e^(-γ(1+ε)) [this project's]."""
    import mpmath

    return mpmath.exp(-mpmath.euler * (1 + epsilon)) / 2


def gd_above(alpha: Any, epsilon: Any) -> int:
    """Return the least t with Σ k^-α (1 - k^-α)^(2t) <= ε ζ(α), the sum over all k.

    Expanded by the binomial theorem it is Σ_j (-1)^j (2t choose j) ζ((j+1)α), with terms up to 2^(2t).
    """
    import mpmath

    def error(t: int) -> Any:
        with mpmath.workdps(DIGITS + t):
            terms = (
                (-1) ** j * mpmath.binomial(2 * t, j) * mpmath.zeta((j + 1) * alpha) for j in range(2 * t + 1)
            )
            return mpmath.fsum(terms) / mpmath.zeta(alpha)

    return first(lambda t: error(t) <= epsilon)


def sd_below(alpha: Any, epsilon: Any) -> int:
    """Return the least T at which the limit of Theorem 4.5 is at most ε."""

    def limit(steps: int) -> Any:
        tau = 2 * steps
        x = 1 / max(1 - 1 / (2 * alpha) + alpha / (1 - alpha) * tau**2, 1)
        floor = (1 - 2 * alpha) / tau**2 * (x ** (-2 * alpha) - x ** (1 - 2 * alpha))
        return 2 * alpha**2 / (1 - alpha) * x ** (1 - 2 * alpha) + floor

    return first(lambda steps: limit(steps) <= epsilon)


def sd_at(alpha: Any, epsilon: Any) -> Any:
    """½ e^((γ(1-ε)-2)/2) [this project's]."""
    import mpmath

    return mpmath.exp((mpmath.euler * (1 - epsilon) - 2) / 2) / 2


def sd_above(alpha: Any, epsilon: Any) -> Any:
    """τ/2 where the limit of the best step size, Σ_{k≤m} (k^-α - u)² + u²/τ² over ζ(2α), is ε [this project's].

    Its m is the first one at which the best u, H(m, α)/(m + 1/τ²), is at least (m + 1)^-α; for m = 1, where
    ε <= (1 - 2^-α)/ζ(2α), it is the limit 1/(ζ(2α)(1 + τ²)) of Theorem 4.5.
    """
    import mpmath

    def error(tau: Any) -> Any:
        m, u, first, second = 0, mpmath.mpf(0), mpmath.mpf(0), mpmath.mpf(0)
        while u < mpmath.mpf(m + 1) ** -alpha:
            m += 1
            first, second = first + mpmath.mpf(m) ** -alpha, second + mpmath.mpf(m) ** (-2 * alpha)
            u = first / (m + tau**-2)
        return (second - u * first) / mpmath.zeta(2 * alpha)

    return mpmath.findroot(lambda tau: error(tau) - epsilon, (0.1, 10), solver="illinois") / 2


def first(reached: Callable[[int], bool]) -> int:
    """Return the least t >= 1 at which a condition holds that then holds for ever."""
    high = 1
    while not reached(high):
        high *= 2
    return bisect.bisect_left(range(high + 1), True, lo=high // 2, key=reached)


#: Optimizer, regime, pairs of α and ε, and the constant C.
REGIMES = (
    ("gd", "α < 1", (("1/2", "1/4"), ("4/5", "1/10")), gd_below),
    ("gd", "α = 1", (("1", "1/4"), ("1", "1/10")), gd_at),
    ("gd", "α > 1", (("3/2", "1/4"), ("2", "1/10")), gd_above),
    ("sd", "α < 1/2", (("1/4", "1/10"), ("2/5", "1/10")), sd_below),
    ("sd", "α = 1/2", (("1/2", "1/4"), ("1/2", "1/10")), sd_at),
    ("sd", "α > 1/2", (("3/4", "1/10"), ("1", "1/4"), ("1", "3/4")), sd_above),
)

CHECKS = tuple(
    Check(
        "thm-informal",
        f"steps of {optimizer}, {regime}",
        run=partial(growth, optimizer, regime, cases, constant),
        twin=partial(growth, optimizer, regime, cases, constant, Fraction(1, 1000)),
        wrong="exponent of d larger by 1/1000",
    )
    for optimizer, regime, cases, constant in REGIMES
)
