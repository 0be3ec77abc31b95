"""Beyond the paper: the laws of iterated sign descent at α = ½ and below."""

from __future__ import annotations

import itertools
from fractions import Fraction
from functools import partial
from importlib import import_module

from reports.comparisons.limits import DIGITS, decimal, gap_row, nearest
from reports.comparisons.own_parity_laws import Claim, law, scaled, truth
from reports.comparisons.symbolic import derivation_check
from reports.evidence import Case, Evidence
from reports.verification import Check


def half_along_d(shift: Fraction = Fraction(0)) -> Evidence:
    """α = ½, 4T² ≈ d^(1/3), with steps π_d and 2π_d: the gap is (-2ζ(½) u - 1/(3T²))/H(d, 1), u = Tη/π_1.

    The first is the constant of H(φ, ½), the second the mean over the words on their way, which κ counts. For the
    mean both are averaged, and -log(1 + 1/T) is added: one of the two horizons is longer. ``shift`` is added to Λ.
    """
    import mpmath

    rows = []
    with mpmath.workdps(DIGITS + 10):
        zeta, added = mpmath.zeta(mpmath.mpf(1) / 2), mpmath.mpf(shift.numerator) / shift.denominator
        for parity, power in itertools.product(("even", "odd", "mean"), (6, 10, 14, 18)):
            dim = 10**power
            steps = 2 * nearest(mpmath.mpf(10) ** (decimal(f"{power}/6")) / 4) + (parity == "odd")
            ratio = Fraction(steps, 10 ** (power // 2)) * (1 if parity == "even" else 2)
            u = mpmath.mpf(ratio.numerator) / ratio.denominator
            terms = [-2 * zeta * u * t / steps - 1 / mpmath.mpf(3 * t**2) for t in (steps, steps + 1)]
            term = sum(terms) / 2 - mpmath.log1p(mpmath.mpf(1) / steps) if parity == "mean" else terms[0]
            total = mpmath.harmonic(dim)
            limit = law("1/2", dim, steps, parity) + added / total
            case: Case = {"parity": parity, "d": f"10^{power}", "steps": steps}
            value = truth("1/2", dim, steps, ratio, parity)
            rows.append(gap_row(case, value, limit, term / total))
    return Evidence("own-half-iterated", "along d", "limit", "enclosure", tuple(rows), ("parity",))


def below_along_steps(claim: Claim) -> Evidence:
    """α < ½ at d = 10^40: the gap to the law at its best x beside two terms of κ - ⅓ at t = T x^α.

    (1-2α) x^-2α T^-2 times (s - s³)/(3αt) - a(1+a) (s⁴/12 - s²/6 + 7/180)/t², a = 1/α, where s is t mod 2, between
    -1 and 1, at even T and t + 1 mod 2 at odd T. T is taken where s is near ½ or -½; d^(2α-1) is far below.
    """
    import mpmath

    dim, rows = 10**40, []
    with mpmath.workdps(DIGITS + 10):
        for alpha, odd, near in itertools.product(("1/10", "1/4"), (0, 1), (20, 80, 320, 1280)):
            a = 1 / decimal(alpha)
            for steps in range(near + odd, 2 * near, 2):
                x = 1 / (1 - a / 2 + 3 / (a - 1) * steps**2)
                t = steps * x ** decimal(alpha)
                s = (t + odd + 1) % 2 - 1
                if abs(abs(s) - mpmath.mpf(1) / 2) < 0.1:
                    break
            ratio = Fraction(str(steps / t)) / 10 ** (40 * Fraction(alpha)).numerator
            limit = claim(alpha, dim, steps, "odd" if odd else "even")
            term = (
                a * (s - s**3) / (3 * t) - a * (1 + a) * (s**4 / 12 - s**2 / 6 + mpmath.mpf(7) / 180) / t**2
            )
            term *= (1 - 2 / a) * (t / steps) ** -2 / steps**2
            case: Case = {"alpha": alpha, "parity": "odd" if odd else "even", "steps": steps}
            rows.append(gap_row(case, truth(alpha, dim, steps, ratio, "even"), limit, term))
    return Evidence(
        "own-below-half-iterated", "along T", "limit", "enclosure", tuple(rows), ("alpha", "parity")
    )


#: Returns the module of the derivations, which loads sympy.
own = partial(import_module, "theory.statements.own_half_iterated")

CHECKS = (
    derivation_check(
        "own-half-iterated",
        twin=lambda: own().half(3 - 2 * own().sp.EulerGamma - own().sp.log(2)),
        wrong="log 2 in the place of 2 log 2",
    ),
    Check(
        "own-half-iterated",
        "along d",
        run=half_along_d,
        twin=partial(half_along_d, Fraction(1, 10**6)),
        wrong="both Λ larger by 1e-6",
    ),
    derivation_check(
        "own-below-half-iterated",
        twin=lambda: own().below_half(own().sp.Rational(1, 4)),
        wrong="κ = ¼, that of Assumption 4.1",
    ),
    Check(
        "own-below-half-iterated",
        "along T",
        run=partial(below_along_steps, law),
        twin=partial(below_along_steps, partial(scaled, "1001/1000")),
        wrong="error larger by a thousandth",
    ),
)
