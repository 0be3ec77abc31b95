"""Beyond the paper: gradient descent at finite dimension, for every α > 0 and every step c/π₁."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

from reports.comparisons.limits import decimal, gap_row, nearest
from reports.comparisons.symbolic import derivation_check
from reports.evidence import Case, Evidence
from reports.verification import Check

#: Significant digits of the values whose difference is looked at; gaps reach 1e-120.
DIGITS = 150

FAR = (("1/2", "1"), ("1", "1"), ("2", "1"), ("1", "1/2"), ("1/2", "3/2"))  # α, c
NEAR = (  # α, c, and about how many steps
    ("1/2", "1", (3, 12, 60, 300)),
    ("1", "1", (8, 50, 300, 1800)),
    ("2", "1", (10, 100, 1000, 10_000)),
    ("1", "3/2", (8, 50, 300, 1800)),
    ("3/2", "1/2", (20, 140, 1000, 7000)),
)


@cache
def error_of_the_law(alpha: str, ratio: str, dim: int, steps: int) -> tuple[Any, Any]:
    """Return the certified sum and the finite-dimension law, both as relative errors."""
    import theory

    ask = partial(
        theory.relative_error, "gd", alpha=alpha, dim=dim, steps=steps, step_ratio=ratio, digits=DIGITS
    )
    return ask(), ask(method="finite")


def far_end(coefficient: str = "1/720") -> Evidence:
    """At 2t = 2d^α: what the law misses beside -s'''(d)/720, the next endpoint term of Euler and Maclaurin."""
    import mpmath

    rows = []
    with mpmath.workdps(DIGITS + 20):
        for alpha, ratio in FAR:
            a, c = decimal(alpha), decimal(ratio)
            for power in (3, 4, 5, 6):
                dim = 10**power
                steps = nearest(mpmath.mpf(dim) ** a)
                value, law = error_of_the_law(alpha, ratio, dim, steps)
                third = mpmath.taylor(partial(summand, a, c, steps), dim, 3)[3] * 6
                term = -third * decimal(coefficient) / normalizer(alpha, dim)
                case: Case = {"alpha": alpha, "step × π₁": ratio, "d": f"10^{power}", "steps": steps}
                rows.append(gap_row(case, value, law, term, digits=DIGITS))
    return Evidence("own-finite-gd", "end x = d", "limit", "enclosure", tuple(rows), ("alpha", "step × π₁"))


def near_end(height: str = "1") -> Evidence:
    """At d = 10^60: what the law misses beside the saddle point, at step counts where that is nearly extremal.

    ``height`` scales the exponent of the saddle.
    """
    import mpmath

    rows, dim = [], 10**60
    with mpmath.workdps(DIGITS + 20):
        for alpha, ratio, counts in NEAR:
            for count in counts:
                steps = max(
                    range(count, count + count // 2, max(1, count // 50)), key=partial(swing, alpha, ratio)
                )
                value, law = error_of_the_law(alpha, ratio, dim, steps)
                term = contribution(alpha, ratio, steps, height).real / normalizer(alpha, dim)
                case: Case = {"alpha": alpha, "step × π₁": ratio, "steps": steps}
                rows.append(gap_row(case, value, law, term, digits=DIGITS))
    return Evidence(
        "own-beyond-all-orders", "end x = 1", "limit", "enclosure", tuple(rows), ("alpha", "step × π₁")
    )


def contribution(alpha: str, ratio: str, steps: int, height: str = "1") -> Any:
    """Return twice the contribution of the saddle point x₀ to ∫ s(x) e^(2πix) dx, to leading order."""
    import mpmath

    a, c = decimal(alpha), decimal(ratio)

    def balance(x: Any) -> Any:
        return 2 * steps * a * c * x ** (-a - 1) / (1 - c * x**-a) + 2j * mpmath.pi

    first = (steps * a * c * 1j / mpmath.pi) ** (1 / (a + 1))
    saddle = mpmath.findroot(balance, first)
    w = c * saddle**-a
    exponent = 2 * steps * mpmath.log(1 - w) + 2j * mpmath.pi * saddle
    width = mpmath.sqrt(1j * saddle / (1 + a / (1 - w)))
    return 2 * saddle**-a * mpmath.exp(decimal(height) * exponent) * width


@cache
def swing(alpha: str, ratio: str, steps: int) -> float:
    """Return |cos| of the phase of the saddle's contribution."""
    import mpmath

    with mpmath.workdps(30):
        value = contribution(alpha, ratio, steps)
        return float(abs(value.real) / abs(value))


def summand(a: Any, c: Any, steps: int, x: Any) -> Any:
    """Return s(x) = x^-α (1 - c x^-α)^2t."""
    return x**-a * (1 - c * x**-a) ** (2 * steps)


@cache
def normalizer(alpha: str, dim: int) -> Any:
    """Return H(d, α) as an mpf."""
    import theory

    return theory.step_size("gd", alpha=alpha, dim=dim, digits=DIGITS)


def wrong_slope() -> Any:
    """Return the derivation with the factor 2 of 2t lost in s'."""
    from theory.statements.own_finite_dimension import alpha, c, integral_and_ends, t, x

    return integral_and_ends(alpha / x * (t * c * x**-alpha / (1 - c * x**-alpha) - 1))


def wrong_height() -> Any:
    """Return the derivation with the height 1 - 1/α in the place of 1 + 1/α."""
    from theory.statements.own_finite_dimension import alpha, saddle_point

    return saddle_point(1 - 1 / alpha)


CHECKS = (
    derivation_check("own-finite-gd", twin=wrong_slope, wrong="a factor 2 lost in s'"),
    Check(
        "own-finite-gd",
        "end x = d",
        run=far_end,
        twin=partial(far_end, "1/719"),
        wrong="1/719 in the place of 1/720",
    ),
    derivation_check("own-beyond-all-orders", twin=wrong_height, wrong="height 1 - 1/α"),
    Check(
        "own-beyond-all-orders",
        "end x = 1",
        run=near_end,
        twin=partial(near_end, "101/100"),
        wrong="exponent larger by a hundredth",
    ),
)
