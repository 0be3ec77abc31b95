"""A d×d problem reduced to a number for each row, or each distinct entry: arXiv 2505.19227, Prop. 2.2, 4.2."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from numerics.backend import Array, array_namespace, chunk_length, group_sums
from numerics.closed_form import Distances, Spectrum

__all__ = ["distances", "entries", "row_blocks", "spectrum"]


def row_blocks(rows: int, columns: int, length: int) -> list[slice]:
    """Cut `rows` rows into blocks of about `length` values."""
    height = max(1, length // columns)
    return [slice(start, min(start + height, rows)) for start in range(0, rows, height)]


def spectrum(frequencies: Array, conditionals: Any) -> Spectrum:
    """Return π_i and π_i Σ_j π_{j|i}² for each token that occurs; one pass over the (non-zero) conditionals."""
    xp = array_namespace(frequencies)
    if sparse.issparse(conditionals):
        squares = np.asarray(conditionals.multiply(conditionals).sum(axis=1))
    else:
        dim = frequencies.shape[0]
        blocks = row_blocks(dim, dim, chunk_length(xp))
        squares = xp.concat([xp.sum(conditionals[rows, :] ** 2, axis=1) for rows in blocks])
    occurs = frequencies > 0.0
    return Spectrum(frequencies[occurs], (frequencies * squares)[occurs])


def entries(frequencies: Array, conditionals: Any) -> tuple[Array, Array]:
    """Return the conditionals that can move and the frequencies of their rows, in shapes that broadcast."""
    if sparse.issparse(conditionals):
        return conditionals.data, np.repeat(frequencies, np.diff(conditionals.indptr))
    return conditionals, frequencies[:, None]


def distances(frequencies: Array, conditionals: Any) -> Distances:
    """Return one distance for each distinct non-zero conditional, with the sum of the frequencies of its entries."""
    xp = array_namespace(frequencies)
    dim = frequencies.shape[0]
    is_sparse = sparse.issparse(conditionals)
    if is_sparse:
        tables = [_merge(*entries(frequencies, conditionals))]
    else:
        tables = [
            _merge(xp.reshape(conditionals[rows, :], (-1,)), xp.repeat(frequencies[rows], dim))
            for rows in row_blocks(dim, dim, 1 << 22)
        ]
    found, weights = _merge(*(xp.concat(list(parts)) for parts in zip(*tables, strict=True)))
    order = xp.argsort(found, descending=True)
    found, weights = xp.take(found, order), xp.take(weights, order)
    moving = int(xp.sum(xp.astype(found > 0.0, xp.int64)))
    at_rest = float(xp.sum(weights[moving:]))
    if is_sparse:
        at_rest += float(np.sum(frequencies * (dim - np.diff(conditionals.indptr))))
    return Distances(found[:moving], weights[:moving], at_rest)


def _merge(values: Array, weights: Array) -> tuple[Array, Array]:
    """Return the distinct values and the summed weight of each."""
    xp = array_namespace(values, weights)
    distinct, index = xp.unique_inverse(values)
    return distinct, group_sums(index, weights, distinct.shape[0])
