"""The questions users ask: which relative error, how many steps, which step size."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, SupportsIndex

from theory import gradient_descent, iterated_descent, iterated_laws, sign_descent
from theory.balls import (
    FLOAT_BITS,
    Ball,
    ball,
    ball_of_mpf,
    bits_of,
    resolve,
    to_float,
    to_mpf,
)
from theory.interval import Enclosure
from theory.power_law import PowerLaw
from theory.threshold import first_step, solve
from theory.validation import Rational, choice, integer, is_sequence, rational, short

OPTIMIZERS = ("gd", "sd")
METHODS = ("asymptotic", "corrected", "finite", "exact")
DYNAMICS = ("simplified", "iterated")
PARITIES = ("even", "odd", "mean")
MOST_DIGITS = 10_000
MOST_ADDED = 2_000
"""Vocabulary up to which π₁ of an integer α is computed as a fraction, to decide ties with an absolute sd step."""


@dataclass(frozen=True, slots=True)
class _Step:
    """The step of a query: its size, as the ratio c = ηπ₁ (gd) or u = Tη/π₁ (sd), or the best one; its dynamics."""

    optimizer: str
    law: PowerLaw
    size: Fraction | None
    ratio: Fraction | None
    best: bool
    iterated: bool = False
    parity: str | None = None

    @classmethod
    def parse(cls, optimizer: str, law: PowerLaw, size: Rational | None, ratio: Rational | None) -> _Step:
        if size is not None and ratio is not None:
            raise ValueError(f"step_size={size!r} and step_ratio={ratio!r} are both given; pass one of them")
        if size == "best" or (optimizer == "sd" and size is None and ratio is None):
            return cls(optimizer, law, None, None, best=True)
        exact_size = None if size is None else rational("step_size", size)
        exact_ratio = None
        if ratio is not None:
            exact_ratio = rational("step_ratio", ratio, below=2 if optimizer == "gd" else None)
            if optimizer == "sd" and exact_ratio > 1:
                raise ValueError(
                    f"step_ratio={ratio!r} is out of range; for sd pass Tη/π₁ above 0 and at most 1"
                )
        if optimizer == "gd" and exact_size is not None:
            exact = exact_size
            margin = resolve(lambda: 2 * law.harmonic() - ball(exact), 8, what="2/π₁ - step_size")
            if not margin > 0:
                limit = 2 * law.harmonic()
                raise ValueError(
                    f"step_size={size!r} is out of range; gd diverges from 2/π₁ = {limit.str(6, radius=False)} on"
                )
        return cls(optimizer, law, exact_size, exact_ratio, best=False)

    def value(self, steps: int) -> Ball:
        """Return c or u after so many steps."""
        if self.ratio is not None:
            return ball(self.ratio)
        if self.size is None:
            return ball(1)
        if self.optimizer == "gd":
            return ball(self.size) / self.law.harmonic()
        return ball(self.size * steps) * self.law.harmonic()

    def exact_value(self, steps: int) -> Ball | Fraction:
        """Return the same, as a Fraction where it is rational and a tie k^-α = u is possible."""
        if self.ratio is not None:
            return self.ratio
        if self.size is not None and self.law.dim <= (MOST_ADDED if self.law.alpha.denominator == 1 else 1):
            exponent = self.law.alpha.numerator
            return self.size * steps * sum(Fraction(1, k**exponent) for k in range(1, self.law.dim + 1))
        return self.value(steps)


def relative_error(
    optimizer: str,
    *,
    alpha: Rational,
    dim: SupportsIndex,
    steps: SupportsIndex | Iterable[SupportsIndex],
    method: str = "exact",
    step_size: Rational | None = None,
    step_ratio: Rational | None = None,
    dynamics: str = "simplified",
    parity: str | None = None,
    digits: int | None = None,
    strict: bool = False,
) -> Any:
    r"""Return the relative error r_d(t) = (L(t) - L*)/(L(0) - L*) on the power law π_k ∝ k^-α.

    Parameters
    ----------
    optimizer : {"gd", "sd"}
        Gradient descent or sign descent.
    alpha : int, float, str or Fraction
        Exponent α > 0, taken exactly: 0.1 is the float, "1/10" is one tenth.
    dim : int
        Vocabulary size d ≥ 1.
    steps : int or sequence of int
        Number of full-batch steps t ≥ 0. A sequence gives a list; with sd and no step size given each entry is a
        horizon with its own best step.
    method : {"exact", "finite", "corrected", "asymptotic"}
        ``exact``: every digit certified, at a cost free of d and t. ``finite``: for gd the finite-dimension law;
        for sd Definition D.1 at the step size of Definition 4.4. ``asymptotic``: the limit law of Theorem 3.1
        (clipped to [0, 1] at α = 1) or 4.5. ``corrected``: the limit law and its first corrections in d; for sd
        with α > ½ where Theorem 4.5 is proven.
    step_size : optional
        Step size η, absolute, or ``"best"``, which for gd is the best up to 2/π₁. Default: 1/π₁ for gd, the best
        one for sd.
    step_ratio : optional
        The same as a ratio: c = ηπ₁ in (0, 2) for gd, u = Tη/π₁ in (0, 1] for sd. At most one of the two.
    dynamics : {"simplified", "iterated"}
        Of sd: Assumption 4.1, or the true update started at W = 0.
    parity : {"mean"}, optional
        For iterated sd: the mean over T and T + 1 at one step size. Default: the value at this very T.
    digits : int, optional
        Return an ``mpmath.mpf`` with so many digits instead of a float.
    strict : bool
        For ``asymptotic`` sd with α > ½: raise below the range in which Theorem 4.5 is proven, rather than
        continue it by this project's limit.

    Returns
    -------
    float, mpmath.mpf, or a list of them
        Dimensionless; 1 at t = 0.

    Raises
    ------
    TypeError, ValueError
        If an argument is outside its domain.
    OverflowError
        If the value leaves the range of floats and ``digits`` is not given.
    PrecisionError
        If the value cannot be enclosed within the precision limit.

    Notes
    -----
    What there is, and whether a step may be given with it (sd has laws of their own step size):

    =========  ==========  ==========================  ===================================
    optimizer  dynamics    method                      step
    =========  ==========  ==========================  ===================================
    gd         simplified  all four                    may be given; the best with ``exact``
    sd         simplified  exact                       may be given; else the best one
    sd         simplified  finite, corrected,          that of Definition 4.4
                           asymptotic
    sd         iterated    exact                       must be given
    sd         iterated    asymptotic                  that of :func:`step_size`
    =========  ==========  ==========================  ===================================

    The best step of iterated sd has no certificate: the loss has many local minima. ``numerics`` searches it.

    Examples
    --------
    >>> relative_error("gd", alpha=1, dim=100_000, steps=5_000)
    0.15077391933842305
    >>> relative_error("gd", alpha=1, dim=100_000, steps=5_000, method="asymptotic")
    0.2
    >>> relative_error("gd", alpha=1, dim=100_000, steps=5_000, step_size="best")
    0.10116171930530228
    >>> relative_error("sd", alpha=1, dim=10_000, steps=50)
    0.303951631691505
    >>> relative_error("sd", alpha=1, dim=1_000, steps=[30, 31], step_ratio=1, dynamics="iterated")
    [0.02478232174733843, 0.5019221701912776]
    >>> import mpmath
    >>> mpmath.nstr(relative_error("gd", alpha=1, dim=10**40, steps=10**25, digits=20), 20)
    '0.35895760915635845047'
    """
    law, step = _parse(optimizer, alpha, dim, method, step_size, step_ratio, dynamics, parity, strict)
    bits = _bits(digits)

    def one(entry: SupportsIndex) -> Any:
        value, what = _enclosed(optimizer, law, entry, method, step, strict, bits)
        return to_float(value, what=what) if digits is None else to_mpf(value, digits)

    return [one(t) for t in steps] if is_sequence(steps) else one(steps)  # type: ignore[union-attr,arg-type]


def enclosure(
    optimizer: str,
    *,
    alpha: Rational,
    dim: SupportsIndex,
    steps: SupportsIndex | Iterable[SupportsIndex],
    step_size: Rational | None = None,
    step_ratio: Rational | None = None,
    dynamics: str = "simplified",
    parity: str | None = None,
    digits: int = 15,
) -> Any:
    r"""Return an interval that provably contains the relative error.

    Parameters
    ----------
    optimizer, alpha, dim, steps, step_size, step_ratio, dynamics, parity
        As in :func:`relative_error`, whose ``exact`` value is the midpoint.
    digits : int
        The interval is made so small that it proves so many significant digits.

    Returns
    -------
    Enclosure, or a list of them
        Frozen, with ``lower``, ``upper``, ``midpoint`` and ``radius``.

    Raises
    ------
    TypeError, ValueError
        If an argument is outside its domain.
    PrecisionError
        If the interval cannot be made small within the precision limit; the message names it.

    Notes
    -----
    Every operation is in ball arithmetic, and every neglected part of a sum is bounded. For the best sd step the
    interval is that of the loss at a step found by bisection: see :mod:`theory.sign_descent`.

    Examples
    --------
    >>> found = enclosure("gd", alpha=1, dim=10**6, steps=1000, digits=20)
    >>> print(found)
    0.39180497642184889860806910404376 ± 3.4e-32
    >>> found.lower < relative_error("gd", alpha=1, dim=10**6, steps=1000, digits=40) < found.upper
    True
    """
    law, step = _parse(optimizer, alpha, dim, "exact", step_size, step_ratio, dynamics, parity)
    bits = _bits(digits)

    def one(entry: SupportsIndex) -> Enclosure:
        return Enclosure.of_ball(_enclosed(optimizer, law, entry, "exact", step, False, bits)[0])

    return [one(t) for t in steps] if is_sequence(steps) else one(steps)  # type: ignore[union-attr,arg-type]


def iterations(
    optimizer: str,
    *,
    alpha: Rational,
    dim: SupportsIndex,
    epsilon: Rational | Iterable[Rational],
    method: str = "exact",
    step_size: Rational | None = None,
    step_ratio: Rational | None = None,
    dynamics: str = "simplified",
    parity: str | None = None,
    digits: int | None = None,
    strict: bool = False,
) -> Any:
    r"""Return the number of steps until the relative error is at most ε.

    Parameters
    ----------
    optimizer, alpha, dim, method, step_size, step_ratio, dynamics, digits, strict
        As in :func:`relative_error`. For simplified sd a ``step_size`` is refused: the error is not monotone in T at
        a fixed step; give ``step_ratio`` = Tη/π₁, which keeps the distance travelled fixed. For iterated sd it is
        the other way round.
    parity : {"even", "odd", "mean"}
        Which steps count for iterated sd, whose error jumps from even to odd; mean: T and T + 1 at one step size.
    epsilon : int, float, str, Fraction, or a sequence of them
        Target relative error, 0 < ε < 1, taken exactly.

    Returns
    -------
    int, or float (mpmath.mpf with ``digits``), or a list of them
        ``exact``: the smallest integer T with r(T) ≤ ε, proven on both sides. ``finite`` (gd) and ``asymptotic``:
        the real solution, not rounded: at least one step where the law has to be solved, a formula as printed.
        ``finite`` for sd: an integer T at which the law, not quite monotone for small α and d, falls to ε.

    Raises
    ------
    ValueError
        If ε cannot be reached with the step given; the message names the floor.

    Examples
    --------
    >>> iterations("gd", alpha=1, dim=50_257, epsilon=0.1)
    5564
    >>> round(iterations("gd", alpha=1, dim=50_257, epsilon="1/10", method="asymptotic"))
    8512
    >>> iterations("sd", alpha=1, dim=50_257, epsilon=0.1)
    253
    """
    law, step = _parse(
        optimizer, alpha, dim, method, step_size, step_ratio, dynamics, parity, strict, counting=True
    )
    if optimizer == "sd" and not step.iterated and step_size is not None:
        raise ValueError(
            f"step_size={step_size!r} does not fix the answer for sd, whose error is not monotone at a fixed step; "
            "pass step_ratio=Tη/π₁ in (0, 1] or no step at all"
        )
    places = None if digits is None else integer("digits", digits, at_least=1, at_most=MOST_DIGITS)

    def one(entry: Rational) -> Any:
        target = rational("epsilon", entry, below=1)
        if step.iterated and method == "exact":
            return iterated_descent.first_steps(law, target, step.exact_value, str(step.parity))
        if method == "exact" or (method == "finite" and optimizer == "sd"):
            return _first(optimizer, law, target, method, step)
        return _solution(optimizer, law, target, method, step, places, strict)

    return [one(e) for e in epsilon] if is_sequence(epsilon) else one(epsilon)  # type: ignore[union-attr,arg-type]


def step_size(
    optimizer: str,
    *,
    alpha: Rational,
    dim: SupportsIndex,
    steps: SupportsIndex | None = None,
    method: str = "exact",
    dynamics: str = "simplified",
    parity: str | None = None,
    digits: int | None = None,
) -> Any:
    r"""Return the absolute step size η for a horizon of ``steps``; for gd without a horizon 1/π₁.

    Parameters
    ----------
    optimizer, alpha, dim, dynamics, parity, digits
        As in :func:`relative_error`.
    steps : int
        The horizon T ≥ 1; sd needs it.
    method : {"exact", "finite", "corrected", "asymptotic"}
        ``exact`` is the best step of the horizon. Otherwise sd has that of Definition 4.4, η = 1/(H(d, α) T φ^α),
        and gd 1/π₁. Iterated sd has ``asymptotic`` only, to leading order the best step.

    Examples
    --------
    >>> step_size("gd", alpha=1, dim=100)
    5.187377517639621
    >>> step_size("gd", alpha=1, dim=100, steps=10)
    9.400128477503584
    >>> step_size("sd", alpha=1, dim=10_000, steps=50)
    0.0010217002976185845
    """
    law, step = _parse(optimizer, alpha, dim, method, None, None, dynamics, parity)
    bits = _bits(digits)
    if optimizer == "sd" and steps is None:
        raise ValueError(
            "steps=None is missing; the best step size of sd depends on the horizon, pass steps=T ≥ 1"
        )
    horizon = 1 if steps is None else integer("steps", steps, at_least=1)

    def value() -> Ball:
        if optimizer == "gd":
            if method != "exact" or steps is None:
                return law.harmonic()
            return gradient_descent.best_step(law, horizon)[0] * law.harmonic()
        if step.iterated:
            ratio = iterated_laws.asymptotic_step(law, horizon, _parity(step, horizon))
        elif method != "exact":
            ratio, _ = _law(optimizer, law).step(law, horizon)
        else:
            _, ratio = sign_descent.best_step(law, horizon)
        return ratio / (horizon * law.harmonic())

    what = f"step_size({optimizer!r}, {law}, steps={short(horizon)})"
    enclosed = resolve(value, bits, what=what)
    return to_float(enclosed, what=what) if digits is None else to_mpf(enclosed, digits)


def _bits(digits: int | None) -> int:
    """Return the relative accuracy in bits of so many digits, or of a float."""
    if digits is None:
        return FLOAT_BITS
    return bits_of(integer("digits", digits, at_least=1, at_most=MOST_DIGITS))


def _enclosed(
    optimizer: str, law: PowerLaw, steps: SupportsIndex, method: str, step: _Step, strict: bool, bits: int
) -> tuple[Ball, str]:
    """Return the relative error to so many bits, and its name for messages."""
    t = integer("steps", steps, at_least=1 if step.parity == "mean" else 0)
    what = f"relative_error({optimizer!r}, {law}, steps={short(t)})"
    return resolve(lambda: _error(optimizer, law, t, method, step, strict), bits, what=what), what


def _parse(
    optimizer: str,
    alpha: Rational,
    dim: SupportsIndex,
    method: str,
    step_size: Rational | None,
    step_ratio: Rational | None,
    dynamics: str,
    parity: str | None,
    strict: bool = False,
    *,
    counting: bool = False,
) -> tuple[PowerLaw, _Step]:
    choice("optimizer", optimizer, OPTIMIZERS)
    choice("method", method, METHODS)
    law = PowerLaw(alpha, dim)
    step = _Step.parse(optimizer, law, step_size, step_ratio)
    if choice("dynamics", dynamics, DYNAMICS) == "iterated":
        step = replace(step, iterated=True, parity=parity)
        _check_iterated(optimizer, method, step, strict, counting)
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
    return law, step


def _check_iterated(optimizer: str, method: str, step: _Step, strict: bool, counting: bool) -> None:
    """Refuse what the iterated dynamics have not got."""
    parity = step.parity
    if optimizer != "sd":
        raise ValueError(f"dynamics='iterated' applies to sd only, not to {optimizer!r}; leave it out")
    if method not in ("exact", "asymptotic"):
        raise ValueError(
            f"method={method!r} has no law for dynamics='iterated'; pass 'exact' or 'asymptotic'"
        )
    if strict:
        raise ValueError("strict=True is about Theorem 4.5, not about dynamics='iterated'; leave it out")
    if parity is not None:
        choice("parity", parity, PARITIES)
    if counting and parity is None:
        raise ValueError(
            "parity=None leaves open which steps count, as the error of iterated sd jumps from even to odd; "
            "pass parity='even', 'odd' or 'mean'"
        )
    if not counting and parity in ("even", "odd"):
        raise ValueError(f"parity={parity!r} is that of the steps given; leave it out, or pass parity='mean'")
    if method == "exact" and step.best:
        raise ValueError(
            "step_size=None: the best step of iterated sd has no certificate; pass a step, method='asymptotic', "
            "or ask numerics, which searches it"
        )
    if counting and step.ratio is not None:
        raise ValueError(
            f"step_ratio={step.ratio} does not order iterated sd by steps; pass step_size, or method='asymptotic'"
        )


def _parity(step: _Step, steps: int) -> str:
    return step.parity or ("odd" if steps % 2 else "even")


def _law(optimizer: str, law: PowerLaw) -> Any:
    from theory.limit_laws import law as find

    return find(optimizer, alpha=law.alpha)


def _error(optimizer: str, law: PowerLaw, t: int, method: str, step: _Step, strict: bool) -> Ball:
    """Return the relative error at the working precision."""
    if t == 0:
        return ball(1)
    if step.iterated and method == "asymptotic":
        return iterated_laws.asymptotic(law, ball(t), _parity(step, t))
    if step.iterated:
        return iterated_descent.error(law, t, step.exact_value(t), _parity(step, t))
    if method in ("asymptotic", "corrected"):
        row, ratio = _law(optimizer, law), step.value(t)
        time = row.time(law, ball(t), ratio)
        return (
            row.corrected(law, time, ratio) if method == "corrected" else row.error(law, time, strict=strict)
        )
    if optimizer == "gd":
        if step.best:
            return gradient_descent.best_step(law, t)[1]
        if method == "finite":
            return gradient_descent.finite(law, ball(2 * t), step.value(t))
        return gradient_descent.exact(law, t, step.value(t))
    if method == "finite":
        u, m = _law(optimizer, law).step(law, t)
        return sign_descent.exact(law, t, u, m)
    return sign_descent.best(law, t) if step.best else sign_descent.exact(law, t, step.exact_value(t))


def _first(optimizer: str, law: PowerLaw, target: Fraction, method: str, step: _Step) -> int:
    """Return the smallest integer T with error(T) ≤ target."""
    if optimizer == "sd" and step.ratio is not None:
        floor = resolve(lambda: _floor(law, step.ratio), FLOAT_BITS, what="the floor")  # type: ignore[arg-type]
        if not floor < ball(target):
            raise ValueError(
                f"epsilon={float(target)} cannot be reached with step_ratio={step.ratio}: "
                f"the floor is {floor.str(6, radius=False)}; pass a larger epsilon or step_ratio"
            )

    def error(steps: int, bits: int) -> Ball:
        what = f"the error at steps={short(steps)}"
        return resolve(lambda: _error(optimizer, law, steps, method, step, False), bits, what=what)

    guess = 1
    if law.dim > 1 and step.ratio is None:
        guess = int(
            _solution(optimizer, law, target, "finite" if optimizer == "gd" else "asymptotic", step, 6, False)
        )
    return first_step(error, target, guess)


def _floor(law: PowerLaw, u: Fraction) -> Ball:
    """Return the relative error that sd tends to as T → ∞ at fixed Tη = uπ₁."""
    return sign_descent.loss(law.alpha, sign_descent.remaining(law, u), ball(u), ball(0)) / law.harmonic(2)


def _solution(
    optimizer: str,
    law: PowerLaw,
    target: Fraction,
    method: str,
    step: _Step,
    digits: int | None,
    strict: bool,
) -> Any:
    """Return the real number of steps at which the finite or asymptotic law reaches the target."""
    import mpmath

    bits = bits_of(digits or 17)
    what = f"iterations({optimizer!r}, {law}, method={method!r})"
    corrected = method == "corrected"
    row = None if method == "finite" or step.iterated else _law(optimizer, law)
    formula = "sharp_iterations" if corrected else "iterations"
    if row is not None and row.is_explicit(law, target, formula=formula, strict=strict or corrected):
        value = resolve(lambda: row.steps_to(law, target, step.value(1), formula=formula), bits, what=what)
        return to_float(value, what=what) if digits is None else to_mpf(value, digits)

    def error(steps: Any) -> Any:
        def value() -> Ball:
            time = ball_of_mpf(steps)
            if step.iterated:
                return iterated_laws.asymptotic(law, time, step.parity or "even")
            if row is None:
                return gradient_descent.finite(law, 2 * time, step.value(1))
            rescaled = row.time(law, time, step.value(1))
            return row.corrected(law, rescaled, step.value(1)) if corrected else row.error(law, rescaled)

        return to_mpf(resolve(value, bits, what=what), mpmath.mp.dps)

    with mpmath.workdps((digits or 17) + 3):
        epsilon = mpmath.mpf(target.numerator) / target.denominator
        if error(mpmath.mpf(1)) <= epsilon:
            return mpmath.mpf(1) if digits else 1.0
        start = mpmath.mpf(law.dim) ** min(float(law.alpha), 1.0)
        solution = solve(error, epsilon, start / 100, start)
    with mpmath.workdps(digits or 17):
        return +solution if digits else float(solution)
