"""What is known of a contract's money, read at one moment: what simulations and quotes are reckoned from."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from finance.compensations import Repaid
from finance.figures import Audience
from models import (
    AmortizationLine,
    AmortizationSchedule,
    Contract,
    Installment,
    Party,
    PartyKind,
    Payment,
    PaymentAllocation,
    SettlementQuote,
    Tenant,
)
from models.base import NotFound
from models.payments import PaymentDirection, PaymentState
from models.settlement_quotes import QuoteState
from models.settling import Ledger
from models.tables import in_force, lines_of
from resolvers.context import Info
from tenants import Gate

MOST_INSTALLMENTS, MOST_QUOTES = 2_600, 1_000


async def ledger(info: Info, gid: str, on: date | None = None) -> Ledger:
    """Of the contract with this id, for today and a day to come. Raises `NotFound` when none is in reach."""
    async with info.context.gate.consistent() as gate:
        contract = await gate.one(Contract, gid)
        if contract is None:
            raise NotFound
        return await _read(gate, info, contract, on)


async def _read(gate: Gate, info: Info, contract: Contract, on: date | None) -> Ledger:
    """Eight statements, of one moment."""
    today = info.context.scope.today
    of_it = [("contract_id", "=", contract.id)]
    schedules = await gate.every(AmortizationSchedule, of_it, ("contract_id", "status", "revision"), most=100)
    holding = {held.id: held for day in (today, on or today) if (held := in_force(schedules, day))}.values()
    lines = await gate.children(AmortizationLine, list(holding), "schedule_id", ("number",)) if holding else []
    installments = await gate.every(Installment, of_it, ("due_on", "id"), most=MOST_INSTALLMENTS)
    unused, allocated = await _arrived(gate, of_it, today)
    executed = [*of_it, ("state", "=", QuoteState.EXECUTED)]
    repaid = await gate.every(SettlementQuote, executed, ("id",), most=MOST_QUOTES)
    holders = await gate.by_ids(Party, [contract.holder_id])
    holder = holders.get(contract.holder_id)
    rules = info.context.scope.rules
    house = next(iter(await gate.every(Tenant, (), ())), None)
    return Ledger(
        contract=contract,
        today=today,
        tables=[(schedule, lines_of(found)) for schedule, found in zip(holding, lines, strict=True)],
        installments=installments,
        unused_amount=unused,
        allocated=allocated,
        repaid=tuple(Repaid(quote.paid_on, Decimal(quote.principal_amount or 0)) for quote in repaid if quote.paid_on),
        audience=Audience.CONSUMER if holder is not None and holder.kind == PartyKind.PERSON else Audience.PROFESSIONAL,
        country=rules.calendar or (house.country if house else ""),
        rules=rules,
        figures=info.context.figures,
    )


async def _arrived(gate: Gate, of_it: list[Any], today: date) -> tuple[Decimal, dict[UUID, Decimal]]:
    """What is left of payments of the contract that were partly used, and what they say was paid of each installment."""
    arrived = [*of_it, ("direction", "=", PaymentDirection.INCOMING), ("state", "=", PaymentState.SETTLED), ("value_on", "<=", today)]
    payments = await gate.every(Payment, arrived, ("id",), most=MOST_INSTALLMENTS)
    used = await gate.children(PaymentAllocation, payments, "payment_id", ("number",)) if payments else []
    unused, allocated = Decimal("0.00"), dict[UUID, Decimal]()
    for payment, parts in zip(payments, used, strict=True):
        if parts:
            unused += max(Decimal(payment.amount) - sum(Decimal(part.amount) for part in parts), Decimal(0))
        for part in parts:
            if part.installment_id is not None:
                allocated[part.installment_id] = allocated.get(part.installment_id, Decimal(0)) + Decimal(part.amount)
    return unused, allocated
