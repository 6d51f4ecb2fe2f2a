"""The customers and contracts of a generated house as an old system writes them, with the profile that reads them.

Semicolons, Windows-1252, decimal commas, days as dd/mm/yyyy, columns of its own, and one line for party, address, account and mail address.
"""

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

from server.generator.houses import House

Line = dict[str, str]
ENCODING = "windows-1252"
KINDS = {"COMPANY": "Rechtspersoon", "PERSON": "Natuurlijk persoon"}
ACCOUNT_STATES = {"ACTIVE": "Actief", "CLOSED": "Afgesloten"}
CONTRACT_KINDS = {
    "FINANCE_LEASE": "Financiële leasing", "HIRE_PURCHASE": "Huurkoop", "RENTAL": "Verhuring", "LOAN": "Lening", "INSURANCE": "Verzekering",
    "CREDIT_FACILITY": "Kredietlijn", "REVOLVING_CREDIT": "Kredietopening", "CONSOLIDATION": "Hergroepering",
}  # fmt: skip
CONTRACT_STATES = {
    "DRAFT": "Ontwerp", "OFFERED": "Aangeboden", "ACCEPTED": "Aanvaard", "DECLINED": "Geweigerd", "OFFER_EXPIRED": "Aanbod vervallen",
    "IN_WITHDRAWAL": "Bedenktijd", "WITHDRAWN": "Herroepen", "PENDING_ACTIVATION": "Te activeren", "ACTIVE": "Lopend",
    "IN_ARREARS": "Achterstal", "DEFAULTED": "Opgezegd wegens achterstal", "NOTICE": "In opzeg", "SETTLING": "In afrekening",
    "TERMINATED": "Beëindigd", "EARLY_SETTLED": "Vervroegd afgelost", "MATURED": "Afgelopen", "BOUGHT_OUT": "Aangekocht",
    "RETURNED": "Teruggegeven", "EXTENDED": "Verlengd", "CLOSED": "Afgesloten", "TRANSFERRED": "Overgedragen",
}  # fmt: skip
TEMPLATE = """\
# How the files of the old system become rows. docs/import-format.md says what may stand here.
tenant = "{tenant}"
source = "old-erp"
encoding = "{encoding}"
separator = ";"
skip_lines = 1
decimal_sign = ","
thousands_sign = "."
date_format = "dd/mm/yyyy"

[[files]]
path = "klanten.csv"
ignored = ["Opmerking"]

[[files.rows]]
type = "parties"
[files.rows.columns]
external_id = {{ column = "Klantnr", before = "P-" }}
kind = {{ column = "Soort", values = {kinds} }}
legal_name = "Naam"
given_name = "Voornaam"
family_name = "Familienaam"
born_on = "Geboortedatum"
enterprise_number = "Ondernemingsnr"
country = "Land"

[[files.rows]]
type = "addresses"
only_with = "Straat"
[files.rows.columns]
external_id = {{ column = "Klantnr", before = "ADR-" }}
party = {{ column = "Klantnr", before = "P-" }}
kind = {{ constant = "BILLING" }}
street = "Straat"
postal_code = "Postcode"
city = "Gemeente"
country = "Land"

[[files.rows]]
type = "accounts"
[files.rows.columns]
external_id = "Klantnr"
holder = {{ column = "Klantnr", before = "P-" }}
number = "Klantnr"
status = {{ column = "Toestand", values = {account_states} }}
opened_on = "Klant sinds"

[[files.rows]]
type = "contact_points"
only_with = "E-mail"
[files.rows.columns]
external_id = {{ column = "Klantnr", before = "MAIL-" }}
party = {{ column = "Klantnr", before = "P-" }}
kind = {{ constant = "EMAIL" }}
value = "E-mail"

[[files]]
path = "contracten*.csv"

[[files.rows]]
type = "contracts"
[files.rows.columns]
external_id = "Contractnr"
number = "Contractnr"
account = "Klantnr"
kind = {{ column = "Soort", values = {contract_kinds} }}
state = {{ column = "Toestand", values = {contract_states} }}
starts_on = "Begindatum"
ends_on = "Einddatum"
currency = "Munt"
financed_amount = "Gefinancierd bedrag"
rent_excl_vat_amount = "Huur excl. btw"
outstanding_principal_amount = "Openstaand saldo"
"""


