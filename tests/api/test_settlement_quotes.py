"""Settlement quotes and the simulations beside them: the figures of numbers.md, the states of a quote, and who may do what to it."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from models import Contract
from models.base import Conflict, Expired, Invalid
from models.settlement_quotes import QuoteState, SettlementQuote, state_on
from tests.api.asking import at, read
from tests.api.lending import contract_of, lend, prove, set_policy
from tests.database import Cluster
from tests.world import World, fill, opened_world

FIGURES = """principal { amount } accruedInterest { amount } arrears { amount } compensation { amount } fees { amount } vat { amount }
  unallocated { amount } perDay { amount } total { amount currency }"""
QUOTE = f"quote {{ id number state version scope effect repayOn validUntilOn {FIGURES} contract {{ id }} allowedActions paidOn }} errors {{ code rule path }}"


def mutation(name: str) -> str:
    whole = name[0].upper() + name[1:]
    return f"mutation ($input: {whole}Input!) {{ done: {name}(input: $input) {{ {QUOTE} }} }}"


REQUEST, ACCEPT, CANCEL = (mutation(f"settlementQuote{verb}") for verb in ("Request", "Accept", "Cancel"))
ISSUE, PAY, EXECUTE = (mutation(f"settlementQuote{verb}") for verb in ("Issue", "Pay", "Execute"))
SIMULATE = f"""query ($input: EarlyRepaymentSimulationInput!) {{ done: simulateEarlyRepayment(input: $input) {{
  simulation {{ reference standing reckonedOn validUntilOn repayOn scope effect {FIGURES} interestSaved {{ amount }} installmentsSaved
    installmentBefore {{ amount }} installmentAfter {{ amount }} lines {{ number payment closingBalance }} legalMention }}
  errors {{ code rule path }} }} }}"""
READ = "query ($id: ID!) { settlementQuote(id: $id) { id state total { amount } allowedActions } }"


@pytest.fixture(scope="module")
def lent_template(cluster: Cluster) -> str:
    """The world, and three loans at T2."""

    async def fill_and_lend(urls: Any) -> None:
        await fill(urls)
        async with opened_world(urls) as world:
            await lend(world)

    return cluster.template("lent", fill_and_lend)


@pytest.fixture
async def lent(cluster: Cluster, lent_template: str) -> AsyncIterator[World]:
    urls = await cluster.clone(lent_template)
    async with opened_world(urls) as world:
        yield world
    await cluster.drop(urls)


async def ask(world: World, who: str, query: str, **given: Any) -> Any:
    return (await read(world, who, query, input=given))["done"]


async def requested(world: World, prefix: str = "A9", key: str = "one", **more: Any) -> Any:
    return await ask(world, "t2", REQUEST, contract=contract_of(world, prefix), idempotencyKey=key, **more)


def amounts(figure: Any) -> dict[str, str]:
    names = ("principal", "accruedInterest", "arrears", "compensation", "fees", "vat", "unallocated", "total")
    return {name: figure[name]["amount"] for name in names if figure[name] and Decimal(figure[name]["amount"])}


@pytest.mark.row("CO-17", part="the figures of a quote, and that it ends nothing by itself")
async def test_a_quote_shows_what_settles_the_loan_and_until_when(lent: World):
    done = await requested(lent)

    quote = done["quote"]
    assert done["errors"] == []
    assert amounts(quote) == {"principal": "20979.40", "compensation": "209.79", "total": "21189.19"}  # one percent, by French law
    assert (quote["state"], quote["scope"], quote["repayOn"], quote["validUntilOn"]) == ("ISSUED", "FULL", "2026-03-02", "2026-04-01")
    assert quote["allowedActions"] == ["ACCEPT", "CANCEL"]
    assert (await read(lent, "t2", "query ($id: ID!) { contract(id: $id) { state } }", id=quote["contract"]["id"]))["contract"][
        "state"
    ] == "ACTIVE"


@pytest.mark.row("CO-20")
@pytest.mark.parametrize(
    "more", [{}, {"amount": "12000.00"}, {"amount": "12000", "effect": "LOWER_INSTALLMENT"}, {"repayOn": "2026-03-17"}]
)
async def test_a_simulation_has_the_figures_of_the_quote_of_its_day_and_changes_nothing(lent: World, more: Any):
    before = await lent.owner.fetchval("select count(*) from settlement_quote")

    simulated = (await ask(lent, "t2", SIMULATE, contract=contract_of(lent, "A9"), **more))["simulation"]
    assert await lent.owner.fetchval("select count(*) from settlement_quote") == before
    quoted = (await requested(lent, **more))["quote"]

    assert amounts(simulated) == amounts(quoted)
    assert (simulated["repayOn"], simulated["effect"]) == (quoted["repayOn"], quoted["effect"])
    again = (await ask(lent, "t2", SIMULATE, contract=contract_of(lent, "A9"), **more))["simulation"]
    assert again == simulated


@pytest.mark.row(
    "CO-16",
    part="the new table, shorter or with lower installments, as a simulation; the contract itself is changed by the house's own system",
)
async def test_a_part_that_is_repaid_leaves_fewer_or_lower_installments(lent: World):
    """Requirements, numbers.md: 16 x 579.98 and a last one of 89.85, interest 390.13 in place of 2,220.09; or 40 of 248.24."""
    shorter = (await ask(lent, "t2", SIMULATE, contract=contract_of(lent, "A9"), amount="12000.00"))["simulation"]
    lower = (await ask(lent, "t2", SIMULATE, contract=contract_of(lent, "A9"), amount="12000.00", effect="LOWER_INSTALLMENT"))["simulation"]

    assert amounts(shorter) == {"principal": "12000.00", "compensation": "120.00", "total": "12120.00"}
    assert [line["payment"] for line in shorter["lines"]] == ["579.98"] * 16 + ["89.85"]
    assert (shorter["installmentsSaved"], shorter["interestSaved"]["amount"]) == (23, "1829.96")
    assert (len(lower["lines"]), lower["installmentBefore"]["amount"], lower["installmentAfter"]["amount"]) == (40, "579.98", "248.24")
    assert shorter["lines"][-1]["closingBalance"] == lower["lines"][-1]["closingBalance"] == "0.00"


@pytest.mark.row("CO-16", part="a part at or under the next three installments may be refused")
async def test_a_small_part_is_refused_where_the_portal_says_so(lent: World):
    contract = contract_of(lent, "A9")
    for amount, rules in (
        ("1739.94", ["repayment.small"]),
        ("1739.95", []),
        ("20979.40", ["repayment.amount"]),
        ("100.001", ["amount.scale"]),
        ("-5", ["amount.positive"]),
    ):
        done = await ask(lent, "t2", SIMULATE, contract=contract, amount=amount)
        assert [error["rule"] for error in done["errors"]] == rules, amount

    await set_policy(lent, refuses_small_repayments=False)
    assert (await ask(lent, "t2", SIMULATE, contract=contract, amount="100.00"))["errors"] == []


async def test_between_two_due_dates_interest_accrues_by_the_day_and_a_day_later_costs_a_day_more(lent: World):
    """On the 17th, 15 of 31 days: 104.90 x 15 / 31."""
    figure = (await ask(lent, "t2", SIMULATE, contract=contract_of(lent, "A9"), repayOn="2026-03-17"))["simulation"]
    later = (await ask(lent, "t2", SIMULATE, contract=contract_of(lent, "A9"), repayOn="2026-03-18"))["simulation"]

    assert (figure["accruedInterest"]["amount"], figure["perDay"]["amount"]) == ("50.76", "3.38")
    assert Decimal(later["total"]["amount"]) - Decimal(figure["total"]["amount"]) in (Decimal("3.38"), Decimal("3.39"))


async def test_what_is_due_and_unpaid_is_in_the_total_and_what_was_paid_ahead_is_taken_off(lent: World):
    key = lent.ids["t2", "contract", "A9-LOAN"]
    await lent.owner.execute("update installment set paid_amount = 79.98, state = 'OVERDUE' where contract_id = $1 and number = 20", key)
    await lent.owner.execute("update installment set paid_amount = 100 where contract_id = $1 and number = 22", key)

    figure = (await ask(lent, "t2", SIMULATE, contract=contract_of(lent, "A9")))["simulation"]

    assert amounts(figure) == {
        "principal": "20979.40",
        "arrears": "500.00",
        "compensation": "209.79",
        "unallocated": "100.00",
        "total": "21589.19",
    }


async def test_where_the_law_has_no_figure_nothing_is_guessed_and_the_house_is_asked(lent: World):
    """French law caps no company's compensation in our table, so a person says what it is."""
    simulated = await ask(lent, "t2", SIMULATE, contract=contract_of(lent, "A8"))
    assert (simulated["simulation"], [error["rule"] for error in simulated["errors"]]) == (None, ["figure.missing"])

    quote = (await requested(lent, "A8"))["quote"]
    assert (quote["state"], quote["total"], quote["allowedActions"]) == ("REQUESTED", None, ["CANCEL"])

    await set_policy(lent, asks_compensation=False)
    figure = (await ask(lent, "t2", SIMULATE, contract=contract_of(lent, "A8")))["simulation"]
    assert amounts(figure) == {"principal": "20979.40", "total": "20979.40"}


