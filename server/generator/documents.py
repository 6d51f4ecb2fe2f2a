"""The papers of a customer: contracts, tables, mandates, letters, each with a page of its own."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from server.generator.contracts import Account, Contract
from server.generator.desk import Desk
from server.generator.papers import page

PER_FOLDER = 1_000
PUBLISHED_AT = time(6, 30, tzinfo=UTC)
TITLES = {
    "PRELIMINARY_OFFER": "Offer",
    "SIGNED_CONTRACT": "Signed contract",
    "GENERAL_CONDITIONS": "General conditions",
    "WELCOME_LETTER": "Welcome",
    "PROVISIONAL_AMORTIZATION_TABLE": "Provisional amortization table",
    "FINAL_AMORTIZATION_TABLE": "Amortization table",
    "SEPA_MANDATE": "Direct debit mandate",
    "DELIVERY_CERTIFICATE": "Certificate of delivery",
    "INSURANCE_CERTIFICATE": "Certificate of insurance",
    "REMINDER": "Reminder",
    "FORMAL_NOTICE": "Formal notice",
    "CLOSURE_CONFIRMATION": "Confirmation of closure",
    "CERTIFICATE_BALANCE": "Certificate of balance",
}


@dataclass(frozen=True)
class Paper:
    """A document to be written. `replaces` is the external id of an older one."""

    kind: str
    title: str
    document_on: date
    lines: tuple[str, ...] = ()
    number: str | None = None
    replaces: str | None = None
    is_portal_only: bool = False


def write_paper(desk: Desk, account: Account, contract: Contract | None, paper: Paper) -> str:
    """Writes the page and its row, and says how the document is called."""
    count = desk.count("document")
    path = f"papers/{count // PER_FOLDER:04d}/{count:07d}.pdf"
    head = (
        f"{desk.house.legal_name}, {account.door.brand}",
        f"Customer number {account.number}, {account.holder.name}",
        *((f"Contract {contract.number}",) if contract else ()),
        f"{paper.document_on:%Y-%m-%d}",
        "",
    )
    content = page(paper.title, (*head, *paper.lines))
    desk.out.row(
        "documents",
        external_id=f"D{count:07d}",
        account=account.id,
        contract=contract.id if contract else None,
        kind=paper.kind,
        number=paper.number,
        title=paper.title,
        document_on=paper.document_on,
        published_at=datetime.combine(paper.document_on, PUBLISHED_AT),
        batch_number=f"B{paper.document_on:%Y%m}",
        content_type="application/pdf",
        file=path,
        sha256=desk.out.paper(path, content),
        language=account.language,
        is_portal_only=paper.is_portal_only,
        supersedes=paper.replaces,
    )
    return f"D{count:07d}"


def write_papers(desk: Desk, contract: Contract) -> None:
    """What a contract comes with in paper, as far as it has come."""
    signed_on = min(contract.starts_on, desk.today) - timedelta(days=1)
    provisional = None
    for kind in kinds(contract):
        document_on = contract.starts_on if kind in ("WELCOME_LETTER", "FINAL_AMORTIZATION_TABLE") else signed_on
        paper = Paper(kind, f"{TITLES[kind]} {contract.number}", document_on, table(desk, contract) if "TABLE" in kind else ())
        if kind == "FINAL_AMORTIZATION_TABLE" and provisional:
            paper = Paper(kind, paper.title, document_on, paper.lines, replaces=provisional)
        written = write_paper(desk, contract.account, contract, paper)
        provisional = written if kind == "PROVISIONAL_AMORTIZATION_TABLE" else provisional
    if contract.late:
        write_warnings(desk, contract)


def kinds(contract: Contract) -> list[str]:
    has_table = bool(contract.lines)
    if contract.is_ahead:
        return ["PRELIMINARY_OFFER"] + (["PROVISIONAL_AMORTIZATION_TABLE"] if has_table else [])
    found = ["SIGNED_CONTRACT", "GENERAL_CONDITIONS"] + (
        ["PROVISIONAL_AMORTIZATION_TABLE", "FINAL_AMORTIZATION_TABLE"] if has_table else []
    )
    found += ["SEPA_MANDATE"] if contract.account.is_debited and contract.account.door.preset != "kredinor" else []
    found += ["DELIVERY_CERTIFICATE"] if contract.assets else []
    found += ["INSURANCE_CERTIFICATE"] if contract.kind == "INSURANCE" else []
    found += ["CLOSURE_CONFIRMATION"] if contract.state in ("CLOSED", "EARLY_SETTLED", "BOUGHT_OUT", "TERMINATED") else []
    return [*found, "WELCOME_LETTER"]


def table(desk: Desk, contract: Contract) -> tuple[str, ...]:
    """The first lines of the table: a page holds no more."""
    rows = (f"{line.number:3d}   {line.due_on}   {line.payment}   {line.closing}" for line in contract.lines[:24])
    return (f"Number, due, payment, balance, in {desk.house.currency}", *rows)


def write_warnings(desk: Desk, contract: Contract) -> None:
    """A reminder after two weeks, a formal notice after six."""
    oldest = contract.late[0]
    words = (f"Installment {oldest.number} of {oldest.due_on} is not paid in full: {oldest.incl_vat - oldest.paid} {desk.house.currency}.",)
    for kind, days in (("REMINDER", 14), ("FORMAL_NOTICE", 42)):
        day = oldest.due_on + timedelta(days=days)
        if day <= desk.today:
            write_paper(desk, contract.account, contract, Paper(kind, f"{TITLES[kind]} {contract.number}", day, words))
