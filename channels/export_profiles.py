"""A profile: how the files of another system become rows of the format. TOML, checked as a whole before a file is opened."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from channels.export_faults import BrokenExport, FileFault
from channels.export_format import TYPE_BY_NAME
from channels.export_private import shown

PROFILE = "profile.toml"
LONGEST_PROFILE = 1_000_000
SENTENCES = {"extra_forbidden": "A profile has no such key.", "missing": "This is missing."}
DATE_FORMAT = r"(?=.*yyyy)(?=.*mm)(?=.*dd)(?:yyyy|mm|dd)[-/. ]?(?:yyyy|mm|dd)[-/. ]?(?:yyyy|mm|dd)"
# Encodings whose wrong declaration is noticed: a file that is UTF-8 is not read in another one.
Encoding = Literal["utf-8", "windows-1252", "iso-8859-1", "iso-8859-15", "cp850", "cp437"]
Separator = Literal[",", ";", "\t", "|"]
Decimal = Literal[".", ","]
Thousands = Literal["", ".", ",", " ", "'"]
Text = Field(min_length=1, max_length=100)


class Part(BaseModel):
    """A table of the profile: a key that it has not is a fault."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class ColumnMap(Part):
    """Where the value of one of our columns comes from: a column of the file, or a constant."""

    column: str | None = Field(default=None, min_length=1, max_length=100)
    constant: str | None = Field(default=None, min_length=1, max_length=500)
    before: str = Field(default="", max_length=40)
    values: dict[str, str] | None = None
    date_format: str | None = None

    @model_validator(mode="before")
    @classmethod
    def named(cls, value: Any) -> Any:
        """A text alone names the column."""
        return {"column": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def one_of(self) -> "ColumnMap":
        if (self.column is None) == (self.constant is None):
            raise ValueError("Exactly one of column and constant is said.")
        if self.constant is not None and (self.before or self.values is not None or self.date_format):
            raise ValueError("A constant is taken as it is: before, values and date_format go with a column.")
        check_date_format(self.date_format)
        return self


class RowMap(Part):
    """The rows of one type that each line of the file gives."""

    type: str
    only_with: str | None = Field(default=None, min_length=1, max_length=100)
    columns: dict[str, ColumnMap]


class Spelling(Part):
    """How files are written. What a file does not say itself, the profile says for all."""

    encoding: Encoding | None = None
    separator: Separator | None = None
    quote: Literal['"', "'", ""] | None = None
    skip_lines: int | None = Field(default=None, ge=0, le=1_000)
    decimal_sign: Decimal | None = None
    thousands_sign: Thousands | None = None
    date_format: str | None = None

    @model_validator(mode="after")
    def readable(self) -> "Spelling":
        if self.thousands_sign and self.thousands_sign == (self.decimal_sign or "."):
            raise ValueError("The decimal sign and the thousands sign are the same.")
        check_date_format(self.date_format)
        return self


class FileMap(Spelling):
    """One file, or those whose names fit a pattern with `*`."""

    path: str = Field(min_length=1, max_length=200)
    ignored: tuple[str, ...] = Field(default=(), strict=False)
    rows: tuple[RowMap, ...] = Field(min_length=1, strict=False)


class Profile(Spelling):
    """The files of one source of one house."""

    tenant: str = Text
    source: str = Field(pattern="^[a-z][a-z0-9-]{0,31}$")
    files: tuple[FileMap, ...] = Field(min_length=1, max_length=100, strict=False)


@dataclass(frozen=True)
class Reading:
    """How one file is read for one type, with nothing left open."""

    encoding: str
    separator: str
    quote: str
    skip_lines: int
    decimal_sign: str
    thousands_sign: str
    date_format: str
    ignored: frozenset[str]
    used: frozenset[str]
    row: RowMap

    def original(self, column: str) -> str:
        """What the file calls a column of ours; ours where it has no such column."""
        mapped = self.row.columns.get(column)
        return (mapped.column if mapped else None) or column


def readings(profile: Profile, file: FileMap) -> Iterator[Reading]:
    """One for each type that the file feeds. Where neither the file nor the profile says it, the format does."""

    def settled(name: str, default: Any) -> Any:
        of_file, of_all = getattr(file, name), getattr(profile, name)
        return of_file if of_file is not None else of_all if of_all is not None else default

    used = {column.column for row in file.rows for column in row.columns.values() if column.column}
    used |= {row.only_with for row in file.rows if row.only_with}
    for row in file.rows:
        yield Reading(
            settled("encoding", "utf-8"), settled("separator", ","), settled("quote", '"'), settled("skip_lines", 0),
            settled("decimal_sign", "."), settled("thousands_sign", ""), settled("date_format", "yyyy-mm-dd"),
            frozenset(file.ignored), frozenset(used), row,
        )  # fmt: skip


def check_date_format(value: str | None) -> None:
    if value is not None and re.fullmatch(DATE_FORMAT, value) is None:
        raise ValueError("A date format has yyyy, mm and dd once each, such as dd/mm/yyyy.")


def load_profile(place: Path) -> Profile:
    """Raises `BrokenExport` with every fault of the profile, each with where it is."""
    try:
        with place.open("rb") as stream:
            raw = stream.read(LONGEST_PROFILE)
    except OSError:
        raise BrokenExport(FileFault("profile.missing", "There is no such profile.", place.name)) from None
    return parsed_profile(raw, place.name)


def parsed_profile(raw: bytes, name: str) -> Profile:
    try:
        said = tomllib.loads(raw.decode("utf-8-sig").replace("\r\n", "\n"))
    except (ValueError, RecursionError) as error:
        raise BrokenExport(FileFault("profile.toml", f"The profile is not TOML in UTF-8: {error}.", name)) from None
    found = [*shape_faults(said), *name_faults(said), *sign_faults(said)]
    if found:
        raise BrokenExport(*(FileFault("profile", message, name, column=where or None) for where, message in dict.fromkeys(found)))
    return Profile.model_validate(said)


def shape_faults(said: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What is unknown, missing or of another kind."""
    try:
        Profile.model_validate(said)
    except ValidationError as wrong:
        for error in wrong.errors(include_input=False, include_url=False):
            message = SENTENCES.get(error["type"], error["msg"].removeprefix("Value error, "))
            yield dotted(error["loc"]), message if message.endswith(".") else f"{message}."


def dotted(where: tuple[int | str, ...]) -> str:
    """`files[1].rows[2].type`, counted from 1 as people count."""
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in where).removeprefix(".")


def name_faults(said: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Types and columns that the format has not, and those that it cannot do without."""
    for n, file in enumerate(tables(said.get("files"))):
        for m, row in enumerate(tables(file.get("rows"))):
            where, type_ = dotted(("files", n, "rows", m)), TYPE_BY_NAME.get(str(row.get("type")))
            if type_ is None:
                if "type" in row:
                    yield f"{where}.type", f"{shown(str(row['type']))} is not a type of the format."
                continue
            columns = row.get("columns") if isinstance(row.get("columns"), dict) else {}
            known = {column.name: column for column in type_.columns}
            for name in columns or ():
                if name not in known:
                    yield f"{where}.columns.{name}", f"{type_.name} have no column {shown(name)}."
            for name, column in known.items():
                if column.required and column.default is None and name not in (columns or ()):
                    yield f"{where}.columns", f"{type_.name} need {name!r}: name its column, or a constant."


def sign_faults(said: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Signs that are the same once a file's own are put over those of the profile."""
    for n, file in enumerate(tables(said.get("files"))):
        decimal, thousands = (file.get(name, said.get(name)) for name in ("decimal_sign", "thousands_sign"))
        if thousands and thousands == (decimal or "."):
            yield dotted(("files", n)), "The decimal sign and the thousands sign are the same."


def tables(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
