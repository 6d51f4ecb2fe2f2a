"""What an export says of a row, against what the portal shows of it: column by column, for every type of the format.

The tables below say where each column is shown. A new column of the format has to be named here, or the reason why nobody sees it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from graphql import GraphQLEnumType, GraphQLList, get_named_type, get_nullable_type

from channels.export_format import TYPE_BY_NAME, Kind
from models import (
    Account,
    AccountParty,
    Address,
    AmortizationSchedule,
    Asset,
    BankAccount,
    Case,
    ContactPoint,
    Contract,
    DirectDebit,
    Document,
    Installment,
    Invoice,
    Mandate,
    Operation,
    Party,
    Payment,
    PortalUser,
    Profile,
    Statement,
)  # fmt: skip
from models.base import Owned
from schema import build
from tests.api.asking import read
from tests.world import HOUSES, PEOPLE, PRESETS, World

SCHEMA = build()._schema
Row = dict[str, Any]
Told = Callable[[str, Row], Any]  # of the house, and the row
Paths = dict[str, str | tuple[str, ...]]
# What a source and an importer say to each other.
BETWEEN_SYSTEMS = {"external_id", "source_version", "deleted"}
MODELS: dict[str, type[Owned]] = {
    "parties": Party, "addresses": Address, "contact_points": ContactPoint, "bank_accounts": BankAccount, "accounts": Account, "users": PortalUser,
    "mandates": Mandate, "contracts": Contract, "account_parties": AccountParty, "profiles": Profile, "assets": Asset,
    "amortization_schedules": AmortizationSchedule, "installments": Installment, "statements": Statement, "operations": Operation, "cases": Case,
    "documents": Document, "invoices": Invoice, "payments": Payment, "direct_debits": DirectDebit,
}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """Where the columns of a type are shown. A path goes from field to field; a word with a capital narrows to that type.

    `under` is for lines: the column that names their parent, and the field of the parent that lists them. `told` computes what a column
    is shown as where that is not what it says, `else_of` what it means where it is left out; `unshown` says why nobody sees a column.
    """

    type: str
    paths: Paths
    told: Mapping[str, Told] = field(default_factory=dict)
    else_of: Mapping[str, Told] = field(default_factory=dict)
    unshown: Mapping[str, str] = field(default_factory=dict)
    under: tuple[str, str, str] | None = None  # column of the parent, type of the parent, field of the parent

    def covered(self) -> set[str]:
        return {*self.paths, *self.unshown, *BETWEEN_SYSTEMS, *([self.under[0]] if self.under else [])}


def own(*columns: str) -> Paths:
    """Columns that are shown under their own name, in camel case and without the word `amount`."""
    return {column: camel(column.removesuffix("_amount")) for column in columns}


def of(narrower: str, *columns: str) -> Paths:
    """The same, of a narrower type."""
    return {column: f"{narrower}/{path}" for column, path in own(*columns).items()}


def camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


def percent(column: str) -> Told:
    """A rate at two decimals, half up."""
    return lambda _, row: (column in row and str(Decimal(row[column]).quantize(Decimal("0.01"), ROUND_HALF_UP))) or None


def masked(_: str, row: Row) -> str:
    return f"{row['iban'][:2]}** **** **** {row['iban'][-4:]}"


def masked_of_mandate(house: str, row: Row) -> str | None:
    """That of the bank account, where there is one; else the four digits that the mandate says itself."""
    if "bank_account" in row:
        return masked(house, next(r for r in HOUSES[house]["bank_accounts"] if r["external_id"] == row["bank_account"]))
    return f"**** **** **** {row['iban_last4']}" if "iban_last4" in row else None


TERMS: Paths = {
    "first_rent_amount": "terms/LeaseTerms/firstRent", "rent_excl_vat_amount": "terms/LeaseTerms/rentExclVat", "rent_incl_vat_amount": "terms/LeaseTerms/rentInclVat",
    "vat_percent": "terms/LeaseTerms/vatPercent", "residual_value_amount": "terms/LeaseTerms/residualValue", "purchase_option_amount": "terms/LeaseTerms/purchaseOption",
    "purchase_option_from_on": "terms/LeaseTerms/purchaseOptionFromOn", "purchase_option_to_on": "terms/LeaseTerms/purchaseOptionToOn",
    "installment_amount": ("terms/LoanTerms/installment", "terms/RevolvingTerms/installment"), "credit_limit_amount": "terms/RevolvingTerms/creditLimit",
    "drawn_amount": "terms/RevolvingTerms/drawn", "card_last4": "terms/RevolvingTerms/cardLast4", "insurer": "terms/InsuranceTerms/insurer",
    "coverage": "terms/InsuranceTerms/coverage", "premium_amount": "terms/InsuranceTerms/premium",
}  # fmt: skip

SHOWN: dict[str, Shown] = {
    "parties": Shown(
        "Party",
        {"legal_name": "legalName", "country": "country", "kind": "__typename"}
        | of("Company", "trade_name", "legal_form", "enterprise_number", "vat_number")
        | of("Person", "given_name", "family_name", "born_on", "family_situation", "professional_situation"),
        told={"kind": lambda _, row: row["kind"].capitalize()},
    ),
    "addresses": Shown(
        "Address",
        own("kind", "street", "postal_code", "city", "country", "valid_from_on", "valid_to_on") | {"street_2": "streetLine2"},
        unshown={"party": "an address is reached from its party"},
    ),
    "contact_points": Shown("ContactPoint", own("kind", "value"), unshown={"party": "a contact point is reached from its party"}),
    "bank_accounts": Shown(
        "BankAccount",
        own("bic", "holder_name", "verification", "valid_from_on", "valid_to_on") | {"iban": "maskedIban"},
        told={"iban": masked},
        unshown={"party": "a bank account is reached from its party"},
    ),
    "accounts": Shown(
        "Account",
        own("number", "status", "invoice_delivery", "opened_on", "closed_on", "holder") | {"portal": "portal/key"},
        told={"portal": lambda house, row: row.get("portal", PRESETS[house][0])},
    ),
    "users": Shown("User", own("display_name", "email", "locale", "state", "party")),
    "mandates": Shown(
        "Mandate",
        own("account", "reference", "scheme", "creditor_identifier", "signed_on", "signatory", "debit_day", "state", "last_collected_on")
        | {"max_amount": "maxAmount", "iban_last4": "maskedIban"},
        told={"iban_last4": masked_of_mandate},
        unshown={"bank_account": "its number, masked, is shown in its place", "currency": "shown beside each amount"},
    ),
    "contracts": Shown(
        "Contract",
        own("account", "parent", "number", "kind", "product", "state", "channel", "signed_on", "activated_on", "starts_on", "ends_on")
        | own("notice_months", "renewal_rule", "duration_months", "periodicity_months", "timing", "currency", "outstanding_principal_amount")
        | own("nominal_rate_percent", "apr_percent", "fees_amount", "mandate")
        | {"financed_amount": "financedAmount", "overdue_amount": "overdueAmount", "portal": "portal/key"}
        | TERMS,
        told={"apr_percent": percent("apr_percent"), "portal": lambda house, row: row.get("portal") or portal_of(house, row["account"])},
        unshown={"withdrawal_until_on": "shown among the deadlines"},
    ),
    "account_parties": Shown("CoParty", own("account", "party", "contract", "capacity")),
    "profiles": Shown(
        "Profile",
        own("account", "user", "party", "role", "basis", "state", "contracts", "document_kinds", "documents_from_on", "valid_from_at")
        | own("valid_until_at"),
    ),
    "assets": Shown(
        "Asset",
        own("contract", "designation", "category", "manufacturer", "model", "serial_number", "registration_plate", "vin", "quantity")
        | own("supplier", "purchase_vat_amount", "delivered_on", "location_street", "location_postal_code", "location_city")
        | own("location_country", "insurance_policy_number", "state")
        | {"purchase_amount": "purchasePrice"},
        unshown={"currency": "shown beside each amount"},
    ),
    "amortization_schedules": Shown(
        "AmortizationSchedule",
        own("contract", "status", "revision", "currency", "valid_from_on"),
        unshown={"interest_convention": "what figures are worked out by; the table itself is shown"},
    ),
    "amortization_lines": Shown(
        "AmortizationLine",
        own("number", "due_on", "opening_balance_amount", "payment_amount", "principal_amount", "interest_amount", "fees_amount")
        | own("insurance_amount", "vat_amount", "closing_balance_amount"),
        under=("schedule", "AmortizationSchedule", "lines"),
    ),
    "installments": Shown(
        "Installment",
        own("contract", "number", "due_on", "vat_amount", "principal_amount", "interest_amount", "paid_amount", "state")
        | {"excl_vat_amount": "amountExclVat"},
        told={"paid_amount": lambda house, row: {"amount": row.get("paid_amount", "0.00"), "currency": row["currency"]}},
        unshown={"currency": "shown beside each amount"},
    ),
    "statements": Shown(
        "Statement",
        own("contract", "period_from_on", "period_to_on", "opening_balance_amount", "closing_balance_amount"),
        unshown={"currency": "shown beside each amount"},
    ),
    "operations": Shown(
        "Operation",
        own("contract", "booked_on", "value_on", "kind", "description") | {"amount": "amount"},
        unshown={"currency": "shown beside each amount"},
    ),
    "cases": Shown(
        "Case",
        own("account", "number", "original_creditor", "original_invoice_number", "description", "principal_amount", "interest_amount")
        | own("interest_percent", "fees_amount", "costs_amount", "paid_amount", "opened_on", "due_on", "state"),
        unshown={"currency": "shown beside each amount"},
    ),
    "documents": Shown(
        "Document",
        own("account", "contract", "kind", "number", "title", "document_on", "published_at", "batch_number", "language", "is_portal_only")
        | own("valid_until_on", "supersedes")
        | {"content_type": "file/contentType", "sha256": "file/sha256"},
        else_of={"account": lambda house, row: account_of(house, row["contract"])},
        unshown={
            "file": "where the bytes were in the export",
            "account_number": "another way to name the account",
            "contract_number": "another way to name the contract",
        },
    ),
    "invoices": Shown(
        "Invoice",
        own("account", "contract", "document", "structured_document", "number", "kind", "issued_on", "due_on", "period_from_on")
        | own("period_to_on", "currency", "vat_rounding", "net_amount", "vat_amount", "paid_amount", "state", "is_disputed")
        | own("batch_number", "payment_reference"),
    ),
    "invoice_lines": Shown(
        "InvoiceLine",
        own("number", "contract", "asset", "description", "nature", "quantity", "unit_price_amount", "net_amount", "vat_category")
        | own("vat_percent", "vat_amount"),
        under=("invoice", "Invoice", "lines"),
    ),
    "invoice_vat_totals": Shown(
        "InvoiceVatTotal",
        own("vat_category", "vat_percent", "net_amount", "vat_amount"),
        unshown={"number": "their order says it"},
        under=("invoice", "Invoice", "vatTotals"),
    ),
    "payments": Shown(
        "Payment",
        own("account", "contract", "direction", "method", "value_on", "reference", "provider", "state", "return_reason")
        | {"amount": "amount", "expected_amount": "expectedAmount"},
        unshown={"currency": "shown beside each amount"},
    ),
    "payment_allocations": Shown(
        "PaymentAllocation",
        own("invoice", "installment", "case") | {"amount": "amount"},
        unshown={"number": "their order says it"},
        under=("payment", "Payment", "allocations"),
    ),
    "direct_debits": Shown(
        "DirectDebit",
        own("mandate", "contract", "payment", "collection_on", "prenotified_on", "submitted_on", "settled_on", "returned_on", "state")
        | own("return_reason_code", "return_reason")
        | {"amount": "amount"},
        unshown={"currency": "shown beside each amount"},
    ),
}  # fmt: skip
UNSHOWN_TYPES = {"login_identities": "what somebody signs in by is read by nobody"}


def portal_of(house: str, account: str) -> str:
    """The portal of a contract that names none: that of its account, else the house's default one."""
    row = next(r for r in HOUSES[house]["accounts"] if r["external_id"] == account)
    return str(row.get("portal", PRESETS[house][0]))


