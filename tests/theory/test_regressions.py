"""Cases that once went wrong; each name says how."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import theory


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
    assert theory.relative_error("gd", alpha=near, dim=1000, steps=10, step_size=1) == theory.relative_error(
        "gd", alpha=1, dim=1000, steps=10, step_size=1
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
