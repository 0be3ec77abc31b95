"""Advice on texts: against steps that grow by known laws, and against the counts of a real one."""

import math

import numpy as np
import pytest

from numerics import builtin_text, read_bigrams
from reports.advice import DUEL, EVEN, GD, MODEL, ODD, SCOPE, advise
from reports.corpus import analyze
from reports.halves import Halves

DIMS = (10, 30, 100, 300, 1000)


def sample(gd, model, even=(5.0, 0.0), odd=(2.0, 0.6), *, noise=0.01, half=1.0):
    """Steps factor * d^exponent, and on the halves the same with noise, times ``half`` for gd."""
    rng = np.random.default_rng(3)
    laws = {GD: gd, MODEL: model, EVEN: even, ODD: odd}
    crossings = {(d, m): factor * d**power for d in DIMS for m, (factor, power) in laws.items()}
    # The same noise at every vocabulary, as words of one text share it.
    noises = {m: np.exp(noise * rng.standard_normal(39)) * (half if m is GD else 1.0) for m in laws}
    halves = {key: (steps * noises[key[1]]).tolist() for key, steps in crossings.items()}
    counts = {key: math.ceil(steps) for key, steps in crossings.items()}
    return Halves(DIMS, 0.1, (1.0,) * len(DIMS), 0.1, counts, crossings, [1.0] * 39, halves)


def test_margins_and_doubling_are_those_of_the_laws():
    found = advise(sample((0.5, 0.9), (3.0, 0.4), half=1.3), DIMS[1:])
    factors = [row.factor.value for row in found.margins]
    assert factors == pytest.approx([1000**0.5 / 6, 0.1 * 1000**0.9, 0.25 * 1000**0.3], rel=1e-12)
    assert found.margins[0].on_half == pytest.approx(1.3 * factors[0], rel=0.02)
    for row in found.margins:
        # Two independent noises of 1 %: 95 % of the halves are within 2.8 %, give or take their number.
        assert 0.02 < math.log(row.factor.upper / row.factor.lower) < 0.1
        assert row.factor.lower < row.factor.value < row.factor.upper
    assert [row.factor.value for row in found.doubling] == pytest.approx([2**0.9, 2**0.4, 1.0], rel=1e-12)
    assert found.lines[-1] == SCOPE
    assert "sign descent wins in every form" in found.lines[0]


@pytest.mark.parametrize(
    ("gd", "model", "turning"),
    [
        ((0.1, 1.0), (1.0, 0.5), 100.0),  # at a size that was tried
        ((0.1, 1.0), (2.0, 0.5), 400.0),  # between two of them, where both are straight lines
        ((0.01, 1.0), (1.0, 0.5), 1e4),  # beyond
        ((1.0, 1.0), (1.0, 0.5), None),  # below
        ((0.1, 0.5), (1.0, 0.5), None),  # never
        ((0.1, 0.4), (1.0, 0.5), None),
    ],
)
def test_the_answer_changes_where_the_laws_cross(gd, model, turning):
    found = advise(sample(gd, model, noise=1e-3), DIMS)
    if turning is None:
        assert found.turning is None
        assert "wins" in found.lines[1]
        return
    assert found.turning.value == pytest.approx(turning, rel=1e-9)
    assert found.turning.lower < turning < found.turning.upper < 1.05 * turning
    assert f"about {turning:.0f} (" in found.lines[1]
    assert ("beyond this text" in found.lines[1]) == (turning > 1000)


def test_the_last_change_counts():
    """Steps that cross more than once: below the last crossing the winner is not one for good."""
    mixed = sample((1.0, 1.0), (1.0, 0.5))
    for d in (30, 100):
        for steps in (mixed.crossings, mixed.half_crossings):
            steps[d, GD] = np.multiply(steps[d, GD], 1e-2).tolist()
    low, high = math.log(0.01 * 100**0.5), math.log(300**0.5)
    expected = math.exp(math.log(100) + low / (low - high) * math.log(3))
    assert advise(mixed, DIMS).turning.value == pytest.approx(expected, rel=1e-9)


def test_words_follow_the_numbers():
    tie = advise(sample((1.0, 0.5), (1.0, 0.5), (1.0, 0.5), (1.0, 0.5)), DIMS)
    assert "no winner is certain" in tie.lines[0]
    split = advise(sample((1.0, 0.5), (1.0, 0.8), (1.0, 0.0), (1.0, 0.9)), DIMS)
    assert "wins against sign descent under Assumption 4.1 and the true sign update at odd" in split.lines[0]
    assert "loses to the true sign update at even" in split.lines[0]
    slow = advise(sample((1.0, 0.1), (1.0, 0.8), (1.0, 0.7), (1.0, 0.9)), DIMS)
    assert "wins against every form" in slow.lines[0]
    assert len(advise(sample((1.0, 0.1), (1.0, 0.8)), ()).lines) == 3  # a vocabulary too small to grow


def test_a_text_ends_with_the_advice_of_its_counts():
    table = read_bigrams(builtin_text("pydoc-topics"), vocab_size=300)
    found = analyze(table, epsilon="1/10").advice
    problems = {dim: table.restricted(dim).problem() for dim in found.dims}
    assert found.dims == (14, 30, 65, 139, 300)
    gd, model = ([m.on_corpus(problems[d], 0.1) for d in found.dims] for m in DUEL)
    # Counts are the real numbers rounded up.
    assert (gd[-1] - 1) / model[-1] < found.margins[0].factor.value < gd[-1] / (model[-1] - 1)
    ahead = [d for d, g, m in zip(found.dims, gd, model, strict=True) if g > m]
    assert found.turning is not None
    assert (ahead == []) == (found.turning.value > found.dims[-1])
    if ahead:
        assert found.turning.value <= ahead[0]
