"""Tokens and bigram counts: against slow references, over block borders, and on bad files."""

import lzma
import os
import re
import unicodedata
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from numerics.sources import Text, builtin_text
from numerics.text import BigramTable, read_bigrams
from numerics.tokens import characters, words

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"

# Letters of several scripts, marks, joiners, apostrophes, digits, signs, invisible characters, spaces.
SIGNS = (
    "aBzßΣςİıéЖकषनमदم中가ᄀ\u0301\u0308\u0345\u093f\u094d\u20dd\u200c\u200d'’-_.—\u00ad\ufeff7²\t\n  \u3000"
)
TEXTS = st.text(st.sampled_from(SIGNS)) | st.text(st.characters(exclude_categories=["Cs"]))


def reference_words(text):
    """The definition, one character at a time."""
    folded = unicodedata.normalize("NFC", text.replace("’", "'").replace("\u00ad", "")).casefold()
    folded = unicodedata.normalize("NFC", folded)
    tokens, in_word, in_token = [], False, False
    for i, sign in enumerate(folded):
        kind = unicodedata.category(sign)
        joins = sign in "'\u200c\u200d" and in_word and folded[i + 1 : i + 2].isalnum()
        if in_token and (joins or kind[0] == "M" or (in_word and sign.isalnum())):
            tokens[-1] += sign
        else:
            in_token = not sign.isspace() and kind not in ("Cc", "Cf")
            in_word = sign.isalnum()
            if in_token:
                tokens.append(sign)
    return tokens


@given(TEXTS)
@example("a\u200d\u0301b")
@example("don't 'tis rock'n'roll '")
def test_words_follow_their_definition(text):
    assert words(text) == reference_words(text)


@given(TEXTS)
def test_spelling_in_unicode_does_not_matter(text):
    decomposed = unicodedata.normalize("NFD", text)
    assert words(decomposed) == words(text)
    assert characters(decomposed) == characters(text)
    assert "".join(characters(text)) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cafe\u0301", ["café"]),
        ("नमस्ते दुनिया", ["नमस्ते", "दुनिया"]),
        ("x\u0323\u0302 ", ["x\u0323\u0302"]),
        ("می\u200cخواهم", ["می\u200cخواهم"]),
        ("STRASSE Straße", ["strasse", "strasse"]),
        ("ΟΔΟΣ οδος", ["οδοσ", "οδοσ"]),
        ("L’homme, don't", ["l'homme", ",", "don't"]),
        ("co\u00adoperate", ["cooperate"]),
        ("read_me 3.14", ["read", "_", "me", "3", ".", "14"]),
        ("\u200b\ufeff \x07", []),
    ],
)
def test_words_of_known_texts(text, expected):
    assert words(text) == expected


def test_wrong_twin_splits_words_at_their_marks():
    r"""`\w+` is the usual tokenizer: it knows no combining marks."""
    assert re.findall(r"\w+", "नमस्ते") != words("नमस्ते")


def source(content: bytes, size: int) -> Text:
    return Text(
        "made up", len(content), False, lambda: (content[i : i + size] for i in range(0, len(content), size))
    )


@given(TEXTS.filter(lambda text: text and "\0" not in text and text[0] != "\ufeff"), st.integers(1, 40))
def test_pieces_break_no_token_and_no_character(text, size):
    pieces = list(source(text.encode(), size).pieces(lambda chunk: None))
    assert "".join(pieces) == text
    for tokenize in (words, characters):
        assert [token for piece in pieces for token in tokenize(piece)] == tokenize(text)


@given(TEXTS.filter(lambda text: text and "\0" not in text and text[0] != "\ufeff"))
def test_tokens_are_counted_as_the_tokenizer_cuts_the_whole(text):
    """Words are looked up by what stands between spaces; that must not show."""
    for name, tokenize in (("words", words), ("chars", characters)):
        sequence = tokenize("a a " + text)
        table = read_bigrams(source(("a a " + text).encode(), 16), vocab_size=len(set(sequence)), tokens=name)
        assert table.token_total == len(sequence)
        assert table.vocabulary == tuple(token for token, _ in Counter(sequence).most_common())
        index = table.vocabulary.index
        expected = Counter((index(first), index(second)) for first, second in pairwise(sequence))
        assert dict(table.counts().todok().items()) == expected


SMALL = st.lists(st.sampled_from("abcdefg"), min_size=2, max_size=60)


@given(SMALL, st.data())
def test_counts_equal_a_plain_count(sequence, data):
    sequence = ["a", "a", *sequence]  # so that at least one pair is in every vocabulary that holds "a"
    kinds = Counter(sequence)
    size = data.draw(st.integers(1, len(kinds)))
    vocabulary = [token for token, _ in kinds.most_common(size)]  # ties: first seen first
    expected = Counter(pair for pair in pairwise(sequence) if set(pair) <= set(vocabulary))
    text = source(" ".join(sequence).encode(), 7)
    if not expected:
        with pytest.raises(ValueError, match="no two neighbors"):
            read_bigrams(text, vocab_size=size)
        return
    table = read_bigrams(text, vocab_size=size, blocks=data.draw(st.integers(2, 9)))
    assert table.vocabulary == tuple(vocabulary)
    assert (table.token_total, table.token_types, table.pair_total) == (
        len(sequence),
        len(kinds),
        expected.total(),
    )
    matrix = table.counts().toarray()
    assert {
        (vocabulary[i], vocabulary[j]): matrix[i, j] for i, j in zip(*np.nonzero(matrix), strict=True)
    } == expected


