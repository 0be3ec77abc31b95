"""The PDF: its structure, its metadata, and what happens when it cannot be made."""

import io
import json
import os
import socket
from importlib.metadata import version

import pypdf
import pytest
import typst

import numerics
import theory
from reports import Evidence, Row, Verdict, judge
from reports.comparisons.symbolic import derivation
from reports.corpus import analyze
from reports.document import check_output, compile_report, write
from reports.document.collect import SECTIONS, collect, render, title_page
from reports.document.content import GAP, number, prose
from reports.evidence import rounded
from reports.figures import FIGURES
from reports.production import produce
from reports.verification import CheckResult, StatementResult, Verification

TIMESTAMP = 1_800_000_000


def verification(outcome="CONFIRMED"):
    """Every statement with one made-up check: the document must not depend on what the checks find."""
    observed = 0.5 if outcome == "CONFIRMED" else 0.75
    rows = tuple(
        Row(
            case={"alpha": "1/2", "d": 10**20, "t": t},
            predicted=0.5,
            observed=observed,
            budget={"rounding": 1e-15},
        )
        for t in range(30)
    )
    results = []
    for statement in theory.statements():
        evidence = Evidence(statement.id, "sum against sum", "identity", "simulation", rows)
        twin = Verdict("REFUTED", "30 of 30 rows differ")
        check = CheckResult("sum against sum", judge(evidence), evidence, "exponent shifted", twin, 0.1)
        results.append(StatementResult(statement.id, statement.expected, (check,)))
    return Verification(tuple(results))


@pytest.fixture(scope="module")
def corpus():
    table = numerics.read_bigrams(numerics.builtin_text("pydoc-topics"), vocab_size=300)
    return table, analyze(table, epsilon=0.2)


@pytest.fixture(scope="module")
def collected(corpus):
    figures = {key: render(key, *corpus) for key in FIGURES}
    sections = {name: make() for name, make in SECTIONS.items()}
    return collect(verification(), [corpus[1]], figures, sections, timings={"verification": 1.0})


@pytest.fixture(scope="module")
def reader(collected):
    content, drawings = collected
    return pypdf.PdfReader(io.BytesIO(compile_report(content, drawings, timestamp=TIMESTAMP)))


def outline_titles(items):
    for item in items:
        if isinstance(item, list):
            yield from outline_titles(item)
        else:
            yield item.title


@pytest.fixture(scope="module")
def pages(reader):
    """The text of every page, extracted once."""
    return [page.extract_text() for page in reader.pages]


def test_an_underscore_in_a_name_is_no_index(collected, pages):
    """Such as that of a processor, x86_64: only what is mathematics has indices."""
    text = " ".join(pages[-1].split())
    for row in collected[0]["made"]["hardware"]["rows"]:
        assert " ".join(row) in text


def test_bookmarks(reader):
    titles = list(outline_titles(reader.outline))
    for wanted in ("Gradient descent", "Sign descent", "Real text", "Statements", "How this report was made"):
        assert any(wanted in title for title in titles)
    for statement in theory.statements():
        assert any(statement.title in title for title in titles)


def test_the_running_head_names_the_section_that_begins_on_the_page_or_continues(reader, pages):
    begun = {}
    for item in reader.outline:
        if not isinstance(item, list):
            begun.setdefault(reader.get_destination_page_number(item), item.title.lstrip("1234567890 "))
    current = None
    for page, text in enumerate(pages[1:], start=1):
        current = begun.get(page, current)
        head = text.partition("\n")[0]
        assert head == f"zipf-descent {version('zipf-descent')} {current or ''}".rstrip()
    assert current == "How this report was made"


def test_formulas_of_several_regimes_stand_beside_their_regime(pages):
    text = "".join(pages)
    for title, domains in (
        ("Theorem 3.1. Scaling laws", ("𝛼 < 1 𝑟(𝜏) =", "𝛼 = 1 𝑟(𝜏) =", "𝛼 > 1 𝑟(𝜏) =")),
        ("Theorem 4.5. Scaling laws", ("𝛼 < ½ 𝑟(𝜏) =", "𝛼 = ½ 𝑟(𝜏) =", "𝛼 > ½ 𝑟(𝜏) =")),
        ("Definition 4.4. The asymptotic", ("𝛼 < ½ 𝜑 =", "𝛼 = ½ 𝜑 =", "𝛼 > ½ 𝜑 =")),
    ):
        section = " ".join(text[text.rindex(title) :][:1500].split())
        assert all(domain in section for domain in domains)


