"""Papers that the house certifies."""

from datetime import date, datetime

import strawberry

from engine import USUAL, answered_by, answered_once_by
from models.certificates import CertificateKind, CertificateState
from resolvers import certificates as resolve
from schema.documents import Document
from schema.enums import shown
from schema.errors import UserError
from schema.money import Money
from schema.node import Node
from schema.ownership import OfContract
from schema.scalars import Locale
from schema.work import LEDGER, PAPER

shown(CertificateKind, "Which paper a certificate is.")
shown(CertificateState, "Whether a paper can be had.")

MAIN = (
    "The amount that the paper is about: of a balance what is owed, of a situation what is overdue, of a credit what was granted, "
    "of a schedule the sum of its payments, of a settlement quote what is to be paid."
)


@strawberry.type(description="A paper that the house certifies. What it says was settled when it was asked for.")
class Certificate(Node, OfContract):
    kind: CertificateKind = strawberry.field(description="Which paper it is.")
    as_of_on: date = strawberry.field(description="The day that it certifies.")
    document_on: date = strawberry.field(description="The day it is dated.")
    locale: Locale = strawberry.field(description="The language it is written in.")
    state: CertificateState = strawberry.field(description="Whether the paper can be had.")
    spelled_code: str = strawberry.field(
        name="code", description="Printed on the paper: whoever has it can check the paper with `verifyCertificate`."
    )
    main: Money = strawberry.field(name="mainAmount", description=MAIN)
    requested_at: datetime = strawberry.field(description="When it was asked for: the instant of issue that the paper carries.")
    printed_at: datetime | None = strawberry.field(description="When it was printed.")
    document: Document | None = answered_by(
        resolve.document, "The paper itself, once it is printed; null also when your profile is limited to other kinds of documents."
    )


@strawberry.type(description="What the house issued under a code. Nothing is told of whom the paper is about.")
class VerifiedCertificate:
    kind: CertificateKind = strawberry.field(description="Which paper it is.")
    issuer: str = strawberry.field(description="The finance house, by its name in law.")
    brand: str = strawberry.field(description="Under which brand it was issued.")
    contract_number_ending: str = strawberry.field(description="The end of the contract's number: four characters, at most half of it.")
    as_of_on: date = strawberry.field(description="The day that it certifies.")
    issued_at: datetime = strawberry.field(description="When it was issued.")
    main: Money = strawberry.field(name="mainAmount", description=MAIN)
    is_same_file: bool | None = strawberry.field(
        description="Whether the file with the hash that you gave is the one that was issued; null when you gave none."
    )


@strawberry.type(description="What became of asking for a certificate.")
class CertificateCreatePayload:
    certificate: Certificate | None = strawberry.field(description="The certificate: it is printed within seconds, so ask again.")
    errors: list[UserError] = strawberry.field(description="Why there is none; empty when there is.", metadata={USUAL: 1})


@strawberry.type
class CertificateQuery:
    certificate: Certificate | None = answered_once_by(resolve.certificate, "One certificate; null when you reach none by this id.")
    verify_certificate: VerifiedCertificate | None = answered_once_by(
        resolve.verify_certificate, "Check a paper by its code. Null when no paper was issued under it. Anyone.", work=PAPER
    )


@strawberry.type
class CertificateMutation:
    certificate_create: CertificateCreatePayload = answered_once_by(
        resolve.certificate_create,
        "Have a certificate printed. The same one is given again while nothing that it says has changed. Needs the permission CERTIFY.",
        work=LEDGER,
    )
