"""``theory.enclosure``: the interval holds the truth, is as small as asked for, and is a value among values."""

from __future__ import annotations

import dataclasses
import pickle
from fractions import Fraction
from typing import Any

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

import theory
from theory import balls

ALPHAS = st.fractions(Fraction(1, 100), 20, max_denominator=100)


@given(
    alpha=ALPHAS,
    dim=st.integers(2, 300),
    steps=st.integers(1, 10**6),
    ratio=st.fractions(Fraction(1, 100), Fraction(199, 100), max_denominator=100),
    digits=st.integers(1, 60),
)
def test_gd_lies_inside(
    alpha: Fraction, dim: int, steps: int, ratio: Fraction, digits: int, reference: Any
) -> None:
    found = theory.enclosure("gd", alpha=alpha, dim=dim, steps=steps, step_ratio=ratio, digits=digits)
    truth = reference.gd_direct(alpha, dim, steps, ratio, int(found.digits) + 40)
    assert truth in found
    assert found.digits >= digits
    assert truth * (1 + mpmath.mpf(10) ** -5) not in found or found.digits < 5


@given(alpha=ALPHAS, dim=st.integers(2, 300), steps=st.integers(1, 10**4), digits=st.integers(1, 60))
def test_best_sd_lies_inside(alpha: Fraction, dim: int, steps: int, digits: int, reference: Any) -> None:
    found = theory.enclosure("sd", alpha=alpha, dim=dim, steps=steps, digits=digits)
    truth, _, _ = reference.sd_pieces(alpha, dim, steps, int(found.digits) + 40)
    assert truth in found
    assert found.digits >= digits


@pytest.mark.parametrize("optimizer", ["gd", "sd"])
@pytest.mark.parametrize("alpha", ["1/1000", "1/3", "1/2", 1, "1.000000000000000000000000000001", "3/2", 50])
@pytest.mark.parametrize("exponent", [1, 30, 1000])
def test_midpoint_is_the_exact_value(optimizer: str, alpha: str | int, exponent: int) -> None:
    query = {"alpha": alpha, "dim": 10**exponent, "steps": 10 ** (exponent // 4 + 1)}
    found = theory.enclosure(optimizer, digits=30, **query)
    with mpmath.workdps(30):
        assert +found.midpoint == theory.relative_error(optimizer, digits=30, **query)
    finer = theory.enclosure(optimizer, digits=60, **query)
    assert max(found.lower, finer.lower) <= min(found.upper, finer.upper)
    assert finer.digits >= 60


def test_far_beyond_the_floats() -> None:
    found = theory.enclosure("gd", alpha=1, dim=1000, steps=10**30)
    with mpmath.workdps(30):
        decay = 2 * 10**30 * mpmath.log1p(mpmath.mpf(-1) / 1000)
        assert abs(mpmath.log(found.upper) - decay) < 10
    assert found.digits >= 15


def test_is_a_value() -> None:
    found = theory.enclosure("gd", alpha=1, dim=10**40, steps=10**25, digits=20)
    assert pickle.loads(pickle.dumps(found)) == found
    assert len({found, theory.enclosure("gd", alpha=1, dim=10**40, steps=10**25, digits=20)}) == 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.lower = 0
    assert found._repr_latex_().startswith("$0.35895760915635845")
    assert r"\pm" in found._repr_latex_()
    start, *later = theory.enclosure("gd", alpha=1, dim=100, steps=[0, 1, 2])
    assert (start.lower, start.upper, start.radius, start.digits) == (1, 1, 0, float("inf"))
    assert [entry.upper < 1 for entry in later] == [True, True]


def test_a_ball_that_cannot_be_made_small_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(balls, "PRECISION_LIMIT", 200)
    with pytest.raises(
        theory.PrecisionError, match=r"relative_error\('gd', alpha=1, dim=1000, steps=.*200 bits"
    ):
        theory.enclosure("gd", alpha=1, dim=1000, steps=10**100, step_ratio="3/2")


def test_ties_are_decided_in_integers() -> None:
    """A step that agrees with 1/3 to 400 digits is none that hits the third word."""
    query = {"alpha": 1, "dim": 10, "steps": 4, "digits": 30}
    hit, near = (
        theory.relative_error("sd", step_ratio=ratio, **query)
        for ratio in (Fraction(1, 3), Fraction(1, 3) + Fraction(1, 10**400))
    )
    # Just above a third the third word no longer arrives and oscillates: a quarter of a step squared.
    with mpmath.workdps(30):
        total = mpmath.fsum(mpmath.mpf(1) / k**2 for k in range(1, 11))
        assert abs(near - hit - mpmath.mpf(1) / (9 * 4 * 16) / total) < mpmath.mpf(10) ** -28
    irrational = theory.relative_error("sd", alpha="1/2", dim=10, steps=4, step_ratio="1/3")  # hits k = 9
    assert irrational == pytest.approx(
        (sum((k**-0.5 - 1 / 3) ** 2 for k in range(1, 10)) + (1 / 24) ** 2)
        / sum(1 / k for k in range(1, 11)),
        rel=1e-14,
    )
