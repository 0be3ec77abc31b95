"""What tests of the report share: which of its numbers are not in its data."""

import re
import unicodedata

import pytest

NUMBER = re.compile(r"\d+(?:\.\d+)?")
#: What counts pages, sections, tables and figures, and says nothing about the paper.
COUNTED = (r"\b(?:Table|Figure|Section)s? \d+(?:\.\d+)?", r"\bp\. \d+\b", r"(?:\. ?){4,}\d+")


def numbers(text):
    """Every unsigned number in a text; a digit is a digit, also where it is raised or stands in a formula."""
    return NUMBER.findall(unicodedata.normalize("NFKC", text.replace("\N{NARROW NO-BREAK SPACE}", "")))


def leaves(node, inside=""):
    """Every string in plain data, and under which name it stands."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield from leaves(value, name)
    elif isinstance(node, list):
        for value in node:
            yield from leaves(value, inside)
    elif isinstance(node, str):
        yield inside, node


def printed(data):
    """Every number that the data say, as its digits stand on the page."""
    found = set()
    for name, text in leaves(data):
        power = re.sub(r"(?<![\w.])1e(\d+)", r"10\1", text)  # 1e30 is set as 10³⁰, 2.4e-7 as 2.4 × 10⁻⁷
        power = re.sub(r"(?<=\d)e\+?(\d+)", r" 10\1", power)
        power = re.sub(r"(?<=\d)e-(\d+)", r" 10 \1", power)
        for form in (text, power, re.sub(r"[\^_(){}]", "", text)):
            found.update(numbers(form))
        if name == "source":  # a formula, in which nothing may be between a number and the power of another
            literals = numbers(text)
            found.update("".join(literals[i : i + n]) for i in range(len(literals)) for n in (2, 3, 4))
    return found


@pytest.fixture(scope="session")
def unaccounted():
    """Find the numbers on the pages of a report that its data do not have."""

    def find(pages, titles, data):
        known = printed(data)
        for title in titles:
            known.update(numbers(title))
        lost = []
        for position, text in enumerate(pages, start=1):
            text = text.removesuffix(f"{position} of {len(pages)}")
            for pattern in COUNTED:
                text = re.sub(pattern, "", text)
            lost += [number for number in numbers(text) if number not in known]
        return lost

    return find
