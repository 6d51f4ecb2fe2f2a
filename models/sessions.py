"""Who is signed in, and on which device."""

from datetime import datetime, timedelta

from models import columns
from models.base import Conflict, Owned
from models.words import Described


class SessionRealm(Described):
    """Which kind of person a session is of."""

    CUSTOMER = "CUSTOMER", "A customer's user."
    STAFF = "STAFF", "A member of the finance house's staff."


class Assurance(Described):
    """How somebody proved who they are."""

    PASSWORD = "PASSWORD", "With a password."
    TWO_FACTOR = "TWO_FACTOR", "With a password and a second factor."
    PASSKEY = "PASSKEY", "With a passkey."
    EXTERNAL = "EXTERNAL", "Through an identity provider."
    TOKEN = "TOKEN", "With a token that an operator made."


class Session(Owned):
    """One person on one device, for a while. Made and prolonged by the door's functions only."""

    PREFIX = "ses"
    TYPENAME = "Session"
    IS_NODE = True
    CLOSED = ("token_hash",)

    realm = columns.one_of(SessionRealm)
    user_id = columns.maybe_key()
    staff_id = columns.maybe_key()
    portal_id = columns.maybe_key()
    assurance = columns.one_of(Assurance)
    strong_until_at = columns.maybe_instant()
    created_at = columns.instant()
    last_seen_at = columns.instant()
    idle_minutes = columns.whole()
    ends_at = columns.instant()
    device_name = columns.maybe_text()
    address = columns.maybe_text()
    user_agent = columns.maybe_text()
    revoked_at = columns.maybe_instant()

    class Meta:
        table = "session"

    @property
    def idle_expires_at(self) -> datetime:
        """When it ends unless it is used before. The door's functions in SQL count the same way."""
        return min(self.last_seen_at + timedelta(minutes=self.idle_minutes), self.ends_at)

    async def revoke(self, at: datetime) -> None:
        """End it now. Raises `Conflict` when it was ended before."""
        if self.revoked_at is not None:
            raise Conflict("This session has already been ended.", rule="session.revoked")
        self.revoked_at = at
        await self.keep("revoked_at")
