"""What the papers of a contract say, kind by kind: figures from the ledger and the table that holds, frozen as JSON.

A figure that the house's data do not give for certain is refused, never guessed.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from finance.balances import Balance
from finance.refusals import Unanswerable
from models.base import Conflict, Fault, Invalid
from models.certificates import CertificateKind, Certified
from models.claims import NOTHING, Claim, total
from models.contracts import Contract, ContractKind, ContractState
from models.ledger import moved_after, position_on
from models.letterhead import Letter
from models.parties import PartyKind
from models.positions import Position
from models.schedules import AmortizationLine, AmortizationSchedule
from models.sentences import Sentence
from models.settlement_quotes import QuoteState, SettlementQuote, state_on
from models.settling import RepaymentScope
from models.tables import in_force

LOCALES = ("fr", "nl", "en", "de", "nb")
MOST_OVERDUE = 100  # that a paper lists
MOST_SCHEDULE_LINES = 480  # that a paper can print: forty years of months
LEASES = frozenset({ContractKind.FINANCE_LEASE, ContractKind.HIRE_PURCHASE, ContractKind.RENTAL})
CREDIT_LINES = frozenset({ContractKind.CREDIT_FACILITY, ContractKind.REVOLVING_CREDIT})
NOT_CONCLUDED = frozenset({
    ContractState.DRAFT, ContractState.OFFERED, ContractState.ACCEPTED, ContractState.DECLINED, ContractState.OFFER_EXPIRED,
    ContractState.IN_WITHDRAWAL, ContractState.WITHDRAWN, ContractState.PENDING_ACTIVATION,
})  # fmt: skip
STOOD_BY = frozenset({QuoteState.ISSUED, QuoteState.ACCEPTED})
LINE = ("number", "due_on", "opening_balance_amount", "payment_amount", "principal_amount", "interest_amount", "fees_amount",
        "insurance_amount", "vat_amount", "closing_balance_amount")  # fmt: skip


@dataclass(frozen=True)
class Said:
    """The figures of one paper, and the one that it is about. `as_of_on` where the paper has a day of its own."""

    main_amount: Decimal
    facts: dict[str, Any]
    as_of_on: date | None = None


def can_be_certified(contract: Any, today: date) -> bool:
    """Whether any paper can be asked for: the contract has begun, and it was concluded, or there may be a plan of it."""
    is_planned = contract.kind in LEASES or contract.kind in (ContractKind.LOAN, ContractKind.CONSOLIDATION)
    return contract.starts_on <= today and (contract.state not in NOT_CONCLUDED or is_planned)


async def certified(
    kind: CertificateKind, contract: Contract, *, as_of_on: date | None, today: date, at: datetime, locale: str
) -> Certified:
    """What this paper is to say of the contract, as of today unless told.

    Raises `Invalid` for a day or language, `Conflict` where there is nothing to certify.
    """
    if faults := _faults(kind, contract, as_of_on, today, locale):
        raise Invalid(tuple(faults))
    if contract.state in NOT_CONCLUDED and kind != CertificateKind.SCHEDULE:
        raise Conflict("The contract has not been concluded.", rule="certificate.not_concluded")
    letter = await Letter.about(contract, today, at)
    said = await SAYING[kind](contract, as_of_on or today, letter)
    day = said.as_of_on or as_of_on or today
    facts = plain(letter.facts | said.facts | {"language": locale, "as_of_on": day})
    return Certified(kind, contract, day, locale, letter.issuer, letter.brand, said.main_amount, facts)


def plain(value: Any) -> Any:
    """As JSON has it: amounts and rates as text, so that they stay what they are."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items() if inner is not None}
    return [plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def _faults(kind: CertificateKind, contract: Contract, as_of_on: date | None, today: date, locale: str) -> list[Fault]:
    faults = []
    if as_of_on is not None and kind == CertificateKind.SETTLEMENT_QUOTE:
        faults.append(Fault(("asOfOn",), "certificate.quote_day", "A quote has a day of its own."))
    if as_of_on is not None and as_of_on > today:
        faults.append(Fault(("asOfOn",), "certificate.future", "Nothing can be certified of a day to come."))
    if (as_of_on or today) < contract.starts_on:
        faults.append(Fault(("asOfOn",), "certificate.before_start", "The contract had not begun on that day."))
    if locale not in LOCALES:
        faults.append(
            Fault(("locale",), "certificate.locale", Sentence("Papers are printed in: {languages}.", languages=", ".join(LOCALES)))
        )
    return faults


async def schedule_on(contract: Contract, day: date) -> tuple[AmortizationSchedule, list[AmortizationLine]]:
    """The table that held on a day. Raises `Conflict`."""
    held = in_force(await AmortizationSchedule.filter(tenant_id=contract.tenant_id, contract_id=contract.id), day)
    own = {"tenant_id": contract.tenant_id, "account_id": contract.account_id, "schedule_id": held.id if held else None}
    lines = await AmortizationLine.filter(**own).order_by("number")
    if held is None or not lines:
        raise Conflict("No amortization schedule held on that day.", rule="certificate.no_schedule")
    return held, lines


def refuse_too_long(lines: int) -> None:
    """Refuse a table that no paper can hold, when it is asked for: printed later, it could only fail. Raises `Conflict`."""
    if lines > MOST_SCHEDULE_LINES:
        message = f"The amortization schedule has {lines} lines, and a certificate holds at most {MOST_SCHEDULE_LINES}."
        raise Conflict(message, rule="certificate.too_long")


async def _schedule(contract: Contract, day: date, letter: Letter) -> Said:
    schedule, lines = await schedule_on(contract, day)
    refuse_too_long(len(lines))
    rows = [{name: getattr(line, name) for name in LINE} for line in lines]
    financed = contract.financed_amount
    facts = {"status": schedule.status.value, "revision": schedule.revision, "financed_amount": financed, "lines": rows}
    return Said(total(line.payment_amount for line in lines), facts)


async def _balance(contract: Contract, day: date, letter: Letter) -> Said:
    if contract.kind in CREDIT_LINES:
        return await _drawn(contract, day)
    position = await _sure_position(contract, day, letter.today)
    if position.table is None:
        raise Conflict("No amortization schedule held on that day.", rule="certificate.no_schedule")
    balance = _balance_of(position)
    made_of = {
        "PLANNED_PRINCIPAL": balance.principal,
        "ACCRUED_INTEREST": balance.accrued_interest,
        "UNPAID": balance.unpaid,
        "UNALLOCATED": -balance.unallocated,
    }
    items = [{"name": name, "amount": amount} for name, amount in made_of.items() if amount or name == "PLANNED_PRINCIPAL"]
    facts = {"items": items, "total_amount": balance.actual}
    return Said(balance.actual, facts | {"planned_amount": balance.contractual if balance.contractual != balance.actual else None})


async def _sure_position(contract: Contract, day: date, today: date) -> Position:
    """How the contract stood. Raises `Conflict` where the house's data contradict one another: then nothing is certain."""
    position = await position_on(contract, day, today)
    for difference in position.differences:
        if difference.rule == "installment.broken_off":
            raise Conflict("The plan of this contract was broken off: the house tells its balance.", rule="certificate.broken_off")
        message = "The data of this contract contradict one another: the house has to look at them first."
        raise Conflict(message, rule=f"certificate.{difference.rule}")
    return position


def _balance_of(position: Position) -> Balance:
    try:
        return position.balance()
    except Unanswerable as error:
        raise Conflict("The amortization schedule of that day had not begun.", rule="certificate.no_schedule") from error


async def _drawn(contract: Contract, day: date) -> Said:
    """Of a credit line the house says what is drawn now: what moved it after the day is taken back."""
    if contract.drawn_amount is None:
        raise Conflict("The house has not said what is drawn on this credit line.", rule="certificate.no_balance")
    drawn = contract.drawn_amount - await moved_after(contract, day)
    return Said(drawn, {"items": [{"name": "PRINCIPAL", "amount": drawn}], "total_amount": drawn})


async def _situation(contract: Contract, day: date, letter: Letter) -> Said:
    ledger = await _sure_position(contract, day, letter.today)
    if not ledger.claims:
        raise Conflict("The house has handed over no installments of this contract.", rule="certificate.no_installments")
    overdue, following = ledger.overdue, next((claim for claim in ledger.ahead if claim.outstanding_amount > 0), None)
    overdue_amount = total(claim.overdue_amount for claim in overdue)
    facts = {
        "starts_on": contract.starts_on,
        "ends_on": contract.ends_on,
        "due_amount": total(claim.amount for claim in ledger.due),
        "paid_amount": total(claim.paid_amount for claim in ledger.due),
        "overdue_amount": overdue_amount,
        "overdue_count": len(overdue),
        "overdue": [_due(claim) for claim in overdue[:MOST_OVERDUE]],
        "next_due_on": following.due_on if following else None,
        "next_amount": following.outstanding_amount if following else None,
        "remaining_count": len(ledger.ahead),
    }
    return Said(overdue_amount, facts)


async def _credit(contract: Contract, day: date, letter: Letter) -> Said:
    amount = contract.financed_amount if contract.financed_amount is not None else contract.credit_limit_amount
    if amount is None:
        raise Conflict("The house has not said what it financed.", rule="certificate.no_amount")
    is_lease = contract.kind in LEASES
    # Of a lease no rate is published, and what a credit costs a year is told to consumers.
    is_consumers = not is_lease and letter.holder_kind == PartyKind.PERSON
    facts = {
        "amount": amount,
        "signed_on": contract.signed_on,
        "starts_on": contract.starts_on,
        "ends_on": contract.ends_on,
        "duration_months": contract.duration_months,
        "periodicity_months": contract.periodicity_months,
        "timing": contract.timing.value if contract.timing else None,
        "installment_amount": contract.rent_incl_vat_amount if is_lease else contract.installment_amount,
        "first_rent_amount": contract.first_rent_amount,
        "purchase_option_amount": contract.purchase_option_amount,
        "residual_value_amount": contract.residual_value_amount,
        "nominal_rate_percent": None if is_lease else contract.nominal_rate_percent,
        "apr_percent": contract.shown_apr_percent if is_consumers else None,
        "fees_amount": contract.fees_amount,
    }
    return Said(amount, facts)


async def _quote(contract: Contract, today: date, letter: Letter) -> Said:
    """The quote that the house stands by today: of a contract there is one at most."""
    own = {"tenant_id": contract.tenant_id, "account_id": contract.account_id, "contract_id": contract.id}
    known = await SettlementQuote.filter(**own, state__in=STOOD_BY).order_by("-requested_at", "-id")
    quote = next((quote for quote in known if state_on(quote, today) in STOOD_BY), None)
    if quote is None:
        raise Conflict("The house stands by no settlement quote of this contract: ask for one.", rule="certificate.no_quote")
    made_of = {
        "PRINCIPAL": quote.principal_amount,
        "ACCRUED_INTEREST": quote.accrued_interest_amount,
        "ARREARS": quote.arrears_amount,
        "COMPENSATION": quote.compensation_amount,
        "FEES": quote.fees_amount,
        "VAT": quote.vat_amount,
        "UNALLOCATED": -quote.unallocated_amount if quote.unallocated_amount else None,
    }
    items = [{"name": name, "amount": amount} for name, amount in made_of.items() if amount]
    facts = {
        "is_binding": True,
        "is_partial": quote.scope == RepaymentScope.PARTIAL,
        "quote_number": quote.number,
        "items": items,
        "total_amount": quote.total_amount,
        "per_day_amount": quote.per_day_amount or None,
        "valid_until_on": quote.valid_until_on,
    }
    return Said(quote.total_amount or NOTHING, facts, quote.repay_on)


def _due(claim: Claim) -> dict[str, Any]:
    return {"number": claim.number, "due_on": claim.due_on, "amount": claim.amount, "outstanding_amount": claim.overdue_amount}


SAYING: dict[CertificateKind, Callable[[Contract, date, Letter], Awaitable[Said]]] = {
    CertificateKind.SCHEDULE: _schedule,
    CertificateKind.CERTIFICATE_BALANCE: _balance,
    CertificateKind.CERTIFICATE_SITUATION: _situation,
    CertificateKind.CERTIFICATE_CREDIT: _credit,
    CertificateKind.SETTLEMENT_QUOTE: _quote,
}
