"""The page at `/`: it says what answers here and how to ask, runs nothing, loads nothing, and tells of people in a demo only."""

import json
import re
import shlex
from base64 import b64encode
from hashlib import sha256
from html import unescape

import pytest

from server.demo.people import PASSWORD, STAFF, doors, on_page, people_at
from server.http.landing_page import Landing
from tests.demo import Demo
from tests.world import World

BASE = "https://portal.example.com"


def commands_on(page: str) -> list[list[str]]:
    """The commands that are shown to be copied, as a shell would read them."""
    return [shlex.split(unescape(block)) for block in re.findall(r"<pre><code>(.*?)</code></pre>", page, re.DOTALL)]


async def test_anybody_is_told_what_this_is_and_how_to_ask(world: World):
    async with world.client() as client:
        answer = await client.get("/")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    for words in ("GraphQL backend of customer portals", "Who can sign in", "How to ask", "sessionCreate", "https://portal.test/graphql"):
        assert words in answer.text
    assert PASSWORD not in answer.text


@pytest.mark.parametrize("demo", [None, on_page()], ids=["installation", "demo"])
def test_the_page_runs_nothing_and_loads_nothing(demo):
    landing = Landing(BASE, demo)

    assert set(re.findall(r'\s(?:src|href|action|style|on\w+)="([^"]*)"', landing.page)) == {"/live", "/ready"}
    assert not re.search(r"<(script|link|img|iframe|form|object)|@import|url\(", landing.page)
    policy = dict(part.split(" ", 1) for part in landing.policy.split("; "))
    [style] = re.findall(r"<style>(.*?)</style>", landing.page, re.DOTALL)
    assert policy == {
        "default-src": "'none'",
        "style-src": f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_a_name_that_looks_like_markup_is_shown_as_it_is():
    page = Landing("https://x.example/<b>", on_page()._replace(password="<i>&")).page
    assert "<b>" not in page
    assert "<code>&lt;i&gt;&amp;</code>" in page


async def test_the_page_of_a_demo_names_everybody_and_its_commands_work_as_they_stand(demo: Demo):
    async with demo.client() as client:
        page = (await client.get("/")).text
    signing_in, asking = commands_on(page)

    signed_in = await demo.ask("nobody", json.loads(signing_in[-1])["query"], {})
    token = signed_in["data"]["sessionCreate"]["token"]
    async with demo.client() as client:
        answer = (await client.post("/graphql", content=asking[-1], headers=headers_of(asking, token))).json()

    assert answer["data"]["viewer"]["user"]["displayName"] == "Élise Vanderelst"
    assert answer["data"]["contracts"]["totalCount"] > 0
    everybody = [person.name for house, door in doors() for person in people_at(house, door)] + [
        c.name for staff in STAFF.values() for c in staff
    ]
    assert [name for name in everybody if name not in unescape(page)] == []


def headers_of(command: list[str], token: str) -> dict[str, str]:
    said = [command[i + 1] for i, word in enumerate(command) if word == "-H"]
    return {name: value.replace("$TOKEN", token) for name, _, value in (header.partition(": ") for header in said)}
