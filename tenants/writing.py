"""One transaction for one mutation: its change, its audit event, its idempotency record, its messages and jobs, all or nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID

import orjson
from tortoise.backends.base.client import BaseDBAsyncClient
from uuid_utils.compat import uuid7

from models import AuditEvent, IdempotencyRecord
from models.base import Conflict, Forbidden, NotFound, NotOffered, Owned, Unauthenticated
from models.connecting import transaction, within
from tenants.policy import Action, can_see, may, offers, prove, roles_on, rule_of
from tenants.scope import Realm, Scope
from tenants.select import Select
from tenants.sessions import KEEP, OPEN, auth_context_of
from tenants.tenancy import Tenancy

M = TypeVar("M", bound=Owned)
KEPT_FOR = timedelta(hours=24)

# The same settings as a reading statement carries, for as long as the transaction lasts.
SETTINGS = """select set_config('bailiwick.tenant', $1, true), set_config('bailiwick.realm', $2, true),
  set_config('bailiwick.user', $3, true), set_config('bailiwick.accounts', $4, true), set_config('bailiwick.parties', $5, true),
  set_config('bailiwick.own_parties', $6, true)"""
# Tortoise gives no rows back from a statement that begins with `insert`. A key whose time is over is free again, swept or not.
RESERVE = """with made as (
  insert into idempotency_record as kept (tenant_id, actor_id, key, action, fingerprint, outcome, created_at, expires_at)
    values ($1, $2, $3, $4, $5, '{}', $6, $7)
    on conflict (tenant_id, actor_id, key) do update
      set action = excluded.action, fingerprint = excluded.fingerprint, outcome = '{}',
        created_at = excluded.created_at, expires_at = excluded.expires_at
      where kept.expires_at <= excluded.created_at
    returning key)
