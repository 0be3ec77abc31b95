"""Hypothesis profiles, and bounds of rounding errors that tests of simulations share.

Profiles: ``dev`` by default, ``ci`` where CI is set, ``deep`` by ``--hypothesis-profile=deep``; ``quick`` is for the
many runs of ``tests/mutation``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import settings

from reports.comparisons.rounding import UNIT, summation

settings.register_profile("dev", max_examples=40, deadline=None, print_blob=True)
settings.register_profile("ci", max_examples=40, deadline=None, print_blob=True, derandomize=True)
settings.register_profile("deep", max_examples=2_000, deadline=None, print_blob=True)
settings.register_profile("quick", max_examples=8, deadline=None, derandomize=True, database=None)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


@pytest.fixture(autouse=True)
def _forgetting(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that may break a theory or a simulation leaves no observed value behind, and finds none."""

    def forget() -> None:
        for name, module in list(sys.modules.items()):
            if name.startswith("reports.comparisons"):
                for value in list(vars(module).values()):
                    getattr(value, "cache_clear", int)()

    if "monkeypatch" in request.fixturenames:
        forget()
    yield
    if "monkeypatch" in request.fixturenames:
        forget()


class Rounding:
    """Bounds of the rounding errors of a simulation, derived and in no way fitted; u = 2^-53.

    The float of α is off by αu, which moves k^-α by α log k units; the power by 4 (CUDA's; NumPy's by 2). Sums of
    n positive terms are off by n units in the order of any device, by :func:`summation` in NumPy's. All bounds
    are of first order, which the factor 1.01 makes up for.
    """

    @staticmethod
    def sum(terms: int, backend: str = "numpy") -> float:
        """Units of a quotient of two sums of positive terms."""
        return summation(terms) if backend == "numpy" else 2.0 * terms

    @classmethod
    def gd(
        cls, alpha: Fraction, dim: int, steps: int, *, ratio: Fraction = Fraction(1), backend: str = "numpy"
    ) -> float:
        """Of Σ w (1 - cw)^2t / Σ w, w = k^-α, as exp(2t log|1 - cw|).

        cw carries the errors of the power, of the normalization (1), of π₁ (1), c (1), the step (1), the product
        (1): an error e of the base, which moves its n-th power by n e (a + e)^(n-1). Logarithm (2) and product (1)
        move the exponent y by 3|y| units, exp and the weights the term by 2 and those of w.
        """
        k = np.arange(1.0, dim + 1)
        w, drift = k ** -float(alpha), float(alpha) * np.log(k)
        x, n = float(ratio) * w, 2.0 * steps
        base = np.abs(1 - x)
        error = x * (drift + 9) * UNIT
        largest = base + error
        power = largest**n
        exponent = np.abs(n * np.log(np.where(largest > 0, largest, 1.0)))
        terms = w * (n * error * largest ** max(n - 1, 0) + power * (3 * exponent + drift + 8) * UNIT)
        total, value = float(np.sum(w)), float(np.sum(w * power) / np.sum(w))
        weights = float(np.sum(w * (drift + 5))) / total + cls.sum(dim, backend) + 2
        return 1.01 * (float(np.sum(terms)) / total + value * weights * UNIT) + 1e-290

    @classmethod
    def sd(cls, alpha: Fraction, dim: int, value: float, *, terms: int = 0, backend: str = "numpy") -> float:
        """Of a relative error of sign descent with either dynamics, at steps that hit no word by accident.

        Distances are read off |δ(0)|/η, which carries the errors of the power, nine roundings and 8 units for what
        the simulation takes as an exact hit, q in all; the distance after T steps changes by as much, as it is
        continuous in the quotient. By Cauchy and Schwarz that moves the sum of squares by 2q√r + q². ``terms``
        is the length of the sum, d by default. It is also by how much perturbed words move the best loss downwards,
        twice over.
        """
        q = (float(alpha) * np.log(dim) + 21) * UNIT
        return 1.01 * float(
            2 * q * np.sqrt(value) + q**2 + (8 + cls.sum(terms or dim, backend)) * UNIT * value
        )

    @classmethod
    def best_sd(cls, alpha: Fraction, dim: int, value: float, *, backend: str = "numpy") -> float:
        """Of the best relative error of simplified sign descent, above it.

        The simulation takes the piece whose loss H₂(m) - 2uH₁(m) + u²(m + tail) is least as computed. H₁ and H₂ are
        running sums, each off by at most d units and those of the power, of parts that are at most H₂(d) where the
        loss is at most 1 (uH₁ ≤ H₂, as u ≤ k^-α for the words summed; the tail is a part of the loss): four parts,
        off by so much at the piece taken and at the best one.
        """
        units = dim + 2 * float(alpha) * np.log(dim) + 16
        return 1.01 * 8 * float(units) * UNIT + 2 * cls.sd(alpha, dim, value, backend=backend)

    @classmethod
    def training(
        cls,
        alpha: Fraction,
        dim: int,
        steps: int,
        value: float,
        *,
        ratio: Fraction = Fraction(1),
        backend: str = "numpy",
    ) -> float:
        """Of gd as d×d training, beyond :meth:`gd`: 8 units of π_{j|i} a step, and a sum of d² terms."""
        units = 16 * steps * np.sqrt(value) + 64 * steps**2 * UNIT + cls.sum(dim**2, backend) * value
        return cls.gd(alpha, dim, steps, ratio=ratio, backend=backend) + 1.01 * float(units) * UNIT


@pytest.fixture(scope="session")
def rounding_of() -> type[Rounding]:
    """Bounds of rounding errors, by what is simulated."""
    return Rounding


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the checks of a test run out of the user's cache, and those of the user out of the run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZIPF_DESCENT_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield
