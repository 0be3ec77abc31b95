"""Certified queries across the dimensions: their cost should not grow with d. No time is asserted."""

from __future__ import annotations

import pytest

import theory


@pytest.mark.benchmark(group="certified relative error of gd, α = 1, 2t = √d, 15 digits")
@pytest.mark.parametrize("power", [6, 12, 30, 100, 1000])
def test_exact_gd(benchmark, power):
    value = benchmark(theory.relative_error, "gd", alpha=1, dim=10**power, steps=10 ** (power // 2) // 2)
    assert 0 < value < 1


@pytest.mark.benchmark(group="certified relative error of sd at its best step, α = 1, T = √d")
@pytest.mark.parametrize("power", [6, 12, 30, 100])
def test_best_sd(benchmark, power):
    value = benchmark(theory.relative_error, "sd", alpha=1, dim=10**power, steps=10 ** (power // 2))
    assert 0 < value < 1


@pytest.mark.benchmark(group="certified number of steps, α = 1, ε = 1/10")
@pytest.mark.parametrize("optimizer", ["gd", "sd"])
@pytest.mark.parametrize("power", [5, 12, 30])
def test_iterations(benchmark, optimizer, power):
    assert benchmark(theory.iterations, optimizer, alpha=1, dim=10**power, epsilon="1/10") > 0
