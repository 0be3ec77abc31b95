"""The section on real text: facts, fitted exponent, steps and their growth, from one analysis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reports.document.content import decimals, number, prose, table

if TYPE_CHECKING:
    from reports.corpus import CorpusAnalysis, Steps
    from reports.growth import Growth, GrowthTable
    from reports.halves import Estimate

SOURCES = {
    "stdlib": "the source code of Python’s standard library",
    "pydoc-topics": "the topics of Python’s built-in help",
}

#: How a text is cut, for captions.
CUTS = {
    "words": "words, the most frequent of the text",
    "bpe": "pieces of words, which sentencepiece finds anew for each size; those that do not occur by themselves "
    "do not count",
}


def real_text(analysis: CorpusAnalysis) -> dict[str, Any]:
    """Return what the report says about the text."""
    return {
        # A name of the user's may have letters that the report's fonts do not.
        "source": SOURCES.get(analysis.source, ascii(Path(analysis.source).name)),
        "dim": number(analysis.dim),
        "epsilon": number(analysis.epsilon),
        "alpha": bracketed(analysis.alpha, 3),
        "notes": [prose(note) for note in analysis.notes],
        "advice": [prose(line) for line in analysis.advice.lines],
        "facts": table(["Text", ""], facts(analysis), "The text and the power law fitted to it."),
        "steps": table(
            ["Method", "on the text", "on half of it", "power law, fitted α"],
            [steps_row(steps) for steps in analysis.steps],
            f"Full-batch steps to relative error {number(analysis.epsilon)} with {number(analysis.dim)} words, with "
            "95 % intervals: on the text itself, on random halves of it (median), and by the power law with the "
            "fitted α.",
        ),
        "growth": growth(analysis),
    }


def compared(analyses: Sequence[CorpusAnalysis]) -> dict[str, Any]:
    """Return what the report says of several texts: their numbers side by side, and where they tell another story."""
    found = [conclusions(analysis) for analysis in analyses]
    return {
        "table": table(
            ["", *(name_of(analysis) for analysis in analyses)],
            [[question, *(answers[question][0] for answers in found)] for question in found[0]],
            "Several texts side by side, each with its vocabulary and target; with 95 % intervals.",
        ),
        "story": [same_or_not(question, analyses, found) for question in found[0] if found[0][question][1]],
    }


def name_of(analysis: CorpusAnalysis) -> str:
    """Return a short name of a text."""
    return short_name(analysis.source)


def short_name(source: str) -> str:
    """Return a short name of a text, in letters that the report's fonts have."""
    return source if source in SOURCES else ascii(Path(source).name).strip("'")


def conclusions(analysis: CorpusAnalysis) -> dict[str, tuple[str, str]]:
    """Return the answer of a text to each question: as a number, and as a word by which texts can agree, or none."""
    advice = analysis.advice
    answers = {
        "Vocabulary": (number(analysis.dim), ""),
        "ε": (number(analysis.epsilon), ""),
        "Fitted α": (bracketed(analysis.alpha, 3), above(analysis.alpha, 1.0, "1")),
    }
    for margin, name in zip(advice.margins, ("Assumption 4.1", "even T", "odd T"), strict=True):
        answers[f"gd steps / sd steps, {name}"] = (
            bracketed(margin.factor, 1),
            {"above": "sd wins", "below": "gd wins", "": "neither wins for sure"}[side(margin.factor, 1.0)],
        )
    turning = advice.turning
    answers["Answer changes at d"] = ("–" if turning is None else bracketed(turning, 0), "")
    if analysis.growth is not None:
        for row in analysis.growth.rows:
            answers[f"Exponent of d: {row.method.name}"] = (
                bracketed(row.exponent, 2),
                above(row.exponent, row.law, f"the law’s {row.law:.2f}"),
            )
    return answers


def side(estimate: Estimate, value: float) -> str:
    """Return on which side of a value an estimate is for sure, or nothing."""
    return "above" if estimate.lower > value else "below" if estimate.upper < value else ""


