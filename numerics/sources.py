"""Where text comes from: a file, a folder, standard input, or what CPython ships; decoded piece by piece."""

import codecs
import gzip
import os
import stat
import sys
import sysconfig
import weakref
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from numerics.validation import choice

CHUNK = 1 << 20  # bytes per read: Python's cost per chunk vanishes, and a chunk is small beside the counts
LONGEST = 1 << 26  # characters without a space or line break; such a stretch is held whole

GZIP = b"\x1f\x8b"
OTHER_PACKERS = (b"PK\3\4", b"\xfd7zXZ", b"(\xb5/\xfd", b"BZh")
"""First bytes of zip, xz, Zstandard and bzip2. Text may start with bzip2's, but no token follows them so."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text in UTF-8.

    Attributes
    ----------
    name : str
        The file or folder, or the name of the built-in text.
    size : int
        Length in bytes; 0 where it is not known before it is read.
    capped : bool
        Whether a vocabulary larger than the text has is cut to what it has, rather than refused.
    chunks : callable
        Returns an iterator over the bytes, unpacked; each call starts anew.
    parts : tuple of Text
        The files of a folder, which are decoded each by itself; empty otherwise.
    """

    name: str
    size: int
    capped: bool
    chunks: Callable[[], Iterator[bytes]]
    parts: tuple["Text", ...] = ()

    def pieces(self, observe: Callable[[bytes], None]) -> Iterator[str]:
        """Decode the text and cut it in front of spaces and line breaks, where no token is cut.

        Parameters
        ----------
        observe : callable
            Called with each chunk of bytes before it is decoded.

        Yields
        ------
        str
            Consecutive pieces, which together are the text. A character that the end of a file cuts is left
            out, and so is a byte order mark; each file of a folder ends with a line break more.

        Raises
        ------
        ValueError
            The text is empty, compressed other than by gzip, has NUL bytes, is not in UTF-8, or has more than
            2^26 characters in a row without a space or line break.
        """
        for part in self.parts:
            yield from part.pieces(observe)
            yield "\n"
        if self.parts:
            return
        decoder = codecs.getincrementaldecoder("utf-8")()
        offset, held = 0, ""
        for chunk in self.chunks():
            if not offset and chunk.startswith(OTHER_PACKERS):
                raise ValueError(f"{self.name} is compressed; give it unpacked, or packed by gzip")
            observe(chunk)
            if b"\0" in chunk:
                at = offset + chunk.index(b"\0")
                raise ValueError(
                    f"{self.name} is binary or in UTF-16: NUL at byte {at}; give plain text in UTF-8"
                )
            start = offset - len(decoder.getstate()[0])
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError as error:
                at = start + error.start
                raise ValueError(
                    f"{self.name} is not UTF-8: {error.reason} at byte {at}; convert it"
                ) from None
            held += text if offset else text.removeprefix("\ufeff")
            offset += len(chunk)
            cut = max(held.rfind(" "), held.rfind("\n"))
            if cut > 0:
                yield held[:cut]
                held = held[cut:]
            if len(held) > LONGEST:
                raise ValueError(
                    f"{self.name} has no space or line break in the {len(held)} characters before byte {offset}; "
                    "break it into lines"
                )
        if not offset:
            raise ValueError(f"{self.name} is empty; give plain text in UTF-8")
        yield held


def file_text(path: str | os.PathLike[str]) -> Text:
    """Text of a file, of a folder's files, or of standard input.

    Parameters
    ----------
    path : path
        A file; a folder, which stands for all files in it and below whose names, and whose folders' names, do
        not start with a dot, in the order of their paths; or ``"-"`` for standard input. Files may be packed
        by gzip, which their first bytes tell and not their names. Empty files of a folder are left out.

    Returns
    -------
    Text

    Raises
    ------
    ValueError
        It cannot be read, now or, damaged, later; a folder without text.

    Notes
    -----
    What comes through standard input is also written to a temporary file, so that it can be read again.
    """
    path = Path(path)
    if str(path) == "-":
        return _stdin_text()
    if path.is_dir():
        return _folder_text(path)

    def chunks() -> Iterator[bytes]:
        with path.open("rb") as file:
            yield from _unpacked(str(path), file)

    size = 0
    try:
        status = path.stat()
        if stat.S_ISREG(status.st_mode):  # a pipe would lose its writer when opened and closed
            with path.open("rb") as file:
                size = 0 if file.read(2) == GZIP else status.st_size
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}; give a text file in UTF-8") from None
    return Text(str(path), size, False, chunks)


