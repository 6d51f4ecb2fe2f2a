"""What a release promises to those who write clients, and whether this version keeps it. `make release` runs it."""

import re
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from graphql import BreakingChange, GraphQLEnumType, GraphQLSchema, build_schema, find_breaking_changes

from schema import exported

RELEASED = Path(__file__).parent / "released.graphql"  # the schema of the last release; absent as long as there was none
REMOVED = re.compile(r"^Use .+\. Removed after (\d{4}-\d{2}-\d{2})\.$")  # how every deprecation reason reads
GONE = re.compile(r"(?:Field|Enum value|Argument) (\w+)\.(\w+)(?:\((\w+):\))? was removed\.")


def broken_promises(released: str | None, current: str, today: date) -> list[str]:
    """What the last release had, this version has not, and no deprecation has announced; nothing where nothing was released."""
    return unannounced(build_schema(released), build_schema(current), today) if released is not None else []


def unannounced(before: GraphQLSchema, after: GraphQLSchema, today: date) -> list[str]:
    """The breaking changes that no deprecation with a day in the past has announced."""
    return sorted(change.description for change in find_breaking_changes(before, after) if not _was_announced(before, change, today))


def _was_announced(before: GraphQLSchema, change: BreakingChange, today: date) -> bool:
    """A type itself cannot be deprecated: it goes with the release after that of the last field that leads to it."""
    gone = GONE.fullmatch(change.description)
    if gone is None:
        return False
    type_: Any = before.type_map[gone[1]]
    member = (type_.values if isinstance(type_, GraphQLEnumType) else type_.fields)[gone[2]]
    until = REMOVED.match((member.args[gone[3]] if gone[3] else member).deprecation_reason or "")
    return until is not None and date.fromisoformat(until[1]) < today


def last_released() -> str | None:
    """The schema of the last release; `None` where there was none."""
    return RELEASED.read_text(encoding="utf-8") if RELEASED.exists() else None


def main() -> None:
    """Write the schema of this release, unless it breaks a promise of the last one."""
    if broken := broken_promises(last_released(), exported(), datetime.now(UTC).date()):
        sys.exit("\n".join(["Not released. Clients of the last release would break:", *broken]))
    RELEASED.write_text(exported(), encoding="utf-8")


if __name__ == "__main__":
    main()
