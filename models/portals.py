"""Finance houses and their front doors."""

from tortoise import fields
from tortoise.models import Model

from models import columns
from models.base import Keyed, Owned


class Installation(Model):
    """What this database is: one row, written when it is filled. The demo refuses to touch any other."""

    id = fields.SmallIntField(primary_key=True, generated=False, default=1)
    is_demo = columns.flag()
    created_at = columns.instant()

    class Meta:
        table = "installation"


class Tenant(Owned):
    """A finance house: the hard wall. It is its own tenant."""

    PREFIX = "ten"
    TYPENAME = "Tenant"
    UNREAD = ("default_portal_id", "created_at")

    tenant_id = columns.derived_key()
    key = columns.text()
    legal_name = columns.text()
    country = columns.text()
    currency = columns.text()
    default_portal_id = columns.maybe_key()
    created_at = columns.instant()

    class Meta:
        table = "tenant"


class Portal(Owned):
    """A front door of a house: a brand, hosts, and one policy record."""

    PREFIX = "por"
    TYPENAME = "Portal"
    UNREAD = ("created_at",)

    key = columns.text()
    brand = columns.text()
    preset = columns.text()
    maintenance_notice = columns.maybe_text()
    created_at = columns.instant()

    class Meta:
        table = "portal"


class PortalPolicy(Keyed):
    """One version of the policy record of a portal: see `models/policies.py`. Its key is portal and version."""

    tenant_id = columns.key()
    portal_id = columns.parent_id()
    version = columns.whole()
    record = columns.document()
    valid_from_at = columns.instant()

    class Meta:
        table = "portal_policy"


class PortalHost(Model):
    """A host that leads to a portal, or its key as `portal:<key>`. Known before there is a tenant, so it has no wall."""

    name = columns.text_key()
    tenant_id = columns.key()
    portal_id = columns.key()

    class Meta:
        table = "portal_host"
