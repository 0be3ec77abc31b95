"""Beyond the paper: the exact best step of simplified sign descent."""

from __future__ import annotations

from theory.statements.model import Statement

STATEMENTS: tuple[Statement, ...] = ()
