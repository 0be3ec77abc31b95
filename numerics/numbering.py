"""Tokens as numbers, in the order in which a text first has them; for pieces of words, see `numerics.subwords`."""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import count

import numpy as np
from numpy.typing import NDArray

from numerics.decoding import BORDER
from numerics.tokens import characters, cut_words, fold

KNOWN = 1 << 18  # runs between spaces that are remembered: some 50 MB


class _Numbers:
    """Tokens by number, in the order in which they are first seen.

    Attributes
    ----------
    unknown : int
        What stands between documents.
    """

    unknown = 0

    def __init__(self) -> None:
        self._ids: defaultdict[str, int] = defaultdict(count().__next__)
        self._ids[BORDER]  # the first number

    @property
    def spellings(self) -> list[str]:
        """The tokens seen so far, by number."""
        return list(self._ids)


class Characters(_Numbers):
    """Numbers of the characters of a text; see `numerics.tokens.characters`."""

    def numbers(self, pieces: Iterable[str]) -> Iterator[NDArray[np.intc]]:
        """Cut a text that comes in consecutive pieces; yields the numbers of its tokens, piece by piece."""
        for piece in pieces:
            tokens: list[str] = []
            for document in piece.split(BORDER):  # a mark at its beginning belongs to no border
                tokens += (BORDER, *characters(document))
            yield np.fromiter(map(self._ids.__getitem__, tokens[1:]), np.intc, len(tokens) - 1)


class Words(_Numbers):
    """Numbers of the words of a text; see `numerics.tokens.words`.

    What stands between spaces is cut once, and then looked up, which is several times as fast. No word holds a space,
    and neither case nor composition depends on what is beyond one.
    """

    def __init__(self) -> None:
        super().__init__()
        self._known = _Runs(self._ids)

    def numbers(self, pieces: Iterable[str]) -> Iterator[NDArray[np.intc]]:
        """Cut a text that comes in consecutive pieces; yields the numbers of its tokens, piece by piece."""
        for piece in pieces:
            if len(self._known) >= KNOWN:
                self._known = _Runs(self._ids)
            runs = fold(piece).replace(BORDER, f" {BORDER} ").split()
            yield self._known.tokens(np.fromiter(map(self._known.__getitem__, runs), np.intc, len(runs)))


class _Runs(dict[str, int]):
    """Runs between spaces, numbered, and the numbers of the tokens in each."""

    def __init__(self, ids: defaultdict[str, int]) -> None:
        self._ids = ids
        self._tokens = array("i", [ids[BORDER]])  # the first run
        self._starts = array("q", [0, 1])
        self[BORDER] = 0

    def __missing__(self, run: str) -> int:
        number = self[run] = len(self._starts) - 1
        self._tokens.extend(map(self._ids.__getitem__, cut_words(run)))
        self._starts.append(len(self._tokens))
        return number

    def tokens(self, runs: NDArray[np.intc]) -> NDArray[np.intc]:
        """Numbers of the tokens in a sequence of runs."""
        starts = np.array(self._starts)
        lengths = np.diff(starts)[runs]
        before = np.cumsum(lengths) - lengths
        places = np.arange(lengths.sum()) + np.repeat(starts[runs] - before, lengths)
        found: NDArray[np.intc] = np.array(self._tokens)[places]
        return found
