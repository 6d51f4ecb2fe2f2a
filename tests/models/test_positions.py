"""One place says what is owed: settlement, partial repayment, balance, arrears and consolidation agree on any contract and day."""

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.dates import months_after
from finance.figures import Audience
from finance.money import cents
from finance.phases import Annuity
from finance.plans import Plan
from finance.schedules import Line, schedule
from models.claims import FALLEN_AWAY, LATE_AFTER_ITS_DAY
from models.contracts import ContractKind, ContractState
from models.legal_figures import legal_figures
from models.portal_rules import PortalRules
from models.refusals import Invalid
from models.settling import Ledger, RepaymentEffect
from models.tables import Table, in_force

START, TODAY = date(2025, 1, 20), date(2026, 12, 1)
NOTHING = Decimal("0.00")
RULES = PortalRules.default()
LINES = schedule(
    Plan(financed_amount=Decimal("14250"), rate_percent=Decimal("5.2"), phases=(Annuity(periods=48),), starts_on=START, first_due_on=date(2025, 2, 20))
).lines  # fmt: skip


def table(lines: tuple[Line, ...] = LINES, **more: Any) -> tuple[Any, tuple[Line, ...]]:
    plain = {"status": "FINAL", "revision": 1, "valid_from_on": None, "interest_convention": None}
    return SimpleNamespace(**plain | more), lines


def row(number: int, due_on: date, amount: Decimal, state: str, paid: Decimal = NOTHING, returned: Decimal = NOTHING) -> Any:
    """An installment with what the database derives of it."""
    outstanding = NOTHING if state in ("CANCELLED", "WAIVED") else returned if state == "PAID" else amount - paid + returned
    standing = state if not returned or state in ("CANCELLED", "WAIVED") else "OVERDUE"
    return SimpleNamespace(
        id=uuid4(), number=number, due_on=due_on, incl_vat_amount=amount, excl_vat_amount=amount, principal_amount=None, state=state,
        paid_amount=paid, returned_amount=returned, outstanding_amount=outstanding, standing=standing,
    )  # fmt: skip


def rows(**states: tuple[str, Decimal]) -> list[Any]:
    """All paid that is due, but for those whose state is given as `i12=("DEFERRED", 0)`."""
    found = []
    for line in LINES:
        state, paid = ("PAID", line.payment) if line.due_on <= TODAY else ("SCHEDULED", NOTHING)
        state, paid = states.get(f"i{line.number}", (state, paid))
        found.append(row(line.number, line.due_on, line.payment, state, paid))
    return found


def ledger(
    installments: list[Any], *tables: Any, rules: dict[str, Any] | None = None, unused: Decimal = NOTHING, **contract: Any
) -> Ledger:
    plain: dict[str, Any] = {
        "kind": ContractKind.LOAN, "state": ContractState.ACTIVE, "currency": "EUR", "starts_on": START, "ends_on": None, "vat_percent": None,
        "financed_amount": Decimal("14250.00"), "nominal_rate_percent": Decimal("5.2"), "periodicity_months": 1, "purchase_option_amount": None,
        "gid": "con", "id": uuid4(),
    }  # fmt: skip
    changed = {"asks_compensation": False, "refuses_small_repayments": False, "settlement_days": 30} | (rules or {})
    return Ledger(
        contract=SimpleNamespace(**plain | contract), today=TODAY, tables=tables or (table(),), installments=installments, unused_amount=unused,
        allocated={}, repaid=(), audience=Audience.CONSUMER, country="FR", rules=RULES.model_copy(update=changed), figures=legal_figures(),
    )  # fmt: skip


# --- the table that holds


def revised(day: date = date(2026, 12, 20), opening: str = "7394.63") -> tuple[Line, ...]:
    plan = Plan(financed_amount=Decimal(opening), rate_percent=Decimal("5.2"), phases=(Annuity(periods=26),), first_due_on=day)
    return schedule(plan).lines


@pytest.mark.parametrize("valid_from_on", [None, date(2026, 11, 20), date(2026, 11, 24)])
def test_a_revised_table_opens_with_what_it_says_and_runs_since_the_last_due_date(valid_from_on: date | None):
    lines = revised()
    figure = ledger(rows(), table(), table(lines, revision=2, valid_from_on=valid_from_on)).figure(TODAY)

    assert (figure.principal, figure.accrued_interest) == (Decimal("7394.63"), cents(lines[0].interest * 11 / 30))


def test_a_revised_table_that_charges_the_rest_of_a_period_runs_since_it_holds():
    lines, valid_on = revised(), date(2026, 11, 24)
    part = cents(lines[0].interest * 26 / 30)
    first = lines[0]._replace(interest=part, payment=lines[0].principal + part)
    figure = ledger(rows(), table(), table((first, *lines[1:]), revision=2, valid_from_on=valid_on)).figure(TODAY)

    assert figure.accrued_interest == cents(part * 7 / 26)


