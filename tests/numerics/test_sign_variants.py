"""Variants of sign descent: against naive iterations, against the search for constant steps, and in rationals."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import numerics
from numerics.closed_form import Distances
from numerics.growth import growth
from numerics.power_law import power_law_frequencies
from numerics.sign_variants import (
    SCHEDULES,
    _best_error,
    crossing,
    fold,
    gaussian_start,
    harmonic_errors,
    merged,
    quanta_to,
    schedule,
    steps_of_quanta,
)
from numerics.step_search import prefix_sums

DIMS = (100, 316, 1_000, 3_162, 10_000, 31_623, 100_000)


def power_law(alpha, dim):
    return Distances(power_law_frequencies(alpha, dim), np.ones(dim), 0.0)


def descend(weights, target, step_sizes, at_zero):
    """Iterate w ← w - η sign(∂L/∂w) as it is written, with a value of sign(0)."""
    for step_size in step_sizes:
        gradient = weights - target  # up to the frequency of the row
        sign = np.where(gradient == 0.0, at_zero, np.sign(gradient))
        weights = weights - step_size * sign
    return weights


# -- the fold and its quanta


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("at_zero", [0.0, 1.0, -1.0])
def test_fold_is_the_update_of_a_matrix_from_any_start(name, at_zero):
    problem = numerics.BigramProblem.power_law(alpha=1, dim=40, seed=3)
    start = np.random.default_rng(7).normal(scale=0.05, size=(40, 40))
    sizes = [0.013 * size for size in schedule(name, 6)]
    ends = descend(start, problem.conditionals, sizes, at_zero) - problem.conditionals
    np.testing.assert_allclose(
        np.abs(ends), fold(np.abs(start - problem.conditionals), sizes), rtol=0.0, atol=64 * 2.0**-53
    )


def test_zero_targets_rest_or_move():
    target = np.asarray([0.7, 0.0])
    for steps, moved in ((5, 0.25), (6, 0.0)):
        rests, moves = (descend(np.zeros(2), target, [0.25] * steps, at_zero) for at_zero in (0.0, 1.0))
        assert rests[1] == 0.0
        assert abs(moves[1]) == fold(0.0, [0.25] * steps) == moved


@given(
    start=st.fractions(0, 400, max_denominator=60),
    steps=st.integers(1, 9),
    name=st.sampled_from(SCHEDULES),
)
def test_a_schedule_ends_where_its_quanta_do(start, steps, name):
    sizes = schedule(name, steps)
    assert fold(start, sizes) == fold(start, [1] * sum(sizes))


@given(data=st.data(), start=st.fractions(0, 500, max_denominator=60))
def test_so_does_every_schedule_without_a_gap(data, start):
    sizes = [1]
    for _ in range(data.draw(st.integers(0, 7))):
        sizes.insert(0, data.draw(st.integers(1, 1 + sum(sizes))))
    assert fold(start, sizes) == fold(start, [1] * sum(sizes))


def test_a_gap_breaks_it():
    assert fold(Fraction(1, 2), [3, 1]) != fold(Fraction(1, 2), [1] * 4)


@pytest.mark.parametrize("name", SCHEDULES)
def test_exact_hits_end_at_zero_where_sign_of_zero_is_zero(name):
    """Every whole number of quanta below N, by every schedule."""
    for steps in range(1, 9):
        sizes = schedule(name, steps)
        whole = np.arange(1.0, sum(sizes))
        ends = descend(np.zeros_like(whole), whole, sizes, 0.0) - whole
        assert not ends.any()


def test_quanta_and_steps_are_inverse():
    for name in SCHEDULES:
        counts = [sum(schedule(name, steps)) for steps in range(1, 12)]
        assert [steps_of_quanta(name, count) for count in counts] == pytest.approx(range(1, 12), rel=1e-14)
    assert sum(schedule("halved", 70)) == 2**70 - 1


# -- fewer distances, random starts


@pytest.mark.parametrize("width", [1 / 16, 1 / 128])
def test_merging_changes_the_loss_by_no_more_than_said(width):
    rng = np.random.default_rng(11)
    for distances in (power_law_frequencies("3/2", 3_000), np.abs(rng.normal(size=3_000)) ** 3):
        ordered = -np.sort(-distances)
        problem = Distances(ordered, rng.uniform(0.5, 2.0, size=3_000), 0.0)
        few = merged(problem, width=width)
        assert len(few.distances) < len(ordered) / 2
        assert np.all(np.diff(few.distances) < 0)
        assert few.weights.sum() == pytest.approx(problem.weights.sum(), rel=1e-12)
        assert few.weights @ few.distances == pytest.approx(problem.weights @ ordered, rel=1e-12)
        total = float(problem.weights @ ordered**2)
        bound = np.sqrt(total * ((np.expm1(width) / 2) ** 2 + 2.0**-28 * np.exp(2 * width)))
        for steps in (1, 4, 9, 30):
            sizes = rng.uniform(0.2, 1.0, size=steps) * ordered[0] / steps
            roots = [np.sqrt(p.weights @ fold(p.distances, sizes) ** 2) for p in (problem, few)]
            assert abs(roots[0] - roots[1]) <= bound


@pytest.mark.parametrize("scale", ["1/10", 1, 4.0])
def test_a_random_start_raises_the_loss_as_said(scale):
    zero = Distances(np.asarray([0.5, 0.3, 0.2]), np.asarray([1.0, 2.0, 1.0]), 3.0)
    start = gaussian_start(zero, scale=scale, seed=5)
    assert start.weights.sum() == pytest.approx(7.0, rel=1e-14)
    assert start.weight_of_zeros == 0.0
    assert np.all(np.diff(start.distances) <= 0)
    targets, weights = np.append(zero.distances, 0.0), np.append(zero.weights, 3.0)
    loss = weights @ targets**2
    found, factor = start.weights @ start.distances**2 / loss, float(Fraction(scale)) ** 2
    sigma = np.sqrt(factor * loss / 7.0)
    error = np.sqrt(weights**2 @ (2 * sigma**4 + 4 * sigma**2 * targets**2) / 256) / loss
    merging = (np.expm1(1 / 128) / 2) ** 2 * (1 + factor)
    assert abs(found - 1 - factor) <= 5 * error + merging
    assert np.array_equal(start.distances, gaussian_start(zero, scale=scale, seed=5).distances)


def test_draws_stand_for_the_rows_of_a_matrix():
    """A d×d start, row by row, against 256 draws for each word."""
    frequencies = power_law_frequencies(1, 300)
    sigma = np.sqrt(np.mean(frequencies**2))
    rng = np.random.default_rng(8)
    matrix = np.abs(frequencies - sigma * rng.standard_normal((300, 300))).ravel()
    drawn = gaussian_start(power_law(1, 300), scale=1)
    rows = Distances(-np.sort(-matrix), np.ones_like(matrix), 0.0)
    counts = [quanta_to(p, epsilon=0.1, parity="odd").between for p in (rows, drawn)]
    assert counts[0] == pytest.approx(counts[1], rel=0.02)


def test_a_start_below_the_floor_stays_at_even_steps():
    """It does not randomize the phase: the words come back to where they began, with the loss of the start."""
    rng = np.random.default_rng(2)
    start, eta = rng.normal(scale=1e-3, size=500), 0.01
    assert np.abs(start).max() < eta
    np.testing.assert_allclose(fold(np.abs(start), [eta] * 40), np.abs(start), atol=1e-15)


# -- steps to a target


@pytest.mark.parametrize("alpha", ["3/4", "1", "2"])
@pytest.mark.parametrize("parity", ["even", "odd"])
@pytest.mark.parametrize("epsilon", ["1/10", "3/10"])
def test_steps_agree_with_the_exhaustive_search(alpha, parity, epsilon):
    """`numerics.iterations` minimizes every piece of the loss; ours is a grid, which may need a horizon more."""
    for dim in (30, 300):
        exact = numerics.iterations(
            "sd", alpha=alpha, dim=dim, epsilon=epsilon, dynamics="iterated", parity=parity
        )
        found = quanta_to(power_law(alpha, dim), epsilon=epsilon, parity=parity)
        assert found.first == exact
        assert exact - 2 <= found.between <= exact
        assert quanta_to(merged(power_law(alpha, dim)), epsilon=epsilon, parity=parity).between == (
            pytest.approx(found.between, rel=0.01)
        )


def test_moving_zeros_cost_the_last_step_at_odd_horizons():
    few = power_law(1, 100)
    many = few._replace(weight_of_zeros=1e4)
    for parity in ("even", "odd"):
        rest, same, move = (
            quanta_to(problem, epsilon=0.1, parity=parity, moving_zeros=moving)
            for problem, moving in ((few, True), (many, False), (many, True))
        )
        assert rest == same
        assert (move == rest) is (parity == "even")
    # Zeros that move are words of no frequency: more of them than there are words.
    padded = Distances(np.append(few.distances, 1e-12), np.append(few.weights, 1e4), 0.0)
    assert move.first == quanta_to(padded, epsilon=0.1, parity="odd").first


def test_steps_that_fall_like_one_over_t():
    """Against the fold of each horizon alone, on a grid of η₀ ten times as fine and without merging."""
    problem = power_law(1, 400)
    errors = harmonic_errors(merged(problem), steps=21)
    assert errors[0] == 1.0
    for steps in (4, 9, 12, 20, 21):
        eta = np.geomspace(0.05, 1.5, 1_500)[:, None] * problem.distances[0]
        ends = fold(problem.distances, [eta / t for t in range(1, steps + 1)])
        best = float(np.min(np.sum(ends**2, axis=1)) / np.sum(problem.distances**2))
        assert abs(errors[steps] - best) < 2e-4


def test_alternating_signs_cancel_at_few_horizons():
    """From W = 0 all rare words follow the greedy signs of Σ ±1/t: T⁻² at even T, far less at T = 18, 22, 38, 70."""
    rest = {}
    for last in range(2, 80, 2):
        rest[last] = abs(fold(Fraction(1, 10**9), [Fraction(1, t) for t in range(1, last + 1)]))
    assert all(float(rest[last]) * last**2 < 2.2 for last in rest)
    special = [
        last for last in rest if last > 4 and all(rest[last] < rest[other] for other in rest if other < last)
    ]
    assert {18, 22, 38, 70} <= set(special)
    assert all(float(rest[last]) * last**2 < 0.2 for last in (18, 22, 38, 70))


def test_a_large_start_measured_by_the_loss_of_zero_needs_root_d_again():
    scale = 3
    counts = [
        quanta_to(
            gaussian_start(merged(power_law(1, dim)), scale=scale),
            epsilon=0.1 / (1 + scale**2),
            parity="even",
        ).between
        for dim in DIMS
    ]
    slopes = np.diff(np.log(counts)) / np.diff(np.log(DIMS))
    assert slopes[0] < 0.35  # the noise alone, which does not depend on d
    assert np.mean(slopes[-3:]) == pytest.approx(0.5, abs=0.02)


def test_crossing_takes_the_first_horizon_of_its_parity():
    errors = np.asarray([1.0, 0.05, 0.8, 0.04, 0.2, 0.03, 0.05])
    assert crossing(errors, epsilon=0.1, parity="odd") == (1, 1.0)
    found = crossing(errors, epsilon=0.1, parity="even")
    assert found.first == 6
    assert found.between == pytest.approx(4 * (6 / 4) ** (np.log(2) / np.log(4)), rel=1e-14)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: schedule("cosine", 4), "name='cosine' is unknown"),
        (lambda: schedule("linear", 0), "steps=0"),
        (lambda: steps_of_quanta("lineal", 3.0), "did you mean 'linear'"),
        (lambda: gaussian_start(power_law(1, 10), scale=0), "scale=0"),
        (lambda: quanta_to(power_law(1, 10), epsilon=1, parity="odd"), "epsilon=1"),
        (lambda: quanta_to(power_law(1, 10), epsilon=0.1, parity="mean"), "parity='mean'"),
        (lambda: harmonic_errors(power_law(1, 10), steps=0), "steps=0"),
        (lambda: crossing(np.ones(5), epsilon=0.1, parity="odd"), "not reached in 4 steps"),
        (lambda: growth([10, 100], [1.0, 2.0]), "3 sizes or more"),
        (lambda: growth(DIMS[:4], [1.0, 2.0, 3.0, 4.0], corrected=True), "5 sizes or more"),
        (lambda: growth([10, 100, 1000], [1.0, 0.0, 3.0]), "must be positive"),
    ],
)
def test_bad_input_gets_one_line(call, message):
    with pytest.raises(ValueError, match=r"^[^\n]+$") as error:
        call()
    assert message in str(error.value)


# -- exponents and their intervals


def test_an_exact_power_has_its_exponent_and_no_uncertainty():
    for corrected in (False, True):
        found = growth(DIMS, [3 * dim**0.37 for dim in DIMS], corrected=corrected)
        assert found.exponent == pytest.approx(0.37, abs=1e-12)
        assert found.uncertainty < 1e-11
        assert found.factor == pytest.approx(10**0.37, rel=1e-11)


def test_the_interval_of_scatter_covers_nineteen_times_in_twenty():
    rng = np.random.default_rng(1908)
    trials = 2_000
    noise = np.exp(0.05 * rng.standard_normal((trials, len(DIMS))))
    found = [growth(DIMS, np.sqrt(DIMS) * factor) for factor in noise]
    covered = sum(abs(fit.exponent - 0.5) <= fit.uncertainty for fit in found)
    assert abs(covered - 0.95 * trials) <= 5 * np.sqrt(0.05 * 0.95 * trials)


def test_a_straight_line_excludes_a_limit_that_is_approached():
    """The corrected fit's does not, and the power of its correction is right."""
    steps = [dim**0.5 * (1 - np.log(dim) / dim**0.5) for dim in DIMS]
    line, limit = growth(DIMS, steps), growth(DIMS, steps, corrected=True)
    assert abs(line.exponent - 0.5) > line.uncertainty
    assert abs(limit.exponent - 0.5) <= limit.uncertainty


