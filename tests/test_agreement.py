"""Simulation and prediction agree, to the digits that each promises, across random α, d, ε and t.

``theory`` sums balls or bisects on signs in exact arithmetic; ``numerics`` adds floats over all d words. They share
no code.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import numerics
import theory

EPS = np.finfo(float).eps
ALPHAS = st.fractions(min_value=Fraction(1, 50), max_value=6, max_denominator=100)
DIMS = st.integers(min_value=2, max_value=20_000)


def gd_budget(alpha: float, dim: int, steps: int) -> float:
    """Rounding of Σ x exp(2t log1p(-x)) / H in floats, x = k^-α.

    The floats of α and of the power move x by (1 + α log k) eps, log1p multiplies a relative error of x by
    K = x / ((1 - x) |log(1 - x)|), and adds an eps of its own as the product does: an exponent y is off by
    ((1 + α log k) K + 3) eps |y| and its term by as much; x, exp and the sum in chunks add a few eps more.
    """
    k = np.arange(1.0, dim + 1)
    x = k**-alpha
    inner = x < 1.0
    x, drift = x[inner], 1.0 + alpha * np.log(k[inner])
    logs = -np.log1p(-x)
    exponents = 2 * steps * logs
    terms = x * np.exp(-exponents) * (exponents * (drift * x / ((1 - x) * logs) + 3) + drift + 16)
    total = EPS * np.sum(terms) / np.sum(k**-alpha)
    return float(total) + 16 * EPS * (steps == 0) + 1e-300


@given(alpha=ALPHAS, dim=DIMS, log_t=st.floats(0, 2), share=st.integers(0, 5))
@example(alpha=Fraction(1), dim=20_000, log_t=1.0, share=0).via("Zipf's law")
@example(alpha=Fraction(1, 2), dim=10_000, log_t=1.2, share=1).via("the square-root law")
def test_gd_simulated_and_certified(alpha: Fraction, dim: int, log_t: float, share: int) -> None:
    steps = min(int(float(dim) ** (float(alpha) * log_t)) + share, 10**7)
    predicted = theory.relative_error("gd", alpha=alpha, dim=dim, steps=steps, digits=20)
    simulated = numerics.relative_error("gd", alpha=float(alpha), dim=dim, steps=steps)
    budget = gd_budget(float(alpha), dim, steps)
    assert abs(float(predicted) - simulated) <= budget
    twin = numerics.relative_error("gd", alpha=float(alpha) + 1e-6, dim=dim, steps=steps)
    if 0.01 < simulated < 0.99:
        assert abs(float(predicted) - twin) > budget


@given(alpha=ALPHAS, dim=DIMS, ratio=st.fractions(Fraction(1, 20), Fraction(39, 20), max_denominator=40))
def test_gd_at_other_steps(alpha: Fraction, dim: int, ratio: Fraction) -> None:
    predicted = theory.relative_error("gd", alpha=alpha, dim=dim, steps=25, step_ratio=ratio)
    simulated = numerics.relative_error("gd", alpha=float(alpha), dim=dim, steps=25, step_ratio=float(ratio))
    # Near the zero of 1 - c k^-α the factor has a large relative, but a small absolute error: 50 factors of eps each.
    assert simulated == pytest.approx(
        predicted, rel=200 * EPS * (1 + float(alpha) * np.log(dim)), abs=200 * EPS
    )


def sd_budget(alpha: float, dim: int) -> float:
    """Rounding of H₂ - 2uH₁ + u²m by prefix sums, relative to H(d, 2α): each part is at most a few H₂(d)."""
    return EPS * (16 + 8 * np.log2(dim)) * (1 + alpha * np.log(dim))


@given(alpha=ALPHAS, dim=DIMS, steps=st.integers(1, 3_000))
@example(alpha=Fraction(1), dim=10_000, steps=50).via("a tie at φ = 2")
@example(alpha=Fraction(1, 2), dim=10_000, steps=20).via("the square-root law")
def test_sd_best_step_simulated_and_certified(alpha: Fraction, dim: int, steps: int) -> None:
    predicted = theory.relative_error("sd", alpha=alpha, dim=dim, steps=steps)
    simulated = numerics.relative_error("sd", alpha=float(alpha), dim=dim, steps=steps)
    assert abs(predicted - simulated) <= sd_budget(float(alpha), dim)


@given(dim=DIMS, steps=st.integers(1, 500), denominator=st.integers(1, 30))
def test_sd_at_ties(dim: int, steps: int, denominator: int) -> None:
    """With α = 1 and u = 1/q the coordinate k = q is hit exactly and must cost nothing."""
    ratio = Fraction(1, denominator)
    predicted = theory.relative_error("sd", alpha=1, dim=dim, steps=steps, step_ratio=ratio)
    simulated = numerics.relative_error("sd", alpha=1.0, dim=dim, steps=steps, step_ratio=float(ratio))
    assert abs(predicted - simulated) <= sd_budget(1.0, dim) * max(1.0, predicted)
    total = sum(Fraction(1, k * k) for k in range(1, dim + 1)) if dim <= 300 else None
    if total is not None:
        moving = min(denominator, dim)
        loss = sum((Fraction(1, k) - ratio) ** 2 for k in range(1, moving + 1))
        loss += (dim - moving) * ratio**2 / (4 * steps**2)
        assert predicted == float(loss / total)


@given(alpha=ALPHAS, dim=st.integers(10, 5_000), epsilon=st.fractions(Fraction(1, 50), Fraction(49, 50)))
def test_iterations_agree(alpha: Fraction, dim: int, epsilon: Fraction) -> None:
    for optimizer in ("gd", "sd"):
        exact = theory.iterations(optimizer, alpha=alpha, dim=dim, epsilon=epsilon)
        if exact > 10**6:
            continue
        simulated = numerics.iterations(optimizer, alpha=float(alpha), dim=dim, epsilon=float(epsilon))
        if simulated != exact:  # only where the error meets ε within rounding
            step = min(simulated, exact)
            error = theory.relative_error(optimizer, alpha=alpha, dim=dim, steps=step)
            assert abs(simulated - exact) == 1
            assert abs(error - float(epsilon)) <= sd_budget(float(alpha), dim)
