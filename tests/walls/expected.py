"""Who reaches what in the test world, said a second time and in other words: by the accounts and roles written down here, row by row."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from models import (
    Account,
    Address,
    AuditEvent,
    BankAccount,
    Case,
    Certificate,
    ContactPoint,
    Contract,
    Document,
    ImportRow,
    ImportRun,
    ImportSync,
    LoginIdentity,
    Mandate,
    Party,
    PartyWord,
    Portal,
    PortalPolicy,
    PortalUser,
    Profile,
    Session,
    Staff,
    Tenant,
    Upload,
)  # fmt: skip
from tenants.policy import MODELS, Restriction
from tests.world import STAFF, World

Row = dict[str, Any]


@dataclass(frozen=True)
class Person:
    """What somebody is, in the words of requirements/conventions.md."""

    house: str
    accounts: dict[str, str]  # external id of the account: role
    contracts: tuple[str, ...] | None = None
    kinds: tuple[str, ...] | None = None
    party: str | None = None


CUSTOMERS = {
    "admin1": Person("t1", {"A1-ACC": "ADMINISTRATOR"}, party="P3"),
    "view1": Person("t1", {"A1-ACC": "VIEWER"}),
    "admin2": Person("t1", {"A2-ACC": "ADMINISTRATOR"}),
    "acct": Person("t1", {"A1-ACC": "VIEWER", "A2-ACC": "VIEWER"}),
    "narrow": Person("t1", {"A1-ACC": "VIEWER"}, ("A1-C2",), ("INVOICE", "WELCOME_LETTER")),
    "admin3": Person("t1", {"A3-ACC": "ADMINISTRATOR"}, party="P5"),
    "view3": Person("t1", {"A3-ACC": "VIEWER"}),
    "noone": Person("t1", {}, party="P3"),
    "t2": Person("t2", {"A1-ACC": "ADMINISTRATOR"}),
    "t3": Person("t3", {"A1-ACC": "ADMINISTRATOR"}),
    "t4": Person("t4", {"A1-ACC": "ADMINISTRATOR", "A2-ACC": "ADMINISTRATOR"}),
    "anna": Person("t4", {"A3-ACC": "ADMINISTRATOR"}, party="P2"),
}
HOLDERS = {
    ("t1", "A1-ACC"): "P1",
    ("t1", "A2-ACC"): "P2",
    ("t1", "A3-ACC"): "P4",
    ("t2", "A1-ACC"): "P1",
    ("t3", "A1-ACC"): "P1",
    ("t4", "A1-ACC"): "P1",
    ("t4", "A2-ACC"): "P1",
    ("t4", "A3-ACC"): "P2",
}
BESIDE = {("t1", "A1-ACC"): "P3", ("t1", "A3-ACC"): "P5", ("t4", "A3-ACC"): "P1"}
OVERSEERS = ("agent", "supervisor", "auditor", "config")
IDENTITY_PAPERS = ("KYC_IDENTITY", "KYC_ADDRESS")
OPEN_TO_ALL = (Portal, PortalPolicy, Tenant, ImportSync)
OF_STAFF_ONLY = (ImportRow, ImportRun, Staff, Upload)


def readers_of(world: World, who: str, model: Any) -> Callable[[Row], bool]:
    """Whether this person may read a row of this model."""
    if who in STAFF:
        return lambda row: row["tenant_id"] == _tenant(world, "t1") and _staff_may(world, who, model, row)
    person = CUSTOMERS[who]
    ids = {external: world.ids[person.house, "account", external] for external in person.accounts}
    return lambda row: row["tenant_id"] == _tenant(world, person.house) and _customer_may(world, who, person, ids, model, row)


def _tenant(world: World, house: str) -> Any:
    return world.tenants[house]


def _staff_may(world: World, who: str, model: Any, row: Row) -> bool:
    if model in (Session, LoginIdentity):
        return bool(row["staff_id"] == world.staff[who])
    if model in (ImportRow, ImportRun):
        return who in OVERSEERS
    if model is Upload:
        return who in ("agent", "supervisor")
    if model is Document and row["kind"] in IDENTITY_PAPERS:
        return who == "kyc"
    return who == "auditor" if model is AuditEvent else True


def _customer_may(world: World, who: str, person: Person, ids: dict[str, Any], model: Any, row: Row) -> bool:
    user = world.ids[person.house, "portal_user", who]
    parties = {world.ids[person.house, "party", HOLDERS[person.house, a]] for a in person.accounts}
    if person.party:
        parties.add(world.ids[person.house, "party", person.party])
    if model in OPEN_TO_ALL:
        return True
    if model in OF_STAFF_ONLY:
        return False
    if model in (Session, LoginIdentity):
        return bool(row["user_id"] == user)
    if model is PortalUser:
        return row["id"] == user or row["id"] in world.users_of(ids.values())
    if model in (Address, BankAccount, ContactPoint):
        return row["party_id"] in parties
    if model is PartyWord and row["is_private"]:
        return row["party_id"] in parties
    if model in (Party, PartyWord):
        beside = {world.ids[person.house, "party", BESIDE[person.house, a]] for a in person.accounts if (person.house, a) in BESIDE}
        return row["id" if model is Party else "party_id"] in parties | beside
    account = row["id"] if model is Account else row["account_id"]
    role = next((person.accounts[external] for external, key in ids.items() if key == account), None)
    if role is None or model is AuditEvent:
        return False
    if model is Profile and role == "VIEWER":
        return bool(row["user_id"] == user)
    if model is Document and (row["published_at"] > world.now or row["kind"] in IDENTITY_PAPERS):
        return False
    return _within_profile(world, person, model, row)


def _within_profile(world: World, person: Person, model: Any, row: Row) -> bool:
    """What a limit to contracts and kinds leaves of an account."""
    if person.contracts is None:
        return True
    contracts = [world.ids[person.house, "contract", external] for external in person.contracts]
    if model in (Mandate, Case):
        return False
    if model is Contract:
        return row["id"] in contracts
    if model in (Document, Certificate):
        return row["contract_id"] in contracts and row["kind"] in (person.kinds or ())
    if MODELS[model].restriction is Restriction.NONE:
        return True  # lines, reached through a parent only, and what belongs to the account itself
    return row["contract_id"] in contracts
