"""Simulation and prediction agree, to the digits that each promises, across random α, d, ε, t and step sizes.

``theory`` sums balls or bisects on signs in exact arithmetic; ``numerics`` adds floats over all d words, or trains the
d×d matrix. They share no code. Tolerances are bounds of the rounding of the floats; that each property can fail is
seen on a theory that is shifted by a little.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

import numerics
import theory

ALPHAS = st.fractions(min_value=Fraction(1, 50), max_value=6, max_denominator=100)
DIMS = st.integers(min_value=2, max_value=20_000)
SMALL = st.integers(min_value=2, max_value=30)
EPSILONS = st.fractions(Fraction(1, 50), Fraction(49, 50))
#: c = ηπ₁ of gd.
RATIOS = st.fractions(Fraction(1, 20), Fraction(39, 20), max_denominator=40)
#: Tη/π₁ of sd. With 61 in the numerator, and not in T, no quotient |δ(0)|/η is an integer: nothing hangs on a tie.
GENERIC = st.integers(62, 1200).filter(lambda q: q % 61).map(lambda q: Fraction(61, q))
HORIZONS = st.integers(1, 3_000).filter(lambda T: T % 61)
DYNAMICS = st.sampled_from(["simplified", "iterated"])
PARITIES = st.sampled_from(["even", "odd", "mean"])
MANY = 10**6


@given(
    alpha=ALPHAS,
    dim=DIMS,
    log_t=st.floats(0, 2),
    share=st.integers(0, 5),
    ratio=RATIOS | st.just(Fraction(1)),
)
@example(alpha=Fraction(1), dim=20_000, log_t=1.0, share=0, ratio=Fraction(1)).via("Zipf's law")
@example(alpha=Fraction(1, 2), dim=10_000, log_t=1.2, share=1, ratio=Fraction(1)).via("the square-root law")
@example(alpha=Fraction(2), dim=50, log_t=0.5, share=0, ratio=Fraction(4, 3)).via("a factor near 0")
def test_gd(alpha: Fraction, dim: int, log_t: float, share: int, ratio: Fraction, rounding_of: Any) -> None:
    steps = min(int(float(dim) ** (float(alpha) * log_t)) + share, 10**7)
    query = {"alpha": alpha, "dim": dim, "steps": steps, "step_ratio": ratio}
    predicted = theory.relative_error("gd", digits=20, **query)
    budget = rounding_of.gd(alpha, dim, steps, ratio=ratio)
    assert abs(float(predicted - numerics.relative_error("gd", **query))) <= budget


@given(alpha=ALPHAS, dim=DIMS, epsilon=EPSILONS, ratio=RATIOS | st.just(Fraction(1)))
def test_gd_iterations(
    alpha: Fraction, dim: int, epsilon: Fraction, ratio: Fraction, rounding_of: Any
) -> None:
    query = {"alpha": alpha, "dim": dim, "step_ratio": ratio}
    predicted = theory.iterations("gd", epsilon=epsilon, **query)
    assume(predicted <= MANY)
    simulated = numerics.iterations("gd", epsilon=epsilon, **query)
    if simulated != predicted:  # only where the error meets ε within rounding
        steps = min(simulated, predicted)
        error = theory.relative_error("gd", steps=steps, **query)
        assert abs(simulated - predicted) == 1
        assert abs(error - float(epsilon)) <= rounding_of.gd(alpha, dim, steps, ratio=ratio)


@given(alpha=ALPHAS, dim=DIMS, steps=st.integers(1, 3_000))
@example(alpha=Fraction(1), dim=10_000, steps=50).via("a tie at φ = 2")
@example(alpha=Fraction(1, 2), dim=10_000, steps=20).via("the square-root law")
def test_sd_best_step(alpha: Fraction, dim: int, steps: int, rounding_of: Any) -> None:
    query = {"alpha": alpha, "dim": dim, "steps": steps}
    predicted = theory.relative_error("sd", **query)
    simulated = numerics.relative_error("sd", **query)
    assert predicted - 2 * rounding_of.sd(alpha, dim, predicted) <= simulated
    assert simulated <= predicted + rounding_of.best_sd(alpha, dim, predicted)


@given(alpha=ALPHAS, dim=st.integers(10, 5_000), epsilon=EPSILONS)
def test_sd_iterations(alpha: Fraction, dim: int, epsilon: Fraction, rounding_of: Any) -> None:
    query = {"alpha": alpha, "dim": dim}
    predicted = theory.iterations("sd", epsilon=epsilon, **query)
    simulated = numerics.iterations("sd", epsilon=epsilon, **query)
    if simulated != predicted:  # only where the error meets ε within rounding
        error = theory.relative_error("sd", steps=min(simulated, predicted), **query)
        assert abs(simulated - predicted) == 1
        assert abs(error - float(epsilon)) <= rounding_of.best_sd(alpha, dim, error)


@given(alpha=ALPHAS, dim=DIMS, steps=HORIZONS, ratio=GENERIC, dynamics=DYNAMICS)
def test_sd_at_a_fixed_step(
    alpha: Fraction, dim: int, steps: int, ratio: Fraction, dynamics: str, rounding_of: Any
) -> None:
    query = {"alpha": alpha, "dim": dim, "steps": steps, "step_ratio": ratio, "dynamics": dynamics}
    predicted = theory.relative_error("sd", **query)
    assert abs(predicted - numerics.relative_error("sd", **query)) <= rounding_of.sd(alpha, dim, predicted)


@given(alpha=ALPHAS, dim=DIMS, steps=HORIZONS.filter(lambda T: (T + 1) % 61), ratio=GENERIC)
def test_sd_mean_of_two_parities(
    alpha: Fraction, dim: int, steps: int, ratio: Fraction, rounding_of: Any
) -> None:
    """The step is that of T and so generic for T + 1, too."""
    query = {"alpha": alpha, "dim": dim, "steps": steps, "step_ratio": ratio}
    predicted = theory.relative_error("sd", dynamics="iterated", parity="mean", **query)
    simulated = numerics.relative_error("sd", dynamics="iterated", parity="mean", **query)
    assert abs(predicted - simulated) <= rounding_of.sd(alpha, dim, predicted)


@given(alpha=ALPHAS, dim=st.integers(2, 3_000), steps=st.integers(3, 300), ratio=GENERIC, parity=PARITIES)
def test_sd_iterations_of_the_true_update(
    alpha: Fraction, dim: int, steps: int, ratio: Fraction, parity: str
) -> None:
    """Halfway between the errors after T and T - 2 steps no rounding decides where the target is reached."""
    steps += parity != "mean" and (steps % 2 == 0) is not (parity == "even")
    query: dict[str, Any] = {"alpha": alpha, "dim": dim, "dynamics": "iterated"}
    # The float of the step is the same number to both sides.
    query["step_size"] = float(ratio) * theory.step_size("sd", alpha=alpha, dim=dim, steps=steps)
    mean = {"parity": "mean"} if parity == "mean" else {}
    before, reached = (theory.relative_error("sd", steps=t, **mean, **query) for t in (steps - 2, steps))
    assume(reached * (1 + 1e-9) < before < 1)
    target = {"epsilon": (before + reached) / 2, "parity": parity}
    predicted = theory.iterations("sd", **target, **query)
    assert predicted == numerics.iterations("sd", **target, **query)
    assert predicted == steps or (parity == "mean" and predicted == steps - 1)


@given(dim=DIMS, steps=st.integers(1, 500), denominator=st.integers(1, 30))
def test_sd_at_ties(dim: int, steps: int, denominator: int, rounding_of: Any) -> None:
    """With α = 1 and u = 1/q the coordinate k = q is hit exactly and must cost nothing."""
    ratio = Fraction(1, denominator)
    query = {"alpha": 1, "dim": dim, "steps": steps, "step_ratio": ratio}
    predicted = theory.relative_error("sd", **query)
    assert abs(predicted - numerics.relative_error("sd", **query)) <= rounding_of.sd(1, dim, predicted)
    total = sum(Fraction(1, k * k) for k in range(1, dim + 1)) if dim <= 300 else None
    if total is not None:
        moving = min(denominator, dim)
        loss = sum((Fraction(1, k) - ratio) ** 2 for k in range(1, moving + 1))
        loss += (dim - moving) * ratio**2 / (4 * steps**2)
        assert predicted == float(loss / total)


@given(alpha=ALPHAS, dim=SMALL, steps=st.integers(1, 60), ratio=RATIOS, seed=st.integers(0, 99))
def test_gd_really_trained(
    alpha: Fraction, dim: int, steps: int, ratio: Fraction, seed: int, rounding_of: Any
) -> None:
    problem = numerics.BigramProblem.power_law(alpha, dim, seed=seed)
    run = problem.train("gd", steps=steps, step_size=float(ratio) / float(problem.frequencies[0]))
    predicted = theory.relative_error("gd", alpha=alpha, dim=dim, steps=steps, step_ratio=ratio)
    budget = rounding_of.training(alpha, dim, steps, predicted, ratio=ratio)
    assert abs(predicted - run.relative_errors[-1]) <= budget


@given(
    alpha=ALPHAS,
    dim=SMALL,
    steps=st.integers(1, 60),
    ratio=GENERIC,
    dynamics=DYNAMICS,
    seed=st.integers(0, 99),
)
def test_sd_really_trained(
    alpha: Fraction, dim: int, steps: int, ratio: Fraction, dynamics: str, seed: int, rounding_of: Any
) -> None:
    problem = numerics.BigramProblem.power_law(alpha, dim, seed=seed)
    step = float(ratio) * float(problem.frequencies[0]) / steps
    run = problem.train("sd", steps=steps, step_size=step, dynamics=dynamics)
    predicted = theory.relative_error(
        "sd", alpha=alpha, dim=dim, steps=steps, step_ratio=ratio, dynamics=dynamics
    )
    budget = rounding_of.sd(alpha, dim, predicted, terms=dim**2)
    assert abs(predicted - run.relative_errors[-1]) <= budget


SHIFTED: dict[str, tuple[Callable[..., None], dict[str, Any]]] = {
    "gd": (test_gd, {"log_t": 0.7, "share": 1, "ratio": Fraction(3, 2), "dim": 20_000}),
    "gd iterations": (test_gd_iterations, {"epsilon": Fraction(1, 3), "ratio": Fraction(1), "dim": 500}),
    "sd": (test_sd_best_step, {"steps": 40, "dim": 2_000}),
    "sd iterations": (test_sd_iterations, {"epsilon": Fraction(1, 5), "dim": 500}),
    "simplified": (
        test_sd_at_a_fixed_step,
        {"steps": 30, "dim": 900, "ratio": Fraction(61, 99), "dynamics": "simplified"},
    ),
    "iterated": (
        test_sd_at_a_fixed_step,
        {"steps": 30, "dim": 900, "ratio": Fraction(61, 99), "dynamics": "iterated"},
    ),
    "mean": (test_sd_mean_of_two_parities, {"steps": 30, "dim": 900, "ratio": Fraction(61, 99)}),
    "iterated iterations": (
        test_sd_iterations_of_the_true_update,
        {"steps": 30, "dim": 300, "ratio": Fraction(61, 99), "parity": "even"},
    ),
    "gd trained": (test_gd_really_trained, {"steps": 4, "dim": 20, "ratio": Fraction(3, 2), "seed": 1}),
    "sd trained": (
        test_sd_really_trained,
        {"steps": 30, "dim": 20, "ratio": Fraction(61, 99), "seed": 1, "dynamics": "iterated"},
    ),
}


@pytest.mark.parametrize("alpha", [Fraction(1, 3), Fraction(1), Fraction(8, 5)], ids=str)
@pytest.mark.parametrize("name", SHIFTED)
def test_a_shifted_theory_fails(
    name: str, alpha: Fraction, monkeypatch: pytest.MonkeyPatch, rounding_of: Any
) -> None:
    """Each property holds of the theory as it is, and of none at an exponent larger by 1e-9 or a step off."""
    test, case = SHIFTED[name]
    inner = test.hypothesis.inner_test  # type: ignore[attr-defined]
    case = {"alpha": alpha, **case}
    if "rounding_of" in inner.__code__.co_varnames:
        case["rounding_of"] = rounding_of
    monkeypatch.setitem(globals(), "assume", lambda holds: holds or pytest.fail("the case is outside"))
    inner(**case)
    error, count = theory.relative_error, theory.iterations

    def shifted(optimizer: str, *, alpha: Fraction, **query: Any) -> Any:
        return error(optimizer, alpha=alpha + Fraction(1, 10**9), **query)

    monkeypatch.setattr(theory, "relative_error", shifted)
    monkeypatch.setattr(theory, "iterations", lambda *query, **options: count(*query, **options) + 1)
    with pytest.raises(AssertionError):
        inner(**case)
