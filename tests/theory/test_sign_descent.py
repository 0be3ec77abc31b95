"""Sign descent under Assumption 4.1: the best step against every step, ties, Definition D.1, the limit."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import theory

ALPHAS = st.fractions(Fraction(1, 100), 5, max_denominator=100)
HORIZONS = st.integers(0, 6).flatmap(lambda k: st.integers(1, 10**k))


@given(alpha=ALPHAS, dim=st.integers(1, 400), steps=HORIZONS)
def test_best_among_all_pieces(alpha: Fraction, dim: int, steps: int, reference: Any, rounding: Any) -> None:
    """All d pieces at 60 digits, of which r = O(1/T²) leaves at least 45."""
    best, _, u = reference.sd_pieces(alpha, dim, steps, 60)
    got = theory.relative_error("sd", alpha=alpha, dim=dim, steps=steps, digits=30)
    with mpmath.workdps(60):
        assert abs(got - best) <= best * rounding(30)
        eta = theory.step_size("sd", alpha=alpha, dim=dim, steps=steps, digits=30)
        loss = reference.sd_loss([mpmath.power(k, -reference.mp(alpha)) for k in range(1, dim + 1)], steps, u)
        assert abs(loss - best) <= best * mpmath.mpf(10) ** -40
        want = u / (steps * reference.power_sum(dim, alpha))
        # Two steps that are equally good differ by the root of what their losses differ by.
        assert abs(eta - want) <= want * rounding(30) or abs(got - best) == 0


@given(alpha=st.floats(0.01, 5), dim=st.integers(2, 100_000), steps=HORIZONS)
def test_best_among_all_pieces_in_floats(alpha: float, dim: int, steps: int) -> None:
    """Every piece at once; the loss is a difference of sums of size H(d, 2α), each right to log2(d) ulp or better."""
    m = np.arange(1, dim + 1)
    weights = m**-alpha
    first, second = np.cumsum(weights), np.cumsum(weights**2)
    curvature = m + (dim - m) / (4 * steps**2)
    u = np.minimum(first / curvature, weights)
    losses = np.where(u > np.append(weights[1:], 0.0), second - 2 * u * first + u * u * curvature, np.inf)
    got = theory.relative_error("sd", alpha=alpha, dim=dim, steps=steps)
    budget = 4 * dim * np.finfo(float).eps
    assert abs(got - losses.min() / second[-1]) <= budget


@given(
    alpha=st.integers(1, 3),
    dim=st.integers(1, 40),
    steps=st.integers(1, 200),
    shares=st.lists(st.fractions(Fraction(1, 1000), 1, max_denominator=1000), min_size=1, max_size=30),
)
def test_no_step_does_better(
    alpha: int, dim: int, steps: int, shares: list[Fraction], reference: Any
) -> None:
    weights = [Fraction(1, k**alpha) for k in range(1, dim + 1)]
    best = theory.relative_error("sd", alpha=alpha, dim=dim, steps=steps, digits=40)
    for u in [*shares, *weights]:
        with mpmath.workdps(40):
            assert best * (1 - mpmath.mpf(10) ** -39) <= reference.mp(reference.sd_loss(weights, steps, u))


@given(
    alpha=st.integers(1, 3),
    dim=st.integers(1, 60),
    steps=st.integers(1, 300),
    u=st.one_of(
        st.fractions(Fraction(1, 50), 1, max_denominator=50),
        st.integers(1, 8).map(lambda k: Fraction(1, k)),
        st.integers(1, 8).map(lambda k: Fraction(1, k) + Fraction(1, 10**30)),
    ),
)
def test_given_ratio(alpha: int, dim: int, steps: int, u: Fraction, reference: Any) -> None:
    """Exact rationals: a tie k^-α = u ends at zero, a miss by 10^-30 does not."""
    assume(u <= 1)
    weights = [Fraction(1, k**alpha) for k in range(1, dim + 1)]
    want = reference.sd_loss(weights, steps, u)
    assert theory.relative_error("sd", alpha=alpha, dim=dim, steps=steps, step_ratio=u) == float(want)


@given(root=st.integers(1, 12), dim=st.integers(1, 200), steps=st.integers(1, 100))
def test_ties_at_irrational_weights(root: int, dim: int, steps: int, reference: Any, rounding: Any) -> None:
    """α = ½ with u = 1/root: k = root² ties exactly, its neighbors' weights are irrational."""
    got = theory.relative_error(
        "sd", alpha="1/2", dim=dim, steps=steps, step_ratio=Fraction(1, root), digits=30
    )
    with mpmath.workdps(60):
        u = mpmath.mpf(1) / root
        distances = [
            k ** -mpmath.mpf(0.5) - u if k <= root * root else u / (2 * steps) for k in range(1, dim + 1)
        ]
        distances = [mpmath.mpf(0) if k == root * root else x for k, x in enumerate(distances, start=1)]
        want = mpmath.fsum(x * x for x in distances) / reference.power_sum(dim, Fraction(1))
        assert abs(got - want) <= want * rounding(30)


