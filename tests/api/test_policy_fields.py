"""Every field of a portal's policy record changes something that somebody can see or do: a promise that nothing keeps is not in the record."""

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from graphql import build_schema

from models import Account, Contract
from models.base import Invalid
from models.portal_rules import Feature, PortalRules
from schema import exported
from tests.api.asking import read
from tests.api.lending import contract_of, lend, set_policy
from tests.api.test_sessions import SIGN_IN
from tests.api.test_settlement_quotes import DEBIT_DAY
from tests.api.test_settlement_quotes import SIMULATE as REPAY
from tests.api.test_simulations import SIMULATE as CREDIT
from tests.world import NOW, PASSWORD, World
from tests.world_leasing import LEASE

Probe = Callable[[World], Awaitable[Any]]
PORTAL = """{ portal(key: "cofidis") { locales timeZone currency idleMinutes absoluteMinutes sensitiveOperations features documentWindowMonths
  paymentWindowMonths senders officialHosts creditProducts { key maxAmount } contact { phone }
  signIn { identifierKinds primaryFactors secondFactors secretRules { minLength } } } }"""
HOST = "cofidis.example.com"
fresh = count(1)


def shown(name: str) -> Probe:
    """What anybody reads of the portal."""

    async def probe(world: World) -> Any:
        portal = (await read(world, None, PORTAL))["portal"]
        return portal["signIn"][name] if name in portal["signIn"] else portal[name]

    return probe


async def sign_in(world: World, identifier: str, password: str = PASSWORD) -> Any:
    answer = await world.ask(None, SIGN_IN, host=HOST, input={"identifier": identifier, "password": password})
    payload = answer.data and answer.data["sessionCreate"]
    return (answer.codes, [error["code"] for error in payload["errors"]], bool(payload["token"])) if payload else answer.codes


async def opens(world: World) -> Any:
    """What signing in with the right password gives, on another day: nothing is counted any more."""
    with world.at(NOW + timedelta(days=2 * next(fresh))):
        return await sign_in(world, "t2@example.com")


async def locks(world: World) -> Any:
    """After how many wrong passwords somebody is locked, and whether that is over after 20 minutes."""
    who, day = f"nobody-{next(fresh)}@example.com", NOW + timedelta(days=2 * next(fresh))
    with world.at(day):
        codes = [(await sign_in(world, who, "wrong"))[1] for _ in range(6)]
    with world.at(day + timedelta(minutes=20)):
        return codes, await sign_in(world, who, "wrong")


def simulated(who: str, query: str, **given: Any) -> Probe:
    """What a simulation answers: figures, mentions, how long it holds, or which rule was broken."""

    async def probe(world: World) -> Any:
        named = {key: value(world) if callable(value) else value for key, value in given.items()}
        answer = await world.ask(who, query, input=named)
        return {name: value for name, value in answer.json.items() if name != "extensions"}

    return probe


repays = simulated("t2", REPAY, contract=lambda world: contract_of(world, "A9"))
repays_a_little = simulated("t2", REPAY, contract=lambda world: contract_of(world, "A9"), amount="100.00")
repays_a_lease = simulated("admin3", REPAY, contract=lambda world: world.gid("t1", Contract, LEASE))
borrows = simulated("t2", CREDIT, product="personal-loan", amount="10000.00", months=24)
moves = simulated("t2", DEBIT_DAY, contract=lambda world: contract_of(world, "A9"), day=15)

# By field: another value, and what is then different. A field without a line fails the test.
PROBES: dict[str, tuple[Any, Probe]] = {
    "identifier_kinds": (["LOGIN_ID"], opens),
    "identifier_patterns": ({"EMAIL": "[0-9]+"}, opens),
    "primary_factors": (["EMAIL_CODE"], opens),
    "second_factors": (["TOTP"], shown("secondFactors")),
    "secret_rules": ({"min_length": 20}, shown("secretRules")),
    "max_failures": (5, locks),
    "lock_minutes": (10, locks),
    "idle_minutes": (20, shown("idleMinutes")),
    "absolute_minutes": (500, shown("absoluteMinutes")),
    "calendar": ("NO", repays),
    "time_zone": ("Asia/Tokyo", shown("timeZone")),
    "locales": (["fr", "en"], shown("locales")),
    "currency": ("CHF", shown("currency")),
    "document_window_months": (3, shown("documentWindowMonths")),
    "payment_window_months": (3, shown("paymentWindowMonths")),
    "sensitive_operations": (["BANK_DETAILS"], shown("sensitiveOperations")),
    "features": (["DOCUMENTS"], borrows),
    "credit_products": ([], borrows),
    "settlement_days": (0, repays),
    "asks_compensation": (False, repays),
    "refuses_small_repayments": (False, repays_a_little),
    "lease_settlement_percent": ("3", repays_a_lease),
    "debit_days": ([1], moves),
    "debit_day_notice_days": (60, moves),
    "debit_day_effect": ("CHARGED_ONCE", moves),
    "simulation_days": (3, borrows),
    "legal_mentions": ({"CREDIT": {"fr": "Autre."}}, borrows),
    "senders": (["post@example.com"], shown("senders")),
    "official_hosts": (["other.example.com"], shown("officialHosts")),
    "contact": ({"phone": "+32"}, shown("contact")),
}


