"""Beyond the paper: the first corrections to Theorems 3.1 and 4.5, and sharp step counts."""

from __future__ import annotations

from reports.verification import Check

CHECKS: tuple[Check, ...] = ()
