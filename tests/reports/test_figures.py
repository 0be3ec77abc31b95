"""The figures, by what is drawn: which lines, from which numbers, on which axes, and whether captions are true."""

import json
from fractions import Fraction
from functools import cache

import mpmath
import numpy as np
import pytest
from matplotlib.figure import Figure
from scipy.special import expn

import numerics
import theory
from reports.comparisons.rounding import UNIT
from reports.corpus import analyze
from reports.figures import (
    FIGURES,
    OF_TEXT,
    compute,
    fig_1,
    fig_2,
    fig_3,
    fig_5,
    fig_6,
    fig_7,
    fig_9,
    rounded,
)
from reports.figures import own_parities as parities
from reports.figures.collapse import SMALLEST
from reports.figures.style import THEORY, to_svg

#: Ten significant digits: half a unit in the last place of the number drawn.
DRAWN = 5e-10
SLOW = ("5", "6", "8", "9", "parities", "step-sizes")
#: All but the maps of the phase diagram, which have no curves; see test_phase.py.
KEYS = [pytest.param(key, marks=pytest.mark.slow if key in SLOW else ()) for key in FIGURES if key != "phase"]
#: Of the numbers in a figure's data, those that are drawn dashed or dotted, and those that are drawn solid.
BY_THEORY = {"theory", "limit", "finite", "zipf", "bound", "scaling"}
#: How many panels there are in all, and with how many of curves they begin; then come errors.
PANELS = {
    "1": (4, 3),
    "4": (4, 3),
    "9": (4, 2),
    "7": (4, 3),
    "6": (6, 4),
    "step-sizes": (3, 2),
    "5": (4, 3),
    "parities": (4, 2),
    "8": (4, 2),
    "2": (4, 2),
    "3": (4, 3),
}
SIMULATED = {"simulated", "text", "even", "floor"}


@pytest.fixture(scope="module")
def text():
    table = numerics.read_bigrams(numerics.builtin_text("pydoc-topics"), vocab_size=300)
    return table, analyze(table, epsilon=0.2)


@pytest.fixture(scope="module")
def drawn(text):
    """Data and figure by key, each computed once."""

    @cache
    def find(key):
        data = compute(key, *text) if key in OF_TEXT else compute(key)
        return data, FIGURES[key].draw(data)

    return find


@pytest.fixture(params=KEYS)
def case(request, drawn):
    return request.param, *drawn(request.param)


def curves(data, *, name="curves", **labels):
    """Curves of a figure that have these labels."""
    return [curve for curve in data[name] if all(curve[label] == value for label, value in labels.items())]


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


def numbers(data, names=None):
    """Every number in plain data, or those under one of these names."""
    if isinstance(data, dict):
        inside = [numbers(value, None if names and name in names else names) for name, value in data.items()]
    elif isinstance(data, list):
        inside = [numbers(value, names) for value in data]
    else:
        return {float(data)} if isinstance(data, int | float) and not names else set()
    return {n for found in inside for n in found}


def marks(axis, line):
    """Whether a line marks a place on the axes, and is no curve."""
    return line.get_transform() != axis.transData


def test_data_is_plain_and_rounded(case):
    _, data, _ = case
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert rounded(data) == data


def test_axes_are_labeled(case):
    _, _, figure = case
    assert isinstance(figure, Figure)
    columns = len({axis.get_subplotspec().colspan.start for axis in figure.axes})
    units = ("full-batch steps", "rescaled time", "vocabulary size", "rank", "step size", "$T ", "$T\\,")
    assert all(axis.get_xlabel().startswith(units) for axis in figure.axes)
    assert all(axis.get_ylabel() for axis in figure.axes[::columns])
    assert all(axis.get_title() or axis.get_ylabel() for axis in figure.axes)
    assert figure.legends[0].get_texts()


def test_panels(case):
    """Few enough to look at all of them: about forty in the report, with the three of the phase diagram."""
    key, _, figure = case
    assert len(figure.axes) == PANELS[key][0]
    assert sum(panels for panels, _ in PANELS.values()) + 3 <= 50


