"""The claims: the numbers their notes quote, by another route than their checks; and the helpers of fair gd."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import numerics
import theory
from reports.comparisons.limits import decimal
from reports.comparisons.own_best_gd_step import below, best, price, pull
from reports.document.content import statement_number

CLAIMS = [entry for entry in theory.statements() if entry.id.startswith("claim-")]


def steps_of(optimizer: str, dim: int, epsilon: float, **options: object) -> int:
    """Simulated steps at α = 1."""
    options = {"alpha": 1, **options}
    return numerics.iterations(optimizer, dim=dim, epsilon=epsilon, **options)  # type: ignore[arg-type]


def test_claims_are_claims() -> None:
    assert {entry.expected for entry in CLAIMS} == {"CONFIRMED", "REFUTED"}
    for entry in CLAIMS:
        assert statement_number(entry.id) == "Claim"
        assert entry.reference.startswith("drawn from")


@pytest.mark.parametrize(("epsilon", "factor"), [(0.5, 0.75), (0.1, 12.04), (0.01, 19.57)])
def test_factors_of_sd_at_ten_thousand_words(epsilon: float, factor: float) -> None:
    gd, sd = (steps_of(optimizer, 10**4, epsilon) for optimizer in ("gd", "sd"))
    assert gd / sd == pytest.approx(factor, abs=5e-3)
    tuned = steps_of("gd", 10**4, epsilon, step_size="best")
    assert 1.7 < gd / tuned <= 2


@pytest.mark.parametrize(("epsilon", "least", "most"), [(0.05, 1.15, 1.25), (0.5, 0.75, 0.85)])
def test_worst_exponent_at_ten_thousand_words(epsilon: float, least: float, most: float) -> None:
    alphas = np.round(np.arange(0.5, 1.55, 0.05), 2).tolist()
    steps = [steps_of("gd", 10**4, epsilon, alpha=alpha) for alpha in alphas]
    assert least <= alphas[int(np.argmax(steps))] <= most
    assert max(steps) > 1.5 * steps[alphas.index(1.0)]


def test_one_is_the_worst_exponent_at_the_crossing() -> None:
    dim = round(math.exp(1.80632 / 0.1))
    below_one, at_one, above_one = (
        theory.iterations("gd", alpha=alpha, dim=dim, epsilon="1/10") for alpha in ("19/20", "1", "21/20")
    )
    assert below_one < at_one > above_one


def test_even_steps_do_not_grow() -> None:
    even = [steps_of("sd", dim, 0.1, dynamics="iterated", parity="even") for dim in (500, 2000, 16_000)]
    assert even == [8, 8, 8]


def test_classical_bounds_at_ten_thousand_words() -> None:
    normalizer = math.fsum(1 / k for k in range(1, 10**4 + 1))
    assert math.ceil(math.log(0.1) / math.log1p(-1e-4)) == 23_025
    assert round(4 * 10**4 / (0.1 * normalizer) - 4) == 40_864
    assert steps_of("gd", 10**4, 0.1) == 1361


def test_a_run_of_sign_descent_repeats_itself() -> None:
    query = {"alpha": 1, "dim": 1000, "dynamics": "iterated"}
    eta = numerics.best_step_size("sd", steps=30, **query)  # type: ignore[arg-type]
    errors = numerics.relative_error("sd", steps=[30, 60, 300], step_size=eta, **query)  # type: ignore[arg-type]
    assert np.ptp(errors) < 1e-15


@pytest.mark.parametrize(
    ("alpha", "dim", "steps"), [("1/2", 10**5, 300), ("1", 10**5, 500), ("2", 500, 40_000)]
)
def test_the_pull_is_a_sum_over_the_other_words(alpha: str, dim: int, steps: int) -> None:
    w = np.arange(2.0, dim + 1) ** -float(decimal(alpha))
    total = float(np.sum(w**2 * np.abs(1 - 2 * w) ** (2 * steps - 1)))
    assert total == pytest.approx(float(pull(alpha, dim, steps)), rel=5 / steps + 10 / dim)


def test_the_price_is_what_the_best_step_leaves() -> None:
    alpha, dim, steps = "1", 10**4, 200
    w = np.arange(1.0, dim + 1) ** -1
    at_the_edge = float(np.sum((w * np.abs(1 - 2 * w) ** (2 * steps))[1:]))
    gap, lowest, others = best(alpha, dim, steps)
    assert float(others) == pytest.approx(at_the_edge, rel=1e-12)
    least = float(np.sum(w * np.abs(1 - (2 - float(gap)) * w) ** (2 * steps)))
    assert float(lowest) == pytest.approx(least, rel=1e-10)
    assert least - at_the_edge == pytest.approx(float(price(alpha, dim, steps)), rel=5 / steps)
    assert float(gap) == pytest.approx(
        float(mpmath.log(1 / pull(alpha, dim, steps))) / (2 * steps), rel=5 / steps
    )


@given(
    center=st.floats(1.2, 1.9),
    curvature=st.floats(0.1, 10),
    floor=st.floats(0.1, 1),
    points=st.lists(st.floats(1, 1.99), min_size=30, max_size=60, unique_by=lambda x: round(x, 4)),
)
@example(center=1.890625, curvature=1.0, floor=1.0, points=[1 + k / 32 for k in range(29)] + [1.9375]).via(
    "the minimum between the last two points"
)
def test_lower_bound_of_a_convex_function(
    center: float, curvature: float, floor: float, points: list[float]
) -> None:
    x = np.sort(np.array(points))
    values = floor + curvature * (x - center) ** 2 + curvature * np.abs(x - center)
    if x[1] < center:
        assert below(x, values) <= floor + 1e-9
