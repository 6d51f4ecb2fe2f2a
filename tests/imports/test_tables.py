"""Every amortization table that an import changes is held against its contract: the report says where it differs, and nobody else does."""

import threading
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from finance.dates import MOST_PERIODS
from finance.day_counts import DayCount, year_fraction
from finance.payments import Timing
from finance.phases import Annuity, Given
from finance.plans import Closing, Plan
from finance.rates import Conversion
from finance.schedules import schedule
from models.importing import tables
from models.imports import ImportMode
from tests.imports.conftest import House, Rows, Taken
from tests.imports.exports import mill

# The loan and the lease of requirements/numbers.md.
LOAN = Plan(
    financed_amount=Decimal(10_000), rate_percent=Decimal("4.8"), phases=(Annuity(periods=24),), first_due_on=date(2026, 3, 1)
)  # fmt: skip
LEASE = Plan(
    financed_amount=Decimal(50_000), rate_percent=Decimal("3.6"), phases=(Annuity(periods=60),), first_due_on=date(2026, 3, 1),
    closing=Closing.LEASE, residual_amount=Decimal(500),
)  # fmt: skip
CONTRACT = {
    "external_id": "C9", "account": "A1", "number": "L-9", "kind": "LOAN", "state": "ACTIVE", "currency": "EUR", "starts_on": "2026-02-01",
    "financed_amount": "10000.00", "nominal_rate_percent": "4.8", "periodicity_months": "1", "timing": "ARREARS",
}  # fmt: skip
LEASED = CONTRACT | {
    "kind": "FINANCE_LEASE",
    "financed_amount": "50000.00",
    "nominal_rate_percent": "3.6",
    "residual_value_amount": "500.00",
}
TABLE = {"external_id": "S9", "contract": "C9", "status": "FINAL", "revision": "1", "currency": "EUR"}
FIGURES = ("opening", "payment", "principal", "interest", "fees", "insurance", "vat", "closing")
COLUMNS = [f"{name}_balance_amount" if name in ("opening", "closing") else f"{name}_amount" for name in FIGURES]


def lines(plan: Plan, schedule_: str = "S9") -> list[dict[str, Any]]:
    """The table of a plan, as an export has it."""
    return [
        {"schedule": schedule_, "number": str(line.number), "due_on": line.due_on.isoformat()}
        | {column: str(getattr(line, name)) for name, column in zip(FIGURES, COLUMNS, strict=True)}
        for line in schedule(plan).lines
    ]


def export(plan: Plan = LOAN, contract: dict[str, Any] = CONTRACT, table: dict[str, Any] = TABLE) -> Rows:
    """A customer with one contract, and its table."""
    beginning = {name: mill()[name] for name in ("parties", "accounts")}
    return beginning | {"contracts": [contract], "amortization_schedules": [table], "amortization_lines": lines(plan, table["external_id"])}


def dearer(rows: Rows, *numbers: int, by: str = "0.03") -> Rows:
    """More interest in these lines, and paid: the table still chains and adds up."""
    for number in numbers:
        change(rows["amortization_lines"][number - 1], interest_amount=by, payment_amount=by)
    return rows


def change(line: dict[str, Any], **by: str) -> None:
    for column, amount in by.items():
        line[column] = str(Decimal(line[column]) + Decimal(amount))


def left_owed(rows: Rows, amount: str = "10.00") -> Rows:
    """The last payment pays less back, and the table ends there."""
    change(
        rows["amortization_lines"][-1], principal_amount=f"-{amount}", payment_amount=f"-{amount}", closing_balance_amount=amount
    )  # fmt: skip
    return rows


def said(taken: Taken) -> list[tuple[str, str | None, str]]:
    """What the report notes of tables: of which row, in which column, and how."""
    return [
        (row["external_id"], row["field"], row["message"])
        for row in taken.report
        if (row["rule"] or "").startswith("schedule.") and row["result"] != "REJECTED"
    ]


