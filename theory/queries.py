"""The questions users ask: which relative error, how many steps, which step size."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, SupportsIndex

from theory.balls import FLOAT_BITS, bits_of, resolve, to_float, to_mpf
from theory.interval import Enclosure
from theory.query import Query
from theory.validation import Rational, integer, is_sequence, rational, short

MOST_DIGITS = 10_000


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
    query = Query.parse(
        optimizer,
        alpha,
        dim,
        method=method,
        step_size=step_size,
        step_ratio=step_ratio,
        dynamics=dynamics,
        parity=parity,
        strict=strict,
    )
    bits = _bits(digits)

    def one(entry: SupportsIndex) -> Any:
        t = integer("steps", entry, at_least=query.least_steps)
        value = query.enclosed(t, bits)
        return to_float(value, what=query.name(t)) if digits is None else to_mpf(value, digits)

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
    0.3918049764218488986080691036 ± 1.8e-27
    >>> found.lower < relative_error("gd", alpha=1, dim=10**6, steps=1000, digits=40) < found.upper
    True
    """
    query = Query.parse(
        optimizer,
        alpha,
        dim,
        step_size=step_size,
        step_ratio=step_ratio,
        dynamics=dynamics,
        parity=parity,
    )
    bits = _bits(digits)

    def one(entry: SupportsIndex) -> Enclosure:
        t = integer("steps", entry, at_least=query.least_steps)
        return Enclosure.of_ball(query.enclosed(t, bits))

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
    query = Query.parse(
        optimizer,
        alpha,
        dim,
        method=method,
        step_size=step_size,
        step_ratio=step_ratio,
        dynamics=dynamics,
        parity=parity,
        strict=strict,
        counting=True,
    )
    if optimizer == "sd" and not query.iterated and step_size is not None:
        raise ValueError(
            f"step_size={step_size!r} does not fix the answer for sd, whose error is not monotone at a fixed step; "
            "pass step_ratio=Tη/π₁ in (0, 1] or no step at all"
        )
    places = None if digits is None else integer("digits", digits, at_least=1, at_most=MOST_DIGITS)

    def one(entry: Rational) -> Any:
        return query.count(rational("epsilon", entry, below=1), places)

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
    query = Query.parse(optimizer, alpha, dim, method=method, dynamics=dynamics, parity=parity)
    bits = _bits(digits)
    horizon = None if steps is None else integer("steps", steps, at_least=1)
    what = f"step_size({optimizer!r}, {query.law}, steps={'None' if horizon is None else short(horizon)})"
    value = resolve(lambda: query.step_size(horizon), bits, what=what)
    return to_float(value, what=what) if digits is None else to_mpf(value, digits)


def _bits(digits: int | None) -> int:
    """Return the relative accuracy in bits of so many digits, or of a float."""
    if digits is None:
        return FLOAT_BITS
    return bits_of(integer("digits", digits, at_least=1, at_most=MOST_DIGITS))
