"""Where customers stand, on one page: what runs, what is to be paid next, what is overdue, and what to look at.

Everything is made of rows that were read at one moment, so each total is the sum of its parts. Amounts of two currencies are never added.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from models.arrears import Arrears
from models.contracts import ContractState
from models.deadlines import days_to_know
from models.money import Money
from models.words import Described

RUNNING = (
    ContractState.ACTIVE,
    ContractState.IN_ARREARS,
    ContractState.DEFAULTED,
    ContractState.NOTICE,
    ContractState.SETTLING,
    ContractState.EXTENDED,
)
MOST_CONTRACTS, MOST_INSTALLMENTS, MOST_ARREARS, MOST_RETURNED, MOST_ALERTS = 100, 10, 100, 10, 50
AHEAD = timedelta(days=30)  # how long before a deadline it is worth an alert
BEHIND = timedelta(days=90)  # how long after a direct debit came back it still is
COMPARED = 3  # with how many installments before it the next one is
RISE = Decimal("1.01")  # the last cent that a schedule is rounded by alarms nobody


class AlertKind(Described):
    """What is worth looking at."""

    OVERDUE = "OVERDUE", "Something should have been paid: since `dueOn`, in all `amount`."
    DEBIT_RETURNED = "DEBIT_RETURNED", "The bank sent a direct debit of `amount` back, on `dueOn`."
    HIGHER_INSTALLMENT = (
        "HIGHER_INSTALLMENT",
        "On `dueOn` more is due than the average of the last three installments, by over one percent.",
    )
    DEADLINE = "DEADLINE", "Within thirty days, on `dueOn`, something of the contract ends or opens: see its `deadlines`."


@dataclass(frozen=True)
class Alert:
    """One thing to look at, and the contract it is about."""

    typename: ClassVar[str] = "Alert"

    kind: AlertKind
    account_id: UUID
    contract_id: UUID | None
    due_on: date
    amount: Money | None = None


@dataclass(frozen=True)
class CurrencyTotal:
    """What the parts of a dashboard come to in one currency."""

    typename: ClassVar[str] = "CurrencyTotal"

    currency: str
    contract_count: int
    outstanding_amount: Decimal
    overdue_amount: Decimal
    open_case_count: int
    open_cases_amount: Decimal


@dataclass(frozen=True)
class Dashboard:
    """Where one account stands, or all accounts in reach together."""

    typename: ClassVar[str] = "Dashboard"

    reckoned_on: date
    contracts: Sequence[Any]
    next_installments: Sequence[Any]
    arrears: Sequence[Arrears]
    totals: Sequence[CurrencyTotal]
    alerts: Sequence[Alert]


@dataclass
class Read:
    """What was read for one dashboard. Tallies have the columns that they are grouped by and add up; debits are those that came back."""

    contracts: Sequence[Any] = ()
    next_installments: Sequence[Any] = ()
    running: Sequence[Mapping[str, Any]] = ()
    overdue: Sequence[Mapping[str, Any]] = ()
    cases: Sequence[Mapping[str, Any]] = ()
    arrears: Sequence[Arrears] = ()
    debits: Sequence[Any] = ()
    next_of_contract: Mapping[UUID, Any] = field(default_factory=dict)
    latest_of_contract: Mapping[UUID, Sequence[Any]] = field(default_factory=dict)

    def dashboard(self, today: date) -> Dashboard:
        """The page."""
        alerts = sorted([*self._overdue(), *self._returned(), *self._rising(), *self._deadlines(today)], key=_by_urgency)
        return Dashboard(today, self.contracts, self.next_installments, self.arrears, self._totals(), alerts[:MOST_ALERTS])

    def _totals(self) -> list[CurrencyTotal]:
        running, overdue, cases = (_by_currency(tallies) for tallies in (self.running, self.overdue, self.cases))
        return [
            CurrencyTotal(
                currency,
                *_counted(running.get(currency), "outstanding_principal_amount"),
                _counted(overdue.get(currency), "outstanding_amount")[1],
                *_counted(cases.get(currency), "outstanding_amount"),
            )
            for currency in sorted({*running, *overdue, *cases})
        ]

    def _overdue(self) -> Iterable[Alert]:
        for arrears in self.arrears:
            yield Alert(AlertKind.OVERDUE, arrears.account_id, arrears.contract_id, arrears.since_on, arrears.amount)

    def _returned(self) -> Iterable[Alert]:
        for debit in self.debits:
            yield Alert(AlertKind.DEBIT_RETURNED, debit.account_id, debit.contract_id, debit.returned_on, debit.sum)

    def _rising(self) -> Iterable[Alert]:
        """The next installment of a contract, where it is dearer than those before it."""
        for contract in self.contracts:
            following, latest = self.next_of_contract.get(contract.id), self.latest_of_contract.get(contract.id, ())
            if following and len(latest) == COMPARED and Decimal(following.incl_vat_amount) > _average(latest) * RISE:
                yield Alert(AlertKind.HIGHER_INSTALLMENT, contract.account_id, contract.id, following.due_on, following.incl_vat)

    def _deadlines(self, today: date) -> Iterable[Alert]:
        for contract in self.contracts:
            for _, day in days_to_know(contract):
                if today <= day <= today + AHEAD:
                    yield Alert(AlertKind.DEADLINE, contract.account_id, contract.id, day)


def _by_currency(tallies: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {tally["currency"]: tally for tally in tallies}


def _counted(tally: Mapping[str, Any] | None, column: str) -> tuple[int, Decimal]:
    """How many there are, and what this column of theirs comes to."""
    return (tally["count"], Decimal(tally[column] or 0)) if tally else (0, Decimal(0))


def _average(installments: Sequence[Any]) -> Decimal:
    return sum((Decimal(installment.incl_vat_amount) for installment in installments), Decimal(0)) / len(installments)


def _by_urgency(alert: Alert) -> tuple[int, date, str]:
    return list(AlertKind).index(alert.kind), alert.due_on, str(alert.contract_id)
