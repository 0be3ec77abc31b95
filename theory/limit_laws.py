r"""The limit laws: the rows of Theorem 3.1 (gradient descent) and Theorem 4.5 (sign descent).

Each row is written once, in sympy; LaTeX, the report and every number with ``method="asymptotic"`` derive from it.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import Any

import sympy as sp

from theory import sign_descent
from theory.balls import Ball, ball, power, ties_hold
from theory.evaluate import evaluate, evaluate_exactly
from theory.power_law import PowerLaw
from theory.validation import Rational, choice, rational

HALF = Fraction(1, 2)
alpha, c, d, t, tau, epsilon, tau_epsilon, phi = sp.symbols(
    "alpha c d t tau epsilon tau_epsilon phi", positive=True
)
r = sp.Symbol("r", positive=True)


@dataclass(frozen=True, slots=True)
class Law:
    """One row of Theorem 3.1 or 4.5.

    Attributes
    ----------
    optimizer : {"gd", "sd"}
    regime : str
        The range of α, such as ``"α < 1"``.
    kind : {"limit", "equivalent"}
        Whether r_d(t) tends to the rate as d → ∞ at fixed τ, or is only equivalent to it as τ → ∞.
    time_scaling : sympy.Eq
        How steps t, rescaled time τ and dimension d relate.
    scaled_time : sympy.Expr
        The same solved for τ.
    step_size : sympy.Expr
        gd: η in units of 1/π₁. sd: φ, where η = 1/(H(d, α) t φ^α).
    rate : sympy.Expr
        r as a function of τ (and of α).
    iterations : sympy.Expr
        Steps to reach relative error ε; ``tau_epsilon`` stands for the solution of rate = ε.
    approach : sympy.Expr
        The order in d (or in τ for ``equivalent``) at which the law is approached. [this project's]
    correction : sympy.Expr
        The leading terms of r_d - rate as d → ∞ at fixed τ, in which r stands for the rate, φ for the step size
        and c for the gd step in units of 1/π₁. [this project's]
    sharp_iterations : sympy.Expr
        Steps to ε with the right constant, not only the right order in d. [this project's]
    proven_from : sympy.Expr or None
        The τ from which on the rate is proven; below, :func:`theory.relative_error` continues it by this
        project's limit.
    reference : str
    domain : callable and Fraction
        The comparison and the number that say which exponents α the row is for.
    """

    optimizer: str
    regime: str
    kind: str
    time_scaling: Any
    scaled_time: Any
    step_size: Any
    rate: Any
    iterations: Any
    approach: Any
    correction: Any
    sharp_iterations: Any
    reference: str
    domain: tuple[Callable[[Fraction, Fraction], bool], Fraction] = field(repr=False)
    proven_from: Any = None

    def covers(self, exponent: Fraction) -> bool:
        """Say whether the row is the one for an exponent α."""
        compare, number = self.domain
        return compare(exponent, number)

    def latex(self, name: str) -> str:
        """Return one of the formulas above as LaTeX."""
        return str(sp.latex(getattr(self, name)))

    def __str__(self) -> str:
        scaling, rate, steps = (
            sp.pretty(formula, use_unicode=True)
            for formula in (self.time_scaling, sp.Eq(sp.Function("r")(tau), self.rate), self.iterations)
        )
        return f"{self.reference}, {self.regime}\n\n{scaling}\n\n{rate}\n\nsteps to ε\n\n{steps}"

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self.latex('time_scaling')}, \quad r(\tau) = {self.latex('rate')}$"

    def time(self, law: PowerLaw, steps: Ball, ratio: Ball) -> Ball:
        """Return τ; a gd step c/π₁ only rescales time (and is lost in the limit at α = 1)."""
        value = evaluate(self.scaled_time, {t: steps, d: Fraction(law.dim), alpha: law.alpha})
        return value * ratio if self.optimizer == "gd" and law.alpha != 1 else value

    def error(self, law: PowerLaw, time: Ball, *, strict: bool = False) -> Ball:
        """Return the rate at rescaled time τ > 0, within [0, 1]."""
        values = {tau: time, alpha: law.alpha}
        if self.proven_from is not None:
            inside = time - evaluate(self.proven_from, values)
            if strict and inside < 0:
                raise ValueError(
                    f"strict=True: {self.reference} is proven for τ ≥ {self.proven_from} only, "
                    f"here τ = {time.str(4, radius=False)}; take more steps or strict=False"
                )
            if not inside >= 0:
                return sign_descent.limit(law.alpha, time * time)
        value = evaluate(self.rate, values)
        if value <= 0 or (self.rate.subs(tau, 1) == 0 and time.overlaps(ball(1)) and ties_hold(law.dim)):
            return ball(0)
        return value.min(ball(1))

    def corrected(self, law: PowerLaw, time: Ball, ratio: Ball) -> Ball:
        """Return rate + correction at rescaled time τ > 0, within [0, 1], for a gd step ``ratio`` = ηπ₁."""
        self.error(law, time, strict=True)
        values = {tau: time, alpha: law.alpha, d: Fraction(law.dim), c: ratio}
        values[r] = evaluate(self.rate, values)
        if phi in self.correction.free_symbols:
            values[phi] = evaluate(self.step_size, values)
        return (values[r] + evaluate(self.correction, values)).max(ball(0)).min(ball(1))

    def is_explicit(
        self, law: PowerLaw, target: Fraction, *, formula: str = "iterations", strict: bool = False
    ) -> bool:
        """Say whether ``iterations`` (or ``sharp_iterations``) is a formula that holds at this target."""
        if tau_epsilon in getattr(self, formula).free_symbols:
            return False
        if self.proven_from is None:
            return True
        values = {alpha: law.alpha}
        highest = evaluate(self.rate.subs(tau, self.proven_from), values)
        proven = not ball(target) > highest
        if strict and not proven:
            raise ValueError(
                f"strict=True: {self.reference} is proven for epsilon up to {highest.str(4, radius=False)} only, "
                f"here epsilon={float(target)}; pass a smaller epsilon or strict=False"
            )
        return proven

    def steps_to(self, law: PowerLaw, target: Fraction, ratio: Ball, *, formula: str = "iterations") -> Ball:
        """Return the steps to relative error ``target`` by one of the two formulas."""
        values = {epsilon: target, d: Fraction(law.dim), alpha: law.alpha}
        steps = evaluate(getattr(self, formula), values)
        return steps / ratio if self.optimizer == "gd" and law.alpha != 1 else steps

    def step(self, law: PowerLaw, steps: int) -> tuple[Ball, int]:
        """Return u = Tη/π₁ = φ^-α of Definition 4.4 at finite d, φ kept within [1, d], and ⌊φ⌋ (sd only)."""
        values = {t: Fraction(steps), d: Fraction(law.dim), alpha: law.alpha}
        formula = self.step_size.subs(tau, self.scaled_time)
        value = evaluate_exactly(formula, values)
        if isinstance(value, Fraction):
            value = min(max(value, Fraction(1)), Fraction(law.dim))
            return power(ball(value), -law.alpha), math.floor(value)
        if value >= law.dim:
            return power(law.dim, -law.alpha), law.dim
        u = evaluate_exactly(sp.powdenest(formula**-alpha), values)
        return ball(u) if isinstance(u, Fraction) else u, sign_descent.remaining(law, u)


@cache
def _rows() -> tuple[Law, ...]:
    one_minus = 1 - 1 / alpha
    constant = sp.gamma(one_minus) / (alpha * sp.zeta(alpha))
    c1, c2 = 1 - 1 / (2 * alpha), alpha / (1 - alpha)
    x = 1 / sp.Max(1, c1 + c2 * (2 * tau) ** 2)
    moving = 2 * alpha**2 / (1 - alpha) * x ** (1 - 2 * alpha)
    floor = (1 - 2 * alpha) / (4 * tau**2) * (x ** (-2 * alpha) - x ** (1 - 2 * alpha))
    half = sp.Rational(1, 2)
    bent = -(1 - alpha) / alpha * c * tau / 2 * sp.expint(1 / alpha - 2, tau)
    return (
        Law(
            optimizer="gd",
            regime="α < 1",
            kind="limit",
            time_scaling=sp.Eq(2 * t, tau * d**alpha),
            scaled_time=2 * t / d**alpha,
            step_size=sp.Integer(1),
            rate=(1 - alpha) / alpha * sp.expint(1 / alpha, tau),
            iterations=half * tau_epsilon * d**alpha,
            approach=d ** -sp.Min(alpha, 1 - alpha),
            correction=bent * d**-alpha - (1 - alpha) * sp.zeta(alpha) * r * d ** (alpha - 1),
            sharp_iterations=half * tau_epsilon * d**alpha,
            reference="Theorem 3.1",
            domain=(operator.lt, Fraction(1)),
        ),
        Law(
            optimizer="gd",
            regime="α = 1",
            kind="limit",
            time_scaling=sp.Eq(2 * t, d**tau),
            scaled_time=sp.log(2 * t) / sp.log(d),
            step_size=sp.Integer(1),
            rate=1 - tau,
            iterations=half * d ** (1 - epsilon),
            approach=1 / sp.log(d),
            correction=(c * d ** (tau - 1) - d**-tau / 2 - sp.log(c) - sp.EulerGamma * (2 - tau))
            / sp.harmonic(d),
            sharp_iterations=half * sp.exp(-sp.EulerGamma * (1 + epsilon)) * d ** (1 - epsilon),
            reference="Theorem 3.1",
            domain=(operator.eq, Fraction(1)),
        ),
        Law(
            optimizer="gd",
            regime="α > 1",
            kind="equivalent",
            time_scaling=sp.Eq(2 * t, tau),
            scaled_time=2 * t,
            step_size=sp.Integer(1),
            rate=sp.beta(one_minus, 1 + tau) / (alpha * sp.zeta(alpha)),
            iterations=half * (constant / epsilon) ** (alpha / (alpha - 1)),
            approach=1 / tau,
            correction=-(1 - r) * d ** (1 - alpha) / ((alpha - 1) * sp.zeta(alpha)),
            sharp_iterations=half * (constant / epsilon) ** (alpha / (alpha - 1)) - (2 - 1 / alpha) / 4,
            reference="Theorem 3.1",
            domain=(operator.gt, Fraction(1)),
        ),
        Law(
            optimizer="sd",
            regime="α < ½",
            kind="limit",
            time_scaling=sp.Eq(t, tau),
            scaled_time=t,
            step_size=d * x,
            rate=moving + floor,
            iterations=tau_epsilon,
            approach=d ** -(1 - 2 * alpha),
            correction=(1 - 2 * alpha)
            * d ** (2 * alpha - 1)
            * (sp.zeta(2 * alpha) * (1 - r) - 2 * sp.zeta(alpha) * phi**-alpha),
            sharp_iterations=tau_epsilon,
            reference="Theorem 4.5",
            domain=(operator.lt, HALF),
        ),
        Law(
            optimizer="sd",
            regime="α = ½",
            kind="limit",
            time_scaling=sp.Eq(4 * t**2, d**tau),
            scaled_time=sp.log(4 * t**2) / sp.log(d),
            step_size=d / (4 * t**2),
            rate=1 - tau,
            iterations=half * d ** ((1 - epsilon) / 2),
            approach=1 / sp.log(d),
            correction=(sp.EulerGamma * tau - 2 - 2 * sp.zeta(half) * d ** ((tau - 1) / 2) - d**-tau)
            / sp.harmonic(d),
            sharp_iterations=half
            * sp.exp((sp.EulerGamma * (1 - epsilon) - 2) / 2)
            * d ** ((1 - epsilon) / 2),
            reference="Theorem 4.5",
            domain=(operator.eq, HALF),
        ),
        Law(
            optimizer="sd",
            regime="α > ½",
            kind="limit",
            time_scaling=sp.Eq(4 * t**2, tau**2 * d),
            scaled_time=2 * t / sp.sqrt(d),
            step_size=(1 + 1 / tau**2) ** (1 / alpha),
            rate=1 / (sp.zeta(2 * alpha) * (1 + tau**2)),
            iterations=half * sp.sqrt(d) * sp.sqrt(1 / (sp.zeta(2 * alpha) * epsilon) - 1),
            approach=d ** -sp.Min(2 * alpha - 1, 1),
            correction=r
            * (d ** (1 - 2 * alpha) / ((2 * alpha - 1) * sp.zeta(2 * alpha)) - tau**2 / ((1 + tau**2) * d)),
            sharp_iterations=half * sp.sqrt((d - 1) * (1 / (sp.harmonic(d, 2 * alpha) * epsilon) - 1)),
            reference="Theorem 4.5",
            domain=(operator.gt, HALF),
            proven_from=1 / sp.sqrt(2**alpha - 1),
        ),
    )


def laws(optimizer: str) -> tuple[Law, ...]:
    """Return the regimes of an optimizer, by increasing α.

    Examples
    --------
    >>> [row.regime for row in laws("gd")]
    ['α < 1', 'α = 1', 'α > 1']
    """
    choice("optimizer", optimizer, ("gd", "sd"))
    return tuple(row for row in _rows() if row.optimizer == optimizer)


def law(optimizer: str, *, alpha: Rational) -> Law:
    """Return the law that holds at exponent α.

    Examples
    --------
    >>> law("gd", alpha=1).rate
    1 - tau
    """
    exact = rational("alpha", alpha)
    return next(row for row in laws(optimizer) if row.covers(exact))
