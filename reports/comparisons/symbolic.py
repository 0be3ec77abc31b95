"""The check of a derivation: every step of it, and of a wrong version of it, put to sympy."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from reports.evidence import Evidence, Row
from reports.verification import Check

if TYPE_CHECKING:
    from theory.derivation import Step

#: What a row says of a step; see :func:`reports.judge`.
OBSERVED = {"proven": 1.0, "open": 0.5, "refuted": 0.0}


def derivation(identifier: str, steps: Callable[[], tuple[Step, ...]]) -> Evidence:
    """Put every step to sympy."""
    rows = tuple(
        Row({"step": step.reason}, 1.0, OBSERVED[step.outcome()], {"rounding": 0.0}) for step in steps()
    )
    return Evidence(identifier, "derivation", "proof", "symbolic", rows)


def derivation_check(identifier: str, *, twin: Callable[[], tuple[Step, ...]], wrong: str) -> Check:
    """Return the check of a statement's own derivation, beside a wrong version of it.

    Parameters
    ----------
    identifier
        Of a statement that has a derivation.
    twin
        Steps of which at least one is wrong; usually the same function with a wrong formula.
    wrong
        What is wrong in them, in a few words.
    """
    return Check(
        identifier,
        "derivation",
        run=partial(_own, identifier),
        twin=partial(derivation, identifier, twin),
        wrong=wrong,
    )


def _own(identifier: str) -> Evidence:
    import theory

    steps = theory.statement(identifier).derivation
    assert steps is not None, f"{identifier} has no derivation"
    return derivation(identifier, steps)
