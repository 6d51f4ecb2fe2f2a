"""A second export with deliberate errors, and a few that are broken as a whole: what a finance house hands over on a bad day."""

import csv
import hashlib
import io
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from server.generator.writing import MANIFEST

SEQUENCE = 2
Cells = dict[str, Any]


@dataclass(frozen=True)
class Spoiled:
    """One deliberate error, and what the report says of it when the good export was taken before."""

    type: str
    file: str
    line: int
    external_id: str | None
    field: str | None
    rule: str
    result: str = "REJECTED"


@dataclass(frozen=True)
class Spoil:
    """How to spoil one row of a type: `change` gives the rows to be written in its place, or nothing where the row does not do."""

    type: str
    field: str | None
    rule: str
    change: Callable[[Cells, Cells], list[Cells] | None]
    result: str = "REJECTED"


def other(name: str, value: str) -> Callable[[Cells, Cells], list[Cells]]:
    """Another value in one column."""
    return lambda row, before: [{**row, name: value}]


def off_by_a_cent(name: str) -> Callable[[Cells, Cells], list[Cells]]:
    return lambda row, before: [{**row, name: str(Decimal(row[name]) + Decimal("0.01"))}]


def other_check_digits(row: Cells, before: Cells) -> list[Cells]:
    digits = f"{(int(row['iban'][2:4]) + 1) % 97:02}"
    return [{**row, "iban": row["iban"][:2] + digits + row["iban"][4:]}]


def moved(row: Cells, before: Cells) -> list[Cells] | None:
    """To the account of the row before, where that is another one."""
    return [{**row, "account": before["account"]}] if before and before["account"] != row["account"] else None


SPOILS = (
    Spoil("parties", "country", "country", other("country", "Belgium")),
    Spoil("bank_accounts", "iban", "iban", other_check_digits),
    Spoil("accounts", "external_id", "external_id.duplicate", lambda row, before: [row, row]),
    Spoil("users", "locale", "locale", other("locale", "Dutch")),
    Spoil("contracts", "starts_on", "date", other("starts_on", "2025-02-29")),
    Spoil("contracts", "kind", "enum", other("kind", "LEASING")),
    Spoil("contracts", "outstanding_principal_amount", "number.range", other("outstanding_principal_amount", "9" * 18)),
    Spoil("contracts", "account", "contract.account.changed", moved),
    Spoil("assets", "contract", "reference.missing", other("contract", "C-NOWHERE"), "PARKED"),
    Spoil("amortization_lines", "closing_balance_amount", "schedule.closing", off_by_a_cent("closing_balance_amount")),
    Spoil("installments", "due_on", "date", other("due_on", "31/12/2026")),
    Spoil("operations", "currency", "currency", other("currency", "EURO")),
    Spoil("cases", "principal_amount", "number", other("principal_amount", "1.234,50")),
    Spoil("documents", "file", "document.sha256", other("sha256", "0" * 64)),
    Spoil("invoices", "net_amount", "invoice.net", off_by_a_cent("net_amount")),
    Spoil("payments", "amount", "number.range", other("amount", "-1.00")),
)


