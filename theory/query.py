"""A question with all but its steps or its ε fixed: which optimizer, law, method, dynamics and step."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, SupportsIndex

from theory import gradient_descent, iterated_descent, iterated_laws, sign_descent
from theory.balls import FLOAT_BITS, Ball, ball, ball_of_mpf, bits_of, resolve, to_float, to_mpf
from theory.power_law import PowerLaw
from theory.step import Step
from theory.threshold import first_step, reaches, solve
from theory.validation import Rational, choice, short

OPTIMIZERS = ("gd", "sd")
METHODS = ("asymptotic", "corrected", "finite", "exact")
DYNAMICS = ("simplified", "iterated")
PARITIES = ("even", "odd", "mean")


@dataclass(frozen=True, slots=True)
class Query:
    """What `theory.queries` asks, checked; its methods answer in balls at the working precision.

    Attributes
    ----------
    optimizer, method : str
    law : PowerLaw
    step : Step
    iterated : bool
        Whether the dynamics are those of the true update.
    parity : str or None
        Of iterated sd.
    strict : bool
        Whether Theorem 4.5 may not be continued below the range in which it is proven.
    """

    optimizer: str
    law: PowerLaw
    method: str
    step: Step
    iterated: bool = False
    parity: str | None = None
    strict: bool = False

    @classmethod
    def parse(
        cls,
        optimizer: str,
        alpha: Rational,
        dim: SupportsIndex,
        *,
        method: str = "exact",
        step_size: Rational | None = None,
        step_ratio: Rational | None = None,
        dynamics: str = "simplified",
        parity: str | None = None,
        strict: bool = False,
        counting: bool = False,
    ) -> Query:
        """Return the query, or refuse what there is not; ``counting`` asks for steps rather than an error."""
        choice("optimizer", optimizer, OPTIMIZERS)
        choice("method", method, METHODS)
        law = PowerLaw(alpha, dim)
        step = Step.parse(optimizer, law, step_size, step_ratio)
        iterated = choice("dynamics", dynamics, DYNAMICS) == "iterated"
        query = cls(optimizer, law, method, step, iterated, parity, strict)
        if iterated:
            query._check_iterated(counting)
        elif parity is not None:
            raise ValueError(f"parity={parity!r} applies to sd with dynamics='iterated' only; leave it out")
        if optimizer == "gd" and method != "exact" and step.best:
            raise ValueError(
                f"step_size='best' is certified for gd, not a law; pass method='exact', not {method!r}"
            )
        if optimizer == "sd" and method != "exact" and not step.best:
            raise ValueError(
                f"method={method!r} has its own step for sd (Definition 4.4); drop the step or method"
            )
        if method in ("asymptotic", "corrected") and law.dim == 1:
            raise ValueError("dim=1 has no limit law; pass dim of at least 2 or method='exact'")
        return query

    def _check_iterated(self, counting: bool) -> None:
        """Refuse what the iterated dynamics have not got."""
        parity = self.parity
        if self.optimizer != "sd":
            raise ValueError(
                f"dynamics='iterated' applies to sd only, not to {self.optimizer!r}; leave it out"
            )
        if self.method not in ("exact", "asymptotic"):
            raise ValueError(
                f"method={self.method!r} has no law for dynamics='iterated'; pass 'exact' or 'asymptotic'"
            )
        if self.strict:
            raise ValueError("strict=True is about Theorem 4.5, not about dynamics='iterated'; leave it out")
        if parity is not None:
            choice("parity", parity, PARITIES)
        if counting and parity is None:
            raise ValueError(
                "parity=None leaves open which steps count, as the error of iterated sd jumps from even to odd; "
                "pass parity='even', 'odd' or 'mean'"
            )
        if not counting and parity in ("even", "odd"):
            raise ValueError(
                f"parity={parity!r} is that of the steps given; leave it out, or pass parity='mean'"
            )
        if self.method == "exact" and self.step.best:
            raise ValueError(
                "step_size=None: the best step of iterated sd has no certificate; pass a step, "
                "method='asymptotic', or ask numerics, which searches it"
            )
        if counting and self.step.ratio is not None:
            raise ValueError(
                f"step_ratio={self.step.ratio} does not order iterated sd by steps; pass step_size, "
                "or method='asymptotic'"
            )

    @property
    def least_steps(self) -> int:
        """The fewest steps that the query has a meaning for."""
        return 1 if self.parity == "mean" else 0

    def enclosed(self, steps: int, bits: int) -> Ball:
        """Return the relative error to so many bits."""
        return resolve(lambda: self.error(steps), bits, what=self.name(steps))

    def name(self, steps: int) -> str:
        """Return what is asked, for messages."""
        return f"relative_error({self.optimizer!r}, {self.law}, steps={short(steps)})"

    def error(self, steps: int) -> Ball:
        """Return the relative error."""
        if steps == 0:
            return ball(1)
        law, step = self.law, self.step
        if self.method in ("asymptotic", "corrected") or (self.method, self.optimizer) == ("finite", "gd"):
            return self._by_law(ball(steps), self._parity(steps), strict=self.strict)
        if self.iterated:
            return iterated_descent.error(law, steps, step.exact_value(steps), self._parity(steps))
        if self.optimizer == "gd":
            if step.best:
                return gradient_descent.best_step(law, steps)[1]
            return gradient_descent.exact(law, steps, step.value(steps))
        if self.method == "finite":
            u, m = self._limit_law().step(law, steps)
            return sign_descent.exact(law, steps, u, m)
        return (
            sign_descent.best(law, steps)
            if step.best
            else sign_descent.exact(law, steps, step.exact_value(steps))
        )

    def _by_law(self, steps: Ball, parity: str, *, strict: bool = False) -> Ball:
        """Return the relative error by the law of the method, for a real number of steps."""
        ratio = self.step.value(1)  # of gd: sd has laws of its own step
        if self.iterated:
            return iterated_laws.asymptotic(self.law, steps, parity)
        if self.method == "finite":
            return gradient_descent.finite(self.law, 2 * steps, ratio)
        row = self._limit_law()
        time = row.time(self.law, steps, ratio)
        corrected: bool = self.method == "corrected"
        value: Ball = (
            row.corrected(self.law, time, ratio) if corrected else row.error(self.law, time, strict=strict)
        )
        return value

    def _limit_law(self) -> Any:
        from theory.limit_laws import law as find

        return find(self.optimizer, alpha=self.law.alpha)

    def _parity(self, steps: int) -> str:
        return self.parity or ("odd" if steps % 2 else "even")

    def step_size(self, horizon: int | None) -> Ball:
        """Return the absolute step size of the method for a horizon; of gd without one, 1/π₁."""
        law = self.law
        if self.optimizer == "gd":
            if self.method != "exact" or horizon is None:
                return law.harmonic()
            return gradient_descent.best_step(law, horizon)[0] * law.harmonic()
        if horizon is None:
            raise ValueError(
                "steps=None is missing; the best step size of sd depends on the horizon, pass steps=T ≥ 1"
            )
        if self.iterated:
            ratio = iterated_laws.asymptotic_step(law, horizon, self._parity(horizon))
        elif self.method != "exact":
            ratio, _ = self._limit_law().step(law, horizon)
        else:
            _, ratio = sign_descent.best_step(law, horizon)
        return ratio / (horizon * law.harmonic())

    def count(self, target: Fraction, digits: int | None) -> Any:
        """Return the number of steps until the relative error is at most the target."""
        if self.iterated and self.method == "exact":
            return iterated_descent.first_steps(self.law, target, self.step.exact_value, str(self.parity))
        if self.method == "exact" or (self.method == "finite" and self.optimizer == "sd"):
            return self._first(target)
        return self._solution(target, digits)

    def _first(self, target: Fraction) -> int:
        """Return the smallest integer T with error(T) ≤ target."""
        ratio = self.step.ratio if self.optimizer == "sd" else None
        if ratio is not None:
            self._check_floor(ratio, target)

        def error(steps: int, bits: int) -> Ball:
            return resolve(lambda: self.error(steps), bits, what=f"the error at steps={short(steps)}")

        guess = 1
        if self.law.dim > 1 and self.step.ratio is None:
            near = replace(self, method="finite" if self.optimizer == "gd" else "asymptotic", strict=False)
            with contextlib.suppress(OverflowError):  # near α = ½ the limit law may be out of all bounds
                guess = int(near._solution(target, 2))
        return first_step(error, target, guess)

    def _check_floor(self, u: Fraction, target: Fraction) -> None:
        """Refuse a target below what sd tends to as T → ∞ at fixed Tη = uπ₁."""
        law = self.law

        def least() -> Ball:
            ahead = sign_descent.remaining(law, u)
            return sign_descent.loss(law.alpha, ahead, ball(u), ball(0)) / law.harmonic(2)

        def floor(steps: int, bits: int) -> Ball:
            return resolve(least, bits, what=what)

        what = f"the floor at step_ratio={u}"
        if not reaches(floor, target, 0, what=what)[0]:
            raise ValueError(
                f"epsilon={float(target)} cannot be reached with step_ratio={u}: "
                f"the floor is {floor(0, FLOAT_BITS).str(6, radius=False)}; pass a larger epsilon or step_ratio"
            )

    def _solution(self, target: Fraction, digits: int | None) -> Any:
        """Return the real number of steps at which a law reaches the target."""
        import mpmath

        law, bits = self.law, bits_of(digits or 17)
        what = f"iterations({self.optimizer!r}, {law}, method={self.method!r})"
        if self.method != "finite" and not self.iterated:
            row, corrected = self._limit_law(), self.method == "corrected"
            formula = "sharp_iterations" if corrected else "iterations"
            if row.is_explicit(law, target, formula=formula, strict=self.strict or corrected):
                ratio = self.step.value(1)
                value = resolve(lambda: row.steps_to(law, target, ratio, formula=formula), bits, what=what)
                return to_float(value, what=what) if digits is None else to_mpf(value, digits)

        def error(steps: Any) -> Any:
            value = resolve(lambda: self._by_law(ball_of_mpf(steps), self.parity or "even"), bits, what=what)
            return to_mpf(value, mpmath.mp.dps)

        with mpmath.workdps((digits or 17) + 3):
            epsilon = mpmath.mpf(target.numerator) / target.denominator
            if error(mpmath.mpf(1)) <= epsilon:
                return mpmath.mpf(1) if digits else 1.0
            start = mpmath.mpf(law.dim) ** min(float(law.alpha), 1.0)
            solution = solve(error, epsilon, start / 100, start)
        with mpmath.workdps(digits or 17):
            return +solution if digits else float(solution)
