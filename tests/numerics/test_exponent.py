"""The fitted exponent: against closed forms, against draws with a known exponent, and its wrong twins."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from numerics.exponent import fit_exponent, fit_shifted, rank_distance


def power_law(alpha, dim, shift=0.0):
    weights = (np.arange(1.0, dim + 1.0) + shift) ** -alpha
    return weights / weights.sum()


@given(alpha=st.floats(0.05, 4.0), dim=st.integers(2, 2_000))
def test_exact_frequencies_give_their_exponent(alpha, dim):
    frequencies = power_law(alpha, dim)
    logs = np.log(np.arange(1.0, dim + 1.0))
    variance = frequencies @ logs**2 - (frequencies @ logs) ** 2
    # Both means of log k are rounded, by at most dim ulp each; d mean / d alpha = -variance.
    budget = 2 * dim * np.spacing(logs[-1]) / variance + 8 * np.spacing(alpha)
    assert abs(fit_exponent(frequencies) - alpha) <= budget
    assert rank_distance(frequencies, alpha=alpha) <= 4 * dim * np.spacing(1.0)


def test_two_tokens_have_a_closed_form():
    assert fit_exponent([7, 3]) == pytest.approx(np.log2(7 / 3), rel=1e-14)


def test_order_and_scale_do_not_matter():
    counts = [5, 90, 1, 0, 17, 33]
    assert fit_exponent(counts) == fit_exponent(sorted(counts))
    assert fit_exponent(np.multiply(counts, 1e6)) == pytest.approx(fit_exponent(counts), rel=1e-13)


@pytest.mark.parametrize("alpha", [0.7, 1.0, 1.3])
def test_draws_scatter_as_fisher_information_says(alpha):
    """Twenty samples: the mean of the estimates lies within its band."""
    dim, draws, samples = 50, 1_000_000, 20
    frequencies = power_law(alpha, dim)
    logs = np.log(np.arange(1.0, dim + 1.0))
    variance = frequencies @ logs**2 - (frequencies @ logs) ** 2
    error = 1.0 / np.sqrt(draws * variance)  # Fisher information of one draw: the variance of log k
    rng = np.random.default_rng(20250519)
    counts = rng.multinomial(draws, frequencies, size=samples)
    band = norm.isf(5e-7) * error / np.sqrt(samples)  # one false alarm in a million
    # Ranks are taken from the counts. Sorting can only lower the mean log rank, here by this much on average:
    sorting = (
        np.mean(counts @ logs / draws - [np.sort(row)[::-1] @ logs / draws for row in counts]) / variance
    )
    estimates = [fit_exponent(row) for row in counts]
    assert abs(np.mean(estimates) - sorting - alpha) <= band
    assert 0 <= sorting <= error

    # Wrong twins: a shifted exponent, and a least-squares line through the log-log plot (unweighted).
    assert abs(np.mean(estimates) - sorting - (alpha + 0.002)) > band
    rare = rng.multinomial(5_000, power_law(alpha, 1_000))
    line = -np.polyfit(np.log(np.arange(1, 1_001)), np.log(np.maximum(np.sort(rare)[::-1], 0.5)), 1)[0]
    assert abs(line - alpha) > abs(fit_exponent(rare) - alpha)


def test_distance_is_the_largest_gap_between_the_shares():
    counts = np.array([50, 30, 15, 5])
    model = power_law(1.0, 4)
    gaps = [abs(counts[:k].sum() / 100 - model[:k].sum()) for k in range(1, 5)]
    assert rank_distance(counts, alpha=1.0) == pytest.approx(max(gaps), rel=1e-14)
    assert rank_distance(counts, alpha=2.0) > rank_distance(counts, alpha=fit_exponent(counts))


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ([3.0], "at least two tokens"),
        ([[1, 2], [3, 4]], "shape (2, 2)"),
        ([4, 4, 4], "all equal"),
        ([0.1, 0.1, 0.1], "all equal"),
        ([9, 0, 0], "fewer than two"),
        ([3, -1], "negative"),
        ([3, np.nan], "non-finite"),
        ([np.inf, 1], "non-finite"),
    ],
)
def test_bad_counts_get_one_line(counts, message):
    with pytest.raises(ValueError, match="counts") as error:
        fit_exponent(counts)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def mean_log_likelihood(counts, alpha, shift):
    return float(np.sort(counts)[::-1] @ np.log(power_law(alpha, len(counts), shift)) / np.sum(counts))


@given(alpha=st.floats(0.3, 3.0), shift=st.floats(-0.9, 20.0), dim=st.integers(5, 1_000))
def test_exact_frequencies_give_their_exponent_and_shift(alpha, shift, dim):
    """The likelihood is flat along a ridge: its slopes are off by rounding, the point by that over its curvature."""
    frequencies = power_law(alpha, dim, shift)
    inverse = 1.0 / (np.arange(1.0, dim + 1.0) + shift)
    parts = np.stack([-np.log(inverse), alpha * inverse])
    centered = parts - (parts @ frequencies)[:, None]
    curvature = (centered * frequencies) @ centered.T  # Fisher information in (alpha, shift)
    spread = np.linalg.inv(curvature)
    budget = 64 * dim * np.spacing(1.0) * np.abs(parts).max()
    found = fit_shifted(frequencies)
    assert abs(found[0] - alpha) <= budget * np.abs(spread[0]).sum()
    assert abs(found[1] - shift) <= budget * np.abs(spread[1]).sum()
    assert rank_distance(frequencies, alpha=alpha, shift=shift) <= 4 * dim * np.spacing(1.0)


def test_no_neighbor_is_more_likely():
    """On draws, by small and by large steps; along the ridge, and without the shift as a wrong twin."""
    counts = np.random.default_rng(8).multinomial(100_000, power_law(1.1, 300, 2.0))
    alpha, shift = fit_shifted(counts)
    best = mean_log_likelihood(counts, alpha, shift)
    for size in (1e-1, 1e-2, 1e-4):
        for angle in np.linspace(0, 2 * np.pi, 25):
            other = alpha + size * np.cos(angle), shift + 5 * size * np.sin(angle)
            assert mean_log_likelihood(counts, *other) < best
    assert mean_log_likelihood(counts, fit_exponent(counts), 0.0) < best - 1e-3


def test_draws_scatter_about_exponent_and_shift_as_fisher_information_says():
    dim, draws, samples, alpha, shift = 60, 1_000_000, 20, 1.2, 3.0
    frequencies = power_law(alpha, dim, shift)
    inverse = 1.0 / (np.arange(1.0, dim + 1.0) + shift)
    parts = np.stack([-np.log(inverse), alpha * inverse])
    centered = parts - (parts @ frequencies)[:, None]
    spread = np.linalg.inv((centered * frequencies) @ centered.T) / draws
    rng = np.random.default_rng(5)
    found = np.mean([fit_shifted(row) for row in rng.multinomial(draws, frequencies, samples)], axis=0)
    band = norm.isf(5e-7) * np.sqrt(np.diag(spread) / samples)
    assert (np.abs(found - [alpha, shift]) <= band).all()
    assert (np.abs(found - [alpha, shift + 3 * band[1]]) > band).any()


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        (2.0 ** -np.arange(30), "no finite exponent and shift"),
        ([5, 1, 1, 1, 1], "no finite exponent and shift"),
        (np.arange(20, 0, -1), "no finite exponent and shift"),
        ([3, 2], "fewer than three"),
        ([2, 2, 2], "all equal"),
    ],
    ids=["geometric", "one rank", "linear", "two", "equal"],
)
def test_counts_without_a_shift_get_one_line(counts, message):
    with pytest.raises(ValueError, match=message) as error:
        fit_shifted(counts)
    assert "\n" not in str(error.value)
