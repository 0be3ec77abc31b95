"""Bigram counts in a folder: one file for each text and way of counting, checked when it is read."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

from numpy.lib.format import read_array, write_array
from scipy.sparse import csr_array

from numerics.bigram_table import BigramTable
from numerics.cache import Cache, canonical, fingerprint
from numerics.decoding import BORDER, CHUNK, Text

COUNTING = (
    "bigram_table",
    "count_cache",
    "decoding",
    "numbering",
    "pairs",
    "sources",
    "subwords",
    "text",
    "tokens",
)
"""The modules that decide what is counted."""

DIGEST = 64  # hexadecimal digits that an entry begins with


@cache
def _sources() -> str:
    return fingerprint((f"numerics.{name}" for name in COUNTING), ("numpy",))


class CountCache(Cache):
    """Bigram tables of texts, by what their counts depend on.

    An entry is the SHA-256 of all that follows in the file, a line of JSON (what was asked, and the table's vocabulary
    and totals), and the arrays of the table in NumPy's own format, without pickle. It takes 8 bytes for each
    distinct pair of each block, and 8 for each distinct pair: some 15 MB for 20 MB of English words.

    Parameters and errors are those of `numerics.cache.Cache`, of which it is one.
    """

    def __init__(self, folder: str | os.PathLike[str] | None = None) -> None:
        super().__init__(folder, sources=_sources())

    def find(self, question: dict[str, Any]) -> BigramTable | None:
        """Return the table that was kept, or None where there is none or it is not as it was written."""
        path = self.path(question, ".counts")

        def read() -> BigramTable:
            with path.open("rb") as file:
                expected = file.read(DIGEST)
                if _digest(file) != expected:
                    raise ValueError("its checksum differs")
                file.seek(DIGEST)
                answer = self._answer(json.loads(file.readline()), question)
                pairs, counts, columns, starts = (read_array(file, allow_pickle=False) for _ in range(4))
            answer["vocabulary"] = tuple(answer["vocabulary"])
            table = csr_array((counts, columns, starts), shape=(len(starts) - 1, len(pairs)))
            return BigramTable(pairs=pairs, block_counts=table, **answer)

        return self._read(path, read)

    def keep(self, question: dict[str, Any], table: BigramTable) -> None:
        """Keep a table; where that fails, as on a full disk, a `CacheWarning` says so, once."""
        plain = {field.name: getattr(table, field.name) for field in fields(table)}
        counts = plain.pop("block_counts")
        arrays = (plain.pop("pairs"), counts.data, counts.indices, counts.indptr)

        def write(path: Path) -> None:
            with path.open("w+b") as file:
                file.write(bytes(DIGEST) + canonical(self._entry(question, plain)).encode() + b"\n")
                for array in arrays:
                    write_array(file, array, allow_pickle=False)
                file.seek(DIGEST)
                digest = _digest(file)
                file.seek(0)
                file.write(digest)

        self._write(self.path(question, ".counts"), write)


def content(text: Text) -> dict[str, str]:
    """Return hashes of a text and of the places of the borders between its documents, after checking it.

    Raises
    ------
    ValueError
        As `Text.pieces`.
    """
    digest, places = hashlib.sha256(), hashlib.sha256()
    length = 0
    for piece in text.pieces(digest.update):
        *documents, last = piece.split(BORDER)
        for document in documents:
            length += len(document)
            places.update(b"%d " % length)
        length += len(last)
    return {"sha256": digest.hexdigest(), "borders": places.hexdigest()}


def _digest(file: BinaryIO) -> bytes:
    """Return the hash of the rest of a file, read in pieces."""
    digest = hashlib.sha256()
    for chunk in iter(lambda: file.read(CHUNK), b""):
        digest.update(chunk)
    return digest.hexdigest().encode()
