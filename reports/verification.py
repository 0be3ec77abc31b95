"""Run the checks of the paper's statements, each beside its wrong twin, and collect the verdicts."""

from __future__ import annotations

import csv
import difflib
import hashlib
import io
import json
import math
import os
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reports.evidence import Evidence, describe, rounded
from reports.judge import Outcome, Verdict, judge, worst
from reports.tasks import Task, answers

if TYPE_CHECKING:
    from numerics.cache import Cache

#: Of the JSON; the number rises when a field changes its meaning or goes.
SCHEMA = "zipf-descent/verification/1"

#: Called after each finished check with the number done and the number in all.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Check:
    """One way to put a statement to the test, and one way to see that the test can fail.

    Parameters
    ----------
    statement
        Identifier of the statement, such as ``"thm-3.1"``.
    name
        A few words, unique within the statement.
    run
        Gathers the evidence.
    twin
        Gathers the same evidence for a deliberately wrong statement; it must be judged REFUTED.
    wrong
        What is wrong in the twin, in a few words.
    twin_expected
        CONFIRMED where ``run`` is expected to refute, as a model may be: the twin is then a world in which the
        model holds.
    """

    statement: str
    name: str
    run: Callable[[], Evidence]
    twin: Callable[[], Evidence]
    wrong: str
    twin_expected: Outcome = "REFUTED"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check gave.

    ``verdict`` is the judgment of ``evidence`` if that of the twin (``twin_verdict``) is the expected one, and
    INCONCLUSIVE otherwise. ``seconds`` is the time that check and twin took.
    """

    name: str
    verdict: Verdict
    evidence: Evidence
    wrong: str
    twin_verdict: Verdict
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """Return plain data, exact: :meth:`from_json` restores an equal object."""
        return {
            "name": self.name,
            "verdict": [self.verdict.outcome, self.verdict.reason],
            "evidence": self.evidence.to_json(),
            "wrong": self.wrong,
            "twin verdict": [self.twin_verdict.outcome, self.twin_verdict.reason],
            "seconds": self.seconds,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> CheckResult:
        """Restore what :meth:`to_json` returned."""
        verdict, twin_verdict = (Verdict(*data[name]) for name in ("verdict", "twin verdict"))
        evidence = Evidence.from_json(data["evidence"])
        return cls(data["name"], verdict, evidence, data["wrong"], twin_verdict, data["seconds"])


@dataclass(frozen=True, slots=True)
class StatementResult:
    """The verdict on one statement: the worst over its checks."""

    statement: str
    expected: str
    checks: tuple[CheckResult, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of the checks; of equals one that was measured speaks before a derivation."""
        return worst(
            check.verdict for check in sorted(self.checks, key=lambda check: check.evidence.kind == "proof")
        )

    @property
    def ok(self) -> bool:
        """Whether the verdict is the expected one."""
        return self.verdict.outcome == self.expected

    @property
    def sha256(self) -> str:
        """Hash of the evidence as its JSON has it, so that two reports can be compared at a glance."""
        rows = rounded([check.evidence.to_json() for check in self.checks])
        return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()[:16]

    @property
    def seconds(self) -> float:
        """Time that the checks took, one after the other."""
        return sum(check.seconds for check in self.checks)


@dataclass(frozen=True, slots=True)
class Verification:
    """Verdicts and evidence for every statement asked for, in the order of the paper."""

    results: tuple[StatementResult, ...]

    @property
    def ok(self) -> bool:
        """Whether every verdict is the expected one."""
        return all(result.ok for result in self.results)

    def __iter__(self) -> Iterator[StatementResult]:
        return iter(self.results)

    def to_json(self, *, timed: bool = True) -> dict[str, Any]:
        """Return plain data for :mod:`json`: verdicts and all evidence, floats to ten significant digits.

        No verdict rests on the rounded numbers. ``timed`` adds the seconds that each check took, which differ from run
        to run.
        """
        results = [_statement_to_json(result, timed) for result in self.results]
        data: dict[str, Any] = rounded({"schema": SCHEMA, "ok": self.ok, "statements": results})
        return data