def test_caption_states_the_claim(case):
    key, _, _ = case
    source = f"after Fig. {key} of the paper" if key.isdigit() else "[this project’s"
    assert len(FIGURES[key].CAPTION) > 100
    assert source in FIGURES[key].CAPTION
    assert len(FIGURES[key].ALT) > 100


def test_simulation_is_solid_and_theory_dashed(case):
    """The panels of curves have both; solid curves hold simulated numbers, dashed ones theory's."""
    key, data, figure = case
    predicted, simulated = numbers(data, BY_THEORY), numbers(data, SIMULATED)
    odd = numbers(data, {"odd"}) if key == "step-sizes" else set()  # dotted, as even T is solid
    for axis in figure.axes[: PANELS[key][1]]:
        found = [line for line in axis.lines if line.get_linestyle() != "None" and not marks(axis, line)]
        dashed = [line for line in found if line.is_dashed()]
        solid = [line for line in found if not line.is_dashed() and len(line.get_xdata()) > 1]
        assert dashed
        assert solid
        assert {y for line in dashed for _, y in points(line)} <= predicted | odd
        assert {y for line in solid for _, y in points(line)} <= simulated


def test_growth_is_drawn_with_its_law(drawn, text):
    """Solid: steps on the text. Dotted, unlike the theory's dashes: a power of d through the last point."""
    data, figure = drawn("2")
    axis, (_, analysis) = figure.axes[3], text
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


def test_limit_law_is_that_of_theorem_3_1(drawn):
    """By the special functions of scipy and mpmath, which are good to 1e-13, at α = ½, 1 and 2."""
    laws = {
        "1/2": lambda t, d: expn(2, 2 * t / d**0.5),
        "1": lambda t, d: np.maximum(1 - np.log(2 * t) / np.log(d), 0),
        "2": lambda t, d: [float(mpmath.beta(0.5, 1 + 2 * n) / (2 * mpmath.zeta(2))) for n in t.tolist()],
    }
    for curve in drawn("1")[0]["curves"]:
        expected = laws[curve["alpha"]](np.asarray(curve["law"]["steps"]), curve["dim"])
        np.testing.assert_allclose(curve["law"]["limit"], expected, rtol=DRAWN, atol=1e-13)


@pytest.mark.slow
def test_scales(drawn):
    assert all(axis.get_xscale() == "log" for axis in drawn("1")[1].axes)
    assert all(axis.get_xscale() == axis.get_yscale() == "log" for axis in drawn("5")[1].axes)
    for key in ("1", "4", "7"):
        assert drawn(key)[1].axes[3].get_yscale() == "log"


@pytest.mark.parametrize(("key", "second"), [("1", "certified"), ("7", "best")])
def test_error_panel_has_the_largest_distance(drawn, key, second):
    """Lines: from the limit law; triangles: from certified values, at least as small as is shown."""
    data, figure = drawn(key)
    axis = figure.axes[3]
    shown = lines(figure, dashed=False, row=[axis])
    triangles = [line for line in axis.lines if line.get_linestyle() == "None"]
    alphas = dict.fromkeys(curve["alpha"] for curve in data["curves"])
    for alpha, line, other in zip(alphas, shown, triangles, strict=True):
        largest = {"limit": [], "certified": []}
        for curve in curves(data, alpha=alpha):
            if key == "1":
                found = {"limit": curve["law"]["distance"], "certified": curve["certified"]["distance"]}
            else:
                found = {
                    name: np.abs(np.subtract(curve["simulated"], curve[law]))
                    for name, law in (("limit", "limit"), ("certified", second))
                }
            for name, values in found.items():
                largest[name].append(max(values))
        # The distance is rounded to 12 decimals and four digits, what it is of to ten digits.
        np.testing.assert_allclose(line.get_ydata(), largest["limit"], rtol=5e-4, atol=2e-10)
        np.testing.assert_array_equal(other.get_ydata(), SMALLEST)
        assert max(largest["certified"]) < SMALLEST
        assert list(line.get_xdata()) == data["dims"]


