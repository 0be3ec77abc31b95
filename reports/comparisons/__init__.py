"""The checks of the statements, one file per section of the paper (arXiv 2505.19227) and per group of our own."""

from __future__ import annotations

from functools import cache

from reports.verification import Check


@cache
def checks() -> tuple[Check, ...]:
    """Return every check, in the order of the statements."""
    from reports.comparisons import (
        appendix_a_closed_forms,
        appendix_b_classical_rates,
        appendix_c_gradient_descent,
        appendix_c_limits,
        appendix_c_normalizer,
        appendix_d_sign_descent,
        claims,
        claims_signatures,
        figures_cross_entropy,
        own_best_gd_gain,
        own_best_gd_step,
        own_corrections,
        own_finite_dimension,
        own_half_iterated,
        own_iterated_best_step,
        own_iterated_descent,
        own_parity_laws,
        own_sign_descent,
        own_sign_variants,
        own_step_quanta,
        own_worst_exponent,
        section_1_overview,
        section_2_problem,
        section_3_gradient_descent,
        section_4_assumptions,
        section_4_sign_descent,
        section_4_step_size,
    )

    return (
        *section_1_overview.CHECKS,
        *section_2_problem.CHECKS,
        *section_3_gradient_descent.CHECKS,
        *section_4_assumptions.CHECKS,
        *section_4_step_size.CHECKS,
        *section_4_sign_descent.CHECKS,
        *appendix_a_closed_forms.CHECKS,
        *appendix_b_classical_rates.CHECKS,
        *appendix_c_gradient_descent.CHECKS,
        *appendix_c_normalizer.CHECKS,
        *appendix_c_limits.CHECKS,
        *appendix_d_sign_descent.CHECKS,
        *figures_cross_entropy.CHECKS,
        *own_finite_dimension.CHECKS,
        *own_corrections.CHECKS,
        *own_sign_descent.CHECKS,
        *own_iterated_descent.CHECKS,
        *own_parity_laws.CHECKS,
        *own_half_iterated.CHECKS,
        *own_iterated_best_step.CHECKS,
        *own_best_gd_step.CHECKS,
        *own_best_gd_gain.CHECKS,
        *own_worst_exponent.CHECKS,
        *own_step_quanta.CHECKS,
        *own_sign_variants.CHECKS,
        *claims.CHECKS,
        *claims_signatures.CHECKS,
    )
