"""How fresh a row is, and what may be done to it."""

from datetime import date, datetime
from typing import Any

from models import ImportSync
from models.base import Owned
from models.certified import can_be_certified
from models.settling import can_be_repaid
from resolvers.context import Info
from resolvers.reading import looks_at
from tenants import Action
from tenants.permissions import actions_on
from tenants.policy import rule_of

MODELS = {model.PREFIX: model for model in Owned.nodes()}


@looks_at("source")
async def synced_at(rows: list[Any], info: Info) -> list[datetime | None]:
    """When the last complete export with rows of this type came from the source of each."""
    known: dict[tuple[str, str | None], datetime] = {
        (sync.source, sync.type): sync.synced_at for sync in await info.context.gate.every(ImportSync, (), ("source", "type"))
    }
    return [known.get((row.source, MODELS[row.PREFIX].EXPORT)) for row in rows]


@looks_at("id", "account_id", "state", "kind", "starts_on")  # of contracts: see `_is_possible`. Rows without them bring none.
async def allowed_actions(rows: list[Any], info: Info) -> list[list[Action]]:
    """What the caller may do to each, besides reading it."""
    return [_actions(info, MODELS[row.PREFIX], row) for row in rows]


def _actions(info: Info, model: type[Owned], row: Any) -> list[Action]:
    """As whom the caller acts on a row is a matter of its account, where it has one."""
    owner = rule_of(model).account
    acts = actions_on(info.context.scope, model, getattr(row, owner) if owner else None)
    return [act for act in acts if _is_possible(act, row, info.context.scope.today)]


def _is_possible(act: Action, row: Any, today: date) -> bool:
    """Whether a contract is such that the act is not refused for it; of other rows their roles say all."""
    if act is Action.REQUEST_QUOTE:
        return can_be_repaid(row)
    return act is not Action.CERTIFY or can_be_certified(row, today)
