"""Evidence is plain data: exact through JSON, and never anything but finite numbers."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import Evidence, Row

finite = st.floats(allow_nan=False, allow_infinity=False)
cases = st.dictionaries(st.text(min_size=1), st.text() | st.integers() | finite, max_size=3)
budgets = st.dictionaries(st.sampled_from(["truncation", "rounding", "fit"]), st.floats(0, 1e300), max_size=3)
rows = st.builds(Row, case=cases, predicted=finite, observed=finite, budget=budgets)


@given(st.lists(rows, max_size=5))
def test_json_round_trip_is_exact(rows):
    evidence = Evidence("thm-3.1", "limit", "limit", "enclosure", tuple(rows), ("alpha",))
    assert Evidence.from_json(json.loads(json.dumps(evidence.to_json()))) == evidence


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("field", ["predicted", "observed", "budget"])
def test_a_number_that_is_not_finite_is_no_evidence(field, wrong):
    fields = {"predicted": 1.0, "observed": 1.0, "budget": {"rounding": 0.0}}
    fields[field] = {"rounding": wrong} if field == "budget" else wrong
    with pytest.raises(ValueError, match=r"must be a finite number"):
        Row(case={"d": 10}, **fields)


def test_a_negative_budget_is_refused():
    with pytest.raises(ValueError, match=r"rounding=-1e-16 at d = 10: an error budget must be >= 0"):
        Row(case={"d": 10}, predicted=1.0, observed=1.0, budget={"rounding": -1e-16})


def test_allowance_adds_the_sources():
    row = Row(case={}, predicted=1.0, observed=2.0, budget={"truncation": 0.25, "rounding": 0.5})
    assert (row.error, row.allowance) == (1.0, 0.75)


def test_sequences_are_told_apart_by_the_series_keys_and_keep_their_order():
    rows = tuple(
        Row(case={"alpha": alpha, "d": d}, predicted=1.0, observed=1.0, budget={})
        for d in (10, 100, 1000)
        for alpha in ("1/2", "1")
    )
    evidence = Evidence("thm-3.1", "limit", "limit", "enclosure", rows, ("alpha",))
    assert [
        [(row.case["alpha"], row.case["d"]) for row in sequence] for sequence in evidence.sequences()
    ] == [
        [("1/2", 10), ("1/2", 100), ("1/2", 1000)],
        [("1", 10), ("1", 100), ("1", 1000)],
    ]
