"""What is known of a contract's money, read at one moment: what simulations and quotes are reckoned from."""

from decimal import Decimal

from finance.compensations import Repaid
from finance.figures import Audience
from models import AmortizationLine, AmortizationSchedule, Contract, Installment, Party, PartyKind, SettlementQuote, Tenant
from models.base import NotFound
from models.settlement_quotes import QuoteState
from models.settling import Ledger, lines_of
from resolvers.context import Info
from tenants import Gate

MOST_INSTALLMENTS, MOST_QUOTES = 2_600, 1_000


async def ledger(info: Info, gid: str) -> Ledger:
    """Of the contract with this id. Raises `NotFound` when none is in reach."""
    async with info.context.gate.consistent() as gate:
        contract = await gate.one(Contract, gid)
        if contract is None:
            raise NotFound
        return await _read(gate, info, contract)


async def _read(gate: Gate, info: Info, contract: Contract) -> Ledger:
    """Six statements, of one moment."""
    of_it = [("contract_id", "=", contract.id)]
    schedules = await gate.every(AmortizationSchedule, of_it, ("contract_id", "status", "revision"), most=100)
    holds = min(schedules, key=lambda schedule: (schedule.status, -schedule.revision), default=None)
    [lines] = await gate.children(AmortizationLine, [holds], "schedule_id", ("number",)) if holds else [[]]
    installments = await gate.every(Installment, of_it, ("due_on", "id"), most=MOST_INSTALLMENTS)
    executed = [*of_it, ("state", "=", QuoteState.EXECUTED)]
    repaid = await gate.every(SettlementQuote, executed, ("id",), most=MOST_QUOTES)
    holders = await gate.those(Party, [contract.holder_id])
    holder = holders.get(contract.holder_id)
    rules = info.context.scope.rules
    house = next(iter(await gate.every(Tenant, (), ())), None)
    return Ledger(
        contract=contract,
        lines=lines_of(lines),
        installments=installments,
        repaid=tuple(Repaid(quote.paid_on, Decimal(quote.principal_amount or 0)) for quote in repaid if quote.paid_on),
        audience=Audience.CONSUMER if holder is not None and holder.kind == PartyKind.PERSON else Audience.PROFESSIONAL,
        country=rules.calendar or (house.country if house else ""),
        rules=rules,
        figures=info.context.figures,
    )