def test_distance_of_figure_4_is_step_by_step(drawn):
    """At the largest vocabulary: lines from the limit law, triangles from the finite one."""
    data, figure = drawn("4")
    axis = figure.axes[3]
    triangles = [line for line in axis.lines if line.get_linestyle() == "None"]
    last = curves(data, dim=data["dims"][-1])
    for curve, line, other in zip(last, lines(figure, dashed=False, row=[axis]), triangles, strict=True):
        for drawn_line, law in ((line, "limit"), (other, "finite")):
            expected = np.abs(np.subtract(curve["simulated"], curve[law]))
            found = np.asarray(drawn_line.get_ydata())
            assert list(drawn_line.get_xdata()) == curve["steps"]
            np.testing.assert_allclose(found, np.maximum(expected, SMALLEST), rtol=5e-4, atol=2e-10)


@pytest.mark.slow
def test_certified_values_are_the_simulated_ones(drawn):
    """The captions say that they are to within 10⁻⁹: rounding, of which bounds are tested with the simulation."""
    (simplified, *_), fig_7 = drawn("5")[0]["panels"], drawn("7")[0]
    distances = [
        *(curve["certified"]["distance"] for curve in drawn("1")[0]["curves"]),
        simplified["envelope"]["certified_distance"],
        *(np.abs(np.subtract(curve["simulated"], curve["best"])) for curve in fig_7["curves"]),
    ]
    assert max(map(max, distances)) < SMALLEST


def test_continuation_below_the_proven_range_is_marked(drawn):
    data, figure = drawn("7")
    assert data["proven_from"] == {"1": 1.0}
    axis = figure.axes[2]
    (span,) = axis.patches
    assert span.get_extents().transformed(axis.transData.inverted()).x1 == pytest.approx(1.0)


@pytest.mark.slow
def test_even_and_odd_steps_stand_apart(drawn):
    data, _ = drawn("5")
    panels = {panel["parity"]: panel["envelope"]["steps"] for panel in data["panels"]}
    assert {step % 2 for step in panels["even"]} == {0}
    assert {step % 2 for step in panels["odd"]} == {1}
    assert "even T only" in fig_5.CAPTION


class TestRowsOfText:
    """Fig. 3."""

    def test_quantiles_are_those_of_the_dense_rows(self, drawn, text):
        """The same from the dense table, every row sorted, with zeros where it ends."""
        counts = text[0].counts().toarray()
        totals = counts.sum(axis=1)
        rows = -np.sort(-counts[totals > 0] / totals[totals > 0, None], axis=1)
        tokens, every, often = drawn("3")[0]["groups"]
        at = np.asarray(every["ranks"]) - 1
        np.testing.assert_allclose(tokens["text"]["0.5"], -np.sort(-totals)[at] / totals.sum(), rtol=DRAWN)
        for group, kept in ((every, rows), (often, rows[totals[totals > 0] >= fig_3.FOLLOWED])):
            assert group["rows"] == len(kept)
            for level, values in group["text"].items():
                expected = np.quantile(kept[:, at], float(level), axis=0)
                np.testing.assert_allclose(values, expected, rtol=DRAWN, atol=1e-15)

    def test_law_is_the_fitted_one(self, drawn, text):
        data, _ = drawn("3")
        (group, *_), alpha = data["groups"], text[1].alpha.value
        weights = np.arange(1.0, text[0].dim + 1) ** -alpha
        expected = weights / weights.sum()
        np.testing.assert_allclose(
            group["theory"], expected[np.asarray(group["ranks"]) - 1], rtol=DRAWN + 1e-13
        )
        np.testing.assert_allclose(
            group["ratio"]["0.5"], np.divide(group["text"]["0.5"], group["theory"]), rtol=3 * DRAWN
        )

    def test_caption(self, drawn):
        """Rows start above the law and most ranks of the median row are empty."""
        _, every, often = drawn("3")[0]["groups"]
        assert every["ratio"]["0.5"][0] > 1
        assert np.mean(np.asarray(every["text"]["0.5"])[np.asarray(every["ranks"]) > 100] == 0) == 1
        first_empty = [np.argmin(group["text"]["0.5"]) for group in (every, often)]
        assert first_empty[0] < first_empty[1]


