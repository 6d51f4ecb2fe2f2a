"""Amortization tables: published ones, the numbers page, and what holds for every table."""

from dataclasses import replace
from datetime import date
from decimal import ROUND_DOWN, Decimal, localcontext
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from finance.apr import Flow, apr_percent
from finance.dates import MONTHLY, QUARTERLY
from finance.intervals import Interval
from finance.money import UP_TO_THE_UNIT, cents
from finance.payments import Timing
from finance.phases import Annuity, Capitalized, ConstantPrincipal, Given, InterestOnly, Rents, seasonal, stepped
from finance.plans import Basis, Charge, Closing, Plan
from finance.rates import Conversion
from finance.refusals import Unanswerable
from finance.schedules import schedule, vat_amount
from tests.finance.plans_at_large import annuities, plans
from tests.finance.vectors import is_near, money, plan_of, vectors

FIRST = date(2026, 1, 31)
ZERO = Decimal("0.00")


def figures(*texts):
    return tuple(map(Decimal, texts))


def table(financed, percent, periods=0, **more):
    phases = more.pop("phases", None) or (Annuity(periods=periods),)
    return schedule(Plan(financed_amount=Decimal(financed), rate_percent=Decimal(percent), phases=phases, first_due_on=FIRST, **more))


# What others have published


@pytest.mark.parametrize(("given", "expected", "vector"), vectors("schedules_rounded"))
def test_published_tables_with_rounded_rows(given, expected, vector):
    is_lease = given.get("last_row", "").startswith("interest absorbs")
    rounding = {"rounding": UP_TO_THE_UNIT} if "ceiling to 1" in given.get("instalment_rounding", "") else {}
    found = schedule(
        plan_of(
            given,
            closing=Closing.LEASE if is_lease else Closing.LOAN,
            evens_out="Fineract" in vector["source"]["work"],  # the only source that looks for an installment nearer to the last one
            **rounding,
        )
    )

    if "rows" in expected:
        assert [[str(line.payment), str(line.principal), str(line.interest), str(line.closing)] for line in found.lines] == expected["rows"]
    if is_lease:
        assert abs(found.table_rate_percent - money(given["table_rate_percent"])) <= Decimal("0.000001")
    for name in expected.keys() - {"columns", "rows"}:
        if name.startswith("row"):
            line = found.lines[int(name[3:]) - 1]
            shown = [str(figure.quantize(Decimal(1), "ROUND_HALF_UP")) for figure in (line.principal, line.interest, line.closing)]
            assert shown == expected[name]
        else:
            figure = found.lines[0].payment if name == "payment" else found.totals().interest
            assert figure.quantize(Decimal(1), "ROUND_HALF_UP") == money(expected[name])


@pytest.mark.parametrize(("given", "expected", "vector"), vectors("schedules_unrounded"))
def test_published_tables_that_round_what_they_show_only(given, expected, vector):
    found = schedule(plan_of(given, carries_cents=False))

    for row in expected["rows"]:
        line = found.lines[row["period"] - 1]
        for name, figure in (("opening", line.opening), ("interest", line.interest), ("closing", line.closing)):
            assert is_near(figure, row[name], vector), row
    # Every example of that source has a fee of 2 % of the 200,000.00 that the customer receives, due at signature.
    paid = sum((line.payment for line in found.lines), Decimal("4000.00"))
    assert is_near(paid, expected["total_payable"], vector)
    assert is_near(paid - 200_000, expected["total_cost"], vector)


@pytest.mark.parametrize(("given", "expected", "vector"), vectors("repayment_rules"))
def test_the_constant_principal_of_the_repayment_rules(given, expected, vector):
    if given["rule"] != "constant_principal":
        return  # tests/finance/test_revolving.py
    lines = schedule(plan_of(given, carries_cents=False)).lines

    assert (len(lines), str(lines[0].payment), str(lines[-1].payment)) == (
        expected["periods"],
        expected["first_payment"],
        expected["last_payment"],
    )
    received = money(given["principal"]) - money(given["fee_at_signature"])
    apr = apr_percent([Flow(received, Interval(0)), *(Flow(-line.payment, Interval(line.number)) for line in lines)])
    assert is_near(apr, expected["apr_percent"], vector, "apr_percent")


# The numbers page


@pytest.mark.row("CO-19", part="installment and table")
def test_the_loan_in_arrears_of_the_numbers_page():
    found = table("10000.00", "4.80", 24)

    lines = {line.number: (line.payment, line.principal, line.interest, line.closing) for line in found.lines}
    assert lines[1] == figures("437.82", "397.82", "40.00", "9602.18")
    assert lines[2] == figures("437.82", "399.41", "38.41", "9202.77")
    assert lines[12][3] == Decimal("5119.74")
    assert lines[24] == figures("437.80", "436.06", "1.74", "0.00")
    assert (found.totals().interest, found.totals().payment) == figures("507.66", "10507.66")


