"""Steps of a text: against the two packages' own counts, intervals where the truth is known, bad input."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

import theory
from numerics import BigramProblem, builtin_text, read_bigrams
from numerics.sources import Text
from reports.corpus import NOTES, CorpusAnalysis, analyze
from reports.growth import growth
from reports.halves import Estimate, Halves, centered
from reports.methods import GROWING, METHODS, crossing

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"
GD, GD_BEST, SD, EVEN, ODD = METHODS


@pytest.fixture(scope="module")
def table():
    return read_bigrams(builtin_text("pydoc-topics"), vocab_size=300)


@pytest.fixture(scope="module")
def analysis(table):
    return analyze(table, epsilon="1/10")


def independent_draws(rng, frequencies, tokens):
    """A text whose tokens are drawn one by one."""
    letters = [f"w{k}" for k in range(len(frequencies))]
    content = " ".join(rng.choice(letters, tokens, p=frequencies)).encode()
    return Text("draws", len(content), False, lambda: iter((content,)))


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_crossing_rounds_up_to_the_count(table, method):
    problem = table.problem()
    for epsilon in (0.02, 0.1, 0.5, 0.9):
        count = method.on_corpus(problem, epsilon)
        exact = crossing(problem, method, epsilon, near=count, ratio=1.0)
        assert method.at_least(exact) == count
        for near in (method.first, method.at_least(count / 3), method.at_least(3 * count)):
            assert crossing(problem, method, epsilon, near=near, ratio=1.0) == exact
            if count > 20 * method.stride:
                # The interpolation over a ratio of 1.1 is off by a hundredth of the change of slope, at most 1/2.
                rough = crossing(problem, method, epsilon, near=near, ratio=1.1)
                assert abs(np.log(rough / exact)) < 0.005


@given(st.floats(0.0, 1e6))
def test_counts_are_rounded_up_to_what_the_method_allows(steps):
    for method in METHODS:
        count = method.at_least(steps)
        assert count >= max(steps, method.first)
        assert count == method.first or count - method.stride < steps
        assert method.parity is None or count % 2 == (method.parity == "odd")


def test_point_values_are_those_of_the_problem(table, analysis):
    problem = table.problem()
    assert [row.method for row in analysis.steps] == list(METHODS)
    assert [row.on_corpus.value for row in analysis.steps] == [
        problem.iterations("gd", epsilon=0.1),
        problem.iterations("gd", epsilon=0.1, step_size="best"),
        problem.iterations("sd", epsilon=0.1),
        problem.iterations("sd", epsilon=0.1, dynamics="iterated", parity="even"),
        problem.iterations("sd", epsilon=0.1, dynamics="iterated", parity="odd"),
    ]
    assert (analysis.dim, analysis.pair_total) == (300, table.pair_total)
    for estimate in (analysis.alpha, *(row.on_corpus for row in analysis.steps)):
        assert estimate.lower <= estimate.value <= estimate.upper


def test_power_law_values_are_the_certified_ones(analysis):
    """The theory's exact counts, computed without this code's arrays, at the fitted exponent and its interval."""
    by_method = {row.method: row.by_power_law for row in analysis.steps}
    for method in (GD, SD):
        counts = [
            theory.iterations(method.optimizer, alpha=alpha, dim=300, epsilon="1/10")
            for alpha in (analysis.alpha.lower, analysis.alpha.value, analysis.alpha.upper)
        ]
        law = by_method[method]
        assert law.value == counts[1]
        assert (law.lower, law.upper) == (min(counts), max(counts))
    assert by_method[GD].value != by_method[SD].value


def test_growth_is_over_tables_of_the_smaller_vocabularies(table, analysis):
    assert analysis.growth.dims == (14, 30, 65, 139, 300)
    assert [row.method for row in analysis.growth.rows] == list(GROWING)
    for row in analysis.growth.rows:
        counts = [row.method.on_corpus(table.restricted(dim).problem(), 0.1) for dim in analysis.growth.dims]
        assert list(row.on_corpus) == counts
        assert row.exponent.lower <= row.exponent.value <= row.exponent.upper
    gd, simplified, even = analysis.growth.rows
    assert (gd.law, simplified.law, even.law) == (0.9, 0.5, 0.0)
    again = growth(table, vocab_sizes=analysis.growth.dims, epsilon=0.1)
    assert again == analysis.growth


def test_growth_finds_the_slope_of_a_known_problem():
    """Expected counts of independent draws, so the steps are those of the power law itself."""
    frequencies = np.arange(1, 201) ** -1.0
    counts = np.rint(1e9 * np.outer(frequencies, frequencies)).astype(np.int64)
    for dim in (50, 200):
        problem = BigramProblem.from_counts(counts[:dim, :dim])
        for method in (GD, GD_BEST, SD):
            # Rounding the counts moves no frequency by more than 1e-5 of itself: a count, by one at most.
            assert abs(method.on_corpus(problem, 0.1) - method.by_power_law(1.0, dim, 0.1)) <= 1


def test_intervals_hold_the_mean_over_texts_of_independent_draws():
    """Centered intervals do, for the exponent and for gd's steps; percentiles, the wrong twin, do not for steps."""
    frequencies = np.arange(1, 61) ** -1.0
    frequencies /= frequencies.sum()
    rng = np.random.default_rng(20250519)
    samples = []
    for seed in range(40):
        drawn = read_bigrams(independent_draws(rng, frequencies, 4_000), vocab_size=60)
        samples.append(
            Halves.draw(drawn, {60: (GD,)}, epsilon=0.1, replicates=39, seed=seed, report=lambda done: None)
        )
    least = binom.ppf(1e-4, len(samples), 0.95)  # below it with one chance in ten thousand

    def hits(values, replicates, interval):
        mean = np.mean(values)
        found = [interval(value, halves) for value, halves in zip(values, replicates, strict=True)]
        return sum(lower <= mean <= upper for lower, upper in found)

    def ours(value, halves):
        estimate = centered(value, halves)
        return estimate.lower, estimate.upper

    def percentiles(value, halves):
        return min(halves), max(halves)

    alphas = [sample.alphas[-1] for sample in samples], [sample.half_alphas for sample in samples]
    key = (60, GD)
    steps = [sample.crossings[key] for sample in samples], [sample.half_crossings[key] for sample in samples]
    assert hits(*alphas, ours) >= least
    assert hits(*steps, ours) >= least
    assert hits(*steps, percentiles) < least
    # And they are not wide for nothing: half as wide, they would miss.
    assert (
        hits(*steps, lambda value, halves: np.add(np.multiply(ours(value, halves), 0.4), 0.6 * value)) < least
    )


