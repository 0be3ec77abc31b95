"""Appendix B: sign descent brings the error down while the 1-norm of the gradient grows, at α = 1."""

from __future__ import annotations

from fractions import Fraction
from functools import cache, partial
from itertools import product
from typing import Any

from reports.comparisons.limits import DIGITS, POWERS, decimal, gap_row, nearest
from reports.comparisons.rounding import UNIT, summation
from reports.comparisons.symbolic import derivation_check
from reports.evidence import Case, Evidence, Row
from reports.verification import Check

#: τ of Proposition B.2.
TAUS = ("11/10", "3/2", "3")

#: Exponents k of d = 10^k, even so that √d is an integer.
EVEN_POWERS = (4, 10, 30, 100, 300, 1000)


@cache
def harmonic(dim: int, order: int = 1) -> Any:
    """Return H(d, order), every digit certified: it is the step size 1/π_1 of gradient descent."""
    import theory

    return theory.step_size("gd", alpha=order, dim=dim, digits=DIGITS)


def schedule(tau: str, power: int, sign: int = 1) -> tuple[int, int, Any, Any]:
    """Return d, T, the τ of T = τ√d/2, and u = 1/φ of φ = (1 + 1/τ²)^sign."""
    import mpmath

    dim = 10**power
    steps = nearest(decimal(tau) * mpmath.sqrt(dim) / 2)
    time = 2 * steps / mpmath.sqrt(dim)
    return dim, steps, time, (1 + 1 / time**2) ** -sign


def small_error(sign: int = 1) -> Evidence:
    """T = τ√d/2, φ = 1 + 1/τ²: the relative error less 1/(ζ(2)(1 + τ²)) falls like 1/d.

    Relative to the limit the gap is (1/ζ(2) - τ²/(1 + τ²))/d, from H(d, 2) and from the d - 1 oscillating
    words [this project's]. ``sign`` is that of the exponent of φ.
    """
    import mpmath

    import theory

    rows = []
    with mpmath.workdps(DIGITS + 10):
        for tau, power in product(TAUS, POWERS):
            dim, steps, time, u = schedule(tau, power, sign)
            step_size = Fraction(str(u / (harmonic(dim) * steps)))
            value = theory.relative_error(
                "sd", alpha=1, dim=dim, steps=steps, step_size=step_size, digits=DIGITS
            )
            limit = 1 / (mpmath.zeta(2) * (1 + time**2))
            term = limit * (1 / mpmath.zeta(2) - time**2 / (1 + time**2)) / dim
            rows.append(gap_row({"tau": tau, "d": f"10^{power}"}, value, limit, term))
    return Evidence("prop-b.2", "relative error", "limit", "enclosure", tuple(rows), ("tau",))


def large_gradient(factor: str = "1") -> Evidence:
    """T = τ√d/2, φ = 1 + 1/τ²: the relative 1-norm over √d/(τφ log d), less 1, falls like -γ/H(d).

    The next term is of the order d^(-1/2) [this project's]. ``factor`` multiplies the growth claimed.
    """
    import mpmath

    rows = []
    with mpmath.workdps(DIGITS + 10):
        for tau, power in product(TAUS, EVEN_POWERS):
            dim, steps, time, u = schedule(tau, power)
            z = harmonic(dim)
            growth = decimal(factor) * mpmath.sqrt(dim) * u / (time * mpmath.log(dim))
            value = norm(dim, steps, u) / (z * growth)
            rows.append(gap_row({"tau": tau, "d": f"10^{power}"}, value, mpmath.mpf(1), -mpmath.euler / z))
    return Evidence("prop-b.2", "1-norm", "limit", "enclosure", tuple(rows), ("tau",))


def norm(dim: int, steps: int, u: Any, floor: Any = Fraction(1, 2)) -> Any:
    """Return the relative 1-norm of the gradient times H(d), with oscillations of ``floor`` steps."""
    moving = min(int(1 / u), dim)
    return sum((1 - k * u) / k for k in range(1, moving + 1)) + (dim - moving) * floor * u / steps


def gradient_of_a_run(floor: Fraction = Fraction(1, 2)) -> Evidence:
    """Compare the 1-norm of the gradient after a simplified run on a d×d power law with its formula.

    ``floor`` is the distance of an oscillating word in steps. Rounding: a distance carries at most 24 units in
    the last place of π_{j|i}, of step size, quotient and difference, and those of the frequencies; Σ π_{j|i} is 1.
    """
    import numpy as np

    import numerics

    rows = []
    for seed, (dim, steps, ratio) in enumerate(
        ((20, 3, "7/10"), (100, 7, "3/5"), (100, 40, "1/7"), (300, 11, "2/9"), (300, 64, "1/100"))
    ):
        problem = numerics.BigramProblem.power_law(1, dim, seed=seed)
        u = Fraction(ratio)
        z = sum(Fraction(1, k) for k in range(1, dim + 1))
        run = problem.train("sd", steps=steps, step_size=float(u / (z * steps)), dynamics="simplified")
        weights, target = problem.frequencies[:, None], problem.conditionals
        observed = float(np.sum(weights * np.abs(run.weights - target)) / np.sum(weights * target))
        predicted = float(norm(dim, steps, u, floor) / z)
        frequency = 24 + 2 * summation(dim)
        rounding = UNIT * (frequency + (frequency + summation(dim**2)) * predicted)
        case: Case = {"d": dim, "steps": steps, "Tη/π₁": ratio}
        rows.append(Row(case, predicted, observed, {"rounding": rounding}))
    return Evidence("prop-b.2", "gradient of a run", "identity", "simulation", tuple(rows))


def classical() -> Any:
    """Return the statements of this section, with their derivations; sympy takes its time to load."""
    from theory.statements import appendix_b_classical_rates

    return appendix_b_classical_rates


CHECKS = (
    derivation_check(
        "prop-b.2",
        twin=lambda: classical().errors_and_gradients(1 / (1 + 1 / classical().tau ** 2)),
        wrong="φ = (1 + 1/τ²)^-1, as in the text available",
    ),
    Check(
        "prop-b.2",
        "relative error",
        run=small_error,
        twin=partial(small_error, -1),
        wrong="φ = (1 + 1/τ²)^-1, as in the text available",
    ),
    Check(
        "prop-b.2",
        "1-norm",
        run=large_gradient,
        twin=partial(large_gradient, "1000001/1000000"),
        wrong="a constant larger by a millionth",
    ),
    Check(
        "prop-b.2",
        "gradient of a run",
        run=gradient_of_a_run,
        twin=partial(gradient_of_a_run, Fraction(1)),
        wrong="oscillations of a whole step",
    ),
)
