"""What a debtor may be charged for collection, by the dated scales of the law.

Norway: a fee by the size of the claim, light at first and heavy later, with VAT where the creditor cannot deduct it; reminders; a fee for
longer installment plans. Belgium: a sum for paying late, by bands. Sources stand with the figures.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import NamedTuple, Self

from finance.figures import Figure
from finance.money import HUNDRED, NOTHING, ZERO, Exact, calculation, cents
from finance.refusals import Unanswerable


class Stage(Enum):
    """How far collection has gone."""

    LIGHT = "LIGHT"
    HEAVY = "HEAVY"


class Band(NamedTuple):
    """Up to this claim, itself included, this much. The last band goes on without end."""

    up_to_amount: Decimal | None
    amount: Decimal
    percent: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class CollectionFee(Exact):
    """The fee, and the VAT on it that the debtor pays as well where his creditor cannot deduct it."""

    net_amount: Decimal
    vat_amount: Decimal

    @property
    @calculation
    def total_amount(self) -> Decimal:
        """What the debtor is charged."""
        return self.net_amount + self.vat_amount


@dataclass(frozen=True, slots=True)
class CollectionScale(Exact):
    """The scale of the day on which the claim fell due, for consumers or for companies."""

    light: tuple[Band, ...]
    factor: Decimal
    heavy_factor: Decimal
    heavy_after_days: int
    reminder_amount: Decimal
    plan_amount: Decimal
    plan_free_parts: int

    @classmethod
    def of(cls, figure: Figure) -> Self:
        """The scale as the figure `collection_scale` has it."""
        return cls(
            light=_bands(figure, "light"),
            factor=figure.decimal("factor"),
            heavy_factor=figure.decimal("heavy_factor"),
            heavy_after_days=figure.count("heavy_after_days"),
            reminder_amount=figure.decimal("reminder_amount"),
            plan_amount=figure.decimal("plan_amount"),
            plan_free_parts=figure.count("plan_free_parts"),
        )

    def stage(self, demanded_on: date, on: date) -> Stage:
        """The fee is heavy when more than so many days have passed since the payment demand was sent."""
        return Stage.HEAVY if (on - demanded_on).days > self.heavy_after_days else Stage.LIGHT

    @calculation
    def fee(self, claim_amount: Decimal, stage: Stage, *, vat_percent: Decimal = ZERO) -> CollectionFee:
        """The fee for a claim of this principal. `vat_percent`: the rate, where the creditor cannot deduct VAT."""
        _, light_amount, _ = _band(self.light, claim_amount)
        net = cents(light_amount * self.factor * (self.heavy_factor if stage is Stage.HEAVY else 1))
        return CollectionFee(net, cents(net * vat_percent / HUNDRED))

    @calculation
    def reminders(self, count: int) -> Decimal:
        """For so many reminders that were sent and may be charged."""
        return cents(self.reminder_amount * _whole(count))

    def plan_fee(self, parts: int) -> Decimal:
        """The most that may be charged for an installment plan of so many parts."""
        return cents(self.plan_amount) if _whole(parts) > self.plan_free_parts else NOTHING


@calculation
def late_payment_costs(figure: Figure, due_amount: Decimal) -> Decimal:
    """The most that may be asked for paying late: the sum of the band, and a share of what is above the band's start."""
    bands = _bands(figure, "costs")
    start = max((band.up_to_amount for band in bands if band.up_to_amount is not None and band.up_to_amount < due_amount), default=ZERO)
    _, amount, percent = _band(bands, due_amount)
    return cents(min(amount + (due_amount - start) * percent / HUNDRED, figure.decimal("most_amount")))


def _bands(figure: Figure, name: str) -> tuple[Band, ...]:
    return tuple(Band(band.get("up_to_amount"), band["amount"], band.get("percent", ZERO)) for band in figure.scale(name))


def _band(bands: tuple[Band, ...], amount: Decimal) -> Band:
    """The first band that reaches as far as the amount."""
    if amount <= 0:
        raise Unanswerable("collection.claim", f"nothing is charged for a claim of {amount}")
    for band in bands:
        if band.up_to_amount is None or amount <= band.up_to_amount:
            return band
    raise Unanswerable("collection.scale", f"the scale ends below {amount}")


def _whole(count: int) -> int:
    if type(count) is not int or count < 0:
        raise Unanswerable("collection.count", f"{count!r} is no number of times")
    return count
