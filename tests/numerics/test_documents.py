"""Several documents: no pair is formed across two, by any way of cutting them and wherever they come from."""

import gzip
import io
from collections import Counter
from itertools import chain, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics import decoding
from numerics.sources import documents_text, file_text
from numerics.text import read_bigrams
from numerics.tokens import characters, words

DOCUMENTS = st.lists(st.text("aB \n\u0301é.", max_size=8), min_size=1, max_size=12)


def check(table, sequences):
    """The table is that of these tokens, document by document."""
    totals = Counter(chain.from_iterable(sequences))
    assert table.token_total == totals.total()
    assert table.token_types == len(totals)
    assert table.vocabulary == tuple(token for token, _ in totals.most_common())
    index = table.vocabulary.index
    expected = Counter((index(a), index(b)) for tokens in sequences for a, b in pairwise(tokens))
    assert dict(table.counts().todok().items()) == expected


@given(DOCUMENTS, st.sampled_from([1, 5, 1 << 20]))
def test_pairs_are_those_within_documents(documents, size):
    documents = ["a a", *documents]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decoding, "CHUNK", size)
        for name, tokenize in (("words", words), ("chars", characters)):
            sequences = [tokenize(document) for document in documents]
            kinds = len(set(chain.from_iterable(sequences)))
            check(read_bigrams(documents, vocab_size=kinds, tokens=name), sequences)


def test_wrong_twin_joins_the_documents():
    joined = read_bigrams(["a b c a b c"], vocab_size=3)
    assert joined.pair_total == 5
    assert read_bigrams(["a b c", "a b c"], vocab_size=3).pair_total == 4


@pytest.mark.parametrize("tokens", ["words", "chars", "bpe"])
def test_files_of_a_folder_are_documents(tmp_path, tokens):
    contents = ["the cat sat on the mat", "the rat", "on the mat the cat"]
    for place, content in enumerate(contents):
        packed = gzip.compress(content.encode()) if place == 1 else content.encode()
        (tmp_path / f"{place}.txt").write_bytes(packed)
    if tokens == "bpe":
        pytest.importorskip("sentencepiece")
    options = {"vocab_size": 16, "tokens": tokens}
    if tokens == "words":
        options["vocab_size"] = 6
    elif tokens == "chars":
        options["vocab_size"] = len(set("".join(contents)))
    folder, listed = (read_bigrams(source, **options) for source in (tmp_path, contents))
    assert folder.pair_total == listed.pair_total == folder.token_total - 3
    assert folder.vocabulary == listed.vocabulary
    assert (folder.counts() != listed.counts()).nnz == 0


def test_pieces_of_a_given_model_break_at_borders(tmp_path):
    sentencepiece = pytest.importorskip("sentencepiece")
    documents = ["the cat sat on the mat", "", "a cat\nthe mat", "mat the"]
    file = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(documents * 20),
        model_writer=file,
        model_type="bpe",
        vocab_size=18,
        bos_id=-1,
        eos_id=-1,
        minloglevel=3,
    )
    path = tmp_path / "cats.model"
    path.write_bytes(file.getvalue())
    processor = sentencepiece.SentencePieceProcessor(model_proto=file.getvalue())
    sequences = [
        list(chain.from_iterable(processor.encode(document.split("\n"), out_type=str)))
        for document in documents
    ]
    table = read_bigrams(documents, vocab_size=99, tokens="bpe", model=path)
    assert table.token_total == sum(map(len, sequences))
    index = table.vocabulary.index
    expected = Counter((index(a), index(b)) for tokens in sequences for a, b in pairwise(tokens))
    assert dict(table.counts().todok().items()) == expected


class Rows:
    """A streamed data set: rows as dictionaries, and a column that can be gone through again and again."""

    def __init__(self, texts):
        self._texts = texts

    def __iter__(self):
        return ({"text": text, "url": "https://example.org"} for text in self._texts)

    def __getitem__(self, name):
        assert name == "text"
        return Column(self)


class Column:
    def __init__(self, rows):
        self._rows = rows

    def __iter__(self):
        return (row["text"] for row in self._rows)


def test_rows_of_a_data_set():
    rows = Rows(["To be, or not to be.", "", "That is the question."] * 3)
    table = read_bigrams((row["text"] for row in rows), vocab_size=10)
    assert (table.token_total, table.pair_total) == (3 * 13, 3 * 11)
    assert (read_bigrams(rows["text"], vocab_size=10).counts() != table.counts()).nnz == 0
    with pytest.raises(TypeError, match=r"documents\[0\]={'text': .* is not a string; pass strings, such as"):
        read_bigrams(rows, vocab_size=10)


def test_pieces_of_a_data_set_need_a_column(tmp_path):
    pytest.importorskip("sentencepiece")
    rows = Rows(["the cat sat on the mat", "a rat sat on the cat"] * 20)
    assert read_bigrams(rows["text"], vocab_size=20, tokens="bpe").dim > 5
    for options, why in (({"tokens": "bpe"}, "tokens='bpe' without model"), ({"cache": tmp_path}, "cache")):
        with pytest.raises(ValueError, match=f"only once, but {why} needs it twice; pass a list") as error:
            read_bigrams((row["text"] for row in rows), vocab_size=20, **options)
        assert "\n" not in str(error.value)


BAD = {
    "none": ([], ValueError, "documents hold no text; give at least one"),
    "empty": (["", ""], ValueError, "documents hold no text; give at least one"),
    "bytes": (["a", b"b"], TypeError, r"documents\[1\]=b'b' is not a string"),
    "half": (["a", "b\ud800"], ValueError, r"documents\[1\] has half a character, '\\ud800', at 1;"),
    "binary": (["a", "b\0"], ValueError, r"documents\[1\] is binary .* NUL at byte 1"),
}


@pytest.mark.parametrize(("documents", "kind", "message"), BAD.values(), ids=BAD)
def test_bad_documents_get_one_line(documents, kind, message):
    with pytest.raises(kind, match=message) as error:
        read_bigrams(documents, vocab_size=1)
    assert "\n" not in str(error.value)


def test_short_documents_come_together(monkeypatch):
    monkeypatch.setattr(decoding, "CHUNK", 50)
    pieces = list(documents_text(["ten signs."] * 100).pieces(lambda chunk: None))
    assert "".join(pieces) == "\0".join(["ten signs."] * 100)
    assert all(50 <= len(piece) < 70 for piece in pieces[:-1])


def test_one_file_is_one_document(tmp_path):
    path = tmp_path / "novel.txt"
    path.write_text("a b a b")
    assert file_text(path).parts is None
