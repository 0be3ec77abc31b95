"""The report, whole or in part: check statements, analyze texts and draw figures side by side, then write the PDF."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reports.tasks import BUILT_IN, DIM, EPSILON, Task, answers, content_hash, counted

if TYPE_CHECKING:
    from numerics import BigramTable
    from numerics.cache import Cache
    from reports.corpus import CorpusAnalysis
    from reports.document.collect import Rendered
    from reports.verification import Progress, Verification


@dataclass(frozen=True, slots=True)
class Preset:
    """How much goes into a report.

    Attributes
    ----------
    replicates : int
        Random halves behind an interval.
    texts : tuple of str
        Of those that come with CPython, where no text is given.
    tokens : tuple of str
        Tokenizers by which the growth of the steps is counted at the vocabularies of the paper, for each text.
    """

    replicates: int
    texts: tuple[str, ...]
    tokens: tuple[str, ...]


PRESETS = {"quick": Preset(39, BUILT_IN[:1], ()), "full": Preset(199, BUILT_IN, ("words", "bpe"))}

#: What takes longest, but for texts, is begun before the rest: at the end no process then waits for another.
LONGEST = (
    Task("figure", ("phase",)),
    Task("check", ("prop-b.1", "bounds, 2000 random d and t")),
    Task("check", ("own-random-phase", "every word counted, 1000 tried")),
    Task("check", ("own-sd-limit", "bounds at every d, 1000 tried")),
    Task("check", ("own-d.4", "every piece, 2000 random problems")),
    Task("check", ("own-beyond-all-orders", "end x = 1")),
    Task("check", ("prop-4.3", "2000 certified steps")),
    Task("check", ("claim-half-rule", "best steps")),
)


def silent(description: str) -> AbstractContextManager[Progress]:
    """Show no progress."""
    return nullcontext(lambda done, total: None)


def study(
    path: str | os.PathLike[str] | None, replicates: int = 39, progress: Progress | None = None
) -> tuple[BigramTable, CorpusAnalysis]:
    """Count a text and analyze it: a file, a name of a text that comes with CPython, or None for the first of them."""
    from reports.corpus import analyze

    name = BUILT_IN[0] if path is None else str(path)
    table = counted(name, content_hash(name), "words", DIM)
    return table, analyze(table, epsilon=EPSILON, replicates=replicates, progress=progress)


def produce(
    output: str | os.PathLike[str],
    *,
    verification: Verification | None = None,
    text: str | os.PathLike[str] | None = None,
    others: Sequence[str | os.PathLike[str]] = (),
    tokens: Sequence[str] | None = None,
    preset: str = "quick",
    executor: Executor | None = None,
    cache: Cache | None = None,
    timings: Mapping[str, float] | None = None,
    timed: bool = True,
    data: str | os.PathLike[str] | None = None,
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
    tokens
        ``"words"``, ``"bpe"`` for pieces of words, which needs sentencepiece, or both: how each text is cut to count
        the steps for four vocabularies, those of the paper. By default none for a quick report, and for a full one
        both, or words where sentencepiece is not installed.
    preset : {"quick", "full"}
        Full: five times as many random halves behind each interval, and every text that comes with CPython.
    executor
        Where to compute; in this process by default.
    cache
        Of finished tasks, as in `reports.verify`: figures, texts and sections are kept as well as checks. However a
        run ends, the next one with equal arguments loses only what was under way, and writes the same.
    timings
        Seconds spent before, by what they were spent on, for the last page.
    timed
        Whether the last page has run times and hardware. Without them, and with SOURCE_DATE_EPOCH set, two runs give
        the same bytes.
    data
        A file for every number of the report, as JSON; it is attached to the PDF as well.
    progress
        Called with a few words; returns a context manager that gives the function to be called with (done, total).

    Returns
    -------
    Path, Verification
        The file written, and the verdicts in it.

    Raises
    ------
    ValueError
        If the file cannot be written, or a text cannot be read or is too short, which is found out first; or if
        sentencepiece is asked for but not installed.
    """
    from reports.corpus import CorpusAnalysis
    from reports.document import check_output, write, write_data
    from reports.document.collect import SECTIONS, collect
    from reports.figures import FIGURES, OF_TEXT
    from reports.scaling import SIZES, Vocabulary, grown
    from reports.verification import check_tasks, judged

    path = check_output(output)
    beside = None if data is None else check_output(data)
    chosen = PRESETS[preset]
    cuts = tokenizers(chosen.tokens if tokens is None else tokens, asked=tokens is not None)
    given = [str(name) for name in (*(chosen.texts if text is None else (text,)), *others)]
    if "-" in given:
        raise ValueError("text='-' can be read once only, and a report reads it again; pass a file")
    start = time.perf_counter()
    with progress("Checking, counting, drawing") as show:
        texts = [Task("text", (name, content_hash(name), chosen.replicates)) for name in given]
        sizes = {
            (task.names[0], cut): [
                Task("vocabulary", (*task.names[:2], cut, size, chosen.replicates)) for size in SIZES
            ]
            for task in texts
            for cut in cuts
        }
        figures = {key: Task("figure", (key,)) for key in FIGURES if key not in OF_TEXT}
        sections = {name: Task("section", (name,)) for name in SECTIONS}
        checks = check_tasks() if verification is None else []
        growing = [task for some in sizes.values() for task in reversed(some)]
        tasks = in_turn([*texts, *growing], [*figures.values(), *sections.values(), *checks])
        found = answers(tasks, executor=executor, cache=cache, progress=show)
    verdicts = judged(found) if verification is None else verification
    spent = {
        **(timings or {}),
        "statements (in all processes)": sum(result.seconds for result in verdicts),
        "statements, texts and figures (elapsed)": time.perf_counter() - start,
    }
    with progress("Writing report"):
        content, files = collect(
            verdicts,
            [CorpusAnalysis.from_json(found[task]["analysis"]) for task in texts],
            {key: drawing(found[task]) for key, task in figures.items()}
            | {key: drawing(found[texts[0]]["figures"][key]) for key in OF_TEXT},
            {name: found[task] for name, task in sections.items()},
            {
                (str(name), cut): grown([Vocabulary.from_json(found[task]) for task in some])
                for (name, cut), some in sizes.items()
            },
            timings=spent if timed else None,
        )
        if beside is not None:
            write_data(beside, content)
        return write(path, content, files), verdicts