@pytest.mark.parametrize(("plan", "contract"), [(LOAN, CONTRACT), (LEASE, LEASED)], ids=["loan", "lease"])
async def test_a_table_that_fits_its_contract_goes_in_without_a_word(north: House, plan: Plan, contract: dict[str, Any]):
    taken = await north.take_rows(export(plan, contract))

    assert {(row["result"], row["rule"]) for row in taken.report} == {("CREATED", None)}


@pytest.mark.row("CC-5", part="an imported table whose interest is not that of its contract is taken, and noted for the back office")
async def test_interest_that_is_not_that_of_the_rate_is_noted_and_the_table_is_taken(north: House):
    rows = dearer(export(), 2, 5, 6, 24, by="0.20")

    taken = await north.take_rows(rows)

    assert taken.counts == {"CREATED": sum(len(of_type) for of_type in rows.values())}
    assert taken.row("amortization_schedules", "S9") == {
        "type": "amortization_schedules", "file": "amortization_schedules.csv", "line": 2, "external_id": "S9", "result": "CREATED",
        "field": "interest_amount", "rule": "schedule.differs",
        "message": "Line 2: interest is 38.61, at the agreed rate it would be 38.41 (3 more differences).",
    }  # fmt: skip
    assert [row for row in await north.stored("import_row", "external_id, rule") if row[1]] == [("S9", "schedule.differs")]


@pytest.mark.parametrize(("by", "is_noted"), [("0.01", False), ("-0.01", False), ("0.02", True), ("-0.02", True)])
async def test_a_cent_of_interest_is_allowed_and_two_are_not(north: House, by: str, is_noted: bool):
    taken = await north.take_rows(dearer(export(), 2, by=by))

    assert bool(said(taken)) == is_noted


async def test_a_table_that_ends_elsewhere_is_noted(north: House):
    taken = await north.take_rows(left_owed(export()))

    assert said(taken) == [("S9", "closing_balance_amount", "Line 24 closes at 10.00, the contract leaves 0.00.")]


async def test_a_table_of_another_amount_is_noted(north: House):
    taken = await north.take_rows(export(contract=CONTRACT | {"financed_amount": "9900.00"}))

    assert said(taken) == [("S9", "opening_balance_amount", "Line 1 opens at 10000.00, the contract finances 9900.00.")]


async def test_a_table_of_another_rate_is_noted_line_by_line(north: House):
    taken = await north.take_rows(export(replace(LOAN, rate_percent=Decimal("4.9"))))

    [(_, _, message)] = said(taken)
    assert message.startswith("Line 1: interest is 40.83, at the agreed rate it would be 40.00 (")


@pytest.mark.parametrize(("periods", "count"), [(96, "96"), (97, "97"), (98, "at least 98"), (240, "at least 98")])
async def test_the_differences_are_counted_up_to_a_hundred(north: House, periods: int, count: str):
    rows = left_owed(dearer(export(replace(LOAN, phases=(Annuity(periods=periods),))), *range(1, periods + 1), by="9.00"))

    [(_, _, message)] = said(await north.take_rows(rows))

    assert message == f"Line {periods} closes at 10.00, the contract leaves 0.00 ({count} more differences)."


RENTS = replace(LOAN, phases=(Given(amounts=(Decimal("1707.00"),) * 6),), closing=Closing.LEASE)  # at more than 8 %


@pytest.mark.parametrize(("kind", "is_noted"), [("FINANCE_LEASE", False), ("HIRE_PURCHASE", False), ("LOAN", True)])
async def test_a_lease_may_run_at_the_rate_that_its_rents_imply_and_a_loan_may_not(north: House, kind: str, is_noted: bool):
    taken = await north.take_rows(export(RENTS, CONTRACT | {"kind": kind, "nominal_rate_percent": "7.9"}))

    assert bool(said(taken)) == is_noted


