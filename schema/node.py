"""Whatever has an id."""

import strawberry

from engine import ByTypename, answered_once_by
from resolvers import node as resolve


@strawberry.interface(description="Something with an id of its own, which stays the same for as long as it exists.")
class Node(ByTypename):
    gid: strawberry.ID = strawberry.field(name="id", description="Names this object everywhere. Opaque: do not take it apart.")


@strawberry.type
class NodeQuery:
    node: Node | None = answered_once_by(resolve.node, "Whatever has this id; null when you reach nothing by it.")
    nodes: list[Node | None] = answered_once_by(
        resolve.nodes, "Whatever has these ids, in their order; null in the place of each by which you reach nothing.", size=100
    )
