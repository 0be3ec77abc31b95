"""Appendix C: the proof of Theorem 3.1, lemma by lemma."""

from __future__ import annotations

from theory.statements.model import Statement

STATEMENTS: tuple[Statement, ...] = ()
