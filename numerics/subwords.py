"""Byte-pair encoding by sentencepiece: a model trained on the text itself, or one given."""

from __future__ import annotations

import hashlib
import io
import os
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from numerics.decoding import BORDER
from numerics.validation import shown

if TYPE_CHECKING:
    from sentencepiece import SentencePieceProcessor

SAMPLE = 1 << 24  # characters that a model is trained on, at most
LARGEST = 1 << 28  # bytes of a model; those of sentencepiece have a few million
SENTENCE = 1_000  # characters of a sentence, at most: sentencepiece leaves out those of more than 4192 bytes
BATCH = 1 << 20  # characters encoded at a time
THREADS = 2


class Subwords:
    """Pieces of words, numbered as in a model of sentencepiece.

    Parameters
    ----------
    model : bytes
        The model, as its file holds it.
    name : str
        What an error calls it.

    Raises
    ------
    ValueError
        It is no such model, or sentencepiece is not installed.
    """

    def __init__(self, model: bytes, name: str) -> None:
        processor = _sentencepiece().SentencePieceProcessor
        try:
            self._processor: SentencePieceProcessor = processor(model_proto=model)
            usable = self._processor.get_piece_size() > 0  # none in a model of no bytes, which loads
        except RuntimeError:
            usable = False
        if not usable:
            raise ValueError(f"model={name} is no model of sentencepiece; pass a .model file that it trained")

    @property
    def unknown(self) -> int:
        """Number of what the model has no piece for, and of what stands between documents."""
        return int(self._processor.unk_id())

    @property
    def spellings(self) -> list[str]:
        """The pieces by number, with ▁ for the space in front of a word."""
        return [self._processor.id_to_piece(i) for i in range(self._processor.get_piece_size())]

    @property
    def sha256(self) -> str:
        """Of the model."""
        return hashlib.sha256(self._processor.serialized_model_proto()).hexdigest()

    def numbers(self, pieces: Iterable[str]) -> Iterator[NDArray[np.intc]]:
        """Encode a text that comes in consecutive pieces; yields numbers of its tokens in a few batches.

        Each line is encoded by itself, and a line of more than 1000 characters in parts, cut in front of
        spaces. With pieces that hold no space but a leading one, as sentencepiece makes them unless told
        otherwise, that does not change the tokens.
        """
        batch, held = [], 0
        for sentence in sentences(pieces):
            batch.append(sentence)
            held += len(sentence)
            if held >= BATCH:
                yield self._encoded(batch)
                batch, held = [], 0
        yield self._encoded(batch)

    def _encoded(self, batch: list[str]) -> NDArray[np.intc]:
        encoded = self._processor.encode(batch, num_threads=THREADS)
        for place, sentence in enumerate(batch):
            if sentence == BORDER:
                encoded[place] = [self.unknown]
        return np.fromiter(chain.from_iterable(encoded), dtype=np.intc)


def load(path: str | os.PathLike[str]) -> Subwords:
    """Model of a file; a ValueError where it cannot be read or is none."""
    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"model={shown(path)} is not a file; pass a .model file of sentencepiece")
    try:
        with Path(path).open("rb") as file:
            model = file.read(LARGEST)
    except OSError as error:
        raise ValueError(
            f"model={path} cannot be read: {error.strerror}; pass a .model file of sentencepiece"
        ) from None
    return Subwords(model, str(path))


def version() -> str:
    """Version of sentencepiece."""
    return str(_sentencepiece().__version__)


