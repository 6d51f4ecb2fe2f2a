"""Money that came, that came back, and that will be collected."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from server.generator import identifiers
from server.generator.contracts import Account, Contract, installment_id
from server.generator.desk import Desk
from server.generator.dues import Due, working_day
from server.generator.plans import NOTHING

PRENOTICE_DAYS = 14
# ISO 20022 codes of returned debits, most often for want of money.
RETURNS = (("AM04", "Insufficient funds"), ("AM04", "Insufficient funds"), ("MD01", "No mandate"), ("MS03", "Not specified"))


def collect(desk: Desk, contract: Contract) -> None:
    """The payments of a contract, past and on their way, and the next collection."""
    dues = [due for due in contract.dues if due.due_on >= desk.history_from and due.state != "CANCELLED" and due.asked]
    for _, together in groupby((due for due in dues if due.paid_on), key=lambda due: due.paid_on):
        receive(desk, contract, list(together))
    for due in dues:
        if due.is_returned:
            return_debit(desk, contract, due)
    ahead = next((due for due in dues if due.due_on > desk.today), None)
    if ahead and contract.account.is_debited:
        announce(desk, contract, ahead)
    if contract.settled_on and contract.state == "EARLY_SETTLED":
        settle_early(desk, contract)


def receive(desk: Desk, contract: Contract, dues: list[Due]) -> None:
    """One payment for these claims. While it is under way it pays nothing yet."""
    value_on = dues[0].paid_on or desk.today
    is_settled = value_on <= desk.today
    amount = sum((due.received if is_settled else due.asked for due in dues), NOTHING)
    is_partial = any(due.state == "PARTIALLY_PAID" for due in dues)
    is_debited = contract.account.is_debited and not is_partial
    payment = write_payment(
        desk,
        contract.account,
        contract,
        method=method(desk, contract.account) if is_debited else "TRANSFER",
        amount=amount,
        expected_amount=sum((due.asked for due in dues), NOTHING) if is_partial else None,
        value_on=value_on,
        state="SETTLED" if is_settled else "PENDING",
    )
    if is_settled:
        allocate(desk, contract, payment, dues)
        if is_debited:
            contract.account.collected_on = max(value_on, contract.account.collected_on or value_on)
    if is_debited:
        collection_on = working_day(dues[0].due_on)
        more = {"settled_on": value_on, "state": "SETTLED"} if is_settled else {"state": "SUBMITTED"}
        write_debit(desk, contract, payment, collection_on, amount, submitted_on=collection_on - timedelta(days=1), **more)


def allocate(desk: Desk, contract: Contract, payment: str, dues: Iterable[Due]) -> None:
    """What the payment pays: the invoice where there is one, else the installment."""
    for number, due in enumerate(dues, 1):
        target: dict[str, object] = {"invoice": due.invoice} if due.invoice else {"installment": installment_id(contract, due)}
        desk.out.row("payment_allocations", payment=payment, number=number, amount=due.received, **target)


def return_debit(desk: Desk, contract: Contract, due: Due) -> None:
    """A debit that came back: the payment with it, and the claim is open again."""
    code, words = desk.rng.choice(RETURNS)
    collected_on = working_day(due.due_on)
    back_on = working_day(collected_on + timedelta(days=3))
    how = method(desk, contract.account)
    payment = write_payment(
        desk, contract.account, contract, method=how, amount=due.asked, value_on=collected_on, state="RETURNED", return_reason=words
    )
    write_debit(
        desk, contract, payment, collected_on, due.asked, submitted_on=collected_on - timedelta(days=1), settled_on=collected_on,
        returned_on=back_on, state="RETURNED", return_reason_code=code, return_reason=words,
    )  # fmt: skip


def announce(desk: Desk, contract: Contract, due: Due) -> None:
    """The next collection, told the customer two weeks ahead."""
    collection_on = working_day(due.due_on)
    told_on = collection_on - timedelta(days=PRENOTICE_DAYS)
    is_told = told_on <= desk.today
    state = "PRENOTIFIED" if is_told else "SCHEDULED"
    write_debit(desk, contract, None, collection_on, due.asked, prenotified_on=told_on if is_told else None, state=state)


def settle_early(desk: Desk, contract: Contract) -> None:
    """What was left of the capital, paid at once, and sometimes a little too much."""
    left = next((line.opening for line, due in zip(contract.lines, contract.dues, strict=True) if due.state == "CANCELLED"), NOTHING)
    if not left or contract.settled_on is None:
        return
    write_payment(desk, contract.account, contract, method="TRANSFER", amount=left, value_on=contract.settled_on, state="SETTLED")
    if desk.rng.random() < 0.4:
        back_on = contract.settled_on + timedelta(days=10)
        over = Decimal(desk.rng.randrange(100, 9_000)) / 100
        write_payment(
            desk,
            contract.account,
            contract,
            direction="OUTGOING",
            method="TRANSFER",
            amount=over,
            value_on=min(back_on, desk.today),
            state="SETTLED",
        )


def method(desk: Desk, account: Account) -> str:
    return "AVTALEGIRO" if account.door.preset == "kredinor" else "DIRECT_DEBIT"


def write_payment(
    desk: Desk,
    account: Account,
    contract: Contract | None,
    *,
    amount: Decimal,
    value_on: date,
    state: str,
    direction: str = "INCOMING",
    **more: object,
) -> str:
    """Writes a payment with its reference, and says how it is called."""
    count = desk.count("payment")
    desk.out.row(
        "payments",
        external_id=f"Y{count:08d}",
        account=account.id,
        contract=contract.id if contract else None,
        direction=direction,
        currency=desk.house.currency,
        amount=amount,
        value_on=value_on,
        reference=reference(desk, count),
        provider="Bank of the demo",
        state=state,
        **more,
    )
    return f"Y{count:08d}"


def reference(desk: Desk, count: int) -> str:
    """What the payer quotes, as the country has it."""
    makers = {"BE": identifiers.structured_communication, "NO": identifiers.kid, "FR": identifiers.french_reference}
    return makers[desk.house.country](count)


def write_debit(desk: Desk, contract: Contract, payment: str | None, collection_on: date, amount: Decimal, **more: object) -> None:
    desk.out.row(
        "direct_debits",
        external_id=f"DD{desk.count('debit'):08d}",
        mandate=contract.account.mandate,
        contract=contract.id,
        payment=payment,
        collection_on=collection_on,
        currency=desk.house.currency,
        amount=amount,
        **{"prenotified_on": collection_on - timedelta(days=PRENOTICE_DAYS), **more},
    )