@pytest.mark.parametrize("part", [0, 1, 2])
async def test_every_field_of_the_policy_record_changes_what_somebody_sees_or_may_do(own_world: World, part: int):
    await lend(own_world)
    await set_policy(own_world, "customer-corner", features=["DOCUMENTS", "SIMULATIONS", "REPAYMENT"])
    assert set(PROBES) == set(PortalRules.model_fields)

    dead = []
    for name, (value, probe) in list(PROBES.items())[part::3]:
        before = {key: await record(own_world, key) for key in ("cofidis", "customer-corner")}
        seen = await probe(own_world)
        for portal in before:
            await set_policy(own_world, portal, **{name: value})
        if await probe(own_world) == seen:
            dead.append(name)
        for portal, kept in before.items():
            await set_policy(own_world, portal, **kept)

    assert dead == []


async def record(world: World, portal: str) -> dict[str, Any]:
    kept = await world.owner.fetchval("select record from portal_policy p join portal d on d.id = p.portal_id where d.key = $1", portal)
    return PortalRules.from_json(json.loads(kept)).to_json()


# By feature: the fields that are what it offers.
FIELDS = {
    Feature.DOCUMENTS: ["Query.documents", "Contract.documents"],
    Feature.CERTIFICATES: ["Mutation.certificateCreate"],
    Feature.SIMULATIONS: ["Query.simulateCredit", "Query.simulateEarlyRepayment"],
    Feature.REPAYMENT: ["Mutation.settlementQuoteRequest"],
    Feature.STATEMENTS: ["Query.statements"],
    Feature.OPERATIONS: ["Query.operations"],
    Feature.CASES: ["Query.cases"],
}


def test_a_feature_that_no_field_offers_cannot_be_on():
    schema = build_schema(exported())
    words: Any = schema.type_map["Feature"]
    assert set(words.values) == {feature.value for feature in FIELDS} == {feature.value for feature in Feature}
    for place in (place for places in FIELDS.values() for place in places):
        parent, name = place.split(".")
        owner: Any = schema.type_map[parent]
        assert name in owner.fields, place


def test_a_rule_or_feature_that_is_none_is_refused_when_it_is_saved_and_passed_over_where_it_was_kept():
    for changes in ({"features": ["CHAT"]}, {"secret_history": 5}, {"identifier_patterns": {"EMAIL": "("}}):
        with pytest.raises(Invalid):
            PortalRules.checked(PortalRules().to_json() | changes)
    kept = PortalRules.from_json({"features": ["CHAT", "CASES"], "secret_history": 5})
    assert kept.features == (Feature.CASES,)


PERMISSIONS = "{ viewer { permissions profiles { permissions account { id } } } }"
CERTIFY = "mutation ($input: CertificateCreateInput!) { done: certificateCreate(input: $input) { errors { code rule } } }"
QUOTE = "mutation ($input: SettlementQuoteRequestInput!) { done: settlementQuoteRequest(input: $input) { errors { code rule } } }"
UPLOAD = "mutation { done: importUploadCreate(input: {byteSize: 1, sha256: \"%s\"}) { errors { code } } }" % ("0" * 64)  # fmt: skip
RUNS = "{ backOffice { importRuns { totalCount } } }"


@pytest.mark.row("X-21", part="permissions; `allowedActions` is tried with each noun")
@pytest.mark.parametrize("features", [["DOCUMENTS"], ["CERTIFICATES"], ["REPAYMENT"], ["CERTIFICATES", "REPAYMENT"]], ids=" ".join)
@pytest.mark.parametrize("who", ["admin1", "view1", "agent", "auditor", "kyc", "config"])
async def test_permissions_are_what_can_be_done_where_the_portal_offers_it(own_world: World, who: str, features: list[str]):
    await set_policy(own_world, "customer-corner", features=features)
    viewer = (await read(own_world, who, PERMISSIONS))["viewer"]
    contract = own_world.gid("t1", Contract, "A1-C1")

    tried = {
        "CERTIFY": await own_world.ask(who, CERTIFY, input={"contract": contract, "kind": "CERTIFICATE_BALANCE", "idempotencyKey": "k"}),
        "REQUEST_QUOTES": await own_world.ask(who, QUOTE, input={"contract": contract, "idempotencyKey": "another"}),
        "IMPORT": await own_world.ask(who, UPLOAD),
        "SEE_IMPORTS": await own_world.ask(who, RUNS),
    }

    refused = {name for name, answer in tried.items() if set(answer.codes) & {"FORBIDDEN", "NOT_OFFERED"}}
    assert not {code for answer in tried.values() for code in answer.codes} - {"FORBIDDEN", "NOT_OFFERED"}
    assert set(viewer["permissions"]) & set(tried) == set(tried) - refused
    assert ("ACCEPT_QUOTES" in viewer["permissions"]) is (who == "admin1" and "REPAYMENT" in features)
    for profile in viewer["profiles"]:
        assert profile["permissions"] == viewer["permissions"]


async def test_a_profile_that_does_not_count_gives_no_permission(own_world: World):
    query = "query ($id: ID!) { account(id: $id) { profiles { nodes { user { displayName } permissions } } } }"
    account = own_world.gid("t1", Account, "A1-ACC")
    before = (await read(own_world, "admin1", query, id=account))["account"]["profiles"]["nodes"]
    await own_world.owner.execute("update profile set valid_until_at = $1 where external_id = 'view1@A1-ACC'", own_world.now)
    after = (await read(own_world, "admin1", query, id=account))["account"]["profiles"]["nodes"]
    gone = [row for row, was in zip(after, before, strict=True) if row["permissions"] != was["permissions"]]
    assert [(row["user"]["displayName"], row["permissions"]) for row in gone] == [("view1", [])]
