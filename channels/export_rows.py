"""The rows of one file, checked value by value and streamed: a row or its fault, with the line it begins on."""

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from itertools import islice
from typing import BinaryIO, NamedTuple

from channels.export_faults import BadValue, BrokenExport, FileFault, Noted, RowFault, RowNote
from channels.export_format import TYPES, Column, Kind, RowType
from channels.export_json import Number, once
from channels.export_private import shown
from channels.export_values import NUMBERS, Check, Value, check_of

LONGEST_LINE = 1_000_000  # characters; of a row too, whose quoted values may hold several lines
LONGEST_KEY = 100  # so long is an external id at most, and nothing longer can be meant by one
MOST_FAULTS = 100  # of one file, as many as anybody reads


KNOWN = {type_.name: tuple(column.name for column in type_.columns) for type_ in TYPES}


class Row(NamedTuple):
    """One good row, its values in the order of the columns of its type."""

    line: int
    values: tuple[Value, ...]
    notes: tuple[RowNote, ...] = ()


Find = Callable[[str], str | None]


def as_named(path: str) -> str:
    """The name that the row says: there is no folder to look in."""
    return path


def found_by(find: Find, column: Column) -> Check:
    """A path as the file is called, where there is one: from there on it is compared letter by letter."""
    check = check_of(column)

    def found(value: str) -> str:
        path = str(check(value))
        return find(path) or path

    return found


class Judge:
    """Checks the cells of one type. `find` gives the name that a file has on this disk."""

    def __init__(self, type_: RowType, find: Find) -> None:
        self.type = type_
        self.columns = [(column, found_by(find, column) if column.kind is Kind.PATH else check_of(column)) for column in type_.columns]
        self.places = {column.name: place for place, column in enumerate(type_.columns)}
        self.deleted = self.places.get("deleted")
        # What is still read of a row that is only to be removed.
        self.of_deleted = {*type_.key, "deleted", "source_version"}

    def row(self, line: int, cells: list[str | None]) -> Row | RowFault:
        """The row of these cells, which stand in the order of the columns; an empty cell is no value."""
        is_deleted = self.deleted is not None and (cells[self.deleted] or "").strip().lower() == "true"
        values: list[Value] = []
        faults: list[tuple[Column, BadValue]] = []
        notes: tuple[RowNote, ...] = ()
        for (column, check), cell in zip(self.columns, cells, strict=True):
            if is_deleted and column.name not in self.of_deleted:
                values.append(None)
            elif cell and (cell := cell.strip()):  # systems of old pad their values
                try:
                    found = check(cell)
                except BadValue as fault:
                    faults.append((column, fault))
                    found = None
                if type(found) is Noted:
                    notes += (RowNote(column.name, found.rule, found.message),)
                    found = found.value
                values.append(found)  # type: ignore[arg-type]  # what was noted is told apart above
            else:
                if column.required:
                    faults.append((column, BadValue("required", "A value is required.")))
                # What the portal owns is not brought by leaving it out: its default is for new rows only.
                values.append(None if column.owned_by_portal else column.default)
        if not faults and not is_deleted:
            faults = list(self.between(values))
        return self.fault(line, cells, faults) if faults else Row(line, tuple(values), notes)

    def between(self, values: list[Value]) -> Iterator[tuple[Column, BadValue]]:
        """What is wrong between values that are each right."""
        for early, late in self.type.ordered:
            first, last = values[self.places[early]], values[self.places[late]]
            if not isinstance(first, str) or not isinstance(last, str):
                continue
            # A day may be the first and the last; between an instant and itself there is no time.
            if last < first or (last == first and self.type.column(late).kind is Kind.INSTANT):
                yield self.type.column(late), BadValue("dates.order", f"{last} does not lie after {early}, {first}.")
        if self.type.any_of and not any(values[self.places[name]] for name in self.type.any_of):
            yield self.type.column(self.type.any_of[0]), BadValue("required", f"One of {', '.join(self.type.any_of)} is required.")
        if self.type.one_of and sum(values[self.places[name]] is not None for name in self.type.one_of) != 1:
            yield self.type.column(self.type.one_of[0]), BadValue("one_of", f"Exactly one of {', '.join(self.type.one_of)} is required.")

    def fault(self, line: int, cells: list[str | None], faults: list[tuple[Column, BadValue]]) -> RowFault:
        """One fault for the row: the first says field and rule, the message says all."""
        column, first = faults[0]
        message = " ".join([first.message, *(f"{other.name}: {fault.message}" for other, fault in faults[1:])])
        return RowFault(line, column.name, first.rule, message[:1_000], self.key(cells), self.parent(cells))

    def key(self, cells: list[str | None]) -> str | None:
        """What the source calls the row, as it is: whoever works the report off has to find it there."""
        parts = [(cells[self.places[name]] or "").strip() for name in self.type.key]
        return "#".join(part[:LONGEST_KEY] for part in parts) if all(parts) else None

    def parent(self, cells: list[str | None]) -> str | None:
        parent = cells[self.places[self.type.set_of]] if self.type.set_of else None
        return parent.strip() if parent and len(parent) <= LONGEST_KEY else None