def write_old_erp(export: Path, folder: Path, house: House, today: date) -> None:
    """Beside a generated export, its customers and contracts as the old system had them. Raises `FileExistsError`."""
    folder.mkdir(parents=True)
    clients = {account["external_id"]: account["number"] for account in read(export, "accounts")}
    write(folder / "klanten.csv", f"Klantenbestand per {day(today.isoformat())}", client_lines(export))
    write(
        folder / f"contracten-{today:%Y%m%d}.csv",
        f"Contracten per {day(today.isoformat())}",
        (contract_line(row, clients) for row in read(export, "contracts")),
    )
    profile = TEMPLATE.format(
        tenant=house.key,
        encoding=ENCODING,
        kinds=toml_of(KINDS),
        account_states=toml_of(ACCOUNT_STATES),
        contract_kinds=toml_of(CONTRACT_KINDS),
        contract_states=toml_of(CONTRACT_STATES),
    )
    (folder / "profile.toml").write_text(profile, encoding="utf-8")


def client_lines(export: Path) -> Iterator[Line]:
    """One for each account; the old system had a party anew for each."""
    parties = {row["external_id"]: row for row in read(export, "parties")}
    addresses = {row["party"]: row for row in reversed(list(read(export, "addresses")))}
    mails = {row["party"]: row["value"] for row in read(export, "contact_points") if row["kind"] == "EMAIL"}
    for account in read(export, "accounts"):
        party = parties[account["holder"]]
        address = addresses.get(account["holder"], {})
        yield {
            "Klantnr": account["number"],
            "Soort": KINDS[party["kind"]],
            "Naam": party["legal_name"],
            "Voornaam": party["given_name"],
            "Familienaam": party["family_name"],
            "Geboortedatum": day(party["born_on"]),
            "Ondernemingsnr": party["enterprise_number"],
            "Straat": address.get("street", ""),
            "Postcode": address.get("postal_code", ""),
            "Gemeente": address.get("city", ""),
            "Land": party["country"],
            "E-mail": mails.get(account["holder"], ""),
            "Toestand": ACCOUNT_STATES[account["status"]],
            "Klant sinds": day(account["opened_on"]),
            "Opmerking": "",
        }


def contract_line(row: Line, clients: dict[str, str]) -> Line:
    return {
        "Contractnr": row["number"],
        "Klantnr": clients[row["account"]],
        "Soort": CONTRACT_KINDS[row["kind"]],
        "Toestand": CONTRACT_STATES[row["state"]],
        "Begindatum": day(row["starts_on"]),
        "Einddatum": day(row["ends_on"]),
        "Munt": row["currency"],
        "Gefinancierd bedrag": amount(row["financed_amount"]),
        "Huur excl. btw": amount(row["rent_excl_vat_amount"]),
        "Openstaand saldo": amount(row["outstanding_principal_amount"]),
    }


def read(export: Path, type_name: str) -> Iterator[Line]:
    with (export / f"{type_name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def write(place: Path, title: str, lines: Iterator[Line]) -> None:
    """A title above the header, as reports of old have it."""
    rows = list(lines)
    with place.open("w", encoding=ENCODING, newline="") as file:
        file.write(f"{title}\r\n")
        writer = csv.DictWriter(file, rows[0], delimiter=";")
        writer.writeheader()
        writer.writerows(rows)


def day(spelled: str) -> str:
    """2026-11-24 as 24/11/2026."""
    return "/".join(reversed(spelled.split("-"))) if spelled else ""


def amount(spelled: str) -> str:
    """1234.50 as 1.234,50."""
    return f"{Decimal(spelled):,.2f}".translate(str.maketrans(",.", ".,")) if spelled else ""


def toml_of(meanings: dict[str, str]) -> str:
    """Their words to ours, as TOML."""
    return "{ " + ", ".join(f'"{theirs}" = "{ours}"' for ours, theirs in meanings.items()) + " }"
