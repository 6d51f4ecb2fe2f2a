"""Where customers stand: totals are the sums of their parts, arrears are what is owed, alerts say what to look at."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from models import Account, Contract
from tests.api.asking import at, hidden, read
from tests.api.importing import archive, started, worker
from tests.tenants.asking import gate_of
from tests.world import T1, World

PAGE = """reckonedOn
  contracts { id currency outstandingPrincipal { amount currency } }
  nextInstallments { dueOn contract { id } outstanding { amount } }
  arrears { contract { id } account { id } amount { amount currency } sinceOn unpaidCount incidents }
  totals { currency contractCount outstandingPrincipal overdue openCaseCount openCasesOutstanding }
  alerts { kind dueOn contract { id } amount { amount currency } }"""
WHOLE = f"query ($accounts: [ID!]) {{ dashboard(accounts: $accounts) {{ {PAGE} }} }}"
ONE = f"query ($id: ID!) {{ account(id: $id) {{ dashboard {{ {PAGE} }} }} }}"
ARREARS = "query ($id: ID!) { contract(id: $id) { arrears { amount { amount currency } sinceOn unpaidCount incidents } } }"


def summed(amounts: list[str | None]) -> Decimal:
    return sum((Decimal(amount) for amount in amounts if amount is not None), Decimal(0))


def assert_adds_up(page: Any) -> None:
    """Each total is the sum of its parts, for each currency by itself."""
    currencies = {contract["currency"] for contract in page["contracts"]} | {each["amount"]["currency"] for each in page["arrears"]}
    assert {total["currency"] for total in page["totals"]} == currencies
    for total in page["totals"]:
        contracts = [contract for contract in page["contracts"] if contract["currency"] == total["currency"]]
        owed = [each["amount"]["amount"] for each in page["arrears"] if each["amount"]["currency"] == total["currency"]]
        outstanding = [contract["outstandingPrincipal"] and contract["outstandingPrincipal"]["amount"] for contract in contracts]
        assert total["contractCount"] == len(contracts)
        assert Decimal(total["outstandingPrincipal"]) == summed(outstanding)
        assert Decimal(total["overdue"]) == summed(owed)


@pytest.mark.row("CC-6", part="the next due date is on the dashboard, too")
@pytest.mark.row("CO-10")
async def test_totals_are_the_sums_of_their_parts(own_world: World):
    await at(own_world, datetime(2026, 2, 15, 12, tzinfo=UTC))
    for who in ("admin1", "view1", "acct", "narrow", "t2", "t4"):
        page = (await read(own_world, who, WHOLE))["dashboard"]

        assert page["reckonedOn"] == "2026-02-15"
        assert page["contracts"] and page["arrears"]
        assert {each["dueOn"] for each in page["nextInstallments"]} == {"2026-03-01"}
        assert_adds_up(page)


@pytest.mark.row("KR-3")
@pytest.mark.row("KR-21")
async def test_open_cases_are_counted_beside_what_is_overdue_and_come_first_in_their_list(world: World):
    """Two of anna's claims are open, and older than those that are paid or closed: 455.01 and 1.00 are still to be paid."""
    query = "query ($account: ID!) { cases(first: 100, filter: {accounts: [$account]}) { nodes { number state openedOn outstanding { amount } } } }"
    account = world.gid("t4", Account, "A3-ACC")

    [total] = (await read(world, "anna", WHOLE, accounts=[account]))["dashboard"]["totals"]
    cases = (await read(world, "anna", query, account=account))["cases"]["nodes"]

    still_open = [case for case in cases if case["state"] not in ("PAID", "CLOSED")]
    assert cases[: len(still_open)] == still_open
    assert [case["number"] for case in cases] == ["K/2025-10", "K/2025-1", "K/2025-12", "K/2025-11"]
    assert (total["openCaseCount"], total["openCasesOutstanding"]) == (2, "456.01")
    assert summed([case["outstanding"]["amount"] for case in still_open]) == Decimal(total["openCasesOutstanding"])
    assert len({(case["state"], case["number"]) for case in cases}) == len(cases)


@pytest.mark.row("CO-10")
async def test_two_currencies_are_never_added(own_world: World):
    key = own_world.ids["t1", "contract", "A1-C2"]
    await own_world.owner.execute("update contract set currency = 'NOK' where id = $1", key)
    await own_world.owner.execute("update installment set currency = 'NOK' where contract_id = $1", key)

    page = (await read(own_world, "admin1", WHOLE))["dashboard"]

    assert [(total["currency"], total["overdue"]) for total in page["totals"]] == [("EUR", "244.42"), ("NOK", "122.21")]
    assert_adds_up(page)


async def test_the_page_of_an_account_is_its_own_and_the_whole_is_all_of_them(world: World):
    accounts = [world.gid("t1", Account, external) for external in ("A1-ACC", "A2-ACC")]

    pages = [(await read(world, "acct", ONE, id=account))["account"]["dashboard"] for account in accounts]
    named = [(await read(world, "acct", WHOLE, accounts=[account]))["dashboard"] for account in accounts]
    whole = (await read(world, "acct", WHOLE))["dashboard"]

    assert pages == named
    assert sorted(c["id"] for page in pages for c in page["contracts"]) == sorted(c["id"] for c in whole["contracts"])
    assert summed([t["overdue"] for page in pages for t in page["totals"]]) == summed([t["overdue"] for t in whole["totals"]])


