"""Finance houses and their front doors."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from tortoise import fields
from tortoise.models import Model

from finance.currencies import has_cents
from models import columns
from models.base import Fault, Invalid, Keyed, Owned
from models.connecting import transaction
from models.money import NO_CENTS
from models.portal_rules import PortalRules
from models.presets import DEFAULT, PRESETS

KEY = re.compile(r"[a-z][a-z0-9-]{1,31}", re.ASCII)
HOST = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*", re.ASCII)


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
    UNREAD = ("created_at",)

    tenant_id = columns.derived_key()
    key = columns.text()
    legal_name = columns.text()
    country = columns.text()
    currency = columns.text()
    default_portal_id = columns.maybe_key()
    created_at = columns.instant()

    class Meta:
        table = "tenant"

    @classmethod
    async def add(cls, key: str, legal_name: str, country: str, currency: str, at: datetime) -> Self:
        """A new house, without portals yet. Raises `Invalid`."""
        faults = _key_faults(key)
        if not legal_name.strip():
            faults.append(Fault(("legal_name",), "text.empty", "Give the legal name."))
        if not re.fullmatch("[A-Z]{2}", country):
            faults.append(Fault(("country",), "country.format", "A country is two capital letters: BE."))
        if not re.fullmatch("[A-Z]{3}", currency):
            faults.append(Fault(("currency",), "currency.format", "A currency is three capital letters: EUR."))
        if not has_cents(currency):
            faults.append(Fault(("currency",), "currency.decimals", NO_CENTS))
        if not faults and await cls.exists(key=key):
            faults.append(Fault(("key",), "tenant.key", "Another house has this key."))
        if faults:
            raise Invalid(tuple(faults))
        return await cls.create(key=key, legal_name=legal_name, country=country, currency=currency, created_at=at)


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

    @classmethod
    async def add(
        cls,
        tenant: Tenant,
        key: str,
        brand: str,
        at: datetime,
        preset: str = DEFAULT,
        hosts: Iterable[str] = (),
        changes: dict[str, Any] | None = None,
    ) -> Self:
        """A new front door with the rules of a preset, which `changes` may bend as far as the floor. Raises `Invalid`.

        The first portal of a house is its default one.
        """
        named = [host.lower() for host in hosts]
        if faults := await _portal_faults(tenant, key, preset, named):
            raise Invalid(tuple(faults))
        rules = PortalRules.checked(_record(tenant, preset, named) | (changes or {}))
        async with transaction():
            portal = await cls.create(tenant_id=tenant.id, key=key, brand=brand, preset=preset, created_at=at)
            await portal.govern(rules, at)
            names = [*named, f"portal:{key}"]
            await PortalHost.bulk_create([PortalHost(name=name, tenant_id=tenant.id, portal_id=portal.id) for name in names])
            if tenant.default_portal_id is None:
                tenant.default_portal_id = portal.id
                await Tenant.filter(id=tenant.id).update(default_portal_id=portal.id)
        return portal

    async def govern(self, rules: PortalRules, at: datetime) -> None:
        """From now on these rules hold here. The earlier ones are kept. Raises `Invalid` below the floor."""
        record = PortalRules.checked(rules.to_json()).to_json()
        latest = await PortalPolicy.filter(tenant_id=self.tenant_id, portal_id=self.id).order_by("-version").first()
        version = latest.version + 1 if latest else 1
        policy = PortalPolicy(tenant_id=self.tenant_id, portal_id=self.id, version=version, record=record, valid_from_at=at)
        await PortalPolicy.bulk_create([policy])

    async def rules(self, at: datetime) -> PortalRules:
        """The rules that hold here then."""
        valid = PortalPolicy.filter(tenant_id=self.tenant_id, portal_id=self.id, valid_from_at__lte=at)
        record = await valid.order_by("-version").first()
        return PortalRules.from_json(record.record) if record else PortalRules.default()


class PortalPolicy(Keyed):
    """One version of the policy record of a portal: see `models/portal_rules.py`. Its key is portal and version."""

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


def _key_faults(key: str) -> list[Fault]:
    is_fine = KEY.fullmatch(key) is not None
    return [] if is_fine else [Fault(("key",), "key.format", "A key is 2 to 32 small letters, digits and dashes, a letter first.")]


async def _portal_faults(tenant: Tenant, key: str, preset: str, hosts: list[str]) -> list[Fault]:
    faults = _key_faults(key)
    if preset not in PRESETS:
        faults.append(Fault(("preset",), "portal.preset", f"There is no such preset. There are: {', '.join(PRESETS)}."))
    for i, host in enumerate(hosts):
        if not HOST.fullmatch(host):
            faults.append(Fault(("hosts", i), "host.format", "This is no host name."))
    taken = {known.name for known in await PortalHost.filter(name__in=[*hosts, f"portal:{key}"])}
    faults += [Fault(("hosts", i), "portal.host", "Another portal has this host.") for i, host in enumerate(hosts) if host in taken]
    if f"portal:{key}" in taken or await Portal.exists(tenant_id=tenant.id, key=key):
        faults.append(Fault(("key",), "portal.key", "Another portal has this key."))
    return faults


def _record(tenant: Tenant, preset: str, hosts: list[str]) -> dict[str, Any]:
    """The preset's record; the safe one takes country and currency from the house."""
    record = PRESETS[preset].to_json() | {"official_hosts": hosts}
    return record | {"calendar": tenant.country, "currency": tenant.currency} if preset == DEFAULT else record