def verify(
    ids: Iterable[str] | None = None,
    *,
    executor: Executor | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> Verification:
    """Put statements of the paper to the test.

    Parameters
    ----------
    ids
        Identifiers such as ``"thm-3.1"``; all statements by default.
    executor
        Where to run the checks; in this process by default. Only names and plain data cross to the workers.
    cache
        Where finished checks are kept and looked up, such as :func:`check_cache`; nowhere by default. Of an
        interrupted run only the checks under way are lost.
    progress
        Called with (checks done, checks in all) after each.

    Returns
    -------
    Verification
        One result per statement, in the order of the paper.

    Raises
    ------
    ValueError
        If an identifier is unknown.

    Examples
    --------
    >>> verification = verify(["prop-2.2"])
    >>> verification.ok, verification.results[0].verdict.outcome
    (True, 'CONFIRMED')
    """
    import theory
    from reports.comparisons import checks

    checked = {check.statement for check in checks()}
    known = tuple(statement.id for statement in theory.statements() if statement.id in checked)
    wanted = known if ids is None else tuple(dict.fromkeys(ids))
    for identifier in wanted:
        if identifier not in known:
            raise ValueError(unknown_statement(identifier, known))

    found = answers(check_tasks(wanted), executor=executor, cache=cache, progress=progress)
    return judged(found)


def check_tasks(ids: Collection[str] | None = None) -> list[Task]:
    """Return all checks, or those of some statements, as tasks."""
    from reports.comparisons import checks

    wanted = [check for check in checks() if ids is None or check.statement in ids]
    return [Task("check", (check.statement, check.name)) for check in wanted]


def judged(found: Mapping[Task, Any]) -> Verification:
    """Return the verdicts of every statement that checks were answered for, in the order of the paper."""
    import theory

    checks: dict[str, list[CheckResult]] = {}
    for task in check_tasks():
        if task in found:
            checks.setdefault(str(task.names[0]), []).append(CheckResult.from_json(found[task]))
    return Verification(
        tuple(
            StatementResult(statement.id, statement.expected, tuple(checks[statement.id]))
            for statement in theory.statements()
            if statement.id in checks
        )
    )


def check_cache(folder: str | os.PathLike[str] | None = None) -> Cache:
    """Return the cache of finished checks, and of a report's other tasks, for the sources and libraries as they are.

    Its place is the folder given, or $ZIPF_DESCENT_CACHE, or ``zipf-descent`` in the user's cache folder; deleting it
    clears it.
    """
    from numerics.cache import Cache, fingerprint

    libraries = ("numpy", "scipy", "sympy", "mpmath", "flint")
    return Cache(folder, sources=fingerprint(("theory", "numerics", "reports"), libraries))


def run_check(statement: str, name: str) -> CheckResult:
    """Run one check and its wrong twin, found by name: what a worker process is asked to do."""
    from reports.comparisons import checks

    check = next(check for check in checks() if (check.statement, check.name) == (statement, name))
    start = time.perf_counter()
    evidence, verdict = _gathered(check, check.run)
    _, twin_verdict = _gathered(check, check.twin)
    if twin_verdict.outcome != check.twin_expected:
        twin = f"the check cannot tell: its wrong twin ({check.wrong}) is {twin_verdict.outcome}"
        verdict = worst((verdict, Verdict("INCONCLUSIVE", f"{twin}, {twin_verdict.reason}")))
    return CheckResult(name, verdict, evidence, check.wrong, twin_verdict, time.perf_counter() - start)


def _gathered(check: Check, gather: Callable[[], Evidence]) -> tuple[Evidence, Verdict]:
    """Gather evidence and judge it; where that breaks down, nothing is shown, and the other checks go on."""
    try:
        evidence = gather()
        return evidence, judge(evidence)
    except Exception as error:
        reason = " ".join(f"the check broke down: {type(error).__name__}: {error}".split())
        return Evidence(check.statement, check.name, "identity", "simulation", ()), Verdict(
            "INCONCLUSIVE", reason
        )


def unknown_statement(identifier: str, known: Iterable[str]) -> str:
    """Return the one-line message for an identifier that no statement has."""
    known = tuple(known)
    near = difflib.get_close_matches(identifier.lower(), known, n=1)
    remedy = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}"
    return f"statement={identifier!r} is unknown: {remedy}"


def to_csv(data: dict[str, Any]) -> str:
    """Return what `Verification.to_json` returned as a table: a line for each row of evidence.

    Examples
    --------
    >>> print(to_csv(verify(["asm-4.1"]).to_json()).splitlines()[0])
    statement,check,kind,route,verdict,case,predicted,observed,allowed
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(
        ("statement", "check", "kind", "route", "verdict", "case", "predicted", "observed", "allowed")
    )
    for statement in data["statements"]:
        for check in statement["checks"]:
            found = check["evidence"]
            first = (statement["statement"], check["name"], found["kind"], found["route"], check["verdict"])
            for row in found["rows"]:
                allowed = math.fsum(row["budget"].values())
                writer.writerow((*first, describe(row["case"]), row["predicted"], row["observed"], allowed))
    return buffer.getvalue()


def _statement_to_json(result: StatementResult, timed: bool) -> dict[str, Any]:
    return {
        "statement": result.statement,
        "sha256": result.sha256,
        "verdict": result.verdict.outcome,
        "expected": result.expected,
        "reason": result.verdict.reason,
        "checks": [
            {
                "name": check.name,
                "verdict": check.verdict.outcome,
                "reason": check.verdict.reason,
                "wrong twin": check.wrong,
                "twin verdict": check.twin_verdict.outcome,
                "twin reason": check.twin_verdict.reason,
                **({"seconds": check.seconds} if timed else {}),
                "evidence": check.evidence.to_json(),
            }
            for check in result.checks
        ],
    }
