"""The sum over all words that gradient descent comes down to: Σ w |1 - ηλ|^n, for many exponents n at once.

Each chunk of words is worked on where it lies: in a cache by a few operations in place, on CuPy by one kernel. Memory
does not grow with the number of words. A chain of squares would serve exponents that double, at twice the speed, but
k squarings lose 2^k units, and the value at one exponent would depend on which others are asked for: there is none.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from numerics.backend import (
    Array,
    array_namespace,
    chunk_length,
    is_cupy_namespace,
    on_gpu,
    to_numpy,
    works_in_place,
)

__all__ = ["Words", "in_order", "log_distance_to_one", "power_sums", "workers_for"]

T = TypeVar("T")

WORTH_A_THREAD = 1 << 22
"""Exponentials that take longer, about 5 ms, than to start threads."""


class Words(Protocol):
    """Words with their eigenvalues λ in [0, 2/η) and weights w, a part at a time."""

    @property
    def namespace(self) -> Any:
        """Where the parts live."""

    @property
    def size(self) -> int:
        """Number of words."""

    @property
    def largest(self) -> float:
        """The largest eigenvalue."""

    def part(self, start: int, stop: int) -> tuple[Array, Array]:
        """Return the eigenvalues and the weights of the words from `start` to before `stop`."""


def power_sums(
    words: Words, exponents: NDArray[np.float64], step_size: float, *, workers: int | None = None
) -> NDArray[np.float64]:
    """Return Σ w |1 - ηλ|^n for each exponent n.

    Parameters
    ----------
    words : Words
    exponents : float64 array, shape (m,)
        n ≥ 0; the 0th power of 0 is 1.
    step_size : float
        η, absolute, in (0, 2/λ_max).
    workers : int, optional
        Threads; by default those of `workers_for`. The result does not depend on it: every chunk is summed alone,
        and the sums are added in the order of the words.

    Returns
    -------
    float64 array, shape (m,)

    Notes
    -----
    The power is exp(n·log1p(-x)), x = ηλ folded into [0, 1], never a power of the rounded 1 - x, which would lose
    log₂ n bits. Sums of chunks are added with the error of each addition carried along, so that a sum of 10⁹ words
    is as good as that of one chunk to 2 units in the last place.
    """
    xp = words.namespace
    chunk = chunk_length(xp)
    sums = _sums_of(xp)
    if workers is None:
        workers = workers_for(xp, words.size * len(exponents))

    def work(start: int) -> NDArray[np.float64]:
        part = words.part(start, min(start + chunk, words.size))
        return sums(*part, exponents, step_size)

    total, lost = np.zeros(len(exponents)), np.zeros(len(exponents))
    for part in in_order(work, range(0, words.size, chunk), workers):
        added = total + part
        share = added - total
        lost += (total - (added - share)) + (part - share)
        total = added
    return total + lost


def workers_for(xp: Any, exponentials: int) -> int:
    """Return how many threads to use: the cores this process may run on, or one where several would not help.

    That is for little work, for a GPU, and in a process or thread that is one of several workers itself.
    """
    if exponentials < WORTH_A_THREAD or on_gpu(xp) or multiprocessing.parent_process() is not None:
        return 1
    if threading.current_thread() is not threading.main_thread():
        return 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_order(work: Callable[[int], T], items: Iterable[int], workers: int) -> Iterator[T]:
    """Yield work(item) for each item, in the order of the items, in threads; few results wait at any time."""
    if workers == 1:
        yield from map(work, items)
        return
    waiting: deque[Future[T]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def log_distance_to_one(x: Array) -> Array:
    """Return log|1 - x| for 0 ≤ x < 2, -inf at 1, to a few ulp."""
    xp = array_namespace(x)
    with np.errstate(divide="ignore"):
        return xp.log1p(-xp.minimum(x, 2.0 - x))  # 2 - x is exact for 1 ≤ x ≤ 2


def _sums_of(xp: Any) -> Callable[[Array, Array, NDArray[np.float64], float], NDArray[np.float64]]:
    """Return what sums up a chunk in the namespace `xp`."""
    if is_cupy_namespace(xp):
        from numerics.cuda import fused_power_sums

        return fused_power_sums
    return _in_place if works_in_place(xp) else _plain


def _plain(
    eigenvalues: Array, weights: Array, exponents: NDArray[np.float64], step_size: float
) -> NDArray[np.float64]:
    """Sum up a chunk by nothing but the array standard; one transfer for all exponents."""
    xp = array_namespace(eigenvalues, weights)
    logs = log_distance_to_one(step_size * eigenvalues)
    found = [xp.sum(weights * xp.exp(n * logs) if n else weights) for n in exponents.tolist()]
    return to_numpy(xp.stack(found)).astype(np.float64)


def _in_place(
    eigenvalues: Array, weights: Array, exponents: NDArray[np.float64], step_size: float
) -> NDArray[np.float64]:
    """Sum up a chunk that fits a cache, with one buffer for all exponents."""
    xp = array_namespace(eigenvalues, weights)
    logs = log_distance_to_one(step_size * eigenvalues)
    buffer = xp.empty_like(logs)
    found = np.empty(len(exponents))
    for index, n in enumerate(exponents.tolist()):
        term = weights
        if n:
            # Not a dot product: BLAS would hand so short a vector to all its threads, 20 times slower.
            xp.multiply(logs, n, out=buffer)
            xp.exp(buffer, out=buffer)
            term = xp.multiply(buffer, weights, out=buffer)
        found[index] = float(xp.sum(term))
    return found
