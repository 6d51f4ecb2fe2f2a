"""Keys of a reach that are too many to travel with every statement."""

from tortoise.models import Model

from models import columns


class ReachSet(Model):
    """Accounts or parties that somebody reaches. Never changed: the id is made of the keys, so all who reach the same share one.

    Nobody reads or writes it but functions of the database: see `models/migrations/reaches`.
    """

    id = columns.row_id()
    tenant_id = columns.key()
    keys = columns.keys()
    used_at = columns.instant()

    class Meta:
        table = "reach_set"
