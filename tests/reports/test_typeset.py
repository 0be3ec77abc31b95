"""The Typst source of formulas: what it says, and that Typst accepts it."""

import json
from pathlib import Path

import pytest
import sympy as sp
import typst

import theory
from reports.typeset import typeset

ALPHA, TAU, D, K, T, X, PHI = sp.symbols("alpha tau d k T x phi", positive=True)
EPSILON, TAU_EPSILON = sp.symbols("epsilon tau_epsilon", positive=True)
R = sp.Function("r")

CASES = [
    (sp.Integer(-3), "- 3"),
    (sp.Rational(-1, 2), "- frac(1, 2)"),
    (sp.Float(0.25), "0.25"),
    (X - 1, "x - 1"),
    (-X, "- x"),
    (-3 * X / 4, "- frac(3, 4) x"),
    (D * (X + 1) / 2, "frac(1, 2) d (x + 1)"),
    ((X + 1) / 2, "frac(1, 2) x + frac(1, 2)"),
    (2 * X * (1 - X), "2 x (1 - x)"),
    (sp.Float(0.25) * sp.Pow(2, sp.Rational(17, 40)), "0.25 dot 2^(17 slash 40)"),
    (
        sp.Pow(2, sp.Rational(2, 5)) * sp.Pow(3, sp.Rational(1, 5)) / 9,
        "frac(1, 9) dot 2^(2 slash 5) dot 3^(1 slash 5)",
    ),
    (-(X + 1) * T, "T (- x - 1)"),
    (sp.sqrt(X), "sqrt(x)"),
    (1 / sp.sqrt(D), "frac(1, sqrt(d))"),
    (D ** (1 - EPSILON), "d^(1 - epsilon)"),
    (D**-ALPHA, "d^(- alpha)"),
    (X ** (1 / ALPHA), "x^(1 slash alpha)"),
    ((1 + X) ** (ALPHA / (ALPHA - 1)), "(x + 1)^(alpha slash (alpha - 1))"),
    (sp.exp(-TAU), "e^(- tau)"),
    (sp.exp(-sp.EulerGamma), "e^(- gamma)"),
    (sp.log(D) ** 2, "log(d)^(2)"),
    (sp.Eq(R(TAU_EPSILON), EPSILON), "r(tau_(epsilon)) = epsilon"),
    (sp.Function("r_d")(T), "r_(d)(T)"),
    (sp.Symbol("x_star") + sp.Symbol("mass"), '"mass" + x_("star")'),
    ((1 - ALPHA) / ALPHA * sp.expint(1 / ALPHA, TAU), "frac((1 - alpha) E_(1 slash alpha)(tau), alpha)"),
    (sp.beta(X, 1 + TAU) / sp.zeta(ALPHA), "frac(upright(B)(x, tau + 1), zeta(alpha))"),
    (sp.gamma(1 - 1 / ALPHA), "Gamma(1 - frac(1, alpha))"),
    (sp.uppergamma(X, D), "Gamma(x, d)"),
    (sp.harmonic(D, ALPHA), "H(d, alpha)"),
    (sp.floor(PHI) + sp.Max(X, D), "floor(phi) + max(d, x)"),
    (sp.Sum(K**-ALPHA, (K, 1, D)), "sum_(k = 1)^(d) k^(- alpha)"),
    (sp.Sum(1 + K, (K, 1, D)), "sum_(k = 1)^(d) (k + 1)"),
    (sp.Integral(sp.exp(-X), (X, 1, sp.oo)), "integral_(1)^(infinity) e^(- x) dif x"),
    (sp.Limit(R(D), D, sp.oo), "lim_(d -> infinity) r(d)"),
    (sp.Piecewise((X, X > 1), (1, True)), 'cases(x quad & "if " x > 1, 1 quad & "otherwise")'),
    (sp.Symbol("a") <= sp.pi, "a <= pi"),
]


@pytest.mark.parametrize(("expression", "source"), CASES, ids=[str(expression) for expression, _ in CASES])
def test_source(expression: sp.Basic, source: str) -> None:
    assert typeset(expression) == source


def compile_all(folder: Path, sources: list[str]) -> bytes:
    """Typeset the sources as the report does, each evaluated as math."""
    (folder / "sources.json").write_text(json.dumps(sources), encoding="utf-8")
    (folder / "main.typ").write_text('#for source in json("sources.json") [$ #eval(source, mode: "math") $]')
    return typst.compile(folder / "main.typ", root=folder, ignore_system_fonts=True)


def test_typst_accepts_every_form(tmp_path: Path) -> None:
    assert compile_all(tmp_path, [typeset(expression) for expression, _ in CASES]).startswith(b"%PDF")


@pytest.mark.parametrize("wrong", ["frac(1, 2", "tau_epsilonx + 1", "mass + 1"])
def test_typst_rejects_a_wrong_form(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(typst.TypstError):
        compile_all(tmp_path, [typeset(CASES[0][0]), wrong])


def test_unknown_node_is_refused() -> None:
    with pytest.raises(TypeError, match="Product has no Typst form"):
        typeset(sp.Product(R(X), (X, 1, 2)) + 1)
    with pytest.raises(TypeError, match="tan has no Typst form"):
        typeset(2 * sp.tan(X))


def test_every_statement_can_be_set(tmp_path: Path) -> None:
    """Formulas, laws and the steps of derivations."""
    expressions = [formula for entry in theory.statements() for formula in entry.formula]
    expressions += [
        step.relation for entry in theory.statements() if entry.derivation for step in entry.derivation()
    ]
    for row in (*theory.laws("gd"), *theory.laws("sd")):
        expressions += [row.time_scaling, row.rate, row.iterations, row.correction, row.sharp_iterations]
    assert compile_all(tmp_path, [typeset(expression) for expression in expressions]).startswith(b"%PDF")
