"""Figures for somebody who considers something: nothing is changed by them, and nobody is bound unless they say so.

Equal inputs on one day give equal figures, to the byte, and the same reference. What a simulation was made of is shown with it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any, ClassVar

import orjson

from finance.apr import shown_apr
from finance.costs import Cost, cost_of
from finance.dates import MONTHLY, months_after
from finance.money import plain
from finance.phases import Annuity
from finance.plans import Plan
from finance.refusals import Unanswerable
from finance.schedules import Line, Schedule, schedule
from models.money import Money, refuse_without_cents
from models.portal_rules import CreditProduct, PortalRules, SimulationKind
from models.refusals import Fault, Invalid
from models.sentences import Sentence
from models.words import Described

RULE_VERSION = "2026-12"  # changes with every rule that changes a figure
DIGITS = 32


class SimulationStanding(Described):
    """How far the house stands by figures."""

    INDICATIVE = "INDICATIVE", "They show what would come out; nobody is bound."
    BINDING = "BINDING", "The house stands by them until the day they are valid until."


@dataclass(frozen=True)
class Frame:
    """Where and when something is simulated."""

    portal_key: str
    rules: PortalRules
    locale: str
    today: date

    @property
    def valid_until_on(self) -> date:
        """The last day on which the figures are shown as valid."""
        return self.today + timedelta(days=self.rules.simulation_days)

    def mention(self, kind: SimulationKind) -> str | None:
        """What the law, or the house, wants to be said beside such figures: in the caller's language, else the portal's first."""
        mentions = self.rules.legal_mentions.get(kind, {})
        return next((mentions[locale] for locale in (self.locale, *self.rules.locales) if locale in mentions), None)

    def reference(self, kind: SimulationKind, inputs: dict[str, Any]) -> str:
        """The same for equal inputs on one day, however their figures were written: 10000 is 10000.00."""
        made_of = [self.portal_key, kind, self.today, RULE_VERSION, inputs]
        return "sim_" + sha256(orjson.dumps(made_of, default=_written, option=orjson.OPT_SORT_KEYS)).hexdigest()[:DIGITS]


def _written(value: object) -> object:
    if isinstance(value, tuple):  # a named one, whose text would hold its figures as they were written
        return list(value)
    return plain(value) if isinstance(value, Decimal) else str(value)


@dataclass(frozen=True)
class Simulation:
    """What all of them say of themselves."""

    typename: ClassVar[str]
    kind: ClassVar[SimulationKind]
    standing: ClassVar[SimulationStanding] = SimulationStanding.INDICATIVE
    rule_version: ClassVar[str] = RULE_VERSION

    reference: str
    reckoned_on: date
    valid_until_on: date
    legal_mention: str | None


@dataclass(frozen=True)
class CreditSimulation(Simulation):
    """A new credit, paid back in equal monthly installments in arrears, the last of which takes the cents."""

    typename = "CreditSimulation"
    kind = SimulationKind.CREDIT

    product: CreditProduct
    currency: str
    amount: Decimal
    duration_months: int
    schedule: Schedule
    cost: Cost

    @property
    def borrowed(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def fee(self) -> Money:
        return Money(self.product.fee_amount, self.currency)

    @property
    def nominal_rate_percent(self) -> Decimal:
        return self.product.nominal_rate_percent

    @property
    def first_due_on(self) -> date:
        return self.lines[0].due_on

    @property
    def lines(self) -> Sequence[Line]:
        return self.schedule.lines

    @property
    def installment(self) -> Money:
        return Money(self.lines[0].payment, self.currency)

    @property
    def last_installment(self) -> Money:
        return Money(self.lines[-1].payment, self.currency)

    @property
    def interest(self) -> Money:
        return Money(self.schedule.totals().interest, self.currency)

    @property
    def payable(self) -> Money:
        """All that is paid. The fee was kept back: it is paid with the installments and not once more."""
        return Money(self.cost.payable_amount, self.currency)

    @property
    def shown_apr_percent(self) -> Decimal:
        """By the equation of the directive, from what is paid out to what is paid back, in equal months: whatever day the credit starts."""
        return shown_apr(self.cost.apr_percent)


def simulate_credit(frame: Frame, product_key: str | None, amount: Decimal, months: int) -> CreditSimulation:
    """A credit of the portal, paid out today. Raises `Invalid` with every bound that is broken."""
    product = product_of(frame.rules, product_key)
    refuse_without_cents(frame.rules.currency, "product")
    if faults := tuple(bounds_broken(product, amount, months)):
        raise Invalid(faults)
    plan = Plan(
        financed_amount=amount,
        rate_percent=product.nominal_rate_percent,
        phases=(Annuity(periods=months),),
        starts_on=frame.today,
        first_due_on=months_after(frame.today, 1),
        every=MONTHLY,
    )
    try:
        table, cost = schedule(plan), cost_of(plan, kept_back_amount=product.fee_amount)
    except Unanswerable as error:  # an amount so small that no cent is left for some payment
        raise Invalid((Fault(("amount",), error.rule, "This amount cannot be paid back in so many months."),)) from error
    inputs = {"product": product.key, "amount": amount, "months": months, "rate": product.nominal_rate_percent, "fee": product.fee_amount}
    return CreditSimulation(
        reference=frame.reference(SimulationKind.CREDIT, inputs),
        reckoned_on=frame.today,
        valid_until_on=frame.valid_until_on,
        legal_mention=frame.mention(SimulationKind.CREDIT),
        product=product,
        currency=frame.rules.currency,
        amount=amount,
        duration_months=months,
        schedule=table,
        cost=cost,
    )


def product_of(rules: PortalRules, key: str | None) -> CreditProduct:
    """The product of this key; the first one without a key."""
    found = next((product for product in rules.credit_products if key in (None, product.key)), None)
    if found is None:
        raise Invalid((Fault(("product",), "credit.product", "The portal has no such credit."),))
    return found


def bounds_broken(product: CreditProduct, amount: Decimal, months: int) -> Iterator[Fault]:
    """What is beyond the product's bounds."""
    if not product.min_amount <= amount <= product.max_amount:
        yield Fault(
            ("amount",),
            "credit.amount",
            Sentence("Between {least} and {most} may be borrowed.", least=product.min_amount, most=product.max_amount),
        )
    elif amount != amount.quantize(Decimal("0.01")):
        yield Fault(("amount",), "amount.scale", "An amount has at most two decimals.")
    yield from months_broken(product, months)


def months_broken(product: CreditProduct, months: int) -> Iterator[Fault]:
    """Whether it would last too long or too short."""
    if not product.min_months <= months <= product.max_months:
        yield Fault(
            ("months",),
            "credit.months",
            Sentence("The credit lasts from {least} to {most} months.", least=product.min_months, most=product.max_months),
        )
