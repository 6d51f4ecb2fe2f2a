"""A lessee's books, against the examples of the standard."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.ifrs16 import LesseeTerms, lessee_books, maturities, remeasured
from finance.payments import Timing
from finance.rates import Conversion
from finance.refusals import Unanswerable
from tests.finance.reference import Vector, each

amounts = st.decimals(min_value=0, max_value=Decimal("1e6"), places=2)
leases = st.builds(
    LesseeTerms,
    rents=st.lists(amounts, min_size=1, max_size=40).map(tuple),
    rate_percent=st.decimals(min_value=0, max_value=20, places=2),
    timing=st.sampled_from(Timing),
    periods_per_year=st.sampled_from([1, 4, 12]),
    conversion=st.sampled_from(Conversion),
    end_amount=st.just(Decimal(0)) | amounts,
    initial_direct_costs_amount=amounts,
    incentives_amount=st.decimals(min_value=0, max_value=1, places=2),
    restoration_amount=st.just(Decimal(0)),
    useful_periods=st.none() | st.integers(1, 60),
)


def terms_of(vector: Vector) -> LesseeTerms:
    stated = vector["input"]
    return LesseeTerms(
        rents=(Decimal(stated["rents"]),) * stated["count"],
        rate_percent=Decimal(stated["rate_percent"]),
        timing=Timing[stated["when"].upper()],
        periods_per_year=1,
        initial_direct_costs_amount=Decimal(stated.get("initial_direct_costs", "0")),
        incentives_amount=Decimal(stated.get("incentive", "0")),
    )


@each("ifrs16_lessee")
def test_the_examples_of_the_standard_come_out(vector: Vector):
    terms, stated = terms_of(vector), vector["input"]
    books = lessee_books(terms)
    found = {"liability_after_first_rent": books.liability_amount, "right_of_use": books.right_of_use_amount}
    if "after_years" in stated:
        kept_rents = (Decimal(stated["new_rent"]),) * (stated["count"] - stated["after_years"])
        changed = LesseeTerms(rents=kept_rents, rate_percent=Decimal(stated["new_rate_percent"]), timing=terms.timing, periods_per_year=1)
        change = remeasured(terms, stated["after_years"], share_kept=Decimal(stated["share_kept"]), changed=changed)
        found = {
            "liability_before": change.liability_before_amount,
            "half": change.liability_kept_amount,
            "liability_after": change.liability_after_amount,
            "adjustment": change.adjustment_amount,
            "right_of_use_before": change.right_of_use_before_amount,
        }
    for name, expected in vector["expected"].items():
        assert abs(found[name] - Decimal(expected)) <= Decimal(vector["tolerance"]["amount"]), name


def test_a_part_given_back_is_a_gain_by_what_the_liability_falls_more():
    """Example 17 goes on: 105,309 less 92,001 is a gain of 13,308, and 24,575 are added to the right of use that is kept."""
    terms = LesseeTerms(rents=(Decimal(50_000),) * 10, rate_percent=Decimal(6), periods_per_year=1)
    changed = LesseeTerms(rents=(Decimal(30_000),) * 5, rate_percent=Decimal(5), periods_per_year=1)

    change = remeasured(terms, 5, share_kept=Decimal("0.5"), changed=changed)

    assert abs(change.gain_amount - 13_308) <= 1
    assert abs(change.right_of_use_after_amount - (92_001 + 24_575)) <= 1


def test_a_small_lease_row_by_row():
    """Two yearly rents of 110 in arrears at 10 %: worth 190.91, which bears 19.09 and then 10.00."""
    books = lessee_books(LesseeTerms(rents=(Decimal(110),) * 2, rate_percent=Decimal(10), periods_per_year=1))

    assert (str(books.liability_amount), str(books.right_of_use_amount)) == ("190.91", "190.91")
    assert [
        (str(row.interest_amount), str(row.closing_amount), str(row.depreciation_amount), str(row.right_of_use_amount))
        for row in books.rows
    ] == [
        ("19.09", "100.00", "95.46", "95.45"),
        ("10.00", "0.00", "95.45", "0.00"),
    ]


def test_an_asset_that_stays_is_depreciated_over_its_life():
    terms = LesseeTerms(rents=(Decimal(100),) * 2, rate_percent=Decimal(0), periods_per_year=1, end_amount=Decimal(40), useful_periods=4)
    books = lessee_books(terms)

    assert [int(row.payment_amount) for row in books.rows] == [100, 140, 0, 0]
    assert [int(row.right_of_use_amount) for row in books.rows] == [180, 120, 60, 0]


def test_rents_mature_by_the_years_in_which_they_fall_due():
    terms = LesseeTerms(rents=(Decimal(1),) * 84, rate_percent=Decimal(6))

    assert [int(amount) for amount in maturities(terms, 0).by_year] == [12, 12, 12, 12, 12]
    assert int(maturities(terms, 0).later_amount) == 24
    late = maturities(terms, 66)
    assert [int(amount) for amount in late.by_year] == [12, 6, 0, 0, 0]
    assert (int(late.later_amount), int(late.total_amount)) == (0, 18)
    assert late.future_interest_amount == 18 - lessee_books(terms).rows[65].closing_amount


def test_a_rent_in_advance_is_paid_on_the_first_day_and_due_the_next_morning_later():
    terms = LesseeTerms(rents=(Decimal(100),) * 24, rate_percent=Decimal(6), timing=Timing.ADVANCE)

    assert maturities(terms, 0).total_amount == 2_300
    assert maturities(terms, 12).total_amount == 1_200
    assert maturities(terms, 12).liability_amount == lessee_books(terms).rows[11].closing_amount > 1_100
    assert maturities(terms, 24).total_amount == 0


@given(leases)
def test_books_chain_and_end_at_nothing(terms):
    books = lessee_books(terms)
    rents = sum(terms.rents) + terms.end_amount
    rows, lease = books.rows, books.rows[: len(terms.rents)]

    assert len(rows) == max(len(terms.rents), terms.depreciated_periods)
    assert all(row.closing_amount == row.opening_amount + row.interest_amount - row.payment_amount for row in rows)
    assert all(later.opening_amount == earlier.closing_amount for earlier, later in pairwise(rows))
    assert rows[-1].closing_amount == rows[-1].right_of_use_amount == 0
    assert sum(row.payment_amount for row in lease) == rents
    assert sum(row.interest_amount for row in lease) == rents - lease[0].opening_amount
    assert sum(row.depreciation_amount for row in rows) == books.right_of_use_amount
    assert lessee_books(terms) == books


@given(leases, st.data())
def test_maturities_are_what_is_still_to_be_paid(terms, data):
    after = data.draw(st.integers(0, len(terms.rents)))
    found = maturities(terms, after)

    paid = sum(row.payment_amount for row in lessee_books(terms).rows[:after])
    first_rent = terms.rents[0] if after == 0 and terms.timing is Timing.ADVANCE else 0
    assert found.total_amount == sum(found.by_year) + found.later_amount == sum(terms.rents) + terms.end_amount - paid - first_rent
    assert found.total_amount == found.liability_amount + found.future_interest_amount
    assert found.future_interest_amount >= -Decimal("0.01")


@given(leases)
def test_keeping_all_by_the_same_terms_changes_nothing(terms):
    change = remeasured(terms, 0, share_kept=Decimal(1), changed=terms)
    assert change.adjustment_amount == change.gain_amount == 0
    assert change.right_of_use_after_amount == change.right_of_use_before_amount


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"rents": ()}, "ifrs16.periods"),
        ({"rents": (Decimal(1),) * 2_601}, "ifrs16.periods"),
        ({"useful_periods": 0}, "ifrs16.periods"),
        ({"periods_per_year": 0}, "ifrs16.periods"),
        ({"rents": (Decimal(-1),)}, "ifrs16.amount"),
        ({"rate_percent": Decimal(-1)}, "ifrs16.amount"),
        ({"end_amount": Decimal(-1)}, "ifrs16.amount"),
    ],
)
def test_what_is_no_lease_is_refused_by_name(changed, rule):
    with pytest.raises(Unanswerable) as refusal:
        LesseeTerms(**{"rents": (Decimal(1),), "rate_percent": Decimal(1), **changed})
    assert refusal.value.rule == rule


def test_a_period_or_a_share_that_there_is_not_is_refused_by_name():
    terms = LesseeTerms(rents=(Decimal(1),), rate_percent=Decimal(1))
    for ask, rule in (
        (lambda: maturities(terms, 2), "ifrs16.periods"),
        (lambda: maturities(terms, -1), "ifrs16.periods"),
        (lambda: remeasured(terms, 2, share_kept=Decimal(1), changed=terms), "ifrs16.periods"),
        (lambda: remeasured(terms, 0, share_kept=Decimal("1.1"), changed=terms), "ifrs16.share"),
    ):
        with pytest.raises(Unanswerable) as refusal:
            ask()
        assert refusal.value.rule == rule
    with pytest.raises(TypeError):
        LesseeTerms(rents=(1.0,), rate_percent=Decimal(1))  # type: ignore[arg-type]  # the very mistake
