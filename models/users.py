"""People who sign in, how they say who they are, and the secrets that prove it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from tortoise.exceptions import IntegrityError

from models import columns
from models.attempts import KnownDevice, SignInBucket
from models.base import Fault, Imported, Invalid, Owned
from models.connecting import transaction
from models.forms import EMAIL, LOGIN_FORMS, NAME, Unfit
from models.sessions import Session
from models.words import Described


class UserState(Described):
    """Whether a user may sign in."""

    ACTIVE = "ACTIVE", "May sign in."
    SUSPENDED = "SUSPENDED", "May not sign in for now."
    DISABLED = "DISABLED", "May not sign in any more."


class StaffRole(Described):
    """What a member of staff works on."""

    AGENT = "AGENT", "Serves customers."
    SUPERVISOR = "SUPERVISOR", "Serves customers and confirms what agents propose."
    KYC = "KYC", "Checks who customers are."
    SECURITY = "SECURITY", "Watches over access."
    CONFIG = "CONFIG", "Sets up portals."
    AUDITOR = "AUDITOR", "Reads everything, changes nothing."


class StaffState(Described):
    """Whether a member of staff may sign in."""

    ACTIVE = "ACTIVE", "May sign in."
    DISABLED = "DISABLED", "May not sign in any more."


class IdentifierKind(Described):
    """What somebody types to say who they are."""

    LOGIN_ID = "LOGIN_ID", "A number that the finance house handed out."
    EMAIL = "EMAIL", "An e-mail address."
    PHONE = "PHONE", "A mobile number."
    CARD_NUMBER = "CARD_NUMBER", "The number of a card."
    CREDIT_NUMBER = "CREDIT_NUMBER", "The number of a credit."
    FILE_NUMBER = "FILE_NUMBER", "The number of a file."
    EXTERNAL = "EXTERNAL", "An identity at an identity provider."


class CredentialKind(Described):
    """What proves who somebody is."""

    PASSWORD = "PASSWORD", "A password."
    PIN = "PIN", "A short code of digits."
    TOTP = "TOTP", "A code from an authenticator app."
    PASSKEY = "PASSKEY", "A passkey."


class CredentialState(Described):
    """Whether a secret counts."""

    PROVISIONAL = "PROVISIONAL", "Handed out by the house: opens nothing until it is replaced."
    ACTIVE = "ACTIVE", "It counts."
    SUPERSEDED = "SUPERSEDED", "A newer one has taken its place."
    REVOKED = "REVOKED", "It was taken away."


class PortalUser(Imported, Owned):
    """A person who signs in at a portal, inside one tenant. No rights by itself: those are profiles."""

    PREFIX = "usr"
    TYPENAME = "User"
    IS_NODE = True
    EXPORT = "users"
    UNREAD = (*Imported.UNREAD, "external_id", "source", "reach_version", "link_group_id", "source_state")

    party_id = columns.maybe_key()
    link_group_id = columns.maybe_key()
    display_name = columns.name()
    email = columns.maybe_email()
    locale = columns.text()
    state = columns.one_of(UserState)
    source_state = columns.maybe_text()
    reach_version = columns.whole(1)

    class Meta:
        table = "portal_user"

    async def identify(self, kind: IdentifierKind, value: str, at: datetime, country: str | None = None) -> "LoginIdentity":
        """Let this user sign in by this. Raises tortoise's `IntegrityError` when somebody else of the house does."""
        return await LoginIdentity.create(
            tenant_id=self.tenant_id, user_id=self.id, kind=kind, value=normalized(kind, value, country), created_at=at
        )

    async def set_secret(self, secret_hash: str, at: datetime) -> int:
        """Give this user this password, already hashed, in place of the one before: see `Credential.replace`."""
        return await Credential.replace(self.tenant_id, secret_hash, at, user_id=self.id)


EMAIL_TAKEN = Fault(("email",), "staff.email", "Somebody on the staff has this e-mail address.")


def _staff_faults(display_name: str, email: str, roles: list[StaffRole]) -> Iterator[Fault]:
    if not roles:
        yield Fault(("roles",), "staff.roles", "Somebody on the staff has at least one role.")
    if not NAME.of(display_name):
        yield Fault(("display_name",), "text.empty", "Give a name.")
    try:
        EMAIL.checked(email)
    except Unfit as unfit:
        yield Fault(("email",), unfit.rule, unfit.message)


