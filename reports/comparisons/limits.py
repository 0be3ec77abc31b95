"""What the comparisons of limits share: the dimensions they run through, and the row of one of them.

A limit is tested on its gap, value minus limit, against the derived leading term of that gap: see
:func:`reports.judge`. Both are evaluated with so many digits that the gap keeps those of a float, and the
rescaled time is that of the integer number of steps.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

from reports.evidence import Case, Row

#: Significant digits of the certified values; gaps down to 1e-24 of the value keep a float's digits.
DIGITS = 40

#: Exponents k of d = 10^k where the gap falls like a power of d.
POWERS = (3, 6, 9, 12, 15, 18)

#: Exponents k of d = 10^k where the gap falls like 1/log d.
LOGARITHMIC_POWERS = (3, 10, 30, 100, 300, 1000)


def gap_row(
    case: Case, value: Any, limit: Any, term: Any, truncation: float = 0.0, *, digits: int = DIGITS
) -> Row:
    """Compare the gap between a value and its limit with the derived leading term of the gap.

    ``value`` and ``limit`` are ``mpmath.mpf`` of so many digits, ``term`` is one of any size and sign. The rounding
    budget is that of value, limit, gap and term; ``truncation`` stands beside it.
    """
    import mpmath

    with mpmath.workdps(digits + 10):
        gap = mpmath.mpf(value) - limit
        rounding = (abs(value) + abs(limit)) * mpmath.mpf(10) ** -digits + (abs(gap) + abs(term)) * 2.0**-52
        budget = {"truncation": truncation, "rounding": float(rounding)}
        return Row(case=case, predicted=float(term), observed=float(gap), budget=budget)


def correction(optimizer: str, alpha: str, dim: int, steps: int) -> Any:
    """Return the first corrections to Theorem 3.1 or 4.5 [this project's] from their formulas, as an mpf.

    sympy evaluates them, not the ball arithmetic that the values come from.
    """
    import mpmath
    import sympy as sp

    import theory
    from theory import limit_laws as symbols

    law = theory.law(optimizer, alpha=alpha)
    size = sp.Float(dim, DIGITS)  # of an integer sympy would add up the harmonic number
    point = {symbols.alpha: sp.Rational(alpha), symbols.d: size, symbols.t: steps, symbols.c: 1}
    point[symbols.tau] = sp.N(law.scaled_time.subs(point), DIGITS)
    point[symbols.r] = sp.N(law.rate.subs(point), DIGITS)
    point[symbols.phi] = sp.N(law.step_size.subs(point), DIGITS)
    return mpmath.mpmathify(sp.N(law.correction.subs(point), DIGITS))


def steps_rows(
    optimizer: str, alpha: str, log_factor: Callable[[Any], Any], shift: Fraction
) -> tuple[Row, ...]:
    """Compare certified steps to ε with the law's, on the scale of log_d, where the law is logarithmic.

    The gap log_d of their quotient tends to 0 like ``log_factor(ε)`` / log d; that steps are integers changes it
    by at most 1/(t log d), the truncation. ``shift`` is added to the ε of the law.
    """
    import mpmath

    import theory

    rows = []
    with mpmath.workdps(DIGITS + 10):
        for epsilon in ("1/2", "1/4"):
            for power in (3, 10, 20, 40):
                ask = partial(theory.iterations, optimizer, alpha=alpha, dim=10**power)
                steps = ask(epsilon=epsilon)
                law = ask(epsilon=Fraction(epsilon) + shift, method="asymptotic", digits=DIGITS)
                log_dim = mpmath.log(10**power)
                term = log_factor(decimal(epsilon)) / log_dim
                case: Case = {"alpha": alpha, "epsilon": epsilon, "d": f"10^{power}"}
                value, limit = mpmath.log(steps) / log_dim, mpmath.log(law) / log_dim
                rows.append(gap_row(case, value, limit, term, float(1 / (steps * log_dim))))
    return tuple(rows)


def decimal(number: str) -> Any:
    """Return a number given as ``"1/2"`` or ``"2"`` as an ``mpmath.mpf`` of the working precision."""
    import mpmath

    numerator, _, denominator = number.partition("/")
    return mpmath.mpf(numerator) / int(denominator or 1)


def nearest(value: Any) -> int:
    """Return the integer nearest to an ``mpmath.mpf``, at least 1, at any size."""
    import mpmath

    return max(int(mpmath.nint(value)), 1)
