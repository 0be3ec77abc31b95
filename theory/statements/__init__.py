"""The paper's statements, one object each, by section: open the files to read the paper."""

from __future__ import annotations

from functools import cache

from theory.statements.model import Statement
from theory.validation import choice

__all__ = ["Statement", "statement", "statements"]


@cache
def statements() -> tuple[Statement, ...]:
    """Return every statement, in the order of the paper.

    Examples
    --------
    >>> [entry.id for entry in statements()][:2]
    ['prop-2.2', 'thm-3.1']
    """
    # Here, because the formulas need sympy and ``import theory`` should not.
    from theory.statements import (
        appendix_a_closed_forms,
        section_2_problem,
        section_3_gradient_descent,
        section_4_sign_descent,
    )

    return (
        section_2_problem.PROPOSITION_2_2,
        section_3_gradient_descent.THEOREM_3_1,
        section_4_sign_descent.PROPOSITION_4_3,
        section_4_sign_descent.DEFINITION_4_4,
        section_4_sign_descent.THEOREM_4_5,
        appendix_a_closed_forms.PROPOSITION_A_1,
        appendix_a_closed_forms.PROPOSITION_A_2,
        appendix_a_closed_forms.PROPOSITION_A_3,
    )


def statement(identifier: str) -> Statement:
    """Return one statement by its id; a ValueError suggests the nearest name.

    Examples
    --------
    >>> statement("thm-3.1").title
    'Scaling laws of gradient descent'
    """
    known = {entry.id: entry for entry in statements()}
    return known[choice("statement", identifier, known)]
