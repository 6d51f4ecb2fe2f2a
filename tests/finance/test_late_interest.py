"""Interest on what is paid late, against the published rates of Norway."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.day_counts import DayCount
from finance.figures import Audience, Certainty, Figure, Figures, Subject
from finance.late_interest import (
    DatedRate,
    Owed,
    exact_interest,
    interest_on,
    late_interest,
    rates_over_central_bank,
    statutory_rates,
    stretches_of,
)
from finance.refusals import Unanswerable
from models.legal_figures import legal_figures
from tests.finance.reference import Vector, day, each

DUE = date(2022, 10, 1)
RATES = (DatedRate(date(2022, 7, 1), Decimal("9.25")), DatedRate(date(2023, 1, 1), Decimal("10.75")))
amounts = st.decimals(min_value=0, max_value=Decimal("1e9"), places=2)
percents = st.decimals(min_value=0, max_value=30, places=2)
days = st.dates(date(2015, 1, 1), date(2040, 1, 1))


@st.composite
def dated_rates(draw: st.DrawFn) -> tuple[DatedRate, ...]:
    """Rates from 2015 on, with changes on any days."""
    changes = draw(st.lists(days, max_size=6, unique=True).map(sorted))
    return tuple(DatedRate(change, draw(percents)) for change in sorted({date(2015, 1, 1), *changes}))


@each("late_interest")
def test_published_rates_come_out(vector: Vector):
    terms = vector["input"]
    found = late_interest(
        Decimal(terms["principal"]),
        due_on=day(terms["due"]),
        paid_on=day(terms["paid"]),
        rates=[DatedRate(day(valid_from), Decimal(percent)) for valid_from, percent in terms["rates"]],
    )
    assert (found.days, found.amount) == (vector["expected"]["days"], Decimal(vector["expected"]["interest"]))


@each("late_interest")
def test_the_figures_that_ship_give_the_same(vector: Vector):
    terms = vector["input"]
    due_on, paid_on = day(terms["due"]), day(terms["paid"])
    rates = statutory_rates(legal_figures(), "NO", Audience.CONSUMER, due_on=due_on, paid_on=paid_on)

    assert late_interest(Decimal(terms["principal"]), due_on=due_on, paid_on=paid_on, rates=rates).amount == Decimal(
        vector["expected"]["interest"]
    )


def test_the_due_day_is_free_and_the_payment_day_counts():
    def found(days_late: int) -> tuple[int, Decimal]:
        interest = late_interest(Decimal("36500"), due_on=DUE, paid_on=DUE + timedelta(days=days_late), rates=RATES)
        return interest.days, interest.amount

    assert [found(late) for late in (-5, 0, 1, 2)] == [(0, 0), (0, 0), (1, Decimal("9.25")), (2, Decimal("18.50"))]


def test_a_new_rate_begins_the_day_after_its_first():
    """What is due on the first day of a rate bears nothing that day: so one day at the old rate ends there."""
    interest = late_interest(Decimal("36500"), due_on=date(2022, 12, 31), paid_on=date(2023, 1, 2), rates=RATES)

    assert [(stretch.to_on, stretch.days, stretch.percent) for stretch in interest.stretches] == [
        (date(2023, 1, 1), 1, Decimal("9.25")),
        (date(2023, 1, 2), 1, Decimal("10.75")),
    ]
    assert interest.amount == Decimal("20.00")


def test_what_was_paid_in_part_bears_interest_on_the_rest_only():
    owed = [Owed(DUE, Decimal("36500")), Owed(DUE + timedelta(days=10), Decimal("3650")), Owed(DUE + timedelta(days=20), Decimal(0))]

    interest = interest_on(owed, until_on=DUE + timedelta(days=100), rates=RATES[:1])

    assert interest.amount == Decimal("101.75")  # ten days of 9.25, ten of 0.925, none after


def test_interest_is_rounded_once_and_not_at_each_change():
    rates = [DatedRate(DUE + timedelta(days=n), Decimal("0.4") + n) for n in range(3)]
    stretches = stretches_of([Owed(DUE, Decimal("365"))], until_on=DUE + timedelta(days=3), rates=rates, count=DayCount.ACT_365_FIXED)

    assert late_interest(Decimal("365"), due_on=DUE, paid_on=DUE + timedelta(days=3), rates=rates).amount == Decimal("0.04")
    assert [exact_interest([stretch], DayCount.ACT_365_FIXED).quantize(Decimal("0.001")) for stretch in stretches] == [
        Decimal("0.004"),
        Decimal("0.014"),
        Decimal("0.024"),
    ]


@given(
    amounts,
    days,
    st.integers(0, 3_000),
    st.integers(0, 3_000),
    dated_rates(),
    st.sampled_from([DayCount.ACT_360, DayCount.ACT_365_FIXED, DayCount.ACT_ACT_ISDA]),
)
def test_interest_of_a_time_is_that_of_its_parts(amount, due_on, first, second, rates, count):
    middle, end = due_on + timedelta(days=first), due_on + timedelta(days=first + second)

    def exactly(from_on: date, until_on: date) -> Fraction:
        return Fraction(exact_interest(stretches_of([Owed(from_on, amount)], until_on=until_on, rates=rates, count=count), count))

    assert abs(exactly(due_on, end) - exactly(due_on, middle) - exactly(middle, end)) < Fraction(1, 10**35)


@given(amounts, days, st.integers(0, 3_000), dated_rates())
def test_interest_is_the_exact_sum_over_days_rounded_half_up_once(amount, due_on, late, rates):
    percents_by_day = ([rate.percent for rate in rates if rate.valid_from_on <= due_on + timedelta(days=n)][-1] for n in range(late))
    exactly = sum((Fraction(amount) * Fraction(percent) / 36500 for percent in percents_by_day), Fraction(0))
    found = late_interest(amount, due_on=due_on, paid_on=due_on + timedelta(days=late), rates=rates)

    assert found.amount == Decimal(int(exactly * 100 + Fraction(1, 2))) / 100
    assert found.days == late == sum(stretch.days for stretch in found.stretches)


@given(amounts, days, st.integers(0, 2_000), dated_rates())
def test_waiting_longer_or_owing_more_never_costs_less(amount, due_on, late, rates):
    def found(more: int, later: int) -> Decimal:
        return late_interest(amount + more, due_on=due_on, paid_on=due_on + timedelta(days=late + later), rates=rates).amount

    assert found(0, 0) <= found(0, 1) and found(0, 0) <= found(1, 0)


@pytest.mark.parametrize(
    ("owed", "rates", "rule"),
    [
        ([], RATES, "late_interest.amounts"),
        ([Owed(DUE, Decimal(-1))], RATES, "late_interest.amounts"),
        ([Owed(DUE, Decimal(1)), Owed(DUE, Decimal(2))], RATES, "late_interest.amounts"),
        ([Owed(DUE, Decimal(1))], (), "late_interest.rates"),
        ([Owed(DUE, Decimal(1))], RATES[1:], "late_interest.rates"),
        ([Owed(DUE, Decimal(1))], RATES[::-1], "late_interest.rates"),
    ],
)
def test_what_cannot_be_told_is_refused_by_name(owed, rates, rule):
    with pytest.raises(Unanswerable) as refusal:
        interest_on(owed, until_on=date(2023, 6, 1), rates=rates)
    assert refusal.value.rule == rule


def test_a_float_is_no_rate_and_no_amount():
    with pytest.raises(TypeError):
        late_interest(Decimal(1), due_on=DUE, paid_on=date(2023, 1, 1), rates=[DatedRate(DUE, 9.25)])  # type: ignore[arg-type]  # the very mistake
    with pytest.raises(TypeError):
        late_interest(1.0, due_on=DUE, paid_on=date(2023, 1, 1), rates=RATES)  # type: ignore[arg-type]  # the very mistake


def test_a_day_without_a_rate_in_the_law_is_refused_and_no_time_needs_none():
    table = legal_figures()
    with pytest.raises(Unanswerable, match="late_interest_rate for NO CONSUMER on 2025-07-01"):
        statutory_rates(table, "NO", Audience.CONSUMER, due_on=date(2025, 6, 1), paid_on=date(2025, 7, 2))
    assert len(statutory_rates(table, "NO", Audience.CONSUMER, due_on=date(2025, 6, 1), paid_on=date(2025, 7, 1))) == 1
    assert statutory_rates(table, "NO", Audience.CONSUMER, due_on=date(2030, 1, 1), paid_on=date(2030, 1, 1)) == ()


def test_points_are_added_to_the_rate_of_the_central_bank():
    def entry(country: str, kind: str, valid_from: date, name: str, percent: str) -> Figure:
        return Figure(Subject(country, Audience.PROFESSIONAL, kind), valid_from, {name: Decimal(percent)}, "a test", Certainty.SEEN)

    table = Figures(
        [
            entry("FR", "late_interest_margin", date(2020, 1, 1), "points", "10"),
            entry("FR", "late_interest_margin", date(2026, 3, 1), "points", "9"),
            entry("EU", "central_bank_rate", date(2025, 7, 1), "percent", "2.15"),
            entry("EU", "central_bank_rate", date(2026, 1, 1), "percent", "2"),
        ]
    )
    rates = rates_over_central_bank(table, "FR", Audience.PROFESSIONAL, due_on=date(2025, 12, 1), paid_on=date(2026, 4, 1))

    assert [(str(rate.valid_from_on), str(rate.percent)) for rate in rates] == [
        ("2025-12-01", "12.15"),
        ("2026-01-01", "12"),
        ("2026-03-01", "11"),
    ]
    with pytest.raises(Unanswerable, match="central_bank_rate for EU"):
        rates_over_central_bank(legal_figures(), "FR", Audience.PROFESSIONAL, due_on=date(2026, 1, 1), paid_on=date(2026, 4, 1))
