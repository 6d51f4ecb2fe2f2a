"""Checking a paper: what its code tells to anybody, before there is a scope."""

from dataclasses import dataclass
from datetime import date, datetime

from models.certificates import CertificateKind, read_code
from models.money import Money
from tenants.database import Database

FIND = "select * from verify_certificate($1, $2)"
MASK = "…"


@dataclass(frozen=True)
class Verified:
    """What the house issued under a code. `is_same_file` is unknown where no hash was given."""

    kind: CertificateKind
    issuer: str
    brand: str
    contract_number_ending: str
    as_of_on: date
    issued_at: datetime
    main: Money
    is_same_file: bool | None

    typename = "VerifiedCertificate"


async def verified(database: Database, code: str, file_sha256: str | None) -> Verified | None:
    """The paper with this code, however it was spelled; `None` when there is none. Every code is looked for alike."""
    rows = await database.fetch(FIND, read_code(code), file_sha256.lower() if file_sha256 is not None else None)
    if not rows:
        return None
    [row] = rows
    return Verified(
        CertificateKind(row["kind"]),
        row["issuer"],
        row["brand"],
        MASK + row["contract_number"],
        row["as_of_on"],
        row["requested_at"],
        Money(row["main_amount"], row["currency"]),
        row["is_same_file"],
    )
