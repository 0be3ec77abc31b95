"""Section 1: the overview of the results."""

from __future__ import annotations

from theory.statements.model import Statement

STATEMENTS: tuple[Statement, ...] = ()
