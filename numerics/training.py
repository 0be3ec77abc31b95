"""Training, step by step: the real iteration of every entry of the d×d matrix."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import SupportsIndex, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from numerics import softmax, square_loss
from numerics.backend import Array, array_namespace, bytes_of, device, dtype_name, require_memory
from numerics.problem import BigramProblem
from numerics.queries import stable_step
from numerics.validation import DYNAMICS, LOSSES, OPTIMIZERS, Number, absolute_step, choice, integer

__all__ = ["TrainingEstimate", "TrainingResult", "estimate", "train"]


_Iterate: TypeAlias = square_loss.Iterate | softmax.GradientDescent | softmax.SignDescent

_ITERATES = {
    "gd": square_loss.GradientDescent,
    "iterated": square_loss.SignDescent,
    "simplified": square_loss.SimplifiedSignDescent,
}

ARRAYS = {"gd": (4, 5), "iterated": (5, 6), "simplified": (6, 7), "cross-entropy": (10, 13)}
"""Arrays as large as the (dense, sparse) conditionals that exist at once: iterate, residual, what formulas need."""

CALIBRATION = 0.1
"""Seconds that steps are taken for, to know how long one takes; one step at least."""


@dataclass(frozen=True, slots=True, eq=False)
class TrainingResult:
    """What a training run recorded.

    Attributes
    ----------
    steps : int64 array, shape (T + 1,)
        0, 1, …, T.
    losses : float64 array, shape (T + 1,)
        L(W) - L* at each step, L* the least loss (Problem 2.1 counts ½ per squared error; L* of cross-entropy,
        in nats, is the conditional entropy).
    relative_errors : float64 array, shape (T + 1,)
        `losses` divided by the first.
    step_size : float
        η, absolute.
    optimizer, dynamics : str
        "gd" or "sd"; for sd "iterated" or "simplified" (gd has one dynamics, "iterated").
    loss : str
        "square" or "cross-entropy".
    backend, device, dtype : str
        Where and in which precision the run took place.
    seed : int or None
        Of the problem.
    weights : array or scipy CSR array, shape (d, d)
        W after T steps. The simplified dynamics follow distances only: W is then π_{j|i} minus the distance. Under
        cross-entropy W holds logits, those of a sparse problem shifted so that what is not stored is 0.
    """

    steps: NDArray[np.int64] = field(repr=False)
    losses: NDArray[np.float64] = field(repr=False)
    relative_errors: NDArray[np.float64] = field(repr=False)
    step_size: float
    optimizer: str
    dynamics: str
    loss: str
    backend: str
    device: str
    dtype: str
    seed: int | None
    weights: Array = field(repr=False)


def train(
    problem: BigramProblem,
    optimizer: str,
    *,
    steps: SupportsIndex,
    step_size: Number | None = None,
    dynamics: str = "iterated",
    loss: str = "square",
    progress: Callable[[int, int], object] | None = None,
) -> TrainingResult:
    """Iterate the update from W = 0 and record the loss at each step; `estimate` says beforehand what that takes.

    Parameters
    ----------
    problem : BigramProblem
    optimizer : {"gd", "sd"}
        W ← W - η π_i (W - π_{j|i}), or W ← W - η sign of it, with sign(0) = 0.
    steps : int
        Number of steps T ≥ 0.
    step_size : float or "best", optional
        η. Default: 1/π₁ for gd, for sd the best one after T steps. Under cross-entropy it must be a number.
    dynamics : {"iterated", "simplified"}
        For sd: the true update, or the recursion of Assumption 4.1. gd has only the true one, and so has
        cross-entropy.
    loss : {"square", "cross-entropy"}
        ½‖W_i - e_j‖² averaged over the pairs (i, j) of tokens, or -log softmax(W_i)_j. With cross-entropy
        replace W by softmax(W_i) in the updates above, and in that of gd only inside the bracket.
    progress : callable, optional
        Called with (steps done, T) after each step.

    Returns
    -------
    TrainingResult

    Notes
    -----
    The sign descent iterate is W = ηN with integers N, and is kept as N: sums of η would drift
    by an ulp a step, and where an entry meets its optimum exactly (π_{j|i}/η within 4 ulp of N) the drift
    would turn a coordinate at rest into an oscillating one. In units of η everything is exact after the one
    division π_{j|i}/η.

    Examples
    --------
    >>> problem = BigramProblem.power_law(alpha=1.0, dim=100, seed=0)
    >>> result = train(problem, "gd", steps=50)
    >>> round(float(result.relative_errors[-1]), 12)  # the closed form gives 0.041937878958
    0.041937878958
    """
    total = integer("steps", steps, minimum=0)
    iterate, eta = _start(problem, optimizer, total, step_size, dynamics, loss)
    losses = np.empty(total + 1)
    for done in range(total + 1):
        residual = iterate.residual()
        losses[done] = iterate.loss(residual)
        if losses[0] == 0.0:
            raise ValueError(
                f"loss={loss!r} has its least value at W = 0, every next word is as likely as any other: nothing "
                "is to be learned; pass another problem"
            )
        if done < total:
            iterate.step(residual)
            if progress is not None:
                progress(done + 1, total)
    weights = iterate.weights()
    if sparse.issparse(problem.conditionals) and not sparse.issparse(weights):
        weights = sparse.csr_array(
            (weights, problem.conditionals.indices, problem.conditionals.indptr), problem.conditionals.shape
        )
    return TrainingResult(
        steps=np.arange(total + 1),
        losses=losses,
        relative_errors=losses / losses[0],
        step_size=eta,
        optimizer=optimizer,
        dynamics="iterated" if optimizer == "gd" else dynamics,
        loss=loss,
        backend=problem.backend,
        device=str(device(problem.frequencies)),
        dtype=dtype_name(problem.frequencies),
        seed=problem.seed,
        weights=weights,
    )


@dataclass(frozen=True, slots=True)
class TrainingEstimate:
    """What a training run will take.

    Attributes
    ----------
    memory : int
        Bytes at the peak, beyond those of the problem, without the search for a step size.
    seconds : float
        The choice of the step size and all steps.
    """

    memory: int
    seconds: float


def estimate(
    problem: BigramProblem,
    optimizer: str,
    *,
    steps: SupportsIndex,
    step_size: Number | None = None,
    dynamics: str = "iterated",
    loss: str = "square",
) -> TrainingEstimate:
    """Return the memory and the time that `train` would take, with the arguments it would be given.

    Notes
    -----
    The memory is counted: see `ARRAYS`. The time is that of the choice of a step size and, as often as there are
    steps, of a step on the problem itself: the mean of `CALIBRATION` seconds of them, after one that pays for fresh
    memory. So this takes the time of two steps or somewhat more.

    Examples
    --------
    >>> problem = BigramProblem.power_law(alpha=1.0, dim=100, seed=0)
    >>> estimate(problem, "gd", steps=50).memory
    320000
    """
    total = integer("steps", steps, minimum=0)
    start = time.perf_counter()
    iterate, _ = _start(problem, optimizer, total, step_size, dynamics, loss)
    ready = time.perf_counter()
    _take(iterate)
    taken, before = 0, time.perf_counter()
    while not taken or time.perf_counter() - before < CALIBRATION:
        _take(iterate)
        taken += 1
    each = (time.perf_counter() - before) / taken
    return TrainingEstimate(_memory(problem, optimizer, dynamics, loss), ready - start + (total + 1) * each)


def _take(iterate: _Iterate) -> float:
    """Take a step and return the loss before it, which is known only when a device is done."""
    residual = iterate.residual()
    loss = iterate.loss(residual)
    iterate.step(residual)
    return loss


def _start(
    problem: BigramProblem, optimizer: str, steps: int, step_size: Number | None, dynamics: str, loss: str
) -> tuple[_Iterate, float]:
    """Check the arguments of `train`, and that memory suffices; return W = 0 and the step size."""
    choice("optimizer", optimizer, OPTIMIZERS)
    choice("dynamics", dynamics, DYNAMICS)
    if optimizer == "gd" and dynamics != "iterated":
        raise ValueError(f"dynamics={dynamics!r} applies to optimizer='sd' only; leave it out")
    choice("loss", loss, LOSSES)
    values, frequencies = problem.entries()
    needed = _memory(problem, optimizer, dynamics, loss)
    require_memory(array_namespace(frequencies), needed, f"dim={problem.dim}: training")
    if loss == "square":
        eta = _step_size(problem, optimizer, steps, step_size, dynamics)
        return _ITERATES["gd" if optimizer == "gd" else dynamics](values, frequencies, eta), eta
    eta = _cross_entropy_step_size(step_size, dynamics)
    return (softmax.GradientDescent if optimizer == "gd" else softmax.SignDescent)(problem, eta), eta


def _memory(problem: BigramProblem, optimizer: str, dynamics: str, loss: str) -> int:
    values, _ = problem.entries()
    dense, stored = ARRAYS[loss if loss == "cross-entropy" else "gd" if optimizer == "gd" else dynamics]
    arrays = stored if sparse.issparse(problem.conditionals) else dense
    size: int = math.prod(values.shape)
    return arrays * bytes_of(values) * size


def _step_size(
    problem: BigramProblem, optimizer: str, steps: int, step_size: Number | None, dynamics: str
) -> float:
    largest = float(problem.frequencies[0])
    if optimizer == "gd":
        if step_size is None:
            return 1.0 / largest
        return (
            problem.best_step_size("gd", steps=steps)
            if step_size == "best"
            else stable_step(step_size, largest)
        )
    if step_size is None or step_size == "best":
        return problem.best_step_size("sd", steps=steps, dynamics=dynamics)
    return absolute_step(step_size)


def _cross_entropy_step_size(step_size: Number | None, dynamics: str) -> float:
    if dynamics != "iterated":
        raise ValueError(f"dynamics={dynamics!r} applies to loss='square' only; leave it out")
    if step_size is None or step_size == "best":
        raise ValueError(
            f"step_size={step_size!r} is not known for loss='cross-entropy'; pass a number, for a power law "
            "that of numerics.cross_entropy.best_step_size"
        )
    return absolute_step(step_size)
