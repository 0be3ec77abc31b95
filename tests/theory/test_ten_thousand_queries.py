"""Ten thousand random queries, each against a second route, to every digit claimed."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import mpmath
import pytest

import theory

CHUNKS = 20


def exponent(draw: random.Random) -> Fraction:
    """An α from 1/1000 to 20: a decimal, a simple fraction, or one next to a pole of zeta."""
    kind = draw.randrange(4)
    if kind == 0:
        return Fraction(draw.randint(1, 20_000), 1000)
    if kind == 1:
        return draw.choice([Fraction(1), Fraction(1, 2)]) + Fraction(
            draw.choice([-1, 1]), 10 ** draw.randint(1, 30)
        )
    return Fraction(draw.randint(1, 40), draw.randint(10, 40))


def log_uniform(draw: random.Random, most: int) -> int:
    return int(mpmath.exp(draw.uniform(0, float(mpmath.log(most)))))


def gd_by_adding(draw: random.Random, digits: int, reference: Any) -> tuple[Any, Any]:
    alpha, dim, steps = exponent(draw), log_uniform(draw, 200), log_uniform(draw, 10**12)
    c = Fraction(draw.randint(1, 1999), 1000)
    got = theory.relative_error("gd", alpha=alpha, dim=dim, steps=steps, step_ratio=c, digits=digits)
    return got, reference.gd_direct(alpha, dim, steps, c, digits + 10)


def gd_by_binomials(draw: random.Random, digits: int, reference: Any) -> tuple[Any, Any]:
    alpha, dim, steps = exponent(draw), log_uniform(draw, 10**300), draw.randint(1, 4)
    c = draw.choice([Fraction(1), Fraction(draw.randint(1, 1999), 1000)])
    got = theory.relative_error("gd", alpha=alpha, dim=dim, steps=steps, step_ratio=c, digits=digits)
    return got, reference.gd_binomial(alpha, dim, steps, c, digits + 10)


def sd_by_pieces(draw: random.Random, digits: int, reference: Any) -> tuple[Any, Any]:
    alpha, dim, steps = exponent(draw), log_uniform(draw, 200), log_uniform(draw, 10**4)
    got = theory.relative_error("sd", alpha=alpha, dim=dim, steps=steps, digits=digits)
    return got, reference.sd_pieces(alpha, dim, steps, digits + 20)[0]


def sd_by_coordinates(draw: random.Random, digits: int, reference: Any) -> tuple[Any, Any]:
    alpha, dim, steps = exponent(draw), log_uniform(draw, 200), log_uniform(draw, 10**6)
    ratio = Fraction(draw.randint(1, 999), 1000)
    got = theory.relative_error("sd", alpha=alpha, dim=dim, steps=steps, step_ratio=ratio, digits=digits)
    with mpmath.workdps(digits + 40):
        weights = [mpmath.power(k, -reference.mp(alpha)) for k in range(1, dim + 1)]
        # Rational weights tie with the ratio; mpmath must see them as equal.
        if alpha.denominator == 1:
            weights = [reference.mp(Fraction(1, k ** int(alpha))) for k in range(1, dim + 1)]
        return got, reference.sd_loss(weights, steps, reference.mp(ratio))


ROUTES = (gd_by_adding, gd_by_adding, gd_by_binomials, sd_by_pieces, sd_by_coordinates)


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_every_digit_claimed(chunk: int, reference: Any, rounding: Any) -> None:
    draw = random.Random(chunk)
    for index in range(10_000 // CHUNKS):
        route, digits = ROUTES[index % len(ROUTES)], draw.choice([15, 25, 40])
        state = draw.getstate()
        got, want = route(draw, digits, reference)
        with mpmath.workdps(120):
            assert abs(got - want) <= rounding(digits) * abs(want), (
                route.__name__,
                chunk,
                index,
                state[1][:2],
            )
