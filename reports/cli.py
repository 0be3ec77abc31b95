"""The command `zipf-descent`: predict, compare, text, verify, figure, report."""

from __future__ import annotations

import dataclasses
import io
import json
import math
import multiprocessing
import os
import re
import signal
import sys
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reports.terminal import print_corpus, print_verification, progress

if TYPE_CHECKING:
    from numerics.cache import Cache
    from reports.verification import Verification

#: Integers on the command line have at most so many decimal digits; Python prints up to 4300.
MOST_DIGITS = 4_000


class Integer(click.ParamType[int]):
    """An integer of any size: 50257, 1e30 or 10**30."""

    name = "integer"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the exact integer; nothing is rounded."""
        if isinstance(value, int):
            return value
        name = param.name if param is not None else "value"
        refusal = f"{name}={value} is not an integer; pass one such as 50257, 1e30 or 10**30"
        if match := re.fullmatch(r"(\d+)(?:\*\*|\^)(\d+)", value):
            base, exponent = map(int, match.groups())
            if base > 1 and exponent * math.log10(base) > MOST_DIGITS:
                raise ValueError(f"{name}={value} is too large; pass one of at most {MOST_DIGITS} digits")
            return int(base**exponent)
        try:
            number = Decimal(value)
        except InvalidOperation:
            raise ValueError(refusal) from None
        if not number.is_finite():
            raise ValueError(refusal)
        if number.adjusted() > MOST_DIGITS:
            raise ValueError(f"{name}={value} is too large; pass one of at most {MOST_DIGITS} digits")
        integer = int(number)
        if integer != number:
            raise ValueError(refusal)
        return integer


#: An option of the commands that check statements.
CACHING = click.option(
    "--cache/--no-cache",
    "caching",
    default=True,
    help="Keep what is finished, in $ZIPF_DESCENT_CACHE or the user's cache folder, until the sources change.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="zipf-descent", message="%(prog)s %(version)s")
def cli() -> None:
    """Scaling laws of gradient and sign descent for linear bigram models: theory, simulation, verdicts."""


@cli.command()
@click.option("--optimizer", required=True, help="gd (gradient descent) or sd (sign descent).")
@click.option("--alpha", required=True, help="Exponent of the power law, such as 1, 0.9 or 1/2.")
@click.option("--dim", required=True, type=Integer(), help="Vocabulary size d: 50257, 1e30 or 10**30.")
@click.option("--epsilon", help="Target relative error: how many steps until then?")
@click.option("--steps", type=Integer(), help="Number of steps: which relative error after them?")
@click.option("--method", help="exact, finite, corrected or asymptotic; by default exact and asymptotic.")
@click.option("--dynamics", default="simplified", show_default=True, help="For sd: simplified or iterated.")
@click.option("--parity", help="For iterated sd and --epsilon: even, odd or mean.")
@click.option("--digits", type=Integer(), help="Significant digits; by default those of a float.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def predict(
    optimizer: str,
    alpha: str,
    dim: int,
    epsilon: str | None,
    steps: int | None,
    method: str | None,
    dynamics: str,
    parity: str | None,
    digits: int | None,
    as_json: bool,
) -> None:
    """Answer how many steps to a relative error, or which relative error after steps."""
    if (epsilon is None) == (steps is None):
        raise ValueError(
            "epsilon or steps must be given, not both; pass --epsilon (how many steps?) or --steps (which error?)"
        )
    question: dict[str, Any] = {"alpha": alpha, "dim": dim}
    question |= {"epsilon": epsilon} if steps is None else {"steps": steps}
    if dynamics != "simplified":
        if method is not None or digits is not None:
            raise ValueError(f"dynamics={dynamics!r} is simulated; leave --method and --digits out")
        answers = [_simulated(optimizer, question, dynamics, parity)]
    elif parity is not None:
        raise ValueError(f"parity={parity!r} applies to --dynamics iterated; leave it out")
    else:
        both = ("exact",) if dim == 1 else ("exact", "asymptotic")  # one word has no limit law
        methods = both if method is None else (method,)
        answers = []
        for name in methods:
            try:
                answers.append(_predicted(optimizer, question, name, digits))
            except OverflowError as error:
                if not answers:
                    raise
                reason = str(error).rpartition(" = ")[2]
                answers.append({"method": name, "value": None, "meaning": _spoken(reason)})

    if as_json:
        asked = {"optimizer": optimizer, **question, "dynamics": dynamics, "parity": parity}
        _print_json({**asked, "answers": answers})
        return
    what = f"until relative error {epsilon}" if steps is None else f"relative error after {_short(steps)}"
    unit = f"full-batch steps of {optimizer}"
    print(f"{f'{unit} {what}' if steps is None else f'{what} {unit}'}, alpha = {alpha}, d = {_short(dim)}")
    print("(linear bigram model with square loss, started at zero)")
    for answer in answers:
        value = "–" if answer["value"] is None else answer["value"]
        print(f"  {answer['method']:<10}  {value}  {answer['meaning']}")


def _predicted(optimizer: str, question: dict[str, Any], method: str, digits: int | None) -> dict[str, Any]:
    """Answer by the theory."""
    import theory

    ask = theory.iterations if "epsilon" in question else theory.relative_error
    options = {**question, "method": method, "digits": digits}
    meaning = {
        "exact": f"certified, with {'step size 1/π₁' if optimizer == 'gd' else 'the best step size'}",
        "finite": "finite-dimension law"
        if optimizer == "gd"
        else "certified, with Definition 4.4's step size",
        "corrected": "limit law with this project's first corrections in d",
    }
    try:
        value = ask(optimizer, **options, strict=True)
        limit = "limit law, {}, {}"
    except ValueError:
        # Below its proven range the limit law is continued; any other refusal is raised again here.
        value = ask(optimizer, **options)
        limit = "limit law, continued by this project below the proven range of {}, {}"
    if method == "asymptotic":
        law = theory.law(optimizer, alpha=question["alpha"])
        meaning[method] = limit.format(law.reference, law.regime)
    return {"method": method, "value": _plain(value, digits), "meaning": meaning[method]}


def _simulated(optimizer: str, question: dict[str, Any], dynamics: str, parity: str | None) -> dict[str, Any]:
    """Answer by the simulation: what the true update does."""
    import numerics

    ask = numerics.iterations if "epsilon" in question else numerics.relative_error
    value = ask(optimizer, **question, dynamics=dynamics, parity=parity)
    meaning = "true update, with the best step size" + (f", {parity} T" if parity else "")
    return {"method": "simulated", "value": _plain(value), "meaning": meaning}


@cli.command()
@click.option("--alpha", required=True, help="Exponent of the power law, such as 1, 0.9 or 1/2.")
@click.option("--dim", required=True, type=Integer(), help="Vocabulary size d: 50257, 1e30 or 10**30.")
@click.option("--epsilon", required=True, help="Target relative error, between 0 and 1.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def compare(alpha: str, dim: int, epsilon: str, as_json: bool) -> None:
    """Say which optimizer needs fewer steps to a relative error, and how many times fewer."""
    import theory

    found = theory.compare(alpha=alpha, dim=dim, epsilon=epsilon)
    if as_json:
        asked = {"alpha": alpha, "dim": dim, "epsilon": epsilon}
        rows = [dataclasses.asdict(row) for row in found.methods]
        _print_json({**asked, "methods": rows, "winner": found.winner, "margin": float(found.margin)})
        return
    print(found)
    print("(full-batch steps of a linear bigram model with square loss, started at zero)")


@cli.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--vocab-size", type=Integer(), required=True, help="How many of the most frequent tokens.")
@click.option("--epsilon", required=True, help="Target relative error, between 0 and 1.")
@click.option("--tokens", default="words", show_default=True, help="words, chars or bpe.")
@click.option("--model", type=click.Path(path_type=Path), help="For bpe: a .model file of sentencepiece.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--cache/--no-cache",
    "caching",
    default=True,
    help="Keep the counts of the text, in $ZIPF_DESCENT_CACHE or the user's cache folder.",
)
def text(
    file: Path,
    vocab_size: int,
    epsilon: str,
    tokens: str,
    model: Path | None,
    as_json: bool,
    caching: bool,
) -> None:
    """Count the steps that a text of yours needs, beside what its fitted power law predicts.

    FILE may be a folder, packed by gzip, or - for standard input.
    """
    from numerics import read_bigrams
    from numerics.validation import target
    from numerics.zipf import fit_zipf
    from reports.corpus import analyze

    target(epsilon)
    options: dict[str, Any] = {"tokens": tokens, "model": model, "cache": _counts_are_kept(caching)}
    with progress("Reading") as show:
        table = read_bigrams(file, vocab_size=vocab_size, progress=show, **options)
    if table.dim < vocab_size:
        click.echo(f"zipf-descent: only {table.dim} pieces occur, so d = {table.dim}", err=True)
    with progress("Counting steps") as show:
        analysis = analyze(table, epsilon=epsilon, progress=show)
    with progress("Fitting laws") as show:
        fit = fit_zipf(table, progress=show)
    if as_json:
        _print_json({**analysis.to_json(), "fit": dataclasses.asdict(fit)})
    else:
        print_corpus(analysis, fit)


def _counts_are_kept(caching: bool) -> bool:
    """Return whether counts of texts are kept; if the folder cannot be written, they are not, which is said."""
    from numerics.count_cache import CountCache

    if not caching:
        return False
    try:
        CountCache()
    except ValueError as error:
        print(f"zipf-descent: {error}; going on without", file=sys.stderr)
        return False
    return True


@cli.command()
@click.argument("ids", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with all evidence.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV, a line for each row of evidence.")
@CACHING
def verify(ids: tuple[str, ...], as_json: bool, as_csv: bool, caching: bool) -> None:
    """Put the paper's statements to the test: all, or those named (such as thm-3.1)."""
    from reports.verification import to_csv

    if as_json and as_csv:
        raise ValueError("json and csv are both asked for; pass --json or --csv")
    verification = _verify(ids, caching)
    if as_json:
        _print_json(verification.to_json())
    elif as_csv:
        print(to_csv(verification.to_json()), end="")
    else:
        print_verification(verification)
    if not verification.ok:
        raise click.exceptions.Exit(1)


