"""The mutation script changes what it says it changes, and nothing that no test could notice."""

import importlib.util
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def mutate():
    spec = importlib.util.spec_from_file_location("mutate", HERE / "mutate.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["mutate"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["mutate"]


SOURCE = '''"""Words with 1 + 1."""
ΓREEK: int = 3  # 3 - 1

def f(α: "1 + 1", n: int = 0) -> float:
    """Return 1 + 1."""
    if not (α <= n) and n != 2:
        raise ValueError(f"α={α - 1} is {1 + 1}")
    return (α  # a comment with a +
            + -g(α, n))

def g(x, y) -> bool:
    x += min(x, y)
    return x is y or True
'''


def lines(mutate, source=SOURCE, path="x.py"):
    """What each mutant makes of its line."""
    data = source.encode()
    return {
        (m.line, mutate.applied(data, m).decode().splitlines()[m.line - 1].strip())
        for m in mutate.mutants(path, data)
    }


def test_every_mutant_is_listed(mutate):
    assert lines(mutate) == {
        (2, "ΓREEK: int = (4)  # 3 - 1"),
        (2, "ΓREEK: int = (2)  # 3 - 1"),
        (4, 'def f(α: "1 + 1", n: int = (1)) -> float:'),
        (4, 'def f(α: "1 + 1", n: int = (-1)) -> float:'),
        (6, "if not (α <= n) or n != 2:"),
        (6, "if  (α <= n) and n != 2:"),
        (6, "if not (α < n) and n != 2:"),
        (6, "if not (α > n) and n != 2:"),
        (6, "if not (α <= n) and n == 2:"),
        (6, "if not (α <= n) and n != (3):"),
        (6, "if not (α <= n) and n != (1):"),
        (8, "return (-(α  # a comment with a +"),
        (9, "- -g(α, n))"),
        (9, "+ g(α, n))"),
        (9, "+ -g(n, α))"),
        (12, "x -= min(x, y)"),
        (12, "x += max(x, y)"),
        (13, "return not (x is y or True)"),
        (13, "return x is y and True"),
        (13, "return x is not y or True"),
        (13, "return x is y or False"),
    }


def test_a_point_may_be_any(mutate):
    point = "at = {x: 2, y: Fraction(1, 3), z: (1, 2), w: 3 + sp.I, **other}"
    for source, path, expected in (
        (point, "theory/statements/x.py", set()),
        ("at = {'x': 2}", "theory/statements/x.py", {"at = {'x': (3)}", "at = {'x': (1)}"}),
        (
            "at = {x: 2 * y}",
            "theory/statements/x.py",
            {"at = {x: 2 / y}", "at = {x: (3) * y}", "at = {x: (1) * y}"},
        ),
        (
            "at = sp.Eq(x, -y, evaluate=False)",
            "theory/x.py",
            {"at = sp.Eq(x, y, evaluate=False)", "at = sp.Eq(x, -y, evaluate=True)"},
        ),
        ("at = sp.Eq(x, -y)", "theory/x.py", {"at = sp.Eq(x, y)", "at = sp.Eq(-y, x)"}),
        ("at = {x: 2}", "theory/x.py", {"at = {x: (3)}", "at = {x: (1)}"}),
    ):
        assert lines(mutate, source, path) == {(1, line) for line in expected}


def test_every_mutant_of_the_packages_compiles(mutate):
    """Here of two modules that have many."""
    for name in ("theory/threshold.py", "numerics/step_search.py"):
        source = (mutate.ROOT / name).read_bytes()
        found = mutate.mutants(name, source)
        assert len(found) > 50
        assert len(set(found)) == len(found)
        for mutant in found[::7]:
            compile(mutate.applied(source, mutant), name, "exec")
            assert mutate.difference(mutant, source).count("\n") >= 4


def test_tests_that_are_named_exist(mutate):
    for module in mutate.FIRST:
        assert (mutate.ROOT / f"{module}.py").exists(), module
        *own, _ = mutate.stages(f"{module}.py", "")[0]
        assert all((mutate.ROOT / name).exists() for name in own), own


def test_what_is_run_for_a_module(mutate):
    own, rest = mutate.stages("theory/threshold.py", "")
    assert own == [
        "tests/theory/test_step_counts.py",
        "tests/test_packages.py::test_examples_in_docstrings[theory.threshold]",
    ]
    assert "tests/theory/test_enclosure.py" in rest
    assert not {*own, "tests/theory/test_derivation.py"} & {*rest}
    source = 'Statement(id="thm-3.1"), Statement(id="own-x")'
    statement, rest = mutate.stages("theory/statements/x.py", source)
    assert statement == [*mutate.STATED, "-k", "thm-3.1 or own-x"]
    assert rest[0] == "tests/theory/test_formulas.py"
    assert len(set(rest)) == len(rest)


def test_a_test_that_hangs_is_stopped(mutate, tmp_path, monkeypatch):
    place = mutate.Workplace(tmp_path, mutate.ROOT)
    (tmp_path / "tests" / "test_it.py").write_text("def test_it():\n    while True:\n        pass\n")
    monkeypatch.setattr(mutate, "TEST_SECONDS", 1)
    outcome, seconds = place.pytest(["tests/test_it.py"])
    assert outcome == "timeout"
    assert seconds < mutate.ALL_SECONDS / 2


def test_wilson(mutate):
    """Newcombe 1998, Table I: 81 of 263 gives 0.2553 to 0.3662."""
    assert mutate.wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert mutate.wilson(20, 20)[1] == pytest.approx(1.0)
