"""The plugin: verdicts as last lines, the report from the run's own evidence, options refused in one line."""

import json

import pytest

import reports.comparisons
import reports.document
import reports.production
import theory
from reports import Evidence, Row, judge, verify
from reports.pytest_plugin import PARAMETERS, whole
from reports.verdict_table import spoken, table, used
from reports.verification import CheckResult, StatementResult

pytest_plugins = "pytester"

#: They take fractions of a second; one is expected to be refuted, one has four checks.
STATEMENTS = ["asm-4.1", "prop-b.2"]

SUITE = f"""
    import pytest

    from reports.comparisons import checks
    from reports.verification import run_check

    @pytest.mark.parametrize("check", [c for c in checks() if c.statement in {STATEMENTS}], ids=lambda c: c.name)
    def test_statement(check, record_check):
        record_check(check.statement, run_check(check.statement, check.name))

    def test_other():
        pass
"""

#: There are no other statements, and what stands in for the PDF writes down what it was given.
STUB = f"""
    import json

    import reports.comparisons
    import reports.document
    import reports.production

    CHECKS = tuple(c for c in reports.comparisons.checks() if c.statement in {STATEMENTS})
    reports.comparisons.checks = lambda: CHECKS

    def write(path, content, drawings):
        path.write_text(json.dumps(content))

    def produce(output, *, verification, text, timings):
        write(output, {{"verification": verification.to_json(), "text": str(text)}}, {{}})

    reports.document.write = write
    reports.production.produce = produce
"""

#: Some 250 words, the k-th about 1/k times as often as the first.
NOVEL = " ".join(f"w{rank}" for turn in range(1, 251) for rank in range(1, 251) if turn % rank == 0)


@pytest.fixture(scope="module")
def expected():
    """What the runs must find; pytester forgets the modules that a run in this process imports, these it keeps."""
    return verify(STATEMENTS).to_json()


@pytest.fixture
def suite(pytester, expected, monkeypatch):
    for module, name in (
        (reports.comparisons, "checks"),
        (reports.document, "write"),
        (reports.production, "produce"),
    ):
        monkeypatch.setattr(
            module, name, getattr(module, name)
        )  # what the stub changes goes when the test ends
    pytester.makepyfile(SUITE)
    pytester.makeconftest(STUB)
    return pytester


def verdicts(result):
    """The lines below the heading of the verdicts, up to the count of the tests."""
    lines = result.stdout.lines
    return lines[next(i for i, line in enumerate(lines) if "= verdicts =" in line) + 1 : -1]


def timeless(found):
    for statement in found["statements"]:
        for check in statement["checks"]:
            check.pop("seconds")
    return found


@pytest.mark.parametrize("options", [(), ("-q",), ("-v", "-rA"), ("--color=no",)], ids=" ".join)
def test_the_verdicts_are_the_last_lines(suite, options):
    result = suite.runpytest_inprocess(*options)
    result.assert_outcomes(passed=6)
    head, *rows, count = verdicts(result)
    assert head.split() == ["statement", "about", "verdict", "allowed,", "used"]
    assert [row.split()[0] for row in rows] == STATEMENTS
    assert "REFUTED" in rows[0]
    assert "CONFIRMED" in rows[1]
    assert rows[1].endswith("%")
    assert max(map(len, rows)) <= 80
    assert count == "2 of 2 verdicts are as expected"
    assert "6 passed" in result.stdout.lines[-1]


def test_colors_where_they_are_wanted(suite):
    text = suite.runpytest_inprocess("--color=yes").stdout.str()
    assert "\x1b[31masm-4.1" in text
    assert "\x1b[32mprop-b.2" in text


def test_no_table_without_statements(suite):
    result = suite.runpytest_inprocess("-k", "other")
    result.assert_outcomes(passed=1, deselected=5)
    assert "verdict" not in result.stdout.str()


def test_part_of_a_statement_says_so(suite):
    result = suite.runpytest_inprocess("-k", "derivation or even", "--report", "out.json")
    _, refuted, part, *_ = verdicts(result)
    assert "checks" not in refuted
    assert part.endswith("proven, 1 of 4 checks")
    result.stdout.fnmatch_lines(["*out.json covers 1 statements of 2", "not in it*: prop-b.2"])
    written = json.loads((suite.path / "out.json").read_text())
    assert [s["statement"] for s in written["verification"]["statements"]] == ["asm-4.1"]


@pytest.mark.parametrize("workers", [0, pytest.param(2, marks=pytest.mark.slow)])
def test_the_report_has_the_evidence_of_the_run(suite, workers, expected):
    (suite.path / "novel.txt").write_text(NOVEL, encoding="utf-8")
    options = ("--report", "out.json", "--text", "novel.txt")
    if workers:
        result = suite.runpytest_subprocess(*options, "-n", str(workers))
    else:
        result = suite.runpytest_inprocess(*options)
    result.assert_outcomes(passed=6)
    assert "2 of 2 verdicts are as expected" in verdicts(result)
    written = json.loads((suite.path / "out.json").read_text())
    assert written["text"] == str(suite.path / "novel.txt")
    assert timeless(written["verification"]) == timeless(json.loads(json.dumps(expected)))


