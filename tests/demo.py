"""The demo on a fixed day, and a way to ask as anybody in it: what the pages show is what it answers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
from rich.console import Console

from server.demo_data import Filling
from server.installing import opened
from server.keys import write_master
from server.people import token_for
from server.postgres import Urls
from server.settings import Settings
from tests.docs.examples import Example, filled

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
NOBODY = "nobody"


def settings_of(urls: Urls, folder: Path) -> Settings:
    """The demo's settings, over these addresses. The folder keeps its key and its documents."""
    write_master(folder / "master")
    return Settings(
        database_url=urls.app,
        owner_database_url=urls.owner,
        jobs_database_url=urls.jobs,
        key_file=folder / "master",
        files=str(folder / "files"),
        port=8000,
    )


async def fill_demo(settings: Settings) -> None:
    """The people of the demo with their own contracts: everybody has the same ones however large the houses are."""
    await Filling(settings, NOW, contracts=1, console=Console(quiet=True)).run()


@dataclass
class Demo:
    """The product over it."""

    settings: Settings
    app: Any
    tokens: dict[str, str] = field(default_factory=dict)

    async def ask(self, who: str, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        """POST an operation as somebody."""
        if who != NOBODY and who not in self.tokens:
            self.tokens[who] = await token_for(self.settings, who, at=NOW)
        headers = {"authorization": f"Bearer {self.tokens[who]}"} if who != NOBODY else {}
        async with self.client() as client:
            answer = await client.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
        return dict(answer.json())

    async def answer(self, example: Example, earlier: list[Any]) -> dict[str, Any]:
        """What an example is answered, after those before it on its page."""
        return await self.ask(example.who, example.query, filled(example.variables, earlier))

    def client(self) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(transport=httpx2.ASGITransport(self.app), base_url="http://127.0.0.1:8000")


@asynccontextmanager
async def opened_demo(settings: Settings) -> AsyncIterator[Demo]:
    app = opened(settings, lambda: NOW, is_demo=True)
    async with app.router.lifespan_context(app):
        yield Demo(settings, app)