@pytest.mark.slow
class TestBestStepSizes:
    """Fig. 6."""

    def test_search_finds_the_certified_step(self, drawn):
        """u is a quotient of running sums, each off by at most d units and those of a power; φ is u^(-1/α)."""
        for curve in drawn("6")[0]["curves"]:
            alpha, dim = float(Fraction(curve["alpha"])), curve["dim"]
            bound = (2 * dim + 4 * alpha * np.log(dim) + 64) * UNIT / alpha + 2 * DRAWN
            bound /= min(1, np.log(dim) * min(curve["finite"])) if curve["alpha"] == "1/2" else 1
            np.testing.assert_allclose(curve["simulated"], curve["finite"], rtol=bound)

    def test_nothing_on_the_grid_beats_it(self, drawn, rounding_of):
        least = []
        for curve in drawn("6")[0]["curves"]:
            alpha, dim = Fraction(curve["alpha"]), curve["dim"]
            best = theory.relative_error("sd", alpha=alpha, dim=dim, steps=curve["steps"][-1])
            allowed = rounding_of.best_sd(alpha, dim, best) / best
            least.append(min(curve["grid"]["excess"]))
            assert least[-1] >= -allowed
            assert max(curve["grid"]["excess"]) < 2e-3
        assert min(least) < 1e-6  # a certified least error too small by a millionth would show

    def test_grid_is_evaluated_as_the_simulation_does(self, rounding_of):
        alpha, dim, steps = "1", 1_000, 8
        sums = numerics_sums(alpha, dim)
        phi, error = fig_6.best_on_grid(sums, 1.0, steps)
        again = numerics.relative_error("sd", alpha=alpha, dim=dim, steps=steps, step_ratio=phi**-1.0)
        assert error == pytest.approx(again, abs=2 * rounding_of.best_sd(Fraction(1), dim, again), rel=0)
        assert len(fig_6.POWERS) == 321
        assert phi in dim ** np.asarray(fig_6.POWERS)

    def test_excess_at_one_is_the_closed_form(self, drawn):
        """For φ ≤ 2 Definition 4.4 has d where the best u has d - 1; the loss is a parabola between them."""
        found = 0
        for curve in curves(drawn("6")[0], alpha="1"):
            for steps, excess in zip(curve["steps"], curve["excess"], strict=True):
                c, dim = Fraction(1, 4 * steps**2), curve["dim"]
                best, paper = 1 / (1 + c * (dim - 1)), 1 / (1 + c * dim)
                if (1 + c * (dim - 1)) * (best - Fraction(1, 2)) ** 2 >= c / 4 and best > Fraction(1, 2):
                    loss = (1 - best) ** 2 + (dim - 1) * c * best**2
                    expected = (1 + (dim - 1) * c) * (paper - best) ** 2 / loss
                    assert excess == pytest.approx(float(expected), rel=DRAWN, abs=0)
                    found += 1
        assert found > 20

    def test_excess_falls_with_the_vocabulary(self, drawn):
        data, _ = drawn("6")
        for row in data["compared"]:
            at = [
                np.interp(row["time"], curve["time"], curve["excess"])
                for curve in curves(data, alpha=row["alpha"])
            ]
            assert (np.diff(at) < 0).all()
            for error in ("distance", "excess"):
                assert (np.diff(row[error]) < 0).all()

    def test_errors_are_compared_at_one_rescaled_time(self, drawn):
        """As near to it as an integer number of steps is, which at α = ¼ is τ."""
        data, figure = drawn("6")
        assert [row["alpha"] for row in data["compared"]] == ["1/4", "1/2", "3/4", "1"]
        for row, line in zip(
            data["compared"], lines(figure, dashed=False, row=[figure.axes[4]]), strict=True
        ):
            for dim, steps, distance in zip(row["dims"], row["steps"], row["distance"], strict=True):
                (curve,) = curves(data, alpha=row["alpha"], dim=dim)
                at = curve["steps"].index(steps)
                nearest = min(
                    (1, 2, 3, *range(4, 400)),
                    key=lambda t: abs(fig_7.rescaled(row["alpha"], dim, t) - row["time"]),
                )
                assert abs(steps - nearest) <= 1
                assert distance == curve["distance"][at]
            assert list(line.get_ydata()) == row["distance"]

    def test_definition_at_three_quarters(self, drawn):
        """φ = (1 + 1/τ²)^(4/3), 2 at the end of the shaded range; the certified best φ is near it from there on."""
        data, _ = drawn("6")
        assert (1 + 1 / data["proven_from"]["3/4"] ** 2) ** (4 / 3) == pytest.approx(2, rel=DRAWN)
        for curve in curves(data, alpha="3/4"):
            time = 2 * np.asarray(curve["steps"]) / curve["dim"] ** 0.5
            law = np.minimum((1 + time**-2.0) ** (4 / 3), curve["dim"])
            np.testing.assert_allclose(curve["limit"], law, rtol=2 * DRAWN)
            late = time > 1.3
            # one word is on its way: d - 1 words for d, to first order in 1/d
            np.testing.assert_allclose(
                np.asarray(curve["finite"])[late], np.asarray(curve["limit"])[late], rtol=4 / curve["dim"]
            )


