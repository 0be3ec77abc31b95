"""Break ``theory`` or ``numerics`` in one place: its statement turns red, others do not, the exit code is 1."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

#: The file, what stands there, what is put in its place, a statement that must turn red and one that must not.
BREAKS = {
    "gradient descent, α > 1: exponent of the limit law": (
        "theory/limit_laws.py",
        "sp.expint(1 / alpha, tau)",
        "sp.expint(2 / alpha, tau)",
        "thm-3.1",
        "thm-4.5",
    ),
    "sign descent, α > ½: τ² of the limit law": (
        "theory/limit_laws.py",
        "rate=1 / (sp.zeta(2 * alpha) * (1 + tau**2))",
        "rate=1 / (sp.zeta(2 * alpha) * (1 + tau ** sp.Rational(2001, 1000)))",
        "thm-4.5",
        "prop-a.1",
    ),
    "the certified sum: exponent 2t": (
        "theory/decay_sum.py",
        "return signed_decay_sum(alpha, dim, 2 * steps, c)",
        "return signed_decay_sum(alpha, dim, 2 * steps + 1, c)",
        "prop-a.1",
        "prop-a.3",
    ),
    "training: the frequencies in the gradient": (
        "numerics/square_loss.py",
        "eta * frequencies",
        "eta * frequencies**1.001",
        "prop-2.2",
        "lem-c.1",
    ),
    "the closed form of sign descent: which parity rests where": (
        "numerics/closed_form.py",
        "rest, 1.0 - rest)",
        "1.0 - rest, rest)",
        "prop-a.3",
        "prop-a.1",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", BREAKS)
def test_a_break_turns_its_statement_red(name: str, tmp_path: Path) -> None:
    file, old, new, hit, spared = BREAKS[name]
    for package in ("theory", "numerics", "reports"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    source = (tmp_path / file).read_text(encoding="utf-8")
    assert source.count(old) == 1
    (tmp_path / file).write_text(source.replace(old, new), encoding="utf-8")
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            "from reports.cli import main; main()",
            "verify",
            hit,
            spared,
            "--json",
            "--no-cache",
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1, run.stderr
    verdicts = {found["statement"]: found["verdict"] for found in json.loads(run.stdout)["statements"]}
    assert verdicts[hit] != "CONFIRMED"
    assert verdicts[spared] == "CONFIRMED"
