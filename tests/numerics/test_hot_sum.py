"""The sum over all words: chunks, threads, streaming, and the CUDA kernel's host side."""

from __future__ import annotations

import math
import multiprocessing
import re
import threading
import tracemalloc
from types import SimpleNamespace

import numpy as np
import pytest

import numerics
from numerics import cuda, hot_sum, power_law, step_search
from numerics.backend import get_namespace, to_numpy
from numerics.closed_form import Spectrum, gd_relative_error
from numerics.cuda import SOURCE, fused_power_sums
from numerics.hot_sum import in_order, power_sums, workers_for
from numerics.power_law import power_law_frequencies

U, U32 = 2.0**-53, 2.0**-24
EXPONENTS = np.asarray([0.0, 1.0, 2.0, 14.0, 2e3, 2e5, 2e9])
np_ = get_namespace("numpy")


def spectrum(alpha, dim, **options):
    frequencies = power_law_frequencies(alpha, dim, **options)
    return Spectrum(frequencies, frequencies), 1.0 / float(frequencies[0])


@pytest.fixture
def small_chunks(monkeypatch):
    for module in (hot_sum, power_law, step_search):
        monkeypatch.setattr(module, "chunk_length", lambda xp: 1 << 10)


@pytest.mark.parametrize("dim", [1, 1 << 15, (1 << 15) + 1, 150_001])
def test_the_number_of_threads_changes_no_digit(dim):
    words, eta = spectrum(0.9, dim)
    sums = [power_sums(words, EXPONENTS, 1.25 * eta, workers=workers) for workers in (1, 2, 5)]
    assert sums[0].tolist() == sums[1].tolist() == sums[2].tolist()


@pytest.mark.parametrize("route", [hot_sum._plain, hot_sum._in_place])
def test_a_chunk_is_the_sum_of_powers(route):
    words, eta = spectrum(1, 300)
    found = route(*words, EXPONENTS[:5], 1.5 * eta)
    base = np.abs(1 - 1.5 * eta * words.eigenvalues)  # 2e3 powers of what is rounded: 2e3 units
    for n, value in zip(EXPONENTS.tolist(), found.tolist(), strict=False):
        assert value == pytest.approx(math.fsum(words.weights * base**n), rel=(4 * n + 300) * U)
        assert value != pytest.approx(math.fsum(words.weights * base ** (n + 1)), rel=1e-5)


@pytest.mark.parametrize("route", [hot_sum._plain, hot_sum._in_place])
def test_the_zeroth_power_of_zero_is_one_and_a_hit_word_is_gone(route):
    found = route(np.asarray([1.0, 0.5]), np.asarray([4.0, 2.0]), np.asarray([0.0, 1.0, 3.0]), 1.0)
    assert found == pytest.approx([6.0, 1.0, 0.25], rel=4 * U)  # log ½ and exp of it, an ulp each


def test_sums_of_chunks_lose_nothing(small_chunks):
    rng = np.random.default_rng(1)
    weights = rng.exponential(size=1 << 20) * 10.0 ** rng.integers(0, 12, 1 << 20)
    parts = [float(np.sum(weights[k : k + 1024])) for k in range(0, 1 << 20, 1024)]
    words = Spectrum(np.zeros_like(weights), weights)
    assert power_sums(words, np.zeros(1), 1.0)[0] == math.fsum(parts)
    plain = 0.0
    for part in parts:
        plain += part
    assert plain != math.fsum(parts)
    weights = np.zeros(3 << 10)
    weights[:: 1 << 10] = 1.0, 1e17, -1e17  # what is added is larger than what is there
    assert power_sums(Spectrum(0 * weights, weights), np.zeros(1), 1.0)[0] == 1.0


def test_threads_are_for_much_work_in_the_main_thread_of_the_main_process(monkeypatch):
    monkeypatch.setattr(hot_sum.os, "sched_getaffinity", lambda pid: {0, 3, 7}, raising=False)
    assert workers_for(np_, 1 << 22) == 3
    assert workers_for(np_, (1 << 22) - 1) == 1
    found = []
    thread = threading.Thread(target=lambda: found.append(workers_for(np_, 1 << 30)))
    thread.start()
    thread.join()
    assert found == [1]
    monkeypatch.setattr(multiprocessing, "parent_process", lambda: "a pool")
    assert workers_for(np_, 1 << 30) == 1


