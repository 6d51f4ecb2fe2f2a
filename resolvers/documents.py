"""Papers, and the way to their bytes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import strawberry

from models import Account, AmortizationSchedule, Contract, Document, DocumentKind, Invoice, ScheduleStatus
from models.words import Described
from resolvers.connections import OrderDirection
from resolvers.context import Info, Link
from resolvers.filters import Conditions, DateRange, beginning, equal, named, one_of, together, within
from resolvers.listings import Listing, Recent
from resolvers.reading import pointed_at, reads

STATUS_OF_TABLE = {
    DocumentKind.PROVISIONAL_AMORTIZATION_TABLE: ScheduleStatus.PROVISIONAL,
    DocumentKind.FINAL_AMORTIZATION_TABLE: ScheduleStatus.FINAL,
}


class Disposition(Described):
    """What a browser does with a file."""

    ATTACHMENT = "ATTACHMENT", "Saves it."
    INLINE = "INLINE", "Shows it, to read or print: PDF and pictures only, anything else is saved."


@dataclass(frozen=True, slots=True)
class File:
    """The bytes of a document, and an address to fetch them from."""

    url: str
    expires_at: datetime
    content_type: str
    byte_size: int
    sha256: str
    name: str

    @classmethod
    def of(cls, document: Document, link: Link) -> "File":
        return cls(link.url, link.expires_at, document.content_type, document.byte_size, document.sha256, document.file_name)


@strawberry.input(description="Which documents.")
class DocumentFilter:
    accounts: list[strawberry.ID] | None = strawberry.field(default=None, description="Of one of these accounts. At most 100.")
    contracts: list[strawberry.ID] | None = strawberry.field(default=None, description="About one of these contracts. At most 100.")
    kinds: list[DocumentKind] | None = strawberry.field(default=None, description="Of one of these kinds.")
    document_on: DateRange | None = strawberry.field(
        default=None,
        description="Dated between these days. Without it, the root list shows what is not older than `portal.documentWindowMonths`, and "
        "`{from: null}` takes all; a contract and an account show all of theirs.",
    )
    batch_number: str | None = strawberry.field(default=None, description="Of this batch, spelled exactly.")
    search: str | None = strawberry.field(
        default=None,
        description="Whose number begins like this: case, blanks, dots, dashes and slashes do not matter; an exact number comes first.",
    )


class DocumentOrderField(Described):
    """What documents are sorted by."""

    DOCUMENT_ON = "document_on", "The day they are dated."
    PUBLISHED_AT = "published_at", "When they appeared in the portal."
    TITLE = "sort_title", "The title, as dictionaries sort it: accents and case come second."


@strawberry.input(description="In which order documents come.")
class DocumentOrder:
    field: DocumentOrderField = strawberry.field(description="What they are sorted by.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Which end comes first.")


def _which(info: Info, filter: DocumentFilter | None) -> Conditions:
    if filter is None:
        return []
    return together(
        named("account_id", Account, filter.accounts),
        named("contract_id", Contract, filter.contracts),
        one_of("kind", filter.kinds),
        within("document_on", filter.document_on),
        equal("batch_number", filter.batch_number),
        beginning("search_number", filter.search),
    )


DOCUMENTS = Listing(
    Document,
    DocumentFilter,
    DocumentOrder,
    ("-document_on", "-id"),
    "the newest first",
    _which,
    ("search_number", "id"),
    is_long=True,
    recent=Recent("document_on", lambda rules: rules.document_window_months),
)

documents = DOCUMENTS.everywhere()


async def document(info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Of a document.")]) -> Document | None:
    """One document in reach, however old."""
    return await info.context.gate.one(Document, id, reads(info))


supersedes = pointed_at(Document, "supersedes_id")


async def file(
    documents: list[Document],
    info: Info,
    disposition: Annotated[Disposition, strawberry.argument(description="What a browser does with it.")] = Disposition.ATTACHMENT,
) -> list[File]:
    """A link for each, signed for the session that asks."""
    context = info.context
    return [File.of(document, context.links.document(context.scope, document, disposition.value)) for document in documents]


async def invoice(documents: list[Document], info: Info) -> list[Invoice | None]:
    """The bill that each shows: on paper, or as data."""
    gate, newest = info.context.gate, ("-issued_on", "-id")
    data = [document for document in documents if document.kind == DocumentKind.E_INVOICE_XML]
    papers = [document for document in documents if document.kind != DocumentKind.E_INVOICE_XML]
    found: dict[str, Invoice | None] = {}
    for those, column in ((papers, "document_id"), (data, "structured_document_id")):
        invoices = await gate.first_child(Invoice, those, column, newest) if those else []
        found |= {document.gid: invoice for document, invoice in zip(those, invoices, strict=True)}
    return [found[document.gid] for document in documents]


async def amortization_schedule(documents: list[Document], info: Info) -> list[AmortizationSchedule | None]:
    """The plan that each table shows, by lines: the newest of the contract with the same status."""
    keys = [document.contract_id if document.kind in STATUS_OF_TABLE else None for document in documents]
    plans = await info.context.gate.beside(AmortizationSchedule, keys, "contract_id", ("-revision",))
    return [
        next((plan for plan in of_contract if plan.status == STATUS_OF_TABLE.get(document.kind)), None)
        for document, of_contract in zip(documents, plans, strict=True)
    ]
