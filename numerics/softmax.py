"""The linear bigram model under cross-entropy: every row of W holds the logits of its next word.

L(W) - L* = Σ_i π_i KL(π_{·|i} ‖ softmax(W_i)), with L* the conditional entropy. The gradient of row i is
π_i (softmax(W_i) - π_{·|i}).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from numerics.backend import Array, array_namespace
from numerics.problem import BigramProblem

__all__ = ["GradientDescent", "SignDescent"]


class _Dense:
    """Rows of a (d, d) array."""

    def __init__(self, problem: BigramProblem) -> None:
        self.target, self.frequencies = problem.entries()
        self._xp = array_namespace(self.target)

    def largest(self, entries: Array, rest: Array) -> Array:
        return self._xp.max(entries, axis=1, keepdims=True)

    def total(self, entries: Array, rest: Array) -> Array:
        return self._xp.sum(entries, axis=1, keepdims=True)

    def spread(self, rows: Array) -> Array:
        return rows

    def per_row(self) -> tuple[Array, Array]:
        return self._xp.zeros_like(self.frequencies), self.frequencies

    def logits(self, entries: Array, rest: Array) -> Array:
        return entries


class _Sparse:
    """Rows of a CSR array: all the words that never follow a word have one logit in common, the rest.

    They start alike, with equal gradients, and stay alike.
    """

    def __init__(self, problem: BigramProblem) -> None:
        self._matrix: Any = problem.conditionals
        self.target, self.frequencies = problem.entries()
        self._lengths = np.diff(self._matrix.indptr)
        self._starts = self._matrix.indptr[:-1][self._lengths > 0]
        self._row = np.repeat(np.arange(problem.dim), self._lengths)
        self._frequencies, self._alike = problem.frequencies, problem.dim - self._lengths

    def largest(self, entries: Array, rest: Array) -> Array:
        largest = np.where(self._alike > 0, rest, -np.inf)
        filled = self._lengths > 0
        largest[filled] = np.maximum(largest[filled], np.maximum.reduceat(entries, self._starts))
        return largest

    def total(self, entries: Array, rest: Array) -> Array:
        return np.bincount(self._row, entries, minlength=len(rest)) + self._alike * rest

    def spread(self, rows: Array) -> Array:
        return rows[self._row]

    def per_row(self) -> tuple[Array, Array]:
        return self._alike.astype(np.float64), self._frequencies

    def logits(self, entries: Array, rest: Array) -> Array:
        """Return logits whose rest is 0: a softmax is the same after a shift of its row."""
        shifted = entries - self.spread(np.where(self._alike > 0, rest, 0.0))
        return sparse.csr_array((shifted, self._matrix.indices, self._matrix.indptr), self._matrix.shape)


class _Softmax:
    """What both optimizers share: probabilities, the loss, and logits that start at 0."""

    def __init__(self, problem: BigramProblem, eta: float) -> None:
        self._rows: _Dense | _Sparse = (
            _Sparse(problem) if sparse.issparse(problem.conditionals) else _Dense(problem)
        )
        self._xp = array_namespace(problem.frequencies)
        self._eta, self._target = eta, self._rows.target
        self._alike, self._row_frequencies = self._rows.per_row()
        positive = self._target > 0.0
        self._log_target = self._xp.log(self._xp.where(positive, self._target, 1.0))
        self._entries = self._xp.zeros_like(self._target)
        self._rest = self._xp.zeros_like(self._alike)

    def _scale(self) -> float:
        """Return what one unit of `_entries` is worth in logits."""
        raise NotImplementedError

    def residual(self) -> tuple[Array, Array, Array]:
        """Return the probabilities and their logarithms of all entries, and the probability of one of the rest."""
        xp, rows = self._xp, self._rows
        entries, rest = self._scale() * self._entries, self._scale() * self._rest
        top = rows.largest(entries, rest)
        # Not exp(rest - top) itself: where a row has no rest, that could overflow.
        above, rest_above = entries - rows.spread(top), xp.where(self._alike > 0.0, rest - top, 0.0)
        exponential, rest_exponential = xp.exp(above), xp.exp(rest_above)
        total = rows.total(exponential, rest_exponential)
        log_probability = above - rows.spread(xp.log(total))
        # A quotient, so that equal logits give 1/d to the last digit and a tie with a target 1/d is a tie.
        return exponential / rows.spread(total), log_probability, rest_exponential / total

    def loss(self, residual: tuple[Array, Array, Array]) -> float:
        """Return L - L* = Σ_i π_i Σ_j (p - q - q log(p/q)), whose terms are not negative, for p that sum to 1."""
        xp, (probability, log_probability, rest) = self._xp, residual
        ratio = log_probability - self._log_target
        # q (expm1(x) - x) where p/q = e^x is near 1; where it is not, q e^x could overflow and p does not.
        near = xp.abs(ratio) < 1.0
        small = self._target * (xp.expm1(xp.where(near, ratio, 0.0)) - ratio)
        large = probability - self._target - self._target * ratio
        terms = xp.where(near & (self._target > 0.0), small, large)
        rest_terms = self._row_frequencies * self._alike * rest
        return float(xp.sum(self._rows.frequencies * terms)) + float(xp.sum(rest_terms))

    def weights(self) -> Array:
        """Return the logits W."""
        return self._rows.logits(self._scale() * self._entries, self._scale() * self._rest)


class GradientDescent(_Softmax):
    """W_i ← W_i - η π_i (softmax(W_i) - π_{·|i})."""

    def _scale(self) -> float:
        return 1.0

    def step(self, residual: tuple[Array, Array, Array]) -> None:
        """Take one step."""
        probability, _, rest = residual
        self._entries -= self._eta * self._rows.frequencies * (probability - self._target)
        self._rest -= self._eta * self._row_frequencies * rest


class SignDescent(_Softmax):
    """W_i ← W_i - η sign(softmax(W_i) - π_{·|i}) with sign(0) = 0, as W = ηN with integers N.

    The frequency π_i is a factor of the gradient of row i and does not change a sign, unless it is 0: then
    nothing moves.
    """

    def _scale(self) -> float:
        return self._eta

    def step(self, residual: tuple[Array, Array, Array]) -> None:
        """Take one step."""
        probability, _, rest = residual
        self._entries -= self._xp.sign(self._rows.frequencies * (probability - self._target))
        self._rest -= self._xp.sign(self._row_frequencies * rest)
