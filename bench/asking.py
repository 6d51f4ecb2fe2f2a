"""One request at a time, to see that the servers say the same before anybody is timed."""

import http.client
import json
from typing import Any

from bench.ground import Caller
from bench.operations import content
from bench.servers import Running


class Different(Exception):
    """Two servers do not answer alike: their speeds mean nothing."""


def asked(running: Running, operation: str, caller: Caller, turn: int = 0) -> tuple[Any, int]:
    """The answer's data, and how many bytes the whole answer has. Raises `Different` where it is none."""
    body = json.dumps(running.server.dialect.body(operation, caller, turn))
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=120)
    try:
        connection.request("POST", "/graphql", body, running.server.headers(caller))
        response = connection.getresponse()
        sent = response.read()
    finally:
        connection.close()
    answer = json.loads(sent) if response.status == 200 else {}
    if answer.get("errors") or not answer.get("data"):
        raise Different(f"{running.server.name} answers {operation} with {response.status} {sent[:500]!r}")
    return answer["data"], len(sent)


def agree(servers: list[Running], operation: str, callers: list[Caller]) -> None:
    """Raises `Different` unless all say the same to these callers."""
    for turn, caller in enumerate(callers):
        first, *others = [(running.server.name, content(asked(running, operation, caller, turn)[0])) for running in servers]
        for name, said in others:
            if said != first[1]:
                at = next((i for i, (a, b) in enumerate(zip(first[1], said, strict=False)) if a != b), min(len(first[1]), len(said)))
                raise Different(f"{operation}: {first[0]} says {first[1][at : at + 3]}, {name} says {said[at : at + 3]} (value {at})")
