"""Appendix B: comparison with classical rates, at α = 1."""

from __future__ import annotations

from theory.statements.model import Statement

STATEMENTS: tuple[Statement, ...] = ()