@pytest.mark.row("CC-5", part="table of a lease")
def test_the_lease_of_the_numbers_page_lets_the_last_interest_absorb():
    found = table("50000.00", "3.60", 60, residual_amount=Decimal(500), closing=Closing.LEASE)

    assert found.lines[0][3:6] + found.lines[0][-1:] == figures("904.21", "754.21", "150.00", "49245.79")
    assert (found.lines[59].payment, found.lines[59].closing) == figures("904.21", "500.00")
    assert (found.totals().interest, found.totals().principal) == figures("4752.60", "49500.00")


def test_the_same_as_a_loan_lets_the_last_payment_absorb():
    found = table("50000.00", "3.60", 60, residual_amount=Decimal(500))

    assert (found.lines[59].payment, found.lines[59].closing, found.totals().interest) == figures("904.20", "500.00", "4752.59")


def test_the_loan_of_the_partial_repayment_before_it():
    found = table("30000.00", "6.00", 60)

    assert (found.lines[0].payment, found.lines[19].closing) == figures("579.98", "20979.40")
    assert sum(line.interest for line in found.lines[20:]) == Decimal("2220.09")


# What holds for every table


@pytest.mark.row("X-15", part="sums of lines")
@pytest.mark.row("CO-22", part="sum of installments")
@given(plans())
@settings(max_examples=150)
def test_balances_chain_parts_add_up_and_nothing_is_lost(plan):
    found = schedule(plan)

    assert [line.number for line in found.lines] == list(range(1, len(found.lines) + 1))
    assert all(earlier.closing == later.opening and earlier.due_on <= later.due_on for earlier, later in pairwise(found.lines))
    for line in found.lines:
        assert line.payment == line.principal + line.interest + line.fees + line.insurance + line.vat
        assert line.closing == line.opening - line.principal + line.drawn
        assert all(figure.as_tuple().exponent == -2 for figure in line[2:])
    totals = found.totals()
    assert totals.principal - totals.drawn == plan.financed_amount - plan.residual_amount
    assert totals.drawn == sum(phase.drawn_amount for phase in plan.phases)
    assert totals.payment == totals.principal + totals.interest + totals.fees + totals.insurance + totals.vat
    assert found.lines[0].opening == plan.financed_amount
    assert found.lines[-1].closing == plan.residual_amount


@pytest.mark.row("X-15", part="equal inputs, equal bytes")
@given(plans(), st.integers(1, 60))
@settings(max_examples=50)
def test_equal_plans_give_equal_bytes_in_any_context(plan, precision):
    with localcontext() as own:
        own.prec, own.rounding = precision, ROUND_DOWN
        there = repr(schedule(plan))

    assert there == repr(schedule(plan))


def rate_before(plan, number, percent):
    years = plan.years_before(number)
    return (1 + percent / 100) ** years - 1 if plan.conversion is Conversion.EQUIVALENT else percent / 100 * years


@given(plans(phases=st.just((Annuity(periods=24),)), closing=Closing.LEASE, extras=False))
@settings(max_examples=50)
def test_the_rents_of_a_lease_are_all_the_same_and_only_the_last_interest_gives_way(plan):
    found = schedule(plan)

    rents = {line.payment for line in found.lines[:24]}
    assert len(rents) == 1
    for line in found.lines[1:23]:
        assert abs(line.interest - line.opening * rate_before(plan, line.number, found.table_rate_percent)) < Decimal("0.006")
    last = found.lines[-1]
    rate = rate_before(plan, last.number, found.table_rate_percent)
    grown = Decimal("0.006") * 25 * (1 + rate) ** 25  # half a cent of each line, with its interest
    assert last.due_on == found.lines[-2].due_on or abs(last.interest - last.opening * rate) <= grown


@given(annuities(closing=Closing.LOAN, extras=False, residual=False))
def test_a_loan_of_constant_payments_ends_with_one_that_is_not_larger_by_more_than_rounding(plan):
    lines = schedule(plan).lines

    assert all(line.payment == lines[0].payment for line in lines[:-1])
    assert lines[-1].payment >= 0
    years = len(lines) * max(plan.period_years(), Decimal("0.08"))
    assert lines[-1].payment <= lines[0].payment + len(lines) * plan.rounding.step * (1 + plan.rate_percent / 100) ** years


