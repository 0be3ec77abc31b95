"""Theory against simulation at the parameters of this run: ``pytest --alpha 0.9 --max-dim 1e6 --text novel.txt``.

Without options: an exponent for every regime of both theorems at d up to 1000, and the English text that comes with
CPython. Every tolerance is a bound of rounding errors, and in every comparison a theory that is off by a little fails.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest

import numerics
import theory
from numerics.decoding import BORDER
from numerics.sources import file_text
from numerics.tokens import words
from reports.comparisons.limits import DIGITS, correction, gap_row, nearest
from reports.evidence import Evidence
from reports.judge import judge
from reports.pytest_plugin import PARAMETERS

#: No word of a power law is an odd or even number of such steps away: 61 divides none of the horizons.
GENERIC = Fraction(61, 67)
HORIZONS = (1, 7, 30, 101, 1000)
DENSE = 100
"""Up to this d the d×d matrix is really trained."""
SEEN = 1e-6
"""Down to this relative error a step more or less must show."""
MOST_STEPS = 2**50
MOST_WORDS = 500


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    found = metafunc.config.stash[PARAMETERS]
    if "alpha" in metafunc.fixturenames:
        metafunc.parametrize("alpha", found.alphas, ids=lambda alpha: f"alpha={alpha}")
    if "dim" in metafunc.fixturenames:
        metafunc.parametrize("dim", found.dims, ids=lambda dim: f"d={dim}")


@pytest.fixture
def simulated(parameters):
    """``numerics`` on the backend of this run."""

    def ask(name: str, optimizer: str, **options: Any) -> Any:
        return getattr(numerics, name)(optimizer, backend=parameters.backend, **options)

    return ask


@pytest.mark.parametrize("ratio", [Fraction(1, 2), Fraction(1), Fraction(7, 4)], ids=lambda c: f"c={c}")
def test_gradient_descent(alpha, dim, ratio, simulated, parameters, rounding_of):
    steps = sorted({1, 10, 100, *(int(dim ** (float(alpha) * share)) for share in (0.5, 1) if alpha < 9)})
    steps = [t for t in steps if 1 <= t <= MOST_STEPS]
    options = {"alpha": alpha, "dim": dim, "step_ratio": ratio}
    found = simulated("relative_error", "gd", steps=steps, **options)
    certified = theory.relative_error("gd", steps=steps, digits=25, **options)
    late = theory.relative_error("gd", steps=[t + 1 for t in steps], digits=25, **options)
    for t, value, truth, twin in zip(steps, found, certified, late, strict=True):
        budget = rounding_of.gd(alpha, dim, t, ratio=ratio, backend=parameters.backend)
        assert abs(float(truth - value)) <= budget, (t, float(truth), value)
        if truth > SEEN:
            assert abs(float(twin - value)) > budget, f"a step late is not seen at t = {t}"


@pytest.mark.parametrize("steps", HORIZONS, ids=lambda T: f"T={T}")
def test_best_step_of_simplified_sign_descent(alpha, dim, steps, simulated, parameters, rounding_of):
    options = {"alpha": alpha, "dim": dim, "steps": steps}
    found = simulated("relative_error", "sd", **options)
    truth = theory.relative_error("sd", **options)
    slack = {"backend": parameters.backend}
    assert truth - 2 * rounding_of.sd(alpha, dim, truth, **slack) <= found
    assert found <= truth + rounding_of.best_sd(alpha, dim, truth, **slack)
    twin = theory.relative_error("sd", **{**options, "dim": dim + 1})
    if SEEN < truth < 1 - SEEN:
        assert found < twin - 2 * rounding_of.sd(alpha, dim, twin, **slack), "one word more is not seen"


@pytest.mark.parametrize("dynamics", ["simplified", "iterated"])
@pytest.mark.parametrize("steps", HORIZONS, ids=lambda T: f"T={T}")
def test_sign_descent_at_a_fixed_step(alpha, dim, steps, dynamics, simulated, parameters, rounding_of):
    options = {"alpha": alpha, "dim": dim, "dynamics": dynamics}
    found = simulated("relative_error", "sd", steps=steps, step_ratio=GENERIC, **options)
    truth = theory.relative_error("sd", steps=steps, step_ratio=GENERIC, **options)
    budget = rounding_of.sd(alpha, dim, truth, backend=parameters.backend)
    assert abs(found - truth) <= budget
    twin = theory.relative_error("sd", steps=steps, step_ratio=GENERIC * (1 - Fraction(1, 10**9)), **options)
    assert abs(found - twin) > budget, "a step shorter by 1e-9 is not seen"
    if dim <= DENSE:
        problem = numerics.BigramProblem.power_law(alpha, dim, seed=0)
        step = float(GENERIC) * float(problem.frequencies[0]) / steps
        run = problem.train("sd", steps=steps, step_size=step, dynamics=dynamics)
        assert abs(run.relative_errors[-1] - truth) <= rounding_of.sd(alpha, dim, truth, terms=dim**2)


@pytest.mark.parametrize("ratio", [Fraction(1), Fraction(7, 4)], ids=lambda c: f"c={c}")
def test_gradient_descent_really_trained(alpha, ratio, rounding_of):
    problem = numerics.BigramProblem.power_law(alpha, DENSE, seed=0)
    step = float(ratio) / float(problem.frequencies[0])
    run = problem.train("gd", steps=100, step_size=step).relative_errors
    for t in (1, 10, 100):
        truth = theory.relative_error("gd", alpha=alpha, dim=DENSE, steps=t, step_ratio=ratio)
        budget = rounding_of.training(alpha, DENSE, t, truth, ratio=ratio)
        assert abs(run[t] - truth) <= budget
        if truth > SEEN:
            assert abs(run[t - 1] - truth) > budget, "a step early is not seen"


@pytest.mark.parametrize("epsilon", [Fraction(1, 2), Fraction(1, 4), Fraction(1, 10)], ids=str)
@pytest.mark.parametrize("optimizer", ["gd", "sd"])
def test_iterations(optimizer, alpha, dim, epsilon, simulated, parameters, rounding_of):
    truth = theory.iterations(optimizer, alpha=alpha, dim=dim, epsilon=epsilon)
    if truth > MOST_STEPS:
        pytest.skip(f"{truth} steps are beyond what floats count")
    found = simulated("iterations", optimizer, alpha=alpha, dim=dim, epsilon=epsilon)
    if found != truth:  # the error meets ε within rounding, between two steps
        early = min(found, truth)
        error = theory.relative_error(optimizer, alpha=alpha, dim=dim, steps=early)
        slack = {"backend": parameters.backend}
        budget = rounding_of.gd(alpha, dim, early, **slack)
        if optimizer == "sd":
            budget = rounding_of.best_sd(alpha, dim, error, **slack)
        assert abs(found - truth) == 1
        assert abs(error - float(epsilon)) <= budget


@pytest.mark.parametrize("parity", ["even", "odd", "mean"])
def test_iterations_of_iterated_sign_descent(alpha, dim, parity, simulated):
    """At the step π₁/T₀ the error after T₀ steps is reached after T₀ or before, and by both counts at once.

    The error falls from T to T + 2 by steps that are nowhere near a rounding, unless all words have arrived.
    """
    start = 30 if parity == "even" else 31
    options = {"alpha": alpha, "dim": dim, "dynamics": "iterated"}
    size = Fraction(theory.step_size("sd", alpha=alpha, dim=dim, steps=start)) * GENERIC
    mean = {"parity": parity} if parity == "mean" else {}

    def error(steps: int) -> float:
        return theory.relative_error("sd", steps=steps, step_size=size, **mean, **options)

    while (before := error(start - 2)) >= 1:  # at odd T a step may be worse than none
        size /= 4
    reached = error(start)
    # Halfway between, so that no rounding decides.
    options |= {"epsilon": Fraction((reached + before) / 2), "step_size": size, "parity": parity}
    truth = theory.iterations("sd", **options)
    if before > reached * (1 + 1e-9):
        assert truth == start - (parity == "mean" and truth < start)
    assert simulated("iterations", "sd", **options) == truth


def orders(optimizer: str, alpha: Fraction) -> tuple[Fraction, Fraction]:
    """Return the orders in 1/d of the gap to the law, and of what its first corrections leave, relative to it."""
    if optimizer == "gd":
        gap = min(alpha, 1 - alpha) if alpha < 1 else alpha - 1
        return gap, min(gap, Fraction(1)) if alpha != 1 else Fraction(1)
    if 2 * alpha < 1:
        return 1 - 2 * alpha, min(2 * alpha, 1 - 2 * alpha)
    gap = min(2 * alpha - 1, Fraction(1))
    return gap, gap if 2 * alpha != 1 else Fraction(1)


def horizon(optimizer: str, alpha: Fraction, power: int, gap: float) -> int:
    """Return steps at which the limit is at work: τ of order 1, or where the Beta form beats d^-gap by e^-25."""
    a, dim = mpmath.mpf(alpha.numerator) / alpha.denominator, mpmath.mpf(10) ** power
    if optimizer == "gd":
        if alpha < 1:
            return nearest(dim**a / 2)
        if alpha == 1:
            return nearest(dim ** mpmath.mpf("0.75") / 2)
        rate = 2 * math.pi * (1 + 1 / a) * mpmath.sin(math.pi / (2 * (a + 1)))
        return int(mpmath.ceil(((gap + 25) / rate) ** (a + 1) * math.pi / a))
    if 2 * alpha < 1:
        return 3
    if 2 * alpha == 1:
        return nearest(dim ** mpmath.mpf("0.25") / 2)
    return nearest(mpmath.sqrt(dim / 2 / (2**a - 1))) + 1


def approach(optimizer: str, alpha: Fraction, factor: Fraction = Fraction(1)) -> Evidence:
    """Gap between certified error and limit law beside the first corrections, along d; ``factor`` multiplies them."""
    gap, rest = orders(optimizer, alpha)
    logarithmic = gap == 0
    powers = (
        (3, 10, 30, 100) if logarithmic else [max(i + 1, math.ceil(i * 0.7 / rest)) for i in (2, 3, 4, 5)]
    )
    digits = DIGITS + math.ceil(gap * powers[-1])
    rows = []
    with mpmath.workdps(digits + powers[-1] + 10):
        for power in powers:
            steps = horizon(optimizer, alpha, power, float(gap) * powers[-1] * math.log(10))
            options = {"alpha": alpha, "dim": 10**power, "steps": steps, "digits": digits}
            value, law = (
                theory.relative_error(optimizer, method=m, **options) for m in ("exact", "asymptotic")
            )
            term = correction(optimizer, str(alpha), 10**power, steps) * factor.numerator / factor.denominator
            rows.append(gap_row({"d": f"10^{power}"}, value, law, term, digits=digits))
    return Evidence("thm-3.1", "at your α", "limit", "enclosure", tuple(rows))


@pytest.mark.parametrize("optimizer", ["gd", "sd"])
def test_the_limit_law_is_approached_as_derived(optimizer, alpha):
    """At this α the gap follows the derived first corrections; at d far beyond those that can be simulated."""
    if orders(optimizer, alpha)[1] < Fraction(1, 2000):
        pytest.skip(f"at alpha = {alpha} the corrections settle only beyond d = 10^7000")
    found = judge(approach(optimizer, alpha))
    assert found.outcome == "CONFIRMED", found.reason
    twin = judge(approach(optimizer, alpha, Fraction(101, 100)))
    assert twin.outcome != "CONFIRMED", "corrections larger by a hundredth are not seen"


@pytest.fixture(scope="module")
def table(parameters):
    """The text of this run, in a vocabulary that can be trained in seconds."""
    chosen = parameters.text
    # Like a text that comes with CPython, one's own has as many words as it has.
    text = (
        numerics.builtin_text("pydoc-topics") if chosen is None else replace(file_text(chosen), capped=True)
    )
    try:
        return text, numerics.read_bigrams(text, vocab_size=MOST_WORDS)
    except ValueError as error:
        pytest.fail(str(error), pytrace=False)


def test_text_every_pair_is_counted_once(table):
    text, found = table
    documents = [words(document) for document in "".join(text.pieces(lambda chunk: None)).split(BORDER)]
    kinds = Counter(itertools.chain.from_iterable(documents))
    assert (found.token_total, found.token_types) == (kinds.total(), len(kinds))
    assert found.dim == min(MOST_WORDS, len(kinds))
    assert sorted((kinds[word] for word in found.vocabulary), reverse=True) == [
        count for _, count in kinds.most_common(found.dim)
    ]
    known = {word: rank for rank, word in enumerate(found.vocabulary)}
    pairs = Counter(
        (known[a], known[b])
        for document in documents
        for a, b in itertools.pairwise(document)
        if a in known and b in known
    )
    counts = found.counts().tocoo()
    rows, columns = (axis.tolist() for axis in counts.coords)
    assert dict(zip(zip(rows, columns, strict=True), counts.data.tolist(), strict=True)) == dict(pairs)
    assert found.pair_total == pairs.total()
    halves = [np.arange(found.blocks) % 2 == side for side in (0, 1)]
    assert sum(found.counts(half.astype(int)).sum() for half in halves) == pairs.total()


def test_text_exponent(table):
    """Finite, and no other exponent near it makes the text more likely."""
    frequencies = table[1].problem().frequencies
    alpha = numerics.fit_exponent(frequencies)
    assert math.isfinite(alpha)
    assert alpha > 0
    logs = np.log(np.arange(1.0, len(frequencies) + 1))

    def likelihood(a: float) -> float:
        return float(-a * (frequencies @ logs) - np.log(np.sum(np.exp(-a * logs))))

    assert likelihood(alpha) > max(likelihood(alpha * (1 + shift)) for shift in (-1e-4, 1e-4))


@pytest.mark.parametrize(
    ("optimizer", "dynamics"), [("gd", "iterated"), ("sd", "simplified"), ("sd", "iterated")]
)
def test_text_closed_form_is_real_training(table, optimizer, dynamics, rounding_of):
    """The frequencies are the same floats on both sides, so α has no part in the rounding."""
    problem = table[1].problem()
    terms, closed = problem.conditionals.nnz, {} if optimizer == "gd" else {"dynamics": dynamics}
    step = 1 / float(problem.frequencies[0]) if optimizer == "gd" else 0.0123456789
    run = problem.train(optimizer, steps=60, step_size=step, dynamics=dynamics).relative_errors
    for t in (1, 2, 15, 60):
        found = problem.relative_error(optimizer, steps=t, step_size=step, **closed)
        budget = rounding_of.sd(Fraction(1, 10**6), problem.dim, found, terms=terms)
        if optimizer == "gd":
            units = 24 * math.log(1 / found) + 8 + rounding_of.sum(terms)
            budget = 2.0**-53 * (units * found + 16 * t * math.sqrt(found) + 64 * t**2 * 2.0**-53)
        assert abs(run[t] - found) <= budget
        if found > SEEN:
            assert abs(run[t - 1] - found) > budget, "a step early is not seen"


def test_text_steps_are_those_of_real_training(table):
    """The count is the first step of the run at which the error is at most ε; ε lies between two of its errors."""
    problem = table[1].problem()
    run = problem.train("gd", steps=40).relative_errors
    target = (run[39] + run[40]) / 2
    assert problem.iterations("gd", epsilon=target) == 40 == int(np.argmax(run <= target))