def numerics_sums(alpha, dim):
    from numerics.closed_form import Distances
    from numerics.power_law import power_law_frequencies
    from numerics.step_search import prefix_sums

    return prefix_sums(Distances(power_law_frequencies(alpha, dim), np.ones(dim), 0.0))


@pytest.mark.slow
class TestClassicalRates:
    """Fig. 9."""

    def test_bounds_are_those_of_the_literature(self, drawn):
        for curve in drawn("9")[0]["curves"]:
            dim, steps = curve["dim"], np.asarray(curve["steps"])
            harmonic = np.sum(1 / np.arange(1.0, dim + 1))
            sublinear = 4 * dim / (harmonic * (steps + 4))
            linear = np.exp(steps * np.log1p(-1 / dim))
            np.testing.assert_allclose(curve["bound"]["sublinear"], sublinear, rtol=DRAWN + 64 * UNIT)
            # the exponent is off by 3 units of itself
            rounding = 4 * UNIT * (1 + steps.max() / dim)
            np.testing.assert_allclose(curve["bound"]["linear"], linear, rtol=DRAWN + rounding)

    def test_bounds_hold_and_say_nothing_until_late(self, drawn):
        for curve in drawn("9")[0]["curves"]:
            time = np.asarray(curve["time"])
            for name in fig_9.RATES:
                assert min(curve["ratio"][name]) > 1
            assert min(np.asarray(curve["bound"]["sublinear"])[time < 0.9]) > 1
            assert min(np.asarray(curve["bound"]["linear"])[time < 0.5]) > 0.9
            assert max(np.asarray(curve["simulated"])[time > 0.95]) < 0.1

    def test_simulated_counts_are_the_certified_ones(self, drawn):
        gd, sd, *scalings = drawn("9")[0]["growth"]
        for row in (gd, sd):
            assert row["simulated"] == row["certified"]["theory"][: len(row["dims"])]
        dims = np.asarray(gd["certified"]["dims"], dtype=float)
        slopes = [
            np.polyfit(np.log(dims), np.log(steps), 1)[0]
            for steps in (gd["certified"]["theory"], sd["certified"]["theory"])
        ]
        assert slopes == pytest.approx([0.9, 0.5], abs=0.03)
        for row, power in zip(scalings, (0, 1), strict=True):
            expected = dims * np.log(dims) ** power
            np.testing.assert_allclose(row["scaling"] / expected, row["scaling"][0] / expected[0], rtol=1e-9)


