"""Where a decreasing function first reaches a bound: certified on the integers, solved on the reals."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from theory.balls import (
    PRECISION_LIMIT,
    Ball,
    PrecisionError,
    Undecided,
    ball,
    compare,
    working_precision,
)
from theory.validation import short


def first_integer(decide: Callable[[int], tuple[bool, float]], guess: int, *, above: int = 0) -> int:
    """Return the smallest n > above with decide(n) true, where false turns into true once.

    Parameters are those of :func:`bracket`.
    """
    return bracket(decide, guess, above=above)[1]


def bracket(
    decide: Callable[[int], tuple[bool, float]], guess: int, *, above: int = 0, bits: int | None = None
) -> tuple[int, int]:
    """Return (low, high), decide(low) false and decide(high) true, next to each other or within 2^-bits.

    Parameters
    ----------
    decide : callable
        ``decide(n)`` is the decision and a float that falls with n and is 0 where it turns: the logarithm of a
        quotient, say. Only the decision is trusted; the float chooses where to look next.
    guess : int
        Where to start; any guess is right.
    above : int
        A number for which the decision is false, or the one before the first allowed.
    bits : int, optional
        Stop as soon as (high - low)/high is at most 2^-bits.
    """
    low, high = above, max(guess, above + 1)
    at_low = math.inf
    shift = 1
    while not (verdict := decide(high))[0]:
        low, at_low = high, verdict[1]
        high <<= shift
        shift *= 2
    at_high = verdict[1]
    turn = 0
    while high - low > max(1, high >> bits if bits is not None else 0):
        wide = high > 2 * max(low, 1)
        middle = math.isqrt(max(low, 1) * high) if wide else (low + high) // 2
        if turn % 3 != 2 and math.isfinite(at_low) and math.isfinite(at_high) and at_low > at_high:
            # Two secants, a little to each side so that both ends close in, then a bisection.
            share = at_low / (at_low - at_high)
            if wide:
                middle = _between(low, high, share)
            else:
                # The secant errs by the square of the relative width, and by the rounding of the share.
                nudge = max(1, (high - low) >> min(max(20, (high // (high - low)).bit_length()), 45))
                middle = (
                    low + (int(share * 2**53) * (high - low) >> 53) + (nudge if turn % 3 == 0 else -nudge)
                )
        middle = min(max(middle, low + 1), high - 1)
        reached, distance = decide(middle)
        if reached:
            high, at_high = middle, distance
        else:
            low, at_low = middle, distance
        turn += 1
    return low, high


def _between(low: int, high: int, share: float) -> int:
    """Return an integer near low^(1-share) high^share, for low ≥ 1 of any size."""
    bits = (1 - share) * math.log2(low) + share * math.log2(high)
    shift = max(0, int(bits) - 60)
    return int(2.0 ** (bits - shift)) << shift


def first_step(error: Callable[[int, int], Ball], target: Fraction, guess: int) -> int:
    """Return the smallest integer T ≥ 1 with error(T) ≤ target, proven on both sides.

    Parameters
    ----------
    error : callable
        ``error(steps, bits)`` encloses a function that nowhere rises to ``bits`` bits of relative accuracy;
        error(0) must exceed the target.
    target : Fraction
        The error to reach.
    guess : int
        Where to start; any guess gives the same answer.

    Raises
    ------
    PrecisionError
        If error and target agree to so many bits that the comparison cannot be decided.
    """
    return first_integer(lambda steps: reaches(error, target, steps), guess)


def reaches(
    error: Callable[[int, int], Ball], target: Fraction, steps: int, *, what: str | None = None
) -> tuple[bool, float]:
    """Decide error(T) ≤ target for T = ``steps``, and return log(error / target); like :func:`first_step`."""
    bits = 64
    while bits <= PRECISION_LIMIT // 8:
        with working_precision(bits + 32):
            try:
                return compare(error(steps, bits), ball(target))
            except Undecided:
                bits *= 2
    what = what or f"the error at steps={short(steps)}"
    raise PrecisionError(
        f"epsilon agrees with {what} to {bits // 2} bits, so that it cannot be decided which is larger; "
        "pass an epsilon a little larger or smaller"
    )


def zero(function: Callable[[Ball], Ball], at_zero: Ball, guess: Ball, width: Ball, tolerance: Ball) -> Ball:
    """Return an exact point of (0, 1] about which an increasing function turns positive.

    Nothing is claimed: the caller checks the signs around it. ``at_zero`` is about the value at 0, negative; a value
    may be infinite where no more than its sign is known. The search ends where the value is within ``tolerance`` of
    zero, or known to be so within ``width``.
    """
    low, high = ball(0), guess.min(ball(1)).mid()
    points, stride = [(low, at_zero)], 4
    while (at_high := function(high)) < 0 and high < 1:
        points.append((high, at_high))
        low, high, stride = high, (stride * high).min(ball(1)).mid(), stride * stride
    points.append((high, at_high))
    if high == 1 and function(high - width) < 0:
        return high
    bisect = False
    while high - low > width:
        middle = ((low * high).sqrt() if high > 4 * low > 0 else (low + high) / 2).mid()
        nearest = sorted(((x, y) for x, y in points if y.is_finite()), key=_distance)[:2]
        if len(nearest) == 2 and not bisect:  # the secant through the two values nearest zero
            (x, at_x), (y, at_y) = nearest
            secant = (y - at_y * (y - x) / (at_y - at_x)).mid()
            middle = secant if low < secant < high else middle
        at_middle = function(middle)
        if not abs(at_middle) > tolerance:
            return middle
        points.append((middle, at_middle))
        before = high - low
        low, high = (middle, high) if at_middle < 0 else (low, middle)
        bisect = not bisect and bool(2 * (high - low) > before)
    return high


def _distance(point: tuple[Ball, Ball]) -> Ball:
    """Return the distance of a point's value from zero, as an exact ball: the order of numbers of any size."""
    return abs(point[1].mid())


