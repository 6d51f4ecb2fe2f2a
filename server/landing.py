"""The page at `/`: what answers here, who can sign in, and how to ask."""

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Bailiwick</title>
<style>body{{font:1rem/1.5 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1rem}}
pre{{background:#8881;padding:1rem;overflow:auto}}code{{font-size:.9rem}}</style></head><body>
<h1>Bailiwick</h1>
<p>The GraphQL backend of customer portals for leasing and credit. What you ask for is answered for you alone: your accounts, their
contracts, schedules, invoices, payments and documents.</p>
<h2>Who can sign in</h2>
<p>Customers of a finance house, at one of its portals: <code>sessionCreate</code>, with the identifier and password that the house
handed out. People who work there: <code>staffSessionCreate</code>.{demo}</p>
<h2>How to ask</h2>
<p>POST GraphQL as JSON to <code>{base}/graphql</code>, with <code>Authorization: Bearer</code> and the token that signing in gave:</p>
<pre><code>{query}</code></pre>
<p>Whoever is signed in may ask for the schema. <a href="/live">/live</a> and <a href="/ready">/ready</a> say how this server is.</p>
</body></html>
"""
DEMO = " This is a demo: <code>bailiwick demo</code> printed its people, and <code>bailiwick token NAME</code> signs one in."
FIRST_QUERY = "{ viewer { user { displayName } } contracts(first: 3) { totalCount nodes { number kind state nextDueOn } } }"


def first_question(base: str, token: str = "$TOKEN") -> str:
    """A query that works for every customer, to be copied."""
    return (
        f"curl -s {base}/graphql -H 'content-type: application/json' \\\n"
        f'  -H "authorization: Bearer {token}" \\\n'
        f'  -d \'{{"query": "{FIRST_QUERY}"}}\''
    )


class Landing:
    """GET /. Made once: nothing on it depends on who asks."""

    def __init__(self, base: str, is_demo: bool) -> None:
        self.page = PAGE.format(base=escape(base), demo=DEMO if is_demo else "", query=escape(first_question(base)))

    async def answer(self, request: Request) -> Response:
        return HTMLResponse(self.page, headers={"content-security-policy": POLICY})
