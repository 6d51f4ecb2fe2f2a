"""Papers that the house certifies: asking for them, finding them, and checking one."""

import re
from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry

from models import Certificate, CertificateKind, Contract, Document
from models.base import BadInput
from models.certified import certified
from resolvers.connections import After, Before, First, Last
from resolvers.context import Info
from resolvers.mutations import KEY_DESCRIPTION, Outcome, correctable, done_before, writing
from resolvers.reading import reads
from tenants import Action, Page, PageArgs
from tenants.certificates import Verified
from tenants.certificates import verified as verify
from tenants.writing import WritingGate

NEWEST_FIRST = ("-requested_at", "-id")
JOB = "certificate.print"
SHA256 = re.compile(r"[0-9a-fA-F]{64}", re.ASCII)
LONGEST_CODE = 100


@strawberry.input(description="Which certificate to have printed.")
class CertificateCreateInput:
    contract: strawberry.ID = strawberry.field(description="The contract that it is about.")
    kind: CertificateKind = strawberry.field(description="Which paper. Of settlement quotes, the one that the house stands by.")
    as_of_on: date | None = strawberry.field(
        default=None,
        description="The day that it certifies: from the contract's first day to today, where the portal is. Unless told: today. "
        "A settlement quote has a day of its own.",
    )
    locale: str | None = strawberry.field(
        default=None, description='In which language: "fr", "nl", "en", "de" or "nb". Unless told: that of your session.'
    )
    idempotency_key: str = strawberry.field(description=KEY_DESCRIPTION)


async def certificate(info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Of a certificate.")]) -> Certificate | None:
    """One certificate in reach."""
    return await info.context.gate.one(Certificate, id, reads(info))


async def certificates(
    contracts: list[Contract],
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> list[Page]:
    """What has been certified of each, the newest first."""
    return await info.context.gate.child_pages(Certificate, contracts, "contract_id", NEWEST_FIRST, PageArgs(first, after, last, before))


async def document(certificates: list[Certificate], info: Info) -> list[Document | None]:
    """The paper itself, of each that is printed."""
    return await info.context.gate.parents(Document, of=certificates, by="document_id")


@correctable
async def certificate_create(
    info: Info, input: Annotated[CertificateCreateInput, strawberry.argument(description="Which certificate.")]
) -> Outcome:
    """The certificate, and the job that prints it. One that says the same is given again."""
    async with writing(info) as gate:
        known = await done_before(gate, "certificateCreate", input)
        if known is None:
            certificate_id = await _asked(gate, input)
            await gate.remember(input.idempotency_key, {"certificate": certificate_id.hex})
        else:
            certificate_id = UUID(known["certificate"])
    found = await info.context.gate.by_ids(Certificate, [certificate_id])
    return Outcome(certificate=found.get(certificate_id))


async def _asked(gate: WritingGate, input: CertificateCreateInput) -> UUID:
    scope = gate.scope
    contract = await gate.parent(Contract, input.contract, to=Action.CERTIFY)
    locale = (input.locale or scope.locale).partition("-")[0].lower()
    paper = await certified(input.kind, contract, as_of_on=input.as_of_on, today=scope.today, at=scope.now, locale=locale)
    by = {"staff_id" if scope.is_staff else "user_id": scope.user_id}
    made = await Certificate.ask(paper, on=scope.today, at=scope.now, **by)
    gate.cover(made)
    await gate.note("certificate.create", made, {"kind": made.kind, "as_of_on": made.as_of_on.isoformat(), "locale": made.locale})
    if made.is_missing:
        await gate.enqueue(JOB, [made.id])
    return made.id


async def verify_certificate(
    info: Info,
    code: Annotated[str, strawberry.argument(description="The code on the paper: case, blanks and dashes make no difference.")],
    sha256: Annotated[
        str | None, strawberry.argument(name="sha256", description="The SHA-256 of the file, in 64 hexadecimal digits, to compare it.")
    ] = None,
) -> Verified | None:
    """What was issued under this code."""
    if sha256 is not None and SHA256.fullmatch(sha256) is None:
        raise BadInput("A SHA-256 is 64 hexadecimal digits.", rule="certificate.sha256")
    return await verify(info.context.tenancy.database, code if len(code) <= LONGEST_CODE else "", sha256)
