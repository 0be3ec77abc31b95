"""Bigram counts of a text: read in one pass, kept by blocks so that the text can be resampled."""

import hashlib
import os
from array import array
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count, pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from numerics.problem import BigramProblem
from numerics.sources import Text, file_text
from numerics.tokens import TOKENIZERS
from numerics.validation import choice, integer, shown

COMPRESSED = (b"\x1f\x8b", b"PK\3\4", b"\xfd7zXZ", b"(\xb5/\xfd")
"""First bytes of gzip, zip, xz and Zstandard: no text in UTF-8 starts so, but for zip's, which has NULs."""


@dataclass(frozen=True, slots=True, eq=False)
class BigramTable:
    """How often each token of a vocabulary follows each other one, by consecutive blocks of a text.

    Attributes
    ----------
    vocabulary : tuple of str, length d
        The most frequent tokens, the most frequent first; of equally frequent ones, the one seen first.
    pairs : ndarray of int64, shape (m,)
        The distinct pairs in ascending order, as ``d * first + second`` in ranks 0..d-1.
    block_counts : scipy.sparse.csr_array of int64, shape (blocks, m)
        Occurrences of each pair in each block. A pair across a border belongs to the block of its first
        token.
    token_total, token_types : int
        Length of the text in tokens, and how many distinct ones it has, within the vocabulary or not.
    tokens : str
        The tokenizer, ``"words"`` or ``"chars"``.
    source : str
        The file, or the name of the built-in text.
    sha256 : str
        Of the bytes read.
    """

    vocabulary: tuple[str, ...]
    pairs: NDArray[np.int64]
    block_counts: csr_array
    token_total: int
    token_types: int
    tokens: str
    source: str
    sha256: str

    @property
    def dim(self) -> int:
        """Size d of the vocabulary."""
        return len(self.vocabulary)

    @property
    def blocks(self) -> int:
        """Number of blocks."""
        return int(self.block_counts.shape[0])

    @property
    def pair_total(self) -> int:
        """Number of pairs counted: neighbors in the text that are both in the vocabulary."""
        return int(self.block_counts.sum())

    def counts(self, weights: ArrayLike | None = None) -> csr_array:
        """Matrix of pair counts.

        Parameters
        ----------
        weights : array_like, shape (blocks,), optional
            How often each block is taken, values >= 0; once each by default.

        Returns
        -------
        scipy.sparse.csr_array, shape (d, d)
            Row: the first token of a pair; column: the second. Only pairs that occur are stored.
        """
        multiplicity = np.ones(self.blocks, dtype=np.int64) if weights is None else np.asarray(weights)
        if multiplicity.shape != (self.blocks,) or not (multiplicity >= 0).all():
            shape = multiplicity.shape
            raise ValueError(
                f"weights of shape {shape} must be {self.blocks} values >= 0, one for each block"
            )
        totals = multiplicity @ self.block_counts
        taken = np.flatnonzero(totals)
        first, second = np.divmod(self.pairs[taken], self.dim)
        starts = np.searchsorted(first, np.arange(self.dim + 1))
        return csr_array((totals[taken], second, starts), shape=(self.dim, self.dim))

    def problem(self, weights: ArrayLike | None = None) -> BigramProblem:
        """Linear bigram model of the text; `weights` as for `counts`."""
        return BigramProblem.from_counts(self.counts(weights))

    def restricted(self, vocab_size: int) -> "BigramTable":
        """Table of the `vocab_size` most frequent tokens, 1 <= vocab_size <= d.

        It is the table that reading the text with the smaller vocabulary gives: a pair counts where its
        tokens are neighbors in the text and both in the vocabulary, whatever the other tokens are.
        """
        if not 1 <= vocab_size <= self.dim:
            raise ValueError(
                f"vocab_size={vocab_size} must lie in 1..{self.dim}; for more, read the text again"
            )
        first, second = np.divmod(self.pairs, self.dim)
        kept = np.flatnonzero((first < vocab_size) & (second < vocab_size))
        return replace(
            self,
            vocabulary=self.vocabulary[:vocab_size],
            pairs=first[kept] * vocab_size + second[kept],
            block_counts=self.block_counts[:, kept],
        )


