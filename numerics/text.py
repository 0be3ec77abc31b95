"""Bigram counts of a text: read in one pass, kept by blocks so that the text can be resampled."""

import hashlib
import os
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import chain, count
from tempfile import SpooledTemporaryFile

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from numerics import subwords
from numerics.pairs import IN_MEMORY, Numbers, count_pairs
from numerics.problem import BigramProblem
from numerics.sources import Text, file_text
from numerics.tokens import TOKENIZERS, words
from numerics.validation import choice, integer, shown

KNOWN = 1 << 18  # runs between spaces whose words are remembered: some 50 MB


@dataclass(frozen=True, slots=True, eq=False)
class BigramTable:
    """How often each token of a vocabulary follows each other one, by consecutive blocks of a text.

    Attributes
    ----------
    vocabulary : tuple of str, length d
        The most frequent tokens, the most frequent first; of equally frequent ones, the one seen first, or
        with ``tokens="bpe"`` the one that comes first in the model.
    pairs : ndarray of int64, shape (m,)
        The distinct pairs in ascending order, as ``d * first + second`` in ranks 0..d-1.
    block_counts : scipy.sparse.csr_array of int64, shape (blocks, m)
        Occurrences of each pair in each block. A pair across a border belongs to the block of its first
        token.
    token_total, token_types : int
        Length of the text in tokens, and how many distinct ones it has, within the vocabulary or not.
    tokens : str
        The tokenizer, ``"words"``, ``"chars"`` or ``"bpe"``.
    source : str
        The file or folder, or the name of the built-in text.
    sha256 : str
        Of the bytes read, unpacked; those of a folder's files one after the other.
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
    model: str | os.PathLike[str] | None = None,
    blocks: int = 16,
    progress: Callable[[int, int], None] | None = None,
) -> BigramTable:
    r"""Count the bigrams of a text.

    Parameters
    ----------
    source : path or Text
        A file in UTF-8, which gzip may have packed and which may end within a character; a folder of such
        files; ``"-"`` for standard input (see `numerics.sources.file_text`); or a text of `builtin_text`.
    vocab_size : int
        Size d >= 1 of the vocabulary, the d most frequent tokens. A built-in text that has fewer gives what
        it has.
    tokens : {"words", "chars", "bpe"}
        See `numerics.tokens`. With ``"bpe"``, pieces of words as sentencepiece finds them: those of a model
        with `vocab_size` pieces that is trained on the text itself (see `numerics.subwords.train`), or of
        `model`. The vocabulary is then smaller than `vocab_size` where some of the pieces do not occur by
        themselves, or the model has fewer.
    model : path, optional
        With ``tokens="bpe"``, a .model file of sentencepiece.
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
        A file that is missing, empty, damaged, packed other than by gzip, binary (has NUL bytes) or not in
        UTF-8; fewer distinct tokens than `vocab_size`; no two neighbors in the vocabulary; an option out of
        its range; sentencepiece is asked for but not installed.

    Notes
    -----
    Tokens outside the vocabulary break the chain: no pair is formed across them. Dropping them first would
    make neighbors of tokens that are none, and a pair's count would depend on the size of the vocabulary.
    With ``"bpe"``, what the model has no piece for breaks it too.

    Memory is that of the distinct tokens, and of the distinct pairs in each block. Beyond 8 million tokens,
    their numbers are kept on disk meanwhile, 4 bytes each, where `tempfile` puts it.

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
    choice("tokens", tokens, (*TOKENIZERS, "bpe"))
    vocab_size = integer("vocab_size", vocab_size, minimum=1)
    blocks = integer("blocks", blocks, minimum=2)
    if not isinstance(source, Text | str | os.PathLike):
        raise TypeError(f"source={shown(source)} is not a file; pass a path, or a text of builtin_text")
    if model is not None and tokens != "bpe":
        raise ValueError(f"model={model} needs tokens='bpe', not {tokens!r}; leave one of them out")
    given = None if model is None else subwords.load(model)
    text = source if isinstance(source, Text) else file_text(source)
    digest, done = hashlib.sha256(), 0

    def observe(chunk: bytes) -> None:
        nonlocal done
        digest.update(chunk)
        done += len(chunk)
        if progress is not None:
            progress(done, max(text.size, done))

    pieces = text.pieces(observe)
    with SpooledTemporaryFile(IN_MEMORY) as file:
        kept = Numbers(file)
        if tokens == "bpe":
            encoder = given or subwords.train(
                text.name, text.pieces(_ignore), vocab_size=vocab_size, capped=text.capped
            )
            kept.extend(encoder.numbers(pieces))
            spellings, outside = encoder.spellings, encoder.unknown
        else:
            ids: defaultdict[str, int] = defaultdict(count().__next__)
            if tokens == "words":
                known = _Known(ids)
                kept.extend(chain.from_iterable(map(known.__getitem__, piece.split())) for piece in pieces)
            else:
                kept.extend(map(ids.__getitem__, TOKENIZERS[tokens](piece)) for piece in pieces)
            spellings, outside = list(ids), None
        totals = kept.totals(len(spellings))
        if outside is not None:
            totals[outside] = 0
        types = int(np.count_nonzero(totals))
        if text.capped or tokens == "bpe":
            vocab_size = min(vocab_size, types)
        if types < max(vocab_size, 1):
            remedy = f"take vocab_size <= {types}, or a longer text"
            raise ValueError(
                f"vocab_size={vocab_size}: {text.name} has only {types} distinct tokens; {remedy}"
            )
        order = np.argsort(-totals, kind="stable")[:vocab_size]
        rank = np.full(len(spellings), vocab_size, dtype=np.intc)
        rank[order] = np.arange(vocab_size)
        pairs, block_counts = count_pairs(kept, rank, vocab_size, blocks)
    if not pairs.size:
        raise ValueError(
            f"vocab_size={vocab_size}: {text.name} has no two neighbors in the vocabulary; enlarge it"
        )
    return BigramTable(
        vocabulary=tuple(spellings[i] for i in order),
        pairs=pairs,
        block_counts=block_counts,
        token_total=kept.size,
        token_types=types,
        tokens=tokens,
        source=text.name,
        sha256=digest.hexdigest(),
    )


def _ignore(chunk: bytes) -> None:
    """Observe nothing: a text is hashed, and its progress shown, when its tokens are read."""


class _Known(dict[str, tuple[int, ...]]):
    """Numbers of the words in what stands between spaces, found once each, which is several times as fast.

    No word holds a space, and neither case nor composition depends on what is beyond one.
    """

    def __init__(self, ids: Mapping[str, int]) -> None:
        self._ids = ids

    def __missing__(self, run: str) -> tuple[int, ...]:
        if len(self) >= KNOWN:
            self.clear()
        found = self[run] = tuple(map(self._ids.__getitem__, words(run)))
        return found
