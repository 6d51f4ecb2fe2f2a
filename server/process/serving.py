"""The process that listens. On TERM it says that it is not ready, goes on for a moment, then finishes what it has begun."""

import contextlib
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import uvicorn
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from server.http.health import Health
from server.http.idle_connections import Impatient
from server.http.middleware import BY_PROXY

FINISHING_SECONDS = 20
# So that whoever distributes requests has noticed before the door closes.
NOTICE_SECONDS = 2.0
STOP = (signal.SIGTERM, signal.SIGHUP)  # a terminal or a session that ends says HUP: what has begun is finished, as on TERM


def nothing() -> None:
    """Nobody needs to know."""


def heard(*signals: signal.Signals) -> list[signal.Signals]:
    """Those of them that whoever started the process does not have ignored: `nohup` does so with HUP."""
    return [sig for sig in signals if signal.getsignal(sig) is not signal.SIG_IGN]


class Server(uvicorn.Server):
    """uvicorn's, stopping in two steps and giving control back to whoever started it."""

    def __init__(
        self, config: uvicorn.Config, health: Health, notice_seconds: float = NOTICE_SECONDS, opened: Callable[[], None] = nothing
    ) -> None:
        super().__init__(config)
        self.opened = opened
        self.health, self.notice_seconds = health, notice_seconds
        self.exit_at: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The first TERM or HUP gives notice; a second one, or Ctrl+C, does not wait for it; Ctrl+C twice waits for nothing."""
        self.health.is_stopping = True
        if sig in STOP and self.exit_at is None:
            self.exit_at = time.monotonic() + self.notice_seconds
        elif self.should_exit and sig == signal.SIGINT:
            self.force_exit = True
        else:
            self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """`opened` is called when the app has opened all it needs and requests are taken, not before."""
        await super().startup(sockets)
        if not self.should_exit:
            self.opened()

    async def on_tick(self, counter: int) -> bool:
        if self.exit_at is not None and time.monotonic() >= self.exit_at:
            self.should_exit = True
        return await super().on_tick(counter)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As uvicorn does, but a signal that was obeyed is not raised again: what started the server may have more to close."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {sig: signal.signal(sig, self.handle_exit) for sig in heard(signal.SIGINT, *STOP)}
        try:
            yield
        finally:
            for sig, handler in before.items():
                signal.signal(sig, handler)


def listen(host: str, port: int) -> socket.socket:
    """A socket that accepts connections; port 0 takes any that is free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.create_server((host, port), family=family, backlog=1024)
    listening.setblocking(False)
    return listening


def behind(trusted_proxies: str, app: Any) -> Any:
    """The app behind proxies: what those that are trusted say of a request is believed, and the app knows that one of them said it."""
    proxied = ProxyHeadersMiddleware(app, trusted_hosts=trusted_proxies)

    async def marked(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            scope[BY_PROXY] = bool(scope.get("client")) and scope["client"][0] in proxied.trusted_hosts
        await proxied(scope, receive, send)

    return marked


def serve(
    app: Any,
    health: Health,
    listening: socket.socket,
    *,
    trusted_proxies: str = "",
    notice_seconds: float = NOTICE_SECONDS,
    opened: Callable[[], None] = nothing,
) -> None:
    """Answers until the process is told to stop. `trusted_proxies`: whose words are believed, by address: see `behind`.

    `opened` is called once requests are taken.
    """
    config = uvicorn.Config(
        behind(trusted_proxies, app) if trusted_proxies else app,
        loop="uvloop",
        http=Impatient,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # see `behind`
        timeout_keep_alive=65,
        timeout_graceful_shutdown=FINISHING_SECONDS,
    )
    Server(config, health, notice_seconds, opened).run([listening])
