"""Appendix C: the growth of the normalizer (Lemma C.3)."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

from reports.comparisons.limits import DIGITS, LOGARITHMIC_POWERS, POWERS, decimal, gap_row
from reports.comparisons.symbolic import derivation_check
from reports.evidence import Case, Evidence
from reports.verification import Check

if TYPE_CHECKING:
    from theory.balls import Ball
    from theory.derivation import Step

#: The factor of a constant that is wrong by a millionth.
MILLIONTH = "1000001/1000000"


def certified(number: Callable[[], Ball], what: str) -> Any:
    """Return the ``mpmath.mpf`` of a ball, computed with as many bits as :data:`DIGITS` digits take."""
    from theory.balls import bits_of, resolve, to_mpf

    return to_mpf(resolve(number, bits_of(DIGITS), what=what), DIGITS)


def harmonic(alpha: str, dim: int) -> Any:
    """H(d, α)."""
    import theory

    return certified(theory.PowerLaw(alpha, dim).harmonic, "H(d, α)")


def normalizer(regime: str, claim: Callable[[Any, int], Any]) -> Evidence:
    """C.3 for α ≠ 1: H(d, α) over its claimed equivalent, less 1, beside its derived leading term.

    H(d, α) = ζ(α) + d^(1-α)/(1-α) + O(d^-α) on both sides of α = 1 (the Euler-Maclaurin formula).
    """
    import mpmath

    rows = []
    alphas = {"α < 1": ("3/10", "1/2", "9/10"), "α > 1": ("6/5", "3/2", "2")}[regime]
    with mpmath.workdps(DIGITS + 10):
        for alpha, power in itertools.product(alphas, POWERS):
            a, dim = decimal(alpha), 10**power
            zeta, grown = mpmath.zeta(a), mpmath.mpf(dim) ** (1 - a) / (1 - a)
            case: Case = {"alpha": alpha, "d": f"10^{power}"}
            term = zeta / grown if a < 1 else grown / zeta
            rows.append(gap_row(case, harmonic(alpha, dim) / claim(a, dim), mpmath.mpf(1), term))
    return Evidence("lem-c.3", regime, "limit", "enclosure", tuple(rows), ("alpha",))


def below_one(a: Any, dim: int) -> Any:
    """Lemma C.3 for α < 1."""
    return dim ** (1 - a) / (1 - a)


def above_one(a: Any, dim: int) -> Any:
    """Lemma C.3 for α > 1, at any d."""
    import mpmath

    return mpmath.zeta(a)


def normalizer_at_one(alpha: str = "1") -> Evidence:
    """C.3 for α = 1: H(d, 1)/log d less 1 beside γ/log d; beyond it there is only 1/(2 d log d).

    ``alpha`` is that of the data.
    """
    import mpmath

    rows = []
    with mpmath.workdps(DIGITS + 10):
        for power in LOGARITHMIC_POWERS:
            log_dim = power * mpmath.log(10)
            value = harmonic(alpha, 10**power) / log_dim
            case: Case = {"alpha": alpha, "d": f"10^{power}"}
            rows.append(gap_row(case, value, mpmath.mpf(1), mpmath.euler / log_dim))
    return Evidence("lem-c.3", "α = 1", "limit", "enclosure", tuple(rows))


def wrong_normalizer() -> tuple[Step, ...]:
    """Lemma C.3 with the exponent of d a thousandth larger."""
    from theory.statements import appendix_c_gradient_descent as lemmas

    return lemmas.normalizer(lambda q: q * Fraction(1001, 1000))


CHECKS = (
    derivation_check("lem-c.3", twin=wrong_normalizer, wrong="exponent larger by a thousandth"),
    Check(
        "lem-c.3",
        "α < 1",
        run=partial(normalizer, "α < 1", below_one),
        twin=partial(normalizer, "α < 1", lambda a, dim: below_one(a + decimal("1/1000"), dim)),
        wrong="exponent larger by 1/1000",
    ),
    Check(
        "lem-c.3",
        "α = 1",
        run=normalizer_at_one,
        twin=partial(normalizer_at_one, "999/1000"),
        wrong="the law of α = 1 claimed at α = 0.999",
    ),
    Check(
        "lem-c.3",
        "α > 1",
        run=partial(normalizer, "α > 1", above_one),
        twin=partial(normalizer, "α > 1", lambda a, dim: above_one(a, dim) * decimal(MILLIONTH)),
        wrong="limit larger by a millionth",
    ),
)
