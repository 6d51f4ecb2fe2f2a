"""The time cycle of a SEPA direct debit: from when it is announced to when it can no longer be taken back.

Source: EPC rulebooks for SDD Core and B2B; their numbers are legal figures, so that a new rulebook is an entry and no release.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from finance.calendars import TARGET, Calendar, Convention
from finance.dates import months_after
from finance.figures import Figure
from finance.refusals import Unanswerable


@dataclass(frozen=True, slots=True)
class SchemeRules:
    """What a scheme says. Working days are those of the payment system. No refund: the scheme knows none."""

    pre_notification_days: int
    presentation_working_days: int
    return_working_days: int
    mandate_months: int
    refund_weeks: int | None = None
    unauthorized_refund_months: int | None = None

    def __post_init__(self) -> None:
        for name in self.__slots__:
            value = getattr(self, name)
            if value is not None and (type(value) is not int or not 0 <= value <= 1_000):
                raise Unanswerable("sepa.rules", f"{name} is a whole number up to 1000, not {value!r}")

    @classmethod
    def of(cls, figure: Figure) -> Self:
        """The rules as the figure `sepa_core` or `sepa_b2b` of the day has them."""
        maybe = {name: figure.count(name) if name in figure.values else None for name in ("refund_weeks", "unauthorized_refund_months")}
        return cls(
            pre_notification_days=figure.count("pre_notification_days"),
            presentation_working_days=figure.count("presentation_days"),
            return_working_days=figure.count("return_days"),
            mandate_months=figure.count("mandate_months"),
            **maybe,
        )


@dataclass(frozen=True, slots=True)
class Timeline:
    """The last days of each step of one collection. `due_on` is what the debtor was told, `settled_on` the day that money moves."""

    pre_notification_on: date
    presentation_on: date
    due_on: date
    settled_on: date
    return_on: date
    refund_on: date | None
    unauthorized_refund_on: date | None


def timeline(rules: SchemeRules, due_on: date, *, pre_notification_days: int | None = None, calendar: Calendar = TARGET) -> Timeline:
    """The cycle of a collection that is due on this day.

    Money moves on the next working day of the payment system, and everything after it, and the presentation before it, counts from there.
    The announcement counts from the day that it names; creditor and debtor may have agreed on fewer days, or more, than the scheme has.
    """
    days = rules.pre_notification_days if pre_notification_days is None else pre_notification_days
    if type(days) is not int or not 0 <= days <= 366:
        raise Unanswerable("sepa.pre_notification", f"a collection is announced 0 to 366 days ahead, not {days!r}")
    settled_on = calendar.adjusted(due_on, Convention.FOLLOWING)
    return Timeline(
        pre_notification_on=due_on - timedelta(days=days),
        presentation_on=calendar.working_days_after(settled_on, -rules.presentation_working_days),
        due_on=due_on,
        settled_on=settled_on,
        return_on=calendar.working_days_after(settled_on, rules.return_working_days),
        refund_on=None if rules.refund_weeks is None else settled_on + timedelta(weeks=rules.refund_weeks),
        unauthorized_refund_on=None
        if rules.unauthorized_refund_months is None
        else months_after(settled_on, rules.unauthorized_refund_months),
    )


def mandate_holds_until(rules: SchemeRules, *, signed_on: date, last_collected_on: date | None = None) -> date:
    """The last day on which a mandate can be used: so many months after its last collection, or after its signature if there was none."""
    return months_after(last_collected_on or signed_on, rules.mandate_months)


def mandate_has_lapsed(rules: SchemeRules, on: date, *, signed_on: date, last_collected_on: date | None = None) -> bool:
    """Whether nothing may be collected any more, because nothing has been for so long."""
    return on > mandate_holds_until(rules, signed_on=signed_on, last_collected_on=last_collected_on)