@pytest.mark.slow
def test_odd_steps_approach_root_d():
    """The slope of each half decade from 10³ to 10^6.5 falls towards ½, its distance from it about as log d/√d."""
    dims = [round(10 ** (k / 2)) for k in range(6, 14)]
    counts = [quanta_to(merged(power_law(1, dim)), epsilon=0.1, parity="odd").between for dim in dims]
    slopes = np.diff(np.log(counts)) / np.diff(np.log(dims))
    middles = np.sqrt(np.multiply(dims[1:], dims[:-1]))
    assert all(a > b > 0.5 for a, b in pairwise(slopes))
    scaled = (slopes - 0.5) * np.sqrt(middles) / np.log(middles)
    assert scaled.max() / scaled.min() < 1.5  # while the distance itself falls more than tenfold
    assert (slopes[0] - 0.5) / (slopes[-1] - 0.5) > 10


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 6))
def test_the_exponents_of_random_starts_do_not_hang_on_their_seed(seed):
    dims = [10 * dim for dim in DIMS]
    zeros = [merged(power_law(1, dim)) for dim in dims]
    for scale, exponent in (("1/10", 0), ("1/4", 0), ("1/2", 0.5), (1, 0.5), (2, 0.5), (4, 0), (100, 0)):
        starts = (gaussian_start(zero, scale=scale, seed=seed) for zero in zeros)
        counts = [quanta_to(start, epsilon=0.1, parity="even").between for start in starts]
        found = growth(dims, counts, corrected=True)
        assert abs(found.exponent - exponent) <= found.uncertainty


