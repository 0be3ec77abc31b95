"""The report, whole or in part: what is computed where, what is in it, and that equal numbers give equal bytes."""

import io
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pypdf
import pytest

import numerics
import theory
from reports.corpus import analyze
from reports.document.real_text import compared
from reports.halves import Estimate
from reports.production import Counted, parts, produce_part


@pytest.fixture(scope="module")
def analysis():
    return analyze(numerics.read_bigrams(numerics.builtin_text("pydoc-topics"), vocab_size=250), epsilon=0.1)


def test_parts_are_statements_and_figures_in_the_order_of_the_report():
    assert parts(["parities", "fig-8", "thm-4.5", "thm-3.1", "fig-4"]) == (
        ["thm-3.1", "thm-4.5", "fig-8"],
        ["4", "parities", "8"],
    )
    with pytest.raises(
        ValueError, match=r"only='thm-3.7' is neither a statement nor a figure; did you mean 'thm-3.1'"
    ):
        parts(["fig-4", "thm-3.7"])
    with pytest.raises(ValueError, match="pass a statement or fig-1, "):
        parts(["xyz"])


@pytest.mark.parametrize("inner", [None, ThreadPoolExecutor(1)])
def test_calls_are_counted_wherever_they_run(inner):
    seen = []
    pool = Counted(inner, lambda done, total: seen.append((done, total)))
    futures = [pool.submit(divmod, 7, divisor) for divisor in (2, 0)]
    assert futures[0].result() == (3, 1)
    with pytest.raises(ZeroDivisionError):
        futures[1].result()
    assert len(seen) == 2
    assert seen[-1] == (2, 2)


def test_a_part_has_what_was_named_and_nothing_else(tmp_path):
    path, verification = produce_part(tmp_path / "part.pdf", ["prop-a.2", "fig-9"], timed=False)
    assert [result.statement for result in verification] == ["prop-a.2"]
    reader = pypdf.PdfReader(path)
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert f"Of the 1 of {len(theory.statements())} statements here: 1 CONFIRMED; as expected." in text
    assert "Proposition A.2" in text
    assert "Theorem 3.1. Scaling laws" not in text
    data = json.loads(reader.attachments["data.json"][0])
    assert list(data["figures"]) == ["9"]
    assert data["verification"]["schema"] == "zipf-descent/verification/1"
    assert "seconds" not in data["verification"]["statements"][0]["checks"][0]
    # The hash of the evidence stands beside it on the page.
    assert data["verification"]["statements"][0]["sha256"] in text


def test_texts_that_tell_one_story_and_texts_that_do_not(analysis):
    same = compared([analysis, analysis])
    assert all(line.endswith(", on every text") for line in same["story"])
    model = analysis.advice.margins[0]
    opposite = replace(
        model, factor=Estimate(0.5, 0.4, 0.6) if model.factor.lower > 1 else Estimate(2.0, 1.8, 2.2)
    )
    other = replace(
        analysis, advice=replace(analysis.advice, margins=(opposite, *analysis.advice.margins[1:]))
    )
    lines = compared([analysis, other])["story"]
    differ = [line for line in lines if "the texts differ" in line]
    assert len(differ) == 1
    assert differ[0].startswith("gd steps / sd steps, Assumption 4.1")
    assert "gd wins" in differ[0]
    assert "sd wins" in differ[0] or "neither" in differ[0]


@pytest.mark.slow
def test_two_processes_with_different_instructions_write_the_same_bytes(tmp_path):
    written = []
    for run, features in enumerate(("", "X86_V4 AVX512_ICL AVX512_SPR")):
        path = tmp_path / f"{run}.pdf"
        environment = {**os.environ, "SOURCE_DATE_EPOCH": "1800000000", "NPY_DISABLE_CPU_FEATURES": features}
        only = ["--only", "prop-a.3", "--only", "asm-4.1", "--only", "thm-3.1", "--only", "fig-9"]
        command = [
            sys.executable,
            "-c",
            "from reports.cli import main; main()",
            "report",
            *only,
            "--no-timings",
            "--output",
            str(path),
        ]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if "NPY_DISABLE_CPU_FEATURES" in done.stderr and not path.exists():
            pytest.skip("this processor has none of the features to switch off")
        assert (done.returncode, done.stdout) == (0, f"{path}\n"), done.stderr
        written.append(path.read_bytes())
    assert written[0] == written[1]
    assert len(pypdf.PdfReader(io.BytesIO(written[0])).pages) > 3
