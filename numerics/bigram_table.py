"""Bigram counts of a text, kept by blocks so that the text can be resampled."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from numerics.problem import BigramProblem


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class BigramTable:
    """How often each token of a vocabulary follows each other one, by consecutive blocks of a text.

    Attributes
    ----------
    vocabulary : tuple of str, length d
        The most frequent tokens, the most frequent first; of equally frequent ones, the one seen first, or
        with ``tokens="bpe"`` the one that comes first in the model.
    pairs : ndarray of int64, shape (m,)
        The distinct pairs in ascending order, as ``d * first + second`` in ranks 0..d-1.
    block_counts : scipy.sparse.csr_array of int32 or int64, shape (blocks, m)
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

    def __repr__(self) -> str:
        return (
            f"<bigrams of {self.source}: {self.token_total} {self.tokens}, vocabulary {self.dim}, "
            f"{self.pair_total} pairs, {self.pairs.size} different>"
        )

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
        if vocab_size == self.dim:
            return self
        first, second = np.divmod(self.pairs, self.dim)
        kept = np.flatnonzero((first < vocab_size) & (second < vocab_size))
        return replace(
            self,
            vocabulary=self.vocabulary[:vocab_size],
            pairs=first[kept] * vocab_size + second[kept],
            block_counts=self.block_counts[:, kept],
        )
