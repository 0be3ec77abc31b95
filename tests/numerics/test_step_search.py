"""Best step sizes against exhaustive scans, and numbers of iterations against a scan of all T."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import numerics
from numerics import queries
from numerics.closed_form import Distances, Spectrum, gd_relative_error, sd_relative_error
from numerics.iterated_step import iterated_best_step, iterated_loss
from numerics.power_law import power_law_frequencies
from numerics.step_search import (
    gd_best_step,
    prefix_sums,
    simplified_best_step,
    simplified_relative_error,
)

U = 2.0**-53
ALPHAS = st.floats(0.1, 3.0)


def power_law_distances(alpha, dim):
    p = power_law_frequencies(alpha, dim)
    return Distances(p, np.ones_like(p), 0.0)


@st.composite
def weighted_distances(draw):
    """Few distances with unequal weights, so that local minima are deep."""
    n = draw(st.integers(1, 12))
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    p = np.sort(np.unique(rng.uniform(0.01, 1.0, n)))[::-1]
    return Distances(p, rng.exponential(size=len(p)) + 1e-3, float(rng.exponential()))


def gd_errors(spectrum, steps, ratios):
    largest = float(spectrum.eigenvalues[0])
    at = np.asarray([steps])
    return np.asarray([gd_relative_error(spectrum, steps=at, step_size=c / largest)[0] for c in ratios])


@given(alpha=ALPHAS, dim=st.integers(2, 200), steps=st.integers(1, 10**7))
@example(alpha=1.0, dim=200, steps=1)
@example(alpha=1.0, dim=200, steps=10**7)
@example(alpha=0.5, dim=200, steps=1)  # the loss still falls at 2/λ_max
def test_gd_best_step_is_not_beaten(alpha, dim, steps):
    p = power_law_frequencies(alpha, dim)
    spectrum = Spectrum(p, p)
    c = gd_best_step(spectrum, steps=steps) * float(p[0])
    assert 1.0 <= c < 2.0
    ours = gd_errors(spectrum, steps, [c])[0]
    # Brent stops within 4 ulp of c, a relative change of the loss of at most 2t·4·2u, and rounding as
    # derived there.
    slack = 1 + 16 * steps * U + (8 * -np.log(max(ours, 1e-300)) + 4 + 2 * dim) * U
    assert ours <= gd_errors(spectrum, steps, np.linspace(1.0, 1.9999, 400)).min() * slack + 1e-300


def test_gd_best_step_after_one_step_is_the_quotient_of_moments():
    rng = np.random.default_rng(1)
    eigenvalues, weights = np.sort(rng.uniform(0.2, 1.0, 50))[::-1], rng.exponential(size=50)
    exact = np.sum(weights * eigenvalues) / np.sum(weights * eigenvalues**2)
    got = gd_best_step(Spectrum(eigenvalues, weights), steps=1)
    assert got == pytest.approx(exact, rel=150 * U)
    assert gd_best_step(Spectrum(eigenvalues, weights), steps=2) != pytest.approx(exact, rel=1e-3)


def test_gd_best_step_is_better_than_the_default_and_twice_as_fast():
    default = numerics.iterations("gd", alpha=1, dim=5_000, epsilon=0.1)
    best = numerics.iterations("gd", alpha=1, dim=5_000, epsilon=0.1, step_size="best")
    assert 0.5 <= best / default < 0.52


def test_gd_best_step_stays_stable():
    largest = float(power_law_frequencies(0.5, 10_000)[0])
    c = numerics.best_step_size("gd", alpha=0.5, dim=10_000, steps=1) * largest
    assert c < 2.0
    assert c == pytest.approx(2.0, rel=4 * U)  # without the constraint 3.8 would be better, and diverge later


def sd_errors(problem, steps, step_sizes, dynamics):
    at = np.asarray([steps])
    return np.asarray(
        [sd_relative_error(problem, steps=at, step_size=e, dynamics=dynamics)[0] for e in step_sizes]
    )


@given(problem=weighted_distances(), steps=st.integers(1, 200))
def test_simplified_best_step_is_the_global_minimum(problem, steps):
    best = simplified_best_step(prefix_sums(problem), steps=steps)
    ours = sd_errors(problem, steps, [best], "simplified")[0]
    p = problem.distances
    scan = np.concatenate([np.geomspace(p[-1] / 2, 2 * p[0], 500), p]) / steps
    assert ours <= sd_errors(problem, steps, scan, "simplified").min() + 40 * U
    # Prop. 4.3: the best step is within [p_n/T, p_1/T]
    assert p[-1] / steps * (1 - 4 * U) <= best <= p[0] / steps * (1 + 4 * U)


def many_distances(seed, n, shape, levels):
    """Distances with ties (``levels`` different ones) and weights of sizes far apart: many local minima."""
    rng = np.random.default_rng(seed)
    p = np.sort(rng.choice(rng.power(shape, levels), n))[::-1]
    return Distances(p, np.exp(3 * rng.standard_normal(n)), float(rng.exponential()))


def every_piece(problem, steps, floor):
    """The least loss over all pieces one by one, each minimized in closed form, and where."""
    p, w, zeros = problem
    rest, best = zeros if floor == "all" else 0.0, (np.inf, 0.0)
    for i, lower in enumerate([*p[1:], 0.0]):
        ahead = p >= p[i] * (1 - 8 * U)
        tail = (np.sum(w[~ahead]) + rest) / (4 * steps**2)
        u = min(max(np.sum((w * p)[ahead]) / (np.sum(w[ahead]) + tail), lower), p[i])
        best = min(best, (np.sum((w * (p - u) ** 2)[ahead]) + tail * u**2, u / steps))
    return best


@settings(max_examples=200)
@given(
    seed=st.integers(0, 10**6),
    n=st.integers(1, 150),
    shape=st.floats(0.1, 5.0),
    levels=st.integers(1, 100),
    steps=st.one_of(st.integers(1, 3), st.integers(1, 3_000)),
    floor=st.sampled_from(("moving", "all")),
)
def test_groups_that_are_left_out_do_not_hold_the_minimum(seed, n, shape, levels, steps, floor):
    problem = many_distances(seed, n, shape, levels)
    sums = prefix_sums(problem, floor=floor)
    eta = simplified_best_step(sums, steps=steps)
    loss, _ = every_piece(problem, steps, floor)
    # The sums of either side are off by n + 8 units of rounding, of the loss at the start.
    bound = (n + 8) * 4 * U * float(sums.second[-1])
    found = simplified_relative_error(sums, steps=np.array([steps]), step_size=eta)[0]
    assert found * float(sums.second[-1]) <= loss + bound


@given(
    seed=st.integers(0, 10**6),
    n=st.integers(1, 150),
    levels=st.integers(1, 100),
    steps=st.lists(st.integers(0, 3_000), min_size=1, max_size=4),
    reach=st.floats(0.01, 1.2),
    floor=st.sampled_from(("moving", "all")),
)
def test_errors_by_prefix_sums_are_those_of_all_coordinates(seed, n, levels, steps, reach, floor):
    problem = many_distances(seed, n, 1.0, levels)
    at = {"steps": np.array(steps), "step_size": reach * float(problem.distances[0]) / max(*steps, 1)}
    fast = simplified_relative_error(prefix_sums(problem, floor=floor), **at)
    slow = sd_relative_error(problem, **at, dynamics="simplified", floor=floor)
    # Sums of positive terms on either side; of a distance from Tη, a few units of the distance itself.
    np.testing.assert_allclose(fast, slow, rtol=(4 * n + 40) * U, atol=40 * U)
    assert np.all(fast[np.array(steps) == 0] == 1.0)


@pytest.mark.parametrize("factor", [0.97, 1.03])
def test_simplified_scan_detects_a_shifted_step(factor):
    problem = power_law_distances(1.0, 10_000)
    best = simplified_best_step(prefix_sums(problem), steps=20)
    ours, shifted = sd_errors(problem, 20, [best, factor * best], "simplified")
    assert shifted > ours * (1 + 1e-4)


def test_simplified_optimum_at_a_tie_is_attained():
    eta = numerics.best_step_size("sd", alpha=1, dim=10_000, steps=50)
    p = power_law_frequencies(1, 10_000)
    assert eta * 50 == pytest.approx(p[1], rel=4 * U)
    beyond = numerics.relative_error("sd", alpha=1, dim=10_000, steps=50, step_size=eta * (1 + 1e-12))
    assert beyond == pytest.approx(0.3039668, abs=5e-8)  # were the tie charged η²/4
    assert numerics.relative_error("sd", alpha=1, dim=10_000, steps=50, step_size=eta) < 0.3039517


def hinge_bound(sums, eta, steps):
    """The rounding bound of `iterated_loss`: (n + T/2 + 8)u times the sum of absolute values of its terms."""
    x = eta * np.arange(1 + steps % 2, steps, 2)
    k = np.searchsorted(-sums.distances, -x, side="right")
    size = sums.second[-1] + 2 * eta * sums.first[-1] + eta**2 * sums.weight[-1]
    size += 4 * eta * np.sum(sums.first[k] + x * sums.weight[k])
    return (len(sums.distances) + steps / 2 + 8) * U * size


@given(problem=weighted_distances(), steps=st.integers(0, 60), position=st.floats(0.0, 1.0))
@example(problem=power_law_distances(1.0, 1_000), steps=31, position=0.6)
@example(problem=power_law_distances(0.5, 30), steps=60, position=0.3)  # as many corners as distances
def test_iterated_loss_equals_the_closed_form(problem, steps, position):
    p = problem.distances
    eta = float((p[-1] / 61) ** position * (2 * p[0]) ** (1 - position)) * (1 + 1e-9 * np.sqrt(2))
    sums = prefix_sums(problem)
    direct = sd_errors(problem, steps, [eta], "iterated")[0] * sums.second[-1]
    fast = iterated_loss(sums, np.asarray([eta]), steps=steps)[0]
    assert abs(fast - direct) <= hinge_bound(sums, eta, steps)


def test_iterated_loss_rejects_the_other_parity():
    problem = power_law_distances(1.0, 1_000)
    sums = prefix_sums(problem)
    eta = float(problem.distances[0]) / 30 * (1 - 1e-3)
    for steps in (30, 31):
        direct = sd_errors(problem, steps, [eta], "iterated")[0] * sums.second[-1]
        assert abs(iterated_loss(sums, np.asarray([eta]), steps=steps)[0] - direct) <= hinge_bound(
            sums, eta, steps
        )
        assert abs(iterated_loss(sums, np.asarray([eta]), steps=61 - steps)[0] - direct) > 0.1 * direct


def every_iterated_piece(sums, horizons):
    """The step size of the least of all pieces between corners, each minimized in closed form."""
    p, w = sums.distances[:, None], sums.weights[:, None]
    b = np.concatenate([np.arange(1.0 + steps % 2, steps, 2.0) for steps in horizons])
    ends, odd = (p / b).ravel(), sum(steps % 2 for steps in horizons)
    order = np.argsort(-ends)
    linear = odd * sums.first[-1] + np.append(0.0, np.cumsum((2 * w * p * np.ones_like(b)).ravel()[order]))
    square = odd * sums.weight[-1] + np.append(0.0, np.cumsum((4 * w * b).ravel()[order]))
    upper, lower = np.append(p[0], ends[order]), np.append(ends[order], p[-1] / max(horizons))
    # An even T has no quadratic term above its largest corner p_1: that piece is a point.
    eta = np.clip(linear / np.where(square > 0, square, 1.0), lower, upper)
    return float(eta[np.argmin(eta * (eta * square - 2 * linear))])


@given(problem=weighted_distances(), steps=st.integers(1, 40), mean=st.booleans())
def test_iterated_best_step_is_not_beaten_by_an_exhaustive_scan(problem, steps, mean):
    sums = prefix_sums(problem)
    horizons = (steps, steps + 1) if mean else (steps,)
    p = problem.distances
    # 20 000 points resolve the shortest oscillation, 2/q ≥ 2/41 in log η where T η ≤ p_1, 400-fold; hits
    # left out
    scan = np.geomspace(p[-1] / max(horizons), p[0], 20_000) * (1 + 1e-9)

    def loss(step_sizes):
        return sum(iterated_loss(sums, np.asarray(step_sizes), steps=t) for t in horizons)

    found, piecewise = (
        float(loss([f(sums, horizons=horizons)])[0]) for f in (iterated_best_step, every_iterated_piece)
    )
    bound = max(hinge_bound(sums, p[0], t) for t in horizons) * len(horizons)
    assert found <= loss(scan).min() + bound
    assert found <= piecewise + bound


@pytest.mark.parametrize("alpha", [0.3, 0.5, 1.0, 2.0])
@pytest.mark.parametrize("horizons", [(1,), (2,), (3,), (30,), (31,), (30, 31), (200,), (1_001,), (3_000,)])
def test_no_piece_is_below_the_iterated_best_step(alpha, horizons):
    """With fewer corners than distances, and with more."""
    problem = power_law_distances(alpha, 500)
    sums = prefix_sums(problem)

    def loss(eta):
        return sum(float(iterated_loss(sums, np.asarray([eta]), steps=t)[0]) for t in horizons)

    best = iterated_best_step(sums, horizons=horizons)
    least = loss(every_iterated_piece(sums, horizons))
    assert loss(best) <= least + sum(hinge_bound(sums, best, t) for t in horizons)
    assert loss(1.1 * best) > least * (1 + 1e-5)


def test_the_iterated_best_step_is_the_vertex_of_its_piece():
    """To rounding of the vertex: a search for the least loss, flat there, would end within a square root of it."""
    for alpha, dim, horizons in ((1.0, 1_000, (61,)), (0.5, 10_000, (60, 61)), (1.0, 300, (1_000,))):
        sums = prefix_sums(power_law_distances(alpha, dim))
        found, expected = iterated_best_step(sums, horizons=horizons), every_iterated_piece(sums, horizons)
        # Off by as many units of rounding as there are pieces, at most; by a hundredth of them, at random.
        assert found == pytest.approx(expected, rel=dim * max(horizons) / 2 * U, abs=0)


def test_intervals_are_left_out_by_a_bound_that_holds(monkeypatch):
    """With a bound too high, the minimum between far minima is lost."""
    import numerics.iterated_step as module

    honest, sums, beaten = module._coefficients, prefix_sums(power_law_distances(1.0, 200)), 0
    for steps in (50, 75, 100, 125, 150):
        best = iterated_best_step(sums, horizons=(steps,))
        with monkeypatch.context() as patch:

            def higher(sums, step_sizes, horizons):
                linear, square, corners = honest(sums, step_sizes, horizons)
                return [linear, 1.2 * square, corners]

            patch.setattr(module, "_coefficients", higher)
            other = iterated_best_step(sums, horizons=(steps,))
        losses = [float(iterated_loss(sums, np.asarray([eta]), steps=steps)[0]) for eta in (best, other)]
        assert losses[0] <= losses[1] + hinge_bound(sums, best, steps)
        beaten += losses[0] < losses[1] * (1 - 1e-9)
    assert beaten


def test_a_step_ratio_that_never_gets_there_names_the_error_at_which_it_stays():
    p = power_law_frequencies(1, 60)
    stays = np.sum(np.maximum(p - 0.1 * p[0], 0) ** 2) / np.sum(p**2)
    with pytest.raises(
        ValueError, match=f"epsilon=0.5 is not reached: the relative error stays at {stays:.6g}"
    ):
        numerics.iterations("sd", alpha=1, dim=60, epsilon=0.5, step_ratio=0.1)


def brute_force(problem, epsilon, last, start=1, stride=1, **options):
    for steps in range(start, last, stride):
        if queries.relative_error(problem, steps=steps, **options) <= epsilon:
            return steps
    raise AssertionError


@pytest.mark.parametrize("alpha", [0.6, 1.0, 1.7])
@pytest.mark.parametrize("epsilon", [0.5, 0.1, 0.03])
def test_iterations_is_the_smallest_number_of_steps(alpha, epsilon):
    p = power_law_frequencies(alpha, 60)
    gd, sd = Spectrum(p, p), power_law_distances(alpha, 60)
    for problem, options in (
        (gd, {}),
        (gd, {"step_size": "best"}),
        (gd, {"step_ratio": 1.9}),
        (sd, {}),
        (sd, {"step_ratio": 0.9}),
    ):
        assert queries.iterations(problem, epsilon=epsilon, **options) == brute_force(
            problem, epsilon, 2000, **options
        )
    for start, stride, parity in ((2, 2, "even"), (1, 2, "odd"), (1, 1, "mean")):
        for step_size in (None, float(p[0]) / 200):
            expected = brute_force(
                sd,
                epsilon,
                2000,
                start,
                stride,
                step_size=step_size,
                dynamics="iterated",
                parity=parity if parity == "mean" else None,
            )
            got = queries.iterations(
                sd, epsilon=epsilon, step_size=step_size, dynamics="iterated", parity=parity
            )
            assert got == expected


@given(problem=weighted_distances(), eta=st.floats(0.003, 0.2), epsilon=st.floats(0.001, 0.9))
def test_iterations_at_a_fixed_simplified_step(problem, eta, epsilon):
    # Not monotone: the error may rise when a coordinate settles. All have settled after 1/η + 1 steps.
    errors = queries.relative_error(problem, steps=range(int(1 / eta) + 3), step_size=eta)
    if np.any(np.abs(errors / epsilon - 1) < 64 * U):
        return  # a tie within rounding
    reached = np.flatnonzero(errors <= epsilon)
    if len(reached):
        assert queries.iterations(problem, epsilon=epsilon, step_size=eta) == reached[0]
    else:
        with pytest.raises(ValueError, match=f"stays at {errors[-1]:.6g}"):
            queries.iterations(problem, epsilon=epsilon, step_size=eta)


def test_fixed_simplified_step_is_indeed_not_monotone():
    problem = Distances(np.asarray([1.0]), np.asarray([1.0]), 0.0)
    errors = queries.relative_error(problem, steps=range(6), step_size=0.3)
    assert errors[3] < errors[4]
    assert queries.iterations(problem, epsilon=0.02, step_size=0.3) == 3


def test_known_iterations():
    assert numerics.iterations("gd", alpha=1, dim=50_257, epsilon=0.1) == 5564  # theory, certified
    assert numerics.iterations("sd", alpha=1, dim=1_000, epsilon=0.2, dynamics="iterated", parity="even") == 4
    assert numerics.iterations("sd", alpha=1, dim=1_000, epsilon=0.2, dynamics="iterated", parity="odd") > 30