def _verify(ids: tuple[str, ...], caching: bool) -> Verification:
    """Verify the statements named here, or all of them in two processes, 1.6 times as fast on two cores."""
    from reports.verification import verify

    cache = _cache(caching)
    with progress("Checking statements") as show:
        if ids:
            return verify(ids, cache=cache, progress=show)
        with workers() as pool:
            return verify(executor=pool, cache=cache, progress=show)


def _cache(caching: bool) -> Cache | None:
    """Return where finished checks are kept; nowhere if the folder cannot be written, which is said."""
    from reports.verification import check_cache

    if not caching:
        return None
    try:
        return check_cache()
    except ValueError as error:
        print(f"zipf-descent: {error}; going on without", file=sys.stderr)
        return None


def workers() -> ProcessPoolExecutor:
    """Return a pool of two processes.

    They are spawned: forking a process that has threads (progress, BLAS) can deadlock. Ctrl-C ends them silently.
    Both start at once, to import what they need while this process does.
    """
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(2, context, initializer=_end_silently)
    for _ in range(2):
        pool.submit(_import)
    return pool


def _import() -> None:
    """Import what checks and figures need, the larger part of it."""
    from reports import comparisons

    comparisons.checks()


def _end_silently() -> None:
    """Have a worker end on Ctrl-C, and with its parent, without a word; and compute in one thread: there are two."""
    # BLAS reads it when NumPy is imported, below at the earliest.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from numerics.sweeps import end_with_parent

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    end_with_parent()


