"""Beyond the paper: gradient descent at finite dimension."""

from __future__ import annotations

from reports.verification import Check

CHECKS: tuple[Check, ...] = ()
