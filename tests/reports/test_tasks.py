"""The pieces of a report: kept one by one, found again after any end, and never trusted when damaged."""

import json
import math
from concurrent.futures import ThreadPoolExecutor

import pytest

from numerics.cache import Cache, CacheWarning
from reports import tasks
from reports.tasks import Task, answers, content_hash, counted

#: Some 220 words, the k-th about 1/k times as often as the first.
NOVEL = " ".join(f"w{rank}" for turn in range(1, 221) for rank in range(1, 221) if turn % rank == 0)


@pytest.fixture
def kept(tmp_path):
    return Cache(tmp_path / "cache", sources="0" * 64)


@pytest.fixture
def novel(tmp_path):
    path = tmp_path / "novel.txt"
    path.write_text(NOVEL, encoding="utf-8")
    return path


@pytest.fixture
def ran(monkeypatch):
    """What is computed from now on."""
    seen = []

    def section(name):
        seen.append(name)
        if name == "broken":
            raise ValueError("no")
        return {"z": 1.0 / 3.0, "a": name, "wide": math.inf}

    monkeypatch.setattr(tasks, "KINDS", {**tasks.KINDS, "section": section})
    return seen


@pytest.mark.parametrize("executor", [None, ThreadPoolExecutor(2)])
def test_an_answer_is_the_same_whether_found_or_kept(kept, ran, executor):
    asked = [Task("section", (name,)) for name in "abc"]
    first = answers(asked, executor=executor, cache=kept)
    assert sorted(ran) == ["a", "b", "c"]
    again = answers(asked[::-1], executor=executor, cache=kept)
    assert sorted(ran) == ["a", "b", "c"]
    assert again == first == answers(asked)
    # Columns of tables keep their order.
    assert list(again[asked[0]]) == ["z", "a", "wide"]
    assert again[asked[0]]["z"] == 1.0 / 3.0


def test_what_raises_is_raised_once_the_others_are_kept(kept, ran):
    asked = [Task("section", (name,)) for name in ("broken", "a", "b")]
    for attempt in (1, 2):
        with pytest.raises(ValueError, match="no"):
            answers(asked, cache=kept)
        assert ran.count("broken") == attempt
    assert (ran.count("a"), ran.count("b")) == (1, 1)


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[: len(content) // 2],
        lambda content: content.replace("0.333", "0.334"),
        lambda content: content.replace('"section"', '"figure"'),
        lambda content: "",
    ],
)
def test_a_damaged_answer_is_reported_and_found_again(kept, ran, damage):
    asked = [Task("section", (name,)) for name in "ab"]
    whole = answers(asked, cache=kept)
    path = kept.path(asked[0].question)
    content = path.read_text()
    assert damage(content) != content
    path.write_text(damage(content))
    with pytest.warns(CacheWarning, match="damaged and computed again"):
        assert answers(asked, cache=kept) == whole
    assert ran == ["a", "b", "a"]
    assert path.read_text() == content


def test_an_answer_that_is_no_json_is_reported_and_found_again(kept, ran):
    task = Task("section", ("a",))
    kept.store(task.question, "{")
    with pytest.warns(CacheWarning, match="damaged and computed again"):
        assert answers([task], cache=kept)[task]["a"] == "a"


def test_a_check_that_could_not_tell_is_not_kept(kept, monkeypatch):
    outcomes = iter(["INCONCLUSIVE", "CONFIRMED"])

    def check(statement, name):
        return {"verdict": [next(outcomes), ""]}

    monkeypatch.setattr(tasks, "KINDS", {"check": check})
    task = Task("check", ("prop-2.2", "x"))
    found = [answers([task], cache=kept)[task]["verdict"][0] for _ in range(3)]
    assert found == ["INCONCLUSIVE", "CONFIRMED", "CONFIRMED"]


def test_questions_name_what_answers_depend_on(novel):
    digest = content_hash(novel)
    words = Task("vocabulary", (str(novel), digest, "words", 1_000, 39))
    assert len({str(task.question) for task in (words, Task("text", words.names[:2]))}) == 2
    assert any(str(part).startswith("matplotlib ") for part in Task("figure", ("1",)).question)
    assert not any("sentencepiece" in str(part) for part in words.question)
    pytest.importorskip("sentencepiece")
    pieces = Task("vocabulary", (str(novel), digest, "bpe", 1_000, 39))
    assert any(str(part).startswith("sentencepiece ") for part in pieces.question)
    novel.write_text(NOVEL + " more", encoding="utf-8")
    assert content_hash(novel) != digest


def test_a_text_that_changes_meanwhile_is_refused(novel):
    digest = content_hash(novel)
    assert counted(str(novel), digest, "words", 10_000).sha256 == digest
    novel.write_text(NOVEL + " more", encoding="utf-8")
    with pytest.raises(ValueError, match="changed while it was read; run again"):
        counted(str(novel), digest, "words", 10_000)


def test_a_short_text_is_refused(tmp_path):
    path = tmp_path / "rose.txt"
    path.write_text("a rose is a rose", encoding="utf-8")
    with pytest.raises(
        ValueError,
        match=r"rose\.txt has only 3 different words, too few for a report; give one of at least 216",
    ):
        content_hash(path)


@pytest.mark.slow
def test_a_text_is_analyzed_and_drawn(novel):
    from reports.corpus import CorpusAnalysis, analyze

    digest = content_hash(novel)
    answer = json.loads(Task("text", (str(novel), digest, 39)).run())
    table = counted(str(novel), digest, "words", 10_000)
    assert CorpusAnalysis.from_json(answer["analysis"]) == analyze(table, epsilon="1/10")
    assert sorted(answer["figures"]) == ["2", "3"]
    assert all("</svg>" in figure["svg"] for figure in answer["figures"].values())
