"""Byte-pair encoding: of a text by its own model or a given one, against sentencepiece on the whole."""

import io
import os
import sys
from collections import Counter
from itertools import chain, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from numerics import subwords
from numerics.sources import Text
from numerics.text import read_bigrams

sentencepiece = pytest.importorskip("sentencepiece")

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"

WORDS = [
    "the",
    "cat",
    "sat",
    "on",
    "a",
    "mat",
    "and",
    "another",
    "there",
    "while",
    "rats",
    "chatted",
    "the",
    "batted",
]


def prose(lines, seed=0):
    draws = np.random.default_rng(seed)
    return "".join(" ".join(draws.choice(WORDS, size=draws.integers(1, 12))) + ".\n" for _ in range(lines))


def source(content, size=64, capped=False):
    data = content.encode()
    return Text("made up", len(data), capped, lambda: (data[i : i + size] for i in range(0, len(data), size)))


def trained(content, size):
    """A model by sentencepiece's own way of reading."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(content.split("\n")),
        model_writer=model,
        model_type="bpe",
        vocab_size=size + 1,
        character_coverage=1.0,
        bos_id=-1,
        eos_id=-1,
        minloglevel=3,
    )
    return model.getvalue()


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("models") / "cats.model"
    path.write_bytes(trained(prose(200), 40))
    return path


def expected_pieces(content, model):
    processor = sentencepiece.SentencePieceProcessor(model_proto=model)
    return list(chain.from_iterable(processor.encode(content.split("\n"), out_type=str)))


def check(table, sequence):
    """The table is that of the pieces, with the marked unknown ones as gaps."""
    kinds = Counter(sequence)
    del kinds["?"]
    assert table.token_total == len(sequence)
    assert table.token_types == len(kinds)
    taken = table.vocabulary
    assert [kinds[piece] for piece in taken] == sorted(kinds.values(), reverse=True)[: table.dim]
    expected = Counter(
        (first, second) for first, second in pairwise(sequence) if {first, second} <= set(taken)
    )
    found = {(taken[i], taken[j]): int(n) for (i, j), n in table.counts().todok().items()}
    assert found == expected


def test_a_model_of_the_text_itself():
    content = prose(300)
    table = read_bigrams(source(content), vocab_size=40, tokens="bpe")
    sequence = expected_pieces(content, trained(content, 40))
    assert table.dim == len(set(sequence)) <= 40
    assert table.tokens == "bpe"
    check(table, sequence)


def test_a_given_model(model):
    content = prose(100, seed=1)
    sequence = expected_pieces(content, model.read_bytes())
    check(read_bigrams(source(content), vocab_size=1000, tokens="bpe", model=model), sequence)
    table = read_bigrams(source(content), vocab_size=5, tokens="bpe", model=model)
    assert table.dim == 5
    check(table, sequence)


def test_what_a_model_does_not_know_breaks_the_chain(model):
    table = read_bigrams(source("the cat 猫 the cat\n猫the cat"), vocab_size=99, tokens="bpe", model=model)
    processor = sentencepiece.SentencePieceProcessor(model_file=str(model))
    lines = processor.encode(["the cat 猫 the cat", "猫the cat"])
    pieces = [
        "?" if i == processor.unk_id() else processor.id_to_piece(i) for i in chain.from_iterable(lines)
    ]
    assert pieces.count("?") == 2
    check(table, pieces)


def test_cutting_a_text_does_not_change_its_pieces(model, monkeypatch):
    content = prose(40) + " ".join(WORDS * 3)
    expected = read_bigrams(source(content, 10**6), vocab_size=99, tokens="bpe", model=model)
    monkeypatch.setattr(subwords, "SENTENCE", 30)
    monkeypatch.setattr(subwords, "BATCH", 50)
    table = read_bigrams(source(content, 7), vocab_size=99, tokens="bpe", model=model)
    assert (table.vocabulary, table.pair_total) == (expected.vocabulary, expected.pair_total)
    assert (table.counts() != expected.counts()).nnz == 0


@given(st.text("ab \n", max_size=80), st.lists(st.integers(0, 80), max_size=5), st.integers(1, 12))
def test_sentences_are_lines_or_parts_of_them(text, cuts, limit):
    cuts = sorted({0, len(text), *(cut for cut in cuts if text[cut : cut + 1].isspace())})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subwords, "SENTENCE", limit)
        found = list(subwords.sentences(text[start:stop] for start, stop in pairwise(cuts)))
    assert "".join(found) == text.replace("\n", "")
    assert not any("\n" in sentence for sentence in found)
    assert all(len(sentence) <= limit or " " not in sentence[1:] for sentence in found)
    borders = set(np.cumsum([len(line) for line in text.split("\n")]).tolist())
    starts = np.cumsum([0, *map(len, found)]).tolist()
    assert borders <= set(starts) | {0}
    assert all(
        sentence[0] == " "
        for start, sentence in zip(starts, found, strict=False)
        if start not in {0, *borders}
    )


def test_a_text_without_line_breaks_is_not_held_whole():
    pieces = iter([" word" * 10] * 1_000)
    next(subwords.sentences(pieces))
    assert len(list(pieces)) > 900


@given(st.lists(st.integers(1, 9)), st.integers(1, 40))
@example([9], 1)
@example([3, 4], 7)
@example([3, 4, 5], 7)
def test_a_sample_is_bounded_and_even(lengths, limit):
    text = ["x" * length for length in lengths]
    kept = subwords.spread(text, limit)
    assert sum(map(len, kept)) <= limit or len(kept) == 1
    strides = [2**k for k in range(8) if text[:: 2**k] == kept]
    assert strides or not text
    if sum(lengths) <= limit:
        assert kept == text


def test_a_sample_holds_lines_and_no_borders(monkeypatch):
    """With many short documents, every second line of a sample would be none."""
    samples = []
    honest = subwords.spread
    monkeypatch.setattr(
        subwords, "spread", lambda lines, limit: samples.append(honest(lines, limit)) or samples[-1]
    )
    documents = prose(300).splitlines()
    table = read_bigrams(documents, vocab_size=40, tokens="bpe")
    assert samples == [documents]
    assert table.vocabulary == read_bigrams(source(prose(300)), vocab_size=40, tokens="bpe").vocabulary


def test_training_is_repeatable_quiet_and_leaves_nothing(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    content = prose(200)
    first = subwords.train("made up", [content], vocab_size=40)
    monkeypatch.setattr(subwords, "THREADS", 1)
    assert subwords.train("made up", [content], vocab_size=40).spellings == first.spellings
    assert not os.listdir(tmp_path)
    assert capfd.readouterr() == ("", "")


BAD_SIZES = {
    "large": (
        5_000,
        r"vocab_size=5000: made up has only (\d+) pieces; take vocab_size <= \1, or a longer text",
    ),
    "small": (7, r"vocab_size=7: made up has (\d+) different characters; take vocab_size >= \1$"),
}


@pytest.mark.parametrize(("size", "message"), BAD_SIZES.values(), ids=BAD_SIZES)
def test_a_vocabulary_the_text_cannot_have_gets_one_line(size, message):
    with pytest.raises(ValueError, match=message) as error:
        read_bigrams(source(prose(100)), vocab_size=size, tokens="bpe")
    assert "\n" not in str(error.value)
    limit = int("".join(filter(str.isdigit, str(error.value).rpartition("=")[2].partition(",")[0])))
    assert read_bigrams(source(prose(100)), vocab_size=limit, tokens="bpe").dim > 1
    worse = limit + 1 if size > limit else limit - 1
    with pytest.raises(ValueError, match=f"vocab_size={worse}: made up has"):
        read_bigrams(source(prose(100)), vocab_size=worse, tokens="bpe")


def test_a_capped_text_has_the_pieces_it_has():
    table = read_bigrams(source(prose(100), capped=True), vocab_size=5_000, tokens="bpe")
    assert set(table.vocabulary) == {".", *("▁" + word for word in WORDS)}  # every word is a piece by then


@pytest.mark.parametrize(
    ("content", "message"),
    [("", "is empty"), (" \n\n  \n", "nothing but spaces"), ("a\0b", "NUL at byte 1")],
    ids=["empty", "spaces", "binary"],
)
def test_a_text_without_words_gets_one_line(content, message):
    with pytest.raises(ValueError, match=message):
        read_bigrams(source(content), vocab_size=9, tokens="bpe")


@pytest.mark.parametrize("content", [b"", b"no model", None], ids=["empty", "other", "missing"])
def test_a_file_that_is_no_model_gets_one_line(tmp_path, content):
    path = tmp_path / "bad.model"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(
        ValueError, match=r"model=.*bad\.model (is no model|cannot be read).*pass a .model file"
    ) as error:
        read_bigrams(source("a b"), vocab_size=2, tokens="bpe", model=path)
    assert "\n" not in str(error.value)
    with pytest.raises(TypeError, match="model=3 is not a file"):
        read_bigrams(source("a b"), vocab_size=2, tokens="bpe", model=3)


def test_without_sentencepiece_one_line_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "sentencepiece", None)
    with pytest.raises(ValueError, match=r"not installed; run pip install 'zipf-descent\[bpe\]'$"):
        read_bigrams(source(prose(10)), vocab_size=20, tokens="bpe")


@pytest.mark.slow
@pytest.mark.parametrize("vocab_size", [1_000, 3_612, 10_000, 31_622])
@pytest.mark.parametrize("name", ["english", "french"])
def test_sizes_of_the_paper(name, vocab_size):
    """The pieces of a novel are those of its lines, each encoded whole."""
    path = CORPORA / f"{name}_novels.txt"
    if not path.exists():
        pytest.skip(f"{path} is not there: it is not part of the repository")
    table = read_bigrams(path, vocab_size=vocab_size, tokens="bpe")
    text = path.read_text(encoding="utf-8", errors="ignore")
    processor = subwords.train(path.name, [text], vocab_size=vocab_size)._processor
    numbers = np.concatenate([np.array(processor.encode(line), dtype=int) for line in text.split("\n")])
    totals = np.bincount(numbers, minlength=processor.get_piece_size())
    unknown = totals[processor.unk_id()]
    totals[processor.unk_id()] = 0
    assert processor.get_piece_size() == vocab_size + 1
    assert table.token_total == numbers.size
    assert table.dim == np.count_nonzero(totals)
    assert table.vocabulary[0] == processor.id_to_piece(int(totals.argmax()))
    assert numbers.size - 1 - 2 * unknown <= table.pair_total < numbers.size
