"""Several credits in one: what it costs before and after, with its sign."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.consolidation import NewCredit, OldCredit, Payment, consolidation
from finance.dates import months_after
from finance.phases import Annuity
from finance.refusals import Unanswerable
from finance.settlements import settlement
from tests.finance.contracts import START, table

TODAY = date(2026, 11, 15)
CAR, KITCHEN = table("12000.00", "6.00", Annuity(periods=36)), table("4000.00", "9.90", Annuity(periods=24))
amounts = st.decimals(min_value=500, max_value=Decimal("50000"), places=2)

costs = st.decimals(min_value=5, max_value=200, places=2)


def old(key: str, lines, financed: str) -> OldCredit:
    found = settlement(lines, TODAY, financed_amount=Decimal(financed), starts_on=START)
    return OldCredit(key, found.total_amount, tuple(Payment(line.due_on, line.payment) for line in lines if line.due_on > TODAY))


CREDITS = [old("car", CAR, "12000.00"), old("kitchen", KITCHEN, "4000.00")]


def new(**changed) -> NewCredit:
    terms = {"rate_percent": Decimal("5.00"), "periods": 24, "starts_on": TODAY, "first_due_on": date(2026, 12, 15)}
    return NewCredit(**{**terms, **changed})


def test_the_settlements_are_summed_and_paid_back_by_one_installment():
    found = consolidation(CREDITS, new())

    assert found.settled_amount == found.financed_amount == CAR[9].closing + KITCHEN[9].closing
    assert found.installment_before_amount == CAR[10].payment + KITCHEN[10].payment
    assert found.total_before_amount == sum(line.payment for line in (*CAR[10:], *KITCHEN[10:]))
    assert found.total_after_amount == sum(line.payment for line in found.lines)
    assert found.installment_amount == found.lines[0].payment < found.installment_before_amount


def test_the_difference_has_its_sign_and_a_longer_credit_is_told_to_be_dearer():
    shorter, longer = consolidation(CREDITS, new()), consolidation(CREDITS, new(periods=84))

    assert shorter.difference_amount == shorter.total_after_amount - shorter.total_before_amount < 0
    assert not shorter.is_dearer
    assert longer.installment_amount < shorter.installment_amount
    assert longer.difference_amount > 0 and longer.is_dearer


def test_costs_make_it_dearer_whether_they_are_lent_or_paid():
    plain, lent, paid = (
        consolidation(CREDITS, terms)
        for terms in (new(), new(financed_costs_amount=Decimal("300.00")), new(paid_costs_amount=Decimal("300.00")))
    )

    assert lent.financed_amount == plain.financed_amount + 300 and paid.financed_amount == plain.financed_amount
    assert paid.total_after_amount == plain.total_after_amount + 300
    assert lent.total_after_amount > paid.total_after_amount
    assert plain.apr_percent < paid.apr_percent < lent.apr_percent or plain.apr_percent < lent.apr_percent
    assert plain.apr_percent == Decimal("5.116190").quantize(Decimal("0.000001")) or abs(plain.apr_percent - Decimal("5.1162")) < Decimal(
        "0.01"
    )


def test_cash_that_is_paid_out_is_no_cost():
    plain, with_cash = (
        consolidation(CREDITS, new(rate_percent=Decimal(0))),
        consolidation(CREDITS, new(rate_percent=Decimal(0), cash_amount=Decimal("1000.00"))),
    )

    assert with_cash.financed_amount == plain.financed_amount + 1000
    assert with_cash.difference_amount == plain.difference_amount


def test_what_is_overdue_is_part_of_the_total_and_not_of_the_months_installment():
    late = OldCredit("car", Decimal("1000.00"), (Payment(TODAY, Decimal("400.00")), Payment(date(2026, 12, 15), Decimal("365.06"))))
    found = consolidation([late], new())

    assert found.total_before_amount == Decimal("765.06")
    assert found.installment_before_amount == Decimal("365.06")


@given(st.lists(amounts, min_size=1, max_size=5), st.integers(6, 120), st.decimals(min_value=0, max_value=20, places=2), costs)
def test_sums_are_exact_and_costs_never_lower_the_rate(settlements, periods, rate, costs):
    credits = [OldCredit(str(number), amount, (Payment(months_after(TODAY, 1), amount),)) for number, amount in enumerate(settlements)]
    terms = new(periods=periods, rate_percent=rate)
    found, costly = (
        consolidation(credits, terms),
        consolidation(credits, new(periods=periods, rate_percent=rate, financed_costs_amount=costs)),
    )

    assert found.settled_amount == sum(settlements) == sum(line.principal for line in found.lines)
    assert found.difference_amount == found.total_after_amount - found.total_before_amount
    assert found.is_dearer == (found.difference_amount > 0)
    assert costly.apr_percent >= found.apr_percent and costly.total_after_amount >= found.total_after_amount
    assert found == consolidation(credits, terms)


def test_what_cannot_be_consolidated_is_refused_by_name():
    for ask, rule in (
        (lambda: consolidation([], new()), "consolidation.credits"),
        (lambda: consolidation([CREDITS[0]] * 2, new()), "consolidation.credits"),
        (lambda: consolidation([OldCredit("x", Decimal(-1), ())], new()), "consolidation.amount"),
        (lambda: consolidation([OldCredit("x", Decimal(1), (Payment(TODAY, Decimal(-1)),))], new()), "consolidation.amount"),
        (lambda: consolidation(CREDITS, new(cash_amount=Decimal(-1))), "consolidation.amount"),
    ):
        with pytest.raises(Unanswerable) as refusal:
            ask()
        assert refusal.value.rule == rule
    with pytest.raises(TypeError):
        new(rate_percent=5.0)
