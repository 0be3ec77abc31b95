"""Is it a power law? Exponents of a text's frequencies with intervals, goodness of fit, and those of its rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.bigram_table import BigramTable
from numerics.exponent import fit_exponent, fit_shifted, rank_distance
from numerics.jackknife import Estimate, interval, standard_errors
from numerics.validation import integer

Floats = NDArray[np.float64]

SEEN = 10  # times that a token must follow another one for its rank among them to be known
RANKS = 50  # tokens that must follow one so often for an exponent
QUANTILES = (0.1, 0.5, 0.9)


@dataclass(frozen=True, slots=True)
class RankLaw:
    r"""A law :math:`\pi_k \propto (k + q)^{-\alpha}` on the ranks k = 1..d, fitted to the tokens of a text.

    Attributes
    ----------
    alpha : Estimate
    shift : Estimate
        q; the constant 0 for a power law.
    distance : float
        Kolmogorov-Smirnov distance of the frequencies from the law.
    p_value : float
        How often as many independent draws from the law are as far from the law fitted to *them*; at least
        1 / (1 + draws).
    deviation : float
        By what factor the frequencies are typically off, beyond sampling: 1 for a text that follows the law.
    profile : tuple of (int, int, float, float)
        First and last rank of each band, the observed share of all tokens over that of the law, and the standard error
        of its logarithm.
    """

    alpha: Estimate
    shift: Estimate
    distance: float
    p_value: float
    deviation: float
    profile: tuple[tuple[int, int, float, float], ...]


@dataclass(frozen=True, slots=True)
class RowLaws:
    """Power laws fitted to the rows: to what follows each token that has enough behind it.

    Attributes
    ----------
    rows : int
        How many rows have enough.
    share : float
        Of all pairs that are in them.
    exponents, distances : tuple of float
        The 10 %, 50 % and 90 % quantiles over these rows of the exponent, and of the Kolmogorov-Smirnov distance;
        empty where no row has enough.
    """

    rows: int
    share: float
    exponents: tuple[float, ...]
    distances: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ZipfFit:
    """What `fit_zipf` found.

    Attributes
    ----------
    power_law : RankLaw
    shifted : RankLaw or None
        Zipf-Mandelbrot; None where no finite shift fits.
    rows : RowLaws
    draws, seed : int
        Of the p-values.
    """

    power_law: RankLaw
    shifted: RankLaw | None
    rows: RowLaws
    draws: int
    seed: int


def fit_zipf(
    table: BigramTable,
    *,
    draws: int = 39,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> ZipfFit:
    r"""Fit power laws of ranks to the tokens of a text, and see how well they fit.

    Parameters
    ----------
    table : BigramTable
        Its frequencies are those with which tokens come first in a pair.
    draws : int
        Simulated texts behind each p-value, draws >= 19.
    seed : int
        Of the draws.
    progress : callable, optional
        Called with what is done and what there is to do.

    Returns
    -------
    ZipfFit

    Raises
    ------
    ValueError
        An option out of its range; fewer than three tokens, or frequencies that no power law fits.

    Notes
    -----
    *Estimates* are those of maximum likelihood, `fit_exponent` and `fit_shifted`; the *intervals* (95 %) come from the
    text without each of its blocks, see `numerics.jackknife`. That of q is symmetric in log(1 + q).

    *Goodness of fit* is the parametric bootstrap of Clauset, Shalizi and Newman (2009), *Power-law distributions in
    empirical data*, section 4, for ranks: texts of independent draws are simulated from the fitted law, sorted and
    fitted as the text was, and p is the share of them that is at least as far from its own fit, the text itself
    included. Words are no independent draws and texts are long, so a small p is no surprise. How far the law is off is
    said by the *deviation*: for bands of ranks 1, 2-3, 4-7, … up to d, the logarithm of the observed share over that
    of the law; of its squares less those of its standard errors, the mean over the bands; of that the root, and the
    exponential.

    *Rows.* The law of a row is fitted to the tokens that were seen in it at least 10 times, of which there must be 50:
    among rarer ones, larger counts get lower ranks by chance, which would make a short row look steep. On independent
    draws from power laws over 10 000 tokens with exponents 0.6, 1 and 1.4, exponents found so are within 0.03.
    """
    draws = integer("draws", draws, minimum=19)
    seed = integer("seed", seed, minimum=0)
    by_block = _first_counts(table)
    rng = np.random.default_rng(seed)
    report = _Progress(progress, 2 * (draws + table.blocks + 1))
    power_law = _law(by_block, _unshifted, draws, rng, report)
    try:
        shifted = _law(by_block, fit_shifted, draws, rng, report)
    except ValueError:  # no finite shift: the rarest tokens fall like a geometric sequence, or all are alike
        shifted = None
    return ZipfFit(power_law, shifted, _rows(table), draws, seed)


class _Progress:
    """Counts fits."""

    def __init__(self, show: Callable[[int, int], None] | None, total: int) -> None:
        self._show, self._total, self._done = show, total, 0

    def step(self) -> None:
        """Count one."""
        self._done += 1
        if self._show is not None:
            self._show(self._done, self._total)


def _unshifted(counts: ArrayLike) -> tuple[float, float]:
    return fit_exponent(counts), 0.0


def _first_counts(table: BigramTable) -> NDArray[np.int64]:
    """How often each token comes first in a pair of each block, shape (blocks, d)."""
    counts = table.block_counts
    first = table.pairs // table.dim
    found = np.zeros((table.blocks, table.dim), dtype=np.int64)
    for block, (start, stop) in enumerate(pairwise(counts.indptr.tolist())):
        np.add.at(found[block], first[counts.indices[start:stop]], counts.data[start:stop])
    return found


def _law(
    by_block: NDArray[np.int64],
    fit: Callable[[ArrayLike], tuple[float, float]],
    draws: int,
    rng: np.random.Generator,
    report: _Progress,
) -> RankLaw:
    """Fit one law."""
    whole = by_block.sum(axis=0)
    alpha, shift = fit(whole)
    report.step()
    fewest = min(
        int(np.count_nonzero(whole - block)) for block in by_block
    )  # some may occur in one block only
    bands = _bands(fewest, whole.size)
    logs = _log_ratios(whole, alpha, shift, bands)
    without = []
    for block in by_block:
        less = whole - block
        found = fit(less)
        without.append((*found, *_log_ratios(less, *found, bands)))
        report.step()
    alphas, shifts, *ratios = (list(column) for column in zip(*without, strict=True))
    errors = standard_errors(np.transpose(ratios))
    excess = float(np.mean(logs**2 - errors**2))
    scale = interval(float(np.log1p(shift)), np.log1p(shifts).tolist())
    distance = rank_distance(whole, alpha=alpha, shift=shift)
    weights = (np.arange(1.0, whole.size + 1.0) + shift) ** -alpha
    further = 0
    for _ in range(draws):
        drawn = rng.multinomial(int(whole.sum()), weights / weights.sum())
        again = fit(drawn)
        further += rank_distance(drawn, alpha=again[0], shift=again[1]) >= distance
        report.step()
    return RankLaw(
        alpha=interval(alpha, alphas),
        shift=Estimate(shift, float(np.expm1(scale.lower)), float(np.expm1(scale.upper))),
        distance=distance,
        p_value=(1 + further) / (1 + draws),
        deviation=float(np.exp(np.sqrt(max(excess, 0.0)))),
        profile=tuple(
            (first, last, float(np.exp(log)), float(error))
            for (first, last), log, error in zip(bands, logs, errors, strict=True)
        ),
    )


def _bands(occurring: int, dim: int) -> list[tuple[int, int]]:
    """First and last ranks of bands that double; the last has a token that occurs and goes up to d.

    Examples
    --------
    >>> _bands(9, 10), _bands(7, 10)
    ([(1, 1), (2, 3), (4, 7), (8, 10)], [(1, 1), (2, 3), (4, 10)])
    """
    starts = [1 << k for k in range(occurring.bit_length())]
    return [(start, following - 1) for start, following in pairwise([*starts, dim + 1])]


def _log_ratios(
    counts: NDArray[np.int64], alpha: float, shift: float, bands: Sequence[tuple[int, int]]
) -> Floats:
    """Logarithm of the share of the tokens in each band, over that of the law."""
    ordered = np.sort(counts)[::-1]
    weights = (np.arange(1.0, counts.size + 1.0) + shift) ** -alpha
    starts = [first - 1 for first, _ in bands]
    observed = np.add.reduceat(ordered, starts) / ordered.sum()
    ratios: Floats = np.log(observed / (np.add.reduceat(weights, starts) / weights.sum()))
    return ratios


def _rows(table: BigramTable) -> RowLaws:
    """Fit the rows."""
    counts = table.counts()
    exponents, distances, pairs = [], [], 0
    for start, stop in pairwise(counts.indptr.tolist()):
        row: NDArray[Any] = counts.data[start:stop]
        seen = row[row >= SEEN]
        if seen.size < RANKS or seen.min() == seen.max():
            continue
        exponents.append(fit_exponent(seen))
        distances.append(rank_distance(seen, alpha=exponents[-1]))
        pairs += int(row.sum())
    if not exponents:
        return RowLaws(0, 0.0, (), ())
    found = (tuple(np.quantile(values, QUANTILES).tolist()) for values in (exponents, distances))
    return RowLaws(len(exponents), pairs / table.pair_total, *found)
