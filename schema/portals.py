"""What anyone may know of a portal before signing in."""

from decimal import Decimal

import strawberry

from engine import SIZE, answered_by, answered_once_by
from models import Feature, IdentifierKind, PrimaryFactor, SecondFactor, SensitiveOperation
from resolvers import portals as resolve
from schema.enums import shown
from schema.scalars import CurrencyCode, Locale

shown(IdentifierKind, "What somebody types to say who they are.")
shown(PrimaryFactor, "How somebody proves who they are.")
shown(SecondFactor, "How somebody proves it a second time.")
shown(Feature, "What a portal can offer. What it does offer is in its `features`.")
shown(resolve.PortalStatus, "Whether a portal can be used.")
shown(SensitiveOperation, "What takes a second factor.")


@strawberry.type(description="Who runs a portal.")
class FinanceHouse:
    key: str = strawberry.field(description="Its short name, with which its staff sign in.")
    legal_name: str = strawberry.field(description="Its name in law.")
    country: str = strawberry.field(description="Where it is: two letters of ISO 3166.")
    currency: CurrencyCode = strawberry.field(description="What it keeps its books in.")


@strawberry.type(description="What a new secret must have.")
class SecretRules:
    min_length: int = strawberry.field(description="How many characters at least.")
    upper: int = strawberry.field(description="How many capital letters at least.")
    lower: int = strawberry.field(description="How many small letters at least.")
    digits: int = strawberry.field(description="How many digits at least.")
    punctuation: int = strawberry.field(description="How many other characters at least.")
    exact_digits: int | None = strawberry.field(description="How many digits exactly, where a secret is digits and nothing else.")


@strawberry.type(description="How somebody signs in at a portal.")
class SignIn:
    identifier_kinds: list[IdentifierKind] = strawberry.field(description="What may be typed to say who one is.")
    primary_factors: list[PrimaryFactor] = strawberry.field(
        description="How one proves it: one of these. Only PASSWORD opens a session so far: where it is missing, nobody can sign in yet."
    )
    second_factors: list[SecondFactor] = strawberry.field(description="How one proves it a second time, where that is asked: one of these.")
    secret_rules: SecretRules = strawberry.field(description="What a new secret must have.")


@strawberry.type(description="How customers reach the people behind a portal.")
class PortalContact:
    email: str | None = strawberry.field(description="By mail.")
    phone: str | None = strawberry.field(description="By telephone.")
    hours: str | None = strawberry.field(description="When somebody answers.")


@strawberry.type(description="A credit that may be simulated at a portal. Amounts are in the portal's currency.")
class CreditProduct:
    key: str = strawberry.field(description="Its short name: `product` of a simulation.")
    name: str = strawberry.field(description="What the portal calls it.")
    min_amount: Decimal = strawberry.field(description="The least that may be borrowed.")
    max_amount: Decimal = strawberry.field(description="The most that may be borrowed.")
    min_months: int = strawberry.field(description="The shortest duration.")
    max_months: int = strawberry.field(description="The longest duration.")
    nominal_rate_percent: Decimal = strawberry.field(description="The nominal yearly rate: 4.80 for 4.8 %.")
    fee_amount: Decimal = strawberry.field(name="fee", description="The fee that is kept back when the credit is paid out.")


@strawberry.type(description="A front door of a finance house: what holds there, as far as anyone may know.")
class Portal:
    key: str = strawberry.field(description="Its short name, of which there is one everywhere.")
    brand: str = strawberry.field(description="What it calls itself.")
    status: resolve.PortalStatus = answered_by(resolve.status, "Whether it can be used.")
    maintenance_notice: str | None = strawberry.field(description="What to tell people while it is being worked on.")
    tenant: FinanceHouse = strawberry.field(name="financeHouse", description="Who runs it.")
    locales: list[Locale] = strawberry.field(description="The languages it speaks, the usual one first.")
    time_zone: str = strawberry.field(description="Where its days begin and end, as in the IANA list: Europe/Brussels.")
    currency: CurrencyCode = strawberry.field(description="What its amounts are in, unless they say otherwise.")
    sign_in: SignIn = strawberry.field(description="How somebody signs in.")
    idle_minutes: int = strawberry.field(description="After how many minutes without use a session ends.")
    absolute_minutes: int = strawberry.field(description="After how many minutes a session ends, however much it is used.")
    sensitive_operations: list[SensitiveOperation] = strawberry.field(description="What takes a second factor.")
    features: list[Feature] = strawberry.field(description="What it offers.")
    document_window_months: int = strawberry.field(
        description="How many months of documents the root list `documents` shows unless a filter of days is given."
    )
    payment_window_months: int = strawberry.field(
        description="How many months of payments the root list `payments` shows unless a filter of days is given."
    )
    credit_products: list[CreditProduct] = strawberry.field(
        description="The credits that may be simulated here: at most 20.", metadata={SIZE: 20}
    )
    senders: list[str] = strawberry.field(description="The addresses its mails come from. Others are not its own.")
    official_hosts: list[str] = strawberry.field(description="The hosts it is found at. Others are not its own.")
    contact: PortalContact = strawberry.field(description="How to reach the people behind it.")


@strawberry.type
class PortalQuery:
    portal: Portal | None = answered_once_by(resolve.portal, "What anyone may know of a portal. Null when there is none. Anyone.")
