"""The simulation on another backend gives NumPy's numbers: ``pytest -m gpu`` runs this on CuPy and a CUDA device.

The same tests run on torch where it is installed, and on the reference implementation of the array standard, also on
its second device, whose arrays NumPy refuses like a GPU's. Distances allowed are bounds of rounding: NumPy's, and
those of a device that adds in an order of its own.
"""

from __future__ import annotations

import sys
from fractions import Fraction

import array_api_strict
import numpy as np
import pytest

import numerics
import theory
from numerics import backend as backends
from numerics import power_law, sign_variants
from numerics.backend import (
    Elsewhere,
    dtype_name,
    get_namespace,
    group_sums,
    name_of,
    require_memory,
    to_numpy,
)
from numerics.closed_form import Distances

ALPHAS = [Fraction(2, 5), Fraction(1, 2), Fraction(1), Fraction(3, 2)]
DIM = 3_000
STEPS = [1, 2, 7, 30, 101]
GENERIC = Fraction(61, 67)  # no word is a whole number of such steps away


@pytest.fixture(params=[pytest.param("cupy", marks=pytest.mark.gpu), "torch", "array_api_strict", "device1"])
def backend(request, monkeypatch):
    if request.param == "device1":
        there = Elsewhere(array_api_strict, array_api_strict.Device("device1"))
        monkeypatch.setitem(sys.modules, "device1", there)
        monkeypatch.setitem(backends._MODULES, "device1", "device1")
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
    names = ["numpy", name_of(get_namespace(backend).empty(0))]
    assert there.backend == names[1]
    # The same permutations; the frequencies of a device may be off by its power and its sum.
    assert to_numpy(there.conditionals) == pytest.approx(here.conditionals, rel=(8 + 2 * dim) * 2.0**-53)
    # A step by π₁ of its own, so that the sums by which the frequencies are divided cancel.
    ratio = GENERIC / steps if optimizer == "sd" else Fraction(3, 2)
    errors, budgets, times = [], [], [1, 2, 23, 24]
    for problem, name in zip((here, there), names, strict=True):
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


@pytest.mark.parametrize("optimizer", ["gd", "sd"])
def test_cross_entropy_training(optimizer, backend):
    """A step moves a logit by η and rounds it by some units of what it is, below 4; the loss is smooth there."""
    here, there = (numerics.BigramProblem.power_law(1, 24, seed=4, backend=b) for b in ("numpy", backend))
    runs = [p.train(optimizer, steps=12, step_size=0.3, loss="cross-entropy") for p in (here, there)]
    assert runs[1].losses == pytest.approx(runs[0].losses, rel=12 * 24 * 2**6 * 2.0**-53)
    assert to_numpy(runs[1].weights) == pytest.approx(runs[0].weights, abs=12 * 2**6 * 2.0**-53)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_type_is_kept(dtype, backend):
    problem = numerics.BigramProblem.power_law(1, 20, backend=backend, dtype=dtype)
    assert {dtype_name(array) for array in (*problem.gd_spectrum, *problem.sd_distances[:2])} == {dtype}
    for loss in ("square", "cross-entropy"):
        for optimizer in ("gd", "sd"):
            run = problem.train(optimizer, steps=3, step_size=0.1, loss=loss)
            assert run.dtype == dtype_name(run.weights) == dtype
            if loss == "square":
                closed = problem.relative_error(
                    optimizer,
                    steps=3,
                    step_size=0.1,
                    **({"dynamics": "iterated"} if optimizer == "sd" else {}),
                )
                unit = 2.0**-53 if dtype == "float64" else 2.0**-24
                # By `test_training`: 8 units a step of the distances, and sums of 400 terms.
                assert abs(run.relative_errors[-1] - closed) <= (2 * 24 + 2 * 400 + 40) * unit


def test_streamed_words(backend, both, monkeypatch):
    query = {"alpha": 1, "dim": DIM, "steps": [0, *STEPS], "step_ratio": 1}
    here = numerics.relative_error("gd", **query)
    monkeypatch.setattr(power_law, "KEPT", DIM - 1)
    there = numerics.relative_error("gd", backend=backend, **query)
    for steps, one, other in zip(STEPS, here[1:], there[1:], strict=True):
        assert abs(one - other) <= both("gd", Fraction(1), DIM, steps)


