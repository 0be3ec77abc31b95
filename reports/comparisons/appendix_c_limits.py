"""Appendix C: the limits of the integral (Lemma C.5) and of its error bound (C.6)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

from reports.comparisons.appendix_c_gradient_descent import beta_integral, greatest_value
from reports.comparisons.appendix_c_normalizer import MILLIONTH, certified, harmonic
from reports.comparisons.limits import DIGITS, LOGARITHMIC_POWERS, POWERS, decimal, gap_row, nearest
from reports.comparisons.section_3_gradient_descent import Claim, law
from reports.comparisons.symbolic import derivation_check
from reports.evidence import Case, Evidence, Row
from reports.verification import Check

if TYPE_CHECKING:
    from theory.balls import Ball
    from theory.derivation import Step


def larger(alpha: str, dim: int, steps: int) -> Any:
    """Return the rate of Theorem 3.1, larger by a millionth."""
    return law(alpha, dim, steps) * decimal(MILLIONTH)


def integral(alpha: str, dim: int, steps: int) -> Any:
    """I_d(t), as an incomplete Beta function."""
    return certified(partial(beta_integral, Fraction(alpha), dim, steps), "I_d(t)")


def integral_limit(regime: str, claim: Claim) -> Evidence:
    """C.5: the gap of I_d(t)/H(d, α) to its limit beside its leading terms [this project's]."""
    import mpmath

    rows = []
    for case, at, term in integral_cases(regime):
        alpha, dim, _ = at
        with mpmath.workdps(DIGITS + 10):
            rows.append(gap_row(case, integral(*at) / harmonic(alpha, dim), claim(*at), term))
    return Evidence("lem-c.5", regime, "limit", "enclosure", tuple(rows), ("alpha", "tau"))


def integral_cases(regime: str) -> Iterator[tuple[Case, tuple[str, int, int], Any]]:
    """Yield the case, (α, d, t), and the leading terms of the gap.

    α < 1: -((1-α)/α) (τ/2) E_{1/α-2}(τ) d^-α from the end x = d of the integral, where (1 - z/n)^n is
    e^-z (1 - z²/(2n)), and -(1-α) ζ(α) r(τ) d^(α-1) from H(d, α). α = 1: -γ (2 - τ)/H(d, 1), as the integral is
    log d - Σ_{j ≤ 2t} (1 - 1/d)^j/j = log(d/2t) - γ but for powers of d. α > 1: -(1 - r) d^(1-α)/((α-1) ζ(α)),
    from the tails of the integral and of H(d, α).
    """
    import mpmath

    alphas, scaled = {
        "α < 1": (("3/10", "1/2", "4/5"), ("1/2", "2")),
        "α = 1": (("1",), ("3/5", "3/4", "9/10")),
        "α > 1": (("6/5", "3/2", "2"), ("2", "20")),
    }[regime]
    for alpha, tau, power in itertools.product(
        alphas, scaled, LOGARITHMIC_POWERS if alphas == ("1",) else POWERS
    ):
        dim = 10**power
        with mpmath.workdps(power + DIGITS):
            a = decimal(alpha)
            scale = dim ** decimal(tau) if a == 1 else decimal(tau) * (dim**a if a < 1 else 1)
            steps = nearest(scale / 2)
        with mpmath.workdps(DIGITS + 10):
            limit = law(alpha, dim, steps)
            if a < 1:
                time = 2 * steps / mpmath.mpf(dim) ** a
                term = -(1 - a) / a * time / 2 * mpmath.expint(1 / a - 2, time) * mpmath.mpf(dim) ** -a
                term -= (1 - a) * mpmath.zeta(a) * limit * mpmath.mpf(dim) ** (a - 1)
            elif a == 1:
                term = -mpmath.euler * (1 + limit) / mpmath.harmonic(dim)
            else:
                term = -(1 - limit) * mpmath.mpf(dim) ** (1 - a) / ((a - 1) * mpmath.zeta(a))
        yield {"alpha": alpha, "tau": tau, "d": f"10^{power}"}, (alpha, dim, steps), term


def large_time(factor: str = "1") -> Evidence:
    """C.5: the rates for large τ over what they are equivalent to, less 1.

    Derived: -1/(ατ) below α = 1, as E_p(τ) = e^-τ (1/τ - p/τ² + …), and -(1 - 1/α)(2 - 1/α)/(2τ) above, by
    Stirling's formula. ``factor`` multiplies what is claimed.
    """
    import mpmath

    from theory import limit_laws as laws
    from theory.balls import ball
    from theory.evaluate import evaluate
    from theory.statements import appendix_c_limits as lemmas

    rows = []
    with mpmath.workdps(DIGITS + 10):
        for alpha, power in itertools.product(("3/10", "4/5", "6/5", "2"), range(2, 8)):
            a, time = decimal(alpha), 10**power
            rate, tail = lemmas.TAILS[int(a > 1)]
            values = {laws.alpha: Fraction(alpha), laws.tau: ball(time)}
            value = certified(partial(evaluate, rate / tail, values), "rate over its tail") / decimal(factor)
            term = -1 / (a * time) if a < 1 else -(1 - 1 / a) * (2 - 1 / a) / (2 * time)
            rows.append(gap_row({"alpha": alpha, "tau": f"10^{power}"}, value, mpmath.mpf(1), term))
    return Evidence("lem-c.5", "large τ", "limit", "enclosure", tuple(rows), ("alpha",))


def quadrature(excess: Fraction = Fraction(0)) -> Evidence:
    """C.5: the integral as an incomplete Beta function, after z = k^-α, beside a quadrature in k itself.

    ``excess`` is added to the α of the former. Truncation: the quadrature's own estimate, at 30 digits.
    """
    import mpmath

    rows = []
    for alpha, dim, steps in itertools.product(("1/2", "1", "2"), (10, 1000), (1, 20)):
        with mpmath.workdps(30):
            a, ends = decimal(alpha), [1, *(4**j for j in range(1, 5) if 4**j < dim), dim]
            value, error = mpmath.quad(lambda k, a=a, n=2 * steps: k**-a * (1 - k**-a) ** n, ends, error=True)
        budget = {"truncation": float(error), "rounding": 2.0**-52 * float(value)}
        case: Case = {"alpha": alpha, "d": dim, "t": steps}
        rows.append(
            Row(case, float(value), float(integral(str(Fraction(alpha) + excess), dim, steps)), budget)
        )
    return Evidence(
        "lem-c.5", "quadrature", "identity", "enclosure", tuple(rows), columns=("quadrature", "Beta")
    )


def negligible(regime: str, growth: str = "0") -> Evidence:
    """C.6: δ_d(t)/I_d(t), which tends to 0, beside its order [this project's].

    At α = 1 the log d^(1-τ) = log(d/2t) of that order is log(d/2t) - γ but for powers of d. Claimed is the order
    times (2t)^``growth``.
    """
    import mpmath

    from theory import limit_laws as laws
    from theory.balls import ball, power
    from theory.evaluate import evaluate
    from theory.statements import appendix_c_limits as lemmas

    def order(alpha: Fraction, dim: int, steps: int) -> Ball:
        twice, size = ball(2 * steps), ball(dim)
        time = twice.log() / size.log() if alpha == 1 else twice / (power(dim, alpha) if alpha < 1 else 1)
        return evaluate(lemmas.ORDERS[regime], {laws.alpha: alpha, laws.tau: time, laws.d: size})

    rows = []
    for case, alpha, dim, steps in negligible_cases(regime):
        at = Fraction(alpha), dim, steps
        with mpmath.workdps(DIGITS + 10):
            value = certified(partial(greatest_value, *at, factor=2), "δ_d(t)") / integral(alpha, dim, steps)
            claim = certified(partial(order, *at), "order") * mpmath.mpf(2 * steps) ** decimal(growth)
            if alpha == "1":
                logarithm = mpmath.log(mpmath.mpf(dim) / (2 * steps))
                claim *= logarithm / (logarithm - mpmath.euler)
            rows.append(gap_row(case, value, mpmath.mpf(0), claim))
    series = ("alpha",) if "2t" in case else ("alpha", "tau")
    return Evidence("lem-c.6", regime, "limit", "enclosure", tuple(rows), series)


def negligible_cases(regime: str) -> Iterator[tuple[Case, str, int, int]]:
    """Yield the case, α, d and t: growing d, for α > 1 growing t with a d beside which it is small."""
    import mpmath

    if regime == "α > 1":
        for alpha, power in itertools.product(("6/5", "2"), range(1, 7)):
            yield {"alpha": alpha, "d": "10^100", "2t": 2 * 10**power}, alpha, 10**100, 10**power
        return
    alphas, times = {
        "α < 1, τ < 1": (("3/10", "4/5"), ("1/4", "3/4")),
        "α < 1, τ ≥ 1": (("3/10", "4/5"), ("1", "3")),
        "α = 1": (("1",), ("1/2", "9/10")),
    }[regime]
    for alpha, tau, power in itertools.product(alphas, times, POWERS):
        with mpmath.workdps(power + DIGITS):
            a, dim = decimal(alpha), mpmath.mpf(10) ** power
            steps = nearest((dim ** decimal(tau) if a == 1 else decimal(tau) * dim**a) / 2)
        yield {"alpha": alpha, "tau": tau, "d": f"10^{power}"}, alpha, 10**power, steps


def wrong_variable() -> tuple[Step, ...]:
    """Lemma C.5 with an exponent larger by 1/1000."""
    from theory.limit_laws import alpha
    from theory.statements import appendix_c_limits as lemmas

    return lemmas.changes_of_variable(1 / alpha + Fraction(1, 1000))


def wrong_orders() -> tuple[Step, ...]:
    """Lemma C.6 with each order larger by a millionth."""
    from theory.statements import appendix_c_limits as lemmas

    return lemmas.orders(
        {regime: order * (1 + Fraction(1, 10**6)) for regime, order in lemmas.ORDERS.items()}
    )


CHECKS = (
    derivation_check("lem-c.5", twin=wrong_variable, wrong="exponent 1/α + 1/1000 in the new variable"),
    Check(
        "lem-c.5",
        "quadrature",
        run=quadrature,
        twin=partial(quadrature, Fraction(1, 10**6)),
        wrong="α larger by a millionth",
    ),
    Check(
        "lem-c.5",
        "α < 1",
        run=partial(integral_limit, "α < 1", law),
        twin=partial(integral_limit, "α < 1", lambda alpha, dim, steps: law(alpha, dim, 2 * steps)),
        wrong="time scaling t = τ d^α, a factor 2 lost",
    ),
    Check(
        "lem-c.5",
        "α = 1",
        run=partial(integral_limit, "α = 1", law),
        twin=partial(integral_limit, "α = 1", larger),
        wrong="limit larger by a millionth",
    ),
    Check(
        "lem-c.5",
        "α > 1",
        run=partial(integral_limit, "α > 1", law),
        twin=partial(integral_limit, "α > 1", larger),
        wrong="limit larger by a millionth",
    ),
    Check(
        "lem-c.5",
        "large τ",
        run=large_time,
        twin=partial(large_time, MILLIONTH),
        wrong="constant larger by a millionth",
    ),
    derivation_check("lem-c.6", twin=wrong_orders, wrong="orders larger by a millionth"),
    *(
        Check(
            "lem-c.6",
            regime,
            run=partial(negligible, regime),
            twin=partial(negligible, regime, "1/1000"),
            wrong="order larger by (2t)^(1/1000)",
        )
        for regime in ("α < 1, τ < 1", "α < 1, τ ≥ 1", "α = 1", "α > 1")
    ),
)
