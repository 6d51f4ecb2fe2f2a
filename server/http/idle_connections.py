"""Connections of clients that send nothing: closed after a while, and earlier when others need their places.

uvicorn waits for ever for the first request of a connection and for the rest of its headers. Without a bound, somebody who opens
connections and stays silent takes all that the process may have, and then not even `/live` answers.
"""

import asyncio
import resource
from typing import cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from server.limits.timeouts import ROUNDS

HEADER_SECONDS = 10.0  # from the opening of a connection, or the first byte of its next request, to the end of the headers
MOST_CONNECTIONS = 4_096
OTHER_FILES = 128  # what a process opens besides: connections to the database, documents, its log


def most_connections() -> int:
    """How many clients may be connected to this process at once: fewer where it may open fewer files."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if allowed == resource.RLIM_INFINITY:
        return MOST_CONNECTIONS
    return min(MOST_CONNECTIONS, max(allowed - OTHER_FILES, allowed // 2))


class Impatient(HttpToolsProtocol):
    """uvicorn's, for clients that may be silent for a while only. Who has been silent for longest makes room for the next one."""

    most = most_connections()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        if len(self.connections) > self.most:
            self._make_room()
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        ROUNDS.end(self)
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """The next request on this connection has begun."""
        super().on_message_begin()
        self._wait()

    def on_headers_complete(self) -> None:
        """From here on it is the application's to bound."""
        ROUNDS.end(self)
        super().on_headers_complete()

    def _wait(self) -> None:
        ROUNDS.end(self)  # so that it stands behind those who have waited for longer
        ROUNDS.begin(self, HEADER_SECONDS, self._close)

    def _make_room(self) -> None:
        waiting = (each for each in ROUNDS.under_way if isinstance(each, Impatient))
        quiet: Impatient | None = next(waiting, None) or next(filter(_is_idle, cast("set[Impatient]", self.connections)), None)
        if quiet is not None:
            ROUNDS.end(quiet)
            quiet._close()

    def _close(self) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.abort()


def _is_idle(connection: Impatient) -> bool:
    """Between two requests: kept open by its client."""
    return connection.timeout_keep_alive_task is not None and not connection.transport.is_closing()
