"""What ends a credit on a day: to the cent, by the table, and by the day after it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.arrears import Due, Paid, position
from finance.balances import balance_on
from finance.day_counts import DayCount
from finance.phases import Annuity
from finance.refusals import Unanswerable
from finance.settlements import Behind, ByDays, Fee, Settlement, accrued_interest, settlement
from tests.finance.contracts import START, loans, table
from tests.finance.reference import Vector, day, each

LOAN = table("30000.00", "6.00", Annuity(periods=60))
TWENTIETH = LOAN[19].due_on


def settled(on: date, **more) -> Settlement:
    return settlement(LOAN, on, financed_amount=Decimal("30000.00"), starts_on=START, **more)


@each("settlements")
def test_published_settlements_come_out(vector: Vector):
    terms = vector["input"]
    start, end, on = (day(terms[name]) for name in ("period_start", "period_end", "settlement"))
    balance, rate = Decimal(terms["balance_after_last_due"]), Decimal(terms["nominal_annual_rate_percent"])
    accrued = accrued_interest(balance, rate, Decimal(1) / 12, elapsed_days=(on - start).days, period_days=(end - start).days)

    assert str(accrued) == vector["expected"]["accrued_interest"]
    assert str(balance + accrued) == vector["expected"]["settlement"]


def test_on_a_due_date_after_payment_it_is_the_closing_balance():
    found = settled(TWENTIETH)

    assert (found.total_amount, found.accrued_interest_amount) == (Decimal("20979.40"), Decimal("0.00"))


def test_a_settlement_shows_capital_interest_compensation_fees_vat_and_until_when_it_holds():
    on = TWENTIETH + timedelta(days=10)
    found = settled(
        on,
        behind=Behind(Decimal("579.98"), Decimal("4.20"), Decimal("0.1429")),
        compensation=Fee("compensation", Decimal("209.79")),
        fees=[Fee("file", Decimal("50.00"), "S", Decimal("21")), Fee("letter", Decimal("0.05"), "S", Decimal("21"))],
        unallocated_amount=Decimal("100.00"),
        valid_days=15,
    )

    # The 21st line bears 104.90 of interest, in 30 days: 34.97 after ten, 3.50 a day.
    assert (found.principal_amount, found.accrued_interest_amount) == (Decimal("20979.40"), Decimal("34.97"))
    assert (found.arrears_amount, found.late_interest_amount) == (Decimal("579.98"), Decimal("4.20"))
    assert (found.compensation_amount, found.fees_amount, found.vat_amount) == (Decimal("209.79"), Decimal("50.05"), Decimal("10.51"))
    assert found.total_amount == Decimal("20979.40") + Decimal("34.97") + Decimal("584.18") + Decimal("209.79") + Decimal("60.56") - 100
    assert found.per_day_amount == Decimal("3.64")
    assert (found.as_of_on, found.valid_until_on) == (on, on + timedelta(days=15))


def test_a_settlement_is_not_valid_beyond_the_next_due_date():
    found = settled(TWENTIETH + timedelta(days=10), valid_days=60)
    assert found.valid_until_on == LOAN[20].due_on - timedelta(days=1)


def test_after_the_last_due_date_there_is_only_what_was_not_paid():
    found = settled(date(2040, 1, 1), behind=Behind(Decimal("12.00")), valid_days=5)
    assert (found.total_amount, found.per_day_amount, found.valid_until_on) == (Decimal("12.00"), Decimal("0.00"), date(2040, 1, 6))


def test_a_contract_may_count_days_of_a_year():
    on = TWENTIETH + timedelta(days=10)
    found = settled(on, by_days=ByDays(Decimal("6.00")))

    assert found.accrued_interest_amount == Decimal("34.49")  # 20979.40 x 6 % x 10 / 365
    assert found.per_day_amount == Decimal("3.45")
    thirty = settled(on, by_days=ByDays(Decimal("6.00"), DayCount.THIRTY_E_360_ISDA))
    assert thirty.accrued_interest_amount == Decimal("34.97")  # 20979.40 x 6 % x 10 / 360


def test_the_end_of_february_is_a_thirtieth_unless_the_contract_ends_there():
    """30E/360 ISDA: from 15 to 28 February are 15 days, but 13 to the maturity itself."""
    on, isda = date(2027, 2, 28), ByDays(Decimal("6.00"), DayCount.THIRTY_E_360_ISDA)
    twelfth = LOAN[12].closing

    assert settled(on, by_days=isda).accrued_interest_amount == (twelfth * 6 * 15 / 36000).quantize(Decimal("0.01"))
    ends_there = [*LOAN[:13], LOAN[13]._replace(due_on=on)]
    short = settlement(ends_there, date(2027, 2, 27), financed_amount=Decimal("30000.00"), starts_on=START, by_days=isda)
    assert short.per_day_amount == (twelfth * 6 / 36000).quantize(Decimal("0.01"))


def test_what_is_due_today_and_not_paid_is_in_it():
    dues = [Due(line.number, line.due_on, line.payment) for line in LOAN]
    paid = [Paid(line.due_on, line.payment) for line in LOAN[:19]]

    found = settled(TWENTIETH, behind=Behind(position(dues, paid, TWENTIETH).unpaid_amount))

    assert found.total_amount == Decimal("20979.40") + Decimal("579.98")


@given(loans(), st.data())
def test_on_every_due_date_after_payment_it_is_the_closing_balance(loan, data):
    lines, terms = loan
    line = data.draw(st.sampled_from(lines))
    found = settlement(lines, line.due_on, financed_amount=terms.financed_amount, starts_on=terms.starts_on)

    assert found.total_amount == line.closing


@given(loans(), st.integers(0, 3_000))
def test_paying_off_today_and_nothing_else_is_the_balance_of_today(loan, later):
    lines, terms = loan
    on = terms.starts_on + timedelta(days=later)
    found = settlement(lines, on, financed_amount=terms.financed_amount, starts_on=terms.starts_on)

    assert found.total_amount == balance_on(lines, terms.financed_amount, terms.starts_on, on).contractual
    assert found == settlement(lines, on, financed_amount=terms.financed_amount, starts_on=terms.starts_on)


@given(loans(), st.integers(0, 3_000), st.booleans())
def test_each_day_adds_its_amount_until_the_next_due_date(loan, later, counts_days):
    lines, terms = loan
    on = terms.starts_on + timedelta(days=later)
    by_days = ByDays(terms.rate_percent) if counts_days else None
    today, tomorrow = (
        settlement(lines, each_on, financed_amount=terms.financed_amount, starts_on=terms.starts_on, by_days=by_days)
        for each_on in (on, on + timedelta(days=1))
    )

    if all(line.due_on != on + timedelta(days=1) for line in lines):
        assert abs(tomorrow.total_amount - today.total_amount - today.per_day_amount) <= Decimal("0.01")
        assert today.total_amount <= tomorrow.total_amount


def test_what_cannot_be_settled_is_refused_by_name():
    for ask, rule in (
        (lambda: settled(START - timedelta(days=1)), "settlement.before_start"),
        (lambda: settlement([], START, financed_amount=Decimal(1), starts_on=START), "settlement.before_start"),
        (lambda: settled(START, valid_days=367), "settlement.valid_days"),
        (lambda: settled(START, valid_days=-1), "settlement.valid_days"),
        (lambda: accrued_interest(Decimal(1), Decimal(1), Decimal(1), elapsed_days=31, period_days=30), "settlement.days"),
        (lambda: accrued_interest(Decimal(1), Decimal(1), Decimal(1), elapsed_days=0, period_days=0), "settlement.days"),
        (lambda: accrued_interest(Decimal(1), Decimal(1), Decimal(1), elapsed_days=-1, period_days=30), "settlement.days"),
    ):
        with pytest.raises(Unanswerable) as refusal:
            ask()
        assert refusal.value.rule == rule
    with pytest.raises(TypeError):
        settled(START, fees=[Fee("file", 50.0)])  # type: ignore[arg-type]  # the very mistake