async def test_a_wrong_line_of_a_lease_at_its_implied_rate_is_the_one_that_is_noted(north: House):
    rows = export(RENTS, CONTRACT | {"kind": "FINANCE_LEASE", "nominal_rate_percent": "7.9"})
    for place, by in ((2, "1.00"), (3, "-1.00")):  # less paid back in one line, and more in the next: the rents stay as they are
        change(rows["amortization_lines"][place], interest_amount=by, principal_amount=str(-Decimal(by)))
    change(rows["amortization_lines"][2], closing_balance_amount="1.00")
    change(rows["amortization_lines"][3], opening_balance_amount="1.00")

    taken = await north.take_rows(rows)

    [(_, _, message)] = said(taken)
    assert message.startswith("Line 3: interest is ") and message.endswith(" (1 more difference).")


@pytest.mark.parametrize("way", [
    *({"counting": partial(year_fraction, count)} for count in (DayCount.ACT_365_FIXED, DayCount.ACT_360, DayCount.ACT_ACT_ISDA, DayCount.THIRTY_360)),
    {"conversion": Conversion.EQUIVALENT},
], ids=["365", "360", "each year's own", "thirties", "equivalent"])  # fmt: skip
async def test_a_table_may_count_its_days_in_any_usual_way_as_long_as_it_keeps_to_it(north: House, way: dict[str, Any]):
    right = await north.take_rows(export(replace(LOAN, **way)))
    wrong = await north.take_rows(dearer(export(replace(LOAN, **way)), 3))

    assert said(right) == []
    [(_, _, message)] = said(wrong)
    assert message.startswith("Line 3: ") and "more" not in message


@pytest.mark.parametrize("missing", ["nominal_rate_percent", "periodicity_months"])
async def test_interest_is_not_checked_without_a_rate_or_its_period(north: House, missing: str):
    contract = {name: value for name, value in CONTRACT.items() if name != missing}

    taken = await north.take_rows(left_owed(dearer(export(contract=contract), 3, by="99.00")))

    assert said(taken) == [("S9", "closing_balance_amount", "Line 24 closes at 10.00, the contract leaves 0.00.")]


@pytest.mark.parametrize("contract", [
    {name: value for name, value in CONTRACT.items() if name != "timing"}, CONTRACT | {"starts_on": "2026-01-20"}, CONTRACT | {"starts_on": "2026-03-02"},
], ids=["no timing", "irregular", "after the first payment"])  # fmt: skip
async def test_the_first_interest_is_not_checked_where_its_period_is_not_known(north: House, contract: dict[str, Any]):
    first = await north.take_rows(dearer(export(contract=contract), 1, by="7.00"))
    second = await north.take_rows(dearer(export(contract=contract), 2, by="7.00"))

    assert said(first) == []
    assert [message.partition(":")[0] for _, _, message in said(second)] == ["Line 2"]


async def test_rents_in_advance_bear_no_interest_at_first(north: House):
    advance = replace(LEASE, timing=Timing.ADVANCE, first_due_on=date(2026, 2, 1), closing=Closing.LOAN, residual_with_last_payment=True)
    rows = export(advance, LEASED | {"timing": "ADVANCE"})

    right = await north.take_rows(rows)
    wrong = await north.take_rows(dearer(rows, 1, by="150.00"))

    assert said(right) == []
    assert [message for _, _, message in said(wrong)] == ["Line 1: interest is 150.00, at the agreed rate it would be 0.00."]


async def test_without_a_financed_amount_the_beginning_is_not_checked(north: House):
    contract = {name: value for name, value in CONTRACT.items() if name != "financed_amount"}

    assert said(await north.take_rows(export(contract=contract))) == []


@pytest.mark.parametrize(("plan", "terms", "is_noted"), [
    (LEASE, {"residual_value_amount": "500.00", "purchase_option_amount": "750.00"}, False),
    (LEASE, {"residual_value_amount": "750.00", "purchase_option_amount": "500.00"}, False),
    (LEASE, {"residual_value_amount": "", "purchase_option_amount": ""}, True),
    (LEASE, {"residual_value_amount": "501.00", "purchase_option_amount": ""}, True),
    (replace(LEASE, residual_amount=Decimal(0), option_amount=Decimal(500)), {"purchase_option_amount": "500.00"}, False),
    (replace(LEASE, residual_amount=Decimal(0)), {"residual_value_amount": "5000.00"}, True),
], ids=["residual value", "option", "neither", "another", "paid in a line of its own", "not in the last payment either"])  # fmt: skip
async def test_a_table_ends_at_the_residual_value_or_the_option_or_pays_it(north: House, plan: Plan, terms: dict[str, str], is_noted: bool):
    taken = await north.take_rows(export(plan, LEASED | terms))

    assert [field for _, field, _ in said(taken)] == ["closing_balance_amount"] * is_noted


