"""One figure as a file, for a talk or a paper: SVG, PDF, PNG, or its numbers as CSV."""

from __future__ import annotations

import csv
import difflib
import io
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl

from reports.document import check_output, replace
from reports.figures import FIGURES, compute
from reports.figures.style import RC, to_svg

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from numerics import BigramTable
    from reports.corpus import CorpusAnalysis

__all__ = ["export", "figure_key"]

#: Dots per inch of a PNG: a slide's width of 1260 pixels.
DPI = 200
#: What a file would hold of the day and the program that made it.
SIGNATURES: Mapping[str, Mapping[str, None]] = {
    ".pdf": dict.fromkeys(("CreationDate", "ModDate", "Creator", "Producer")),
    ".png": {"Software": None},
}
ENDINGS = (".svg", ".pdf", ".png", ".csv")


def export(
    name: str,
    output: str | os.PathLike[str],
    *,
    corpus: BigramTable | None = None,
    analysis: CorpusAnalysis | None = None,
) -> Path:
    """Write one figure to a file; equal numbers give equal bytes.

    Parameters
    ----------
    name
        A figure of the paper, such as ``"fig-4"``, or this project's, such as ``"parities"``.
    output
        The file, whose ending says what to write: ``.svg``, ``.pdf``, ``.png`` (200 dots per inch) or ``.csv``. An
        existing one is replaced once the new one is complete.
    corpus, analysis
        The counted text and what was found on it, for the figures of a text.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    ValueError
        If there is no such figure or ending, if the figure is of a text and none is given, or if the folder does not
        exist or cannot be written.

    Notes
    -----
    A CSV has one line per point: what tells its curve from the others, then its coordinates; where curves have
    different coordinates, those that a curve does not have are empty.
    """
    key, path = figure_key(name), check_output(output)
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise ValueError(f"output={str(output)!r} must end in one of {', '.join(ENDINGS)}; rename it")
    data = compute(key, corpus, analysis)
    content = to_csv(data) if ending == ".csv" else to_image(FIGURES[key].draw(data), ending)
    replace(path, content)
    return path


def figure_key(name: str) -> str:
    """Return the key in `FIGURES` of a figure that is called ``name``.

    Examples
    --------
    >>> figure_key("fig-4"), figure_key("4"), figure_key("parities")
    ('4', '4', 'parities')
    """
    key = name.removeprefix("fig-")
    if key in FIGURES:
        return key
    names = {f"fig-{key}" if key.isdigit() else key: key for key in FIGURES}
    near = difflib.get_close_matches(name, names, n=1)
    remedy = f"did you mean {near[0]!r}?" if near else f"pass one of {', '.join(names)}"
    raise ValueError(f"name={name!r} is not a figure; {remedy}")


def to_image(figure: Figure, ending: str) -> bytes:
    """Return a figure as a file of that ending."""
    if ending == ".svg":
        return to_svg(figure)
    buffer = io.BytesIO()
    with mpl.rc_context(RC):
        figure.savefig(buffer, format=ending[1:], dpi=DPI, metadata=dict(SIGNATURES[ending]))
    return buffer.getvalue()


def to_csv(data: Mapping[str, Any]) -> bytes:
    """Return the numbers of a figure, one line per point.

    Examples
    --------
    >>> print(to_csv({"dims": [10], "curves": [{"dim": 10, "t": [1, 2], "r": [0.5, 0.25]}]}).decode(), end="")
    dim,t,r
    10,1,0.5
    10,2,0.25
    """
    over = {
        name: value for name, value in data.items() if not is_column(value)
    }  # a list is what curves are over
    rows = list(points(over, {}))
    columns = list(dict.fromkeys(name for row in rows for name in row))
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue().encode()


def points(node: Mapping[str, Any], labels: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the points of all curves within a node; its lists of one length are coordinates of the same points."""
    flat = {name: unrolled(value) for name, value in flattened(node)}
    labels = {**labels, **{name: value for name, value in flat.items() if not isinstance(value, list)}}
    columns = {name: value for name, value in flat.items() if is_column(value)}
    for length in dict.fromkeys(map(len, columns.values())):
        same = {name: value for name, value in columns.items() if len(value) == length}
        for values in zip(*same.values(), strict=True):
            yield {**labels, **dict(zip(same, values, strict=True))}
    for value in flat.values():
        if isinstance(value, list) and not is_column(value):
            for child in value:
                yield from points(child, labels)


def flattened(node: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield what is in a dictionary and in those within it, by names joined with a dot."""
    for name, value in node.items():
        if isinstance(value, Mapping):
            yield from flattened(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def unrolled(value: Any) -> Any:
    """Return a list of lists, as a map has them, as one list, row after row."""
    if isinstance(value, list) and value and all(isinstance(entry, list) for entry in value):
        return [number for row in value for number in unrolled(row)]
    return value


def is_column(value: Any) -> bool:
    """Return whether a value is a list of numbers or strings."""
    return isinstance(value, list) and not any(isinstance(entry, Mapping | list) for entry in value)
