"""What is financed and stays the lessor's: finance leases, rentals and hire purchases, with the equipment itself."""

from datetime import date, timedelta
from decimal import Decimal

from server.generator import identifiers
from server.generator.catalogue import CARS, CATALOGUE, Equipment
from server.generator.contracts import Account, Contract, begun, conclude, follow, outstanding
from server.generator.desk import Desk
from server.generator.dues import Due
from server.generator.plans import NOTHING, Terms, cents, months_after, regular_payment

PRODUCTS = {"FINANCE_LEASE": "Finance lease", "HIRE_PURCHASE": "Hire purchase", "RENTAL": "Full-service rental"}
OPTION_DAYS = 60  # before the end, the purchase option may be exercised
NOTICE_MONTHS = 3
# The supplier is a company of the trade that delivers to many.
SUPPLIERS = ("Handelsmaatschappij Zilverberg", "Comptoir des Machines", "Distri Technic", "Equipements Marolles")


def lease(desk: Desk, account: Account, kind: str, shown: int | None) -> Contract:
    """One contract of this kind over one kind of equipment."""
    rng = desk.rng
    equipment = rng.choice(CATALOGUE if account.holder.is_company else CARS)
    prices = [equipment.price(rng) for _ in range(rng.randint(1, equipment.most_pieces))]
    months = rng.choice(equipment.months)
    contract = begun(desk, account, kind, months, shown)
    if kind == "RENTAL":
        rent_out(desk, contract, sum(prices, NOTHING), months)
    else:
        finance(desk, contract, equipment, sum(prices, NOTHING), months)
    write_assets(desk, contract, equipment, prices)
    return contract


def finance(desk: Desk, contract: Contract, equipment: Equipment, price: Decimal, months: int) -> None:
    """A finance lease with VAT on every rent; a hire purchase, where VAT was paid with the price."""
    rng, is_lease = desk.rng, contract.kind == "FINANCE_LEASE"
    every = rng.choice((6, 12)) if equipment.is_seasonal and is_lease else rng.choice((1, 1, 1, 1, 3))
    every = every if months % every == 0 and contract.account.holder.is_company else 1
    is_advance = is_lease and rng.random() < 0.7
    terms = Terms(
        principal=price,
        rate_percent=rate(desk, price),
        months=months,
        starts_on=contract.starts_on,
        every=every,
        is_advance=is_advance,
        first_rent=cents(price / 10) if is_advance and every == 1 and rng.random() < 0.4 else None,
        residual=cents(price * rng.choice((1, 1, 2, 5, 10)) / 100) if is_lease else NOTHING,
        vat_percent=desk.house.vat_percent if is_lease else NOTHING,
    )
    follow(desk, contract, terms)
    rent = regular_payment(terms)
    ends_on = months_after(contract.starts_on, months) - timedelta(days=1)
    contract.columns = {
        "product": PRODUCTS[contract.kind],
        "ends_on": ends_on,
        "duration_months": months,
        "periodicity_months": every,
        "timing": "ADVANCE" if is_advance else "ARREARS",
        "financed_amount": price,
        "first_rent_amount": terms.first_rent,
        "nominal_rate_percent": terms.rate_percent,
        "outstanding_principal_amount": outstanding(contract),
        **({**rents(desk, rent), **option(terms.residual, ends_on)} if is_lease else {"installment_amount": rent}),
    }


def rate(desk: Desk, price: Decimal) -> Decimal:
    """Yearly and nominal: the more is financed, the less it costs."""
    base = Decimal("7.2") if price < 20_000 else Decimal("5.9") if price < 80_000 else Decimal("4.6")
    return base + Decimal(desk.rng.randrange(-6, 7) * 5) / 100


def rents(desk: Desk, rent: Decimal) -> dict[str, object]:
    vat = desk.house.vat_percent
    return {"rent_excl_vat_amount": rent, "rent_incl_vat_amount": rent + cents(rent * vat / 100), "vat_percent": vat}


def option(residual: Decimal, ends_on: date) -> dict[str, object]:
    return {
        "residual_value_amount": residual,
        "purchase_option_amount": residual,
        "purchase_option_from_on": ends_on - timedelta(days=OPTION_DAYS),
        "purchase_option_to_on": ends_on,
    }


def rent_out(desk: Desk, contract: Contract, price: Decimal, months: int) -> None:
    """A rental: the rent says nothing of capital and interest, and companies pay for maintenance beside it."""
    rent = cents(price * Decimal("1.16") / months)
    vat = cents(rent * desk.house.vat_percent / 100)
    contract.service = cents(rent * Decimal("0.12")) if desk.house.is_invoicing else NOTHING
    if not contract.is_ahead:
        extra = contract.service + cents(contract.service * desk.house.vat_percent / 100)
        starts = (months_after(contract.starts_on, place) for place in range(months))
        contract.dues = [Due(number, day, rent, vat, extra=extra) for number, day in enumerate(starts, 1)]
        conclude(desk, contract)
    if contract.state == "ACTIVE" and desk.rng.random() < 0.08:
        contract.state = "NOTICE"
    contract.columns = {
        "product": PRODUCTS["RENTAL"],
        "ends_on": months_after(contract.starts_on, months) - timedelta(days=1),
        "notice_months": NOTICE_MONTHS,
        "renewal_rule": "Renewed for twelve months unless notice is given.",
        "duration_months": months,
        "periodicity_months": 1,
        "timing": "ADVANCE",
        **rents(desk, rent),
    }


def write_assets(desk: Desk, contract: Contract, equipment: Equipment, prices: list[Decimal]) -> None:
    """Each piece with its own serial number, and a vehicle with its plate and identification."""
    rng, holder = desk.rng, contract.account.holder
    brand = rng.choice(equipment.brands)
    delivered_on = None if contract.is_ahead else contract.starts_on - timedelta(days=rng.randrange(0, 12))
    for place, price in enumerate(prices, 1):
        asset = f"{contract.id}-A{place}"
        contract.assets.append(asset)
        year = contract.starts_on.year
        desk.out.row(
            "assets",
            external_id=asset,
            contract=contract.id,
            designation=equipment.designation.get(contract.account.language, equipment.designation["en"]),
            category=equipment.category,
            manufacturer=brand.name,
            model=rng.choice(brand.models),
            serial_number=brand.serial_number(rng, year),
            registration_plate=identifiers.registration_plate(holder.country, rng) if equipment.is_registered and delivered_on else None,
            vin=identifiers.vin(rng, brand.vin_maker, year) if brand.vin_maker else None,
            quantity=1,
            supplier=rng.choice(SUPPLIERS),
            currency=desk.house.currency,
            purchase_amount=price,
            purchase_vat_amount=cents(price * desk.house.vat_percent / 100),
            delivered_on=delivered_on,
            location_street=holder.street,
            location_postal_code=holder.town[0],
            location_city=holder.town[1],
            location_country=holder.country,
            insurance_policy_number=f"POL-{identifiers.digits(rng, 8)}" if rng.random() < 0.5 else None,
            state=asset_state(desk, contract),
        )


def asset_state(desk: Desk, contract: Contract) -> str:
    if contract.is_ahead:
        return "ORDERED"
    ends = {"BOUGHT_OUT": "SOLD", "RETURNED": "RETURNED", "EARLY_SETTLED": "SOLD"}
    return ends.get(contract.state) or ("LOST" if desk.rng.random() < 0.01 else "IN_USE")
