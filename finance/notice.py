"""Notice: when a contract ends that is ended on a day."""

from datetime import date

from finance.dates import months_after
from finance.refusals import Unanswerable

LONGEST_NOTICE_MONTHS = 60


def notice_ends_on(noticed_on: date, months: int = 1) -> date:
    """The same day so many months later, or the last of that month: 31 January and a month is 28 February."""
    if type(months) is not int or not 0 <= months <= LONGEST_NOTICE_MONTHS:
        raise Unanswerable("notice.months", f"a notice is 0 to {LONGEST_NOTICE_MONTHS} months, not {months!r}")
    return months_after(noticed_on, months)
