"""Papers that the house certifies: asked for, printed by a job, and checked by whoever is shown one.

What a paper says is frozen when it is asked for, with its code: printed today or after a repeated failure, it has the same bytes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from secrets import choice
from typing import Any, Self
from uuid import UUID

import orjson

from models import columns
from models.base import InAccount
from models.contracts import Contract
from models.money import money
from models.words import Described

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 and O, no 1, I and L, and no U, which is taken for V
CODE_LETTERS = 20  # 98 bits
GROUP = 4
BETWEEN = re.compile(r"[\s._\-\u00ad\u200b\u2010-\u2015\u2212]+")


class CertificateKind(Described):
    """Which paper a certificate is: its document has the kind of the same name."""

    SCHEDULE = "SCHEDULE", "How the contract is planned to be paid back, payment by payment."
    CERTIFICATE_BALANCE = "CERTIFICATE_BALANCE", "What is owed under the contract."
    CERTIFICATE_SITUATION = "CERTIFICATE_SITUATION", "How the contract stands: what was paid, what is overdue, what comes next."
    CERTIFICATE_CREDIT = "CERTIFICATE_CREDIT", "That the financing was granted, and on which terms."
    SETTLEMENT_QUOTE = "SETTLEMENT_QUOTE", "What paying off early costs."


class CertificateState(Described):
    """Whether a paper can be had."""

    QUEUED = "QUEUED", "Is about to be printed."
    READY = "READY", "Printed: its document is there."
    FAILED = "FAILED", "Could not be printed. It is tried again by itself, and when it is asked for again."


@dataclass(frozen=True)
class Certified:
    """What a paper is to say: the facts as it prints them, and the one amount that whoever checks it is told.

    `facts` are those of `channels.papers` for this kind, as JSON, without the code and the instant of issue.
    """

    kind: CertificateKind
    contract: Contract
    as_of_on: date
    locale: str
    issuer: str
    brand: str
    main_amount: Decimal
    facts: Mapping[str, Any]

    @property
    def sha256(self) -> bytes:
        """Equal for papers that say the same."""
        return sha256(orjson.dumps(self.facts, option=orjson.OPT_SORT_KEYS)).digest()


class Certificate(InAccount):
    """One paper about one contract. Its code is kept without the dashes that it is printed with."""

    PREFIX = "cer"
    TYPENAME = "Certificate"
    IS_NODE = True
    UNREAD = ("facts", "facts_sha256")

    contract_id = columns.key()
    kind = columns.one_of(CertificateKind)
    as_of_on = columns.day()
    document_on = columns.day()
    locale = columns.text()
    state = columns.one_of(CertificateState)
    code = columns.text()
    issuer = columns.text()
    brand = columns.text()
    contract_number = columns.text()
    currency = columns.text()
    main_amount = columns.amount()
    facts = columns.document()
    facts_sha256 = columns.octets()
    document_id = columns.maybe_key()
    user_id = columns.maybe_key()
    staff_id = columns.maybe_key()
    requested_at = columns.instant()
    printed_at = columns.maybe_instant()

    class Meta:
        table = "certificate"

    main = money("main_amount")

    @property
    def spelled_code(self) -> str:
        """The code as people read it: in groups."""
        return spelled(self.code)

    @classmethod
    async def ask(cls, paper: Certified, *, on: date, at: datetime, user_id: UUID | None = None, staff_id: UUID | None = None) -> Self:
        """The certificate that says this: the one that there is already, else a new one that waits to be printed.

        Of two who ask at the same time one makes it, and both get it. Whether it is to be printed, `is_missing` says.
        """
        asked = cls(
            tenant_id=paper.contract.tenant_id,
            account_id=paper.contract.account_id,
            contract_id=paper.contract.id,
            kind=paper.kind,
            as_of_on=paper.as_of_on,
            document_on=on,
            locale=paper.locale,
            state=CertificateState.QUEUED,
            code=new_code(),
            issuer=paper.issuer,
            brand=paper.brand,
            contract_number=paper.contract.shown_number,
            currency=paper.contract.currency,
            main_amount=paper.main_amount,
            facts=dict(paper.facts),
            facts_sha256=paper.sha256,
            user_id=user_id,
            staff_id=staff_id,
            requested_at=at,
        )
        await cls.bulk_create([asked], ignore_conflicts=True)
        key = ("tenant_id", "contract_id", "kind", "as_of_on", "locale", "facts_sha256")
        return await cls.get(**{name: getattr(asked, name) for name in key})

    @property
    def is_missing(self) -> bool:
        """Whether a job has to print it. One that was left before does no harm: it finds nothing to do."""
        return self.state != CertificateState.READY


def new_code() -> str:
    """A code that nobody guesses: 98 random bits."""
    return "".join(choice(ALPHABET) for _ in range(CODE_LETTERS))


def spelled(code: str) -> str:
    """In groups of four: K7QF-2M9X-PB4T-HJ6W-ZC3D."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def read_code(given: str) -> str:
    """A code as it is kept, however it was typed: small letters, blanks, dashes of any length. What is none matches none."""
    return BETWEEN.sub("", given).upper()
