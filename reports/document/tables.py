"""The tables of the two optimizers: certified values, laws and simulation next to each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numerics
import theory
from reports.document.content import decimals, number, table
from reports.evidence import rounded

GD_CASES = (
    ("1/2", 10**3, 10),
    ("1/2", 10**5, 50),
    ("9/10", 50_257, 100),
    ("1", 10**3, 50),
    ("1", 10**5, 500),
    ("1", 10**5, 5_000),
    ("1", 10**30, 10**15),
    ("11/10", 50_257, 500),
    ("3/2", 10**5, 500),
    ("2", 10**5, 500),
)
SD_CASES = (
    ("1/4", 10**5, 10),
    ("1/2", 10**4, 20),
    ("1/2", 10**5, 50),
    ("1", 10**4, 8),
    ("1", 10**4, 50),
    ("1", 10**5, 300),
    ("1", 10**30, 10**15),
    ("2", 10**5, 300),
)
TARGETS = (
    ("1/2", 10**5, 0.1),
    ("1", 50_257, 0.1),
    ("1", 50_257, 0.01),
    ("1", 10**12, 0.1),
    ("3/2", 50_257, 0.1),
)
#: GPT-2's vocabulary.
HEADLINE = 1
DUELS = (
    ("1/4", 50_257, "1/10"),
    ("1/2", 50_257, "1/10"),
    ("1", 1_000, "1/10"),
    ("1", 50_257, "1/2"),
    ("1", 50_257, "1/10"),
    ("1", 50_257, "1/100"),
    ("3/2", 50_257, "1/10"),
)
PARITY_DIMS, PARITY_STEPS = (10**3, 10**4, 10**5), 30
#: Simulation costs O(d) for each number of steps.
SIMULATED_UP_TO = 10**6


def comparison(optimizer: str, *, caption: str) -> dict[str, Any]:
    """Return certified, simulated, limit-law and finite-law values of the relative error for a few cases."""
    rows = []
    for alpha, dim, steps in GD_CASES if optimizer == "gd" else SD_CASES:
        query: dict[str, Any] = {"alpha": alpha, "dim": dim, "steps": steps}
        exact = theory.relative_error(optimizer, **query)
        limit = theory.relative_error(optimizer, **query, method="asymptotic")
        at_finite = theory.relative_error(optimizer, **query, method="finite")
        simulated = float(numerics.relative_error(optimizer, **query)) if dim <= SIMULATED_UP_TO else None
        row = [
            alpha,
            dim,
            steps,
            exact,
            simulated,
            limit,
            limit / exact - 1,
            at_finite,
            at_finite / exact - 1,
        ]
        rows.append(row)
    steps_symbol = "t" if optimizer == "gd" else "T"
    finite = "finite law" if optimizer == "gd" else "paper’s step"
    head = ["α", "d", steps_symbol, "certified", "simulated", "limit law", "off by", finite, "off by"]
    return tabulated(head, rows, caption, digits={5: 4, 6: 2, 8: 2})


def iterations(optimizer: str, *, caption: str) -> dict[str, Any]:
    """Return steps to a target: certified, and by the two laws."""
    rows = []
    for alpha, dim, epsilon in TARGETS:
        counts = [
            theory.iterations(optimizer, alpha=alpha, dim=dim, epsilon=epsilon, method=method)
            for method in ("exact", "finite", "asymptotic")
        ]
        rows.append([alpha, dim, epsilon, *counts])
    name = "finite law" if optimizer == "gd" else "paper’s step"
    # The laws cross the target between two numbers of steps; a step size of the paper's reaches it at one.
    return tabulated(["α", "d", "ε", "certified", name, "limit law"], rows, caption, places={4: 1, 5: 1})


def headline(iterations: dict[str, Any]) -> dict[str, str]:
    """Return the row of `iterations` at the vocabulary of a known language model, by name."""
    names = ("alpha", "dim", "epsilon", "certified", "finite", "limit")
    return dict(zip(names, iterations["rows"][HEADLINE], strict=True))


def parity(*, caption: str) -> dict[str, Any]:
    """Return what the best step size of each dynamics reaches at an even and an odd number of steps."""
    rows = []
    for dim in PARITY_DIMS:
        for steps in (PARITY_STEPS, PARITY_STEPS + 1):
            query: dict[str, Any] = {"alpha": 1, "dim": dim, "steps": steps}
            true: dict[str, Any] = {**query, "dynamics": "iterated"}
            even = steps % 2 == 0
            errors = [
                theory.relative_error("sd", **query),
                float(numerics.relative_error("sd", **query)),
                float(numerics.relative_error("sd", **true)),
                float(numerics.relative_error("sd", **true, parity="mean")) if even else "",
            ]
            rows.append([dim, steps, *errors])
    head = ["d", "T", "Assumption 4.1, certified", "simulated", "true iteration", "mean of T and T + 1"]
    return tabulated(head, rows, caption, digits=dict.fromkeys(range(2, 6), 4))


def duel(*, caption: str) -> dict[str, Any]:
    """Return the steps of both optimizers to the same target, with the winner."""
    rows = []
    for alpha, dim, epsilon in DUELS:
        found = theory.compare(alpha=alpha, dim=dim, epsilon=epsilon)
        plain, gd, sd = (row.steps for row in found.methods if row.certified)
        query: dict[str, Any] = {"alpha": alpha, "dim": dim, "epsilon": epsilon, "dynamics": "iterated"}
        true = [numerics.iterations("sd", **query, parity=parity) for parity in ("even", "odd")]
        rows.append([alpha, dim, epsilon, plain, gd, sd, *true, found.winner or "tie", gd / sd])
    head = ["α", "d", "ε", "gd, 1/π₁", "gd, best", "sd, Asm. 4.1", "even T", "odd T", "winner", "gd/sd"]
    return tabulated(head, rows, caption, digits={9: 3})


def tabulated(
    columns: Sequence[str],
    values: Sequence[Sequence[object]],
    caption: str,
    *,
    digits: Mapping[int, int] = MappingProxyType({}),
    places: Mapping[int, int] = MappingProxyType({}),
) -> dict[str, Any]:
    """Return a table of numbers: as they are shown, and, to ten digits, what they are.

    Floats of a column have so many significant ``digits``, by default seven, or so many decimal ``places``; None is
    shown as a dash.
    """
    values = rounded([list(row) for row in values])
    rows = [
        [
            "–"
            if value is None
            else decimals(value, places[column])
            if isinstance(value, float) and column in places
            else number(value, digits.get(column, 7))
            for column, value in enumerate(row)
        ]
        for row in values
    ]
    return {**table(columns, rows, caption), "values": values}
