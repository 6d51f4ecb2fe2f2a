"""The limit: what Python can do at best. Rows by asyncpg, dicts by hand, JSON by orjson, on a bare ASGI app that filters by tenant and
checks nothing. It knows three operations by their names and parses no GraphQL.
"""

import asyncio
import os
from base64 import b64encode
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import asyncpg
import orjson

CONTRACTS = """select {} from contract c join account a on a.tenant_id = c.tenant_id and a.id = c.account_id
  join party p on p.tenant_id = a.tenant_id and p.id = a.holder_id where c.tenant_id = $1 order by c.starts_on desc, c.id desc limit 51"""
LIST = CONTRACTS.format(
    "c.id, c.number, c.kind, c.state, c.starts_on, c.ends_on, c.currency, c.financed_amount, c.nominal_rate_percent, c.duration_months, p.legal_name"
)
EACH = """select k.at::int, r.* from unnest($2::uuid[]) with ordinality k(id, at) cross join lateral ({}) r"""
ASSETS = EACH.format("""select id, designation, category, serial_number, purchase_amount, delivered_on from asset
  where tenant_id = $1 and contract_id = k.id order by designation, id limit 3""")
PAPERS = EACH.format("""select id, kind, number, title, document_on from document
  where tenant_id = $1 and contract_id = k.id order by document_on desc, id desc limit 12""")
KEYS = "select id from contract where tenant_id = $1 order by starts_on desc, id desc limit 50"
INSTALLMENTS = EACH.format("""select number, due_on, state, incl_vat_amount, outstanding_amount from installment
  where tenant_id = $1 and contract_id = k.id order by due_on desc, id desc limit 60""")
ONE = """select c.id, c.number, c.state, c.starts_on, c.currency, c.financed_amount, p.legal_name from contract c
  join account a on a.tenant_id = c.tenant_id and a.id = c.account_id join party p on p.tenant_id = a.tenant_id and p.id = a.holder_id
  where c.tenant_id = $1 and c.id = $2"""

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
HEADERS = [(b"content-type", b"application/json")]


class Limit:
    """The app. Connections lie in a stack and are handed out without any ceremony, as ours are."""

    def __init__(self, url: str, size: int) -> None:
        self.url, self.size = url, size
        self.free: asyncio.LifoQueue[asyncpg.Connection[Any]] = asyncio.LifoQueue()

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self.live(receive, send)
        asked = orjson.loads(await _body(receive))
        tenant = UUID(next(value for name, value in scope["headers"] if name == b"x-tenant").decode())
        body = orjson.dumps({"data": await self.answer(asked, tenant)})
        await send({"type": "http.response.start", "status": 200, "headers": [*HEADERS, (b"content-length", b"%d" % len(body))]})
        await send({"type": "http.response.body", "body": body})

    async def live(self, receive: Receive, send: Send) -> None:
        while True:
            kind = (await receive())["type"]
            if kind == "lifespan.startup":
                for _ in range(self.size):
                    self.free.put_nowait(await self.connect())
            await send({"type": f"{kind}.complete"})
            if kind == "lifespan.shutdown":
                return

    async def connect(self) -> "asyncpg.Connection[Any]":
        connection = await asyncpg.connect(self.url, server_settings={"search_path": "bailiwick"})
        await connection.set_builtin_type_codec("numeric", schema="pg_catalog", codec_name="text", format="text")
        return connection

    async def answer(self, asked: Any, tenant: UUID) -> Any:
        connection = await self.free.get()
        try:
            if asked["operationName"] == "One":
                return {"contract": _one((await connection.fetch(ONE, tenant, UUID(asked["variables"]["id"])))[0])}
            if asked["operationName"] == "Deep":
                return await _deep(connection, tenant)
            return await _list(connection, tenant)
        finally:
            self.free.put_nowait(connection)


async def _list(connection: "asyncpg.Connection[Any]", tenant: UUID) -> Any:
    rows = await connection.fetch(LIST, tenant)
    contracts = rows[:50]
    keys = [row[0] for row in contracts]
    assets: list[list[Any]] = [[] for _ in keys]
    for at, id_, designation, category, serial, price, delivered in await connection.fetch(ASSETS, tenant, keys):
        assets[at - 1].append(
            {
                "id": str(id_),
                "designation": designation,
                "category": category,
                "serialNumber": serial,
                "purchasePrice": {"amount": price},
                "deliveredOn": delivered,
            }
        )
    papers: list[list[Any]] = [[] for _ in keys]
    for at, id_, kind, number, title, day in await connection.fetch(PAPERS, tenant, keys):
        papers[at - 1].append({"id": str(id_), "kind": kind, "number": number, "title": title, "documentOn": day})
    nodes = [
        {
            "id": str(id_), "number": number, "kind": kind, "state": state, "startsOn": starts, "endsOn": ends, "currency": currency,
            "financedAmount": {"amount": financed}, "nominalRatePercent": rate, "durationMonths": months, "account": {"holder": {"legalName": name}},
            "assets": {"nodes": assets[i]}, "documents": {"nodes": papers[i]},
        }
        for i, (id_, number, kind, state, starts, ends, currency, financed, rate, months, name) in enumerate(contracts)
    ]  # fmt: skip
    last = contracts[-1]
    end = b64encode(orjson.dumps([last[4], str(last[0])])).decode()
    return {"contracts": {"nodes": nodes, "pageInfo": {"hasNextPage": len(rows) > 50, "endCursor": end}}}


async def _deep(connection: "asyncpg.Connection[Any]", tenant: UUID) -> Any:
    keys = [row[0] for row in await connection.fetch(KEYS, tenant)]
    due: list[list[Any]] = [[] for _ in keys]
    for at, number, day, state, total, outstanding in await connection.fetch(INSTALLMENTS, tenant, keys):
        due[at - 1].append(
            {"number": number, "dueOn": day, "state": state, "amountInclVat": {"amount": total}, "outstanding": {"amount": outstanding}}
        )
    return {"contracts": {"nodes": [{"id": str(key), "installments": {"nodes": rows}} for key, rows in zip(keys, due, strict=True)]}}


def _one(row: Any) -> Any:
    id_, number, state, starts, currency, financed, name = row
    return {
        "id": str(id_), "number": number, "state": state, "startsOn": starts, "currency": currency, "financedAmount": {"amount": financed},
        "account": {"holder": {"legalName": name}},
    }  # fmt: skip


async def _body(receive: Receive) -> bytes:
    body, has_more = b"", True
    while has_more:
        message = await receive()
        body, has_more = body + message.get("body", b""), message.get("more_body", False)
    return body


app = Limit(os.environ.get("BENCH_URL", ""), int(os.environ.get("BENCH_POOL", "8")))