GOING_ON = replace(LOAN, financed_amount=Decimal(6_000), phases=(Annuity(periods=14),), first_due_on=date(2027, 1, 10))


@pytest.mark.parametrize(("revision", "valid_from_on", "is_noted"), [("2", "2026-12-25", False), ("2", "", False), ("2", "2026-02-01", True), ("1", "2026-12-25", True)])  # fmt: skip
async def test_a_revised_table_may_begin_with_what_is_owed_by_then(north: House, revision: str, valid_from_on: str, is_noted: bool):
    rows = export(GOING_ON, table=TABLE | {"revision": revision, "valid_from_on": valid_from_on})

    assert [field for _, field, _ in said(await north.take_rows(rows))] == ["opening_balance_amount"] * is_noted


async def test_a_table_that_a_later_revision_has_replaced_is_not_held_against_the_terms_of_today(north: House):
    rows = dearer(export(), 2)
    rows["amortization_schedules"] += [
        TABLE | {"external_id": "S10", "revision": "2"},
        TABLE | {"external_id": "S11", "status": "PROVISIONAL"},
    ]
    rows["amortization_lines"] += [*lines(LOAN, "S10"), *dearer({"amortization_lines": lines(LOAN, "S11")}, 4)["amortization_lines"]]

    assert [(key, message[:6]) for key, _, message in said(await north.take_rows(rows))] == [("S11", "Line 4")]


async def test_an_unchanged_table_is_not_noted_again(north: House):
    rows = dearer(export(), 2)
    await north.take_rows(rows)

    again = await north.take_rows(rows)

    assert {(row["result"], row["rule"]) for row in again.report} == {("UNCHANGED", None)}


async def test_lines_that_come_alone_are_noted_at_the_first_of_them(north: House):
    await north.take_rows(export())

    taken = await north.take_rows({"amortization_lines": dearer(export(), 2)["amortization_lines"]})

    assert [(key, message[:6]) for key, _, message in said(taken)] == [("S9#1", "Line 2")]
    assert (taken.row("amortization_lines", "S9#1")["result"], taken.counts["UPDATED"]) == ("UNCHANGED", 1)


async def test_a_table_that_came_unchanged_with_other_lines_is_noted_itself(north: House):
    await north.take_rows(export())

    taken = await north.take_rows(dearer(export(), 2))

    assert [key for key, _, _ in said(taken)] == ["S9"]
    assert taken.row("amortization_schedules", "S9")["result"] == "UNCHANGED"


async def test_a_table_that_has_lost_lines_is_checked_as_it_stands_now(north: House):
    await north.take_rows(export())

    fewer = await north.take_rows({"amortization_lines": export()["amortization_lines"][:2]})
    one = await north.take_rows({"amortization_lines": export()["amortization_lines"][:1]})

    assert fewer.row("amortization_lines", "S9#1")["rule"] == "lines.removed"
    assert said(fewer) == [("S9#2", "closing_balance_amount", "Line 2 closes at 9202.77, the contract leaves 0.00.")]
    assert said(one) == [
        ("S9#1", "closing_balance_amount", "1 lines are no more. Line 1 closes at 9602.18, the contract leaves 0.00.")
    ]  # fmt: skip


@pytest.mark.parametrize(("terms", "message"), [
    ({"nominal_rate_percent": "4.9"}, "Table S9: Line 1: interest is 40.00, at the agreed rate it would be 40.83 ("),
    ({"financed_amount": "9900.00"}, "Table S9: Line 1 opens at 10000.00, the contract finances 9900.00."),
    ({"residual_value_amount": "500.00"}, "Table S9: Line 24 closes at 0.00, the contract leaves 500.00."),
], ids=["rate", "amount", "residual value"])  # fmt: skip
async def test_new_terms_are_held_against_the_table_that_is_there_and_noted_at_the_contract(
    north: House, terms: dict[str, str], message: str
):
    await north.take_rows(export())

    taken = await north.take_rows({"contracts": [CONTRACT | terms]})

    [(key, _, found)] = said(taken)
    assert (key, found[: len(message)], taken.row("contracts", "C9")["result"]) == ("C9", message, "UPDATED")


