"""The page at `/`: what answers here, who can sign in, and how to ask. No script, and nothing from anywhere else."""

from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from html import escape
from importlib.resources import files
from string import Template
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

FIRST_QUERY = "{ viewer { user { displayName } } contracts(first: 3) { totalCount nodes { number kind state nextDueOn } } }"
SIGN_IN = 'mutation { sessionCreate(input: {identifier: "%s", password: "%s", portal: "%s"}) { token errors { message } } }'


class Group(NamedTuple):
    """People of a demo who come in by one door: each with what they are and how they sign in."""

    name: str
    door: str
    people: list[tuple[str, str, str]]


class Demo(NamedTuple):
    """What the page of a demo tells besides: everybody, and somebody to sign in as."""

    groups: list[Group]
    password: str
    identifier: str
    portal: str


def first_question(base: str, token: str = "$TOKEN") -> str:
    """A query that works for every customer, to be copied."""
    return (
        f"curl -s {base}/graphql -H 'content-type: application/json' \\\n"
        f'  -H "authorization: Bearer {token}" \\\n'
        f'  -d \'{{"query": "{FIRST_QUERY}"}}\''
    )


def sign_in(base: str, identifier: str, password: str, portal: str) -> str:
    """Signing in with a password, to be copied."""
    query = (SIGN_IN % (identifier, password, portal)).replace('"', '\\"')
    return f"curl -s {base}/graphql -H 'content-type: application/json' \\\n  -d '{{\"query\": \"{query}\"}}'"


class Landing:
    """GET /. Made once: nothing on it depends on who asks."""

    def __init__(self, base: str, demo: Demo | None) -> None:
        page = files("server").joinpath("landing.html").read_text("utf-8")
        first = (demo.identifier, demo.password, demo.portal) if demo else ("IDENTIFIER", "PASSWORD", "PORTAL")
        words = {"base": base, "sign_in": sign_in(base, *first), "question": first_question(base)}
        self.page = Template(page).substitute({name: escape(word) for name, word in words.items()}, people=_people(demo) if demo else "")
        # The one style sheet of the page is known by its hash, so no other one is let in.
        style = b64encode(sha256(page.partition("<style>")[2].partition("</style>")[0].encode()).digest()).decode()
        self.policy = f"default-src 'none'; style-src 'sha256-{style}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

    async def answer(self, request: Request) -> Response:
        return HTMLResponse(self.page, headers={"content-security-policy": self.policy})


def _people(demo: Demo) -> str:
    password = f"<code>{escape(demo.password)}</code>"
    words = f"<h2>The people of this demo</h2>\n<p>Whoever types a password has {password}; anybody's token is printed by "
    words += "<code>bailiwick token NAME</code>.</p>\n"
    return words + "".join(_group(group) for group in demo.groups)


def _group(group: Group) -> str:
    rows = "".join(f"<tr>{_cells(row)}</tr>" for row in group.people)
    return f"<h3>{escape(group.name)} <small>{escape(group.door)}</small></h3>\n<table>{rows}</table>\n"


def _cells(row: Iterable[str]) -> str:
    return "".join(f"<td>{escape(cell)}</td>" for cell in row)