@pytest.mark.parametrize("query", [SIMULATE, REQUEST])
async def test_a_contract_that_is_not_yours_reads_as_one_that_does_not_exist(lent: World, query: str):
    more = {"idempotencyKey": "k"} if query is REQUEST else {}
    answers = [
        await lent.ask("t2", query, input={"contract": gid, **more}) for gid in (contract_of(lent, "A7"), "con_" + "0" * 32, "nonsense")
    ]

    assert [(answer.status, answer.data, answer.errors) for answer in answers[1:]] == [
        (answers[0].status, answers[0].data, answers[0].errors)
    ] * 2
    [error] = answers[0].data["done"]["errors"]
    assert (error["code"], await lent.owner.fetchval("select count(*) from settlement_quote")) == ("NOT_FOUND", 0)


async def test_a_viewer_may_try_and_may_not_ask(lent: World):
    await lent.owner.execute("update profile set role = 'VIEWER' where account_id = $1", lent.ids["t2", "account", "A9-ACC"])

    assert (await ask(lent, "t2", SIMULATE, contract=contract_of(lent, "A9")))["simulation"]
    answer = await lent.ask("t2", REQUEST, input={"contract": contract_of(lent, "A9"), "idempotencyKey": "k"})
    assert answer.codes == ["FORBIDDEN"]
    await lent.owner.execute("update profile set role = 'VIEWER'")
    assert (await lent.ask("t2", REQUEST, input={"contract": "x", "idempotencyKey": "k"})).status == 403
    assert await lent.owner.fetchval("select count(*) from settlement_quote") == 0


