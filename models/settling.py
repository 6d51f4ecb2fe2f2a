"""What ends a contract before its time: the settlement figure of a day, whole or in part, reckoned from what the finance house imported.

The table is the house's, and so is what was paid; nothing is guessed. Where a figure cannot be known, it is said which one, and a
person answers.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from finance.balances import Balance, balance_on
from finance.compensations import Repaid, ShareRule, months_of_interest
from finance.dates import Periodicity
from finance.early_repayment import CreditTerms, Effect, legal_compensation, next_payments_amount, partial_repayment
from finance.figures import Audience, Figures
from finance.lease_ends import Rent, buy_out
from finance.money import NOTHING
from finance.refusals import Unanswerable
from finance.schedules import Line
from finance.settlements import NO_COMPENSATION, Behind, Fee, Settlement, settlement
from models.arrears import OWED
from models.contracts import ContractKind, ContractState
from models.installments import InstallmentState
from models.policies import PortalRules
from models.refusals import Conflict, Fault, Invalid
from models.words import Described

T = TypeVar("T")

LOANS = (ContractKind.LOAN, ContractKind.CONSOLIDATION)
LEASES = (ContractKind.FINANCE_LEASE, ContractKind.HIRE_PURCHASE, ContractKind.RENTAL)
RUNNING = (ContractState.ACTIVE, ContractState.IN_ARREARS, ContractState.EXTENDED)
OPEN = (InstallmentState.SCHEDULED, InstallmentState.DUE, InstallmentState.PARTIALLY_PAID, InstallmentState.OVERDUE)
COUNTED = 3  # next installments: a repayment at or below their sum may be refused
NO_TABLE = "The finance house has given no table for this contract, so a person has to work this out."


def can_be_repaid(contract: Any) -> bool:
    """Whether a contract can be repaid early: what runs, and lends something."""
    return contract.state in RUNNING and contract.kind != ContractKind.INSURANCE


class RepaymentScope(Described):
    """How much of a contract is repaid."""

    FULL = "FULL", "All of it: the contract ends."
    PARTIAL = "PARTIAL", "A part of the principal: the contract goes on."


class RepaymentEffect(Described):
    """What becomes of the installments after a part was repaid."""

    SHORTER_TERM = "SHORTER_TERM", "The same installments, fewer of them."
    LOWER_INSTALLMENT = "LOWER_INSTALLMENT", "As many installments, each of them lower."


@dataclass(frozen=True)
class Ledger:
    """What is known of a contract's money. `repaid` are the early repayments of before, `audience` and `country` say whose law holds."""

    contract: Any
    lines: tuple[Line, ...]
    installments: Sequence[Any]
    repaid: tuple[Repaid, ...]
    audience: Audience
    country: str
    rules: PortalRules
    figures: Figures

    @property
    def financed(self) -> Decimal:
        """What was financed; where that is not told, what the table opens with."""
        amount = self.contract.financed_amount
        return Decimal(amount) if amount is not None else self.lines[0].opening

    def unpaid(self, day: date) -> Decimal:
        """What is due by the end of a day and not paid, be it called overdue yet or not."""
        return sum((Decimal(i.outstanding_amount) for i in self.installments if i.due_on <= day and i.state in OPEN), NOTHING)

    def overdue(self, day: date) -> Decimal:
        """What was due before a day and is called owed."""
        return sum((Decimal(i.outstanding_amount) for i in self.installments if i.due_on < day and i.state in OWED), NOTHING)

    def prepaid(self, day: date) -> Decimal:
        """What was paid of installments that are not due yet."""
        return sum((Decimal(i.paid_amount) for i in self.installments if i.due_on > day), NOTHING)

    def balance(self, day: date) -> Balance:
        """What is owed at the end of a day, by the table and in fact. Raises `Invalid` without a table, or before the contract begins."""
        self._has_table()
        starts_on = self.contract.starts_on
        return told(
            lambda: balance_on(
                self.lines, self.financed, starts_on, day, unpaid_amount=self.unpaid(day), unallocated_amount=self.prepaid(day)
            ),
            "on",
        )

    def figure(self, day: date, amount: Decimal | None = None, effect: RepaymentEffect | None = None) -> "RepaymentFigure":
        """What repaying on this day costs: all, or this much of the principal. Raises `Invalid` with a rule that names what is missing."""
        self._is_running()
        self._has_table()
        if amount is None:
            return self._whole(day)
        return self._part(day, amount, effect or RepaymentEffect.SHORTER_TERM)

    def _whole(self, day: date) -> "RepaymentFigure":
        if self.contract.kind in LEASES:
            return self._bought_out(day)
        principal = self.balance(day)
        asked = self._compensation(day, principal.principal)
        found = told(
            lambda: settlement(
                self.lines,
                day,
                financed_amount=self.financed,
                starts_on=self.contract.starts_on,
                behind=Behind(self.unpaid(day)),
                compensation=Fee("compensation", asked) if asked else NO_COMPENSATION,
                unallocated_amount=self.prepaid(day),
                valid_days=self.rules.settlement_days,
            ),
            "repayOn",
        )
        return RepaymentFigure.of(found, self.contract.currency)

    def _part(self, day: date, amount: Decimal, effect: RepaymentEffect) -> "RepaymentFigure":
        """Only a loan is repaid in part: a lease has rents, and no principal of the lessee's."""
        if self.contract.kind not in LOANS:
            raise Invalid((Fault(("amount",), "repayment.kind", "Only a loan can be repaid in part."),))
        if self.rules.refuses_small_repayments and amount <= next_payments_amount(self.lines, day, COUNTED):
            raise Invalid((Fault(("amount",), "repayment.small", "A part is more than the next three installments together."),))
        rate = self.contract.nominal_rate_percent
        terms = CreditTerms(
            financed_amount=self.financed,
            rate_percent=None if rate is None else Decimal(rate),
            starts_on=self.contract.starts_on,
            every=self._every(),
        )
        asked = self._compensation(day, amount)
        found = told(
            lambda: partial_repayment(self.lines, amount, day, effect=Effect(effect.value), terms=terms, compensation_amount=asked),
            "amount",
        )
        whole = self._whole(day)
        before = [line for line in self.lines if line.due_on > day]
        return replace(
            whole,
            scope=RepaymentScope.PARTIAL,
            effect=effect,
            principal=found.repaid_amount,
            accrued_interest=found.accrued_interest_amount,
            compensation=asked,
            total=found.due_amount + whole.arrears,
            unallocated=NOTHING,  # what is paid ahead stays with its installments, which stay
            interest_saved=found.interest_before_amount - found.interest_after_amount,
            installments_saved=len(before) - len(found.lines),
            lines=found.lines,
        )

    def _bought_out(self, day: date) -> "RepaymentFigure":
        """A lease: the rents to come and the option, at what they are worth today by the rate that the house settles at."""
        contract, rate = self.contract, self.rules.lease_settlement_percent
        ahead = [i for i in self.installments if i.due_on > day and i.state in OPEN]
        if rate is None or not ahead:
            raise Invalid((Fault(("contract",), "settlement.rate", "The finance house works this out itself: ask for a quote."),))
        rents = [Rent(i.due_on, Decimal(i.excl_vat_amount)) for i in ahead]
        if contract.purchase_option_amount is not None and contract.ends_on is not None:
            rents.append(Rent(max(contract.ends_on, rents[-1].due_on), Decimal(contract.purchase_option_amount)))
        last_due_on = max((i.due_on for i in self.installments if i.due_on <= day), default=contract.starts_on)
        percent, unpaid = Decimal(contract.vat_percent or 0), self.unpaid(day)
        found = told(
            lambda: buy_out(rents, day, last_due_on=last_due_on, settlement_percent=rate, every=self._every(), vat_percent=percent),
            "repayOn",
        )
        prepaid = self.prepaid(day)
        return RepaymentFigure(
            repay_on=day,
            valid_until_on=day,
            currency=contract.currency,
            principal=found.net_amount,
            arrears=unpaid,
            vat=found.vat_amount,
            unallocated=prepaid,
            total=found.total_amount + unpaid - prepaid,
        )

    def _compensation(self, day: date, repaid: Decimal) -> Decimal:
        """The most the law lets the house ask, where the house asks for it. Raises `Invalid` where the law's figure is not known."""
        if not self.rules.asks_compensation or repaid <= 0:
            return NOTHING
        return told(lambda: self._most(day, repaid), "contract")

    def _most(self, day: date, repaid: Decimal) -> Decimal:
        if self.audience is Audience.PROFESSIONAL:
            figure = self.figures.on(self.country, self.audience, "early_repayment_interest", day)
            return months_of_interest(repaid, self._rate(), figure.count("months"))
        rule = ShareRule.of(self.figures.on(self.country, self.audience, "early_repayment_compensation", day))
        before = rule.repaid_before(self.repaid, day)
        starts_on = self.contract.starts_on
        return legal_compensation(rule, self.lines, repaid, day, starts_on=starts_on, repaid_before_amount=before).most_amount

    def _rate(self) -> Decimal:
        if self.contract.nominal_rate_percent is None:
            raise Invalid((Fault(("contract",), "contract.rate", "The finance house has not told the rate of this contract."),))
        return Decimal(self.contract.nominal_rate_percent)

    def _every(self) -> Periodicity:
        return Periodicity(months=self.contract.periodicity_months or 1)

    def _has_table(self) -> None:
        if self.contract.kind not in LOANS + LEASES or not self.lines:
            raise Invalid((Fault(("contract",), "contract.table", NO_TABLE),))

    def _is_running(self) -> None:
        if self.contract.kind == ContractKind.INSURANCE:
            raise Conflict("An insurance lends nothing that could be repaid.", rule="contract.kind")
        if not can_be_repaid(self.contract):
            raise Conflict("Only a contract that runs can be repaid early.", rule="contract.state")


