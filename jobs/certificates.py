"""Printing what was certified: the bytes first, then the document and the certificate's new state in one transaction.

Killed at any point and done again, it prints the same bytes and makes no second document. Bytes that no document names are swept later.
"""

import asyncio
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from threading import Lock
from typing import Any
from uuid import UUID

import orjson
import structlog
from asyncpg import Connection, Record
from uuid_utils.compat import uuid7

from channels.files import FileStore, Stored
from channels.papers import PAPERS, Paper, Press, titled
from jobs.transaction import scoped
from models.byte_locks import keeping_bytes
from models.certificates import spelled

ASKED = """select kind, state, code, requested_at, facts, account_id, contract_id, contract_number, document_on, locale
  from certificate where tenant_id = $1 and id = $2"""
STATE = "select state from certificate where tenant_id = $1 and id = $2 for no key update"
PRINTED = """insert into document (tenant_id, id, account_id, contract_id, kind, number, title, document_on, published_at, content_type,
    byte_size, sha256, storage_key, language, is_portal_only, valid_until_on, created_at, updated_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'application/pdf', $10, $11, $12, $13, true, $14, $9, $9)"""
READY = "update certificate set state = 'READY', document_id = $3, printed_at = $4 where tenant_id = $1 and id = $2"
FAILED = "update certificate set state = 'FAILED' where tenant_id = $1 and id = $2 and state = 'QUEUED'"
log = structlog.get_logger("bailiwick.worker")


class PrintingRoom:
    """The one press of this process, set up when it is first needed.

    It runs in a thread: typst lets go of the interpreter, so the loop goes on. One paper at a time, since two would need the memory of two.
    """

    def __init__(self) -> None:
        self.press: Press | None = None
        self.turn = Lock()

    async def printed(self, paper: Paper) -> bytes:
        return await asyncio.to_thread(self._in_turn, paper)

    def _in_turn(self, paper: Paper) -> bytes:
        with self.turn:
            self.press = self.press or Press()
            return self.press.printed(paper)


ROOM = PrintingRoom()


async def print_certificate(
    connection: "Connection[Record]", tenant_id: UUID, certificate_id: UUID, store: FileStore, at: datetime, room: PrintingRoom = ROOM
) -> None:
    """Print it, unless that is done. A failure shows in the certificate, and is raised, so that the job is tried again."""
    async with scoped(connection, tenant_id):
        asked = await connection.fetchrow(ASKED, tenant_id, certificate_id)
    if asked is None or asked["state"] == "READY":
        return
    try:
        paper = paper_of(asked)
        pdf = await room.printed(paper)
        digest = sha256(pdf).hexdigest()
        async with keeping_bytes(connection, tenant_id):
            stored = await store.put(tenant_id, BytesIO(pdf), digest)
            await store.settle(tenant_id)
            if not await _kept(connection, tenant_id, certificate_id, asked, paper, stored, digest, at):
                await store.delete(tenant_id, stored.storage_key)  # somebody else was faster, with the same bytes
    except Exception:
        async with scoped(connection, tenant_id):
            await connection.execute(FAILED, tenant_id, certificate_id)
        raise
    log.info("printed", certificate=str(certificate_id), kind=asked["kind"], bytes=len(pdf))


def paper_of(asked: Any) -> Paper:
    """The paper, from what was frozen when it was asked for. Raises `ValidationError` for facts that are not those of its kind."""
    facts = orjson.loads(asked["facts"])
    own = {"code": spelled(asked["code"]), "issued_at": asked["requested_at"]}
    return PAPERS[asked["kind"]].model_validate(facts | own)


async def _kept(
    connection: "Connection[Record]",
    tenant_id: UUID,
    certificate_id: UUID,
    asked: Any,
    paper: Paper,
    stored: Stored,
    digest: str,
    at: datetime,
) -> bool:
    """Whether it was this one that made the document."""
    document_id, valid_until_on = uuid7(), getattr(paper, "valid_until_on", None)
    async with scoped(connection, tenant_id):
        if await connection.fetchval(STATE, tenant_id, certificate_id) == "READY":
            return False
        await connection.execute(
            PRINTED, tenant_id, document_id, asked["account_id"], asked["contract_id"], asked["kind"], asked["contract_number"],
            titled(paper), asked["document_on"], at, stored.byte_size, digest, stored.storage_key, asked["locale"], valid_until_on,
        )  # fmt: skip
        await connection.execute(READY, tenant_id, certificate_id, document_id, at)
    return True
