"""Whatever a table counts by: repaying next to nothing changes next to nothing, and a lower installment is never a higher one."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from finance.conventions import InterestConvention, period_rates
from finance.dates import MONTHLY, months_after
from finance.day_counts import DayCount, year_fraction
from finance.early_repayment import CreditTerms, Effect, partial_repayment
from finance.money import CENT, NOTHING, cents
from finance.phases import Annuity, Capitalized, ConstantPrincipal, InterestOnly, Phase, Rents
from finance.plans import Plan
from finance.rates import Conversion
from finance.schedules import Line, schedule

START = date(2024, 1, 20)
HUNDRED_THOUSAND = Decimal(100_000)


def plan(
    *phases: Phase, financed: Decimal = HUNDRED_THOUSAND, rate: str = "4.8", first_months: int = 1, **more: object
) -> tuple[Line, ...]:
    first = months_after(START, first_months)
    return schedule(
        Plan(financed_amount=financed, rate_percent=Decimal(rate), phases=phases, starts_on=START, first_due_on=first, **more)  # type: ignore[arg-type]
    ).lines


def counted(count: DayCount) -> tuple[Line, ...]:
    return plan(Annuity(periods=120), counting=partial(year_fraction, count))


def stepping(*phases: tuple[int, str], financed: Decimal) -> tuple[Line, ...]:
    """A rate that is agreed anew after so many months."""
    months = sum(periods for periods, _ in phases)
    return plan(
        *(Annuity(periods=periods, rate_percent=Decimal(rate), over_periods=months - sum(p for p, _ in phases[:place])) for place, (periods, rate) in enumerate(phases)),
        financed=financed,
    )  # fmt: skip


TABLES = {
    "whole months": plan(Annuity(periods=120)),
    "equivalent rate": plan(Annuity(periods=120), conversion=Conversion.EQUIVALENT),
    "ACT/360": counted(DayCount.ACT_360),
    "ACT/365": counted(DayCount.ACT_365_FIXED),
    "ACT/ACT": counted(DayCount.ACT_ACT_ISDA),
    "30E/360": counted(DayCount.THIRTY_E_360),
    "a first period of three months": plan(Annuity(periods=120), first_months=3),
    "4.8 % for five years, then 6 %": stepping((60, "4.8"), (60, "6"), financed=HUNDRED_THOUSAND),
    "0 % for a year, then 5.9 %": stepping((12, "0"), (36, "5.9"), financed=Decimal(20_000)),
    "constant principal": plan(ConstantPrincipal(periods=120)),
    "interest only": plan(InterestOnly(periods=120)),
    "seasons": plan(Rents(weights=tuple(map(Decimal, (3, 0, 1) * 40)))),
    "a balloon": plan(Annuity(periods=60, over_periods=120)),
    "a year of nothing, then an annuity": plan(Capitalized(periods=12), Annuity(periods=108)),
}
DAYS = {
    "on the first day": START,
    "in the first period": date(2024, 2, 3),
    "on a due date": date(2025, 1, 20),
    "in the middle of a period": date(2025, 4, 2),
}


def repaid(lines: tuple[Line, ...], amount: str | Decimal, on: date, effect: Effect, rate: str | None = "4.8"):
    terms = CreditTerms(financed_amount=lines[0].opening, starts_on=START, rate_percent=None if rate is None else Decimal(rate))
    return partial_repayment(lines, Decimal(amount), on, effect=effect, terms=terms)


@pytest.mark.parametrize("effect", Effect)
@pytest.mark.parametrize("on", DAYS.values(), ids=DAYS)
@pytest.mark.parametrize("lines", TABLES.values(), ids=TABLES)
def test_repaying_a_cent_changes_next_to_nothing(lines: tuple[Line, ...], on: date, effect: Effect):
    found = repaid(lines, "0.01", on, effect)
    left = [line for line in lines if line.due_on > on]

    saved = found.interest_before_amount - found.interest_after_amount
    assert abs(saved) <= Decimal("0.05")
    assert len(found.lines) == len(left)
    first = found.lines[0].payment + min(found.accrued_interest_amount, left[0].payment)
    assert all(
        abs(now - line.payment) <= CENT for now, line in zip([first, *(line.payment for line in found.lines[1:-1])], left, strict=False)
    )


@pytest.mark.parametrize("key", TABLES)
def test_a_convention_is_found_where_the_rate_gives_the_table_and_only_there(key: str):
    expected = {
        "whole months": InterestConvention.WHOLE_PERIODS, "equivalent rate": InterestConvention.EQUIVALENT, "ACT/360": InterestConvention.ACT_360,
        "ACT/365": InterestConvention.ACT_365, "ACT/ACT": InterestConvention.ACT_ACT, "30E/360": InterestConvention.WHOLE_PERIODS,
        "4.8 % for five years, then 6 %": None, "0 % for a year, then 5.9 %": None,
    }  # fmt: skip
    found = period_rates(TABLES[key], START, rate_percent=Decimal("4.8"), every=MONTHLY)

    assert found.convention == expected.get(key, InterestConvention.WHOLE_PERIODS)
    assert period_rates(TABLES[key], START, rate_percent=None, every=MONTHLY).convention is None


def test_a_declared_convention_that_the_table_contradicts_is_not_used():
    lines = TABLES["ACT/360"]
    for declared, expected in ((InterestConvention.ACT_360, InterestConvention.ACT_360), (InterestConvention.ACT_365, None)):
        assert period_rates(lines, START, rate_percent=Decimal("4.8"), every=MONTHLY, declared=declared).convention == expected


def test_where_no_convention_is_known_the_new_table_runs_at_the_rates_that_the_old_one_shows():
    lines = TABLES["4.8 % for five years, then 6 %"]
    found = repaid(lines, "40000.00", date(2027, 1, 20), Effect.LOWER_INSTALLMENT)

    old = {line.number: line for line in lines}
    for line in found.lines:
        assert abs(line.interest - line.opening * old[line.number].interest / old[line.number].opening) <= CENT


@st.composite
def tables(draw: st.DrawFn) -> tuple[Line, ...]:
    """Any table that hangs together: payments of any size, interest of any size, down to anything."""
    owed = draw(st.decimals(min_value=10, max_value=100_000, places=2))
    count, lines = draw(st.integers(1, 24)), list[Line]()
    for number in range(1, count + 1):
        interest = cents(owed * draw(st.sampled_from([Decimal(0), Decimal("0.004"), Decimal("0.01"), Decimal("0.0333")])))
        share = draw(st.sampled_from([Decimal(0), Decimal("0.02"), Decimal("0.3"), Decimal("0.9")]))
        principal = owed if number == count else cents(owed * share)
        lines.append(
            Line(
                number,
                months_after(START, number),
                owed,
                principal + interest,
                principal,
                interest,
                NOTHING,
                NOTHING,
                NOTHING,
                NOTHING,
                owed - principal,
            )
        )
        owed -= principal
    return tuple(lines)


@given(tables(), st.integers(0, 700), st.decimals(min_value=0, max_value=1, places=4), st.sampled_from([None, "4.8"]))
def test_lower_installments_are_never_higher_whatever_the_table(lines: tuple[Line, ...], later: int, part: Decimal, rate: str | None):
    on = START + timedelta(days=later)
    left = [line for line in lines if line.due_on > on]
    if not left:
        return
    balance = left[0].opening
    amount = max(cents(balance * part), CENT)
    if amount >= balance:
        return

    found = repaid(lines, amount, on, Effect.LOWER_INSTALLMENT, rate)

    accrued = found.accrued_interest_amount
    assert len(found.lines) == len(left)
    assert all(new.payment <= old.payment for new, old in zip(found.lines, left, strict=True))
    assert found.lines[0].payment + min(accrued, left[0].payment) <= left[0].payment
    assert found.lines[-1].closing == 0 and all(b.opening == a.closing for a, b in pairwise(found.lines))
    assert found.interest_after_amount <= found.interest_before_amount


@given(
    tables(), st.integers(0, 700), st.decimals(min_value=0, max_value=1, places=4), st.sampled_from([None, "4.8"]), st.sampled_from(Effect)
)
def test_no_line_that_follows_takes_less_than_nothing(lines: tuple[Line, ...], later: int, part: Decimal, rate: str | None, effect: Effect):
    on = START + timedelta(days=later)
    left = [line for line in lines if line.due_on > on]
    assume(left)
    amounts = {cents(left[0].opening * part), CENT, left[0].opening - CENT, left[0].opening - Decimal("1.00")}
    for amount in sorted(amount for amount in amounts if 0 < amount < left[0].opening):
        found = repaid(lines, amount, on, effect, rate)

        assert all(min(line.payment, line.principal, line.interest, line.closing) >= 0 for line in found.lines)
        assert sum(line.principal for line in found.lines) == left[0].opening - amount


def test_a_last_payment_of_nearly_twice_the_others_stays_in_proportion():
    """300.00 repaid with four installments left: the first three were raised from 855.99 to 966.19."""
    lines = plan(Rents(weights=tuple(map(Decimal, ("1", "1", "1", "1.9")))), financed=Decimal(4_000))
    found = repaid(lines, "300.00", START, Effect.LOWER_INSTALLMENT)

    assert all(new.payment < old.payment for new, old in zip(found.lines, lines, strict=True))
    assert abs(found.lines[-1].payment / found.lines[0].payment - Decimal("1.9")) < Decimal("0.001")
