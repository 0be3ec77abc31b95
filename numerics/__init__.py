"""What the algorithms do: the bigram problem, closed forms, real training, real text."""

from numerics import cross_entropy
from numerics.cases import Case
from numerics.exponent import fit_exponent, fit_shifted
from numerics.power_law import best_step_size, iterations, relative_error
from numerics.problem import BigramProblem
from numerics.sources import builtin_text
from numerics.sweeps import sweep
from numerics.text import BigramTable, read_bigrams
from numerics.training import TrainingEstimate, TrainingResult
from numerics.zipf import fit_zipf

__all__ = [
    "BigramProblem",
    "BigramTable",
    "Case",
    "TrainingEstimate",
    "TrainingResult",
    "best_step_size",
    "builtin_text",
    "cross_entropy",
    "fit_exponent",
    "fit_shifted",
    "fit_zipf",
    "iterations",
    "read_bigrams",
    "relative_error",
    "sweep",
]