def solve(error: Callable[[Any], Any], target: Any, low: Any, high: Any) -> Any:
    """Return the real t with error(t) = target for a decreasing function of log t, in mpmath arithmetic.

    ``low`` and ``high`` are first guesses; the bracket is widened until it holds the solution. Inside, inverse
    quadratic interpolation where the last three values call for it, else bisection (T. R. Chandrupatla, Advances in
    Engineering Software 28, 1997).
    """
    import mpmath

    def gap(u: Any) -> Any:
        value = error(mpmath.exp(u))
        return mpmath.log(value / target) if value > 0 else -mpmath.inf

    last, other = mpmath.log(low), mpmath.log(high)
    stride = 2
    if (at_last := gap(last)) > 0:
        while (at_other := gap(other)) > 0:
            last, at_last, other, stride = other, at_other, other + stride, 2 * stride
    while at_last <= 0:
        other, at_other, last, stride = last, at_last, last - stride, 2 * stride
        at_last = gap(last)
    share = at_last / (at_last - at_other)  # the secant
    while abs(other - last) > 4 * mpmath.eps * max(1, abs(last)):
        middle = last + share * (other - last)
        at_middle = gap(middle)
        if abs(at_middle) <= 4 * mpmath.eps:
            return mpmath.exp(middle)
        before, at_before = last, at_last
        if (at_middle > 0) != (at_last > 0):
            before, at_before, other, at_other = other, at_other, last, at_last
        last, at_last = middle, at_middle
        place = (last - other) / (before - other)
        level = (at_last - at_other) / (at_before - at_other)
        share = mpmath.mpf(1) / 2
        if level**2 < place and (1 - level) ** 2 < 1 - place:
            share = at_last / (at_other - at_last) * at_before / (at_other - at_before)
            share += (
                (before - last)
                / (other - last)
                * (at_last / (at_before - at_last))
                * (at_other / (at_before - at_other))
            )
    return mpmath.exp(last)
