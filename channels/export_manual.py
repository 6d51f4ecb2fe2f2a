"""The tables of `docs/import-format.md`, printed from the declaration so that the page cannot drift."""

import sys
from pathlib import Path

from channels.export_format import TYPES, Column, Kind, RowType


def tables() -> str:
    """Every type with its columns, as Markdown."""
    return "\n".join(type_table(type_) for type_ in TYPES)


def type_table(type_: RowType) -> str:
    head = [f"### {type_.name}", "", type_.description, "", f"Key: {', '.join(f'`{name}`' for name in type_.key)}.", ""]
    grid = ["| column | kind | required | meaning |", "| --- | --- | --- | --- |"]
    return "\n".join([*head, *grid, *(line(column) for column in type_.columns), ""])


def line(column: Column) -> str:
    mark = "yes" if column.required else (f"no: `{column.default}`" if column.default else "no")
    owner = " Owned by the portal once the row exists." if column.owned_by_portal else ""
    narrowing = f" An export may still bring {', '.join(column.narrowing)}, and take back what it brought." if column.narrowing else ""
    return f"| `{column.name}` | {kind(column)} | {mark} | {column.description}{owner}{narrowing} |"


def kind(column: Column) -> str:
    """What may stand in the column: `enum: A, B`, `text, up to 60`, `reference to accounts`."""
    if column.kind in (Kind.ENUM, Kind.ENUMS):
        return f"{column.kind}: {', '.join(column.values)}"
    if column.to:
        return f"{column.kind} to {column.to}" + (" by number" if column.by == "number" else "")
    if column.kind is Kind.INTEGER and column.maximum is not None and column.maximum < 2**60:
        return f"{column.kind}, {column.minimum} to {column.maximum}"
    if column.form:
        return f"{column.kind}: {column.form.meaning}"
    return f"{column.kind}, up to {column.max_length}" if column.max_length else str(column.kind)


def printed_into(page: str) -> str:
    """The page with its tables printed anew."""
    head, rest = page.split("<!-- tables -->\n")
    return f"{head}<!-- tables -->\n\n{tables()}\n<!-- end of tables -->{rest.split('<!-- end of tables -->')[1]}"


if __name__ == "__main__":
    PAGE = Path(sys.argv[1])
    PAGE.write_text(printed_into(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
