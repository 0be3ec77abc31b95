"""Training, step by step, equals the closed forms on random dense and sparse problems, up to rounding."""

from __future__ import annotations

import time
import tracemalloc

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import sparse

import numerics
from numerics import BigramProblem

U = 2.0**-53
KINDS = st.sampled_from(["power law", "dense", "sparse"])


def random_problem(kind, dim, seed):
    rng = np.random.default_rng(seed)
    if kind == "power law":
        return BigramProblem.power_law(float(rng.uniform(0.2, 2.5)), dim, seed=seed)
    counts = rng.integers(0, 5, (dim, dim)) * (rng.random((dim, dim)) < 0.4)
    counts[0, 0] += 1
    return BigramProblem.from_counts(sparse.csr_array(counts) if kind == "sparse" else counts)


def gd_bound(problem, errors, steps):
    """Rounding of T steps W ← W - ηπ(W - P), relative to the first loss.

    While stable |W| ≤ 2|P| and |W - P| ≤ |P|, and one step rounds by at most u(3·2|W - P| + |W|) ≤ 8u|P|;
    the factors |1 - ηπ| ≤ 1 do not amplify it. So |δ| is off by 8Tu|P|, the loss by Cauchy-Schwarz, the sums
    of d² terms and the closed form by (2d² + 16)u, the exponent of the closed form by 8·log(1/r)·u.
    """
    drift = 8 * steps * U
    relative = (2 * problem.dim**2 + 16 + 8 * np.log(1 / np.maximum(errors, 1e-300))) * U
    return 2 * drift * np.sqrt(errors) + drift**2 + relative * errors


@given(kind=KINDS, dim=st.integers(1, 25), seed=st.integers(0, 10**6), ratio=st.floats(0.05, 1.95))
@example(kind="power law", dim=1, seed=0, ratio=1.0)
def test_gd_training_is_the_closed_form(kind, dim, seed, ratio):
    problem = random_problem(kind, dim, seed)
    eta = ratio / float(problem.frequencies[0])
    result = problem.train("gd", steps=40, step_size=eta)
    errors = problem.relative_error("gd", steps=result.steps, step_size=eta)
    bound = gd_bound(problem, errors, result.steps)
    assert np.all(np.abs(result.relative_errors - errors) <= bound)


def test_gd_training_rejects_a_wrong_step_and_a_wrong_exponent():
    problem = random_problem("dense", 20, 3)
    result = problem.train("gd", steps=40)
    for wrong in (
        problem.relative_error("gd", steps=result.steps, step_size=result.step_size * (1 + 1e-9)),
        problem.relative_error("gd", steps=result.steps + 1),
    ):
        assert np.any(np.abs(result.relative_errors - wrong) > gd_bound(problem, wrong, result.steps))


@given(
    kind=KINDS,
    dim=st.integers(1, 25),
    seed=st.integers(0, 10**6),
    ratio=st.floats(0.01, 1.5),
    dynamics=st.sampled_from(["iterated", "simplified"]),
)
@example(kind="power law", dim=20, seed=0, ratio=1.0, dynamics="iterated")
@example(kind="sparse", dim=20, seed=1, ratio=0.5, dynamics="iterated")  # rationals: hits in plenty
@example(kind="sparse", dim=20, seed=1, ratio=0.5, dynamics="simplified")
def test_sd_training_is_the_closed_form(kind, dim, seed, ratio, dynamics):
    problem = random_problem(kind, dim, seed)
    eta = ratio * float(problem.sd_distances.distances[0]) / 10
    result = problem.train("sd", steps=30, step_size=eta, dynamics=dynamics)
    errors = problem.relative_error("sd", steps=result.steps, step_size=eta, dynamics=dynamics)
    # The distances are the same floats: only the order of summation differs (d² terms, in two nested sums).
    assert np.all(np.abs(result.relative_errors - errors) <= (2 * dim**2 + 2 * dim + 16) * U * errors)


def test_sd_training_tells_the_dynamics_and_parities_apart():
    problem = random_problem("sparse", 20, 1)
    eta = problem.best_step_size("sd", steps=12, dynamics="iterated")
    result = problem.train("sd", steps=12, step_size=eta)
    simplified = problem.relative_error("sd", steps=12, step_size=eta)
    odd = problem.relative_error("sd", steps=13, step_size=eta, dynamics="iterated")
    assert abs(result.relative_errors[-1] - simplified) > 1e-3
    assert abs(result.relative_errors[-1] - odd) > 1e-3


def test_sums_of_the_step_size_would_miss_exact_hits():
    """The twin of W = ηN: adding η in floats makes a coordinate at its optimum oscillate."""
    target, eta = np.asarray([0.3]), 0.1
    assert target / eta != 3.0
    problem = BigramProblem(np.asarray([1.0]), target[:, None])
    assert problem.train("sd", steps=4, step_size=eta).losses[3:].tolist() == [0.0, 0.0]
    weights = np.zeros(1)
    for _ in range(4):
        weights -= eta * np.sign(weights - target)
    assert abs(weights - target)[0] > 0.05


