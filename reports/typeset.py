"""Typst mathematics from sympy expressions, so that a formula in the PDF is the formula that is evaluated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sympy as sp
from sympy.core.function import Application, AppliedUndef
from sympy.core.relational import Relational
from sympy.printing.precedence import PRECEDENCE, precedence

__all__ = ["typeset"]

LOWER = (
    "alpha beta gamma delta epsilon zeta eta theta kappa lambda mu nu xi pi rho sigma tau phi chi psi omega"
)
GREEK = frozenset([*LOWER.split(), "Gamma", "Delta", "Theta", "Lambda", "Xi", "Sigma", "Phi", "Psi", "Omega"])
CONSTANTS = {sp.EulerGamma: "gamma", sp.E: "e", sp.I: "upright(i)", sp.oo: "infinity", sp.pi: "pi"}
FUNCTIONS = {
    "Abs": "abs",
    "And": "",
    "beta": "upright(B)",
    "ceiling": "ceil",
    "floor": "floor",
    "gamma": "Gamma",
    "harmonic": "H",
    "log": "log",
    "loggamma": "log Gamma",
    "lowergamma": "gamma",
    "Max": "max",
    "Min": "min",
    "re": "Re",
    "sin": "sin",
    "uppergamma": "Gamma",
    "zeta": "zeta",
}


def typeset(expression: Any) -> str:
    """Return the Typst math source of a sympy expression, equation or condition.

    Parameters
    ----------
    expression : sympy.Basic
        Anything made of arithmetic, relations, ``Piecewise``, sums, integrals, limits and named functions.

    Returns
    -------
    str
        Source for Typst's ``eval(source, mode: "math")``; every name in it is a Typst symbol or quoted text.

    Raises
    ------
    TypeError
        The expression holds a node that has no form here; nothing falls back on program text.

    Examples
    --------
    >>> from sympy import Symbol, expint, sqrt, zeta
    >>> alpha, tau = Symbol("alpha"), Symbol("tau")
    >>> typeset((1 - alpha) / alpha * expint(1 / alpha, tau))
    'frac((1 - alpha) E_(1 slash alpha)(tau), alpha)'
    >>> typeset(1 / sqrt(zeta(2 * alpha)))
    'frac(1, sqrt(zeta(2 alpha)))'
    """
    match expression:
        case _ if expression in CONSTANTS:
            return CONSTANTS[expression]
        case sp.Symbol():
            return symbol(expression.name)
        case sp.Float():
            return f"{'- ' if expression < 0 else ''}{abs(float(expression)):g}"
        case sp.Rational(p=p, q=q):
            size = f"{abs(p)}" if q == 1 else f"frac({abs(p)}, {q})"
            return f"- {size}" if p < 0 else size
        case sp.Add():
            return terms(expression, typeset)
        case sp.Mul() if expression.could_extract_minus_sign():
            return f"- {factor(-expression)}"
        case sp.Mul():
            upper, lower = sp.fraction(expression, exact=True)
            if lower.is_Integer and lower != 1:  # one half of something, not something over two
                number, rest = expression.as_coeff_Mul()
                return product([typeset(number), *map(factor, sp.Mul.make_args(rest))])
            if lower != 1:
                return f"frac({typeset(upper)}, {typeset(lower)})"
            return product(list(map(factor, sp.Mul.make_args(expression))))
        case sp.Pow(exp=exponent) if exponent == sp.S.Half:
            return f"sqrt({typeset(expression.base)})"
        case sp.Pow(base=base, exp=exponent) if exponent.is_Rational and exponent < 0:
            return f"frac(1, {typeset(base**-exponent)})"
        case sp.Pow(base=base, exp=exponent):
            bare = base.is_Symbol or base.is_Function or base.is_Integer
            return f"{typeset(base) if bare else f'({typeset(base)})'}^({script(exponent)})"
        case sp.exp(args=(exponent,)):
            return f"e^({script(exponent)})"
        case sp.expint(args=(order, argument)):
            return f"E_({script(order)})({typeset(argument)})"
        case AppliedUndef(args=args):
            return f"{symbol(expression.func.__name__)}({', '.join(map(typeset, args))})"
        case Application(args=args) if expression.func.__name__ in FUNCTIONS:
            return f"{FUNCTIONS[expression.func.__name__]}({', '.join(map(typeset, args))})"
        case Relational(lhs=left, rhs=right):
            return (
                f"{typeset(left)} {'=' if expression.rel_op == '==' else expression.rel_op} {typeset(right)}"
            )
        case sp.Sum() | sp.Integral():
            source = factor(expression.function)
            for variable, lower, upper in expression.limits:  # the innermost first
                low, high = typeset(lower), typeset(upper)
                if isinstance(expression, sp.Sum):
                    source = f"sum_({typeset(variable)} = {low})^({high}) {source}"
                else:
                    source = f"integral_({low})^({high}) {source} dif {typeset(variable)}"
            return source
        case sp.Derivative():
            body, (variable, order) = expression.args
            power = "" if order == 1 else f"^({order})"
            return f"frac(dif{power}, dif {typeset(variable)}{power}) {factor(body)}"
        case sp.Limit(args=(body, variable, point, *_)):
            return f"lim_({typeset(variable)} -> {typeset(point)}) {factor(body)}"
        case sp.Piecewise(args=args):
            rows = [f"{typeset(value)} quad & {condition_text(condition)}" for value, condition in args]
            return f"cases({', '.join(rows)})"
        case _:
            name = type(expression).__name__
            raise TypeError(f"expression={expression!r}: {name} has no Typst form; add a case to typeset")


def terms(expression: Any, each: Callable[[Any], str]) -> str:
    """Set a sum, term by term: x - 1 rather than -1 + x."""
    ordered = sorted(expression.as_ordered_terms(), key=lambda term: bool(term.could_extract_minus_sign()))
    return " + ".join(map(each, ordered)).replace("+ - ", "- ")


def product(factors: Sequence[str]) -> str:
    """Set a product: with a dot where a factor begins with a digit, which would be one of the number before it."""
    return factors[0] + "".join(f" dot {text}" if text[0].isdigit() else f" {text}" for text in factors[1:])


def factor(expression: Any) -> str:
    """Set what stands in a product: in parentheses if it is a sum."""
    text = typeset(expression)
    return text if precedence(expression) >= PRECEDENCE["Mul"] else f"({text})"


def script(expression: Any) -> str:
    """Set a superscript or subscript: with a slash, as a built-up fraction is too small to read there."""
    if isinstance(expression, sp.Add):
        return terms(expression, script)
    if expression.could_extract_minus_sign():
        return f"- {script(-expression)}"
    upper, lower = sp.fraction(expression, exact=True)
    return typeset(upper) if lower == 1 else f"{factor(upper)} slash {factor(lower)}"


def symbol(name: str) -> str:
    """Set ``tau_epsilon`` as a letter with an index; quote any name that Typst would look up in vain."""
    stem, _, index = (
        part if len(part) <= 1 or part.isdigit() or part in GREEK else f'"{part}"'
        for part in name.partition("_")
    )
    return f"{stem}_({index})" if index else stem


def condition_text(condition: Any) -> str:
    """Set the condition of one case."""
    return '"otherwise"' if condition == sp.true else f'"if " {typeset(condition)}'
