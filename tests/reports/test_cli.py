"""The command line: what it prints, and one line and exit status 2 for every bad input."""

import gzip
import json
import os
import subprocess
import sys

import numpy as np
import pytest

import theory
from numerics import closed_form
from numerics.cache import CacheWarning
from reports import terminal
from reports.cli import main


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    """Run the command in this process, with a cache of its own; return exit status, stdout and stderr."""
    monkeypatch.setenv("ZIPF_DESCENT_CACHE", str(tmp_path / "finished"))

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["zipf-descent", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            main()
        captured = capsys.readouterr()
        return stop.value.code or 0, captured.out, captured.err

    return call


PREDICT = ("predict", "--optimizer", "gd", "--alpha", "1", "--dim", "50257")


def test_predict_says_why_the_limit_law_is_missing(run):
    """The law's d^(1/ε)-like count is beyond the floats where the certified one is small."""
    question = ("predict", "--optimizer", "gd", "--alpha", "1.001", "--dim", "50257", "--epsilon", "0.001")
    status, out, err = run(*question)
    assert (status, err) == (0, "")
    assert "exact       78778  certified" in out
    assert "asymptotic  –  1.57672e+3002 leaves the range of floats; pass --digits 15\n" in out
    exact, asymptotic = json.loads(run(*question, "--json")[1])["answers"]
    assert (exact["value"], asymptotic["value"]) == (78778, None)
    status, out, err = run(*question, "--method", "asymptotic")
    assert (status, out) == (2, "")
    assert err.endswith("pass --digits 15\n")
    assert run(*question, "--digits", "15")[0] == 0


def test_remedies_speak_the_command_line_and_numbers_stay_short(run, tmp_path):
    _, _, err = run(*PREDICT, "--steps", "1e4000", "--method", "exact")
    assert err.endswith("leaves the range of floats; pass --digits 15\n")
    assert len(err) < 200
    _, _, err = run(
        "predict", "--optimizer", "gd", "--alpha", 1, "--dim", 1, "--steps", 2, "--method", "asymptotic"
    )
    assert err.endswith("pass dim of at least 2 or --method exact\n")
    path = tmp_path / "novel.txt"
    path.write_text("to be or not to be")
    _, _, err = run("text", path, "--vocab-size", 9, "--epsilon", 0.1)
    assert "take --vocab-size <= 4" in err
    _, _, err = run(*PREDICT, "--epsilon", "one")
    assert err.endswith('such as "1/2"\n')


def test_options_that_would_be_ignored_are_refused(run):
    _, _, err = run(*PREDICT, "--epsilon", 0.1, "--dynamics", "iterated")
    assert err == "zipf-descent: dynamics='iterated' applies to optimizer='sd' only; leave it out\n"
    base = ("predict", "--optimizer", "sd", "--alpha", 1, "--dim", 1000, "--dynamics", "iterated")
    _, _, err = run(*base, "--steps", 6, "--parity", "even")
    assert err.endswith("parity='even' is that of the steps given; leave it out, or pass --parity mean\n")
    _, _, err = run(*base, "--epsilon", 0.1)
    assert err.endswith("pass --parity even, 'odd' or 'mean'\n")


def test_the_bare_command_shows_its_help_as_it_stands(run):
    status, out, err = run()
    assert (status, out) == (2, "")
    assert err == run("--help")[1]
    assert "\nCommands:\n  compare " in err


def test_json_has_letters_where_the_terminal_does(run):
    assert "step size 1/π₁" in run(*PREDICT, "--steps", 100, "--json")[1]
    arguments = [*PREDICT, "--steps", "100", "--json"]
    program = [sys.executable, "-c", "from reports.cli import main; main()", *arguments]
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    plain = subprocess.run(program, env=environment, capture_output=True, check=True).stdout
    assert b"\\u03c0" in plain
    assert "1/π₁" in json.loads(plain)["answers"][0]["meaning"]


def test_predict_steps(run):
    status, out, err = run(*PREDICT, "--epsilon", "0.1")
    assert (status, err) == (0, "")
    assert "5564" in out
    assert "8512" in out
    assert "full-batch steps of gd until relative error 0.1, alpha = 1, d = 50257\n" in out
    assert "linear bigram model with square loss" in out


def test_predict_relative_error_as_json(run):
    status, out, _ = run(*PREDICT, "--steps", 5564, "--json")
    data = json.loads(out)
    assert status == 0
    assert [answer["method"] for answer in data["answers"]] == ["exact", "asymptotic"]
    assert data["answers"][0]["value"] == theory.relative_error("gd", alpha=1, dim=50257, steps=5564) <= 0.1
    assert data["dim"] == 50257


@pytest.mark.parametrize("dim", ["1e30", "10**30", "10^30", "1" + 30 * "0", "1_000e27"])
def test_predict_takes_any_spelling_of_a_large_integer_exactly(run, dim):
    status, out, _ = run(
        "predict", "--optimizer", "sd", "--alpha", "1/2", "--dim", dim, "--steps", 10, "--json"
    )
    assert status == 0
    assert json.loads(out)["dim"] == 10**30


def test_predict_one_method(run):
    _, out, _ = run(*PREDICT, "--steps", 100, "--method", "finite", "--json")
    (answer,) = json.loads(out)["answers"]
    assert answer["value"] == theory.relative_error("gd", alpha=1, dim=50257, steps=100, method="finite")


def test_predict_digits(run):
    _, out, _ = run(*PREDICT, "--steps", 100, "--digits", 40, "--method", "exact", "--json")
    (answer,) = json.loads(out)["answers"]
    assert len(answer["value"].lstrip("0.")) >= 39


def test_predict_iterated_is_simulated_and_needs_a_parity(run):
    base = ("predict", "--optimizer", "sd", "--alpha", 1, "--dim", 1000, "--dynamics", "iterated")
    values = [json.loads(run(*base, "--steps", t, "--json")[1])["answers"][0]["value"] for t in (30, 31)]
    assert values[0] < 0.03 < 0.25 < values[1]
    status, out, _ = run(*base, "--epsilon", "0.1", "--parity", "even")
    assert status == 0
    assert "even T" in out
    status, out, err = run(*base, "--epsilon", "0.1")
    assert (status, out) == (2, "")
    assert "parity" in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "dim"),
        (("--dim", "1.5"), "dim=1.5 is not an integer; pass one such as 50257, 1e30 or 10**30"),
        (("--dim", "many"), "dim=many is not an integer"),
        (("--dim", "nan"), "dim=nan is not an integer"),
        (("--dim", "1e99999"), "dim=1e99999 is too large; pass one of at most 4000 digits"),
        (("--dim", "9**9999"), "dim=9**9999 is too large; pass one of at most 4000 digits"),
        (("--dim", "0"), "dim=0"),
        (("--dim", "-3"), "dim=-3"),
        (("--alpha", "0"), "alpha='0'"),
        (("--alpha", "-1"), "alpha='-1'"),
        (("--alpha", "nan"), "alpha="),
        (("--alpha", "inf"), "alpha="),
        (("--alpha", "one"), "alpha="),
        (("--optimizer", "gdd"), "gd"),
        (("--epsilon", "0"), "epsilon='0'"),
        (("--epsilon", "1"), "epsilon='1'"),
        (("--epsilon", "1.5"), "epsilon="),
        (("--epsilon", "nan"), "epsilon="),
        (("--steps", "10"), "pass --epsilon (how many steps?) or --steps"),
        (("--method", "exat"), "exact"),
        (("--digits", "0"), "digits=0"),
        (("--dynamics", "iteratd"), "iterated"),
        (("--parity", "even"), "parity='even'"),
        (("--frobnicate",), "--frobnicate"),
    ],
)
def test_predict_refuses_bad_input_in_one_line(run, arguments, message):
    defaults = {"--optimizer": "gd", "--alpha": "1", "--dim": "100", "--epsilon": "0.1"}
    if not arguments:
        del defaults["--dim"]
    given = dict(zip(arguments[::2], arguments[1::2], strict=False))
    flags = arguments if len(arguments) == 1 else ()
    options = [part for pair in (defaults | given).items() for part in pair]
    status, out, err = run("predict", *options, *flags)
    assert (status, out) == (2, "")
    assert err.startswith("zipf-descent: ")
    assert err.count("\n") == 1
    assert message in err
    assert "Traceback" not in err


