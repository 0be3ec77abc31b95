"""How the steps on a text grow with its vocabulary, beside the power law fitted to each one's frequencies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from numerics.text import BigramTable
from numerics.validation import Number, integer, target
from reports.halves import Estimate, Halves, centered
from reports.methods import GROWING, Method


@dataclass(frozen=True, slots=True)
class Growth:
    """How the steps of one method grow with the vocabulary.

    Attributes
    ----------
    method : Method
    on_corpus, by_power_law : tuple of int
        Steps to ε for each vocabulary, on the text and by the power law fitted to that vocabulary's
        frequencies.
    exponent : Estimate
        Slope of log steps in log d on the text, by least squares; the interval is that of sampling, and does
        not say that the points are on a line.
    power_law_exponent : float
        The same slope for the power law's steps.
    law : float
        What it tends to as d → ∞ at α = 1; see `Method.growth`.
    """

    method: Method
    on_corpus: tuple[int, ...]
    by_power_law: tuple[int, ...]
    exponent: Estimate
    power_law_exponent: float
    law: float

    @classmethod
    def fitted(
        cls,
        method: Method,
        dims: Sequence[int],
        *,
        counts: Sequence[int],
        crossings: Sequence[float],
        halves: Sequence[Sequence[float]],
        laws: Sequence[int],
        epsilon: float,
    ) -> Growth:
        """Fit exponents to steps at several sizes: on the text as counts and as real numbers, and on its halves."""
        each = [slope(dims, half) for half in zip(*halves, strict=True)]
        return cls(
            method=method,
            on_corpus=tuple(counts),
            by_power_law=tuple(laws),
            exponent=centered(slope(dims, crossings), each),
            power_law_exponent=slope(dims, laws),
            law=method.growth(epsilon),
        )


@dataclass(frozen=True, slots=True)
class GrowthTable:
    """Steps to ε for nested vocabularies of one text.

    Attributes
    ----------
    dims : tuple of int
        Sizes of the vocabularies, increasing: the most frequent tokens each.
    alphas : tuple of float
        Exponents fitted to each one's frequencies.
    rows : tuple of Growth
    """

    dims: tuple[int, ...]
    alphas: tuple[float, ...]
    rows: tuple[Growth, ...]


def growth(
    table: BigramTable,
    *,
    vocab_sizes: Sequence[int],
    epsilon: Number,
    replicates: int = 39,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> GrowthTable:
    """Count steps for nested vocabularies of a table, at least two sizes; otherwise as `analyze`."""
    sizes = tuple(sorted({integer("vocab_sizes", size, minimum=2) for size in vocab_sizes}))
    if len(sizes) < 2:
        raise ValueError(f"vocab_sizes={list(vocab_sizes)} must hold at least two sizes: a slope needs them")
    replicates = integer("replicates", replicates, minimum=39)
    seed = integer("seed", seed, minimum=0)
    sample = drawn(
        table,
        dict.fromkeys(sizes, GROWING),
        epsilon=target(epsilon),
        replicates=replicates,
        seed=seed,
        report=lambda done: progress(done, replicates) if progress is not None else None,
    )
    return tabulated(sample, sizes)


def tabulated(sample: Halves, dims: tuple[int, ...]) -> GrowthTable:
    """Return the steps of `GROWING` over at least two sizes, with their slopes."""
    alphas = tuple(alpha for dim, alpha in zip(sample.dims, sample.alphas, strict=True) if dim in dims)
    rows = []
    for method in GROWING:
        keys = [(dim, method) for dim in dims]
        pairs = zip(alphas, dims, strict=True)
        rows.append(
            Growth.fitted(
                method,
                dims,
                counts=[sample.counts[key] for key in keys],
                crossings=[sample.crossings[key] for key in keys],
                halves=[sample.half_crossings[key] for key in keys],
                laws=[method.by_power_law(alpha, dim, sample.epsilon) for alpha, dim in pairs],
                epsilon=sample.epsilon,
            )
        )
    return GrowthTable(dims=dims, alphas=alphas, rows=tuple(rows))


def slope(dims: Sequence[int], steps: Sequence[float]) -> float:
    """Return the slope of log steps in log d, by least squares."""
    return float(np.polyfit(np.log(dims), np.log(steps), 1)[0])


def drawn(table: BigramTable, methods: Mapping[int, tuple[Method, ...]], **options: Any) -> Halves:
    """Draw the halves, or refuse a text that is too short for them."""
    try:
        return Halves.draw(table, methods, **options)
    except ValueError as error:
        raise ValueError(
            f"vocab_size={max(methods)}: the {table.pair_total} pairs of {table.source} are too few, or too "
            "alike, to fit an exponent to every half of them; take a longer text"
        ) from error