@cli.command()
@click.argument("name")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, help="SVG, PDF, PNG or CSV file."
)
@click.option("--text", "file", type=click.Path(path_type=Path), help="A text of yours, for fig-2 and fig-3.")
def figure(name: str, output: Path, file: Path | None) -> None:
    """Write one figure, such as fig-4 or parities, for a talk; --output says which kind of file."""
    from reports.figures import OF_TEXT
    from reports.figures.export import export, figure_key
    from reports.production import study

    key = figure_key(name)
    if key not in OF_TEXT:
        if file is not None:
            raise ValueError(f"text={str(file)!r} is for fig-2 and fig-3, not for {name!r}; leave --text out")
        print(export(key, output))
        return
    with progress("Counting steps") as show:
        corpus, analysis = study(file, progress=show)
    print(export(key, output, corpus=corpus, analysis=analysis))


@cli.command()
@click.option("--output", type=click.Path(path_type=Path), default=Path("report.pdf"), show_default=True)
@click.option(
    "--only", multiple=True, help="A statement or figure, such as thm-3.1 or fig-7; may be repeated."
)
@click.option(
    "--text",
    "texts",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A text of yours; may be repeated.",
)
@click.option(
    "--tokens",
    multiple=True,
    help="words or bpe: also count the steps for the four vocabularies of the paper; may be repeated.",
)
@click.option("--preset", default="quick", show_default=True, help="quick or full (minutes).")
@click.option(
    "--timings/--no-timings", default=True, help="With run times and hardware, or the same each time."
)
@click.option(
    "--json",
    "data",
    type=click.Path(path_type=Path),
    help="Also write every number of the report to this file.",
)
@CACHING
def report(
    output: Path,
    only: tuple[str, ...],
    texts: tuple[Path, ...],
    tokens: tuple[str, ...],
    preset: str,
    timings: bool,
    data: Path | None,
    caching: bool,
) -> None:
    """Write the PDF that compares theory with simulation, on power laws and on real text."""
    from numerics.validation import choice
    from reports.document import check_output
    from reports.production import PRESETS, produce, produce_part

    choice("preset", preset, tuple(PRESETS))
    check_output(output)
    options: dict[str, Any] = {"text": texts[0] if texts else None, "timed": timings, "data": data}
    options |= {"progress": progress, "cache": _cache(caching)}
    with workers() as pool:
        if only:
            path, verification = produce_part(output, only, executor=pool, **options)
        else:
            options |= {"others": texts[1:], "tokens": tokens or None, "preset": preset}
            path, verification = produce(output, executor=pool, **options)
    print(path)
    if not verification.ok:
        raise click.exceptions.Exit(1)


