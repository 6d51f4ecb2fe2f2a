"""One HTTP request to an app, and what it says."""

from dataclasses import dataclass
from typing import Any

import httpx2
import orjson

from tests.door.small import Small

GRAPHQL, JSON = "application/graphql-response+json", "application/json"


@dataclass
class Asker:
    small: Small
    token: str | None = "north.customer"

    async def __call__(
        self,
        query: Any = None,
        *,
        body: bytes | None = None,
        method: str = "POST",
        headers: dict[str, str] | None = None,
        token: Any = ...,
        params: Any = None,
        **more: Any,
    ) -> httpx2.Response:
        """POSTs `query` with `more` beside it, or just `body`. Accepts graphql-response+json unless `headers` say otherwise; `""` sends none."""
        token = self.token if token is ... else token
        sent = {"accept": GRAPHQL, "content-type": JSON} | ({"authorization": f"Bearer {token}"} if token else {}) | (headers or {})
        async with self.small.client() as client:
            for name in ("accept", "user-agent"):
                client.headers.pop(name, None)
            if method == "POST" and body is None:
                body = orjson.dumps(({} if query is None else {"query": query}) | more)
            sent = {name: value for name, value in sent.items() if value != ""}
            return await client.request(method, "/graphql", content=body, headers=sent, params=params)


def code(response: httpx2.Response) -> str:
    """The code of the first error."""
    return str(response.json()["errors"][0]["extensions"]["code"])