select key from made"""
ENQUEUE = "select enqueue($1, $2, $3, $4, $5)"


class WritingGate:
    """Models, locked, for one action each, and what has to be written beside a change."""

    def __init__(self, scope: Scope, connection: BaseDBAsyncClient) -> None:
        self.scope, self.connection = scope, connection

    async def one(self, model: type[M], gid: str, to: Action) -> M:
        """The row, to do this to it. Raises `NotFound` when it is not readable, `Forbidden` when it is but not for this,
        `NotOffered` when the portal has no such act, and `StepUpRequired` when it is sensitive and not proven.

        What is readable is asked of the same statement as a reading asks; then the row is locked, and looked at again.
        """
        key = await self._readable(model, gid, to)
        row = await model.filter(tenant_id=self.scope.tenant_id, id=key).select_for_update(no_key=True).first()
        return self._seen(model, row)

    async def parent(self, model: type[M], gid: str, to: Action) -> M:
        """The row, to make something under it. As `one`, but it is not locked: what is made beside it is no concern of others."""
        key = await self._readable(model, gid, to)
        return self._seen(model, await model.filter(tenant_id=self.scope.tenant_id, id=key).first())

    async def _readable(self, model: type[Owned], gid: str, to: Action) -> UUID:
        """The key of a row that the caller reads, and may do this to where he acts.

        Raises `NotFound`, `Forbidden`, `NotOffered` or `StepUpRequired`.
        """
        key = model.id_in(gid)
        if key is None:
            raise NotFound
        select = Select(self.scope, model, [("id", "=", key)], by_key=True)
        _, seen = await self.connection.execute_query(select.sql(), [*self.scope.auth.settings, None, None, None, *select.values])
        if not seen:
            raise NotFound
        if not may(roles_on(self.scope.auth, dict(seen[0]).get(rule_of(model).account)), to, model):
            raise Forbidden
        if not offers(self.scope, to, model):
            raise NotOffered
        prove(self.scope, to, model)
        return key

    def _seen(self, model: type[M], row: M | None) -> M:
        """Raises `NotFound` for a row that has gone, or that lies outside the caller's profiles."""
        if row is None or not can_see(self.scope.auth, model, row):
            raise NotFound
        return row

    def allow(self, model: type[Owned], to: Action) -> None:
        """Raises `Forbidden` unless the caller may do this without a row: to make one that no account owns."""
        if not may(self.scope.auth.principals, to, model):
            raise Forbidden

    def cover(self, row: Owned) -> None:
        """Raises `Forbidden` for a row that lies outside the caller's profiles: nobody makes what he could not read."""
        if not can_see(self.scope.auth, type(row), row):
            raise Forbidden

    async def note(self, action: str, target: Owned, changes: dict[str, Any] | None = None) -> None:
        """Write down who did this to what. `changes` names columns, and holds no secret."""
        scope = self.scope
        is_staff = scope.realm is Realm.STAFF
        await AuditEvent.create(
            id=uuid7(),
            tenant_id=scope.tenant_id,
            account_id=getattr(target, rule_of(type(target)).account or "account_id", None),
            realm=scope.realm.value,
            user_id=None if is_staff else scope.user_id,
            staff_id=scope.user_id if is_staff else None,
            session_id=scope.auth.session_id,
            action=action,
            target_type=target.typename,
            target_id=target.id,
            changes=changes or {},
            address=scope.client.address,
            request_id=scope.client.request_id,
            at=scope.now,
        )

    async def enqueue(self, kind: str, about: list[UUID]) -> UUID:
        """Leave a job, which exists when this transaction commits."""
        job = uuid7()
        await self.connection.execute_query(ENQUEUE, [job, kind, about, self.scope.now, self.scope.now])
        return job

    async def repeated(self, key: str, action: str, given: dict[str, Any]) -> dict[str, Any] | None:
        """What the same call gave the first time; `None` on the first. Raises `Conflict` when the key was used for something else.

        The key is reserved at once, so that of two calls at the same time the second waits for the first.
        """
        fingerprint = sha256(orjson.dumps([action, given], option=orjson.OPT_SORT_KEYS)).digest()
        known = {"tenant_id": self.scope.tenant_id, "actor_id": self.scope.user_id, "key": key}
        values = [*known.values(), action, fingerprint, self.scope.now, self.scope.now + KEPT_FOR]
        _, made = await self.connection.execute_query(RESERVE, values)
        if made:
            return None
        kept = await IdempotencyRecord.filter(**known).get()
        if bytes(kept.fingerprint) != fingerprint:
            raise Conflict("This key was used for another request.", rule="idempotency.key")
        return dict(kept.outcome)

    async def remember(self, key: str, outcome: dict[str, Any]) -> None:
        """Keep what this call gave, by ids, for whoever repeats it."""
        known = {"tenant_id": self.scope.tenant_id, "actor_id": self.scope.user_id, "key": key}
        await IdempotencyRecord.filter(**known).update(outcome=outcome)


@asynccontextmanager
async def writing(scope: Scope, tenancy: Tenancy) -> AsyncIterator[WritingGate]:
    """A transaction with the scope read afresh and set. An exception that leaves the block rolls all of it back."""
    known = scope.auth
    if known.tenant_key is None or known.token_hash is None:
        raise Unauthenticated
    with within(tenancy.models):
        async with transaction() as connection:
            _, rows = await connection.execute_query(OPEN, [known.tenant_key, known.token_hash, scope.now])
            if not rows:
                raise Unauthenticated
            governing = await tenancy.portals.governing(rows[0]["tenant_id"], rows[0]["portal_id"], scope.now)
            auth = auth_context_of(known.tenant_key, known.token_hash, rows[0], governing)
            for set_id, keys in auth.sets.items():
                await connection.execute_query(KEEP, [auth.tenant_id, set_id, keys, scope.now])
            await connection.execute_query(SETTINGS, list(auth.settings))
            yield WritingGate(Scope(auth, scope.now, scope.client), connection)
