"""One simulation as plain data: a question about a power law, and its answer."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, fields
from typing import Any, Literal, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike

from numerics import cross_entropy, power_law
from numerics.backend import device, get_namespace, name_of
from numerics.cache import sha256
from numerics.validation import (
    LOSSES,
    OPTIMIZERS,
    Number,
    absolute_step,
    choice,
    exponent,
    integer,
    real,
    shown,
    step_counts,
    target,
)

__all__ = ["Case", "Result"]


@dataclass(frozen=True, slots=True, init=False)
class Case:
    """A question about a power law: the relative error after some steps, or the steps to a relative error.

    Two cases are equal where the questions are, however they were put: ``alpha="1/2"`` or 0.5, one number of steps
    or a tuple of one, the default of an option or its name.

    Parameters
    ----------
    optimizer : {"gd", "sd"}
        Gradient descent or sign descent.
    alpha, dim, step_size, step_ratio, dynamics, parity, backend
        As in `numerics.relative_error` and `numerics.iterations`.
    steps : int or sequence of int, optional
        Numbers of steps after which the relative error is asked for.
    epsilon : float, optional
        In its place the relative error, in (0, 1), to which the steps are asked for.
    loss : {"square", "cross-entropy"}
        With cross-entropy that of `numerics.cross_entropy.relative_error`, which knows no `epsilon`, `step_ratio`,
        `dynamics` and `parity`, and NumPy only.

    Raises
    ------
    ValueError, TypeError
        If an argument is outside its range, or of no effect. What only the computation shows, such as an epsilon that
        is not reached, or a gd step that diverges, is raised by `run`.

    Examples
    --------
    >>> case = Case("gd", alpha="1", dim=100_000, steps=[10, 5_000])
    >>> case
    Case('gd', alpha=1.0, dim=100000, steps=(10, 5000))
    >>> case.run().values  # doctest: +ELLIPSIS
    (0.6546977..., 0.1507739...)
    >>> Case("gd", alpha=1, dim=50_257, epsilon=0.1).run().values
    5564
    """

    optimizer: str
    alpha: float
    dim: int
    steps: tuple[int, ...] | None
    epsilon: float | None
    step_size: float | Literal["best"] | None
    step_ratio: float | None
    dynamics: str | None
    parity: str | None
    loss: str
    backend: str

    def __init__(
        self,
        optimizer: str,
        *,
        alpha: Number,
        dim: SupportsIndex,
        steps: SupportsIndex | ArrayLike | None = None,
        epsilon: Number | None = None,
        step_size: Number | None = None,
        step_ratio: Number | None = None,
        dynamics: str | None = None,
        parity: str | None = None,
        loss: str = "square",
        backend: str = "numpy",
    ) -> None:
        choice("optimizer", optimizer, OPTIMIZERS)
        choice("loss", loss, LOSSES)
        length = integer("dim", dim, minimum=1 if loss == "square" else 2)
        if (steps is None) == (epsilon is None):
            raise ValueError(
                f"steps={shown(steps)} and epsilon={shown(epsilon)} are two questions or none; pass one of them"
            )
        usual: Literal["best"] | None = (
            None if step_size is None and optimizer == "gd" and loss == "square" else "best"
        )
        given = {
            "optimizer": optimizer,
            "alpha": exponent(alpha, length),
            "dim": length,
            "steps": None if steps is None else tuple(step_counts(steps)[0].tolist()),
            "epsilon": None if epsilon is None else target(epsilon),
            "step_size": _step_size(step_size, None if step_ratio is not None else usual),
            "step_ratio": None if step_ratio is None else real("step_ratio", step_ratio),
            "dynamics": dynamics,
            "parity": parity,
            "loss": loss,
            "backend": name_of(get_namespace(backend).empty(0)),
        }
        if loss == "cross-entropy":
            _refuse_options(given)
        else:
            followed = "simplified" if dynamics is None else dynamics
            _rehearse(given, followed)
            given["dynamics"] = followed if optimizer == "sd" else None
        for name, value in given.items():
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        said = ((f.name, getattr(self, f.name)) for f in fields(self)[1:])
        usual = {"loss": "square", "backend": "numpy"}
        parts = [
            f"{name}={shown(value)}" for name, value in said if value is not None and value != usual.get(name)
        ]
        return f"Case({', '.join([repr(self.optimizer), *parts])})"

    def to_json(self) -> dict[str, Any]:
        """Return plain data for :mod:`json`, from which `Case` makes an equal case; what is None is left out."""
        said = {f.name: value for f in fields(self) if (value := getattr(self, f.name)) is not None}
        return said if self.steps is None else {**said, "steps": list(self.steps)}

    @property
    def key(self) -> str:
        """Hash of the case, 64 hexadecimal digits, the same in every process and on every machine."""
        return sha256(self.to_json())

    def run(self) -> Result:
        """Compute the answer."""
        start = time.perf_counter()
        return Result(
            case=self,
            values=_answer(self),
            device=str(device(get_namespace(self.backend).empty(0))),
            dtype="float64",
            seconds=time.perf_counter() - start,
        )


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to a case.

    Results are equal where case, values and dtype are: not when, where and how fast they were computed.

    Attributes
    ----------
    case : Case
    values : tuple of float, or int
        The relative error after each of `case.steps`, or the number of steps to `case.epsilon`.
    device, dtype : str
        Where, on `case.backend`, and in which precision.
    seconds : float
        Time that the computation took; of a result from a cache, what it took then.
    """

    case: Case
    values: tuple[float, ...] | int
    device: str = field(compare=False)
    dtype: str
    seconds: float = field(compare=False)

    def to_json(self) -> dict[str, Any]:
        """Return plain data for :mod:`json`, without the case."""
        values = self.values if isinstance(self.values, int) else list(self.values)
        return {"values": values, "device": self.device, "dtype": self.dtype, "seconds": self.seconds}

    @classmethod
    def from_json(cls, case: Case, data: Any) -> Result:
        """Return the result of `case` that `to_json` gave as `data`; a ValueError or KeyError if it gave none such."""
        values: Any = data["values"]
        if case.steps is None:
            sound = type(values) is int and values >= 0
        else:
            sound = isinstance(values, list) and len(values) == len(case.steps)
            sound = sound and all(type(value) is float for value in values)
        texts = all(type(data[name]) is str for name in ("device", "dtype"))
        if not (sound and texts and type(data["seconds"]) is float):
            raise ValueError("not a result of this case")
        values = values if case.steps is None else tuple(values)
        return cls(case, values, data["device"], data["dtype"], data["seconds"])


