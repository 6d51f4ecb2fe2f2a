"""The most that may be asked for an early repayment, at each edge of the rule."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.compensations import Exemption, Repaid, ShareRule, months_left, months_of_interest, most_compensation
from finance.dates import months_after
from finance.figures import Audience
from finance.refusals import Unanswerable
from models.legal_figures import legal_figures
from tests.finance.reference import Vector, each

TODAY = date(2026, 11, 25)
FRENCH, BELGIAN, EUROPEAN = (
    ShareRule.of(legal_figures().on(country, Audience.CONSUMER, "early_repayment_compensation", TODAY)) for country in ("FR", "BE", "EU")
)
amounts = st.decimals(min_value=0, max_value=Decimal("1e6"), places=2)
days = st.dates(date(2020, 1, 1), date(2060, 1, 1))


def most(
    repaid: str,
    *,
    months: int = 24,
    interest: str = "9999.00",
    before: str = "0.00",
    exemption: Exemption | None = None,
    rule: ShareRule = FRENCH,
) -> str:
    found = most_compensation(
        rule,
        Decimal(repaid),
        months_left=months,
        interest_left_amount=Decimal(interest),
        repaid_before_amount=Decimal(before),
        exemption=exemption,
    )
    return str(found.most_amount)


@each("early_repayment_caps")
def test_published_caps_come_out(vector: Vector):
    terms = vector["input"]
    assert (
        most(
            terms["repaid"],
            months=terms["months_remaining"],
            interest=terms["interest_remaining"],
            before=terms["repaid_previous_12_months"],
            exemption=Exemption.VARIABLE_RATE if terms["variable_rate_period"] else None,
        )
        == vector["expected"]["maximum_compensation"]
    )


def test_the_french_rule_for_the_repayment_of_the_numbers():
    """requirements/numbers.md: 12,000.00 repaid."""
    assert most("12000.00") == "120.00"
    assert most("12000.00", months=12) == "60.00"
    assert most("10000.00") == "0.00"
    assert most("12000.00", interest="99.99") == "99.99"


@pytest.mark.parametrize(("months", "expected"), [(0, "60.00"), (11, "60.00"), (12, "60.00"), (13, "120.00")])
def test_the_lower_share_holds_with_a_year_or_less_left(months: int, expected: str):
    assert most("12000.00", months=months) == expected


@pytest.mark.parametrize(
    ("repaid", "before", "expected"),
    [
        ("10000.00", "0.00", "0.00"),
        ("10000.01", "0.00", "100.00"),
        ("4000.00", "6000.00", "0.00"),
        ("4000.01", "6000.00", "40.00"),
        ("0.01", "10000.00", "0.00"),
        ("500.00", "25000.00", "5.00"),
    ],
)
def test_the_free_sum_is_that_of_twelve_months_and_what_exceeds_it_is_charged_whole(repaid: str, before: str, expected: str):
    assert most(repaid, before=before) == expected


@pytest.mark.parametrize("exemption", list(Exemption))
def test_what_the_law_exempts_costs_nothing(exemption: Exemption):
    assert most("50000.00", exemption=exemption) == "0.00"


def test_other_countries_have_no_free_sum():
    for rule in (BELGIAN, EUROPEAN):
        assert (most("100.00", rule=rule), most("100.00", months=12, rule=rule)) == ("1.00", "0.50")


def test_it_is_told_what_bounds_the_compensation():
    found = most_compensation(FRENCH, Decimal("12000.00"), months_left=24, interest_left_amount=Decimal("119.99"))
    assert (found.percent, found.is_free, found.is_bound_by_interest) == (Decimal(1), False, True)
    assert not most_compensation(FRENCH, Decimal("12000.00"), months_left=24, interest_left_amount=Decimal("120.00")).is_bound_by_interest
    assert most_compensation(FRENCH, Decimal("10.00"), months_left=24, interest_left_amount=Decimal("120.00")).is_free


def test_the_window_ends_on_the_day_and_leaves_out_the_same_day_a_year_ago():
    on = date(2026, 3, 1)
    before = [
        Repaid(date(2025, 3, 1), Decimal("1.00")),
        Repaid(date(2025, 3, 2), Decimal("20.00")),
        Repaid(on, Decimal("300.00")),
        Repaid(date(2026, 3, 2), Decimal("4000.00")),
    ]

    assert FRENCH.repaid_before(before, on) == Decimal("320.00")
    assert FRENCH.repaid_before([], on) == 0


def test_a_year_is_left_to_the_same_day_and_more_than_a_year_to_the_next():
    on = date(2027, 2, 28)
    assert months_left(on, date(2028, 2, 28)) == 12
    assert months_left(on, date(2028, 2, 29)) > 12
    assert months_left(on, date(2028, 2, 27)) < 12
    assert months_left(on, on) == months_left(on, on - timedelta(days=1)) == 0


@given(days, days)
def test_more_than_twelve_months_are_left_when_the_end_is_after_the_same_day_next_year(repaid_on, ends_on):
    assert (months_left(repaid_on, ends_on) > 12) == (ends_on > months_after(repaid_on, 12))


@given(amounts, amounts, st.integers(0, 400), amounts, amounts, st.sampled_from([FRENCH, BELGIAN, EUROPEAN]))
def test_the_cap_never_exceeds_its_share_or_the_interest_and_never_falls_with_the_sum(repaid, more, months, interest, before, rule):
    def cap(amount: Decimal) -> Decimal:
        return most_compensation(rule, amount, months_left=months, interest_left_amount=interest, repaid_before_amount=before).most_amount

    assert 0 <= cap(repaid) <= interest
    assert cap(repaid) <= repaid / 100 + Decimal("0.005")
    assert cap(repaid) <= cap(repaid + more)


def test_belgian_loans_are_bounded_by_months_of_interest():
    months = legal_figures().on("BE", Audience.PROFESSIONAL, "early_repayment_interest", TODAY).count("months")
    assert str(months_of_interest(Decimal("20000.00"), Decimal("4.80"), months)) == "480.00"
    assert str(months_of_interest(Decimal("20000.00"), Decimal("4.80"), 3)) == "240.00"


def test_what_is_less_than_nothing_is_refused():
    for ask in (
        lambda: most("-0.01"),
        lambda: most("1.00", months=-1),
        lambda: most("1.00", interest="-1.00"),
        lambda: most("1.00", before="-1.00"),
        lambda: months_of_interest(Decimal(-1), Decimal(1), 6),
    ):
        with pytest.raises(Unanswerable) as refusal:
            ask()
        assert refusal.value.rule == "compensation.amount"
    with pytest.raises(TypeError):
        most_compensation(FRENCH, 12000.0, months_left=24, interest_left_amount=Decimal(1))  # type: ignore[arg-type]  # the very mistake
