"""The best sd step where one or two words are on their way, in rational arithmetic over every piece."""

from fractions import Fraction
from itertools import pairwise

import pytest

import theory


def least_over_pieces(alpha, dim, steps):
    """Return the least loss times H(d, 2α), each quadratic piece minimized within its ends."""
    weights = [Fraction(1, k**alpha) for k in range(1, dim + 1)] + [Fraction(0)]
    floor = Fraction(1, 4 * steps**2)
    total, squares, losses = Fraction(0), Fraction(0), []
    for m, (weight, following) in enumerate(pairwise(weights), start=1):
        total, squares = total + weight, squares + weight**2
        curvature = m + floor * (dim - m)
        u = min(max(total / curvature, following), weight)
        losses.append(squares - 2 * u * total + u**2 * curvature)
    return min(losses)


def closed_form(alpha, dim, steps):
    """own-d.4, times H(d, 2α)."""
    square, n = 4 * steps**2, dim - 1
    excess = (2**alpha - 1) * square - n
    if excess**2 >= square + n:
        return Fraction(n, square + n)
    return (1 - Fraction(1, 2**alpha)) ** 2 + Fraction(dim - 2, square * 4**alpha)


@pytest.mark.parametrize("alpha", [1, 2, 3])
def test_from_the_bound_of_proposition_d_4_on_one_of_two_steps_is_best(alpha):
    for steps in range(1, 8):
        for dim in range(2, min((2**alpha - 1) * 4 * steps**2 + 1, 60) + 1):
            expected = least_over_pieces(alpha, dim, steps)
            assert closed_form(alpha, dim, steps) == expected
            start = sum(Fraction(1, k ** (2 * alpha)) for k in range(1, dim + 1))
            found = theory.relative_error("sd", alpha=alpha, dim=dim, steps=steps)
            assert found == pytest.approx(float(expected / start), rel=2**-52, abs=0)


@pytest.mark.parametrize(("steps", "dim"), [(3, 29), (102, 41_329), (3465, 48_015_101)])
def test_both_steps_are_best_at_once(steps, dim):
    """α = 1: s = √(4T² + d - 1) solves s(s + 1) = 8T², that is (2s + 1)² - 2(4T)² = 1."""
    square = 4 * steps**2
    assert Fraction(dim - 1, square + dim - 1) == Fraction(1, 4) + Fraction(dim - 2, 4 * square)
    first, second = (
        theory.relative_error("sd", alpha=1, dim=dim, steps=steps, step_ratio=u)
        for u in (Fraction(square, square + dim - 1), Fraction(1, 2))
    )
    best = theory.relative_error("sd", alpha=1, dim=dim, steps=steps)
    assert first == second == best