def read_rows(type_: RowType, stream: BinaryIO, path: str, find: Find = as_named) -> Iterator[Row | RowFault]:
    """Every row of the file, in bounded memory. Raises `BrokenExport` where the file itself is broken."""
    judge = Judge(type_, find)
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    try:
        yield from (json_rows if path.lower().endswith(".jsonl") else csv_rows)(judge, text, path)
    except UnicodeDecodeError:
        raise BrokenExport(
            FileFault("file.encoding", "This is not UTF-8: have the file written in UTF-8.", path, bad_line(stream))
        ) from None
    finally:
        text.detach()


def csv_rows(judge: Judge, text: io.TextIOWrapper, path: str) -> Iterator[Row | RowFault]:
    lines = Lines(text, path)
    reader = csv.reader(lines, strict=True)
    order: list[int] = []
    width = 0
    line = 1
    try:
        for cells in reader:
            if not any(map(str.strip, cells)):
                pass  # an empty line, or one of separators: layout, which spreadsheets leave at the end
            elif not width:
                header = header_names(judge.type, cells)
                order, width = header_order(judge.type, header, path), len(header)
            elif len(cells) >= width and not any(map(str.strip, cells[width:])):
                cells = [*cells[:width], ""]  # what a column that the file leaves out reads
                yield judge.row(line, [cells[place] for place in order])
            else:
                yield RowFault(line, None, "row.columns", f"{len(cells)} values stand under {width} columns.")
            line = reader.line_num + 1
            lines.characters = 0
    except csv.Error as error:
        raise BrokenExport(
            FileFault("file.csv", f"This is not CSV (is a quote not closed, or not doubled?): {error}.", path, line)
        ) from None
    if not width:
        raise BrokenExport(FileFault("file.header", "The header line is missing.", path, 1))


def header_names(type_: RowType, cells: list[str]) -> list[str]:
    """The names of the columns, as the format spells those that it knows. A separator at the end of each line is no column."""
    named = len(cells) - next((place for place, cell in enumerate(reversed(cells)) if cell.strip()), 0)
    folded = [cell.strip().lower() for cell in cells[:named]]
    return [name if name in KNOWN[type_.name] else cell for name, cell in zip(folded, cells, strict=False)]


def header_order(type_: RowType, header: list[str], path: str) -> list[int]:
    """Where each column of the type stands in the file; one past the end where it does not."""
    if len(header) == 1 and (apart := next((sign for sign in ";\t|" if sign in header[0]), None)):
        raise BrokenExport(FileFault("file.separator", f"The columns stand apart by {apart!r}, and commas are expected.", path, 1))
    counts, known = Counter(header), KNOWN[type_.name]
    faults = [unknown(type_, name, path, 1) for name in islice((name for name in counts if name not in known), MOST_FAULTS)]
    for column in type_.columns:
        if counts[column.name] > 1:
            faults.append(FileFault("column.twice", f"The column {column.name!r} stands twice.", path, 1, column.name))
        elif column.required and column.name not in counts:
            faults.append(FileFault("column.missing", f"The column {column.name!r} is required.", path, 1, column.name))
    if faults:
        raise BrokenExport(*faults)
    return [header.index(column.name) if column.name in header else len(header) for column in type_.columns]


def unknown(type_: RowType, name: str, path: str, line: int) -> FileFault:
    """A column that the type has not, and the one that may have been meant."""
    meant = get_close_matches(name.strip().lower(), KNOWN[type_.name], 1) if len(name) <= LONGEST_KEY else []
    hint = f" Is {meant[0]!r} meant?" if meant else ""
    return FileFault("column.unknown", f"{type_.name} have no column {shown(name)}.{hint}", path, line, name[:LONGEST_KEY])


