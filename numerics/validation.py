"""Checks of user input: each raises one line with name=value, the allowed range and the remedy."""

from __future__ import annotations

import difflib
import math
import numbers
import operator
import sys
from decimal import Decimal
from fractions import Fraction
from typing import Any, SupportsFloat, SupportsIndex, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "DYNAMICS",
    "LOSSES",
    "MAX_STEPS",
    "OPTIMIZERS",
    "Number",
    "absolute_step",
    "choice",
    "exponent",
    "integer",
    "real",
    "shown",
    "step_counts",
    "target",
]

Number: TypeAlias = SupportsFloat | str
"""A real number of any type, or a string like "1/2"."""

OPTIMIZERS = ("gd", "sd")
DYNAMICS = ("simplified", "iterated")
LOSSES = ("square", "cross-entropy")

MAX_STEPS = 2**53
"""The largest number of steps: beyond it float64 no longer holds every integer."""


def choice(name: str, value: object, allowed: tuple[str, ...]) -> str:
    """Return `value` if it is one of `allowed`, otherwise raise and suggest the nearest name."""
    if isinstance(value, str) and value in allowed:
        return value
    near = difflib.get_close_matches(str(value).lower(), allowed, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise ValueError(f"{name}={shown(value)} is unknown; {hint}pass one of {', '.join(map(repr, allowed))}")


def integer(name: str, value: SupportsIndex, *, minimum: int, maximum: int | None = None) -> int:
    """Return `value` as an int in [minimum, maximum]; bool and non-integral numbers are refused."""
    remedy = f"pass an int of at least {minimum}"
    if isinstance(value, bool):
        raise TypeError(f"{name}={value} is not an integer; {remedy}")
    try:
        number = operator.index(value)
    except TypeError:
        hint = ""
        if isinstance(value, float) and math.isfinite(value):
            hint = f", such as {round(value)}"
        raise TypeError(f"{name}={shown(value)} is not an integer; {remedy}{hint}") from None
    if number < minimum:
        raise ValueError(f"{name}={shown(number)} is out of range; {remedy}")
    if maximum is not None and number > maximum:
        raise ValueError(f"{name}={shown(number)} is out of range; pass an int of at most {maximum}")
    return number


def real(name: str, value: Number, *, below: int | None = None, word: str = "") -> float:
    """Return `value` as a float above 0 and `below` another number; `word` is what else may be passed."""
    allowed = "above 0" if below is None else f"between 0 and {below}, ends excluded"
    remedy = f'pass {word}one {allowed}, such as "1/2"'
    if isinstance(value, bool) or not isinstance(value, str | Decimal | numbers.Real):
        raise TypeError(f"{name}={shown(value)} is not a number; {remedy}")
    try:
        number = float(Fraction(value)) if isinstance(value, str) else float(value)
    except (ValueError, OverflowError, ZeroDivisionError):
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"{name}={shown(value)} is not a finite number; {remedy}")
    if number <= 0 or (below is not None and number >= below):
        raise ValueError(f"{name}={shown(value)} is out of range; {remedy}")
    return number


def exponent(alpha: Number, dim: int, dtype: str = "float64") -> float:
    """Return `alpha` as a float: positive, finite, and small enough that dim**-alpha is a normal number of `dtype`."""
    value = real("alpha", alpha)
    room = -math.log(np.finfo(dtype).tiny) - 40  # 40: for normalizer and step size
    if value * math.log(dim) > room:
        raise ValueError(
            f"alpha={shown(alpha)} underflows {dtype} at dim={dim}; pass one of at most "
            f"{room / math.log(dim):.4g}, or use theory"
        )
    return value


def absolute_step(step_size: Number) -> float:
    """Return `step_size` as a float: positive, finite, not subnormal (quotients by it must not overflow)."""
    eta = real("step_size", step_size, word="'best' or ")
    if eta < sys.float_info.min:
        raise ValueError(
            f"step_size={shown(step_size)} is out of range; pass at least {sys.float_info.min:.3g}"
        )
    return eta


def target(epsilon: Number) -> float:
    """Return `epsilon` as a float in the open interval (0, 1)."""
    return real("epsilon", epsilon, below=1)


def shown(value: object) -> str:
    """Return the repr of what a user passed, shortened to fit a one-line message."""
    if isinstance(value, int) and abs(value) >= 10**21:
        return f"about {'-' if value < 0 else ''}10^{abs(value).bit_length() * math.log10(2):.0f}"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def step_counts(steps: SupportsIndex | ArrayLike) -> tuple[NDArray[np.int64], bool]:
    """Return `steps` as a 1-d int64 array and whether a scalar was given."""
    if isinstance(steps, (list, tuple, range, np.ndarray)) and np.ndim(steps) > 0:
        values: list[Any] = list(steps)
        counts = [integer("steps", value, minimum=0, maximum=MAX_STEPS) for value in values]
        return np.asarray(counts, dtype=np.int64), False
    return np.asarray([integer("steps", steps, minimum=0, maximum=MAX_STEPS)], dtype=np.int64), True  # type: ignore[arg-type]
