"""Comparisons of both optimizers: their rows are certified counts, their verdict that of a simulation."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import numerics
import theory


@settings(max_examples=12)
@given(
    alpha=st.fractions(Fraction(1, 5), Fraction(5, 2), max_denominator=20),
    dim=st.integers(2, 3_000),
    percent=st.integers(2, 90),
)
def test_the_verdict_is_that_of_a_simulation(alpha: Fraction, dim: int, percent: int) -> None:
    found = theory.compare(alpha=alpha, dim=dim, epsilon=Fraction(percent, 100))
    ask = {"alpha": float(alpha), "dim": dim, "epsilon": percent / 100}
    simulated = [
        numerics.iterations("gd", **ask),
        numerics.iterations("gd", step_size="best", **ask),
        numerics.iterations("sd", **ask),
    ]
    assert [row.steps for row in found.methods[:3]] == simulated
    assert [row.certified for row in found.methods] == [True, True, True, False, False]
    _, gd, sd = simulated
    assert found.winner == ("sd" if sd < gd else "gd" if gd < sd else None)
    assert found.margin == Fraction(max(gd, sd), min(gd, sd))


def test_rows_of_the_true_update_are_limit_laws() -> None:
    found = theory.compare(alpha=1, dim=50_257, epsilon="1/10")
    for row, parity in zip(found.methods[3:], ("even", "odd"), strict=True):
        law = theory.iterations(
            "sd", alpha=1, dim=50_257, epsilon="1/10", dynamics="iterated", parity=parity, method="asymptotic"
        )
        assert row.steps == law
        simulated = numerics.iterations(
            "sd", alpha=1.0, dim=50_257, epsilon=0.1, dynamics="iterated", parity=parity
        )
        assert abs(row.steps / simulated - 1) < 0.06


def test_prints_as_a_table() -> None:
    text = str(theory.compare(alpha="3/2", dim=10**30, epsilon="1/10"))
    assert text.startswith("steps to relative error 1/10, alpha = 3/2, d = ")
    assert "gd needs" in text.splitlines()[-1]
    tie = theory.compare(alpha=1, dim=2, epsilon="9/10")
    assert (tie.winner, tie.margin) == (None, 1)
    assert str(tie).endswith("a tie between both at their best step, sd under Assumption 4.1")


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"dim": 1}, r"dim=1 leaves nothing to compare, .*; pass dim of at least 2"),
        ({"epsilon": 1}, r"epsilon=1 "),
        ({"alpha": 0}, r"alpha=0 "),
    ],
)
def test_bad_input_is_one_line(bad: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message) as error:
        theory.compare(**{"alpha": 1, "dim": 10, "epsilon": "1/2", **bad})
    assert "\n" not in str(error.value)
