"""What ends a contract before its time: the settlement figure of a day, whole or in part, reckoned from what the finance house imported.

The table is the house's, and so is what was paid; nothing is guessed. Where a figure cannot be known, it is said which one, and a
person answers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from finance.balances import Balance
from finance.compensations import Repaid, ShareRule, months_of_interest
from finance.conventions import period_rates
from finance.dates import Periodicity
from finance.early_repayment import CreditTerms, Effect, legal_compensation, next_payments_amount, partial_repayment
from finance.figures import Audience, Figures
from finance.lease_ends import Rent, buy_out
from finance.money import NOTHING, cents
from finance.refusals import Unanswerable
from finance.schedules import Line
from finance.settlements import NO_COMPENSATION, Behind, Fee, Settlement, settlement
from models.claims import FALLEN_AWAY, total
from models.contracts import ContractKind, ContractState
from models.money import refuse_without_cents
from models.portal_rules import PortalRules
from models.positions import Position, position_of
from models.refusals import Conflict, Fault, Invalid
from models.sentences import Sentence
from models.tables import Table, in_force
from models.words import Described

T = TypeVar("T")

LOANS = (ContractKind.LOAN, ContractKind.CONSOLIDATION)
LEASES = (ContractKind.FINANCE_LEASE, ContractKind.HIRE_PURCHASE, ContractKind.RENTAL)
RUNNING = (ContractState.ACTIVE, ContractState.IN_ARREARS, ContractState.EXTENDED)
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
    """What is known of a contract's money. `repaid` are the early repayments of before, `audience` and `country` say whose law holds.

    `tables` are the amortization schedules that hold some day, with their lines; `unused_amount` and `allocated` say what payments say.
    """

    contract: Any
    today: date
    tables: Sequence[tuple[Any, tuple[Line, ...]]]
    installments: Sequence[Any]
    unused_amount: Decimal
    allocated: dict[UUID, Decimal]
    repaid: tuple[Repaid, ...]
    audience: Audience
    country: str
    rules: PortalRules
    figures: Figures

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines of the table that holds today."""
        table = self.position(self.today).table
        return table.lines if table else ()

    def position(self, day: date) -> Position:
        """What is owed at the end of today or of a day to come, by the table that holds then."""
        rows, schedule = self.installments, in_force([schedule for schedule, _ in self.tables], day)
        lines = next((lines for known, lines in self.tables if known is schedule), ())
        due_days = [row.due_on for row in rows if row.state not in FALLEN_AWAY]
        table = Table.of(schedule, lines, self.contract, due_days) if lines else None
        return position_of(
            self.contract, rows, table, day=day, today=self.today, unused_amount=self.unused_amount, allocated=self.allocated
        )

    def overdue(self, day: date) -> Decimal:
        """What somebody was late with before a day."""
        return total(claim.overdue_amount for claim in self.position(day).overdue)

    def figure(self, day: date, amount: Decimal | None = None, effect: RepaymentEffect | None = None) -> "RepaymentFigure":
        """What repaying on this day costs: all, or this much of the principal. Raises `Invalid` with a rule that names what is missing."""
        self._is_running()
        refuse_without_cents(self.contract.currency, "contract")
        position = self.position(day)
        table = self._table(position)
        last_on = max([table.lines[-1].due_on, *(claim.due_on for claim in position.ahead)])
        if self.today < day >= last_on:
            raise Invalid(
                (
                    Fault(
                        ("repayOn",),
                        "quote.repay_on",
                        Sentence("The last payment is due on {day}: nothing is repaid early then.", day=last_on),
                    ),
                )
            )
        figure = self._whole(position) if amount is None else self._part(position, amount, effect or RepaymentEffect.SHORTER_TERM)
        if figure.total < 0:
            raise Invalid((Fault(("contract",), "settlement.credit", "More was paid ahead than is owed: a person has to work this out."),))
        return figure

    def binding_figure(self, day: date, amount: Decimal | None, effect: RepaymentEffect | None) -> "RepaymentFigure":
        """The same for a quote, by which the house is bound. Raises `Invalid` where the data contradict one another."""
        figure = self.figure(day, amount, effect)
        if found := self.position(day).differences:
            raise Invalid(tuple(Fault(("contract",), difference.rule, difference.sentence) for difference in found[:10]))
        return figure

    def _whole(self, position: Position) -> "RepaymentFigure":
        if self.contract.kind in LEASES:
            return self._bought_out(position)
        table, day = self._table(position), position.day
        asked = self._compensation(position, self._balance(position).principal)
        found = told(
            lambda: settlement(
                table.lines,
                day,
                financed_amount=table.opening,
                starts_on=table.begins_on,
                behind=Behind(position.behind_amount),
                compensation=Fee("compensation", asked) if asked else NO_COMPENSATION,
                unallocated_amount=position.credit_amount,
                valid_days=self.rules.settlement_days,
            ),
            "repayOn",
        )
        return replace(RepaymentFigure.of(found, self.contract.currency), falling_due=position.falling_due_amount)

    def _balance(self, position: Position) -> Balance:
        return told(position.balance, "contract")

    def _part(self, position: Position, amount: Decimal, effect: RepaymentEffect) -> "RepaymentFigure":
        """Only a loan is repaid in part: a lease has rents, and no principal of the lessee's."""
        table, day = self._table(position), position.day
        if self.contract.kind not in LOANS:
            raise Invalid((Fault(("amount",), "repayment.kind", "Only a loan can be repaid in part."),))
        if self.rules.refuses_small_repayments and amount <= next_payments_amount(table.lines, day, COUNTED):
            raise Invalid((Fault(("amount",), "repayment.small", "A part is more than the next three installments together."),))
        rate = self.contract.nominal_rate_percent
        terms = CreditTerms(
            financed_amount=table.opening,
            rate_percent=None if rate is None else Decimal(rate),
            starts_on=table.begins_on,
            every=self.every(),
            convention=table.convention,
        )
        asked = self._compensation(position, amount)
        found = told(
            lambda: partial_repayment(table.lines, amount, day, effect=Effect(effect.value), terms=terms, compensation_amount=asked),
            "amount",
        )
        whole = self._whole(position)
        before = [line for line in table.lines if line.due_on > day]
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

    def _bought_out(self, position: Position) -> "RepaymentFigure":
        """A lease: what is left of the rents to come, and the option, at what they are worth today by the rate that the house settles at.

        A rent that was paid ahead is worth nothing more, so that its payment is not taken off a second time.
        """
        rate, day = self.rules.lease_settlement_percent, position.day
        rents = [Rent(claim.due_on, claim.outstanding_excl_vat_amount) for claim in position.ahead]
        if rate is None or not rents:
            raise Invalid((Fault(("contract",), "settlement.rate", "The finance house works this out itself: ask for a quote."),))
        option = self._option(position)
        last_due_on = max((claim.due_on for claim in position.due), default=self.contract.starts_on)
        percent = Decimal(self.contract.vat_percent or 0)
        found = told(
            lambda: buy_out(
                [*rents, *option], day, last_due_on=last_due_on, settlement_percent=rate, every=self.every(), vat_percent=percent
            ),
            "contract",
        )
        return RepaymentFigure(
            repay_on=day,
            valid_until_on=day,
            currency=self.contract.currency,
            principal=found.net_amount,
            arrears=position.behind_amount,
            falling_due=position.falling_due_amount,
            vat=found.vat_amount,
            unallocated=position.unused_amount,
            total=found.total_amount + position.behind_amount - position.unused_amount,
        )

    def _option(self, position: Position) -> list[Rent]:
        """The purchase option, due at the end of the contract, or with the last rent where no end is known; not if it is claimed."""
        amount, ahead = self.contract.purchase_option_amount, position.ahead
        if amount is None:
            return []
        is_claimed = len(ahead) > 1 and ahead[-1].excl_vat_amount == Decimal(amount) != ahead[-2].excl_vat_amount
        return [] if is_claimed else [Rent(max(self.contract.ends_on or ahead[-1].due_on, ahead[-1].due_on), Decimal(amount))]

    def left_to_pay(self) -> list[tuple[date, Decimal]]:
        """What would still be paid after today if the contract ran on, day by day, without what was paid ahead: as a settlement has it."""
        position = self.position(self.today)
        if self.contract.kind in LEASES:
            vat = 1 + Decimal(self.contract.vat_percent or 0) / 100
            option = [(rent.due_on, cents(rent.amount * vat)) for rent in self._option(position)]
            return [*((claim.due_on, claim.outstanding_amount) for claim in position.ahead), *option]
        credit, left = position.credit_amount, list[tuple[date, Decimal]]()
        for line in self.lines:
            if line.due_on > self.today:
                taken = min(credit, line.payment)
                credit -= taken
                left.append((line.due_on, line.payment - taken))
        return [payment for payment in left if payment[1]]

    def _compensation(self, position: Position, repaid: Decimal) -> Decimal:
        """The most the law lets the house ask, where the house asks for it. Raises `Invalid` where the law's figure is not known."""
        if not self.rules.asks_compensation or repaid <= 0:
            return NOTHING
        return told(lambda: self._most(position, repaid), "contract")

    def _most(self, position: Position, repaid: Decimal) -> Decimal:
        table, day = self._table(position), position.day
        if self.audience is Audience.PROFESSIONAL:
            figure = self.figures.on(self.country, self.audience, "early_repayment_interest", day)
            return months_of_interest(repaid, self.rate(position), figure.count("months"))
        rule = ShareRule.of(self.figures.on(self.country, self.audience, "early_repayment_compensation", day))
        before = rule.repaid_before(self.repaid, day)
        return legal_compensation(rule, table.lines, repaid, day, starts_on=table.begins_on, repaid_before_amount=before).most_amount

    def rate(self, position: Position) -> Decimal:
        """The yearly rate of the contract. Raises `Invalid` where it is not known, or the table does not run at it."""
        table, rate = self._table(position), self.contract.nominal_rate_percent
        if rate is None:
            raise Invalid((Fault(("contract",), "contract.rate", "The finance house has not told the rate of this contract."),))
        left = [line for line in table.lines if line.due_on > position.day]
        since_on = max((line.due_on for line in table.lines if line.due_on <= position.day), default=table.begins_on)
        if (
            left
            and period_rates(left, since_on, rate_percent=Decimal(rate), every=self.every(), declared=table.convention).convention is None
        ):
            raise Invalid((Fault(("contract",), "contract.rate", "The table does not run at the rate of this contract."),))
        return Decimal(rate)

    def every(self) -> Periodicity:
        """How often the contract is paid: by the month where nobody says."""
        return Periodicity(months=self.contract.periodicity_months or 1)

    def _table(self, position: Position) -> Table:
        if self.contract.kind not in LOANS + LEASES or position.table is None:
            raise Invalid((Fault(("contract",), "contract.table", NO_TABLE),))
        return position.table

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
    falling_due: Decimal = NOTHING
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


