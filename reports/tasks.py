"""The pieces that a report is made of: each is found by itself, on any executor, and kept once it is there."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numerics import BigramTable
    from numerics.cache import Cache
    from numerics.sources import Text
    from reports.verification import Progress

#: Vocabulary and target of the section on real text.
DIM, EPSILON = 10_000, "1/10"

#: How steps grow is shown for five vocabularies, each 10^(1/3) times the one before, the first of at least ten words.
LEAST_DIM = 216

#: The texts that come with CPython, by name.
BUILT_IN = ("stdlib", "pydoc-topics")


@dataclass(frozen=True, slots=True)
class Task:
    """One piece: of which kind, and which of that kind, as plain data.

    Its answer is JSON, in which columns keep their order. It is the same whether it was found just now or taken from a
    cache, and depends on nothing else but the sources of the package and the libraries: a text is named with its hash.

    Parameters
    ----------
    kind
        Of `KINDS`.
    names
        What the function of that kind takes.
    """

    kind: str
    names: tuple[str | int, ...]

    def run(self) -> str:
        """Return the answer: what a worker process is asked for."""
        return json.dumps(KINDS[self.kind](*self.names))

    @property
    def question(self) -> list[str | int]:
        """Under which the answer is kept."""
        libraries = [f"{name} {version(name)}" for name in LIBRARIES.get(self.kind, ())]
        if "bpe" in self.names:
            libraries.append(f"sentencepiece {version('sentencepiece')}")
        return [self.kind, *self.names, *libraries]


def answers(
    tasks: Collection[Task],
    *,
    executor: Executor | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> dict[Task, Any]:
    """Find answers, from a cache where they are in it; what raises is raised once all others are there.

    They are started in the order given. However the process ends, only tasks under way are lost.
    """
    from numerics.sweeps import resumed

    def load(task: Task) -> str | None:
        return None if cache is None else cache.load(task.question, _text)

    def store(task: Task, answer: str) -> None:
        if cache is not None and _sound(task, answer):
            cache.store(task.question, answer)

    outcomes = resumed(tasks, Task.run, executor=executor, load=load, store=store, progress=progress)
    for outcome in outcomes.values():
        if isinstance(outcome, Exception):
            raise outcome
    return {task: json.loads(str(outcome)) for task, outcome in outcomes.items()}


def _text(answer: Any) -> str:
    """Return an answer from the cache once it is known to be one."""
    json.loads(answer)
    return str(answer)


def _sound(task: Task, answer: str) -> bool:
    """Whether to keep an answer: a check that broke down may do better next time."""
    return task.kind != "check" or json.loads(answer)["verdict"][0] != "INCONCLUSIVE"


def check(statement: str, name: str) -> dict[str, Any]:
    """Run a check beside its wrong twin."""
    from reports import verification

    return verification.run_check(statement, name).to_json()


def figure(key: str) -> dict[str, Any]:
    """Compute and draw a figure that is of no text."""
    from reports.document.collect import render

    return _drawn(render(key))


def section(name: str) -> dict[str, Any]:
    """Make the tables of a section that is of no text."""
    from reports.document.collect import SECTIONS

    return SECTIONS[name]()


def text(name: str, sha256: str, replicates: int) -> dict[str, Any]:
    """Count and analyze a text, and draw the figures that are of one."""
    from reports.corpus import analyze
    from reports.document.collect import render
    from reports.figures import OF_TEXT

    table = counted(name, sha256, "words", DIM)
    analysis = analyze(table, epsilon=EPSILON, replicates=replicates)
    figures = {key: _drawn(render(key, table, analysis)) for key in sorted(OF_TEXT)}
    return {"analysis": analysis.to_json(), "figures": figures}


def vocabulary(name: str, sha256: str, tokens: str, size: int, replicates: int) -> dict[str, Any]:
    """Count the steps on a text by every method, for one vocabulary."""
    from numerics.validation import target
    from reports.scaling import Vocabulary

    table = counted(name, sha256, tokens, size)
    return Vocabulary.of(table, epsilon=target(EPSILON), replicates=replicates).to_json()


KINDS: Mapping[str, Callable[..., dict[str, Any]]] = {
    "check": check,
    "figure": figure,
    "section": section,
    "text": text,
    "vocabulary": vocabulary,
}

#: On whose versions the answers of a kind depend, beside those that the fingerprint of the cache has.
LIBRARIES = {"figure": ("matplotlib",), "text": ("matplotlib",)}


def _drawn(rendered: tuple[dict[str, Any], bytes]) -> dict[str, Any]:
    data, drawing = rendered
    return {"data": data, "svg": drawing.decode()}


def source(name: str | os.PathLike[str]) -> Text:
    """Return a text: a file or folder, or one that comes with CPython. It is taken to have as many words as it has."""
    from numerics.sources import builtin_text, file_text

    return builtin_text(str(name)) if name in BUILT_IN else replace(file_text(name), capped=True)


def counted(name: str, sha256: str, tokens: str, size: int) -> BigramTable:
    """Return the table of a text whose content is known.

    Raises
    ------
    ValueError
        If it has changed.
    """
    from numerics import read_bigrams

    table = read_bigrams(source(name), vocab_size=size, tokens=tokens)
    if table.sha256 != sha256:
        raise ValueError(f"{name} changed while it was read; run again")
    return table


def content_hash(name: str | os.PathLike[str]) -> str:
    """Return the SHA-256 of a text, as `numerics.read_bigrams` has it, once the text is known to suffice for a report.

    Raises
    ------
    ValueError
        If it cannot be read, or has too few different words.
    """
    from numerics.tokens import words

    digest, seen = hashlib.sha256(), set[str]()
    for piece in source(name).pieces(digest.update):
        if len(seen) < LEAST_DIM:
            seen.update(words(piece))
    if len(seen) < LEAST_DIM:
        raise ValueError(
            f"{name} has only {len(seen)} different words, too few for a report; give one of at least {LEAST_DIM}"
        )
    return digest.hexdigest()
