"""Where theory and simulation meet: comparisons, verdicts, figures, the PDF and the command line.

Importing this package loads neither sympy nor numpy nor matplotlib; they load where they are used.
"""

from __future__ import annotations

from reports.evidence import Evidence, Row
from reports.judge import Verdict, judge
from reports.verification import Check, Verification, verify

__all__ = ["Check", "Evidence", "Row", "Verdict", "Verification", "judge", "verify"]
