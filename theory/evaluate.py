"""Evaluate a sympy expression in ball arithmetic, so that a law is written once and its numbers are proven.

``sympy.lambdify`` would turn the exponent 1/3 into a float; here every rational stays exact.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from typing import Any

import sympy as sp

from theory.balls import Ball, ball, euler_gamma, power, power_sum


def _beta(a: Ball, b: Ball) -> Ball:
    return a.gamma() * b.gamma() / (a + b).gamma()


def _power(base: Ball | Fraction, exponent: Ball | Fraction) -> Ball | Fraction:
    if isinstance(exponent, Fraction):
        if isinstance(base, Fraction) and exponent.denominator == 1 and abs(exponent) <= 64 and base:
            return base**exponent
        return power(_ball(base), exponent)
    return _ball(base) ** exponent


#: Functions that keep rationals rational: E_p at the integer p = 1/α is only then the E_p of an integer.
_ARITHMETIC: Mapping[Any, Callable[[Any, Any], Any]] = {
    sp.Add: lambda a, b: a + b,
    sp.Mul: lambda a, b: a * b,
    sp.Pow: _power,
    sp.Max: lambda a, b: max(a, b) if isinstance(a, Fraction) else a.max(b),
    sp.Min: lambda a, b: min(a, b) if isinstance(a, Fraction) else a.min(b),
}
_FUNCTIONS: Mapping[Any, Callable[..., Ball]] = {
    sp.log: lambda x: x.log(),
    sp.exp: lambda x: x.exp(),
    sp.gamma: lambda x: x.gamma(),
    sp.zeta: lambda s: s.zeta(),
    sp.beta: _beta,
    sp.expint: lambda order, x: x.expint(order),
}


def evaluate(expression: sp.Expr, values: Mapping[sp.Symbol, Ball | Fraction]) -> Ball:
    """Enclose ``expression`` with balls or rationals for its symbols, at the working precision.

    Raises
    ------
    NotImplementedError
        If it holds a function that has no entry in the tables above, or a float, which would not be exact.

    Examples
    --------
    >>> from theory.balls import to_float
    >>> x = sp.Symbol("x")
    >>> to_float(evaluate(sp.sqrt(x) + sp.Rational(1, 2), {x: ball(4)}), what="2.5")
    2.5
    """
    return _ball(_evaluate(expression, values))


def evaluate_exactly(expression: sp.Expr, values: Mapping[sp.Symbol, Ball | Fraction]) -> Ball | Fraction:
    """Return the same, as a Fraction where nothing but rational arithmetic occurs."""
    return _evaluate(expression, values)


def _ball(value: Ball | Fraction) -> Ball:
    return ball(value) if isinstance(value, Fraction) else value


def _evaluate(expression: sp.Expr, values: Mapping[sp.Symbol, Ball | Fraction]) -> Ball | Fraction:
    if expression.is_Symbol:
        return values[expression]
    if expression.is_Rational:
        return Fraction(int(expression.p), int(expression.q))
    if expression is sp.EulerGamma:
        return euler_gamma()
    arguments = [_evaluate(argument, values) for argument in expression.args]
    if expression.func in _ARITHMETIC:
        if expression.func is not sp.Pow and not all(isinstance(a, Fraction) for a in arguments):
            arguments = [_ball(a) for a in arguments]
        return reduce(_ARITHMETIC[expression.func], arguments)
    if expression.func is sp.harmonic:
        dim, order = (*arguments, Fraction(1))[:2]
        return power_sum(int(dim), order)
    if expression.func not in _FUNCTIONS:
        raise NotImplementedError(f"{expression.func.__name__} cannot be evaluated in ball arithmetic")
    return _FUNCTIONS[expression.func](*map(_ball, arguments))
