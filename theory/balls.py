"""Numbers that carry their own error: balls, and precision raised until a ball is small enough.

Only this module and :mod:`theory.decay_sum` know python-flint. A ball ``b`` is an ``arb``: a midpoint and a
radius such that the number meant lies within; every operation on balls keeps that promise. Three habits guard
it here: rationals enter through ``fmpq`` (``arb ** Fraction`` would go through a float), comparisons ask for
certainty (``a < b`` is False when the balls overlap, and so is ``a >= b``), and floats leave through
:func:`to_float`, which refuses a ball that does not determine the float.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import AbstractContextManager
from fractions import Fraction
from typing import Any, TypeAlias

from flint import arb, ctx, fmpq, fmpz

Ball: TypeAlias = Any
"""A real number with a rigorous error radius (python-flint's ``arb``, which has no type stubs)."""

PRECISION_LIMIT = 2**17
"""Working precision, in bits, beyond which a query is given up."""

FLOAT_BITS = 64
"""Relative accuracy asked of a ball that is to become a float: 53 bits and a margin against double rounding."""


TIE_BITS = 512
"""Working precision at which two numbers that balls cannot tell apart are taken to be equal."""


class Undecided(ArithmeticError):  # noqa: N818 (a request for more precision, not a failure)
    """Raised within a computation on balls that needs more precision; :func:`resolve` then provides it.

    Parameters
    ----------
    missing : int
        How many bits more are needed; the working precision doubles where that is not known.
    """

    def __init__(self, missing: int = 0) -> None:
        super().__init__(missing)
        self.missing = missing


class PrecisionError(ArithmeticError):
    """A ball could not be made small enough within :data:`PRECISION_LIMIT` bits."""


def ball(value: Fraction | int) -> Ball:
    """Return the ball of a rational number at the working precision."""
    if isinstance(value, int):
        return arb(fmpz(value))
    return arb(fmpq(value.numerator, value.denominator))


def power(base: Ball | int, exponent: Fraction) -> Ball:
    """Return ``base ** exponent`` for a positive base and a rational exponent."""
    base = ball(base) if isinstance(base, int) else base
    return base ** fmpq(exponent.numerator, exponent.denominator)


def power_sum(dim: int, exponent: Fraction) -> Ball:
    r"""Enclose :math:`H(d, s) = \sum_{k=1}^{d} k^{-s}` for every integer d ≥ 0 and real s, at a cost free of d.

    Up to 32 terms are added; beyond, :math:`\zeta(s) - \zeta(s, d + 1)`, and at s = 1 the digamma function. The
    difference of zetas loses :math:`\log_2 1/|s - 1|` bits, which :func:`resolve` wins back.
    """
    if dim <= 32:
        return sum((power(k, -exponent) for k in range(1, dim + 1)), arb(0))
    if exponent == 1:
        return ball(dim + 1).digamma() + arb.const_euler()
    s = ball(exponent)
    if 5 * (exponent - 1) > ctx.prec + 16:  # the terms beyond k = 32 are below the working precision
        return power_sum(32, exponent) + between_zero_and(power(32, 1 - exponent) / (s - 1))
    return s.zeta() - s.zeta(ball(dim + 1))


def euler_gamma() -> Ball:
    """Enclose Euler's constant."""
    return arb.const_euler()


def between_zero_and(bound: Ball) -> Ball:
    """Return a ball that holds all numbers from 0 to ``bound``."""
    half = bound.upper() / 2
    return arb(half, half)


def resolve(function: Callable[[], Ball], bits: int, *, what: str) -> Ball:
    """Evaluate ``function`` at rising precision until its relative accuracy is at least ``bits``.

    The working precision of the caller is left as it was found. Exact zero counts as accurate.

    Raises
    ------
    PrecisionError
        If :data:`PRECISION_LIMIT` bits do not suffice; ``what`` names the number in the message.
    """
    precision, limit = bits + 16, max(PRECISION_LIMIT, 2 * bits)
    while precision <= limit:
        with ctx.workprec(precision):
            try:
                value = function()
            except Undecided as more:
                missing = more.missing or precision
            else:
                if value.is_zero():
                    return value
                usable = value.is_finite() and not value.contains(0)
                missing = bits - value.rel_accuracy_bits() if usable else precision
        if missing <= 0:
            return value
        precision += max(missing + 16, precision // 4)
    raise PrecisionError(
        f"{what} could not be enclosed to {bits} bits: that takes more than the limit of {limit} bits of precision"
    )


def working_precision(bits: int) -> AbstractContextManager[Any]:
    """Return a context in which balls are computed with ``bits`` bits, and which restores the caller's."""
    return ctx.workprec(bits)


def compare(value: Ball, bound: Ball, size: int = 0) -> tuple[bool, float]:
    """Decide ``value <= bound``, both positive or zero, and return log(value / bound) as a float for guidance.

    Balls that overlap are :class:`Undecided`, unless ``size`` is given and the working precision leaves
    :data:`TIE_BITS` bits behind numbers of that size: then they are taken to be equal.
    """
    distance = float((value / bound).log().mid()) if not value.is_zero() else -math.inf
    if value <= bound:
        return True, distance
    if value > bound:
        return False, distance
    if size and ties_hold(size):
        return True, 0.0
    raise Undecided


def ties_hold(size: int) -> bool:
    """Say whether the working precision leaves :data:`TIE_BITS` bits behind numbers of this size."""
    return bool(ctx.prec >= TIE_BITS + size.bit_length())


def float_of(function: Callable[[], Ball], *, what: str) -> float:
    """Return what a function of the working precision encloses, as a float; errors are those of its two parts."""
    return to_float(resolve(function, FLOAT_BITS, what=what), what=what)


def to_float(value: Ball, *, what: str) -> float:
    """Round a ball to the nearest float, refusing one that leaves the float range.

    Raises
    ------
    OverflowError
        If the value is beyond the normal floats; the message names ``digits=`` as the remedy.
    PrecisionError
        If the ball is too wide to determine the float to within one unit in the last place.
    """
    if value.is_zero():
        return 0.0
    with ctx.workprec(2 * FLOAT_BITS):  # the ends are rounded to the working precision
        low, middle, high = (_nearest_float(end) for end in (value.lower(), value.mid(), value.upper()))
    if not math.isfinite(middle) or abs(middle) < 2.0**-1022:
        raise OverflowError(f"{what} {_size(value)} leaves the range of floats; pass digits=15")
    if high != low and math.nextafter(low, high) != high:
        raise PrecisionError(f"{what} is only known to lie in [{low!r}, {high!r}]")
    return middle


def _size(value: Ball) -> str:
    """Return ``= 1.2e-345``, or the power of ten where the exponent itself is long."""
    mantissa, exponent = value.mid().man_exp()
    size = (int(abs(mantissa)).bit_length() + int(exponent)) * 30103 // 100000
    if abs(size) < 10**6:
        return f"= {value.str(6, radius=False)}"
    return f"is about 10^{'-' if size < 0 else ''}(10^{len(str(abs(size))) - 1})"


def _nearest_float(value: Ball) -> float:
    """Round an exact ball to the nearest float; infinite or zero where that is out of range."""
    mantissa, exponent = (int(part) for part in value.man_exp())
    size = mantissa.bit_length() + exponent
    if size > 1024:
        return math.inf
    if size < -1080:
        return 0.0
    return float(Fraction(mantissa) * Fraction(2) ** exponent)


def to_mpf(value: Ball, digits: int) -> Any:
    """Round a ball to an ``mpmath.mpf`` of ``digits`` significant digits."""
    import mpmath

    mantissa, exponent = value.mid().man_exp()
    with mpmath.workdps(digits):
        return +mpmath.ldexp(mpmath.mpf(int(mantissa)), int(exponent))


def ball_of_mpf(value: Any) -> Ball:
    """Return the exact ball of an ``mpmath.mpf``."""
    sign, mantissa, exponent, _ = value._mpf_
    return arb((-int(mantissa) if sign else int(mantissa), int(exponent)))


def ball_of_float(value: float) -> Ball:
    """Return the exact ball of a float."""
    return arb(value)


def bits_of(digits: int) -> int:
    """Return the relative accuracy in bits that proves ``digits`` decimal digits, with a margin of three."""
    return math.ceil((digits + 3) * math.log2(10))


def floor_of(value: Ball) -> int | None:
    """Return the floor of a ball, or None when the ball does not determine it."""
    unique = value.floor().unique_fmpz()
    return None if unique is None else int(unique)


def root(value: int, order: int) -> int | None:
    """Return n with n^order = value ≥ 1, or None if no integer has it."""
    if order >= value.bit_length():
        return 1 if value == 1 else None
    n = int(fmpz(value).root(order))
    return n if n**order == value else None


def between(low: Ball, high: Ball) -> Ball:
    """Return a ball that holds both balls and all numbers between them."""
    return low.union(high)


def ends(value: Ball) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return lower and upper end as mantissa and binary exponent, rounded outwards."""
    # A midpoint as short as ½ has fewer bits than the ends.
    accuracy = 0 if value.is_exact() else value.rel_accuracy_bits()
    with ctx.workprec(max(value.mid().bits(), accuracy) + 64):
        lower, upper = value.lower().man_exp(), value.upper().man_exp()
    return (int(lower[0]), int(lower[1])), (int(upper[0]), int(upper[1]))


def precision() -> int:
    """Return the working precision in bits."""
    return int(ctx.prec)