@given(annuities(closing=Closing.LOAN, extras=False), st.decimals("0.1", "5", places=2))
def test_a_higher_rate_costs_more(plan, more):
    """Of tables without rounding: in decades at a high rate half a cent of the installment grows to whole euros in the last one."""
    plan = replace(plan, carries_cents=False)
    cheap, dear = schedule(plan), schedule(replace(plan, rate_percent=plan.rate_percent + more))

    assert dear.totals().interest >= cheap.totals().interest
    assert dear.lines[0].payment >= cheap.lines[0].payment


def dearest(plan):
    return max(plan.rate_percent if phase.rate_percent is None else phase.rate_percent for phase in plan.phases)


@given(plans(extras=False, closing=Closing.LOAN))
@settings(max_examples=50)
def test_what_is_unrounded_differs_by_cents_only(plan):
    assume(plan.rounding.step == Decimal("0.01") and plan.rounding.mode.name == "HALF_UP")
    rounded, exact = schedule(plan), schedule(replace(plan, carries_cents=False))

    assert len(rounded.lines) == len(exact.lines)
    years = len(rounded.lines) * max(plan.period_years(), Decimal("0.08"))
    assert (
        abs(rounded.totals().interest - exact.totals().interest) < Decimal("0.03") * len(rounded.lines) * (1 + dearest(plan) / 100) ** years
    )


# Phase by phase


def test_interest_only_as_the_last_phase_is_a_bullet():
    lines = table("100000", "6", phases=(InterestOnly(periods=12),)).lines

    assert [line.payment for line in lines[:11]] == [Decimal("500.00")] * 11
    assert (lines[11].payment, lines[11].principal, lines[11].closing) == figures("100500.00", "100000.00", "0.00")


def test_a_grace_period_is_paid_or_joins_the_debt():
    paid = table("12000", "6", phases=(InterestOnly(periods=6), ConstantPrincipal(periods=12))).lines
    joined = table("12000", "6", phases=(Capitalized(periods=6), ConstantPrincipal(periods=12))).lines

    assert (paid[5].closing, paid[6].principal) == figures("12000.00", "1000.00")
    assert [line.payment for line in joined[:6]] == [ZERO] * 6
    assert joined[5].closing == sum((line.interest for line in joined[:6]), Decimal(12_000)) == Decimal("12364.53")
    assert joined[0].principal == Decimal("-60.00")


def test_a_balloon_is_due_with_the_last_payment():
    lines = table("200000", "6", phases=(Annuity(periods=180, over_periods=360),)).lines

    assert lines[0].payment == Decimal("1199.10")
    assert abs(lines[179].payment - lines[178].payment - Decimal("142097.69")) < Decimal("0.50")  # published, without rounding
    agreed = table("30000", "4", phases=(Annuity(periods=36, down_to_amount=Decimal(10_000)),)).lines
    assert agreed[35].payment - agreed[34].payment - 10_000 == Decimal("0.10")


def test_a_new_rate_makes_a_new_payment_on_the_balance_of_that_day():
    phases = (Annuity(periods=24, over_periods=240), Annuity(periods=216, rate_percent=Decimal(6)))
    lines = table("200000", "5", phases=phases).lines

    assert (lines[23].payment, lines[24].payment) == figures("1319.91", "1423.41")
    assert lines[24].interest == cents(lines[23].closing * Decimal("0.005"))


def test_steps_seasons_and_skipped_months():
    step = table("24000", "6", phases=(Rents(weights=stepped(24, 12, Decimal(10))),)).lines
    season = table("24000", "6", phases=(Rents(weights=seasonal(24, tuple(map(Decimal, (1, 1, 1, 1, 1, 1, 0, 0, 3, 1, 1, 1))))),)).lines

    assert step[12].payment == cents(step[0].payment * Decimal("1.1"))
    assert [line.payment for line in season[6:8]] == [ZERO, ZERO]
    assert abs(season[8].payment - 3 * season[0].payment) <= Decimal("0.01")
    assert season[7].closing == season[5].closing + season[6].interest + season[7].interest


def test_a_skipped_last_month_pays_nothing_even_where_cents_are_left():
    for closing in Closing:
        lines = table(
            "10000", "7", phases=(Rents(weights=tuple(map(Decimal, (1, 1, 1, 0)))),), residual_amount=Decimal(100), closing=closing
        ).lines
        assert (lines[-1].payment, lines[-1].closing) == figures("0.00", "100.00")