def test_a_derivation_shows_every_step(collected):
    statement = next(statement for statement in theory.statements() if statement.derivation is not None)
    evidence = derivation(statement.id, statement.derivation)
    twin = Verdict("REFUTED", "1 of 2 steps are wrong")
    check = CheckResult("derivation", judge(evidence), evidence, "a lost factor", twin, 0.1)
    result = StatementResult(statement.id, statement.expected, (check,))
    found = verification().results
    shown = Verification(tuple(result if old.statement == statement.id else old for old in found))
    content = {**collected[0], **title_page(shown)}
    reader = pypdf.PdfReader(io.BytesIO(compile_report(content, collected[1], timestamp=TIMESTAMP)))
    text = "".join(page.extract_text() for page in reader.pages)
    assert text.count("\nproven") == len(evidence.rows)
    assert "step sympy" in text


def test_the_limit_law_near_one_is_shown_to_be_far_off(collected):
    """What section 1.2 says of it, by the numbers of its table."""
    off = {
        (row[0], row[1]): float(row[6].replace(GAP, ""))
        for row in collected[0]["gd"]["table"]["rows"]
        if row[0] in ("1/2", "9/10", "11/10", "2")
    }
    assert off["11/10", f"50{GAP}257"] > 0.9
    assert off["9/10", f"50{GAP}257"] < -0.3
    assert abs(off["1/2", f"100{GAP}000"]) < 1e-3
    assert abs(off["2", f"100{GAP}000"]) < 1e-3


def test_contents_and_verdicts_are_links(reader):
    """The verdict table leads to every statement, the contents to every section."""
    entries = [annotation.get_object() for page in reader.pages[:8] for annotation in page.get("/Annots", [])]
    targets = [entry["/Dest"] for entry in entries if "/Dest" in entry]
    named = {str(target) for target in targets if isinstance(target, str)}
    assert {f"statement-{statement.id}" for statement in theory.statements()} <= named
    pages = {reader.get_destination_page_number(reader.named_destinations[name]) for name in named}
    assert len(pages) > len(theory.statements()) / 3
    sections = {"sec-gd", "sec-sd", "sec-compare", "sec-text", "sec-statements", "sec-made"}
    assert sections <= named | set(reader.named_destinations)


def test_no_heading_stands_alone(reader, pages):
    """None is the last line of its page, above the page number."""
    titles = {" ".join(title.split()) for title in outline_titles(reader.outline)}
    for text in pages:
        assert text.rstrip().splitlines()[-2].strip() not in titles


def test_every_number_is_in_the_data(reader, pages, collected, unaccounted):
    """The whole document; of real evidence see test_report_evidence.py."""
    data = json.loads(json.dumps(collected[0]))
    assert unaccounted(pages, outline_titles(reader.outline), data) == []
    page = next(i for i, text in enumerate(pages) if "0.1507739" in text)
    changed = [*pages[:page], pages[page].replace("0.1507739", "0.1507738"), *pages[page + 1 :]]
    assert set(unaccounted(changed, outline_titles(reader.outline), data)) == {"0.1507738"}


def test_tables_show_their_values(collected):
    """Each cell is the number in the data, to as many digits as it shows."""
    tables = [collected[0][name][key] for name in ("gd", "sd") for key in ("table", "iterations")]
    for table in (*tables, collected[0]["sd"]["parity"], collected[0]["compare"]):
        assert json.loads(json.dumps(table["values"])) == rounded(table["values"])
        for shown, values in zip(table["rows"], table["values"], strict=True):
            for cell, value in zip(shown, values, strict=True):
                if isinstance(value, int | float) and "e" not in cell:
                    digits = cell.replace(GAP, "")
                    places = len(digits.partition(".")[2])
                    assert abs(float(digits) - value) <= 0.501 * 10.0**-places
                elif value is None:
                    assert cell == "–"


def test_metadata(reader):
    assert reader.metadata.title == "Scaling laws of gradient descent and sign descent under Zipf’s law"
    assert reader.metadata.author.startswith("zipf-descent ")
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert "pdfuaid" in reader.xmp_metadata.stream.get_data().decode() if reader.xmp_metadata else False


def test_fonts_are_embedded(reader):
    seen = 0
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            (descendant,) = font.get_object().get("/DescendantFonts", [font])
            descriptor = descendant.get_object()["/FontDescriptor"]
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor)
            seen += 1
    assert seen


def test_every_statement_is_there(pages):
    text = " ".join(" ".join(pages).split())
    for statement in theory.statements():
        assert statement.title in text
    assert text.count("CONFIRMED") >= 2 * len(theory.statements())
    assert "Not claimed" in text


