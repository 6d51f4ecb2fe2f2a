"""What was done, by whom: written in the transaction of the change itself, and never changed."""

from models import columns
from models.base import Owned
from models.words import Described


class AuditRealm(Described):
    """As what somebody acted."""

    STRANGER = "STRANGER", "Somebody not signed in."
    CUSTOMER = "CUSTOMER", "A customer's user."
    STAFF = "STAFF", "A member of staff."
    JOB = "JOB", "The system itself."
    OPERATOR = "OPERATOR", "Whoever runs the installation."


class AuditEvent(Owned):
    """One act on one thing. The seal, which chains it to the event before, is put on later by a job."""

    PREFIX = "evt"
    TYPENAME = "AuditEvent"
    UNREAD = ("previous_hash",)

    account_id = columns.maybe_key()
    realm = columns.one_of(AuditRealm)
    user_id = columns.maybe_key()
    staff_id = columns.maybe_key()
    session_id = columns.maybe_key()
    action = columns.text()
    target_type = columns.maybe_text()
    target_id = columns.maybe_key()
    changes = columns.document()
    address = columns.maybe_text()
    request_id = columns.maybe_text()
    at = columns.instant()
    sequence = columns.maybe_big()
    previous_hash = columns.maybe_octets()
    hash = columns.maybe_octets()

    class Meta:
        table = "audit_event"
