"""Failed attempts to sign in. Counted by the door's functions; the web role may not read them."""

from models import columns
from models.base import Keyed


class SignInBucket(Keyed):
    """Failures for one identifier, known or not, by a keyed hash of what was typed."""

    tenant_id = columns.key()
    bucket = columns.octets_key()
    failures = columns.whole(0)
    failures_in_all = columns.whole(0)
    locked_until_at = columns.maybe_instant()
    changed_at = columns.instant()

    class Meta:
        table = "sign_in_bucket"
