"""Ours: where the √d of sign descent holds, measured as growth of the steps with d."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from reports.evidence import Case, Evidence, Row
from reports.verification import Check

if TYPE_CHECKING:
    from numerics.closed_form import Distances

DOMAIN = "own-domain-of-sqrt-d"
PARITIES = ("even", "odd")
TARGETS = ("1/10", "3/10")

#: Vocabulary sizes, two to a factor ten; larger ones where it takes long to come near the limit.
DIMS = tuple(round(10 ** (k / 2)) for k in range(4, 11))
RANDOM_DIMS = tuple(round(10 ** (k / 2)) for k in range(6, 13))
HARMONIC_DIMS = tuple(round(10 ** (k / 2)) for k in range(8, 14))

#: Standard deviations of the start, in units of the root mean square of the targets.
SCALES = ("1/10", "1/4", "1/2", "1", "2", "4", "100")

#: The exponent of d of a row, given what it says: the name in the formula, and ε and s₀ where they count.
Law = Callable[..., Fraction]


def law(name: str, **at: str) -> Fraction:
    """Read an exponent of d, or of M, off the statement's formula."""
    import sympy as sp

    from theory import limit_laws
    from theory.statements import own_sign_variants as statement

    symbols = {"epsilon": limit_laws.epsilon, "scale": statement.spread}
    base = statement.M if name == "N_text" else limit_laws.d
    growth = sp.sympify(statement.GROWTH[name]).subs(
        {symbols[key]: sp.sympify(value) for key, value in at.items()}
    )
    exponent = (growth * base).as_base_exp()[1] - 1  # times the base, because 1 has none
    return Fraction(int(exponent.p), int(exponent.q))


def row(case: Case, exponent: float, dims: Sequence[int], steps: Sequence[float], *, corrected: bool) -> Row:
    """Compare by how much steps grow per tenfold d; the budget is the interval of the fit.

    The fit's least squares are good to 1e-12.
    """
    from numerics.growth import growth

    line = growth(dims, steps)
    fit = growth(dims, steps, corrected=True) if corrected else line
    case = {**case, "line": f"{line.exponent:.3f} ± {line.uncertainty:.3f}"}
    if corrected:
        case["corrected"] = f"{fit.exponent:.3f} ± {fit.uncertainty:.3f}"
    return Row(case, 10.0**exponent, fit.factor, {"fit": fit.factor_uncertainty, "rounding": 1e-12})


def evidence(check: str, rows: Sequence[Row]) -> Evidence:
    """Gather rows of growth."""
    columns = ("factor per tenfold d, claimed", "measured")
    return Evidence(DOMAIN, check, "model", "fit", tuple(rows), columns=columns)


@cache
def zero_start(dim: int) -> Distances:
    """Return the power law α = 1 seen from W = 0."""
    import numpy as np

    from numerics.closed_form import Distances
    from numerics.power_law import power_law_frequencies
    from numerics.sign_variants import merged

    return merged(Distances(power_law_frequencies(1, dim), np.ones(dim), 0.0))


@cache
def quanta(epsilon: str, parity: str) -> tuple[float, ...]:
    """Return the constant steps to ε from W = 0."""
    from numerics.sign_variants import quanta_to

    return tuple(quanta_to(zero_start(dim), epsilon=epsilon, parity=parity).between for dim in DIMS)


@cache
def random_quanta(epsilon: str, parity: str, scale: str) -> tuple[float, ...]:
    """Return the constant steps to ε from a random start."""
    from numerics.sign_variants import gaussian_start, quanta_to

    starts = (gaussian_start(zero_start(dim), scale=scale) for dim in RANDOM_DIMS)
    return tuple(quanta_to(start, epsilon=epsilon, parity=parity).between for start in starts)


def from_zero(law: Law = law) -> Evidence:
    """Constant steps, and steps that fall linearly to 0, from W = 0."""
    from numerics.sign_variants import steps_of_quanta

    rows = []
    for epsilon in TARGETS:
        for parity in PARITIES:
            counts, exponent = quanta(epsilon, parity), law(f"N_{parity}", epsilon=epsilon)
            for name, share in (("constant", 1), ("linear", 2)):  # N = T, and N ~ T²/2
                steps = [steps_of_quanta(name, count) for count in counts]
                case: Case = {"step": name, "N": parity, "ε": epsilon, "exponent": str(exponent / share)}
                rows.append(row(case, float(exponent / share), DIMS, steps, corrected=True))
    return evidence("start at zero", rows)


def from_random(law: Law = law, epsilon: str = "1/10") -> Evidence:
    """Constant steps from random starts, at even T, and from the smallest at odd T."""
    rows = []
    for scale, parity in (*((scale, "even") for scale in SCALES), (SCALES[0], "odd")):
        exponent = law("N_odd") if parity == "odd" else law("N_random", epsilon=epsilon, scale=scale)
        case: Case = {"s₀": scale, "T": parity, "ε": epsilon, "exponent": str(exponent)}
        steps = random_quanta(epsilon, parity, scale)
        rows.append(row(case, float(exponent), RANDOM_DIMS, steps, corrected=True))
    return evidence("random start", rows)


@cache
def harmonic(epsilon: str, parity: str, large: bool) -> tuple[float, ...]:
    """Return the steps η₀/t to ε from W = 0."""
    from numerics.sign_variants import crossing

    return tuple(
        crossing(harmonic_curve(dim), epsilon=epsilon, parity=parity).between
        for dim in (HARMONIC_DIMS if large else DIMS)
    )


