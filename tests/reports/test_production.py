"""The report, whole or in part: what is computed where, what is in it, and that equal numbers give equal bytes."""

import io
import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial

import pypdf
import pytest

import numerics
import reports.document
import reports.tasks
import theory
from numerics.cache import CacheWarning
from reports import production
from reports.corpus import analyze
from reports.document.collect import SECTIONS
from reports.document.real_text import compared
from reports.figures import FIGURES
from reports.halves import Estimate
from reports.production import LONGEST, in_turn, parts, produce_part, tokenizers
from reports.scaling import SIZES, Vocabulary
from reports.tasks import Task, answers
from reports.verification import check_cache, check_tasks, judged, verify


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


def test_the_longest_tasks_are_tasks_and_come_before_others():
    others = [*(Task("figure", (key,)) for key in FIGURES), *(Task("section", (name,)) for name in SECTIONS)]
    others += check_tasks()
    assert set(LONGEST) <= set(others)
    text = Task("text", ("stdlib", "", 39))
    turn = in_turn([text], others)
    assert turn[: len(LONGEST) + 1] == [text, *LONGEST]
    assert sorted(turn, key=str) == sorted([text, *others], key=str)


def test_checks_keep_the_order_of_the_report_in_whatever_turn_they_ran():
    tasks = check_tasks(["prop-2.2", "prop-a.3"])
    found = answers(tasks[::-1])
    assert [result.name for statement in judged(found) for result in statement.checks] == [
        task.names[1] for task in tasks
    ]


def test_tokenizers(monkeypatch):
    assert tokenizers(("words", "bpe", "words"), asked=False)[:1] == ("words",)
    with pytest.raises(ValueError, match="tokens='chars' is unknown"):
        tokenizers(("chars",), asked=True)
    monkeypatch.setattr(production, "find_spec", lambda name: None)
    assert tokenizers(("words", "bpe"), asked=False) == ("words",)
    with pytest.raises(ValueError, match=r"tokens='bpe' needs sentencepiece, .*; run pip install"):
        tokenizers(("bpe",), asked=True)


def test_a_part_has_what_was_named_and_nothing_else(tmp_path):
    beside = tmp_path / "part.json"
    path, verification = produce_part(tmp_path / "part.pdf", ["prop-a.2", "fig-9"], timed=False, data=beside)
    assert [result.statement for result in verification] == ["prop-a.2"]
    reader = pypdf.PdfReader(path)
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert f"Of the 1 of {len(theory.statements())} statements here: 1 CONFIRMED; as expected." in text
    assert "Proposition A.2" in text
    assert "Theorem 3.1. Scaling laws" not in text
    data = json.loads(reader.attachments["data.json"][0])
    assert data == json.loads(beside.read_text(encoding="utf-8"))
    assert list(data["figures"]) == ["9"]
    assert data["verification"]["schema"] == "zipf-descent/verification/1"
    assert "seconds" not in data["verification"]["statements"][0]["checks"][0]
    # The hash of the evidence stands beside it on the page.
    assert data["verification"]["statements"][0]["sha256"] in text