def account_of(house: str, contract: str) -> str:
    return str(next(r for r in HOUSES[house]["contracts"] if r["external_id"] == contract)["account"])


async def shows(world: World, who: str, of_type: str, begins: str = "") -> list[Row]:
    """That somebody reads every row of a type exactly as the house has exported it; those whose external id begins so. The rows."""
    house, shown = PEOPLE[who], SHOWN[of_type]
    rows = [row for row in HOUSES[house].get(of_type, []) if key_of(of_type, row).startswith(begins) and is_published(row, world.now)]
    assert rows, f"nothing to compare: no {of_type} that begin with {begins}"
    seen = await (_lines if shown.under else _nodes)(world, who, house, of_type, rows)
    for row, found in zip(rows, seen, strict=True):
        told = {column: _value(found, path) for column, path in shown.paths.items()}
        wanted = {column: _expected(world, house, of_type, row, column) for column in shown.paths}
        assert {column: (told[column], value) for column, value in wanted.items() if told[column] != value} == {}, (of_type, row)
    return rows


def key_of(of_type: str, row: Row) -> str:
    """The external id of a row, or of what it is a line of."""
    under = SHOWN[of_type].under
    return str(row[under[0]] if under else row["external_id"])


def is_published(row: Row, now: datetime) -> bool:
    """Whether customers see it by now; identity papers they never see."""
    if row.get("kind") in ("KYC_IDENTITY", "KYC_ADDRESS"):
        return False
    return "published_at" not in row or datetime.fromisoformat(row["published_at"]) <= now


