"""How a lease ends: bought out early, by the lessee's default, or with the purchase option. Amounts are before VAT unless they say so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from finance.dates import MONTHLY, Periodicity
from finance.figures import Audience, Figures
from finance.money import HUNDRED, NOTHING, ONE, ZERO, Exact, calculation, cents
from finance.rates import Conversion, period_rate
from finance.refusals import Unanswerable
from finance.vat import vat

MONTHS_IN_YEAR = 12
MOST_RENTS = 2_600


class Rent(NamedTuple):
    """A rent that is not due yet, or the option at the end, before VAT."""

    due_on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class BuyOut(Exact):
    """What a lessee pays to own the asset before the end: what is left to pay, at its worth of the day, a fee, and VAT on both."""

    as_of_on: date
    undiscounted_amount: Decimal
    discounted_amount: Decimal
    fee_amount: Decimal
    net_amount: Decimal
    vat_amount: Decimal
    total_amount: Decimal


@calculation
def buy_out(
    rents: Sequence[Rent],
    as_of_on: date,
    *,
    last_due_on: date,
    settlement_percent: Decimal,
    conversion: Conversion = Conversion.PROPORTIONAL,
    every: Periodicity = MONTHLY,
    fee_amount: Decimal = NOTHING,
    vat_percent: Decimal = ZERO,
) -> BuyOut:
    """The remaining rents and the option, discounted at the contract's settlement rate; rents already due are arrears, and not among them.

    Time is counted in periods: of the running one, which began on `last_due_on`, the days that are left of its days. The settlement rate is
    a yearly one and often below the lease's own; `conversion` says how the contract makes the rate of a period of it.
    """
    if not 0 < len(rents) <= MOST_RENTS or settlement_percent < 0 or any(rent.amount < 0 for rent in rents):
        raise Unanswerable("buy_out.rents", f"a lease is bought out of 1 to {MOST_RENTS} rents, at a rate, none of them less than nothing")
    first_on = min(rent.due_on for rent in rents)
    if not last_due_on <= as_of_on < first_on:
        raise Unanswerable("buy_out.day", f"{as_of_on} does not lie between {last_due_on} and the next rent of {first_on}")
    growth = ONE + period_rate(settlement_percent, ONE / every.per_year(), conversion)
    begun = Decimal((first_on - as_of_on).days) / (first_on - last_due_on).days
    worth = sum((rent.amount / growth ** (begun + _periods(first_on, rent.due_on, every)) for rent in rents), ZERO)
    net = cents(worth) + fee_amount
    tax = vat(net, vat_percent)
    return BuyOut(as_of_on, sum((rent.amount for rent in rents), NOTHING), cents(worth), fee_amount, net, tax, net + tax)


class RentAhead(NamedTuple):
    """A rent not yet due on the day a lease is ended, and in how many months it would have been."""

    months: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class DefaultIndemnity(Exact):
    """The legal indemnity on a lessee's default. A market value above the rest leaves nothing to pay: the surplus is told apart."""

    present_amount: Decimal
    residual_amount: Decimal
    market_amount: Decimal
    indemnity_amount: Decimal
    surplus_amount: Decimal


@calculation
def default_indemnity(
    rents: Sequence[RentAhead], *, residual_amount: Decimal, market_amount: Decimal, reference_percent: Decimal
) -> DefaultIndemnity:
    """Residual value and present value of the rents not yet due, less the market value of the asset that came back.

    Each rent is discounted by itself, (1 + rate) ^ (-months / 12). Source: French Code de la consommation, D312-18. Some courts discounted
    the sum of the rents as one amount; the ministry and lenders do as here.
    """
    if len(rents) > MOST_RENTS or min(residual_amount, market_amount, reference_percent) < 0 or any(rent.months < 0 for rent in rents):
        raise Unanswerable("indemnity.amount", "values, rates and months are not less than nothing")
    growth = ONE + reference_percent / HUNDRED
    present = cents(sum((rent.amount / growth ** (rent.months / Decimal(MONTHS_IN_YEAR)) for rent in rents), ZERO))
    difference = residual_amount + present - market_amount
    return DefaultIndemnity(present, residual_amount, market_amount, max(difference, NOTHING), max(-difference, NOTHING))


@calculation
def reference_percent(figures: Figures, country: str, audience: Audience, signed_on: date) -> Decimal:
    """The rate for the legal indemnity: the average bond yield of the half-year before the contract, and a legal share of it more."""
    half_year_on = date(signed_on.year, 7 if signed_on.month > 6 else 1, 1) - timedelta(days=1)
    added = figures.on(country, audience, "lease_indemnity", signed_on).decimal("added_share_percent")
    return figures.on(country, audience, "average_bond_yield", half_year_on).decimal("percent") * (ONE + added / HUNDRED)


@dataclass(frozen=True, slots=True)
class OptionPrice(Exact):
    """What the purchase option costs."""

    option_amount: Decimal
    fee_amount: Decimal
    vat_amount: Decimal
    total_amount: Decimal


@calculation
def option_price(
    option_amount: Decimal,
    on: date,
    *,
    from_on: date | None = None,
    to_on: date | None = None,
    fee_amount: Decimal = NOTHING,
    vat_percent: Decimal = ZERO,
) -> OptionPrice:
    """The price of the asset at the end, with VAT on option and fee together. Outside of its days the option cannot be used."""
    if option_amount < 0 or fee_amount < 0:
        raise Unanswerable("option.amount", "an option and its fee are not less than nothing")
    if (from_on is not None and on < from_on) or (to_on is not None and on > to_on):
        raise Unanswerable("option.window", f"the option can be used from {from_on} to {to_on}, not on {on}")
    tax = vat(option_amount + fee_amount, vat_percent)
    return OptionPrice(option_amount, fee_amount, tax, option_amount + fee_amount + tax)


def _periods(first_on: date, on: date, every: Periodicity) -> Decimal:
    """How many periods after the first of the remaining due dates, by months of the calendar or by days."""
    if every.days:
        return Decimal((on - first_on).days) / every.days
    return Decimal((on.year - first_on.year) * MONTHS_IN_YEAR + on.month - first_on.month) / every.months