async def test_the_same_call_twice_makes_one_quote_and_another_call_with_its_key_is_a_conflict(lent: World):
    first, second = await requested(lent), await requested(lent)
    third = await requested(lent, repayOn="2026-03-17")

    assert first == second
    assert [error["rule"] for error in third["errors"]] == ["idempotency.key"]
    assert await lent.owner.fetchval("select count(*) from settlement_quote") == 1
    assert await lent.owner.fetchval("select count(*) from audit_event where action = 'settlementQuote.request'") == 1


async def test_a_call_that_is_repeated_on_the_next_day_is_the_same_call(lent: World):
    """What was sent says which call it is, not what the clock filled in: here the day of the repayment."""
    evening, morning = datetime(2026, 3, 2, 22, 50, tzinfo=UTC), datetime(2026, 3, 2, 23, 10, tzinfo=UTC)  # midnight is at 23:00 UTC
    await at(lent, evening)
    unsaid, said = await requested(lent), await requested(lent, "A8", key="two", repayOn="2026-03-02")

    await at(lent, morning)

    assert (unsaid["quote"]["repayOn"], said["quote"]["repayOn"]) == ("2026-03-02", "2026-03-02")
    assert (await requested(lent))["quote"]["id"] == unsaid["quote"]["id"]
    assert (await requested(lent, "A8", key="two", repayOn="2026-03-02"))["quote"]["id"] == said["quote"]["id"]
    assert [error["rule"] for error in (await requested(lent, repayOn="2026-03-02"))["errors"]] == ["idempotency.key"]


async def test_an_amount_is_the_same_however_it_is_spelled(lent: World):
    first = await requested(lent, amount="12000")

    for spelled in ("12000.0", "12000.00", "12000.000000"):
        assert await requested(lent, amount=spelled) == first
    assert [error["rule"] for error in (await requested(lent, amount="12000.01"))["errors"]] == ["idempotency.key"]