async def _nodes(world: World, who: str, house: str, of_type: str, rows: list[Row]) -> list[Any]:
    shown = SHOWN[of_type]
    gids = [world.gid(house, MODELS[of_type], row["external_id"]) for row in rows]
    query = f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on {shown.type} {{ {_written(shown)} }} }} }}"
    return [node for start in range(0, len(gids), 50) for node in (await read(world, who, query, ids=gids[start : start + 50]))["nodes"]]


async def _lines(world: World, who: str, house: str, of_type: str, rows: list[Row]) -> list[Any]:
    """Under their parents, whose order of them must be that of their numbers."""
    shown = SHOWN[of_type]
    column, parent, name = shown.under  # type: ignore[misc]  # lines are under something
    model = next(MODELS[t] for t, s in SHOWN.items() if s.type == parent)
    externals = list(dict.fromkeys(row[column] for row in rows))
    query = f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on {parent} {{ {name} {{ {_written(shown)} }} }} }} }}"
    found: dict[tuple[str, str], Any] = {}
    for external in externals:
        [node] = (await read(world, who, query, ids=[world.gid(house, model, external)]))["nodes"]
        lines = sorted((row for row in rows if row[column] == external), key=lambda row: int(row["number"]))
        assert len(node[name]) == len(lines)
        found |= {(external, row["number"]): line for row, line in zip(lines, node[name], strict=True)}
    return [found[row[column], row["number"]] for row in rows]


