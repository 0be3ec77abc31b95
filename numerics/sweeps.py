"""Many cases at once: on any executor, from a cache where they are in it."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Executor, Future, as_completed
from contextlib import closing
from functools import cache as once
from functools import partial

from numerics.cache import Cache, fingerprint
from numerics.cases import Case, Result
from numerics.validation import shown

__all__ = ["SweepError", "end_with_parent", "sweep"]


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
    found: dict[Case, Result] = {}
    failures: dict[Case, Exception] = {}
    if kept is not None:
        loaded = {case: kept.load(case.to_json(), partial(Result.from_json, case)) for case in wanted}
        found = {case: result for case, result in loaded.items() if result is not None}
    if found and progress is not None:
        progress(len(found), len(wanted))
    with closing(_outcomes([case for case in wanted if case not in found], executor)) as outcomes:
        for case, outcome in outcomes:
            if isinstance(outcome, Result):
                found[case] = outcome
                if kept is not None:
                    kept.store(case.to_json(), outcome.to_json())
            else:
                failures[case] = outcome
            if progress is not None:
                progress(len(found) + len(failures), len(wanted))
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


def _outcomes(cases: list[Case], executor: Executor | None) -> Generator[tuple[Case, Result | Exception]]:
    """Run cases and yield each with its result, or what it raised, as they finish."""
    if executor is None:
        for case in cases:
            try:
                outcome: Result | Exception = case.run()
            except Exception as error:
                outcome = error
            yield case, outcome
        return
    futures: dict[Future[Result], Case] = {}
    try:
        for case in cases:
            try:
                futures[executor.submit(Case.run, case)] = case
            except RuntimeError as error:  # a process of the pool died, or the pool is shut down
                yield case, error
        for future in as_completed(futures):
            try:
                outcome = future.result()
            except Exception as error:
                outcome = error
            yield futures[future], outcome
    finally:
        for future in futures:
            future.cancel()
