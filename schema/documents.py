"""The papers of an account and its contracts."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from engine import answered_by, answered_once_by
from models.documents import DocumentKind
from resolvers import documents as resolve
from schema.connections import Connection
from schema.enums import shown
from schema.freshness import Kept
from schema.node import Node
from schema.ownership import MaybeOfContract
from schema.scalars import URL, Locale
from schema.schedules import AmortizationSchedule

if TYPE_CHECKING:
    from schema.invoices import Invoice

shown(DocumentKind, "What a document is.")
shown(resolve.Disposition, "What a browser does with a file.")
shown(resolve.DocumentOrderField, "What documents are sorted by.")


@strawberry.type(description="The bytes of a document, and where to fetch them.")
class DocumentFile:
    url: URL = strawberry.field(description="Where to fetch them with GET, for five minutes and as long as your session lives.")
    expires_at: datetime = strawberry.field(description="When the address stops working. Ask again for another.")
    content_type: str = strawberry.field(description='What they are, such as "application/pdf".')
    byte_size: int = strawberry.field(description="How many they are.")
    sha256: str = strawberry.field(name="sha256", description="Their SHA-256, in lower-case hexadecimal digits.")
    name: str = strawberry.field(description="What to call the file on disk: kind, number and date.")


@strawberry.interface(description="One paper, whatever it is about.")
class Document(Node, MaybeOfContract, Kept):
    kind: DocumentKind = strawberry.field(description="What it is.")
    number: str | None = strawberry.field(description="The number printed on it.")
    title: str = strawberry.field(description="What it is called.")
    document_on: date = strawberry.field(description="The day it is dated.")
    published_at: datetime = strawberry.field(description="When it appeared in the portal.")
    batch_number: str | None = strawberry.field(description="The batch it was made in.")
    language: Locale | None = strawberry.field(description="The language it is written in.")
    is_portal_only: bool = strawberry.field(description="Whether it is in the portal only, and is not sent by post or e-mail.")
    valid_until_on: date | None = strawberry.field(description="The last day it holds; null for no end.")
    supersedes: Annotated["Document", strawberry.lazy("schema.documents")] | None = answered_by(
        resolve.supersedes, "The document whose place it takes."
    )
    file: DocumentFile | None = answered_by(resolve.file, "Its bytes.")


@strawberry.type(description="An invoice or a credit note: on paper, or as data.")
class InvoiceDocument(Document):
    invoice: Annotated["Invoice", strawberry.lazy("schema.invoices")] | None = answered_by(resolve.invoice, "What it bills, by lines.")


@strawberry.type(description="A plan of payments.")
class ScheduleDocument(Document):
    amortization_schedule: AmortizationSchedule | None = answered_by(
        resolve.amortization_schedule, "The newest plan of the contract with the same status, by lines."
    )


@strawberry.type(description="Any other paper.")
class GeneralDocument(Document):
    pass


DOCUMENTS = [InvoiceDocument, ScheduleDocument, GeneralDocument]


@strawberry.type
class DocumentQuery:
    document: Document | None = answered_once_by(resolve.document, "One document, however old; null when you reach none by this id.")
    documents: Connection[Document] = answered_once_by(
        resolve.documents, "The documents that you reach, of all accounts: without a filter of days, those of the portal's window."
    )