class Staff(Owned):
    """A person who works for the finance house. Signs in beside the portals, and has no profiles."""

    PREFIX = "stf"
    TYPENAME = "Staff"
    IS_NODE = True
    UNREAD = ("reach_version", "created_at", "updated_at")

    display_name = columns.name()
    email = columns.email()
    roles = columns.texts()
    state = columns.one_of(StaffState)
    reach_version = columns.whole(1)
    created_at = columns.instant()
    updated_at = columns.instant()

    class Meta:
        table = "staff"

    @classmethod
    async def add(cls, tenant_id: UUID, display_name: str, email: str, roles: list[StaffRole], at: datetime) -> Self:
        """A new member of staff, who has no secret yet. Raises `Invalid`."""
        if faults := [*_staff_faults(display_name, email, roles), *await cls._email_faults(tenant_id, email)]:
            raise Invalid(tuple(faults))
        try:
            async with transaction():
                return await cls._with_login(tenant_id, display_name, email, roles, at)
        except IntegrityError:  # of two at the same time the database lets one in
            raise Invalid((EMAIL_TAKEN,)) from None

    @classmethod
    async def _with_login(cls, tenant_id: UUID, display_name: str, email: str, roles: list[StaffRole], at: datetime) -> Self:
        staff = await cls.create(
            tenant_id=tenant_id,
            display_name=display_name,
            email=email,
            roles=[role.value for role in roles],
            state=StaffState.ACTIVE,
            created_at=at,
            updated_at=at,
        )
        await LoginIdentity.create(
            tenant_id=tenant_id, staff_id=staff.id, kind=IdentifierKind.EMAIL, value=EMAIL.of(email), created_at=at
        )  # fmt: skip
        return staff

    @classmethod
    async def _email_faults(cls, tenant_id: UUID, email: str) -> list[Fault]:
        """Whether somebody has the address already, or signs in by it."""
        is_login = await LoginIdentity.exists(
            tenant_id=tenant_id, staff_id__isnull=False, kind=IdentifierKind.EMAIL, value=EMAIL.of(email)
        )  # fmt: skip
        return [EMAIL_TAKEN] if is_login or await cls.exists(tenant_id=tenant_id, email=email) else []

    async def set_secret(self, secret_hash: str, at: datetime) -> int:
        """Give this person this password, already hashed, in place of the one before: see `Credential.replace`."""
        return await Credential.replace(self.tenant_id, secret_hash, at, staff_id=self.id)


class LoginIdentity(Owned):
    """What somebody types to say who they are, in its one spelling."""

    PREFIX = "idt"
    TYPENAME = "LoginIdentity"
    UNREAD = ("created_at",)

    user_id = columns.maybe_key()
    staff_id = columns.maybe_key()
    kind = columns.one_of(IdentifierKind)
    value = columns.by_kind(LOGIN_FORMS)
    created_at = columns.instant()

    class Meta:
        table = "login_identity"


class Credential(Owned):
    """A secret, hashed. The web role may not read it: only the door's functions do."""

    PREFIX = "crd"
    TYPENAME = "Credential"

    user_id = columns.maybe_key()
    staff_id = columns.maybe_key()
    kind = columns.one_of(CredentialKind)
    state = columns.one_of(CredentialState)
    secret_hash = columns.text()
    expires_at = columns.maybe_instant()
    created_at = columns.instant()
    updated_at = columns.instant()

    class Meta:
        table = "credential"

    @classmethod
    async def replace(
        cls, tenant_id: UUID, secret_hash: str, at: datetime, *, user_id: UUID | None = None, staff_id: UUID | None = None
    ) -> int:
        """A new password of a user or a member of staff; the one before is superseded. Gives how many sessions that ended.

        Whoever knew the old one may have used it, so every session ends and no device is known any more; and whoever was locked out can
        come in again.
        """
        whose: dict[str, Any] = {"tenant_id": tenant_id, "user_id": user_id, "staff_id": staff_id}
        counts = CredentialState.ACTIVE
        async with transaction():
            current = cls.filter(**whose, kind=CredentialKind.PASSWORD, state__in=[CredentialState.PROVISIONAL, counts])
            await current.update(state=CredentialState.SUPERSEDED, updated_at=at)
            await cls.create(**whose, kind=CredentialKind.PASSWORD, state=counts, secret_hash=secret_hash, created_at=at, updated_at=at)
            await KnownDevice.filter(**whose).delete()
            await SignInBucket.forgive(tenant_id, user_id or staff_id)
            return await Session.filter(**whose, revoked_at=None).update(revoked_at=at)


def normalized(kind: IdentifierKind, typed: str, country: str | None = None) -> str:
    """The one spelling of an identifier. `country`, of the house, says how telephone numbers without one are read."""
    return LOGIN_FORMS[kind.value].of(typed, country)
