"""One figure as a file: every ending, the same bytes twice, and what is refused."""

import csv
import io
import os
import subprocess
import sys

import pytest

from reports.figures import FIGURES, compute
from reports.figures.export import export, figure_key, to_csv

STARTS = {".svg": b"<?xml", ".pdf": b"%PDF", ".png": b"\x89PNG", ".csv": b"proven_from.1,alpha,dim,steps,"}


@pytest.fixture(scope="module")
def seven():
    return FIGURES["7"].data()


@pytest.fixture
def quick(monkeypatch, seven):
    """Let Fig. 7 have its numbers at once."""
    monkeypatch.setattr(FIGURES["7"], "data", lambda: seven)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("ending", STARTS)
def test_file_is_what_its_ending_says(tmp_path, ending):
    path = export("fig-7", tmp_path / f"seven{ending}")
    again = export("7", tmp_path / f"again{ending.upper()}")
    content = path.read_bytes()
    assert content.startswith(STARTS[ending])
    assert again.read_bytes() == content
    assert not any(
        word in content for word in (b"CreationDate", b"ModDate", b"Matplotlib", b"matplotlib.org")
    )
    assert sorted(tmp_path.iterdir()) == sorted((path, again))  # nothing is left beside


@pytest.mark.usefixtures("quick")
def test_csv_has_every_point(tmp_path):
    rows = list(csv.DictReader(io.StringIO(export("fig-7", tmp_path / "7.csv").read_text())))
    curves = compute("7")["curves"]
    extra = compute("7")["worst"]
    assert len(rows) == sum(len(curve["steps"]) for curve in curves) + sum(len(row["dims"]) for row in extra)
    rows = rows[: -sum(len(row["dims"]) for row in extra)]
    for name in ("steps", "time", "simulated", "limit", "finite", "best"):
        expected = [value for curve in curves for value in curve[name]]
        assert [float(row[name]) for row in rows] == expected
    assert [(row["alpha"], int(row["dim"])) for row in rows] == [
        (curve["alpha"], curve["dim"]) for curve in curves for _ in curve["steps"]
    ]


def test_csv_keeps_coordinates_apart():
    """Points of other coordinates are other lines; dictionaries give names with dots, lists of them more curves."""
    data = {
        "dims": [1, 2],
        "law": "x",
        "curves": [
            {"dim": 1, "t": [1, 2], "r": [0.5, 0.25], "few": {"t": [3], "r": [0.125]}},
            {"dim": 2, "parts": [{"t": [4]}, {"t": [5]}]},
        ],
    }
    expected = "law,dim,t,r,few.t,few.r\nx,1,1,0.5,,\nx,1,2,0.25,,\nx,1,,,3,0.125\nx,2,4,,,\nx,2,5,,,\n"
    assert to_csv(data).decode() == expected


def test_csv_flattens_maps():
    data = {"maps": [{"dim": 1, "gd": [[1, 2], [3, 4]]}]}
    assert to_csv(data).decode() == "dim,gd\n1,1\n1,2\n1,3\n1,4\n"


def test_existing_file_is_replaced_and_kept_on_failure(tmp_path, monkeypatch, seven):
    path = tmp_path / "7.csv"
    path.write_text("old")
    monkeypatch.setattr(FIGURES["7"], "data", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        export("7", path)
    assert path.read_text() == "old"
    monkeypatch.setattr(FIGURES["7"], "data", lambda: seven)
    assert export("7", path).read_text() != "old"


@pytest.mark.usefixtures("quick")
def test_full_disk_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "7.csv"
    path.write_text("old")

    def full(self, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(path), "write_bytes", full)
    with pytest.raises(ValueError, match="cannot be written: No space left on device"):
        export("7", path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("fig-44", "did you mean 'fig-4'?"),
        ("parity", "did you mean 'parities'?"),
        ("stepsizes", "did you mean 'step-sizes'?"),
        ("", "pass one of fig-1, "),
        ("fig-", "pass one of|did you mean 'fig-"),
    ],
)
def test_unknown_name_gets_the_near_one(tmp_path, name, message):
    with pytest.raises(ValueError, match="is not a figure") as error:
        export(name, tmp_path / "x.svg")
    assert any(part in str(error.value) for part in message.split("|"))
    assert "\n" not in str(error.value)


def test_every_figure_has_a_name():
    for key in FIGURES:
        assert figure_key(f"fig-{key}") == figure_key(key) == key


@pytest.mark.parametrize(
    ("output", "message"),
    [("x.jpg", "must end in"), ("x", "must end in"), ("none/x.svg", "does not exist"), (".", "is a folder")],
)
def test_unusable_output_is_refused_before_anything_is_computed(tmp_path, monkeypatch, output, message):
    monkeypatch.setattr(FIGURES["4"], "data", lambda: 1 / 0)
    with pytest.raises(ValueError, match=message):
        export("fig-4", tmp_path / output)
    assert not list(tmp_path.iterdir())


def test_figure_of_a_text_needs_one(tmp_path):
    with pytest.raises(ValueError, match=r"fig-3.*pass corpus and analysis"):
        export("fig-3", tmp_path / "3.svg")


@pytest.mark.slow
@pytest.mark.parametrize("ending", [".svg", ".pdf"])
def test_another_process_writes_the_same_bytes(tmp_path, ending):
    """Also with the processor's widest vectors switched off, where it has them."""
    code = "import sys; from reports.figures.export import export; export('fig-9', sys.argv[1])"
    features = {"NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR", "PYTHONHASHSEED": "7"}
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, str(tmp_path / f"other{ending}")],
        check=True,
        env={**os.environ, **features},
    )
    own = export("fig-9", tmp_path / f"own{ending}").read_bytes()
    assert (tmp_path / f"other{ending}").read_bytes() == own
