"""What the command line shows: progress on stderr, verdict tables on stdout."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reports.corpus import CorpusAnalysis
    from reports.halves import Estimate
    from reports.verification import Verification

#: Called with (done, total).
Progress = Callable[[int, int], None]

#: Columns of a terminal below which a table would tear its words apart.
NARROW = 60

#: What the tokens of a text are called.
UNITS = {"words": "words", "chars": "characters", "bpe": "pieces"}

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
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
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


def print_corpus(analysis: CorpusAnalysis) -> None:
    """Print what a text is, the steps it needs with each method, how they grow, and what the numbers mean."""
    alpha = analysis.alpha
    print(
        f"{analysis.source}: {analysis.token_total} {UNITS[analysis.tokens]}, {analysis.token_types} different ones; "
        f"{analysis.pair_total} pairs within the {analysis.dim} most frequent"
    )
    print(
        f"fitted exponent alpha = {alpha.value:.4f} ({alpha.lower:.4f} to {alpha.upper:.4f}), "
        f"Kolmogorov-Smirnov distance {analysis.rank_distance:.4f}"
    )
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
    for note in analysis.notes:
        print(note)
    print("\nAdvice")
    for line in analysis.advice.lines:
        print(f"* {line}")


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
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console() if sys.stdout.isatty() else Console(width=120)
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
