"""How many steps a text of one's own needs, beside what the power law fitted to it predicts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np

from numerics.text import BigramTable, read_bigrams
from numerics.validation import Number, integer, target
from reports.advice import DUEL, Advice, advise
from reports.growth import GrowthTable, drawn, tabulated
from reports.halves import Estimate, Halves, centered
from reports.methods import GROWING, METHODS, Method
from reports.restore import restored

if TYPE_CHECKING:
    from numerics.sources import Text

NOTES = (
    "α is fitted, by maximum likelihood on the ranks 1..d, to the frequencies π_i with which the tokens "
    "of the vocabulary come first in a pair. The power law gives every row of conditional frequencies "
    "that law too; those of the text were not fitted, and where they differ, so do the steps.",
    "Intervals (95 %) say by how much another text of the same kind and length would differ; they come "
    "from random halves of the text. Not covered is the length itself: in a short text the conditional "
    "frequencies of rare tokens look more uneven than they are. The steps on half of the text show how "
    "much that matters.",
    "Simplified sign descent is Assumption 4.1, a model. Iterated is the true update, whose error depends "
    "on whether the number of steps T is even or odd.",
)

SMALLEST = 10
"""The smallest vocabulary that is looked at."""

CAUTION = (
    "Intervals not to rely on: {}. Half of the text needs steps outside of them, off by more than a quarter, so "
    "the text is too short; or all of it needs at most two steps, and rounding hides the spread."
)


@dataclass(frozen=True, slots=True)
class Steps:
    """Steps until the relative error is ε, for one method.

    Attributes
    ----------
    method : Method
    on_corpus : Estimate
        On the text itself.
    on_half : float
        On a random half of the text: the median over the replicates, not rounded to a number of steps.
    by_power_law : Estimate
        With the fitted exponent and the same d; the interval is that of the exponent, carried through.
    """

    method: Method
    on_corpus: Estimate
    on_half: float
    by_power_law: Estimate

    @property
    def is_doubtful(self) -> bool:
        """Whether the length of the text matters more than its interval says, or rounding hides the spread."""
        whole = self.on_corpus
        outside = not whole.lower <= self.on_half <= whole.upper
        return whole.value <= 2 or (outside and abs(self.on_half - whole.value) > whole.value / 4)


@dataclass(frozen=True, slots=True)
class CorpusAnalysis:
    """What `analyze` found; every number that a table or figure of a text shows.

    Attributes
    ----------
    source, sha256, tokens : str
        The text, and how it was cut into tokens.
    token_total, token_types, pair_total : int
        Tokens and distinct tokens of the text, and the pairs of neighbors within the vocabulary.
    dim : int
        Size d of the vocabulary, which is smaller than asked for where a built-in text has fewer tokens.
    epsilon : float
    alpha : Estimate
        Exponent of the frequencies π_i; see the notes.
    rank_distance : float
        Kolmogorov-Smirnov distance of the frequencies from the fitted power law.
    steps : tuple of Steps
        A row for each of `METHODS`.
    growth : GrowthTable or None
        None where the vocabulary is too small for three sizes of at least ten.
    advice : Advice
        What follows from the steps for somebody who has to choose.
    blocks, replicates, seed : int
        Of the intervals.
    notes : tuple of str
        What the numbers mean and what they do not, in plain words.
    """

    source: str
    sha256: str
    tokens: str
    token_total: int
    token_types: int
    pair_total: int
    dim: int
    epsilon: float
    alpha: Estimate
    rank_distance: float
    steps: tuple[Steps, ...]
    growth: GrowthTable | None
    advice: Advice
    blocks: int
    replicates: int
    seed: int
    notes: tuple[str, ...] = NOTES

    def to_json(self) -> dict[str, Any]:
        """Return plain data: dictionaries, tuples, strings and numbers."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> CorpusAnalysis:
        """Restore what :meth:`to_json` returned, also after its way through JSON."""
        analysis: CorpusAnalysis = restored(cls, data)
        return analysis


