"""Which optimizer needs fewer steps to a target, and how many times fewer."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import SupportsIndex

from theory.power_law import PowerLaw
from theory.queries import iterations
from theory.validation import Rational, rational, short


@dataclass(frozen=True, slots=True)
class MethodSteps:
    """Steps until the relative error is ε, for one optimizer and one way to choose its step size.

    Attributes
    ----------
    optimizer : {"gd", "sd"}
    name : str
        Step size and dynamics, in words.
    steps : int or float
        The smallest number of steps, proven on both sides; or where a limit law reaches ε, a real number.
    certified : bool
        Which of the two.
    """

    optimizer: str
    name: str
    steps: int | float
    certified: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Gradient descent against sign descent on a power law, both to the same relative error.

    Attributes
    ----------
    alpha : Fraction
    dim : int
    epsilon : Fraction
    methods : tuple of MethodSteps
        gd at 1/π₁ and at each horizon's best step; sd under Assumption 4.1 at the best step; and the true sd update at
        even and at odd numbers of steps, by this project's limit laws.
    winner : {"gd", "sd"} or None
        Who needs fewer steps, both at their best step and sd under Assumption 4.1: certified. None for a tie.
    margin : Fraction
        How many times as many steps the other one needs; 1 for a tie.
    """

    alpha: Fraction
    dim: int
    epsilon: Fraction
    methods: tuple[MethodSteps, ...]
    winner: str | None
    margin: Fraction

    def __str__(self) -> str:
        """Return a line for each method, and the verdict."""
        lines = [f"steps to relative error {self.epsilon}, alpha = {self.alpha}, d = {short(self.dim)}"]
        width = max(len(row.name) for row in self.methods) + len("gd, ")
        for row in self.methods:
            steps = str(row.steps) if row.certified else f"about {row.steps:.3g} (limit law)"
            lines.append(f"  {f'{row.optimizer}, {row.name}':<{width}}  {steps}")
        if self.winner is None:
            verdict = "a tie between both at their best step, sd under Assumption 4.1"
        else:
            verdict = (
                f"{self.winner} needs {float(self.margin):.3g} times fewer steps, both at their best step, "
                "sd under Assumption 4.1"
            )
        return "\n".join((*lines, verdict))


def compare(*, alpha: Rational, dim: SupportsIndex, epsilon: Rational) -> Comparison:
    """Compare the steps that gradient descent and sign descent need to a relative error.

    Parameters
    ----------
    alpha : int, float, str or Fraction
        Exponent α > 0 of the power law, taken exactly.
    dim : int
        Vocabulary size d ≥ 2.
    epsilon : int, float, str or Fraction
        Target relative error, 0 < ε < 1, taken exactly.

    Returns
    -------
    Comparison
        It prints as a table with a verdict.

    Raises
    ------
    TypeError, ValueError
        If an argument is outside its domain.
    PrecisionError
        If ε is too close to the error after some step to decide.

    See Also
    --------
    iterations : each of the numbers.

    Notes
    -----
    A step is one full-batch pass of a linear bigram model with the square loss, started at zero. The laws of the true
    update hold for 1 ≪ T ≪ d^α and for T ~ d^α (arXiv 2505.19227 analyzes Assumption 4.1 instead); at α near ½ they
    are reached like 1/log d only. ``numerics.iterations`` with ``dynamics="iterated"`` counts its steps by simulation.

    Examples
    --------
    >>> print(compare(alpha=1, dim=50_257, epsilon="1/10"))
    steps to relative error 1/10, alpha = 1, d = 50257
      gd, step 1/π₁                  5564
      gd, best step                  2785
      sd, Assumption 4.1, best step  253
      sd, true update, even T        about 8.43 (limit law)
      sd, true update, odd T         about 505 (limit law)
    sd needs 11 times fewer steps, both at their best step, sd under Assumption 4.1
    """
    law, target = PowerLaw(alpha, dim), rational("epsilon", epsilon, below=1)
    if law.dim == 1:
        raise ValueError("dim=1 leaves nothing to compare, one step is enough; pass dim of at least 2")

    def count(optimizer: str, **options: str) -> int | float:
        found: int | float = iterations(
            optimizer,
            alpha=law.alpha,
            dim=law.dim,
            epsilon=target,
            **options,  # type: ignore[arg-type]
        )
        return found

    true = {"dynamics": "iterated", "method": "asymptotic"}
    gd, sd = count("gd", step_size="best"), count("sd")
    methods = (
        MethodSteps("gd", "step 1/π₁", count("gd"), True),
        MethodSteps("gd", "best step", gd, True),
        MethodSteps("sd", "Assumption 4.1, best step", sd, True),
        MethodSteps("sd", "true update, even T", count("sd", parity="even", **true), False),
        MethodSteps("sd", "true update, odd T", count("sd", parity="odd", **true), False),
    )
    winner = None if gd == sd else "sd" if sd < gd else "gd"
    margin = Fraction(int(max(gd, sd)), int(min(gd, sd)))
    return Comparison(law.alpha, law.dim, target, methods, winner, margin)
