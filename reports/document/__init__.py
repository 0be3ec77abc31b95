"""The PDF report: typeset what was collected, and put the file in its place."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["check_output", "compile_report", "replace", "write", "write_data"]

TEMPLATES = Path(__file__).parent


def write(path: Path, content: Mapping[str, Any], drawings: Mapping[str, bytes]) -> Path:
    """Typeset a report and put it in its place, dated by SOURCE_DATE_EPOCH or now."""
    timestamp = int(os.environ.get("SOURCE_DATE_EPOCH", time.time()))
    replace(path, compile_report(content, drawings, timestamp=timestamp))
    return path


def write_data(path: Path, content: Mapping[str, Any]) -> Path:
    """Write the data of a report as they are attached to it: every number in it, and all evidence, as JSON."""
    replace(path, as_json(content))
    return path


def as_json(content: Mapping[str, Any]) -> bytes:
    """Return the data of a report as a file."""
    return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1).encode()


def replace(path: Path, content: bytes) -> None:
    """Write a file beside its place and move it there, so that none is ever half written."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        raise ValueError(
            f"output={str(path)!r} cannot be written: {error.strerror}; choose another folder"
        ) from error
    finally:
        beside.unlink(missing_ok=True)


def check_output(output: str | os.PathLike[str]) -> Path:
    """Return the path to write to, once it is known that a file can be written there.

    Parameters
    ----------
    output
        The PDF to write. Its folder must exist.

    Raises
    ------
    ValueError
        If the folder does not exist or cannot be written, or if the path is a folder itself.
    """
    path = Path(output)
    if path.is_dir():
        raise ValueError(f"output={str(output)!r} is a folder: name a file in it, such as report.pdf")
    if not path.parent.is_dir():
        raise ValueError(
            f"output={str(output)!r}: the folder {str(path.parent)!r} does not exist; create it first"
        )
    try:
        with tempfile.TemporaryFile(dir=path.parent):  # os.access knows nothing of /proc or a full disk
            pass
    except OSError:
        raise ValueError(
            f"output={str(output)!r}: the folder {str(path.parent)!r} cannot be written; choose another"
        ) from None
    return path


def compile_report(content: Mapping[str, Any], drawings: Mapping[str, bytes], *, timestamp: int) -> bytes:
    """Typeset a report.

    Parameters
    ----------
    content
        What the template reads as ``data.json``; it is attached to the PDF as well.
    drawings
        SVG files by the names under which ``content`` refers to them.
    timestamp
        Date of the document, in seconds since 1970. Equal arguments give equal bytes.

    Returns
    -------
    bytes
        The PDF: tagged, with bookmarks, links, metadata and embedded fonts.

    Raises
    ------
    typst.TypstError
        If the template does not compile with this content.
    """
    import typst

    with tempfile.TemporaryDirectory(prefix="zipf-descent-") as name:
        folder = Path(name)
        for template in TEMPLATES.glob("*.typ"):
            shutil.copyfile(template, folder / template.name)
        for file, drawing in drawings.items():
            (folder / file).write_bytes(drawing)
        (folder / "data.json").write_bytes(as_json(content))
        pdf: bytes = typst.compile(
            folder / "report.typ",
            root=folder,
            ignore_system_fonts=True,
            # Archivable with the data attached, and accessible: no text without a glyph, no formula without words.
            pdf_standards=["a-3a", "ua-1"],
            timestamp=timestamp,
        )
        return pdf
