"""What the mathematics predicts about training a linear bigram model on power-law data (arXiv 2505.19227).

Certified evaluation of the relative error of gradient descent and of sign descent, iteration counts, the
limit laws in sympy, and the paper's statements as objects. Nothing here simulates.

>>> import theory
>>> theory.iterations("gd", alpha=1, dim=50_257, epsilon=0.1)
5564
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from theory.balls import PrecisionError
from theory.comparison import Comparison, compare
from theory.interval import Enclosure
from theory.power_law import PowerLaw
from theory.queries import enclosure, iterations, relative_error, step_size
from theory.statements import Statement, statement, statements

if TYPE_CHECKING:
    from theory.limit_laws import Law, law, laws

__all__ = [
    "Comparison",
    "Enclosure",
    "Law",
    "PowerLaw",
    "PrecisionError",
    "Statement",
    "compare",
    "enclosure",
    "iterations",
    "law",
    "laws",
    "relative_error",
    "statement",
    "statements",
    "step_size",
]


def __getattr__(name: str) -> Any:
    """Load the laws, which need sympy, when they are first asked for."""
    if name not in ("Law", "law", "laws"):
        raise AttributeError(f"module 'theory' has no attribute {name!r}")
    from theory import limit_laws

    return getattr(limit_laws, name)
