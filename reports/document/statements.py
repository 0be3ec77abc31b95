"""The section of every statement: what it claims, and some rows of the evidence of each check."""

from __future__ import annotations

import math
from typing import Any

import theory
from reports.document.content import (
    ROUTES,
    capitalized,
    formula,
    lettered,
    number,
    prose,
    statement_number,
    table,
)
from reports.evidence import Evidence, Row, rounded
from reports.typeset import typeset
from reports.verification import CheckResult, StatementResult, Verification

#: At most so many rows of evidence are shown; the attached data.json has all of them.
SHOWN = 8
STEP_OUTCOMES = {1.0: "proven", 0.5: "open", 0.0: "refuted"}
#: What predicted and observed stand for, by kind of evidence.
COLUMNS = {
    "identity": ("predicted", "observed", "difference"),
    "inequality": ("bound", "observed", "ratio"),
    "limit": ("derived gap", "observed gap", "ratio"),
    "model": ("model", "measured", "difference"),
    "optimality": ("claimed optimum", "best found", "excess"),
}
#: Figures that show what a statement says, by their keys.
SHOWN_IN = {
    "asm-2.3": ["3"],
    "asm-4.1": ["5", "parities"],
    "claim-half-rule": ["phase"],
    "claim-sd-beats-gd": ["phase"],
    "claim-sqrt-d": ["parities"],
    "claim-sqrt-d-odd": ["parities"],
    "claim-worst-exponent": ["1"],
    "def-4.4": ["6", "step-sizes"],
    "fig-8": ["8"],
    "own-best-gd-step": ["phase"],
    "own-best-sd-step": ["6", "step-sizes"],
    "own-even-sd": ["parities"],
    "own-finite-gd": ["4"],
    "own-odd-sd": ["parities"],
    "own-sd-limit": ["7"],
    "prop-a.1": ["1"],
    "prop-a.3": ["5"],
    "prop-b.1": ["9"],
    "prop-b.2": ["9"],
    "thm-3.1": ["4"],
    "thm-4.5": ["7"],
    "thm-informal": ["2"],
}


def statements(verification: Verification) -> list[dict[str, Any]]:
    """Return the verdict table and the section of every statement."""
    return [statement_content(result) for result in verification]


def statement_content(result: StatementResult) -> dict[str, Any]:
    """Return what the report says about one statement."""
    statement = theory.statement(result.statement)
    formulas, where = lettered(statement.formula)
    return {
        "id": result.statement,
        "number": statement_number(result.statement),
        "title": statement.title,
        "kind": statement.kind,
        "claim": prose(statement.claim),
        "formulas": [formula(expression) for expression in formulas],
        "where": [formula(expression) for expression in where],
        "domain": prose(statement.domain),
        "not-claimed": prose(statement.not_claimed),
        "note": prose(statement.note),
        "reference": statement.reference,
        "verdict": result.verdict.outcome,
        "expected": result.expected,
        "tightest": prose(result.verdict.reason),
        "compared": [
            {"route": capitalized(words), "checks": "; ".join(names)}
            for route, words in ROUTES.items()
            if (names := [prose(check.name) for check in result.checks if check.evidence.route == route])
        ],
        "checks": [check_content(check) for check in result.checks],
        "sha256": result.sha256,
        "figures": SHOWN_IN.get(result.statement, []),
    }


def check_content(check: CheckResult) -> dict[str, Any]:
    """Return what the report says about one check, all of it by the numbers that its JSON has."""
    evidence = Evidence.from_json(rounded(check.evidence.to_json()))
    return {
        "name": capitalized(prose(check.name)),
        "route": ROUTES[check.evidence.route],
        "rows": len(evidence.rows),
        "shown": len(shown(evidence)),
        "verdict": check.verdict.outcome,
        "reason": prose(check.verdict.reason),
        "wrong": prose(check.wrong),
        "twin": check.twin_verdict.outcome,
        "twin-reason": prose(check.twin_verdict.reason),
        "table": evidence_table(evidence),
    }


def shown(evidence: Evidence) -> tuple[Row, ...]:
    """Return the rows to show: of a limit the first, which are one sequence; otherwise some from everywhere."""
    rows, last = evidence.rows, len(evidence.rows) - 1
    if evidence.kind == "limit" or last < SHOWN:
        return rows[:SHOWN]
    return tuple(rows[i * last // (SHOWN - 1)] for i in range(SHOWN))


def evidence_table(evidence: Evidence) -> dict[str, Any]:
    """Return some rows of the evidence, under headings that fit its kind."""
    if evidence.kind == "proof":
        return derivation_table(evidence)
    rows = shown(evidence)
    case = list(dict.fromkeys(name for row in rows for name in row.case))
    predicted, observed, compared = COLUMNS[evidence.kind]
    if evidence.columns is not None:
        predicted, observed = evidence.columns
    return table(
        [*map(prose, case), predicted, observed, compared, "allowed"],
        (
            [
                *(number(row.case.get(name, "")) for name in case),
                number(row.predicted),
                number(row.observed),
                number(comparison(evidence.kind, row), 2 if compared in ("difference", "excess") else 7),
                number(row.allowance, 2),
            ]
            for row in rows
        ),
    )


def derivation_table(evidence: Evidence) -> dict[str, Any]:
    """Return every step of a derivation: its reason, its formula, and whether sympy proves it."""
    steps = theory.statement(evidence.statement).derivation
    relations = [step.relation for step in steps()] if steps is not None else []
    return table(
        ["step", "relation", "sympy"],
        (
            [prose(str(row.case["step"])), two_sided(relation), STEP_OUTCOMES[row.observed]]
            for row, relation in zip(evidence.rows, relations, strict=True)
        ),
    )


def two_sided(relation: Any) -> dict[str, Any]:
    """Return a relation for the template, whole and in two pieces."""
    sign = "=" if relation.rel_op == "==" else relation.rel_op
    return {**formula(relation), "sides": [typeset(relation.lhs), f"{sign} {typeset(relation.rhs)}"]}


def comparison(kind: str, row: Row) -> float:
    """Return the number by which a row of this kind is judged, the difference or the ratio.

    The row is of rounded numbers, for processors round the last digits of a float differently; it is judged without.
    """
    if COLUMNS[kind][2] in ("difference", "excess"):
        return row.observed - row.predicted
    return row.observed / row.predicted if row.predicted else math.nan
