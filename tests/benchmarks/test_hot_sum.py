"""The hot sum Σ w (1 - ηλ)^(2t) beside the naive power, and streamed. No time is asserted: read the table.

Rates are in nanoseconds per word and step, by the time of the processor, which other processes do not add to.
"""

from __future__ import annotations

import time

import numpy as np
import pytest

import numerics
from numerics.closed_form import Spectrum
from numerics.hot_sum import power_sums
from numerics.power_law import power_law_frequencies

DIM = 1 << 20
STEPS = np.unique(np.geomspace(1, 1e7, 16).astype(np.int64))


@pytest.mark.benchmark(group=f"sum over {DIM} words, {len(STEPS)} numbers of steps")
@pytest.mark.parametrize("route", ["naive power", "one thread", "two threads", "one thread, float32"])
def test_hot_sum(benchmark, route):
    frequencies = power_law_frequencies(1.0, DIM, dtype="float32" if "float32" in route else "float64")
    words, eta = Spectrum(frequencies, frequencies), 1.0 / float(frequencies[0])
    processor = []

    def naive():
        factor = 1.0 - eta * frequencies
        return np.asarray([np.sum(frequencies * factor ** (2 * t)) for t in STEPS])

    def sums():
        before = time.process_time()
        found = (
            naive() if "naive" in route else power_sums(words, 2.0 * STEPS, eta, workers=1 + ("two" in route))
        )
        processor.append(time.process_time() - before)
        return found

    assert np.all(np.diff(benchmark(sums)) < 0)
    benchmark.extra_info["ns_per_word_and_step"] = round(min(processor) / (DIM * len(STEPS)) * 1e9, 2)


@pytest.mark.slow
@pytest.mark.benchmark(group="gd, α = 1, streamed, one number of steps", min_rounds=1, max_time=0)
@pytest.mark.parametrize("power", [8, 9])
def test_streamed(benchmark, power):
    assert 0 < benchmark(numerics.relative_error, "gd", alpha=1, dim=10**power, steps=10**4) < 1
