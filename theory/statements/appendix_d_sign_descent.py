"""Appendix D: the proof of Theorem 4.5, regime by regime."""

from __future__ import annotations

from theory.statements.model import Statement

STATEMENTS: tuple[Statement, ...] = ()
