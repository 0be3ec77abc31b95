"""The figures, by what is drawn: which lines, from which numbers, on which axes."""

import json

import numpy as np
import pytest
from matplotlib.figure import Figure

import numerics
import theory
from reports.corpus import analyze
from reports.figures import FIGURES, fig_1, fig_2, fig_5
from reports.figures.style import THEORY, to_svg

MODULES = {f"fig_{number}": module for number, module in FIGURES.items()}


@pytest.fixture(scope="module")
def text():
    table = numerics.read_bigrams(numerics.builtin_text("pydoc-topics"), vocab_size=300)
    return table, analyze(table, epsilon=0.2)


@pytest.fixture(scope="module")
def drawn(text):
    """Data and figure of each module, computed once."""
    found = {}
    for name, module in MODULES.items():
        data = fig_2.data(*text) if module is fig_2 else module.data()
        found[name] = data, module.draw(data)
    return found


@pytest.fixture(params=MODULES)
def case(request, drawn):
    return request.param, *drawn[request.param]


def lines(figure, *, dashed, row=None):
    axes = figure.axes if row is None else row
    return [
        line
        for axis in axes
        for line in axis.lines
        if line.get_linestyle() != "None" and line.is_dashed() == dashed
    ]


def points(line):
    return {(float(x), float(y)) for x, y in zip(*line.get_data(), strict=True)}


def numbers(data):
    """Every number in plain data."""
    if isinstance(data, dict):
        return {n for value in data.values() for n in numbers(value)}
    if isinstance(data, list):
        return {n for value in data for n in numbers(value)}
    return {float(data)} if isinstance(data, int | float) else set()


def test_data_is_plain(case):
    _, data, _ = case
    assert json.loads(json.dumps(data, allow_nan=False)) == data


def test_axes_are_labeled(case):
    _, _, figure = case
    assert isinstance(figure, Figure)
    columns = len({axis.get_subplotspec().colspan.start for axis in figure.axes})
    bottom, left = figure.axes[-columns:], figure.axes[::columns]
    units = ("full-batch steps", "rescaled time", "vocabulary size")
    assert all(axis.get_xlabel().startswith(units) for axis in bottom)
    assert all(axis.get_ylabel() for axis in left)
    assert all(axis.get_title() for axis in figure.axes[:columns])
    assert figure.legends[0].get_texts()


def test_caption_states_the_claim(case):
    name, _, _ = case
    assert len(MODULES[name].CAPTION) > 100
    assert f"Fig. {name[4:]} of the paper" in MODULES[name].CAPTION
    assert len(MODULES[name].ALT) > 100


def test_simulation_is_solid_and_theory_dashed(case):
    """Every panel of curves has both; solid curves hold simulated numbers, dashed ones theory's."""
    name, data, figure = case
    curves = data.get("curves", [data])
    predicted = numbers([[curve.get(key, []) for key in ("theory", "limit", "finite")] for curve in curves])
    simulated = numbers([[curve.get(key, []) for key in ("simulated", "text", "panels")] for curve in curves])
    for axis in figure.axes[: 2 if name == "fig_2" else 3]:
        dashed, solid = lines(figure, dashed=True, row=[axis]), lines(figure, dashed=False, row=[axis])
        assert dashed
        assert solid
        assert {y for line in dashed for _, y in points(line)} <= predicted
        assert {y for line in solid for _, y in points(line)} <= simulated


def test_growth_is_drawn_with_its_law(drawn, text):
    """Solid: steps on the text. Dotted, unlike the theory's dashes: a power of d through the last point."""
    data, figure = drawn["fig_2"]
    axis, (_, analysis) = figure.axes[2], text
    solid = lines(figure, dashed=False, row=[axis])
    steps = {row.method.name: row.on_corpus for row in analysis.growth.rows}
    assert [tuple(line.get_ydata()) for line in solid] == list(steps.values())
    slopes = []
    for line in lines(figure, dashed=True, row=[axis]):
        x, y = np.log(line.get_xdata()), np.log(line.get_ydata())
        slopes.append((y[-1] - y[0]) / (x[-1] - x[0]))
        assert y[-1] in [np.log(values[-1]) for values in steps.values()]
    assert slopes == pytest.approx([1 - data["epsilon"], 0.5])
    legend = "".join(entry.get_text() for entry in axis.get_legend().get_texts())
    assert all(f"{row['exponent']:.2f}" in legend for row in data["growth"])
    assert "growth by the paper" in legend
    assert fig_2.GROWTH["linestyle"] != THEORY["linestyle"]


def test_vocabulary_matters_at_alpha_above_one_too(drawn):
    """The caption of Fig. 1 speaks of the alphas drawn, for at 11/10 the steps still grow with d."""

    def counts(alpha):
        return [theory.iterations("gd", alpha=alpha, dim=dim, epsilon="1/10") for dim in fig_1.DIMS]

    assert [counts(alpha) for alpha in (*fig_1.ALPHAS, "11/10")] == [
        [7, 20, 64, 202],
        [27, 187, 1361, 10168],
        [13, 14, 15, 15],
        [32, 226, 1538, 9816],
    ]
    assert "α = ½ and 1; at α = 2" in fig_1.CAPTION


def test_scales(drawn):
    assert all(axis.get_xscale() == "log" for axis in drawn["fig_1"][1].axes)
    assert all(axis.get_xscale() == axis.get_yscale() == "log" for axis in drawn["fig_5"][1].axes)
    for name in ("fig_4", "fig_7"):
        assert all(axis.get_yscale() == "log" for axis in drawn[name][1].axes[3:])


@pytest.mark.parametrize("name", ["fig_4", "fig_7"])
def test_error_panels_show_the_distance(drawn, name):
    data, figure = drawn[name]
    for column, axis in enumerate(figure.axes[3:]):
        shown = lines(figure, dashed=False, row=[axis])
        curves = data["curves"][4 * column : 4 * column + 4]
        for line, curve in zip(shown, curves, strict=True):
            expected = np.abs(np.subtract(curve["simulated"], curve["limit"]))
            np.testing.assert_array_equal(line.get_ydata(), expected)


def test_continuation_below_the_proven_range_is_marked(drawn):
    data, figure = drawn["fig_7"]
    assert data["proven_from"] == {"1": 1.0}
    for axis in (figure.axes[2], figure.axes[5]):
        (span,) = axis.patches
        assert span.get_extents().transformed(axis.transData.inverted()).x1 == pytest.approx(1.0)


def test_even_and_odd_steps_stand_apart(drawn):
    data, _ = drawn["fig_5"]
    parities = {panel["parity"]: panel["envelope"]["steps"] for panel in data["panels"]}
    assert {step % 2 for step in parities["even"]} == {0}
    assert {step % 2 for step in parities["odd"]} == {1}
    assert "even T only" in fig_5.CAPTION


def test_nothing_overlaps_the_legend(case):
    _, _, figure = case
    to_svg(figure)  # lays out
    legend = figure.legends[0].get_window_extent()
    assert legend.x0 >= 0
    assert legend.x1 <= figure.bbox.x1
    assert not any(legend.overlaps(axis.get_tightbbox()) for axis in figure.axes)


def test_svg_is_reproducible(drawn):
    data, _ = drawn["fig_1"]
    first = to_svg(fig_1.draw(data))
    assert first == to_svg(fig_1.draw(data))
    assert b"<svg" in first
    assert b"dc:date" not in first
