"""Credit facilities: drawn and repaid on any day, with interest for every day."""

import itertools
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.apr import Flow, apr_percent
from finance.facilities import Facility, Movement, actual_365, statements, usage_on
from finance.intervals import Interval
from finance.money import cents
from finance.phases import Annuity, ConstantPrincipal, InterestOnly
from finance.plans import Plan
from finance.refusals import Unanswerable
from finance.schedules import schedule
from tests.finance.vectors import is_near, money, plan_of, vectors

OPENED = date(2026, 1, 1)


def facility(**more):
    terms = {"limit_amount": Decimal(10_000), "opened_on": OPENED, "rates": ((OPENED, Decimal("7.3")),)}
    return Facility(**{**terms, **more})


def moved(*pairs):
    return [Movement(date.fromisoformat(f"2026-{day}"), Decimal(amount)) for day, amount in pairs]


@pytest.mark.parametrize(("given", "expected", "vector"), vectors("credit_facilities"))
def test_published_credit_lines(given, expected, vector):
    """Drawn at once and in full, as the directive assumes of an open line."""
    waits, repays = given.get("interest_only_months", 0), given.get("constant_principal_months") or given["months"]
    phases = ((InterestOnly(periods=waits),) if waits else ()) + (ConstantPrincipal(periods=repays),)
    lines = schedule(plan_of(given, phases=phases, carries_cents=False)).lines
    payments = [line.payment for line in lines]
    payments[0] += money(given.get("fee_first_payment", 0))

    assert is_near(payments[0], expected["first_payment"], vector)
    assert is_near(payments[-1], expected["last_payment"], vector)
    limit = money(given["limit"])
    received = limit - cents(limit * money(given.get("fee_at_signature_percent", 0)) / 100)
    apr = apr_percent([Flow(received, Interval(0)), *(Flow(-paid, Interval(month)) for month, paid in enumerate(payments, 1))])
    assert is_near(apr, expected["apr_percent"], vector, "apr_percent")


@pytest.mark.row("CC-5", part="facility with drawdowns")
def test_interest_runs_for_every_day_on_what_is_drawn():
    first, second = statements(
        facility(undrawn_fee_percent=Decimal("0.365")),
        moved(("01-11", "1000"), ("01-21", "2000"), ("01-31", "-500"), ("02-10", "-2500")),
        [date(2026, 1, 31), date(2026, 3, 2)],
    )

    # 1,000 for ten days and 3,000 for ten days; undrawn 10,000, 9,000 and 7,000 for ten days each.
    assert (first.opening, first.drawn, first.repaid, first.interest) == tuple(map(Decimal, ("0.00", "3000.00", "500.00", "8.00")))
    assert (first.undrawn_fee, first.closing, first.available) == tuple(map(Decimal, ("2.60", "2500.00", "7500.00")))
    assert (second.opening, second.interest, second.closing) == tuple(map(Decimal, ("2500.00", "5.00", "0.00")))


def test_what_moves_on_the_day_of_the_opening_belongs_to_the_first_statement():
    (only,) = statements(facility(), moved(("01-01", "1000")), [date(2026, 1, 11)])

    assert (only.drawn, only.interest) == (Decimal("1000.00"), Decimal("2.00"))


def test_interest_is_split_where_the_rate_changes():
    rates = ((OPENED, Decimal("7.3")), (date(2026, 1, 11), Decimal("14.6")))

    (only,) = statements(facility(rates=rates), moved(("01-01", "1000")), [date(2026, 1, 31)])

    assert only.interest == Decimal("10.00")


def test_interest_joins_the_debt_or_is_paid_beside_it():
    until = [date(2026, 1, 11), date(2026, 1, 21)]
    joined = statements(facility(capitalizes=True), moved(("01-01", "5000")), until)
    paid = statements(facility(), moved(("01-01", "5000")), until)

    assert [statement.closing for statement in joined] == [Decimal("5010.00"), Decimal("5020.02")]
    assert [statement.closing for statement in paid] == [Decimal("5000.00"), Decimal("5000.00")]


@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(1, 90_000)), max_size=20),
    st.lists(st.integers(1, 400), min_size=1, max_size=8, unique=True),
)
def test_statements_chain_and_more_of_them_change_interest_by_cents_only(drawn, ends):
    movements = [Movement(OPENED + timedelta(after), Decimal(amount) / 100) for after, amount in drawn]
    until = sorted(OPENED + timedelta(end) for end in ends)
    terms = facility(limit_amount=Decimal(20_000))

    found = statements(terms, movements, until)
    (whole,) = statements(terms, movements, until[-1:])

    assert all(earlier.closing == later.opening for earlier, later in itertools.pairwise(found))
    assert all(statement.closing == statement.opening + statement.drawn - statement.repaid for statement in found)
    assert found[-1].closing == whole.closing == sum((m.amount for m in movements if m.moved_on <= until[-1]), Decimal(0))
    assert abs(sum(statement.interest for statement in found) - whole.interest) <= Decimal("0.005") * (len(found) + 1)


def test_drawdowns_with_plans_of_their_own_share_the_limit():
    def drawdown(day, amount):
        plan = Plan(
            financed_amount=Decimal(amount), rate_percent=Decimal(5), phases=(Annuity(periods=12),), first_due_on=day, starts_on=None
        )
        return day, schedule(plan)

    both = [drawdown(date(2026, 2, 1), 3000), drawdown(date(2026, 6, 1), 4000)]

    before, between = usage_on(Decimal(10_000), both, date(2026, 1, 31)), usage_on(Decimal(10_000), both, date(2026, 5, 31))
    assert (before.drawn, before.available) == (Decimal("0.00"), Decimal("10000.00"))
    assert between.drawn == both[0][1].lines[3].closing
    assert usage_on(Decimal(10_000), both, date(2030, 1, 1)).available == Decimal("10000.00")


@pytest.mark.parametrize(
    ("movements", "until", "rule"),
    [
        (moved(("01-05", "10000.01")), [date(2026, 2, 1)], "facility.limit"),
        (moved(("01-05", "10"), ("01-06", "-10.01")), [date(2026, 2, 1)], "facility.overpaid"),
        ([Movement(date(2025, 12, 31), Decimal(1))], [date(2026, 2, 1)], "facility.days"),
        ([], [date(2026, 2, 1), date(2026, 2, 1)], "facility.days"),
        ([], [OPENED], "facility.days"),
    ],
)
def test_what_a_facility_does_not_allow_is_refused_by_name(movements, until, rule):
    with pytest.raises(Unanswerable) as refusal:
        statements(facility(), movements, until)
    assert refusal.value.rule == rule


@pytest.mark.parametrize("rates", [(), ((date(2026, 1, 2), Decimal(1)),), ((OPENED, Decimal(1)), (OPENED, Decimal(2)))])
def test_a_facility_has_a_rate_from_its_first_day(rates):
    with pytest.raises(Unanswerable) as refusal:
        facility(rates=rates)
    assert refusal.value.rule == "facility.rates"


def test_a_repayment_to_the_cent_and_a_drawing_to_the_limit_are_allowed():
    (only,) = statements(facility(), moved(("01-05", "10000"), ("01-06", "-10000")), [date(2026, 2, 1)])

    assert (only.closing, only.interest) == (Decimal("0.00"), Decimal("2.00"))
    assert actual_365(date(2026, 1, 1), date(2027, 1, 1)) == 1
