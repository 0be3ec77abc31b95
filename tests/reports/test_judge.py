"""The judge must reject: every rule is shown a right statement and many wrong ones."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import Evidence, Row, Verdict, judge
from reports.judge import HALF_THE_DIGITS, worst

EPS = 2.0**-52


def row(predicted, observed, rounding=0.0, **budget):
    return Row(
        case={"d": 10}, predicted=predicted, observed=observed, budget={"rounding": rounding, **budget}
    )


def outcome(kind, *rows):
    return judge(Evidence("thm-3.1", "check", kind, "enclosure", rows)).outcome


def limit(gaps, terms, rounding=4 * EPS):
    """Judge gaps against their derived leading terms."""
    rows = [
        Row(case={"i": i}, predicted=term, observed=gap, budget={"rounding": rounding * abs(term)})
        for i, (gap, term) in enumerate(zip(gaps, terms, strict=True))
    ]
    return judge(Evidence("thm-3.1", "limit", "limit", "enclosure", tuple(rows)))


@pytest.mark.parametrize("kind", ["proof", "identity", "inequality", "optimality", "model", "limit"])
def test_no_rows_say_nothing(kind):
    assert outcome(kind) == "INCONCLUSIVE"


class TestProof:
    @staticmethod
    def judge(*outcomes):
        steps = (
            Row(case={"step": f"step {i}"}, predicted=1.0, observed=observed, budget={"rounding": 0.0})
            for i, observed in enumerate(outcomes)
        )
        return judge(Evidence("prop-2.2", "derivation", "proof", "symbolic", tuple(steps)))

    def test_every_step_proven(self):
        assert self.judge(1.0, 1.0) == Verdict("CONFIRMED", "2 steps, each proven symbolically")

    def test_one_wrong_step_refutes_whatever_is_open(self):
        verdict = self.judge(1.0, 0.5, 0.0, 0.5)
        assert verdict == Verdict("REFUTED", "1 of 4 steps are wrong: step 2")

    def test_one_open_step_leaves_it_open(self):
        assert self.judge(1.0, 0.5) == Verdict("INCONCLUSIVE", "1 of 2 steps not proven: step 1")

    @given(st.floats(0, 1, exclude_min=True, exclude_max=True))
    def test_nothing_between_proven_and_refuted_confirms(self, observed):
        assert self.judge(1.0, observed).outcome == "INCONCLUSIVE"


class TestModel:
    def test_agreement_within_the_uncertainty(self):
        assert outcome("model", row(1.0, 1.04, fit=0.05), row(2.0, 1.99, fit=0.02)) == "CONFIRMED"

    def test_the_budget_is_the_sum_over_its_sources(self):
        assert outcome("model", row(1.0, 1.07, fit=0.05, simulation=0.03)) == "CONFIRMED"
        assert outcome("model", row(1.0, 1.09, fit=0.05, simulation=0.03)) == "REFUTED"

    @pytest.mark.parametrize("observed", [0.94, 1.06])
    def test_one_bad_row_refutes_on_either_side(self, observed):
        assert outcome("model", row(1.0, 1.0, fit=0.05), row(1.0, observed, fit=0.05)) == "REFUTED"

    def test_an_uncertainty_as_wide_as_half_the_value_is_no_test(self):
        assert outcome("model", row(1.0, 1.0, fit=0.51)) == "INCONCLUSIVE"
        assert outcome("model", row(1.0, 1.0, fit=0.49)) == "CONFIRMED"

    def test_a_wide_uncertainty_refutes_what_lies_beyond_it(self):
        assert outcome("model", row(1.0, 1.0, fit=0.6), row(1.0, 2.0, fit=0.6)) == "REFUTED"

    def test_without_uncertainty_every_difference_counts(self):
        assert outcome("model", row(1.0, 1.0)) == "CONFIRMED"
        assert outcome("model", row(1.0, math.nextafter(1.0, 2.0))) == "REFUTED"

    def test_the_row_furthest_beyond_its_uncertainty_speaks(self):
        verdict = judge(
            Evidence("asm-4.1", "c", "model", "fit", (row(1.0, 1.5, fit=0.4), row(2.0, 2.2, fit=0.1)))
        )
        assert "2 of 2 rows" in verdict.reason
        assert "2.2 instead of 2 ± 0.1" in verdict.reason

    def test_digits_are_shown_until_they_tell_the_two_apart(self):
        for observed, shown in (
            (0.5, "0.5 instead of 0.25"),
            (0.25 + 2e-8, "0.25000002 instead of 0.25"),
            (0.25 + 1e-14, "0.25 instead of 0.25"),  # beyond the ten digits that are kept
        ):
            assert shown in judge(Evidence("asm-4.1", "c", "identity", "fit", (row(0.25, observed),))).reason


class TestIdentity:
    def test_agreement_within_the_budget(self):
        assert outcome("identity", row(0.5, 0.5 + 1e-15, 2e-15), row(0.25, 0.25)) == "CONFIRMED"

    def test_one_bad_row_refutes(self):
        assert outcome("identity", row(0.5, 0.5, 2e-15), row(0.5, 0.5 + 3e-15, 2e-15)) == "REFUTED"

    def test_a_budget_as_wide_as_half_the_digits_is_no_test(self):
        assert outcome("identity", row(0.5, 0.5, 0.51 * HALF_THE_DIGITS)) == "INCONCLUSIVE"
        assert outcome("identity", row(0.5, 0.5, 0.49 * HALF_THE_DIGITS)) == "CONFIRMED"

    def test_zero_needs_a_zero_budget(self):
        assert outcome("identity", row(0.0, 0.0)) == "CONFIRMED"
        assert outcome("identity", row(0.0, 0.0, 1e-16)) == "INCONCLUSIVE"
        assert outcome("identity", row(0.0, 1e-300)) == "REFUTED"

    @given(st.floats(1e-6, 1.0), st.floats(1e-14, 1.0))
    def test_any_error_beyond_the_budget_is_seen(self, predicted, relative):
        wrong = row(predicted, predicted * (1 + relative), 8 * EPS * predicted)
        assert outcome("identity", wrong) == "REFUTED"


class TestInequality:
    def test_a_tight_bound_holds(self):
        verdict = judge(Evidence("prop-4.3", "c", "inequality", "enclosure", (row(1.0, 0.9), row(1.0, 0.1))))
        assert verdict == Verdict("CONFIRMED", "holds in all 2 rows, tightest ratio 0.900000")

    def test_one_bad_row_refutes(self):
        assert outcome("inequality", row(1.0, 0.9), row(1.0, 1.0 + 1e-12, 1e-15)) == "REFUTED"

    def test_a_bound_that_could_be_halved_is_vacuous(self):
        assert outcome("inequality", row(1.0, 0.5), row(1.0, 0.1)) == "INCONCLUSIVE"

    def test_a_wide_budget_is_no_test(self):
        assert outcome("inequality", row(1.0, 0.9, 1e-3)) == "INCONCLUSIVE"


class TestOptimality:
    def test_a_search_that_comes_near_and_never_below(self):
        assert outcome("optimality", row(0.3, 0.3001, 1e-15, truncation=1e-3)) == "CONFIRMED"

    def test_beaten_by_more_than_rounding(self):
        assert outcome("optimality", row(0.3, 0.3 - 1e-12, 1e-15, truncation=1e-3)) == "REFUTED"

    def test_the_spacing_of_the_search_is_no_excuse_for_being_beaten(self):
        assert outcome("optimality", row(0.3, 0.2999, 1e-15, truncation=1.0)) == "REFUTED"

    def test_a_search_that_stays_away_is_no_test(self):
        assert outcome("optimality", row(0.3, 0.302, 1e-15, truncation=1e-3)) == "INCONCLUSIVE"

    def test_a_search_that_may_miss_everything_is_no_test(self):
        assert outcome("optimality", row(0.3, 0.3, 1e-15, truncation=0.3)) == "INCONCLUSIVE"


DIMS = [10.0**k for k in range(3, 31, 3)]
LOGS = [math.log(10) * k for k in (3, 10, 30, 100, 300, 1000)]  # log d along d = 10^3 ... 10^1000


def algebraic(order, second, constant=0.7, coefficient=1.5):
    """Terms C d^-p and gaps C d^-p (1 + b d^-q) along DIMS."""
    terms = [constant * d**-order for d in DIMS]
    return terms, [term * (1 + coefficient * d**-second) for term, d in zip(terms, DIMS, strict=True)]


def logarithmic(constant=0.7):
    """Terms C/H and gaps that differ from them by a power of d, along d = 10^3 ... 10^1000."""
    terms = [constant / (log + 0.5772) for log in LOGS]
    return terms, [term * (1 + math.exp(-log / 2)) for term, log in zip(terms, LOGS, strict=True)]


class TestLimit:
    def test_a_leading_term_of_zero_is_no_order(self):
        assert limit([0.1**i for i in range(6)], [0.0] * 6).outcome == "INCONCLUSIVE"

    def test_a_gap_far_above_its_term_is_refuted_even_where_rounding_hides_the_term(self):
        terms = [1e-3**i for i in range(3, 9)]
        gaps = [0.5 + 0.1 * term**0.1 for term in terms]
        rows = tuple(
            Row(case={"i": i}, predicted=term, observed=gap, budget={"rounding": 1e-16})
            for i, (gap, term) in enumerate(zip(gaps, terms, strict=True))
        )
        assert judge(Evidence("thm-3.1", "limit", "limit", "enclosure", rows)).outcome == "REFUTED"

    @pytest.mark.parametrize("order", [0.2, 0.5, 1.0])
    @pytest.mark.parametrize("second", [0.11, 0.5, 2.0])
    @pytest.mark.parametrize("coefficient", [-0.9, 0.0, 1.5])
    def test_algebraic_approach(self, order, second, coefficient):
        terms, gaps = algebraic(order, second, coefficient=coefficient)
        assert limit(gaps, terms).outcome == "CONFIRMED"

    def test_logarithmic_approach(self):
        terms, gaps = logarithmic()
        assert limit(gaps, terms).outcome == "CONFIRMED"

    @pytest.mark.parametrize("offset", [1e-6, -1e-6])
    def test_limit_off_by_a_millionth(self, offset):
        terms, gaps = logarithmic()
        assert limit([gap + offset for gap in gaps], terms).outcome == "REFUTED"
        for order in (0.2, 0.5, 1.0):
            terms, gaps = algebraic(order, 0.5)
            assert limit([gap + offset for gap in gaps], terms).outcome == "REFUTED"

    @pytest.mark.parametrize(("true", "claimed"), [(0.5, 1.0), (1.0, 0.5), (0.5, 0.51), (0.5, 0.49)])
    def test_wrong_order(self, true, claimed):
        _, gaps = algebraic(true, 0.5)
        terms, _ = algebraic(claimed, 0.5)
        assert limit(gaps, terms).outcome == "REFUTED"

    @pytest.mark.parametrize("factor", [0.5, 0.999, 1.001, 2.0, -1.0])
    def test_wrong_constant(self, factor):
        for terms, gaps in (algebraic(0.5, 0.5), logarithmic()):
            assert limit(gaps, [factor * term for term in terms]).outcome == "REFUTED"

    @pytest.mark.parametrize("claimed", [0.5, 2.0])
    def test_wrong_power_of_the_logarithm(self, claimed):
        _, gaps = logarithmic()
        assert limit(gaps, [log**-claimed for log in LOGS]).outcome == "REFUTED"

    def test_logarithm_claimed_as_a_power_and_a_power_as_a_logarithm(self):
        power, log = [0.7 * d**-0.5 for d in DIMS], [0.7 / math.log(d) for d in DIMS]
        assert limit(log, power).outcome == "REFUTED"
        assert limit(power, log).outcome == "REFUTED"

    @pytest.mark.parametrize("exponent", [1.0, -1.0, 0.1, -0.1])
    def test_a_power_with_a_hidden_logarithm(self, exponent):
        """The measured order tends to 1 here; the constant does not exist."""
        terms, _ = algebraic(0.5, 0.5)
        gaps = [term * math.log(d) ** exponent for term, d in zip(terms, DIMS, strict=True)]
        assert limit(gaps, terms).outcome != "CONFIRMED"

    def test_a_ratio_that_comes_logarithmically_slowly_is_left_open(self):
        terms, _ = algebraic(0.5, 0.5)
        gaps = [term * (1 + 1 / math.log(d)) for term, d in zip(terms, DIMS, strict=True)]
        assert limit(gaps, terms).outcome == "INCONCLUSIVE"

    def test_no_shrinking_no_limit(self):
        terms, _ = algebraic(0.5, 0.5)
        assert limit([0.1] * len(terms), terms).outcome == "REFUTED"
        assert limit(terms[::-1], terms).outcome == "REFUTED"

    def test_oscillation_of_the_constant(self):
        terms, _ = algebraic(0.5, 0.5)
        gaps = [term * (1 + 0.1 * (-1) ** i) for i, term in enumerate(terms)]
        assert limit(gaps, terms).outcome != "CONFIRMED"

    def test_too_few_rows(self):
        terms, gaps = algebraic(0.5, 0.5)
        assert limit(gaps[:3], terms[:3]).outcome == "INCONCLUSIVE"

    def test_a_budget_as_large_as_the_gap_is_no_test(self):
        terms, gaps = algebraic(0.5, 0.5)
        assert limit(gaps, terms, rounding=1.0).outcome == "INCONCLUSIVE"

    def test_one_wrong_sequence_among_right_ones(self):
        terms, gaps = algebraic(0.5, 0.5)
        rows = [
            Row(case={"alpha": alpha, "d": d}, predicted=term, observed=factor * gap, budget={})
            for alpha, factor in (("1/2", 1.0), ("1/3", 1.01), ("1/4", 1.0))
            for d, gap, term in zip(DIMS, gaps, terms, strict=True)
        ]
        evidence = Evidence("thm-3.1", "limit", "limit", "enclosure", tuple(rows), ("alpha",))
        assert judge(evidence).outcome == "REFUTED"
        assert "alpha = 1/3" in judge(evidence).reason

    @given(
        ratio=st.floats(1e-4, 0.45),
        first=st.floats(0.01, 0.9),
        wrong=st.floats(0.02, 10) | st.floats(-10, -0.02),
    )
    def test_a_constant_wrong_by_more_than_the_last_change_is_never_confirmed(self, ratio, first, wrong):
        terms = [10.0**-i for i in range(8)]
        gaps = [term * (1 + first * ratio**i) for i, term in enumerate(terms)]
        assert limit(gaps, terms).outcome == "CONFIRMED"
        assert limit(gaps, [term * (1 + wrong) for term in terms]).outcome != "CONFIRMED"


def test_worst_prefers_refuted_and_the_first_of_equals():
    good, open_, bad, worse = (
        Verdict(o, r)
        for o, r in [("CONFIRMED", ""), ("INCONCLUSIVE", ""), ("REFUTED", "1"), ("REFUTED", "2")]
    )
    assert worst([good, open_]) == open_
    assert worst([good, bad, open_, worse]) == bad
