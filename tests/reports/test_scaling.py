"""Steps at vocabularies counted afresh: those of the problems, whatever the tokens; halves that belong together."""

import json

import pytest

from numerics import builtin_text, read_bigrams
from reports.document.real_text import scaling
from reports.growth import growth
from reports.methods import GROWING, METHODS
from reports.scaling import Vocabulary, grown

SIZES = (40, 120)


@pytest.fixture(scope="module")
def words():
    tables = [read_bigrams(builtin_text("pydoc-topics"), vocab_size=size) for size in SIZES]
    return [Vocabulary.of(table, epsilon=0.1, replicates=39) for table in tables]


def test_sizes_read_one_by_one_are_nested_vocabularies_read_at_once(words):
    table = read_bigrams(builtin_text("pydoc-topics"), vocab_size=SIZES[-1])
    at_once = {row.method: row for row in growth(table, vocab_sizes=SIZES, epsilon=0.1).rows}
    found = {row.method: row for row in grown(words).rows}
    assert set(found) == set(METHODS)
    for method in GROWING:
        assert found[method].on_corpus == at_once[method].on_corpus
        assert found[method].by_power_law == at_once[method].by_power_law
        for one, other in zip(
            (found[method].exponent.lower, found[method].exponent.value, found[method].exponent.upper),
            (at_once[method].exponent.lower, at_once[method].exponent.value, at_once[method].exponent.upper),
            strict=True,
        ):
            # Steps on halves are interpolated, from wherever the search began, to 1/100 of a change of slope.
            assert one == pytest.approx(other, abs=5e-3)
        assert found[method].exponent.lower < found[method].exponent.value < found[method].exponent.upper


def test_counts_are_those_of_the_problem(words):
    problem = read_bigrams(builtin_text("pydoc-topics"), vocab_size=SIZES[0]).problem()
    assert list(words[0].counts) == [method.on_corpus(problem, 0.1) for method in METHODS]


def test_a_vocabulary_survives_json(words):
    assert [Vocabulary.from_json(json.loads(json.dumps(some.to_json()))) for some in words] == words


def test_a_size_that_comes_twice_counts_once(words):
    assert grown([*words, words[-1]]) == grown(words)
    assert grown(words).dims == SIZES
    assert grown([words[0], words[0]]) is None


def test_the_report_has_a_table_for_each_text_and_tokenizer(words):
    found = scaling({("a/novel.txt", "words"): grown(words), ("b.txt", "words"): None}, 0.1)
    assert len(found) == 1
    (table,) = found
    assert "relative error 0.1 on novel.txt" in table["caption"]
    assert table["columns"][1 : len(SIZES) + 1] == [f"d = {size}" for size in SIZES]
    assert [row[0] for row in table["rows"]] == [method.name for method in METHODS]
    assert {len(row) for row in table["rows"]} == {len(table["columns"])}
    assert table["rows"][0][1 : len(SIZES) + 1] == [str(some.counts[0]) for some in words]


def test_pieces_of_words():
    pytest.importorskip("sentencepiece")
    tables = [
        read_bigrams(builtin_text("pydoc-topics"), vocab_size=size, tokens="bpe") for size in (300, 900)
    ]
    found = grown([Vocabulary.of(table, epsilon=0.1, replicates=39) for table in tables])
    assert found.dims == tuple(table.dim for table in tables)
    for row in found.rows:
        counts = [row.method.on_corpus(table.problem(), 0.1) for table in tables]
        assert list(row.on_corpus) == counts
