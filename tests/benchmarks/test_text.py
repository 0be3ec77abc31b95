"""Counting bigrams beside what one would otherwise write, and fitting laws to them. No time is asserted."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

import pytest

from numerics.count_cache import content
from numerics.sources import builtin_text, file_text
from numerics.text import read_bigrams
from numerics.zipf import fit_zipf

DIM = 10_000


@pytest.fixture(scope="module")
def path(tmp_path_factory, request):
    """A file of 20 MB: the standard library's source, twice, cut; of 5 MB where nothing is timed."""
    size = 5_000_000 if request.config.getoption("benchmark_disable") else 20_000_000
    joined = b"\n".join(builtin_text("stdlib").chunks())
    path = tmp_path_factory.mktemp("text") / "source.txt"
    path.write_bytes((joined + b"\n" + joined)[:size])
    return path


def plainly(path, dim):
    """What one would otherwise write: no blocks, no case folding, no marks; in memory."""
    tokens = re.findall(r"\w+|[^\w\s]", path.read_text(encoding="utf-8", errors="ignore").lower())
    rank = {token: place for place, (token, _) in enumerate(Counter(tokens).most_common(dim))}
    return Counter((rank[a], rank[b]) for a, b in pairwise(tokens) if a in rank and b in rank)


@pytest.mark.benchmark(group="20 MB to a table of 10 000 tokens", min_rounds=1, max_time=10)
@pytest.mark.parametrize("tokens", ["words", "bpe", "chars"])
def test_counting(benchmark, path, tokens):
    if tokens == "bpe":
        pytest.importorskip("sentencepiece")
    dim = DIM if tokens != "chars" else 90
    assert benchmark(read_bigrams, path, vocab_size=dim, tokens=tokens).pair_total > 10**5


@pytest.mark.benchmark(group="20 MB to a table of 10 000 tokens", min_rounds=1, max_time=10)
def test_counting_plainly(benchmark, path):
    assert benchmark(plainly, path, DIM).total() > 10**5


@pytest.mark.benchmark(group="20 MB, read to be checked and hashed")
def test_hashing(benchmark, path):
    assert len(benchmark(content, file_text(path))["sha256"]) == 64


@pytest.mark.benchmark(group="20 MB, counts that were kept")
def test_kept_counts(benchmark, path, tmp_path):
    read_bigrams(path, vocab_size=DIM, cache=tmp_path)
    assert benchmark(read_bigrams, path, vocab_size=DIM, cache=tmp_path).dim == DIM


@pytest.mark.benchmark(
    group="laws fitted to 10 000 words, with intervals and 2 × 39 draws", min_rounds=1, max_time=10
)
def test_fitting(benchmark, path):
    assert benchmark(fit_zipf, read_bigrams(path, vocab_size=DIM)).power_law.alpha.value > 0
