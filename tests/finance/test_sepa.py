"""The days of a direct debit, against the published cycle."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.calendars import TARGET
from finance.dates import months_after
from finance.figures import Audience
from finance.refusals import Unanswerable
from finance.sepa import SchemeRules, Timeline, mandate_has_lapsed, mandate_holds_until, timeline
from models.legal_figures import legal_figures
from tests.finance.reference import Vector, day, each

DAY = date(2026, 1, 5)
RULES = {
    "CORE": SchemeRules.of(legal_figures().on("EU", Audience.CONSUMER, "sepa_core", DAY)),
    "B2B": SchemeRules.of(legal_figures().on("EU", Audience.PROFESSIONAL, "sepa_b2b", DAY)),
}
CORE, B2B = RULES["CORE"], RULES["B2B"]
days = st.dates(date(2017, 1, 1), date(2150, 1, 1))


@each("sepa_timelines")
def test_the_published_cycle_comes_out(vector: Vector):
    given, expected = vector["input"], vector["expected"]
    cycle = timeline(RULES[given["scheme"]], day(given["due_date"]), pre_notification_days=given["pre_notification_days"])

    found = {
        "latest_pre_notification": cycle.pre_notification_on,
        "latest_interbank_presentation": cycle.presentation_on,
        "latest_return_by_debtor_bank": cycle.return_on,
        "latest_refund_authorised": cycle.refund_on,
        "latest_refund_unauthorised": cycle.unauthorized_refund_on,
    }
    assert {name: str(found_on) for name, found_on in found.items() if found_on} == expected


def test_between_companies_there_is_no_refund():
    cycle = timeline(B2B, DAY)
    assert (cycle.refund_on, cycle.unauthorized_refund_on) == (None, None)


def test_a_collection_due_on_a_closing_day_is_settled_on_the_next():
    """Good Friday 2026: settled on the Tuesday after Easter, presented the day before Good Friday, announced before the day named."""
    assert timeline(CORE, date(2026, 4, 3)) == Timeline(
        pre_notification_on=date(2026, 3, 20),
        presentation_on=date(2026, 4, 2),
        due_on=date(2026, 4, 3),
        settled_on=date(2026, 4, 7),
        return_on=date(2026, 4, 14),
        refund_on=date(2026, 6, 2),
        unauthorized_refund_on=date(2027, 5, 7),
    )


def test_parties_may_agree_on_another_announcement():
    assert timeline(CORE, DAY, pre_notification_days=0).pre_notification_on == DAY
    assert timeline(CORE, DAY, pre_notification_days=5).pre_notification_on == date(2025, 12, 31)
    for wrong in (-1, 367, True):
        with pytest.raises(Unanswerable) as refusal:
            timeline(CORE, DAY, pre_notification_days=wrong)
        assert refusal.value.rule == "sepa.pre_notification"


@given(days, st.sampled_from([CORE, B2B]))
def test_the_steps_follow_one_another(due_on, rules):
    cycle = timeline(rules, due_on)

    assert cycle.pre_notification_on < cycle.presentation_on < cycle.settled_on < cycle.return_on
    assert cycle.pre_notification_on < cycle.due_on <= cycle.settled_on
    assert all(TARGET.is_working_day(each_on) for each_on in (cycle.presentation_on, cycle.settled_on, cycle.return_on))
    if cycle.refund_on and cycle.unauthorized_refund_on:
        assert cycle.return_on < cycle.refund_on < cycle.unauthorized_refund_on


@pytest.mark.parametrize(
    ("last_collected", "until"),
    [(None, "2029-01-31"), ("2026-02-28", "2029-02-28"), ("2028-02-29", "2031-02-28")],
)
def test_a_mandate_lapses_when_it_was_not_used_for_36_months(last_collected: str | None, until: str):
    signed_on, last_on, until_on = date(2026, 1, 31), day(last_collected) if last_collected else None, day(until)

    assert mandate_holds_until(CORE, signed_on=signed_on, last_collected_on=last_on) == until_on
    assert not mandate_has_lapsed(CORE, until_on, signed_on=signed_on, last_collected_on=last_on)
    assert mandate_has_lapsed(CORE, until_on + timedelta(days=1), signed_on=signed_on, last_collected_on=last_on)


@given(days, st.integers(0, 400))
def test_using_a_mandate_never_shortens_its_life(signed_on, later):
    used_on = signed_on + timedelta(days=later)
    assert mandate_holds_until(CORE, signed_on=signed_on, last_collected_on=used_on) >= mandate_holds_until(CORE, signed_on=signed_on)
    assert mandate_holds_until(CORE, signed_on=signed_on) == months_after(signed_on, 36)


@pytest.mark.parametrize("wrong", [-1, 1_001, 1.0, True])
def test_rules_are_whole_numbers(wrong):
    with pytest.raises(Unanswerable) as refusal:
        replace(CORE, return_working_days=wrong)
    assert refusal.value.rule == "sepa.rules"
