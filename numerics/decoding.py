"""A text in UTF-8: its bytes, read in chunks, as strings that cut no token."""

import codecs
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

CHUNK = 1 << 20  # bytes per read: Python's cost per chunk vanishes, and a chunk is small beside the counts
LONGEST = 1 << 26  # characters without a space or line break; such a stretch is held whole

BORDER = "\0"
"""Stands between the documents of a text, none of which can hold it: no pair is formed across."""

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
    parts : iterable of Text, optional
        The documents of the text, such as the files of a folder, where it has several.
    """

    name: str
    size: int
    capped: bool
    chunks: Callable[[], Iterator[bytes]]
    parts: Iterable["Text"] | None = None

    def pieces(self, observe: Callable[[bytes], None]) -> Iterator[str]:
        """Decode the text and cut it in front of spaces and line breaks, where no token is cut.

        Parameters
        ----------
        observe : callable
            Called with each chunk of bytes before it is decoded.

        Yields
        ------
        str
            Consecutive pieces, which together are the text. A character that the end of a document cuts is
            left out, and so is a byte order mark; between two documents stands `BORDER`.

        Raises
        ------
        ValueError
            The text is empty, compressed other than by gzip, has NUL bytes, is not in UTF-8, or has more than
            2^26 characters in a row without a space or line break.
        """
        if self.parts is None:
            yield from self._decoded(observe)
            return
        held: list[str] = []
        length = documents = 0
        for documents, part in enumerate(self.parts, 1):
            if documents > 1:
                held.append(BORDER)
            for piece in part.pieces(observe):
                held.append(piece)
                length += len(piece)
                if length >= CHUNK:  # short documents come together, as a long one's pieces do
                    yield "".join(held)
                    held, length = [], 0
        if not documents:
            raise ValueError(f"{self.name} hold no text; give at least one document that is not empty")
        yield "".join(held)

    def _decoded(self, observe: Callable[[bytes], None]) -> Iterator[str]:
        """Decode and cut a single document."""
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
