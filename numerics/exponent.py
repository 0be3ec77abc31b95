"""Power laws of ranks, with a shift or without, fitted to counts, and how far the counts are from them."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

MOST = 1e3  # with a shift of so many vocabularies, the law is geometric


def fit_exponent(counts: ArrayLike) -> float:
    r"""Exponent of the power law on ranks 1..d that makes the counts most likely.

    Parameters
    ----------
    counts : array_like, shape (d,)
        How often each token occurs, or any multiple of it; the order does not matter, since the most frequent
        token gets rank 1, the next rank 2, and so on. Zeros count as ranks: d is the length. d >= 2.

    Returns
    -------
    float
        alpha > 0 of :math:`\pi_k = k^{-\alpha} / H(d, \alpha)`, to rounding.

    Raises
    ------
    ValueError
        Where no finite alpha > 0 is most likely: a negative or non-finite count, fewer than two tokens, equal
        counts throughout (alpha would be 0), or a single token that has them all (alpha would be infinite).

    Notes
    -----
    The likelihood's derivative vanishes where :math:`\sum_k k^{-\alpha} \log k / H(d, \alpha)`, which falls
    with alpha, equals the observed mean of the log rank; each evaluation costs O(d). Tokens weigh as often as
    they occur, so the head of the distribution decides.

    A least-squares line through the log-log plot would weigh every rank alike, that is, fit the rare tokens.
    The ranks come from the counts themselves. Among tokens whose counts differ by chance only, the larger
    count gets the lower rank, which biases alpha upwards: for 3.5 million independent draws from 10 000
    tokens with alpha = 1, by 0.0002, as much as the standard error.

    Examples
    --------
    >>> round(fit_exponent([120, 60, 40, 30, 24]), 12)
    1.0
    """
    ordered = _sorted_counts(counts)
    logs = np.log(np.arange(1.0, ordered.size + 1.0))
    return _most_likely(ordered, logs)


def fit_shifted(counts: ArrayLike) -> tuple[float, float]:
    r"""Exponent and shift of the Zipf-Mandelbrot law on ranks 1..d that makes the counts most likely.

    Parameters
    ----------
    counts : array_like, shape (d,)
        As for `fit_exponent`, d >= 3.

    Returns
    -------
    alpha, shift : float
        Of :math:`\pi_k \propto (k + q)^{-\alpha}` with q > -1; q = 0 is the power law.

    Raises
    ------
    ValueError
        As `fit_exponent`, and where no finite alpha and q are most likely: frequencies that fall like a geometric
        sequence or faster, or that do not fall beyond the first rank.

    Notes
    -----
    The law is Mandelbrot's (1953). Each shift has its most likely exponent, found as in `fit_exponent`; along these,
    the likelihood's derivative changes its sign at the shift looked for, between -0.999 and a thousand vocabularies.
    The two are strongly correlated: a larger shift goes with a larger exponent.

    Examples
    --------
    >>> alpha, shift = fit_shifted([1000 * (k + 2.5) ** -1.2 for k in range(1, 101)])
    >>> round(alpha, 6), round(shift, 6)
    (1.2, 2.5)
    """
    from scipy.optimize import brentq  # takes long to load

    ordered = _sorted_counts(counts)
    if ordered.size < 3:
        raise ValueError("counts has fewer than three tokens: an exponent and a shift need more")
    ranks = np.arange(1.0, ordered.size + 1.0)

    def best(scale: float) -> tuple[float, float]:
        """Exponent that is most likely with q = e^scale - 1, and the likelihood's derivative in q over it."""
        shifted = ranks + np.expm1(scale)
        alpha = _most_likely(ordered, np.log(shifted))
        weights = _weights(alpha, np.log(shifted))
        return alpha, float((weights / shifted).sum() - (ordered / shifted).sum() / ordered.sum())

    lower, upper = -np.log(MOST), np.log(MOST * ordered.size)
    if not best(lower)[1] > 0.0 > best(upper)[1]:
        raise ValueError(
            "counts fit no shifted power law: no finite exponent and shift are most likely; take fit_exponent"
        )
    scale = brentq(lambda scale: best(scale)[1], lower, upper, xtol=1e-13, rtol=4 * np.finfo(float).eps)
    return best(scale)[0], float(np.expm1(scale))


def _most_likely(ordered: Floats, logs: Floats) -> float:
    """Exponent alpha of the weights exp(-alpha logs) that makes counts most likely; logs increase."""
    from scipy.optimize import brentq  # takes long to load

    observed = float((ordered * logs).sum() / ordered.sum())

    def excess(alpha: float) -> float:
        return float((_weights(alpha, logs) * logs).sum()) - observed

    if ordered[0] == ordered[-1] or excess(0.0) <= 0.0:
        raise ValueError("counts are all equal: no exponent alpha > 0 fits; give counts that differ")
    upper = 2.0
    while excess(upper) > 0.0:
        upper *= 2.0
    return float(brentq(excess, 0.0, upper, xtol=4e-16, rtol=4 * np.finfo(float).eps))


def _weights(alpha: float, logs: Floats) -> Floats:
    """Frequencies in proportion to exp(-alpha logs). Sums are NumPy's: BLAS would start threads for one of 10 000."""
    weights: Floats = np.exp(alpha * (logs[0] - logs))
    weights /= weights.sum()
    return weights


def rank_distance(counts: ArrayLike, *, alpha: float, shift: float = 0.0) -> float:
    r"""Kolmogorov-Smirnov distance between the counts and a power law on ranks.

    Parameters
    ----------
    counts : array_like, shape (d,)
        As for `fit_exponent`.
    alpha : float
        Exponent of the power law, alpha > 0.
    shift : float
        Its shift q > -1; see `fit_shifted`.

    Returns
    -------
    float
        The largest difference, over k, of the share of the k most frequent tokens, observed against that of the
        law (without a shift, :math:`H(k, \alpha) / H(d, \alpha)`); in [0, 1), 0 for a perfect fit.

    Notes
    -----
    It is a distance, not a test: with millions of words every text is significantly far from a power law.

    Examples
    --------
    >>> counts = [120, 60, 40, 30, 24]
    >>> round(rank_distance(counts, alpha=1.0), 9), round(rank_distance(counts, alpha=2.0), 9)
    (0.0, 0.245285397)
    """
    ordered = _sorted_counts(counts)
    model = (np.arange(1.0, ordered.size + 1.0) + shift) ** -alpha
    difference = np.cumsum(ordered) / ordered.sum() - np.cumsum(model) / model.sum()
    return float(np.abs(difference).max())


def _sorted_counts(counts: ArrayLike) -> Floats:
    values = np.asarray(counts, dtype=np.float64)
    if values.ndim != 1 or values.size < 2:
        raise ValueError(f"counts has shape {values.shape}; give one count for each of at least two tokens")
    if not np.isfinite(values).all() or values.min() < 0.0:
        raise ValueError("counts holds a negative or non-finite value; give counts >= 0")
    if np.count_nonzero(values) < 2:
        raise ValueError("counts has fewer than two values > 0: no exponent fits; give a longer text")
    return np.sort(values / values.max())[::-1]
