"""The hot sum Σ w (1 - ηλ)^(2t), chunked exp against the naive power. No time is asserted: read the table."""

from __future__ import annotations

import numpy as np
import pytest

from numerics.closed_form import Spectrum, gd_relative_error
from numerics.power_law import power_law_frequencies

DIM = 1 << 20
STEPS = np.unique(np.geomspace(1, 1e7, 16).astype(np.int64))


@pytest.mark.benchmark(group=f"sum over {DIM} words, {len(STEPS)} numbers of steps")
@pytest.mark.parametrize("route", ["chunked exp", "naive power"])
def test_hot_sum(benchmark, route):
    eigenvalues = power_law_frequencies(1.0, DIM)
    eta = 1.0 / float(eigenvalues[0])

    def naive():
        factor = 1.0 - eta * eigenvalues
        return np.asarray([np.sum(eigenvalues * factor ** (2 * t)) for t in STEPS])

    def chunked():
        return gd_relative_error(Spectrum(eigenvalues, eigenvalues), steps=STEPS, step_size=eta)

    errors = benchmark(chunked if route == "chunked exp" else naive)
    benchmark.extra_info["ns_per_word_and_step"] = (
        benchmark.stats.stats.min / (DIM * len(STEPS)) * 1e9 if benchmark.stats else None
    )
    assert np.all(np.diff(errors) < 0)
