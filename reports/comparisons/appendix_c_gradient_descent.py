"""Appendix C: the proof of Theorem 3.1, lemma by lemma."""

from __future__ import annotations

from reports.verification import Check

CHECKS: tuple[Check, ...] = ()
