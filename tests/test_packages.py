"""The packages keep apart what must stay apart, and every example in a docstring prints what it says."""

from __future__ import annotations

import ast
import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

import numerics
import reports
import theory

PACKAGES = {"theory": theory, "numerics": numerics, "reports": reports}


def modules(package: str) -> list[str]:
    root = PACKAGES[package]
    return [package, *(m.name for m in pkgutil.walk_packages(root.__path__, f"{package}."))]


ALL_MODULES = [name for package in PACKAGES for name in modules(package)]


def imported(source: str) -> set[str]:
    """The top-level names a module imports, at any depth and also by ``import_module``."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names.add(node.value.split(".")[0])
    return names


def sources(package: str) -> list[Path]:
    return sorted(Path(PACKAGES[package].__path__[0]).rglob("*.py"))


@pytest.mark.parametrize(("package", "forbidden"), [("theory", "numerics"), ("numerics", "theory")])
def test_theory_and_numerics_never_see_each_other(package: str, forbidden: str) -> None:
    for path in sources(package):
        assert imported(path.read_text(encoding="utf-8")).isdisjoint({forbidden, "reports"}), path


def test_the_import_scan_sees_every_way_to_import() -> None:
    for line in ("import numerics.text", "from numerics import x", "import_module('numerics.text')"):
        assert "numerics" in imported(f"def f():\n    {line}")


def test_theory_does_without_arrays() -> None:
    for path in sources("theory"):
        assert "numpy" not in imported(path.read_text(encoding="utf-8")), path


def test_one_file_chooses_the_array_backend() -> None:
    users = {p.name for p in sources("numerics") if "cupy" in imported(p.read_text(encoding="utf-8"))}
    assert users == {"backend.py"}


@pytest.mark.parametrize("name", ALL_MODULES)
def test_examples_in_docstrings(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0


def test_public_names_exist_and_are_documented() -> None:
    for package in PACKAGES.values():
        for name in package.__all__:
            assert getattr(package, name).__doc__, f"{package.__name__}.{name}"


def test_importing_theory_first_leaves_its_functions_callable() -> None:
    importlib.import_module("theory.limit_laws")
    importlib.import_module("theory.statements.section_2_problem")
    assert theory.laws("gd")
    assert theory.statements()


def test_two_modules_know_ball_arithmetic() -> None:
    users = {p.name for p in sources("theory") if "flint" in imported(p.read_text(encoding="utf-8"))}
    assert users == {"balls.py", "decay_sum.py"}
