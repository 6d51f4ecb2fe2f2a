"""A second export of the same house, in which rows are wrong on purpose: each breaks one rule, and the list says which."""

import hashlib
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import orjson


class Spoiled(NamedTuple):
    """A row that was made wrong, and what the importer should say of it."""

    file: str
    line: int
    field: str
    rule: str


# Type of row, column, what stands there now, and the rule that it breaks.
FAULTS: tuple[tuple[str, str, object, str], ...] = (
    ("parties", "country", "Belgium", "country"),
    ("accounts", "opened_on", "2026-02-30", "date"),
    ("accounts", "status", "SLEEPING", "enum"),
    ("bank_accounts", "iban", "BE00000000000000", "iban.checksum"),
    ("contracts", "financed_amount", "1.000,00", "amount"),
    ("contracts", "currency", "EURO", "currency"),
    ("contracts", "duration_months", "many", "integer"),
    ("installments", "excl_vat_amount", "12.345", "amount"),
    ("documents", "sha256", "0" * 64, "document.sha256"),
)


def spoil(export: Path, folder: Path) -> list[Spoiled]:
    """Copy an export and make some of its rows wrong: each fault in the row after the last one of its type."""
    shutil.copytree(export, folder)
    manifest = orjson.loads((folder / "manifest.json").read_bytes())
    spoiled: list[Spoiled] = []
    for entry in manifest["files"]:
        of_type = [fault for fault in FAULTS if fault[0] == entry["type"]]
        path = folder / entry["path"]
        lines = path.read_bytes().splitlines()
        for place, (_, column, value, rule) in enumerate(of_type[: len(lines)]):
            row: dict[str, Any] = orjson.loads(lines[place])
            lines[place] = orjson.dumps(row | {column: value})
            spoiled.append(Spoiled(entry["path"], place + 1, column, rule))
        content = b"".join(line + b"\n" for line in lines)
        path.write_bytes(content)
        entry["sha256"] = hashlib.sha256(content).hexdigest()
    manifest["sequence"] += 1
    (folder / "manifest.json").write_bytes(orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
    return spoiled
