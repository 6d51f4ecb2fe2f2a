"""The rows of a file of another system, read by its profile: every value is turned into what the format spells, or refused."""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import BinaryIO

from channels.export_faults import BadValue, BrokenExport, FileFault, RowFault
from channels.export_format import Column, Kind, RowType
from channels.export_private import shown
from channels.export_profiles import ColumnMap, Reading
from channels.export_rows import MOST_FAULTS, Find, Judge, Lines, Row, as_named
from channels.export_values import NUMBERS

Turn = Callable[[str], str]
Cells = dict[str, str]
BLOCK = 1 << 20
BLANKS = "[ \u00a0\u202f]"  # what programs put between thousands


def profiled_rows(type_: RowType, reading: Reading, stream: BinaryIO, path: str, find: Find = as_named) -> Iterator[Row | RowFault]:
    """Every row of this type in the file, with the line it begins on. Raises `BrokenExport` where the file itself is broken."""
    judge = Judge(type_, find)
    turns = [(column, turned(column, reading.row.columns.get(column.name), reading)) for column in type_.columns]
    for line, cells in lines_of(reading, stream, path):
        if isinstance(cells, RowFault):
            yield cells
        elif reading.row.only_with is None or cells[reading.row.only_with]:
            yield mapped_row(judge, turns, line, cells)


def mapped_row(judge: Judge, turns: list[tuple[Column, Callable[[Cells], str | None]]], line: int, cells: Cells) -> Row | RowFault:
    values: list[str | None] = []
    faults: list[tuple[Column, BadValue]] = []
    for column, turn in turns:
        try:
            values.append(turn(cells))
        except BadValue as fault:
            faults.append((column, fault))
            values.append(None)
    return judge.fault(line, values, faults) if faults else judge.row(line, values)


def lines_of(reading: Reading, stream: BinaryIO, path: str) -> Iterator[tuple[int, Cells | RowFault]]:
    """The lines under the header, each value under the name that its column has in the file, without blanks around it."""
    text = io.TextIOWrapper(stream, encoding="utf-8-sig" if reading.encoding == "utf-8" else reading.encoding, newline="")
    lines = Lines(text, path)
    line, header = 1, None
    try:
        for _ in range(reading.skip_lines):
            next(lines, None)
        line, lines.characters = lines.line + 1, 0
        for cells in reader_of(reading, lines):
            cells = [cell.strip() for cell in cells]
            if not any(cells):
                pass
            elif header is None:
                header = header_of(reading, cells, path, line)
            elif len(cells) < len(header) or any(cells[len(header) :]):
                yield line, RowFault(line, None, "row.columns", f"{len(cells)} values stand under {len(header)} columns.")
            else:
                yield line, dict(zip(header, cells, strict=False))
            line, lines.characters = lines.line + 1, 0
    except csv.Error as error:
        raise BrokenExport(FileFault("file.csv", f"This is not a table apart by {reading.separator!r}: {error}.", path, line)) from None
    except UnicodeDecodeError:
        message = f"This is not {reading.encoding}, which the profile says."
        raise BrokenExport(FileFault("file.encoding", message, path)) from None
    finally:
        text.detach()
    if header is None:
        raise BrokenExport(FileFault("file.header", "The header line is missing.", path, reading.skip_lines + 1))


def reader_of(reading: Reading, lines: Lines) -> Iterator[list[str]]:
    if reading.quote:
        return csv.reader(lines, delimiter=reading.separator, quotechar=reading.quote, strict=True)
    return csv.reader(lines, delimiter=reading.separator, quoting=csv.QUOTE_NONE)