def train(name: str, pieces: Iterable[str], *, vocab_size: int, capped: bool = False) -> Subwords:
    """Train byte-pair encoding on a text.

    Parameters
    ----------
    name : str
        The text.
    pieces : iterable of str
        Consecutive pieces of it, cut in front of spaces or line breaks.
    vocab_size : int
        Number of pieces of words in the model, beside one for what it does not know.
    capped : bool
        Whether to take fewer where the text has fewer.

    Returns
    -------
    Subwords

    Raises
    ------
    ValueError
        The text has fewer such pieces than `vocab_size`, or more characters; sentencepiece is not installed.

    Notes
    -----
    The model is trained on at most 2^24 characters, in sentences spread evenly over the text; every
    character of those is in the vocabulary. The same text gives the same model, whatever the number of
    threads. Nothing is written to disk. Other options are sentencepiece's own: text is normalized by NFKC
    and case is kept.
    """
    trainer = _sentencepiece().SentencePieceTrainer
    sample = spread((sentence for sentence in sentences(pieces) if sentence != BORDER), SAMPLE)
    if not any(map(str.strip, sample)):
        raise ValueError(f"{name} holds nothing but spaces; give plain text in UTF-8")
    while True:
        model = io.BytesIO()
        try:
            trainer.train(
                sentence_iterator=iter(sample),
                model_writer=model,
                model_type="bpe",
                vocab_size=vocab_size + 1,
                character_coverage=1.0,
                bos_id=-1,
                eos_id=-1,
                num_threads=THREADS,
                minloglevel=3,
            )
        except RuntimeError as error:
            message = str(error)
            most = re.search(r"too high.*<= (\d+)", message)
            least = re.search(r"smaller than required_chars.*vs (\d+)", message)
            if most is not None:
                limit = int(most[1]) - 1
                if capped and limit < vocab_size:
                    vocab_size = limit
                    continue
                remedy = f"has only {limit} pieces; take vocab_size <= {limit}, or a longer text"
            elif least is not None:
                limit = int(least[1]) - 1
                remedy = f"has {limit} different characters; take vocab_size >= {limit}"
            else:
                raise
            raise ValueError(f"vocab_size={vocab_size}: {name} {remedy}") from None
        return Subwords(model.getvalue(), name)


def sentences(pieces: Iterable[str]) -> Iterator[str]:
    r"""Lines of a text that comes in consecutive pieces, longer ones cut in front of spaces; no empty ones.

    What stands between documents is a line.

    Examples
    --------
    >>> list(sentences(["one", " two\nthree", "\n\n"]))
    ['one two', 'three']
    """
    held = ""
    for piece in pieces:
        *lines, held = (held + piece.replace(BORDER, f"\n{BORDER}\n")).split("\n")
        for line in lines:
            yield from _shortened(line)
        if len(held) > SENTENCE:  # a text without line breaks is not held whole
            *parts, held = _shortened(held)
            yield from parts
    yield from _shortened(held)


def _shortened(line: str) -> list[str]:
    """Parts of a line, as long as possible below the limit; a word beyond it is a part of its own."""
    parts = []
    while len(line) > SENTENCE:
        cut = line.rfind(" ", 1, SENTENCE + 1)
        if cut < 0:
            cut = line.find(" ", SENTENCE)
        if cut < 0:
            break
        parts.append(line[:cut])
        line = line[cut:]
    return [*parts, line] if line else parts


def spread(sentences: Iterable[str], limit: int) -> list[str]:
    """Every sentence, or every 2nd, 4th, 8th, … where all hold more than `limit` characters.

    Examples
    --------
    >>> spread(map(str, range(10)), 4)
    ['0', '4', '8']
    """
    kept: list[str] = []
    held, stride = 0, 1
    for i, sentence in enumerate(sentences):
        if i % stride:
            continue
        kept.append(sentence)
        held += len(sentence)
        while held > limit and len(kept) > 1:
            kept, stride = kept[::2], 2 * stride
            held = sum(map(len, kept))
    return kept


def _sentencepiece() -> ModuleType:
    """Import sentencepiece, which takes 5 MB and which only tokens='bpe' needs."""
    try:
        import sentencepiece
    except ImportError:
        raise ValueError(
            "tokens='bpe' needs sentencepiece, which is not installed; run pip install 'zipf-descent[bpe]'"
        ) from None
    return sentencepiece