def test_the_whole_report_is_put_together_from_tasks(analysis, tmp_path, monkeypatch):
    """Each is asked for once, texts first; none of what is there already."""
    novel, asked, written, given = tmp_path / "novel.txt", [], {}, verify(["prop-2.2"])
    novel.write_text(" ".join(f"w{i}" for i in range(300)), encoding="utf-8")
    drawn = {"data": {}, "svg": "<svg/>"}
    answer = {
        "figure": lambda key: drawn,
        "section": lambda name: {"made": name},
        "text": lambda *names: {"analysis": analysis.to_json(), "figures": dict.fromkeys(("2", "3"), drawn)},
        "vocabulary": lambda name, sha256, tokens, size, replicates: Vocabulary(
            size, 0.1, 1.0, (size,) * 5, (size,) * 5, (float(size),) * 5, ((float(size),) * replicates,) * 5
        ).to_json(),
    }

    def run(kind, *names):
        asked.append(Task(kind, names))
        return answer[kind](*names)

    monkeypatch.setattr(reports.tasks, "KINDS", {kind: partial(run, kind) for kind in answer})
    monkeypatch.setattr(production, "find_spec", lambda name: True)
    monkeypatch.setattr(
        reports.document, "write", lambda path, content, files: written.update(content, files=files) or path
    )
    options = {"text": novel, "others": ("pydoc-topics",), "tokens": ("words", "bpe"), "timed": False}
    path, found = production.produce(tmp_path / "report.pdf", verification=given, **options)
    assert (path, found) == (tmp_path / "report.pdf", given)
    assert [task.kind for task in asked[:2]] == ["text", "text"]
    assert [task.names[0] for task in asked[:2]] == [str(novel), "pydoc-topics"]
    assert len(set(asked)) == len(asked) == 2 + 2 * 2 * len(SIZES) + len(FIGURES) - 2 + len(SECTIONS)
    assert written["gd"] == {"made": "gd"}
    assert len(written["files"]) == len(FIGURES)
    captions = [table["caption"] for table in written["scaling"]]
    assert ["novel.txt" in caption for caption in captions] == [True, True, False, False]
    assert ["pieces" in caption for caption in captions] == [False, True, False, True]
    # Steps that are the vocabulary grow with exponent 1.
    assert all(row[5].startswith("1.00 [1.00") for table in written["scaling"] for row in table["rows"])
    asked.clear()
    production.produce(tmp_path / "report.pdf", verification=given, text=novel, timed=False)
    assert not any(task.kind == "vocabulary" for task in asked)
    assert written["scaling"] == []


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


PART = [
    "--only",
    "prop-a.3",
    "--only",
    "asm-4.1",
    "--only",
    "prop-b.2",
    "--only",
    "prop-2.2",
    "--only",
    "fig-9",
]


def command(path, *options):
    """The command line that writes a part of the report."""
    main = "from reports.cli import main; main()"
    return [sys.executable, "-c", main, "report", *PART, "--no-timings", "--output", str(path), *options]


@pytest.mark.slow
def test_a_report_that_is_killed_goes_on_where_it_was(tmp_path, monkeypatch):
    """By kill -9, with some tasks done and others not; then damaged as well. The bytes are those of one go."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")
    monkeypatch.setenv("ZIPF_DESCENT_CACHE", str(tmp_path / "cache"))
    names, whole, resumed = PART[1::2], tmp_path / "whole.pdf", tmp_path / "resumed.pdf"
    produce_part(whole, names, timed=False)
    ids, keys = parts(names)
    asked = len(check_tasks(ids)) + len(keys)

    def entries():
        return sorted((tmp_path / "cache").rglob("*.json"))

    with subprocess.Popen(command(resumed), stderr=subprocess.DEVNULL) as running:
        while len(entries()) < asked // 2:
            assert running.poll() is None
            time.sleep(0.002)
        running.kill()
    done = entries()
    assert asked // 2 <= len(done) < asked
    assert not resumed.exists()
    written = {path: path.stat().st_mtime_ns for path in done}
    produce_part(resumed, names, timed=False, cache=check_cache())
    assert resumed.read_bytes() == whole.read_bytes()
    assert len(entries()) == asked
    assert all(path.stat().st_mtime_ns == before for path, before in written.items())
    resumed.unlink()
    done[0].write_bytes(done[0].read_bytes()[:-10])
    with pytest.warns(CacheWarning, match="is damaged and computed again"):
        produce_part(resumed, names, timed=False, cache=check_cache())
    assert resumed.read_bytes() == whole.read_bytes()


@pytest.mark.slow
def test_two_processes_with_different_instructions_write_the_same_bytes(tmp_path):
    written = []
    for run, features in enumerate(("", "X86_V4 AVX512_ICL AVX512_SPR")):
        path = tmp_path / f"{run}.pdf"
        environment = {**os.environ, "SOURCE_DATE_EPOCH": "1800000000", "NPY_DISABLE_CPU_FEATURES": features}
        options = ("--only", "thm-3.1", "--no-cache")
        done = subprocess.run(
            command(path, *options), env=environment, capture_output=True, text=True, check=False
        )
        if "NPY_DISABLE_CPU_FEATURES" in done.stderr and not path.exists():
            pytest.skip("this processor has none of the features to switch off")
        assert (done.returncode, done.stdout) == (0, f"{path}\n"), done.stderr
        written.append(path.read_bytes())
    assert written[0] == written[1]
    assert len(pypdf.PdfReader(io.BytesIO(written[0])).pages) > 3
