"""Beyond the paper: the first corrections to Theorems 3.1 and 4.5, and sharp step counts."""

from __future__ import annotations

from theory.statements.model import Statement

STATEMENTS: tuple[Statement, ...] = ()
