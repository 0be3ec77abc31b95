"""Evaluate a sympy expression in ball arithmetic, so that a law is written once and its numbers are proven.

``sympy.lambdify`` would turn the exponent 1/3 into a float; here every rational stays exact.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from typing import Any

import sympy as sp

from theory.enclosure import Ball, ball


def _beta(a: Ball, b: Ball) -> Ball:
    return a.gamma() * b.gamma() / (a + b).gamma()


_FUNCTIONS: Mapping[Any, Callable[..., Ball]] = {
    sp.Add: lambda *terms: reduce(lambda a, b: a + b, terms),
    sp.Mul: lambda *factors: reduce(lambda a, b: a * b, factors),
    sp.Pow: lambda base, exponent: base**exponent,
    sp.Max: lambda first, *others: reduce(lambda a, b: a.max(b), others, first),
    sp.Min: lambda first, *others: reduce(lambda a, b: a.min(b), others, first),
    sp.log: lambda x: x.log(),
    sp.exp: lambda x: x.exp(),
    sp.gamma: lambda x: x.gamma(),
    sp.zeta: lambda s: s.zeta(),
    sp.beta: _beta,
    sp.expint: lambda order, x: x.expint(order),
}


def evaluate(expression: sp.Expr, values: Mapping[sp.Symbol, Ball]) -> Ball:
    """Enclose ``expression`` with balls for its symbols, at the working precision.

    Raises
    ------
    NotImplementedError
        If it holds a function that has no entry in the table above, or a float, which would not be exact.

    Examples
    --------
    >>> from theory.enclosure import to_float
    >>> x = sp.Symbol("x")
    >>> to_float(evaluate(sp.sqrt(x) + sp.Rational(1, 2), {x: ball(4)}), what="2.5")
    2.5
    """
    if expression.is_Symbol:
        return values[expression]
    if expression.is_Rational:
        return ball(Fraction(int(expression.p), int(expression.q)))
    function = _FUNCTIONS.get(expression.func)
    if function is None:
        raise NotImplementedError(f"{expression.func.__name__} cannot be evaluated in ball arithmetic")
    return function(*(evaluate(argument, values) for argument in expression.args))
