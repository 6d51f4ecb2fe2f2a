"""The interest of another debit day is worked out at the rate that the table runs at, or not at all."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from finance.debit_day import DebitDayEffect
from finance.money import cents
from models.debit_days import simulate_debit_day
from models.refusals import Invalid
from tests.models.test_positions import LINES, TODAY, ledger, rows

FRAME: Any = SimpleNamespace(today=TODAY, valid_until_on=TODAY + timedelta(days=30), reference=lambda *_: "", mention=lambda _: None)


def changed(effect: DebitDayEffect, **contract: Any) -> Any:
    rules = {"debit_days": (1, 25), "debit_day_notice_days": 0, "debit_day_effect": effect}
    return simulate_debit_day(FRAME, ledger(rows(), rules=rules, **contract), 25)


@pytest.mark.parametrize("effect", [DebitDayEffect.CHARGED_ONCE, DebitDayEffect.LONGER_FIRST_PERIOD])
@pytest.mark.parametrize("rate", [None, Decimal("9.9")])
def test_without_the_rate_of_the_table_no_interest_is_shown(effect: DebitDayEffect, rate: Decimal | None):
    with pytest.raises(Invalid) as refused:
        changed(effect, nominal_rate_percent=rate)
    assert [fault.rule for fault in refused.value.faults] == ["contract.rate"]


def test_where_nobody_asks_for_interest_no_rate_is_needed():
    found = changed(DebitDayEffect.NONE, nominal_rate_percent=None)
    assert (found.change.interest_amount, found.moved_days) == (0, 5)


def test_the_days_between_cost_their_interest():
    found = changed(DebitDayEffect.CHARGED_ONCE)
    opening = next(line.opening for line in LINES if line.due_on > TODAY)
    assert found.change.interest_amount == cents(opening * Decimal("0.052") * 5 / 365)
