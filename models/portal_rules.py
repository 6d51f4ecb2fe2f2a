"""The policy record of a portal: everything that differs from one front door to the next, and the floor under all of them.

Values are in `models/presets.py`. A record is kept as JSON in `portal_policy`, one version after the other.
"""

import re
from decimal import Decimal
from typing import Any, Self
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from finance.currencies import has_cents
from finance.debit_day import DebitDayEffect
from models.money import NO_CENTS
from models.refusals import Fault, Invalid
from models.users import IdentifierKind
from models.words import Described, is_known

LENGTH = "A password has at least 8 characters."
ABSOLUTE = "A session lasts at least as long as it may be idle, and at most 24 hours."


class PrimaryFactor(Described):
    """What opens a session."""

    PASSWORD = "PASSWORD", "A password."
    EMAIL_CODE = "EMAIL_CODE", "A code by e-mail."
    PIN = "PIN", "A code of digits."
    EXTERNAL = "EXTERNAL", "An identity provider."
    PASSKEY = "PASSKEY", "A passkey."


class SecondFactor(Described):
    """What proves once more who somebody is, before a sensitive operation."""

    TOTP = "TOTP", "A code from an authenticator app."
    EMAIL_CODE = "EMAIL_CODE", "A code by e-mail."
    SMS_CODE = "SMS_CODE", "A code by text message."
    EXTERNAL = "EXTERNAL", "The identity provider once more."


class SensitiveOperation(Described):
    """What takes a second factor."""

    BANK_DETAILS = "BANK_DETAILS", "Changing bank details."
    NEW_ACCESS = "NEW_ACCESS", "Letting somebody else in."
    LINK_IDENTITY = "LINK_IDENTITY", "Joining two logins."
    CONTACT_POINTS = "CONTACT_POINTS", "Changing e-mail or phone."
    SECRET = "SECRET", "Changing the secret."
    PAYMENTS = "PAYMENTS", "Paying."
    REPAYMENT = "REPAYMENT", "Repaying early."
    INSTALLMENT_PLAN = "INSTALLMENT_PLAN", "Agreeing on an installment plan."
    POWER_OF_ATTORNEY = "POWER_OF_ATTORNEY", "Granting a power of attorney."
    FINANCING = "FINANCING", "Drawing money."
    TERMINATION = "TERMINATION", "Ending a contract."
    OFFERS = "OFFERS", "Accepting an offer."


class Feature(Described):
    """What a portal offers. A word for each thing that is built, and none for what is not: so nothing else can be switched on."""

    DOCUMENTS = "DOCUMENTS", "Documents."
    CERTIFICATES = "CERTIFICATES", "Certificates."
    SIMULATIONS = "SIMULATIONS", "Simulations."
    REPAYMENT = "REPAYMENT", "Early repayment."
    STATEMENTS = "STATEMENTS", "Statements of credit lines."
    OPERATIONS = "OPERATIONS", "Movements on credit lines."
    CASES = "CASES", "Claims in collection."


class SimulationKind(Described):
    """What a simulation is about."""

    CREDIT = "CREDIT", "A new credit."
    EARLY_REPAYMENT = "EARLY_REPAYMENT", "Repaying early, in part or in full."
    CONSOLIDATION = "CONSOLIDATION", "One loan that takes the place of several."
    DEBIT_DAY = "DEBIT_DAY", "Another day of the month to be debited on."


class Record(BaseModel):
    """Part of a policy record. A field that a newer version of the product wrote is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class SecretRules(Record):
    """What a new secret must have. `exact_digits` is for secrets of digits only."""

    min_length: int = Field(default=12, ge=1, le=128)
    upper: int = Field(default=0, ge=0, le=10)
    lower: int = Field(default=0, ge=0, le=10)
    digits: int = Field(default=0, ge=0, le=10)
    punctuation: int = Field(default=0, ge=0, le=10)
    exact_digits: int | None = Field(default=None, ge=4, le=12)
    refuses_identifier: bool = True
    refuses_common: bool = True


class Contact(Record):
    """How customers reach the portal's people."""

    email: str | None = None
    phone: str | None = None
    hours: str | None = None


