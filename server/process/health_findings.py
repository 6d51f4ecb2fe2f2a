"""What a check found, and what mends it."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """What one check found. `remedy` is empty when all is well; a warning, or what could not be checked, is well enough to start."""

    name: str
    found: str
    remedy: str = ""
    is_warning: bool = False
    is_unchecked: bool = False  # there was nothing to judge: neither well nor wrong
    is_away: bool = False  # there was nothing to look at: the same check may find all well later

    @property
    def is_well(self) -> bool:
        return not self.remedy or self.is_warning or self.is_unchecked


def unchecked(name: str, why: str, remedy: str = "") -> Finding:
    """That a check had nothing to judge is said, so that nobody takes it for a good sign."""
    return Finding(name, f"not checked: {why}", remedy, is_unchecked=True)


class Unfit(Exception):
    """An installation that must not start. The message is the first thing to mend, and how."""


class Away(Unfit):
    """An installation whose database cannot be asked now."""


def require(found: Iterable[Finding]) -> None:
    """Raises `Unfit` where something has to be mended first, and `Away` where the database cannot be asked."""
    wrong = [finding for finding in found if not finding.is_well]
    if wrong:
        more = f" ({len(wrong) - 1} more: bailiwick doctor)" if len(wrong) > 1 else ""
        raise (Away if wrong[0].is_away else Unfit)(f"{wrong[0].name}: {wrong[0].found}. {wrong[0].remedy}{more}")
