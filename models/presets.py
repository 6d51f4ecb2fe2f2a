"""The policy records that ship. `PROPOSED` names what their sources do not say: our own proposals, shown as such."""

from decimal import Decimal

from models.portal_rules import (
    CreditProduct,
    Feature,
    PortalRules,
    PrimaryFactor,
    SecondFactor,
    SecretRules,
    SensitiveOperation,
    SimulationKind,
)
from models.users import IdentifierKind

DEFAULT = "default"

# A warning that every offer of consumer credit in France has to carry: Code de la consommation, article L312-5.
FRENCH_WARNING = "Un crédit vous engage et doit être remboursé. Vérifiez vos capacités de remboursement avant de vous engager."
INDICATIVE = "Ces chiffres sont donnés à titre indicatif et ne constituent pas une offre de crédit."
FRENCH_MENTIONS = {
    SimulationKind.CREDIT: {"fr": f"{FRENCH_WARNING} {INDICATIVE}"},
    SimulationKind.CONSOLIDATION: {
        "fr": f"{FRENCH_WARNING} Regrouper des crédits peut en allonger la durée et en augmenter le coût total. {INDICATIVE}"
    },
    SimulationKind.EARLY_REPAYMENT: {"fr": "Ces chiffres valent pour le jour indiqué. Seul un décompte de remboursement vous engage."},
    SimulationKind.DEBIT_DAY: {"fr": "Ces chiffres valent pour le jour indiqué et ne changent rien à votre contrat."},
}

# Bank details are sensitive everywhere: the floor says so, where a source does not.
PRESETS: dict[str, PortalRules] = {
    DEFAULT: PortalRules.default(),
    "customer-corner": PortalRules(
        identifier_kinds=(IdentifierKind.LOGIN_ID,),
        identifier_patterns={IdentifierKind.LOGIN_ID: "^[0-9]{9}$"},
        primary_factors=(PrimaryFactor.PASSWORD,),
        second_factors=(SecondFactor.EMAIL_CODE,),
        secret_rules=SecretRules(min_length=8, upper=1, digits=2, punctuation=1),
        lock_minutes=30,
        calendar="BE",
        time_zone="Europe/Brussels",
        locales=("fr", "nl", "en"),
        sensitive_operations=(SensitiveOperation.BANK_DETAILS, SensitiveOperation.NEW_ACCESS, SensitiveOperation.LINK_IDENTITY),
        features=(Feature.DOCUMENTS, Feature.CERTIFICATES),
    ),
    "norrsken": PortalRules(
        primary_factors=(PrimaryFactor.EMAIL_CODE,),
        second_factors=(SecondFactor.EMAIL_CODE,),
        lock_minutes=30,
        calendar="FR",
        time_zone="Europe/Paris",
        locales=("fr",),
        sensitive_operations=tuple(SensitiveOperation),  # "each sensitive operation": every one that writes
        features=(Feature.DOCUMENTS, Feature.CERTIFICATES),
    ),
    "cofidis": PortalRules(
        identifier_kinds=(IdentifierKind.LOGIN_ID, IdentifierKind.EMAIL, IdentifierKind.PHONE),
        primary_factors=(PrimaryFactor.PASSWORD,),
        second_factors=(SecondFactor.SMS_CODE,),
        secret_rules=SecretRules(min_length=8, upper=1, lower=1, digits=1),
        max_failures=3,
        lock_minutes=30,
        calendar="FR",
        time_zone="Europe/Paris",
        locales=("fr",),
        sensitive_operations=(
            SensitiveOperation.PAYMENTS,
            SensitiveOperation.BANK_DETAILS,
            SensitiveOperation.CONTACT_POINTS,
            SensitiveOperation.REPAYMENT,
        ),
        features=(
            Feature.DOCUMENTS,
            Feature.CERTIFICATES,
            Feature.SIMULATIONS,
            Feature.REPAYMENT,
        ),
        credit_products=(
            CreditProduct(
                key="personal-loan",
                name="Prêt personnel",
                min_amount=Decimal(1_000),
                max_amount=Decimal(35_000),
                min_months=12,
                max_months=84,
                nominal_rate_percent=Decimal("5.9"),
            ),
        ),
        legal_mentions=FRENCH_MENTIONS,
        refuses_small_repayments=True,
    ),
    "kredinor": PortalRules(
        identifier_kinds=(IdentifierKind.EXTERNAL,),
        primary_factors=(PrimaryFactor.EXTERNAL,),
        second_factors=(SecondFactor.EXTERNAL,),
        absolute_minutes=8 * 60,
        calendar="NO",
        time_zone="Europe/Oslo",
        locales=("nb", "en"),
        currency="NOK",
        sensitive_operations=(
            SensitiveOperation.PAYMENTS,
            SensitiveOperation.INSTALLMENT_PLAN,
            SensitiveOperation.POWER_OF_ATTORNEY,
            SensitiveOperation.BANK_DETAILS,
        ),
        features=(
            Feature.DOCUMENTS,
            Feature.CASES,
        ),
    ),
    "cofinoga": PortalRules(
        identifier_kinds=(IdentifierKind.CARD_NUMBER, IdentifierKind.CREDIT_NUMBER, IdentifierKind.FILE_NUMBER),
        identifier_patterns={IdentifierKind.CARD_NUMBER: "^3060[0-9]{13}$", IdentifierKind.CREDIT_NUMBER: "^3060[0-9]{13}$"},
        primary_factors=(PrimaryFactor.PIN,),
        second_factors=(SecondFactor.SMS_CODE,),
        secret_rules=SecretRules(min_length=6, exact_digits=6),
        max_failures=3,
        lock_minutes=30,
        idle_minutes=10,
        absolute_minutes=8 * 60,
        calendar="FR",
        time_zone="Europe/Paris",
        locales=("fr",),
        sensitive_operations=(
            SensitiveOperation.SECRET,
            SensitiveOperation.CONTACT_POINTS,
            SensitiveOperation.FINANCING,
            SensitiveOperation.BANK_DETAILS,
        ),
        features=(Feature.DOCUMENTS, Feature.STATEMENTS, Feature.OPERATIONS),
    ),
}

EVERYWHERE = frozenset({"payment_window_months"})
SESSION = frozenset({"idle_minutes", "absolute_minutes"})
LOCK = frozenset({"max_failures", "lock_minutes"})
PROPOSED: dict[str, frozenset[str]] = {
    DEFAULT: frozenset(PortalRules.model_fields),
    "customer-corner": EVERYWHERE | SESSION | LOCK | {"secret_rules.min_length", "second_factors"} | {"features.CERTIFICATES"},
    "norrsken": EVERYWHERE | SESSION | LOCK | {"secret_rules.min_length", "document_window_months"},
    "cofidis": (EVERYWHERE - {"payment_window_months"})
    | {"credit_products", "simulation_days", "legal_mentions", "settlement_days", "debit_days"}
    | {"debit_day_notice_days", "refuses_small_repayments"}
    | {"absolute_minutes", "document_window_months"}
    | {"features.CERTIFICATES"},  # the source has people download certificates, and does not say that they are made on the spot
    "kredinor": EVERYWHERE | SESSION | LOCK | {"document_window_months"},
    "cofinoga": EVERYWHERE
    | SESSION
    | LOCK
    | {
        "secret_rules.refuses_common",
        "document_window_months",
        "second_factors",
    },
}
