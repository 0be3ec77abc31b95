"""The linear bigram model as a d×d problem, from a power law or from counted pairs of tokens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING, Any, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from numerics import queries
from numerics.backend import (
    Array,
    array_namespace,
    bytes_of,
    get_namespace,
    name_of,
    require_memory,
    to_numpy,
)
from numerics.closed_form import Distances, Spectrum
from numerics.power_law import power_law_frequencies
from numerics.reduction import distances, entries, row_blocks, spectrum
from numerics.validation import OPTIMIZERS, Number, choice, integer, shown

if TYPE_CHECKING:
    from numerics.training import TrainingEstimate, TrainingResult
__all__ = ["BigramProblem"]


@dataclass(frozen=True, eq=False, repr=False)  # not slotted: the two reductions are cached on the instance
class BigramProblem:
    """A linear bigram model, Problem 2.1 of arXiv 2505.19227.

    Parameters
    ----------
    frequencies : array, shape (d,), float64
        π_i, how often token i is the current one; decreasing, sum 1.
    conditionals : array or scipy CSR array, shape (d, d), float64
        π_{j|i}, how often j follows i; every row of a token that occurs sums to 1, the others are 0.
    seed : int, optional
        Seed of the permutations, for a problem made by `power_law`.

    Examples
    --------
    >>> problem = BigramProblem.power_law(alpha=1.0, dim=100, seed=0)
    >>> problem
    BigramProblem(dim=100, backend='numpy', seed=0)
    >>> round(problem.relative_error("gd", steps=50), 12)
    0.041937878958
    >>> problem.iterations("gd", epsilon=0.1)
    27
    """

    frequencies: Array
    conditionals: Array
    seed: int | None = None

    def __post_init__(self) -> None:
        shape = tuple(self.conditionals.shape)
        if len(self.frequencies.shape) != 1 or shape != (self.dim, self.dim):
            raise ValueError(
                f"conditionals.shape={shape} must be (d, d) for frequencies of shape (d,), here "
                f"{tuple(self.frequencies.shape)}: pass one frequency for each row"
            )
        xp = array_namespace(self.frequencies)
        if bool(xp.any(self.frequencies[1:] > self.frequencies[:-1])):
            raise ValueError(
                "frequencies must be decreasing: renumber the tokens, or use BigramProblem.from_counts"
            )

    def __repr__(self) -> str:
        return f"BigramProblem(dim={self.dim}, backend={self.backend!r}, seed={self.seed})"

    @property
    def dim(self) -> int:
        """Vocabulary size d."""
        return int(self.frequencies.shape[0])

    @property
    def backend(self) -> str:
        """Name of the array namespace the problem lives in."""
        return name_of(self.frequencies)

    @classmethod
    def power_law(
        cls,
        alpha: Number,
        dim: SupportsIndex,
        *,
        seed: int = 0,
        backend: str = "numpy",
        dtype: str = "float64",
    ) -> BigramProblem:
        """Return a dense problem under Assumption 2.3, every row's conditionals in a random order of its own.

        Parameters
        ----------
        alpha : int, float, Fraction or str
            Exponent of the power law, positive.
        dim : int
            Vocabulary size d ≥ 1; the matrix takes 8d² bytes, in float32 4d².
        seed : int
            Of ``numpy.random.default_rng``, which draws the permutations for every backend.
        backend : {"numpy", "cupy", "torch", "auto"}
            Where the arrays live; see `numerics.relative_error`.
        dtype : {"float64", "float32"}
            Precision of the arrays, and so of the training.
        """
        d = integer("dim", dim, minimum=1)
        seed = integer("seed", seed, minimum=0)
        frequencies = power_law_frequencies(alpha, d, backend=backend, dtype=dtype)
        xp = get_namespace(backend)
        require_memory(xp, bytes_of(frequencies) * d * d, f"dim={d}: a dense problem")
        row = to_numpy(frequencies)
        rng = np.random.default_rng(seed)
        conditionals = xp.empty((d, d), dtype=frequencies.dtype)
        for rows in row_blocks(d, d, 1 << 22):
            shuffled = rng.permuted(np.broadcast_to(row, (rows.stop - rows.start, d)), axis=1)
            conditionals[rows, :] = xp.asarray(shuffled)
        return cls(frequencies, conditionals, seed)

    @classmethod
    def from_counts(cls, counts: ArrayLike | sparse.sparray | sparse.spmatrix) -> BigramProblem:
        """Return the problem of a matrix of counted pairs, on NumPy; a sparse matrix stays sparse (CSR).

        Parameters
        ----------
        counts : array_like or scipy sparse, shape (d, d)
            ``counts[i, j]`` = how often token j followed token i: integers ≥ 0, not all 0. Tokens are
            renumbered by decreasing row sum (ties keep their order); a token that never comes first keeps its
            zero row.

        Examples
        --------
        >>> problem = BigramProblem.from_counts([[1, 1], [3, 3]])
        >>> problem.frequencies, problem.conditionals[1]
        (array([0.75, 0.25]), array([0.5, 0.5]))
        """
        is_sparse = sparse.issparse(counts)
        try:
            matrix: Any = sparse.csr_array(counts) if is_sparse else np.asarray(counts)
        except ValueError:  # rows of different lengths
            matrix = np.empty(())
        if not matrix.ndim:
            raise TypeError(f"counts={shown(counts)} is not a matrix; pass occurrences in shape (d, d)")
        if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or matrix.shape[0] == 0:
            raise ValueError(
                f"counts.shape={matrix.shape} must be (d, d), d ≥ 1: rows and columns are the same tokens"
            )
        values = matrix.data if is_sparse else matrix
        if values.dtype.kind not in "iuf":
            raise TypeError(f"counts.dtype={values.dtype} must be integer: pass numbers of occurrences")
        if values.size and not (np.all(values >= 0) and np.all(values == np.floor(values))):
            raise ValueError(
                "counts has entries that are negative or fractional: pass numbers of occurrences ≥ 0"
            )
        row_sums = np.asarray(matrix.sum(axis=1), dtype=np.float64)
        total = float(row_sums.sum())
        if not 0 < total < np.inf:
            raise ValueError(
                f"counts.sum()={total} must be positive and finite: there is no pair to learn from"
            )
        order = np.argsort(-row_sums, kind="stable")
        divisors = np.where(row_sums > 0, row_sums, 1.0)[order]
        if is_sparse:
            conditionals = matrix[order][:, order].astype(np.float64)
            conditionals.eliminate_zeros()
            conditionals.data /= np.repeat(divisors, np.diff(conditionals.indptr))
        else:
            conditionals = matrix[np.ix_(order, order)] / divisors[:, None]
        return cls(row_sums[order] / total, conditionals)

    @classmethod
    def from_text(
        cls,
        path: str | PathLike[str],
        *,
        vocab_size: int,
        tokens: str = "words",
        model: str | PathLike[str] | None = None,
    ) -> BigramProblem:
        """Return the sparse problem of a text file; see `numerics.read_bigrams`."""
        from numerics.text import read_bigrams

        return read_bigrams(path, vocab_size=vocab_size, tokens=tokens, model=model).problem()

    def entries(self) -> tuple[Array, Array]:
        """Return the conditionals that can move and their frequencies, in shapes that broadcast.

        Dense: (d, d) and (d, 1). Sparse: the (nnz,) stored values and the frequency of each one's row; an
        entry that is not stored starts at its optimum 0 and never moves.
        """
        return entries(self.frequencies, self.conditionals)

    @cached_property
    def gd_spectrum(self) -> Spectrum:
        """The (eigenvalues, weights) of Prop. 2.2 for each token that occurs: π_i and π_i Σ_j π_{j|i}²."""
        return spectrum(self.frequencies, self.conditionals)

    @cached_property
    def sd_distances(self) -> Distances:
        """The (distances, weights, weight_of_zeros) of sign descent: one for each distinct non-zero π_{j|i}.

        The weight of a distance is the sum of π_i over the entries at that distance.
        """
        return distances(self.frequencies, self.conditionals)

    def _reduced(self, optimizer: str) -> queries.Reduced:
        choice("optimizer", optimizer, OPTIMIZERS)
        return self.gd_spectrum if optimizer == "gd" else self.sd_distances

    def relative_error(
        self,
        optimizer: str,
        *,
        steps: SupportsIndex | ArrayLike,
        step_size: Number | None = None,
        dynamics: str = "simplified",
        parity: str | None = None,
        floor: str = "moving",
    ) -> float | NDArray[np.float64]:
        """Return the relative error after `steps` steps, by the closed form.

        Parameters are those of `numerics.relative_error`, and

        floor : {"moving", "all"}
            For simplified sd: whether entries with π_{j|i} = 0, which never move, are charged η²/4 as well
            (Assumption 4.1 to the letter).
        """
        return queries.relative_error(
            self._reduced(optimizer),
            steps=steps,
            step_size=step_size,
            dynamics=dynamics,
            parity=parity,
            floor=floor,
        )

    def best_step_size(
        self,
        optimizer: str,
        *,
        steps: SupportsIndex,
        dynamics: str = "simplified",
        parity: str | None = None,
    ) -> float:
        """Return the step size with the least loss after `steps` steps; see `numerics.best_step_size`."""
        return queries.best_step_size(self._reduced(optimizer), steps=steps, dynamics=dynamics, parity=parity)

    def iterations(
        self,
        optimizer: str,
        *,
        epsilon: Number,
        step_size: Number | None = None,
        dynamics: str = "simplified",
        parity: str | None = None,
    ) -> int:
        """Return the smallest number of steps with relative error ≤ `epsilon`; see `numerics.iterations`."""
        return queries.iterations(
            self._reduced(optimizer), epsilon=epsilon, step_size=step_size, dynamics=dynamics, parity=parity
        )

    def train(
        self,
        optimizer: str,
        *,
        steps: SupportsIndex,
        step_size: Number | None = None,
        dynamics: str = "iterated",
        loss: str = "square",
        progress: Callable[[int, int], object] | None = None,
    ) -> TrainingResult:
        """Run the d×d iteration itself; see `numerics.training.train`."""
        from numerics.training import train

        return train(
            self,
            optimizer,
            steps=steps,
            step_size=step_size,
            dynamics=dynamics,
            loss=loss,
            progress=progress,
        )

    def estimate(
        self,
        optimizer: str,
        *,
        steps: SupportsIndex,
        step_size: Number | None = None,
        dynamics: str = "iterated",
        loss: str = "square",
    ) -> TrainingEstimate:
        """Return the memory and the time that `train` would take; see `numerics.training.estimate`."""
        from numerics.training import estimate

        return estimate(self, optimizer, steps=steps, step_size=step_size, dynamics=dynamics, loss=loss)
