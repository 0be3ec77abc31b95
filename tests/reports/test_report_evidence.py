"""A small report of real evidence: each of its numbers is in its data, and each verdict leads to its evidence."""

import copy
import io
import json
import re
from dataclasses import replace

import pypdf
import pytest

import theory
from reports.document import compile_report, write_data
from reports.document.collect import SCHEMA, collect_part, render
from reports.document.statements import SHOWN_IN, check_content, evidence_table, statement_content
from reports.evidence import Evidence, rounded
from reports.verification import verify

STATEMENTS = ("asm-4.1", "prop-4.2", "prop-a.1", "lem-c.6", "prop-d.4")
FIGURE = "1"


@pytest.fixture(scope="module")
def verification():
    return verify(STATEMENTS)


@pytest.fixture(scope="module")
def collected(verification):
    return collect_part(verification, {FIGURE: render(FIGURE)}, timings=None)


def read(content, drawings):
    return pypdf.PdfReader(io.BytesIO(compile_report(content, drawings, timestamp=1_800_000_000)))


@pytest.fixture(scope="module")
def reader(collected):
    return read(*collected)


@pytest.fixture(scope="module")
def pages(reader):
    return [page.extract_text() for page in reader.pages]


def titles(items):
    for item in items:
        yield from titles(item) if isinstance(item, list) else (item.title,)


def test_every_number_is_in_the_data(reader, pages, unaccounted):
    data = json.loads(reader.attachments["data.json"][0])
    assert unaccounted(pages, titles(reader.outline), data) == []


def test_a_number_that_is_changed_on_the_page_is_found(collected, unaccounted):
    content = copy.deepcopy(collected[0])
    row = content["statements"][1]["checks"][0]["table"]["rows"][0]
    column = next(i for i, cell in enumerate(row) if re.fullmatch(r"0\.\d{6}\d+", cell))
    row[column] = row[column][:-1] + str((int(row[column][-1]) + 1) % 10)
    changed = read(content, collected[1])
    texts = [page.extract_text() for page in changed.pages]
    assert unaccounted(texts, titles(changed.outline), collected[0]) == [row[column]]


def test_tables_show_the_numbers_of_the_data(collected):
    """Every table and verdict once more, from the JSON alone."""
    data = json.loads(json.dumps(collected[0]))
    for shown, found in zip(data["statements"], data["verification"]["statements"], strict=True):
        assert (shown["id"], shown["verdict"], shown["sha256"]) == (
            found["statement"],
            found["verdict"],
            found["sha256"],
        )
        for on_page, check in zip(shown["checks"], found["checks"], strict=True):
            table = evidence_table(Evidence.from_json(check["evidence"]))
            assert json.loads(json.dumps(table)) == on_page["table"]
            assert on_page["verdict"] == check["verdict"]


def test_floats_of_the_data_have_ten_digits(collected):
    assert rounded(collected[0]["verification"]) == collected[0]["verification"]
    assert collected[0]["schema"] == SCHEMA


def test_last_digits_of_a_processor_are_not_on_the_page(verification):
    """A check off by the last digit of its floats looks the same."""
    (result,) = (result for result in verification if result.statement == "prop-4.2")
    check = result.checks[0]
    rows = tuple(replace(row, observed=row.observed * (1 + 2**-52)) for row in check.evidence.rows)
    moved = replace(check, evidence=replace(check.evidence, rows=rows))
    assert check_content(moved) == check_content(check)


def test_no_two_columns_of_a_table_have_one_title(verification):
    for result in verification:
        for check in statement_content(result)["checks"]:
            columns = check["table"]["columns"]
            assert len(set(columns)) == len(columns), (result.statement, check["name"], columns)


def test_every_verdict_leads_to_its_evidence(reader, pages, verification):
    """From the row of the table to the section, and from there to the tables in it and the figures it names."""
    rows = links(reader, [i for i, text in enumerate(pages) if "Tightest number" in text])
    for result in verification:
        assert f"statement-{result.statement}" in rows
        section = section_of(reader, result.statement)
        text = " ".join(" ".join(pages[i] for i in section).split())
        assert theory.statement(result.statement).title in text
        assert result.sha256 in text
        for check in statement_content(result)["checks"]:
            assert " ".join(f"{check['name']}. {check['verdict']}".split()) in text
            assert f"By {check['route']}, {check['rows']} case" in text
            assert check["table"]["columns"][0] in text
        if FIGURE in SHOWN_IN.get(result.statement, []):
            assert leads_to(
                reader, links(reader, section)["Figure 1"], "Figure 1. Gradient descent needs more"
            )


def links(reader, pages):
    """The links of these pages, by the name of their destination or by what they say."""
    found = {}
    for index in pages:
        for annotation in reader.pages[index].get("/Annots", []):
            entry = annotation.get_object()
            if "/Dest" in entry:
                target = entry["/Dest"]
                found[target if isinstance(target, str) else str(entry.get("/Contents"))] = entry
    return found


def section_of(reader, statement):
    """The pages of a statement's section, from where its link leads to where that of the next one does."""
    first, *after = (
        reader.get_destination_page_number(reader.named_destinations[f"statement-{name}"])
        for name in STATEMENTS[STATEMENTS.index(statement) :]
    )
    return range(first, (after[0] if after else len(reader.pages) - 1) + 1)


def leads_to(reader, link, words):
    """Whether what a link leads to is a page with these words."""
    (page,) = (page for page in reader.pages if page.indirect_reference == link["/Dest"][0])
    return words in page.extract_text()


def test_data_beside_the_report(tmp_path, reader, collected):
    path = write_data(tmp_path / "report.json", collected[0])
    text = path.read_text(encoding="utf-8")
    assert json.loads(text) == json.loads(json.dumps(collected[0]))
    assert reader.attachments["data.json"][0].decode() == text
    assert list(tmp_path.iterdir()) == [path]
