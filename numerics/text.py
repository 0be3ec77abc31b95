"""Counting the bigrams of a text, read in one pass."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from tempfile import SpooledTemporaryFile
from typing import Any

import numpy as np

from numerics import subwords
from numerics.bigram_table import BigramTable
from numerics.decoding import BORDER, Text
from numerics.numbering import Characters, Words
from numerics.pairs import IN_MEMORY, Numbers, count_pairs
from numerics.sources import documents_text, file_text
from numerics.validation import choice, integer, shown

__all__ = ["BigramTable", "read_bigrams"]


def read_bigrams(
    source: str | os.PathLike[str] | Text | Iterable[str],
    *,
    vocab_size: int,
    tokens: str = "words",
    model: str | os.PathLike[str] | None = None,
    blocks: int = 16,
    cache: str | os.PathLike[str] | bool | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> BigramTable:
    r"""Count the bigrams of a text.

    Parameters
    ----------
    source : path, Text or iterable of str
        A file in UTF-8, which gzip may have packed and which may end within a character; a folder of such
        files; ``"-"`` for standard input (see `numerics.sources.file_text`); a text of `builtin_text`; or
        documents, one string each. Files of a folder are documents too: no pair is formed across two.
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
    cache : path or bool, optional
        A folder that counts are kept in and looked up, by the content of the text and all that they depend on;
        True stands for `numerics.cache.default_folder`, None and False for none. The text is then read twice.
        A damaged entry is reported by a `numerics.cache.CacheWarning` and counted again.
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
        its range; sentencepiece is asked for but not installed; the cache cannot be written.

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
    >>> read_bigrams(["to be", "or not", "to be"], vocab_size=2).counts().toarray().tolist()
    [[0, 2], [0, 0]]
    """
    choice("tokens", tokens, ("words", "chars", "bpe"))
    vocab_size = integer("vocab_size", vocab_size, minimum=1)
    blocks = integer("blocks", blocks, minimum=2)
    if model is not None and tokens != "bpe":
        raise ValueError(f"model={model} needs tokens='bpe', not {tokens!r}; leave one of them out")
    given = None if model is None else subwords.load(model)
    training = tokens == "bpe" and given is None
    if isinstance(source, Iterator) and (training or cache):
        why = "cache" if cache else "tokens='bpe' without model"
        raise ValueError(
            f"source={shown(source)} can be gone through only once, but {why} needs it twice; pass a list, or "
            "rows['text'] of a data set"
        )
    text = _text(source)
    if not cache:
        return _count(text, vocab_size, tokens, given, blocks, progress)
    from numerics.count_cache import CountCache, content

    kept = CountCache(None if cache is True else cache)
    question: dict[str, Any] = {
        "text": content(text),
        "vocab_size": vocab_size,
        "capped": text.capped,
        "tokens": tokens,
        "model": None if given is None else given.sha256,
        "sentencepiece": subwords.version() if tokens == "bpe" else None,
        "blocks": blocks,
    }
    table = kept.find(question)
    if table is not None:
        return replace(table, source=text.name)
    table = _count(text, vocab_size, tokens, given, blocks, progress)
    if table.sha256 == question["text"]["sha256"]:  # nobody changed it in between
        kept.keep(question, table)
    return table


def _text(source: str | os.PathLike[str] | Text | Iterable[str]) -> Text:
    """Return the text that a source stands for."""
    if isinstance(source, Text):
        return source
    if isinstance(source, str | os.PathLike):
        return file_text(source)
    if isinstance(source, Iterable) and not isinstance(source, bytes | bytearray):
        return documents_text(source)
    raise TypeError(
        f"source={shown(source)} is not a file; pass a path, a text of builtin_text, or documents"
    )


def _count(
    text: Text,
    vocab_size: int,
    tokens: str,
    given: subwords.Subwords | None,
    blocks: int,
    progress: Callable[[int, int], None] | None,
) -> BigramTable:
    """Count the bigrams of a text, as `read_bigrams` says."""
    digest, done, borders = hashlib.sha256(), 0, 0

    def observe(chunk: bytes) -> None:
        nonlocal done
        digest.update(chunk)
        done += len(chunk)
        if progress is not None:
            progress(done, max(text.size, done))

    def observed() -> Iterator[str]:
        nonlocal borders
        for piece in text.pieces(observe):
            borders += piece.count(BORDER)
            yield piece

    with SpooledTemporaryFile(IN_MEMORY) as file:
        kept = Numbers(file)
        encoder: Characters | Words | subwords.Subwords
        if tokens == "words":
            encoder = Words()
        elif tokens == "chars":
            encoder = Characters()
        else:
            pieces = text.pieces(_ignore)
            encoder = given or subwords.train(text.name, pieces, vocab_size=vocab_size, capped=text.capped)
        kept.extend(encoder.numbers(observed()))
        spellings = encoder.spellings
        totals = kept.totals(len(spellings))
        totals[encoder.unknown] = 0
        types = int(np.count_nonzero(totals))
        if not types:
            raise ValueError(f"{text.name} has no tokens, only what cannot be seen; give plain text in UTF-8")
        if text.capped or tokens == "bpe":
            vocab_size = min(vocab_size, types)
        if types < vocab_size:
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
        token_total=kept.size - borders,
        token_types=types,
        tokens=tokens,
        source=text.name,
        sha256=digest.hexdigest(),
    )


def _ignore(chunk: bytes) -> None:
    """Observe nothing: a text is hashed, and its progress shown, when its tokens are read."""
