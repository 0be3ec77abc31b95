"""The README does what it says: its Python prints its output, its commands run, its table names the verdicts."""

from __future__ import annotations

import doctest
import re
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import theory

README = Path(__file__).parent.parent / "README.md"
TEXT = README.read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, flags=re.MULTILINE | re.DOTALL)


def test_python_blocks() -> None:
    example = doctest.DocTestParser().get_doctest(
        "\n".join(blocks("python")), {}, "README.md", "README.md", 0
    )
    assert example.examples
    assert doctest.DocTestRunner().run(example).failed == 0


def test_the_template_of_a_statement_is_judged_as_it_says() -> None:
    from reports import judge

    (source,) = blocks("py")
    made: dict[str, Any] = {}
    exec(compile(source, "README.md", "exec"), made)
    assert made["STATEMENT"].expected == "CONFIRMED"
    for check in made["CHECKS"]:
        assert check.statement == made["STATEMENT"].id
        assert judge(check.run()).outcome == "CONFIRMED"
        assert judge(check.twin()).outcome == "REFUTED"


def commands() -> list[tuple[str, str]]:
    """Each ``$ zipf-descent …`` with the output printed under it."""
    found = []
    for block in blocks("console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            if not command.startswith("pytest"):  # what it does is tested with the plugin
                found.append((command, output))
    return found


@pytest.mark.parametrize(("command", "output"), commands())
def test_console_blocks(command: str, output: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from reports.cli import cli

    program, *arguments = shlex.split(command)
    assert program == "zipf-descent"
    monkeypatch.chdir(tmp_path)
    ranks = np.random.default_rng(0).zipf(1.3, 60_000) % 400
    Path("novel.txt").write_text(" ".join(f"w{rank}" for rank in ranks), encoding="utf-8")
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 0, result.output
    printed = re.sub(r" +$", "", result.stdout, flags=re.MULTILINE)
    assert doctest.OutputChecker().check_output(output, printed, doctest.ELLIPSIS), printed


def test_the_verdict_table_is_that_of_the_statements() -> None:
    """Some of them in their order, with all that are expected to be refuted, and the number of all."""
    rows = re.findall(r"^\| ([\w.-]+) \| .*? \| ([A-Z]+) \|", TEXT, flags=re.MULTILINE)
    every = [(statement.id, statement.expected) for statement in theory.statements()]
    assert rows == [entry for entry in every if entry in rows]
    assert {entry for entry in every if entry[1] != "CONFIRMED"} <= set(rows)
    assert f"most telling of {len(every)};" in TEXT


def test_the_install_block_is_one_line_each_for_report_and_suite() -> None:
    first, second = blocks("sh")[0].splitlines()
    assert first.endswith("zipf-descent report --output report.pdf")
    assert second.endswith("pytest -n auto")
