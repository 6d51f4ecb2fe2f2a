"""Papers as somebody gets them: read back from their bytes."""

import hashlib
import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from channels.papers import LANGUAGES, PAPERS, House, Item, Line, titled
from channels.papers.composing import composed
from channels.papers.fitting import LANDSCAPE, UPRIGHT
from channels.papers.letters import BREAK, legible
from channels.papers.wording import Wording
from tests.channels.papers import CODE, HOUSE, LETTER, PRESS, balance, credit, each, lines, quote, read, schedule, situation, text_of

HOSTILE = (
    '*bold* _it_ #read("/etc/passwd") #{panic()} $a^2$ <lbl> @ref `raw` \\ // /* "quoted" it\'s\n\n= Heading\n- item '
    "\u202eevil\u202c שלום مرحبا 😀 漢字 \x00\x07 é e\u0301 %PDF {code} {0} \ud800 &lt;b&gt;"
)


def structure(pdf: bytes) -> list[tuple[int, str, Any]]:
    """The tags of a file, from top to bottom: how deep, which, and what is said of it."""
    found: list[tuple[int, str, Any]] = []

    def walk(node: Any, depth: int) -> None:
        node = node.get_object()
        if isinstance(node, list):
            for child in node:
                walk(child, depth)
        elif isinstance(node, dict) and ("/S" in node or "/K" in node):
            if "/S" in node:
                found.append((depth, str(node["/S"]), node))
            if "/K" in node:
                walk(node["/K"], depth + 1)

    root: Any = read(pdf).trailer["/Root"]
    walk(root["/StructTreeRoot"], 0)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("n", range(len(PAPERS)))
