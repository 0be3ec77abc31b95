"""Put together what the template reads: numbers, tables, figures and the circumstances."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import theory
from reports.document import content, tables
from reports.document.environment import bibliography, hardware, versions
from reports.document.real_text import compared, real_text, scaling
from reports.document.statements import statements
from reports.evidence import rounded
from reports.figures import FIGURES, compute, fig_1
from reports.figures.style import to_svg

if TYPE_CHECKING:
    from numerics import BigramTable
    from reports.corpus import CorpusAnalysis
    from reports.growth import GrowthTable
    from reports.verification import Verification

#: Of the data of a report; the number rises when a field changes its meaning or goes.
SCHEMA = "zipf-descent/report/1"

Rendered = tuple[dict[str, Any], bytes]
"""What a figure draws, and the drawing."""


def collect(
    verification: Verification,
    analyses: Sequence[CorpusAnalysis],
    figures: Mapping[str, Rendered],
    sections: Mapping[str, Any],
    growths: Mapping[tuple[str, str], GrowthTable | None] = MappingProxyType({}),
    *,
    timings: Mapping[str, float] | None,
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return the content of the whole report and its drawings, by file name.

    The first of ``analyses`` has a section, the others are compared with it; ``figures`` has all of `FIGURES`,
    rendered, and ``sections`` what each of `SECTIONS` makes; ``growths`` has the steps at the vocabularies of the
    paper by text and tokenizer, None where the text has too few words; ``timings`` None leaves out what differs from
    run to run.
    """
    start = time.perf_counter()
    shown, drawings = illustrated({key: figures[key] for key in FIGURES})
    body = {
        **title_page(verification),
        "whole": True,
        **sections,
        "text": real_text(analyses[0]),
        "texts": compared(analyses) if len(analyses) > 1 else None,
        "scaling": scaling(growths, analyses[0].epsilon),
        "analyses": [measured(analysis) for analysis in analyses],
        **shown,
        **evidence(verification, timed=timings is not None),
    }
    seconds = time.perf_counter() - start
    body["made"] = circumstances(
        None if timings is None else {**timings, "the rest": seconds}, parameters(analyses[0])
    )
    return body, drawings


def collect_part(
    verification: Verification,
    figures: Mapping[str, Rendered],
    *,
    timings: Mapping[str, float] | None,
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return the content of a report of some statements and figures only."""
    shown, drawings = illustrated(figures)
    return {
        **title_page(verification),
        "whole": False,
        **shown,
        **evidence(verification, timed=timings is not None),
        "made": circumstances(timings, parameters(None)),
    }, drawings


def render(key: str, corpus: BigramTable | None = None, analysis: CorpusAnalysis | None = None) -> Rendered:
    """Compute and draw one figure, of a text if it is one of `reports.figures.OF_TEXT`."""
    data = compute(key, corpus, analysis)
    return data, to_svg(FIGURES[key].draw(data))


def illustrated(figures: Mapping[str, Rendered]) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return what the template reads of figures, and their drawings by file name."""
    shown, drawings = {}, {}
    for key, (data, drawing) in figures.items():
        file, module = f"figure-{key}.svg", FIGURES[key]
        drawings[file] = drawing
        shown[key] = {"file": file, "caption": module.CAPTION, "alt": module.ALT, "data": data}
    return {"figures": shown}, drawings


def measured(analysis: CorpusAnalysis) -> dict[str, Any]:
    """Return what was found on a text, to ten digits; of the text's path the name only."""
    data = json.loads(json.dumps(analysis.to_json()))
    return dict(rounded({**data, "source": Path(analysis.source).name}))


def evidence(verification: Verification, *, timed: bool) -> dict[str, Any]:
    """Return all evidence, with or without the seconds that it took."""
    return {"verification": verification.to_json(timed=timed)}


def title_page(verification: Verification) -> dict[str, Any]:
    """Return titles, metadata and verdicts."""
    return {
        "schema": SCHEMA,
        "title": "Scaling laws of gradient descent and sign descent under Zipf’s law",
        "subtitle": "Theory against simulation: a verification of arXiv 2505.19227",
        "author": f"zipf-descent {version('zipf-descent')}",
        "keywords": ["scaling laws", "Zipf’s law", "gradient descent", "sign descent", "verification"],
        "summary": content.summary(verification),
        "statements": statements(verification),
        "laws": {optimizer: content.laws(optimizer) for optimizer in ("gd", "sd")},
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


def choice() -> dict[str, Any]:
    """Return the table of the section that compares both optimizers."""
    return tables.duel(
        caption="Steps to relative error ε: certified for gradient descent and for sign descent under Assumption 4.1, "
        "simulated for the true update from zero, each with its best step size. Last column: gd at its best over sd "
        "under Assumption 4.1."
    )


#: What makes the sections that are of no text.
SECTIONS = {"gd": gradient_descent, "sd": sign_descent, "compare": choice}


def circumstances(
    timings: Mapping[str, float] | None, parameters: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """Return the last page: versions, parameters, sources, and if there are timings, hardware and run time."""
    made: dict[str, Any] = {
        "versions": content.table(["Package", "Version"], versions(), "Versions."),
        "parameters": content.table(["Parameter", "Value"], parameters, "Parameters."),
        "bibliography": bibliography(),
        "hardware": None,
        "times": None,
    }
    if timings is not None:
        rows = [(name, f"{second:.1f}") for name, second in timings.items()]
        made["hardware"] = content.table(["Computer", ""], hardware(), "Hardware.")
        made["times"] = content.table(
            ["Part", "Seconds"], rows, "Run time: of the parts, which run side by side."
        )
    return made


def parameters(analysis: CorpusAnalysis | None) -> list[tuple[str, str]]:
    """Return the choices behind figures and tables that their captions do not state."""
    dims = ", ".join(map(content.number, fig_1.DIMS))
    rows = [
        ("Vocabularies of the power-law figures", dims),
        ("Steps in the figures", "integers, evenly spaced on the scale of the axis"),
        ("Arithmetic of the simulation", "64-bit floats, NumPy"),
        ("Arithmetic of the theory", "balls, precision raised until every digit shown is certain"),
        ("Starting point", "zero, as in the paper"),
    ]
    if analysis is not None:
        rows += [
            (
                "Text",
                f"{content.number(analysis.dim)} words, relative error {content.number(analysis.epsilon)}",
            ),
            ("Resampling of the text", f"{analysis.replicates} random halves, seed {analysis.seed}"),
        ]
    return rows
