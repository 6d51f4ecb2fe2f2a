"""Whoever asks: who they are, on which device, and what they may do."""

from datetime import datetime

from models import Party, PortalUser, Profile, ProfileRole, ProfileState, Staff
from models.words import is_known
from resolvers.context import Info
from resolvers.reading import looks_at, pointed_at
from tenants import Scope
from tenants.permissions import Permission, permissions_of
from tenants.scope import Principal


async def viewer(info: Info) -> Scope | None:
    """The caller; nobody without a session."""
    return info.context.scope if info.context.scope.is_signed_in else None


async def user(viewers: list[Scope], info: Info) -> list[PortalUser | None]:
    """The customer's user who asks."""
    found = await info.context.gate.by_ids(PortalUser, [scope.user_id for scope in viewers if not scope.is_staff])
    return [found.get(scope.user_id) for scope in viewers]


async def staff(viewers: list[Scope], info: Info) -> list[Staff | None]:
    """The member of staff who asks."""
    found = await info.context.gate.by_ids(Staff, [scope.user_id for scope in viewers if scope.is_staff])
    return [found.get(scope.user_id) for scope in viewers]


async def own_profiles(viewers: list[Scope], info: Info) -> list[list[Profile]]:
    """The profiles that count now, those of joined logins too."""
    keys = [grant.profile_id for scope in viewers for grant in scope.auth.grants]
    found = await info.context.gate.by_ids(Profile, keys)
    return [[found[grant.profile_id] for grant in scope.auth.grants if grant.profile_id in found] for scope in viewers]


async def permissions(viewers: list[Scope], info: Info) -> list[list[Permission]]:
    """What the caller may do somewhere."""
    return [permissions_of(scope, scope.auth.principals) for scope in viewers]


@looks_at("role", "state", "valid_from_at", "valid_until_at")
async def permissions_of_profiles(profiles: list[Profile], info: Info) -> list[list[Permission]]:
    """What each lets its user do on its account: nothing, while it does not count."""
    scope = info.context.scope
    return [permissions_of(scope, [Principal(row.role)] if _counts(row, scope.now) else []) for row in profiles]


def _counts(profile: Profile, now: datetime) -> bool:
    """Whether a profile gives rights now. `open_scope` in SQL decides the same way."""
    has_begun = profile.valid_from_at is None or profile.valid_from_at <= now
    has_ended = profile.valid_until_at is not None and profile.valid_until_at <= now
    return is_known(ProfileRole, profile.role) and profile.state == ProfileState.ACTIVE and has_begun and not has_ended


party = pointed_at(Party, "party_id")
