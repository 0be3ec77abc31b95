"""Bounds of neglected parts, tried where they are coarse: in use they are below any digit that a value shows."""

from __future__ import annotations

import math
from fractions import Fraction

import mpmath
import pytest

from theory import decay_sum, sign_descent
from theory.balls import ball, power, to_mpf, working_precision


def term(alpha, k, n, c):
    weight = mpmath.power(k, -alpha)
    return weight * (1 - c * weight) ** n


@pytest.mark.parametrize("alpha", ["1/3", "1", "5/2"])
@pytest.mark.parametrize(("n", "c"), [(4, 1), (7, "3/2"), (40, "1/2")])
@pytest.mark.parametrize(("terms", "theta"), [(1, 0.1), (2, 0.1), (3, 0.05)])
def test_remainder_of_the_euler_maclaurin_formula(alpha, n, c, terms, theta):
    alpha, c, start, dim = Fraction(alpha), Fraction(c), 6, 40
    with working_precision(200), mpmath.workdps(50):
        found = decay_sum._euler_maclaurin(alpha, start, dim, n, ball(c), terms, math.log(theta))
        a, ratio = mpmath.mpf(alpha.numerator) / alpha.denominator, mpmath.mpf(c.numerator) / c.denominator
        total = mpmath.fsum(term(a, k, n, ratio) for k in range(start, dim + 1))
        integral = mpmath.quad(lambda x: term(a, x, n, ratio), range(start, dim + 1))
        assert abs(total - integral - to_mpf(found.mid(), 50)) <= to_mpf(found.rad(), 50)
        assert abs(total - integral - to_mpf(found.mid(), 50)) > mpmath.mpf(10) ** -30  # there is one


@pytest.mark.parametrize("alpha", ["1/3", "1", "5/2"])
@pytest.mark.parametrize(
    ("c", "dim", "most"), [("1/10000000000", 10**4, 1.001), ("3/2", 10**4, 10**4), ("1/2", 7, 10)]
)
def test_remainder_is_bounded_by_the_summand_on_circles(alpha, c, dim, most):
    """Of B_2m f^(2m)/(2m)! by Cauchy's estimate, with the largest of points on circles; nearly met where f is x^-α."""
    alpha, c, start, n, theta, terms = Fraction(alpha), Fraction(c), 6, 8, 0.2, 2
    with working_precision(100), mpmath.workdps(20):
        found = to_mpf(
            decay_sum._euler_maclaurin(alpha, start, dim, n, ball(c), terms, math.log(theta)).rad(), 20
        )
        a, ratio = mpmath.mpf(alpha.numerator) / alpha.denominator, mpmath.mpf(c.numerator) / c.denominator
        circle = [1 + theta * mpmath.expjpi(mpmath.mpf(j) / 16) for j in range(17)]

        def estimate(x):
            return max(abs(term(a, x * z, n, ratio)) for z in circle) / (theta * x) ** (2 * terms)

        points = sorted({min(6 * 2**j, dim) for j in range(12)})
        total = abs(mpmath.bernoulli(2 * terms)) * mpmath.quad(estimate, points, maxdegree=4)
        assert total <= found <= most * total


@pytest.mark.parametrize("n", [8, 9, 60])
@pytest.mark.parametrize(
    ("alpha", "c", "first", "end"), [("1", 1, 2, 7), ("1/2", "3/2", 1, 6), ("1/2", "3/2", 3, 15)]
)
def test_bound_of_a_head(alpha, c, first, end, n):
    alpha, c = Fraction(alpha), Fraction(c)
    with working_precision(100), mpmath.workdps(30):
        bound = to_mpf(decay_sum._monotone_bound(alpha, first, end, n, ball(c)).rad(), 30)
        sizes = [abs(term(mpmath.mpf(float(alpha)), k, n, mpmath.mpf(float(c)))) for k in range(first, end)]
        assert max(sizes) < mpmath.fsum(sizes) <= bound <= 1.001 * len(sizes) * max(sizes)


@pytest.mark.parametrize("alpha", ["1/10", "1/3", "1/2", "1", "2"])
@pytest.mark.parametrize("square", [40, 400, 4000])
def test_fall_to_the_best_upper_end(alpha, square):
    """Φ(w_high) - Φ(w_m) for the m between, at 4T² = ``square`` and any bracket of the turn."""
    alpha, dim = Fraction(alpha), 300
    c, q = Fraction(1, square), 1 / (2 * alpha) - 1
    with working_precision(100):

        def level(m):
            return m + ball(c * (dim + q * m))

        def value(m):
            return sign_descent.loss(alpha, m, power(m, -alpha), ball(c * (dim - m)))

        turn = next(
            (m for m in range(1, dim) if power(m, alpha) * sign_descent.power_sum(m, alpha) >= level(m)), dim
        )
        for low, high in [(1, dim), (turn - 1, turn + 5), (max(1, turn // 2), min(2 * turn, dim))]:
            if 1 <= low < turn <= high <= dim:
                slack = sign_descent._slack(alpha, low, high, level(high))
                for m in range(low, high + 1):
                    assert value(high) - value(m) <= slack or m == high
