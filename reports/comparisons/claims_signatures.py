"""What a practitioner sees, and what is concluded from it: bounds, plateaus and runs that are continued."""

from __future__ import annotations

import itertools
import math
from functools import partial

from reports.comparisons.claims import EXACT, TARGETS, count, number
from reports.evidence import Case, Evidence, Row
from reports.verification import Check


def classical_steps(targets: tuple[str, ...]) -> Evidence:
    """Compare the steps by the better classical bound with four times the certified ones."""
    import theory

    rows = []
    for power, epsilon in itertools.product((3, 4, 5, 6), targets):
        dim, error = 10**power, number(epsilon)
        linear = math.log(error) / math.log1p(-1 / dim)
        sublinear = 4 * dim / (error * theory.step_size("gd", alpha=1, dim=dim)) - 4
        steps = count("gd", "1", dim, epsilon)
        case: Case = {"d": f"10^{power}", "epsilon": epsilon, "steps": steps}
        rows.append(Row(case, 4.0 * steps, min(linear, sublinear), {"rounding": 2.0**-48 * linear}))
    columns = ("4 × steps", "steps by the bounds")
    return Evidence("claim-classical-steps", "steps", "inequality", "enclosure", tuple(rows), columns=columns)


def slow_is_done(alpha: str) -> Evidence:
    """Compare what is left after 2t steps with 1/4, for those t = 8^k after which doubling gains less than 1/10."""
    import theory

    rows = []
    for power in (4, 6):
        for t in (8**k for k in range(6)):
            first, second = theory.relative_error("gd", alpha=alpha, dim=10**power, steps=[t, 2 * t])
            if first - second < 0.1:
                case: Case = {"d": f"10^{power}", "t": t, "r(t) - r(2t)": round(first - second, 6)}
                rows.append(Row(case, 0.25, second, EXACT))
    return Evidence(
        "claim-slow-is-done", "doubling", "inequality", "enclosure", tuple(rows), columns=("bound", "r(2t)")
    )


def run_longer(optimizer: str) -> Evidence:
    """Compare the error after 10 T steps with the best step for T with 3/2 of that with the best step for 10 T."""
    import numerics

    rows = []
    kinds = ("simplified", "iterated") if optimizer == "sd" else ("simplified",)
    for dim, steps, dynamics in itertools.product((1000, 10_000), (30, 100), kinds):
        best = partial(numerics.best_step_size, optimizer, alpha=1, dim=dim, dynamics=dynamics)
        long = partial(
            numerics.relative_error, optimizer, alpha=1, dim=dim, steps=10 * steps, dynamics=dynamics
        )
        value, least = float(long(step_size=best(steps=steps))), float(long(step_size="best"))
        case: Case = {"d": dim, "T": steps, "dynamics": dynamics if optimizer == "sd" else "gd"}
        rows.append(Row(case, 1.5 * least, value, {"rounding": 2.0**-30 * least}))
    columns = ("3/2 × best at 10 T", "step of T, at 10 T")
    return Evidence("claim-run-longer", "ten times", "inequality", "simulation", tuple(rows), columns=columns)


CHECKS = (
    Check(
        "claim-classical-steps",
        "steps",
        run=partial(classical_steps, TARGETS),
        twin=partial(classical_steps, ("1/1000000",)),
        wrong="ε = 10^-6, where it holds",
        twin_expected="CONFIRMED",
    ),
    Check(
        "claim-slow-is-done",
        "doubling",
        run=partial(slow_is_done, "1"),
        twin=partial(slow_is_done, "2"),
        wrong="α = 2, where it holds",
        twin_expected="CONFIRMED",
    ),
    Check(
        "claim-run-longer",
        "ten times",
        run=partial(run_longer, "sd"),
        twin=partial(run_longer, "gd"),
        wrong="gradient descent, where it holds",
        twin_expected="CONFIRMED",
    ),
)
