"""Phase diagrams: winners equal to those of counts proven on both sides, counts near them."""

import json
from fractions import Fraction

import numpy as np
import pytest

import numerics
import theory
from reports.figures import own_phase
from reports.figures.export import to_csv
from reports.phase import GD, SD, TIE, phase_diagram

ALPHAS = tuple(Fraction(k, 6) for k in range(1, 13))
EPSILONS = tuple(Fraction(f"{0.01 * 80 ** (j / 11):.3g}") for j in range(12))


@pytest.mark.parametrize(("dim", "every"), [(2, 4), (1_000, 1)])
def test_every_winner_is_that_of_certified_counts(dim: int, every: int) -> None:
    alphas = ALPHAS[::every]
    found = phase_diagram(dim, alphas=alphas, epsilons=EPSILONS)
    for i, alpha in enumerate(alphas):
        gd, sd = (
            np.array(theory.iterations(name, alpha=alpha, dim=dim, epsilon=EPSILONS)) for name in ("gd", "sd")
        )
        assert found.winner[i].tolist() == np.where(sd < gd, SD, np.where(gd < sd, GD, TIE)).tolist()
        for counts, shown in ((gd, found.gd[i]), (sd, found.sd[i])):
            # Cubics between 32 logarithmically spaced times; measured 3e-3 at most.
            assert np.all(np.abs(np.ceil(shown * (1 - 1e-12)) - counts) <= np.maximum(1, 0.01 * counts))


def test_against_a_simulation_at_a_million_words() -> None:
    alphas, epsilons = ("1/2", "1"), ("1/10", "1/3")
    found = phase_diagram(10**6, alphas=alphas, epsilons=epsilons)
    for i, alpha in enumerate((0.5, 1.0)):
        for j, epsilon in enumerate((1 / 10, 1 / 3)):
            gd, sd = (
                numerics.iterations(name, alpha=alpha, dim=10**6, epsilon=epsilon) for name in ("gd", "sd")
            )
            assert found.gd[i, j] == pytest.approx(gd, rel=0.01)
            assert found.sd[i, j] == pytest.approx(sd, rel=0.01)
            assert found.winner[i, j] == (SD if sd < gd else GD)
    assert found.ratio[1, 0] == pytest.approx(found.gd[1, 0] / found.sd[1, 0])


def test_the_figure_says_what_the_diagram_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_phase, "DIMS", (100, 10_000))
    monkeypatch.setattr(own_phase, "ALPHAS", ALPHAS[::4])
    monkeypatch.setattr(own_phase, "EPSILONS", EPSILONS[::4])
    data = own_phase.data()
    assert json.loads(json.dumps(data)) == data
    (proven,) = data["proven"]
    assert len(proven["agrees"]) == 4  # every second of three, in either direction
    assert all(proven["agrees"])
    for found in data["maps"]:
        diagram = phase_diagram(found["dim"], alphas=ALPHAS[::4], epsilons=EPSILONS[::4])
        assert found["winner"] == diagram.winner.tolist()
        assert found["alpha"][1] == [float(ALPHAS[4])] * 3
    broken = {**data, "proven": [{**proven, "agrees": [True] * 3 + [False]}]}
    figure = own_phase.draw(broken)
    assert "3 of 4 winners" in figure.axes[2].get_title()
    maps = figure.axes[:2]
    assert [axis.get_xlabel() for axis in maps] == ["α"] * 2
    # The rule is a line at one half, and the hatched realm is where gd wins.
    assert all(list(axis.lines[0].get_xdata()) == [0.5, 0.5] for axis in maps)
    assert [text.get_text() for text in figure.legends[0].get_texts()][-1] == "popular rule"
    rows = to_csv(data).decode().splitlines()
    assert rows[0] == "dim,alpha,epsilon,gd,sd,winner,distance,agrees"
    assert len(rows) == 1 + 2 * 9 + 4