def main() -> None:
    """Run the command line; any bad input is one line on stderr and exit status 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without Greek letters still gets its numbers
    try:
        status = cli(standalone_mode=False)
    except click.Abort:
        sys.exit(130)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.ClickException as error:
        _fail(error.format_message())
    except (ValueError, TypeError, ArithmeticError, OSError, MemoryError) as error:
        _fail(str(error) or type(error).__name__)
    sys.exit(status)


def _fail(message: str) -> None:
    print(f"zipf-descent: {_spoken(message)}", file=sys.stderr)
    sys.exit(2)


def _spoken(message: str) -> str:
    """Return the message of a library in one line, its remedy in the words of the command line.

    Examples
    --------
    >>> _spoken("value = 1.5e400 leaves the range of floats; pass digits=15")
    'value = 1.5e400 leaves the range of floats; pass --digits 15'
    """
    text = re.sub(r"\d{25,}", lambda run: f"{run[0][:6]}… ({len(run[0])} digits)", " ".join(message.split()))
    fact, mark, remedy = text.rpartition("; ")
    if not mark:
        return text
    remedy = re.sub(r"\b([a-z]+)='?([\w.]+)'?", r"--\1 \2", remedy)
    return f"{fact}; {remedy.replace('vocab_size', '--vocab-size')}"


def _print_json(data: Any) -> None:
    """Print JSON, and letters that the terminal does not have as their code points."""
    unicode = "utf" in (sys.stdout.encoding or "").lower()
    print(json.dumps(data, indent=2, ensure_ascii=not unicode))


def _plain(value: Any, digits: int | None = None) -> int | float | str:
    """Return a number as JSON has it, and one with more digits than a float's as a string."""
    if isinstance(value, int | float):
        return value
    import mpmath

    return str(mpmath.nstr(value, digits))


def _short(number: int) -> str:
    """Return an integer in full up to 21 digits, beyond that as a power of ten or to six digits.

    Examples
    --------
    >>> _short(50257), _short(10**30), _short(2**100)
    ('50257', '10^30', '1.26765e30')
    """
    digits = str(number)
    if len(digits) <= 21:
        return digits
    if digits.rstrip("0") == "1":
        return f"10^{len(digits) - 1}"
    return f"{digits[0]}.{digits[1:6]}e{len(digits) - 1}"