def _answer(case: Case) -> tuple[float, ...] | int:
    query: dict[str, Any] = {"alpha": case.alpha, "dim": case.dim, "step_size": case.step_size}
    if case.loss == "cross-entropy":
        return _plain(cross_entropy.relative_error(case.optimizer, steps=case.steps or (), **query))
    query |= {"step_ratio": case.step_ratio, "dynamics": case.dynamics or "simplified", "parity": case.parity}
    query |= {"backend": case.backend}
    if case.epsilon is not None:
        return power_law.iterations(case.optimizer, epsilon=case.epsilon, **query)
    return _plain(power_law.relative_error(case.optimizer, steps=case.steps or (), **query))


def _plain(errors: ArrayLike) -> tuple[float, ...]:
    return tuple(np.asarray(errors, dtype=np.float64).tolist())


def _step_size(step_size: Number | None, default: Literal["best"] | None) -> float | Literal["best"] | None:
    if step_size is None:
        return default
    return "best" if isinstance(step_size, str) and step_size == "best" else absolute_step(step_size)


def _rehearse(given: dict[str, Any], dynamics: str) -> None:
    """Put a question to a language of one word, to hear what is wrong with it before a sweep starts.

    There a step of 1 arrives at once; that steps of other sizes are allowed is found without asking for steps.
    """
    word: dict[str, Any] = {"alpha": given["alpha"], "dim": 1, "dynamics": dynamics}
    size, ratio, parity = (given[name] for name in ("step_size", "step_ratio", "parity"))
    counted = given["epsilon"] is not None
    if isinstance(size, float) and ratio is None:  # gd diverges from a size on that depends on dim
        word["step_size"] = 1
    else:
        word["step_size"] = size
    power_law.relative_error(
        given["optimizer"], steps=(), step_ratio=ratio, parity=None if counted else parity, **word
    )
    if counted:
        one = 1 if ratio is not None and dynamics == "simplified" else ratio
        power_law.iterations(given["optimizer"], epsilon=1 / 2, step_ratio=one, parity=parity, **word)


def _refuse_options(given: dict[str, Any]) -> None:
    """Refuse what cross-entropy has not."""
    for name in ("epsilon", "step_ratio", "dynamics", "parity"):
        if given[name] is not None:
            raise ValueError(f"{name}={shown(given[name])} applies to loss='square' only; leave it out")
    if given["backend"] != "numpy":
        raise ValueError(f"backend={given['backend']!r} applies to loss='square' only; use backend='numpy'")
