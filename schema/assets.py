"""Financed equipment."""

from datetime import date
from decimal import Decimal

import strawberry

from engine import answered_once_by
from models.assets import AssetCategory, AssetState
from resolvers import assets as resolve
from schema.connections import Connection
from schema.enums import shown
from schema.freshness import FromSource
from schema.money import Money
from schema.node import Node
from schema.ownership import OfContract

shown(AssetCategory, "What kind of equipment it is.")
shown(AssetState, "Where equipment is in its life.")
shown(resolve.AssetOrderField, "What equipment is sorted by.")


@strawberry.type(description="One thing, or several alike, that a contract pays for.")
class Asset(Node, OfContract, FromSource):
    designation: str = strawberry.field(description="What it is called, as on the contract.")
    category: AssetCategory = strawberry.field(description="What kind of equipment it is.")
    manufacturer: str | None = strawberry.field(description="Who made it.")
    model: str | None = strawberry.field(description="Which model of its maker.")
    serial_number: str | None = strawberry.field(description="The maker's serial number.")
    registration_plate: str | None = strawberry.field(description="The registration plate of a vehicle.")
    vin: str | None = strawberry.field(description="The vehicle identification number.")
    quantity: Decimal = strawberry.field(description="How many of it there are.")
    supplier: str | None = strawberry.field(description="Who sold it to the finance house.")
    purchase: Money | None = strawberry.field(name="purchasePrice", description="What it was bought for, without VAT.")
    purchase_vat: Money | None = strawberry.field(description="The VAT on that.")
    delivered_on: date | None = strawberry.field(description="The day it was delivered.")
    location_street: str | None = strawberry.field(description="Where it stands: street and house number.")
    location_postal_code: str | None = strawberry.field(description="Where it stands: postal code.")
    location_city: str | None = strawberry.field(description="Where it stands: city.")
    location_country: str | None = strawberry.field(description="Where it stands: country, by the two letters of ISO 3166-1.")
    insurance_policy_number: str | None = strawberry.field(description="The policy it is insured by.")
    state: AssetState = strawberry.field(description="Where it is in its life.")


@strawberry.type
class AssetQuery:
    asset: Asset | None = answered_once_by(resolve.asset, "One piece of equipment; null when you reach none by this id.")
    assets: Connection[Asset] = answered_once_by(resolve.assets, "All equipment that you reach, of all accounts.")
