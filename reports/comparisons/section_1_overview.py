"""Section 1: the overview of the results."""

from __future__ import annotations

from reports.verification import Check

CHECKS: tuple[Check, ...] = ()