def json_rows(judge: Judge, text: io.TextIOWrapper, path: str) -> Iterator[Row | RowFault]:
    decode = json.JSONDecoder(parse_float=Number, parse_int=Number, parse_constant=Number, object_pairs_hook=once).decode
    lines = Lines(text, path)
    for line, spelled in enumerate(lines, 1):
        lines.characters = 0
        if spelled.isspace():
            continue
        try:
            row = decode(spelled.strip())
            if not isinstance(row, dict):
                raise ValueError("a line is one object")
            row = named(judge.type, row)
        except (ValueError, RecursionError) as error:
            raise BrokenExport(FileFault("file.json", f"This is not a line of JSON: {reason(error)}.", path, line)) from None
        strange = [name for name in row if name not in judge.places]
        if strange:
            raise BrokenExport(*(unknown(judge.type, name, path, line) for name in strange[:MOST_FAULTS]))
        yield json_row(judge, line, row)


def named(type_: RowType, row: dict[str, object]) -> dict[str, object]:
    """The object with its columns as the format spells them. Raises `ValueError` where two of them are the same then."""
    if row.keys() <= set(KNOWN[type_.name]):
        return row
    folded = [name.strip().lower() for name in row]
    return once([(new if new in KNOWN[type_.name] else old, row[old]) for new, old in zip(folded, row, strict=True)])


def json_row(judge: Judge, line: int, row: dict[str, object]) -> Row | RowFault:
    cells: list[str | None] = []
    faults: list[tuple[Column, BadValue]] = []
    for column, _ in judge.columns:
        try:
            cells.append(spelling(column, row.get(column.name)))
        except BadValue as fault:
            faults.append((column, fault))
            cells.append(None)
    return judge.fault(line, cells, faults) if faults else judge.row(line, cells)


def reason(error: Exception) -> str:
    """What the decoder says, with the place in this line: to the decoder every line is the first."""
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg[:1].lower()}{error.msg[1:]}, at character {error.colno}"
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)


def spelling(column: Column, value: object) -> str | None:
    """A JSON value as CSV would spell it, where its kind of value fits the column."""
    if value is None:
        return None
    if isinstance(value, bool) and column.kind is Kind.BOOLEAN:
        return "true" if value else "false"
    if isinstance(value, Number) and column.kind in NUMBERS:
        return str(value)
    if isinstance(value, str) and not isinstance(value, Number) and column.kind not in (Kind.ENUMS, Kind.REFERENCES):
        return value
    if isinstance(value, list) and column.kind in (Kind.ENUMS, Kind.REFERENCES):
        return list_spelling(value)
    raise BadValue("json.type", f"In JSON this is {spelled_as(column)}.")


def spelled_as(column: Column) -> str:
    """How a value of the column is spelled in JSON."""
    if column.kind in (Kind.ENUMS, Kind.REFERENCES):
        return "an array of strings"
    if column.kind is Kind.BOOLEAN:
        return "true or false"
    return "a number, or a number in quotes" if column.kind in NUMBERS else "a string, in quotes"


def list_spelling(values: list[object]) -> str:
    # An empty list would say "none of them", where no list says "all": such a row is refused before it widens a right.
    if not values:
        raise BadValue("list.empty", "A list has a value at least; without a list there is no restriction.")
    if not all(isinstance(value, str) and not isinstance(value, Number) and value and " " not in value for value in values):
        raise BadValue("json.type", "A list holds texts without blanks.")
    return " ".join(str(value) for value in values)


class Lines:
    """Lines, one at a time, none of them nor the row that they make up so long that it fills the memory."""

    def __init__(self, text: io.TextIOWrapper, path: str) -> None:
        self.text, self.path, self.line = text, path, 0
        self.characters = 0  # of the row so far; whoever has taken a row begins anew

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        spelled = self.text.readline(LONGEST_LINE)
        if not spelled:
            raise StopIteration
        self.line += 1
        self.characters += len(spelled)
        if self.characters >= LONGEST_LINE:
            raise BrokenExport(FileFault("file.line", f"The row is longer than {LONGEST_LINE:,} characters.", self.path, self.line))
        return spelled


def bad_line(stream: BinaryIO) -> int | None:
    """The first line that is not UTF-8."""
    if not stream.seekable():
        return None
    stream.seek(0)
    for line, spelled in enumerate(iter(lambda: stream.readline(LONGEST_LINE), b""), 1):
        try:
            spelled.decode("utf-8")
        except UnicodeDecodeError:
            return line
    return None
