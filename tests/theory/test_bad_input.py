"""Every refusal is one line that names the argument, the value and a remedy."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy as sp

import numerics
import theory
from theory.cross_entropy import sd_floor

GD: dict[str, Any] = {"alpha": 1, "dim": 100}
MEAN = partial(theory.relative_error, "sd", **GD, dynamics="iterated", method="asymptotic", parity="mean")


def error(optimizer: Any = "gd", **changes: Any) -> Callable[[], Any]:
    return lambda: theory.relative_error(optimizer, **({**GD, "steps": 5} | changes))


def count(optimizer: Any = "gd", **changes: Any) -> Callable[[], Any]:
    return lambda: theory.iterations(optimizer, **({**GD, "epsilon": 0.5} | changes))


def size(optimizer: Any = "sd", **changes: Any) -> Callable[[], Any]:
    return lambda: theory.step_size(optimizer, **({**GD, "steps": 5} | changes))


CASES: list[tuple[Callable[[], Any], type[Exception], list[str]]] = [
    (error(alpha=0), ValueError, ["alpha=0", "above 0"]),
    (error(alpha=-0.5), ValueError, ["alpha=-0.5", "above 0"]),
    (error(alpha=float("nan")), ValueError, ["alpha=nan", "pass"]),
    (error(alpha=float("inf")), ValueError, ["alpha=inf", "pass"]),
    (error(alpha="1/0"), ValueError, ["alpha='1/0'", "pass"]),
    (error(alpha="half"), ValueError, ["alpha='half'", "1/2"]),
    (error(alpha="1\n2"), ValueError, ["alpha='1\\n2'", "pass"]),
    (error(alpha=True), TypeError, ["alpha=True", "pass"]),
    (error(alpha=None), TypeError, ["alpha=None", "pass"]),
    (error(alpha=1j), TypeError, ["alpha=1j", "pass"]),
    (error(alpha=np.float32("nan")), ValueError, ["alpha=np.float32(nan)", "pass"]),
    (error(alpha=mpmath.inf), ValueError, ["alpha=mpf('+inf')", "pass"]),
    (error(alpha=Decimal("1e99999")), ValueError, ["alpha=Decimal('1E+99999')", "too large an exponent"]),
    (error(alpha=[1, 2]), TypeError, ["alpha=[1, 2]", "pass"]),
    (error(dim=0), ValueError, ["dim=0", "at least 1"]),
    (error(dim=-3), ValueError, ["dim=-3", "at least 1"]),
    (error(dim=100.0), TypeError, ["dim=100.0", "such as 100"]),
    (error(dim=1e300), TypeError, ["dim=1e+300", "pass an int"]),
    (error(dim="100"), TypeError, ["dim='100'", "pass an int"]),
    (error(dim=True), TypeError, ["dim=True", "pass an int"]),
    (error(dim=float("nan")), TypeError, ["dim=nan", "pass an int"]),
    (error(steps=-1), ValueError, ["steps=-1", "at least 0"]),
    (error(steps=5.0), TypeError, ["steps=5.0", "such as 5"]),
    (error(steps="5"), TypeError, ["steps='5'", "pass an int"]),
    (error(steps=None), TypeError, ["steps=None", "pass an int"]),
    (error(steps=[1, -1]), ValueError, ["steps=-1", "at least 0"]),
    (error(steps=np.linspace(0, 1, 2)), TypeError, ["steps=", "pass an int"]),
    (error(digits=0), ValueError, ["digits=0", "at least 1"]),
    (error(digits=15.0), TypeError, ["digits=15.0", "such as 15"]),
    (error("gdd"), ValueError, ["optimizer='gdd'", "did you mean 'gd'"]),
    (error("GD"), ValueError, ["optimizer='GD'", "did you mean 'gd'"]),
    (error("adam"), ValueError, ["optimizer='adam'", "'gd', 'sd'"]),
    (error(None), ValueError, ["optimizer=None", "'gd', 'sd'"]),
    (error(method="asymptotics"), ValueError, ["method='asymptotics'", "did you mean 'asymptotic'"]),
    (error(method="exat"), ValueError, ["method='exat'", "did you mean 'exact'"]),
    (error(method="asymptotic", dim=1), ValueError, ["dim=1", "method='exact'"]),
    (error(step_ratio=0), ValueError, ["step_ratio=0", "between 0 and 2"]),
    (error(step_ratio=2), ValueError, ["step_ratio=2", "between 0 and 2"]),
    (error(step_ratio="x"), ValueError, ["step_ratio='x'", "pass"]),
    (error(step_size=-1), ValueError, ["step_size=-1", "above 0"]),
    (error(step_size=11), ValueError, ["step_size=11", "10.3748"]),
    (error(step_size=1, step_ratio=1), ValueError, ["step_size=1", "step_ratio=1", "one of them"]),
    (error("sd", step_ratio="11/10"), ValueError, ["step_ratio='11/10'", "at most 1"]),
    (error("sd", step_ratio=1, method="finite"), ValueError, ["method='finite'", "drop"]),
    (error("sd", step_size=1, method="asymptotic"), ValueError, ["method='asymptotic'", "drop"]),
    (error("sd", method="asymptotic", strict=True, dim=10**6), ValueError, ["strict=True", "strict=False"]),
    (count(epsilon=0), ValueError, ["epsilon=0", "between 0 and 1"]),
    (count(epsilon=1), ValueError, ["epsilon=1", "between 0 and 1"]),
    (count(epsilon=1.5), ValueError, ["epsilon=1.5", "between 0 and 1"]),
    (count(epsilon=float("nan")), ValueError, ["epsilon=nan", "pass"]),
    (count(epsilon=None), TypeError, ["epsilon=None", "pass"]),
    (count(epsilon=[0.1, 7]), ValueError, ["epsilon=7", "between 0 and 1"]),
    (count("sgd"), ValueError, ["optimizer='sgd'", "did you mean"]),
    (count("sd", step_size=1), ValueError, ["step_size=1", "step_ratio"]),
    (
        count("sd", step_ratio="1/2", epsilon="1/100"),
        ValueError,
        ["epsilon=0.01", "step_ratio=1/2", "larger epsilon"],
    ),
    (count("sd", epsilon=0.9, strict=True, method="asymptotic"), ValueError, ["epsilon=0.9", "strict=False"]),
    (size(steps=None), ValueError, ["steps=None", "pass steps=T"]),
    (size(steps=0), ValueError, ["steps=0", "at least 1"]),
    (size(alpha=-1), ValueError, ["alpha=-1", "above 0"]),
    (lambda: theory.PowerLaw(1, 0), ValueError, ["dim=0", "at least 1"]),
    (lambda: theory.law("gd", alpha=0), ValueError, ["alpha=0", "above 0"]),
    (lambda: theory.laws("gdx"), ValueError, ["optimizer='gdx'", "did you mean 'gd'"]),
    (lambda: theory.statement("thm-31"), ValueError, ["statement='thm-31'", "did you mean 'thm-3.1'"]),
]


@pytest.mark.parametrize(("call", "kind", "parts"), CASES)
def test_one_line_with_name_value_and_remedy(
    call: Callable[[], Any], kind: type[Exception], parts: list[str]
) -> None:
    with pytest.raises(kind) as failure:
        call()
    message = str(failure.value)
    assert type(failure.value) is kind
    assert "\n" not in message
    for part in parts:
        assert part in message


@pytest.mark.parametrize(
    "changes",
    [
        *(
            {"alpha": alpha}
            for alpha in (0, -0.5, "-1", np.nan, np.inf, "1/0", "half", True, None, [1, 2], 1j)
        ),
        *({"dim": dim} for dim in (0, -3, -(10**30), 100.0, "100", True, np.nan, None)),
        *({"steps": steps} for steps in (-1, 5.0, "5", None, [1, -1])),
        *({"optimizer": name} for name in ("gdd", "GD", "adam", None)),
        *({"step_ratio": ratio} for ratio in (0, 2, "x", "nan")),
        {"step_size": 11},
        {"step_size": 1, "step_ratio": 1},
        {"optimizer": "sd", "step_ratio": "11/10"},
    ],
    ids=str,
)
def test_the_simulation_refuses_in_the_same_words(changes: dict[str, Any]) -> None:
    options = {"optimizer": "gd", "alpha": 1, "dim": 100, "steps": 5} | changes
    messages = []
    for package in (theory, numerics):
        with pytest.raises((ValueError, TypeError)) as failure:
            package.relative_error(**options)
        messages.append((type(failure.value), str(failure.value)))
    assert messages[0] == messages[1]


@pytest.mark.parametrize("epsilon", [0, 1, 1.5, "2", np.nan, "half", True, None])
def test_the_simulation_refuses_targets_in_the_same_words(epsilon: Any) -> None:
    messages = []
    for package in (theory, numerics):
        with pytest.raises((ValueError, TypeError)) as failure:
            package.iterations("gd", alpha=1, dim=100, epsilon=epsilon)
        messages.append((type(failure.value), str(failure.value)))
    assert messages[0] == messages[1]
    assert 'such as "1/2"' in messages[0][1]  # and not 1, which is excluded


@pytest.mark.parametrize(
    "number",
    [
        np.float32(0.1),
        np.longdouble(0.1),
        Decimal.from_float(0.1),
        mpmath.mpf(0.1),
        sp.Float(0.1, 30),
        sp.Rational(0.1),
        Fraction(0.1),
    ],
    ids=lambda number: type(number).__name__,
)
def test_real_numbers_of_any_type_are_taken_exactly(number: Any) -> None:
    exact = Fraction(float(number))
    assert theory.PowerLaw(number, 10).alpha == exact != Fraction(1, 10)
    assert theory.PowerLaw(number, np.int64(10)).dim == 10


def test_a_step_size_with_digits_is_taken_back() -> None:
    options: dict[str, Any] = {"alpha": 1, "dim": 100, "steps": 5}
    own = theory.step_size("sd", **options, digits=30)
    best = theory.relative_error("sd", **options)
    assert theory.relative_error("sd", **options, step_size=own) == pytest.approx(best, rel=1e-15)


def test_what_is_accepted() -> None:
    want = theory.relative_error("gd", **GD, steps=5)
    for alpha in (1.0, "1", Fraction(1), np.float64(1.0), " 1 "):
        assert theory.relative_error("gd", alpha=alpha, dim=np.int64(100), steps=np.int32(5)) == want
    for steps in (
        [5, 5],
        (5, 5),
        np.array([5, 5]),
        iter([5, 5]),
        (5 for _ in range(2)),
        {"a": 5, "b": 5}.values(),
    ):
        assert theory.relative_error("gd", **GD, steps=steps) == [want, want]
    assert theory.relative_error("gd", **GD, steps=[]) == []
    assert theory.relative_error("gd", **GD, steps=range(1)) == [1.0]
    assert theory.iterations("gd", **GD, epsilon=np.float64(0.5)) == theory.iterations(
        "gd", **GD, epsilon="1/2"
    )
    # Floats are the binary fractions they store: 0.1 lies above one tenth.
    assert theory.law("sd", alpha=0.5).regime == "α = ½"
    assert theory.iterations("gd", **GD, epsilon=np.array([0.5, 0.25])) == theory.iterations(
        "gd", **GD, epsilon=[0.5, 0.25]
    )


@pytest.mark.parametrize(
    ("call", "name", "last", "beyond"),
    [
        (lambda n: theory.relative_error("gd", alpha=1, dim=n, steps=2), "dim", 1, -1),
        (lambda n: theory.relative_error("sd", alpha=1, dim=n, steps=2), "dim", 1, -1),
        (lambda n: theory.relative_error("gd", alpha=1, dim=10, steps=n), "steps", 0, -1),
        (lambda n: theory.relative_error("sd", alpha=1, dim=10, steps=n), "steps", 0, -1),
        (lambda n: MEAN(steps=n), "steps", 1, -1),
        (lambda n: theory.relative_error("gd", alpha=1, dim=10, steps=2, digits=n), "digits", 1, -1),
        (lambda n: theory.relative_error("gd", alpha=1, dim=10, steps=2, digits=n), "digits", 10_000, 1),
        (lambda n: theory.iterations("gd", alpha=1, dim=10, epsilon="1/2", digits=n), "digits", 1, -1),
        (lambda n: theory.step_size("sd", alpha=1, dim=10, steps=n), "steps", 1, -1),
        (lambda n: theory.step_size("gd", alpha=1, dim=10, steps=n), "steps", 1, -1),
        (lambda n: sd_floor(alpha=1, dim=n, steps=1), "dim", 2, -1),
        (lambda n: sd_floor(alpha=1, dim=10, steps=n), "steps", 0, -1),
    ],
)
def test_the_last_is_accepted_and_the_next_is_not(
    call: Callable[[int], Any], name: str, last: int, beyond: int
) -> None:
    call(last)
    with pytest.raises(ValueError, match=rf"^{name}={last + beyond} [^\n]*$"):
        call(last + beyond)
