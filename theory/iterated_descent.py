r"""Sign descent on a power law as it really iterates from W = 0 [this project's, from Prop. A.3 of arXiv 2505.19227].

In units of the step, h = u/T of π₁, a coordinate starts at q = k^-α/h. After T steps it is at q - T if q ≥ T, and
else at its distance g(q) from the nearest integer of the parity of T; but where q < T is an integer it hit its
target, and stays: an *exact hit*.

**The sum in few terms.** Between one integer of T's parity, b - 1, and the next, b + 1, the squared distance changes
by 4(q - b). So it is q² (T even) or (q - 1)² (T odd) for the smallest coordinates, and -4(q - b) is added to it for
each integer b < min(q, T) of the other parity. With K_b the number of k ≤ d with k^-α ≥ bh, and any M,

.. math:: \sum_{k=M+1}^{d} g(q_k)^2 h^2 = \sum_{k=M+1}^{d} (k^{-\alpha} - e h)^2
   - 4h \sum_b \left[H(K_b, \alpha) - H(M, \alpha) - b h (K_b - M)\right],

e = T mod 2, over the b with K_b > M. There are at most T/2 and T M^-α/(2u) of these, and M coordinates are left to be
looked at one by one: with u about 1 and M about T^(1/(1+α)) so many terms are enough for any d. An exact hit at one of
these b takes h² away. Whether k^-α = bh is decided in integers where h is rational.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from theory.balls import FLOAT_BITS, Ball, Undecided, ball, ends, floor_of, power, power_sum, resolve
from theory.power_law import PowerLaw
from theory.sign_descent import is_tie, remaining
from theory.threshold import first_step, reaches
from theory.validation import short

MOST_TERMS = 2**18
"""How many terms a sum may have; each takes up to 60 µs."""

DEAR = 16
"""How many coordinates can be looked at in the time of one term with a power sum."""


def error(law: PowerLaw, steps: int, u: Ball | Fraction, parity: str) -> Ball:
    """Enclose the relative error after T ≥ 1 steps of size u π₁/T, or for "mean" its mean with T + 1 such steps."""
    value = exact(law, steps, u)
    return (value + exact(law, steps + 1, u + u / steps)) / 2 if parity == "mean" else value


def exact(law: PowerLaw, steps: int, u: Ball | Fraction) -> Ball:
    """Enclose the relative error after T ≥ 1 steps of size u π₁/T; exact hits count where u is a Fraction.

    Raises
    ------
    ValueError
        If the sum has more than :data:`MOST_TERMS` terms.
    """
    h, first = u / steps, _head(law, steps, u)
    step = _ball(h)
    total = _beyond(law, steps, h, first) if first < law.dim else ball(0)
    for k in range(1, first + 1):
        total += (step * _distance(k, law, steps, h)) ** 2
    return total / law.harmonic(2)


def first_steps(
    law: PowerLaw, target: Fraction, u_after: Callable[[int], Ball | Fraction], parity: str
) -> int:
    """Return the smallest T of a parity ("even", "odd" or "mean") with an error of at most ``target``.

    ``u_after`` gives u = Tη/π₁ after T steps of one size. From T to T + 2 of these the error never rises: a
    coordinate T + 2 or more steps from its target comes two nearer, one between T and T + 2 ends at the nearer of the
    two, the others stay. Nor does then the mean over T and T + 1.
    """
    stride, shift = 1 if parity == "mean" else 2, int(parity == "odd")

    def at(n: int, bits: int) -> Ball:
        steps = stride * n - shift
        what = f"the error at steps={short(steps)}"
        return resolve(lambda: error(law, steps, u_after(steps), parity), bits, what=what)

    _, (mantissa, exponent) = ends(resolve(lambda: 1 / _ball(u_after(1)), FLOAT_BITS, what="π₁/η"))
    last = math.ceil(Fraction(mantissa) * Fraction(2) ** exponent) + 1
    if not reaches(at, target, last)[0]:
        settled = at(last, FLOAT_BITS)
        raise ValueError(
            f"epsilon={float(target)} cannot be reached at this step_size: the error stays at "
            f"{settled.str(6, radius=False)}; pass a larger epsilon or a smaller step_size"
        )
    return stride * first_step(at, target, 1) - shift


def _beyond(law: PowerLaw, steps: int, h: Ball | Fraction, first: int) -> Ball:
    """Enclose what the coordinates k > M = ``first`` add to the sum of squares."""
    alpha, odd, step, rest = law.alpha, steps % 2, _ball(h), law.dim - first
    skipped = power_sum(first, alpha)
    total = law.harmonic(2) - power_sum(first, 2 * alpha)
    if odd:
        total -= step * (2 * (law.harmonic() - skipped) - rest * step)
    corners, hits = ball(0), 0
    for b in range(1 + odd, steps, 2):
        count = remaining(law, b * h)
        if count <= first:
            break
        corners += power_sum(count, alpha) - skipped - b * (count - first) * step
        hits += isinstance(h, Fraction) and is_tie(count, alpha, b * h)
    return total - step * (4 * corners + hits * step)


def _head(law: PowerLaw, steps: int, u: Ball | Fraction) -> int:
    """Return an M ≤ d for which the sum takes about the least time: 0, d, or between them."""
    alpha, most = float(law.alpha), math.log(MOST_TERMS) + 1
    log_ratio = math.log(steps) - _log(u)
    balanced = (math.log(DEAR * alpha / 2) + log_ratio) / (1 + alpha)

    def corners(first: int) -> float:
        if first == law.dim:
            return 0
        log_corners = math.log(steps)
        if first:
            log_corners = min(log_corners, log_ratio - alpha * math.log(first))
        return math.exp(min(log_corners, most)) / 2

    choices = {0, min(law.dim, int(math.exp(min(balanced, most))))}
    first = min(choices, key=lambda first: first + DEAR * corners(first))
    if first + corners(first) > MOST_TERMS:
        raise ValueError(
            f"steps={short(steps)} takes a sum of more than {MOST_TERMS} terms; "
            "pass fewer steps, a smaller dim or method='asymptotic'"
        )
    return first


def _distance(k: int, law: PowerLaw, steps: int, h: Ball | Fraction) -> Ball:
    """Enclose where the coordinate k is after T steps, in units of the step size."""
    weight = power(k, -law.alpha)
    quotient = weight / _ball(h)
    whole = floor_of(quotient)
    if whole is None:
        whole = floor_of(quotient + ball(Fraction(1, 2)))
        if not isinstance(h, Fraction) or whole is None or not is_tie(k, law.alpha, whole * h):
            raise Undecided
        return ball(max(0, whole - steps))
    if whole >= steps:
        return quotient - steps
    rest = quotient - whole
    return ball(0) if rest.is_zero() else rest if (steps - whole) % 2 == 0 else 1 - rest


def _ball(value: Ball | Fraction) -> Ball:
    return ball(value) if isinstance(value, Fraction) else value


def _log(value: Ball | Fraction) -> float:
    if isinstance(value, Fraction):
        return math.log(value.numerator) - math.log(value.denominator)
    return float(value.log().mid())
