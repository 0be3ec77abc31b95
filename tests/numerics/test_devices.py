"""The simulation on another backend gives NumPy's numbers: ``pytest -m gpu`` runs this on CuPy and a CUDA device.

The same tests run on the reference implementation of the array standard, so that they are known to work. Distances
allowed are bounds of rounding: NumPy's, and those of a device that adds in an order of its own.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import numerics
from numerics.backend import get_namespace, group_sums, require_memory, to_numpy

ALPHAS = [Fraction(2, 5), Fraction(1, 2), Fraction(1), Fraction(3, 2)]
DIM = 3_000
STEPS = [1, 2, 7, 30, 101]
GENERIC = Fraction(61, 67)  # no word is a whole number of such steps away


@pytest.fixture(params=[pytest.param("cupy", marks=pytest.mark.gpu), "array_api_strict"])
def backend(request):
    try:
        get_namespace(request.param)
    except ValueError as error:
        pytest.skip(str(error))
    return request.param


@pytest.fixture
def both(rounding_of, backend):
    """Sum of the bounds on both backends, by name."""
    return lambda name, *case, **options: sum(
        getattr(rounding_of, name)(*case, backend=b, **options) for b in ("numpy", backend)
    )


@pytest.mark.parametrize("alpha", ALPHAS, ids=str)
@pytest.mark.parametrize("ratio", [Fraction(1), Fraction(7, 4)], ids=str)
def test_gd(alpha, ratio, backend, both):
    query = {"alpha": alpha, "dim": DIM, "steps": [0, *STEPS], "step_ratio": ratio}
    here, there = (numerics.relative_error("gd", backend=b, **query) for b in ("numpy", backend))
    assert type(there) is np.ndarray
    assert there[0] == 1
    for steps, one, other in zip(STEPS, here[1:], there[1:], strict=True):
        assert abs(one - other) <= both("gd", alpha, DIM, steps, ratio=ratio)


@pytest.mark.parametrize("alpha", ALPHAS, ids=str)
@pytest.mark.parametrize("dynamics", ["simplified", "iterated"])
def test_sd_at_a_fixed_step(alpha, dynamics, backend, both):
    for steps in STEPS:
        query = {"alpha": alpha, "dim": DIM, "steps": steps, "step_ratio": GENERIC, "dynamics": dynamics}
        here, there = (numerics.relative_error("sd", backend=b, **query) for b in ("numpy", backend))
        assert abs(here - there) <= both("sd", alpha, DIM, here)


@pytest.mark.parametrize("alpha", ALPHAS, ids=str)
def test_sd_best_step(alpha, backend, both):
    for steps in STEPS:
        query = {"alpha": alpha, "dim": DIM, "steps": steps}
        here, there = (numerics.relative_error("sd", backend=b, **query) for b in ("numpy", backend))
        assert abs(here - there) <= both("best_sd", alpha, DIM, here)


@pytest.mark.parametrize("alpha", ALPHAS, ids=str)
def test_iterations(alpha, backend):
    """ε is far from the error after any step, so that the counts are equal."""
    for optimizer, options in (
        ("gd", {}),
        ("gd", {"step_size": "best"}),
        ("sd", {}),
        ("sd", {"dynamics": "iterated", "parity": "even"}),
    ):
        query = {"alpha": alpha, "dim": 300, "epsilon": Fraction(1, 7), **options}
        here, there = (numerics.iterations(optimizer, backend=b, **query) for b in ("numpy", backend))
        assert here == there


@pytest.mark.parametrize(
    ("optimizer", "dynamics"), [("gd", "iterated"), ("sd", "iterated"), ("sd", "simplified")]
)
def test_a_problem_and_its_training(optimizer, dynamics, backend, rounding_of):
    alpha, dim, steps = Fraction(1), 60, 24
    here, there = (
        numerics.BigramProblem.power_law(alpha, dim, seed=4, backend=b) for b in ("numpy", backend)
    )
    assert there.backend == backend
    # The same permutations; the frequencies of a device may be off by its power and its sum.
    assert to_numpy(there.conditionals) == pytest.approx(here.conditionals, rel=(8 + 2 * dim) * 2.0**-53)
    # A step by π₁ of its own, so that the sums by which the frequencies are divided cancel.
    ratio = GENERIC / steps if optimizer == "sd" else Fraction(3, 2)
    errors, budgets, times = [], [], [1, 2, 23, 24]
    for problem, name in ((here, "numpy"), (there, backend)):
        first = float(to_numpy(problem.frequencies)[0])
        step = float(ratio) * first if optimizer == "sd" else float(ratio) / first
        run = problem.train(optimizer, steps=steps, step_size=step, dynamics=dynamics)
        assert run.backend == name
        options = {"step_size": step, **({} if optimizer == "gd" else {"dynamics": dynamics})}
        closed = problem.relative_error(optimizer, steps=times, **options)
        errors += [closed, run.relative_errors[times]]
        for t, value in zip(times, closed.tolist(), strict=True):
            if optimizer == "gd":
                budget = rounding_of.training(alpha, dim, t, value, ratio=ratio, backend=name)
            else:
                budget = rounding_of.sd(alpha, dim, value, terms=dim**2, backend=name)
            budgets.append(budget)
    for found in errors[1:]:
        assert (np.abs(found - errors[0]) <= np.reshape(budgets, (2, 4)).sum(axis=0)).all()


def test_sums_over_groups(backend):
    xp = get_namespace(backend)
    sums = group_sums(xp.asarray([2, 0, 2]), xp.asarray([1.0, 2.0, 4.0]), 4)
    assert to_numpy(sums).tolist() == [2.0, 0.0, 5.0, 0.0]


def test_memory_is_refused_before_it_is_taken(backend):
    with pytest.raises(ValueError, match="a world needs 1e"):
        require_memory(get_namespace(backend), 10**24, "a world")