@pytest.mark.parametrize("arguments", [("--steps", "-1"), ("--steps", "2.5"), ()])
def test_predict_refuses_bad_steps(run, arguments):
    status, _, err = run(*PREDICT, *arguments)
    assert status == 2
    assert err.count("\n") == 1


def test_unknown_command(run):
    status, _, err = run("predikt")
    assert status == 2
    assert err.count("\n") == 1


def test_finished_checks_are_kept_and_can_be_left_alone(run, monkeypatch, tmp_path):
    """A second run computes nothing; without the cache, or with a damaged entry, it does."""
    status, first, _ = run("verify", "prop-a.3", "--json")
    (folder,) = (tmp_path / "finished").iterdir()
    entries = list(folder.iterdir())
    assert status == 0
    assert entries

    def forbidden(*key):
        raise AssertionError("computed")

    with monkeypatch.context() as patch:
        patch.setattr("reports.verification.run_check", forbidden)
        assert run("verify", "prop-a.3", "--json")[:2] == (0, first)
        with pytest.raises(AssertionError, match="computed"):
            run("verify", "prop-a.3", "--no-cache")
    entries[0].write_text(entries[0].read_text().replace("CONFIRMED", "REFUTED"))
    with pytest.warns(CacheWarning, match="is damaged and computed again"):
        assert run("verify", "prop-a.3")[0] == 0
    monkeypatch.setenv("ZIPF_DESCENT_CACHE", "/proc/nowhere")
    status, _, err = run("verify", "prop-a.3")
    assert (status, err.count("\n")) == (0, 1)
    assert "going on without" in err