@given(SMALL, st.lists(st.integers(0, 3), min_size=4, max_size=4))
def test_blocks_add_up_to_the_weighted_whole(sequence, weights):
    table = read_bigrams(source(" ".join(sequence).encode(), 64), vocab_size=len(set(sequence)), blocks=4)
    assert (table.pairs[1:] > table.pairs[:-1]).all()
    borders = np.linspace(0, len(sequence) - 1, 5).astype(int)
    expected = Counter()
    for weight, (start, stop) in zip(weights, pairwise(borders), strict=True):
        for pair in pairwise(sequence[start : stop + 1]):
            expected[pair] += weight
    index = table.vocabulary.index
    dense = np.zeros((table.dim, table.dim), dtype=np.int64)
    for (first, second), number in expected.items():
        dense[index(first), index(second)] = number
    assert (table.counts(weights).toarray() == dense).all()
    assert (table.counts().toarray() == table.counts([1] * 4).toarray()).all()


@given(SMALL, st.data())
def test_a_restricted_table_is_the_one_read_with_the_smaller_vocabulary(sequence, data):
    sequence = ["a", "a", "a", *sequence]
    text = source(" ".join(sequence).encode(), 64)
    kinds = len(set(sequence))
    size = data.draw(st.integers(1, kinds))
    restricted = read_bigrams(text, vocab_size=kinds).restricted(size)
    if not restricted.pair_total:
        return
    again = read_bigrams(text, vocab_size=size)
    assert restricted.vocabulary == again.vocabulary
    assert (restricted.pairs == again.pairs).all()
    assert (restricted.block_counts != again.block_counts).nnz == 0


def test_limits_on_memory_do_not_show(monkeypatch):
    """With a file for the tokens, blocks in many batches, and little remembered, the table is the same."""
    text = source(" ".join(map(str, np.random.default_rng(0).zipf(1.5, 500) % 37)).encode(), 64)
    expected = read_bigrams(text, vocab_size=20, blocks=3)
    for name, value in {"text.IN_MEMORY": 100, "numbering.KNOWN": 3, "pairs.BATCH": 7}.items():
        monkeypatch.setattr(f"numerics.{name}", value)
    table = read_bigrams(text, vocab_size=20, blocks=3)
    assert table.vocabulary == expected.vocabulary
    assert (table.pairs == expected.pairs).all()
    assert (table.block_counts != expected.block_counts).nnz == 0


def test_pairs_of_a_vocabulary_beyond_32_bits():
    """70 000² is more than 2³²."""
    table = read_bigrams([" ".join(f"w{k}" for k in range(70_000))], vocab_size=70_000)
    assert (table.pairs == 70_000 * np.arange(69_999) + np.arange(1, 70_000)).all()
    assert (table.counts().data == 1).all()


def test_wrong_twin_makes_neighbors_of_tokens_that_are_none():
    """Dropping rare words first, which the chain's break is there to avoid, gives other counts."""
    table = read_bigrams(source(b"a b x a b y a b z a b", 64), vocab_size=2)
    assert table.counts().toarray().tolist() == [[0, 4], [0, 0]]
    dropped = Counter(pairwise("abababab"))
    assert dropped["b", "a"] == 3


def test_problem_is_the_counted_model():
    table = read_bigrams(source(b"a b a b a c a b", 64), vocab_size=3, blocks=2)
    problem = table.problem()
    assert problem.frequencies.tolist() == pytest.approx([4 / 7, 2 / 7, 1 / 7], rel=1e-15)
    assert problem.conditionals.toarray().tolist() == [[0, 0.75, 0.25], [1, 0, 0], [1, 0, 0]]
    assert table.problem([1, 0]).conditionals.toarray().tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 0]]


@pytest.mark.parametrize("weights", [[1], [1, -1], [1, np.nan], [[1, 1]]])
def test_bad_weights_get_one_line(weights):
    table = read_bigrams(source(b"a b a b", 64), vocab_size=2, blocks=2)
    with pytest.raises(ValueError, match="2 values >= 0"):
        table.counts(weights)


def test_a_file_may_end_within_a_character(tmp_path):
    content = "na\u00efve caf\u00e9 \u20ac \U0001f600".encode()
    for end in range(1, len(content) + 1):
        path = tmp_path / "cut.txt"
        path.write_bytes(b"a a " + content[:end])
        table = read_bigrams(path, vocab_size=1)
        assert table.token_total == 2 + len(words(content[:end].decode(errors="ignore")))


def test_a_byte_order_mark_is_no_character(tmp_path):
    path = tmp_path / "bom.txt"
    path.write_bytes("\ufeffabab".encode())
    assert read_bigrams(path, vocab_size=2, tokens="chars").vocabulary == ("a", "b")


