"""Kept counts: found again by content, and counted again where anything differs or is damaged."""

import io
import os
from dataclasses import replace

import numpy as np
import pytest

from numerics import cache, count_cache, text
from numerics.cache import CacheWarning
from numerics.count_cache import CountCache
from numerics.text import read_bigrams

ROSE = "A rose is a rose is a rose.\n"


def same(table, other):
    plain = [name for name in table.__slots__ if name not in ("pairs", "block_counts", "source")]
    assert [getattr(table, name) for name in plain] == [getattr(other, name) for name in plain]
    assert (table.pairs == other.pairs).all()
    assert table.pairs.dtype == other.pairs.dtype
    for name in ("data", "indices", "indptr"):
        ours, theirs = (getattr(some.block_counts, name) for some in (table, other))
        assert ours.dtype == theirs.dtype
        assert (ours == theirs).all()


@pytest.fixture
def novel(tmp_path):
    path = tmp_path / "novel.txt"
    path.write_text(ROSE * 20)
    return path


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "kept"


@pytest.fixture
def counted(monkeypatch):
    """How often a text was counted."""
    calls = []
    honest = text._count
    monkeypatch.setattr(text, "_count", lambda *args: calls.append(args) or honest(*args))
    return calls


def entries(folder):
    return sorted(folder.rglob("*.counts"))


def test_a_second_reading_counts_nothing(novel, folder, counted, tmp_path):
    first = read_bigrams(novel, vocab_size=3, cache=folder)
    copy = tmp_path / "copy.txt"
    copy.write_bytes(novel.read_bytes())
    again = read_bigrams(copy, vocab_size=3, cache=folder)
    assert len(counted) == 1
    same(first, again)
    assert (first.source, again.source) == (str(novel), str(copy))
    assert (again.problem().conditionals != first.problem().conditionals).nnz == 0
    assert len(entries(folder)) == 1


def test_nothing_is_kept_unasked(novel, monkeypatch, tmp_path):
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "default"))
    read_bigrams(novel, vocab_size=3)
    read_bigrams(novel, vocab_size=3, cache=False)
    assert not (tmp_path / "default").exists()
    read_bigrams(novel, vocab_size=3, cache=True)
    assert len(entries(tmp_path / "default")) == 1


def test_all_that_counts_depend_on_is_asked(novel, folder, counted, tmp_path):
    pytest.importorskip("sentencepiece")
    read_bigrams(novel, vocab_size=3, cache=folder)
    for options in (
        {"vocab_size": 2},
        {"blocks": 4},
        {"tokens": "chars"},
        {"tokens": "bpe", "vocab_size": 9},
    ):
        read_bigrams(novel, **{"vocab_size": 3, "cache": folder} | options)
    other = tmp_path / "other.txt"
    other.write_text(ROSE * 20 + "a")
    read_bigrams(other, vocab_size=3, cache=folder)
    read_bigrams([ROSE, ROSE], vocab_size=3, cache=folder)
    once = read_bigrams(
        [ROSE + ROSE[:7], ROSE[7:]], vocab_size=3, cache=folder
    )  # the same bytes, cut elsewhere
    assert len(counted) == len(entries(folder)) == 8
    same(once, read_bigrams([ROSE + ROSE[:7], ROSE[7:]], vocab_size=3))


def test_a_given_model_is_asked(novel, folder, counted, tmp_path):
    sentencepiece = pytest.importorskip("sentencepiece")
    paths = []
    for size in (13, 14):
        model = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter([ROSE] * 9),
            model_writer=model,
            model_type="bpe",
            vocab_size=size,
            minloglevel=3,
        )
        paths.append(tmp_path / f"{size}.model")
        paths[-1].write_bytes(model.getvalue())
    for path in (*paths, *paths):
        read_bigrams(novel, vocab_size=5, tokens="bpe", model=path, cache=folder)
    assert len(counted) == 2


def damages(content):
    """Ways to damage an entry, each somewhere else."""
    places = np.linspace(0, len(content) - 1, 23).astype(int).tolist()
    yield from (content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :] for at in places)
    yield from (content[:at] for at in (0, 10, 64, 100, len(content) - 1))
    yield content + b"\0"
    yield b"\0" * len(content)