def test_centered_interval_is_the_order_statistics_about_the_median():
    estimate = centered(100.0, list(range(39)))
    assert (estimate.lower, estimate.value, estimate.upper) == (81.0, 100.0, 119.0)


def test_analysis_is_plain_data_and_reproducible(table, analysis):
    assert analyze(table, epsilon=0.1) == analysis
    other = analyze(table, epsilon=0.1, seed=1)
    assert other.alpha.value == analysis.alpha.value
    assert other.alpha != analysis.alpha
    data = json.loads(json.dumps(analysis.to_json(), allow_nan=False))
    assert data["alpha"]["value"] == analysis.alpha.value
    assert data["steps"][4]["method"]["parity"] == "odd"
    assert data["steps"][0]["on_corpus"]["value"] == analysis.steps[0].on_corpus.value
    assert CorpusAnalysis.from_json(data) == analysis
    words = data["advice"]["lines"][-1]
    assert all(part in words for part in ("full-batch", "linear bigram model", "square loss"))


def test_a_text_is_read_and_progress_ends():
    calls = []
    found = analyze(
        builtin_text("pydoc-topics"),
        vocab_size=20,
        epsilon=0.2,
        tokens="chars",
        progress=lambda done, total: calls.append((done, total)),
    )
    assert (found.tokens, found.dim, found.growth) == ("chars", 20, None)
    done, totals = zip(*calls, strict=True)
    assert list(done) == sorted(done)
    assert set(totals) == {done[-1]}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"epsilon": 0}, "epsilon=0"),
        ({"epsilon": "one"}, "epsilon='one'"),
        ({"epsilon": 0.1, "replicates": 10}, "replicates=10"),
        ({"epsilon": 0.1, "seed": -1}, "seed=-1"),
        ({"epsilon": 0.1, "vocab_size": 301}, "vocab_size=301"),
    ],
)
def test_bad_options_get_one_line(table, options, message):
    with pytest.raises(ValueError, match=message) as error:
        analyze(table, **options)
    assert "\n" not in str(error.value)


