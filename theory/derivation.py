"""Derivations that sympy checks: a chain of equations and inequalities, each an assertion that can fail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import Any, Literal

import sympy as sp

#: Digits to which the two sides of a step are compared at its sample point, and to which they must agree.
DIGITS, AGREEMENT = 30, 20


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a derivation.

    Attributes
    ----------
    reason : str
        What the step does, in a few words.
    relation : sympy.Rel
        An unevaluated equation or inequality: derivatives, integrals, sums and limits stand as such, to be read, and
        are carried out when the step is checked. The assumptions on its symbols are those of the step.
    at : mapping of sympy.Symbol to int, Fraction or sympy number
        A point of the domain. There both sides are compared as numbers, so that a step that sympy cannot decide is
        told from one that is wrong.

    Examples
    --------
    >>> x = sp.Symbol("x", positive=True)
    >>> Step("power rule", sp.Eq(sp.Derivative(x**3, x), 3 * x**2), {x: 2}).outcome()
    'proven'
    >>> Step("power rule", sp.Eq(sp.Derivative(x**3, x), 2 * x**3), {x: 2}).outcome()
    'refuted'
    """

    reason: str
    relation: Any
    at: Mapping[Any, Any] = field(default_factory=dict)

    def outcome(self) -> Literal["proven", "refuted", "open"]:
        """Say whether sympy proves the step, or the sample point refutes it, or neither."""
        return _outcome(self.relation, frozenset(_exact(self.at).items()))


@cache  # a wrong version of a derivation shares most steps with the right one
def _outcome(relation: Any, point: frozenset[tuple[Any, Any]]) -> Literal["proven", "refuted", "open"]:
    if relation in (sp.true, sp.false):
        return "proven" if relation == sp.true else "refuted"
    gap = relation.lhs.doit() - relation.rhs.doit()
    if not _holds(relation, sp.N(gap.subs(dict(point)), DIGITS)):
        return "refuted"
    return "proven" if _proves(relation, gap) else "open"


def _exact(point: Mapping[Any, Any]) -> dict[Any, Any]:
    """Turn Fractions into sympy's rationals, which ``subs`` does not do."""
    return {
        symbol: sp.Rational(value.numerator, value.denominator) if isinstance(value, Fraction) else value
        for symbol, value in point.items()
    }


def _holds(relation: Any, gap: Any) -> bool:
    """Decide ``gap`` (a number) against zero, up to the digits that were computed."""
    if not gap.is_number:
        return True  # a free symbol is left: nothing can be said
    small = abs(gap) < sp.Float(10) ** -AGREEMENT
    if isinstance(relation, sp.Equality):
        return bool(small)
    return bool(small and not isinstance(relation, sp.StrictGreaterThan | sp.StrictLessThan)) or bool(
        relation.func(gap, 0)
    )


def _proves(relation: Any, gap: Any) -> bool:
    """Ask sympy for the sign of ``gap`` under the assumptions of its symbols."""
    for form in (sp.simplify, lambda e: sp.simplify(sp.gammasimp(sp.expand_func(e))), sp.factor):
        value = form(gap)
        known = {
            sp.Equality: value.is_zero,
            sp.StrictGreaterThan: value.is_positive,
            sp.GreaterThan: value.is_nonnegative,
            sp.StrictLessThan: value.is_negative,
            sp.LessThan: value.is_nonpositive,
        }[type(relation)]
        if known is not None:
            return bool(known)
    return False
