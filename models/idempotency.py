"""What a call gave, for whoever repeats it."""

from models import columns
from models.base import Keyed


class IdempotencyRecord(Keyed):
    """The outcome of one call, by the caller's own key. Its key is actor and key."""

    tenant_id = columns.key()
    actor_id = columns.key()
    key = columns.text_key()
    action = columns.text()
    fingerprint = columns.octets()
    outcome = columns.document()
    created_at = columns.instant()
    expires_at = columns.instant()

    class Meta:
        table = "idempotency_record"
