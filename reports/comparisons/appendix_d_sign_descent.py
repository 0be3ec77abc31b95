"""Appendix D: the proof of Theorem 4.5, regime by regime."""

from __future__ import annotations

from reports.verification import Check

CHECKS: tuple[Check, ...] = ()
