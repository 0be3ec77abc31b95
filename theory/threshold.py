"""Where a decreasing error first reaches a target: certified on the integers, solved on the reals."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from theory.enclosure import PRECISION_LIMIT, Ball, PrecisionError, compare


def first_step(error: Callable[[int, int], Ball], target: Fraction, guess: int) -> int:
    """Return the smallest integer T ≥ 1 with error(T) ≤ target, proven on both sides.

    Parameters
    ----------
    error : callable
        ``error(steps, bits)`` encloses a strictly decreasing function to ``bits`` bits of relative accuracy;
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
    seen: dict[int, tuple[bool, float]] = {}

    def reached(steps: int) -> bool:
        if steps not in seen:
            bits = 64 + steps.bit_length()
            while (verdict := compare(error(steps, bits), target, bits))[0] is None:
                bits *= 2
                if bits > PRECISION_LIMIT // 8:
                    raise PrecisionError(f"at steps={steps} error and target agree to {bits // 2} bits")
            seen[steps] = bool(verdict[0]), max(verdict[1], -1e300)
        return seen[steps][0]

    low, high = 0, max(guess, 1)
    span = 1
    while not reached(high):  # gallop, from the guess and by growing factors
        low, high = high, high + max(1, (high * span) // 64)
        span *= 4
    span = 1
    while high > low + 1 and low == 0:
        probe = max(high - max(1, (high * span) // 64), 1)
        if probe == high:
            break
        if reached(probe):
            high = probe
        else:
            low = probe
        span *= 4
    turn = 0
    while high - low > 1:
        middle = (low + high) // 2
        if turn % 3 != 2 and low in seen:  # two secants, then a bisection that guarantees progress
            above, below = seen[low][1], seen[high][1]
            share = above / (above - below) if above > below else 0.5
            offset = int(share * 2**53) * (high - low) >> 53
            # Aim a little to each side in turn, so that both ends close in.
            nudge = max(1, (high - low) >> 20)
            offset += nudge if turn % 3 == 0 else -nudge
            middle = min(max(low + offset, low + 1), high - 1)
        if reached(middle):
            high = middle
        else:
            low = middle
        turn += 1
    return high


def solve(error: Callable[[Any], Any], target: Any, low: Any, high: Any) -> Any:
    """Return the real t with error(t) = target for a decreasing function of log t, in mpmath arithmetic.

    ``low`` and ``high`` are first guesses; the bracket is widened until it holds the solution.
    """
    import mpmath

    def gap(u: Any) -> Any:
        value = error(mpmath.exp(u))
        return mpmath.log(value / target) if value > 0 else -mpmath.inf

    left, right = mpmath.log(low), mpmath.log(high)
    while gap(left) < 0:
        left -= 2
    while gap(right) > 0:
        right += 2
    # The tolerance bounds the last step in log t, hence the relative error of t.
    root = mpmath.findroot(gap, (left, right), solver="anderson", tol=100 * mpmath.eps, verify=False)
    return mpmath.exp(root)