def test_a_table_that_is_sent_ahead_holds_from_its_own_day():
    ahead = table(revised(date(2027, 1, 20)), revision=2, valid_from_on=date(2026, 12, 20))
    known = ledger(rows(), table(), ahead)

    assert known.figure(TODAY).principal == LINES[21].closing
    assert known.figure(date(2026, 12, 20)).principal == Decimal("7394.63")
    assert in_force([table()[0], ahead[0]], date(2026, 12, 19)).revision == 1  # type: ignore[union-attr]


def test_a_whole_table_that_was_sent_again_begins_with_its_contract():
    held = Table.of(*table(revision=2), SimpleNamespace(starts_on=START, financed_amount="14250.00", periodicity_months=1), [START])
    assert (held.begins_on, held.opening) == (START, Decimal("14250.00"))


# --- what is owed


@pytest.mark.parametrize("state", ["DEFERRED", "DUE", "OVERDUE", "PARTIALLY_PAID"])
def test_an_installment_that_is_not_paid_is_owed_whatever_its_state_is_called(state: str):
    figure = ledger(rows(i20=(state, NOTHING))).figure(TODAY)
    assert (figure.arrears, figure.total - ledger(rows()).figure(TODAY).total) == (LINES[19].payment, LINES[19].payment)


@pytest.mark.parametrize("state", ["CANCELLED", "WAIVED"])
def test_an_installment_that_fell_away_is_not_owed(state: str):
    assert ledger(rows(i20=(state, NOTHING))).figure(TODAY).arrears == 0


def test_what_falls_due_before_the_repayment_is_paid_on_its_own_day_and_not_twice():
    known, day = ledger(rows(i20=("OVERDUE", NOTHING))), date(2027, 6, 1)
    figure = known.figure(day)

    assert figure.arrears == LINES[19].payment
    assert figure.falling_due == sum(line.payment for line in LINES if TODAY < line.due_on <= day)
    assert figure.total == figure.principal + figure.accrued_interest + figure.arrears
    assert figure.principal == next(line.closing for line in reversed(LINES) if line.due_on <= day)


@pytest.mark.parametrize("day", [LINES[-1].due_on, LINES[-1].due_on + timedelta(days=1)])
def test_nothing_is_repaid_early_on_the_last_due_date_or_after(day: date):
    with pytest.raises(Invalid) as refusal:
        ledger(rows()).figure(day)
    assert [(fault.path, fault.rule) for fault in refusal.value.faults] == [(("repayOn",), "quote.repay_on")]


def test_more_paid_ahead_than_is_owed_is_left_to_the_house():
    paid = {f"i{line.number}": ("PAID", line.payment) for line in LINES}
    with pytest.raises(Invalid) as refusal:
        ledger(rows(**paid)).figure(TODAY)
    assert [(fault.path, fault.rule) for fault in refusal.value.faults] == [(("contract",), "settlement.credit")]


def test_where_the_data_contradict_one_another_nobody_is_bound_and_the_figures_can_still_be_tried():
    known = ledger(rows(i20=("PAID", NOTHING)))
    assert known.figure(TODAY).total > 0
    with pytest.raises(Invalid) as refusal:
        known.binding_figure(TODAY, None, None)
    assert [(fault.path, fault.rule) for fault in refusal.value.faults] == [(("contract",), "installment.paid")]


def test_six_months_of_interest_at_a_rate_that_the_table_does_not_run_at_are_not_asked():
    with pytest.raises(Invalid) as refusal:
        ledger(rows(), nominal_rate_percent=Decimal("4.2")).rate(ledger(rows()).position(TODAY))
    assert refusal.value.rule == "contract.rate"


# --- leases


def lease(paid: int = 0, part: Decimal = NOTHING, **more: Any) -> Ledger:
    """25 rents of 1,200.00 to come, of which so many are paid ahead."""
    dues = [months_after(date(2026, 11, 20), number) for number in range(26)]
    found = [row(1, dues[0], Decimal(1200), "PAID", Decimal(1200))]
    for number, due_on in enumerate(dues[1:], 2):
        is_paid = number <= paid + 1
        found.append(row(number, due_on, Decimal(1200), "PAID" if is_paid else "SCHEDULED", Decimal(1200) if is_paid else part if number == paid + 2 else NOTHING))  # fmt: skip
    return ledger(
        found, kind=ContractKind.FINANCE_LEASE, rules={"lease_settlement_percent": Decimal("3.6")}, **more
    )  # fmt: skip


def test_a_rent_that_was_paid_ahead_is_not_taken_off_twice():
    whole, one_ahead = lease().figure(TODAY), lease(1).figure(TODAY)
    assert Decimal(1190) < whole.total - one_ahead.total <= 1200  # what the rent is worth today, and not the rent and its payment
    assert 0 < lease(24).figure(TODAY).total < 1200
    assert one_ahead.unallocated == 0


