"""The bigram problem: its reductions, its invariances, and what it refuses."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

import numerics
from numerics import BigramProblem

U = 2.0**-53

OPTIONS = (
    ("gd", {}),
    ("gd", {"step_size": "best"}),
    ("sd", {}),
    ("sd", {"dynamics": "iterated"}),
    ("sd", {"dynamics": "iterated", "parity": "mean"}),
    ("sd", {"step_size": 0.003}),
)


@given(
    alpha=st.floats(0.1, 3.0),
    dim=st.integers(2, 40),
    seed=st.integers(0, 2**32 - 1),
    options=st.sampled_from(OPTIONS),
    steps=st.integers(0, 50),
)
def test_dense_power_law_is_the_reduced_one(alpha, dim, seed, options, steps):
    """Prop. A.1 and A.2: whatever the permutations, all rows follow one path."""
    optimizer, rest = options
    problem = BigramProblem.power_law(alpha, dim, seed=seed)
    dense = problem.relative_error(optimizer, steps=steps, **rest)
    reduced = numerics.relative_error(optimizer, alpha=alpha, dim=dim, steps=steps, **rest)
    # Weights differ by the rounding of sums of d frequencies, at most 2d·u each. A best step then moves
    # within its own rounding, where the loss is flat, except that prefix sums of n terms choose it to n·u.
    assert dense == pytest.approx(reduced, rel=8 * dim * U, abs=8 * dim * U)


def test_power_law_rows_are_permuted_independently():
    problem = BigramProblem.power_law(1, 50, seed=7)
    rows = problem.conditionals
    assert np.array_equal(np.sort(rows, axis=1)[:, ::-1], np.tile(problem.frequencies, (50, 1)))
    assert len(np.unique(np.argsort(rows, axis=1), axis=0)) == 50
    assert np.array_equal(rows, BigramProblem.power_law(1, 50, seed=7).conditionals)
    assert not np.array_equal(rows, BigramProblem.power_law(1, 50, seed=8).conditionals)
    assert repr(problem) == "BigramProblem(dim=50, backend='numpy', seed=7)"


def random_counts(seed):
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, 6, (15, 15)) * (rng.random((15, 15)) < 0.5)
    counts[0, 0] += 1
    return counts


def same_errors(counts, changed, options):
    optimizer, rest = options
    errors = [
        BigramProblem.from_counts(c).relative_error(optimizer, steps=[0, 1, 6, 7], **rest)
        for c in (counts, changed)
    ]
    return errors[1] == pytest.approx(
        errors[0], rel=500 * U, abs=500 * U
    )  # sums of 225 terms, in another order


@given(seed=st.integers(0, 10**6), options=st.sampled_from(OPTIONS))
def test_invariance_under_relabeling_and_sparsity(seed, options):
    counts = random_counts(seed)
    order = np.random.default_rng(seed + 1).permutation(15)
    for changed in (counts[np.ix_(order, order)], counts[:, order], sparse.coo_array(counts), counts * 3):
        assert same_errors(counts, changed, options)


@pytest.mark.parametrize("options", OPTIONS)
def test_no_invariance_under_one_more_count_or_the_transpose(options):
    counts = random_counts(0)
    counts[0, 1] += 10
    assert not same_errors(random_counts(0), counts, options)
    assert not same_errors(random_counts(0), random_counts(0).T, options)


def test_reductions_by_hand():
    problem = BigramProblem.from_counts([[1, 1, 0], [3, 0, 3], [0, 0, 0]])
    assert problem.frequencies.tolist() == [0.75, 0.25, 0.0]
    # the old tokens (1, 0, 2) are now (0, 1, 2), in columns too
    assert problem.conditionals.tolist() == [[0, 0.5, 0.5], [0.5, 0.5, 0], [0, 0, 0]]
    eigenvalues, weights = problem.gd_spectrum
    assert eigenvalues.tolist() == [0.75, 0.25]
    assert weights.tolist() == [0.375, 0.125]
    distances, weights, weight_of_zeros = problem.sd_distances
    assert (distances.tolist(), weights.tolist(), weight_of_zeros) == ([0.5], [2.0], 1.0)


@given(seed=st.integers(0, 10**6))
def test_sd_distances_group_what_is_equal(seed):
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, 4, (12, 12))
    counts[3, 3] += 1
    for matrix in (counts, sparse.csr_array(counts)):
        problem = BigramProblem.from_counts(matrix)
        expected: dict[Fraction, Fraction] = {}
        for row in counts.tolist():
            for count in row:
                if sum(row):
                    key = Fraction(count, sum(row))
                    expected[key] = expected.get(key, Fraction(0)) + Fraction(sum(row), int(counts.sum()))
        zeros = expected.pop(Fraction(0), Fraction(0))
        distances, weights, weight_of_zeros = problem.sd_distances
        assert distances.tolist() == [float(key) for key in sorted(expected, reverse=True)]
        exact = [float(expected[key]) for key in sorted(expected, reverse=True)]
        assert weights == pytest.approx(exact, rel=150 * U)
        assert weight_of_zeros == pytest.approx(float(zeros), rel=150 * U, abs=150 * U)


def test_sparse_stays_sparse_and_explicit_zeros_do_not_count():
    matrix = sparse.csr_array(([2, 0, 1], ([0, 0, 1], [0, 1, 0])), shape=(2, 2))
    problem = BigramProblem.from_counts(matrix)
    assert problem.conditionals.format == "csr"
    assert problem.conditionals.nnz == 2
    assert problem.sd_distances.weight_of_zeros == 1.0
    assert matrix.nnz == 3  # the argument is left alone


def test_floor_of_entries_that_never_move():
    counts = sparse.eye_array(4, format="csr", dtype=np.int64)
    problem = BigramProblem.from_counts(counts)
    assert problem.relative_error("sd", steps=4, step_size=0.25) == 0.0
    charged = problem.relative_error("sd", steps=4, step_size=0.25, floor="all")
    assert charged == pytest.approx(3 * 0.25**2 / 4, rel=8 * U)
    best = problem.relative_error("sd", steps=4, floor="all")
    # min over u of (1 - u)² + 3 (u/2T)², by hand
    assert best == pytest.approx(3 / 64 / (1 + 3 / 64), rel=8 * U)


def test_iterations_and_best_step_answer_for_the_matrix():
    problem = BigramProblem.power_law(1, 200, seed=3)
    for optimizer, rest in (("gd", {}), ("sd", {}), ("sd", {"dynamics": "iterated", "parity": "odd"})):
        reduced = numerics.iterations(optimizer, alpha=1, dim=200, epsilon=0.1, **rest)
        assert problem.iterations(optimizer, epsilon=0.1, **rest) == reduced
    assert problem.best_step_size("sd", steps=9) == pytest.approx(
        numerics.best_step_size("sd", alpha=1, dim=200, steps=9), rel=1000 * U
    )


POWER_LAW = {"optimizer": "gd", "alpha": 1.0, "dim": 10, "steps": 3}


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"alpha": 0}, ValueError, "alpha=0 is out of range; pass one above 0"),
        ({"alpha": -1.5}, ValueError, r"alpha=-1\.5 is out of range"),
        ({"alpha": float("nan")}, ValueError, "alpha=nan is not a finite number"),
        ({"alpha": "1/0"}, ValueError, "alpha='1/0' is not a finite number"),
        ({"alpha": "one"}, ValueError, "alpha='one' is not a finite number; pass one above 0, such as"),
        ({"alpha": float("inf")}, ValueError, "alpha=inf is not a finite number"),
        ({"alpha": True}, TypeError, "alpha=True is not a number; pass one above 0"),
        ({"alpha": None}, TypeError, "alpha=None is not a number"),
        ({"alpha": 400}, ValueError, "alpha=400 underflows float64 at dim=10; pass one of at most"),
        ({"dim": 0}, ValueError, "dim=0 is out of range; pass an int of at least 1"),
        ({"dim": 2.0}, TypeError, "dim=2.0 is not an integer; pass an int of at least 1, such as 2"),
        ({"dim": True}, TypeError, "dim=True is not an integer; pass an int of at least 1"),
        ({"dim": -(10**30)}, ValueError, r"dim=about -10\^30 is out of range"),
        ({"steps": -1}, ValueError, "steps=-1 is out of range; pass an int of at least 0"),
        ({"steps": [1, 2.5]}, TypeError, "steps=2.5 is not an integer"),
        ({"steps": 2**54}, ValueError, f"steps={2**54} is out of range; pass an int of at most {2**53}"),
        (
            {"optimizer": "GD"},
            ValueError,
            r"optimizer='GD' is unknown; did you mean 'gd'\? pass one of 'gd', 'sd'",
        ),
        ({"optimizer": None}, ValueError, "optimizer=None is unknown; pass one of 'gd', 'sd'"),
        ({"dynamics": "simple"}, ValueError, "dynamics='simple' is unknown; did you mean 'simplified'"),
        (
            {"dynamics": "iterated"},
            ValueError,
            "dynamics='iterated' applies to optimizer='sd' only; leave it out",
        ),
        ({"parity": "men"}, ValueError, "parity='men' is unknown; did you mean 'mean'"),
        (
            {"optimizer": "sd", "dynamics": "iterated", "parity": "odd"},
            ValueError,
            "parity='odd' is that of the steps given; leave it out, or pass parity='mean'",
        ),
        (
            {"parity": "mean"},
            ValueError,
            "parity='mean' applies to optimizer='sd' with dynamics='iterated' only",
        ),
        (
            {"step_size": 0.1, "step_ratio": 1},
            ValueError,
            "step_size=0.1 and step_ratio=1 are both given; pass one of them",
        ),
        ({"step_size": 0}, ValueError, "step_size=0 is out of range; pass 'best' or one above 0"),
        ({"step_size": float("nan")}, ValueError, "step_size=nan is not a finite number"),
        (
            {"step_size": "bets"},
            ValueError,
            "step_size='bets' is not a finite number; pass 'best' or one above 0",
        ),
        ({"step_size": 1e-310}, ValueError, "step_size=1e-310 is out of range; pass at least 2.23e-308"),
        ({"step_size": 6.0}, ValueError, r"step_size=6\.0 is out of range; gd diverges from 2/π₁ = 5\.857"),
        ({"step_ratio": 2}, ValueError, "step_ratio=2 is out of range; pass one between 0 and 2"),
        ({"optimizer": "sd", "step_ratio": 1.5}, ValueError, r"step_ratio=1\.5 is out of range; for sd pass"),
    ],
)
def test_bad_input_is_answered_in_one_line(change, error, message):
    with pytest.raises(error, match=message) as caught:
        numerics.relative_error(**{**POWER_LAW, **change})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"epsilon": 0}, "epsilon=0 is out of range; pass one between 0 and 1"),
        ({"epsilon": 1}, "epsilon=1 is out of range; pass one between 0 and 1"),
        ({"epsilon": float("nan")}, "epsilon=nan is not a finite number"),
        ({"dynamics": "iterated"}, "parity=None leaves open .*; pass parity='even', 'odd' or 'mean'"),
        ({"dynamics": "iterated", "parity": "od"}, "parity='od' is unknown; did you mean 'odd'"),
        ({"dynamics": "iterated", "parity": "odd", "step_ratio": 1}, "step_ratio=1 does not order iterated"),
        ({"step_size": 0.01, "epsilon": 1e-6}, "epsilon=1e-06 is not reached: .* or step_size='best'$"),
    ],
)
def test_bad_questions_about_iterations(change, message):
    with pytest.raises(ValueError, match=message):
        numerics.iterations("sd", **{"alpha": 1, "dim": 10, "epsilon": 0.1, **change})


def test_the_best_step_is_not_advised_to_who_has_it():
    options = {"alpha": 1, "dim": 10, "epsilon": 1e-60}
    for step_size in (None, "best"):
        with pytest.raises(ValueError, match=r"is not reached: .*; pass a larger epsilon$"):
            numerics.iterations("sd", step_size=step_size, **options)


@pytest.mark.parametrize("question", ["relative_error", "best_step_size", "train"])
def test_gd_has_one_dynamics_which_cannot_be_asked_for(question):
    other = "simplified" if question == "train" else "iterated"  # what the function does not take by default
    problem = BigramProblem.power_law(1, 5)
    with pytest.raises(ValueError, match=f"dynamics='{other}' applies to optimizer='sd' only; leave it out"):
        getattr(problem, question)("gd", steps=3, dynamics=other)
    getattr(problem, question)("gd", steps=3)
    assert problem.train("gd", steps=3, step_size="best").dynamics == "iterated"


@pytest.mark.parametrize(
    ("counts", "error", "message"),
    [
        (np.ones((2, 3), dtype=int), ValueError, r"counts.shape=\(2, 3\) must be \(d, d\)"),
        (np.ones(4, dtype=int), ValueError, r"counts.shape=\(4,\) must be \(d, d\)"),
        (np.zeros((2, 2), dtype=int), ValueError, r"counts.sum\(\)=0\.0 must be positive"),
        (sparse.csr_array((2, 2), dtype=int), ValueError, r"counts.sum\(\)=0\.0 must be positive"),
        ([[1, -1], [1, 1]], ValueError, "negative or fractional"),
        ([[1, 0.5], [1, 1]], ValueError, "negative or fractional"),
        ([[1, float("nan")], [1, 1]], ValueError, "negative or fractional"),
        ([["a", "b"], ["c", "d"]], TypeError, "counts.dtype=<U1 must be integer"),
        (None, TypeError, r"counts=None is not a matrix; pass occurrences in shape \(d, d\)"),
        ("corpus.txt", TypeError, "counts='corpus.txt' is not a matrix"),
        ([[1, 2], [3]], TypeError, r"counts=\[\[1, 2\], \[3\]\] is not a matrix"),
    ],
)
def test_bad_counts(counts, error, message):
    with pytest.raises(error, match=message):
        BigramProblem.from_counts(counts)


def test_bad_arrays():
    with pytest.raises(ValueError, match=r"conditionals.shape=\(2, 3\) must be \(d, d\)"):
        BigramProblem(np.ones(2) / 2, np.ones((2, 3)))
    with pytest.raises(ValueError, match="frequencies must be decreasing"):
        BigramProblem(np.asarray([0.4, 0.6]), np.ones((2, 2)) / 2)


def test_floor_belongs_to_the_simplified_dynamics():
    problem = BigramProblem.power_law(1, 5)
    with pytest.raises(
        ValueError, match="floor='all' applies to optimizer='sd' with dynamics='simplified' only"
    ):
        problem.relative_error("sd", steps=3, dynamics="iterated", floor="all")


def test_dim_one():
    problem = BigramProblem.power_law(1, 1)
    for optimizer in ("gd", "sd"):
        assert problem.relative_error(optimizer, steps=1) == 0.0
        assert problem.iterations(optimizer, epsilon=0.5) == 1
