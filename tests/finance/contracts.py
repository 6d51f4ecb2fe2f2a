"""Contracts for tests of what happens to them: tables of a few kinds, and strategies for any."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from finance.dates import months_after
from finance.early_repayment import CreditTerms
from finance.phases import Annuity, ConstantPrincipal, InterestOnly, Phase
from finance.plans import Plan
from finance.schedules import Line, schedule

START = date(2026, 1, 15)


def table(financed: str | Decimal, rate: str | Decimal, *phases: Phase, starts_on: date = START) -> tuple[Line, ...]:
    """A loan in monthly installments in arrears."""
    plan = Plan(financed_amount=Decimal(financed), rate_percent=Decimal(rate), phases=phases, first_due_on=months_after(starts_on, 1))
    return schedule(plan).lines


def terms(financed: str | Decimal, rate: str | Decimal, starts_on: date = START) -> CreditTerms:
    return CreditTerms(financed_amount=Decimal(financed), rate_percent=Decimal(rate), starts_on=starts_on)


@st.composite
def loans(draw: st.DrawFn) -> tuple[tuple[Line, ...], CreditTerms]:
    """A loan of some kind, with the terms behind its table."""
    financed, rate = draw(st.decimals(min_value=500, max_value=200_000, places=2)), draw(st.decimals(min_value=0, max_value=20, places=2))
    starts_on, periods = draw(st.dates(date(2020, 1, 1), date(2035, 1, 1))), draw(st.integers(3, 84))
    phase = draw(st.sampled_from([Annuity, ConstantPrincipal, InterestOnly]))(periods=periods)
    return table(financed, rate, phase, starts_on=starts_on), terms(financed, rate, starts_on)