@pytest.mark.row("CO-23", part="repaying early takes a second proof where the portal says so")
async def test_accepting_takes_a_second_proof_that_is_fresh(lent: World):
    quote = (await requested(lent))["quote"]
    given = {"quote": quote["id"], "expectedVersion": quote["version"]}

    for ready in (False, True):
        answer = await lent.ask("t2", ACCEPT, input=given)
        assert answer.codes == ["STEP_UP_REQUIRED"], ready
        assert answer.errors[0]["extensions"] == {"code": "STEP_UP_REQUIRED", "operation": "REPAYMENT", "methods": ["SMS_CODE"]}
        await prove(lent, minutes=0)  # a proof that has just ended is none

    await prove(lent)
    accepted = await ask(lent, "t2", ACCEPT, **given)
    assert (accepted["quote"]["state"], accepted["errors"]) == ("ACCEPTED", [])
    [event] = await lent.owner.fetch("select * from audit_event where action = 'settlementQuote.accept'")
    assert (event["target_id"].hex, event["account_id"]) == (quote["id"][4:], lent.ids["t2", "account", "A9-ACC"])


async def test_where_repayment_is_not_sensitive_no_second_proof_is_asked(lent: World):
    await set_policy(lent, sensitive_operations=["BANK_DETAILS"])
    quote = (await requested(lent))["quote"]

    assert (await ask(lent, "t2", ACCEPT, quote=quote["id"], expectedVersion=quote["version"]))["quote"]["state"] == "ACCEPTED"


async def test_a_stale_version_changes_nothing(lent: World):
    quote = (await requested(lent))["quote"]
    await prove(lent)

    stale = await ask(lent, "t2", ACCEPT, quote=quote["id"], expectedVersion=quote["version"] - 1)

    assert [error["rule"] for error in stale["errors"]] == ["quote.version"]
    assert (await read(lent, "t2", READ, id=quote["id"]))["settlementQuote"]["state"] == "ISSUED"


@pytest.mark.row("CO-17", part="after its last day nothing can be done with a quote")
async def test_a_quote_expires_when_its_last_day_is_over_where_the_portal_is(lent: World):
    """The last day is 1 April: in Paris it ends at 22:00 in London and UTC."""
    quote = (await requested(lent))["quote"]
    midnight = lent.now.replace(month=4, day=1, hour=22, minute=0)

    await at(lent, midnight - timedelta(seconds=1))
    assert (await read(lent, "t2", READ, id=quote["id"]))["settlementQuote"]["state"] == "ISSUED"
    await at(lent, midnight)
    expired = (await read(lent, "t2", READ, id=quote["id"]))["settlementQuote"]
    assert (expired["state"], expired["allowedActions"]) == ("EXPIRED", [])
    await prove(lent)
    refused = await ask(lent, "t2", ACCEPT, quote=quote["id"], expectedVersion=quote["version"])
    assert [(error["code"], error["rule"]) for error in refused["errors"]] == [("EXPIRED", "quote.expired")]


async def test_a_newer_quote_takes_the_place_of_the_one_before(lent: World):
    first = (await requested(lent))["quote"]
    second = (await requested(lent, key="two", repayOn="2026-03-17"))["quote"]

    states = [(await read(lent, "t2", READ, id=quote["id"]))["settlementQuote"]["state"] for quote in (first, second)]
    assert states == ["SUPERSEDED", "ISSUED"]
    refused = await ask(lent, "t2", CANCEL, quote=first["id"], expectedVersion=first["version"] + 1)
    assert [error["rule"] for error in refused["errors"]] == ["quote.state"]
    listed = await read(
        lent, "t2", "query ($id: ID!) { contract(id: $id) { settlementQuotes { totalCount nodes { id } } } }", id=contract_of(lent, "A9")
    )
    assert [node["id"] for node in listed["contract"]["settlementQuotes"]["nodes"]] == [second["id"], first["id"]]


@pytest.mark.parametrize("more, rule", [({"repayOn": "2026-03-01"}, "quote.repay_on"), ({"idempotencyKey": " "}, "idempotency.key")])
async def test_a_request_that_makes_no_sense_is_refused_and_leaves_nothing(lent: World, more: Any, rule: str):
    done = await ask(lent, "t2", REQUEST, **({"contract": contract_of(lent, "A9"), "idempotencyKey": "k"} | more))

    assert [error["rule"] for error in done["errors"]] == [rule]
    assert await lent.owner.fetchval("select count(*) from settlement_quote") == 0


TOO_MUCH = "1000000000000.00"


