"""Whoever a house brings in with a login signs in by it, however the house or the person spells it."""

from pathlib import Path

import asyncpg
import pytest

from channels.files import FileStore
from models import PortalUser
from models.connecting import writing_to
from tenants.passwords import SCHEMES
from tests.world import NOW, PASSWORD, World, bring_in, files_folder
from tests.world_rows import profile, together, user, write

SIGN_IN = """mutation ($input: SessionCreateInput!) { sessionCreate(input: $input) { token errors { code } } }"""
# What the export says, and what is typed: at a portal where one signs in with a mail address, a number or a telephone.
SPELLINGS = [
    ("EMAIL", "Mixed.Case@Example.org", ["mixed.case@example.org", "MIXED.CASE@EXAMPLE.ORG", " Mixed.Case@Example.org ", "Mixed.Case\u200b@Example.org"]),
    ("EMAIL", "  plus+tag@Example.org", ["plus+tag@example.org", "PLUS+TAG@example.org"]),
    ("LOGIN_ID", "555 666-777", ["555666777", "555 666 777", "555-666-777", "\uff15\uff15\uff15666777", "555666777\u200e"]),
    ("PHONE", "0470/12.34.56", ["+32470123456", "0470123456", "+32 470 12 34 56", "0032470123456"]),
]  # fmt: skip


async def brought_in(world: World, place: Path, kind: str, value: str) -> None:
    """A user of the house with this login, whose secret an operator has set."""
    rows = together(user("new", (kind, value)), profile("new", "A1-ACC", "VIEWER"))
    jobs = await asyncpg.connect(world.urls.jobs, server_settings={"search_path": "bailiwick"})
    await bring_in(jobs, "t2", write(place / "next", "t2", rows, sequence=2), FileStore.in_folder(files_folder()))
    await jobs.close()
    async with writing_to(world.urls.owner):
        [somebody] = await PortalUser.filter(external_id="new")
        await somebody.set_secret(SCHEMES.hash(PASSWORD), NOW)


@pytest.mark.parametrize(("kind", "value", "typed"), SPELLINGS, ids=[f"{kind} {value.strip()}" for kind, value, _ in SPELLINGS])
async def test_whoever_was_brought_in_signs_in_by_every_spelling(own_world: World, tmp_path: Path, kind: str, value: str, typed: list[str]):
    await brought_in(own_world, tmp_path, kind, value)
    for identifier in [value, *typed]:
        answer = await own_world.ask(None, SIGN_IN, host="cofidis.example.com", input={"identifier": identifier, "password": PASSWORD})
        assert answer.data["sessionCreate"]["errors"] == [], (identifier, answer.raw)
        assert answer.data["sessionCreate"]["token"]
