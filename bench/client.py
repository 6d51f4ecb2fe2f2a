"""A small HTTP client for load, where `wrk` is missing. It takes more of the machine than `wrk` does, so figures in seconds suffer."""

import asyncio
import time
from collections.abc import Sequence
from functools import partial
from itertools import cycle
from typing import Any

LENGTH = b"content-length:"


class _Connection(asyncio.Protocol):
    """One connection that sends the next request when an answer is whole. All of them take from one list in turn."""

    def __init__(self, requests: Any, until: float, took: list[float], sizes: list[int], over: "asyncio.Future[None]") -> None:
        self.requests, self.until, self.took, self.sizes, self.over = requests, until, took, sizes, over
        self.errors = 0

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.next()

    def next(self) -> None:
        self.began, self.received, self.whole = time.perf_counter(), bytearray(), 0
        if self.began >= self.until:
            self.transport.close()
        else:
            self.transport.write(next(self.requests))

    def data_received(self, data: bytes) -> None:
        self.received += data
        if not self.whole:
            head, blank, _ = self.received.partition(b"\r\n\r\n")
            if not blank:
                return
            lines = bytes(head).lower().split(b"\r\n")
            self.errors += not lines[0].split(b" ")[1].startswith(b"2")
            length = next(int(line[len(LENGTH) :]) for line in lines if line.startswith(LENGTH))
            self.whole = len(head) + 4 + length
        if len(self.received) >= self.whole:
            self.took.append(time.perf_counter() - self.began)
            self.sizes.append(self.whole)
            self.next()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.over.done():
            self.over.set_result(None)


def press(port: int, requests: Sequence[tuple[str, dict[str, str]]], connections: int, seconds: float) -> dict[str, Any]:
    """Asks for so long over so many connections; an answer that has begun is waited for."""
    return asyncio.run(_press(port, [_written(*request) for request in requests], connections, seconds))


async def _press(port: int, requests: list[bytes], connections: int, seconds: float) -> dict[str, Any]:
    loop, turns = asyncio.get_running_loop(), cycle(requests)
    took: list[float] = []
    sizes: list[int] = []
    began = time.perf_counter()
    overs = [loop.create_future() for _ in range(connections)]
    made = [
        await loop.create_connection(partial(_Connection, turns, began + seconds, took, sizes, over), "127.0.0.1", port) for over in overs
    ]
    async with asyncio.timeout(seconds + 90):
        await asyncio.gather(*overs)
    took.sort()
    errors = sum(protocol.errors for _, protocol in made)
    at = {
        name: took[min(len(took) - 1, int(len(took) * share))] * 1e3 if took else 0.0 for name, share in (("p50_ms", 0.5), ("p99_ms", 0.99))
    }
    return {"answers": len(took), "begun": 0, "bytes": sum(sizes), "errors": errors, "seconds": time.perf_counter() - began, **at}


def _written(body: str, headers: dict[str, str]) -> bytes:
    sent = body.encode()
    lines = [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(["POST /graphql HTTP/1.1", "host: 127.0.0.1", *lines, f"content-length: {len(sent)}", "", ""]).encode() + sent
