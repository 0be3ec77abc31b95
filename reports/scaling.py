"""How the steps on a text grow with its vocabulary, counted afresh for each size, by words or by pieces of words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from numerics.text import BigramTable
from reports.growth import Growth, GrowthTable, drawn
from reports.methods import METHODS
from reports.restore import restored

#: Vocabularies of Figure 2 of the paper.
SIZES = (1_000, 3_612, 10_000, 31_622)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Steps on a text, and on its random halves, by each of `METHODS` at one size of the vocabulary.

    Attributes
    ----------
    dim : int
    epsilon, alpha : float
        The target, and the exponent fitted to the frequencies.
    counts, by_power_law : tuple of int
        On the text, and by the power law with that exponent.
    crossings : tuple of float
        Those on the text as real numbers.
    half_crossings : tuple of tuple of float
        The same on each half. The halves of two vocabularies of a text are the same blocks of it.
    """

    dim: int
    epsilon: float
    alpha: float
    counts: tuple[int, ...]
    by_power_law: tuple[int, ...]
    crossings: tuple[float, ...]
    half_crossings: tuple[tuple[float, ...], ...]

    @classmethod
    def of(cls, table: BigramTable, *, epsilon: float, replicates: int, seed: int = 0) -> Vocabulary:
        """Count the steps on a table."""
        dim = table.dim
        sample = drawn(
            table,
            {dim: METHODS},
            epsilon=epsilon,
            replicates=replicates,
            seed=seed,
            report=lambda done: None,
        )
        (alpha,) = sample.alphas
        return cls(
            dim=dim,
            epsilon=epsilon,
            alpha=alpha,
            counts=tuple(sample.counts[dim, method] for method in METHODS),
            by_power_law=tuple(method.by_power_law(alpha, dim, epsilon) for method in METHODS),
            crossings=tuple(sample.crossings[dim, method] for method in METHODS),
            half_crossings=tuple(tuple(sample.half_crossings[dim, method]) for method in METHODS),
        )

    def to_json(self) -> dict[str, Any]:
        """Return plain data: a dictionary, tuples and numbers."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Vocabulary:
        """Restore what :meth:`to_json` returned, also after its way through JSON."""
        vocabulary: Vocabulary = restored(cls, data)
        return vocabulary


def grown(vocabularies: Sequence[Vocabulary]) -> GrowthTable | None:
    """Return the steps of all methods over the sizes, with the fitted exponents; None where there is one size only.

    Of equal sizes, which a text with few words gives where more were asked for, one is taken.
    """
    sizes = {vocabulary.dim: vocabulary for vocabulary in vocabularies}
    dims = tuple(sorted(sizes))
    if len(dims) < 2:
        return None
    some = [sizes[dim] for dim in dims]
    rows = tuple(
        Growth.fitted(
            method,
            dims,
            counts=[vocabulary.counts[i] for vocabulary in some],
            crossings=[vocabulary.crossings[i] for vocabulary in some],
            halves=[vocabulary.half_crossings[i] for vocabulary in some],
            laws=[vocabulary.by_power_law[i] for vocabulary in some],
            epsilon=some[0].epsilon,
        )
        for i, method in enumerate(METHODS)
    )
    return GrowthTable(dims, tuple(vocabulary.alpha for vocabulary in some), rows)
