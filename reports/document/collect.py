"""Put together what the template reads: numbers, tables, figures and the circumstances."""

from __future__ import annotations

import time
from collections.abc import Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import theory
from reports.document import content, tables
from reports.document.environment import hardware, versions
from reports.document.real_text import real_text
from reports.figures import FIGURES, fig_1, fig_2
from reports.figures.style import to_svg

if TYPE_CHECKING:
    from numerics import BigramTable
    from reports.corpus import CorpusAnalysis
    from reports.verification import Progress, Verification


def collect(
    verification: Verification,
    corpus: BigramTable,
    analysis: CorpusAnalysis,
    *,
    timings: Mapping[str, float],
    progress: Progress | None,
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return the content of the report and its drawings, by file name."""
    start = time.perf_counter()
    figures: dict[str, Any] = {}
    drawings: dict[str, bytes] = {}
    for done, (key, module) in enumerate(FIGURES.items()):
        if progress is not None:
            progress(done, len(FIGURES) + 1)
        data = fig_2.data(corpus, analysis) if module is fig_2 else module.data()
        file = f"figure-{key}.svg"
        drawings[file] = to_svg(module.draw(data))
        figures[key] = {"file": file, "caption": module.CAPTION, "alt": module.ALT, "data": data}
    if progress is not None:
        progress(len(FIGURES), len(FIGURES) + 1)
    return {
        **title_page(verification),
        "gd": gradient_descent(),
        "sd": sign_descent(),
        "text": real_text(analysis),
        "figures": figures,
        "made": circumstances(analysis, timings, time.perf_counter() - start),
        "verification": verification.to_json(),
    }, drawings


def title_page(verification: Verification) -> dict[str, Any]:
    """Return titles, metadata and verdicts."""
    return {
        "title": "Scaling laws of gradient descent and sign descent under Zipf’s law",
        "subtitle": "Theory against simulation: a verification of arXiv 2505.19227",
        "author": f"zipf-descent {version('zipf-descent')}",
        "keywords": ["scaling laws", "Zipf’s law", "gradient descent", "sign descent", "verification"],
        "summary": content.summary(verification),
        "statements": content.statements(verification),
    }


def gradient_descent() -> dict[str, Any]:
    """Return formulas and tables of the section on gradient descent."""
    steps = tables.iterations(
        "gd",
        caption="Steps of gradient descent to relative error ε: the certified smallest number, and where the two "
        "laws cross ε.",
    )
    return {
        "exact": content.formula(theory.statement("prop-a.1").formula[0]),
        "laws": content.laws("gd"),
        "table": tables.comparison(
            "gd",
            caption="Relative error of gradient descent: certified value of the finite sum, simulation, and the "
            "two laws with their relative distance from the certified value.",
        ),
        "iterations": steps,
        "headline": tables.headline(steps),
    }


def sign_descent() -> dict[str, Any]:
    """Return formulas and tables of the section on sign descent."""
    steps = tables.iterations(
        "sd",
        caption="Steps of sign descent under Assumption 4.1 to relative error ε: the certified smallest number with "
        "the best step size, the same with the paper’s step size, and where the limit law crosses ε.",
    )
    return {
        "exact": content.formula(theory.statement("prop-a.2").formula[0]),
        "laws": content.laws("sd"),
        "table": tables.comparison(
            "sd",
            caption="Relative error of sign descent under Assumption 4.1: with the certified best step size, with the "
            "best step size that a search on the simulation finds, by the limit law, and with the paper’s step size "
            "at finite d. Distances are relative to the certified value.",
        ),
        "iterations": steps,
        "headline": tables.headline(steps),
        "parity": tables.parity(
            caption="Best relative error at an even and the next odd number of steps, α = 1: Assumption 4.1 against "
            "the true iteration from zero, each with its own best step size; last column: one step size for both."
        ),
    }


def circumstances(analysis: CorpusAnalysis, timings: Mapping[str, float], seconds: float) -> dict[str, Any]:
    """Return the last page: versions, parameters, hardware and run time."""
    times = [*timings.items(), ("figures and tables", seconds)]
    total = sum(second for _, second in times)
    return {
        "versions": content.table(["Package", "Version"], versions(), "Versions."),
        "parameters": content.table(["Parameter", "Value"], parameters(analysis), "Parameters."),
        "hardware": content.table(["Computer", ""], hardware(), "Hardware."),
        "times": content.table(
            ["Part", "Seconds"],
            [*((name, f"{second:.1f}") for name, second in times), ("in all", f"{total:.1f}")],
            "Run time.",
        ),
    }


def parameters(analysis: CorpusAnalysis) -> list[tuple[str, str]]:
    """Return the choices behind figures and tables that their captions do not state."""
    dims = ", ".join(map(content.number, fig_1.DIMS))
    return [
        ("Vocabularies of the power-law figures", dims),
        ("Steps in the figures", "integers, evenly spaced on the scale of the axis"),
        ("Arithmetic of the simulation", "64-bit floats, NumPy"),
        ("Arithmetic of the theory", "balls, precision raised until every digit shown is certain"),
        ("Starting point", "zero, as in the paper"),
        ("Text", f"{content.number(analysis.dim)} words, relative error {content.number(analysis.epsilon)}"),
        ("Resampling of the text", f"{analysis.replicates} random halves, seed {analysis.seed}"),
    ]
