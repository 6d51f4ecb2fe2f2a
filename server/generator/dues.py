"""What a contract claims, payment by payment, and how well its customer pays."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from server.generator.plans import NOTHING, Line, cents

GRACE_DAYS = 7  # after so many days what is unpaid is overdue
PART_PAID = Decimal("0.4")
LATE = frozenset({"OVERDUE", "PARTIALLY_PAID"})


@dataclass
class Due:
    """One claim. `extra` is what the invoice asks beside it, with VAT; `paid_on` may lie ahead, while the money is on its way."""

    number: int
    due_on: date
    excl_vat: Decimal
    vat: Decimal = NOTHING
    principal: Decimal | None = None
    interest: Decimal | None = None
    extra: Decimal = NOTHING
    state: str = "SCHEDULED"
    paid: Decimal = NOTHING
    paid_on: date | None = None
    is_returned: bool = False
    invoice: str | None = None

    @property
    def incl_vat(self) -> Decimal:
        return self.excl_vat + self.vat

    @property
    def asked(self) -> Decimal:
        """What the customer is asked to pay."""
        return self.incl_vat + self.extra

    @property
    def received(self) -> Decimal:
        """What came of that."""
        return self.asked if self.state == "PAID" else self.paid


@dataclass(frozen=True)
class Habit:
    """How a customer pays: `missed` of the latest dues are open, one of them paid in part or come back; some pay two dues at once."""

    lag_days: int = 0
    missed: int = 0
    is_partial: bool = False
    is_returned: bool = False
    is_in_pairs: bool = False


def drawn_habit(rng: Random, *, is_debited: bool, is_late: bool = False) -> Habit:
    """Most customers pay."""
    lag = 2 if is_debited else rng.randrange(6)
    if is_late or rng.random() < 0.12:
        return Habit(lag, rng.choice((1, 1, 2, 3)), is_partial=rng.random() < 0.35, is_returned=is_debited and rng.random() < 0.6)
    return Habit(lag, is_in_pairs=not is_debited and rng.random() < 0.2)


def due_of(line: Line) -> Due:
    return Due(line.number, line.due_on, line.excl_vat, line.vat, line.principal, line.interest)


def settle(dues: list[Due], habit: Habit, today: date) -> None:
    """Says of every claim what became of it until today."""
    past = [due for due in dues if due.due_on <= today and due.state == "SCHEDULED"]
    for left, due in zip(range(len(past), 0, -1), past, strict=True):
        if left <= habit.missed:
            miss(due, habit, today, is_oldest=left == habit.missed, is_newest=left == 1)
        else:
            pay(due, paid_on(due, dues, habit), today)


def paid_on(due: Due, dues: list[Due], habit: Habit) -> date:
    """A payer in pairs waits with every odd due for the even one."""
    waits = habit.is_in_pairs and due.number % 2 == 1 and due.number < len(dues)
    day = dues[due.number].due_on if waits else due.due_on
    return working_day(day + timedelta(days=habit.lag_days))


def pay(due: Due, day: date, today: date) -> None:
    due.paid_on = day
    if day <= today:
        due.state, due.paid = "PAID", due.incl_vat
    else:
        due.state = "DUE" if (today - due.due_on).days < GRACE_DAYS else "OVERDUE"


def miss(due: Due, habit: Habit, today: date, *, is_oldest: bool, is_newest: bool) -> None:
    part_paid_on = working_day(due.due_on + timedelta(days=habit.lag_days))
    due.state = "OVERDUE" if (today - due.due_on).days >= GRACE_DAYS else "DUE"
    if is_oldest and habit.is_partial and part_paid_on <= today:
        due.state, due.paid, due.paid_on = "PARTIALLY_PAID", cents(due.incl_vat * PART_PAID), part_paid_on
    elif is_newest and habit.is_returned:
        due.is_returned = due.due_on + timedelta(days=5) <= today


def working_day(day: date) -> date:
    """Banks book from Monday to Friday."""
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() > 4 else day


def cancel_from(dues: list[Due], day: date) -> None:
    """What an early settlement makes void."""
    for due in dues:
        if due.due_on >= day:
            due.state = "CANCELLED"


def overdue(dues: list[Due]) -> Decimal:
    return sum((due.incl_vat - due.paid for due in dues if due.state in LATE), NOTHING)
