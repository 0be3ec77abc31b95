"""The figures of the report, one module per figure of the paper, and this project's own.

Each module has ``data()`` (of a text, for those in `OF_TEXT`), which computes plain lists of numbers, ``draw(data)``,
which draws them and computes nothing, a ``CAPTION`` that states the claim, and ``ALT``, what a reader who cannot see
the figure should know. Solid lines are simulated by `numerics`, dashed ones computed by `theory`.
"""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any

from reports.evidence import rounded
from reports.figures import (
    fig_1,
    fig_2,
    fig_3,
    fig_4,
    fig_5,
    fig_6,
    fig_7,
    fig_8,
    fig_9,
    own_parities,
    own_phase,
    own_step_sizes,
)

if TYPE_CHECKING:
    from numerics import BigramTable
    from reports.corpus import CorpusAnalysis

__all__ = ["FIGURES", "OF_TEXT", "compute"]

#: In the order of the report, by their numbers in the paper, or by name.
FIGURES: dict[str, ModuleType] = {
    "1": fig_1,
    "4": fig_4,
    "9": fig_9,
    "7": fig_7,
    "6": fig_6,
    "step-sizes": own_step_sizes,
    "5": fig_5,
    "parities": own_parities,
    "phase": own_phase,
    "8": fig_8,
    "2": fig_2,
    "3": fig_3,
}
#: Those whose data are of a text.
OF_TEXT = frozenset({"2", "3"})


def compute(
    key: str, corpus: BigramTable | None = None, analysis: CorpusAnalysis | None = None
) -> dict[str, Any]:
    """Return what a figure draws, every float rounded to ten significant digits.

    Processors differ in the last digits of a float, so that more would make the same figure differ, too.

    Parameters
    ----------
    key
        Of `FIGURES`.
    corpus, analysis
        The counted text and what was found on it, for a figure in `OF_TEXT`.

    Raises
    ------
    ValueError
        If the figure needs a text and there is none.
    """
    if key not in OF_TEXT:
        return dict(rounded(FIGURES[key].data()))
    if corpus is None or analysis is None:
        raise ValueError(f"fig-{key} is the figure of a text; pass corpus and analysis")
    return dict(rounded(FIGURES[key].data(corpus, analysis)))
