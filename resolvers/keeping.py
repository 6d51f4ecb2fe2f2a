"""How fresh a row is, and what may be done to it."""

from datetime import datetime
from typing import Any

from models import (
    Account,
    Asset,
    Case,
    Contract,
    DirectDebit,
    Document,
    ImportSync,
    Installment,
    Invoice,
    Mandate,
    Party,
    Payment,
    Session,
    Statement,
)
from models.base import Owned
from resolvers.context import Info
from tenants import Action
from tenants.permissions import actions_on

# What an export calls the rows of each type of the schema.
EXPORTED_AS = {
    "Account": "accounts",
    "AmortizationSchedule": "amortization_schedules",
    "Asset": "assets",
    "Case": "cases",
    "Company": "parties",
    "Contract": "contracts",
    "DirectDebit": "direct_debits",
    "Installment": "installments",
    "Invoice": "invoices",
    "Mandate": "mandates",
    "Operation": "operations",
    "Payment": "payments",
    "Person": "parties",
    "Statement": "statements",
}
KINDS: tuple[type[Owned], ...] = (
    Account,
    Asset,
    Case,
    Contract,
    DirectDebit,
    Document,
    Installment,
    Invoice,
    Mandate,
    Party,
    Payment,
    Session,
    Statement,
)


async def synced_at(rows: list[Any], info: Info) -> list[datetime | None]:
    """When the last complete export with rows of this type came from the source of each."""
    known = {(sync.source, sync.type): sync.synced_at for sync in await info.context.gate.every(ImportSync, (), ("source", "type"))}
    return [known.get((row.source, EXPORTED_AS.get(row.typename, "documents"))) for row in rows]


async def allowed_actions(rows: list[Any], info: Info) -> list[list[Action]]:
    """What the caller may do to each, besides reading it."""
    return [actions_on(info.context.scope, _model(row), _account(row)) for row in rows]


def _model(row: Any) -> type[Owned]:
    return next((kind for kind in KINDS if row.PREFIX == kind.PREFIX), Session)


def _account(row: Any) -> Any:
    return row.id if row.PREFIX == Account.PREFIX else getattr(row, "account_id", None)
