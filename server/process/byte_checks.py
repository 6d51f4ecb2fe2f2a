"""Whether documents have their bytes, and bytes a row that names them: `doctor --deep` goes over both stores for every house."""

from collections.abc import Sequence
from uuid import UUID

from asyncpg import Connection, Record

from channels.files import FileStore, StoreFailed
from jobs.file_housekeeping import MOST_MISSING, Reconciled, reconcile_files
from jobs.transaction import scoped
from models.documents import Document
from server.process.content_checks import UNREADABLE
from server.process.health_findings import Finding, unchecked
from server.process.joint_checks import Connections
from server.process.settings import Settings, WrongSettings, address_of

HOUSES = "select id, key from bailiwick.tenant order by key"
HOUSES_WITH_PORTALS = "select distinct tenant_id as id, tenant_id::text as key from bailiwick.portal_host order by key"
DOCUMENTS = "select count(*) from document where tenant_id = $1"
NOTED = "select count(*) from bailiwick.missing_file"
SHOWN = 5  # ids of a house
REMEDY = (
    "See that BAILIWICK_FILES is the place that was used before, or put its backup back. Imported documents: import the same export again."
)


async def of_bytes(settings: Settings, connections: Connections, *, is_deep: bool) -> list[Finding]:
    """What is found in both stores; without `is_deep` what housekeeping found in them before."""
    try:
        return await _compared(settings, connections) if is_deep else await _noted(connections)
    except StoreFailed as error:
        return [Finding("bytes", str(error).rstrip("."), "Correct BAILIWICK_FILES, or the rights on it.")]
    except (WrongSettings, *UNREADABLE):
        return [unchecked("bytes", "the tables or the store cannot be read", "Mend what is wrong above.")]


async def _noted(connections: Connections) -> list[Finding]:
    deep = unchecked("bytes", "documents were not compared with their bytes", "Run: bailiwick doctor --deep")
    owner = connections.get("owner")
    if owner is None or not (missing := await owner.fetchval(NOTED)):
        return [deep]
    return [
        Finding("bytes", f"{missing} documents were without bytes when they were last compared", f"{REMEDY} Which: doctor --deep"),
        deep,
    ]


async def _compared(settings: Settings, connections: Connections) -> list[Finding]:
    jobs = connections.get("jobs")
    if jobs is None:
        return [unchecked("bytes", f"{address_of('jobs')} is not given, and only the worker's role compares documents with their bytes")]
    store, owner = settings.store, connections.get("owner")
    found = [await _of_house(jobs, house, store) for house in await (owner or jobs).fetch(HOUSES if owner else HOUSES_WITH_PORTALS)]
    return found or [unchecked("bytes", "there is no house yet")]


async def _of_house(jobs: "Connection[Record]", house: Record, store: FileStore) -> Finding:
    name, documents = f"bytes of {house['key']}", await _documents(jobs, house["id"])
    compared = await reconcile_files(jobs, house["id"], store, may_delete=False)
    if compared.missing:
        return Finding(name, f"{_missing(compared.missing)} of {documents} documents without bytes; {_unused(compared)}", REMEDY)
    if not documents:
        return unchecked(name, f"there is no document; {_unused(compared)}")
    return Finding(name, f"all {documents} documents have bytes; {_unused(compared)}")


async def _documents(jobs: "Connection[Record]", tenant_id: UUID) -> int:
    async with scoped(jobs, tenant_id):
        return int(await jobs.fetchval(DOCUMENTS, tenant_id))


def _missing(ids: Sequence[UUID]) -> str:
    """How many, and which come first."""
    shown = ", ".join(f"{Document.PREFIX}_{one.hex}" for one in ids[:SHOWN])
    return f"{'at least ' if len(ids) == MOST_MISSING else ''}{len(ids)} ({shown}{', …' if len(ids) > SHOWN else ''})"


def _unused(compared: Reconciled) -> str:
    return f"{compared.unused} files that no row names, which housekeeping deletes a day after it saw them first"