def analyze(
    source: BigramTable | str | PathLike[str] | Text,
    *,
    vocab_size: int | None = None,
    epsilon: Number,
    tokens: str = "words",
    model: str | PathLike[str] | None = None,
    replicates: int = 39,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> CorpusAnalysis:
    """Count the steps a text needs with each method, and those its fitted power law predicts.

    Parameters
    ----------
    source : path, Text or BigramTable
        A text file in UTF-8, a text of `numerics.builtin_text`, or a table already counted.
    vocab_size : int
        Size d of the vocabulary; may be left out for a table, which has its own.
    epsilon : float or str
        Target relative error, in (0, 1).
    tokens : {"words", "chars", "bpe"}
    model : path, optional
        How a text is cut, see `numerics.read_bigrams`; a table is already.
    replicates : int
        Number of random halves; at least 39, so that the interval from the 2.5 % to the 97.5 % quantile
        exists.
    seed : int
        Of the random halves.
    progress : callable, optional
        Called with what is done and what there is to do.

    Returns
    -------
    CorpusAnalysis

    Raises
    ------
    ValueError, TypeError
        An option out of its range; a text that `numerics.read_bigrams` refuses; a text too short for its
        frequencies to have an exponent.

    Notes
    -----
    *Intervals.* Words are not independent draws, so the text is resampled in whole blocks, one after the
    other in the text. A replicate is the text of a random half of the blocks (a bootstrap with exchangeable
    weights 0 and 2: for a mean, its variance equals that of drawing all blocks with replacement). The
    interval is the estimate plus the replicates' 2.5 % and 97.5 % quantiles less their median.

    Drawing blocks with replacement is worse here in two ways. A repeated block adds no new pairs, and the
    steps depend on how finely the conditional frequencies of rare tokens are sampled; how many blocks are
    repeated differs between replicates, which is spread that different texts do not have (threefold for gd,
    on a text of independent draws). And all replicates, like halves, behave like shorter texts: percentiles
    of their step counts lie beside the estimate, and often do not include it. Hence the median is taken off.
    On independent draws from a power law (d = 500, 10⁵ tokens, 16 blocks, 100 texts) the intervals of alpha
    and of gd's steps then include the mean over texts 97 % of the time; percentiles, for the steps, never
    did.

    If neighboring blocks resemble each other, as in a long novel cut into many, intervals are too short;
    therefore the blocks are few and large.

    *Growth.* Vocabularies are nested in one table; see `numerics.BigramTable.restricted`.
    """
    limit = target(epsilon)
    replicates = integer("replicates", replicates, minimum=39)
    seed = integer("seed", seed, minimum=0)
    reading = 1 + replicates // 8  # in units of a replicate, what reading 20 MB costs
    total = reading + replicates
    report = progress or _silent
    if isinstance(source, BigramTable):
        table = source if vocab_size is None else source.restricted(vocab_size)
    elif vocab_size is None:
        raise ValueError("vocab_size=None must be an integer >= 2 for a text: give its size")
    else:
        table = read_bigrams(
            source,
            vocab_size=vocab_size,
            tokens=tokens,
            model=model,
            progress=lambda done, size: report(reading * done // size, total),
        )
    sizes = [size for k in range(40, 0, -1) if (size := round(table.dim * 10 ** (-k / 3))) >= SMALLEST]
    smaller = sizes[-4:] if len(sizes) >= 2 else []
    both = (*DUEL, *(method for method in GROWING if method not in DUEL))
    asked = {size: both if size in smaller else DUEL for size in sizes}
    sample = drawn(
        table,
        {**asked, table.dim: METHODS},
        epsilon=limit,
        replicates=replicates,
        seed=seed,
        report=lambda done: report(reading + done, total),
    )
    alpha = centered(sample.alphas[-1], sample.half_alphas)
    steps = tuple(_steps(sample, method, alpha) for method in METHODS)
    doubtful = "; ".join(row.method.name for row in steps if row.is_doubtful)
    return CorpusAnalysis(
        source=table.source,
        sha256=table.sha256,
        tokens=table.tokens,
        token_total=table.token_total,
        token_types=table.token_types,
        pair_total=table.pair_total,
        dim=table.dim,
        epsilon=limit,
        alpha=alpha,
        rank_distance=sample.rank_distance,
        steps=steps,
        growth=tabulated(sample, (*smaller, table.dim)) if smaller else None,
        advice=advise(sample, (*smaller, table.dim) if smaller else ()),
        blocks=table.blocks,
        replicates=replicates,
        seed=seed,
        notes=(CAUTION.format(doubtful), *NOTES) if doubtful else NOTES,
    )


def _steps(sample: Halves, method: Method, alpha: Estimate) -> Steps:
    """Return the row of a method at the largest vocabulary."""
    dim = sample.dims[-1]
    halves = sample.half_crossings[dim, method]
    around = centered(sample.crossings[dim, method], halves)
    # In a short text the interval may reach below 0; the law's frequencies are then all but equal.
    exponents = (max(exponent, 1e-9) for exponent in (alpha.lower, alpha.value, alpha.upper))
    laws = [method.by_power_law(exponent, dim, sample.epsilon) for exponent in exponents]
    interval = method.at_least(around.lower), method.at_least(around.upper)
    return Steps(
        method=method,
        on_corpus=Estimate(sample.counts[dim, method], *interval),
        on_half=float(np.median(halves)),
        by_power_law=Estimate(laws[1], min(laws), max(laws)),
    )


def _silent(done: int, total: int) -> None:
    """Report nothing."""
