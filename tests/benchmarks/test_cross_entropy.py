"""Cross-entropy with a searched step size, by the reduced forms. No time is asserted: read the table."""

from __future__ import annotations

import numpy as np
import pytest

from numerics import BigramProblem, cross_entropy


@pytest.mark.slow
@pytest.mark.benchmark(group="cross-entropy, searched step size")
@pytest.mark.parametrize(
    ("optimizer", "dim", "steps"),
    [("sd", 100_000, 1_000), ("gd", 1_000, range(10_001)), ("gd", 10_000, range(10_001))],
    ids=["sd, d = 10⁵, T = 1000", "gd, d = 10³, T = 0 … 10⁴", "gd, d = 10⁴, T = 0 … 10⁴"],
)
def test_searched_step(benchmark, optimizer, dim, steps):
    errors = benchmark.pedantic(
        cross_entropy.relative_error, (optimizer,), {"alpha": 1, "dim": dim, "steps": steps}
    )
    assert np.all(np.asarray(errors) <= 1)


@pytest.mark.slow
@pytest.mark.benchmark(group="cross-entropy, one step size, d = 1000, T = 20")
@pytest.mark.parametrize("optimizer", ["gd", "sd"])
@pytest.mark.parametrize("route", ["reduced", "d×d run"])
def test_one_step_size(benchmark, optimizer, route):
    problem = BigramProblem.power_law(1, 1_000)
    query = {"steps": 20, "step_size": 100.0 if optimizer == "gd" else 0.1}
    if route == "reduced":
        error = benchmark(cross_entropy.relative_error, optimizer, alpha=1, dim=1_000, **query)
    else:
        error = benchmark.pedantic(
            problem.train, (optimizer,), {**query, "loss": "cross-entropy"}
        ).relative_errors[-1]
    assert 0 < error < 1
