"""The hot sum on a GPU beside what the device can do at most, and beside this machine's processor.

``pytest -m gpu tests/benchmarks`` prints a few lines for RESULTS.md. No time is asserted.
"""

from __future__ import annotations

import time

import numpy as np
import pytest

from numerics.backend import get_namespace, to_numpy
from numerics.closed_form import Spectrum
from numerics.hot_sum import power_sums
from numerics.power_law import power_law_frequencies

STEPS = np.unique(np.geomspace(1, 1e7, 64).astype(np.int64))
ROUNDS = 256


@pytest.fixture
def cupy():
    try:
        get_namespace("cupy")
    except ValueError as error:
        pytest.skip(str(error))
    return pytest.importorskip("cupy")


def seconds_of(function, *arguments):
    """Return the least time of ten runs, by the clock of the device."""
    from cupyx.profiler import benchmark

    return float(benchmark(function, arguments, n_repeat=10, n_warmup=3).gpu_times.min())


def exponentials_per_second(cupy, dtype):
    """Measure exponentials of what is in registers, with the product and the sum that the hot sum needs as well."""
    kernel = cupy.ElementwiseKernel(
        "T x",
        "T y",
        f"T sum = 0; for (int i = 0; i < {ROUNDS}; ++i) sum += exp(x * (T)i); y = sum",
        "exp_rate",
    )
    x = -cupy.linspace(0, 1, 1 << 22, dtype=dtype)
    y = cupy.empty_like(x)
    return ROUNDS * x.size / seconds_of(kernel, x, y)


def bytes_per_second(cupy):
    """Measure a copy of a gigabyte, which is read once and written once."""
    here = cupy.ones(1 << 27, dtype=cupy.float64)
    there = cupy.empty_like(here)
    return 2 * here.nbytes / seconds_of(cupy.copyto, there, here)


@pytest.mark.gpu
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_hot_sum_and_the_limits_of_the_device(cupy, dtype, capsys):
    exponents = 2.0 * STEPS
    found, rates = {}, {}
    for backend, dim in (("cupy", 1 << 24), ("numpy", 1 << 20)):
        frequencies = power_law_frequencies(1.0, dim, backend=backend, dtype=dtype)
        words, eta = Spectrum(frequencies, frequencies), 1.0 / float(frequencies[0])
        if backend == "cupy":
            seconds = seconds_of(lambda w, h: power_sums(w, exponents, h), words, eta)
            part = Spectrum(*words.part(0, 1 << 20))
            found[backend] = power_sums(part, exponents, eta) / float(to_numpy(part.weights).sum())
        else:
            start = time.perf_counter()
            found[backend] = power_sums(words, exponents, eta) / float(frequencies.sum())
            seconds = time.perf_counter() - start
        rates[backend] = dim * len(STEPS) / seconds
    # The same words, scaled: η differs in the last digits, and so does everything by a few thousand units.
    assert found["cupy"] == pytest.approx(found["numpy"], rel=2.0**-40 if dtype == "float64" else 2.0**-11)
    exps, memory = exponentials_per_second(cupy, dtype), bytes_per_second(cupy)
    name = cupy.cuda.runtime.getDeviceProperties(0)["name"].decode()
    versions = f"CuPy {cupy.__version__}, CUDA {cupy.cuda.runtime.runtimeGetVersion()}"
    # A word and its weight are read once for each group of exponents.
    bound = 1 / max(1 / exps, 2 * np.dtype(dtype).itemsize / (16 * memory))
    with capsys.disabled():
        print(
            f"\n{time.strftime('%Y-%m-%d')}, {name}, {versions}, {dtype}, {1 << 24} words, {len(STEPS)} step counts:"
            f"\n  hot sum       {1e9 / rates['cupy']:.3g} ns per word and step, {rates['cupy']:.3g} terms/s"
            f"\n  on the CPU    {1e9 / rates['numpy']:.3g} ns, {rates['cupy'] / rates['numpy']:.3g} times as long"
            f"\n  exponentials  {exps:.3g}/s in registers; memory {memory / 1e9:.4g} GB/s copied"
            f"\n  of the limit  {100 * rates['cupy'] / bound:.0f} %"
        )
