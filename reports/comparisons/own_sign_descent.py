"""Beyond the paper: the exact best step of simplified sign descent."""

from __future__ import annotations

from reports.verification import Check

CHECKS: tuple[Check, ...] = ()