@pytest.mark.slow
def test_source_code_tells_the_same_story_as_english():
    """At odd steps zeros that rest halve the exponent; both are near that of the root of what moves, but above it."""
    table = numerics.read_bigrams(numerics.builtin_text("stdlib"), vocab_size=20_000)
    dims = [round(table.dim / 10 ** (k / 4)) for k in range(6, -1, -1)]
    problems = [table.restricted(dim).problem().sd_distances for dim in dims]
    for moving_zeros, low, high in ((False, 0.2, 0.35), (True, 0.45, 0.65)):
        counts = [
            quanta_to(merged(p), epsilon=0.1, parity="odd", moving_zeros=moving_zeros).between
            for p in problems
        ]
        mass = [
            (p.weights.sum() + moving_zeros * p.weight_of_zeros) / (p.weights @ p.distances**2)
            for p in problems
        ]
        steps, root = growth(dims, counts).exponent, growth(dims, mass).exponent / 2
        assert low < steps < high
        assert root < steps < root + 0.1


def test_the_best_error_of_one_step_is_the_residual_of_a_weighted_mean():
    """After one step all words are at |p - η|, whose weighted squares are least at the mean of p."""
    p, w = np.array([1.0, 0.5, 0.25]), np.array([1.0, 2.0, 4.0])
    total, mean = np.sum(w * p**2), np.sum(w * p) / np.sum(w)
    found = _best_error(prefix_sums(Distances(p, w, 0.0)), 1, 0.0)
    least = 1 - mean**2 * np.sum(w) / total
    assert least <= found < least * (1 + 1e-3)  # a grid, refined three times
    assert (
        _best_error(prefix_sums(Distances(p, w, 0.0)), 1, 5.0) > found
    )  # zeros that move to η cost something
