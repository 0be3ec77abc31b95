"""Cases that once went wrong; each name says how."""

from __future__ import annotations

import pickle
from decimal import Decimal
from fractions import Fraction

import mpmath
import numpy as np
import pytest

import theory
from theory import gradient_descent
from theory.balls import ball, working_precision


def test_sd_step_size_was_scaled_by_the_wrong_power_of_the_largest_frequency() -> None:
    # H = 3/2, η = 2/3, T = 1: u = 1 and r = ((1-1)² + (1/2)²) / (5/4).
    assert theory.relative_error("sd", alpha=1, dim=2, steps=1, step_size="2/3") == 0.2
    total = sum(Fraction(1, k) for k in range(1, 11))
    ratio, steps = Fraction(1, 3), 7
    by_size = theory.relative_error("sd", alpha=1, dim=10, steps=steps, step_size=ratio / (steps * total))
    assert by_size == theory.relative_error("sd", alpha=1, dim=10, steps=steps, step_ratio=ratio)
    assert theory.relative_error("sd", alpha=1, dim=1, steps=3, step_size="1/3") == 0.0


def test_an_underflow_of_the_limit_law_was_returned_as_zero() -> None:
    arguments = {"alpha": "1/2", "dim": 10**5, "steps": 10**310, "method": "asymptotic"}
    assert theory.relative_error("gd", digits=15, **arguments) > 0
    with pytest.raises(OverflowError, match="digits="):
        theory.relative_error("gd", **arguments)
    assert theory.relative_error("gd", alpha=1, dim=100, steps=50, method="asymptotic") == 0.0


def test_the_largest_step_of_gd_was_rounded() -> None:
    near = 1 + Fraction(1, 10**30)
    for dim in (100, 2000):  # added, and by the Euler-Maclaurin formula
        problem = {"dim": dim, "steps": 10, "step_size": 1}
        assert theory.relative_error("gd", alpha=near, **problem) == theory.relative_error(
            "gd", alpha=1, **problem
        )
    assert (
        0
        < theory.relative_error("gd", alpha=2, dim=2, steps=5, step_size="2.4999999999999999999999999999")
        < 1
    )
    with pytest.raises(ValueError, match="diverges"):
        theory.relative_error("gd", alpha=2, dim=2, steps=5, step_size="2.5")


@pytest.mark.parametrize(
    ("alpha", "dim", "steps", "ratio"),
    [
        ("1/2", 10**1000, 10**1500, 1),  # the radius of the discs left the floats
        ("1/1000", 10**1000, 10**251, 1),  # an integral to more bits than its integrand had took 35 s
        ("1/1000", 10**1000, 10**6, "1.999"),  # a head of 10^300 terms was counted
        ("1/2", 10**100, 1, 1),  # a cut beyond the maximum of the summand
        (Fraction(1, 10**30), 10**4, 50, 1),  # 1 - k^-α closer to 0 than the working precision
        (10**5, 10**4, 50, 1),  # zetas of huge order
    ],
)
def test_corners_that_failed_or_hung(alpha: str, dim: int, steps: int, ratio: str) -> None:
    value = theory.relative_error("gd", alpha=alpha, dim=dim, steps=steps, step_ratio=ratio, digits=15)
    assert 0 < value <= 1


def test_the_finite_law_counted_to_ten_to_the_27() -> None:
    with pytest.raises(theory.PrecisionError, match="step"):
        theory.relative_error("gd", alpha="0.01", dim=10**30, steps=50, step_ratio="1.9", method="finite")


def test_numpy_scalars_bytes_and_arrays() -> None:
    expected = theory.relative_error("gd", alpha=1, dim=10, steps=5)
    assert theory.relative_error("gd", alpha=np.int64(1), dim=np.int64(10), steps=np.array(5)) == expected
    assert theory.relative_error("gd", alpha=1, dim=10, steps=np.array([5, 6]))[0] == expected
    with pytest.raises(TypeError, match="steps="):
        theory.relative_error("gd", alpha=1, dim=10, steps=b"12")


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"steps": -(10**5000)}, "steps="),
        ({"alpha": "1e99999999"}, "alpha="),
        ({"alpha": 10**400}, "alpha="),
        ({"digits": 10**6}, "digits="),
    ],
)
def test_numbers_too_large_to_print_or_to_use(arguments: dict[str, object], name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name}") as caught:
        theory.relative_error("gd", **{"alpha": 1, "dim": 10, "steps": 5} | arguments)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 200


def test_an_absolute_step_that_hits_a_word_exactly() -> None:
    """1 - c is a ball that holds zero, of which python-flint takes no power."""
    assert theory.relative_error("gd", alpha=1, dim=3, steps=1, step_size="11/6") == float(Fraction(59, 396))
    exact = theory.relative_error("gd", alpha=1, dim=2000, steps=7)
    inverse = sum(Fraction(1, k) for k in range(1, 2001))
    assert theory.relative_error("gd", alpha=1, dim=2000, steps=7, step_size=inverse) == exact


# In turn: quadrature of numbers below all that it foresees took minutes; 2 - c was smaller than the last place of a
# float, so that the first word seemed to stand still; at c = 2 the second of two words arrives at once, and nothing is
# left to take a logarithm of.
@pytest.mark.parametrize(
    ("alpha", "dim", "steps", "condition"),
    [("1/2", 10**30, 10**32, 10**15), (1, 10**100, 10**120, 10**100), (2, 2, 103, 4)],
)
def test_best_gd_steps_long_after_the_rarest_word_arrived(
    alpha: int | str, dim: int, steps: int, condition: int
) -> None:
    """Then it is close to the c at which the first and the last word, 1 - c and 1 - c d^-α, are balanced."""
    query = {"alpha": alpha, "dim": dim, "steps": steps}
    best = theory.enclosure("gd", step_size="best", **query)
    balanced = theory.enclosure("gd", step_ratio=2 / (1 + Fraction(1, condition)), **query)
    assert best.digits >= 15
    assert 0 < best.lower <= balanced.upper
    assert balanced.lower < best.upper * 4 * dim


