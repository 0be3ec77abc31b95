"""Figure 8 and the statements about cross-entropy: against runs of their own."""

import math
from itertools import pairwise

import numpy as np
import pytest

from numerics import BigramProblem, cross_entropy
from reports.comparisons import figures_cross_entropy as measured
from reports.figures import fig_8
from theory.cross_entropy import gd_limit, sd_floor, words_on_top
from theory.power_law import PowerLaw


@pytest.fixture(scope="module")
def data():
    return fig_8.data()


def of(data, optimizer):
    return [curve for curve in data["curves"] if curve["optimizer"] == optimizer]


@pytest.mark.parametrize("optimizer", ["gd", "sd"])
def test_a_curve_is_what_training_gives(data, optimizer):
    """At d = 100, by the d×d run itself with the step size found for that horizon."""
    curve = next(curve for curve in of(data, optimizer) if curve["dim"] == 100)
    problem = BigramProblem.power_law(1, 100, seed=8)
    for index in (2, 7):
        steps = curve["steps"][index]
        eta = cross_entropy.best_step_size(optimizer, alpha=1, dim=100, steps=steps)
        run = problem.train(optimizer, steps=steps, step_size=eta, loss="cross-entropy")
        assert curve["simulated"][index] == pytest.approx(run.relative_errors[-1], rel=1e-9)


def test_gradient_descent_leaves_the_law_of_the_square_loss(data):
    """As the caption says: the distance from 1 - τ grows from d = 10³ on, that from the expected limit shrinks."""
    gaps = {}
    for curve in of(data, "gd"):
        law = np.interp(np.log(curve["steps"]), [0, math.log(curve["dim"]), 99], [1, 0, 0])
        np.testing.assert_allclose(curve["limit"], law, atol=1e-12)
        error = float(np.interp(0.5, curve["time"], curve["simulated"]))
        gaps[curve["dim"]] = error - 0.5, gd_limit(0.5) - error
    dims = sorted(gaps)
    assert all(gaps[b][0] > gaps[a][0] > 0 for a, b in pairwise(dims[1:]))
    assert all(0 < gaps[b][1] < gaps[a][1] for a, b in pairwise(dims))


def test_expected_limit_is_the_mean_over_rows():
    """∫ (1 - (τ - x)⁺)²⁺ dx over [0, 1], by the midpoint rule; the integrand has slopes up to 2."""
    x = (np.arange(10**5) + 0.5) / 10**5
    for tau in (0.0, 0.3, 1.0, 1.4, 1.99, 2.5):
        share = np.clip(1 - np.clip(tau - x, 0, None), 0, None) ** 2
        assert gd_limit(tau) == pytest.approx(float(share.mean()), abs=1e-9)
    with pytest.raises(ValueError, match=r"^tau=-1 is out of range"):
        gd_limit(-1)


def test_exponents_of_the_expected_limit_stand_in_the_note():
    from theory import statement

    note = statement("fig-8").note
    for epsilon, exponent in ((0.5, "0.83"), (0.3, "1.03"), (0.2, "1.16")):
        low, high = 0.0, 2.0
        while high - low > 1e-9:
            middle = (low + high) / 2
            low, high = (middle, high) if gd_limit(middle) > epsilon else (low, middle)
        assert f"{low:.2f}" == exponent
        assert f"d^{exponent}" in note


@pytest.mark.parametrize(("alpha", "dim"), [("1", 30), ("1/2", 60), ("2", 40), ("1", 400)])
def test_no_step_size_gets_below_the_floor(alpha, dim):
    """100 step sizes over six decades, of which the largest do not settle; and the words on top do go up."""
    etas = np.geomspace(1e-3, 1e3, 100)
    for steps in (1, 2, 3):
        floor = sd_floor(alpha=alpha, dim=dim, steps=steps)
        errors = [
            cross_entropy.relative_error("sd", alpha=alpha, dim=dim, steps=steps, step_size=eta)
            for eta in etas
        ]
        assert min(errors) >= floor
    problem = BigramProblem.power_law(float(PowerLaw(alpha, dim).alpha), dim)
    on_top = words_on_top(PowerLaw(alpha, dim), 2)
    assert on_top >= 1
    for eta in (0.05, 0.7, 20.0):
        counts = problem.train("sd", steps=2, step_size=eta, loss="cross-entropy").weights / eta
        order = np.argsort(-problem.conditionals, axis=1)
        first = np.take_along_axis(counts, order, axis=1)[:, :on_top]
        assert np.all(np.round(first) == 2)


def test_steps_between_two_horizons():
    assert measured.crossing([1, 10], [1.0, 0.01], 0.1) == pytest.approx(math.sqrt(10))
    with pytest.raises(ValueError, match=r"^epsilon=0\.001 is not crossed between 1 and 10 steps"):
        measured.crossing([1, 10], [1.0, 0.01], 0.001)


def test_growth_is_that_of_all_horizons():
    """The horizons 20 % apart and interpolated against every horizon, where steps are many."""
    errors = cross_entropy.relative_error("gd", alpha=1, dim=316, steps=range(201))
    first = int(np.argmax(errors <= 0.3))
    dims, steps, _ = measured.gd_growth("3/10")
    assert first - 1 < steps[dims.index(316)] <= first


def test_exponents_are_drawn(data):
    texts = [text.get_text() for text in fig_8.draw(data).axes[3].get_legend().get_texts()]
    assert [f"{row['exponent']:.3f}" in text for row, text in zip(data["growth"], texts, strict=True)] == [
        True
    ] * 7