def test_nothing_is_computed_again(suite, monkeypatch):
    from reports import verification

    run, seen = verification.run_check, []
    monkeypatch.setattr(verification, "run_check", lambda *key: seen.append(key) or run(*key))
    suite.runpytest_inprocess("--report", "out.json").assert_outcomes(passed=6)
    assert len(seen) == len(set(seen)) == 5


def test_a_report_of_nothing_is_an_error(suite):
    result = suite.runpytest_inprocess("-k", "other", "--report", "out.json")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["out.json was not written: no statement was put to the test in full; run *"])


def test_a_report_that_breaks_does_not_take_the_verdicts_along(suite, monkeypatch):
    monkeypatch.setattr(reports.production, "produce", None)
    suite.makeconftest(STUB.partition("def write")[0])
    result = suite.runpytest_inprocess("--report", "out.pdf")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert "2 of 2 verdicts are as expected" in verdicts(result)
    result.stdout.fnmatch_lines(["out.pdf was not written: Traceback*", "TypeError: *"])


def test_no_report_of_an_interrupted_run(suite):
    suite.makepyfile(test_z="def test_stop():\n    raise KeyboardInterrupt")
    result = suite.runpytest_inprocess("--report", "out.json", no_reraise_ctrlc=True)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["out.json was not written: the run was interrupted"])
    assert not (suite.path / "out.json").exists()