def told(reckon: Callable[[], T], field: str) -> T:
    """What is reckoned. A figure that does not exist is told to whoever asked, under the rule that calculations know it by."""
    try:
        return reckon()
    except Unanswerable as error:
        raise Invalid((Fault((field,), error.rule, _sentence(error)),)) from error


# What a person is told by the rule of a calculation. The rest are mistakes in the data of the house, which one sentence says.
UNANSWERED = {
    "repayment.over": "On that day nothing is left to be repaid early.",
    "repayment.amount": "The amount is more than nothing and less than what is left of the principal, in whole cents.",
    "repayment.drawn": "More is still to be drawn: the finance house has to work this out.",
    "repayment.table": "Some installment would rise: the finance house has to work this out.",
    "debit_day.nothing": "There is no monthly installment left that could be moved to another day.",
    "debit_day.past": "The next installment would have been due already.",
    "debit_day.drawn": "More is still to be drawn: the finance house has to work this out.",
    "figure.too_large": "This figure is too large to calculate with.",
    "date.out_of_range": "This day is too far away to calculate with.",
}
UNCERTAIN = "This cannot be calculated from the data of the contract: ask the finance house."


def _sentence(error: Unanswerable) -> str:
    return UNANSWERED.get(error.rule, UNCERTAIN)
