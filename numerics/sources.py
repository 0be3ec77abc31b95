"""Where text comes from: files, folders, standard input, documents, or what CPython ships."""

import gzip
import os
import stat
import sys
import sysconfig
import weakref
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from numerics.decoding import CHUNK, Text
from numerics.validation import choice, shown

__all__ = ["Text", "builtin_text", "documents_text", "file_text"]

GZIP = b"\x1f\x8b"


def file_text(path: str | os.PathLike[str]) -> Text:
    """Text of a file, of a folder's files, each a document of its own, or of standard input.

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
    What can be read once only, standard input or a named pipe, is also written to a temporary file, so that it
    can be read again.
    """
    path = Path(path)
    if str(path) == "-":
        if sys.stdin is None:
            raise ValueError("standard input is closed; give a text file in UTF-8")
        return _kept("standard input", _unpacked("standard input", sys.stdin.buffer))
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return _folder_text(path)
        if not stat.S_ISREG(mode):  # a pipe would lose its writer when opened and closed
            return _kept(str(path), _read(path))
        with path.open("rb") as file:
            size = 0 if file.read(len(GZIP)) == GZIP else path.stat().st_size
    except OSError as error:
        raise _unreadable(path, error) from None
    return Text(str(path), size, False, lambda: _read(path))


def _unreadable(path: str | os.PathLike[str], error: OSError) -> ValueError:
    return ValueError(f"{path} cannot be read: {error.strerror or error}; give a text file in UTF-8")


def _read(path: Path) -> Iterator[bytes]:
    """Bytes of a file, unpacked."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise _unreadable(path, error) from None
    with file:
        yield from _unpacked(str(path), file)


def _unpacked(name: str, file: BinaryIO) -> Iterator[bytes]:
    """Bytes of an open file, unpacked if gzip packed it."""
    packed = file.peek(len(GZIP)).startswith(GZIP)  # type: ignore[attr-defined]
    reader = gzip.GzipFile(fileobj=file) if packed else file
    try:
        while chunk := reader.read(CHUNK):
            yield chunk
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ValueError(f"{name} is a damaged gzip file: {error}; pack it again") from None
    except OSError as error:
        raise _unreadable(name, error) from None


def _folder_text(folder: Path) -> Text:
    """Text of all files in a folder and below."""

    def refuse(error: OSError) -> None:  # `os.walk` would leave out what it may not list
        raise _unreadable(error.filename, error)

    found = []
    for place, below, names in os.walk(folder, onerror=refuse):
        below[:] = [name for name in below if not name.startswith(".")]
        found += [Path(place, name) for name in names if not name.startswith(".")]
    found.sort(key=lambda path: path.relative_to(folder).parts)
    parts = []
    for path in found:
        try:
            status = path.stat()
        except OSError as error:
            raise _unreadable(path, error) from None
        if not stat.S_ISREG(status.st_mode):  # reading a pipe in a folder may never end
            raise ValueError(
                f"{path} is no plain file; give a folder that has nothing but text files in UTF-8"
            )
        if status.st_size:
            parts.append(file_text(path))
    if not parts:
        raise ValueError(f"{folder} is a folder without text; give one that has text files in UTF-8")
    size = sum(part.size for part in parts) if all(part.size for part in parts) else 0
    return _joined(str(folder), size, False, parts)


def _joined(name: str, size: int, capped: bool, parts: Iterable[Text]) -> Text:
    """Text of several documents."""
    return Text(name, size, capped, lambda: chain.from_iterable(part.chunks() for part in parts), parts)


def _kept(name: str, stream: Iterator[bytes]) -> Text:
    """Text of what can be read once, which a temporary file keeps as far as it was read."""
    kept = TemporaryFile()  # noqa: SIM115 - closed when nothing can read it any more

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


def documents_text(documents: Iterable[str]) -> Text:
    r"""Text of documents that a program has, or gets one after the other.

    Parameters
    ----------
    documents : iterable of str
        Each a document. Empty ones are left out. What can be gone through only once, such as a generator, can be
        read only once.

    Returns
    -------
    Text

    Raises
    ------
    TypeError, ValueError
        Later: one that is not a string, or that UTF-8 cannot encode; it is named by its place, from 0.

    Examples
    --------
    >>> "".join(documents_text(["one", "", "two"]).pieces(lambda chunk: None))
    'one\x00two'
    """
    return _joined("documents", 0, False, _Documents(documents))


class _Documents:
    """The texts of documents; like these, they can be gone through again, or only once."""

    def __init__(self, documents: Iterable[str]) -> None:
        self._documents = documents

    def __iter__(self) -> Iterator[Text]:
        for place, document in enumerate(self._documents):
            if not isinstance(document, str):
                raise TypeError(
                    f"documents[{place}]={shown(document)} is not a string; pass strings, such as "
                    "(row['text'] for row in rows)"
                )
            if document:
                yield _document(place, document)


def _document(place: int, document: str) -> Text:
    """Text of one document."""
    try:
        content = document.encode()
    except UnicodeEncodeError as error:
        raise ValueError(
            f"documents[{place}] has half a character, {document[error.start]!a}, at {error.start}; "
            "read it with errors='replace'"
        ) from None
    return Text(f"documents[{place}]", len(content), False, lambda: iter((content,)))


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
        parts = [file_text(path) for path in files if path.stat().st_size]
        return _joined(name, sum(part.size for part in parts), True, parts)
    from pydoc_data.topics import topics

    content = "\n".join(topics[key] for key in sorted(topics)).encode()
    return Text(name, len(content), True, lambda: iter((content,)))


def _library(root: Path) -> Iterator[Path]:
    excluded = {"test", "tests", "idle_test", "site-packages", "dist-packages", "__pycache__"}
    for folder, below, names in os.walk(root):
        below[:] = [name for name in below if name not in excluded]
        yield from (Path(folder, name) for name in names if name.endswith(".py"))
