"""Appendix D: the loss of simplified sign descent along schedules of its step size, regime by regime."""

from __future__ import annotations

import itertools
from fractions import Fraction
from functools import partial
from typing import Any

from reports.comparisons import appendix_d_best_step
from reports.comparisons.appendix_d_best_step import loss
from reports.comparisons.limits import DIGITS, decimal, gap_row
from reports.comparisons.rounding import UNIT
from reports.comparisons.symbolic import derivation_check
from reports.evidence import Case, Evidence, Row
from reports.verification import Check

#: α = a/b, y and T with φ = d y^b, below α = ½.
FRACTIONS = (
    ("1/6", "9/10", 4),
    ("1/4", "1", 1),
    ("1/4", "1/2", 2),
    ("1/4", "9/10", 5),
    ("1/3", "4/5", 3),
    ("2/5", "7/10", 3),
)


def direct_sum(oscillating: int = 0) -> Evidence:
    """Compare Definition D.1 with Proposition 4.2: Σ (π_k - Tη)² over π_k >= Tη, and η²/4 for the others.

    The sums are exact in rationals for an integer α, and of 60 digits otherwise; the step sizes hit words exactly
    or miss them. ``oscillating`` is added, times ⌊φ⌋, to the number of words at η/2. Rounding: one unit in the
    last place on either side.
    """
    import mpmath

    rows = []
    with mpmath.workdps(60):
        for alpha, dim, steps in itertools.product(("1/4", "1/2", "1", "3"), (7, 150), (1, 10**6)):
            whole = Fraction(alpha).denominator == 1
            words = [
                Fraction(1, k ** int(alpha)) if whole else 1 / mpmath.mpf(k) ** decimal(alpha)
                for k in range(1, dim + 1)
            ]
            z = sum(words)
            for ratio in ("1/3", "1/8", "7/10"):
                u = Fraction(ratio) if whole else decimal(ratio)
                eta = u / (z * steps)
                moving = [w / z for w in words if w >= u]
                rest = dim - len(moving) + oscillating * len(moving)
                observed = sum((x - steps * eta) ** 2 for x in moving) + rest * eta**2 / 4
                observed = float(observed / sum((w / z) ** 2 for w in words))
                predicted = float(loss(alpha, dim, steps, Fraction(ratio)))
                case: Case = {"alpha": alpha, "d": dim, "steps": steps, "Tη/π₁": ratio}
                rows.append(Row(case, predicted, observed, {"rounding": 4 * UNIT * predicted}))
    return Evidence("def-d.1", "direct sum", "identity", "enclosure", tuple(rows))


def powers_of_d(shift: str = "0") -> Evidence:
    """α = ½, 4T² = d^τ, φ = d^x, x >= 1 - τ: r less x falls like (γ(1 - x) - 3 + d^(1-x-τ))/H(d, 1).

    The -3 is 1 - 4, from u²φ and from H(φ, ½) ~ 2√φ; at x = 1 - τ the words that oscillate add 1 [this
    project's]. ``shift`` is added to the limit x. τ and x are multiples of 1/8, and d = 10^k with k such that T and
    d^(x/2) are integers.
    """
    import mpmath

    rows = []
    with mpmath.workdps(DIGITS + 10):
        for tau, x in (("1/4", "3/4"), ("1/2", "1/2"), ("1/2", "3/4"), ("3/4", "1/4"), ("3/4", "1")):
            for power in (8, 24, 80, 240, 800):
                dim, steps, u = half_case(tau, x, power)
                z = mpmath.harmonic(dim)
                term = mpmath.euler * (1 - decimal(x)) - 3
                term += mpmath.mpf(dim) ** (1 - decimal(x) - decimal(tau))
                case: Case = {"tau": tau, "x": x, "d": f"10^{power}"}
                limit = decimal(x) + decimal(shift)
                rows.append(gap_row(case, loss("1/2", dim, steps, u), limit, term / z))
    return Evidence("prop-d.2", "φ = d^x, x ≥ 1 - τ", "limit", "enclosure", tuple(rows), ("tau", "x"))


