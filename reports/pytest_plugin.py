"""What a pytest run of the suite has beyond tests: options for your own parameters, a verdict table, the report.

``pytest --alpha 0.9 --max-dim 1e6 --backend cupy --text novel.txt`` verifies at these parameters, ``--report out.pdf``
writes the report from the evidence of that very run, and the last lines of a run that judged statements are their
verdicts. Tests hand in what they found through the fixture ``record_check``; with pytest-xdist the workers' evidence
travels with the test reports.

Every pytest run of an environment with this package imports this module: it must stay light.
"""

from __future__ import annotations

import base64
import pickle
import time
import traceback
from collections.abc import Callable, Generator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from reports.verification import CheckResult, Verification

#: Attribute by which a test report carries evidence from a worker process; pytest-xdist keeps it, as it is a string.
CARRIED = "zipf_descent_evidence"

#: How the columns of outcomes are painted where there is color.
PAINT = {"CONFIRMED": "green", "INCONCLUSIVE": "yellow", "REFUTED": "red"}

#: Where the suite verifies when it is not told: every regime of both theorems, at sizes that take seconds.
ALPHAS, MAX_DIM = (Fraction(1, 4), Fraction(1, 2), Fraction(1), Fraction(3, 2)), 1_000


@dataclass(frozen=True, slots=True)
class Parameters:
    """Where the suite verifies, from the options of this run.

    Attributes
    ----------
    alphas : tuple of Fraction
        The exponent given, exactly; by default one for each regime.
    max_dim : int
        The largest vocabulary of simulations.
    backend : str
        Where simulations run, "auto" resolved.
    text : Path or None
        A text to verify on; None for the small one that comes with CPython.
    """

    alphas: tuple[Fraction, ...]
    max_dim: int
    backend: str
    text: Path | None

    @property
    def dims(self) -> tuple[int, ...]:
        """The powers of ten from 10 up to the largest vocabulary, and that."""
        powers = (10**k for k in range(1, len(str(self.max_dim))))
        return tuple(dict.fromkeys((*powers, self.max_dim)))