def bound_of_floor(curve, steps, step_size):
    """Bound what the sum over the arrived words differs from (d - m) κ(t), in squared step sizes [own-random-phase].

    For d κ(t) the statement has 2h^(-1/2) + m + 3/2 at α = 1, and κ(t) is at most 1 for each of m words.
    """
    first = 1 / theory.step_size("gd", alpha=parities.ALPHA, dim=curve["dim"])
    on_their_way = np.floor(first / (steps * step_size) * (1 + 1e-12))
    return 2 * (first / step_size) ** 0.5 + 2 * on_their_way + 1.5, on_their_way


@pytest.mark.slow
class TestParities:
    def test_floor_and_error_are_near_the_law(self, drawn):
        """Within the bounds of `own-random-phase`, which the law of the other parity breaks."""
        data, _ = drawn("parities")
        broken = 0
        for kind, other in (("odd", "even"), ("even", "odd"), ("mean", "odd")):
            for curve in curves(data, kind=kind):
                (wrong,) = curves(data, kind=other, dim=curve["dim"])
                dim, total = curve["dim"], theory.step_size("gd", alpha=2, dim=curve["dim"])
                first = 1 / theory.step_size("gd", alpha=1, dim=dim)
                columns = ("steps", "step_sizes", "floor", "theory", "simulated", "finite")
                for i, (steps, eta, found, law, error, by_law) in enumerate(
                    zip(*(curve[name] for name in columns), strict=True)
                ):
                    bound, on_their_way = bound_of_floor(curve, steps, eta)
                    allowed = bound / (dim - on_their_way) + 4 * DRAWN
                    assert abs(found - law) <= allowed
                    assert abs(error - by_law) <= bound * (eta / first) ** 2 / total + 4 * DRAWN * error
                    broken += abs(found - wrong["theory"][i]) > allowed
        assert broken > 30

    def test_caption(self, drawn):
        """κ begins near 1, ½ and 0, the nearer the larger d, and tends to ⅓; even T is best, odd worst."""
        data, _ = drawn("parities")
        farthest = {}
        for dim, *_ in parities.PROBLEMS:
            odd, mean, even = (curves(data, dim=dim, kind=kind)[0] for kind in ("odd", "mean", "even"))
            farthest[dim] = 1 - max(odd["floor"]), 0.5 - max(mean["floor"]), min(even["floor"])
            for curve in (odd, mean, even):
                assert curve["floor"][-1] == pytest.approx(1 / 3, abs=0.015)
            middle = np.searchsorted(odd["time"], 0.03)
            assert even["simulated"][middle] < mean["simulated"][middle] < odd["simulated"][middle]
            assert odd["simulated"][-1] == pytest.approx(even["simulated"][-1], rel=0.03)
        assert np.all(np.less(farthest[parities.PROBLEMS[-1][0]], farthest[1_000]))

    def test_laws_are_drawn_on_both_sides_of_their_change(self, drawn):
        data, figure = drawn("parities")
        for axis, (dim, *_) in zip(figure.axes[:2], parities.PROBLEMS, strict=True):
            pieces = [
                line
                for line in lines(figure, dashed=True, row=[axis])
                if line._unscaled_dash_pattern[1] == THEORY["linestyle"][1]
            ]
            assert all(max(line.get_xdata()) < 1 or min(line.get_xdata()) >= 1 for line in pieces)
            drawn_points = {y for line in pieces for _, y in points(line)}
            assert drawn_points == numbers(curves(data, dim=dim), {"limit"})