def produce_part(
    output: str | os.PathLike[str],
    names: Sequence[str],
    *,
    text: str | os.PathLike[str] | None = None,
    executor: Executor | None = None,
    cache: Cache | None = None,
    timed: bool = True,
    data: str | os.PathLike[str] | None = None,
    progress: Callable[[str], AbstractContextManager[Progress]] = silent,
) -> tuple[Path, Verification]:
    """Write a report of some statements and figures, named such as thm-3.1, fig-7 or parities.

    Other parameters are those of `produce`. Returned is the verification as well, of the statements named.
    """
    from reports.document import check_output, write, write_data
    from reports.document.collect import collect_part
    from reports.figures import OF_TEXT
    from reports.verification import check_tasks, judged

    path = check_output(output)
    beside = None if data is None else check_output(data)
    ids, keys = parts(names)
    start = time.perf_counter()
    with progress("Checking, counting, drawing") as show:
        texts = []
        if OF_TEXT & set(keys):
            name = BUILT_IN[0] if text is None else str(text)
            texts = [Task("text", (name, content_hash(name), PRESETS["quick"].replicates))]
        figures = {key: Task("figure", (key,)) for key in keys if key not in OF_TEXT}
        tasks = in_turn(texts, [*figures.values(), *check_tasks(ids)])
        found = answers(tasks, executor=executor, cache=cache, progress=show)
    rendered = {
        key: drawing(found[figures[key]] if key in figures else found[texts[0]]["figures"][key])
        for key in keys
    }
    verdicts = judged(found)
    timings = {"statements, texts and figures": time.perf_counter() - start}
    content, files = collect_part(verdicts, rendered, timings=timings if timed else None)
    if beside is not None:
        write_data(beside, content)
    return write(path, content, files), verdicts


def in_turn(first: Iterable[Task], others: Iterable[Task]) -> list[Task]:
    """Return tasks in the order in which to start them: of ``others`` the longest before the rest."""
    rest = list(others)
    long = [task for task in LONGEST if task in rest]
    return [*first, *long, *(task for task in rest if task not in long)]


def drawing(answer: Mapping[str, Any]) -> Rendered:
    """Return a figure from the answer of its task."""
    return answer["data"], answer["svg"].encode()


def tokenizers(names: Sequence[str], *, asked: bool) -> tuple[str, ...]:
    """Return tokenizers, each once; without pieces of words if these need sentencepiece and were not asked for."""
    from numerics.validation import choice

    for name in names:
        choice("tokens", name, ("words", "bpe"))
    there = find_spec("sentencepiece") is not None
    if asked and "bpe" in names and not there:
        raise ValueError(
            "tokens='bpe' needs sentencepiece, which is not installed; run pip install 'zipf-descent[bpe]'"
        )
    return tuple(dict.fromkeys(name for name in names if there or name != "bpe"))


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
