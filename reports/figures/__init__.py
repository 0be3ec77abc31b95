"""The figures of the report, one module per figure of the paper.

Each module has ``data()`` (of a text, for Fig. 2), which computes plain lists of numbers, ``draw(data)``, which
draws them and computes nothing, a ``CAPTION`` that states the claim, and ``ALT``, what a reader who cannot see
the figure should know.
Solid lines are simulated by `numerics`, dashed ones computed by `theory`.
"""

from __future__ import annotations

from types import ModuleType

from reports.figures import fig_1, fig_2, fig_4, fig_5, fig_7

__all__ = ["FIGURES"]

#: In the order of the report, by their numbers in the paper.
FIGURES: dict[str, ModuleType] = {"1": fig_1, "4": fig_4, "7": fig_7, "5": fig_5, "2": fig_2}
