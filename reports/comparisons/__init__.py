"""The checks of the paper's statements, one file per section of the paper (arXiv 2505.19227)."""

from __future__ import annotations

from functools import cache

from reports.verification import Check


@cache
def checks() -> tuple[Check, ...]:
    """Return every check, in the order of the paper."""
    from reports.comparisons import (
        appendix_a_closed_forms,
        section_2_problem,
        section_3_gradient_descent,
        section_4_sign_descent,
        section_4_step_size,
    )

    return (
        *section_2_problem.CHECKS,
        *section_3_gradient_descent.CHECKS,
        *section_4_step_size.CHECKS,
        *section_4_sign_descent.CHECKS,
        *appendix_a_closed_forms.CHECKS,
    )
