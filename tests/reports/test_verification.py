"""verify: every check beside its wrong twin, the worst verdict counts, and a sabotaged theory is caught."""

import json
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import mpmath
import pytest

import theory
from reports import Check, Evidence, Row, verify
from reports.comparisons import checks
from reports.verification import run_check

FIRST_EIGHT = {"thm-3.1", "thm-4.5", "prop-2.2", "prop-4.3", "prop-a.1", "prop-a.2", "prop-a.3", "def-4.4"}


def test_covers_the_first_eight_statements_and_names_are_unique():
    assert {check.statement for check in checks()} >= FIRST_EIGHT
    names = [(check.statement, check.name) for check in checks()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("check", checks(), ids=lambda check: f"{check.statement}: {check.name}")
def test_statement_is_as_expected_and_its_wrong_twin_is_refuted(check, record_check):
    found = run_check(check.statement, check.name)
    record_check(check.statement, found)
    assert found.verdict.outcome == theory.statement(check.statement).expected, found.verdict.reason
    assert found.twin_verdict.outcome == check.twin_expected, found.twin_verdict.reason
    assert found.evidence.check == check.name
    assert found.evidence.statement == check.statement
    assert "\n" not in found.verdict.reason
    assert Evidence.from_json(json.loads(json.dumps(found.evidence.to_json()))) == found.evidence


def test_report_json_rounds_numbers_and_keeps_verdicts():
    found = verify(["prop-a.2", "asm-4.1"])
    data = json.loads(json.dumps(found.to_json()))
    assert data["ok"] is found.ok is True
    assert [s["statement"] for s in data["statements"]] == [r.statement for r in found]
    row = data["statements"][0]["checks"][0]["evidence"]["rows"][0]
    assert len(f"{row['observed']:.17g}".lstrip("0.").rstrip("0")) <= 17
    assert row["observed"] == float(f"{row['observed']:.10g}")


def test_ids_select_and_keep_the_order_of_the_paper():
    found = verify(["prop-a.3", "prop-2.2", "prop-a.3"])
    assert [result.statement for result in found] == ["prop-2.2", "prop-a.3"]


@pytest.mark.parametrize(
    ("identifier", "message"),
    [
        ("thm-3.2", r"statement='thm-3.2' is unknown: did you mean 'thm-3.1'\?"),
        ("xyz", "known are thm-informal, "),
    ],
)
def test_unknown_statement(identifier, message):
    with pytest.raises(ValueError, match=message):
        verify([identifier])


def test_progress_counts_checks():
    seen = []
    verify(["prop-2.2", "prop-a.3"], progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_a_pool_of_processes_gives_the_same():
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        found = verify(["prop-a.2", "prop-a.3"], executor=pool)
    here = verify(["prop-a.2", "prop-a.3"])
    assert [result.statement for result in found] == ["prop-a.2", "prop-a.3"]
    for there, result in zip(found, here, strict=True):
        assert [c.evidence for c in there.checks] == [c.evidence for c in result.checks]


def evidence(observed):
    row = Row(case={"d": 10}, predicted=1.0, observed=observed, budget={"rounding": 1e-15})
    return Evidence("prop-2.2", "fake", "identity", "simulation", (row,))


@pytest.mark.parametrize(
    ("run", "twin", "expected"),
    [(1.0, 2.0, "CONFIRMED"), (1.0, 1.0, "INCONCLUSIVE"), (2.0, 2.0, "REFUTED"), (2.0, 1.0, "REFUTED")],
)
def test_a_check_that_does_not_reject_its_twin_confirms_nothing(monkeypatch, run, twin, expected):
    fake = Check("prop-2.2", "fake", lambda: evidence(run), lambda: evidence(twin), "off by one")
    monkeypatch.setattr("reports.comparisons.checks", lambda: (fake,))
    result = verify().results[0]
    assert result.verdict.outcome == expected
    assert result.ok is (expected == "CONFIRMED")
    if (run, twin) == (1.0, 1.0):
        assert "cannot tell: its wrong twin (off by one) is CONFIRMED" in result.verdict.reason


@pytest.mark.parametrize("breaking", ["run", "twin"])
def test_a_check_that_breaks_down_is_no_verdict_and_stops_no_other(monkeypatch, breaking):
    def broken():
        raise ValueError("math domain\nerror")

    gather = {"run": lambda: evidence(1.0), "twin": lambda: evidence(2.0), breaking: broken}
    fakes = (
        Check("prop-2.2", "fake 1", wrong="off by one", **gather),
        Check("prop-2.2", "fake 2", lambda: evidence(1.0), lambda: evidence(2.0), "off by one"),
    )
    monkeypatch.setattr("reports.comparisons.checks", lambda: fakes)
    found = verify()
    assert not found.ok
    first, second = found.results[0].checks
    assert first.verdict.outcome == "INCONCLUSIVE"
    assert "the check broke down: ValueError: math domain error" in first.verdict.reason
    assert second.verdict.outcome == "CONFIRMED"
    assert json.loads(json.dumps(found.to_json()))["ok"] is False


def test_the_worst_check_speaks_for_the_statement(monkeypatch):
    fakes = tuple(
        Check("prop-2.2", f"fake {i}", lambda value=value: evidence(value), lambda: evidence(2.0), "twin")
        for i, value in enumerate((1.0, 3.0, 1.0))
    )
    monkeypatch.setattr("reports.comparisons.checks", lambda: fakes)
    assert verify().results[0].verdict.outcome == "REFUTED"


def sabotaged(change):
    """theory.relative_error with its value changed where `change` wants it."""
    honest = theory.relative_error

    def relative_error(optimizer, **options):
        return change(honest(optimizer, **options), options)

    return relative_error


def is_law(options):
    return options.get("method") == "asymptotic"


@pytest.mark.parametrize(
    ("statement", "check", "change"),
    [
        ("thm-3.1", "α < 1", lambda r, o: r + mpmath.mpf("1e-6") if is_law(o) else r),
        ("thm-3.1", "α = 1", lambda r, o: r + mpmath.mpf("1e-6") if is_law(o) else r),
        ("thm-3.1", "α > 1", lambda r, o: r * (1 + mpmath.mpf("1e-6")) if is_law(o) else r),
        ("thm-3.1", "steps, α > 1", lambda r, o: r * (1 + mpmath.mpf("1e-6"))),
        ("thm-3.1", "simulation", lambda r, o: r * (1 + mpmath.mpf("1e-10"))),
        ("thm-4.5", "α < 1/2", lambda r, o: r + mpmath.mpf("1e-6") if is_law(o) else r),
        ("thm-4.5", "α = 1/2", lambda r, o: r + mpmath.mpf("1e-6") if is_law(o) else r),
        ("thm-4.5", "α > 1/2", lambda r, o: r + mpmath.mpf("1e-6") if is_law(o) else r),
        ("def-4.4", "α > 1/2", lambda r, o: r + mpmath.mpf("1e-9") if o.get("method") == "finite" else r),
        ("def-4.4", "search", lambda r, o: r * (1 + 1e-2)),
        ("prop-a.1", "training and sum", lambda r, o: r * (1 + 1e-10)),
        ("prop-a.2", "training and sum", lambda r, o: r * (1 + 1e-10)),
    ],
)
def test_a_slightly_wrong_theory_is_refuted(monkeypatch, statement, check, change):
    monkeypatch.setattr(theory, "relative_error", sabotaged(change))
    assert run_check(statement, check).verdict.outcome == "REFUTED"
