"""Checks of user input: each raises one line with name=value, the allowed range and the remedy."""

from __future__ import annotations

import difflib
import math
import operator
import sys
from fractions import Fraction
from typing import Any, SupportsFloat, SupportsIndex, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "DYNAMICS",
    "MAX_STEPS",
    "OPTIMIZERS",
    "Number",
    "absolute_step",
    "choice",
    "exponent",
    "integer",
    "real",
    "step_counts",
    "target",
]

Number: TypeAlias = SupportsFloat | str
"""A real number: int, float, Fraction, a NumPy scalar, or a string like "1/2"."""

OPTIMIZERS = ("gd", "sd")
DYNAMICS = ("simplified", "iterated")

MAX_STEPS = 2**53
"""The largest number of steps: beyond it float64 no longer holds every integer."""


def choice(name: str, value: object, allowed: tuple[str, ...]) -> str:
    """Return `value` if it is one of `allowed`, otherwise raise and suggest the nearest name."""
    if isinstance(value, str) and value in allowed:
        return value
    near = difflib.get_close_matches(str(value).lower(), allowed, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise ValueError(f"{name}={value!r} must be one of {', '.join(map(repr, allowed))}{hint}")


def integer(name: str, value: SupportsIndex, *, minimum: int, maximum: int | None = None) -> int:
    """Return `value` as an int in [minimum, maximum]; bool and non-integral numbers are refused."""
    upper = "" if maximum is None else f" and at most {maximum}"
    allowed = f"must be an integer of at least {minimum}{upper}"
    if isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name}={value!r} {allowed}: pass an int, not a bool")
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name}={value!r} {allowed}: round it yourself if that is meant") from None
    if number < minimum or (maximum is not None and number > maximum):
        raise ValueError(f"{name}={number} {allowed}")
    return number


def real(name: str, value: Number, allowed: str) -> float:
    """Return `value` as a float; strings may be fractions. NaN passes, for the caller's range to refuse."""
    if isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name}={value!r} must be {allowed}: pass a number, not a bool")
    try:
        return float(Fraction(value)) if isinstance(value, str) else float(value)
    except (TypeError, ValueError, OverflowError, ZeroDivisionError):
        raise ValueError(
            f"{name}={value!r} must be {allowed}: pass a number or a string like '1/2'"
        ) from None


def exponent(alpha: Number, dim: int) -> float:
    """Return `alpha` as a float: positive, finite, and small enough that dim**-alpha is a normal float64."""
    value = real("alpha", alpha, "a positive finite number")
    if not 0 < value < math.inf:
        raise ValueError(f"alpha={value} must be positive and finite, for example alpha=1.0")
    if value * math.log(dim) > -math.log(sys.float_info.min) - 40:  # 40: room for normaliser and step size
        raise ValueError(
            f"alpha={value} underflows float64 at dim={dim}: it must be at most "
            f"{(-math.log(sys.float_info.min) - 40) / math.log(dim):.4g} there, or use theory"
        )
    return value


def absolute_step(step_size: Number) -> float:
    """Return `step_size` as a float: positive, finite, not subnormal (quotients by it must not overflow)."""
    eta = real("step_size", step_size, "'best' or a positive finite number")
    if not sys.float_info.min <= eta < math.inf:
        raise ValueError(f"step_size={eta} must be positive, finite and at least {sys.float_info.min:.3g}")
    return eta


def target(epsilon: Number) -> float:
    """Return `epsilon` as a float in the open interval (0, 1)."""
    value = real("epsilon", epsilon, "strictly between 0 and 1")
    if not 0 < value < 1:
        raise ValueError(
            f"epsilon={value} must be strictly between 0 and 1: it is relative to the first loss"
        )
    return value


def step_counts(steps: SupportsIndex | ArrayLike) -> tuple[NDArray[np.int64], bool]:
    """Return `steps` as a 1-d int64 array and whether a scalar was given."""
    if isinstance(steps, (list, tuple, range, np.ndarray)) and np.ndim(steps) > 0:
        values: list[Any] = list(steps)
        counts = [integer("steps", value, minimum=0, maximum=MAX_STEPS) for value in values]
        return np.asarray(counts, dtype=np.int64), False
    return np.asarray([integer("steps", steps, minimum=0, maximum=MAX_STEPS)], dtype=np.int64), True  # type: ignore[arg-type]