def test_an_increased_first_rent_is_an_amount_or_a_multiple():
    """The multiple: curo (MIT), documentation, example 6."""
    amount = table(
        "10000",
        "7",
        phases=(Rents(weights=(Decimal(1),) * 6, given=((1, Decimal("3000")),)),),
        timing=Timing.ADVANCE,
        closing=Closing.LEASE,
    ).lines
    weights = (Decimal(3), *(Decimal(1),) * 5)
    multiple = table(
        "10000", "7", phases=(Rents(weights=weights, weighs_rounded=True),), timing=Timing.ADVANCE, closing=Closing.LEASE
    ).lines

    assert (amount[0].payment, amount[0].interest) == figures("3000.00", "0.00")
    assert [line.payment for line in multiple] == [Decimal("3790.92"), *[Decimal("1263.64")] * 5]
    assert [line.interest for line in multiple] == list(figures("0.00", "36.23", "29.07", "21.87", "14.62", "7.33"))


def test_an_option_is_paid_in_a_line_of_its_own():
    arrears = table("50000", "3.60", 60, option_amount=Decimal(500), closing=Closing.LEASE).lines
    advance = table("50000", "3.60", 60, option_amount=Decimal(500), closing=Closing.LEASE, timing=Timing.ADVANCE).lines

    assert (arrears[59].payment, arrears[59].closing) == figures("904.21", "500.00")
    assert (arrears[60].due_on, *arrears[60][3:6]) == (arrears[59].due_on, *figures("500.00", "500.00", "0.00"))
    assert (advance[0].due_on, advance[0].interest) == (FIRST, ZERO)
    assert (advance[60].due_on, *advance[60][3:6]) == (date(2031, 1, 31), *figures("500.00", "498.50", "1.50"))


def test_a_residual_value_in_advance_is_reached_when_the_last_period_is_over():
    over = table("50000", "3.60", 60, residual_amount=Decimal(500), timing=Timing.ADVANCE).lines
    at_once = table("50000", "3.60", 60, residual_amount=Decimal(500), timing=Timing.ADVANCE, residual_with_last_payment=True).lines

    assert (len(over), over[60].payment, over[60].interest, over[60].closing) == (61, *figures("0.00", "1.50", "500.00"))
    assert (len(at_once), at_once[59].closing) == (60, Decimal("500.00"))


def test_known_rents_imply_their_rate():
    found = table("10000", "7", phases=(Given(amounts=(Decimal("1707.00"),) * 6),), closing=Closing.LEASE)

    assert abs(found.table_rate_percent - Decimal("8.250039")) < Decimal("0.000001")
    assert found.lines[5].interest == Decimal("11.65")


def test_rents_that_are_all_due_on_the_first_day_imply_no_rate():
    with pytest.raises(Unanswerable) as refusal:
        table("500.01", "0", 1, timing=Timing.ADVANCE, closing=Closing.LEASE, rounding=UP_TO_THE_UNIT)
    assert refusal.value.rule == "rents.no_rate"

    assert table("500.00", "0", 1, timing=Timing.ADVANCE, closing=Closing.LEASE).lines[0].interest == ZERO


def test_an_installment_rounded_far_up_pays_back_early():
    lines = table("100", "5", 60, rounding=UP_TO_THE_UNIT).lines

    assert len(lines) == 57
    assert all(line.payment == 2 for line in lines[:-1])
    assert 0 < lines[-1].payment <= 2


def test_a_long_first_period_may_leave_more_owed_than_before():
    lines = table("200000", "6", 240, starts_on=date(2025, 10, 31)).lines

    assert (lines[0].interest, lines[0].principal) == figures("3000.00", "-1552.88")


def test_the_first_period_is_regular_from_a_day_that_the_month_does_not_have():
    lines = schedule(
        Plan(
            financed_amount=Decimal(12_000),
            rate_percent=Decimal(6),
            phases=(Annuity(periods=12),),
            starts_on=date(2026, 1, 30),
            first_due_on=date(2026, 2, 28),
        )
    ).lines

    assert lines[0].interest == Decimal("60.00")


def test_quarters_count_three_months_and_due_dates_keep_the_anchor():
    lines = table("12000", "6", 4, every=QUARTERLY).lines

    assert lines[0].interest == Decimal("180.00")
    assert [line.due_on for line in lines] == [date(2026, 1, 31), date(2026, 4, 30), date(2026, 7, 31), date(2026, 10, 31)]


# What is paid beside principal and interest


