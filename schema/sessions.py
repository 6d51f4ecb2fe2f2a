"""Signing in and out, and the devices someone is signed in on."""

from datetime import datetime

import strawberry

from engine import USUAL, answered_by, answered_once_by
from models.sessions import Assurance
from resolvers import sessions as resolve
from schema.enums import shown
from schema.errors import UserError
from schema.freshness import Actionable
from schema.node import Node

shown(Assurance, "How well the person was recognized when the session began.")


@strawberry.type(description="One person, signed in on one device. It sees all accounts of its user.")
class Session(Node, Actionable):
    created_at: datetime = strawberry.field(description="When it began.")
    last_seen_at: datetime = strawberry.field(description="When it was last used, to within 15 seconds.")
    idle_expires_at: datetime = strawberry.field(description="When it ends unless it is used before.")
    ends_at: datetime = strawberry.field(description="When it ends however much it is used.")
    assurance: Assurance = strawberry.field(description="How well the person was recognized.")
    device_name: str | None = strawberry.field(description="What the person called the device.")
    user_agent: str | None = strawberry.field(description="What the browser or program said it is.")
    address: str | None = strawberry.field(description="The network address it began from.")
    is_current: bool = answered_by(resolve.is_current, "Whether it is the one you ask with.")


@strawberry.type(description="What became of signing in.")
class SessionCreatePayload:
    token: str | None = strawberry.field(description="Send it as `Authorization: Bearer ...` from now on. It is shown this once.")
    device_token: str | None = strawberry.field(
        description="Keep it on the device, longer than the session, and send it with the next sign-in there. It opens nothing by itself."
    )
    session: Session | None = strawberry.field(description="The session that was opened.")
    errors: list[UserError] = strawberry.field(description="Why none was; empty when one was.", metadata={USUAL: 1})


@strawberry.type(description="What became of ending a session.")
class SessionEndPayload:
    session: Session | None = strawberry.field(description="The session that ended.")
    errors: list[UserError] = strawberry.field(description="Why it did not end; empty when it did.", metadata={USUAL: 1})


@strawberry.type
class SessionMutation:
    session_create: SessionCreatePayload = answered_once_by(
        resolve.session_create,
        "Sign in at a portal with identifier and password. Anyone. Wrong, unknown and switched-off identifiers are answered alike. "
        "A person has at most 20 open sessions: one more ends the one that has not been used for the longest time.",
    )
    staff_session_create: SessionCreatePayload = answered_once_by(
        resolve.staff_session_create, "Sign in as a member of staff of a finance house. Anyone."
    )
    session_end: SessionEndPayload = answered_once_by(resolve.session_end, "Sign out. Anyone who is signed in.")
    session_revoke: SessionEndPayload = answered_once_by(
        resolve.session_revoke, "End one of your own sessions, on this device or another. Anyone who is signed in."
    )
