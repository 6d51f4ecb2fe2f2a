"""Towns with their postal codes, and what streets and small companies are called there, by country."""

TOWNS = {
    "BE": (
        ("1000", "Brussel"),
        ("1500", "Halle"),
        ("2800", "Mechelen"),
        ("3000", "Leuven"),
        ("5000", "Namur"),
        ("7000", "Mons"),
        ("8500", "Kortrijk"),
        ("9000", "Gent"),
        ("9300", "Aalst"),
    ),
    "FR": (
        ("14000", "Caen"),
        ("21000", "Dijon"),
        ("29200", "Brest"),
        ("33000", "Bordeaux"),
        ("35000", "Rennes"),
        ("44000", "Nantes"),
        ("49000", "Angers"),
        ("59000", "Lille"),
        ("63000", "Clermont-Ferrand"),
        ("76000", "Rouen"),
    ),
    "NO": (
        ("0150", "Oslo"),
        ("3015", "Drammen"),
        ("4006", "Stavanger"),
        ("4610", "Kristiansand"),
        ("5003", "Bergen"),
        ("6003", "Ålesund"),
        ("7010", "Trondheim"),
        ("9008", "Tromsø"),
    ),
}
STREETS = {
    "BE": (
        "Molenstraat {}",
        "Rue du Moulin {}",
        "Kapelleweg {}",
        "Chaussée de Nivelles {}",
        "Lindenlaan {}",
        "Rue des Tanneurs {}",
        "Havenkaai {}",
    ),
    "FR": (
        "{} rue des Tilleuls",
        "{} avenue de la Gare",
        "{} chemin des Vignes",
        "{} rue du Four",
        "{} impasse des Lilas",
        "{} quai du Port",
    ),
    "NO": ("Fjordveien {}", "Bjørkeveien {}", "Storgata {}", "Kirkegata {}", "Skogveien {}", "Havnegata {}"),
}
TRADES = {
    "BE": (
        "Bouwwerken",
        "Transport",
        "Menuiserie",
        "Drukkerij",
        "Boulangerie",
        "Garage",
        "Landbouwbedrijf",
        "Cabinet dentaire",
        "Metaalwerken",
        "Traiteur",
    ),
    "FR": ("Menuiserie", "Transports", "Boulangerie", "Garage", "Imprimerie", "Maçonnerie"),
    "NO": ("Bygg", "Transport", "Rør", "Elektro", "Bakeri", "Maskin"),
}
FORMS = {"BE": ("NV", "BV", "SA", "SRL"), "FR": ("SARL", "SAS"), "NO": ("AS",)}