@given(st.integers(0, 24), st.decimals(min_value=0, max_value=1200, places=2))
def test_a_lease_is_never_bought_out_for_less_than_nothing_and_paying_ahead_never_makes_it_dearer(paid: int, part: Decimal):
    total = lease(paid, part).figure(TODAY).total
    assert total >= 0
    assert lease(paid).figure(TODAY).total - part <= total <= lease(paid).figure(TODAY).total


@pytest.mark.parametrize("state", ["DEFERRED", "SCHEDULED", "DUE"])
def test_a_rent_to_come_counts_whatever_its_state_is_called(state: str):
    known = lease()
    known.installments[3].state = known.installments[3].standing = state
    assert known.figure(TODAY).total == lease().figure(TODAY).total


def test_the_purchase_option_is_never_left_out():
    without = lease().figure(TODAY).total
    option: dict[str, Any] = {"purchase_option_amount": Decimal("600.00")}
    at_the_end, unknown = lease(**option, ends_on=months_after(date(2026, 11, 20), 25)), lease(**option, ends_on=None)
    assert unknown.figure(TODAY).total == at_the_end.figure(TODAY).total > without + 500


# --- one figure everywhere

STATES = st.sampled_from(["SCHEDULED", "DUE", "PAID", "PARTIALLY_PAID", "OVERDUE", "DEFERRED", "CANCELLED", "WAIVED"])


@st.composite
def contracts(draw: st.DrawFn) -> Ledger:
    """A loan whose installments are in any state, paid ahead or in part, some of them with money that went back; its table may be revised."""
    found, tables = list[Any](), [table()]
    odd = draw(st.sets(st.integers(15, 30), max_size=6))
    for line in LINES:
        state, paid, returned = ("PAID", line.payment, NOTHING) if line.due_on <= TODAY else ("SCHEDULED", NOTHING, NOTHING)
        if line.number in odd:
            state = draw(STATES)
            paid = line.payment if state == "PAID" else cents(line.payment * draw(st.decimals(0, Decimal("0.99"), places=2)))
            returned = cents(paid * draw(st.sampled_from([Decimal(0), Decimal(1), Decimal("0.5")])))
        found.append(row(line.number, line.due_on, line.payment, state, paid, returned))
    if draw(st.booleans()):
        tables.append(table(revised(), revision=2, valid_from_on=draw(st.sampled_from([None, date(2026, 11, 24), date(2027, 1, 1)]))))
    return ledger(found, *tables, unused=draw(st.decimals(0, 500, places=2)))


@given(contracts(), st.integers(0, 400))
def test_every_reader_has_one_figure_for_a_contract_and_a_day(known: Ledger, later: int):
    day = TODAY + timedelta(days=later)
    position = known.position(day)

    owed = sum((row.outstanding_amount for row in known.installments if row.due_on <= day), NOTHING)
    late = [row for row in known.installments if row.due_on < day and row.standing in LATE_AFTER_ITS_DAY and row.outstanding_amount > 0]
    assert position.unpaid_amount == owed  # what lists of the database add up to
    assert sum((claim.overdue_amount for claim in position.overdue), NOTHING) == sum((row.outstanding_amount for row in late), NOTHING)
    assert [claim.number for claim in position.overdue] == [row.number for row in sorted(late, key=lambda row: row.due_on)]
    assert known.overdue(day) == sum((row.outstanding_amount for row in late), NOTHING)
    balance = position.balance()
    try:
        whole = known.figure(day)
    except Invalid as invalid:
        assert invalid.rule == "settlement.credit" and balance.actual - position.falling_due_amount < 0
        return
    assert whole.total + whole.falling_due == balance.actual  # the quote and the certificate
    assert whole.total >= 0 and whole.arrears + whole.falling_due == position.unpaid_amount
    part = known.figure(day, Decimal("100.00"), RepaymentEffect.LOWER_INSTALLMENT)
    assert (part.arrears, part.falling_due, part.accrued_interest) == (whole.arrears, whole.falling_due, whole.accrued_interest)


@given(contracts())
def test_both_sides_of_a_consolidation_are_without_what_was_paid_ahead(known: Ledger):
    position, left = known.position(TODAY), sum((amount for _, amount in known.left_to_pay()), NOTHING)
    planned = sum((line.payment for line in known.lines if line.due_on > TODAY), NOTHING)
    assert left == max(planned - position.credit_amount, NOTHING)


@given(contracts())
def test_a_certificate_and_a_quote_are_refused_for_the_same_reasons(known: Ledger):
    found = known.position(TODAY).differences
    contradicts = any(row.returned_amount and row.state not in FALLEN_AWAY for row in known.installments)
    assert not contradicts or found
    try:
        known.binding_figure(TODAY, None, None)
    except Invalid as invalid:
        assert invalid.rule == "settlement.credit" or found
    else:
        assert not found