@pytest.mark.parametrize("kind", ["dense", "sparse"])
def test_the_weights_approach_the_conditionals(kind):
    problem = random_problem(kind, 12, 5)
    weights = problem.train("gd", steps=1000, step_size="best").weights
    if kind == "sparse":
        assert sparse.issparse(weights)
        assert weights.nnz == problem.conditionals.nnz
        gap = abs(weights - problem.conditionals).max()
    else:
        gap = np.abs(weights - problem.conditionals).max()
    assert gap < 1e-3


def test_the_first_loss_is_that_of_the_definition():
    """L(W) = Σ_ij over pairs of ½‖e_i W - e_j‖², minus its minimum, by direct enumeration of the pairs."""
    counts = np.asarray([[3, 1, 0], [1, 1, 2], [0, 4, 1]])
    problem = BigramProblem.from_counts(counts)
    order = np.argsort(-counts.sum(axis=1), kind="stable")
    counts = counts[np.ix_(order, order)]

    def loss(weights):
        onehot = np.eye(3)
        return sum(
            counts[i, j] / counts.sum() * 0.5 * np.sum((weights[i] - onehot[j]) ** 2)
            for i in range(3)
            for j in range(3)
        )

    result = problem.train("gd", steps=7, step_size=0.8)
    least = loss(problem.conditionals)
    assert result.losses[0] == pytest.approx(loss(np.zeros((3, 3))) - least, rel=100 * U)
    assert result.losses[7] == pytest.approx(loss(result.weights) - least, rel=1000 * U)


def test_result_carries_its_circumstances():
    problem = BigramProblem.power_law(1, 9, seed=4)
    seen = []
    result = problem.train("sd", steps=3, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert (result.optimizer, result.dynamics, result.backend, result.device) == (
        "sd",
        "iterated",
        "numpy",
        "cpu",
    )
    assert (result.dtype, result.seed, result.steps.tolist()) == ("float64", 4, [0, 1, 2, 3])
    assert result.step_size == problem.best_step_size("sd", steps=3, dynamics="iterated")
    with pytest.raises(AttributeError):
        result.seed = 5


def test_no_steps():
    result = BigramProblem.power_law(1, 5).train("sd", steps=0)
    assert result.relative_errors.tolist() == [1.0]


def test_training_refuses_an_unstable_step():
    problem = BigramProblem.power_law(1, 5)
    with pytest.raises(ValueError, match=r"step_size=9\.0 is out of range; gd diverges from 2/π₁"):
        problem.train("gd", steps=1, step_size=9.0)
    assert numerics.TrainingResult.__name__ == "TrainingResult"


WAYS = [
    ("gd", "iterated", "square"),
    ("sd", "iterated", "square"),
    ("sd", "simplified", "square"),
    ("gd", "iterated", "cross-entropy"),
    ("sd", "iterated", "cross-entropy"),
]


@pytest.fixture(scope="module")
def large_problems():
    rng = np.random.default_rng(0)
    counts = rng.integers(1, 5, (700, 700)) * (rng.random((700, 700)) < 0.2)
    counts[:, 0] += 1
    return {
        "dense": BigramProblem.power_law(1, 400),
        "float32": BigramProblem.power_law(1, 400, dtype="float32"),
        "sparse": BigramProblem.from_counts(sparse.csr_array(counts)),
    }


@pytest.mark.parametrize(("optimizer", "dynamics", "loss"), WAYS)
@pytest.mark.parametrize("kind", ["dense", "float32", "sparse"])
def test_the_memory_estimated_is_the_memory_taken(kind, optimizer, dynamics, loss, large_problems):
    problem = large_problems[kind]
    way = {"step_size": 0.01, "dynamics": dynamics, "loss": loss}
    estimated = problem.estimate(optimizer, steps=3, **way).memory
    tracemalloc.start()
    problem.train(optimizer, steps=3, **way)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # Beside whole arrays there are a few of a number for each row, of 400 or 140 an array.
    assert 0.75 * estimated < peak < 1.02 * estimated


@pytest.mark.parametrize("kind", ["dense", "sparse"])
def test_the_time_estimated_is_of_the_order_of_the_time_taken(kind, large_problems):
    problem = large_problems[kind]
    ratios = []
    for _ in range(3):  # other processes may take the core now, and not then
        estimated = problem.estimate("gd", steps=60, step_size=0.01).seconds
        start = time.perf_counter()
        problem.train("gd", steps=60, step_size=0.01)
        ratios.append(estimated / (time.perf_counter() - start))
    assert any(1 / 3 < ratio < 3 for ratio in ratios)
    assert problem.estimate("gd", steps=6_000, step_size=0.01).seconds > 20 * estimated


def test_an_estimate_refuses_what_training_refuses():
    problem = BigramProblem.power_law(1, 5)
    with pytest.raises(ValueError, match="gd diverges from 2/π₁"):
        problem.estimate("gd", steps=1, step_size=9.0)
    with pytest.raises(ValueError, match="steps=-1 is out of range"):
        problem.estimate("gd", steps=-1)