def _unpacked(name: str, file: BinaryIO) -> Iterator[bytes]:
    """Bytes of an open file, unpacked if gzip packed it."""
    packed = file.peek(len(GZIP)).startswith(GZIP)  # type: ignore[attr-defined]
    reader = gzip.GzipFile(fileobj=file) if packed else file
    try:
        while chunk := reader.read(CHUNK):
            yield chunk
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ValueError(f"{name} is a damaged gzip file: {error}; pack it again") from None


def _folder_text(folder: Path) -> Text:
    """Text of all files in a folder and below."""
    found = []
    for place, below, names in os.walk(folder):
        below[:] = [name for name in below if not name.startswith(".")]
        found += [Path(place, name) for name in names if not name.startswith(".")]
    found.sort(key=lambda path: path.relative_to(folder).parts)
    parts = tuple(file_text(path) for path in found if not path.is_file() or path.stat().st_size)
    if not parts:
        raise ValueError(f"{folder} is a folder without text; give one that has text files in UTF-8")
    size = sum(part.size for part in parts) if all(part.size for part in parts) else 0
    return Text(str(folder), size, False, lambda: chain.from_iterable(part.chunks() for part in parts), parts)


def _stdin_text() -> Text:
    """Text of standard input, which a temporary file keeps as far as it was read."""
    name = "standard input"
    if sys.stdin is None:
        raise ValueError(f"{name} is closed; give a text file in UTF-8")
    kept = TemporaryFile()  # noqa: SIM115 - closed when nothing can read it any more
    stream = _unpacked(name, sys.stdin.buffer)

    def chunks() -> Iterator[bytes]:
        at = 0
        while True:
            kept.seek(at)
            chunk = kept.read(CHUNK)
            if not chunk:
                chunk = next(stream, b"")
                kept.write(chunk)
            if not chunk:
                return
            at += len(chunk)
            yield chunk

    weakref.finalize(chunks, kept.close)
    return Text(name, 0, False, chunks)


def builtin_text(name: str = "stdlib") -> Text:
    """Text that comes with CPython.

    Parameters
    ----------
    name : {"stdlib", "pydoc-topics"}
        The source of the standard library without its tests, or the topics of Python's ``help()``, which are
        English.

    Returns
    -------
    Text

    Raises
    ------
    ValueError
        Another name, or an interpreter that comes without its source.

    Notes
    -----
    The text depends on the version of Python.

    Examples
    --------
    >>> builtin_text("pydoc-topics").size > 100_000
    True
    """
    if choice("name", name, ("stdlib", "pydoc-topics")) == "stdlib":
        root = Path(sysconfig.get_path("stdlib"))
        files = sorted(_library(root), key=lambda path: path.relative_to(root).parts)
        if not files:
            raise ValueError(f"name={name!r}: {root} holds no Python source; give a text file of your own")
        size = sum(path.stat().st_size + 1 for path in files)
        return Text(name, size, True, lambda: (path.read_bytes() + b"\n" for path in files))
    from pydoc_data.topics import topics

    content = "\n".join(topics[key] for key in sorted(topics)).encode()
    return Text(name, len(content), True, lambda: iter((content,)))


def _library(root: Path) -> Iterator[Path]:
    excluded = {"test", "tests", "idle_test", "site-packages", "dist-packages", "__pycache__"}
    for folder, below, names in os.walk(root):
        below[:] = [name for name in below if name not in excluded]
        yield from (Path(folder, name) for name in names if name.endswith(".py"))
