"""Anything by its id."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

import strawberry

from models.base import BadInput, Owned
from models.sentences import Sentence
from resolvers.context import Info

KINDS = Owned.nodes()
MOST_IDS = 100


async def node(info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Of whatever kind.")]) -> Any:
    """The row with this id, whatever it is."""
    [found] = await _found(info, [id])
    return found


async def nodes(info: Info, ids: Annotated[list[strawberry.ID], strawberry.argument(description="At most 100.")]) -> list[Any]:
    """The rows with these ids."""
    if len(ids) > MOST_IDS:
        raise BadInput(Sentence("At most {most} ids.", most=MOST_IDS), rule="list.length")
    return await _found(info, list(ids))


async def _found(info: Info, gids: list[strawberry.ID]) -> list[Any]:
    """One statement a kind. A row answers to its own id only, in its one spelling."""
    keys = {kind: [key for gid in gids if (key := kind.id_in(gid))] for kind in KINDS}
    asked = [kind for kind in KINDS if keys[kind]]
    answers: list[dict[UUID, Any]] = await asyncio.gather(*[info.context.gate.by_ids(kind, keys[kind]) for kind in asked])
    by_gid = {row.gid: row for rows in answers for row in rows.values()}
    return [by_gid.get(gid) for gid in gids]