@pytest.mark.parametrize(
    "more, path, rule",
    [
        ({"amount": "0"}, ["input", "amount"], "amount.positive"),
        ({"amount": "-5"}, ["input", "amount"], "amount.positive"),
        ({"amount": "100.001"}, ["input", "amount"], "amount.scale"),
        ({"amount": TOO_MUCH}, ["input", "amount"], "amount.size"),
        ({"amount": "10000000000000000"}, ["input", "amount"], "amount.size"),
        ({"amount": "999999999999999999"}, ["input", "amount"], "amount.size"),
        ({"repayOn": "2026-03-01"}, ["input", "repayOn"], "quote.repay_on"),
        ({"repayOn": "2027-03-03"}, ["input", "repayOn"], "quote.repay_on"),
        ({"repayOn": "9999-12-31"}, ["input", "repayOn"], "quote.repay_on"),
    ],
)
async def test_amounts_and_days_are_checked_before_anything_is_done_with_them(lent: World, more: Any, path: list[str], rule: str):
    for query, key in ((REQUEST, {"idempotencyKey": "k"}), (SIMULATE, {})):
        done = await ask(lent, "t2", query, contract=contract_of(lent, "A9"), **key, **more)

        assert [(error["code"], error["path"], error["rule"]) for error in done["errors"]] == [("INVALID", path, rule)]
    assert await lent.owner.fetchval("select count(*) from settlement_quote") == 0


@pytest.mark.parametrize("field", ["settlement", "installment"])
@pytest.mark.parametrize("amount, rule", [(TOO_MUCH, "amount.size"), ("999999999999999999", "amount.size"), ("-1", "amount.scale")])
async def test_amounts_of_other_lenders_are_checked_before_they_are_added(lent: World, field: str, amount: str, rule: str):
    externals = [CARD, CARD | {field: amount}]
    done = await ask(lent, "t2", CONSOLIDATE, contracts=[contract_of(lent, "A9")], externals=externals, months=48)

    assert [(error["code"], error["path"], error["rule"]) for error in done["errors"]] == [
        ("INVALID", ["input", "externals", "1", field], rule)
    ]


async def test_a_contract_that_has_not_begun_is_not_offered_for_certificates(lent: World):
    gid, query = contract_of(lent, "A9"), "query ($id: ID!) { contract(id: $id) { allowedActions } }"
    await lent.owner.execute("update contract set starts_on = '2026-03-03' where id = $1", lent.ids["t2", "contract", "A9-LOAN"])

    assert "CERTIFY" not in (await read(lent, "t2", query, id=gid))["contract"]["allowedActions"]


async def test_a_contract_that_has_ended_is_not_repaid_early(lent: World):
    gid, query = contract_of(lent, "A9"), "query ($id: ID!) { contract(id: $id) { allowedActions } }"
    assert (await read(lent, "t2", query, id=gid))["contract"]["allowedActions"] == ["CERTIFY", "REQUEST_QUOTE"]

    await lent.owner.execute("update contract set state = 'EARLY_SETTLED' where id = $1", lent.ids["t2", "contract", "A9-LOAN"])

    assert (await read(lent, "t2", query, id=gid))["contract"]["allowedActions"] == ["CERTIFY"]
    assert [error["rule"] for error in (await requested(lent))["errors"]] == ["contract.state"]


async def test_an_insurance_has_nothing_to_be_repaid_and_says_so_everywhere(lent: World):
    gid, query = contract_of(lent, "A9"), "query ($id: ID!) { contract(id: $id) { allowedActions } }"
    await lent.owner.execute("update contract set kind = 'INSURANCE' where id = $1", lent.ids["t2", "contract", "A9-LOAN"])

    assert (await read(lent, "t2", query, id=gid))["contract"]["allowedActions"] == ["CERTIFY"]
    assert [error["rule"] for error in (await requested(lent))["errors"]] == ["contract.kind"]
    assert await lent.owner.fetchval("select count(*) from settlement_quote") == 0


async def test_a_portal_without_early_repayment_offers_none(lent: World):
    await set_policy(lent, features=["DOCUMENTS", "SIMULATIONS"])

    answer = await lent.ask("t2", REQUEST, input={"contract": contract_of(lent, "A9"), "idempotencyKey": "k"})

    assert (answer.status, answer.codes) == (200, ["NOT_OFFERED"])


