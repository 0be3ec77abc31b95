"""The linear bigram model under the square loss, trained: three updates of all entries of the d×d matrix at once."""

from __future__ import annotations

from numerics.backend import Array, array_namespace
from numerics.closed_form import quotients

__all__ = ["GradientDescent", "Iterate", "SignDescent", "SimplifiedSignDescent"]


class Iterate:
    """The square loss of what is `distance` away."""

    def __init__(self, frequencies: Array) -> None:
        self._frequencies = frequencies

    def loss(self, distance: Array) -> float:
        """Return L - L*."""
        return 0.5 * float(array_namespace(distance).sum(self._frequencies * distance**2))

    def residual(self) -> Array:
        """Return how far each entry is from its optimum."""
        raise NotImplementedError

    def step(self, distance: Array) -> None:
        """Take one step from where the residual is `distance`."""
        raise NotImplementedError

    def weights(self) -> Array:
        """Return W."""
        raise NotImplementedError


class GradientDescent(Iterate):
    """W ← W - η π_i (W - π_{j|i})."""

    def __init__(self, target: Array, frequencies: Array, eta: float) -> None:
        super().__init__(frequencies)
        self._target, self._rate = target, eta * frequencies
        self._weights = array_namespace(target).zeros_like(target)

    def step(self, distance: Array) -> None:
        """Take one step."""
        self._weights -= self._rate * distance

    def residual(self) -> Array:
        """Return how far each entry is from its optimum."""
        return self._weights - self._target

    def weights(self) -> Array:
        """Return W."""
        return self._weights


class SignDescent(Iterate):
    """W ← W - η sign(W - π_{j|i}) as N ← N - sign(N - Q), where W = ηN and π_{j|i} = ηQ.

    Positive frequencies do not change a sign, and rows of frequency 0 have π_{j|i} = 0: nothing moves there.
    """

    def __init__(self, target: Array, frequencies: Array, eta: float) -> None:
        super().__init__(frequencies)
        self._eta, self._quotient = eta, quotients(target, eta)
        self._counts = array_namespace(target).zeros_like(target)

    def step(self, distance: Array) -> None:
        """Take one step."""
        self._counts -= array_namespace(distance).sign(distance)

    def residual(self) -> Array:
        """Return how far each entry is from its optimum."""
        return self._eta * (self._counts - self._quotient)

    def weights(self) -> Array:
        """Return W."""
        return self._eta * self._counts


class SimplifiedSignDescent(Iterate):
    """Assumption 4.1: |δ| ← |δ| - η while |δ| ≥ η, then η/2 for ever. What starts at 0 stays there."""

    def __init__(self, target: Array, frequencies: Array, eta: float) -> None:
        super().__init__(frequencies)
        xp = array_namespace(target)
        self._eta, self._target, self._gap = eta, target, quotients(target, eta)
        self._settled = xp.where(target > 0.0, 0.5, xp.zeros_like(target))

    def step(self, distance: Array) -> None:
        """Take one step."""
        # Exact: a float ≥ 1 minus 1 is a float. What has settled is at 0.5 < 1 and is set to 0.5 again.
        self._gap = array_namespace(self._gap).where(self._gap >= 1.0, self._gap - 1.0, self._settled)

    def residual(self) -> Array:
        """Return how far each entry is from its optimum."""
        return self._eta * self._gap

    def weights(self) -> Array:
        """Return W."""
        return self._target - self._eta * self._gap
