"""Folders of other systems, read by a profile: whole, right to the cent, and with every fault where it stands in the original."""

import csv
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path
from textwrap import dedent

import pytest

from channels.export_faults import BrokenExport, FileFault, RowFault
from channels.export_files import check_export, named_tenant, opened_export
from channels.export_format import TYPE_BY_NAME
from channels.export_inspection import Findings, inspect_file, rows_of
from channels.export_profiles import load_profile, parsed_profile
from channels.export_rows import Row
from server.generator import HOUSES, generate, old_erp, write_old_erp
from tests.imports.conftest import House
from tests.processes import bailiwick, environment

TODAY = date(2026, 11, 24)
VALDESENNE = next(house for house in HOUSES if house.key == "valdesenne")
PROFILE = """
tenant = "north"
source = "old"
encoding = "windows-1252"
separator = ";"
decimal_sign = ","
thousands_sign = "."
date_format = "dd/mm/yyyy"

[[files]]
path = "c.csv"
ignored = ["Memo"]
[[files.rows]]
type = "contracts"
[files.rows.columns]
external_id = { column = "Nr", before = "C-" }
number = "Nr"
account = "Klant"
kind = { constant = "LOAN" }
state = { column = "Toestand", values = { "Actief" = "ACTIVE", "" = "DRAFT" } }
starts_on = "Begin"
currency = { constant = "EUR" }
financed_amount = "Bedrag"
"""
HEADER = "Nr;Klant;Toestand;Begin;Bedrag;Memo"


def old(folder: Path, *lines: str, profile: str = PROFILE, encoding: str = "windows-1252") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "profile.toml").write_text(profile, encoding="utf-8")
    (folder / "c.csv").write_bytes("\r\n".join([HEADER, *lines, ""]).encode(encoding))
    return folder


def read(folder: Path) -> list[Row | RowFault]:
    with opened_export(folder) as export:
        check_export(export)
        found: list[Row | RowFault] = []
        for file in export.files:
            with export.open(file.path) as stream:
                found += rows_of(export, file, stream)
        return found


def faults_of(folder: Path) -> tuple[FileFault, ...]:
    findings = Findings()
    try:
        with opened_export(folder) as export:
            check_export(export)
            for file in export.files:
                inspect_file(export, file, findings)
    except BrokenExport as broken:
        return broken.faults
    return tuple(findings.faults)


def value(folder: Path, name: str) -> object:
    (row,) = read(folder)
    assert isinstance(row, Row), row
    with opened_export(folder) as export:
        return row.values[[column.name for column in export.files[0].type.columns].index(name)]


async def test_an_old_systems_folder_comes_in_with_one_command_whole_and_to_the_cent(north: House, house_urls, tmp_path: Path):
    generate(tmp_path / "new", VALDESENNE, 1, 120, TODAY)
    write_old_erp(tmp_path / "new", tmp_path / "old", VALDESENNE, TODAY)
    profile = tmp_path / "north.toml"
    profile.write_text((tmp_path / "old/profile.toml").read_text().replace('"valdesenne"', f'"{north.key}"'))
    (tmp_path / "old/profile.toml").unlink()

    done = await bailiwick(environment(house_urls, north.folder / "files"), "import", tmp_path / "old", "--profile", profile)

    assert done.code == 0, done.err
    accounts = {row["external_id"]: row for row in rows(tmp_path / "new/accounts.csv")}
    parties = {row["external_id"]: row["legal_name"] for row in rows(tmp_path / "new/parties.csv")}
    contracts = rows(tmp_path / "new/contracts.csv")
    names = await north.owner.fetch(
        "select a.number, p.legal_name from account a join party p on p.id = a.holder_id where a.tenant_id = $1", north.tenant_id
    )
    assert {tuple(row) for row in names} == {(row["number"], parties[row["holder"]]) for row in accounts.values()}
    streets = await north.stored("address", "street")
    assert set(streets) <= {row["street"] for row in rows(tmp_path / "new/addresses.csv")}
    assert any(not text.isascii() for text in (*streets, *(name for _, name in names)))
    assert await north.stored("contract", "number, financed_amount, rent_excl_vat_amount, starts_on") == sorted(
        (row["number"], amount(row["financed_amount"]), amount(row["rent_excl_vat_amount"]), date.fromisoformat(row["starts_on"]))
        for row in contracts
    )
    assert len(await north.stored("address", "external_id")) == len(accounts)