def test_bad_texts_get_one_line(tmp_path):
    path = tmp_path / "short.txt"
    path.write_text("to be or not to be")
    with pytest.raises(ValueError, match="vocab_size=None"):
        analyze(path, epsilon=0.1)
    with pytest.raises(ValueError, match=r"vocab_size=9: .* only 4 distinct"):
        analyze(path, vocab_size=9, epsilon=0.1)
    regular = tmp_path / "regular.txt"
    regular.write_text("a b c a b c a b c a")
    message = r"vocab_size=3: the 9 pairs of .*regular\.txt are too few, or too alike, .*; take a longer text"
    with pytest.raises(ValueError, match=message):
        analyze(regular, vocab_size=3, epsilon=0.1)
    with pytest.raises(ValueError, match="at least two sizes"):
        growth(read_bigrams(path, vocab_size=4), vocab_sizes=[4], epsilon=0.1)


def test_intervals_that_a_short_text_belies_are_named(analysis):
    """The whole text needs no caution; 1 000 of its words do, and so do counts of one or two."""
    assert analysis.notes == NOTES
    content = b"".join(builtin_text("pydoc-topics").chunks())[:6_000]
    short = analyze(Text("short", len(content), False, lambda: iter((content,))), vocab_size=200, epsilon=0.1)
    caution, *rest = short.notes
    assert tuple(rest) == NOTES
    doubtful = [row.method.name in caution for row in short.steps]
    assert any(doubtful)
    for named, row in zip(doubtful, short.steps, strict=True):
        outside = not row.on_corpus.lower <= row.on_half <= row.on_corpus.upper
        assert named == (outside and abs(row.on_half / row.on_corpus.value - 1) > 0.25)
    for count, half, far in ((2, 2.0, True), (3, 3.0, False), (100, 76.0, False), (100, 74.0, True)):
        steps = replace(short.steps[0], on_corpus=Estimate(count, count - 2, count + 2), on_half=half)
        assert steps.is_doubtful == far


def test_an_exponent_that_may_be_below_zero_is_carried_through():
    content = b"a b a c a b a a b a b a b a b c b c b c b c a"
    found = analyze(Text("short", len(content), False, lambda: iter((content,))), vocab_size=3, epsilon=0.1)
    assert found.alpha.lower < 0 < found.alpha.value
    for row in found.steps:
        law = row.by_power_law
        assert law.lower <= law.value <= law.upper
        assert row.method.by_power_law(1e-9, 3, 0.1) in (law.lower, law.upper)


def test_english_novels_need_about_the_known_steps():
    """Orientation by another program, whose tokens differ in details: about 1600, 140, 20 and 250."""
    path = CORPORA / "english_novels.txt"
    if not path.exists():
        pytest.skip(f"{path} is not there: it is not part of the repository")
    problem = read_bigrams(path, vocab_size=10_000).problem()
    found = [method.on_corpus(problem, 0.1) for method in (GD, SD, EVEN, ODD)]
    assert 1550 <= found[0] <= 1700
    assert 130 <= found[1] <= 145
    assert 18 <= found[2] <= 22
    assert 240 <= found[3] <= 260
