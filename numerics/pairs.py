"""Counting neighbors in a sequence of tokens that may be longer than memory."""

from collections.abc import Iterable
from itertools import pairwise
from tempfile import SpooledTemporaryFile
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Integers = NDArray[np.integer[Any]]

IN_MEMORY = 1 << 25  # bytes of token numbers; those of a longer text go to a temporary file
BATCH = 1 << 22  # tokens whose pairs are sorted at a time


class Numbers:
    """The tokens of a text as numbers, kept in a file.

    Attributes
    ----------
    size : int
        How many there are.
    """

    def __init__(self, file: SpooledTemporaryFile[bytes]) -> None:
        self._file = file
        self._totals = np.zeros(0, dtype=np.int64)
        self.size = 0

    def extend(self, batches: Iterable[NDArray[np.intc]]) -> None:
        """Write numbers, and count them."""
        for numbers in batches:
            self._file.write(numbers.tobytes())
            self.size += numbers.size
            beyond = int(numbers.max(initial=-1)) + 1 - self._totals.size
            if beyond > 0:
                self._totals = np.pad(self._totals, (0, max(beyond, self._totals.size)))
            # `numpy.bincount` would go through all numbers seen so far, each time.
            np.add.at(self._totals, numbers, 1)

    def totals(self, kinds: int) -> NDArray[np.int64]:
        """How often each number below `kinds` occurs."""
        return np.pad(self._totals[:kinds], (0, max(kinds - self._totals.size, 0)))

    def read(self, start: int, stop: int) -> NDArray[np.intc]:
        """Numbers at the places start..stop-1."""
        width = np.dtype(np.intc).itemsize
        self._file.seek(width * start)
        return np.frombuffer(self._file.read(width * (stop - start)), dtype=np.intc)


def count_pairs(
    tokens: Numbers, rank: NDArray[np.intc], dim: int, blocks: int
) -> tuple[NDArray[np.int64], csr_array]:
    """Count the pairs of neighbors in each of some consecutive blocks, equal in tokens.

    Parameters
    ----------
    tokens : Numbers
    rank : ndarray of intc
        Rank of each number; pairs in which one is `dim` or more are left out.
    dim : int
        Size d of the vocabulary.
    blocks : int

    Returns
    -------
    pairs : ndarray of int64, shape (m,)
        The distinct pairs in ascending order, as ``dim * first + second`` in ranks.
    block_counts : scipy.sparse.csr_array of int32 or int64, shape (blocks, m)
        A pair across a border belongs to the block of its first token.
    """
    borders = np.linspace(0, max(tokens.size - 1, 0), blocks + 1).astype(np.int64)
    code = np.dtype(np.uint32 if dim**2 <= 1 << 32 else np.int64)  # sorted twice as fast, in half the memory
    number = np.dtype(np.int32 if tokens.size // blocks < np.iinfo(np.int32).max else np.int64)
    pairs = np.zeros(0, dtype=code)
    distinct, occurrences = [], []
    for start, stop in pairwise(borders.tolist()):
        keys, numbers = np.zeros(0, dtype=code), np.zeros(0, dtype=number)
        for at in range(start, stop, BATCH):
            ranks = rank[tokens.read(at, min(at + BATCH, stop) + 1)]
            first, second = ranks[:-1], ranks[1:]
            known = (first < dim) & (second < dim)
            codes = first[known].astype(code)
            codes *= code.type(dim)
            codes += second[known].astype(code)
            codes.sort()
            places = _distinct(codes)
            found = codes[places], np.diff(places, append=codes.size).astype(number)
            keys, numbers = _sum(keys, numbers, *found)
        pairs = _union(pairs, keys)
        distinct.append(keys)
        occurrences.append(numbers)
    # These lists are the most that a long text keeps in memory: each is dropped as soon as it can be.
    starts = np.cumsum([0, *map(len, distinct)])
    place = np.dtype(np.int32 if max(starts[-1], pairs.size) < np.iinfo(np.int32).max else np.int64)
    columns = np.empty(starts[-1], dtype=place)
    counts = np.empty(starts[-1], dtype=number)
    for start, stop in pairwise(starts.tolist()):
        columns[start:stop] = np.searchsorted(pairs, distinct.pop(0))
        counts[start:stop] = occurrences.pop(0)
    return pairs.astype(np.int64), csr_array(
        (counts, columns, starts.astype(place)), shape=(blocks, pairs.size)
    )


def _sum(keys: Integers, numbers: Integers, more: Integers, plus: Integers) -> tuple[Integers, Integers]:
    """Add counts of distinct keys to other ones."""
    if not keys.size:
        return more, plus
    union = _union(keys, more)
    total = np.zeros(union.size, dtype=numbers.dtype)
    total[np.searchsorted(union, keys)] = numbers
    total[np.searchsorted(union, more)] += plus
    return union, total


def _union(keys: Integers, more: Integers) -> Integers:
    """Keys that are in either array, ascending."""
    both = np.sort(np.concatenate((keys, more)), kind="stable")
    return both[_distinct(both)]


def _distinct(ascending: Integers) -> NDArray[np.intp]:
    """Places at which a sorted array holds a value for the first time.

    `numpy.unique` hashes since version 2.3, which takes many times as long as sorting for the pairs of a text.
    """
    changes = ascending[1:] != ascending[:-1]
    return np.flatnonzero(np.concatenate((np.ones(min(ascending.size, 1), dtype=np.bool_), changes)))
