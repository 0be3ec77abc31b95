"""The methods whose steps to a target error are compared, and those steps as real numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numerics

if TYPE_CHECKING:
    from numerics.problem import BigramProblem


@dataclass(frozen=True, slots=True)
class Method:
    """An optimizer, with the way its step size is chosen.

    Attributes
    ----------
    name : str
        For tables.
    optimizer : {"gd", "sd"}
    step_size : {"1/π₁", "best"}
        Best: with the least loss after the number of steps in question.
    dynamics : {"simplified", "iterated"}
        Of sd: Assumption 4.1 or the true update. For gd, which has only one, the default.
    parity : {"even", "odd"}, optional
        Of the number of steps, for iterated sd.
    """

    name: str
    optimizer: str
    step_size: str
    dynamics: str = "simplified"
    parity: str | None = None

    @property
    def first(self) -> int:
        """The smallest number of steps."""
        return 2 if self.parity == "even" else 1

    @property
    def stride(self) -> int:
        """From one number of steps to the next."""
        return 1 if self.parity is None else 2

    def at_least(self, steps: float) -> int:
        """Return the smallest number of steps that is not less than a real number."""
        return self.first + self.stride * max(0, math.ceil((steps - self.first) / self.stride))

    def options(self) -> dict[str, Any]:
        """Arguments that `relative_error` and `iterations` share."""
        step_size = None if self.step_size == "1/π₁" else "best"
        return {"step_size": step_size, "dynamics": self.dynamics}

    def on_corpus(self, problem: BigramProblem, epsilon: float) -> int:
        """Return the steps until the relative error of a problem is ε."""
        return problem.iterations(self.optimizer, epsilon=epsilon, parity=self.parity, **self.options())

    def by_power_law(self, alpha: float, dim: int, epsilon: float) -> int:
        """Return the steps until the relative error on a power law is ε."""
        return numerics.iterations(
            self.optimizer, alpha=alpha, dim=dim, epsilon=epsilon, parity=self.parity, **self.options()
        )

    def growth(self, epsilon: float) -> float:
        """Exponent of d in the number of steps to ε as d → ∞, at α = 1.

        1 - ε for gd (Theorem 3.1) and ½ for simplified sd (Theorem 4.5) are the paper's; 0 and ½ for iterated
        sd at even and odd numbers of steps are this project's.
        """
        if self.optimizer == "gd":
            return 1.0 - epsilon
        return 0.0 if self.parity == "even" else 0.5


METHODS = (
    Method("gd, step 1/π₁", "gd", "1/π₁"),
    Method("gd, best step", "gd", "best"),
    Method("sd simplified, best step", "sd", "best"),
    Method("sd iterated, even T, best step", "sd", "best", "iterated", "even"),
    Method("sd iterated, odd T, best step", "sd", "best", "iterated", "odd"),
)

GROWING = (METHODS[0], METHODS[2], METHODS[3])
"""Those whose growth with the vocabulary is looked at; odd numbers of steps would take most of the time."""


def crossing(problem: BigramProblem, method: Method, epsilon: float, *, near: int, ratio: float) -> float:
    """Return the real number of steps at which the relative error, interpolated on a log-log scale, is ε.

    Parameters
    ----------
    problem : BigramProblem
    method : Method
    epsilon : float
        In (0, 1).
    near : int
        A guess, among the numbers of steps that the method allows.
    ratio : float
        At least 1: the interpolation is between numbers of steps with at most this ratio, or next to each
        other.

    Notes
    -----
    Over a ratio of 1.1 a curve whose slope s = d log r / d log T changes by ds across it bends by |ds|
    log(1.1) / 8 in log r: a hundredth of ds. With neighbors, rounding up gives the count of
    `Method.on_corpus`.
    """

    def excess(steps: int) -> float:
        error = problem.relative_error(method.optimizer, steps=steps, **method.options())
        return math.log(max(float(error), 1e-300) / epsilon)

    low, at_low = 0, -math.log(epsilon)  # before the first step the relative error is 1
    high, at_high = 0, 0.0
    steps = near
    while True:
        value = excess(steps)
        if value > 0.0:
            low, at_low = steps, value
        else:
            high, at_high = steps, value
        if not high:
            steps = method.at_least(max(ratio * low, low + method.stride))
        elif high - low <= method.stride or high <= ratio * low:
            break
        elif not low:
            steps = min(method.at_least(high / ratio), high - method.stride)
        else:
            steps = method.at_least((low + high) / 2) - method.stride
            steps = max(steps, low + method.stride)
    share = at_low / (at_low - at_high)
    return low * (high / low) ** share if low else high * share
