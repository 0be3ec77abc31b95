"""Phase diagrams: winners equal to those of counts proven on both sides, counts near them."""

from fractions import Fraction

import numpy as np
import pytest

import numerics
import theory
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