def test_verify_all(run):
    status, out, err = run("verify")
    assert (status, err) == (0, "")
    assert f"{len(theory.statements())} of {len(theory.statements())} verdicts are as expected" in out


def test_verify_named_statements(run):
    status, out, err = run("verify", "prop-2.2", "prop-a.3")
    assert (status, err) == (0, "")
    assert out.count("CONFIRMED") == 2
    assert "2 of 2 verdicts are as expected" in out


def test_verify_json(run):
    status, out, _ = run("verify", "prop-a.3", "--json")
    data = json.loads(out)
    assert (status, data["ok"]) == (0, True)
    assert data["statements"][0]["checks"][0]["evidence"]["rows"]


def test_verify_unknown_statement(run):
    assert run("verify", "thm-3.2") == (
        2,
        "",
        "zipf-descent: statement='thm-3.2' is unknown: did you mean 'thm-3.1'?\n",
    )


@pytest.mark.parametrize("flags", [(), ("--json",)])
def test_verify_exits_1_when_a_verdict_is_not_the_expected_one(run, monkeypatch, flags):
    honest = theory.relative_error
    monkeypatch.setattr(theory, "relative_error", lambda *a, **o: honest(*a, **o) * (1 + 1e-9))
    status, out, _ = run("verify", "prop-a.2", *flags)
    assert status == 1
    assert "REFUTED" in out


def test_verify_notices_swapped_parities_in_the_closed_form(run, monkeypatch):
    honest = closed_form.settled_distances
    monkeypatch.setattr(
        closed_form, "settled_distances", lambda q, parity, dynamics: honest(q, 1 - parity, dynamics)
    )
    status, out, _ = run("verify", "prop-a.3")
    assert status == 1
    assert "REFUTED" in out


def test_text_refuses_a_missing_file_in_one_line(run, tmp_path):
    status, out, err = run("text", tmp_path / "novel.txt", "--vocab-size", 100, "--epsilon", 0.1)
    assert (status, out) == (2, "")
    assert err.startswith("zipf-descent: ")
    assert "novel.txt" in err
    assert err.count("\n") == 1


