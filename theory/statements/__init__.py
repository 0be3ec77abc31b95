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
    ['thm-informal', 'prob-2.1']
    """
    # Here, because the formulas need sympy and ``import theory`` should not.
    from theory.statements import (
        appendix_a_closed_forms,
        appendix_b_classical_rates,
        appendix_c_gradient_descent,
        appendix_c_limits,
        appendix_d_sign_descent,
        claims,
        figures_cross_entropy,
        own_best_gd_step,
        own_corrections,
        own_finite_dimension,
        own_iterated_descent,
        own_sign_descent,
        own_sign_variants,
        own_worst_exponent,
        section_1_overview,
        section_2_problem,
        section_3_gradient_descent,
        section_4_sign_descent,
    )

    return (
        *section_1_overview.STATEMENTS,
        *section_2_problem.STATEMENTS,
        *section_3_gradient_descent.STATEMENTS,
        *section_4_sign_descent.STATEMENTS,
        *appendix_a_closed_forms.STATEMENTS,
        *appendix_b_classical_rates.STATEMENTS,
        *appendix_c_gradient_descent.STATEMENTS,
        *appendix_c_limits.STATEMENTS,
        *appendix_d_sign_descent.STATEMENTS,
        *figures_cross_entropy.STATEMENTS,
        *own_finite_dimension.STATEMENTS,
        *own_corrections.STATEMENTS,
        *own_sign_descent.STATEMENTS,
        *own_iterated_descent.STATEMENTS,
        *own_best_gd_step.STATEMENTS,
        *own_worst_exponent.STATEMENTS,
        *own_sign_variants.STATEMENTS,
        *claims.STATEMENTS,
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