PARAMETERS = pytest.StashKey[Parameters]()
FOUND = pytest.StashKey[list[tuple[str, "CheckResult"]]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("zipf-descent", "verification of scaling laws (zipf-descent)")
    group.addoption("--alpha", dest="zipf_alpha", metavar="A", help="exponent, taken exactly: 0.9 or 9/10")
    group.addoption(
        "--max-dim", dest="zipf_max_dim", metavar="D", help="largest vocabulary of the simulations, as 1e6"
    )
    group.addoption(
        "--backend",
        dest="zipf_backend",
        metavar="B",
        help="where simulations run: numpy, cupy, torch or auto",
    )
    group.addoption("--text", dest="zipf_text", metavar="FILE", help="a text in UTF-8 to verify on")
    group.addoption(
        "--report", dest="zipf_report", metavar="PDF", help="write the report from the evidence of this run"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Read the options; a bad one ends the run with one line."""
    try:
        config.stash[PARAMETERS] = parameters_of(config)
        if not hasattr(config, "workerinput"):
            report = config.getoption("zipf_report")
            if report is not None:
                from reports.document import check_output
                from reports.tasks import content_hash

                report = check_output(report).absolute()
                if (text := config.stash[PARAMETERS].text) is not None:
                    content_hash(text)
            config.pluginmanager.register(Ledger(config, report), "zipf-descent-ledger")
    except (ValueError, TypeError) as error:
        raise pytest.UsageError(" ".join(str(error).split())) from None


def parameters_of(config: pytest.Config) -> Parameters:
    """Return the parameters of the run, or raise a ValueError of one line."""
    asked = {name: config.getoption(f"zipf_{name}") for name in ("alpha", "max_dim", "backend", "text")}
    if all(value is None for value in asked.values()):
        return Parameters(ALPHAS, MAX_DIM, "numpy", None)
    alphas: tuple[Fraction, ...] = ALPHAS
    max_dim = MAX_DIM if asked["max_dim"] is None else whole("--max-dim", asked["max_dim"], least=10)
    if asked["alpha"] is not None:
        from theory.validation import rational

        alphas = (rational("--alpha", asked["alpha"]),)
    from numerics.backend import get_namespace, name_of, require_memory
    from numerics.validation import exponent

    for alpha in alphas:
        exponent(str(alpha), max_dim)
    xp = get_namespace(asked["backend"] or "numpy")
    require_memory(xp, 12 * 8 * max_dim, f"--max-dim {max_dim}")
    text = None if asked["text"] is None else readable(asked["text"])
    return Parameters(alphas, max_dim, name_of(xp.empty(0)), text)


def whole(name: str, text: str, *, least: int) -> int:
    """Return an integer given as 50257 or 1e6.

    Examples
    --------
    >>> whole("--max-dim", "1e6", least=10)
    1000000
    """
    try:
        number = Decimal(text)
        integer = int(number) if abs(number.adjusted()) < 20 else -1
    except (InvalidOperation, ValueError, OverflowError):
        integer = -1
    if integer < least or integer != number:
        raise ValueError(
            f"{name}={text!r} is not an integer of {least} to 1e19; pass one such as 50257 or 1e6"
        )
    return integer


def readable(name: str) -> Path:
    """Return the path of a text once it is known that all of it is text."""
    from numerics.sources import file_text

    path = Path(name).absolute()
    for _ in file_text(path).pieces(lambda chunk: None):
        pass
    return path


def pytest_report_header(config: pytest.Config) -> str | None:
    """Say where the run verifies, if it was told where."""
    if all(config.getoption(f"zipf_{name}") is None for name in ("alpha", "max_dim", "backend", "text")):
        return None
    found = config.stash[PARAMETERS]
    alphas = ", ".join(map(str, found.alphas))
    text = "" if found.text is None else f", text {found.text.name}"
    return f"zipf-descent: alpha = {alphas}; d up to {found.max_dim}; backend {found.backend}{text}"


@pytest.fixture(scope="session")
def parameters(request: pytest.FixtureRequest) -> Parameters:
    """Where this run verifies, from its options."""
    return request.config.stash[PARAMETERS]


@pytest.fixture
def record_check(request: pytest.FixtureRequest) -> Callable[[str, CheckResult], None]:
    """Hand in what a check of a statement gave, for the verdict table and the report."""

    def record(statement: str, result: CheckResult) -> None:
        request.node.stash.setdefault(FOUND, []).append((statement, result))

    return record


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let the report of a test carry the evidence that the test handed in."""
    report = yield
    if call.when == "call" and FOUND in item.stash:
        setattr(report, CARRIED, base64.b64encode(pickle.dumps(item.stash[FOUND])).decode())
    return report


class Ledger:
    """The evidence of one run, kept by the process that reports to the user.

    Parameters
    ----------
    config
        Of the run.
    report
        The PDF to write at the end, if one is wanted.
    """

    def __init__(self, config: pytest.Config, report: Path | None) -> None:
        self.config, self.report = config, report
        self.found: dict[tuple[str, str], CheckResult] = {}
        self.said: list[str] = []
        self.start = time.perf_counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the evidence out of a test report, which may come from another process."""
        carried = getattr(report, CARRIED, None)
        if carried is not None:
            for statement, result in pickle.loads(base64.b64decode(carried)):
                self.found[statement, result.name] = result

    def verification(self) -> tuple[Verification, list[tuple[str, int, int]]]:
        """Return all verdicts, in the order of the paper, and the statements of which not all checks ran."""
        import theory
        from reports.comparisons import checks
        from reports.verification import StatementResult, Verification

        results, short = [], []
        for statement in theory.statements():
            names = [check.name for check in checks() if check.statement == statement.id]
            ran = [self.found[statement.id, name] for name in names if (statement.id, name) in self.found]
            if ran:
                results.append(StatementResult(statement.id, statement.expected, tuple(ran)))
            if ran and len(ran) < len(names):
                short.append((statement.id, len(ran), len(names)))
        return Verification(tuple(results)), short

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Write the report."""
        if self.report is None or self.config.getoption("collectonly"):
            return
        if exitstatus == pytest.ExitCode.INTERRUPTED:
            self.said = [f"{self.report.name} was not written: the run was interrupted"]
            return
        try:
            self.said = self._write()
        except Exception as error:  # whatever it is, the summary of hours of tests comes first
            known = isinstance(error, ValueError | OSError)
            reason = " ".join(str(error).split()) if known else traceback.format_exc()
            self.said = [f"{self.report.name} was not written: {reason}"]
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _write(self) -> list[str]:
        """Write the report of every statement that was put to the test in full; return what to say."""
        from reports.comparisons import checks
        from reports.document import write
        from reports.document.collect import collect_part
        from reports.production import produce
        from reports.verification import Verification

        assert self.report is not None
        found, short = self.verification()
        partly = {identifier for identifier, _, _ in short}
        full = Verification(tuple(result for result in found if result.statement not in partly))
        if not full.results:
            raise ValueError(
                "no statement was put to the test in full; run tests/reports/test_verification.py"
            )
        spent = time.perf_counter() - self.start
        terminal = self.config.pluginmanager.get_plugin("terminalreporter")
        if terminal is not None:
            terminal.line("")
            terminal.write_line(f"writing {self.report.name}, from the evidence of this run …")
        text = self.config.stash[PARAMETERS].text
        timings, of = {"test run": spent}, len({check.statement for check in checks()})
        if len(full.results) == of:
            produce(self.report, verification=full, text=text, timings=timings)
        else:  # a report of these statements alone
            write(self.report, *collect_part(full, {}, timings=timings))
        said = [f"{self.report} covers {len(full.results)} statements of {of}"]
        if partly:
            said.append(f"not in it, as not all of their checks ran: {', '.join(sorted(partly))}")
        return said

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(self, terminalreporter: Any) -> Generator[None, None, None]:
        """Print the verdicts below everything else that pytest sums up."""
        yield
        if self.found:
            from reports.verdict_table import table

            found, short = self.verification()
            terminalreporter.write_sep("=", "verdicts")
            for line, outcome, expected in table(found, short=short, width=terminalreporter._tw.fullwidth):
                paint = {PAINT[outcome]: True} if outcome else {}
                terminalreporter.write_line(line, bold=not expected, **paint)
        for line in self.said:
            terminalreporter.write_line(line)
