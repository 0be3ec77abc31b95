"""Beyond the paper: the best step of gradient descent, its distance from 2/π₁ and what it gains."""

from __future__ import annotations

import itertools
import math
from functools import cache, partial
from typing import Any

from reports.comparisons.limits import decimal, gap_row, nearest
from reports.comparisons.rounding import UNIT, summation
from reports.comparisons.symbolic import derivation_check
from reports.evidence import Case, Evidence, Row
from reports.verification import Check

#: Working precision in bits: the best step is enclosed to half of them, and 2 - c with it.
BITS = 128

#: Significant digits of certified errors.
DIGITS = 24

#: α, and 2t as a multiple of d^α, with the dimensions 10^k to go through.
SCALED = (("1/2", "1", (3, 6, 9, 12)), ("4/5", "1/2", (3, 6, 9, 12)), ("2", "2", (2, 3, 4, 6)))
SQUARE_ROOT = (4, 8, 12, 20)
COUNTS = (10, 100, 1000, 10_000)
FAR = 60


def cases() -> list[tuple[str, int, int, Case]]:
    """Return exponent, power of ten of d, steps and description, for each way to the limit."""
    import mpmath

    found: list[tuple[str, int, int, Case]] = []
    with mpmath.workdps(DIGITS):
        for alpha, tau, powers in SCALED:
            for power in powers:
                steps = nearest(decimal(tau) * mpmath.mpf(10) ** (power * decimal(alpha)) / 2)
                found.append((alpha, power, steps, {"alpha": alpha, "2t": f"{tau} d^α"}))
    found += [("1", power, 10 ** (power // 2), {"alpha": "1", "2t": "2 √d"}) for power in SQUARE_ROOT]
    found += [("3/2", FAR, steps, {"alpha": "3/2", "2t": "any"}) for steps in COUNTS]
    return [(a, power, steps, {**case, "d": f"10^{power}", "t": steps}) for a, power, steps, case in found]


@cache
def best(alpha: str, dim: int, steps: int) -> tuple[Any, Any, Any]:
    """Return 2 - c of the best c, H r there, and H r without the first word at c = 2, all from enclosures."""
    from theory import gradient_descent
    from theory.balls import PrecisionError, ball, bits_of, to_mpf, working_precision
    from theory.decay_sum import decay_sum
    from theory.power_law import PowerLaw

    law = PowerLaw(alpha, dim)
    with working_precision(BITS):
        step, lowest = gradient_descent.best_step(law, steps)
        others = decay_sum(law.alpha, dim, steps, ball(2)) - 1
        values, digits = (2 - step, lowest * law.harmonic(), others), (15, DIGITS, DIGITS)
        for value, n in zip(values, digits, strict=True):
            if value != 0 and value.rel_accuracy_bits() < bits_of(n):
                raise PrecisionError(f"BITS={BITS} do not prove {n} digits of {value.str(3)}; pass more")
        return tuple(to_mpf(value, n) for value, n in zip(values, digits, strict=True))


@cache
def error(alpha: str, dim: int, steps: int) -> Any:
    """Return H r with the step 1/π₁."""
    import theory

    value = theory.relative_error("gd", alpha=alpha, dim=dim, steps=steps, digits=DIGITS)
    return value * normalizer(alpha, dim)


@cache
def normalizer(alpha: str, dim: int) -> Any:
    """Return H(d, α)."""
    import theory

    return theory.step_size("gd", alpha=alpha, dim=dim, digits=DIGITS)


def pull(alpha: str, dim: int, steps: int) -> Any:
    """Return M."""
    import mpmath

    a = decimal(alpha)
    p = 2 - 1 / a
    return (4 * mpmath.mpf(steps)) ** -p * mpmath.gammainc(p, 4 * steps * mpmath.mpf(dim) ** -a) / a


def price(alpha: str, dim: int, steps: int) -> Any:
    """Return what the first word costs, in units of 1/H: M (1 - log M), and 1 at the edge c = 2."""
    import mpmath

    m = min(pull(alpha, dim, steps), mpmath.mpf(1))
    return m * (1 - mpmath.log(m))


def distance(factor: str = "1") -> Evidence:
    """Compare 2 - c with log(1/M)/(2t). ``factor`` multiplies M."""
    import mpmath

    rows = []
    with mpmath.workdps(DIGITS + 10):
        for alpha, power, steps, case in cases():
            term = -mpmath.log(pull(alpha, 10**power, steps) * decimal(factor)) / (2 * steps)
            gap = best(alpha, 10**power, steps)[0]
            rows.append(gap_row(case, gap, mpmath.mpf(0), term, digits=DIGITS))
    return Evidence(
        "own-best-gd-step",
        "distance from 2/π_1",
        "limit",
        "enclosure",
        tuple(rows),
        ("alpha", "2t"),
        columns=("log(1/M)/2t", "2 - c"),
    )


def at_the_edge(factor: str = "1") -> Evidence:
    """Compare where M > 1, and where the best stable step is the edge c = 2: 1 where it is, 0 where not.

    At given d, t is chosen where M is near 0.99 or 1.01. The law is that of large t; these t are above 1000, and its
    terms of order 1/t below a hundredth. ``factor`` multiplies M.
    """
    import mpmath

    rows = []
    with mpmath.workdps(DIGITS + 10):
        for alpha, power in (("1/4", 16), ("1/3", 12), ("2/5", 12), ("1/2", 8), ("1/2", 16)):
            for near in ("99/100", "101/100"):
                steps = steps_at(alpha, 10**power, decimal(near))
                m = pull(alpha, 10**power, steps)
                predicted = float(m * decimal(factor) > 1)
                observed = float(not leaves_the_edge(alpha, 10**power, steps))
                case: Case = {"alpha": alpha, "d": f"10^{power}", "t": steps, "M": float(mpmath.nstr(m, 6))}
                rows.append(Row(case, predicted, observed, {"rounding": 0.0}))
    columns = ("M > 1", "c = 2 is best")
    return Evidence("own-best-gd-step", "edge", "identity", "enclosure", tuple(rows), columns=columns)


def leaves_the_edge(alpha: str, dim: int, steps: int) -> bool:
    """Say whether the best c is certainly below 2, rather than 2 itself."""
    from theory import gradient_descent
    from theory.balls import working_precision
    from theory.power_law import PowerLaw

    with working_precision(BITS):
        step = gradient_descent.best_step(PowerLaw(alpha, dim), steps)[0]
        return bool(step < 2)


def steps_at(alpha: str, dim: int, target: Any) -> int:
    """Return the steps at which M falls to ``target``, by bisection."""
    low, high = 1, dim
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if pull(alpha, dim, middle) > target else (low, middle)
    return low


def price_of_first_word(factor: str = "1") -> Evidence:
    """Compare what the least error lies above that of the other words at c = 2 with the price of the first.

    ``factor`` multiplies it.
    """
    import mpmath

    rows = []
    with mpmath.workdps(DIGITS + 10):
        for alpha, power, steps, case in cases():
            z = normalizer(alpha, 10**power)
            _, lowest, others = best(alpha, 10**power, steps)
            term = price(alpha, 10**power, steps) * decimal(factor) / z
            rows.append(gap_row(case, lowest / z, others / z, term, digits=DIGITS))
    return Evidence(
        "own-best-gd-step", "price of the first word", "limit", "enclosure", tuple(rows), ("alpha", "2t")
    )


def search(shift: float = 0.0) -> Evidence:
    """Compare the certified least error with the best of a hundred step sizes, geometric in 2 - c.

    As r is convex in c, between two of them it lies above the lines through the two to the left and the two to the
    right, continued: the truncation. Rounding: 1 - cw is off by at most eight units of cw, its power and the sum by
    what :mod:`numerics.closed_form` derives. ``shift`` is added to the claim, relative.
    """
    import numpy as np

    rows = []
    for alpha, dim, count in itertools.product(("1/4", "1", "2"), (30, 1000), (1, 10, 300)):
        claimed = least(alpha, dim, count)
        if claimed < 1e-4:  # too steep for the grid
            continue
        ratios, losses = on_a_grid(alpha, dim, count)
        where = int(losses.argmin())
        found, c = float(losses[where]), float(ratios[where])
        weights = np.arange(1, dim + 1) ** -float(decimal(alpha))
        away = np.abs(1 - c * weights)
        off = 8 * UNIT * c * weights
        moved = np.sum(
            weights * 2 * count * off * (away + off) ** (2 * count - 1)
        )  # at least the power's change
        units = 8 * math.log(1 / found) + 8 + summation(dim)
        rounding = float(moved / weights.sum()) + units * UNIT * found
        budget = {"truncation": max(found - below(ratios, losses), 0.0), "rounding": rounding}
        case: Case = {"alpha": alpha, "d": dim, "t": count, "c": c}
        rows.append(Row(case, claimed * (1 + shift), found, budget))
    return Evidence("own-best-gd-step", "search", "optimality", "simulation", tuple(rows))


@cache
def least(alpha: str, dim: int, steps: int) -> float:
    """Return the certified least relative error."""
    import theory

    found = theory.relative_error("gd", alpha=alpha, dim=dim, steps=steps, step_size="best")
    return float(found)


@cache
def on_a_grid(alpha: str, dim: int, steps: int) -> tuple[Any, Any]:
    """Return increasing step ratios from 1 to nearly 2, and the simulated errors there."""
    import numpy as np

    import numerics

    ratios = 2 - np.concatenate([np.geomspace(1, 1e-3, 98), [1e-4, 1e-6]])
    loss = partial(numerics.relative_error, "gd", alpha=alpha, dim=dim, steps=steps)
    return ratios, np.asarray([loss(step_ratio=c) for c in ratios.tolist()])


def below(points: Any, values: Any) -> float:
    """Return a lower bound on (points[0], 2) of a convex function with these values at increasing points."""
    import numpy as np

    slopes = np.diff(values) / np.diff(points)
    bounds = [float(values[-1] + min(slopes[-1], 0.0) * (2 - points[-1]))]
    # Between the last two points only the slope before is known.
    bounds.append(float(values[-2] + min(slopes[-2], 0.0) * (points[-1] - points[-2])))
    for i in range(1, len(points) - 2):  # from points[i] to points[i + 1]
        left, right = slopes[i - 1], slopes[i + 1]
        if left < 0 < right:
            width = points[i + 1] - points[i]
            meeting = (values[i + 1] - values[i] - right * width) / (left - right)
            bounds.append(float(values[i] + left * meeting))
    return min(*bounds, float(values.min()))


def lost_price() -> Any:
    """Return the derivation with the first word's own remainder e^-x lost from its price."""
    import sympy as sp

    from theory.statements.own_best_gd_step import M, first_word

    return first_word(-M * sp.log(M))


CHECKS = (
    derivation_check("own-best-gd-step", twin=lost_price, wrong="price M log(1/M)"),
    Check(
        "own-best-gd-step",
        "distance from 2/π_1",
        run=distance,
        twin=partial(distance, "101/100"),
        wrong="M larger by a hundredth",
    ),
    Check(
        "own-best-gd-step",
        "edge",
        run=at_the_edge,
        twin=partial(at_the_edge, "49/50"),
        wrong="M smaller by a 50th",
    ),
    Check(
        "own-best-gd-step",
        "price of the first word",
        run=price_of_first_word,
        twin=partial(price_of_first_word, "1001/1000"),
        wrong="price larger by a thousandth",
    ),
    Check(
        "own-best-gd-step",
        "search",
        run=search,
        twin=partial(search, 1e-3),
        wrong="least error larger by 1e-3",
    ),
)