def test_the_tie_of_the_paper() -> None:
    """α = 1, d = 10⁴, T = 50: φ = 2 exactly, where the strict convention of Proposition 4.2 would cost 0.3039668."""
    best = theory.relative_error("sd", alpha=1, dim=10**4, steps=50)
    assert best == pytest.approx(0.30395163169150504, abs=1e-16)
    assert theory.relative_error("sd", alpha=1, dim=10**4, steps=50, step_ratio="1/2") == best
    above = theory.relative_error(
        "sd", alpha=1, dim=10**4, steps=50, step_ratio=Fraction(1, 2) + Fraction(1, 10**12)
    )
    assert above == pytest.approx(0.3039668, abs=1e-7)
    assert theory.relative_error("sd", alpha=1, dim=10**4, steps=8) == pytest.approx(0.83689, abs=1e-5)
    assert theory.relative_error("sd", alpha="1/2", dim=10**4, steps=20) == pytest.approx(0.14068, abs=1e-5)


@given(alpha=ALPHAS, exponent=st.integers(0, 25), steps=HORIZONS, factor=st.integers(2, 5))
def test_decreases(alpha: Fraction, exponent: int, steps: int, factor: int) -> None:
    assume(exponent > 0)
    values = theory.relative_error(
        "sd", alpha=alpha, dim=10**exponent, steps=[0, steps, steps + 1, factor * steps + 1], digits=60
    )
    # Not strictly: while no coordinate oscillates, the loss at the best step does not depend on T.
    assert 1 == values[0] > values[1] >= values[2] >= values[3] > 0


@given(alpha=ALPHAS, dim=st.integers(2, 300), steps=HORIZONS)
def test_finite_is_definition_d1(
    alpha: Fraction, dim: int, steps: int, reference: Any, rounding: Any
) -> None:
    with mpmath.workdps(60):
        a, horizon = reference.mp(alpha), mpmath.mpf(steps)
        if alpha < Fraction(1, 2):
            phi = dim / max(1, 1 - 1 / (2 * a) + a / (1 - a) * (2 * horizon) ** 2)
        elif alpha == Fraction(1, 2):
            phi = dim / (4 * horizon**2)
        else:
            phi = (1 + dim / (4 * horizon**2)) ** (1 / a)
        phi = min(max(phi, 1), dim)
        assume(abs(phi - mpmath.nint(phi)) > mpmath.mpf(10) ** -40 or phi in (1, dim))
        u = phi**-a
        weights = [mpmath.power(k, -a) for k in range(1, dim + 1)]
        if phi == dim:
            u = weights[-1]
        want = reference.sd_loss(weights, steps, u)
        got = theory.relative_error("sd", alpha=alpha, dim=dim, steps=steps, method="finite", digits=30)
        assert abs(got - want) <= want * rounding(30)
        eta = theory.step_size("sd", alpha=alpha, dim=dim, steps=steps, method="finite", digits=30)
        total = reference.power_sum(dim, alpha)
        assert abs(eta * steps * total - u) <= u * 2 * rounding(30)
        best = theory.relative_error("sd", alpha=alpha, dim=dim, steps=steps, digits=30)
        assert best <= got * (1 + 2 * rounding(30))


@given(
    alpha=st.fractions(Fraction(26, 50), 4, max_denominator=50),
    steps=st.integers(1, 1000),
    dim_log=st.integers(2, 8),
)
def test_asymptotic_below_the_proven_range(
    alpha: Fraction, steps: int, dim_log: int, reference: Any, rounding: Any
) -> None:
    """There the law is the minimum over m of the limit loss, here over all m up to where it can lie."""
    dim = 10**dim_log
    with mpmath.workdps(40):
        a = reference.mp(alpha)
        tau_squared = mpmath.mpf(4 * steps**2) / dim
        outside = tau_squared < 1 / (mpmath.mpf(2) ** a - 1)
        query = {"alpha": alpha, "dim": dim, "steps": steps, "method": "asymptotic"}
        if not outside:
            want = 1 / (mpmath.zeta(2 * a) * (1 + tau_squared))
            assert theory.relative_error("sd", strict=True, **query) == pytest.approx(float(want), rel=1e-15)
        else:
            with pytest.raises(ValueError, match=r"strict=True: Theorem 4\.5 is proven for"):
                theory.relative_error("sd", strict=True, **query)
            first = second = mpmath.mpf(0)
            losses = []
            for m in range(1, 3000):
                w, following = mpmath.power(m, -a), mpmath.power(m + 1, -a)
                first, second = first + w, second + w * w
                curvature = m + 1 / tau_squared
                u = min(first / curvature, w)
                if u > following:
                    losses.append(second - 2 * u * first + u * u * curvature)
                if losses and m > 50:
                    break
            assume(losses)
            want = min(losses) / mpmath.zeta(2 * a)
        got = theory.relative_error("sd", digits=20, **query)
        assert abs(got - want) <= want * rounding(20)