def test_a_damaged_entry_is_reported_and_counted_again(novel, folder, counted):
    first = read_bigrams(novel, vocab_size=3, cache=folder)
    (entry,) = entries(folder)
    content = entry.read_bytes()
    for done, damaged in enumerate(damages(content), 2):
        entry.write_bytes(damaged)
        with pytest.warns(CacheWarning, match=r"\.counts is damaged and computed again: .*checksum"):
            same(first, read_bigrams(novel, vocab_size=3, cache=folder))
        assert len(counted) == done
        assert entry.read_bytes() == content


def test_what_is_not_ours_is_refused_though_its_checksum_holds(novel, folder, counted):
    """An entry of another question, of other sources, and one with pickled objects."""
    table = read_bigrams(novel, vocab_size=3, cache=folder)
    (entry,) = entries(folder)
    content = entry.read_bytes()
    pickled = io.BytesIO()
    np.save(pickled, np.array([print], dtype=object), allow_pickle=True)
    header = content[64 : content.index(b"\n") + 1]
    bodies = {
        "another question": content[64:].replace(b'"blocks":16', b'"blocks":15'),
        "another source": content[64:].replace(b'"sources":"', b'"sources":"0', 1),
        "another schema": content[64:].replace(b"cache/1", b"cache/0"),
        "allow_pickle=False": header + pickled.getvalue(),
    }
    for message, body in bodies.items():
        assert body != content[64:]
        digest = count_cache._digest(io.BytesIO(body))
        entry.write_bytes(digest + body)
        with pytest.warns(CacheWarning, match=message):
            same(table, read_bigrams(novel, vocab_size=3, cache=folder))
    assert len(counted) == 1 + len(bodies)


def test_other_sources_have_a_folder_of_their_own(novel, folder, counted, monkeypatch):
    read_bigrams(novel, vocab_size=3, cache=folder)
    monkeypatch.setattr(count_cache, "_sources", lambda: "0" * 64)
    read_bigrams(novel, vocab_size=3, cache=folder)
    assert len(counted) == len(entries(folder)) == 2


def test_the_fingerprint_is_that_of_the_counting_modules(monkeypatch):
    count_cache._sources.cache_clear()
    before = count_cache._sources()
    monkeypatch.setattr(count_cache, "COUNTING", count_cache.COUNTING[1:])
    count_cache._sources.cache_clear()
    assert count_cache._sources() != before
    count_cache._sources.cache_clear()
    single, package = (cache.fingerprint([name], ()) for name in ("numerics.pairs", "numerics"))
    assert single != package


def test_a_full_disk_loses_the_entry_and_nothing_else(novel, folder, monkeypatch):
    def fail(*args, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(count_cache, "write_array", fail)
    with pytest.warns(CacheWarning, match="cannot be written"):
        table = read_bigrams(novel, vocab_size=3, cache=folder)
    assert table.pair_total == 20 * 7
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_a_folder_that_cannot_be_written_gets_one_line(novel):
    with pytest.raises(ValueError, match="cannot be written") as error:
        read_bigrams(novel, vocab_size=3, cache="/proc/nowhere")
    assert "\n" not in str(error.value)


def test_a_text_that_changes_while_it_is_read_is_not_kept(novel, folder, monkeypatch):
    honest = count_cache.content
    monkeypatch.setattr(count_cache, "content", lambda text: honest(text) | {"sha256": "0" * 64})
    read_bigrams(novel, vocab_size=3, cache=folder)
    assert entries(folder) == []


def test_bad_text_is_found_before_it_is_counted(tmp_path, folder, counted):
    path = tmp_path / "late.txt"
    path.write_bytes(b"a b " * 500_000 + b"\xff")
    with pytest.raises(ValueError, match=r"not UTF-8: .* at byte 2000000"):
        read_bigrams(path, vocab_size=2, cache=folder)
    assert not counted


def test_no_half_entry_is_left_where_the_process_ends(novel, folder, monkeypatch):
    """What is written stands beside its place until it is whole."""
    seen = []
    honest = os.replace
    monkeypatch.setattr(os, "replace", lambda *paths: seen.append(entries(folder)) or honest(*paths))
    read_bigrams(novel, vocab_size=3, cache=folder)
    assert seen == [[]]


def test_an_entry_of_a_table_made_by_hand(folder):
    table = read_bigrams([ROSE], vocab_size=3, blocks=2)
    kept = CountCache(folder)
    kept.keep({"any": "question"}, replace(table, token_total=2**40))
    assert kept.find({"any": "question"}).token_total == 2**40
    assert kept.find({"any": "other"}) is None
