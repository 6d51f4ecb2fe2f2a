"""The bench's rows come through the real tables, and its people sign in by the real functions."""

import asyncpg
import httpx2

from bench.ground import Caller
from bench.loading import Size, load, signed_in
from bench.operations import OURS
from channels.files import FileStore
from server.http.signed_links import SignedLinks
from server.process.composition import Parts, app_over
from tenants import Tenancy
from tenants.database import Database

TINY = Size(houses=2, accounts=2, contracts=3, assets=1, documents=2, installments=4)


async def test_what_the_bench_loads_is_what_its_callers_are_answered(empty_urls, tmp_path):
    await load(empty_urls, TINY, lambda text: None)
    tokens = await signed_in(empty_urls)
    tenancy = Tenancy(Database(empty_urls.app, 1), Database(empty_urls.app, 1, is_writing=True), b"k" * 32, b"k" * 32)
    await tenancy.open()
    app = app_over(Parts(tenancy, SignedLinks(b"k" * 32, "http://localhost"), FileStore.in_folder(tmp_path)))
    try:
        tenant, token = next(iter(tokens.items()))
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://localhost") as client:
            body = OURS.body("deep", Caller(token, tenant, ()), 0)
            answer = await client.post("/graphql", json=body, headers={"authorization": f"Bearer {token}"})
    finally:
        await tenancy.close()

    nodes = answer.json()["data"]["contracts"]["nodes"]
    assert [len(node["installments"]["nodes"]) for node in nodes] == [TINY.installments] * TINY.contracts


async def test_the_sizes_are_those_that_were_asked_for(empty_urls):
    await load(empty_urls, TINY, lambda text: None)

    connection = await asyncpg.connect(empty_urls.owner, server_settings={"search_path": "bailiwick"})
    tables = ("tenant", "account", "contract", "asset", "document", "installment", "profile")
    counts = [await connection.fetchval(f"select count(*) from {table}") for table in tables]
    await connection.close()
    assert counts == [2, 4, 6, 6, 12, 24, 4]
