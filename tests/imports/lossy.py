"""A way to the database that loses the answer to one COMMIT, as a failover or a broken proxy does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs, urlsplit

import asyncpg

PORT = 5432


@dataclass
class Lossy:
    """Passes everything on, until the transaction that says `after` is committed: the server hears that, and the client no answer."""

    url: str
    after: bytes = b"insert into import_sync"
    is_passed_on: bool = True  # false: the COMMIT itself is lost
    is_lost: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def connection(self) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
        parts = urlsplit(self.url)
        with TemporaryDirectory(prefix="lossy-") as folder:
            server = await asyncio.start_unix_server(self.relay, f"{folder}/.s.PGSQL.{PORT}")
            async with server:
                connection = await asyncpg.connect(
                    host=folder, port=PORT, user=parts.username, database=parts.path[1:], server_settings={"search_path": "bailiwick"}
                )
                try:
                    yield connection
                finally:
                    connection.terminate()

    async def relay(self, client_in: asyncio.StreamReader, client_out: asyncio.StreamWriter) -> None:
        asked = parse_qs(urlsplit(self.url).query)
        socket = Path(asked["host"][0]) / f".s.PGSQL.{asked.get('port', ['5432'])[0]}"
        server_in, server_out = await asyncio.open_unix_connection(str(socket))
        answering = asyncio.create_task(self.answer(server_in, client_out))
        is_seen = False
        with suppress(ConnectionError):
            while block := await client_in.read(1 << 16):
                is_seen = is_seen or self.after in block
                if is_seen and block.endswith(b"COMMIT;\0"):
                    self.is_lost.set()
                    answering.cancel()
                    await asyncio.wait([answering])
                    if self.is_passed_on:
                        server_out.write(block)
                        await server_in.read(1)  # it is done
                    break
                server_out.write(block)
        answering.cancel()
        client_out.close()
        server_out.close()

    async def answer(self, server_in: asyncio.StreamReader, client_out: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while block := await server_in.read(1 << 16):
                client_out.write(block)
