"""One look for every figure: its fonts, its colors, and which line means theory and which simulation."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, TypeVar, cast

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

Plot = TypeVar("Plot", bound=Callable[..., Figure])

#: Inches; the width of the report's text, so that 8-point letters print as 8 points.
WIDTH = 6.3

RC: dict[Any, Any] = {
    "font.family": "STIXGeneral",
    "mathtext.fontset": "stix",
    "font.size": 8.5,
    "axes.titlesize": 9,
    "axes.labelsize": 8.5,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "legend.handlelength": 2.4,
    "legend.columnspacing": 1.4,
    "axes.linewidth": 0.6,
    "axes.edgecolor": "#4d4d4d",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e4e4e4",
    "grid.linewidth": 0.5,
    "xtick.direction": "out",
    "ytick.direction": "out",
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.minor.size": 0,
    "ytick.minor.size": 0,
    "xtick.color": "#4d4d4d",
    "ytick.color": "#4d4d4d",
    "xtick.labelcolor": "#1a1a1a",
    "ytick.labelcolor": "#1a1a1a",
    "figure.constrained_layout.use": True,
    "svg.fonttype": "path",  # text set by Typst would need the same fonts there, and it substitutes silently
    "svg.hashsalt": "zipf-descent",
}

#: A sequence that gets darker in even steps (CIE L* 78, 66, 54, 42): its order survives in grey, and its hues
#: survive red-green blindness; all of it is light enough for a black dashed line on top.
SEQUENCE = ("#f0b42d", "#4fb37b", "#3a87c2", "#8546a6")
GD, SD = "#3a87c2", "#c8511b"

SIMULATION: Mapping[str, Any] = {"linestyle": "-", "linewidth": 2.2, "solid_capstyle": "round"}
THEORY: Mapping[str, Any] = {"linestyle": (0, (4, 2)), "linewidth": 0.9, "color": "black"}
FINITE: Mapping[str, Any] = {"linestyle": (0, (1.6, 1.2)), "linewidth": 0.9, "color": "black"}


def styled(draw: Plot) -> Plot:
    """Run a drawing function under the common settings, without touching those of the process."""

    @wraps(draw)
    def inside(*args: Any, **kwargs: Any) -> Figure:
        with mpl.rc_context(RC):
            return draw(*args, **kwargs)

    return inside  # type: ignore[return-value]


def to_svg(figure: Figure) -> bytes:
    """Return the figure as SVG; equal figures give equal bytes.

    The canvas is asked directly: ``savefig`` would draw everything twice. Its names of clips and markers are hashes of
    unrounded coordinates, in which processors differ; they are numbered instead.
    """
    buffer, canvas = io.BytesIO(), cast(Any, FigureCanvasSVG(figure))
    with mpl.rc_context(RC):
        canvas.print_svg(buffer, metadata={"Date": None, "Creator": None})
    svg = buffer.getvalue()
    names = {name: b"n%d" % i for i, name in enumerate(re.findall(rb'id="([a-z][0-9a-f]{10})"', svg))}
    return re.sub(rb'(?<=["#])[a-z][0-9a-f]{10}(?=[")])', lambda found: names.get(found[0], found[0]), svg)


def panels(rows: int, columns: int, *, height: float, **kwargs: Any) -> tuple[Figure, Any]:
    """Return a figure of the text's width and its axes as a ``(rows, columns)`` array."""
    figure = Figure(figsize=(WIDTH, height))
    return figure, figure.subplots(rows, columns, squeeze=False, **kwargs)


def power_of_ten(value: float) -> str:
    """Return the mathtext of an integer: 1000 as a power of ten, others with thin spaces."""
    exponent = len(str(round(value))) - 1
    if value == 10**exponent:
        return rf"$10^{{{exponent}}}$"
    return f"${round(value):,}$".replace(",", r"\,")


def dims_legend(figure: Figure, dims: Sequence[int], extra: Sequence[Line2D]) -> None:
    """Put one legend above all panels: a color for each vocabulary size, then what else the lines mean."""
    colors = [
        Line2D([], [], color=color, label=f"$d$ = {power_of_ten(dim)}", **SIMULATION)
        for dim, color in zip(dims, SEQUENCE, strict=True)
    ]
    figure.legend(handles=[*colors, *extra], loc="outside upper center", ncols=len(dims) + len(extra))


def alpha_title(axes: Axes, alpha: str, *, note: str = "") -> None:
    """Title a panel by its exponent."""
    axes.set_title(rf"$\alpha$ = {fraction(alpha)}{note}")


def fraction(alpha: str) -> str:
    """Return an exponent as a book prints it: ½ for 1/2."""
    return {"1/4": "¼", "1/2": "½", "3/4": "¾"}.get(alpha, alpha)
