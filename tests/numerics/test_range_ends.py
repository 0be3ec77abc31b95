"""The last number that is accepted, and the first that is not, with its name and its value in the message."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

import numerics
from numerics import BigramProblem, Case, cross_entropy, sign_variants
from numerics.closed_form import Distances
from numerics.cross_entropy_gd import words
from numerics.cross_entropy_sd import Levels
from numerics.power_law import power_law_frequencies
from numerics.rank_quadrature import rank_quadrature
from numerics.sources import builtin_text
from numerics.text import BigramTable, read_bigrams
from numerics.zipf import fit_zipf

TEXT = ["a rose is a rose is a rose is what a rose is a a"]


@cache
def help_text() -> BigramTable:
    return read_bigrams(builtin_text("pydoc-topics"), vocab_size=60)


def distances() -> Distances:
    frequencies = power_law_frequencies(1, 10)
    return Distances(frequencies, 0 * frequencies + 1, 0.0)


def problem() -> BigramProblem:
    return BigramProblem.power_law(alpha=1, dim=10)


def error(optimizer: str = "gd", **changes: Any) -> Any:
    return numerics.relative_error(optimizer, **{"alpha": 1, "dim": 10, "steps": 3} | changes)


#: What is called, the name of the number, the last one accepted, the step beyond it.
ENDS: dict[str, tuple[Callable[[Any], Any], str, int, int]] = {
    "power_law_frequencies": (lambda n: power_law_frequencies(1, n), "dim", 1, -1),
    "relative_error gd": (lambda n: error(dim=n), "dim", 1, -1),
    "relative_error sd": (lambda n: error("sd", dim=n), "dim", 1, -1),
    "relative_error steps": (lambda n: error(steps=n), "steps", 0, -1),
    "relative_error most steps": (lambda n: error(steps=n), "steps", 2**53, 1),
    "relative_error steps in a list": (lambda n: error(steps=[3, n]), "steps", 0, -1),
    "relative_error most steps in a list": (lambda n: error(steps=[3, n]), "steps", 2**53, 1),
    "best_step_size": (lambda n: numerics.best_step_size("sd", alpha=1, dim=10, steps=n), "steps", 0, -1),
    "best_step_size most": (
        lambda n: numerics.best_step_size("sd", alpha=1, dim=10, steps=n),
        "steps",
        2**53,
        1,
    ),
    "power_law": (lambda n: BigramProblem.power_law(alpha=1, dim=n), "dim", 1, -1),
    "power_law seed": (lambda n: BigramProblem.power_law(alpha=1, dim=10, seed=n), "seed", 0, -1),
    "train": (lambda n: problem().train("gd", steps=n), "steps", 0, -1),
    "estimate": (lambda n: problem().estimate("gd", steps=n), "steps", 0, -1),
    "Case": (lambda n: Case("gd", alpha=1, dim=n, steps=1), "dim", 1, -1),
    "Case cross-entropy": (
        lambda n: Case("gd", alpha=1, dim=n, steps=1, loss="cross-entropy").run(),
        "dim",
        2,
        -1,
    ),
    "cross_entropy gd": (
        lambda n: cross_entropy.relative_error("gd", alpha=1, dim=n, steps=2),
        "dim",
        2,
        -1,
    ),
    "cross_entropy best_step_size": (
        lambda n: cross_entropy.best_step_size("sd", alpha=1, dim=10, steps=n),
        "steps",
        0,
        -1,
    ),
    "words": (lambda n: words(1, n), "dim", 2, -1),
    "Levels": (lambda n: Levels(1, n), "dim", 2, -1),
    "rank_quadrature": (rank_quadrature, "dim", 1, -1),
    "rank_quadrature most": (rank_quadrature, "dim", 2**53, 1),
    "schedule": (lambda n: sign_variants.schedule("linear", n), "steps", 1, -1),
    "gaussian_start": (lambda n: sign_variants.gaussian_start(distances(), scale=1, seed=n), "seed", 0, -1),
    "harmonic_errors": (lambda n: sign_variants.harmonic_errors(distances(), steps=n), "steps", 1, -1),
    "read_bigrams vocab_size": (lambda n: read_bigrams(TEXT, vocab_size=n), "vocab_size", 1, -1),
    "read_bigrams blocks": (lambda n: read_bigrams(TEXT, vocab_size=3, blocks=n), "blocks", 2, -1),
    "restricted": (lambda n: read_bigrams(TEXT, vocab_size=3).restricted(n), "vocab_size", 1, -1),
    "restricted, all": (lambda n: read_bigrams(TEXT, vocab_size=3).restricted(n), "vocab_size", 3, 1),
    "fit_zipf draws": (
        lambda n: fit_zipf(help_text(), draws=n),
        "draws",
        19,
        -1,
    ),
    "fit_zipf seed": (
        lambda n: fit_zipf(help_text(), draws=19, seed=n),
        "seed",
        0,
        -1,
    ),
}


@pytest.mark.parametrize("name", ENDS)
def test_the_last_is_accepted_and_the_next_is_not(name: str) -> None:
    call, argument, last, beyond = ENDS[name]
    call(last)
    with pytest.raises(ValueError, match=rf"^{argument}={last + beyond} [^\n]*$"):
        call(last + beyond)


def test_no_steps_leave_all_the_error() -> None:
    for optimizer in ("gd", "sd"):
        assert problem().train(optimizer, steps=0).relative_errors.tolist() == [1.0]
        assert numerics.relative_error(optimizer, alpha=1, dim=10, steps=0) == 1.0


@pytest.mark.parametrize("optimizer", ["gd", "sd"])
def test_the_smallest_step_is_the_least_normal_float(optimizer: str) -> None:
    least = sys.float_info.min
    assert error(optimizer, step_size=least) == 1.0
    with pytest.raises(ValueError, match=r"^step_size=[^\n]* pass at least 2\.23e-308$"):
        error(optimizer, step_size=least / 2)
