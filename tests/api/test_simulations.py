"""Simulations: figures that come out as published, for anybody the portal offers them to, and that change nothing."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finance.dates import months_after
from models.base import Invalid
from models.consolidations import External
from models.portal_rules import CreditProduct, PortalRules, SimulationKind
from models.simulations import Frame, simulate_credit
from tests.api.asking import read
from tests.world import World

SIMULATE = """query ($input: CreditSimulationInput!) { simulateCredit(input: $input) {
  simulation { reference kind standing reckonedOn validUntilOn ruleVersion legalMention product { key } amount { amount currency } durationMonths
    firstDueOn nominalRatePercent aprPercent installment { amount currency } lastInstallment { amount } fee { amount } interest { amount }
    totalPayable { amount currency } lines { number dueOn openingBalance payment principal interest closingBalance } }
  errors { code message path rule } } }"""
LOAN = {"amount": "10000.00", "months": 24}
AT_COFIDIS = "cofidis.example.com"


def frame(**product: Any) -> Frame:
    """A portal with one credit, of 4.8 % unless told."""
    bounds = {"min_amount": 1, "max_amount": 1_000_000, "min_months": 1, "max_months": 480, "nominal_rate_percent": Decimal("4.8")}
    credit = CreditProduct(**({"key": "loan", "name": "Loan"} | bounds | product))  # type: ignore[arg-type]  # pydantic looks
    mentions = {SimulationKind.CREDIT: {"fr": "Un crédit vous engage.", "nl": "Let op."}}
    return Frame("a/b", PortalRules(credit_products=(credit,), locales=("fr", "nl"), legal_mentions=mentions), "nl", date(2026, 3, 2))


@pytest.mark.row("CO-19", part="the oracle of numbers.md")
def test_the_loan_of_the_numbers_comes_out_to_the_cent():
    simulation = simulate_credit(frame(), None, Decimal(10_000), 24)

    first, second, twelfth, last = (simulation.lines[number - 1] for number in (1, 2, 12, 24))
    assert (first.payment, first.principal, first.interest, first.closing) == tuple(map(Decimal, ("437.82", "397.82", "40.00", "9602.18")))
    assert (second.principal, second.interest, second.closing) == tuple(map(Decimal, ("399.41", "38.41", "9202.77")))
    assert twelfth.closing == Decimal("5119.74")
    assert (last.payment, last.principal, last.interest, last.closing) == tuple(map(Decimal, ("437.80", "436.06", "1.74", "0.00")))
    assert (simulation.interest.amount, simulation.payable.amount) == (Decimal("507.66"), Decimal("10507.66"))
    assert simulation.shown_apr_percent == Decimal("4.91")


@pytest.mark.row("CO-22", part="the annual percentage rate with a fee")
def test_a_fee_that_is_kept_back_raises_the_annual_percentage_rate_and_is_not_paid_on_top():
    simulation = simulate_credit(frame(fee_amount=Decimal(100)), None, Decimal(10_000), 24)

    assert simulation.shown_apr_percent == Decimal("5.94")
    assert simulation.payable.amount == sum(line.payment for line in simulation.lines) == Decimal("10507.66")


@pytest.mark.row("CO-22", part="the installments sum up to the total")
@settings(max_examples=100, deadline=None)
@given(amount=st.decimals(2_000, 1_000_000, places=2), months=st.integers(1, 480), rate=st.decimals(0, 30, places=3))
def test_whatever_is_borrowed_is_paid_back_to_the_cent(amount: Decimal, months: int, rate: Decimal):
    simulation = simulate_credit(frame(nominal_rate_percent=rate), None, amount, months)

    lines = simulation.lines
    assert len(lines) <= months and lines[-1].closing == 0  # rounded up by a part of a cent, a long one ends a little early
    assert sum(line.payment for line in lines) == simulation.payable.amount == amount + Decimal(simulation.interest.amount)
    assert (
        simulate_credit(frame(nominal_rate_percent=rate), "loan", amount, months) == simulation
    )  # equal inputs, equal figures and reference


@pytest.mark.row("CO-19")
@pytest.mark.row("CC-13", part="simulating a credit needs no session")
async def test_anybody_may_simulate_a_credit_where_the_portal_offers_it(world: World):
    by_host = await world.ask(None, SIMULATE, host=AT_COFIDIS, input=LOAN)
    by_key = await world.ask(None, SIMULATE, input=LOAN | {"portal": "cofidis"})
    signed_in = await world.ask("t2", SIMULATE, input=LOAN)

    shown = by_host.data["simulateCredit"]["simulation"]
    assert by_key.data == by_host.data == signed_in.data
    assert (shown["kind"], shown["standing"], shown["reckonedOn"], shown["validUntilOn"]) == (
        "CREDIT",
        "INDICATIVE",
        "2026-03-02",
        "2026-04-01",
    )
    assert (shown["amount"], shown["durationMonths"], shown["product"], shown["nominalRatePercent"]) == (
        {"amount": "10000.00", "currency": "EUR"}, 24, {"key": "personal-loan"}, "5.90")  # fmt: skip
    assert shown["legalMention"].startswith("Un crédit vous engage et doit être remboursé.")
    assert shown["lines"][0] == {
        "number": 1, "dueOn": "2026-04-02", "openingBalance": "10000.00", "payment": "442.76", "principal": "393.59", "interest": "49.17",
        "closingBalance": "9606.41"}  # fmt: skip
    assert sum(Decimal(line["payment"]) for line in shown["lines"]) == Decimal(shown["totalPayable"]["amount"])
    assert shown["reference"].startswith("sim_")


@pytest.mark.parametrize(
    "start", [date(2026, 1, 29), date(2026, 1, 30), date(2026, 1, 31), date(2026, 3, 31), date(2027, 8, 31), date(2028, 2, 29)]
)
def test_every_due_date_keeps_the_day_of_the_start_and_the_rate_does_not_depend_on_it(start: date):
    fee = frame(fee_amount=Decimal(100))
    begun, usual = (simulate_credit(Frame("a/b", fee.rules, "nl", day), None, Decimal(10_000), 24) for day in (start, date(2026, 3, 2)))

    assert [line.due_on for line in begun.lines] == [months_after(start, month) for month in range(1, 25)]
    assert begun.shown_apr_percent == usual.shown_apr_percent == Decimal("5.94")
    assert [line[2:] for line in begun.lines] == [line[2:] for line in usual.lines]


async def test_equal_inputs_have_one_reference_however_they_are_written(world: World):
    asked = [LOAN | {"portal": "cofidis", "amount": amount} for amount in ("10000", "10000.0", "10000.00", "10000.000")]
    references = {(await read(world, None, SIMULATE, input=one))["simulateCredit"]["simulation"]["reference"] for one in asked}

    assert len(references) == 1


@pytest.mark.parametrize("kind", list(SimulationKind))
def test_figures_inside_lists_and_named_tuples_have_one_spelling_in_a_reference_too(kind: SimulationKind):
    written = [
        frame().reference(kind, {"externals": [External("x", Decimal(a), Decimal(b), 3)]}) for a, b in (("1", "0.0"), ("1.00", "-0"))
    ]

    assert written[0] == written[1] != frame().reference(kind, {"externals": [External("x", Decimal(1), Decimal("0.01"), 3)]})


async def test_other_inputs_another_day_and_another_portal_have_another_reference(own_world: World):
    references = []
    for days, changes in ((0, {}), (0, {"months": 25}), (0, {"amount": "10000.01"}), (1, {})):
        own_world.now = own_world.now.replace(day=2 + days)
        references.append(
            (await read(own_world, None, SIMULATE, input=LOAN | {"portal": "cofidis"} | changes))["simulateCredit"]["simulation"][
                "reference"
            ]
        )

    assert len(set(references)) == 4


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"amount": "999.99"}, [("amount", "credit.amount")]),
        ({"amount": "35000.01"}, [("amount", "credit.amount")]),
        ({"amount": "-5000"}, [("amount", "credit.amount")]),
        ({"amount": "5000.001"}, [("amount", "amount.scale")]),
        ({"months": 11}, [("months", "credit.months")]),
        ({"months": 85}, [("months", "credit.months")]),
        ({"amount": "1", "months": 0}, [("amount", "credit.amount"), ("months", "credit.months")]),
        ({"product": "yacht"}, [("product", "credit.product")]),
    ],
)
async def test_every_bound_that_is_broken_is_told_at_once(world: World, changes: Any, faults: Any):
    told = (await read(world, None, SIMULATE, input=LOAN | {"portal": "cofidis"} | changes))["simulateCredit"]

    assert told["simulation"] is None
    assert [(error["path"], error["rule"], error["code"]) for error in told["errors"]] == [
        (["input", f], rule, "INVALID") for f, rule in faults
    ]


async def test_the_bounds_themselves_are_allowed(world: World):
    for amount, months in (("1000", 12), ("35000.00", 84)):
        told = (await read(world, None, SIMULATE, input={"amount": amount, "months": months, "portal": "cofidis"}))["simulateCredit"]
        assert told["errors"] == [] and len(told["simulation"]["lines"]) == months


async def test_a_portal_that_does_not_offer_it_says_so_and_one_that_does_not_exist_too(world: World):
    assert (await world.ask(None, SIMULATE, input=LOAN | {"portal": "kredinor"})).codes == ["NOT_OFFERED"]
    assert (await world.ask("admin1", SIMULATE, input=LOAN)).codes == ["NOT_OFFERED"]
    for portal in (None, "nowhere"):
        told = (await read(world, None, SIMULATE, input=LOAN | {"portal": portal}))["simulateCredit"]
        assert [error["rule"] for error in told["errors"]] == ["portal.unknown"]


async def test_the_portal_of_a_session_is_not_changed_by_naming_another(world: World):
    assert (await world.ask("admin1", SIMULATE, input=LOAN | {"portal": "cofidis"})).codes == ["NOT_OFFERED"]


async def test_a_portal_says_which_credits_it_offers(world: World):
    products = (await read(world, None, '{ portal(key: "cofidis") { creditProducts { key minAmount maxMonths } } }'))["portal"][
        "creditProducts"
    ]

    assert products == [{"key": "personal-loan", "minAmount": "1000.00", "maxMonths": 84}]


def test_a_mention_is_in_the_callers_language_else_in_the_portals_first():
    assert simulate_credit(frame(), None, Decimal(100), 12).legal_mention == "Let op."
    english = Frame("a/b", frame().rules, "en", date(2026, 3, 2))
    assert simulate_credit(english, None, Decimal(100), 12).legal_mention == "Un crédit vous engage."


@pytest.mark.parametrize(
    "changes",
    [{"min_amount": 10, "max_amount": 9}, {"min_months": 13, "max_months": 12}, {"min_amount": 100, "fee_amount": 100}],
)
def test_a_product_whose_bounds_cross_is_refused_when_the_policy_is_saved(changes: Any):
    record = frame(**changes).rules.to_json()

    with pytest.raises(Invalid) as refused:
        PortalRules.checked(record)

    assert [fault.rule for fault in refused.value.faults] == ["policy.bank_details", "policy.product_bounds"][1:]