def too_large_steps(shift: str = "0") -> Evidence:
    """α = ½, 4T² = d^τ, φ = d^x, x < 1 - τ: r H(d, 1)/d^(1-x-τ) less 1 falls like (x log d + γ - 3)/d^(1-x-τ).

    ``shift`` is added to the exponent 1 - x - τ claimed.
    """
    import mpmath

    rows = []
    with mpmath.workdps(DIGITS + 10):
        for tau, x in (("1/4", "1/2"), ("1/2", "1/4"), ("3/4", "1/8")):
            for power in (16, 32, 48, 64):
                dim, steps, u = half_case(tau, x, power)
                exponent = 1 - decimal(x) - decimal(tau)
                growth = mpmath.mpf(dim) ** (exponent + decimal(shift)) / mpmath.harmonic(dim)
                term = (decimal(x) * mpmath.log(dim) + mpmath.euler - 3) / mpmath.mpf(dim) ** exponent
                case: Case = {"tau": tau, "x": x, "d": f"10^{power}"}
                rows.append(gap_row(case, loss("1/2", dim, steps, u) / growth, mpmath.mpf(1), term))
    return Evidence("prop-d.2", "φ = d^x, x < 1 - τ", "limit", "enclosure", tuple(rows), ("tau", "x"))


def half_case(tau: str, x: str, power: int) -> tuple[int, int, Fraction]:
    """Return d = 10^power, T of 4T² = d^τ and u = φ^-½ of φ = d^x, all exact."""
    steps, word = power * Fraction(tau) / 2, power * Fraction(x) / 2
    assert steps.denominator == word.denominator == 1
    return 10**power, 10 ** int(steps) // 2, Fraction(1, 10 ** int(word))


def fractions_of_d(floor: int = 4) -> Evidence:
    """α < ½, T = τ, φ = dx: the gap r - f_τ(x) beside its first corrections [this project's].

    They are (1-2α) ζ(2α) (1-f) d^(2α-1), from H(d, 2α), and -2(1-2α) ζ(α) x^-α d^(α-1), from H(φ, α). In f
    stands 1/(``floor`` τ²). With α = a/b, d is 10^(bj) and x is y^b, so that φ^-α is rational.
    """
    import mpmath

    rows = []
    with mpmath.workdps(DIGITS + 10):
        for alpha, y, steps in FRACTIONS:
            a, b = decimal(alpha), Fraction(alpha).denominator
            x = decimal(y) ** b
            share = 1 / mpmath.mpf(floor * steps**2)
            f = x ** (1 - 2 * a) * (2 * a**2 / (1 - a) + (1 - 2 * a) * (1 / x - 1) * share)
            for j in range(1, max(19 // b, 4) + 1):
                dim, u = 10 ** (b * j), (Fraction(y) * 10**j) ** -Fraction(alpha).numerator
                term = (1 - 2 * a) * mpmath.zeta(2 * a) * (1 - f) * mpmath.mpf(dim) ** (2 * a - 1)
                term -= 2 * (1 - 2 * a) * mpmath.zeta(a) * x**-a * mpmath.mpf(dim) ** (a - 1)
                case: Case = {"alpha": alpha, "x": f"({y})^{b}", "steps": steps, "d": f"10^{b * j}"}
                rows.append(gap_row(case, loss(alpha, dim, steps, u), f, term))
    return Evidence("prop-d.3", "φ = dx", "limit", "enclosure", tuple(rows), ("alpha", "x", "steps"))


def proofs() -> Any:
    """Return the statements of this section, with their derivations; sympy takes its time to load."""
    from theory.statements import appendix_d_sign_descent

    return appendix_d_sign_descent


CHECKS = (
    derivation_check(
        "def-d.1", twin=lambda: proofs().expansion(proofs().d), wrong="d in the place of d - ⌊φ⌋"
    ),
    Check(
        "def-d.1",
        "direct sum",
        run=direct_sum,
        twin=partial(direct_sum, 1),
        wrong="d in the place of d - ⌊φ⌋",
    ),
    derivation_check("prop-d.2", twin=lambda: proofs().at_half(1 - proofs().tau / 2), wrong="x = 1 - τ/2"),
    Check(
        "prop-d.2",
        "φ = d^x, x ≥ 1 - τ",
        run=powers_of_d,
        twin=partial(powers_of_d, "1/1000000"),
        wrong="a limit larger by a millionth",
    ),
    Check(
        "prop-d.2",
        "φ = d^x, x < 1 - τ",
        run=too_large_steps,
        twin=partial(too_large_steps, "1/1000"),
        wrong="an exponent larger by 1/1000",
    ),
    derivation_check(
        "prop-d.3",
        twin=lambda: proofs().below_half(-proofs().C_2),
        wrong="c₂ = α/(α-1), as in the text available",
    ),
    Check(
        "prop-d.3",
        "φ = dx",
        run=fractions_of_d,
        twin=partial(fractions_of_d, 2),
        wrong="2τ² in the place of 4τ²",
    ),
    *appendix_d_best_step.CHECKS,
)
