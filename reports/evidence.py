"""What a check saw, as plain data: verdicts, tables, figures and the PDF are drawn from it alone."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

#: The parameters of one comparison.
Case: TypeAlias = Mapping[str, str | int | float]

Kind = Literal["proof", "identity", "inequality", "limit", "optimality", "model"]
Route = Literal["symbolic", "enclosure", "simulation", "fit"]


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison: what the statement predicts beside what was observed.

    Parameters
    ----------
    case
        The parameters of this comparison, as strings and numbers.
    predicted, observed
        Finite floats in the same unit. What they stand for depends on the kind of the evidence; see
        :func:`reports.judge`.
    budget
        By how much the two may differ for reasons other than the statement, in their unit, by source:
        ``truncation``, ``rounding``, ``fit``. Each a finite float >= 0.

    Raises
    ------
    ValueError
        If a number is not finite or a budget is negative.

    Examples
    --------
    >>> Row(case={"alpha": "1", "d": 100}, predicted=0.5, observed=0.25, budget={"rounding": 1e-15}).error
    -0.25
    """

    case: Case
    predicted: float
    observed: float
    budget: Mapping[str, float]

    def __post_init__(self) -> None:
        for name, value in (("predicted", self.predicted), ("observed", self.observed), *self.budget.items()):
            if not math.isfinite(value):
                raise ValueError(f"{name}={value} at {describe(self.case)}: evidence must be a finite number")
        for name, value in self.budget.items():
            if value < 0:
                raise ValueError(f"{name}={value} at {describe(self.case)}: an error budget must be >= 0")

    @property
    def error(self) -> float:
        """Observed minus predicted."""
        return self.observed - self.predicted

    @property
    def allowance(self) -> float:
        """The whole budget: the sum over its sources."""
        return math.fsum(self.budget.values())


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything one check saw.

    Parameters
    ----------
    statement
        Identifier of the statement, such as ``"thm-3.1"``.
    check
        Name of the check, unique within its statement.
    kind
        How the rows are to be judged.
    route
        How the observed numbers were obtained.
    rows
        The comparisons. For the kind ``"limit"`` they stand in the order in which the limit is taken.
    series
        For the kind ``"limit"``: the keys of ``case`` that tell one sequence from the next.
    columns
        What ``predicted`` and ``observed`` are called in tables, where their kind does not say it well.

    Examples
    --------
    >>> row = Row(case={"d": 10}, predicted=0.5, observed=0.5, budget={"rounding": 0.0})
    >>> evidence = Evidence("prop-a.1", "sum", "identity", "simulation", (row,))
    >>> Evidence.from_json(evidence.to_json()) == evidence
    True
    """

    statement: str
    check: str
    kind: Kind
    route: Route
    rows: tuple[Row, ...]
    series: tuple[str, ...] = ()
    columns: tuple[str, str] | None = None

    def sequences(self) -> Iterator[tuple[Row, ...]]:
        """Rows that belong to one limit, sequence by sequence, each in the order given."""
        groups: dict[tuple[str | int | float, ...], list[Row]] = {}
        for row in self.rows:
            groups.setdefault(tuple(row.case[key] for key in self.series), []).append(row)
        return (tuple(rows) for rows in groups.values())

    def to_json(self) -> dict[str, Any]:
        """Return plain data for :mod:`json`, exact: :meth:`from_json` restores an equal object."""
        return {
            "statement": self.statement,
            "check": self.check,
            "kind": self.kind,
            "route": self.route,
            "series": list(self.series),
            "columns": None if self.columns is None else list(self.columns),
            "rows": [
                {
                    "case": dict(row.case),
                    "predicted": row.predicted,
                    "observed": row.observed,
                    "budget": dict(row.budget),
                }
                for row in self.rows
            ],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Evidence:
        """Restore what :meth:`to_json` returned."""
        rows = tuple(Row(**row) for row in data["rows"])
        columns = data["columns"]
        return cls(
            data["statement"],
            data["check"],
            data["kind"],
            data["route"],
            rows,
            tuple(data["series"]),
            None if columns is None else (columns[0], columns[1]),
        )


def describe(case: Case) -> str:
    """Return the parameters of a row as one short phrase, floats to ten significant digits.

    Examples
    --------
    >>> describe({"alpha": "1/2", "d": 1000, "t": 2 / 3})
    'alpha = 1/2, d = 1000, t = 0.6666666667'
    """
    shown = ((name, f"{value:.10g}" if isinstance(value, float) else value) for name, value in case.items())
    return ", ".join(f"{name} = {value}" for name, value in shown)


def rounded(data: Any) -> Any:
    """Round every float within plain data to ten significant digits: processors differ in the last ones.

    Examples
    --------
    >>> rounded({"dims": [100], "error": [0.12345678901234]})
    {'dims': [100], 'error': [0.123456789]}
    """
    if isinstance(data, dict):
        return {name: rounded(value) for name, value in data.items()}
    if isinstance(data, list):
        return [rounded(value) for value in data]
    return float(f"{data:.10g}") if isinstance(data, float) else data
