"""The page at `/`: what this is, who can sign in, and how to ask."""

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.types import Receive, Scope, Send

from tenants import Tenancy

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1rem;color:#1b2733}"
    "pre{background:#f3f5f7;padding:1rem;overflow:auto}h1{font-weight:600}code{background:#f3f5f7}"
)
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">
<title>Bailiwick</title><style>{style}</style>
<h1>Bailiwick</h1>
<p>The GraphQL backend of customer portals for leasing and credit. Everything is asked for at <code>POST {url}graphql</code>.</p>
<h2>Who can sign in</h2>
<p>Customers of the finance houses on this server, the people they have let in, and the houses' own staff.{demo}</p>
<h2>How to ask</h2>
<p>Sign in with <code>sessionCreate</code>, then send the token with every request:</p>
<pre>curl {url}graphql -H 'content-type: application/json' \\
  -d '{{"query": "mutation {{
      sessionCreate(input: {{portal: \\"PORTAL\\", identifier: \\"WHO\\", password: \\"SECRET\\"}}) {{ token }} }}"}}'

curl {url}graphql -H 'content-type: application/json' -H 'authorization: Bearer TOKEN' \\
  -d '{{"query": "{{ viewer {{ user {{ displayName }} }} contracts(first: 5) {{ totalCount nodes {{ number state }} }} }}"}}'</pre>
<p>What a portal asks of those who sign in: <code>{{ portal(key: "...") {{ signIn {{ identifierKinds }} }} }}</code>. The schema is open to
whoever is signed in. <a href="{url}live">/live</a> and <a href="{url}ready">/ready</a> say how this server is.</p>
"""
CLOSED = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
DEMO = " <b>This is a demo</b>: its people and their passwords were printed where it was started."


class Landing:
    """An ASGI application for one path."""

    def __init__(self, tenancy: Tenancy) -> None:
        self.tenancy = tenancy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        rows = await self.tenancy.database.fetch("select is_demo from installation")
        page = PAGE.format(style=STYLE, url=escape(str(request.base_url)), demo=DEMO if rows and rows[0][0] else "")
        await HTMLResponse(page, headers={"content-security-policy": CLOSED, "x-robots-tag": "noindex"})(scope, receive, send)