async def test_accounts_that_are_not_yours_and_none_at_all_give_the_same_empty_page(world: World):
    foreign, other_house = world.gid("t1", Account, "A2-ACC"), world.gid("t2", Account, "A1-ACC")

    pages = [(await read(world, "admin1", WHOLE, accounts=ids))["dashboard"] for ids in ([foreign], [other_house], ["acc_" + "0" * 32], [])]

    empty = {"reckonedOn": "2026-03-02", "contracts": [], "nextInstallments": [], "arrears": [], "totals": [], "alerts": []}
    assert pages == [empty] * 4


async def test_staff_read_the_page_of_an_account_and_have_none_of_their_own(world: World):
    account = world.gid("t1", Account, "A1-ACC")

    assert (await read(world, "agent", ONE, id=account)) == (await read(world, "admin1", ONE, id=account))
    assert (await world.ask("agent", WHOLE)).codes == ["FORBIDDEN"]
    assert (await world.ask(None, WHOLE)).codes == ["UNAUTHENTICATED"]


@pytest.mark.row("CO-48", part="null where nothing is owed")
async def test_arrears_are_what_is_due_and_unpaid_and_null_when_nothing_is(own_world: World):
    contract = own_world.gid("t1", Contract, "A1-C1")
    one = {"amount": {"amount": "122.21", "currency": "EUR"}, "sinceOn": "2026-02-01", "unpaidCount": 1, "incidents": 0}

    assert (await read(own_world, "admin1", ARREARS, id=contract))["contract"]["arrears"] == one

    await own_world.owner.execute(
        "update installment set paid_amount = incl_vat_amount, state = 'PAID' where contract_id = $1 and number = 2",
        own_world.ids["t1", "contract", "A1-C1"],
    )
    assert (await read(own_world, "admin1", ARREARS, id=contract))["contract"] == {"arrears": None}


@pytest.mark.row("CO-48", part="an incident, and an alert of it")
async def test_a_debit_that_came_back_puts_its_installment_into_arrears_again(own_world: World):
    contract, key = own_world.gid("t1", Contract, "A1-C1"), own_world.ids["t1", "contract", "A1-C1"]
    await own_world.owner.execute("update direct_debit set contract_id = $1, state = 'RETURNED', returned_on = '2026-02-20'"
        " where id = (select id from direct_debit where account_id = (select account_id from contract where id = $1) order by id limit 1)", key)  # fmt: skip

    arrears = (await read(own_world, "admin1", ARREARS, id=contract))["contract"]["arrears"]
    page = (await read(own_world, "admin1", WHOLE))["dashboard"]

    assert (arrears["amount"]["amount"], arrears["incidents"]) == ("122.21", 1)
    assert ("DEBIT_RETURNED", "2026-02-20", {"id": contract}) in [(a["kind"], a["dueOn"], a["contract"]) for a in page["alerts"]]


@pytest.mark.row("CO-48")
async def test_arrears_are_null_until_a_debit_that_had_paid_comes_back(own_world: World, tmp_path: Path):
    """All by what the house exports: the second installment is paid, then the collection is returned that had paid 22.21 of the first."""
    contract = own_world.gid("t1", Contract, "A1-C1")
    paid = row_of("installments", "A1-C1-I2") | {"state": "PAID", "paid_amount": "122.21"}
    returned = row_of("direct_debits", "A1-C1-DD") | {"state": "RETURNED", "returned_on": "2026-02-20"}
    found = []
    for sequence, rows in enumerate(({"installments": [paid]}, {"direct_debits": [returned]}), 2):
        await at(own_world, own_world.now + timedelta(hours=1))
        await started(own_world, archive(tmp_path, rows, sequence=sequence), key=f"key {sequence}")
        await worker(own_world).run_dry()
        found.append((await read(own_world, "admin1", ARREARS, id=contract))["contract"]["arrears"])

    assert found == [
        None,
        {"amount": {"amount": "22.21", "currency": "EUR"}, "sinceOn": "2026-01-01", "unpaidCount": 1, "incidents": 1},
    ]
    await hidden(own_world, ARREARS, contract)


def row_of(type_: str, external_id: str) -> dict[str, Any]:
    return next(row for row in T1[type_] if row["external_id"] == external_id)


@pytest.mark.row("X-16", part="what is overdue turns over at the portal's midnight, before and after the change to summer time")
@pytest.mark.parametrize(
    ("due_on", "last_instant", "first_instant"),
    [
        ("2026-03-10", "2026-03-10T22:59:59", "2026-03-10T23:00:00"),  # Brussels is an hour ahead of UTC
        ("2026-03-29", "2026-03-29T21:59:59", "2026-03-29T22:00:00"),  # and from this day on two
    ],
)
async def test_an_installment_is_overdue_from_the_day_after_it_was_due_where_the_portal_is(
    own_world: World, due_on: str, last_instant: str, first_instant: str
):
    contract, key = own_world.gid("t1", Contract, "A1-C1"), own_world.ids["t1", "contract", "A1-C1"]
    await own_world.owner.execute("update installment set due_on = $2::text::date, state = 'DUE' where contract_id = $1", key, due_on)
    found = []
    for instant in (last_instant, first_instant):
        await at(own_world, datetime.fromisoformat(instant).replace(tzinfo=UTC))
        found.append((await read(own_world, "admin1", ARREARS, id=contract))["contract"]["arrears"])

    assert (found[0], found[1]["sinceOn"]) == (None, due_on)


