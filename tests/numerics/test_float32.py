"""Simulation in float32 is within derived bounds of that in float64."""

from __future__ import annotations

import math

import numpy as np
import pytest

import numerics
from numerics.closed_form import Distances, quotients
from numerics.power_law import power_law_frequencies
from numerics.step_search import prefix_sums

U, U32 = 2.0**-53, 2.0**-24


@pytest.mark.parametrize("alpha", [0.5, 1.0, 1.5])
@pytest.mark.parametrize("ratio", [1.0, 1.75])
def test_float32_is_within_its_bound(alpha, ratio):
    """By `gd_relative_error`, with 4 ulp for NumPy's exp and log1p in float32, and the sums' 16 + log₂ … units."""
    dim, steps = 20_000, np.asarray([1, 2, 30, 1_000, 10**5, 10**8])
    query = {"alpha": alpha, "dim": dim, "steps": steps, "step_ratio": ratio}
    double, single = (numerics.relative_error("gd", dtype=d, **query) for d in ("float64", "float32"))
    p = power_law_frequencies(alpha, dim)
    x = ratio * p / p[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        y = -np.log(np.abs(1 - x))
        amplification = np.where(y > 0, x / np.abs(1 - x) / y, 0.0)
        for value, other, t in zip(double, single, steps.tolist(), strict=True):
            term = p * np.exp(-2 * t * y)
            moved = np.where(term > 0, (3 * amplification + 10) * 2 * t * y, 0.0)
            bound = 1.01 * float(np.sum(term * (np.minimum(moved, 1e6) + 12))) * U32 + 2 * 26 * U32 * value
            assert abs(value - other) <= bound + 1e-37
    assert np.any(double != single)
    assert np.all(single == single.astype(np.float64))


@pytest.mark.parametrize("dynamics", ["simplified", "iterated"])
def test_sign_descent_in_float32(dynamics, rounding_of):
    """The bound of float64 with its unit replaced; sums of 500 terms are within 26 units."""
    query = {"alpha": 1, "dim": 500, "steps": [1, 2, 9, 100], "step_size": 0.0123, "dynamics": dynamics}
    double, single = (numerics.relative_error("sd", dtype=d, **query) for d in ("float64", "float32"))
    for value, other in zip(double.tolist(), single.tolist(), strict=True):
        assert 0 < abs(value - other) <= rounding_of.sd(1, 500, value) * U32 / U
    counts = [
        numerics.iterations("sd", alpha=1, dim=500, epsilon=0.1, dtype=d, dynamics=dynamics, parity=parity)
        for d in ("float64", "float32")
        for parity in ["even" if dynamics == "iterated" else None]
    ]
    assert counts[0] == counts[1]


def test_float32_and_the_search_of_a_step_size(rounding_of):
    """The search is in float64: running sums of so many terms in float32 would lose digits."""
    p = power_law_frequencies(1, 20_000, dtype="float32")
    sums = prefix_sums(Distances(p, np.ones_like(p), 0.0))
    assert sums.first[-1] == pytest.approx(math.fsum(p.tolist()), rel=20_000 * U)
    assert np.cumsum(p)[-1] != pytest.approx(math.fsum(p.tolist()), rel=20_000 * U)
    query = {"alpha": 1, "dim": 20_000, "steps": [2, 30, 500]}
    double, single = (numerics.relative_error("sd", dtype=d, **query) for d in ("float64", "float32"))
    for value, other in zip(double.tolist(), single.tolist(), strict=True):
        assert (
            0
            < abs(value - other)
            <= rounding_of.best_sd(1, 20_000, value) + (rounding_of.sd(1, 20_000, value) * U32 / U)
        )


def test_float32_decides_ties_by_its_own_ulp():
    p = power_law_frequencies(0.7, 500, dtype="float32")
    for k in range(1, 500, 7):
        for steps in (3, 50, 1_000):
            assert quotients(p, float(p[k]) / steps)[k] == steps


def test_float32_counts_steps_by_its_own_errors():
    """Steps are preselected by sums in float64, with room for what a sum in float32 may be off."""
    query = {"alpha": 1, "dim": 60, "step_size": 0.0021, "dtype": "float32"}
    for steps in range(1, 80):
        error = numerics.relative_error("sd", steps=steps, **query)
        assert numerics.iterations("sd", epsilon=error, **query) <= steps


def test_float32_is_refused_where_it_underflows_and_types_are_named():
    with pytest.raises(ValueError, match="alpha=6 underflows float32 at dim=10000; pass one of at most 5"):
        numerics.relative_error("gd", alpha=6, dim=10_000, steps=1, dtype="float32")
    with pytest.raises(ValueError, match=r"dtype='float23' is unknown; did you mean 'float32'\?"):
        numerics.relative_error("gd", alpha=1, dim=10, steps=1, dtype="float23")
