"""Training, step by step: the real iteration of every entry of the d×d matrix."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import SupportsIndex

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from numerics import softmax
from numerics.backend import Array, array_namespace, device, require_memory
from numerics.closed_form import quotients
from numerics.problem import BigramProblem
from numerics.queries import stable_step
from numerics.validation import DYNAMICS, LOSSES, OPTIMIZERS, Number, absolute_step, choice, integer

__all__ = ["TrainingResult", "train"]


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
    """Iterate the update from W = 0 and record the loss at each step.

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
    choice("optimizer", optimizer, OPTIMIZERS)
    choice("dynamics", dynamics, DYNAMICS)
    if optimizer == "gd" and dynamics != "iterated":
        raise ValueError(f"dynamics={dynamics!r} applies to optimizer='sd' only; leave it out")
    choice("loss", loss, LOSSES)
    total = integer("steps", steps, minimum=0)
    values, frequencies = problem.entries()
    xp = array_namespace(frequencies)
    arrays = 4 if loss == "square" else 10
    require_memory(xp, arrays * 8 * int(np.prod(values.shape)), f"dim={problem.dim}: training")
    iterate: _Iterate | softmax.GradientDescent | softmax.SignDescent
    if loss == "square":
        eta = _step_size(problem, optimizer, total, step_size, dynamics)
        iterate = _ITERATES["gd" if optimizer == "gd" else dynamics](values, frequencies, eta)
    else:
        eta = _cross_entropy_step_size(step_size, dynamics)
        iterate = (softmax.GradientDescent if optimizer == "gd" else softmax.SignDescent)(problem, eta)
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
        device=str(device(frequencies)),
        dtype="float64",
        seed=problem.seed,
        weights=weights,
    )


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


class _Iterate:
    """The square loss of what is `distance` away."""

    def __init__(self, frequencies: Array) -> None:
        self._frequencies = frequencies

    def loss(self, distance: Array) -> float:
        return 0.5 * float(array_namespace(distance).sum(self._frequencies * distance**2))

    def residual(self) -> Array:
        raise NotImplementedError

    def step(self, distance: Array) -> None:
        raise NotImplementedError

    def weights(self) -> Array:
        raise NotImplementedError


class _GradientDescent(_Iterate):
    """W ← W - η π_i (W - π_{j|i})."""

    def __init__(self, target: Array, frequencies: Array, eta: float) -> None:
        super().__init__(frequencies)
        self._target, self._rate = target, eta * frequencies
        self._weights = array_namespace(target).zeros_like(target)

    def step(self, distance: Array) -> None:
        self._weights -= self._rate * distance

    def residual(self) -> Array:
        return self._weights - self._target

    def weights(self) -> Array:
        return self._weights


class _SignDescent(_Iterate):
    """W ← W - η sign(W - π_{j|i}) as N ← N - sign(N - Q), where W = ηN and π_{j|i} = ηQ.

    Positive frequencies do not change a sign, and rows of frequency 0 have π_{j|i} = 0: nothing moves there.
    """

    def __init__(self, target: Array, frequencies: Array, eta: float) -> None:
        super().__init__(frequencies)
        self._eta, self._quotient = eta, quotients(target, eta)
        self._counts = array_namespace(target).zeros_like(target)

    def step(self, distance: Array) -> None:
        self._counts -= array_namespace(distance).sign(distance)

    def residual(self) -> Array:
        return self._eta * (self._counts - self._quotient)

    def weights(self) -> Array:
        return self._eta * self._counts


class _SimplifiedSignDescent(_Iterate):
    """Assumption 4.1: |δ| ← |δ| - η while |δ| ≥ η, then η/2 for ever. What starts at 0 stays there."""

    def __init__(self, target: Array, frequencies: Array, eta: float) -> None:
        super().__init__(frequencies)
        xp = array_namespace(target)
        self._eta, self._target, self._gap = eta, target, quotients(target, eta)
        self._settled = xp.where(target > 0.0, 0.5, xp.zeros_like(target))

    def step(self, distance: Array) -> None:
        # Exact: a float ≥ 1 minus 1 is a float. What has settled is at 0.5 < 1 and is set to 0.5 again.
        self._gap = array_namespace(self._gap).where(self._gap >= 1.0, self._gap - 1.0, self._settled)

    def residual(self) -> Array:
        return self._eta * self._gap

    def weights(self) -> Array:
        return self._target - self._eta * self._gap


_ITERATES: dict[str, Callable[[Array, Array, float], _Iterate]] = {
    "gd": _GradientDescent,
    "iterated": _SignDescent,
    "simplified": _SimplifiedSignDescent,
}
