"""The verdicts in a few columns of plain text, each with the tightest margin by which it was reached."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable

from reports.evidence import Evidence, Row
from reports.judge import SETTLING_ROWS
from reports.verification import StatementResult

#: What the last column but one shows.
MARGIN = "allowed, used"


def used(evidence: Evidence) -> float | None:
    """Return the largest share of what :func:`reports.judge` allows that a row of the evidence uses.

    1 is the border of confirmation, more refutes or leaves open. By kind: identity and model, the difference over
    its budget; inequality, what was observed over the bound; optimality, the excess over its allowance, or by how
    much the optimum is beaten over the rounding; limit, the distance of gap/derived term from 1 over the largest
    that may be left of the row before, in the last rows of each sequence.

    Returns
    -------
    float or None
        None of a proof, which has no margin, and of a sequence too short to be judged.

    Examples
    --------
    >>> row = Row(case={"d": 10}, predicted=1.0, observed=1.5, budget={"fit": 2.0})
    >>> used(Evidence("asm-2.3", "slope", "model", "fit", (row,)))
    0.25
    """
    rows = evidence.rows
    if evidence.kind == "proof":
        return None
    if evidence.kind == "limit":
        tails = [sequence[-SETTLING_ROWS:] for sequence in evidence.sequences()]
        return max((_settling(*pair) for tail in tails for pair in itertools.pairwise(tail)), default=None)
    if evidence.kind == "inequality":
        return max((_quotient(row.observed, row.predicted + row.allowance) for row in rows), default=None)
    if evidence.kind == "optimality":
        return max((_excess(row) for row in rows), default=None)
    return max((_quotient(abs(row.error), row.allowance) for row in rows), default=None)


def table(
    results: Iterable[StatementResult], *, short: Iterable[tuple[str, int, int]] = (), width: int = 100
) -> list[tuple[str, str, bool]]:
    """Return a line for each statement, under a heading and above the count of verdicts as expected.

    Parameters
    ----------
    results
        Verdicts.
    short
        Statements of which not every check ran: identifier, checks that ran, checks in all.
    width
        Columns of the terminal; titles are cut to it.

    Returns
    -------
    list of (line, outcome, whether the verdict is as expected)
        The outcome is empty where the line is not a statement's.
    """
    import theory

    results, part = list(results), {identifier: f"{ran} of {all_}" for identifier, ran, all_ in short}
    cells = []
    for result in results:
        margins = [share for check in result.checks if (share := used(check.evidence)) is not None]
        margin = spoken(max(margins)) if margins else "proven"
        if result.statement in part:
            margin = f"{margin}, {part[result.statement]} checks"
        cells.append(
            (result.statement, theory.statement(result.statement).title, result.verdict.outcome, margin)
        )
    names, titles, outcomes, margins_ = zip(*cells, strict=True) if cells else ((), (), (), ())
    first, third, last = (
        max(map(len, [head, *column]))
        for head, column in (("statement", names), ("verdict", outcomes), (MARGIN, margins_))
    )
    room = max(10, min(max(map(len, ["about", *titles])), width - first - third - last - 6))

    def line(name: str, title: str, outcome: str, margin: str) -> str:
        title = title if len(title) <= room else title[: room - 1] + "…"
        return f"{name:<{first}}  {title:<{room}}  {outcome:<{third}}  {margin:>{last}}"

    expected = sum(result.ok for result in results)
    lines = [(line("statement", "about", "verdict", MARGIN), "", True)]
    lines += [
        (line(*row), result.verdict.outcome, result.ok) for row, result in zip(cells, results, strict=True)
    ]
    for result in results:
        if not result.ok:
            reason = f"{result.statement}: expected {result.expected}; {result.verdict.reason}"
            lines.append((reason, result.verdict.outcome, False))
    lines.append((f"{expected} of {len(results)} verdicts are as expected", "", expected == len(results)))
    return lines


def spoken(share: float) -> str:
    """Return a share for people: never rounded up to the border.

    Examples
    --------
    >>> spoken(0.0), spoken(3e-7), spoken(0.99999), spoken(4e3), spoken(math.inf)
    ('0 %', '< 0.1 %', '99.9 %', '4e3 times', 'all of 0')
    """
    if share == 0:
        return "0 %"
    if share < 0.001:
        return "< 0.1 %"
    if share < 2:
        return f"{math.floor(1000 * share) / 10:.1f} %"
    if math.isinf(share):
        return "all of 0"
    return (
        (f"{share:.2g} times" if share < 100 else f"{share:.0e} times").replace("e+0", "e").replace("e+", "e")
    )


def _quotient(part: float, whole: float) -> float:
    if whole > 0:
        return max(part / whole, 0.0)
    return 0.0 if part <= whole else math.inf


def _excess(row: Row) -> float:
    if row.error >= 0:
        return _quotient(row.error, row.allowance)
    return _quotient(-row.error, row.budget.get("rounding", 0.0))


def _settling(before: Row, last: Row) -> float:
    """Share of the distance from 1 that gap/derived term may have after this step of a limit."""
    if before.predicted == 0 or last.predicted == 0:
        return math.inf
    distances = [abs(row.observed / row.predicted - 1) for row in (before, last)]
    return _quotient(distances[1], max(distances[0] / 2, last.allowance / abs(last.predicted)))