@pytest.mark.parametrize("alpha", ALPHAS, ids=str)
def test_theory(alpha, backend, rounding_of):
    for optimizer, bound in (("gd", rounding_of.gd), ("sd", rounding_of.best_sd)):
        query = {"alpha": alpha, "dim": DIM, "steps": 30}
        exact = theory.relative_error(optimizer, **query)
        found = numerics.relative_error(optimizer, backend=backend, **query)
        about = 30 if optimizer == "gd" else exact
        assert abs(found - exact) <= bound(alpha, DIM, about, backend=backend) + 2.0**-53 * exact
        assert (
            abs(numerics.relative_error(optimizer, backend=backend, **{**query, "steps": 31}) - exact) > 1e-5
        )


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("optimizer", "dynamics"), [("gd", "iterated"), ("sd", "iterated"), ("sd", "simplified")]
)
def test_a_random_problem_and_its_training(optimizer, dynamics, seed, backend):
    """By `test_training`: distances drift by 8 units a step of gd, and not of sd; sums of d² terms; closed forms."""
    dim, steps = 20, 24
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, 5, (dim, dim)) * (rng.random((dim, dim)) < 0.4)
    counts[0, 0] += 1
    drawn = numerics.BigramProblem.from_counts(counts)
    xp = get_namespace(backend)
    problem = numerics.BigramProblem(xp.asarray(drawn.frequencies), xp.asarray(drawn.conditionals))
    eta = float(rng.uniform(0.1, 1.9)) / float(drawn.frequencies[0])
    if optimizer == "sd":
        eta = float(rng.uniform(0.01, 1.5)) * float(drawn.conditionals.max()) / 10
    run = problem.train(optimizer, steps=steps, step_size=eta, dynamics=dynamics)
    options = {"steps": run.steps, "step_size": eta} | ({"dynamics": dynamics} if optimizer == "sd" else {})
    closed = problem.relative_error(optimizer, **options)
    drift = 8 * run.steps * 2.0**-53 * (optimizer == "gd")
    sums = (2 * dim**2 + 2 * dim + 16 + 8 * np.log(1 / np.maximum(closed, 1e-300))) * 2.0**-53
    bound = 2 * drift * np.sqrt(closed) + drift**2 + sums * closed
    assert np.all(np.abs(run.relative_errors - closed) <= bound)
    assert closed == pytest.approx(drawn.relative_error(optimizer, **options), rel=1e-12)
    other = problem.relative_error(optimizer, **{**options, "step_size": eta * (1 + 1e-7)})
    assert np.any(np.abs(run.relative_errors - other) > bound)


def test_variants_of_sign_descent(backend):
    """They are computed by NumPy, from wherever the problem is."""
    xp = get_namespace(backend)
    p = power_law.power_law_frequencies(1, 200)
    here = Distances(p, np.ones_like(p), 0.0)
    there = Distances(xp.asarray(p), xp.asarray(here.weights), 0.0)
    for function, options in (
        (sign_variants.merged, {}),
        (sign_variants.gaussian_start, {"scale": 0.1}),
        (sign_variants.harmonic_errors, {"steps": 5}),
        (sign_variants.quanta_to, {"epsilon": 0.3, "parity": "odd"}),
    ):
        one, other = (np.hstack([*function(problem, **options)]) for problem in (here, there))
        assert one.tolist() == other.tolist()


def test_sums_over_groups(backend):
    xp = get_namespace(backend)
    sums = group_sums(xp.asarray([2, 0, 2]), xp.asarray([1.0, 2.0, 4.0]), 4)
    assert to_numpy(sums).tolist() == [2.0, 0.0, 5.0, 0.0]


def test_memory_is_refused_before_it_is_taken(backend):
    with pytest.raises(ValueError, match="a world needs 1e"):
        require_memory(get_namespace(backend), 10**24, "a world")