def test_results_come_in_order_and_few_wait():
    asked = []
    items = iter(lambda: asked.append(0) or len(asked), None)
    results = in_order(lambda item: item * item, items, 3)
    for index in range(1, 50):
        assert next(results) == index * index
        assert len(asked) <= index + 6
    with pytest.raises(ZeroDivisionError):
        list(in_order(lambda item: 1 // item, range(3), 2))


@pytest.mark.parametrize("alpha", [0.5, 1, 1.7])
def test_a_streamed_power_law_gives_what_a_kept_one_gives(alpha, small_chunks, monkeypatch):
    dim, steps = 5_000, [0, 1, 30, 1_000, 10**6]

    def answers():
        return [
            numerics.relative_error("gd", alpha=alpha, dim=dim, steps=steps, step_size="best"),
            numerics.relative_error("gd", alpha=alpha, dim=dim, steps=steps, step_size=2.5),
            [numerics.iterations("gd", alpha=alpha, dim=dim, epsilon=0.1)],
        ]

    kept = answers()
    monkeypatch.setattr(power_law, "KEPT", 4_999)
    streamed = answers()
    assert isinstance(power_law._reduce("gd", alpha, dim, "numpy", "float64"), power_law._Streamed)
    # Only the sum of the frequencies, taken chunk by chunk, may differ: λ by 40 units, the exponent y by so much
    # of it, and y weighted by the terms is at most log 1/r (see `gd_relative_error`; there K ≤ 8 where it matters).
    for one, other in zip(kept[0].tolist() + kept[1].tolist(), [*streamed[0], *streamed[1]], strict=True):
        assert other == pytest.approx(one, rel=40 * 8 * (1 - math.log(max(one, 1e-300))) * U, abs=1e-300)
    assert streamed[2] == kept[2]


def test_the_best_step_does_not_depend_on_the_chunks(monkeypatch):
    words, _ = spectrum(0.8, 5_000)
    whole = [step_search.gd_best_step(words, steps=t) for t in (3, 100, 10_000)]
    monkeypatch.setattr(step_search, "chunk_length", lambda xp: 100)
    parts = [step_search.gd_best_step(words, steps=t) for t in (3, 100, 10_000)]
    # The root of (P - N)/(P + N): its slope is at least (2t - 1)/4 ≥ 1, because log P rises by (2t - 1)ρ/(cρ - 1) ≥
    # (2t - 1)/2. P and N are good to (K + 3)y units of their terms, K + 3 ≤ 10 and y ≤ 60 where terms count.
    assert parts == pytest.approx(whole, rel=2 * 600 * U)


def test_memory_does_not_grow_with_the_words(monkeypatch):
    monkeypatch.setattr(power_law, "KEPT", 0)
    peaks = []
    for dim in (1 << 18, 1 << 21):
        tracemalloc.start()
        numerics.relative_error("gd", alpha=1, dim=dim, steps=[1, 100])
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    # Some ten arrays of a chunk, 2^15 floats, for each of the threads; all words are 2^21 floats.
    assert max(peaks) < 8 * (10 << 15) * (2 * workers_for(np_, 1 << 30) + 2)
    assert peaks[1] < 3 * peaks[0]


def test_too_many_words_are_refused_at_once():
    with pytest.raises(
        ValueError, match=r"dim=10000000001 is out of range; simulation adds up at most 10000000000"
    ):
        numerics.relative_error("gd", alpha=1, dim=10**10 + 1, steps=1)


class Kernel:
    """What `cupy.RawKernel` does with the source, read from its signature and carried out by NumPy."""

    def __init__(self, source, name, options):
        signature = re.search(rf"\b{name}\(([^)]*)\)", source)[1]
        self.names = [declared.split()[-1] for declared in signature.split(",")]
        self.types = [" ".join(declared.split()[:-1]) for declared in signature.split(",")]
        self.constants = dict(option.removeprefix("-D").split("=") for option in options)

    def __call__(self, grid, block, arguments):
        given = dict(zip(self.names, arguments, strict=True))
        real = {"double": np.float64, "float": np.float32}[self.constants["REAL"]]
        for kind, value in zip(self.types, arguments, strict=True):
            scalars = {"const REAL": real, "const long long": np.int64, "const int": np.int32}
            assert value.dtype == (real if kind.endswith("*") else scalars[kind])
        threads, group = int(self.constants["THREADS"]), int(self.constants["GROUP"])
        words, count, sums = int(given["words"]), int(given["count"]), given["sums"].reshape(-1)
        assert block == (threads,)
        assert grid[1] * group >= count > (grid[1] - 1) * group
        assert given["sums"].size == count * grid[0]
        with np.errstate(divide="ignore", invalid="ignore"):
            x = given["step_size"] * given["eigenvalues"][:words]
            logs = np.log1p(-np.where(x <= 1, x, 2 - x))
            for j in range(count):
                n = given["exponents"][j]
                term = given["weights"][:words] * (np.exp(n * logs) if n > 0 else 1)
                for b in range(grid[0]):
                    mine = np.arange(words) // threads % grid[0] == b
                    sums[j * grid[0] + b] = np.sum(term[mine])


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("dim", [1, 255, 3_000])
def test_the_host_side_of_the_kernel(dim, dtype, monkeypatch):
    """Everything but the body of the kernel, which only a device runs (and which `test_on_a_device` checks)."""
    fake = SimpleNamespace(
        asarray=np.asarray,
        ascontiguousarray=np.ascontiguousarray,
        empty=np.empty,
        sum=np.sum,
        RawKernel=Kernel,
    )
    monkeypatch.setattr(cuda, "array_namespace", lambda *arrays: fake)
    monkeypatch.setattr(hot_sum, "is_cupy_namespace", lambda xp: True)
    monkeypatch.setattr(cuda, "BLOCKS", 4)
    monkeypatch.setattr(cuda, "LAUNCH", 20)
    monkeypatch.setattr(cuda, "_kernel", cuda._kernel.__wrapped__)
    words, eta = spectrum(1.2, dim, dtype=dtype)
    exponents = np.append(0.0, np.geomspace(1, 1e6, 36).round())
    found = power_sums(words, exponents, 1.5 * eta)
    unit = U if dtype == "float64" else U32
    assert found == pytest.approx(hot_sum._plain(*words, exponents, 1.5 * eta), rel=2 * dim * unit + 4 * unit)


def test_the_kernel_takes_its_constants_from_the_host():
    assert set(re.findall(r"\b[A-Z]{4,}\b", SOURCE)) == {"REAL", "THREADS", "GROUP"}


@pytest.mark.gpu
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("dim", [1, 255, 100_003, 3_000_000])
def test_on_a_device(dim, dtype):
    try:
        get_namespace("cupy")
    except ValueError as error:
        pytest.skip(str(error))
    words, eta = spectrum(1.2, dim, dtype=dtype, backend="cupy")
    exponents = np.append(0.0, np.geomspace(1, 1e6, 36).round())
    fused = fused_power_sums(*words, exponents, 1.5 * eta)
    plain = hot_sum._plain(*words, exponents, 1.5 * eta)
    assert fused.tolist() == fused_power_sums(*words, exponents, 1.5 * eta).tolist()
    # The same exponentials to 2 ulp; each sum is off by at most its n - 1 additions.
    unit = U if dtype == "float64" else U32
    assert fused == pytest.approx(plain, rel=(2 * dim + 8) * unit)
    here = [to_numpy(array).astype(np.float64) for array in words]
    steps = np.asarray([1, 10, 1_000])
    errors = gd_relative_error(words, steps=steps, step_size=1.5 * eta)
    host = gd_relative_error(Spectrum(*here), steps=steps, step_size=1.5 * eta)
    assert errors == pytest.approx(host, rel=(2 * dim + 200) * unit)