BAD_FILES = {
    "empty": (b"", "is empty"),
    "binary": (b"some text\0more", "NUL at byte 9"),
    "utf-16": ("text".encode("utf-16"), "NUL|byte 0"),
    "latin-1": ("un caf\u00e9 noir".encode("latin-1"), "not UTF-8: .* at byte 6"),
    "late": (b"a " * 600_000 + b"\xff a", "at byte 1200000"),
    "cut and continued": (b"\xe2\x82 euro", "at byte 0"),
    "few": (b"one two three two", "vocab_size=4: .* only 3 distinct tokens; take vocab_size <= 3"),
    "packed": (lzma.compress(b"one two three four"), "is compressed; give it unpacked, or packed by gzip"),
    "no letters": (b" \n \n", "no tokens, only what cannot be seen"),
}


@pytest.mark.parametrize(("content", "message"), BAD_FILES.values(), ids=BAD_FILES)
def test_bad_files_get_one_line(tmp_path, content, message):
    path = tmp_path / "bad.txt"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=message) as error:
        read_bigrams(path, vocab_size=4)
    assert "\n" not in str(error.value)
    assert str(path) in str(error.value)


def test_bad_encoding_is_found_where_it_is_across_chunks():
    """The offset counts from the file's first byte, also when a chunk ends within a character."""
    content = "\u20ac".encode() * 5 + b"\xff" + b"x"
    for size in range(1, 20):
        with pytest.raises(ValueError, match="at byte 15;"):
            list(source(content, size).pieces(lambda chunk: None))


def test_paths_that_are_no_files_get_one_line(tmp_path):
    with pytest.raises(ValueError, match=r"gone\.txt cannot be read: No such file"):
        read_bigrams(tmp_path / "gone.txt", vocab_size=4)
    for other in (3, None, b"novel.txt"):
        with pytest.raises(TypeError, match=f"source={other} is not a file; pass a path"):
            read_bigrams(other, vocab_size=4)


def test_a_table_is_shown_in_one_line():
    table = read_bigrams(source(b"a b a b", 64), vocab_size=2)
    assert repr(table) == "<bigrams of made up: 4 words, vocabulary 2, 3 pairs, 2 different>"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission_gets_one_line(tmp_path):
    path = tmp_path / "secret.txt"
    path.write_text("a b")
    path.chmod(0)
    with pytest.raises(ValueError, match="Permission denied"):
        read_bigrams(path, vocab_size=1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"vocab_size": 0}, "vocab_size=0"),
        ({"vocab_size": True}, "vocab_size=True"),
        ({"vocab_size": 2.0}, r"vocab_size=2\.0"),
        ({"vocab_size": 2, "tokens": "word"}, "tokens='word' is unknown; did you mean 'words'"),
        ({"vocab_size": 2, "model": Path("my.model")}, "model=my.model needs tokens='bpe', not 'words'"),
        ({"vocab_size": 2, "blocks": 1}, "blocks=1"),
    ],
)
def test_bad_options_get_one_line(options, message):
    with pytest.raises((ValueError, TypeError), match=message) as error:
        read_bigrams(source(b"a b a b", 64), **options)
    assert "\n" not in str(error.value)


def test_a_larger_vocabulary_than_the_table_has_gets_one_line():
    table = read_bigrams(source(b"a b a b", 64), vocab_size=2)
    with pytest.raises(ValueError, match=r"vocab_size=3 must lie in 1\.\.2"):
        table.restricted(3)


def test_progress_ends_at_the_size(tmp_path):
    path = tmp_path / "text.txt"
    path.write_bytes(b"a b " * 700_000)
    calls = []
    read_bigrams(path, vocab_size=2, progress=lambda done, total: calls.append((done, total)))
    assert [done for done, _ in calls] == [1 << 20, 2 << 20, 2_800_000]
    assert {total for _, total in calls} == {2_800_000}


@pytest.mark.parametrize(("name", "kinds"), [("stdlib", 20_000), ("pydoc-topics", 2_000)])
def test_text_of_python_itself(name, kinds):
    """The vocabulary is cut to what the text has; which text it is, the version of Python decides."""
    text = builtin_text(name)
    table = read_bigrams(text, vocab_size=10**6)
    assert isinstance(table, BigramTable)
    assert table.dim == table.token_types >= kinds
    documents = [text] if text.parts is None else list(text.parts)
    assert table.pair_total == table.token_total - len(documents)
    assert (len(documents) > 100) == (name == "stdlib")
    assert {"the", "self" if name == "stdlib" else "statement"} <= set(table.vocabulary[:1_000])


def test_an_unknown_built_in_text_gets_one_line():
    with pytest.raises(ValueError, match="did you mean 'stdlib'"):
        builtin_text("stdlb")


def test_a_novel():
    """A real file, cut within a word."""
    path = CORPORA / "french_novels.txt"
    if not path.exists():
        pytest.skip(f"{path} is not there: it is not part of the repository")
    table = read_bigrams(path, vocab_size=10_000)
    assert table.vocabulary[:3] == (",", ".", "de")
    assert table.token_types > 50_000
    assert 0.8 * table.token_total < table.pair_total < table.token_total
