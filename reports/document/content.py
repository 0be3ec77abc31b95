"""Everything the report shows, as plain data: the template reads this and nothing else."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any

import sympy as sp

import theory
from reports import comparisons
from reports.typeset import typeset
from reports.verification import Verification

#: Between groups of three digits.
GAP = "\N{NARROW NO-BREAK SPACE}"
ROUTES = {
    "symbolic": "symbolic algebra",
    "enclosure": "certified enclosures",
    "simulation": "simulation",
    "fit": "fit",
}
KINDS = {
    "asm": "Assumption",
    "def": "Definition",
    "fig": "Figure",
    "lem": "Lemma",
    "prob": "Problem",
    "prop": "Proposition",
    "thm": "Theorem",
}
GREEK = {
    "alpha": "α",
    "tau": "τ",
    "epsilon": "ε",
    "phi": "φ",
    "eta": "η",
    "gamma": "γ",
    "kappa": "κ",
}


def number(value: object, digits: int = 7) -> str:
    r"""Return a number as the template sets it: a grouped integer, a power of ten, or so many digits.

    Examples
    --------
    >>> number(50257), number(10**24), number(0.15077391933842304), number(1.2e-16, 2)
    ('50\u202f257', '1e24', '0.1507739', '1.2e-16')
    """
    if isinstance(value, int):
        if value >= 10**6 and set(str(value)[1:]) == {"0"}:
            return f"{str(value)[0]}e{len(str(value)) - 1}"
        return f"{value:,}".replace(",", GAP) if value < 10**12 else f"{value:.3e}"
    if isinstance(value, float):
        mantissa, _, exponent = f"{value:,.{digits}g}".replace(",", GAP).partition("e")
        return f"{mantissa}e{int(exponent)}" if exponent else mantissa
    return re.sub(r"^10\^(?=\d+$)", "1e", str(value))


def decimals(value: float, places: int) -> str:
    """Return a number with so many decimals, grouped, and without a negative zero."""
    return f"{round(value, places) + 0.0:,.{places}f}".replace(",", GAP)


def prose(text: str) -> str:
    r"""Return a line of plain text as a book would print it: Greek letters, powers of ten, minus signs.

    Examples
    --------
    >>> prose("ratio = 1.5e-12 at alpha = 1/2, d = 1000000000000")
    'ratio\xa0=\xa01.5·10⁻¹² at α\xa0=\xa01/2, d\xa0=\xa010¹²'
    """
    text = re.sub(r"\b(alpha|tau|epsilon|phi|eta|gamma|kappa)\b", lambda word: GREEK[word[1]], text)
    text = re.sub(r"\b10{6,}\b", lambda power: power_of_ten(len(power[0]) - 1), text)
    text = re.sub(r"(?<![\d.])(?:10\^|1e)([+-]?\d+)\b", lambda power: power_of_ten(int(power[1])), text)
    text = re.sub(r"\b0\.0+e[+-]00\b", "0", text)
    text = re.sub(r"(?<=\d)e([+-]?\d+)\b", lambda power: "·" + power_of_ten(int(power[1])), text)
    text = re.sub(r" = ", "\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}", text)
    return re.sub(r"(?<![\w.])-(?=\d)|(?<= )-(?= )", "−", text).removesuffix(".")


def capitalized(text: str) -> str:
    """Capitalize a sentence, but not a formula: α stays α."""
    return text[:1].upper() + text[1:] if text[:1].isascii() else text


def power_of_ten(exponent: int) -> str:
    """Return a power of ten with the exponent raised."""
    return "10" + str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def formula(expression: Any) -> dict[str, str]:
    """Return a formula for the template: Typst source, and the expression as text for screen readers."""
    return {"source": typeset(expression), "alt": str(expression)}


def table(columns: Iterable[object], rows: Iterable[Iterable[object]], caption: str = "") -> dict[str, Any]:
    """Return a table for the template; every cell is a string or a formula."""
    return {"columns": list(columns), "rows": [list(row) for row in rows], "caption": caption}


def statement_number(identifier: str) -> str:
    """Return how the paper names a statement.

    Examples
    --------
    >>> statement_number("thm-3.1"), statement_number("prop-a.2"), statement_number("own-finite-gd")
    ('Theorem 3.1', 'Proposition A.2', 'This project')
    >>> statement_number("claim-sqrt-d")
    'Claim'
    """
    kind, _, number = identifier.partition("-")
    if kind in ("own", "claim"):
        return "This project" if kind == "own" else "Claim"
    if not number[-1].isdigit():
        return f"{number.capitalize()} {KINDS[kind].lower()}"
    return f"{KINDS[kind]} {number.upper()}"


def lettered(expressions: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Give a letter to an expression clipped by Max(1, …), which occurs several times; return also its definition."""
    every = {part for expression in expressions for part in expression.atoms(sp.Max)}
    clipped = sorted((part for part in every if any(limit.is_number for limit in part.args)), key=str)
    letters = dict(zip(clipped, sp.symbols("m M mu")[: len(clipped)], strict=True))
    return [expression.subs(letters) for expression in expressions], [
        sp.Eq(m, part) for part, m in letters.items()
    ]


