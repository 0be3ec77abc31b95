"""Which optimizer needs fewer steps, over exponents and targets, at one vocabulary size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

import theory

#: Step counts at which the error is certified, for each optimizer and exponent.
NODES = 32
#: Certified errors are rounded to floats; one nearer to its target than this, relatively, decides nothing.
RESOLUTION = 1e-12

SD, TIE, GD = 1, 0, -1


@dataclass(frozen=True, slots=True)
class PhaseDiagram:
    """Gradient descent with step 1/π₁ against sign descent under Assumption 4.1 with its best step.

    Attributes
    ----------
    dim : int
    alphas : tuple of Fraction, length m
    epsilons : tuple of Fraction, length n
    gd, sd : ndarray of shape (m, n)
        Steps to ε, as real numbers: where the error, certified at up to `NODES` steps, falls to ε. Between those it is
        interpolated on a log-log scale, monotonically, by cubics; where they are neighbors, the count is exact.
    winner : ndarray of int8, shape (m, n)
        Who needs fewer whole steps: 1 for sd, -1 for gd, 0 for a tie. Certified at every point: by the nodes on either
        side, or by errors at the very count of the other.
    """

    dim: int
    alphas: tuple[Fraction, ...]
    epsilons: tuple[Fraction, ...]
    gd: np.ndarray[Any, Any]
    sd: np.ndarray[Any, Any]
    winner: np.ndarray[Any, Any]

    @property
    def ratio(self) -> np.ndarray[Any, Any]:
        """How many times as many steps gd takes as sd."""
        quotient: np.ndarray[Any, Any] = self.gd / self.sd
        return quotient


@dataclass(frozen=True, slots=True)
class _Crossing:
    """The count of steps is above ``low`` and at most ``high``, and about ``value``."""

    low: int
    high: int
    value: float


def phase_diagram(
    dim: int, *, alphas: Sequence[str | Fraction], epsilons: Sequence[str | Fraction]
) -> PhaseDiagram:
    """Compute a diagram.

    Parameters
    ----------
    dim : int
        Vocabulary size d ≥ 2.
    alphas, epsilons
        Exponents and target relative errors, exact.

    Returns
    -------
    PhaseDiagram
    """
    exponents, targets = (tuple(Fraction(x) for x in numbers) for numbers in (alphas, epsilons))
    shape = len(exponents), len(targets)
    steps = {"gd": np.empty(shape), "sd": np.empty(shape)}
    winner = np.empty(shape, dtype=np.int8)
    for i, alpha in enumerate(exponents):
        found = {optimizer: _crossings(optimizer, alpha, dim, targets) for optimizer in steps}
        for j, target in enumerate(targets):
            gd, sd = found["gd"][j], found["sd"][j]
            steps["gd"][i, j], steps["sd"][i, j] = gd.value, sd.value
            if sd.high <= gd.low or gd.high <= sd.low:
                winner[i, j] = SD if sd.high <= gd.low else GD
            else:
                winner[i, j] = _winner(alpha, dim, target)
    return PhaseDiagram(dim, exponents, targets, steps["gd"], steps["sd"], winner)


def _crossings(optimizer: str, alpha: Fraction, dim: int, targets: Sequence[Fraction]) -> list[_Crossing]:
    """Return where the error falls to each target."""
    from scipy.interpolate import PchipInterpolator

    problem: dict[str, Any] = {"alpha": alpha, "dim": dim}
    last = theory.iterations(optimizer, epsilon=min(targets), **problem)
    times = [0, *sorted({round(last ** (i / (NODES - 1))) for i in range(NODES)})]
    errors = theory.relative_error(optimizer, steps=times, **problem)
    # Two steps of a sign descent that moves every word by its range in one are no better than one.
    falling = [i for i in range(1, len(times)) if errors[i] < errors[i - 1]]
    between = None
    if len(falling) > 1:
        depths = [-math.log(max(errors[i], 1e-300)) for i in falling]
        between = PchipInterpolator(depths, [math.log(times[i]) for i in falling])
    crossings = []
    for target in targets:
        after = next(i for i, error in enumerate(errors) if error <= target * (1 - RESOLUTION))
        before = max(i for i, error in enumerate(errors) if error > target * (1 + RESOLUTION))
        low, high = times[before], times[after]
        value = float(high)
        if high - low > 1 and between is not None:
            value = min(max(math.exp(float(between(-math.log(target)))), low), high)
        crossings.append(_Crossing(low, high, value))
    return crossings


def _winner(alpha: Fraction, dim: int, target: Fraction) -> int:
    """Return who needs fewer steps, from the count of sd and the errors of gd at it and before it."""
    problem: dict[str, Any] = {"alpha": alpha, "dim": dim}
    count = theory.iterations("sd", epsilon=target, **problem)
    before, at = (_reached(steps, target, problem) for steps in (count - 1, count))
    return GD if before else TIE if at else SD


def _reached(steps: int, target: Fraction, problem: dict[str, Any]) -> bool:
    """Whether gd has reached a target; where floats do not tell, by the count proven on both sides."""
    error = theory.relative_error("gd", steps=steps, **problem)
    if abs(error / target - 1) > RESOLUTION:
        return bool(error < target)
    return bool(theory.iterations("gd", epsilon=target, **problem) <= steps)