def test_pages(pages):
    assert 8 <= len(pages) <= 10 + len(theory.statements())
    for position, text in enumerate(pages, start=1):
        assert f"{position} of {len(pages)}" in text
        assert len(text) > 200, "a page is almost empty"


def test_last_page_names_versions_and_no_host(pages, collected):
    last = "\n".join(pages[-2:])
    for package in ("numpy", "scipy", "sympy", "python-flint", "matplotlib", "typst"):
        assert package in last
    whole = "".join(pages) + json.dumps(collected[0])
    assert os.getcwd() not in whole
    assert len(socket.gethostname()) < 4 or socket.gethostname() not in whole


def test_numbers_are_attached(reader, collected):
    attached = json.loads(reader.attachments["data.json"][0])
    assert attached == json.loads(json.dumps(collected[0]))
    assert attached["figures"]["4"]["data"]["curves"]
    assert len(attached["verification"]["statements"]) == len(theory.statements())


def test_same_content_gives_the_same_bytes(collected):
    first = compile_report(*collected, timestamp=TIMESTAMP)
    assert first == compile_report(*collected, timestamp=TIMESTAMP)


def test_bad_verdicts_show(collected):
    content = {**collected[0], **title_page(verification("REFUTED"))}
    reader = pypdf.PdfReader(io.BytesIO(compile_report(content, collected[1], timestamp=TIMESTAMP)))
    assert f"{len(theory.statements())} REFUTED" in " ".join(reader.pages[0].extract_text().split())
    assert "CONFIRMED" not in reader.pages[0].extract_text()


def test_long_tables_repeat_their_head(collected):
    content = dict(collected[0])
    content["statements"] = [
        {**statement, "id": f"{statement['id']}-{copy}"}
        for copy in range(2)
        for statement in content["statements"]
    ]
    reader = pypdf.PdfReader(io.BytesIO(compile_report(content, collected[1], timestamp=TIMESTAMP)))
    assert all("Tightest number" in reader.pages[i].extract_text() for i in range(3))


def test_output_is_checked_first(tmp_path):
    with pytest.raises(ValueError, match=r"output=.*does not exist; create it first$"):
        produce(tmp_path / "missing" / "report.pdf")  # which would take a minute
    with pytest.raises(ValueError, match="is a folder"):
        check_output(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match="does not exist"):
        check_output(tmp_path / "file" / "report.pdf")


def test_read_only_folder(tmp_path, monkeypatch):
    def refuse(**options):
        raise PermissionError

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)  # root may write everywhere
    with pytest.raises(ValueError, match="cannot be written"):
        check_output(tmp_path / "report.pdf")


def test_a_report_replaces_another_only_when_complete(tmp_path, collected):
    target = tmp_path / "report.pdf"
    target.write_bytes(b"old")
    with pytest.raises(typst.TypstError):
        write(target, {}, {})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"report.pdf": b"old"}
    assert write(target, *collected) == target
    assert target.read_bytes().startswith(b"%PDF")
    assert [path.name for path in tmp_path.iterdir()] == ["report.pdf"]


def test_a_full_disk_is_told_of_the_file_asked_for(tmp_path, monkeypatch, collected):
    target = tmp_path / "report.pdf"

    def fail(*paths):
        raise OSError(28, "No space left on device", "another file")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(
        ValueError, match=r"output='.*/report\.pdf' cannot be written: No space left on device;"
    ):
        write(target, *collected)
    assert not list(tmp_path.iterdir())


def test_nothing_is_left_in_the_temporary_folder(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(typst.TypstError):
        compile_report({}, {"figure.svg": b"<svg/>"}, timestamp=0)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (50_257, f"50{GAP}257"),
        (10**24, "1e24"),
        (1.25e-16, "1.25e-16"),
        (0.0, "0"),
        ("1/2", "1/2"),
        (8512.27, f"8{GAP}512.27"),
        (10**14 + 1, "1.000e+14"),
        ("10^100", "1e100"),
    ],
)
def test_number(value, shown):
    assert number(value) == shown


def test_prose():
    shown = prose("gap 3e-05 at alpha = 1/2, d = 1000000, 10^24").replace("\xa0", " ")
    assert shown == "gap 3·10⁻⁵ at α = 1/2, d = 10⁶, 10²⁴"
    assert prose("at most 5.1e-16, not 1e-3") == "at most 5.1·10⁻¹⁶, not 10⁻³"
    assert prose("from (d - 1)/(2^α - 1) on, see asm-4.1") == "from (d − 1)/(2^α − 1) on, see asm-4.1"
    assert prose("alphabet of 1001 words") == "alphabet of 1001 words"
