"""Section 3: scaling laws of gradient descent."""

from __future__ import annotations

import sympy as sp

from theory.limit_laws import laws, tau
from theory.statements.model import Statement

r = sp.Function("r")

THEOREM_3_1 = Statement(
    id="thm-3.1",
    title="Scaling laws of gradient descent",
    kind="limit",
    claim=(
        "With step size 1/π₁ and time rescaled as 2t = τ d^α, 2t = d^τ or 2t = τ for α below, at or above 1, "
        "the relative error tends to the rate of its regime as d grows; for α > 1 the rate is equivalent as τ grows."
    ),
    formula=tuple(sp.Eq(r(tau), row.rate) for row in laws("gd")),
    domain="α > 0; τ > 0 for α ≠ 1 and 0 ≤ τ ≤ 1 for α = 1; Assumption 2.3",
    not_claimed=(
        "No error at finite d: at α = 1 the limit is approached like 1/log d (d = 10⁵, t = 500: 0.334 against 0.400). "
        "For α > 1 the rate is not the limit at fixed t, only equivalent as τ → ∞."
    ),
    reference="arXiv 2505.19227, Theorem 3.1",
    note="τ is computed from the integer t; rounding t moves τ by the order of the first correction.",
)

STATEMENTS = (THEOREM_3_1,)
