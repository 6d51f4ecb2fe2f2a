"""Whether there is anything to judge, and whether work is done: for `doctor`. An empty installation is not called well, but not checked."""

import asyncpg
from asyncpg import Connection, Record

from server.http.hosts import NAME
from server.process.health_findings import Finding, unchecked
from server.process.joint_checks import Connections
from server.process.settings import address_of

HOUSES = """select t.key, exists (select from bailiwick.portal p where p.tenant_id = t.id) as has_portal,
  exists (select from bailiwick.staff s where s.tenant_id = t.id) as has_staff,
  array(select h.name from bailiwick.portal_host h where h.tenant_id = t.id) as hosts from bailiwick.tenant t order by t.key"""
# Sessions of other roles do not show what they are: only the worker's own role sees its workers.
WORKERS = "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'bailiwick-worker'"
LATE_MINUTES = 5  # a worker looks every second; what is due for longer waits for nobody
LATE = f"""select count(*) as jobs, min(run_at) as since from bailiwick.job where run_at < now() - interval '{LATE_MINUTES} minutes'
  and (state = 'QUEUED' or state = 'RUNNING' and leased_until_at < now() - interval '{LATE_MINUTES} minutes')"""
DONE = "select max(finished_at) from bailiwick.job where state = 'DONE'"
DEAD = "select count(*) from bailiwick.job where state = 'DEAD'"
UNREADABLE = (asyncpg.UndefinedTableError, asyncpg.InvalidSchemaNameError, asyncpg.InsufficientPrivilegeError)


async def of_contents(connections: Connections) -> list[Finding]:
    """What is found in the tables. Where they cannot be read, that is a finding."""
    try:
        return [*await _houses(connections.get("owner")), *await _work(connections.get("jobs"))]
    except UNREADABLE as error:
        return [unchecked("contents", f"the tables cannot be read ({type(error).__name__})", "Mend what is wrong above.")]


async def _houses(owner: "Connection[Record] | None") -> list[Finding]:
    """Each house has what its customers and its staff need to sign in."""
    if owner is None:
        return [unchecked("houses", f"{address_of('owner')} is not given, and only the owner sees all houses")]
    houses = await owner.fetch(HOUSES)
    if not houses:
        return [unchecked("houses", "there is none yet", "Run: bailiwick tenant add")]
    found = [
        _lacking("portals", "no portal", [row["key"] for row in houses if not row["has_portal"]], "bailiwick portal add"),
        _lacking("hosts", "no portal with a host", [row["key"] for row in houses if not any(map(NAME.fullmatch, row["hosts"]))],
                 "bailiwick portal add … --host HOST"),
        _lacking("staff", "nobody on their staff", [row["key"] for row in houses if not row["has_staff"]], "bailiwick staff add"),
    ]  # fmt: skip
    return [Finding("houses", f"{len(houses)}"), *(finding for finding in found if finding)]


def _lacking(name: str, what: str, keys: list[str], command: str) -> Finding | None:
    if not keys:
        return None
    shown = ", ".join(keys[:3]) + (f" and {len(keys) - 3} more" if len(keys) > 3 else "")
    return unchecked(name, f"houses with {what}: {shown}", f"If that is not meant, run: {command}")


async def _work(jobs: "Connection[Record] | None") -> list[Finding]:
    """Jobs that are due are done."""
    if jobs is None:
        return [unchecked("worker", f"{address_of('jobs')} is not given, and only the worker's role sees whether jobs are done")]
    workers, late = await jobs.fetchval(WORKERS), (await jobs.fetch(LATE))[0]
    return [await _worker(jobs, workers, late), *await _given_up(jobs)]


async def _worker(jobs: "Connection[Record]", workers: int, late: Record) -> Finding:
    connected = f"{workers} connections of workers" if workers else "no worker is connected"
    if late["jobs"]:
        words = f"{connected}, and {late['jobs']} jobs are due since {late['since']:%Y-%m-%d %H:%M} UTC or later"
        return Finding("worker", words, "Start another `bailiwick work`." if workers else "Start: bailiwick work", is_warning=True)
    if not workers:
        done = await jobs.fetchval(DONE)
        last = f"the last job was done at {done:%Y-%m-%d %H:%M} UTC" if done else "no job was ever done"
        return unchecked("worker", f"{connected} and none is needed now; {last}", "Start: bailiwick work")
    return Finding("worker", f"{connected}, and no job waits")


async def _given_up(jobs: "Connection[Record]") -> list[Finding]:
    if dead := await jobs.fetchval(DEAD):
        words = f"{dead} were given up after too many attempts"
        return [Finding("jobs", words, "Look at them: bailiwick jobs list --state DEAD, then: bailiwick jobs retry JOB", is_warning=True)]
    return []