@pytest.fixture
def novel(tmp_path):
    """A text of 6 000 words drawn from a power law over 80 of them."""
    random = np.random.default_rng(1)
    share = 1 / np.arange(1, 81)
    words = random.choice(80, size=6000, p=share / share.sum())
    path = tmp_path / "novel.txt"
    path.write_text("\n".join(f"w{word}" for word in words), encoding="utf-8")
    return path


def test_text_prints_its_tables(run, novel):
    status, out, err = run("text", novel, "--vocab-size", 50, "--epsilon", "1/5")
    assert (status, err) == (0, "")
    assert "fitted exponent alpha = " in out
    assert "\n k^-alpha " in out
    assert "\n (k + q)^-alpha " in out
    assert max(map(len, out.splitlines())) <= 120
    for method in ("gd, step 1/π₁", "gd, best step", "sd simplified", "even T", "odd T"):
        assert method in out


def test_text_from_standard_input(novel):
    program = [sys.executable, "-c", "from reports.cli import main; main()"]
    arguments = ["text", "-", "--vocab-size", "20", "--epsilon", "1/5", "--json"]
    done = subprocess.run([*program, *arguments], input=novel.read_bytes(), capture_output=True, check=True)
    assert json.loads(done.stdout)["token_total"] == 6000


def test_a_narrow_terminal_gets_lists(run, novel, monkeypatch):
    monkeypatch.setattr(terminal, "NARROW", 121)  # as wide as where there is no terminal, and one more
    _, out, _ = run("text", novel, "--vocab-size", 50, "--epsilon", "1/5")
    assert (
        "Steps until relative error 0.2, d = 50 (95 % intervals)\n\nmethod: gd, step 1/π₁\non this text: "
        in out
    )
    assert "─" not in out
    _, out, _ = run("verify", "prop-a.3")
    assert "statement: prop-a.3\nverdict: CONFIRMED\nwhat was seen: Exact dynamics" in out


def test_text_json(run, novel):
    status, out, _ = run("text", novel, "--vocab-size", 50, "--epsilon", "1/5", "--json")
    data = json.loads(out)
    assert status == 0
    assert (data["dim"], data["epsilon"]) == (50, 0.2)
    assert len(data["steps"]) == 5
    law, shifted = data["fit"]["power_law"], data["fit"]["shifted"]
    assert law["alpha"]["value"] == pytest.approx(data["alpha"]["value"], rel=1e-12)
    assert 0 <= shifted["distance"] < 1
    assert law["profile"][0][:2] == [1, 1]


def test_counts_of_a_text_are_kept_and_can_be_left_alone(run, novel, monkeypatch):
    """A second run reads the text, to know it, and counts nothing; without the cache it does."""
    arguments = ("text", novel, "--vocab-size", 20, "--epsilon", "1/5", "--json")
    status, first, err = run(*arguments)
    assert (status, err) == (0, "")

    def forbidden(*key):
        raise AssertionError("counted")

    with monkeypatch.context() as patch:
        patch.setattr("numerics.text._count", forbidden)
        assert run(*arguments) == (0, first, "")
        with pytest.raises(AssertionError, match="counted"):
            run(*arguments, "--no-cache")
    monkeypatch.setenv("ZIPF_DESCENT_CACHE", "/proc/nowhere")
    status, out, err = run(*arguments)
    assert (status, out, err.count("\n")) == (0, first, 1)
    assert "going on without" in err


def test_long_rows_are_summed_up(run, tmp_path):
    """Of a text in which one word is followed by many others, the exponent of its row is told."""
    share = 1 / np.arange(1, 101)
    followers = np.random.default_rng(0).choice(100, 4_000, p=share / share.sum())
    path = tmp_path / "rows.txt"
    path.write_text("\n".join(f"w0 w{follower}" for follower in followers))
    _, out, _ = run("text", path, "--vocab-size", 60, "--epsilon", "1/5")
    assert "What follows one token, fitted alone: alpha = " in out