async def test_the_report_names_the_column_of_the_original_also_for_what_only_the_database_knows(north: House, tmp_path: Path):
    folder = old(tmp_path / "old", "7;NOBODY;Actief;01/02/2026;1,00;", "8;K;Weg;01/02/2026;1,00;", "9;K;Actief;31/02/2026;1,00;")
    (folder / "profile.toml").write_text(PROFILE.replace('"north"', f'"{north.key}"'))

    taken = await north.take(folder)

    told = {(row["file"], row["line"], row["field"], row["rule"]) for row in taken.report}
    assert ("c.csv", 3, "Toestand", "profile.value") in told
    assert ("c.csv", 4, "Begin", "date") in told
    assert {field for _, line, field, _ in told if line == 2} == {"Klant"}


def test_the_old_system_has_a_word_of_its_own_for_every_kind_and_state_of_the_format():
    contracts = TYPE_BY_NAME["contracts"]
    for name, words in (("kind", old_erp.CONTRACT_KINDS), ("state", old_erp.CONTRACT_STATES)):
        assert words.keys() == set(contracts.column(name).values)
        assert len(set(words.values())) == len(words)


def rows(place: Path) -> list[dict[str, str]]:
    with place.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def amount(spelled: str) -> Decimal | None:
    return Decimal(spelled) if spelled else None


@pytest.mark.parametrize(
    "spelled,meant",
    [("1.234,50", "1234.50"), ("1234,5", "1234.5"), ("-1.234.567,89", "-1234567.89"), ("12,00-", "-12.00"), (",5", "0.5"), ("7", "7")],
)
def test_amounts_are_read_by_the_signs_of_the_profile(tmp_path: Path, spelled: str, meant: str):
    profile = PROFILE.replace("financed_amount", "rent_excl_vat_amount")
    assert value(old(tmp_path, f"1;K;Actief;01/02/2026;{spelled};", profile=profile), "rent_excl_vat_amount") == meant


@pytest.mark.parametrize("spelled", ["1234.50", "1.23", "1.2345,00", "1,234.50", "1 234,50", "12,3,4", ".", ",", "1.", "€ 1,00", "1..234"])
def test_amounts_written_otherwise_are_refused_and_not_guessed(tmp_path: Path, spelled: str):
    (row,) = read(old(tmp_path, f"1;K;Actief;01/02/2026;{spelled};"))
    assert isinstance(row, RowFault)
    assert (row.rule, row.line, row.field, row.key) == ("number", 2, "financed_amount", "C-1")


@pytest.mark.parametrize("sign,spelled", [(" ", "1 234,50"), (" ", "1\u00a0234,50"), ("'", "1'234,50"), ("", "1234,50")])
def test_thousands_are_apart_as_the_profile_says(tmp_path: Path, sign: str, spelled: str):
    profile = PROFILE.replace('thousands_sign = "."', f'thousands_sign = "{sign}"')
    assert value(old(tmp_path, f"1;K;Actief;01/02/2026;{spelled};", profile=profile), "financed_amount") == "1234.50"


@pytest.mark.parametrize(
    "form,spelled", [("dd/mm/yyyy", "03/04/2026"), ("mm/dd/yyyy", "4/3/2026"), ("yyyymmdd", "20260403"), ("dd.mm.yyyy", "3.4.2026")]
)
def test_days_are_read_in_the_order_of_the_profile(tmp_path: Path, form: str, spelled: str):
    profile = PROFILE.replace("dd/mm/yyyy", form)
    assert value(old(tmp_path, f"1;K;Actief;{spelled};1,00;", profile=profile), "starts_on") == "2026-04-03"


@pytest.mark.parametrize("spelled", ["2026-04-03", "13/13/2026", "31/04/2026", "3/4/26", "03.04.2026"])
def test_days_written_otherwise_are_refused(tmp_path: Path, spelled: str):
    (row,) = read(old(tmp_path, f"1;K;Actief;{spelled};1,00;"))
    assert isinstance(row, RowFault)
    assert row.rule == "date"


def test_an_empty_value_can_have_a_meaning_and_a_word_without_one_is_refused(tmp_path: Path):
    good, bad = read(old(tmp_path, "1;K;;01/02/2026;1,00;", "2;K;Onbekend;01/02/2026;1,00;"))
    assert isinstance(good, Row)
    assert "DRAFT" in good.values
    assert isinstance(bad, RowFault)
    assert bad.rule == "profile.value"


def test_rows_are_counted_by_the_lines_of_the_original(tmp_path: Path):
    profile = "skip_lines = 1\n" + PROFILE
    folder = old(tmp_path, profile=profile)
    (folder / "c.csv").write_bytes(
        f'Titel\r\n{HEADER}\r\n\r\n1;"K";Actief;01/02/2026;1,00;"a\r\nb"\r\n2;K;Weg;01/02/2026;1,00;\r\n'.encode()
    )
    assert [row.line for row in read(folder)] == [4, 6]