def spoil(folder: Path, out: Path) -> list[Spoiled]:
    """Writes the export of a folder once more into another, with one row spoiled for each of the errors that its types can have."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    out.mkdir(parents=True)
    if (folder / "papers").is_dir():
        shutil.copytree(folder / "papers", out / "papers")
    spoiled: list[Spoiled] = []
    for entry in manifest["files"]:
        spoiled += spoil_file(folder, out, entry)
    written(out, manifest | {"sequence": SEQUENCE})
    return spoiled


def spoil_file(folder: Path, out: Path, entry: dict[str, Any]) -> Iterator[Spoiled]:
    """One file; `entry` is what its manifest says of it, and is brought up to date."""
    path, form = entry["path"], Json() if entry["path"].endswith(".jsonl") else Csv()
    wanted = [spoil for spoil in SPOILS if spoil.type == entry["type"]]
    digest, rows, line = hashlib.sha256(), 0, form.first
    before: Cells = {}
    with (folder / path).open(encoding="utf-8", newline="") as source, (out / path).open("wb") as target:
        for row in form.read(source):
            instead, found = [row], None
            if wanted and (changed := wanted[0].change(row, before)):
                found, instead = wanted.pop(0), changed
            for one in instead:
                text = form.spelled(one)
                digest.update(text)
                target.write(text)
                if found and one:
                    yield Spoiled(entry["type"], path, line, key_of(entry["type"], one), found.field, found.rule, found.result)
                line, rows = line + 1, rows + 1
            before = row
    entry |= {"sha256": digest.hexdigest(), "rows": rows}


def key_of(type_: str, row: Cells) -> str:
    """How the report calls a row."""
    return f"{row['schedule']}#{row['number']}" if type_ == "amortization_lines" else str(row["external_id"])


class Json:
    """Lines of JSON."""

    first = 1

    def read(self, source: io.TextIOBase) -> Iterator[Cells]:
        return (json.loads(line) for line in source)

    def spelled(self, row: Cells) -> bytes:
        return json.dumps(row, ensure_ascii=False).encode() + b"\n"


class Csv:
    """A table, whose header goes before its first row."""

    first = 2

    def __init__(self) -> None:
        self.head = b""

    def read(self, source: io.TextIOBase) -> Iterator[Cells]:
        reader = csv.DictReader(source)
        self.head = self.line(reader.fieldnames or ())
        return reader

    def spelled(self, row: Cells) -> bytes:
        head, self.head = self.head, b""
        return head + self.line(row.values())

    def line(self, cells: Any) -> bytes:
        into = io.StringIO(newline="")
        csv.writer(into, lineterminator="\r\n").writerow(cells)
        return into.getvalue().encode()


def in_latin_1(folder: Path, manifest: dict[str, Any]) -> None:
    """One name in another encoding than the manifest says."""
    entry, path = of_parties(folder, manifest)
    path.write_bytes(path.read_bytes().replace(b"\r\n", " René\r\n".encode("latin-1"), 2))
    entry["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()


def of_another_house(folder: Path, manifest: dict[str, Any]) -> None:
    manifest["tenant"] = "somebody-else"


def cut_short(folder: Path, manifest: dict[str, Any]) -> None:
    """The end of a file is missing, and the manifest does not know."""
    _, path = of_parties(folder, manifest)
    path.write_bytes(path.read_bytes()[:-100])


def without_a_column(folder: Path, manifest: dict[str, Any]) -> None:
    entry, path = of_parties(folder, manifest)
    path.write_bytes(path.read_bytes().replace(b"legal_name", b"name", 1))
    entry["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()


def of_parties(folder: Path, manifest: dict[str, Any]) -> tuple[dict[str, Any], Path]:
    entry = next(entry for entry in manifest["files"] if entry["type"] == "parties")
    return entry, folder / entry["path"]


# Errors that refuse an export as a whole, with the rule that its report names.
BREAKS: dict[str, tuple[Callable[[Path, dict[str, Any]], None], str]] = {
    "latin-1": (in_latin_1, "file.encoding"),
    "other-house": (of_another_house, "manifest.tenant"),
    "cut-short": (cut_short, "file.sha256"),
    "missing-column": (without_a_column, "column.missing"),
}


def break_export(folder: Path, out: Path, how: str) -> str:
    """Writes the parties of an export once more, broken as a whole. Gives the rule."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    manifest |= {"sequence": SEQUENCE, "files": [of_parties(folder, manifest)[0]]}
    out.mkdir(parents=True)
    shutil.copyfile(of_parties(folder, manifest)[1], of_parties(out, manifest)[1])
    change, rule = BREAKS[how]
    change(out, manifest)
    written(out, manifest)
    return rule


def written(folder: Path, manifest: dict[str, Any]) -> None:
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
