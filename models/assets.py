"""Financed equipment."""

from decimal import Decimal

from models import columns
from models.base import Imported, InAccount
from models.money import money
from models.words import Described


class AssetCategory(Described):
    """What kind of equipment it is."""

    VEHICLE = "VEHICLE", "Cars, vans and lorries."
    IT = "IT", "Computers and networks."
    OFFICE = "OFFICE", "Furniture, copiers and the like."
    MACHINERY = "MACHINERY", "Machines that make things."
    MATERIAL_HANDLING = "MATERIAL_HANDLING", "Fork-lifts, cranes and the like."
    AGRICULTURE = "AGRICULTURE", "Tractors and farm machines."
    MEDICAL = "MEDICAL", "Medical devices."
    CONSTRUCTION = "CONSTRUCTION", "Diggers and building machines."
    OTHER = "OTHER", "Anything else."


class AssetState(Described):
    """Where an asset is in its life."""

    ORDERED = "ORDERED", "Ordered, and not there yet."
    DELIVERED = "DELIVERED", "Delivered, and not yet accepted."
    IN_USE = "IN_USE", "In use."
    RETURNED = "RETURNED", "Given back."
    SOLD = "SOLD", "Sold."
    LOST = "LOST", "Lost, stolen or destroyed."


class Asset(Imported, InAccount):
    """One thing, or several alike, that a contract pays for."""

    PREFIX = "ast"
    TYPENAME = "Asset"
    IS_NODE = True
    EXPORT = "assets"
    UNREAD = (*Imported.UNREAD, "search_serial_number")

    contract_id = columns.key()
    designation = columns.text()
    sort_designation = columns.search_key()
    category = columns.one_of(AssetCategory)
    manufacturer = columns.maybe_text()
    model = columns.maybe_text()
    serial_number = columns.maybe_number()  # the maker's; cranes have one, chairs do not
    search_serial_number = columns.search_key()
    registration_plate = columns.maybe_number()
    vin = columns.maybe_number()
    quantity = columns.exact(Decimal(1))
    supplier = columns.maybe_text()
    currency = columns.text()
    purchase_amount = columns.maybe_amount()
    purchase_vat_amount = columns.maybe_amount()
    delivered_on = columns.maybe_day()
    location_street = columns.maybe_text()
    location_postal_code = columns.maybe_text()
    location_city = columns.maybe_text()
    location_country = columns.maybe_text()
    insurance_policy_number = columns.maybe_number()
    state = columns.one_of(AssetState)

    class Meta:
        table = "asset"

    purchase = money("purchase_amount")
    purchase_vat = money("purchase_vat_amount")