def read_bigrams(
    source: str | os.PathLike[str] | Text,
    *,
    vocab_size: int,
    tokens: str = "words",
    blocks: int = 16,
    progress: Callable[[int, int], None] | None = None,
) -> BigramTable:
    r"""Count the bigrams of a text.

    Parameters
    ----------
    source : path or Text
        A file in UTF-8, which may end within a character, or a text of `builtin_text`.
    vocab_size : int
        Size d >= 1 of the vocabulary, the d most frequent tokens. A built-in text that has fewer gives what
        it has.
    tokens : {"words", "chars"}
        See `numerics.tokens`.
    blocks : int
        Number of consecutive blocks, equal in tokens, that the counts are kept by; blocks >= 2.
    progress : callable, optional
        Called with the bytes read so far and all bytes.

    Returns
    -------
    BigramTable

    Raises
    ------
    ValueError
        A file that is missing, not a file, empty, compressed, binary (has NUL bytes) or not in UTF-8; fewer distinct
        tokens than `vocab_size`; no two neighbors in the vocabulary; an option out of its range.

    Notes
    -----
    Tokens outside the vocabulary break the chain: no pair is formed across them. Dropping them first would
    make neighbors of tokens that are none, and a pair's count would depend on the size of the vocabulary.

    Memory is 4 bytes per token of the text, plus the distinct tokens and pairs. A text without spaces and
    line breaks is held whole.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "rose.txt")
    ...     _ = path.write_text("A rose is a rose is a rose.\n")
    ...     table = read_bigrams(path, vocab_size=3)
    >>> table.vocabulary, table.pair_total
    (('a', 'rose', 'is'), 7)
    >>> table.counts().toarray().tolist()
    [[0, 3, 0], [0, 0, 2], [2, 0, 0]]
    """
    tokenize = TOKENIZERS[choice("tokens", tokens, tuple(TOKENIZERS))]
    vocab_size = integer("vocab_size", vocab_size, minimum=1)
    blocks = integer("blocks", blocks, minimum=2)
    if not isinstance(source, Text | str | os.PathLike):
        raise TypeError(f"source={shown(source)} is not a file; pass a path, or a text of builtin_text")
    text = source if isinstance(source, Text) else file_text(source)
    digest, done = hashlib.sha256(), 0

    def observe(chunk: bytes) -> None:
        nonlocal done
        if not done and chunk.startswith(COMPRESSED):
            raise ValueError(f"{text.name} is compressed; give it unpacked")
        digest.update(chunk)
        done += len(chunk)
        if progress is not None:
            progress(done, max(text.size, done))

    ids: defaultdict[str, int] = defaultdict(count().__next__)
    sequence = array("i")
    for piece in text.pieces(observe):
        sequence.extend(map(ids.__getitem__, tokenize(piece)))
    stream = np.frombuffer(sequence, dtype=np.intc)
    if text.built_in:
        vocab_size = min(vocab_size, len(ids))
    if len(ids) < vocab_size:
        remedy = f"take vocab_size <= {len(ids)}, or a longer text"
        raise ValueError(
            f"vocab_size={vocab_size}: {text.name} has only {len(ids)} distinct tokens; {remedy}"
        )
    order = np.argsort(-np.bincount(stream), kind="stable")[:vocab_size]
    rank = np.full(len(ids), vocab_size, dtype=np.intc)
    rank[order] = np.arange(vocab_size)
    pairs, block_counts = _count(rank[stream], vocab_size, blocks)
    if not pairs.size:
        raise ValueError(
            f"vocab_size={vocab_size}: {text.name} has no two neighbors in the vocabulary; enlarge it"
        )
    spellings = list(ids)
    return BigramTable(
        vocabulary=tuple(spellings[i] for i in order),
        pairs=pairs,
        block_counts=block_counts,
        token_total=stream.size,
        token_types=len(ids),
        tokens=tokens,
        source=text.name,
        sha256=digest.hexdigest(),
    )


def _count(ranks: NDArray[np.intc], dim: int, blocks: int) -> tuple[NDArray[np.int64], csr_array]:
    """Pairs of neighbors with ranks below dim: the distinct ones, and how often each occurs in each block."""
    borders = np.linspace(0, max(ranks.size - 1, 0), blocks + 1).astype(np.int64)
    distinct, occurrences = [], []
    for start, stop in pairwise(borders):
        first, second = ranks[start:stop], ranks[start + 1 : stop + 1]
        known = (first < dim) & (second < dim)
        keys, numbers = np.unique(first[known].astype(np.int64) * dim + second[known], return_counts=True)
        distinct.append(keys)
        occurrences.append(numbers)
    pairs = np.unique(np.concatenate(distinct))
    columns = [np.searchsorted(pairs, keys).astype(np.int32) for keys in distinct]
    starts = np.cumsum([0, *map(len, distinct)], dtype=np.int32)
    entries = np.concatenate(occurrences), np.concatenate(columns), starts
    return pairs, csr_array(entries, shape=(blocks, pairs.size))
