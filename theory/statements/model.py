"""One numbered statement as one object: what is claimed, where, what is not, and in which terms it is judged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from theory.derivation import Step


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of arXiv 2505.19227, or one of this project.

    Attributes
    ----------
    id : str
        Such as ``"thm-3.1"``; what the command line and the tests call it.
    title : str
    kind : str
        definition, identity, inequality, limit, optimality, model or empirical; the kind decides what counts as
        evidence.
    claim : str
        The claim in one plain sentence.
    domain : str
        The parameters it is claimed for.
    not_claimed : str
        What the statement does not say, though it is easily read into it.
    formula : tuple of sympy.Basic
        The claim as expressions, possibly empty.
    reference : str
    expected : str
        The verdict that the evidence is expected to support; a test fails on any other, in both directions.
    note : str
        An apparent slip in the available text, or a convention chosen; may be empty.
    derivation : callable, optional
        Returns the steps that sympy can prove of it, as a tuple of :class:`theory.derivation.Step`.
    """

    id: str
    title: str
    kind: str
    claim: str
    domain: str
    not_claimed: str
    formula: tuple[Any, ...] = ()
    reference: str = "this project"
    expected: str = "CONFIRMED"
    note: str = ""
    derivation: Callable[[], tuple[Step, ...]] | None = None

    def __str__(self) -> str:
        import sympy as sp

        formulas = "\n\n".join(sp.pretty(formula, use_unicode=True) for formula in self.formula)
        return f"{self.title} ({self.reference})\n{self.claim}\n\n{formulas}\n\nfor {self.domain}"

    def _repr_latex_(self) -> str:
        import sympy as sp

        return "$\\displaystyle " + ",\\quad ".join(sp.latex(formula) for formula in self.formula) + "$"