@pytest.mark.slow
class TestStepSizes:
    def test_certified_errors_are_the_simulated_ones(self, drawn, rounding_of):
        data, _ = drawn("step-sizes")
        for row in data["sweeps"]:
            found = dict(zip(row["units"], row["simulated"], strict=True))
            for unit, exact in zip(row["certified"]["units"], row["certified"]["theory"], strict=True):
                bound = rounding_of.sd(Fraction(row["alpha"]), data["dim"], exact) + 2 * DRAWN * exact
                assert abs(found[unit] - exact) <= bound

    def test_minimum_of_the_sweep(self, drawn):
        """No step size of the sweep is better than the least one, which lies between its best neighbors."""
        for row in drawn("step-sizes")[0]["sweeps"]:
            best = int(np.argmin(row["simulated"]))
            assert row["least"] <= row["simulated"][best] * (1 + DRAWN)
            assert row["units"][best - 1] < row["least_at"] < row["units"][best + 1]

    def test_minima_line_up_as_predicted_at_one(self, drawn):
        """1/(4T² + d - 1) is exact where one word is on its way; the leading term has d."""
        found = 0
        for curve in curves(drawn("step-sizes")[0], name="minima", alpha="1"):
            law = dict(zip(curve["claimed"]["time"], curve["claimed"]["limit"], strict=True))
            for steps, time, distance in zip(curve["steps"], curve["time"], curve["certified"], strict=True):
                c, dim = Fraction(1, 4 * steps**2), curve["dim"]
                best = 1 / (1 + c * (dim - 1))
                if (1 + c * (dim - 1)) * (best - Fraction(1, 2)) ** 2 >= c / 4 and best > Fraction(1, 2):
                    assert distance * (4 * steps**2 + dim - 1) == pytest.approx(1, rel=DRAWN)
                    assert law[time] == pytest.approx(1 / (4 * steps**2 + dim), rel=DRAWN)
                    found += 1
        assert found > 30

    def test_minima_line_up_as_predicted_at_one_half(self, drawn):
        """Relative to u₀ = 2T/√d the best u is x, x - 1/x = ζ(½) u₀, up to O(u₀²): H(φ, ½) = 2√φ + ζ(½) + O(φ^-½)."""
        at_half = float(mpmath.zeta(0.5))
        for curve in curves(drawn("step-sizes")[0], name="minima", alpha="1/2"):
            for time, distance, law in zip(
                curve["time"], curve["certified"], curve["claimed"]["limit"], strict=True
            ):
                if (start := 2 * time) < 0.1:
                    x = (at_half * start + (at_half**2 * start**2 + 4) ** 0.5) / 2
                    assert distance == pytest.approx(1 - x, abs=start**2)
                    assert law == pytest.approx(-at_half * start / 2, rel=DRAWN)

    def test_true_iteration_is_lower_at_even_steps(self, drawn):
        for row in curves(drawn("step-sizes")[0], name="sweeps", alpha="1"):
            assert min(row["even"]) < row["least"] / 4


def test_nothing_overlaps_the_legend(case):
    _, _, figure = case
    to_svg(figure)  # lays out
    legend = figure.legends[0].get_window_extent()
    assert legend.x0 >= 0
    assert legend.x1 <= figure.bbox.x1
    assert not any(legend.overlaps(axis.get_tightbbox()) for axis in figure.axes)


def test_svg_is_reproducible(drawn):
    data, _ = drawn("1")
    first = to_svg(fig_1.draw(data))
    assert first == to_svg(fig_1.draw(data))
    assert b"<svg" in first
    assert b"dc:date" not in first


@pytest.mark.slow
def test_last_digits_of_a_processor_do_not_show(drawn, monkeypatch):
    """A simulation that is off by the last two digits gives the same file."""
    data, _ = drawn("4")
    original = numerics.relative_error
    monkeypatch.setattr(numerics, "relative_error", lambda *a, **k: original(*a, **k) * (1 + 3e-15))
    again = compute("4")
    assert again == data
    assert to_svg(FIGURES["4"].draw(again)) == to_svg(FIGURES["4"].draw(data))


def test_figure_of_a_text_needs_one():
    with pytest.raises(ValueError, match="pass corpus and analysis"):
        compute("3")
