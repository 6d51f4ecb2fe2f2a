"""Files are read a row at a time: what is wrong with a file refuses it, what is wrong with a row refuses the row, and both say where."""

import io
import itertools
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.export_faults import BadValue, BrokenExport, FileFault, RowFault
from channels.export_format import TYPE_BY_NAME, TYPES, Column, Kind
from channels.export_private import shown
from channels.export_rows import LONGEST_LINE, Row, read_rows
from channels.export_values import check_of

HEADER = "external_id,kind,legal_name,country\r\n"
GOOD = "P1,COMPANY,Mill SA,BE\r\n"


def rows_of(raw: bytes | str, type_: str = "parties", path: str = "parties.csv") -> list[Row | RowFault]:
    return list(read_rows(TYPE_BY_NAME[type_], io.BytesIO(raw.encode() if isinstance(raw, str) else raw), path))


def json_of(**row: Any) -> list[Row | RowFault]:
    return rows_of(json.dumps(row) + "\n", path="parties.jsonl")


def values(row: Row | RowFault, type_: str = "parties") -> dict[str, Any]:
    assert isinstance(row, Row), row
    return {column.name: value for column, value in zip(TYPE_BY_NAME[type_].columns, row.values, strict=True) if value is not None}


def broken(raw: bytes | str, path: str = "parties.csv") -> tuple[FileFault, ...]:
    with pytest.raises(BrokenExport) as error:
        rows_of(raw, path=path)
    assert all(fault.file == path and fault.message[-1] in ".?" for fault in error.value.faults)
    return error.value.faults


P1 = {"external_id": "P1", "kind": "COMPANY", "legal_name": "Mill SA", "country": "BE"}


@pytest.mark.parametrize(
    "raw",
    [
        HEADER + GOOD,
        "\ufeff" + HEADER + GOOD,
        (HEADER + GOOD).replace("\r\n", "\n"),
        (HEADER + GOOD).replace("\r\n", "\r"),
        (HEADER + GOOD).removesuffix("\r\n"),
        HEADER + '"P1","COMPANY","Mill SA","BE"\r\n',
        "country,legal_name,kind,external_id\r\nBE,Mill SA,COMPANY,P1\r\n",
        "external_id,kind,legal_name,country,trade_name\r\nP1,COMPANY,Mill SA,BE,\r\n",
    ],
    ids=["as RFC 4180 says", "with a byte order mark", "lines of Unix", "lines of old", "no end of the last line", "quotes", "columns in another order", "an empty value"],
)  # fmt: skip
def test_one_row_may_be_spelled_in_many_ways(raw: str):
    assert [values(row) for row in rows_of(raw)] == [P1]


def test_quotes_commas_and_lines_stand_in_quotes():
    raw = 'external_id,kind,legal_name,country,trade_name\r\nP1,COMPANY,"Mill, ""the old"" SA",BE,\r\n'

    assert values(rows_of(raw)[0])["legal_name"] == 'Mill, "the old" SA'


def test_a_row_of_several_lines_is_known_by_its_first():
    raw = 'external_id,contract,booked_on,value_on,kind,description,currency,amount\r\nO1,C1,2025-01-03,2025-01-03,FEE,"one\ntwo",EUR,1\r\nO2,C1,x,2025-01-03,FEE,d,EUR,1\r\n'

    good, bad = rows_of(raw, "operations", "operations.csv")

    assert (good.line, values(good, "operations")["description"]) == (2, "one\ntwo")
    assert isinstance(bad, RowFault)
    assert (bad.line, bad.field, bad.key) == (4, "booked_on", "O2")


