"""The demo on a fixed day, and a way to ask as anybody in it: what the pages show is what it answers."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx2
from rich.console import Console

from server.commands.people import token_for
from server.demo.data import Filling
from server.process.composition import opened
from server.process.embedded_postgres import Urls
from server.process.keys import write_master
from server.process.settings import Settings
from tests.database import FOLDER
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


def demo_folder() -> Path:
    """Where the demo's key and documents lie, for all workers of a run."""
    return Path(os.environ[FOLDER]) / "demo-files"


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
        return await self.send(who, {"query": query, "variables": variables})

    async def send(self, who: str, body: dict[str, Any], more: dict[str, str] | None = None) -> dict[str, Any]:
        """POST a request as somebody, with more headers than are needed."""
        if who != NOBODY and who not in self.tokens:
            self.tokens[who] = await token_for(self.settings, who, at=NOW)
        headers = {"accept-language": "en"} | ({"authorization": f"Bearer {self.tokens[who]}"} if who != NOBODY else {})
        async with self.client() as client:
            answer = await client.post("/graphql", json=body, headers=headers | (more or {}))
        return dict(answer.json())

    async def answer(self, example: Example, earlier: list[Any]) -> dict[str, Any]:
        """What an example is answered, after those before it on its page."""
        return await self.send(example.who, example.sent | {"variables": filled(example.variables, earlier)}, example.headers)

    def client(self) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(transport=httpx2.ASGITransport(self.app), base_url="http://127.0.0.1:8000")


@asynccontextmanager
async def opened_demo(settings: Settings, files: Mapping[str, str] | None = None) -> AsyncIterator[Demo]:
    """The demo, answering. Where there are `files`, it knows those documents, and takes nothing else from browsers."""
    with TemporaryDirectory(prefix="bailiwick-documents-") as folder:
        for name, text in (files or {}).items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        if files:
            settings = settings.model_copy(update={"trusted_documents": Path(folder), "trusted_only": True})
        app = opened(settings, lambda: NOW, is_demo=True)
        async with app.router.lifespan_context(app):
            yield Demo(settings, app)
