"""Trying to put several credits together into one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import Any, NamedTuple

from finance.apr import shown_apr
from finance.consolidation import Consolidation, NewCredit, OldCredit, consolidation
from finance.consolidation import Payment as Owed
from finance.dates import months_after
from finance.schedules import Line
from models.entries import amount_faults, refuse
from models.money import Money, refuse_without_cents
from models.portal_rules import CreditProduct, SimulationKind
from models.refusals import Fault
from models.sentences import Sentence
from models.settling import Ledger, told
from models.simulations import Frame, Simulation, bounds_broken, months_broken, product_of

MOST_INSTALLMENTS = 480  # of a credit that another lender gave


@dataclass(frozen=True)
class ConsolidationSimulation(Simulation):
    """One credit in the place of several, and whether it is dearer in all."""

    typename = "ConsolidationSimulation"
    kind = SimulationKind.CONSOLIDATION

    contracts: Sequence[Any]
    product: CreditProduct
    currency: str
    duration_months: int
    found: Consolidation

    @property
    def lines(self) -> Sequence[Line]:
        return self.found.lines

    @property
    def is_dearer(self) -> bool:
        return self.found.is_dearer

    @property
    def shown_apr_percent(self) -> Decimal:
        return shown_apr(self.found.apr_percent)

    def money(self, name: str) -> Money:
        """One amount of the comparison."""
        return Money(getattr(self.found, name), self.currency)

    settled = property(lambda self: self.money("settled_amount"))
    installment = property(lambda self: self.money("installment_amount"))
    installment_before = property(lambda self: self.money("installment_before_amount"))
    total_before = property(lambda self: self.money("total_before_amount"))
    total_after = property(lambda self: self.money("total_after_amount"))
    difference = property(lambda self: self.money("difference_amount"))


class External(NamedTuple):
    """A credit of another lender: what settles it, and what would still be paid month by month."""

    name: str
    settlement_amount: Decimal
    installment_amount: Decimal
    installments: int


def check_consolidation(
    frame: Frame, contracts: Sequence[str], externals: Sequence[External], product_key: str | None, months: int
) -> None:
    """All that can be said before anything is read of the contracts, which are named by their ids. Raises `Invalid`."""
    product = product_of(frame.rules, product_key)
    refuse_without_cents(frame.rules.currency, "product")
    refuse(chain(_unusable(contracts, externals), months_broken(product, months)))


def simulate_consolidation(
    frame: Frame, ledgers: Sequence[Ledger], externals: Sequence[External], product_key: str | None, months: int
) -> ConsolidationSimulation:
    """Settle these contracts and externals today by a new credit of the portal. Raises `Invalid`."""
    check_consolidation(frame, [ledger.contract.gid for ledger in ledgers], externals, product_key, months)
    product = product_of(frame.rules, product_key)
    refuse(_foreign(frame, ledgers))
    own = [_old(frame, ledger) for ledger in ledgers]
    others = [_external(frame, number, external) for number, external in enumerate(externals)]
    settled = sum((credit.settlement_amount for credit in (*own, *others)), Decimal(0))
    refuse(_beyond(product, settled, months))
    new = NewCredit(
        rate_percent=product.nominal_rate_percent,
        periods=months,
        starts_on=frame.today,
        first_due_on=months_after(frame.today, 1),
        paid_costs_amount=product.fee_amount,
    )
    found = told(lambda: consolidation([*own, *others], new), "months")
    inputs = {"contracts": [ledger.contract.id for ledger in ledgers], "externals": externals, "product": product.key, "months": months}
    return ConsolidationSimulation(
        reference=frame.reference(SimulationKind.CONSOLIDATION, inputs | {"settled": settled}),
        reckoned_on=frame.today,
        valid_until_on=frame.valid_until_on,
        legal_mention=frame.mention(SimulationKind.CONSOLIDATION),
        contracts=[ledger.contract for ledger in ledgers],
        product=product,
        currency=frame.rules.currency,
        duration_months=months,
        found=found,
    )


def _old(frame: Frame, ledger: Ledger) -> OldCredit:
    figure = ledger.figure(frame.today)
    ahead = [Owed(day, amount) for day, amount in ledger.left_to_pay()]
    behind = [Owed(frame.today, figure.arrears)] if figure.arrears else []
    return OldCredit(ledger.contract.gid, figure.total, (*behind, *ahead))


def _external(frame: Frame, number: int, external: External) -> OldCredit:
    days = [months_after(frame.today, month) for month in range(1, min(external.installments, MOST_INSTALLMENTS) + 1)]
    return OldCredit(f"external-{number}", external.settlement_amount, tuple(Owed(day, external.installment_amount) for day in days))


def _foreign(frame: Frame, ledgers: Sequence[Ledger]) -> Iterator[Fault]:
    if any(ledger.contract.currency != frame.rules.currency for ledger in ledgers):
        yield Fault(
            ("contracts",),
            "consolidation.currency",
            Sentence("Only credits in {currency} are put together.", currency=frame.rules.currency),
        )


def _unusable(contracts: Sequence[str], externals: Sequence[External]) -> Iterator[Fault]:
    """What cannot be put together, whatever the contracts are."""
    if len(contracts) + len(externals) < 2:
        yield Fault(("contracts",), "consolidation.credits", "At least two credits are put together.")
    if len(set(contracts)) < len(contracts):
        yield Fault(("contracts",), "consolidation.twice", "A contract is named once.")
    for number, external in enumerate(externals):
        for field, amount in (("settlement", external.settlement_amount), ("installment", external.installment_amount)):
            yield from amount_faults(("externals", number, field), amount, may_be_nothing=True)
        if not 1 <= external.installments <= MOST_INSTALLMENTS:
            yield Fault(
                ("externals", number, "installments"), "consolidation.installments", Sentence("From 1 to {most}.", most=MOST_INSTALLMENTS)
            )


def _beyond(product: CreditProduct, settled: Decimal, months: int) -> Iterator[Fault]:
    """What the new credit cannot be."""
    for fault in bounds_broken(product, settled, months):
        yield fault if fault.path == ("months",) else Fault(("contracts",), fault.rule, fault.message)