@pytest.mark.slow
def test_the_pdf_of_a_run(pytester, expected):
    import pypdf

    pytester.makepyfile(SUITE)
    pytester.runpytest_inprocess("--report", "out.pdf").assert_outcomes(passed=6)
    reader = pypdf.PdfReader(pytester.path / "out.pdf")
    text = "\n".join(page.extract_text() for page in reader.pages)
    here = f"Of the 2 of {len(theory.statements())} statements here: 1 CONFIRMED, 1 REFUTED; as expected."
    assert here in " ".join(text.split())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--alpha", "0"], "--alpha='0' is out of range; pass one above 0, such as \"1/2\""),
        (["--alpha", "one"], "--alpha='one' is not a finite number; pass *"),
        (
            ["--alpha", "90", "--max-dim", "1e6"],
            "alpha='90' underflows float64 at dim=1000000; pass one of at *",
        ),
        (["--max-dim", "9"], "--max-dim='9' is not an integer of 10 to 1e19; pass one such as 50257 or 1e6"),
        (["--max-dim", "1e15"], "--max-dim 1000000000000000 needs * GB available: use a smaller dim"),
        (["--backend", "numpi"], "backend='numpi' is unknown; did you mean 'numpy'? *"),
        (["--text", "missing.txt"], "*missing.txt cannot be read: No such file or directory; give a text *"),
        (["--text", "."], "* is binary or in UTF-16: NUL at byte *; give plain text in UTF-8"),
        (["--text", "empty.txt"], "*empty.txt is empty; give plain text in UTF-8"),
        (
            ["--text", "rose.txt", "--report", "out.pdf"],
            "*rose.txt has only 3 different words, too few for a report; give one of at least 216",
        ),
        (
            ["--report", "no/where.pdf"],
            "output='no/where.pdf': the folder 'no' does not exist; create it first",
        ),
        (["--report", "."], "output='.' is a folder: name a file in it, such as report.pdf"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_bad_option_is_one_line(suite, options, message):
    (suite.path / "empty.txt").touch()
    (suite.path / "rose.txt").write_text("a rose is a rose", encoding="utf-8")
    (suite.path / "rose.jpeg").write_bytes(b"\0rose")
    result = suite.runpytest_inprocess(*options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert len([line for line in result.stderr.lines if line]) == 1
    assert result.stdout.lines == []
    result.stderr.fnmatch_lines([f"ERROR: {message}"])


def test_a_gpu_that_is_not_there_is_one_line(suite, monkeypatch):
    import numerics.backend

    def refuse(name):
        raise ValueError("backend='cupy' finds no CUDA device: use backend='numpy' on this machine")

    monkeypatch.setattr(numerics.backend, "get_namespace", refuse)
    result = suite.runpytest_inprocess("--backend", "cupy")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert [line for line in result.stderr.lines if line] == [
        "ERROR: backend='cupy' finds no CUDA device: use backend='numpy' on this machine"
    ]


@pytest.mark.parametrize("there", ["numpy", "array_api_strict"])
def test_auto_takes_what_works(pytester, monkeypatch, there):
    """The second stands for a GPU."""
    import numerics.backend

    monkeypatch.setattr(numerics.backend, "_working", lambda: there)
    assert pytester.parseconfigure("--backend", "auto").stash[PARAMETERS].backend == there


def test_parameters(pytester):
    config = pytester.parseconfigure("--alpha", "0.9", "--max-dim", "5e3")
    found = config.stash[PARAMETERS]
    assert [str(alpha) for alpha in found.alphas] == ["9/10"]
    assert found.dims == (10, 100, 1000, 5000)
    assert pytester.parseconfigure().stash[PARAMETERS].dims == (10, 100, 1000)
    (pytester.path / "test_x.py").write_text(
        "def test_x(parameters):\n    assert parameters.max_dim == 5000\n"
    )
    result = pytester.runpytest_inprocess("--alpha", "0.9", "--max-dim", "5e3")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["zipf-descent: alpha = 9/10; d up to 5000; backend numpy"])


def test_whole_numbers():
    assert [whole("n", text, least=1) for text in ("7", "1e3", "2.5e1", "10.0")] == [7, 1000, 25, 10]
    for text in ("", "x", "1.5", "nan", "inf", "-7", "0", "1e400", "1e-400"):
        with pytest.raises(ValueError, match="is not an integer"):
            whole("n", text, least=1)


def evidence(kind, *pairs, budget=0.1, series=()):
    rows = tuple(
        Row(case={"n": n}, predicted=predicted, observed=observed, budget={"rounding": budget})
        for n, (predicted, observed) in enumerate(pairs)
    )
    return Evidence("prop-a.1", "made up", kind, "simulation", rows, series)


@pytest.mark.parametrize(
    ("seen", "share"),
    [
        (evidence("proof", (1.0, 1.0)), None),
        (evidence("identity", (1.0, 1.0), (1.0, 0.95)), 0.5),
        (evidence("model", (1.0, 1.4)), 4.0),
        (evidence("identity", (1.0, 1.5), budget=0.0), float("inf")),
        (evidence("identity", (1.0, 1.0), budget=0.0), 0.0),
        (evidence("inequality", (0.9, 0.5), (0.9, 0.75)), 0.75),
        (evidence("inequality", (-0.1, -3.0)), 0.0),
        (evidence("optimality", (1.0, 1.05), (1.0, 0.98)), 0.5),
        (evidence("optimality", (1.0, 0.8)), 2.0),
        (evidence("limit", (1.0, 9.0), (1.0, 1.8), (1.0, 1.4), (1.0, 1.1), (1.0, 1.03), budget=0.0), 1.0),
        (evidence("limit", (1.0, 1.8), (1.0, 1.1), budget=0.2), 0.25),
        (evidence("limit", (1.0, 1.8), budget=0.2), None),
        (evidence("limit", (1.0, 1.8), (0.0, 1.1)), float("inf")),
    ],
    ids=lambda value: value.kind if isinstance(value, Evidence) else "",
)
def test_what_is_allowed_and_used(seen, share):
    assert used(seen) == pytest.approx(share)


def test_the_border_of_a_verdict_is_the_border_of_what_is_used():
    for kind in ("identity", "model", "inequality", "optimality"):
        for observed in (0.999, 1.0, 1.009, 1.011, 1.1):
            found = evidence(kind, (1.0, observed), budget=0.01)
            if kind in ("identity", "inequality"):  # of which so wide a budget shows nothing
                found = evidence(kind, (1.0, 1 + (observed - 1) * 1e-8), budget=1e-10)
            assert (used(found) <= 1) is (judge(found).outcome == "CONFIRMED"), (kind, observed)


def result(statement, expected, *shares):
    seen = [evidence("identity", (1.0, 1.0 + share * 1e-9), budget=1e-9) for share in shares]
    twin = judge(evidence("identity", (1.0, 2.0)))
    checks = (CheckResult(f"check {n}", judge(e), e, "doubled", twin, 0.1) for n, e in enumerate(seen))
    return StatementResult(statement, expected, tuple(checks))


def test_table_names_what_is_not_expected():
    rows = table([result("prop-a.1", "CONFIRMED", 0.25, 0.5), result("prop-a.2", "CONFIRMED", 3.0)], width=60)
    texts = [line for line, _, _ in rows]
    assert texts[1].endswith("50.0 %")
    assert texts[2].endswith("3 times")
    assert texts[3].startswith("prop-a.2: expected CONFIRMED; 1 of 1 rows differ by more than the budget")
    assert texts[4] == "1 of 2 verdicts are as expected"
    assert [expected for _, _, expected in rows] == [True, True, False, False, False]
    assert max(map(len, texts[:3])) <= 60


def test_a_share_is_never_rounded_up_to_the_border():
    assert spoken(0.99999) == "99.9 %"
    assert spoken(1.0) == "100.0 %"
    assert spoken(1.0001) == "100.0 %"
    assert (spoken(1.5), spoken(5e13), spoken(float("inf"))) == ("150.0 %", "5e13 times", "all of 0")