@cache
def harmonic_curve(dim: int) -> Any:
    """Return the best errors with steps η₀/t after 0, 1, … of them, as far as they are needed."""
    from numerics.sign_variants import harmonic_errors

    return harmonic_errors(zero_start(dim), steps=32 + round(0.7 * dim**0.45))


def harmonic_odd(quanta: Callable[[float], float]) -> Evidence:
    """Count ``quanta``, a function of T, of the steps η₀/t at odd T."""
    rows = []
    for epsilon in TARGETS:
        steps, exponent = harmonic(epsilon, "odd", True), law("N_odd")
        case: Case = {"ε": epsilon, "exponent": str(exponent)}
        rows.append(row(case, float(exponent), HARMONIC_DIMS, [quanta(t) for t in steps], corrected=True))
    return evidence("step η₀/t, odd T", rows)


def harmonic_quanta(steps: float) -> float:
    """Return T H(T, 1), with H continued to real T."""
    from numpy import euler_gamma
    from scipy.special import digamma

    return float(steps * (digamma(steps + 1) + euler_gamma))


def harmonic_even(exponent: Fraction) -> Evidence:
    """Compare the upper end of the interval, of steps η₀/t at even T, with a power of d that they stay below."""
    rows = []
    for epsilon in TARGETS:
        case: Case = {"ε": epsilon, "exponent": f"below {exponent}"}
        found = row(case, float(exponent), DIMS, harmonic(epsilon, "even", False), corrected=False)
        upper = found.observed + found.budget["fit"]
        rows.append(Row(found.case, found.predicted, upper, {"rounding": found.budget["rounding"]}))
    columns = ("factor per tenfold d, bound", "measured, upper end")
    return Evidence(DOMAIN, "step η₀/t, even T", "inequality", "fit", tuple(rows), columns=columns)


@cache
def text() -> tuple[tuple[int, Distances], ...]:
    """Return nested vocabularies of a small English text."""
    from numerics.sources import builtin_text
    from numerics.text import read_bigrams

    table = read_bigrams(builtin_text("pydoc-topics"), vocab_size=10_000)
    dims = [round(table.dim / 10 ** (k / 4)) for k in range(6, -1, -1)]
    return tuple((dim, table.restricted(dim).problem().sd_distances) for dim in dims)


@cache
def text_quanta(epsilon: str, parity: str, moving_zeros: bool) -> tuple[float, ...]:
    """Return the constant steps to ε on the text."""
    from numerics.sign_variants import merged, quanta_to

    ask = partial(quanta_to, epsilon=epsilon, parity=parity, moving_zeros=moving_zeros)
    return tuple(ask(merged(problem)).between for _, problem in text())


def on_text(every: bool = False) -> Evidence:
    """Constant steps on a text, whose zero targets rest or move.

    The claim is in terms of M, what moves; its growth is that of a straight line, with an interval of its own that
    joins the budget. ``every`` counts what does not move too.
    """
    from numerics.growth import growth

    dims = [dim for dim, _ in text()]
    rows = []
    for moving_zeros in (False, True):
        mass = [
            (float(p.weights.sum()) + p.weight_of_zeros * (moving_zeros or every))
            / float(p.weights @ p.distances**2)
            for _, p in text()
        ]
        moving = growth(dims, mass)
        for epsilon in TARGETS:
            for parity in PARITIES:
                share = float(law("N_text" if parity == "odd" else "N_even"))
                zeros = "±1, zeros move" if moving_zeros else "0, zeros rest"
                case: Case = {"sign(0)": zeros, "T": parity, "ε": epsilon}
                case = {**case, "exponent": f"{share * moving.exponent:.3f}"}
                steps = text_quanta(epsilon, parity, moving_zeros)
                found = row(case, share * moving.exponent, dims, steps, corrected=False)
                of_mass = share * moving.factor_uncertainty * found.predicted / moving.factor
                rows.append(
                    Row(found.case, found.predicted, found.observed, {**found.budget, "mass": of_mass})
                )
    return evidence("text", rows)


def half_the_regime(name: str, epsilon: str = "1/10", **at: str) -> Fraction:
    """Take the exponent of α = ½, (1 - ε)/2, in the place of ½."""
    return law(name, **at) * (1 - Fraction(epsilon))


def unsquared(name: str, *, scale: str = "", **at: str) -> Fraction:
    """Compare s₀, not its square, with the thresholds; its square is that of the root."""
    return law(name, **at, scale=f"sqrt({scale})") if scale else law(name, **at)


CHECKS = (
    Check(
        DOMAIN,
        "start at zero",
        run=from_zero,
        twin=partial(from_zero, half_the_regime),
        wrong="the exponent (1 - ε)/2, that of α = ½, in the place of ½",
    ),
    Check(
        DOMAIN,
        "random start",
        run=from_random,
        twin=partial(from_random, unsquared),
        wrong="s₀ in the place of s₀²",
    ),
    Check(
        DOMAIN,
        "step η₀/t, odd T",
        run=partial(harmonic_odd, harmonic_quanta),
        twin=partial(harmonic_odd, float),
        wrong="N = T in the place of T H(T, 1)",
    ),
    Check(
        DOMAIN,
        "step η₀/t, even T",
        run=partial(harmonic_even, Fraction(1, 4)),
        twin=partial(harmonic_even, Fraction(1, 5)),
        wrong="d^(1/5) in the place of d^(1/4)",
    ),
    Check(
        DOMAIN,
        "text",
        run=on_text,
        twin=partial(on_text, every=True),
        wrong="zero targets that rest are counted as if they moved",
    ),
)
