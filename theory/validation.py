"""Turn what a user passes into exact numbers, or refuse it in one line: name, value, allowed range, remedy."""

from __future__ import annotations

import difflib
import math
import numbers
import operator
import re
from collections.abc import Collection
from decimal import Decimal
from fractions import Fraction
from typing import Any, SupportsFloat, SupportsIndex, TypeAlias

Rational: TypeAlias = SupportsFloat | str
"""A real number of any type, taken exactly: a float is the binary fraction it stores; write "1/10" for one tenth."""


def rational(name: str, value: Rational, *, above: int = 0, below: int | None = None) -> Fraction:
    """Return ``value`` as a Fraction within the open interval (above, below).

    Raises
    ------
    TypeError
        If it is no real number, nor a string.
    ValueError
        If it is not finite, not a number, or outside the interval.
    """
    allowed = f"above {above}" if below is None else f"between {above} and {below}, ends excluded"
    remedy = f'pass one {allowed}, such as "1/2"'
    if isinstance(value, bool) or not isinstance(value, str | Decimal | numbers.Real):
        raise TypeError(f"{name}={shown(value)} is not a number; {remedy}")
    text = "" if isinstance(value, numbers.Rational) else str(value)
    if any(len(digits) > 4 for digits in re.findall(r"[eE][+-]?0*(\d+)", text)):
        raise ValueError(f"{name}={shown(value)} has too large an exponent; {remedy}")
    try:
        exact = _exactly(value)
    except (ValueError, OverflowError, ZeroDivisionError):
        raise ValueError(f"{name}={shown(value)} is not a finite number; {remedy}") from None
    if exact <= above or (below is not None and exact >= below):
        raise ValueError(f"{name}={shown(value)} is out of range; {remedy}")
    return exact


def _exactly(value: Any) -> Fraction:
    if isinstance(value, numbers.Rational):  # int: Fraction would keep NumPy's integers as they are
        return Fraction(int(value.numerator), int(value.denominator))
    if isinstance(value, str):
        return Fraction(value)
    if hasattr(value, "as_integer_ratio"):
        return Fraction(*value.as_integer_ratio())
    sign, mantissa, exponent, _ = value._mpf_  # mpmath's and sympy's floats
    if exponent and not mantissa:
        raise ValueError("infinite, or not a number")
    return Fraction(int(mantissa) * (1 - 2 * sign)) * Fraction(2) ** int(exponent)


def integer(name: str, value: SupportsIndex, *, at_least: int, at_most: int | None = None) -> int:
    """Return ``value`` as an int of at least ``at_least``; a float is refused, so nothing is silently rounded."""
    if isinstance(value, bool):
        raise TypeError(f"{name}={shown(value)} is not an integer; pass an int of at least {at_least}")
    try:
        exact = operator.index(value)
    except TypeError:
        hint = ""
        if isinstance(value, float) and math.isfinite(value):
            hint = f", such as {round(value)}"
        raise TypeError(
            f"{name}={shown(value)} is not an integer; pass an int of at least {at_least}{hint}"
        ) from None
    if exact < at_least:
        raise ValueError(f"{name}={short(exact)} is out of range; pass an int of at least {at_least}")
    if at_most is not None and exact > at_most:
        raise ValueError(f"{name}={short(exact)} is out of range; pass an int of at most {at_most}")
    return exact


def short(value: int) -> str:
    """Return an integer for a message: in full up to 21 digits."""
    if abs(value) < 10**21:
        return str(value)
    return f"about {'-' if value < 0 else ''}10^{abs(value).bit_length() * math.log10(2):.0f}"


def choice(name: str, value: str, allowed: Collection[str]) -> str:
    """Return ``value`` if it is one of ``allowed``, else raise a ValueError that suggests the nearest name."""
    if value in allowed:
        return value
    near = difflib.get_close_matches(str(value).lower(), list(allowed), n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise ValueError(f"{name}={shown(value)} is unknown; {hint}pass one of {', '.join(map(repr, allowed))}")


def shown(value: object) -> str:
    """Return the repr of what a user passed, shortened to fit a one-line message."""
    text = short(value) if isinstance(value, int) and not isinstance(value, bool) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def is_sequence(value: Any) -> bool:
    """Say whether ``value`` asks for several answers at once (a string does not)."""
    if isinstance(value, str | bytes):
        return False
    try:
        iter(value)
    except TypeError:
        return False
    return True