def test_fees_insurance_and_vat_have_columns_of_their_own():
    lines = table(
        "12000",
        "6",
        12,
        fees=(Charge(amount=Decimal("10.05"), vat_percent=Decimal(21)), Charge(amount=Decimal(25), first_number=1, last_number=1)),
        insurance=(Charge(yearly_percent=Decimal("0.36"), basis=Basis.BALANCE),),
        vat_percent=Decimal(21),
    ).lines

    rent = lines[0].principal + lines[0].interest
    assert (rent, lines[0].fees, lines[0].insurance) == figures("1032.80", "35.05", "3.60")
    assert lines[0].vat == cents((rent + Decimal("10.05")) * Decimal("0.21")) == Decimal("219.00")
    assert lines[0].payment == rent + Decimal("35.05") + Decimal("3.60") + Decimal("219.00")
    assert (lines[1].fees, lines[11].insurance) == figures("10.05", "0.31")


@given(plans(extras=False, closing=Closing.LOAN))
@settings(max_examples=50)
def test_what_is_paid_beside_them_changes_neither_principal_nor_interest(plan):
    dearer = replace(plan, insurance=(Charge(amount=Decimal("16.67")),), vat_percent=Decimal(20))

    assert [line[4:6] for line in schedule(dearer).lines] == [line[4:6] for line in schedule(plan).lines]


def test_amounts_of_one_rate_are_rounded_together():
    taxed = [(Decimal(21), Decimal("0.10")), (Decimal(21), Decimal("0.13")), (Decimal(0), Decimal(5)), (Decimal(6), Decimal("0.25"))]

    assert vat_amount(taxed) == Decimal("0.05") + Decimal("0.02")  # each for itself, 0.10 and 0.13 would make 0.02 and 0.03 as well
    assert vat_amount([(Decimal(21), Decimal("0.12"))] * 2) == Decimal("0.05")  # where each for itself makes 0.03 + 0.03


# What no plan can be


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"financed_amount": Decimal(0)}, "plan.financed_amount"),
        ({"financed_amount": Decimal("100.005")}, "figure.cents"),
        ({"residual_amount": Decimal("0.001")}, "figure.cents"),
        ({"phases": ()}, "plan.periods"),
        ({"phases": (Annuity(periods=2000), Annuity(periods=601))}, "plan.periods"),
        ({"phases": (Annuity(periods=2, drawn_amount=Decimal(1)),)}, "phase.drawn"),
        ({"residual_amount": Decimal(1), "option_amount": Decimal(1)}, "plan.residual"),
        ({"residual_amount": Decimal(-1)}, "plan.residual"),
        ({"starts_on": date(2026, 2, 1)}, "plan.starts_on"),
        ({"starts_on": date(2026, 1, 1), "first_interval": Interval(1)}, "plan.starts_on"),
        ({"rate_percent": Decimal(-100)}, "rate.too_low"),
        ({"first_due_on": date(9999, 12, 1), "phases": (Annuity(periods=2),)}, "date.out_of_range"),
        ({"phases": (Given(amounts=(Decimal(1),) * 3),), "closing": Closing.LEASE, "financed_amount": Decimal("1e16")}, "rate.too_low"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_by_name(wrong, rule):
    terms = {
        "financed_amount": Decimal(100),
        "rate_percent": Decimal(5),
        "phases": (Annuity(periods=12),),
        "first_due_on": FIRST,
        "every": MONTHLY,
    }
    with pytest.raises(Unanswerable) as refusal:
        schedule(Plan(**{**terms, **wrong}))
    assert refusal.value.rule == rule


@pytest.mark.parametrize(
    ("call", "rule"),
    [
        (lambda: Annuity(periods=0), "phase.periods"),
        (lambda: Annuity(periods=2_601), "phase.periods"),
        (lambda: Annuity(periods=2, drawn_amount=Decimal(-1)), "phase.drawn"),
        (lambda: Annuity(periods=12, over_periods=11), "phase.over_periods"),
        (lambda: Rents(weights=(Decimal(1), Decimal(-1))), "phase.weights"),
        (lambda: Rents(weights=(Decimal(1),), periods=2), "phase.weights"),
        (lambda: Rents(weights=(Decimal(1),), given=((2, Decimal(1)),)), "phase.given"),
        (lambda: Given(amounts=(Decimal(1),), periods=2), "phase.amounts"),
        (lambda: stepped(12, 0, Decimal(3)), "phase.weights"),
    ],
)
def test_a_phase_that_cannot_be_is_refused_by_name(call, rule):
    with pytest.raises(Unanswerable) as refusal:
        call()
    assert refusal.value.rule == rule


def test_a_float_is_a_type_error_in_a_plan_and_in_a_phase():
    for call in (lambda: table(100, 5, 12, vat_percent=0.21), lambda: Rents(weights=(0.5,)), lambda: Charge(amount=1.0)):  # type: ignore[arg-type]  # on purpose
        with pytest.raises(TypeError):
            call()
