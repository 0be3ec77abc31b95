"""Beyond the paper: gradient descent at finite dimension."""

from __future__ import annotations

from theory.statements.model import Statement

STATEMENTS: tuple[Statement, ...] = ()
