"""Whoever asks."""

import strawberry

from engine import answered_by, answered_once_by
from models import StaffRole, StaffState, UserState
from resolvers import sessions
from resolvers import viewer as resolve
from schema.accounts import Profile
from schema.connections import Connection
from schema.enums import shown
from schema.node import Node
from schema.parties import Party
from schema.scalars import Locale
from schema.sessions import Session
from tenants.permissions import Permission

shown(UserState, "Whether a user may sign in.")
shown(StaffRole, "What a member of staff works on.")
shown(StaffState, "Whether a member of staff may sign in.")


@strawberry.type(description="A person who signs in at a portal.")
class User(Node):
    display_name: str = strawberry.field(description="How the person is greeted.")
    email: str | None = strawberry.field(description="Where notices go.")
    locale: Locale = strawberry.field(description="The person's language.")
    state: UserState = strawberry.field(description="Whether the person may sign in.")
    party: Party | None = answered_by(resolve.party, "Who it is in law, where that is known and you reach it.")


@strawberry.type(description="A person who works for the finance house.")
class Staff(Node):
    display_name: str = strawberry.field(description="The person's name.")
    email: str = strawberry.field(description="How the house knows them.")
    roles: list[StaffRole] = strawberry.field(description="What they work on.")
    state: StaffState = strawberry.field(description="Whether they may sign in.")


@strawberry.type(description="Whoever asks: exactly one of `user` and `staff` is there.")
class Viewer:
    user: User | None = answered_by(resolve.user, "The customer's user; null for staff.")
    staff: Staff | None = answered_by(resolve.staff, "The member of staff; null for customers.")
    session: Session | None = answered_by(sessions.session, "The session that asks.")
    sessions: Connection[Session] = answered_by(sessions.sessions, "Where you are signed in, the newest first.")
    profiles: list[Profile] = answered_by(
        resolve.own_profiles, "Your profiles that count now, one for each customer number that you reach.", size=200, usual=5
    )
    permissions: list[Permission] = answered_by(resolve.permissions, "What you may do somewhere; a profile says what on its account.")
    locale: Locale = strawberry.field(description="The language in which you are answered.")


@strawberry.type
class ViewerQuery:
    viewer: Viewer | None = answered_once_by(resolve.viewer, "Whoever asks; null for nobody. Anyone.")