BAD_TEXTS = {
    "empty": (b"", "is empty; give plain text"),
    "binary": (b"\xff\xfe\x00\x01" * 50, "binary or in UTF-16: NUL at byte 2"),
    "few": (b"one two three two one", "only 3 distinct tokens; take --vocab-size <= 3"),
    "late NUL": (b"to be or not " * 90_000 + b"\0", "NUL at byte 1170000"),
    "late Latin-1": (
        b"to be or not " * 90_000 + b"\xe9 to",
        "not UTF-8: invalid continuation byte at byte 1170000",
    ),
    "cut gzip": (gzip.compress(b"to be or not " * 90_000)[:-20], "is a damaged gzip file"),
    "zip": (b"PK\3\4" + bytes(50), "is compressed"),
    "spaces": (b" \n" * 90_000, "has no tokens, only what cannot be seen"),
}


@pytest.mark.parametrize(("content", "message"), BAD_TEXTS.values(), ids=BAD_TEXTS)
@pytest.mark.parametrize("flags", [(), ("--no-cache",)], ids=["kept", "not kept"])
def test_text_refuses_unusable_files_in_one_line(run, tmp_path, content, message, flags):
    path = tmp_path / "novel.txt"
    path.write_bytes(content)
    status, out, err = run("text", path, "--vocab-size", 100, "--epsilon", 0.1, *flags)
    assert (status, out) == (2, "")
    assert err.startswith("zipf-descent: ")
    assert message in err
    assert err.count("\n") == 1


def test_text_refuses_unusable_folders_and_models_in_one_line(run, novel, tmp_path):
    pytest.importorskip("sentencepiece")
    empty, other = tmp_path / "empty", tmp_path / "other"
    empty.mkdir()
    other.mkdir()
    (other / "picture.png").write_bytes(b"\x89PNG")
    bpe = ("--tokens", "bpe", "--model")
    for path, flags, message in (
        (empty, (), "is a folder without text"),
        (other, (), "picture.png is not UTF-8"),
        (novel, (*bpe, novel), "is no model of sentencepiece"),
        (novel, (*bpe, empty), "cannot be read: Is a directory"),
        (novel, ("--model", novel), "needs tokens='bpe', not 'words'"),
    ):
        status, out, err = run("text", path, "--vocab-size", 20, "--epsilon", 0.1, *flags)
        assert (status, out) == (2, "")
        assert message in err
        assert err.count("\n") == 1


@pytest.mark.skipif(not os.path.isdir("/proc"), reason="no folder that nobody can write to")
def test_report_refuses_a_folder_that_cannot_be_written_before_any_work(run):
    status, out, err = run("report", "--output", "/proc/report.pdf")
    assert (status, out) == (2, "")
    assert err == (
        "zipf-descent: output='/proc/report.pdf': the folder '/proc' cannot be written; choose another\n"
    )


def test_report_refuses_a_missing_folder_before_any_work(run, tmp_path):
    status, out, err = run("report", "--output", tmp_path / "nowhere" / "report.pdf")
    assert (status, out) == (2, "")
    assert "nowhere" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]])
def test_help_and_version_load_nothing_heavy(arguments):
    code = (
        "import sys; from reports.cli import cli; cli(sys.argv[1:], standalone_mode=False, prog_name='z');"
        "heavy = {'numpy', 'sympy', 'flint', 'mpmath', 'matplotlib', 'rich', 'typst'} & set(sys.modules);"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_one_word_has_an_exact_answer_and_no_limit_law(run):
    arguments = ["predict", "--optimizer", "gd", "--alpha", "1", "--dim", "1", "--epsilon", "0.1"]
    status, out, err = run(*arguments)
    assert (status, err) == (0, "")
    assert "exact" in out
    assert "asymptotic" not in out


def test_a_terminal_without_greek_letters_gets_its_numbers():
    arguments = ["predict", "--optimizer", "gd", "--alpha", "1", "--dim", "100", "--epsilon", "0.1"]
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    program = [sys.executable, "-c", "from reports.cli import main; main()", *arguments]
    result = subprocess.run(program, env=environment, capture_output=True, check=False)
    assert result.returncode == 0
    assert b"exact" in result.stdout
    assert result.stderr == b""
