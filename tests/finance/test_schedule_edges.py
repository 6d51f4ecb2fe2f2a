"""Plans at the edge: a table that pays back to the cent, or a refusal with a name. Never another exception, never a figure below nothing."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finance.money import TO_THE_CENT, UP_TO_THE_CENT, UP_TO_THE_UNIT, ZERO, Mode, Rounding
from finance.payments import Timing
from finance.phases import Annuity, Capitalized, ConstantPrincipal, InterestOnly, Phase, Rents
from finance.plans import Closing, Plan
from finance.refusals import Unanswerable
from finance.schedules import schedule

FIVE_CENTS = Rounding(Mode.UP, Decimal("0.05"))
PERIODS = st.sampled_from([1, 2, 3, 12, 36, 140])
RATES = st.sampled_from(["-99", "-5", "-0.5", "0", "0.01", "4.8", "20", "99", "400"]).map(Decimal)


@st.composite
def phases(draw: st.DrawFn) -> Phase:
    periods, rate = draw(PERIODS), draw(st.none() | RATES)
    over = draw(st.none() | st.integers(periods, periods + 100))
    kind = draw(st.sampled_from([Annuity, ConstantPrincipal, InterestOnly, Capitalized, Rents]))
    if kind is Rents:
        weights = tuple(Decimal(draw(st.sampled_from([0, 1, 1, 3]))) for _ in range(min(periods, 12)))
        return Rents(weights=weights, weighs_rounded=draw(st.booleans()), rate_percent=rate)
    return kind(periods=periods, rate_percent=rate, **({"over_periods": over} if kind in (Annuity, ConstantPrincipal) else {}))  # type: ignore[no-any-return]  # one of the classes above


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    financed = draw(st.decimals("0.01", 10_000_000, places=2))
    residual = draw(
        st.just(ZERO) | st.sampled_from(["0.1", "0.995", "2"]).map(lambda part: (financed * Decimal(part)).quantize(Decimal("0.01")))
    )
    return Plan(
        financed_amount=financed,
        rate_percent=draw(RATES),
        phases=tuple(draw(st.lists(phases(), min_size=1, max_size=3))),
        first_due_on=date(2026, 1, 31),
        timing=draw(st.sampled_from(list(Timing))),
        closing=draw(st.sampled_from(list(Closing))),
        residual_amount=residual,
        residual_with_last_payment=draw(st.booleans()),
        rounding=draw(st.sampled_from([TO_THE_CENT, UP_TO_THE_CENT, UP_TO_THE_UNIT, FIVE_CENTS])),
        evens_out=draw(st.booleans()),
    )


@given(plans())
@settings(max_examples=300, deadline=None)
def test_a_plan_has_a_table_that_pays_back_or_is_refused_by_name(plan: Plan):
    try:
        lines = schedule(plan).lines
    except Unanswerable:
        return
    assert lines[-1].closing == plan.residual_amount
    assert all(line.payment >= 0 and line.closing >= 0 for line in lines)
    if plan.closing is Closing.LOAN and all((phase.rate_percent or 0) >= 0 for phase in plan.phases) and plan.rate_percent >= 0:
        assert all(line.interest >= 0 for line in lines)


def plan_of(amount: str, rate: str, *of_phases: Phase, **more: object) -> Plan:
    return Plan(financed_amount=Decimal(amount), rate_percent=Decimal(rate), phases=of_phases, first_due_on=date(2026, 1, 31), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "plan",
    [
        plan_of("20000", "-0.5", Annuity(periods=36), residual_amount=Decimal(19_900)),
        plan_of("0.02", "99", Annuity(periods=240), closing=Closing.LEASE, rounding=FIVE_CENTS),
        plan_of("100", "5", Annuity(periods=140, over_periods=240), Annuity(periods=100), rounding=UP_TO_THE_UNIT),
        plan_of("100", "0", Rents(weights=(Decimal(1),) * 11 + (ZERO,)), rounding=UP_TO_THE_CENT),
    ],
)
def test_known_edges_are_refused_by_name_or_pay_back(plan: Plan):
    try:
        lines = schedule(plan).lines
    except Unanswerable as refused:
        assert refused.rule in ("plan.impossible", "figure.too_large", "rate.too_low")
    else:
        assert lines[-1].closing == plan.residual_amount and min(line.payment for line in lines) >= 0
