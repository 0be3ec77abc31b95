"""One code path: the strict reference implementation, on a second device, gives what NumPy gives."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import array_api_strict
import numpy as np
import pytest

from numerics import BigramProblem, queries
from numerics import backend as backends
from numerics.backend import Elsewhere, get_namespace, group_sums, name_of, require_memory, to_numpy
from numerics.closed_form import Distances, Spectrum
from numerics.power_law import iterations, power_law_frequencies, relative_error

U = 2.0**-53
OTHER = array_api_strict.Device("device1")  # np.asarray of what lies here raises, like a GPU's


def elsewhere(array):
    return array_api_strict.asarray(array, device=OTHER)


def test_the_other_device_catches_a_hidden_transfer():
    with pytest.raises((RuntimeError, TypeError, ValueError)):
        np.asarray(elsewhere([1.0]))
    assert to_numpy(elsewhere([1.0])).tolist() == [1.0]


@pytest.mark.parametrize(
    ("optimizer", "dynamics"), [("gd", "simplified"), ("sd", "simplified"), ("sd", "iterated")]
)
@pytest.mark.parametrize("step_size", [None, "best", 0.01])
def test_closed_forms_on_another_device(optimizer, dynamics, step_size):
    p = power_law_frequencies(0.8, 40)

    def reduced(array):
        if optimizer == "gd":
            return Spectrum(array, array)
        return Distances(array, 0 * array + 1.0, 0.0)

    options = {"steps": [0, 1, 2, 7, 8], "step_size": step_size, "dynamics": dynamics}
    here, there = (queries.relative_error(reduced(a), **options) for a in (p, elsewhere(p)))
    assert type(there) is np.ndarray
    # the same operations in the same order, but exp and log1p of another build may differ by an ulp
    assert there == pytest.approx(here, rel=64 * 40 * U)
    if step_size != 0.01:
        parity = "even" if dynamics == "iterated" else None
        counts = [
            queries.iterations(reduced(a), epsilon=0.1, step_size=step_size, dynamics=dynamics, parity=parity)
            for a in (p, elsewhere(p))
        ]
        assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("optimizer", "dynamics"), [("gd", "iterated"), ("sd", "iterated"), ("sd", "simplified")]
)
def test_problem_and_training_on_another_device(optimizer, dynamics):
    here = BigramProblem.power_law(1, 12, seed=3)
    there = BigramProblem(elsewhere(here.frequencies), elsewhere(here.conditionals), 3)
    results = [problem.train(optimizer, steps=9, dynamics=dynamics) for problem in (here, there)]
    assert results[1].losses == pytest.approx(results[0].losses, rel=400 * U)
    assert (results[1].backend, results[1].device) == ("array_api_strict", str(OTHER))
    assert to_numpy(results[1].weights) == pytest.approx(results[0].weights, abs=400 * U)
    spectra = here.gd_spectrum, there.gd_spectrum
    assert to_numpy(spectra[1].weights) == pytest.approx(spectra[0].weights, rel=50 * U)
    distances = here.sd_distances, there.sd_distances
    assert to_numpy(distances[1].distances).tolist() == distances[0].distances.tolist()
    assert to_numpy(distances[1].weights) == pytest.approx(distances[0].weights, rel=50 * U)


def test_backend_by_name():
    for optimizer in ("gd", "sd"):
        strict, plain = (
            relative_error(optimizer, alpha=1, dim=50, steps=[3, 4], backend=b)
            for b in ("array_api_strict", "numpy")
        )
        assert type(strict) is np.ndarray
        assert strict == pytest.approx(plain, rel=400 * U)
    assert iterations("gd", alpha=1, dim=50, epsilon=0.1, backend="array_api_strict") == iterations(
        "gd", alpha=1, dim=50, epsilon=0.1
    )
    problem = BigramProblem.power_law(1, 6, backend="array_api_strict")
    assert problem.backend == name_of(problem.conditionals) == "array_api_strict"
    assert to_numpy(problem.conditionals).tolist() == BigramProblem.power_law(1, 6).conditionals.tolist()


@pytest.mark.parametrize("backend", ["numpy", "array_api_strict"])
def test_group_sums(backend):
    xp = get_namespace(backend)
    sums = group_sums(xp.asarray([2, 0, 2]), xp.asarray([1.0, 2.0, 4.0]), 4)
    assert to_numpy(sums).tolist() == [2.0, 0.0, 5.0, 0.0]


def test_a_misspelled_backend_is_named():
    with pytest.raises(ValueError, match=r"backend='cuppy' is unknown; did you mean 'cupy'\?"):
        get_namespace("cuppy")


@pytest.mark.skipif(importlib.util.find_spec("cupy") is not None, reason="CuPy is installed")
def test_cupy_that_is_not_installed():
    with pytest.raises(
        ValueError, match=r"backend='cupy' is not installed: run pip install 'zipf-descent\[gpu\]'"
    ):
        BigramProblem.power_law(1, 5, backend="cupy")


def test_cupy_without_a_device(monkeypatch):
    class Cuda:
        @staticmethod
        def is_available():
            return False

    class Namespace:
        cuda = Cuda

    monkeypatch.setattr(backends.importlib, "import_module", lambda name: Namespace)
    monkeypatch.setattr(backends, "is_cupy_namespace", lambda xp: True)
    with pytest.raises(ValueError, match="backend='cupy' finds no CUDA device"):
        get_namespace("cupy")


def test_memory_is_estimated_before_it_is_taken():
    xp = get_namespace("numpy")
    require_memory(xp, 1, "a byte")
    with pytest.raises(ValueError, match=r"dim=100000: a dense problem needs 80 GB of \S+ GB available"):
        BigramProblem.power_law(1, 100_000)
    for optimizer in ("gd", "sd"):
        with pytest.raises(ValueError, match="use a smaller dim"):
            relative_error(optimizer, alpha=1, dim=10**15, steps=1)


GPUS = """
import array_api_strict, importlib.util
from numerics import backend as backends
from numerics.backend import Elsewhere

