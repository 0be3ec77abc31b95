"""Figure 3 of the paper: token frequencies and conditional frequencies of a text, beside the power law."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

import theory
from reports.figures.collapse import log_steps
from reports.figures.style import FINITE, SIMULATION, THEORY, panels, styled

if TYPE_CHECKING:
    from numerics import BigramTable
    from reports.corpus import CorpusAnalysis

CAPTION = (
    "The token frequencies of a text are near one power law; its conditional frequencies are not (after Fig. 3 of "
    "the paper, on the text of this report). From left to right: frequencies π_k by rank k; the conditional "
    "frequencies of every word, each row sorted by itself; at each rank the median and quantiles over all words that "
    "a word of the vocabulary follows, where a row that has ended counts as 0; the same over the words that are "
    "followed at least 1 000 times; and frequency or median divided by the dashed law. Dashed: the power law with "
    "the α fitted to the frequencies, which Assumption 2.3 gives to every row; dotted: with α = 1. Rows of rare "
    "words are short: they start high and end early, and the median row is empty at most ranks. Those of frequent "
    "words follow the law for longer, within a factor of a few."
)
ALT = (
    "Three panels: sorted frequencies against rank, both logarithmic, for the tokens, for the rows of all words and "
    "for those of frequent words, the last two as a median within bands of quantiles, with a dashed power law. Last "
    "panel: their ratio to the power law, near 1 for the tokens and far above and below it for the rows."
)
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
#: How often a word of the right panels is followed, at least.
FOLLOWED = 1_000
#: Of the medians, and of the bands from the outer to the inner.
COLOR, BANDS = "#3a87c2", ("#d3e4f2", "#9fc6e4")


def data(table: BigramTable, analysis: CorpusAnalysis) -> dict[str, Any]:
    """Compute the frequencies.

    Parameters
    ----------
    table
        The counted text.
    analysis
        What was found on it.

    Returns
    -------
    dict
        ``alpha``, and ``groups``, each with ``title``, how many ``rows`` it is over, the ``ranks``, there the power
        law with that exponent, ``theory``, and with 1, ``zipf``, and by quantile level the values of the ``text``
        and their ``ratio`` to ``theory``. The tokens have one level, the median.
    """
    counts, alpha = table.counts(), analysis.alpha.value
    totals = np.asarray(counts.sum(axis=1)).ravel()
    ranks = log_steps(1, table.dim, 60)
    chosen = np.asarray(ranks) - 1
    # Entries of a row in decreasing order, one row after the other.
    row = np.repeat(np.arange(table.dim), np.diff(counts.indptr))
    values = counts.data[np.lexsort((-counts.data, row))] / totals[row]
    law, zipf = (power_law(a, table.dim, ranks) for a in (alpha, 1))

    def conditional(rows: Any) -> dict[str, list[float]]:
        position = counts.indptr[rows][:, None] + chosen[None, :]
        within = position < counts.indptr[rows + 1][:, None]
        sorted_rows = np.where(within, values[np.minimum(position, len(values) - 1)], 0.0)
        found = np.quantile(sorted_rows, LEVELS, axis=0)
        return {f"{level:g}": curve.tolist() for level, curve in zip(LEVELS, found, strict=True)}

    followed, often = np.flatnonzero(totals), np.flatnonzero(totals >= FOLLOWED)
    spaced = f"{len(followed):,}".replace(",", "\N{THIN SPACE}")
    tokens = {"0.5": (np.sort(totals)[::-1][chosen] / totals.sum()).tolist()}
    groups = [("token frequencies", 1, tokens)]
    groups.append((f"conditional: all {spaced} rows", len(followed), conditional(followed)))
    if len(often):
        groups.append((f"conditional: {len(often)} long rows", len(often), conditional(often)))
    return {
        "alpha": alpha,
        "groups": [
            {
                "title": title,
                "rows": rows,
                "ranks": ranks,
                "theory": law,
                "zipf": zipf,
                "text": text,
                "ratio": {level: ratio(text[level], law) for level in text},
            }
            for title, rows, text in groups
        ],
    }


def power_law(alpha: float, dim: int, ranks: Sequence[int]) -> list[float]:
    """Return k^-α/H(d, α) at the given ranks; 1/H(d, α) is the inverse of gd's step size."""
    first = 1 / theory.step_size("gd", alpha=alpha, dim=dim)
    return [first * k**-alpha for k in ranks]


def ratio(text: Sequence[float], law: Sequence[float]) -> list[float]:
    """Return the text divided by the law."""
    return [a / b for a, b in zip(text, law, strict=True)]


@styled
def draw(data: Mapping[str, Any]) -> Figure:
    """Draw the frequencies of every group, and their ratios to the power law."""
    groups, ranks = data["groups"], data["groups"][0]["ranks"]
    figure, ((*axes, ratios),) = panels(1, len(groups) + 1, height=2.6)
    lowest = groups[0]["theory"][-1] / 10
    for group, axis, marker in zip(groups, axes, ("", "o", "^"), strict=False):
        title, _, detail = group["title"].partition(": ")
        axis.set_title(f"{title}\n{detail}".strip())
        draw_quantiles(axis, ranks, group["text"], lowest)
        axis.plot(ranks, group["theory"], **THEORY)
        axis.plot(ranks, group["zipf"], **FINITE)
        axis.set(ylim=(lowest, 1.3))
        present = [(k, value) for k, value in zip(ranks, group["ratio"]["0.5"], strict=True) if value > 0]
        name = detail or "tokens"
        ratios.plot(
            *zip(*present, strict=True), color=COLOR, marker=marker, markersize=2.6, linewidth=1.2, label=name
        )
    ratios.plot(ranks, [1.0] * len(ranks), **THEORY)
    ratios.set(ylim=(1e-2, 1e2), title="text / power law")
    ratios.legend(loc="upper right", fontsize=7, handlelength=1.6, labelspacing=0.2, borderaxespad=0)
    for axis in (*axes, ratios):
        axis.set(xscale="log", yscale="log", xlabel="rank $k$")
    for axis in axes[1:]:
        axis.tick_params(labelleft=False)
    axes[0].set_ylabel("frequency")
    handles: list[Any] = [
        Line2D([], [], color=COLOR, label="text (rows: median)", **SIMULATION),
        Patch(color=BANDS[1], label="25–75 %"),
        Patch(color=BANDS[0], label="5–95 %"),
        Line2D([], [], label=rf"power law, fitted $\alpha$ = {data['alpha']:.3f}", **THEORY),
        Line2D([], [], label=r"$\alpha$ = 1", **FINITE),
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=len(handles))
    return figure


def draw_quantiles(
    axis: Axes, ranks: Sequence[int], curves: Mapping[str, Sequence[float]], least: float
) -> None:
    """Draw a median within two bands, all down to ``least``, as a logarithmic axis has no 0."""
    for low, high, color in (("0.05", "0.95", BANDS[0]), ("0.25", "0.75", BANDS[1])):
        if low in curves:
            bottom, top = (np.maximum(curves[level], least) for level in (low, high))
            axis.fill_between(ranks, bottom, top, color=color, linewidth=0)
    median = [(k, value) for k, value in zip(ranks, curves["0.5"], strict=True) if value > 0]
    axis.plot(*zip(*median, strict=True), color=COLOR, **SIMULATION)
