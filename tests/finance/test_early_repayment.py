"""Partial early repayment: the table that follows closes to the cent, shorter or lower."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from finance.balances import accrued_on
from finance.compensations import ShareRule
from finance.early_repayment import Effect, legal_compensation, next_payments_amount, partial_repayment
from finance.figures import Audience
from finance.phases import Annuity, ConstantPrincipal, InterestOnly, Rents
from finance.refusals import Unanswerable
from finance.schedules import Line
from models.legal_figures import legal_figures
from tests.finance.contracts import START, loans, table, terms
from tests.finance.reference import Vector, each

SHORTER, LOWER = Effect.SHORTER_TERM, Effect.LOWER_INSTALLMENT
LOAN, TERMS = table("30000.00", "6.00", Annuity(periods=60)), terms("30000.00", "6.00")
TWENTIETH = LOAN[19].due_on
FRENCH = ShareRule.of(legal_figures().on("FR", Audience.CONSUMER, "early_repayment_compensation", TWENTIETH))


@each("early_repayment_partial")
def test_published_repayments_come_out(vector: Vector):
    stated, expected = vector["input"], vector["expected"]
    principal, rate = Decimal(stated["principal"]), Decimal(stated["nominal_annual_rate_percent"])
    lines = table(principal, rate, Annuity(periods=stated["periods"]))
    on = lines[stated["after_instalment"] - 1].due_on
    shorter, lower = (
        partial_repayment(lines, Decimal(stated["repaid"]), on, effect=effect, terms=terms(principal, rate)) for effect in (SHORTER, LOWER)
    )

    assert str(lines[0].payment) == expected["instalment"]
    assert (str(lower.balance_before_amount), str(lower.balance_after_amount)) == (expected["balance_before"], expected["balance_after"])
    assert {"new_instalment": str(lower.lines[0].payment), "remaining": len(lower.lines)} == expected["lower_instalment"]
    found = {
        "instalment": str(shorter.lines[0].payment),
        "remaining": len(shorter.lines),
        "last_instalment": str(shorter.lines[-1].payment),
    }
    assert found == expected["shorter_term"]


def test_the_repayment_of_the_numbers_with_a_shorter_term():
    """requirements/numbers.md: 12,000.00 after 20 of 60 installments."""
    found = partial_repayment(LOAN, Decimal("12000.00"), TWENTIETH, effect=SHORTER, terms=TERMS)

    assert (LOAN[0].payment, found.balance_before_amount, found.balance_after_amount) == (
        Decimal("579.98"),
        Decimal("20979.40"),
        Decimal("8979.40"),
    )
    assert [line.payment for line in found.lines] == [Decimal("579.98")] * 16 + [Decimal("89.85")]
    assert (found.interest_after_amount, found.interest_before_amount) == (Decimal("390.13"), Decimal("2220.09"))
    assert [line.number for line in found.lines] == list(range(21, 38)) and found.lines[0].due_on == LOAN[20].due_on


def test_the_repayment_of_the_numbers_with_lower_installments():
    found = partial_repayment(LOAN, Decimal("12000.00"), TWENTIETH, effect=LOWER, terms=TERMS)

    assert len(found.lines) == 40
    assert {line.payment for line in found.lines[:-1]} == {Decimal("248.24")}
    assert found.ends_on == LOAN[-1].due_on


def test_a_repayment_at_or_under_three_installments_can_be_told():
    assert next_payments_amount(LOAN, TWENTIETH) == Decimal("1739.94")
    assert next_payments_amount(LOAN, LOAN[58].due_on) == LOAN[59].payment
    assert next_payments_amount(LOAN, LOAN[59].due_on) == 0


def test_what_it_may_cost_follows_from_the_table():
    def most(repaid: str, on: date, before: str = "0.00") -> Decimal:
        return legal_compensation(FRENCH, LOAN, Decimal(repaid), on, starts_on=START, repaid_before_amount=Decimal(before)).most_amount

    assert most("12000.00", TWENTIETH) == Decimal("120.00")
    assert most("10000.00", TWENTIETH) == 0
    assert most("4000.00", TWENTIETH, before="6000.01") == Decimal("40.00")
    assert most("6700.00", LOAN[47].due_on, before="9000.00") == Decimal("33.50")  # a year left to the day: half a percent
    assert most("540.00", LOAN[58].due_on, before="50000.00") == Decimal("2.70")
    assert most("99999.00", LOAN[58].due_on) == LOAN[59].interest  # never above the interest that is left
    middle = LOAN[58].due_on + timedelta(days=10)
    assert most("99999.00", middle) == LOAN[59].interest - accrued_on(LOAN, START, middle) < LOAN[59].interest


def test_the_middle_of_a_period_is_paid_for_on_both_sides():
    """Ten of the thirty days of the running period have passed: their interest is due now, the rest bears on what is left."""
    on = TWENTIETH + timedelta(days=10)
    found = partial_repayment(LOAN, Decimal("12000.00"), on, effect=LOWER, terms=TERMS, compensation_amount=Decimal("120.00"))

    assert found.accrued_interest_amount == Decimal("34.97")
    assert found.due_amount == Decimal("12154.97")
    assert found.lines[0].interest == Decimal("29.93")  # 8979.40 x 0.5 % x 20 / 30
    assert found.lines[0].payment == found.lines[1].payment - Decimal("34.97")  # what has been paid of it is not asked for twice
    assert found.lines[1].interest == Decimal("43.98")


def test_a_loan_with_constant_principal_keeps_its_kind():
    lines, on = table("12000.00", "6.00", ConstantPrincipal(periods=12)), date(2026, 4, 15)
    shorter, lower = (
        partial_repayment(lines, Decimal("4500.00"), on, effect=effect, terms=terms("12000.00", "6.00")) for effect in (SHORTER, LOWER)
    )

    assert [line.principal for line in shorter.lines] == [Decimal("1000.00")] * 4 + [Decimal("500.00")]
    assert [line.principal for line in lower.lines] == [Decimal("500.00")] * 9
    assert shorter.lines[0].interest == lower.lines[0].interest == Decimal("22.50")


@pytest.mark.parametrize(("financed", "repaid"), [("10000.00", "777.77"), ("9999.99", "1234.56")])
def test_the_new_principal_is_the_same_in_all_rows_but_the_last(financed: str, repaid: str):
    lines = table(financed, "7.30", ConstantPrincipal(periods=18))
    found = partial_repayment(lines, Decimal(repaid), lines[3].due_on, effect=LOWER, terms=terms(financed, "7.30"))

    assert {line.principal for line in found.lines[:-1]} == {(found.balance_after_amount / 14).quantize(Decimal("0.01"))}


def test_a_balloon_stays_in_proportion_and_is_not_spread_over_the_term():
    lines = table("20000.00", "6.00", Annuity(periods=24, over_periods=60))
    found = partial_repayment(lines, Decimal("5000.00"), lines[11].due_on, effect=LOWER, terms=terms("20000.00", "6.00"))

    share = found.balance_after_amount / lines[11].closing
    assert abs(found.lines[0].payment - lines[12].payment * share) <= Decimal("0.01")
    assert abs(found.lines[-1].payment - lines[-1].payment * share) <= Decimal("0.20")


def test_a_bullet_loan_keeps_its_end():
    lines = table("12000.00", "6.00", InterestOnly(periods=12))
    found = partial_repayment(lines, Decimal("4000.00"), date(2026, 4, 15), effect=LOWER, terms=terms("12000.00", "6.00"))

    assert [line.principal for line in found.lines] == [Decimal("0.00")] * 8 + [Decimal("8000.00")]
    assert {line.interest for line in found.lines} == {Decimal("40.00")}


def test_seasons_stay_in_proportion():
    season = tuple(map(Decimal, (3, 0, 1) * 4))
    lines = table("12000.00", "6.00", Rents(weights=season))
    on = lines[2].due_on
    found = partial_repayment(lines, Decimal("3000.00"), on, effect=LOWER, terms=terms("12000.00", "6.00"))

    for old, new in zip(lines[3:-1], found.lines, strict=False):
        assert abs(new.payment / (old.payment or 1) - found.lines[0].payment / lines[3].payment) < Decimal("0.0001") or not old.payment
        assert bool(old.payment) == bool(new.payment)


def test_charges_stay_with_their_lines():
    lines = tuple(
        line._replace(fees=Decimal("1.00"), insurance=Decimal("7.50"), vat=Decimal("0.21"), payment=line.payment + Decimal("8.71"))
        for line in LOAN
    )
    plain, charged = (
        partial_repayment(each_lines, Decimal("12000.00"), TWENTIETH, effect=SHORTER, terms=TERMS) for each_lines in (LOAN, lines)
    )

    assert [line.payment for line in charged.lines] == [line.payment + Decimal("8.71") for line in plain.lines]
    assert charged.interest_after_amount == plain.interest_after_amount


@given(loans(), st.integers(0, 2_500), st.decimals(min_value=Decimal("0.01"), max_value=Decimal("0.99"), places=2), st.sampled_from(Effect))
def test_the_table_that_follows_closes(loan, later, part, effect):
    lines, credit = loan
    on = credit.starts_on + timedelta(days=later)
    left = [line for line in lines if line.due_on > on]
    balance = max([line.closing for line in lines if line.due_on <= on][-1:] or [credit.financed_amount])
    repaid = (balance * part).quantize(Decimal("0.01"))
    assume(left and 0 < repaid < balance)

    found = partial_repayment(lines, repaid, on, effect=effect, terms=credit)
    table_after = found.lines

    assert found.balance_after_amount == balance - repaid == table_after[0].opening == sum(line.principal for line in table_after)
    assert table_after[-1].closing == 0
    assert all(later_line.opening == line.closing for line, later_line in pairwise(table_after))
    assert all(line.payment == line.principal + line.interest for line in table_after)
    assert [(line.number, line.due_on) for line in table_after] == [(line.number, line.due_on) for line in left[: len(table_after)]]
    assert len(table_after) == len(left) or effect is SHORTER
    assert found.interest_after_amount <= found.interest_before_amount + Decimal("0.01") * len(left)
    assert all(min(line.payment, line.principal, line.interest) >= 0 for line in table_after)
    assert found.due_amount == repaid + found.accrued_interest_amount
    assert found == partial_repayment(lines, repaid, on, effect=effect, terms=credit)


@given(loans(), st.data())
def test_a_shorter_term_never_costs_more_interest_than_lower_installments(loan, data):
    lines, credit = loan
    line = data.draw(st.sampled_from(lines[:-1]))
    repaid = (line.closing / 2).quantize(Decimal("0.01"))
    assume(0 < repaid < line.closing)

    shorter, lower = (partial_repayment(lines, repaid, line.due_on, effect=effect, terms=credit) for effect in (SHORTER, LOWER))

    assert len(shorter.lines) <= len(lower.lines)
    assert shorter.interest_after_amount <= lower.interest_after_amount + Decimal("0.01") * len(lower.lines)


def test_what_is_no_partial_repayment_is_refused_by_name():
    drawing: list[Line] = [*LOAN[:30], LOAN[30]._replace(drawn=Decimal("1.00")), *LOAN[31:]]
    for ask, rule in (
        (lambda: partial_repayment(LOAN, Decimal("0.00"), TWENTIETH, effect=LOWER, terms=TERMS), "repayment.amount"),
        (lambda: partial_repayment(LOAN, Decimal("100.005"), TWENTIETH, effect=LOWER, terms=TERMS), "repayment.amount"),
        (lambda: partial_repayment(LOAN, Decimal("20979.40"), TWENTIETH, effect=LOWER, terms=TERMS), "repayment.amount"),
        (lambda: partial_repayment(LOAN, Decimal("1.00"), LOAN[-1].due_on, effect=LOWER, terms=TERMS), "repayment.over"),
        (lambda: partial_repayment(LOAN, Decimal("1.00"), START - timedelta(days=1), effect=LOWER, terms=TERMS), "repayment.over"),
        (lambda: partial_repayment(drawing, Decimal("1.00"), TWENTIETH, effect=LOWER, terms=TERMS), "repayment.drawn"),
    ):
        with pytest.raises(Unanswerable) as refusal:
            ask()
        assert refusal.value.rule == rule
    with pytest.raises(TypeError):
        partial_repayment(LOAN, 12000.0, TWENTIETH, effect=LOWER, terms=TERMS)  # type: ignore[arg-type]  # the very mistake