def test_edges() -> None:
    assert theory.relative_error("sd", alpha=1, dim=1, steps=[0, 1, 5]) == [1.0, 0.0, 0.0]
    assert theory.relative_error("sd", alpha="1/2", dim=7, steps=0, step_ratio="1/2") == 1.0
    # All of one sign: one step of size u = 1 to the first coordinate, u/2 left on each other.
    assert theory.relative_error("sd", alpha=1, dim=3, steps=1, step_ratio=1) == float(
        Fraction(1, 2) / Fraction(49, 36)
    )


@pytest.mark.parametrize(
    ("alpha", "dim", "steps"),
    [
        (1, 22, 4),  # two upper ends are equally good
        (1, 12, 1),  # u_m = (m+1)^-α
        (2, 39, 1),
        (1, 5, 1),  # so, too, and R(m + 1) = cd
        (1, 37, 3),
    ],
)
def test_ties_of_the_bisections(alpha: int, dim: int, steps: int, reference: Any) -> None:
    """In exact rationals, over all pieces."""
    weights = [Fraction(1, k**alpha) for k in range(1, dim + 1)]
    losses = {}
    for m in range(1, dim + 1):
        u = min(sum(weights[:m]) / (m + Fraction(dim - m, 4 * steps * steps)), weights[m - 1])
        losses[u] = reference.sd_loss(weights, steps, u)
    least = min(losses.values())
    query = {"alpha": alpha, "dim": dim, "steps": steps}
    assert theory.relative_error("sd", **query) == float(least)
    eta = theory.step_size("sd", **query)
    assert eta in {float(u / steps / sum(weights)) for u, loss in losses.items() if loss == least}


@given(
    alpha=st.fractions(Fraction(1, 1000), 2, max_denominator=1000),
    m=st.integers(1, 10**6),
    beyond=st.fractions(0, 1, max_denominator=50),
    share=st.fractions(Fraction(1, 50), 1, max_denominator=50),
)
def test_r_increases_where_it_is_at_least_cd(
    alpha: Fraction, m: int, beyond: Fraction, share: Fraction, reference: Any
) -> None:
    """The slope of R at a real x in [m, m + 1] for the greatest c with R(x) ≥ cd ≥ cx, and for a part of it."""
    with mpmath.workdps(50):
        a, x = reference.mp(alpha), reference.mp(m + beyond)
        y = x**a * reference.power_sum(m, alpha)
        c = reference.mp(share) * 2 * a * (y - m) / x
        slope = a * y - c * (1 / (2 * a) - 1) * x
        assert slope >= (2 * a**2 * m / (1 - a) if 3 * alpha < 1 else 0)
        if 3 * alpha < 1:
            assert y <= m / (1 - a)


@given(
    alpha=ALPHAS,
    exponent=st.integers(3, 60),
    steps=HORIZONS,
    nudges=st.lists(st.tuples(st.integers(-40, 0), st.integers(-9, 9)), min_size=5, max_size=5),
)
def test_no_step_nearby_is_better(
    alpha: Fraction, exponent: int, steps: int, nudges: list[tuple[int, int]]
) -> None:
    query = {"alpha": alpha, "dim": 10**exponent, "steps": steps, "digits": 60}
    best = theory.relative_error("sd", **query)
    total = theory.step_size("gd", alpha=alpha, dim=10**exponent, digits=200)  # 1/π₁
    with mpmath.workdps(200):
        eta = theory.step_size("sd", alpha=alpha, dim=10**exponent, steps=steps, digits=150)
        u = Fraction(int(eta * steps * total * mpmath.mpf(10) ** 150), 10**150)
    for order, factor in nudges:
        ratio = u * (1 + factor * Fraction(10) ** order)
        if 0 < ratio <= 1:
            assert best <= theory.relative_error("sd", step_ratio=ratio, **query)


@pytest.mark.parametrize("steps", [3, 100, 10**6])
def test_the_best_step_where_the_word_is_not_known_to_the_last_digit(steps: int) -> None:
    """At α = ¼ and d = 10^400 that of Definition 4.4 is the best to 200 digits."""
    query = {"alpha": "1/4", "dim": 10**400, "steps": steps, "digits": 30}
    assert theory.step_size("sd", **query) == theory.step_size("sd", **query, method="finite")
