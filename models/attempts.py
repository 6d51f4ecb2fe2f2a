"""Attempts to sign in, and the devices they succeeded on. Written by the door's functions; the web role may not read them."""

from uuid import UUID

from models import columns
from models.base import Keyed, Owned


class SignInBucket(Keyed):
    """Failures for one identifier, known or not, by a keyed hash of its normal form, or for one known device."""

    tenant_id = columns.key()
    bucket = columns.octets_key()
    failures = columns.whole(0)
    failures_in_all = columns.whole(0)  # since the last success
    locks = columns.whole(0)  # since the last success or quiet day: each lasts twice as long as the one before
    locked_until_at = columns.maybe_instant()
    subject_id = columns.maybe_key()  # whose identifier it is, where somebody has it
    changed_at = columns.instant()

    class Meta:
        table = "sign_in_bucket"

    @classmethod
    async def forgive(cls, tenant_id: UUID, subject_id: UUID | None) -> int:
        """Count nothing against somebody any more: their locks end. Gives how many counts there were."""
        return await cls.filter(tenant_id=tenant_id, subject_id=subject_id).delete() if subject_id else 0


class SignInBudget(Keyed):
    """What an address or a network has used of its attempts a minute, by a keyed hash. It belongs to no tenant."""

    bucket = columns.octets_key()
    busy_until_at = columns.instant()

    class Meta:
        table = "sign_in_budget"


class KnownDevice(Owned):
    """A device on which somebody has signed in: its failures are counted apart, so that no stranger locks its owner out there."""

    PREFIX = "dev"
    TYPENAME = "KnownDevice"
    CLOSED = ("token_hash",)

    user_id = columns.maybe_key()
    staff_id = columns.maybe_key()
    created_at = columns.instant()
    last_used_at = columns.instant()

    class Meta:
        table = "known_device"
