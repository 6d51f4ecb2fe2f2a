"""What settings must be together: each may be right alone while the installation is wrong. Only `doctor` has all addresses at hand."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from secrets import randbits

import asyncpg
from asyncpg import Connection, Record

from server.http.hosts import NAME, is_local
from server.process.database_checks import CONNECT_SECONDS, UNMADE
from server.process.health_findings import Finding, unchecked
from server.process.settings import ROLES, Role, Settings, address_of

Connections = Mapping[Role, "Connection[Record]"]
# The lock of a transaction is seen by every session of the same database of the same running server, and by nobody else: a standby or a
# restored copy has the same identifier and the same oid, but not the lock.
HOLD = "select pg_advisory_xact_lock($1)"
IS_FREE = "select pg_try_advisory_xact_lock($1)"
WHERE = "select format('%s at %s', current_database(), coalesce(host(inet_server_addr()) || ':' || inet_server_port(), 'a local socket'))"
# What is kept back for superusers, the limit of this database, the limit of this role; -1 is no limit.
ROOM = """select least(current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
    - coalesce(current_setting('reserved_connections', true)::int, 0),
  (select nullif(datconnlimit, -1) from pg_database where datname = current_database())) as database,
  (select nullif(rolconnlimit, -1) from pg_roles where rolname = session_user) as role"""
HOSTS = "select name from bailiwick.portal_host order by name"
PROBE = 1  # the connection of a web process that answers /ready
CONNECTIONS_OF_A_JOB = 3  # its place in the queue, its work, and the progress of an import


@dataclass(frozen=True)
class Processes:
    """How many processes use the database at once."""

    web: int = 1
    worker: int = 1


ONE_OF_EACH = Processes()


async def of_installation(settings: Settings, connections: Connections, processes: Processes) -> list[Finding]:
    """What is found over all addresses together."""
    return [*await _one_database(connections), *await _room(settings, connections, processes), await _proxies(settings, connections)]


@asynccontextmanager
async def connected(urls: Mapping[Role, str]) -> AsyncIterator[Connections]:
    """A connection for each address."""
    async with AsyncExitStack() as stack:
        connections: dict[Role, Connection[Record]] = {}
        for role, url in urls.items():
            connections[role] = await asyncpg.connect(url, timeout=CONNECT_SECONDS)
            stack.push_async_callback(connections[role].close)
        yield connections


async def _one_database(connections: Connections) -> list[Finding]:
    """All addresses lead to the same database of the same server."""
    (first, connection), *others = connections.items()
    missing = [role for role in ROLES if role not in connections]
    unseen = [unchecked("addresses", f"{address_of(role)} is not given") for role in missing]
    if not others:
        return unseen
    key = randbits(62)
    async with connection.transaction():
        await connection.execute(HOLD, key)
        elsewhere = [role for role, other in others if await other.fetchval(IS_FREE, key)]
    if not elsewhere:
        return [Finding("addresses", f"{len(connections)} addresses, all of the same database"), *unseen]
    where = "; ".join([f"{address_of(role)} leads to {await connections[role].fetchval(WHERE)}" for role in (first, *elsewhere)])
    return [Finding("addresses", f"two databases: {where}", "Let all addresses name the same server and database."), *unseen]


async def _room(settings: Settings, connections: Connections, processes: Processes) -> list[Finding]:
    """The connections that all processes may open fit into what the server, the database and the roles allow."""
    needed: dict[Role, int] = {"app": processes.web * of_web_process(settings), "jobs": processes.worker * of_worker(settings)}
    words = (
        f"{processes.web} times {of_web_process(settings)} of web processes and {processes.worker} times {of_worker(settings)} of workers"
    )
    rooms = {role: (await connection.fetch(ROOM))[0] for role, connection in connections.items()}
    room = min(row["database"] for row in rooms.values())
    found = []
    if (most := sum(needed.values())) > room:
        found.append(_full(f"{words} are {most} connections, and the database lets in {room}"))
    for role, most in needed.items():
        limit = rooms[role]["role"] if role in rooms else None
        if limit is not None and most > limit:
            found.append(_full(f"{words}: {address_of(role)} needs {most} connections, and its role may have {limit}"))
    return found or [Finding("connections", f"{words} are {sum(needed.values())}, and the database lets in {room}")]


def of_web_process(settings: Settings) -> int:
    """The connections that a web process opens at most."""
    return settings.readers + settings.desks + settings.writers + PROBE


def of_worker(settings: Settings) -> int:
    """The connections that a worker process opens at most."""
    return settings.workers * CONNECTIONS_OF_A_JOB


def _full(words: str) -> Finding:
    remedy = "Raise max_connections (or the limit of the database or role), or lower BAILIWICK_READERS, _DESKS, _WRITERS or _WORKERS."
    return Finding("connections", words, remedy, is_warning=True)


async def _proxies(settings: Settings, connections: Connections) -> Finding:
    """Portals with hosts are reached by https, which a proxy speaks: without its address, it is the address of all customers."""
    if settings.trusted_proxies:
        return Finding("proxies", f"believed: {settings.trusted_proxies}")
    hosts = await official_hosts(connections)
    if hosts is None:
        return unchecked("proxies", "none are named, and whether portals have hosts is not for this role to see")
    if hosts:
        words = f"none are named, and {hosts[0]} is reached through one: all customers share one address, and its budget of sign-ins"
        return Finding("proxies", words, "Name the proxy in BAILIWICK_TRUSTED_PROXIES.", is_warning=True)
    return unchecked(
        "proxies", "none are named, and no portal has a host that others reach", "Behind a proxy, set BAILIWICK_TRUSTED_PROXIES."
    )


async def official_hosts(connections: Connections) -> list[str] | None:
    """Hosts of portals, as far as other machines can reach them. Only owner and worker may read the list; `None` for others."""
    connection = connections.get("jobs") or connections.get("owner")
    if connection is None:
        return None
    try:
        names = [row[0] for row in await connection.fetch(HOSTS)]
    except (*UNMADE, asyncpg.InsufficientPrivilegeError):
        return None
    # A portal is listed by its key, too: `portal:corner` is the host of nobody.
    return [name for name in names if NAME.fullmatch(name) and not is_local(name)]