async def test_a_lease_that_becomes_a_loan_has_its_table_checked_again(north: House):
    contract = CONTRACT | {"nominal_rate_percent": "7.9"}
    await north.take_rows(export(RENTS, contract | {"kind": "FINANCE_LEASE"}))

    taken = await north.take_rows({"contracts": [contract]})

    assert [key for key, _, _ in said(taken)] == ["C9"]


async def test_what_else_changes_in_a_contract_has_no_table_checked_again(north: House):
    await north.take_rows(dearer(export(), 2))

    taken = await north.take_rows({"contracts": [CONTRACT | {"outstanding_principal_amount": "9602.18", "state": "IN_ARREARS"}]})

    assert (taken.counts, said(taken)) == ({"UPDATED": 1}, [])


async def test_new_terms_concern_the_table_that_holds(north: House):
    rows = export()
    rows["amortization_schedules"] += [
        TABLE | {"external_id": "S11", "status": "PROVISIONAL", "revision": "7", "valid_from_on": "2026-02-01"}
    ]
    rows["amortization_lines"] += lines(replace(LOAN, financed_amount=Decimal(9_900)), "S11")
    first = await north.take_rows(rows)

    same = await north.take_rows({"contracts": [CONTRACT | {"timing": ""}]})
    other = await north.take_rows({"contracts": [CONTRACT | {"financed_amount": "9900.00"}]})

    assert [key for key, _, _ in said(first)] == ["S11"]
    assert said(same) == []
    assert [message[:8] for _, _, message in said(other)] == ["Table S9"]


async def test_new_terms_concern_a_provisional_table_while_there_is_no_other(north: House):
    await north.take_rows(export(table=TABLE | {"status": "PROVISIONAL"}))

    taken = await north.take_rows({"contracts": [CONTRACT | {"financed_amount": "9900.00"}]})

    assert [message[:8] for _, _, message in said(taken)] == ["Table S9"]


async def test_a_parked_table_is_checked_when_it_comes_in(north: House):
    rows = dearer(export(), 2)
    early = await north.take_rows({name: rows[name] for name in ("amortization_schedules", "amortization_lines")})

    late = await north.take_rows({name: rows[name] for name in ("parties", "accounts", "contracts")})

    assert (set(early.counts), said(early)) == ({"PARKED"}, [])
    assert [(key, message[:6]) for key, _, message in said(late)] == [("S9", "Line 2")]


async def test_a_table_whose_lines_are_still_to_come_is_not_noted_and_they_are_when_they_come(north: House):
    rows = dearer(export(), 2)
    first = await north.take_rows({name: of_type for name, of_type in rows.items() if name != "amortization_lines"})

    then = await north.take_rows({"amortization_lines": rows["amortization_lines"]})

    assert said(first) == []
    assert [key for key, _, _ in said(then)] == ["S9#1"]


@pytest.mark.row("BO-4", part="a dry run notes what differs in a table too")
async def test_a_dry_run_notes_the_same_and_leaves_nothing(north: House):
    before = await north.contents()
    tried = await north.take_rows(dearer(export(), 2), dry_run=True)
    assert await north.contents() == before

    taken = await north.take_rows(dearer(export(), 2))

    assert tried.report == taken.report
    assert len(said(taken)) == 1


async def test_a_difference_refuses_no_run_that_takes_all_or_nothing(north: House):
    taken = await north.take_rows(dearer(export(), 2), mode=ImportMode.ALL_OR_NOTHING)

    assert (taken.result.state, set(taken.counts), len(said(taken))) == ("COMPLETED", {"CREATED"}, 1)


