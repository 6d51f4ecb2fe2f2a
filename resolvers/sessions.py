"""Signing in and out, and the devices someone is signed in on."""

from typing import Annotated

import strawberry

from models import Session
from models.base import Fault, Invalid, InvalidCredentials, NotFound
from models.sentences import Sentence
from resolvers.connections import After, Before, First, Last
from resolvers.context import Info
from resolvers.mutations import Outcome, correctable, writing
from tenants import Action, Page, PageArgs, Scope
from tenants.sign_in import Opened, Typed

NEWEST_FIRST = ("-created_at", "-id")
LONGEST_SECRET, LONGEST_NAME = 1_000, 200


@strawberry.input(description="How a customer says who they are, with a password.")
class SessionCreateInput:
    identifier: str = strawberry.field(description="What the portal asks for: see `portal.signIn.identifierKinds`. At most 200 characters.")
    password: str = strawberry.field(description="The password, as typed. At most 1,000 characters.")
    portal: str | None = strawberry.field(default=None, description="The key of the portal, where its host is not the one you ask.")
    device_name: str | None = strawberry.field(
        default=None, description="What the person calls this device, to find it in the list of sessions."
    )
    device_token: str | None = strawberry.field(
        default=None,
        description="The `deviceToken` of an earlier sign-in on this device. With it, wrong attempts are counted for this device alone, so "
        "that strangers who guess cannot lock its owner out of it. One that is unknown or outdated is passed over.",
    )


@strawberry.input(description="How a member of staff says who they are, with a password.")
class StaffSessionCreateInput:
    tenant: str = strawberry.field(description="The key of the finance house.")
    email: str = strawberry.field(description="The address the house knows them by. At most 200 characters.")
    password: str = strawberry.field(description="The password, as typed. At most 1,000 characters.")
    device_name: str | None = strawberry.field(default=None, description="What the person calls this device.")
    device_token: str | None = strawberry.field(
        default=None,
        description="The `deviceToken` of an earlier sign-in on this device. With it, wrong attempts are counted for this device alone, so "
        "that strangers who guess cannot lock its owner out of it. One that is unknown or outdated is passed over.",
    )


@strawberry.input(description="Which session to end.")
class SessionRevokeInput:
    session: strawberry.ID = strawberry.field(description="A session of your own, from `viewer.sessions`.")


async def session(viewers: list[Scope], info: Info) -> list[Session | None]:
    """The session that asks."""
    found = await info.context.gate.by_ids(Session, [scope.auth.session_id for scope in viewers if scope.auth.session_id])
    return [found.get(scope.auth.session_id) for scope in viewers if scope.auth.session_id]


async def sessions(
    viewers: list[Scope],
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> list[Page]:
    """The sessions that still live."""
    now = info.context.scope.now
    living = [("revoked_at", "null", True), ("ends_at", ">", now), ("last_seen_at", "awake", now)]
    return [await info.context.gate.page(Session, living, NEWEST_FIRST, PageArgs(first, after, last, before)) for _ in viewers]


async def is_current(sessions: list[Session], info: Info) -> list[bool]:
    """Which of them is the one that asks."""
    return [row.id == info.context.scope.auth.session_id for row in sessions]


@correctable
async def session_create(info: Info, input: Annotated[SessionCreateInput, strawberry.argument(description="Who signs in.")]) -> Outcome:
    """Open a session for a customer's user."""
    context = info.context
    door = context.door or await context.tenancy.portals.find(None, input.portal)
    if door is None:
        raise Invalid((Fault(("portal",), "portal.unknown", "No portal has this host or key."),))
    scope = Scope(await context.tenancy.portals.stranger(door, context.scope.now), context.scope.now, context.scope.client)
    context.become(scope)  # a refusal is written in a language of the portal that was named
    opened = await context.tenancy.sign_in.customer(door, scope, _typed(input.identifier, input))
    return await _signed_in(info, opened)


@correctable
async def staff_session_create(
    info: Info, input: Annotated[StaffSessionCreateInput, strawberry.argument(description="Who signs in.")]
) -> Outcome:
    """Open a session for a member of staff."""
    context = info.context
    opened = await context.tenancy.sign_in.staff(input.tenant, context.scope, _typed(input.email, input))
    return await _signed_in(info, opened)


@correctable
async def session_end(info: Info) -> Outcome:
    """Sign out."""
    own = info.context.scope.auth.session_id
    assert own is not None  # the policy table lets nobody here without a session
    return await _revoked(info, f"{Session.PREFIX}_{own.hex}")


@correctable
async def session_revoke(info: Info, input: Annotated[SessionRevokeInput, strawberry.argument(description="Which session.")]) -> Outcome:
    """End one of the caller's sessions, here or on another device."""
    return await _revoked(info, input.session)


async def _revoked(info: Info, gid: str) -> Outcome:
    async with writing(info) as gate:
        row = await gate.one(Session, gid, to=Action.REVOKE)
        await row.revoke(at=gate.scope.now)
        await gate.note("session.revoke", row)
    return Outcome(session=row)


async def _signed_in(info: Info, opened: Opened) -> Outcome:
    """The payload of a sign-in is read as the one who signed in."""
    context = info.context
    auth = await context.tenancy.sessions.read(opened.token, context.scope.now)
    context.become(Scope(auth, context.scope.now, context.scope.client))
    found = await context.gate.by_ids(Session, [opened.session_id])
    if opened.session_id not in found:
        raise NotFound
    return Outcome(token=opened.token, device_token=opened.device_token, session=found[opened.session_id])


def _typed(identifier: str, input: SessionCreateInput | StaffSessionCreateInput) -> Typed:
    """What somebody signs in with. What is too long is refused before any work: nobody has such a name or secret."""
    secret, device_name = input.password, input.device_name
    if len(identifier) > LONGEST_NAME or len(secret) > LONGEST_SECRET or "\0" in identifier:
        raise InvalidCredentials
    if device_name is not None and len(device_name) > LONGEST_NAME:
        raise Invalid((Fault(("deviceName",), "text.length", Sentence("At most {most} characters.", most=LONGEST_NAME)),))
    token = input.device_token if input.device_token and len(input.device_token) <= LONGEST_NAME else None
    return Typed(identifier, secret, device_name, token)
