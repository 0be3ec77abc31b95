"""The only place that decides whether evidence confirms a statement."""

from __future__ import annotations

import itertools
import math
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from reports.evidence import Evidence, Row, describe

Outcome = Literal["CONFIRMED", "INCONCLUSIVE", "REFUTED"]

#: From best to worst.
OUTCOMES: tuple[Outcome, ...] = ("CONFIRMED", "INCONCLUSIVE", "REFUTED")

#: A comparison of two floats that leaves open more than half of their digits is not a test of an identity.
HALF_THE_DIGITS = math.sqrt(sys.float_info.epsilon)

#: A limit is judged by the last rows of a sequence: so many, hence three steps from one to the next.
SETTLING_ROWS = 4


@dataclass(frozen=True, slots=True)
class Verdict:
    """An outcome and, in one line, the measurement it rests on."""

    outcome: Outcome
    reason: str


def judge(evidence: Evidence) -> Verdict:
    """Decide whether evidence confirms the statement it was gathered for.

    The rule follows from the kind of the evidence; no rule has a tolerance of its own beyond the error budget
    that stands in each row.

    proof
        Every row is a step of a derivation, ``observed`` 1 if sympy proves it, 0 if a sample point refutes it,
        one half if neither.
    identity
        Every row: ``|observed - predicted| <= budget``.
    inequality
        Every row: ``observed <= predicted + budget``, and at least one comes within a factor two (otherwise
        the bound could be halved unnoticed).
    optimality
        ``predicted`` is the optimum claimed, ``observed`` the best value of an independent search: never
        below the optimum by more than rounding, and above it by no more than what the spacing of the search
        can cost, the truncation.
    limit
        ``observed`` is the gap (value minus limit), ``predicted`` its derived leading term; rows in the order
        of the limit. The gap must shrink, and the ratio observed/predicted must tend to 1: over the last
        three steps the leading term leads (the ratio is between 0 and 2) and each step at least halves the
        distance of the ratio from 1, down to the budget. A wrong limit, exponent or constant makes that
        distance grow or settle; what converges more slowly is left open.
    model
        ``predicted`` is what the model or the fitted law says, ``observed`` what was measured, and the budget the
        uncertainty of the measurement, small against the value. Every row: they differ by no more than it.

    Parameters
    ----------
    evidence
        What a check saw.

    Returns
    -------
    Verdict
        CONFIRMED, REFUTED, or INCONCLUSIVE when the evidence could not have told.

    Examples
    --------
    >>> row = Row(case={"d": 10}, predicted=0.5, observed=0.5 + 2**-52, budget={"rounding": 1e-15})
    >>> judge(Evidence("prop-a.1", "sum", "identity", "simulation", (row,))).outcome
    'CONFIRMED'
    """
    if not evidence.rows:
        return Verdict("INCONCLUSIVE", "no rows: nothing was compared")
    return _RULES[evidence.kind](evidence)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the worst of several verdicts, the first of equals."""
    return max(verdicts, key=lambda verdict: OUTCOMES.index(verdict.outcome))


def _contrast(row: Row) -> str:
    """Say what was observed instead of what, to as many digits, 6 to the 10 that are kept, as tell them apart."""
    found, predicted = "", ""
    for digits in range(6, 11):
        found, predicted = f"{row.observed:.{digits}g}", f"{row.predicted:.{digits}g}"
        if found != predicted:
            break
    return f"{found} instead of {predicted}"


def _judge_proof(evidence: Evidence) -> Verdict:
    rows = evidence.rows
    wrong = [row for row in rows if row.observed == 0.0]
    if wrong:
        return Verdict("REFUTED", f"{len(wrong)} of {len(rows)} steps are wrong: {wrong[0].case['step']}")
    unproven = [row for row in rows if row.observed != 1.0]
    if unproven:
        return Verdict(
            "INCONCLUSIVE", f"{len(unproven)} of {len(rows)} steps not proven: {unproven[0].case['step']}"
        )
    return Verdict("CONFIRMED", f"{len(rows)} steps, each proven symbolically")


def _judge_identity(evidence: Evidence) -> Verdict:
    rows = evidence.rows
    broken = [row for row in rows if abs(row.error) > row.allowance]
    if broken:
        row = max(broken, key=lambda row: abs(row.error) - row.allowance)
        return Verdict(
            "REFUTED",
            f"{len(broken)} of {len(rows)} rows differ by more than the budget; "
            f"{_contrast(row)} at {describe(row.case)}",
        )
    blind = [row for row in rows if _is_blind(row)]
    if blind:
        return _too_wide(blind[0])
    # The differences themselves are rounding, which processors do differently; the budgets are not.
    row = max(rows, key=lambda row: float(f"{_relative_allowance(row):.1e}"))
    return Verdict(
        "CONFIRMED",
        f"{len(rows)} rows agree within their budgets of rounding, the widest {_relative_allowance(row):.1e} of the "
        f"value, at {describe(row.case)}",
    )


def _judge_inequality(evidence: Evidence) -> Verdict:
    rows = evidence.rows
    broken = [row for row in rows if row.error > row.allowance]
    if broken:
        row = max(broken, key=lambda row: row.error - row.allowance)
        return Verdict(
            "REFUTED",
            f"{len(broken)} of {len(rows)} rows exceed the bound; "
            f"{row.observed:.6g} > {row.predicted:.6g} at {describe(row.case)}",
        )
    blind = [row for row in rows if _is_blind(row)]
    if blind:
        return _too_wide(blind[0])
    tightest = max((row.observed / row.predicted for row in rows if row.predicted > 0), default=0.0)
    if tightest <= 0.5:
        return Verdict("INCONCLUSIVE", f"the bound is vacuous here: tightest ratio {tightest:.2g}, below 1/2")
    return Verdict("CONFIRMED", f"holds in all {len(rows)} rows, tightest ratio {tightest:.6f}")


def _judge_optimality(evidence: Evidence) -> Verdict:
    rows = evidence.rows
    beaten = [row for row in rows if row.error < -row.budget.get("rounding", 0.0)]
    if beaten:
        row = min(beaten, key=lambda row: row.error / row.predicted)
        return Verdict(
            "REFUTED",
            f"beaten in {len(beaten)} of {len(rows)} rows; "
            f"{row.observed:.6g} < {row.predicted:.6g} at {describe(row.case)}",
        )
    far = [row for row in rows if row.error > row.allowance or row.allowance >= abs(row.predicted)]
    if far:
        row = far[0]
        return Verdict(
            "INCONCLUSIVE",
            f"the search does not come near the optimum: {row.observed:.6g}, not {row.predicted:.6g}, "
            f"within {row.allowance:.1e} at {describe(row.case)}",
        )
    nearest = max(1e-9, *map(_relative_error, rows))  # what is less differs between processors
    return Verdict(
        "CONFIRMED", f"never beaten in {len(rows)} searches, which all come within {nearest:.1e} of it"
    )


def _judge_model(evidence: Evidence) -> Verdict:
    rows = evidence.rows
    broken = [row for row in rows if abs(row.error) > row.allowance]
    if broken:
        row = max(broken, key=lambda row: abs(row.error) / (row.allowance or math.ulp(abs(row.predicted))))
        return Verdict(
            "REFUTED",
            f"{len(broken)} of {len(rows)} rows differ by more than the uncertainty; "
            f"{_contrast(row)} ± {row.allowance:.1g} at {describe(row.case)}",
        )
    blind = [row for row in rows if row.allowance > abs(row.predicted) / 2]
    if blind:
        return _too_wide(blind[0])
    widest = max(map(_relative_allowance, rows))
    return Verdict("CONFIRMED", f"{len(rows)} rows agree within their uncertainty, at most {widest:.1%}")


def _judge_limit(evidence: Evidence) -> Verdict:
    verdicts = [_judge_sequence(rows) for rows in evidence.sequences()]
    verdict = worst(verdicts)
    if verdict.outcome != "CONFIRMED" or len(verdicts) == 1:
        return verdict
    # The sequence that leaves most open speaks for all of them.
    widest = max(evidence.sequences(), key=lambda rows: _resolution(rows[-1]))
    return Verdict("CONFIRMED", f"{len(verdicts)} sequences, least settled: {_judge_sequence(widest).reason}")


def _judge_sequence(rows: tuple[Row, ...]) -> Verdict:
    """Judge one sequence of gaps against its derived leading term."""
    where = describe(rows[-1].case)
    if len(rows) < SETTLING_ROWS:
        return Verdict("INCONCLUSIVE", f"only {len(rows)} rows, {SETTLING_ROWS} needed, at {where}")
    *_, before, last = rows
    if abs(last.observed) >= abs(before.observed) + before.allowance + last.allowance:
        return Verdict("REFUTED", f"the gap does not shrink: {last.observed:.3g} at {where}")
    tail = rows[-SETTLING_ROWS:]
    if any(row.predicted == 0 for row in tail):
        return Verdict("INCONCLUSIVE", f"a leading term of zero has no order, at {where}")
    steps = list(itertools.pairwise(tail))
    ratio = last.observed / last.predicted
    if all(_distance(b) - _noise(b) > _distance(a) + _noise(a) for a, b in steps[-2:]):
        return Verdict("REFUTED", f"gap / derived term = {ratio:.3g} and moves away from 1 at {where}")
    if any(_noise(row) >= 1 for row in tail):
        return Verdict("INCONCLUSIVE", f"the leading term is below the error budget at {where}")
    if all(_distance(b) <= max(_distance(a) / 2, _noise(b)) for a, b in steps) and _distance(tail[0]) < 1:
        return Verdict(
            "CONFIRMED",
            f"gap within {_resolution(last):.1e} of its derived term, measured order "
            f"{_measured_order(before, last)} (derived: 1), at {where}",
        )
    # Halving differences bound what is still to come by the last difference.
    ratios = [row.observed / row.predicted for row in tail[-3:]]
    first, second = abs(ratios[1] - ratios[0]), abs(ratios[2] - ratios[1])
    noise = _noise(before) + _noise(last)
    if second <= max(first / 2, noise) and _distance(last) > second + noise:
        return Verdict("REFUTED", f"gap / derived term settles at {ratio:.6g} instead of 1 at {where}")
    return Verdict("INCONCLUSIVE", f"not settled: gap / derived term = {ratio:.3g} at {where}")


def _measured_order(before: Row, last: Row) -> str:
    """Return the exponent of the derived term that the last step of the gap shows."""
    if 0 in (before.observed, last.observed) or abs(before.predicted) == abs(last.predicted):
        return "undefined"
    gap = math.log(abs(before.observed)) - math.log(abs(last.observed))
    return f"{gap / (math.log(abs(before.predicted)) - math.log(abs(last.predicted))):.6g}"


def _distance(row: Row) -> float:
    """Distance of observed/predicted from 1."""
    return abs(row.observed / row.predicted - 1)


def _resolution(row: Row) -> float:
    """Return how far observed/predicted may be from 1 for all that this row shows."""
    return max(_distance(row), _noise(row))


def _noise(row: Row) -> float:
    """Return what the budget leaves open of observed/predicted."""
    return row.allowance / abs(row.predicted)


def _is_blind(row: Row) -> bool:
    """Say whether the budget would let pass a value wrong in half its digits."""
    return row.allowance > HALF_THE_DIGITS * abs(row.predicted)


def _too_wide(row: Row) -> Verdict:
    return Verdict(
        "INCONCLUSIVE",
        f"this could not have failed: the budget {row.allowance:.1e} is not small against "
        f"{abs(row.predicted):.1e} at {describe(row.case)}",
    )


def _relative_error(row: Row) -> float:
    return abs(row.error / row.predicted) if row.predicted else 0.0


def _relative_allowance(row: Row) -> float:
    return row.allowance / abs(row.predicted) if row.predicted else 0.0


_RULES: dict[str, Callable[[Evidence], Verdict]] = {
    "identity": _judge_identity,
    "inequality": _judge_inequality,
    "limit": _judge_limit,
    "model": _judge_model,
    "optimality": _judge_optimality,
    "proof": _judge_proof,
}
