"""What can be wrong with an export: with a file, which refuses the run, or with a row, which refuses the row or is noted."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FileFault:
    """Why a file, or the export as a whole, cannot be read. `rule` is stable for programs, `message` is a sentence for people."""

    rule: str
    message: str
    file: str = "manifest.json"
    line: int | None = None
    column: str | None = None


@dataclass(frozen=True)
class RowNote:
    """What the report says of a row that is taken: a value that was read in another way than it is spelled, or looks wrong."""

    field: str
    rule: str
    message: str


@dataclass(frozen=True)
class Noted:
    """A value that is taken, and what has to be said about it."""

    value: str | None
    rule: str
    message: str


@dataclass(frozen=True)
class RowFault:
    """Why one row is refused. `key` is what the source calls the row and `parent` whose line it is, where that much could be read."""

    line: int
    field: str | None
    rule: str
    message: str
    key: str | None = None
    parent: str | None = None


class BrokenExport(Exception):
    """Nothing of this export is imported. Carries every file fault that was found."""

    def __init__(self, *faults: FileFault) -> None:
        super().__init__("; ".join(f"{fault.file}: {fault.message}" for fault in faults))
        self.faults = faults


class BadValue(Exception):
    """A value that its column does not take."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
