"""The inequalities that claims display turn from true to false where their words say."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp
from sympy.core.function import AppliedUndef

import theory

SLIGHTLY = sp.Rational(1, 1000)


def holds(identifier: str, index: int = 0, functions: Any = None, **symbols: Any) -> bool:
    """Say whether a displayed inequality is true of the numbers given."""
    relation = theory.statement(identifier).formula[index]
    relation = relation.subs({s: symbols[s.name] for s in relation.free_symbols if s.name in symbols})
    found = relation.replace(
        lambda e: isinstance(e, AppliedUndef), lambda e: functions[e.func.__name__](*e.args)
    ).doit()
    assert found in (sp.true, sp.false), found
    return bool(found)


@pytest.mark.parametrize("identifier", ["claim-sqrt-d", "claim-sqrt-d-odd"])
def test_at_least_like_the_square_root_of_d(identifier: str) -> None:
    for more in (0, SLIGHTLY):
        assert holds(identifier, functions={"T": lambda d: 7 * d ** (sp.S.Half + more)}, d=100)  # noqa: B023
    assert not holds(identifier, functions={"T": lambda d: 7 * d ** (sp.S.Half - SLIGHTLY)}, d=100)


def test_at_most_a_hundredth() -> None:
    assert holds("claim-hundredfold", T_sd=7, T_gd=700)
    assert not holds("claim-hundredfold", T_sd=7, T_gd=699)


def test_at_no_other_exponent_more_steps() -> None:
    for peak, expected in ((1, True), (sp.Rational(11, 10), False)):
        steps = {"T": lambda alpha: 10 - (alpha - peak) ** 2}  # noqa: B023
        assert holds("claim-worst-exponent", functions=steps, alpha=sp.Rational(11, 10)) is expected


@pytest.mark.parametrize(("alpha", "ahead"), [("49/100", "gd"), ("1/2", "sd"), ("51/100", "sd")])
def test_gradient_descent_is_ahead_below_one_half(alpha: str, ahead: str) -> None:
    for winner in ("gd", "sd"):
        errors = {"r": lambda optimizer: 1 if optimizer.name == winner else 2}  # noqa: B023
        assert holds("claim-half-rule", functions=errors, alpha=sp.Rational(alpha)) is (winner == ahead)


def test_sign_descent_is_ahead() -> None:
    for sd, expected in ((1, True), (2, True), (3, False)):
        errors = {"r": lambda optimizer: {"sd": sd, "gd": 2}[optimizer.name]}  # noqa: B023
        assert holds("claim-sd-beats-gd", functions=errors) is expected


@pytest.mark.parametrize(("d", "epsilon", "bound"), [(10**4, "1/100", "linear"), (10**6, "1/2", "sublinear")])
def test_at_most_four_times_the_better_of_the_classical_bounds(d: int, epsilon: str, bound: str) -> None:
    """The steps are those at which the rates of Proposition B.1 are ε; the other bound needs more."""
    index = {"sublinear": 0, "linear": 1}
    size = sp.Float(d, 30)  # of an integer sympy adds up the harmonic number
    steps = theory.statement("claim-classical-steps").formula[0].lhs.subs(sp.Symbol("d", positive=True), size)
    steps = sp.N(steps.subs(sp.Symbol("epsilon", positive=True), sp.Rational(epsilon)), 30)
    at = {"d": size, "t": steps}
    for name, place in index.items():
        rate = theory.statement("prop-b.1").formula[place].rhs
        rate = sp.N(rate.subs({s: at[s.name] for s in rate.free_symbols}), 30)
        if name == bound:
            assert abs(rate / sp.Rational(epsilon) - 1) < 1e-20
        else:
            assert rate > sp.Rational(epsilon)
    for factor, expected in ((1, True), (-1, False)):
        found = holds(
            "claim-classical-steps",
            d=size,
            epsilon=sp.Rational(epsilon),
            T_gd=steps / 4 * (1 + factor * SLIGHTLY),
        )
        assert found is expected


def test_less_than_a_tenth_lower_and_less_than_a_quarter_left() -> None:
    quarter, tenth = sp.Rational(1, 4), sp.Rational(1, 10)
    for left, expected in ((quarter, True), (quarter + SLIGHTLY, False)):
        assert holds("claim-slow-is-done", 0, {"r": {14: left}.__getitem__}, t=7) is expected
    for fall, expected in ((tenth, True), (tenth + SLIGHTLY, False)):
        errors = {7: quarter + fall, 14: quarter}
        assert holds("claim-slow-is-done", 1, {"r": errors.__getitem__}, t=7) is expected


def test_within_a_factor_of_three_halves() -> None:
    for factor, expected in ((sp.Rational(3, 2), True), (sp.Rational(3, 2) + SLIGHTLY, False)):
        errors = {"r": lambda T, eta=None: 1 if eta is None else factor}  # noqa: B023
        assert holds("claim-run-longer", functions=errors) is expected
    times = {call.args[0] for call in theory.statement("claim-run-longer").formula[0].atoms(AppliedUndef)}
    assert times == {10 * sp.Symbol("T", positive=True)}


def test_faster_than_nine_tenths_and_more_slowly_than_one() -> None:
    """Of `fig-8`: what the displayed orders are of."""
    d = sp.Symbol("d", positive=True)
    below, above = (relation.rhs.args[0] for relation in theory.statement("fig-8").formula)
    assert below.equals(d ** sp.Rational(9, 10))
    assert above.equals(d ** sp.Rational(1, 10))


def test_the_scale_of_a_random_start_at_which_sqrt_d_begins_and_ends() -> None:
    """A start that stays costs s₀² of 1 + s₀², one that is all noise is worth ε from 1/(1 + s₀²) = ε on."""
    growth = theory.statement("own-domain-of-sqrt-d").formula[2].rhs.args[0]
    epsilon, d = sp.Rational(1, 10), sp.Integer(10**4)
    at = {sp.Symbol("epsilon", positive=True): epsilon, sp.Symbol("d", positive=True): d}
    for share, expected in (("9/100", 1), ("11/100", 100), ("89/100", 100), ("91/100", 1)):
        noise = sp.Rational(share)  # s₀²/(1 + s₀²)
        found = growth.subs({**at, sp.Symbol("s_0", positive=True): sp.sqrt(noise / (1 - noise))})
        assert found == expected


@pytest.mark.parametrize(
    ("name", "expected"), [("N_even", 1), ("N_odd", 100), ("N_text", 10)], ids=["even", "odd", "text"]
)
def test_the_domain_of_sqrt_d(name: str, expected: int) -> None:
    rows = {row.lhs.name: row.rhs.args[0] for row in theory.statement("own-domain-of-sqrt-d").formula}
    found = rows[name].subs({sp.Symbol("d", positive=True): 10**4, sp.Symbol("M", positive=True): 100})
    assert found == expected
