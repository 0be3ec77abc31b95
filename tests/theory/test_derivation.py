"""A step of a derivation can be proven, refuted or left open; and no statement's derivation leaves one open."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp

import theory
from theory.derivation import Step

x, y = sp.symbols("x y", positive=True)


@pytest.mark.parametrize(
    ("relation", "outcome"),
    [
        (sp.Eq(sp.Derivative(x**3, x), 3 * x**2, evaluate=False), "proven"),
        (sp.Eq(sp.Derivative(x**3, x), 3 * x**3, evaluate=False), "refuted"),
        (sp.Eq(sp.Integral(sp.exp(-x * y), (y, 0, sp.oo)), 1 / x, evaluate=False), "proven"),
        (sp.Eq(sp.Limit((1 - x / y) ** y, y, sp.oo), sp.exp(-x), evaluate=False), "proven"),
        (sp.Eq(sp.Limit((1 - x / y) ** y, y, sp.oo), sp.exp(x), evaluate=False), "refuted"),
        (sp.Gt(x**2 + x, 0, evaluate=False), "proven"),
        (sp.Ge(x - 1, 0, evaluate=False), "open"),  # true at the sample point, not for every x > 0
        (sp.Gt(1 - x, 0, evaluate=False), "refuted"),
        (sp.Lt(-x, 0, evaluate=False), "proven"),
        (sp.Le(-x, 0, evaluate=False), "proven"),
        (sp.Gt(x - x, 0, evaluate=False), "refuted"),
        (sp.true, "proven"),
        (sp.false, "refuted"),
    ],
)
def test_outcome(relation: sp.Basic, outcome: str) -> None:
    assert Step("", relation, {x: Fraction(3, 2)}).outcome() == outcome


def test_the_sample_point_tells_wrong_from_undecided() -> None:
    wrong = sp.Eq(sp.gamma(x + 1), x * sp.gamma(x) * (1 + sp.Rational(1, 10**9)), evaluate=False)
    assert Step("", wrong, {x: Fraction(1, 3)}).outcome() == "refuted"
    assert Step("", wrong).outcome() == "open"


DERIVED = [entry for entry in theory.statements() if entry.derivation is not None]


@pytest.mark.parametrize("entry", DERIVED, ids=lambda entry: entry.id)
def test_every_step_has_a_sample_point_and_is_proven(entry: theory.Statement) -> None:
    assert entry.derivation is not None
    for step in entry.derivation():
        assert step.outcome() == "proven", step.reason
        free = getattr(step.relation, "free_symbols", set())
        bound = {symbol for part in step.relation.atoms(sp.Limit) for symbol in part.free_symbols}
        assert free - set(step.at) <= bound, (step.reason, free - set(step.at))