def laws(optimizer: str) -> dict[str, Any]:
    """Return Theorem 3.1 or 4.5, typeset from the expressions that are evaluated."""
    rows = [law_content(law) for law in theory.laws(optimizer)]
    shared = {line["source"]: line for row in rows for line in row.pop("where")}
    return {"rows": rows, "where": list(shared.values())}


def law_content(law: theory.Law) -> dict[str, Any]:
    """Return one regime."""
    tau, phi = sp.symbols("tau phi")
    (rate, step), where = lettered((law.rate, law.step_size))
    formulas = {
        "time": law.time_scaling,
        "limit": sp.Eq(sp.Function("r")(tau), rate),
        "iterations": law.iterations,
        "approach": sp.Function("O")(law.approach),
    }
    if law.optimizer == "sd":
        formulas["step"] = sp.Eq(phi, step)
    # The paper writes T for the steps of sign descent.
    steps = {sp.Symbol("t", positive=True): sp.Symbol("T" if law.optimizer == "sd" else "t")}
    return {
        **{name: formula(expression.subs(steps)) for name, expression in formulas.items()},
        "regime": law.regime,
        "kind": law.kind,
        "proven": formula(sp.Ge(tau, law.proven_from)) if law.proven_from is not None else None,
        "where": [formula(expression) for expression in where],
    }


def summary(verification: Verification) -> dict[str, Any]:
    """Return the verdicts in a sentence, what was refuted as expected in another, and how far evidence reaches."""
    outcomes = [result.verdict.outcome for result in verification]
    counts = [
        f"{outcomes.count(word)} {word}"
        for word in ("CONFIRMED", "INCONCLUSIVE", "REFUTED")
        if word in outcomes
    ]
    expected = "as expected" if verification.ok else "not all as expected"
    of = len({check.statement for check in comparisons.checks()})
    tried = str(len(outcomes)) if len(outcomes) == of else f"the {len(outcomes)} of {of} statements here"
    refuted = [
        f"{statement_number(result.statement)} ({uncapitalized(theory.statement(result.statement).title)})"
        for result in verification
        if result.ok and result.expected == "REFUTED"
    ]
    return {
        "verdicts": f"Of {tried}{' statements' if tried.isdigit() else ''}: {', '.join(counts)}; {expected}.",
        "refuted": f"Refuted, as expected: {', '.join(refuted)}." if refuted else "",
        "reach": {route: reach(verification, route) for route in ROUTES},
    }


def reach(verification: Verification, route: str) -> dict[str, str]:
    """Return how many comparisons were made by a route, and the largest vocabulary among them."""
    checks = [check for result in verification for check in result.checks if check.evidence.route == route]
    rows = [row for check in checks for row in check.evidence.rows]
    dims = [(size(dim), dim) for row in rows if (dim := row.case.get("d")) is not None]
    return {"rows": number(len(rows)), "dim": number(max(dims, key=itemgetter(0))[1]) if dims else ""}


def size(dim: object) -> float:
    """Return the decimal logarithm of a vocabulary as evidence has it: 1000, or "10^1000"."""
    power = re.fullmatch(r"10\^(\d+)", str(dim))
    return float(power[1]) if power else math.log10(dim) if isinstance(dim, int) else -math.inf


def uncapitalized(title: str) -> str:
    """Return a title as it stands within a sentence: a name keeps its capital."""
    return title if title.startswith("Zipf") else title[:1].lower() + title[1:]