class Broken:
    float64 = None
    def arange(self, *args, **kwargs):
        raise RuntimeError("CUDA driver version is insufficient")

def pretend(names, patch):
    gpus = {"cupy": Elsewhere(array_api_strict, array_api_strict.Device("device1")), "broken": Broken()}
    gpus["torch"] = gpus["cupy"]
    chosen = {name.strip("!?"): gpus["broken" if name.endswith("!") else name.strip("?")] for name in names}
    found = backends.get_namespace
    patch(importlib.util, "find_spec", lambda name: name if name in chosen else None)
    patch(backends, "on_gpu", lambda xp: xp in chosen.values() and not any("?" in name for name in names))
    patch(backends, "get_namespace", lambda name: chosen[name] if name in chosen else found(name))
    backends._working.cache_clear()
"""


@pytest.fixture
def pretend(monkeypatch):
    """Pretend that these packages are installed; ! says that their GPU does not work, ? that there is none."""
    scope: dict = {}
    exec(GPUS, scope)
    yield lambda *names: scope["pretend"](names, monkeypatch.setattr)
    backends._working.cache_clear()


@pytest.mark.parametrize(
    ("there", "chosen"),
    [
        ([], "numpy"),
        (["cupy", "torch"], "cupy"),
        (["torch"], "torch"),
        (["cupy!", "torch"], "torch"),
        (["cupy!"], "numpy"),
        (["torch?"], "numpy"),
    ],
)
def test_auto_takes_a_gpu_that_works_and_says_so_once(there, chosen, pretend, caplog):
    pretend(*there)
    xp = get_namespace("auto")
    assert get_namespace("auto") is xp
    assert isinstance(xp, Elsewhere) == (chosen != "numpy")
    said = [f"backend='auto': simulating with {chosen} on {OTHER}"] if chosen != "numpy" else []
    assert [record.getMessage() for record in caplog.records] == said


def test_auto_without_a_gpu_in_torch(monkeypatch):
    torch = pytest.importorskip("torch")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    backends._working.cache_clear()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name if name == "torch" else None)
    assert name_of(get_namespace("auto").empty(0)) == "numpy"
    backends._working.cache_clear()


def test_what_auto_says_is_one_line_on_standard_error():
    code = f"{GPUS}\npretend(['cupy'], setattr)\nfor _ in 'ab': backends.get_namespace('auto')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    assert done.stderr == f"backend='auto': simulating with cupy on {OTHER}\n"


def test_auto_by_name():
    query = {"alpha": 1, "dim": 50, "steps": [3, 4]}
    assert relative_error("gd", backend="auto", **query) == pytest.approx(
        relative_error("gd", **query), rel=400 * U
    )


def test_a_namespace_elsewhere_creates_there_and_leaves_the_rest():
    there = Elsewhere(array_api_strict, OTHER)
    for array in (there.arange(3), there.asarray([1.0]), there.empty((2, 2)), there.ones(2), there.zeros(2)):
        assert array.device == OTHER
    assert there.asarray([1.0], device=array_api_strict.Device("CPU_DEVICE")).device != OTHER
    assert there.sum(there.ones(2)).device == OTHER
    assert there.__name__ == "array_api_strict"