def header_of(reading: Reading, cells: list[str], path: str, line: int) -> list[str]:
    """The names of the columns. Each one must be taken or ignored, so that nothing is left out that nobody has thought of."""
    while cells and not cells[-1]:
        cells = cells[:-1]
    counts = Counter(cells)
    faults = [
        FileFault("column.unknown", f"The profile neither takes nor ignores the column {shown(name)}.", path, line, name[:100])
        for name in counts
        if name not in reading.used | reading.ignored
    ]
    faults += [
        FileFault("column.missing", f"The profile takes the column {shown(name)}, and the file has none.", path, line, name)
        for name in sorted(reading.used - counts.keys())
    ]
    faults += [
        FileFault("column.twice", f"The column {shown(name)} stands twice.", path, line, name)
        for name in sorted(reading.used)
        if counts[name] > 1
    ]
    if faults:
        raise BrokenExport(*faults[:MOST_FAULTS])
    return cells


def turned(column: Column, mapped: ColumnMap | None, reading: Reading) -> Callable[[Cells], str | None]:
    """What makes the value of one of our columns out of a line."""
    if mapped is None:
        return lambda cells: None
    if mapped.column is None:
        return lambda cells: mapped.constant
    name, before, values = mapped.column, mapped.before, mapped.values
    respelled = respelling(column, mapped.date_format or reading.date_format, reading)

    def turn(cells: Cells) -> str | None:
        value = cells[name]
        if values is not None and (value or "" in values):
            return before + meant(values, value)
        return before + respelled(value) if value else None

    return turn


def meant(values: dict[str, str], value: str) -> str:
    if value not in values:
        raise BadValue("profile.value", f"The profile does not say what {shown(value)} means.")
    return values[value]


def respelling(column: Column, date_format: str, reading: Reading) -> Turn:
    if column.kind in NUMBERS:
        return number_turn(reading.decimal_sign, reading.thousands_sign)
    return day_turn(date_format) if column.kind is Kind.DATE else str


def number_turn(decimal_sign: str, thousands_sign: str) -> Turn:
    """Digits in groups of three or in none. Anything else is refused: a sign in another place may be the other sign."""
    apart = BLANKS if thousands_sign == " " else re.escape(thousands_sign)
    whole = f"[0-9]+|[0-9]{{1,3}}(?:{apart}[0-9]{{3}})+" if thousands_sign else "[0-9]+"
    number = re.compile(f"([+-]?)({whole})?(?:{re.escape(decimal_sign)}([0-9]*))?(-?)")

    def turn(value: str) -> str:
        match = number.fullmatch(value)
        if match is None or not (match[2] or match[3]):
            raise BadValue("number", f"{shown(value)} is not a number as the profile says they are written.")
        sign, digits, fraction, behind = match.groups()
        return f"{sign}{re.sub('[^0-9]', '', digits or '')}{'.' if fraction else ''}{fraction or ''}{behind}"

    return turn


def day_turn(date_format: str) -> Turn:
    """A day in the order that the profile says; days and months may have one digit where signs stand between them."""
    digits = "{1,2}" if re.search("[-/. ]", date_format) else "{2}"
    pattern = re.escape(date_format).replace("yyyy", "(?P<y>[0-9]{4})")
    pattern = re.sub("(mm|dd)", lambda part: f"(?P<{part[0][0]}>[0-9]{digits})", pattern)
    day = re.compile(pattern)

    def turn(value: str) -> str:
        match = day.fullmatch(value)
        if match is None:
            raise BadValue("date", f"{shown(value)} is not a day as the profile says they are written, {date_format}.")
        return f"{match['y']}-{match['m']:0>2}-{match['d']:0>2}"

    return turn


def encoding_fault(reading: Reading, stream: BinaryIO, path: str) -> FileFault | None:
    """A file whose accents are UTF-8 and that is said to be in another encoding, where any byte is some letter."""
    if reading.encoding == "utf-8":
        return None
    is_ascii, left = True, b""
    for block in iter(lambda: stream.read(BLOCK), b""):
        is_ascii = is_ascii and block.isascii()
        try:
            (left + block).decode("utf-8")
            left = b""
        except UnicodeDecodeError as error:
            if error.start < len(left + block) - 3:
                return None
            left = (left + block)[error.start :]
    if is_ascii or left:
        return None
    return FileFault("file.encoding", f"The file is in UTF-8, and the profile says {reading.encoding}.", path)