BY_HAND = {"principal": "900.00", "fees": "50.00", "vat": "199.50", "unallocated": "10.00", "validUntilOn": "2026-03-31"}


async def asked_of_the_house(world: World) -> Any:
    """A lease of A1 at T1, whose portal now has early repayment: the house settles leases by no rate, so it is asked."""
    await set_policy(world, "customer-corner", features=["DOCUMENTS", "REPAYMENT"])
    gid = world.gid("t1", Contract, "A1-C1")
    return (await ask(world, "admin1", REQUEST, contract=gid, idempotencyKey="k"))["quote"]


async def act(world: World, who: str, query: str, quote: Any, **more: Any) -> Any:
    return await ask(world, who, query, quote=quote["id"], expectedVersion=quote["version"], **more)


@pytest.mark.row("CO-17", part="asked for, issued, accepted, paid and executed; EARLY_SETTLED comes with the house's next export")
async def test_from_the_asking_to_the_money_a_quote_goes_through_many_hands(own_world: World):
    """Payment after the last day is refused, another sum too; the contract stays as the house's own system says."""
    quote = await asked_of_the_house(own_world)
    assert (quote["state"], quote["allowedActions"]) == ("REQUESTED", ["CANCEL"])

    for field in ("principal", "accruedInterest", "arrears", "compensation", "fees", "vat", "unallocated", "perDay"):
        refused = await act(own_world, "agent", ISSUE, quote, **BY_HAND | {field: "999999999999999999"})
        assert [(error["path"], error["rule"]) for error in refused["errors"]] == [(["input", field], "amount.size")]
    for last_on in ("2026-03-01", "2027-03-04", "9999-12-31"):
        refused = await act(own_world, "agent", ISSUE, quote, **BY_HAND | {"validUntilOn": last_on})
        assert [error["rule"] for error in refused["errors"]] == ["quote.valid_until"]
    issued = (await act(own_world, "agent", ISSUE, quote, **BY_HAND))["quote"]
    assert (issued["state"], issued["total"]["amount"], issued["allowedActions"]) == ("ISSUED", "1139.50", ["CANCEL"])
    accepted = (await act(own_world, "admin1", ACCEPT, issued))["quote"]
    for more, rule in (
        ({"paidOn": "2026-03-02", "amount": "1139.49"}, "quote.amount"),
        ({"paidOn": "2026-03-03", "amount": "1139.50"}, "quote.paid_on"),
        ({"paidOn": "2026-03-01", "amount": "1139.50"}, "quote.paid_on"),
        ({"paidOn": "2026-04-01", "amount": "1139.50"}, "quote.expired"),
    ):
        assert [error["rule"] for error in (await act(own_world, "agent", PAY, accepted, **more))["errors"]] == [rule]
    early = await act(own_world, "agent", EXECUTE, accepted)
    assert [error["rule"] for error in early["errors"]] == ["quote.state"]
    paid = (await act(own_world, "agent", PAY, accepted, paidOn="2026-03-02", amount="1139.50"))["quote"]
    done = (await act(own_world, "agent", EXECUTE, paid))["quote"]

    assert (paid["state"], paid["paidOn"], paid["allowedActions"], done["state"], done["allowedActions"]) == (
        "PAID",
        "2026-03-02",
        ["EXECUTE"],
        "EXECUTED",
        [],
    )
    assert await own_world.owner.fetchval("select state from contract where id = $1", own_world.ids["t1", "contract", "A1-C1"]) == "ACTIVE"
    events = await own_world.owner.fetch("select action from audit_event where target_type = 'SettlementQuote' order by at, id")
    assert [event["action"].rpartition(".")[2] for event in events] == ["request", "issue", "accept", "pay", "execute"]