def test_steps_far_beyond_the_dimension_are_fast_also_at_a_thousand_digits() -> None:
    """The remainder was bounded over [1, d] where a strip below d counts, which took 148 derivatives."""
    found = theory.enclosure("gd", alpha=1, dim=10**1000, steps=10**2000, step_ratio="1/1000")
    again = theory.enclosure("gd", alpha=1, dim=10**1000, steps=10**2000, step_ratio="1/1000", digits=40)
    assert found.lower <= again.lower <= again.upper <= found.upper


def test_ends_of_a_short_midpoint() -> None:
    """The midpoint ½ has one bit, and the ends were rounded outwards to 65."""
    found = theory.enclosure(
        "sd", alpha=1 - Fraction(1, 10**30), dim=2, steps=10_000, step_ratio="1/4", digits=40
    )
    assert found.digits >= 40


def test_enclosures_contain_fractions() -> None:
    exact = sum(Fraction(1, k) * (1 - Fraction(1, k)) ** 6 for k in range(1, 11)) / sum(
        Fraction(1, k) for k in range(1, 11)
    )
    found = theory.enclosure("gd", alpha=1, dim=10, steps=3, digits=30)
    assert exact in found
    assert exact + Fraction(1, 10**30) not in found
    assert Decimal("0.1") not in found
    assert Fraction(1, 2) not in theory.enclosure("gd", alpha="1/2", dim=10**30, steps=10**40)


@pytest.mark.parametrize(("alpha", "dim", "c"), [(100, 5, "1/2"), (50, 40, "1/100"), (100, 2, "9/10")])
def test_the_bound_of_the_finite_law_below_the_largest_step(alpha: int, dim: int, c: str) -> None:
    law = theory.PowerLaw(alpha, dim)
    with working_precision(200):
        ratio = ball(Fraction(c))
        gap = gradient_descent.exact(law, 1, ratio) - gradient_descent.finite(law, ball(2), ratio)
        assert abs(gap) <= gradient_descent.finite_error(law, 1, ratio)


def test_the_limit_of_sd_on_pieces_of_a_thousand_digits() -> None:
    """Every piece was told from the next, to as many bits as its number has."""
    coarse, fine = (
        theory.relative_error("sd", alpha="23/10", dim=10**600, steps=10**250, method="asymptotic", digits=n)
        for n in (150, 300)
    )
    assert 0 < 1 - coarse < mpmath.mpf(10) ** -90
    assert abs(coarse / fine - 1) < mpmath.mpf(10) ** -149


@pytest.mark.parametrize("parity", ["even", "odd", "mean"])
def test_an_epsilon_just_below_where_iterated_sd_stays_was_searched_for_ever(parity: str) -> None:
    query = {"alpha": 2, "dim": 3, "step_size": Fraction(36, 931), "dynamics": "iterated"}
    first = 100 + (parity == "odd")
    errors = theory.relative_error("sd", steps=[first, first + 1], digits=60, **query)
    with mpmath.workdps(60):
        stays = sum(errors) / 2 if parity == "mean" else errors[0]
        above, below = (Fraction(str(stays * (1 + sign * mpmath.mpf(10) ** -40))) for sign in (1, -1))
    with pytest.raises(ValueError, match="cannot be reached"):
        theory.iterations("sd", epsilon=below, parity=parity, **query)
    assert theory.iterations("sd", epsilon=above, parity=parity, **query) <= first


def test_a_target_just_above_the_floor_is_reached_and_one_at_it_is_undecided() -> None:
    """All words on their way: the error is the floor from the first step on, here (1/2)²/(1 + 1/4)."""
    query = {"alpha": 1, "dim": 2, "step_ratio": "1/2"}
    assert theory.iterations("sd", epsilon=Fraction(1, 5) + Fraction(1, 10**25), **query) == 1
    with pytest.raises(
        theory.PrecisionError, match=r"agrees with the floor at step_ratio=1/2 .* cannot be decided"
    ):
        theory.iterations("sd", epsilon="1/5", **query)
    with pytest.raises(ValueError, match=r"cannot be reached with step_ratio=1/2: the floor is 0\.2"):
        theory.iterations("sd", epsilon=Fraction(1, 5) - Fraction(1, 10**25), **query)


def test_a_law_that_is_out_of_bounds_near_one_half_leaves_the_count_alone() -> None:
    near = theory.iterations("sd", alpha=Fraction(1, 2) - Fraction(1, 10**30), dim=11, epsilon="9/10")
    assert near == theory.iterations("sd", alpha="1/2", dim=11, epsilon="9/10")


@pytest.mark.parametrize("optimizer", ["gd", "sd"])
def test_laws_survive_pickling_and_know_their_exponents(optimizer: str) -> None:
    for law in theory.laws(optimizer):
        again = pickle.loads(pickle.dumps(law))
        assert again == law
        assert [again.covers(Fraction(k, 4)) for k in range(1, 9)] == [
            law.covers(Fraction(k, 4)) for k in range(1, 9)
        ]
    covering = [
        [law.regime for law in theory.laws(optimizer) if law.covers(Fraction(k, 4))] for k in range(1, 9)
    ]
    assert all(len(regimes) == 1 for regimes in covering)
    assert len({regimes[0] for regimes in covering}) == 3
