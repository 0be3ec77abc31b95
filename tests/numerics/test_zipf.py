"""Goodness of fit: texts drawn from a power law pass, others fail; intervals, deviations and rows of known laws."""

import numpy as np
import pytest
from scipy.stats import binom, norm

from numerics.exponent import fit_exponent
from numerics.jackknife import interval, standard_errors
from numerics.text import read_bigrams
from numerics.zipf import RANKS, SEEN, fit_zipf

DIM = 200


def power_law(alpha, dim=DIM, shift=0.0):
    weights = (np.arange(1.0, dim + 1.0) + shift) ** -alpha
    return weights / weights.sum()


def two_regimes(dim=DIM):
    """Exponent ½ up to rank 14, 3/2 beyond."""
    ranks, bend = np.arange(1.0, dim + 1.0), 14.0
    weights = np.where(ranks <= bend, ranks**-0.5, bend * ranks**-1.5)
    return weights / weights.sum()


def text_of(frequencies, tokens=60_000, seed=1):
    draws = np.random.default_rng(seed).choice(len(frequencies), tokens, p=frequencies)
    return [" ".join(f"w{k}" for k in draws)]


def fitted(frequencies, **options):
    return fit_zipf(read_bigrams(text_of(frequencies, **options), vocab_size=len(frequencies)))


@pytest.fixture(scope="module")
def plain():
    return fitted(power_law(1.0))


@pytest.fixture(scope="module")
def shifted():
    return fitted(power_law(1.3, shift=4.0))


@pytest.fixture(scope="module")
def bent():
    return fitted(two_regimes())


def test_a_power_law_passes(plain):
    law = plain.power_law
    assert law.alpha.lower < 1.0 < law.alpha.upper
    assert law.alpha.upper - law.alpha.lower < 0.05
    assert law.p_value > 0.1
    assert law.deviation < 1.02
    assert plain.shifted.shift.lower < 0.0 < plain.shifted.shift.upper
    assert plain.shifted.alpha.lower < 1.0 < plain.shifted.alpha.upper


def test_a_shifted_law_fails_without_its_shift_and_passes_with_it(shifted):
    law, mandelbrot = shifted.power_law, shifted.shifted
    assert law.p_value == pytest.approx(1 / 40)  # none of the 39 draws
    assert law.deviation > 1.2
    assert mandelbrot.alpha.lower < 1.3 < mandelbrot.alpha.upper
    assert mandelbrot.shift.lower < 4.0 < mandelbrot.shift.upper
    assert mandelbrot.p_value > 0.1
    assert mandelbrot.deviation < 1.02
    assert mandelbrot.distance < law.distance / 5


def test_two_regimes_fail_with_and_without_a_shift(bent):
    for law in (bent.power_law, bent.shifted):
        assert law.p_value == pytest.approx(1 / 40)
        assert law.deviation > 1.05


def test_the_profile_is_that_of_the_shares(bent):
    """Bands double up to d; where the law is too low the observed share is above it."""
    law = bent.power_law
    bands = [(first, last) for first, last, _, _ in law.profile]
    assert bands == [(1, 1), (2, 3), (4, 7), (8, 15), (16, 31), (32, 63), (64, 127), (128, 200)]
    frequencies, weights = two_regimes(), power_law(law.alpha.value)
    for first, last, ratio, error in law.profile:
        band = slice(first - 1, last)
        expected = frequencies[band].sum() / weights[band].sum()
        assert abs(np.log(ratio / expected)) < norm.isf(1e-5) * error
    logs = np.array([np.log(ratio) for _, _, ratio, _ in law.profile])
    errors = np.array([error for *_, error in law.profile])
    assert law.deviation == pytest.approx(np.exp(np.sqrt(np.mean(logs**2 - errors**2))), rel=1e-12)


def test_p_values_of_a_true_law_are_seldom_small(monkeypatch):
    """Of 40 short texts of independent draws, one in ten has p ≤ 1/10; all of a bent law have."""

    def no_shift(counts):
        raise ValueError("it would take a minute")

    monkeypatch.setattr("numerics.zipf.fit_shifted", no_shift)
    small = {}
    for name, frequencies in {"true": power_law(1.0, 40), "bent": two_regimes(40)}.items():
        fits = [fitted(frequencies, tokens=4_000, seed=seed) for seed in range(40)]
        small[name] = sum(fit.power_law.p_value <= 0.1 for fit in fits)
        if name == "true":
            half = sum(fit.power_law.p_value <= 0.5 for fit in fits)
            hits = sum(fit.power_law.alpha.lower < 1.0 < fit.power_law.alpha.upper for fit in fits)
    assert small["true"] <= binom.isf(1e-4, 40, 0.1)
    assert small["bent"] == 40
    # Draws that are not fitted themselves are further from the law: nearly every p would be large.
    assert binom.ppf(1e-4, 40, 0.5) <= half <= binom.isf(1e-4, 40, 0.5)
    # Sorting biases alpha upwards, here by up to a standard error, so that fewer than 95 % hold it.
    assert hits >= binom.ppf(1e-4, 40, 0.8)


