"""Finished answers in a folder: one file for each question, checked when it is read."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import sys
import threading
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

__all__ = ["Cache", "CacheWarning", "canonical", "default_folder", "fingerprint", "sha256"]

Answer = TypeVar("Answer")

#: Of the files; the number rises when a field changes its meaning or goes.
SCHEMA = "zipf-descent/cache/1"

#: Where answers are kept, if not in the user's cache folder.
VARIABLE = "ZIPF_DESCENT_CACHE"


class CacheWarning(UserWarning):
    """An entry is damaged and is computed again, or cannot be written and is lost when the process ends."""


def canonical(data: Any) -> str:
    """Return plain data as JSON that is the same for equal data.

    Examples
    --------
    >>> canonical({"dim": 10, "alpha": 1.0})
    '{"alpha":1.0,"dim":10}'
    """
    return json.dumps(data, sort_keys=True, separators=(",", ":"), allow_nan=False)


def sha256(data: Any) -> str:
    """Return the hash of plain data, 64 hexadecimal digits."""
    return hashlib.sha256(canonical(data).encode()).hexdigest()


def fingerprint(packages: Iterable[str], libraries: Iterable[str]) -> str:
    """Return a hash of sources, and of the versions of Python and of `libraries`, by import name.

    An answer is as good as the code that gave it: where one byte of it differs, the hash does. `packages` are
    packages, with all that is in them, or single modules.
    """
    digest = hashlib.sha256()
    for package in packages:
        module = importlib.import_module(package)
        source = Path(str(module.__file__))
        root = source.parent
        files = root.rglob("*.py") if hasattr(module, "__path__") else [source]
        for path in sorted(files, key=lambda path: path.relative_to(root).parts):
            content = path.read_bytes()
            digest.update(
                f"{package}/{path.relative_to(root).as_posix()} {len(content)}\n".encode() + content
            )
    versions = {name: str(importlib.import_module(name).__version__) for name in libraries}
    digest.update(canonical([*sys.version_info[:3], versions]).encode())
    return digest.hexdigest()


def default_folder() -> Path:
    """Return $ZIPF_DESCENT_CACHE where it is set, otherwise ``zipf-descent`` in the user's cache folder.

    That is $XDG_CACHE_HOME or ~/.cache, ~/Library/Caches on macOS and %LOCALAPPDATA% on Windows.
    """
    if chosen := os.environ.get(VARIABLE):
        return Path(chosen).expanduser()
    try:
        home = Path.home()
    except RuntimeError as error:
        raise ValueError(f"cache=True finds no home folder; pass a folder, or set {VARIABLE}") from error
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or "")
        if not base.is_absolute():  # also if it is not set: the standard has relative ones ignored
            base = home / ".cache"
    return base / "zipf-descent"


class Cache:
    """Answers to questions, both plain data, kept as files that survive the process.

    An entry is written beside its place and renamed, so that it is there in full or not at all, however the process
    ends. Entries of other sources lie in folders of their own and are never read; whoever wants the space
    deletes them, or the whole folder, at any time.

    Parameters
    ----------
    folder
        Where to keep them; made if it is missing. By default `default_folder`.
    sources
        What the answers depend on besides the question: `fingerprint`.

    Raises
    ------
    ValueError
        If nothing can be written there.
    """

    def __init__(self, folder: str | os.PathLike[str] | None = None, *, sources: str) -> None:
        self.folder = (default_folder() if folder is None else Path(folder)) / sources[:16]
        self._sources = sources
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            probe = self.folder / f"probe.{os.getpid()}"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise ValueError(
                f"cache={str(self.folder.parent)!r} cannot be written ({error.strerror}); pass another folder, or None"
            ) from error
        self._writable = True

    def path(self, question: Any, suffix: str = ".json") -> Path:
        """Return the file that has, or would have, the answer."""
        return self.folder / f"{sha256(question)}{suffix}"

    def load(self, question: Any, decode: Callable[[Any], Answer]) -> Answer | None:
        """Return what `decode` makes of the answer, or None where there is none.

        An entry that is not as it was written, or that `decode` refuses with a ValueError, TypeError or
        KeyError, is none; a `CacheWarning` says so.
        """
        path = self.path(question)

        def read() -> Answer:
            entry = json.loads(path.read_bytes())
            if not isinstance(entry, dict):
                raise ValueError("not an object")
            if entry.pop("sha256", None) != sha256(entry):
                raise ValueError("its checksum differs")
            return decode(self._answer(entry, question))

        return self._read(path, read)

    def store(self, question: Any, answer: Any) -> None:
        """Keep an answer; where that fails, as on a full disk, a `CacheWarning` says so, once."""
        entry = self._entry(question, answer)
        entry["sha256"] = sha256(entry)
        self._write(self.path(question), lambda path: path.write_text(canonical(entry), encoding="ascii"))

    def _read(self, path: Path, read: Callable[[], Answer]) -> Answer | None:
        """Return what `read` does, or None, with a warning where it is not for want of the file."""
        try:
            return read()
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
            warnings.warn(
                f"cache entry {path} is damaged and computed again: {type(error).__name__}: {error}",
                CacheWarning,
                stacklevel=3,
            )
            return None

    def _write(self, path: Path, write: Callable[[Path], object]) -> None:
        """Have a file written beside its place and rename it; a failure is a warning, once."""
        beside = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
        try:
            try:
                write(beside)
                os.replace(beside, path)
            except OSError:
                beside.unlink(missing_ok=True)
                raise
        except OSError as error:
            if self._writable:
                self._writable = False
                warnings.warn(
                    f"cache entry {path} cannot be written ({error.strerror}): results are not kept",
                    CacheWarning,
                    stacklevel=3,
                )

    def _entry(self, question: Any, answer: Any) -> dict[str, Any]:
        return {"schema": SCHEMA, "sources": self._sources, "question": question, "answer": answer}

    def _answer(self, entry: dict[str, Any], question: Any) -> Any:
        """Return the answer in an entry once it is known to be one to this question."""
        for name, value in self._entry(question, None).items():
            if name != "answer" and canonical(entry.get(name)) != canonical(value):
                raise ValueError(f"it is of another {name.removesuffix('s')}")
        return entry["answer"]