@pytest.mark.row("X-21", part="what may be done to a quote, and what then happens, for every role and state")
async def test_what_is_shown_as_allowed_is_what_can_be_done(own_world: World):
    """Each act is tried by everybody on a quote in each state: it is among `allowedActions` exactly when it is not refused."""
    quote = await asked_of_the_house(own_world)
    acts = {
        "ACCEPT": (ACCEPT, {}),
        "CANCEL": (CANCEL, {}),
        "ISSUE": (ISSUE, BY_HAND),
        "PAY": (PAY, {"paidOn": "2026-03-02", "amount": "1139.50"}),
        "EXECUTE": (EXECUTE, {}),
    }
    columns = "principal_amount = 900, accrued_interest_amount = 0, arrears_amount = 0, compensation_amount = 0, fees_amount = 50, vat_amount = 199.50, unallocated_amount = 10, per_day_amount = 0, issued_at = requested_at"
    for state in ("REQUESTED", "ISSUED", "ACCEPTED", "PAID", "EXECUTED", "EXPIRED", "SUPERSEDED", "CANCELLED"):
        for who in ("admin1", "view1", "agent", "supervisor", "auditor"):
            for act_name, (query, more) in acts.items():
                figures = "" if state == "REQUESTED" else f", {columns}, valid_until_on = '2026-03-31'"
                empty = columns.replace("issued_at = requested_at", "issued_at = null") if state == "REQUESTED" else ""
                blank = (
                    "".join(f", {part.split(' = ')[0]} = null" for part in empty.split(", ")) + ", valid_until_on = null" if empty else ""
                )
                await own_world.owner.execute(f"update settlement_quote set state = $1, version = 7{figures}{blank}", state)
                shown = (await read(own_world, who, READ, id=quote["id"]))["settlementQuote"]["allowedActions"]
                answer = await own_world.ask(who, query, input={"quote": quote["id"], "expectedVersion": 7, **more})
                is_done = not answer.errors and answer.data["done"]["errors"] == []
                assert (act_name in shown) is is_done, (state, who, act_name, shown, answer.raw[:300])


@pytest.mark.parametrize("who", ["admin2", "t2"])
@pytest.mark.parametrize("query", [ACCEPT, CANCEL])
async def test_a_quote_of_somebody_else_reads_as_one_that_does_not_exist(own_world: World, who: str, query: str):
    quote = await asked_of_the_house(own_world)
    await prove(own_world)

    answers = [await own_world.ask(who, query, input={"quote": gid, "expectedVersion": 1}) for gid in (quote["id"], "quo_" + "0" * 32, "x")]

    assert len({answer.raw.split(b'"extensions"')[0] for answer in answers}) == 1
    assert [error["code"] for error in answers[0].data["done"]["errors"]] == ["NOT_FOUND"]
    assert (await read(own_world, who, READ, id=quote["id"])) == {"settlementQuote": None}


DEBIT_DAY = """query ($input: DebitDaySimulationInput!) { done: simulateDebitDay(input: $input) {
  simulation { day movedDays nextDueOn interest { amount } lines { number dueOn payment } } errors { code rule path } } }"""


@pytest.mark.row("CO-15", part="what a change would do, and a rule of its own for each limit; the change itself is not built")
async def test_another_debit_day_moves_the_days_and_each_limit_has_its_own_rule(lent: World):
    contract = contract_of(lent, "A9")
    moved = (await ask(lent, "t2", DEBIT_DAY, contract=contract, day=15))["simulation"]
    assert (moved["movedDays"], moved["nextDueOn"], moved["interest"]["amount"], len(moved["lines"])) == (13, "2026-04-15", "0.00", 40)
    assert [line["dueOn"] for line in moved["lines"][:2]] == ["2026-04-15", "2026-05-15"]

    async def rules(day: int) -> list[str]:
        return [error["rule"] for error in (await ask(lent, "t2", DEBIT_DAY, contract=contract, day=day))["errors"]]

    assert await rules(29) == ["debit_day.not_allowed"]
    assert await rules(2) == ["debit_day.unchanged"]
    await set_policy(lent, debit_day_notice_days=32)
    assert await rules(15) == ["debit_day.too_close"]
    await lent.owner.execute(
        "update installment set paid_amount = 0, state = 'OVERDUE' where contract_id = $1 and number = 19",
        lent.ids["t2", "contract", "A9-LOAN"],
    )
    assert await rules(30) == ["debit_day.not_allowed", "debit_day.too_close", "debit_day.overdue"]


@pytest.mark.row("CO-15", part="the effect, shown first")
async def test_where_the_contract_charges_it_the_interest_of_the_moved_days_is_shown(lent: World):
    """20,979.40 x 6 % x 13 / 365."""
    await set_policy(lent, debit_day_effect="CHARGED_ONCE")

    moved = (await ask(lent, "t2", DEBIT_DAY, contract=contract_of(lent, "A9"), day=15))["simulation"]

    assert (moved["interest"]["amount"], moved["lines"][0]["payment"]) == ("44.83", "624.81")


