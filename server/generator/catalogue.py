"""What a leasing house finances: kinds of equipment with price bands, lives, and brands that do not exist."""

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from server.generator import identifiers


@dataclass(frozen=True)
class Brand:
    """A manufacturer, its models, and how it writes a serial number: L a letter, Y a digit of the year, 9 a digit."""

    name: str
    models: tuple[str, ...]
    serial_pattern: str
    vin_maker: str | None = None

    def serial_number(self, rng: Random, year: int) -> str:
        years = iter(f"{year % 100:02d}")
        signs = {"L": lambda: rng.choice(identifiers.LETTERS), "Y": lambda: next(years), "9": lambda: str(rng.randrange(10))}
        return "".join(signs.get(sign, lambda sign=sign: sign)() for sign in self.serial_pattern)


@dataclass(frozen=True)
class Equipment:
    """One kind of asset: its price excluding VAT, and for how many months it is usually financed."""

    designation: dict[str, str]
    category: str
    cheapest: int
    dearest: int
    months: tuple[int, ...]
    brands: tuple[Brand, ...]
    most_pieces: int = 1
    is_registered: bool = False
    is_seasonal: bool = False

    def price(self, rng: Random) -> Decimal:
        """Between the bounds, more often near the lower one, as price lists write it: in steps of fifty."""
        spread = self.dearest - self.cheapest
        return Decimal(self.cheapest + int(spread * rng.random() ** 2) // 50 * 50)


NORDLIFT = Brand("Nordlift", ("NL 16 E", "NL 25 Hybrid", "NL 35 D"), "NLYY-999999")
HEFTRA = Brand("Heftra", ("Apex 1.6", "Apex 2.0 Li", "Reach 14"), "LLLYY999999")
KOPIRA = Brand("Kopira", ("Office C3301", "Office C5502", "Production P90"), "KPYY999999L")
BUREX = Brand("Burex", ("M420 Color", "M650", "Studio X"), "BX-YY-999999")
AGRONA = Brand("Agrona", ("Terra 130", "Terra 180", "Terra 240 Vario"), "AGYYL99999", "ZAG")
MAISSAC = Brand("Maissac", ("Moisson 600", "Moisson 800"), "MSYY99999", "ZMS")
VELUNE = Brand("Velune Medical", ("Sona 5", "Sona 7 Cardio", "Sona Compact"), "VM-YY-LL9999")
RADIANTIS = Brand("Radiantis", ("Panora 3D", "Tomis 64"), "RDYY999999LL")
BERLANE = Brand("Berlane", ("Cargo L2H2", "Cargo L3H2", "City e-Van"), "BLYY9999999", "ZBL")
TORVIK = Brand("Torvik", ("Transit One", "Hauler 18t", "Hauler 26t"), "TVYY9999999", "ZTV")
CITELLE = Brand("Citelle", ("Una", "Duo Hybrid", "Tera Break", "Volta"), "CTYY9999999", "ZCT")
QUADRIS = Brand("Quadris", ("R240 Rack", "R440 Rack", "Blade 8"), "LL9YY99LLL")
NIMBRA = Brand("Nimbra", ("Book 14 Pro", "Desk Mini", "Book 16 CAD"), "NBYYL999LLL")
ESTOMEC = Brand("Estomec", ("VMC 850", "VMC 1200 5-axis", "Lathe T42"), "ES/YY/99999")
PLIANE = Brand("Pliane", ("Press 110", "Press 220 CNC"), "PLYY-99999")
GRAVELO = Brand("Gravelo", ("Mini 18", "Mini 35 ZTS", "Loader 75"), "GVYYL999999")
FOURNIL = Brand("Fournil & Cie", ("Deck 4", "Rotor 12", "Mix 80"), "FCYY99999")
SOLENA = Brand("Solena", ("Roof 50 kWp", "Roof 120 kWp", "Store 60 kWh"), "SOLYY999999")

CATALOGUE = (
    Equipment(
        {"nl": "Elektrische heftruck", "fr": "Chariot élévateur électrique", "en": "Electric forklift"},
        "MATERIAL_HANDLING",
        18_000,
        62_000,
        (48, 60, 72),
        (NORDLIFT, HEFTRA),
        most_pieces=3,
    ),
    Equipment(
        {"nl": "Multifunctionele kopieermachine", "fr": "Copieur multifonction", "en": "Multifunction copier"},
        "OFFICE",
        2_400,
        24_000,
        (36, 48, 60),
        (KOPIRA, BUREX),
        most_pieces=4,
    ),
    Equipment(
        {"nl": "Landbouwtractor", "fr": "Tracteur agricole", "en": "Farm tractor"},
        "AGRICULTURE",
        65_000,
        240_000,
        (60, 72, 84),
        (AGRONA,),
        is_registered=True,
        is_seasonal=True,
    ),
    Equipment(
        {"nl": "Maaidorser", "fr": "Moissonneuse-batteuse", "en": "Combine harvester"},
        "AGRICULTURE",
        180_000,
        420_000,
        (72, 84),
        (MAISSAC, AGRONA),
        is_registered=True,
        is_seasonal=True,
    ),
    Equipment(
        {"nl": "Echografietoestel", "fr": "Échographe", "en": "Ultrasound scanner"},
        "MEDICAL",
        22_000,
        95_000,
        (48, 60),
        (VELUNE,),
    ),
    Equipment(
        {"nl": "Panoramische röntgeninstallatie", "fr": "Panoramique dentaire", "en": "Dental X-ray"},
        "MEDICAL",
        34_000,
        140_000,
        (60, 84),
        (RADIANTIS,),
    ),
    Equipment(
        {"nl": "Bestelwagen", "fr": "Fourgon", "en": "Van"},
        "VEHICLE",
        21_000,
        48_000,
        (36, 48, 60),
        (BERLANE, TORVIK),
        most_pieces=3,
        is_registered=True,
    ),
    Equipment(
        {"nl": "Vrachtwagen", "fr": "Camion porteur", "en": "Truck"},
        "VEHICLE",
        78_000,
        165_000,
        (60, 72),
        (TORVIK,),
        is_registered=True,
    ),
    Equipment(
        {"nl": "Rackserver", "fr": "Serveur rack", "en": "Rack server"},
        "IT",
        4_500,
        38_000,
        (24, 36, 48),
        (QUADRIS,),
        most_pieces=4,
    ),
    Equipment(
        {"nl": "Werkstations", "fr": "Postes de travail", "en": "Workstations"},
        "IT",
        3_000,
        45_000,
        (24, 36),
        (NIMBRA,),
        most_pieces=2,
    ),
    Equipment(
        {"nl": "Bewerkingscentrum", "fr": "Centre d'usinage", "en": "Machining center"},
        "MACHINERY",
        55_000,
        280_000,
        (60, 72, 84),
        (ESTOMEC,),
    ),
    Equipment(
        {"nl": "Plooibank", "fr": "Presse plieuse", "en": "Press brake"},
        "MACHINERY",
        48_000,
        190_000,
        (60, 84),
        (PLIANE,),
    ),
    Equipment(
        {"nl": "Minigraver", "fr": "Mini-pelle", "en": "Mini excavator"},
        "CONSTRUCTION",
        24_000,
        88_000,
        (48, 60),
        (GRAVELO,),
        most_pieces=2,
    ),
    Equipment(
        {"nl": "Bakkersoven", "fr": "Four de boulangerie", "en": "Bakery oven"},
        "OTHER",
        12_000,
        68_000,
        (48, 60),
        (FOURNIL,),
    ),
    Equipment(
        {"nl": "Zonnepanelen met opslag", "fr": "Panneaux solaires avec stockage", "en": "Solar roof with storage"},
        "OTHER",
        30_000,
        150_000,
        (84, 120),
        (SOLENA,),
    ),
)

# What a person leases or buys on hire.
CARS = (
    Equipment(
        {"fr": "Voiture citadine", "nl": "Stadswagen", "en": "City car"},
        "VEHICLE",
        12_000,
        24_000,
        (36, 48, 60),
        (CITELLE, BERLANE),
        is_registered=True,
    ),
    Equipment(
        {"fr": "Voiture familiale", "nl": "Gezinswagen", "en": "Family car"},
        "VEHICLE",
        19_000,
        46_000,
        (48, 60),
        (CITELLE,),
        is_registered=True,
    ),
)