def above(estimate: Estimate, value: float, shown: str) -> str:
    """Return on which side of a value an estimate is, in words."""
    return f"{side(estimate, value) or 'within its interval of'} {shown}"


def same_or_not(
    question: str,
    analyses: Sequence[CorpusAnalysis],
    found: Sequence[dict[str, tuple[str, str]]],
) -> str:
    """Return whether all texts give one answer to a question, and if not, which gives which."""
    words = [answers.get(question, ("", "–"))[1] for answers in found]
    if len(set(words)) == 1:
        return f"{question}: {words[0]}, on every text"
    each = "; ".join(f"{word} on {name_of(analysis)}" for word, analysis in zip(words, analyses, strict=True))
    return f"{question}: the texts differ, {each}"


def facts(analysis: CorpusAnalysis) -> list[list[str]]:
    """Return names and values that describe the text."""
    return [
        ["Length", f"{number(analysis.token_total)} {analysis.tokens}"],
        ["Distinct", number(analysis.token_types)],
        ["Vocabulary", f"the {number(analysis.dim)} most frequent"],
        ["Pairs of neighbors in the vocabulary", number(analysis.pair_total)],
        ["Fitted α", bracketed(analysis.alpha, 3)],
        [
            "Largest distance of the cumulative frequencies from the power law",
            number(analysis.rank_distance, 2),
        ],
        [
            "Resampling",
            f"{analysis.replicates} random halves of {analysis.blocks} blocks, seed {analysis.seed}",
        ],
        ["SHA-256 of the text", f"{analysis.sha256[:16]}…"],
    ]


def steps_row(steps: Steps) -> list[str]:
    """Return one method's steps."""
    return [
        steps.method.name,
        bracketed(steps.on_corpus, 0),
        number(round(steps.on_half)) if steps.on_half >= 100 else f"{steps.on_half:.1f}",
        bracketed(steps.by_power_law, 0),
    ]


def growth(analysis: CorpusAnalysis) -> dict[str, Any]:
    """Return steps by size of the vocabulary, and the exponents fitted to them."""
    found = analysis.growth
    assert found is not None, "a text for the report has at least three vocabularies"
    return table(
        [
            "Method",
            *(f"d = {number(dim)}" for dim in found.dims),
            "fitted exponent",
            "power law’s",
            "as d → ∞",
        ],
        [growth_row(row) for row in found.rows],
        f"Growth of the steps to relative error {number(analysis.epsilon)} on the text with the vocabulary: fitted "
        "exponent of d with its 95 % interval, the same slope for the power law fitted to each vocabulary, and what "
        "it tends to at α = 1.",
    )


def scaling(growths: Mapping[tuple[str, str], GrowthTable | None], epsilon: float) -> list[dict[str, Any]]:
    """Return a table for each text and tokenizer, of those with vocabularies of more than one size."""
    return [
        table(
            [
                "Method",
                *(f"d = {number(dim)}" for dim in found.dims),
                "fitted exponent",
                "power law’s",
                "as d → ∞",
            ],
            [growth_row(row) for row in found.rows],
            f"Steps to relative error {number(epsilon)} on {short_name(source)} at the vocabularies of Figure 2 of "
            f"the paper: {CUTS[tokens]}. Columns are those of the table before.",
        )
        for (source, tokens), found in growths.items()
        if found is not None
    ]


def growth_row(row: Growth) -> list[str]:
    """Return one method's steps for every vocabulary, and its exponents."""
    return [
        row.method.name,
        *map(number, row.on_corpus),
        bracketed(row.exponent, 2),
        decimals(row.power_law_exponent, 2),
        decimals(row.law, 2),
    ]


def bracketed(estimate: Estimate, places: int) -> str:
    """Return an estimate with its interval in brackets."""
    value, lower, upper = (decimals(x, places) for x in (estimate.value, estimate.lower, estimate.upper))
    return f"{value} [{lower}, {upper}]".replace("-", "\N{MINUS SIGN}")