class CreditProduct(Record):
    """A credit that anybody may simulate. Amounts are in the portal's currency; the rate is the nominal yearly one, 5.9 for 5.9 %."""

    key: str = Field(pattern="^[a-z][a-z0-9-]{1,31}$")
    name: str = Field(min_length=1, max_length=100)
    min_amount: Decimal = Field(gt=0, max_digits=18, decimal_places=2)
    max_amount: Decimal = Field(gt=0, max_digits=18, decimal_places=2)
    min_months: int = Field(ge=1, le=480)
    max_months: int = Field(ge=1, le=480)
    nominal_rate_percent: Decimal = Field(ge=0, le=100, decimal_places=6)
    fee_amount: Decimal = Field(default=Decimal(0), ge=0, max_digits=18, decimal_places=2)  # kept back when the credit is paid out


class PortalRules(Record):
    """What holds at one portal. The defaults are the safe preset. A field that is `None` does not exist there."""

    identifier_kinds: tuple[IdentifierKind, ...] = (IdentifierKind.EMAIL,)
    identifier_patterns: dict[IdentifierKind, str] = {}  # of the normal form, whole; what does not match finds nobody
    primary_factors: tuple[PrimaryFactor, ...] = (PrimaryFactor.PASSWORD,)
    second_factors: tuple[SecondFactor, ...] = (SecondFactor.TOTP, SecondFactor.EMAIL_CODE, SecondFactor.SMS_CODE)
    secret_rules: SecretRules = SecretRules()
    max_failures: int = Field(default=5, ge=1, le=10)
    lock_minutes: int = Field(default=15, ge=1, le=1440)
    idle_minutes: int = Field(default=15, ge=1)
    absolute_minutes: int = Field(default=720, ge=1)
    calendar: str | None = Field(default=None, pattern="^[A-Z]{2}$")  # whose holidays: the country's; the tenant's own without
    time_zone: str = "UTC"
    locales: tuple[str, ...] = Field(default=("en",), min_length=1)
    currency: str = Field(default="EUR", pattern="^[A-Z]{3}$")
    document_window_months: int = Field(default=12, ge=1)
    payment_window_months: int = Field(default=24, ge=1)
    sensitive_operations: tuple[SensitiveOperation, ...] = (
        SensitiveOperation.BANK_DETAILS,
        SensitiveOperation.NEW_ACCESS,
        SensitiveOperation.CONTACT_POINTS,
        SensitiveOperation.PAYMENTS,
    )
    features: tuple[Feature, ...] = (Feature.DOCUMENTS,)
    credit_products: tuple[CreditProduct, ...] = Field(default=(), max_length=20)
    settlement_days: int = Field(default=30, ge=0, le=366)  # how long a settlement figure holds, at most until the next due date
    asks_compensation: bool = True  # as much as the law allows for an early repayment
    refuses_small_repayments: bool = False  # parts up to the next three installments together
    lease_settlement_percent: Decimal | None = Field(default=None, ge=0, le=100)  # at which rents to come are discounted; none: by hand
    debit_days: tuple[int, ...] = Field(default=tuple(range(1, 29)), min_length=1)
    debit_day_notice_days: int = Field(default=10, ge=0, le=60)  # before the next debit
    debit_day_effect: DebitDayEffect = DebitDayEffect.NONE
    simulation_days: int = Field(default=30, ge=1, le=365)  # how long a simulation is shown as valid
    legal_mentions: dict[SimulationKind, dict[str, str]] = {}  # by locale
    senders: tuple[str, ...] = ()
    official_hosts: tuple[str, ...] = ()
    contact: Contact = Contact()

    @classmethod
    def default(cls) -> Self:
        """The safe preset."""
        return cls()

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """A record as it was kept. What it does not say is as in the safe preset; features that this version does not have are off."""
        known = [name for name in record.get("features", ()) if is_known(Feature, name)]
        return cls.model_validate(record | ({"features": known} if "features" in record else {}))

    def to_json(self) -> dict[str, Any]:
        """The record as it is kept."""
        return self.model_dump(mode="json")

    @classmethod
    def checked(cls, record: dict[str, Any]) -> Self:
        """A record that somebody wants to save. Raises `Invalid` with every fault: of its form, else of the floor."""
        try:
            rules = cls.model_validate(record)
            if unknown := sorted(set(record) - set(cls.model_fields)):
                raise Invalid(tuple(Fault((name,), "policy.unknown_field", "There is no such rule.") for name in unknown))
        except ValidationError as error:
            raise Invalid(tuple(_fault(dict(told)) for told in error.errors())) from None
        if faults := rules.faults():
            raise Invalid(faults)
        return rules

    def accepts(self, kind: IdentifierKind, value: str) -> bool:
        """Whether an identifier of this kind, in its normal form, can be anybody's here."""
        pattern = self.identifier_patterns.get(kind)
        return pattern is None or re.fullmatch(pattern, value) is not None

    def faults(self) -> tuple[Fault, ...]:
        """Where the record falls below what the product allows anybody."""
        return tuple(Fault((field,), rule, message) for is_fine, field, rule, message in self._floor() if not is_fine)

    def _floor(self) -> list[tuple[bool, str, str, str]]:
        """Each line: what must hold, the field to correct, the rule's name, and its words."""
        factors, secret = self.primary_factors, self.secret_rules
        has_pin = PrimaryFactor.PIN in factors
        has_bank_details = SensitiveOperation.BANK_DETAILS in self.sensitive_operations
        products = self.credit_products
        has_patterns = all(_compiles(pattern) for pattern in self.identifier_patterns.values())
        has_names = len({product.key for product in products}) == len(products)
        has_bounds = all(p.min_amount <= p.max_amount and p.min_months <= p.max_months and p.fee_amount < p.min_amount for p in products)
        return [
            (bool(self.identifier_kinds), "identifier_kinds", "policy.identifiers", "Say what people sign in by."),
            (has_patterns, "identifier_patterns", "policy.identifier_pattern", "This is no regular expression."),
            (bool(factors), "primary_factors", "policy.factors", "Say what people prove themselves with."),
            (secret.min_length >= 8 or PrimaryFactor.PASSWORD not in factors, "secret_rules", "policy.password", LENGTH),
            (not has_pin or self.max_failures <= 5, "max_failures", "policy.pin_lock", "A code of digits locks after 5 failures."),
            (not has_pin or bool(self.second_factors), "second_factors", "policy.pin_factor", "A code of digits needs a second factor."),
            (not has_pin or secret.exact_digits is not None, "secret_rules", "policy.pin_digits", "Say how many digits a code has."),
            (self.idle_minutes <= 60, "idle_minutes", "policy.idle", "A session may be idle for at most 60 minutes."),
            (self.idle_minutes <= self.absolute_minutes <= 24 * 60, "absolute_minutes", "policy.absolute", ABSOLUTE),
            (has_bank_details, "sensitive_operations", "policy.bank_details", "Changing bank details is always sensitive."),
            (all(1 <= day <= 31 for day in self.debit_days), "debit_days", "policy.debit_days", "A day of the month is from 1 to 31."),
            (has_names, "credit_products", "policy.product_keys", "Every product has a key of its own."),
            (has_bounds, "credit_products", "policy.product_bounds", "The least is not above the most, and a fee is below every amount."),
            (has_cents(self.currency), "currency", "currency.decimals", NO_CENTS),
            (self.time_zone in available_timezones(), "time_zone", "policy.time_zone", "This time zone is not known."),
        ]


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _fault(told: dict[str, Any]) -> Fault:
    """What pydantic says of one field, without repeating the value."""
    return Fault(tuple(told["loc"]), f"policy.{told['type']}", str(told["msg"]))
