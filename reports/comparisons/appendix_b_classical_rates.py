"""Appendix B: comparison with classical rates, at α = 1."""

from __future__ import annotations

from reports.verification import Check

CHECKS: tuple[Check, ...] = ()