def _written(shown: Shown) -> str:
    """The selection that reaches every path."""
    tree: dict[str, Any] = {}
    for paths in shown.paths.values():
        for path in (paths,) if isinstance(paths, str) else paths:
            here = tree
            for step in path.split("/"):
                here = here.setdefault(step, {})
    return _text(SCHEMA.type_map[shown.type], tree)


def _text(type_: Any, tree: dict[str, Any]) -> str:
    parts = []
    for step, below in tree.items():
        if step[0].isupper():
            parts.append(f"... on {step} {{ {_text(SCHEMA.type_map[step], below)} }}")
            continue
        target = get_named_type(type_.fields[step].type) if step != "__typename" else None
        inner = _text(target, below) if below else _leaf(target)
        parts.append(f"{step} {{ {inner} }}" if inner else step)
    return " ".join(parts)


def _leaf(type_: Any) -> str:
    fields = getattr(type_, "fields", {})
    return "amount currency" if getattr(type_, "name", "") == "Money" else "id" if "id" in fields else ""


def _value(found: Any, paths: str | tuple[str, ...]) -> Any:
    for path in (paths,) if isinstance(paths, str) else paths:
        here = found
        for step in path.split("/"):
            here = here if step[0].isupper() else (here or {}).get(step)
        if here is not None:
            return here
    return None


def _expected(world: World, house: str, of_type: str, row: Row, column: str) -> Any:
    """What the schema makes of what the export says; nothing where it says nothing."""
    shown, declared = SHOWN[of_type], next(c for c in TYPE_BY_NAME[of_type].columns if c.name == column)
    if column in shown.told:
        return shown.told[column](house, row)
    otherwise = shown.else_of[column](house, row) if column in shown.else_of and column not in row else declared.default
    value = row.get(column, otherwise)
    if value is None:
        return None
    if declared.kind is Kind.REFERENCE:
        return {"id": world.gid(house, MODELS[str(declared.to)], value)}
    if declared.kind is Kind.REFERENCES:
        return [{"id": world.gid(house, MODELS[str(declared.to)], each)} for each in value]
    paths = shown.paths[column]
    return _spelled(_type_at(shown.type, paths if isinstance(paths, str) else paths[0]), value, row)


def _type_at(of: str, path: str) -> Any:
    here: Any = SCHEMA.type_map[of]
    for step in path.split("/"):
        here = SCHEMA.type_map[step] if step[0].isupper() else here.fields[step].type
        here = here if step == path.split("/")[-1] else get_named_type(here)
    return here


def _spelled(type_: Any, value: Any, row: Row) -> Any:
    bare: Any = get_nullable_type(type_)
    if isinstance(bare, GraphQLList):
        return [_spelled(bare.of_type, each, row) for each in value]
    name = get_named_type(bare).name
    if name == "Money":
        return {"amount": f"{Decimal(value):.2f}", "currency": row["currency"]}
    if name == "Decimal":
        whole, _, rest = f"{Decimal(value):.6f}".partition(".")
        return f"{whole}.{rest.rstrip('0').ljust(2, '0')}"
    if name == "DateTime":
        return datetime.fromisoformat(value).astimezone(UTC).isoformat().replace("+00:00", "Z")
    if name in ("Int", "Boolean"):
        return int(value) if name == "Int" else value == "true"
    assert isinstance(get_named_type(bare), GraphQLEnumType) or name in ("String", "Date", "Locale", "CurrencyCode"), name
    return value
