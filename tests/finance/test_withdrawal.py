"""Withdrawal and notice: until when, from when, and for how much."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.dates import is_month_end
from finance.day_counts import DayCount
from finance.figures import Audience
from finance.notice import notice_ends_on
from finance.refusals import Unanswerable
from finance.withdrawal import Drawn, WithdrawalRules, withdrawal_amount
from models.calendars import calendar_of
from models.legal_figures import legal_figures

SIGNED = date(2026, 3, 2)
FIGURE = legal_figures().on("FR", Audience.CONSUMER, "withdrawal_period", SIGNED)
FRENCH = WithdrawalRules.of(FIGURE, calendar_of("FR"))
STILL = WithdrawalRules(days=14, repay_within_days=30)
days = st.dates(date(2010, 1, 1), date(2090, 1, 1))
amounts = st.decimals(min_value=0, max_value=Decimal("1e7"), places=2)


def test_a_contract_accepted_on_the_second_may_be_withdrawn_until_the_sixteenth():
    assert FRENCH.ends_on(concluded_on=SIGNED, terms_received_on=SIGNED) == date(2026, 3, 16)


@pytest.mark.parametrize(("concluded", "received"), [(2, 5), (5, 2), (5, 5)])
def test_the_days_count_from_the_later_of_conclusion_and_receipt(concluded: int, received: int):
    ends_on = FRENCH.ends_on(concluded_on=date(2026, 3, concluded), terms_received_on=date(2026, 3, received))
    assert ends_on == date(2026, 3, 19)


def test_a_last_day_that_is_a_holiday_moves_where_the_law_says_so():
    """14 days after 30 April 2026 is Ascension Day, a Thursday; after 2 May a Saturday."""
    for day, moved, still in (
        (date(2026, 4, 30), date(2026, 5, 15), date(2026, 5, 14)),
        (date(2026, 5, 2), date(2026, 5, 18), date(2026, 5, 16)),
    ):
        assert FRENCH.ends_on(concluded_on=day, terms_received_on=day) == moved
        assert STILL.ends_on(concluded_on=day, terms_received_on=day) == still


def test_the_figure_of_the_country_says_whether_a_last_day_moves():
    stays = replace(FIGURE, values={**FIGURE.values, "moves_to_working_day": False})
    assert WithdrawalRules.of(stays, calendar_of("FR")) == STILL


def test_the_money_is_due_within_thirty_days():
    assert FRENCH.repay_by(date(2026, 3, 10)) == date(2026, 4, 9)
    assert FRENCH.repay_by(date(2026, 3, 6)) == date(2026, 4, 7)  # the fifth is Easter Sunday, the sixth a holiday


def test_principal_and_interest_by_the_day_and_nothing_else():
    found = withdrawal_amount([Drawn(SIGNED, Decimal("10000.00"))], Decimal("4.80"), date(2026, 3, 12))

    assert (found.principal_amount, found.interest_amount) == (Decimal("10000.00"), Decimal("13.15"))
    assert found.total_amount == Decimal("10013.15")
    assert found.per_day_amount == Decimal("1.32")


def test_each_drawdown_bears_interest_from_its_own_day_and_a_later_one_plays_no_part():
    drawn = [Drawn(SIGNED, Decimal("3650.00")), Drawn(date(2026, 3, 7), Decimal("7300.00")), Drawn(date(2026, 3, 20), Decimal("1.00"))]
    found = withdrawal_amount(drawn, Decimal("10"), date(2026, 3, 12))

    assert (found.principal_amount, found.interest_amount) == (Decimal("10950.00"), Decimal("20.00"))


@given(
    st.lists(st.builds(Drawn, days, amounts), max_size=4),
    st.decimals(min_value=0, max_value=30, places=2),
    days,
    st.sampled_from([DayCount.ACT_360, DayCount.ACT_365_FIXED, DayCount.ACT_ACT_ISDA]),
)
def test_waiting_never_costs_less(drawn, rate, repaid_on, count):
    one = withdrawal_amount(drawn, rate, repaid_on, count=count)
    other = withdrawal_amount(drawn, rate, repaid_on + timedelta(days=1), count=count)

    assert one.total_amount == one.principal_amount + one.interest_amount
    assert one.total_amount <= other.total_amount


def test_a_credit_below_nothing_is_refused():
    for drawn, rate in (([Drawn(SIGNED, Decimal(-1))], Decimal(1)), ([Drawn(SIGNED, Decimal(1))], Decimal(-1))):
        with pytest.raises(Unanswerable) as refusal:
            withdrawal_amount(drawn, rate, SIGNED)
        assert refusal.value.rule == "withdrawal.amount"
    with pytest.raises(TypeError):
        withdrawal_amount([Drawn(SIGNED, 1.0)], Decimal(1), SIGNED)  # type: ignore[arg-type]  # the very mistake


@pytest.mark.parametrize(
    ("noticed", "ends"),
    [("2026-01-31", "2026-02-28"), ("2026-03-15", "2026-04-15"), ("2028-01-31", "2028-02-29"), ("2026-02-28", "2026-03-28")],
)
def test_a_months_notice_ends_on_the_same_day_or_the_last_of_the_month(noticed: str, ends: str):
    assert notice_ends_on(date.fromisoformat(noticed)) == date.fromisoformat(ends)


@given(days, st.integers(0, 60))
def test_a_longer_notice_never_ends_sooner(noticed_on, months):
    ends_on = notice_ends_on(noticed_on, months)
    assert ends_on.day == noticed_on.day or is_month_end(ends_on)
    assert ends_on < notice_ends_on(noticed_on, months + 1) if months < 60 else ends_on > noticed_on


@pytest.mark.parametrize("months", [-1, 61, True])
def test_a_notice_has_its_limits(months):
    with pytest.raises(Unanswerable) as refusal:
        notice_ends_on(SIGNED, months)
    assert refusal.value.rule == "notice.months"
