"""What the command line shows: progress on stderr, verdict tables on stdout."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from numerics.zipf import RankLaw, ZipfFit
    from reports.corpus import CorpusAnalysis
    from reports.halves import Estimate
    from reports.verification import Verification

#: Called with (done, total).
Progress = Callable[[int, int], None]

#: Columns of a terminal below which a table would tear its words apart.
NARROW = 60

#: What the tokens of a text are called.
UNITS = {"words": "words", "chars": "characters", "bpe": "pieces"}

#: What the columns of the table of laws mean; with the number of draws.
FIT_NOTE = (
    "The factor by which a law is typically off is over bands of ranks, 1, 2 to 3, 4 to 7, …, and beyond sampling. "
    "The largest gap is the Kolmogorov-Smirnov distance. p is the share of texts of tokens drawn independently from "
    "the law that are as far from their own fit, of {} drawn. A small p says that the text does not follow the law; "
    "the factor says how much that matters."
)

STYLES = {"CONFIRMED": "green", "INCONCLUSIVE": "yellow", "REFUTED": "bold red"}


@contextmanager
def progress(description: str) -> Iterator[Progress]:
    """Show a progress bar on stderr, and nothing at all when stderr is not a terminal.

    Parameters
    ----------
    description
        What is in progress, in a few words.

    Yields
    ------
    Callable
        To be called with (done, total), as often as one likes.
    """
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        ProgressColumn,
        Task,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bars
    from rich.text import Text

    class Rate(ProgressColumn):
        """How many are done in a second, lately."""

        def render(self, task: Task) -> Text:
            return Text("" if task.speed is None else f"{task.speed:,.3g}/s")

    left = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate())
    columns = (*left, TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(description, total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)


def print_verification(verification: Verification) -> None:
    """Print one line per statement and, below it, one per check."""
    import theory

    rows: list[tuple[str, str, str, str]] = []
    for result in verification:
        outcome, title = result.verdict.outcome, theory.statement(result.statement).title
        rows.append((result.statement, outcome, title, f"{result.seconds:.1f} s"))
        for check in result.checks:
            deviating = "" if check.verdict.outcome == outcome else check.verdict.outcome
            rows.append(("", deviating, f"{check.name}: {check.verdict.reason}", ""))
    print_table(("statement", "verdict", "what was seen", "time"), rows, right=("time",))
    wrong = [result for result in verification if not result.ok]
    print(f"{len(verification.results) - len(wrong)} of {len(verification.results)} verdicts are as expected")
    for result in wrong:
        print(f"{result.statement}: {result.verdict.outcome}, expected {result.expected}")


def print_corpus(analysis: CorpusAnalysis, fit: ZipfFit) -> None:
    """Print what a text is, the steps it needs, how they grow, how well power laws fit, and what it all means."""
    alpha = fit.power_law.alpha
    print_prose(
        f"{analysis.source}: {analysis.token_total} {UNITS[analysis.tokens]}, {analysis.token_types} different ones; "
        f"{analysis.pair_total} pairs within the {analysis.dim} most frequent"
    )
    print_prose(f"fitted exponent alpha = {alpha.value:.4f} ({alpha.lower:.4f} to {alpha.upper:.4f})")
    columns = ("on this text", "on half of it", f"power law, alpha = {alpha.value:.4f}")
    print_table(
        ("method", *columns),
        [
            (row.method.name, _steps(row.on_corpus), f"{row.on_half:.1f}", _steps(row.by_power_law))
            for row in analysis.steps
        ],
        title=f"Steps until relative error {analysis.epsilon:g}, d = {analysis.dim} (95 % intervals)",
        right=columns,
    )
    if analysis.growth is not None:
        print_table(
            ("method", "on this text", "power law", "d → ∞, alpha = 1"),
            [
                (row.method.name, _exponent(row.exponent), f"{row.power_law_exponent:.2f}", f"{row.law:.2f}")
                for row in analysis.growth.rows
            ],
            title=f"Steps grow like d to the power of, d = {analysis.growth.dims[0]} to {analysis.dim}",
            right=("on this text", "power law", "d → ∞, alpha = 1"),
        )
    print_fit(fit)
    print("\nNotes")
    for note in (FIT_NOTE.format(fit.draws), *analysis.notes):
        print_prose(note, mark="* ")
    print("\nAdvice")
    for line in analysis.advice.lines:
        print_prose(line, mark="* ")


def print_prose(text: str, *, mark: str = "") -> None:
    """Print a paragraph to stdout, broken between words at the width of the tables."""
    import textwrap

    print(textwrap.fill(text, _console().width, initial_indent=mark, subsequent_indent=" " * len(mark)))


def print_fit(fit: ZipfFit) -> None:
    """Print how well power laws fit the frequencies of a text and of its rows."""
    laws = [("k^-alpha", fit.power_law)]
    if fit.shifted is not None:
        laws.append(("(k + q)^-alpha", fit.shifted))
    columns = ("alpha", "q", "typically off by", "largest gap", "p")
    print_table(
        ("frequency of rank k ∝", *columns),
        [(name, *_law(law, fit.draws)) for name, law in laws],
        title="Is it a power law? Laws fitted to the frequencies (95 % intervals)",
        right=columns,
    )
    rows = fit.rows
    if rows.rows:
        low, middle, high = (f"{exponent:.2f}" for exponent in rows.exponents)
        print_prose(
            f"What follows one token, fitted alone: alpha = {middle} in the median row, {low} to {high} in the middle "
            f"80 %, of the {rows.rows} row{'s' * (rows.rows > 1)} long enough to tell, which have "
            f"{100 * rows.share:.0f} % of the pairs."
        )


def _law(law: RankLaw, draws: int) -> tuple[str, ...]:
    alpha, shift = law.alpha, law.shift
    least = "≤ " if law.p_value * (1 + draws) < 1.5 else ""
    return (
        f"{alpha.value:.4f} ({alpha.lower:.4f} to {alpha.upper:.4f})",
        f"{shift.value:.2f} ({shift.lower:.2f} to {shift.upper:.2f})" if shift.value else "0",
        f"a factor {law.deviation:.2f}",
        f"{law.distance:.4f}",
        f"{least}{law.p_value:.2g}",
    )


def _steps(estimate: Estimate) -> str:
    return f"{estimate.value:.0f} ({estimate.lower:.0f} to {estimate.upper:.0f})"


def _exponent(estimate: Estimate) -> str:
    return f"{estimate.value:.2f} ({estimate.lower:.2f} to {estimate.upper:.2f})"


def print_table(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    title: str | None = None,
    right: Sequence[str] = (),
) -> None:
    """Print a table to stdout, as wide as the terminal, or 120 columns where there is none.

    On a terminal too narrow for columns it is a list: a line for each cell, by the name of its column.

    Parameters
    ----------
    header
        One name per column.
    rows
        One string per column each; those that name an outcome are colored.
    title
        A line above the table.
    right
        Names of the columns that are aligned to the right.
    """
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    console = _console()
    if console.width < NARROW:
        cells = [[f"{name}: {cell}" for name, cell in zip(header, row, strict=True) if cell] for row in rows]
        blocks = [[title], *cells] if title else cells
        console.print(Text("\n\n".join(map("\n".join, blocks))), end="\n\n")
        return
    table = Table(box=SIMPLE_HEAD, title=title, title_justify="left", pad_edge=False)
    for name in header:
        table.add_column(name, justify="right" if name in right else "left", no_wrap=name in right)
    for row in rows:
        table.add_row(*(Text(cell, style=STYLES.get(cell, "")) for cell in row))
    console.print(table)


def _console() -> Console:
    """Return standard output, as wide as the terminal, or 120 columns where there is none."""
    from rich.console import Console

    return Console() if sys.stdout.isatty() else Console(width=120)
