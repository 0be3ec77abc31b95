"""Cross-entropy: the matrix run against its definition, the reduced forms against the matrix run."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import sparse

from numerics import BigramProblem, cross_entropy
from numerics import cross_entropy_gd as family
from numerics import cross_entropy_sd as levels
from numerics.rank_quadrature import rank_quadrature

U = 2.0**-53
LOSS = "cross-entropy"


def random_counts(dim, seed):
    """Counts with zeros, a row without words, a row of one word and one that is uniform."""
    rng = np.random.default_rng(seed)
    counts = rng.poisson(0.8, (dim, dim))
    counts[1], counts[2], counts[3] = 0, 0, 2
    counts[2, 0] = 3
    return counts


def mean_loss(counts, weights):
    """-log softmax(W_i)_j, averaged over the pairs, one by one."""
    total = 0.0
    for i, j in np.argwhere(counts):
        total -= counts[i, j] * (weights[i, j] - math.log(math.fsum(np.exp(weights[i]))))
    return total / counts.sum()


def sorted_counts(counts):
    order = np.argsort(-counts.sum(axis=1), kind="stable")
    return counts[np.ix_(order, order)]


@pytest.mark.parametrize("kind", ["dense", "sparse"])
@pytest.mark.parametrize(("optimizer", "step_size"), [("gd", 9.0), ("sd", 0.3)])
def test_the_loss_is_that_of_the_definition(kind, optimizer, step_size):
    counts = random_counts(7, 0)
    problem = BigramProblem.from_counts(sparse.csr_array(counts) if kind == "sparse" else counts)
    result = problem.train(optimizer, steps=9, step_size=step_size, loss=LOSS)
    counts = sorted_counts(counts)
    with np.errstate(divide="ignore"):
        least = mean_loss(counts, np.log(counts))  # softmax(log counts) are the conditionals
    weights = result.weights.toarray() if kind == "sparse" else result.weights
    assert result.losses[0] == pytest.approx(mean_loss(counts, np.zeros((7, 7))) - least, rel=1e-13)
    assert result.losses[9] == pytest.approx(mean_loss(counts, weights) - least, rel=1e-12)
    assert (result.loss, result.dynamics) == (LOSS, "iterated")


def test_a_step_of_gd_goes_down_the_gradient():
    """Against differences of the loss: central ones, with an error of the order h² + u/h."""
    counts = sorted_counts(random_counts(5, 1))
    problem = BigramProblem.from_counts(counts)
    before, after = (problem.train("gd", steps=n, step_size=3.0, loss=LOSS).weights for n in (4, 5))
    h = 1e-5
    for index in np.ndindex(5, 5):
        moved = np.zeros((5, 5))
        moved[index] = h
        slope = (mean_loss(counts, before + moved) - mean_loss(counts, before - moved)) / (2 * h)
        assert (before - after)[index] / 3.0 == pytest.approx(slope, abs=1e-9)


@pytest.mark.parametrize(("optimizer", "step_size"), [("gd", 9.0), ("sd", 0.3)])
def test_a_sparse_problem_is_the_dense_one(optimizer, step_size):
    counts = random_counts(12, 2)
    dense, thin = (
        BigramProblem.from_counts(made).train(optimizer, steps=40, step_size=step_size, loss=LOSS)
        for made in (counts, sparse.csr_array(counts))
    )
    np.testing.assert_allclose(thin.losses, dense.losses, rtol=1e-13, atol=1e-16)
    stored = thin.weights.toarray()
    shift = dense.weights - stored
    occurs = counts.sum(axis=1)[np.argsort(-counts.sum(axis=1), kind="stable")] > 0
    assert np.ptp(shift, axis=1)[occurs].max() < 1e-12  # the same softmax


def test_sign_descent_rests_at_a_tie():
    """A row that is uniform has its optimum at W = 0; sign(0) is 0."""
    counts = np.asarray([[3, 1, 2], [1, 1, 1], [0, 1, 0]])
    weights = BigramProblem.from_counts(counts).train("sd", steps=3, step_size=0.1, loss=LOSS).weights
    assert not weights[1].any()
    assert weights[0].any()


def test_training_runs_on_other_backends():
    runs = [
        BigramProblem.power_law(1, 9, seed=3, backend=backend).train("sd", steps=8, step_size=0.2, loss=LOSS)
        for backend in ("numpy", "array_api_strict")
    ]
    np.testing.assert_array_equal(runs[0].losses, runs[1].losses)
    assert runs[1].backend == "array_api_strict"


@pytest.mark.parametrize("step_size", [None, "best"])
def test_training_asks_for_a_step_size(step_size):
    problem = BigramProblem.power_law(1, 5)
    with pytest.raises(ValueError, match=r"^step_size=.* pass a number"):
        problem.train("gd", steps=1, step_size=step_size, loss=LOSS)


def test_training_refuses_what_has_no_meaning():
    problem = BigramProblem.power_law(1, 5)
    with pytest.raises(ValueError, match=r"^dynamics='simplified' applies to loss='square' only"):
        problem.train("sd", steps=1, step_size=1, loss=LOSS, dynamics="simplified")
    with pytest.raises(ValueError, match="did you mean 'cross-entropy'"):
        problem.train("sd", steps=1, step_size=1, loss="crossentropy")
    with pytest.raises(ValueError, match="nothing is to be learned"):
        BigramProblem.power_law(1, 1).train("gd", steps=1, step_size=1, loss=LOSS)


@given(
    optimizer=st.sampled_from(["gd", "sd"]),
    alpha=st.floats(0.2, 2.5),
    dim=st.integers(30, 60),
    seed=st.integers(0, 10**6),
    ratio=st.floats(0.02, 1.0),
)
@example(optimizer="gd", alpha=1.0, dim=60, seed=0, ratio=1.0)
@example(optimizer="sd", alpha=1.0, dim=60, seed=0, ratio=0.05)
def test_the_reduced_form_is_the_matrix_run(optimizer, alpha, dim, seed, ratio):
    """Every row in a random order of its own.

    gd: T steps of logits below 30 round by less than 30·8uT, and the loss has slope at most 2 in a logit. sd: the
    levels are integers; the loss is a sum of d terms below 30.
    """
    problem = BigramProblem.power_law(alpha, dim, seed=seed)
    largest = cross_entropy.largest_stable_step(alpha=alpha, dim=dim) if optimizer == "gd" else 2.0
    eta = ratio * largest
    result = problem.train(optimizer, steps=30, step_size=eta, loss=LOSS)
    reduced = cross_entropy.relative_error(optimizer, alpha=alpha, dim=dim, steps=result.steps, step_size=eta)
    bound = (2 * 30 * 8 * 30 if optimizer == "gd" else 30 * dim) * U / result.losses[0]
    assert np.max(np.abs(result.relative_errors - reduced)) <= bound


def naive_sign_descent(frequencies, eta, steps):
    """One row, word by word."""
    counts = np.zeros_like(frequencies)
    found = []
    for _ in range(steps + 1):
        exponential = np.exp(eta * (counts - counts.max()))
        probability = exponential / exponential.sum()
        found.append(float(frequencies @ np.log(frequencies / probability)))
        counts -= np.sign(probability - frequencies)
    return np.asarray(found), counts


@given(alpha=st.floats(0.1, 4.0), dim=st.integers(2, 400), eta=st.floats(1e-3, 5.0))
@example(alpha=1.0, dim=2, eta=0.3)
@example(alpha=1.0, dim=400, eta=1e-3)
def test_levels_are_the_words(alpha, dim, eta):
    """…and the more frequent of two words is never below the other. Logits are below 5·60."""
    problem = levels.Levels(alpha, dim)
    expected, counts = naive_sign_descent(family.words(alpha, dim, condensed=False).frequency, eta, 60)
    found = problem.losses(np.asarray([eta]), np.arange(61))[:, 0]
    assert np.max(np.abs(found - expected)) <= 300 * (dim + 8) * U
    assert np.all(np.diff(counts) <= 0)


def test_a_wrong_rule_is_found():
    """The test above can fail: a word rank off by one, or a level, changes the loss by more than rounding."""
    problem = levels.Levels(1, 100)
    expected, _ = naive_sign_descent(family.words(1, 100, condensed=False).frequency, 0.2, 60)
    for wrong in (0.2 * (1 + 1e-9), 0.201):
        assert np.max(np.abs(problem.losses(np.asarray([wrong]), np.arange(61))[:, 0] - expected)) > 1e-10


def test_huge_steps_do_not_overflow():
    found = levels.Levels(1, 50).losses(np.asarray([1e4]), np.asarray([0, 5, 40]))
    assert np.all(np.isfinite(found))
    assert np.all(found[1:] > 1e3)


@pytest.mark.parametrize("dim", [1, 2, 32, 33, 46, 47, 64, 65, 1000, 4097])
def test_quadrature_is_exact_for_polynomials(dim):
    """Σ k^n, n ≤ 27, scaled to d: exactly, by integers. Nodes and multiplicities carry a few ulp, n of them."""
    nodes, multiplicities = rank_quadrature(dim)
    for n in (0, 1, 2, 13, 27):
        exact = sum(k**n for k in range(1, dim + 1)) / dim**n
        assert float(multiplicities @ (nodes / dim) ** n) == pytest.approx(exact, rel=(16 + 4 * n) * 2 * U)
    assert np.all(np.diff(nodes) > 0)
    assert np.all(multiplicities > 0)


@pytest.mark.parametrize("alpha", [0.25, 1.0, 3.0])
def test_quadrature_sums_powers(alpha):
    nodes, multiplicities = rank_quadrature(10**5)
    exact = math.fsum(k**-alpha for k in range(1, 10**5 + 1))
    assert float(multiplicities @ nodes**-alpha) == pytest.approx(exact, rel=64 * U)


@pytest.mark.parametrize("alpha", ["1/4", "1/2", "1", "2"])
def test_condensed_words_are_all_words(alpha):
    """Sums of 300 rounded terms against sums of 80, after logits that rounded 100 times."""
    steps = np.asarray([0, 1, 5, 25, 100])
    full, few = (family.words(alpha, 300, condensed=condensed) for condensed in (False, True))
    assert len(few.frequency) < 90
    largest = family.largest_stable_rate(few) / float(few.frequency[0])
    for ratio in (0.1, 0.7, 1.0):
        expected = family.losses(full, ratio * largest, steps)
        np.testing.assert_allclose(
            family.losses(few, ratio * largest, steps), expected, rtol=0, atol=1000 * U * expected[0]
        )


@pytest.mark.parametrize(("alpha", "dim"), [("1", 2), ("1", 60), ("2", 120), ("1/4", 90), ("3", 100)])
def test_the_largest_stable_rate_is_that_of_the_hessian(alpha, dim):
    words = family.words(alpha, dim, condensed=False)
    hessian = np.diag(words.frequency) - np.outer(words.frequency, words.frequency)
    largest = family.largest_stable_rate(family.words(alpha, dim))
    assert largest == pytest.approx(2 / np.linalg.eigvalsh(hessian)[-1], rel=1e-13)


@pytest.mark.parametrize(("alpha", "dim"), [("1", 2), ("1", 60), ("1/4", 200), ("1", 400)])
def test_rows_settle_up_to_the_largest_stable_rate(alpha, dim):
    """Far from the optimum, too, and above it they do not: there the mode (1 - sλ)^T grows like 1.06^T."""
    law = family.words(alpha, dim)
    rates = family.largest_stable_rate(law) * np.asarray([0.5, 0.75, 0.9, 0.97, 1.03])
    losses = family.row_losses(law, rates, np.asarray([3000]))[0]
    assert np.all(losses[:-1] < 1e-9)
    assert losses[-1] > 1e-4


@pytest.mark.parametrize(("alpha", "dim"), [("1", 60), ("1", 5000), ("1/2", 500), ("2", 300)])
def test_the_family_is_the_run_within_its_uncertainty(alpha, dim):
    """At every horizon and stable step size; the estimate is not so wide that it says nothing."""
    steps = np.asarray([1, 2, 5, 20, 100, 400])
    law = family.words(alpha, dim)
    table = family.family(law, steps)
    first = family.losses(law, 1.0, np.asarray([0]))[0]
    for ratio in (0.25, 0.3712, 0.5, 0.51, 0.83, 0.99, 0.9991, 1.0):
        eta = ratio * table.largest
        error = np.abs(table.losses(np.asarray([eta]))[:, 0] - family.losses(law, eta, steps))
        uncertainty = table.uncertainty(eta)
        assert np.all(error <= uncertainty + 400 * 8 * U * first)
        assert np.all(uncertainty <= 1e-8 * first)


@pytest.mark.parametrize(("alpha", "dim"), [("1", 20), ("1", 2), ("2", 40), ("1/2", 30)])
def test_gd_search_is_as_good_as_an_exhaustive_one(alpha, dim):
    """2 000 stable step sizes, half of them from the smallest on, half ever closer to the largest."""
    steps = np.asarray([1, 3, 10, 100, 1000])
    law = family.words(alpha, dim)
    best, found = family.searched(law, steps)
    table = family.family(law, steps)
    share = np.concatenate([np.linspace(0, 1 - family.LOWEST, 1_000), np.geomspace(1e-7, 0.5, 1_000)])
    least = table.losses(table.largest * (1 - share)).min(axis=1)
    assert np.all(found <= 1.001 * least + 1e-13)
    assert np.all(best <= table.largest)
    assert np.all(best > 1.05 * family.LOWEST * table.largest)


@pytest.mark.parametrize(("alpha", "dim"), [("1", 10), ("1", 30), ("1", 1000), ("1/2", 100), ("2", 100)])
def test_sd_search_is_nearly_as_good_as_an_exhaustive_one(alpha, dim):
    """2048 step sizes to an octave, over more octaves than the search."""
    steps = np.asarray([1, 2, 3, 5, 8, 13, 20])
    problem = levels.Levels(alpha, dim)
    best, found = levels.searched(problem, steps)
    reach = math.log(dim) * np.asarray([min(1.0, problem.alpha) / 40, 3 * max(1.0, problem.alpha)])
    octaves = math.log2(reach[1] / reach[0] * 20)
    every = reach[0] / 20 * 2.0 ** (np.arange(int(2048 * octaves)) / 2048)
    least = problem.losses(every, steps).min(axis=1)
    assert np.all(found <= 1.03 * least)
    for eta, loss, count in zip(best, found, steps, strict=True):
        assert problem.losses(np.asarray([eta]), np.asarray([count]))[0, 0] == loss
        low, high = levels.LEAST * min(1.0, problem.alpha), levels.MOST * max(1.0, problem.alpha)
        assert 1.4 * low < eta * count / math.log(dim) < high / 1.4  # not at an end of the first search


def test_envelope_trajectory_and_best_step_agree():
    steps = [0, 7, 2, 7]
    for optimizer in ("gd", "sd"):
        envelope = cross_entropy.relative_error(optimizer, alpha=1, dim=200, steps=steps)
        assert envelope[0] == 1.0
        assert envelope[1] == envelope[3]
        eta = cross_entropy.best_step_size(optimizer, alpha=1, dim=200, steps=7)
        error = cross_entropy.relative_error(optimizer, alpha=1, dim=200, steps=7, step_size=eta)
        assert isinstance(error, float)
        assert error == pytest.approx(envelope[1], rel=1e-9)
        assert cross_entropy.relative_error(optimizer, alpha=1, dim=200, steps=7) == pytest.approx(
            error, rel=1e-9
        )
        assert cross_entropy.best_step_size(optimizer, alpha=1, dim=200, steps=0) > 0


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"optimizer": "adam"}, "optimizer='adam' is unknown"),
        ({"dim": 1}, "dim=1 is out of range; pass an int of at least 2"),
        ({"alpha": 0}, "alpha=0 is out of range"),
        ({"alpha": "1/10000"}, "alpha='1/10000' is out of range; W = 0 is within 1e-06 of the least loss"),
        ({"steps": -1}, "steps=-1 is out of range"),
        ({"step_size": 0}, "step_size=0 is out of range"),
        ({"step_size": 1e6}, "step_size=1000000.0 is out of range; pass one of at most"),
    ],
)
def test_bad_input_is_answered_in_one_line(changed, message):
    arguments = {"optimizer": "gd", "alpha": 1, "dim": 30, "steps": 3, **changed}
    with pytest.raises(ValueError, match="^" + message) as caught:
        cross_entropy.relative_error(arguments.pop("optimizer"), **arguments)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array], ids=["dense", "sparse"])
def test_the_loss_keeps_its_digits_near_the_optimum(form):
    """It falls by a fixed factor a step, far below the last digit of the two losses whose difference it is."""
    problem = BigramProblem.from_counts(form(np.array([[2, 1], [1, 2]])))
    losses = problem.train("gd", steps=100, step_size=1.0, loss="cross-entropy").losses
    rates = losses[61:] / losses[60:-1]
    assert losses[-1] < 1e-23
    assert rates == pytest.approx(np.full(len(rates), rates[0]), rel=1e-4)
