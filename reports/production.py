"""The report, whole or in part: check statements, analyze texts and draw figures side by side, then write the PDF."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from numerics import BigramTable
    from numerics.cache import Cache
    from numerics.sources import Text
    from reports.corpus import CorpusAnalysis
    from reports.document.collect import Rendered
    from reports.verification import Progress, Verification

Value = TypeVar("Value")

#: Vocabulary and target of the section on real text.
DIM, EPSILON = 10_000, "1/10"

#: How steps grow is shown for five vocabularies, each 10^(1/3) times the one before, the first of at least ten words.
LEAST_DIM = 216

#: Random halves behind an interval, by preset, and the texts that come with CPython.
PRESETS = {"quick": (39, ("stdlib",)), "full": (199, ("stdlib", "pydoc-topics"))}


def silent(description: str) -> AbstractContextManager[Progress]:
    """Show no progress."""
    return nullcontext(lambda done, total: None)


def long_enough(path: str | os.PathLike[str]) -> Text:
    """Return a text once it is known to have the words that a report needs; it is read no further.

    Like a text that comes with CPython, it then has as many words as it has.
    """
    from numerics.sources import file_text
    from numerics.tokens import words

    text, seen = file_text(path), set[str]()
    for piece in text.pieces(lambda chunk: None):
        seen.update(words(piece))
        if len(seen) >= LEAST_DIM:
            return replace(text, capped=True)
    raise ValueError(
        f"{text.name} has only {len(seen)} different words, too few for a report; give one of at least {LEAST_DIM}"
    )


def study(
    path: str | os.PathLike[str] | None, replicates: int = 39, progress: Progress | None = None
) -> tuple[BigramTable, CorpusAnalysis]:
    """Count a text and analyze it: a file, a name of a text that comes with CPython, or None for the first of them."""
    import numerics
    from reports.corpus import analyze

    _, built_in = PRESETS["full"]
    name = built_in[0] if path is None else str(path)
    source = numerics.builtin_text(name) if name in built_in else long_enough(name)
    table = numerics.read_bigrams(source, vocab_size=DIM)
    return table, analyze(table, epsilon=EPSILON, replicates=replicates, progress=progress)


def produce(
    output: str | os.PathLike[str],
    *,
    verification: Verification | None = None,
    text: str | os.PathLike[str] | None = None,
    others: Sequence[str | os.PathLike[str]] = (),
    preset: str = "quick",
    executor: Executor | None = None,
    cache: Cache | None = None,
    timings: Mapping[str, float] | None = None,
    timed: bool = True,
    progress: Callable[[str], AbstractContextManager[Progress]] = silent,
) -> tuple[Path, Verification]:
    """Write the whole report.

    Parameters
    ----------
    output
        The PDF to write.
    verification
        Verdicts and evidence, of which nothing is computed again; by default those of all statements, from now.
    text
        A text in UTF-8 for the section on real text; by default what comes with CPython. The vocabulary is
        its 10 000 most frequent words, or all where it has fewer.
    others
        Further texts, which are compared with the first.
    preset : {"quick", "full"}
        Full: five times as many random halves behind each interval, and every text that comes with CPython.
    executor
        Where to compute; in this process by default.
    cache
        Of finished checks, as in `reports.verify`.
    timings
        Seconds spent before, by what they were spent on, for the last page.
    timed
        Whether the last page has run times and hardware. Without them, and with SOURCE_DATE_EPOCH set, two runs give
        the same bytes.
    progress
        Called with a few words; returns a context manager that gives the function to be called with (done, total).

    Returns
    -------
    Path, Verification
        The file written, and the verdicts in it.

    Raises
    ------
    ValueError
        If the file cannot be written, which is found out first, or a text cannot be read or is too short.
    """
    from reports.document import check_output, write
    from reports.document.collect import SECTIONS, collect
    from reports.figures import FIGURES

    path = check_output(output)
    replicates, built_in = PRESETS[preset]
    texts = [*(built_in if text is None else (text,)), *others]
    for name in texts:
        if str(name) == "-":
            raise ValueError("text='-' can be read once only, and a report reads it again; pass a file")
        if name not in built_in:
            long_enough(name)
    start = time.perf_counter()
    with progress("Checking, counting, drawing") as show:
        pool = Counted(executor, show)
        studies = [pool.submit(study, name, replicates) for name in texts]
        made = {name: pool.submit(section) for name, section in SECTIONS.items()}
        found, figures = gathered(pool, FIGURES, studies[0], verification, cache=cache)
        sections = {name: section.result() for name, section in made.items()}
        analyses = [studied.result()[1] for studied in studies]
    spent = {
        **(timings or {}),
        "statements (in all processes)": sum(result.seconds for result in found),
        "statements, texts and figures (elapsed)": time.perf_counter() - start,
    }
    with progress("Writing report"):
        content, files = collect(found, analyses, figures, sections, timings=spent if timed else None)
        return write(path, content, files), found


def produce_part(
    output: str | os.PathLike[str],
    names: Sequence[str],
    *,
    text: str | os.PathLike[str] | None = None,
    executor: Executor | None = None,
    cache: Cache | None = None,
    timed: bool = True,
    progress: Callable[[str], AbstractContextManager[Progress]] = silent,
) -> tuple[Path, Verification]:
    """Write a report of some statements and figures, named such as thm-3.1, fig-7 or parities.

    Other parameters are those of `produce`. Returned is the verification as well, of the statements named.
    """
    from reports.document import check_output, write
    from reports.document.collect import collect_part
    from reports.figures import OF_TEXT
    from reports.verification import Verification

    path = check_output(output)
    ids, keys = parts(names)
    start = time.perf_counter()
    with progress("Checking, counting, drawing") as show:
        pool = Counted(executor, show)
        studied = pool.submit(study, text) if OF_TEXT & set(keys) else None
        found, figures = gathered(
            pool, keys, studied, None if ids else Verification(()), ids=ids, cache=cache
        )
    timings = {"statements, texts and figures": time.perf_counter() - start}
    content, files = collect_part(found, figures, timings=timings if timed else None)
    return write(path, content, files), found


def gathered(
    pool: Executor,
    keys: Collection[str],
    studied: Future[tuple[BigramTable, CorpusAnalysis]] | None,
    verification: Verification | None,
    *,
    ids: Sequence[str] | None = None,
    cache: Cache | None = None,
) -> tuple[Verification, dict[str, Rendered]]:
    """Return verdicts, those given or those of ``ids``, and figures, while a text is ``studied`` for some of these."""
    from reports.document.collect import render
    from reports.figures import OF_TEXT
    from reports.verification import verify

    drawings = {key: pool.submit(render, key) for key in keys if key not in OF_TEXT}
    if verification is None:
        verification = verify(ids, executor=pool, cache=cache)
    if studied is not None:
        text = studied.result()
        drawings |= {key: pool.submit(render, key, *text) for key in keys if key in OF_TEXT}
    return verification, {key: drawings[key].result() for key in keys}


def parts(names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return which statements and which figures are named, both in the order of the report.

    Examples
    --------
    >>> parts(["fig-7", "thm-3.1"])
    (['thm-3.1'], ['7'])
    """
    import difflib

    import theory
    from reports.figures import FIGURES

    known = [statement.id for statement in theory.statements()]
    figures = {f"fig-{key}" if key.isdigit() else key: key for key in FIGURES}
    for name in names:
        if name not in known and name not in figures:
            near = difflib.get_close_matches(name, (*known, *figures), n=1)
            remedy = f"did you mean {near[0]!r}?" if near else f"pass a statement or {', '.join(figures)}"
            raise ValueError(f"only={name!r} is neither a statement nor a figure; {remedy}")
    return [name for name in known if name in names], [key for name, key in figures.items() if name in names]


class Counted(Executor):
    """Another executor, or this process where there is none, that reports how many of its calls are done."""

    def __init__(self, inner: Executor | None, show: Progress) -> None:
        self._inner, self._show = inner, show
        self._done = self._total = 0

    def submit(self, fn: Callable[..., Value], /, *args: Any, **kwargs: Any) -> Future[Value]:
        """Have a function called, at once if in this process."""
        self._total += 1
        if self._inner is not None:
            future = self._inner.submit(fn, *args, **kwargs)
        else:
            future = Future()
            try:
                future.set_result(fn(*args, **kwargs))
            except Exception as error:
                future.set_exception(error)
        future.add_done_callback(self._count)
        return future

    def _count(self, future: Future[Any]) -> None:
        self._done += 1
        self._show(self._done, self._total)