CONSOLIDATE = """query ($input: ConsolidationSimulationInput!) { done: simulateConsolidation(input: $input) {
  simulation { contracts { id } settled { amount } installment { amount } installmentBefore { amount } totalBefore { amount }
    totalAfter { amount } difference { amount } isDearer aprPercent lines { payment } } errors { code rule path } } }"""
CARD = {"name": "Card", "settlement": "3000.00", "installment": "150.00", "installments": 22}


@pytest.mark.row("CO-21")
async def test_putting_credits_together_says_what_it_costs_before_and_after_with_its_sign(lent: World):
    short, long = [
        (await ask(lent, "t2", CONSOLIDATE, contracts=[contract_of(lent, "A9")], externals=[CARD], months=months))["simulation"]
        for months in (36, 84)
    ]

    assert short["settled"] == long["settled"] == {"amount": "24189.19"}
    assert short["totalBefore"] == {"amount": "26499.49"}  # 20,979.40 and 2,220.09 of interest, and 22 x 150.00
    for found in (short, long):
        paid = sum(Decimal(line["payment"]) for line in found["lines"])
        assert Decimal(found["totalAfter"]["amount"]) == paid
        assert Decimal(found["difference"]["amount"]) == paid - Decimal(found["totalBefore"]["amount"])
        assert found["isDearer"] is (Decimal(found["difference"]["amount"]) > 0)
    assert (short["isDearer"], long["isDearer"]) == (False, True)


@pytest.mark.parametrize(
    ("more", "rules"),
    [
        ({"externals": []}, ["consolidation.credits"]),
        ({"months": 5}, ["credit.months"]),
        ({"externals": [CARD | {"settlement": "300000"}]}, ["credit.amount"]),
        ({"externals": [CARD | {"installments": 0}]}, ["consolidation.installments"]),
        ({"externals": [CARD | {"installment": "-1"}]}, ["amount.scale"]),
    ],
)
async def test_a_consolidation_that_makes_no_sense_is_refused_with_each_reason(lent: World, more: Any, rules: list[str]):
    done = await ask(lent, "t2", CONSOLIDATE, **({"contracts": [contract_of(lent, "A9")], "externals": [CARD], "months": 48} | more))

    assert (done["simulation"], [error["rule"] for error in done["errors"]]) == (None, rules)


async def test_the_states_of_a_quote_allow_their_own_verbs_and_no_others():
    """Every verb in every state: it does what the machine says, or raises and changes nothing."""
    allowed = {
        ("accept", QuoteState.ISSUED), ("pay", QuoteState.ACCEPTED), ("execute", QuoteState.PAID),
        ("cancel", QuoteState.REQUESTED), ("cancel", QuoteState.ISSUED), ("cancel", QuoteState.ACCEPTED),
    }  # fmt: skip
    for state in QuoteState:
        for verb in ("accept", "pay", "execute", "cancel"):
            quote = kept(state)
            try:
                await done_to(quote, verb)
            except (Conflict, Expired, Invalid):
                assert ((verb, state) in allowed, quote.state, quote.version) == (False, state, 3)
            else:
                assert ((verb, state) in allowed, quote.version) == (True, 4)


def kept(state: QuoteState) -> Any:
    """A quote in this state that writes nothing down."""

    class Kept(SettlementQuote):
        async def keep(self, *names: str) -> Any:
            return self

        class Meta:
            abstract = True

    values = {"principal_amount": Decimal(100), "total_amount": Decimal(100), "valid_until_on": date(2026, 4, 1), "currency": "EUR"}
    return Kept(state=state, version=3, repay_on=date(2026, 3, 2), **values)


async def done_to(quote: Any, verb: str) -> None:
    today, now = date(2026, 3, 2), datetime(2026, 3, 2, tzinfo=UTC)
    if verb == "pay":
        await quote.pay(Decimal(100), today, today, today)
    elif verb == "execute":
        await quote.execute(now)
    else:
        await getattr(quote, verb)(today, now)


def test_an_open_quote_has_expired_the_day_after_its_last_one_and_a_paid_one_never():
    last = date(2026, 4, 1)
    assert [state_on(kept(QuoteState.ISSUED), day) for day in (last, last + timedelta(days=1))] == [QuoteState.ISSUED, QuoteState.EXPIRED]
    assert state_on(kept(QuoteState.PAID), last + timedelta(days=1)) is QuoteState.PAID