CSV_FAULTS: dict[str, tuple[str | bytes, str, int | None, str | None]] = {
    "Latin 1": (HEADER.encode() + GOOD.encode() + "P2,COMPANY,Café,BE\r\n".encode("latin-1"), "file.encoding", 3, None),
    "UTF-16": ((HEADER + GOOD).encode("utf-16"), "file.encoding", 1, None),
    "half a letter at the end": ((HEADER + "P1,COMPANY,é").encode()[:-1], "file.encoding", 2, None),
    "no bytes": ("", "file.header", 1, None),
    "semicolons": (HEADER.replace(",", ";"), "file.separator", 1, None),
    "tabs": (HEADER.replace(",", "\t"), "file.separator", 1, None),
    "a column it does not know": (HEADER.replace("country", "land"), "column.unknown", 1, "land"),
    "a column that is missing": ("external_id,kind,country\r\n", "column.missing", 1, "legal_name"),
    "a column twice": (HEADER.replace("\r\n", ",country\r\n"), "column.twice", 1, "country"),
    "a quote that is not closed": (HEADER + '"P1,COMPANY,Mill SA,BE\r\n' + GOOD, "file.csv", 2, None),
    "a quote within a value": (HEADER + '"P1"x,COMPANY,Mill SA,BE\r\n', "file.csv", 2, None),
    "a line without end": (HEADER + "P" * LONGEST_LINE, "file.line", 2, None),
    "a row without end": (HEADER + '"a\n",' * (LONGEST_LINE // 5), "file.line", None, None),
    "a value without end": (HEADER + '"' + "a\n" * 100_000, "file.csv", 2, None),
}  # fmt: skip
JSON_FAULTS: dict[str, tuple[str | bytes, str, int | None, str | None]] = {
    "half a line": (json.dumps(P1) + "\n" + json.dumps(P1)[:-4], "file.json", 2, None),
    "no JSON": ("external_id: P1\n", "file.json", 1, None),
    "two objects on a line": (json.dumps(P1) + json.dumps(P1) + "\n", "file.json", 1, None),
    "a list": ("[]\n", "file.json", 1, None),
    "a name twice": ('{"external_id": "P1", "external_id": "P2"}\n', "file.json", 1, None),
    "a depth without end": ('{"external_id": ' + "[" * 100_000 + "\n", "file.json", 1, None),
    "a NUL as it is": ('{"external_id": "P\0"}\n', "file.json", 1, None),
    "a column it does not know": (json.dumps(P1 | {"land": "BE"}) + "\n", "column.unknown", 1, "land"),
    "Latin 1": ('{"legal_name": "Café"}\n'.encode("latin-1"), "file.encoding", 1, None),
    "a line without end": ('{"legal_name": "' + "a" * LONGEST_LINE, "file.line", 1, None),
}  # fmt: skip


@pytest.mark.parametrize("what", CSV_FAULTS)
def test_a_table_is_refused_that_has(what: str):
    raw, rule, line, column = CSV_FAULTS[what]

    faults = broken(raw)

    assert (rule, column) in [(fault.rule, fault.column) for fault in faults]
    assert line is None or {fault.line for fault in faults} == {line}


@pytest.mark.parametrize("what", JSON_FAULTS)
def test_lines_of_json_are_refused_that_have(what: str):
    raw, rule, line, column = JSON_FAULTS[what]

    faults = broken(raw, path="parties.jsonl")

    assert (rule, line, column) in [(fault.rule, fault.line, fault.column) for fault in faults]


def test_a_column_that_is_nearly_right_is_recognized():
    [unknown, missing] = broken(HEADER.replace("legal_name", "Legal Name"))

    assert unknown.message == "parties have no column 'Legal Name'. Is 'legal_name' meant?"
    assert missing.message == "The column 'legal_name' is required."


def test_the_faults_of_a_wide_header_end_somewhere():
    assert len(broken(",".join(f"c{n}" for n in range(50_000)))) < 150


def test_an_empty_file_of_json_lines_has_no_rows():
    assert rows_of("", path="parties.jsonl") == []


# A value in a column of a type, as CSV has it, and the rule that it breaks; what no column of the format is declared as is tried below.
VALUES: dict[str, tuple[str, str, str, str]] = {
    "no value": ("parties", "legal_name", "", "required"),
    "a long text": ("parties", "legal_name", "x" * 201, "text.length"),
    "a long key": ("parties", "external_id", "x" * 101, "text.length"),
    "a NUL": ("parties", "legal_name", "Mill\0SA", "text.control"),
    "a bell": ("parties", "legal_name", "Mill\aSA", "text.control"),
    "a line in a name": ("parties", "legal_name", "Mill\nSA", "text.control"),
    "half a letter": ("parties", "legal_name", "Mill\x85SA", "text.control"),
    "three digits of a card": ("contracts", "card_last4", "432", "text.form"),
    "letters of a card": ("contracts", "card_last4", "43x1", "text.form"),
    "five of an IBAN": ("mandates", "iban_last4", "70345", "text.length"),
    "three of an IBAN": ("mandates", "iban_last4", "034", "text.form"),
    "a media type with a line": ("documents", "content_type", "application/pdf; x=é", "text.form"),
    "a comma for a point": ("contracts", "financed_amount", "300,00", "number"),
    "thousands apart": ("contracts", "financed_amount", "1 300.00", "number"),
    "an exponent": ("contracts", "financed_amount", "3e2", "number"),
    "not a number": ("contracts", "financed_amount", "NaN", "number"),
    "without end": ("contracts", "financed_amount", "Infinity", "number"),
    "other digits": ("contracts", "financed_amount", "\uff13", "number"),
    "a third decimal": ("contracts", "financed_amount", "300.001", "number.decimals"),
    "a seventh decimal of a rate": ("contracts", "nominal_rate_percent", "4.8000001", "number.decimals"),
    "a sixteenth digit": ("contracts", "financed_amount", "1" + "0" * 15, "number.range"),
    "a huge amount": ("contracts", "financed_amount", "9" * 400, "number.range"),
    "a rate of a thousand": ("contracts", "nominal_rate_percent", "1000", "number.range"),
    "less than nothing": ("contracts", "financed_amount", "-0.01", "number.range"),
    "a payment of nothing": ("payments", "amount", "0.00", "number.range"),
    "a negative payment": ("payments", "amount", "-5.00", "number.range"),
    "the 32nd": ("mandates", "debit_day", "32", "number.range"),
    "a version of less than none": ("parties", "source_version", "-1", "number.range"),
    "a version beyond counting": ("parties", "source_version", str(2**62 + 1), "number.range"),
    "half a month": ("contracts", "duration_months", "1.5", "integer"),
    "a word for a number": ("contracts", "duration_months", "twelve", "integer"),
    "twenty digits": ("parties", "source_version", "1" * 20, "integer"),
    "a word it does not know": ("contracts", "kind", "LEASING", "enum"),
    "a state twice": ("profiles", "document_kinds", "INVOICE INVOICE", "list.duplicate"),
    "a list apart by commas": ("profiles", "document_kinds", "INVOICE,STATEMENT", "enum"),
    "the 29th of February of no leap year": ("contracts", "starts_on", "2025-02-29", "date"),
    "the 31st of April": ("contracts", "starts_on", "2025-04-31", "date"),
    "a day of Belgium": ("contracts", "starts_on", "24/11/2026", "date"),
    "a day without hyphens": ("contracts", "starts_on", "20261124", "date"),
    "a week": ("contracts", "starts_on", "2026-W48-2", "date"),
    "the year none": ("contracts", "starts_on", "0000-01-01", "date"),
    "an instant for a day": ("contracts", "starts_on", "2026-11-24T00:00:00Z", "date"),
    "a day for an instant": ("documents", "published_at", "2026-11-24", "instant"),
    "an instant without its offset": ("documents", "published_at", "2026-11-24T09:30:00", "instant"),
    "the 25th hour": ("documents", "published_at", "2026-11-24T25:00:00Z", "instant"),
    "before all time": ("documents", "published_at", "0001-01-01T00:00:00+23:00", "date.none"),
    "nothing but blanks": ("parties", "legal_name", " \t ", "required"),
    "two signs": ("contracts", "financed_amount", "-3-", "number"),
    "no digit": ("contracts", "financed_amount", ".", "number"),
    "a point for thousands": ("contracts", "financed_amount", "1.300.00", "number"),
    "a comma for thousands": ("contracts", "financed_amount", "1,300.00", "number"),
    "cents of a cent": ("contracts", "financed_amount", "300.0010", "number.decimals"),
    "a locale of three parts": ("users", "locale", "nl_BE_x", "locale"),
    "an instant of a day": ("contracts", "starts_on", "2026-11-24T09:30:00", "date"),
    "yes": ("documents", "is_portal_only", "yes", "boolean"),
    "one for true": ("parties", "deleted", "1", "boolean"),
    "a country by its name": ("parties", "country", "Belgium", "country"),
    "no country": ("parties", "country", "XX", "country"),
    "a sign for a currency": ("contracts", "currency", "€", "currency"),
    "a currency of the past": ("contracts", "currency", "BEF", "currency"),
    "a short hash": ("documents", "sha256", "abc", "sha256"),
    "a hash with a letter that is no digit": ("documents", "sha256", "G" * 64, "sha256"),
    "a portal by its brand": ("accounts", "portal", "Mill Portal", "portal"),
    "a paper outside": ("documents", "file", "../paper.pdf", "path.escape"),
    "a paper from the root": ("documents", "file", "/etc/passwd", "path.escape"),
    "wrong check digits": ("bank_accounts", "iban", "BE68539007547035", "iban"),
    "a short IBAN": ("bank_accounts", "iban", "BE6853900754703", "iban"),
    "an IBAN of no country": ("bank_accounts", "iban", "XX68539007547034", "iban"),
    "no IBAN": ("bank_accounts", "iban", "539-0075470-34", "iban"),
    "a long IBAN": ("bank_accounts", "iban", "BE68" + " " * 40, "iban"),
}  # fmt: skip
SAMPLES = {
    Kind.TEXT: "x", Kind.KEY: "K1", Kind.DATE: "2026-11-24", Kind.INSTANT: "2026-11-24T09:30:00Z", Kind.AMOUNT: "1.00", Kind.PRICE: "1", Kind.RATE: "1",
    Kind.QUANTITY: "1", Kind.INTEGER: "1", Kind.BOOLEAN: "false", Kind.REFERENCE: "R1", Kind.REFERENCES: "R1", Kind.CURRENCY: "EUR", Kind.COUNTRY: "BE",
    Kind.LOCALE: "nl", Kind.IBAN: "BE68539007547034", Kind.SHA256: "0" * 64, Kind.PORTAL: "main", Kind.PATH: "a.pdf",
}  # fmt: skip


def sample(column: Column) -> str:
    """A right value of the column."""
    if column.values:
        return column.values[0]
    return {"card_last4": "4321", "iban_last4": "7034", "content_type": "application/pdf", "email": "a@b.example"}.get(
        column.name, SAMPLES[column.kind]
    )


def line_with(type_: str, **changed: str) -> str:
    """A table of one row, right but for what is changed."""
    cells = {column.name: sample(column) for column in TYPE_BY_NAME[type_].columns if column.required} | changed
    return ",".join(cells) + "\r\n" + ",".join('"' + cell.replace('"', '""') + '"' for cell in cells.values()) + "\r\n"


@pytest.mark.parametrize("what", VALUES)
def test_a_row_is_refused_that_has(what: str):
    type_, column, value, rule = VALUES[what]

    [found] = rows_of(line_with(type_, **{column: value}), type_, f"{type_}.csv")

    assert isinstance(found, RowFault)
    assert (found.line, found.field, found.rule) == (2, column, rule)
    assert found.message.endswith(".")


@pytest.mark.parametrize("type_", [t.name for t in TYPES])
def test_a_row_of_right_values_is_read(type_: str):
    needed = {"documents": {"account": "A1"}, "payment_allocations": {"invoice": "F1"}}.get(type_, {})

    [row] = rows_of(line_with(type_, **needed), type_, f"{type_}.csv")

    assert isinstance(row, Row), row


@pytest.mark.parametrize("type_,changed", [
    ("documents", {"published_at": "2024-02-29T00:00:00.5+14:00", "account": "A1"}),
    ("contracts", {"starts_on": "2024-02-29", "ends_on": "2024-02-29"}),
    ("contracts", {"starts_on": "2025-01-01", "outstanding_principal_amount": "-0.01"}),
    ("contracts", {"starts_on": "2025-01-01", "financed_amount": "9" * 15 + ".99"}),
    ("bank_accounts", {"iban": "NO93 8601 1117 947"}),
], ids=["a leap second's worth", "one day", "a credit", "as much as fits", "an IBAN in groups"])  # fmt: skip
def test_at_the_edges_a_row_is_still_read(type_: str, changed: dict[str, str]):
    assert isinstance(rows_of(line_with(type_, **changed), type_, f"{type_}.csv")[0], Row)


@pytest.mark.parametrize("type_,changed,field,rule", [
    ("contracts", {"starts_on": "2025-02-01", "ends_on": "2025-01-31"}, "ends_on", "dates.order"),
    ("profiles", {"valid_from_at": "2025-01-01T00:00:00Z", "valid_until_at": "2025-01-01T01:00:00+01:00"}, "valid_until_at", "dates.order"),
    ("documents", {}, "account", "required"),
    ("payment_allocations", {}, "invoice", "one_of"),
    ("payment_allocations", {"invoice": "F1", "case": "K1"}, "invoice", "one_of"),
], ids=["an end before the beginning", "no time at all", "neither account nor contract", "nothing that is paid", "two things that are paid"])  # fmt: skip
def test_values_that_are_right_alone_can_be_wrong_together(type_: str, changed: dict[str, str], field: str, rule: str):
    [found] = rows_of(line_with(type_, **changed), type_, f"{type_}.csv")

    assert isinstance(found, RowFault)
    assert (found.field, found.rule) == (field, rule)


def test_all_that_is_wrong_with_a_row_is_said_at_once():
    [found] = rows_of(line_with("parties", country="Belgium", kind="FIRM", born_on="1.1.1980"))

    assert isinstance(found, RowFault)
    assert (found.field, found.rule) == ("kind", "enum")
    assert "country: 'Belgium' is no country" in found.message
    assert "born_on: '1.1.1980' is not a day" in found.message


def test_a_line_with_too_few_or_too_many_values_is_refused_and_the_next_one_read():
    found = rows_of(HEADER + "P0,COMPANY\r\n" + "P0,COMPANY,a,BE,b\r\n" + GOOD)

    assert [(row.line, getattr(row, "rule", None)) for row in found] == [(2, "row.columns"), (3, "row.columns"), (4, None)]


@pytest.mark.parametrize("layout", ["\r\n", "\r\n\r\n", ",,,\r\n", ",,,,,\r\n", " , ,\t,\r\n", ",,,", '"","","",""\r\n'])
def test_layout_is_no_row(layout: str):
    """Spreadsheets leave lines of separators behind, and editors empty ones."""
    found = rows_of(HEADER + layout.rstrip("\r\n") + "\r\n" + GOOD + layout)

    assert [(row.line, values(row)) for row in found] == [(3, P1)]


def test_layout_around_the_header_is_none_of_it():
    assert [values(row) for row in rows_of("\r\n,,,\r\n" + HEADER + GOOD)] == [P1]


def test_a_separator_at_the_end_of_each_line_makes_no_column():
    assert [values(row) for row in rows_of(HEADER.replace("\r\n", ",\r\n") + GOOD.replace("\r\n", ",\r\n") + GOOD)] == [P1, P1]


def test_an_empty_line_of_json_is_no_row():
    assert [row.line for row in rows_of("\n" + json.dumps(P1) + "\r\n \n", path="parties.jsonl")] == [2]


@pytest.mark.parametrize("header", [HEADER.upper(), HEADER.title(), HEADER.replace(",", " , ")])
def test_a_column_is_known_by_its_letters(header: str):
    assert [values(row) for row in rows_of(header + GOOD)] == [P1]


def test_a_column_of_json_is_known_by_its_letters():
    [row] = json_of(**{name.upper(): value for name, value in P1.items()})

    assert values(row) == P1


def test_two_columns_that_are_one_by_their_letters_are_refused():
    assert {fault.rule for fault in broken(HEADER.replace("\r\n", ",COUNTRY\r\n"))} == {"column.twice"}
    assert {fault.rule for fault in broken(json.dumps(P1 | {"COUNTRY": "FR"}), path="parties.jsonl")} == {"file.json"}


# Other systems' spellings of one value: the type, the column, how it is spelled, and what is meant.
MEANT: dict[str, tuple[str, str, str, str]] = {
    "blanks around a text": ("parties", "legal_name", "Mill SA      ", "Mill SA"),
    "blanks around a key": ("parties", "external_id", "P1   ", "P1"),
    "blanks around a number": ("contracts", "financed_amount", "   300.00", "300.00"),
    "blanks around a day": ("contracts", "starts_on", " 2026-11-24 ", "2026-11-24"),
    "a plus": ("contracts", "financed_amount", "+3", "3"),
    "a minus behind, of SAP": ("contracts", "outstanding_principal_amount", "300.00-", "-300.00"),
    "no zero before the point, of Oracle": ("contracts", "financed_amount", ".5", "0.5"),
    "less than one, of Oracle": ("contracts", "outstanding_principal_amount", "-.50", "-0.50"),
    "nothing after the point": ("contracts", "financed_amount", "300.", "300"),
    "four decimals, of SQL Server": ("contracts", "financed_amount", "300.1000", "300.10"),
    "many decimals of a rate": ("contracts", "nominal_rate_percent", "4.80000000", "4.800000"),
    "decimals of a whole number": ("contracts", "duration_months", "60.0", "60"),
    "decimals of a choice of numbers": ("contracts", "periodicity_months", "12.00", "12"),
    "a word in small letters": ("contracts", "kind", "loan", "LOAN"),
    "True": ("parties", "deleted", "False", "false"),
    "a country in small letters": ("parties", "country", "be", "BE"),
    "a currency in small letters": ("contracts", "currency", "eur", "EUR"),
    "a locale of Java": ("users", "locale", "fr_BE", "fr-BE"),
    "a locale in small letters": ("users", "locale", "fr-be", "fr-BE"),
    "a language in capitals": ("users", "locale", "FR", "fr"),
    "a midnight, of SQL Server": ("contracts", "starts_on", "2026-11-24 00:00:00.000", "2026-11-24"),
    "a midnight of ISO": ("contracts", "starts_on", "2026-11-24T00:00:00", "2026-11-24"),
    "seven decimals of a second, of .NET": ("documents", "published_at", "2026-11-24T09:30:00.1234567Z", "2026-11-24T09:30:00.123456+00:00"),
    "an offset without a colon": ("documents", "published_at", "2026-11-24T09:30:00+0100", "2026-11-24T08:30:00+00:00"),
    "an offset of hours": ("documents", "published_at", "2026-11-24T09:30:00+01", "2026-11-24T08:30:00+00:00"),
    "a blank for the T, of PostgreSQL": ("documents", "published_at", "2026-11-24 09:30:00.5+01", "2026-11-24T08:30:00.500000+00:00"),
    "a blank before the offset, of SQL Server": ("documents", "published_at", "2026-11-24 09:30:00.0000000 +01:00", "2026-11-24T08:30:00+00:00"),
    "lines of Windows": ("contracts", "renewal_rule", "one\r\ntwo\r\n\r\nthree", "one\ntwo\n\nthree"),
    "lines of old": ("contracts", "renewal_rule", "one\rtwo", "one\ntwo"),
}  # fmt: skip


@pytest.mark.parametrize("what", MEANT)
def test_what_can_be_meant_in_one_way_only_is_taken(what: str):
    type_, column, spelled, meant = MEANT[what]
    needed = {"documents": {"account": "A1"}}.get(type_, {})

    [row] = rows_of(line_with(type_, **needed, **{column: spelled}), type_, f"{type_}.csv")

    assert values(row, type_)[column] == meant
    assert isinstance(row, Row)
    assert row.notes == ()


def test_a_list_may_have_more_than_one_blank_between_its_values():
    [row] = rows_of(line_with("profiles", document_kinds="INVOICE  statement"), "profiles", "profiles.csv")

    assert values(row, "profiles")["document_kinds"] == ("INVOICE", "STATEMENT")


def test_a_deletion_in_capitals_is_one():
    [row] = rows_of("external_id,deleted,kind,legal_name,country\r\nP1,TRUE,,,nowhere\r\n")

    assert values(row) == {"external_id": "P1", "deleted": "true"}


NOTHING = ["0001-01-01", "1753-01-01", "1899-12-30", "1899-12-31", "1900-01-01"]
NEVER = ["2079-06-06", "2099-12-31", "2999-12-31", "4712-12-31", "9999-12-30", "9999-12-31"]


@pytest.mark.parametrize("day", NOTHING + NEVER)
@pytest.mark.parametrize(
    "type_,column", [("contracts", "ends_on"), ("contracts", "signed_on"), ("parties", "born_on"), ("invoices", "due_on")]
)
def test_a_day_that_means_none_is_read_as_none_and_noted(type_: str, column: str, day: str):
    [row] = rows_of(line_with(type_, **{column: day}), type_, f"{type_}.csv")

    assert isinstance(row, Row), row
    assert column not in values(row, type_)
    assert [(note.field, note.rule) for note in row.notes] == [(column, "date.none")]
    assert day in row.notes[0].message


@pytest.mark.parametrize("day", NOTHING + NEVER)
@pytest.mark.parametrize("type_", [t.name for t in TYPES])
def test_a_day_that_means_none_is_refused_where_a_day_is_needed(type_: str, day: str):
    needed = {"documents": {"account": "A1"}, "payment_allocations": {"invoice": "F1"}}.get(type_, {})
    for column in TYPE_BY_NAME[type_].columns:
        if column.required and column.kind in (Kind.DATE, Kind.INSTANT):
            value = day if column.kind is Kind.DATE else f"{day}T23:59:59Z"

            [found] = rows_of(line_with(type_, **needed, **{column.name: value}), type_, f"{type_}.csv")

            assert isinstance(found, RowFault)
            assert (found.field, found.rule) == (column.name, "date.none")


@pytest.mark.parametrize("column,spelled", [
    ("valid_from_at", "9999-12-31T00:00:00Z"), ("valid_until_at", "0001-01-01T00:00:00Z"), ("valid_until_at", "1900-01-01T00:00:00+01:00"), ("documents_from_on", "9999-12-31"),
])  # fmt: skip
def test_a_right_is_not_widened_by_a_day_that_means_none(column: str, spelled: str):
    [found] = rows_of(line_with("profiles", **{column: spelled}), "profiles", "profiles.csv")

    assert isinstance(found, RowFault)
    assert (found.field, found.rule) == (column, "date.none")


def test_the_day_on_which_unix_begins_is_noted_unless_somebody_was_born_on_it():
    [contract] = rows_of(line_with("contracts", starts_on="1970-01-01"), "contracts", "contracts.csv")
    [person] = rows_of(line_with("parties", born_on="1970-01-01"))

    assert isinstance(contract, Row)
    assert isinstance(person, Row)
    assert [note.rule for note in contract.notes] == ["date.zero"]
    assert person.notes == ()


@pytest.mark.parametrize("spelled", ["1.23457E+15", "1.23457e+15", "1E+20", "1,23457E+15"])
def test_a_number_that_a_spreadsheet_has_rounded_is_no_key(spelled: str):
    [own] = rows_of(line_with("parties", external_id=spelled))
    [other] = rows_of(line_with("accounts", holder=spelled), "accounts", "accounts.csv")
    [list_] = rows_of(line_with("profiles", contracts=f"C1 {spelled}"), "profiles", "profiles.csv")
    [printed] = rows_of(line_with("contracts", number=spelled), "contracts", "contracts.csv")
    [word] = rows_of(line_with("contracts", external_id="1E5", number="12E+3 kg"), "contracts", "contracts.csv")

    assert [(f.field, f.rule) for f in (own, other, list_) if isinstance(f, RowFault)] == [
        ("external_id", "key.exponent"), ("holder", "key.exponent"), ("contracts", "key.exponent")]  # fmt: skip
    assert isinstance(printed, Row)
    assert [(note.field, note.rule) for note in printed.notes] == [("number", "text.exponent")]
    assert isinstance(word, Row)
    assert word.notes == ()


@pytest.mark.parametrize(
    "key",
    [
        "202611240000012345",
        "4111111111111111",
        "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
        "11111111-1111-4111-8111-111111111111",
        "BE68539007547034",
    ],
)
def test_the_key_of_a_refused_row_is_shown_whatever_it_looks_like(key: str):
    [row] = rows_of(line_with("parties", external_id=key, country="Belgium"))
    [line] = rows_of(line_with("amortization_lines", schedule=key, number="2", due_on="x"), "amortization_lines", "amortization_lines.csv")

    assert isinstance(row, RowFault)
    assert isinstance(line, RowFault)
    assert (row.key, line.key, line.parent) == (key, f"{key}#2", key)


@pytest.mark.parametrize(
    "value",
    [
        "202611240000012345",
        "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
        "12345678901234567890123",
        "BE68539007547035",
        "4111111111111112",
        "f" * 64,
    ],
)
def test_what_is_no_account_and_no_card_by_its_check_digits_is_shown(value: str):
    assert shown(value).startswith("'" + value[:39])


def test_a_row_that_is_only_to_be_removed_needs_its_key_alone():
    [row] = rows_of("external_id,deleted,kind,legal_name,country\r\nP1,true,,,nowhere\r\n")

    assert values(row) == {"external_id": "P1", "deleted": "true"}


JSON_TYPES: dict[str, tuple[Any, str]] = {
    "a number for a text": ({"legal_name": 7}, "json.type"),
    "a list for a text": ({"legal_name": ["Mill"]}, "json.type"),
    "an object for a text": ({"legal_name": {"nl": "Molen"}}, "json.type"),
    "true for a text": ({"legal_name": True}, "json.type"),
    "a word for a boolean": ({"deleted": "maybe"}, "boolean"),
    "a number for a boolean": ({"deleted": 1}, "json.type"),
    "a number for a day": ({"born_on": 19800229}, "json.type"),
    "half a letter": ({"legal_name": "Mill\ud800"}, "text.control"),
    "a NUL": ({"legal_name": "Mill\0"}, "text.control"),
}  # fmt: skip


@pytest.mark.parametrize("what", JSON_TYPES)
def test_a_row_of_json_is_refused_that_has(what: str):
    change, rule = JSON_TYPES[what]

    [found] = json_of(**(P1 | change))

    assert isinstance(found, RowFault)
    assert (found.line, found.field, found.rule) == (1, next(iter(change)), rule)


@pytest.mark.parametrize(
    "value,rule",
    [
        ([], "list.empty"),
        (["INVOICE", 7], "json.type"),
        (["INVOICE STATEMENT"], "json.type"),
        ("INVOICE", "json.type"),
        (["INVOICE", "INVOICE"], "list.duplicate"),
    ],
)
def test_a_list_of_json_is_refused_that_is(value: Any, rule: str):
    """An empty list would say "none", where no list says "all": it is refused before it widens a right."""
    row = {"external_id": "PR1", "account": "A1", "user": "U1", "role": "VIEWER", "basis": "HOLDER", "document_kinds": value}

    [found] = rows_of(json.dumps(row), "profiles", "profiles.jsonl")

    assert isinstance(found, RowFault)
    assert (found.field, found.rule) == ("document_kinds", rule)


def test_numbers_of_json_keep_every_digit():
    row = '{"external_id": "C1", "account": "A1", "number": "007", "kind": "LOAN", "state": "ACTIVE", "starts_on": "2025-01-01", "currency": "EUR", "financed_amount": 123456789012345.10, "duration_months": 36}'

    [read] = rows_of(row, "contracts", "contracts.jsonl")

    found = values(read, "contracts")
    assert (found["financed_amount"], found["number"], found["duration_months"]) == ("123456789012345.10", "007", "36")


@pytest.mark.parametrize(
    "value",
    [
        "BE68 5390 0754 7034",
        "BE68539007547034",
        "be68539007547034",
        "NO9386011117947",
        "4111 1111 1111 1111",
        "4111111111111111",
        "konto NO93 8601 1117 947",
    ],
)
def test_nothing_that_looks_like_an_account_or_a_card_is_repeated_in_a_message(value: str):
    """Columns slip: what belongs to one stands in another, and the report is read by many."""
    table = line_with("bank_accounts", bic="x" * 12, iban=value + "1", verification=value, valid_from_on=value)

    [found] = rows_of(table, "bank_accounts", "bank_accounts.csv")
    [slipped] = rows_of(line_with("parties", external_id=value, country=value))

    assert isinstance(found, RowFault)
    assert isinstance(slipped, RowFault)
    for text in (found.message, slipped.message):
        assert value not in text
        assert value[-6:] not in text


def test_what_is_repeated_is_short_and_on_one_line():
    assert shown("x\n" * 100) == repr("x\n" * 19 + "x…")


class Endless(io.RawIOBase):
    """A table that never ends, and how much of it was read."""

    def __init__(self) -> None:
        self.lines = itertools.chain([HEADER.encode()], (f"P{n},COMPANY,Mill {n},BE\r\n".encode() for n in itertools.count()))
        self.read_bytes = 0
        self.rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while len(self.rest) < len(buffer):
            self.rest += next(self.lines)
        buffer[:] = self.rest[: len(buffer)]
        self.rest = self.rest[len(buffer) :]
        self.read_bytes += len(buffer)
        return len(buffer)


@pytest.mark.row("BO-2", part="a file is read a row at a time, however long it is")
def test_a_table_without_end_is_read_row_by_row():
    endless = Endless()
    rows: Iterator[Row | RowFault] = read_rows(TYPE_BY_NAME["parties"], io.BufferedReader(endless), "parties.csv")

    taken = list(itertools.islice(rows, 10))

    assert [row.line for row in taken] == list(range(2, 12))
    assert endless.read_bytes <= 64 * 1024


@given(st.decimals(min_value=-(10**15) + 1, max_value=10**15 - 1, places=2))
def test_every_amount_that_fits_is_taken_as_it_is_spelled(number: Decimal):
    check = check_of(Column("amount", Kind.AMOUNT, ""))

    assert check(f"{number:f}") == f"{number:f}"


@given(st.text(max_size=30), st.sampled_from([kind for kind in Kind if kind not in (Kind.ENUM, Kind.ENUMS)]))
def test_whatever_a_cell_holds_it_is_a_value_or_a_fault(text: str, kind: Kind):
    try:
        found = check_of(Column("x", kind, "", max_length=100))(text)
    except BadValue as fault:
        assert fault.rule
        assert fault.message.endswith(".")
    else:
        assert found is not None
