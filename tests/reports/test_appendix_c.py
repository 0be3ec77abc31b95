"""Appendix C: the integral by two routes, what the wrong bound misses, and the helpers of the inequalities."""

from fractions import Fraction

import pytest

from reports import Row
from reports.comparisons.appendix_c_gradient_descent import (
    SHOWN,
    beta_integral,
    exact_row,
    greatest_term,
    greatest_value,
    tightest,
)
from theory.balls import ball, to_float, working_precision
from theory.decay_sum import decay_integral, decay_sum


@pytest.mark.parametrize(
    ("alpha", "dim", "steps"),
    [("1/2", 100, 30), ("1", 10**6, 1000), ("1", 10**40, 10**30), ("7/5", 50, 400), ("3", 10**9, 5)],
)
def test_the_incomplete_beta_function_is_the_integral(alpha, dim, steps):
    with working_precision(600):
        series = beta_integral(Fraction(alpha), dim, steps)
        quadrature = decay_integral(Fraction(alpha), dim, ball(2 * steps), ball(1))
        assert abs(series / quadrature - 1) < ball(Fraction(1, 10**40))


def test_the_greatest_term_over_integers_is_no_bound():
    at = Fraction(4), 10, 1
    with working_precision(128):
        difference = abs(decay_sum(*at, ball(1)) - beta_integral(*at))
        over_integers, over_reals = (
            to_float(difference / bound(*at, factor=1), what="ratio")
            for bound in (greatest_term, greatest_value)
        )
    assert over_integers == pytest.approx(1.1663, abs=5e-5)
    assert over_reals < 1


def test_rows_keep_the_order_of_rational_numbers():
    tiny = Fraction(1, 10**40)
    assert exact_row({}, Fraction(1), Fraction(1) + tiny).error > 0
    assert exact_row({}, Fraction(1), Fraction(1)).error == 0
    assert exact_row({}, Fraction(1), Fraction(1) - tiny).error == 0


def test_every_row_beyond_its_bound_is_kept():
    rows = [Row({"kind": "a", "i": i}, 1.0, 0.5 + i / 100, {"rounding": 0.0}) for i in range(100)]
    rows += [Row({"kind": "b", "i": i}, 1.0, 0.001 * i, {"rounding": 0.0}) for i in range(100)]
    kept = tightest(rows, "kind")
    assert sum(row.observed > 1 for row in kept) == sum(row.observed > 1 for row in rows)
    assert [row.case["i"] for row in kept if row.case["kind"] == "b"] == list(range(99, 99 - SHOWN, -1))
