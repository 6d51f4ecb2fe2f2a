"""Installment plans on arrears: every payment, what it pays, and what the plan costs."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finance.allocation import PRINCIPAL_FIRST, Across, Claim, Part, Turn
from finance.arrears import Paid
from finance.arrears_plans import ArrearsPlan, PlanClaim, PlanFee, PlanRules, is_broken, payment_days, plan_by_amount, plan_by_months
from finance.late_interest import DatedRate, Owed, interest_on
from finance.refusals import Unanswerable

TODAY = date(2026, 11, 25)
CLAIM = Claim(
    "case", date(2026, 6, 1), {Part.PRINCIPAL: Decimal("1000.00"), Part.LATE_INTEREST: Decimal("45.00"), Part.COSTS: Decimal("560.00")}
)
RATES = (DatedRate(date(2026, 7, 1), Decimal("12.00")), DatedRate(date(2027, 1, 1), Decimal("11.00")))
OWED = PlanClaim(CLAIM, RATES)
NORWEGIAN = PlanRules(fee=PlanFee(Decimal("1050.00"), 4), least_amount=Decimal("200.00"), most_months=60)

amounts = st.decimals(min_value=Decimal("0.00"), max_value=Decimal("20000"), places=2)
percents = st.decimals(min_value=0, max_value=15, places=2)


@st.composite
def owed_claims(draw: st.DrawFn) -> list[PlanClaim]:
    """One to three claims, each with a principal and rates of its own, or none."""
    claims = []
    for number in range(draw(st.integers(1, 3))):
        parts = {Part.PRINCIPAL: draw(amounts) + 1, Part.COSTS: draw(amounts), Part.LATE_INTEREST: draw(amounts)}
        rates = tuple(DatedRate(day, draw(percents)) for day in (date(2026, 1, 1), date(2027, 1, 1), date(2028, 7, 1)))
        claims.append(PlanClaim(Claim(str(number), draw(st.dates(date(2025, 1, 1), TODAY)), parts), rates if draw(st.booleans()) else ()))
    return claims


def test_a_day_of_the_month_comes_back_after_february():
    assert [str(day) for day in islice(payment_days(31, date(2027, 1, 30)), 3)] == ["2027-01-31", "2027-02-28", "2027-03-31"]
    assert next(payment_days(25, TODAY)) == date(2026, 12, 25)
    assert next(payment_days(26, TODAY)) == date(2026, 11, 26)


def test_a_plan_by_amount_lists_every_payment_its_end_and_what_it_costs():
    plan = plan_by_amount([OWED], Decimal("400.00"), from_on=TODAY, day=20)

    # Interest: 25 days at 12 % on 1000.00; 12 at 12 and 19 at 11 % on the same; then 11 % on what is left of the principal.
    assert [(str(line.due_on), str(line.payment_amount), str(line.remaining_amount)) for line in plan.lines] == [
        ("2026-12-20", "400.00", "1213.22"),
        ("2027-01-20", "400.00", "822.89"),
        ("2027-02-20", "400.00", "430.58"),
        ("2027-03-20", "400.00", "34.21"),
        ("2027-04-20", "34.53", "0.00"),
    ]
    assert [line.parts[Part.COSTS] for line in plan.lines][:2] == [Decimal("400.00"), Decimal("160.00")]
    assert plan.ends_on == plan.lines[-1].due_on
    assert plan.total_amount == sum(line.payment_amount for line in plan.lines) == Decimal("1605.00") + plan.interest_amount


def test_the_interest_of_a_plan_is_rounded_once():
    """The same as interest by the day on what was left of the principal, from the first day to the last."""
    plan = plan_by_amount([OWED], Decimal("100.00"), from_on=TODAY, day=1)
    principal, steps = Decimal("1000.00"), [Owed(TODAY, Decimal("1000.00"))]
    for line in plan.lines:
        principal -= line.parts[Part.PRINCIPAL]
        steps.append(Owed(line.due_on, principal))

    assert plan.interest_amount == interest_on(steps, until_on=plan.ends_on, rates=RATES).amount
    assert sum(line.parts[Part.LATE_INTEREST] for line in plan.lines) == plan.interest_amount + Decimal("45.00")


def test_a_longer_plan_has_its_fee_and_a_short_one_has_none():
    short = plan_by_amount([OWED], Decimal("420.00"), from_on=TODAY, day=20, rules=NORWEGIAN)
    long = plan_by_amount([OWED], Decimal("400.00"), from_on=TODAY, day=20, rules=NORWEGIAN)

    assert (len(short.lines), short.fee_amount) == (4, Decimal("0.00"))
    assert (len(long.lines), long.fee_amount) == (7, Decimal("1050.00"))
    assert long.total_amount == Decimal("1605.00") + Decimal("1050.00") + long.interest_amount


def test_a_plan_below_the_policys_minimum_or_beyond_its_months_is_refused():
    for ask, rule in (
        (lambda: plan_by_amount([OWED], Decimal("199.99"), from_on=TODAY, day=20, rules=NORWEGIAN), "plan.minimum"),
        (lambda: plan_by_months([OWED], 24, from_on=TODAY, day=20, rules=NORWEGIAN), "plan.minimum"),
        (lambda: plan_by_months([OWED], 61, from_on=TODAY, day=20, rules=NORWEGIAN), "plan.too_long"),
        (lambda: plan_by_months([OWED], 0, from_on=TODAY, day=20), "plan.too_long"),
        (lambda: plan_by_amount([OWED], Decimal("5.00"), from_on=TODAY, day=20), "plan.too_long"),
        (lambda: plan_by_amount([OWED], Decimal("0.00"), from_on=TODAY, day=20), "plan.minimum"),
        (lambda: plan_by_amount([OWED], Decimal("400.001"), from_on=TODAY, day=20), "plan.amount"),
        (lambda: plan_by_amount([OWED], Decimal("400.00"), from_on=TODAY, day=32), "plan.day"),
        (lambda: plan_by_amount([PlanClaim(Claim("x", TODAY, {}))], Decimal("1.00"), from_on=TODAY, day=1), "plan.nothing_owed"),
    ):
        with pytest.raises(Unanswerable) as refusal:
            ask()
        assert refusal.value.rule == rule


def test_two_missed_payments_break_a_plan_and_one_does_not():
    plan = plan_by_amount([OWED], Decimal("400.00"), from_on=TODAY, day=20)
    second = plan.lines[1].due_on
    first_paid = [Paid(plan.lines[0].due_on, Decimal("400.00"))]

    assert not is_broken(plan, [], second)
    assert is_broken(plan, [], second + timedelta(days=1))
    assert not is_broken(plan, first_paid, second + timedelta(days=1))
    assert is_broken(plan, first_paid, second + timedelta(days=1), missed=1)


def check(plan: ArrearsPlan, claims: list[PlanClaim], amount: Decimal) -> None:
    """What holds for every plan."""
    owed = sum(each.claim.outstanding() for each in claims)
    remaining = owed + plan.fee_amount + plan.interest_amount
    assert plan.owed_amount == owed and plan.total_amount == remaining == sum(line.payment_amount for line in plan.lines)
    assert all(sum(line.parts.values()) == line.payment_amount for line in plan.lines)
    assert all(line.payment_amount == amount for line in plan.lines[:-1]) and 0 < plan.lines[-1].payment_amount <= amount
    assert plan.lines[-1].remaining_amount == 0 and all(line.remaining_amount > 0 for line in plan.lines[:-1])
    for part in (Part.PRINCIPAL, Part.COSTS):
        before = sum(each.claim.parts.get(part, Decimal(0)) for each in claims) + (plan.fee_amount if part is Part.COSTS else 0)
        assert sum(line.parts[part] for line in plan.lines) == before


rules = st.builds(
    PlanRules,
    order=st.sampled_from([PlanRules().order, PRINCIPAL_FIRST]),
    turn=st.sampled_from(Turn),
    across=st.sampled_from(Across),
    fee=st.sampled_from([PlanFee(), NORWEGIAN.fee]),
)


@settings(max_examples=40)
@given(owed_claims(), st.integers(1, 30), st.integers(1, 31), rules)
def test_a_plan_by_months_asks_the_least_that_ends_in_time(claims, months, day, rules):
    plan = plan_by_months(claims, months, from_on=TODAY, day=day, rules=rules)
    amount = plan.lines[0].payment_amount

    assert len(plan.lines) <= months
    check(plan, claims, amount)
    if len(plan.lines) > 1:
        try:
            slower = plan_by_amount(claims, amount - Decimal("0.01"), from_on=TODAY, day=day, rules=rules)
        except Unanswerable:
            return
        assert len(slower.lines) > months


@settings(max_examples=40)
@given(owed_claims(), st.decimals(min_value=500, max_value=5_000, places=2), st.integers(1, 31), rules)
def test_paying_more_a_month_never_ends_later(claims, amount, day, rules):
    slower = plan_by_amount(claims, amount, from_on=TODAY, day=day, rules=rules)
    faster = plan_by_amount(claims, amount + 100, from_on=TODAY, day=day, rules=rules)

    check(slower, claims, amount)
    assert len(faster.lines) <= len(slower.lines)
    assert slower == plan_by_amount(claims, amount, from_on=TODAY, day=day, rules=rules)


def test_a_claim_without_rates_costs_nothing_more():
    plan = plan_by_months([PlanClaim(CLAIM)], 5, from_on=TODAY, day=1)
    assert [line.payment_amount for line in plan.lines] == [Decimal("321.00")] * 5
    assert plan.interest_amount == 0
