"""Many cases at once: on any executor, from a cache where they are in it."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Collection, Generator, Iterable
from concurrent.futures import Executor, Future, as_completed
from contextlib import closing
from functools import cache as once
from functools import partial
from typing import TypeVar

from numerics.cache import Cache, fingerprint
from numerics.cases import Case, Result
from numerics.validation import shown

__all__ = ["SweepError", "end_with_parent", "resumed", "sweep"]

Question = TypeVar("Question")
Answer = TypeVar("Answer")


class SweepError(ValueError):
    """Some cases of a sweep failed; the others did not.

    Attributes
    ----------
    results : tuple of Result or None
        In the order of the cases, None for those that failed.
    failures : dict of Case to Exception
        Why each of these failed.
    """

    def __init__(self, results: tuple[Result | None, ...], failures: dict[Case, Exception]) -> None:
        super().__init__(results, failures)
        self.results, self.failures = results, failures

    def __str__(self) -> str:
        case, error = next(iter(self.failures.items()))
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        total = len({result.case for result in self.results if result is not None}) + len(self.failures)
        return f"{len(self.failures)} of {total} cases failed, first {case}: {reason}"


def sweep(
    cases: Iterable[Case],
    *,
    executor: Executor | None = None,
    cache: str | os.PathLike[str] | bool | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> tuple[Result, ...]:
    """Compute cases, side by side on an executor, and none twice.

    Parameters
    ----------
    cases : iterable of Case
        Equal cases are computed once.
    executor : concurrent.futures.Executor, optional
        Where to compute: threads, processes, or a cluster through ``distributed.Client.get_executor()``. By default
        in this process. Cases and results cross to it, no files; workers need the same version of this package.
    cache : path or bool, optional
        A folder with finished cases, which are taken from there, and to which each case is added once it is finished.
        True stands for `numerics.cache.default_folder`, None and False for none. Entries of other sources of this
        package, and of other versions of NumPy and SciPy, are not used; one that is damaged is computed again,
        which a `numerics.cache.CacheWarning` reports.
    progress : callable, optional
        Called with (cases done, different cases in all) after those found in the cache and after each other.

    Returns
    -------
    tuple of Result
        In the order of the cases.

    Raises
    ------
    SweepError
        A ValueError, after all cases, if some failed; it names the first and has all results of the others.
    TypeError
        If something is not a case.
    ValueError
        If the cache cannot be written.

    Notes
    -----
    However the process ends, what is lost are cases that had not come back from the executor; with a cache the next
    sweep goes on from there. If it ends by an exception, such as KeyboardInterrupt, cases that have not started are
    cancelled; a running one is left to the executor. A pool of processes needs `end_with_parent` as its initializer
    not to outlive a killed sweep.

    Examples
    --------
    >>> cases = [Case("sd", alpha=1, dim=d, epsilon="1/10") for d in (100, 1_000, 10_000)]
    >>> [result.values for result in sweep(cases)]
    [12, 36, 113]
    """
    asked = tuple(cases)
    for case in asked:
        if not isinstance(case, Case):
            raise TypeError(f"cases has {shown(case)}, which is not a case; pass instances of numerics.Case")
    wanted = dict.fromkeys(asked)
    kept = _open(cache)
    load = store = None
    if kept is not None:
        load, store = partial(_load, kept), partial(_store, kept)
    outcomes = resumed(wanted, Case.run, executor=executor, load=load, store=store, progress=progress)
    found = {case: outcome for case, outcome in outcomes.items() if isinstance(outcome, Result)}
    failures = {case: outcome for case, outcome in outcomes.items() if isinstance(outcome, Exception)}
    if failures:
        raise SweepError(
            tuple(found.get(case) for case in asked),
            {case: failures[case] for case in wanted if case in failures},
        )
    return tuple(found[case] for case in asked)


def end_with_parent() -> None:
    """End this process once the one that started it has ended, even by ``kill -9``.

    An ``initializer`` for `concurrent.futures.ProcessPoolExecutor`, whose idle workers would otherwise wait for ever.

    Examples
    --------
    >>> from concurrent.futures import ProcessPoolExecutor
    >>> pool = ProcessPoolExecutor(
    ...     2, mp_context=multiprocessing.get_context("spawn"), initializer=end_with_parent
    ... )
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def wait() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _open(cache: str | os.PathLike[str] | bool | None) -> Cache | None:
    if cache is None or cache is False:
        return None
    return Cache(None if cache is True else cache, sources=_sources())


@once
def _sources() -> str:
    return fingerprint(("numerics",), ("numpy", "scipy", "array_api_compat"))


def _load(cache: Cache, case: Case) -> Result | None:
    return cache.load(case.to_json(), partial(Result.from_json, case))


def _store(cache: Cache, case: Case, result: Result) -> None:
    cache.store(case.to_json(), result.to_json())


def resumed(
    questions: Collection[Question],
    run: Callable[[Question], Answer],
    *,
    executor: Executor | None = None,
    load: Callable[[Question], Answer | None] | None = None,
    store: Callable[[Question, Answer], object] | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> dict[Question, Answer | Exception]:
    """Answer questions, from what is kept or on an executor, and keep each answer once it is there.

    Parameters
    ----------
    questions : collection
        Hashable, and all different.
    run : callable
        Answers one; crosses to the executor, as its question and answer do.
    load, store : callable, optional
        Return the answer that is kept, or None; and keep one.
    executor, progress
        As in `sweep`.

    Returns
    -------
    dict
        The answer to each question, or the exception that it raised. If this function is left early, calls that have
        not begun are cancelled.
    """
    found: dict[Question, Answer | Exception] = {}
    if load is not None:
        kept = {question: load(question) for question in questions}
        found = {question: answer for question, answer in kept.items() if answer is not None}
    if found and progress is not None:
        progress(len(found), len(questions))
    missing = [question for question in questions if question not in found]
    with closing(_outcomes(missing, run, executor)) as outcomes:
        for question, outcome in outcomes:
            found[question] = outcome
            if store is not None and not isinstance(outcome, Exception):
                store(question, outcome)
            if progress is not None:
                progress(len(found), len(questions))
    return {question: found[question] for question in questions}


def _outcomes(
    questions: Iterable[Question], run: Callable[[Question], Answer], executor: Executor | None
) -> Generator[tuple[Question, Answer | Exception]]:
    """Yield each question with its answer, or what it raised, as they finish."""
    if executor is None:
        for question in questions:
            try:
                outcome: Answer | Exception = run(question)
            except Exception as error:
                outcome = error
            yield question, outcome
        return
    futures: dict[Future[Answer], Question] = {}
    try:
        for question in questions:
            try:
                futures[executor.submit(run, question)] = question
            except RuntimeError as error:  # a process of the pool died, or the pool is shut down
                yield question, error
        for future in as_completed(futures):
            try:
                outcome = future.result()
            except Exception as error:
                outcome = error
            yield futures[future], outcome
    finally:
        for future in futures:
            future.cancel()
