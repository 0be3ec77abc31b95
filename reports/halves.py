"""Exponents and steps on random halves of a text: how far they would differ on another one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.exponent import fit_exponent, rank_distance
from numerics.jackknife import Estimate
from numerics.problem import BigramProblem
from numerics.text import BigramTable
from reports.methods import Method, crossing

__all__ = ["Estimate", "Halves", "centered"]

LEVEL = 0.95

Key = tuple[int, Method]
"""A vocabulary size and a method."""


@dataclass(frozen=True, slots=True, eq=False)
class Halves:
    """Exponents and steps on the text and on its random halves, for nested vocabularies.

    Attributes
    ----------
    dims : tuple of int, length n
        Increasing sizes.
    epsilon : float
    alphas : tuple of float, length n
    rank_distance : float
        Of the largest vocabulary.
    counts, crossings : dict
        Steps for a size and a method, as a count and as a real number.
    half_alphas : list, one for each replicate
        Of the largest vocabulary.
    half_crossings : dict
        As `crossings`, a list over the replicates.
    """

    dims: tuple[int, ...]
    epsilon: float
    alphas: tuple[float, ...]
    rank_distance: float
    counts: dict[Key, int]
    crossings: dict[Key, float]
    half_alphas: list[float]
    half_crossings: dict[Key, list[float]]

    @classmethod
    def draw(
        cls,
        table: BigramTable,
        methods: Mapping[int, tuple[Method, ...]],
        *,
        epsilon: float,
        replicates: int,
        seed: int,
        report: Callable[[int], None],
    ) -> Halves:
        """Solve for the methods of each size, in increasing order, on the text and on each random half."""

        def nested(weights: NDArray[np.int64] | None = None) -> dict[int, BigramProblem]:
            counts = table.counts(weights)  # a smaller vocabulary has its first rows and columns
            return {dim: BigramProblem.from_counts(counts[:dim, :dim]) for dim in methods}

        problems = nested()
        asked = [(dim, method) for dim, some in methods.items() for method in some]
        counts = {(dim, method): method.on_corpus(problems[dim], epsilon) for dim, method in asked}

        def crossings(
            problems: Mapping[int, BigramProblem], near: Mapping[Key, int], ratio: float
        ) -> dict[Key, float]:
            return {
                (dim, method): crossing(problems[dim], method, epsilon, near=near[dim, method], ratio=ratio)
                for dim, method in asked
            }

        alphas = tuple(fit_exponent(problem.frequencies) for problem in problems.values())
        largest = max(methods)
        distance = rank_distance(problems[largest].frequencies, alpha=alphas[-1])
        whole = crossings(problems, counts, 1.0)
        del problems  # with what they keep, they take as much memory as those of a half
        half_alphas: list[float] = []
        half_crossings: dict[Key, list[float]] = {key: [] for key in asked}
        rng = np.random.default_rng(seed)
        near = counts
        for done in range(replicates):
            report(done)
            weights = (rng.permutation(table.blocks) < table.blocks // 2).astype(np.int64)
            halves = nested(weights)
            half_alphas.append(fit_exponent(halves[largest].frequencies))
            found = crossings(halves, near, 1.1)
            # The next half will be much like this one.
            near = {(dim, method): method.at_least(steps) for (dim, method), steps in found.items()}
            for key, steps in found.items():
                half_crossings[key].append(steps)
            del halves
        report(replicates)
        return cls(
            dims=tuple(methods),
            epsilon=epsilon,
            alphas=alphas,
            rank_distance=distance,
            counts=counts,
            crossings=whole,
            half_alphas=half_alphas,
            half_crossings=half_crossings,
        )


def centered(value: float, replicates: Sequence[float]) -> Estimate:
    """Return an estimate with the spread of its replicates about their median."""
    tail = (1.0 - LEVEL) / 2.0
    # Weibull's plotting position: a further replicate falls outside with probability 1 - LEVEL.
    lower, middle, upper = np.quantile(np.asarray(replicates), [tail, 0.5, 1.0 - tail], method="weibull")
    return Estimate(float(value), float(value + lower - middle), float(value + upper - middle))
