"""What imported objects say of how fresh they are, and what may be done to an object."""

from datetime import datetime

import strawberry

from engine import answered_by
from resolvers import freshness as resolve
from schema.enums import shown
from tenants.permissions import Permission
from tenants.policy import Action

shown(Action, "What may be done to an object.", name="Action")
shown(Permission, "What somebody may do.")


@strawberry.type
class Actionable:
    allowed_actions: list[Action] = answered_by(
        resolve.allowed_actions, "What you may do to it, besides reading it. The mutations decide by the same rules."
    )


@strawberry.type
class Kept(Actionable):
    synced_at: datetime | None = answered_by(
        resolve.synced_at, "How fresh it is: when the finance house last handed over all it has of this kind; null for what it did not."
    )


@strawberry.type
class FromSource(Kept):
    source: str | None = strawberry.field(
        description="The system of the finance house that it came from, as in `ImportRun.source`; null if the portal made it. For staff."
    )
    external_id: str | None = strawberry.field(
        description="Its key in the finance house's own system, as in `ImportRow.externalId`: it leads to the imported row. For staff."
    )
