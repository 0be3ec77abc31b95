"""Best steps of sign descent on a million words, and a phase diagram. No time is asserted."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import numerics
from reports.phase import phase_diagram

DIM = 10**6


@pytest.mark.benchmark(group="iterated sd, α = 1, d = 10^6, one step size")
@pytest.mark.parametrize("steps", [100, 1_001, 10_000])
def test_iterated(benchmark, steps):
    eta = 0.07 / steps
    query = {"alpha": 1.0, "dim": DIM, "steps": steps, "step_size": eta, "dynamics": "iterated"}
    assert benchmark(numerics.relative_error, "sd", **query) > 0


@pytest.mark.benchmark(group="iterated sd, α = 1, d = 10^6, best step")
@pytest.mark.parametrize("steps", [10, 101, 1_000])
def test_iterated_best(benchmark, steps):
    assert benchmark(numerics.relative_error, "sd", alpha=1.0, dim=DIM, steps=steps, dynamics="iterated") > 0


@pytest.mark.benchmark(group="simplified sd, α = 1, d = 10^6, best step: the set-up is that of one horizon")
@pytest.mark.parametrize("horizons", [1, 101])
def test_simplified_best(benchmark, horizons):
    steps = np.arange(100, 100 + horizons)
    assert np.all(benchmark(numerics.relative_error, "sd", alpha=1.0, dim=DIM, steps=steps) > 0)


@pytest.mark.benchmark(group="phase diagram, 100×100, d = 10^6", min_rounds=1, max_time=0)
def test_phase_diagram(benchmark):
    alphas = [Fraction(10 + 2 * i, 100) for i in range(100)]
    epsilons = [Fraction(f"{0.01 * 70 ** (j / 99):.3g}") for j in range(100)]
    assert benchmark(phase_diagram, DIM, alphas=alphas, epsilons=epsilons).winner.shape == (100, 100)