@dataclass(frozen=True, kw_only=True)
class RepaymentFigure:
    """What has to be paid on a day, and what of it is what. A part leaves lines behind; the whole leaves nothing."""

    repay_on: date
    valid_until_on: date
    currency: str
    principal: Decimal
    total: Decimal
    accrued_interest: Decimal = NOTHING
    arrears: Decimal = NOTHING
    compensation: Decimal = NOTHING
    fees: Decimal = NOTHING
    vat: Decimal = NOTHING
    unallocated: Decimal = NOTHING
    per_day: Decimal = NOTHING
    scope: RepaymentScope = RepaymentScope.FULL
    effect: RepaymentEffect | None = None
    interest_saved: Decimal | None = None
    installments_saved: int | None = None
    lines: tuple[Line, ...] = ()

    @classmethod
    def of(cls, found: Settlement, currency: str) -> "RepaymentFigure":
        """The whole, as it was reckoned."""
        return cls(
            repay_on=found.as_of_on,
            valid_until_on=found.valid_until_on,
            currency=currency,
            principal=found.principal_amount,
            total=found.total_amount,
            accrued_interest=found.accrued_interest_amount,
            arrears=found.arrears_amount,
            compensation=found.compensation_amount,
            fees=found.fees_amount,
            vat=found.vat_amount,
            unallocated=found.unallocated_amount,
            per_day=found.per_day_amount,
        )


def lines_of(rows: Iterable[Any]) -> tuple[Line, ...]:
    """The lines of an imported table, as calculations read them."""
    return tuple(
        Line(
            row.number,
            row.due_on,
            Decimal(row.opening_balance_amount),
            Decimal(row.payment_amount),
            Decimal(row.principal_amount),
            Decimal(row.interest_amount),
            Decimal(row.fees_amount),
            Decimal(row.insurance_amount),
            Decimal(row.vat_amount),
            NOTHING,
            Decimal(row.closing_balance_amount),
        )
        for row in rows
    )


def told(reckon: Callable[[], T], field: str) -> T:
    """What is reckoned. A figure that does not exist is told to whoever asked, under the rule that calculations know it by."""
    try:
        return reckon()
    except Unanswerable as error:
        raise Invalid((Fault((field,), error.rule, _sentence(error)),)) from error


def _sentence(error: Unanswerable) -> str:
    words = str(error)
    return words[0].upper() + words[1:].rstrip(".") + "."
