"""Where text comes from: a file, or what CPython ships; decoded piece by piece."""

import codecs
import os
import sysconfig
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from numerics.validation import choice

CHUNK = 1 << 20  # bytes per read: Python's cost per chunk vanishes, and a chunk is small beside the counts


@dataclass(frozen=True, slots=True)
class Text:
    """A text in UTF-8.

    Attributes
    ----------
    name : str
        The file, or the name of the built-in text.
    size : int
        Length in bytes; 0 where it is not known before it is read.
    built_in : bool
        Whether it comes with CPython, so that the caller has to take it as it is.
    chunks : callable
        Returns an iterator over the bytes; each call starts anew.
    """

    name: str
    size: int
    built_in: bool
    chunks: Callable[[], Iterator[bytes]]

    def pieces(self, observe: Callable[[bytes], None]) -> Iterator[str]:
        """Decode the text and cut it in front of spaces and line breaks, where no token is cut.

        Parameters
        ----------
        observe : callable
            Called with each chunk of bytes before it is decoded.

        Yields
        ------
        str
            Consecutive pieces, which together are the text. A character that the end of the text cuts is left
            out, and so is a byte order mark.

        Raises
        ------
        ValueError
            The text is empty, has NUL bytes, or is not in UTF-8.
        """
        decoder = codecs.getincrementaldecoder("utf-8")()
        offset, held = 0, ""
        for chunk in self.chunks():
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
        if not offset:
            raise ValueError(f"{self.name} is empty; give plain text in UTF-8")
        yield held


def file_text(path: str | os.PathLike[str]) -> Text:
    """Text of a file; a ValueError where it cannot be read."""
    path = Path(path)

    def chunks() -> Iterator[bytes]:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk

    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}; give a text file in UTF-8") from None
    return Text(str(path), size, False, chunks)


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