def test_a_text_whose_rows_are_all_short_has_none():
    rows = fit_zipf(read_bigrams(text_of(power_law(1.0, 40), tokens=9_000), vocab_size=40)).rows
    assert (rows.rows, rows.share, rows.exponents, rows.distances) == (0, 0.0, (), ())


def test_rows_have_the_exponents_they_were_drawn_with():
    """Half of the rows fall like k^-0.7, half like k^-1.2; too short rows are left out."""
    dim, rng = 150, np.random.default_rng(3)
    documents = []
    for token in range(dim):
        law = power_law(0.7 if token % 2 else 1.2, dim)
        followers = rng.choice(dim, 10_000 if token < 6 else 50, p=law)
        documents += [f"w{token} w{follower}" for follower in followers]
    table = read_bigrams(documents, vocab_size=dim)
    rows = fit_zipf(table).rows
    counts = table.counts()
    long_rows = [
        seen
        for start, stop in zip(counts.indptr, counts.indptr[1:], strict=False)
        if (seen := counts.data[start:stop][counts.data[start:stop] >= SEEN]).size >= RANKS
    ]
    assert rows.rows == len(long_rows) == 6
    assert rows.share == pytest.approx(60_000 / (60_000 + 50 * (dim - 6)), rel=1e-14)
    exponents = [fit_exponent(seen) for seen in long_rows]
    assert rows.exponents == pytest.approx(np.quantile(exponents, [0.1, 0.5, 0.9]), rel=1e-14)
    # Two groups of three: within the 10 % quantiles lies a fifth of the way to the next row.
    assert abs(rows.exponents[0] - 0.7) < 0.05
    assert abs(rows.exponents[2] - 1.2) < 0.05
    assert all(distance < 0.05 for distance in rows.distances)


@pytest.mark.parametrize("alpha", [0.6, 1.0, 1.4])
def test_the_exponent_of_a_row_is_within_what_is_said(alpha):
    """Among all ranks, as a wrong twin, a short row looks steep."""
    rng = np.random.default_rng(0)
    draws = rng.multinomial(10_000, power_law(alpha, 10_000), size=10)
    found = [fit_exponent(row[row >= SEEN]) for row in draws if (row >= SEEN).sum() >= RANKS]
    assert len(found) == 10
    assert abs(np.mean(found) - alpha) < 0.03
    everywhere = np.mean([fit_exponent(row) for row in draws])
    assert everywhere - alpha > (0.03 if alpha < 1 else 0.01)


def test_the_jackknife_of_a_mean_is_its_standard_error():
    sample = np.random.default_rng(2).normal(size=16)
    without = (sample.sum() - sample) / 15
    error = sample.std(ddof=1) / 4
    assert standard_errors(without) == pytest.approx(error, rel=1e-12)
    found = interval(float(sample.mean()), without.tolist())
    assert found.upper - found.value == pytest.approx(
        2.131449546 * error, rel=1e-9
    )  # t, 15 degrees of freedom
    assert found.value - found.lower == pytest.approx(found.upper - found.value, rel=1e-9)


def test_the_same_seed_gives_the_same_fit_and_progress_ends(plain):
    table = read_bigrams(text_of(power_law(1.0)), vocab_size=DIM)
    calls = []
    assert fit_zipf(table, progress=lambda done, total: calls.append((done, total))) == plain
    assert calls[-1] == (2 * (39 + 16 + 1),) * 2


def test_a_law_without_a_finite_shift_is_left_out():
    found = fitted(2.0 ** -np.arange(1, 9) / (1 - 2.0**-8), tokens=5_000)
    assert found.shifted is None
    assert found.power_law.deviation > 1.1


@pytest.mark.parametrize(("options", "message"), [({"draws": 18}, "draws=18"), ({"seed": -1}, "seed=-1")])
def test_bad_options_get_one_line(options, message):
    table = read_bigrams(["a b c a b a"], vocab_size=3)
    with pytest.raises(ValueError, match=message):
        fit_zipf(table, **options)
