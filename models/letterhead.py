"""Letterhead and address of a paper about a contract: whose brand, to whom, about what."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

from models.accounts import Account
from models.contracts import Contract
from models.parties import Address, AddressKind, Party, PartyKind
from models.portal_rules import PortalRules
from models.portals import Portal, PortalPolicy, Tenant

BY_KIND = (AddressKind.REGISTERED_OFFICE, AddressKind.HOME, AddressKind.BILLING)


@dataclass(frozen=True)
class Letter:
    """What all papers about one contract begin with. `facts` are those of `channels.papers.Paper`, but for language, day and code."""

    issuer: str
    brand: str
    holder_kind: PartyKind
    facts: dict[str, Any]
    today: date

    @classmethod
    async def about(cls, contract: Contract, today: date, at: datetime) -> Self:
        """As of now. The brand is that of the contract's portal, else of the account's, else of the house's default one.

        The address is the holder's, where whoever asks may see it: a paper shows no guarantor what the portal does not.
        """
        tenant_id = contract.tenant_id
        house = await Tenant.get(id=tenant_id)
        account = await Account.get(tenant_id=tenant_id, id=contract.account_id)
        portal = await Portal.get_or_none(tenant_id=tenant_id, id=contract.portal_id or account.portal_id or house.default_portal_id)
        rules = await _rules_of(portal, at)
        holder = await Party.get(tenant_id=tenant_id, id=contract.holder_id)
        addresses = await Address.filter(tenant_id=tenant_id, party_id=holder.id).order_by("id")
        address = _best([address for address in addresses if _is_valid(address, today)])
        brand = portal.brand if portal else house.legal_name
        facts = {
            "house": {
                "brand": brand,
                "legal_name": house.legal_name,
                "country": house.country,
                "contact": [line for line in (rules.contact.phone, rules.contact.email, rules.contact.hours) if line],
                "verify_at": next(iter(rules.official_hosts), None),
            },
            "addressee": [holder.legal_name, *(_lines(address) if address else [])],
            "addressee_country": address.country if address else None,
            "account_number": account.number,
            "contract_number": contract.shown_number,
            "contract_kind": contract.kind.value,
            "product": contract.product,
            "currency": contract.currency,
            "time_zone": rules.time_zone,
        }
        return cls(house.legal_name, brand, holder.kind, facts, today)


async def _rules_of(portal: Portal | None, at: datetime) -> PortalRules:
    """The record that holds there now."""
    if portal is None:
        return PortalRules.default()
    policy = await PortalPolicy.filter(tenant_id=portal.tenant_id, portal_id=portal.id, valid_from_at__lte=at).order_by("-version").first()
    return PortalRules.from_json(policy.record) if policy else PortalRules.default()


def _is_valid(address: Address, today: date) -> bool:
    return (address.valid_from_on is None or address.valid_from_on <= today) and (
        address.valid_to_on is None or today <= address.valid_to_on
    )


def _best(addresses: list[Address]) -> Address | None:
    return min(addresses, key=lambda address: BY_KIND.index(address.kind), default=None)


def _lines(address: Address) -> list[str]:
    city = " ".join(part for part in (address.postal_code, address.city) if part)
    return [line for line in (address.street, address.street_2, city) if line]
