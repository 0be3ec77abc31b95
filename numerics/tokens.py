"""Cutting text into tokens: words with their punctuation, or characters; for pieces of words, see `numerics.subwords`.

Both tokenizers are exact on pieces of a text: cut in front of a space or a line break, the tokens of the
pieces are the tokens of the whole.
"""

import re
import sys
from functools import cache
from unicodedata import category, normalize


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Patterns of a word or visible sign, and of a character; built on first use, which takes 0.2 s."""
    # `re` knows no class of combining marks, and its \w leaves them out, which would tear a decomposed é, and
    # every word of Hindi, apart. Categories are two letters, a capital and a small one, so a match starts at
    # a character. By planes of Unicode: all at once, the million strings would take 60 MB.
    planes = (range(start, start + 0x10000) for start in range(0, sys.maxunicode + 1, 0x10000))
    categories = "".join("".join(map(category, map(chr, plane))) for plane in planes)

    def members(pattern: str) -> str:
        runs = ((match.start() // 2, match.end() // 2 - 1) for match in re.finditer(pattern, categories))
        return "".join(f"{re.escape(chr(first))}-{re.escape(chr(last))}" for first, last in runs)

    marks, invisible = f"[{members('(?:M[nce])+')}]", members("(?:C[cf])+")
    run = rf"[^\W_]++(?:{marks}++[^\W_]*+)*+"
    # Looked at before it is taken: in Python 3.11.2 a possessive group keeps what it took before it failed.
    word = rf"{run}(?:(?=['\u200c\u200d][^\W_])['\u200c\u200d]{run})*+"
    return re.compile(rf"{word}|[^\s{invisible}]{marks}*+"), re.compile(rf"(?s:.){marks}*+")


def words(text: str) -> list[str]:
    """Words and punctuation marks of a text, without regard to case.

    A word is a longest run of letters, digits and the combining marks that follow them. An apostrophe, or a
    zero-width (non-)joiner, between two such runs belongs to the word (as in Unicode's default word
    boundaries, UAX 29): *don't* is one word, and so is *l'homme*. Every other visible character, the
    underscore included, is a token of its own, so that two neighbors in the list are neighbors in the text:
    without the full stop, the last word of a sentence would be followed by the first word of the next.

    The text is brought to Unicode's form NFC, and case is folded, so that two spellings which differ in
    composition or case only are one token. (Lower-casing does not do that: it keeps *STRASSE* and *Straße*,
    or a final and a medial sigma, apart.) A curly apostrophe becomes a straight one, and soft hyphens are
    removed.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of str

    Notes
    -----
    Writing systems without spaces between words (Chinese, Japanese, Thai) give one token for each run of
    letters; for those, take `characters`.

    Examples
    --------
    >>> words("Don’t stop: the CAFE\u0301 is open.")
    ["don't", 'stop', ':', 'the', 'café', 'is', 'open', '.']
    """
    return cut_words(fold(text))


def fold(text: str) -> str:
    """Text without regard to case, composition, soft hyphens and the shape of apostrophes, as `words` takes it."""
    plain = text.replace("\u2019", "'").replace("\u00ad", "")
    return normalize("NFC", normalize("NFC", plain).casefold())


def cut_words(folded: str) -> list[str]:
    """Words and punctuation marks of a folded text."""
    return _patterns()[0].findall(folded)


def characters(text: str) -> list[str]:
    r"""Characters of a text as written, spaces and line breaks included, each with its combining marks.

    The text is brought to Unicode's form NFC. Case is kept: a model of characters has to write capitals too.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of str

    Examples
    --------
    >>> characters("Ab\n")
    ['A', 'b', '\n']
    """
    return _patterns()[1].findall(normalize("NFC", text))