async def test_a_run_that_is_refused_for_another_row_notes_it_all_the_same(north: House):
    rows = dearer(export(), 2)
    rows["parties"][1]["country"] = "Belgium"

    taken = await north.take_rows(rows, mode=ImportMode.ALL_OR_NOTHING)

    assert (taken.result.state, [key for key, _, _ in said(taken)]) == ("REJECTED", ["S9"])
    assert taken.row("amortization_schedules", "S9")["result"] == "HELD_BACK"
    assert await north.stored("amortization_schedule") == []


@pytest.mark.row("CC-5", part="the table is stored as it came, and nothing that a customer reads knows of the note")
async def test_only_the_report_knows_and_the_table_stays_as_it_came(north: House):
    rows = dearer(export(), 2)
    await north.take_rows(rows)

    tables_of = await north.owner.fetch(
        "select table_name::text from information_schema.columns where table_schema = 'bailiwick' and column_name = 'tenant_id'"
    )
    knowing = [
        table
        for (table,) in tables_of
        if await north.owner.fetchval(f"select count(*) from {table} t where tenant_id = $1 and t::text ~ 'schedule\\.differs|agreed rate'", north.tenant_id)
    ]  # fmt: skip
    assert knowing == ["import_row"]
    stored = await north.stored("amortization_line", ", ".join(f"{column}::text" for column in COLUMNS), "number")
    assert stored == [tuple(line[column] if Decimal(line[column]) else "0.00" for column in COLUMNS) for line in rows["amortization_lines"]]


async def test_the_tables_of_another_house_are_its_own(north: House, south: House):
    await south.take_rows(dearer(export(), 2))

    taken = await north.take_rows(export())

    assert said(taken) == []


async def test_many_tables_are_checked_a_few_at_a_time_and_beside_the_event_loop(north: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tables, "MOST_AT_ONCE", 3)
    monkeypatch.setattr(tables, "LINES_AT_ONCE", 30)
    seen: list[tuple[int, bool]] = []
    judged = tables.notes

    def watched(batch: Any) -> Any:
        seen.append((sum(len(of_table) for _, of_table in batch), threading.current_thread() is threading.main_thread()))
        return judged(batch)

    monkeypatch.setattr(tables, "notes", watched)
    rows = export()
    for n in range(7):
        rows["contracts"] = [*rows["contracts"], CONTRACT | {"external_id": f"N{n}", "number": f"N-{n}"}]
        rows["amortization_schedules"] = [*rows["amortization_schedules"], TABLE | {"external_id": f"T{n}", "contract": f"N{n}"}]
        rows["amortization_lines"] += dearer({"amortization_lines": lines(LOAN, f"T{n}")}, n + 1)["amortization_lines"]

    taken = await north.take_rows(rows)

    assert sorted((key, message.partition(":")[0]) for key, _, message in said(taken)) == [(f"T{n}", f"Line {n + 1}") for n in range(7)]
    assert sum(count for count, _ in seen) == 8 * 24
    assert max(count for count, _ in seen) <= 30 + 24
    assert not any(is_main for _, is_main in seen)


async def test_a_table_that_is_too_long_to_be_checked_says_so(north: House):
    rows = export()
    last = rows["amortization_lines"][-1]
    nothing = {column: "0.00" for column in COLUMNS}
    rows["amortization_lines"] += [last | nothing | {"number": str(number)} for number in range(25, MOST_PERIODS + 3)]

    too_long = await north.take_rows(rows)
    long = await north.take_rows({"amortization_lines": rows["amortization_lines"][:-1]})

    assert said(too_long) == [("S9", None, "It has more than 2601 lines, and is not checked.")]
    assert too_long.row("amortization_schedules", "S9")["rule"] == "schedule.unchecked"
    assert said(long) == []


async def test_a_rate_that_nothing_can_be_computed_with_is_told(north: House):
    taken = await north.take_rows(export(contract=CONTRACT | {"nominal_rate_percent": "-100"}))

    assert said(taken) == [("S9", "interest_amount", "Its interest is not checked: a rate of -100.000000 % leaves nothing.")]