@pytest.mark.row("CO-48", part="[ISO]")
async def test_arrears_of_others_are_not_read(world: World):
    for who in ("admin2", "t2", "narrow"):
        answers = [await world.ask(who, ARREARS, id=gid) for gid in (world.gid("t1", Contract, "A1-C1"), "con_" + "0" * 32)]
        assert [(answer.status, answer.data, answer.errors) for answer in answers] == [(200, {"contract": None}, [])] * 2


@pytest.mark.row("CO-45", part="what is more than one percent above the average of the last three; less is taken for rounding")
@pytest.mark.parametrize(("amount", "is_flagged"), [("101.00", False), ("101.01", True), ("300.00", True), ("20.00", False)])
async def test_an_installment_above_the_average_of_the_last_three_is_flagged(own_world: World, amount: str, is_flagged: bool):
    """Three installments of 100.00, and the next one: more than one percent above is worth an alert."""
    key, contract = own_world.ids["t1", "contract", "A1-C1"], own_world.gid("t1", Contract, "A1-C1")
    await own_world.owner.execute(
        "update installment set excl_vat_amount = 100, vat_amount = 0, paid_amount = 0 where contract_id = $1", key
    )
    await own_world.owner.execute(
        "insert into installment (tenant_id, id, account_id, contract_id, number, due_on, currency, excl_vat_amount, vat_amount, state, created_at, updated_at)"
        " select tenant_id, gen_random_uuid(), account_id, contract_id, 4, '2026-04-01', currency, $2::text::numeric, 0, 'SCHEDULED', created_at, updated_at"
        " from installment where contract_id = $1 and number = 1", key, amount)  # fmt: skip
    await own_world.owner.execute("update contract set currency = currency where id = $1", key)
    await at(own_world, datetime(2026, 3, 20, 12, tzinfo=UTC))

    alerts = (await read(own_world, "admin1", WHOLE))["dashboard"]["alerts"]

    flagged = [alert for alert in alerts if alert["kind"] == "HIGHER_INSTALLMENT"]
    assert [(a["dueOn"], a["contract"]["id"], a["amount"]["amount"]) for a in flagged] == (
        [("2026-04-01", contract, amount)] if is_flagged else []
    )


async def test_a_deadline_within_thirty_days_is_an_alert(own_world: World):
    key = own_world.ids["t1", "contract", "A1-C1"]
    for day, expected in (("2026-03-01", 0), ("2026-03-02", 1), ("2026-04-01", 1), ("2026-04-02", 0)):
        await own_world.owner.execute("update contract set ends_on = null")
        await own_world.owner.execute("update contract set ends_on = $2::text::date where id = $1", key, day)
        alerts = (await read(own_world, "admin1", WHOLE))["dashboard"]["alerts"]
        assert [a["dueOn"] for a in alerts if a["kind"] == "DEADLINE"] == [day] * expected


async def test_one_page_and_many_take_the_same_number_of_statements(world: World):
    two = "{ accounts { nodes { dashboard { reckonedOn totals { currency } alerts { kind } } } } }"
    counts = [(await world.ask(who, two)).statements for who in ("view1", "acct", "view1", "acct")][2:]

    assert counts[0] == counts[1] <= 12


async def test_a_moment_stands_still_while_others_write(own_world: World):
    gate = await gate_of(own_world, "admin1")
    by = ("currency",)

    async with gate.consistent() as still:
        before = await still.tallies(Contract, by, sums=("outstanding_principal_amount",))
        await own_world.owner.execute("update contract set outstanding_principal_amount = outstanding_principal_amount + 1")
        during = await still.tallies(Contract, by, sums=("outstanding_principal_amount",))
    after = await gate.tallies(Contract, by, sums=("outstanding_principal_amount",))

    assert list(map(tuple, before)) == list(map(tuple, during)) != list(map(tuple, after))


async def test_a_moment_gives_its_connection_back_even_when_it_fails(own_world: World):
    gate, database = await gate_of(own_world, "admin1"), own_world.tenancy.database

    with pytest.raises(ZeroDivisionError):
        async with gate.consistent():
            raise ZeroDivisionError

    assert len(database.free) == database.size
    assert (await read(own_world, "admin1", WHOLE))["dashboard"]["contracts"]


async def test_a_session_that_has_ended_reads_no_page(own_world: World):
    await read(own_world, "admin1", WHOLE)
    await own_world.owner.execute("update session set revoked_at = now() where device_name = 'Phone of admin1'")

    assert (await own_world.ask("admin1", WHOLE)).codes == ["UNAUTHENTICATED"]
