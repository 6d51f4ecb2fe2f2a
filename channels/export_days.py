"""The days by which systems say "never" and "nothing". They are no days of a contract, and none of them may reach a paper.

One list for every column of days and of instants. Where a column may be empty, they mean that it is; where it may not, they are refused.
"""

from enum import StrEnum

# Zero of .NET and of Java (0001-01-01), of SQL Server (1753-01-01), of spreadsheets (1899-12-30), of COBOL and DB2 (1900-01-01).
LAST_OF_NOTHING = "1900-01-01"
# 2999-12-31, 4712-12-31 (Oracle), 8888-12-31, 9999-12-31: no contract of the trade runs so long, and no right is given for so long.
FIRST_OF_NEVER = "2200-01-01"
# Last days of calendars that end earlier: SQL Server's short one, and those of systems that count to 99.
NEVER = frozenset({"2079-06-06", "2099-12-31"})
# Zero of Unix is a day like any other, and seldom meant: it is taken, and noted.
ZERO_OF_UNIX = "1970-01-01"


class NoDay(StrEnum):
    """Which of them a column takes as no day: a first day that never comes is not the same as none, nor is a last day long ago."""

    BOTH = "both"
    NOTHING = "nothing"
    NEVER = "never"


def no_day(day: str) -> NoDay | None:
    """What this day says in truth; None for a day that is one."""
    if day <= LAST_OF_NOTHING:
        return NoDay.NOTHING
    return NoDay.NEVER if day >= FIRST_OF_NEVER or day in NEVER else None
