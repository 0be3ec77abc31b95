"""Section 4: the simplified dynamics (Assumption 4.1) and the loss under them (Prop. 4.2)."""

from __future__ import annotations

from reports.verification import Check

CHECKS: tuple[Check, ...] = ()