def test_a_column_that_is_neither_taken_nor_ignored_and_one_that_is_not_there_are_told_together(tmp_path: Path):
    folder = old(tmp_path)
    (folder / "c.csv").write_text("Nr;Klant;Toestand;Begin;Saldo;Memo\n")
    assert {(fault.rule, fault.line, fault.column) for fault in faults_of(folder)} == {
        ("column.unknown", 1, "Saldo"),
        ("column.missing", 1, "Bedrag"),
    }


@pytest.mark.parametrize("said,written", [("windows-1252", "utf-8"), ("utf-8", "windows-1252"), ("cp850", "utf-8")])
def test_a_wrong_encoding_is_noticed_where_bytes_tell_it(tmp_path: Path, said: str, written: str):
    folder = old(tmp_path, "1;K;Actief;01/02/2026;1,00;Élise", profile=PROFILE.replace("windows-1252", said), encoding=written)
    assert [fault.rule for fault in faults_of(folder)] == ["file.encoding"]


def test_every_fault_of_a_profile_is_told_at_once_with_where_it_is(tmp_path: Path):
    spoiled = (
        PROFILE.replace("separator", "seperator")
        .replace('"dd/mm/yyyy"', '"dd/mm/yy"')
        .replace("financed_amount", "financed_sum")
        .replace('account = "Klant"\n', "")
        .replace('{ constant = "LOAN" }', '{ constant = "LOAN", column = "X" }')
        .replace('source = "old"', 'source = "Old System"')
    )
    assert {(fault.file, fault.column) for fault in faults_of(old(tmp_path, profile=spoiled))} >= {
        ("profile.toml", "seperator"),
        ("profile.toml", "source"),
        ("profile.toml", "files[1].rows[1].columns.kind"),
        ("profile.toml", "files[1].rows[1].columns.financed_sum"),
        ("profile.toml", "files[1].rows[1].columns"),
    }


def test_a_profile_that_is_no_toml_says_the_line(tmp_path: Path):
    (fault,) = faults_of(old(tmp_path, profile=PROFILE.replace('"north"', '"north')))
    assert fault.rule == "profile.toml"
    assert "line 2" in fault.message


def test_signs_of_a_file_and_of_the_profile_are_judged_together(tmp_path: Path):
    faults = faults_of(old(tmp_path, profile=PROFILE.replace('path = "c.csv"', 'path = "c.csv"\nthousands_sign = ","')))
    assert [fault.column for fault in faults] == ["files[1]"]


def test_the_example_of_the_page_is_a_profile():
    page = (Path(__file__).parents[2] / "docs/import-format.md").read_text(encoding="utf-8")
    block = page.split("never both.\n\n")[1].split("\n\n| key |")[0]
    profile = parsed_profile(dedent(block).encode(), "page")
    assert [row.type for row in profile.files[0].rows] == ["parties", "addresses"]


def test_a_manifest_beside_a_profile_is_refused(tmp_path: Path):
    folder = old(tmp_path)
    (folder / "manifest.json").write_text("{}")
    assert [fault.rule for fault in faults_of(folder)] == ["profile.manifest"]


def test_the_house_is_known_from_the_profile_alone(tmp_path: Path):
    assert named_tenant(old(tmp_path)) == "north"
    assert load_profile(tmp_path / "profile.toml").source == "old"


async def test_a_preview_shows_values_after_mapping_and_faults_beside_them(tmp_path: Path):
    folder = old(tmp_path, "1;K;Actief;01/02/2026;1.234,50;", "2;K;Weg;01/02/2026;1,00;", "3;K;;01/02/2026;1,00;")
    shown = await bailiwick({}, "preview", folder, "--rows", "2")
    assert shown.code == 1, shown.err
    assert "financed_amount = 1234.50  (from Bedrag)" in shown.out
    assert "c.csv:3: contracts\n    refused: Toestand: The profile does not say what 'Weg' means. (profile.value)" in shown.out
    assert "C-3" not in shown.out


def test_an_archive_brings_its_profile_along_from_a_folder_in_it_too(tmp_path: Path):
    old(tmp_path / "in", "1;K;Actief;01/02/2026;1,00;")
    archive = Path(shutil.make_archive(str(tmp_path / "old"), "zip", tmp_path, "in"))
    assert named_tenant(archive) == "north"
    (row,) = read(archive)
    with opened_export(archive) as export:
        assert list(export.papers()) == []
    assert isinstance(row, Row)