def test_every_paper_is_archivable_readable_aloud_and_says_its_language_and_title(language: str, n: int):
    paper = each(language=language)[n]
    pdf = PRESS.printed(paper)

    assert pdf.startswith(b"%PDF-1.7")
    root: Any = read(pdf).trailer["/Root"]
    xmp = root["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in xmp
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert root["/MarkInfo"]["/Marked"] and root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert str(root["/Lang"]).split("-")[0] == language
    information: Any = read(pdf).metadata
    assert (information.title, information.author) == (titled(paper), "North Lease SA")
    assert information.creation_date == paper.issued_at
    assert [tag for _, tag, _ in structure(pdf)][:1] == ["/Document"]
    assert "/H1" in {tag for _, tag, _ in structure(pdf)}


@pytest.mark.row("X-19", part="papers in all five languages")
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_paper_says_to_whom_about_what_since_when_and_how_to_check_it(language: str):
    for paper in each(language=language):
        text, wording = text_of(PRESS.printed(paper)), Wording(language, "BE")
        for expected in ("North Lease SA", "Moulins de la Meuse SA", "5000 Namur", "100200300", "A1/2026/001", "Équipement Pro", CODE, "north.example"):  # fmt: skip
            assert expected in text, (paper.KIND, expected)
        # It was issued half an hour before midnight in UTC: in Brussels that is the next day.
        assert wording.long_day(date(2026, 3, 3)).replace("\u00a0", " ") in text
        for key in ("letter.unsigned", "letter.check"):
            assert wording.say(key).replace("\u00a0", " ") in text


def amounts(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_numbers_and_days_stand_as_each_language_writes_them():
    told = {language: amounts(text_of(PRESS.printed(balance(language=language)))) for language in LANGUAGES}
    assert "Solde restant dû au 2 mars 2026 1 800,18 EUR" in told["fr"]
    assert "Openstaand saldo op 2 maart 2026 EUR 1.800,18" in told["nl"]
    assert "Outstanding balance on 2 March 2026 1.800,18 EUR" in told["en"]  # as Belgium writes English
    assert "Restschuld am 2. März 2026 1.800,18 EUR" in told["de"]
    assert "Restgjeld per 2. mars 2026 1 800,18 EUR" in told["nb"]
    american = balance(language="en", house=HOUSE.model_copy(update={"country": "US"}), currency="NOK")
    assert "Outstanding balance on March 2, 2026 NOK 1,800.18" in amounts(text_of(PRESS.printed(american)))


def test_a_country_is_named_where_a_letter_would_leave_the_house_s_own():
    written = {"addressee": ("Jean Dupont", "Lille"), "language": "nl"}
    assert composed(credit(**written, addressee_country="FR"))["addressee"] == ["Jean Dupont", "Lille", "Frankrijk"]
    assert composed(credit(**written, addressee_country="ZZ"))["addressee"][-1] != ""
    assert composed(credit(**written, addressee_country="BE"))["addressee"] == ["Jean Dupont", "Lille"]


@pytest.mark.row("X-15", part="amounts on papers are exact, and a binary fraction is refused")
def test_no_figure_is_rounded_and_none_is_a_binary_fraction():
    text = amounts(text_of(PRESS.printed(quote(per_day_amount=Decimal("4.533812")))))
    assert "4,533812 EUR" in text and "34 343,00 EUR" in text and "-0,43" in text
    large = amounts(text_of(PRESS.printed(credit(amount=Decimal("9999999999999999.99"), nominal_rate_percent=Decimal("0.000001")))))
    assert "9 999 999 999 999 999,99 EUR" in large and "0,000001 %" in large
    for wrong in (1.5, 3, Decimal("1.1234567"), Decimal("NaN"), "1e400", None):
        with pytest.raises(ValidationError):
            credit(amount=wrong)


def test_items_that_do_not_make_up_their_total_are_not_printed():
    items = (Item(name="PRINCIPAL", amount=Decimal("10.00")), Item(name="FEES", amount=Decimal("0.01")))
    assert quote(items=items, total_amount=Decimal("10.01"))
    for wrong in ("10.00", "10.02"):
        with pytest.raises(ValidationError, match="do not make up the total"):
            quote(items=items, total_amount=Decimal(wrong))


def test_what_is_misspelled_or_not_of_the_trade_is_refused():
    for wrong in (
        {"language": "es"},
        {"contract_kind": "GIFT"},
        {"apr_procent": "1"},
        {"currency": "eur"},
        {"issued_at": datetime(2026, 3, 2)},
    ):
        with pytest.raises(ValidationError):
            credit(**wrong)
    with pytest.raises(ValidationError):
        schedule(lines=lines(480) + lines(1))


def test_a_paper_comes_back_from_json_as_it_went():
    for paper in each():
        assert PAPERS[paper.KIND].model_validate_json(paper.model_dump_json()) == paper


@pytest.mark.parametrize("count", [1, 12, 480])
def test_a_schedule_has_every_payment_its_sums_and_a_head_on_every_page(count: int):
    pdf = PRESS.printed(schedule(count))
    pages = [amounts(page.extract_text()) for page in read(pdf).pages]
    text = " ".join(" ".join(pages).split())

    tables = [node for _, tag, node in structure(pdf) if tag == "/Table"]
    rows = [tag for _, tag, _ in structure(pdf)].count("/TR")
    assert (len(tables), rows) == (1, count + 2)
    wording, whole = Wording("fr", "BE"), Decimal("1000.10") * count
    last = [str(count), wording.day(lines(count)[-1].due_on), "1 000,10", "1 004,14", "1 000,10", *["1,01"] * 4, "0,00"]
    assert " ".join(last) in text
    sums = [Decimal("1004.14") * count, whole, *[Decimal("1.01") * count] * 4]
    assert " ".join(["Total", *(amounts(wording.amount(amount)) for amount in sums)]) in text
    with_rows = [page for page in pages if "1 004,14" in page]
    assert all("Capital avant" in " ".join(page.split()) for page in with_rows)
    assert all(f"Page {n} sur {len(pages)}" in page and CODE in page for n, page in enumerate(pages, 1))


def test_heads_of_columns_are_tagged_as_such():
    heads = [node for _, tag, node in structure(PRESS.printed(schedule())) if tag == "/TH"]
    assert len(heads) == 10
    assert all(any(said.get("/Scope") == "/Column" for said in node["/A"]) for node in heads)


def test_columns_with_nothing_in_them_are_left_out():
    bare = tuple(line.model_copy(update={"fees_amount": Decimal(0), "vat_amount": Decimal("0.00")}) for line in lines(3))
    [table] = [block for block in composed(schedule(lines=bare))["body"] if block["kind"] == "table"]
    assert table["head"] == ["N°", "Échéance", "Capital avant", "À payer", "Capital", "Intérêts", "Assurance", "Capital restant dû"]


@pytest.mark.row("NO-22", part="equal values give equal bytes")
def test_equal_values_give_equal_bytes_in_another_process_too():
    paper = schedule(24)
    here = hashlib.sha256(PRESS.printed(paper)).hexdigest()
    code = "import sys, hashlib; from channels.papers import Press, Schedule; print(hashlib.sha256(Press().printed(Schedule.model_validate_json(sys.stdin.read()))).hexdigest())"
    there = subprocess.run([sys.executable, "-c", code], input=paper.model_dump_json(), text=True, capture_output=True, check=True,
                           env=os.environ | {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8"})  # fmt: skip
    assert there.stdout.strip() == here == hashlib.sha256(PRESS.printed(paper)).hexdigest()


def test_other_values_give_other_bytes():
    papers = [
        schedule(),
        schedule(code=CODE[:-1] + "E"),
        schedule(revision=3),
        schedule(issued_at=datetime(2026, 3, 2, 23, 31, tzinfo=UTC)),
    ]
    assert len({PRESS.printed(paper) for paper in papers}) == len(papers)


def test_text_of_others_is_shown_and_never_obeyed():
    house = House(brand=HOSTILE, legal_name=HOSTILE, country="BE", contact=(HOSTILE,), verify_at=HOSTILE)
    written = {"house": house, "addressee": (HOSTILE,) * 8, "account_number": HOSTILE, "contract_number": HOSTILE, "product": HOSTILE}
    items = (Item(name="FEES", amount=Decimal(1), note=HOSTILE),)
    pay_to = {"holder": HOSTILE, "iban": HOSTILE, "bic": HOSTILE, "reference": HOSTILE}
    papers = [schedule(3, **written), situation(**written), credit(**written),
              quote(**written | {"items": items, "total_amount": Decimal(1), "pay_to": pay_to, "legal_mention": HOSTILE})]  # fmt: skip
    for paper in papers:
        pdf = PRESS.printed(paper)
        text = text_of(pdf).replace(BREAK, "")
        # Extraction does not keep the order of what is written from right to left: what stands before it does.
        shown = legible(HOSTILE).replace(BREAK, "").partition("evil")[0].strip()
        assert shown.startswith("*bold* _it_ #read(") and text.count(shown) >= 10, paper.KIND
        assert [tag for _, tag, _ in structure(pdf)].count("/H1") == 1
        assert "root:" not in text
        assert {"/JavaScript", "/OpenAction", "/AA", "/EmbeddedFiles"}.isdisjoint(read(pdf).trailer["/Root"])  # type: ignore[arg-type]  # a dictionary


def test_a_thousand_characters_stand_in_full_wherever_a_customer_may_have_written_them():
    """The letterhead is the house's own, and is cut where it would leave no room for the letter."""
    long = "W" * 500 + " " + "ŷ" * 499
    house = House(brand=long, legal_name=long, country="BE", contact=(long,) * 8, verify_at=long)
    written: dict[str, Any] = {"house": house, "addressee": (long,) * 8, "account_number": long, "contract_number": long, "product": long}
    pdf = PRESS.printed(quote(**written, legal_mention=long))
    assert text_of(pdf).count("ŷ") == (8 + 3 + 1) * 499
    assert len(read(pdf).pages) < 12


AMOUNTS = st.decimals(-(10**16), 10**16, places=2, allow_nan=False, allow_infinity=False)


@given(largest=AMOUNTS, language=st.sampled_from(LANGUAGES), count=st.integers(1, 5))
def test_a_table_fits_between_the_margins_whatever_stands_in_it(largest: Decimal, language: str, count: int):
    of_line = {name: largest for name in Line.model_fields if name.endswith("_amount")}
    table = tuple(Line(number=n, due_on=date(2026, 9, 28), **of_line) for n in range(1, count + 1))
    shown = composed(schedule(language=language, lines=table))
    [block] = [block for block in shown["body"] if block["kind"] == "table"]
    assert sum(block["fit"]["widths"]) <= (LANDSCAPE if shown["is_landscape"] else UPRIGHT) + 0.5
    assert block["fit"]["size"] >= 4.5
    assert len(block["fit"]["widths"]) == len(block["head"]) == len(block["align"])


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=400))
def test_any_text_at_all_is_printed(text: str):
    written = {"addressee": (text, text), "contract_number": text, "product": text, "account_number": text}
    assert PRESS.printed(credit(**written)).startswith(b"%PDF-")


def test_the_world_is_told_no_more_than_the_paper_says():
    """Neither the machine nor the person behind it stands in the file."""
    for paper in each():
        told = json.dumps({key: str(value) for key, value in dict(read(PRESS.printed(paper)).metadata or {}).items()})
        assert "Typst" in told and str(LETTER["account_number"]) not in told
        assert os.uname().nodename not in told
