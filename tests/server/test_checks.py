"""What stops a start. Each rule is broken alone, in a real database bent that way, and what the remedy says mends it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from models.migrating import OLDEST, too_old
from models.migrations import ORDER
from models.presets import DEFAULT
from models.queue import MOST_ATTEMPTS
from models.users import StaffRole
from schema import build
from server.commands.operations import Unwilling, add_portal, add_staff, add_tenant, begin_with_keys, bring_in
from server.process import checks
from server.process.clock import now
from server.process.embedded_postgres import Urls, as_role
from server.process.health_findings import Finding, Unfit, require
from server.process.joint_checks import Processes
from server.process.keys import new_master
from server.process.settings import Role, Settings
from server.process.worker import Worker
from tenants.fields import Undeclared
from tenants.policy import Policy
from tenants.table import LINES
from tests.database import Cluster

Superuser = asyncpg.Connection
ALL_MISSING = f"{len(ORDER)} to be applied: {', '.join(ORDER)}"
# What is bent, which check notices, what it says, and what mends it; `{db}` is the database.
BENT = [
    ("alter table contract no force row level security", "walls", "without forced row-level security: contract",
     "alter table bailiwick.contract enable row level security, force row level security"),
    ("alter table session disable row level security", "walls", "without forced row-level security: session",
     "alter table bailiwick.session enable row level security, force row level security"),
    ("create table mine (tenant_id uuid)", "walls", "without forced row-level security: mine", "drop table bailiwick.mine"),
    ("create policy loose on contract to bailiwick_app using (true)", "walls", "policies that let everything through: contract.loose",
     "drop policy loose on bailiwick.contract"),
    ("create policy loose on party using (true)", "walls", "policies that let everything through: party.loose",
     "drop policy loose on bailiwick.party"),
    ("create policy loose on mandate for insert to bailiwick_jobs with check (true)", "walls",
     "policies that let everything through: mandate.loose", "drop policy loose on bailiwick.mandate"),
    ('alter database "{db}" set synchronous_commit = off', "durability", "synchronous_commit is off",
     'alter database "{db}" set synchronous_commit = on'),
    ('alter role bailiwick_jobs in database "{db}" set synchronous_commit = off', "durability", "synchronous_commit is off",
     'alter role bailiwick_jobs in database "{db}" set synchronous_commit = on'),
    ("delete from migration", "migrations", ALL_MISSING, None),
    ("update migration set sha256 = 'x'", "migrations", "The migration initial was applied in another form.", None),
    ("drop schema bailiwick cascade", "migrations", ALL_MISSING, None),
    ("revoke usage on schema bailiwick from bailiwick_app", "app role", "bailiwick_app may not use the schema bailiwick",
     "grant usage on schema bailiwick to bailiwick_app"),
]  # fmt: skip


async def wrong_in(settings: Settings) -> list[Finding]:
    return [finding for finding in await checks.findings(settings) if not finding.is_well]


async def test_an_installation_that_is_as_it_should_be_may_start(installed: Settings):
    found = await checks.findings(installed)

    assert [finding for finding in found if not finding.is_well] == []
    require(found)


@pytest.mark.parametrize(("bend", "name", "found", "mend"), BENT, ids=[bend for bend, *_ in BENT])
async def test_a_database_that_is_bent_stops_the_start_and_its_remedy_mends_it(
    installed: Settings, superuser: Superuser, bend: str, name: str, found: str, mend: str | None
):
    database = await superuser.fetchval("select current_database()")
    await superuser.execute("set search_path = bailiwick")
    await superuser.execute(bend.format(db=database))

    wrong = await wrong_in(installed)

    assert {(finding.name, finding.found.startswith(found)) for finding in wrong} == {(name, True)}, wrong
    assert wrong[0].remedy
    with pytest.raises(Unfit, match=name):
        require(wrong)
    if mend:
        await superuser.execute(mend.format(db=database))
        assert await wrong_in(installed) == []


@pytest.mark.parametrize("role", ["app", "jobs"])
@pytest.mark.parametrize(
    ("how", "found"),
    [
        ("login superuser", "is above row-level security"),
        ("login bypassrls in role bailiwick_app, bailiwick_jobs", "is above row-level security"),
        ("login in role bailiwick_app, bailiwick_jobs, bailiwick_owner", "is, or may become, the owner of the tables"),
        ("login noinherit in role bailiwick_app, bailiwick_jobs, bailiwick_owner", "is, or may become, the owner of the tables"),
        ("login", "may not use the schema bailiwick"),
    ],
)
async def test_a_role_that_could_step_out_of_the_walls_stops_the_start(
    installed: Settings, passing_role: Callable[[str], Awaitable[str]], role: str, how: str, found: str
):
    name = await passing_role(how)
    database = installed.owner_database_url.partition("?")[0].rpartition("/")[2]
    field = "database_url" if role == "app" else "jobs_database_url"

    [wrong] = await wrong_in(installed.model_copy(update={field: as_role(installed.database_url, name, database)}))

    assert (wrong.name, wrong.found) == (f"{role} role", f"{name} {found}")
    assert wrong.remedy == f"Let {field.upper() if role == 'app' else 'BAILIWICK_JOBS_DATABASE_URL'} name bailiwick_{role}."


async def test_a_role_that_is_only_a_member_of_the_web_role_may_serve(
    installed: Settings, passing_role: Callable[[str], Awaitable[str]], empty_urls: Urls
):
    name = await passing_role("login in role bailiwick_app")
    database = empty_urls.app.partition("?")[0].rpartition("/")[2]
    assert await wrong_in(installed.model_copy(update={"database_url": as_role(empty_urls.app, name, database)})) == []


async def test_the_owner_is_no_web_role_and_the_web_role_is_no_owner(installed: Settings):
    wrong = await wrong_in(
        installed.model_copy(update={"database_url": installed.owner_database_url, "owner_database_url": installed.database_url})
    )
    assert [(finding.name, finding.found) for finding in wrong] == [
        ("app role", "bailiwick_owner is, or may become, the owner of the tables"),
        ("owner role", "bailiwick_app may not migrate"),
    ]


async def test_the_addresses_of_web_role_and_worker_in_each_others_place_stop_the_start(installed: Settings):
    swapped = installed.model_copy(
        update={"database_url": installed.jobs_database_url, "jobs_database_url": installed.database_url, "owner_database_url": ""}
    )
    wrong = await wrong_in(swapped)
    assert [(finding.name, finding.found) for finding in wrong] == [
        ("app role", "bailiwick_jobs is, or may become, the worker's role, which reads the rows of all customers"),
        ("jobs role", "bailiwick_app does not have the rights of bailiwick_jobs"),
    ]
    for role in ("app", "jobs"):
        with pytest.raises(Unfit, match=f"{role} role"):
            require(await checks.findings(swapped, [role]))


@pytest.mark.parametrize("how", ["login in role bailiwick_app, bailiwick_jobs", "login noinherit in role bailiwick_app, bailiwick_jobs"])
async def test_a_web_role_that_could_become_the_workers_stops_the_start(
    installed: Settings, passing_role: Callable[[str], Awaitable[str]], superuser: Superuser, how: str
):
    name = await passing_role(how)
    await superuser.execute(f"grant usage on schema bailiwick to {name}")
    database = await superuser.fetchval("select current_database()")

    [wrong] = await wrong_in(installed.model_copy(update={"database_url": as_role(installed.database_url, name, database)}))
    await superuser.execute(f"revoke usage on schema bailiwick from {name}")

    assert (wrong.name, wrong.found[:40]) == ("app role", f"{name} is, or may become, the worker's role"[:40])


@pytest.mark.parametrize("field", ["jobs_database_url", "owner_database_url", "database_url"])
async def test_an_address_of_another_database_is_found_though_each_is_right_alone(
    installed: Settings, cluster: Cluster, empty_template: str, field: str
):
    other = await cluster.clone(empty_template)
    role = {"jobs_database_url": "jobs", "owner_database_url": "owner", "database_url": "app"}[field]
    split = installed.model_copy(update={field: getattr(other, role)})

    found = await checks.examine(split)
    await cluster.drop(other)

    [wrong] = [finding for finding in found if not finding.is_well]
    assert (wrong.name, wrong.found[:36]) == ("addresses", "two databases: DATABASE_URL leads to"), wrong
    assert wrong.remedy == "Let all addresses name the same server and database."


async def test_addresses_of_one_database_are_known_as_such_however_they_are_written(installed: Settings):
    spelled = installed.model_copy(update={"jobs_database_url": f"{installed.jobs_database_url}&application_name=other"})
    found = {finding.name: finding for finding in await checks.examine(spelled)}
    assert (found["addresses"].found, found["addresses"].remedy) == ("3 addresses, all of the same database", "")


@pytest.mark.parametrize(
    ("update", "processes", "is_warned"),
    [
        ({}, Processes(), False),
        ({"readers": 200, "desks": 100, "writers": 100}, Processes(), True),
        ({}, Processes(web=26), False),
        ({}, Processes(web=27), True),
        ({"workers": 16}, Processes(worker=9), True),
    ],
)
async def test_more_connections_than_the_database_lets_in_are_warned_of_with_their_sum(
    installed: Settings, update: dict[str, int], processes: Processes, is_warned: bool
):
    """The server of the tests takes 400, of which three are kept back for a superuser."""
    told = {f.name: f for f in await checks.examine(installed.model_copy(update=update), processes)}["connections"]
    s = installed.model_copy(update=update)
    most = processes.web * (s.readers + s.desks + s.writers + 1) + processes.worker * s.workers * 3
    assert (f"{most}" in told.found, "the database lets in 397" in told.found, told.is_warning) == (True, True, is_warned)


async def test_the_limits_of_a_role_and_of_a_database_count_too(
    installed: Settings, passing_role: Callable[[str], Awaitable[str]], superuser: Superuser
):
    name = await passing_role("login connection limit 14 in role bailiwick_app")
    database = await superuser.fetchval("select current_database()")
    limited = installed.model_copy(update={"database_url": as_role(installed.database_url, name, database)})
    told = {f.name: f for f in await checks.examine(limited)}["connections"]
    assert (told.is_warning, "needs 15 connections, and its role may have 14" in told.found) == (True, True)

    await superuser.execute(f'alter database "{database}" connection limit 20')
    told = {f.name: f for f in await checks.examine(installed)}["connections"]
    assert (told.is_warning, "are 21 connections, and the database lets in 20" in told.found) == (True, True)


async def test_portals_with_hosts_and_no_proxy_that_is_named_are_warned_of(installed: Settings):
    await add_tenant(installed, "north", "North Lease SA", "BE", "EUR")
    await add_portal(installed, "north", "desk", "Desk", DEFAULT, ["desk.localhost"])
    assert not {f.name: f for f in await checks.examine(installed)}["proxies"].is_warning

    await add_portal(installed, "north", "corner", "Corner", DEFAULT, ["portal.example.com"])
    told = {f.name: f for f in await checks.examine(installed)}["proxies"]
    assert (told.is_warning, told.remedy) == (True, "Name the proxy in BAILIWICK_TRUSTED_PROXIES.")

    named = installed.model_copy(update={"trusted_proxies": "10.0.0.7"})
    assert {f.name: f for f in await checks.examine(named)}["proxies"].found == "believed: 10.0.0.7"


async def unchecked_in(settings: Settings) -> dict[str, str]:
    return {finding.name: finding.found for finding in await checks.examine(settings) if finding.is_unchecked}


async def test_an_empty_installation_is_not_called_well_but_not_checked(installed: Settings):
    found = await unchecked_in(installed)
    assert set(found) == {"documents", "houses", "key check", "proxies", "worker", "bytes"}
    assert all(words.startswith("not checked: ") for words in found.values())


async def test_what_a_house_lacks_before_anybody_can_sign_in_is_said_until_it_is_there(installed: Settings):
    await add_tenant(installed, "north", "North Lease SA", "BE", "EUR")
    assert {"portals", "hosts", "staff"} <= set(await unchecked_in(installed))

    await add_portal(installed, "north", "corner", "Corner", DEFAULT, [])
    await add_staff(installed, "north", "Sofie", "sofie@north.example", [StaffRole.AGENT], None)
    assert {"portals", "hosts", "staff"} & set(await unchecked_in(installed)) == {"hosts"}

    await add_portal(installed, "north", "desk", "Desk", DEFAULT, ["portal.example.com"])
    assert {"houses", "portals", "hosts", "staff"} & set(await unchecked_in(installed)) == set()


async def test_addresses_that_are_not_given_are_named_as_not_checked(installed: Settings):
    alone = await checks.examine(installed.model_copy(update={"owner_database_url": "", "jobs_database_url": ""}))
    said = {(finding.name, finding.found) for finding in alone if finding.is_unchecked}
    assert ("addresses", "not checked: BAILIWICK_JOBS_DATABASE_URL is not given") in said
    assert ("addresses", "not checked: BAILIWICK_OWNER_DATABASE_URL is not given") in said
    assert {"worker", "houses", "proxies"} <= {name for name, _ in said}


async def test_a_worker_that_is_not_there_is_told_and_with_jobs_that_wait_it_is_warned_of(installed: Settings):
    await add_tenant(installed, "north", "North Lease SA", "BE", "EUR")
    await add_portal(installed, "north", "corner", "Corner", DEFAULT, ["portal.example.com"])
    assert "no worker is connected" in (await unchecked_in(installed))["worker"]

    async with Worker.of(installed)._queue("a") as queue:
        told = {f.name: f for f in await checks.examine(installed)}["worker"]
        assert (told.found, told.remedy) == ("1 connections of workers, and no job waits", "")

        await queue.plan("housekeeping", timedelta(0), now() - timedelta(minutes=10))
        told = {f.name: f for f in await checks.examine(installed)}["worker"]
        assert (told.is_warning, told.remedy) == (True, "Start another `bailiwick work`.")
    told = {f.name: f for f in await checks.examine(installed)}["worker"]
    assert (told.is_warning, "1 jobs are due since" in told.found, told.remedy) == (True, True, "Start: bailiwick work")

    await Worker.of(installed).run_dry()
    assert "the last job was done at" in (await unchecked_in(installed))["worker"]


async def test_jobs_that_were_given_up_are_warned_of(installed: Settings):
    await add_tenant(installed, "north", "North Lease SA", "BE", "EUR")
    await add_portal(installed, "north", "corner", "Corner", DEFAULT, ["portal.example.com"])
    async with Worker.of(installed)._queue("a") as queue:
        await queue.plan("housekeeping", timedelta(0), now())
        for hours in range(MOST_ATTEMPTS):
            job = await queue.claim(["housekeeping"], now() + timedelta(hours=2 * hours))
            assert job is not None
            await queue.fail(job, "Broken", now() + timedelta(hours=2 * hours))
    told = {f.name: f for f in await checks.examine(installed)}["jobs"]
    assert (told.is_warning, told.found) == (True, "1 were given up after too many attempts")


async def test_what_was_not_looked_at_behind_a_fault_is_said(installed: Settings):
    found = await unchecked_in(installed.model_copy(update={"database_url": installed.owner_database_url}))
    assert "migrations, walls and keys" in found["tables"]
    away = await unchecked_in(installed.model_copy(update={"jobs_database_url": "postgresql://bailiwick_jobs@127.0.0.1:1/x"}))
    assert "addresses" in away


async def test_a_web_process_needs_no_address_of_the_owner_and_none_of_the_worker(installed: Settings):
    alone = installed.model_copy(update={"owner_database_url": "", "jobs_database_url": ""})
    require(await checks.findings(alone, ["app"]))


async def test_a_database_that_is_away_and_one_that_is_missing_are_told_with_what_to_do(installed: Settings):
    away = installed.model_copy(update={"database_url": "postgresql://bailiwick_app@127.0.0.1:1/x"})
    missing = installed.model_copy(update={"database_url": as_role(installed.database_url, "bailiwick_app", "nowhere")})
    stranger = installed.model_copy(update={"database_url": as_role(installed.database_url, "nobody_here", "postgres")})

    [is_away], [is_missing], [is_stranger] = await wrong_in(away), await wrong_in(missing), await wrong_in(stranger)

    assert (is_away.name, is_away.remedy[:45]) == ("database", "Start the database, or correct DATABASE_URL. ")
    assert (is_missing.found, "doctor --sql" in is_missing.remedy) == ('database "nowhere" does not exist', True)
    assert (is_stranger.name, is_stranger.found) == ("app role", 'role "nobody_here" does not exist')


@pytest.mark.parametrize(("major", "is_refused"), [(9, True), (OLDEST - 1, True), (OLDEST, False), (OLDEST + 2, False)])
def test_a_server_that_is_older_than_the_product_is_made_for_is_refused_by_number(major: int, is_refused: bool):
    assert too_old(major) == (f"PostgreSQL {major} is too old: use PostgreSQL {OLDEST} or newer." if is_refused else None)


async def test_a_demo_is_reached_from_its_own_machine_only(installed: Settings, superuser: Superuser):
    await superuser.execute("insert into bailiwick.installation (id, is_demo, created_at) values (1, true, now())")

    assert await wrong_in(installed) == []
    [wrong] = await wrong_in(installed.model_copy(update={"host": "0.0.0.0"}))
    assert (wrong.name, wrong.remedy[:28]) == ("demo", "Leave BAILIWICK_HOST out, or")

    await superuser.execute("update bailiwick.installation set is_demo = false")
    assert await wrong_in(installed.model_copy(update={"host": "0.0.0.0"})) == []


async def test_a_database_that_forgets_in_a_power_cut_is_warned_of(installed: Settings):
    """The server of the tests is one: see tests/database.py."""
    warned = {finding.name: finding for finding in await checks.findings(installed, ["app"]) if finding.is_warning}
    assert warned["durability"].found == "fsync and full_page_writes off: a crash of the machine destroys the database"


async def test_one_address_for_all_roles_and_links_without_an_address_are_warned_of(installed: Settings, superuser: Superuser):
    one = installed.model_copy(
        update={
            "database_url": installed.owner_database_url.replace("bailiwick_owner@", "postgres@"),
            "owner_database_url": "",
            "jobs_database_url": "",
            "single_role": True,
            "public_url": "",
        }
    )
    found = await checks.findings(one)
    assert [finding.name for finding in found if finding.is_warning] == ["roles", "address", "durability"]
    require(found)


@pytest.mark.parametrize(
    ("update", "name", "found", "remedy"),
    [
        ({"key_file": Path("nowhere/master")}, "keys", "no master secret", "there is no key file nowhere/master. `bailiwick keys new`"),
        ({"files": "/dev/null/x"}, "files", "/dev/null/x cannot be written", "Correct BAILIWICK_FILES, or the rights on it."),
        ({"trusted_documents": Path("nowhere")}, "documents", "cannot be read", "BAILIWICK_TRUSTED_DOCUMENTS: there is no folder nowhere."),
        ({"legal_figures": Path("nowhere.toml")}, "figures", "cannot be read", "BAILIWICK_LEGAL_FIGURES: nowhere.toml cannot be read: "),
        ({"trusted_only": True}, "documents", "cannot be read", "BAILIWICK_TRUSTED_ONLY needs BAILIWICK_TRUSTED_DOCUMENTS"),
        ({"database_url": ""}, "settings", "incomplete", "DATABASE_URL is not set"),
    ],
)
async def test_what_is_missing_around_the_database_stops_the_start(
    installed: Settings, update: dict[str, object], name: str, found: str, remedy: str
):
    [wrong] = await wrong_in(installed.model_copy(update=update))
    assert (wrong.name, wrong.found[: len(found)]) == (name, found)
    assert remedy in wrong.remedy


@pytest.mark.parametrize(
    ("text", "found", "says"),
    [
        ("query Mine { contracts { totalCount } }", "1 trusted documents, nothing else from browsers", ""),
        ("query Mine {\n  contracts { total }\n}", "not all of them fit this schema", "mine.graphql:2:15: Cannot query field 'total' on type 'ContractConnection'."),
        ("query Mine { contracts(first: 100) { nodes { installments(first: 100) { nodes { id } } } } }", "not all of them fit this schema", "mine.graphql: The cost of the operation is 10201, at most 10000 is allowed. The dearest field is contracts.nodes.installments, at 10100. With a page of 97 it would pass."),
    ],
)  # fmt: skip
async def test_a_trusted_document_that_could_not_be_asked_for_stops_the_start(
    installed: Settings, tmp_path: Path, text: str, found: str, says: str
):
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "mine.graphql").write_text(text)
    registered = installed.model_copy(update={"trusted_documents": tmp_path / "documents", "trusted_only": True})

    [told] = [finding for finding in await checks.findings(registered) if finding.name == "documents"]

    assert (told.found, told.remedy) == (found, says and f"BAILIWICK_TRUSTED_DOCUMENTS: {says}")


async def test_a_master_secret_that_others_may_read_stops_the_start(installed: Settings):
    installed.key_file.chmod(0o640)
    [wrong] = await wrong_in(installed)
    assert "chmod 600" in wrong.remedy


async def test_earlier_master_secrets_are_counted(installed: Settings):
    installed.key_file.write_text(f"{new_master()}\n{installed.key_file.read_text()}")
    assert "a master secret and 1 earlier" in [finding.found for finding in await checks.findings(installed, ["app"])]


@pytest.mark.parametrize("role", ["app", "jobs"])
async def test_other_master_secrets_than_those_of_the_data_stop_the_start(installed: Settings, role: Role):
    """Else the same IBAN would have two indexes, and rows would be sealed with a key that is nowhere."""
    first = installed.key_file.read_text()
    await begin_with_keys(installed, role)
    assert "the master secrets are those of this data" in [finding.found for finding in await checks.findings(installed, [role])]

    installed.key_file.write_text(f"{new_master()}\n")
    [wrong] = await wrong_in(installed)
    assert (wrong.name, "not among those given" in wrong.found, "Put that secret back" in wrong.remedy) == ("key check", True, True)
    with pytest.raises(Unwilling, match="not among those given"):
        await begin_with_keys(installed, role)
    with pytest.raises(Unwilling, match="not among those given"):
        await bring_in(installed, "north", installed.key_file)

    installed.key_file.write_text(f"{new_master()}\n{first}")
    assert await wrong_in(installed) == []
    await begin_with_keys(installed, role)
    installed.key_file.write_text(first)
    [wrong] = await wrong_in(installed)  # something may be sealed with the newer one by now
    assert wrong.name == "key check"


def test_a_field_without_a_policy_line_stops_the_start_by_name():
    schema = build()._schema
    Policy(schema, LINES)
    without = {name: lines for name, lines in LINES.items() if name != "Mandate"}
    with pytest.raises(Undeclared, match=r"no line for Mandate\.account, "):
        Policy(schema, without)


def test_a_policy_line_that_covers_nothing_stops_the_start_by_name():
    [(principals, names), *others] = LINES["Mandate"]
    with pytest.raises(Undeclared, match=r"nothing in the schema needs a line for Mandate\.shoeSize"):
        Policy(build()._schema, {**LINES, "Mandate": [(principals, f"{names} shoeSize"), *others]})
