"""Customers, one after the other: who they are, who signs in for them, and everything under their number."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from server.generator import identifiers
from server.generator.cases import claim
from server.generator.contracts import Account, Contract, write
from server.generator.credit_lines import card_number, credit_line
from server.generator.desk import Desk
from server.generator.documents import write_papers
from server.generator.houses import Door
from server.generator.invoices import bill
from server.generator.leases import lease
from server.generator.loans import cover, loan
from server.generator.parties import Party, customer_party, drawn_party, person
from server.generator.payments import collect
from server.generator.people import CUSTOMERS, PEOPLE, Customer, Person, Right
from server.generator.plans import months_after

MAKERS = {
    "FINANCE_LEASE": lease,
    "HIRE_PURCHASE": lease,
    "RENTAL": lease,
    "LOAN": loan,
    "CONSOLIDATION": loan,
    "CREDIT_FACILITY": credit_line,
    "REVOLVING_CREDIT": credit_line,
    "INSURANCE": cover,
}
MOST_CONTRACTS = 4  # of a customer who is not in the demo
# The first customer number of those; demo people have lower ones.
FIRST_NUMBER = 300_000_000
SCHEMES = {"BE": "B2B", "FR": "CORE", "NO": "AVTALEGIRO"}
DELIVERIES = ("PORTAL_ONLY", "EMAIL_AND_PORTAL", "EMAIL_AND_PORTAL")


def write_demo(desk: Desk) -> int:
    """The customers and people of the demo. Says how many contracts that were."""
    holders: dict[str, Party] = {}
    accounts: dict[str, Account] = {}
    for customer in CUSTOMERS[desk.house.key]:
        desk.begin(customer.number)
        if customer.holder not in holders:
            holders[customer.holder] = customer_party(desk, customer)
        accounts[customer.number] = write_customer(desk, customer, holders[customer.holder])
    for demo_person in PEOPLE[desk.house.key]:
        write_demo_person(desk, demo_person, holders, accounts)
    return sum(len(customer.kinds) for customer in CUSTOMERS[desk.house.key])


def write_customer(desk: Desk, customer: Customer, holder: Party) -> Account:
    account = opened(desk, holder, desk.house.door(customer.portal), customer.number, is_debited=True)
    for shown, kind in enumerate(customer.kinds):
        write_engagement(desk, account, kind, shown)
    write_account(desk, account)
    return account


def write_drawn(desk: Desk, most: int) -> int:
    """One more customer, with at most so many contracts. Says how many those were."""
    count = desk.count("customer")
    desk.begin(f"customer {count}")
    door = desk.rng.choice(desk.house.portals)
    holder = drawn_party(desk)
    account = opened(desk, holder, door, str(FIRST_NUMBER + count), is_debited=desk.rng.random() < 0.8)
    contracts = min(most, desk.rng.choice((1, 1, 1, 2, 2, 3, MOST_CONTRACTS)))
    kinds = desk.rng.choices([kind for kind, _ in door.mix], [weight for _, weight in door.mix], k=contracts)
    for kind in kinds:
        write_engagement(desk, account, kind, None)
    write_account(desk, account)
    write_drawn_people(desk, account, count)
    return contracts


def opened(desk: Desk, holder: Party, door: Door, number: str, *, is_debited: bool) -> Account:
    count = desk.count("account")
    return Account(f"A{count:07d}", number, holder, door, f"M{count:07d}", is_debited, desk.language())


def write_engagement(desk: Desk, account: Account, kind: str, shown: int | None) -> None:
    """One contract, or one claim in collection, with all that hangs on it."""
    if kind == "CASE":
        claim(desk, account, shown)
        return
    contract = MAKERS[kind](desk, account, kind, shown)
    account.contracts.append(contract)
    if desk.house.is_invoicing:
        bill(desk, contract)
    write(desk, contract)
    write_papers(desk, contract)
    collect(desk, contract)
    forget(contract)


def forget(contract: Contract) -> None:
    """What is written is not needed again; a customer number can have many lines."""
    contract.lines, contract.dues = [], []


def write_account(desk: Desk, account: Account) -> None:
    """The number itself and its mandate, once it is known when that was last used."""
    opened_on = min((contract.starts_on for contract in account.contracts), default=desk.today - timedelta(days=400))
    opened_on = min(opened_on, desk.today) - timedelta(days=desk.rng.randrange(15, 60))
    desk.out.row(
        "accounts",
        external_id=account.id,
        holder=account.holder.id,
        portal=account.door.key,
        number=account.number,
        status="ACTIVE",
        invoice_delivery="E_INVOICE_NETWORK" if desk.house.is_invoicing and desk.rng.random() < 0.2 else desk.rng.choice(DELIVERIES),
        opened_on=opened_on,
    )
    if account.is_debited or desk.rng.random() < 0.2:
        write_mandate(desk, account, opened_on)


def write_mandate(desk: Desk, account: Account, signed_on: date) -> None:
    country = desk.house.country
    unused = "PENDING_BANK" if country == "NO" else desk.rng.choice(("PENDING_SIGNATURE", "CANCELLED", "REPLACED"))
    desk.out.row(
        "mandates",
        external_id=account.mandate,
        account=account.id,
        bank_account=account.holder.bank_account,
        reference=f"{desk.house.key[:4].upper()}-{account.number}",
        scheme=SCHEMES[country] if account.holder.is_company or country != "BE" else "CORE",
        creditor_identifier=None if country == "NO" else identifiers.creditor_identifier(country, desk.house.creditor),
        signed_on=signed_on,
        signatory=account.holder.name,
        currency=desk.house.currency,
        max_amount=Decimal(5_000) if country == "NO" else None,
        debit_day=desk.rng.choice((1, 5, 10, 15)),
        state="ACTIVE" if account.is_debited else unused,
        last_collected_on=account.collected_on,
    )


def write_demo_person(desk: Desk, demo_person: Person, holders: dict[str, Party], accounts: dict[str, Account]) -> None:
    """Somebody of the demo, with every right that the table of people says."""
    desk.begin(demo_person.key)
    party = holders[demo_person.is_holder] if demo_person.is_holder else person(desk, demo_person.name)
    write_user(desk, demo_person.key, party.id, demo_person.name, demo_person.email, demo_person.locale, demo_person.identifiers)
    for right in demo_person.rights:
        account = accounts[right.customer]
        write_profile(desk, account, demo_person.key, right)
        write_capacity(desk, account, party, right)


def write_capacity(desk: Desk, account: Account, party: Party, right: Right) -> None:
    """Who is not the holder, and borrows with him or stands in for him, is named under the account."""
    if right.basis == "GUARANTOR" or (right.basis == "HOLDER" and party.id != account.holder.id):
        capacity = "GUARANTOR" if right.basis == "GUARANTOR" else "CO_BORROWER"
        contract = account.contracts[0].id
        desk.out.row(
            "account_parties",
            external_id=f"{account.id}-{party.id}",
            account=account.id,
            party=party.id,
            contract=contract,
            capacity=capacity,
        )


def write_user(
    desk: Desk, user: str, party: str, name: str, email: str, locale: str, identifiers_: tuple[tuple[str, str], ...], state: str = "ACTIVE"
) -> None:
    desk.out.row("users", external_id=user, party=party, display_name=name, email=email, locale=locale, state=state)
    for kind, value in identifiers_:
        desk.out.row("login_identities", user=user, kind=kind, value=value)


def write_profile(desk: Desk, account: Account, user: str, right: Right, state: str = "ACTIVE") -> None:
    until = months_after(desk.today, right.valid_months) if right.valid_months else None
    desk.out.row(
        "profiles",
        external_id=f"{user}@{account.id}",
        account=account.id,
        user=user,
        role=right.role,
        basis=right.basis,
        state=state,
        contracts=tuple(contract.id for contract in account.contracts[: right.contracts]) or None if right.contracts else None,
        document_kinds=right.document_kinds or None,
        documents_from_on=months_after(desk.today, -right.documents_months) if right.documents_months else None,
        valid_from_at=at_noon(months_after(desk.today, -1)) if until else None,
        valid_until_at=at_noon(until) if until else None,
    )


def at_noon(day: date) -> datetime:
    return datetime.combine(day, time(12, tzinfo=UTC))


def write_drawn_people(desk: Desk, account: Account, count: int) -> None:
    """Who signs in for a customer: the holder or somebody of the company, and now and then somebody who may only look."""
    holder = account.holder
    first = person(desk) if holder.is_company else holder
    write_user(
        desk,
        f"U{count:07d}",
        first.id,
        first.name,
        first.email,
        account.language,
        (identity(desk, account.door, first, count),),
        user_state(desk),
    )
    write_profile(desk, account, f"U{count:07d}", Right("", basis="LEGAL_REPRESENTATIVE" if holder.is_company else "HOLDER"))
    for place, right in enumerate(more_rights(desk, account), 1):
        other, user = person(desk), f"U{count:07d}-{place}"
        name = identity(desk, account.door, other, FIRST_NUMBER + 2 * count + place)
        write_user(desk, user, other.id, other.name, other.email, account.language, (name,))
        write_profile(desk, account, user, right, desk.rng.choice(("ACTIVE",) * 6 + ("INVITED", "SUSPENDED", "EXPIRED", "REVOKED")))
        if account.contracts:
            write_capacity(desk, account, other, right)


def user_state(desk: Desk) -> str:
    return "SUSPENDED" if desk.rng.random() < 0.01 else "ACTIVE"


def more_rights(desk: Desk, account: Account) -> Iterator[Right]:
    """For a company an accountant, sometimes for some papers only; for a person a co-borrower or a guarantor."""
    if account.holder.is_company and desk.rng.random() < 0.3:
        kinds = ("INVOICE", "CREDIT_NOTE") if desk.rng.random() < 0.4 else ()
        yield Right("", "VIEWER", "DELEGATED", document_kinds=kinds)
    elif not account.holder.is_company and account.contracts and desk.rng.random() < 0.15:
        yield Right("") if desk.rng.random() < 0.6 else Right("", "VIEWER", "GUARANTOR", 1)


def identity(desk: Desk, door: Door, party: Party, count: int) -> tuple[str, str]:
    """What somebody types at this portal."""
    values = {
        "LOGIN_ID": lambda: f"{FIRST_NUMBER + count:09d}",
        "EMAIL": lambda: party.email,
        "EXTERNAL": lambda: f"https://bankid.example|{party.id}",
        "CARD_NUMBER": lambda: card_number(desk, desk.count("card")),
    }
    return door.identity, values[door.identity]()
