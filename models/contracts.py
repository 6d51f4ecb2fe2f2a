"""Contracts of leasing and credit, whatever their kind: one table, with terms of their own for each kind."""

import re

from models import columns
from models.base import Imported, InAccount
from models.money import money
from models.terms import Terms, shown_apr, terms_of
from models.words import Described


class ContractKind(Described):
    """What kind of financing a contract is."""

    FINANCE_LEASE = "FINANCE_LEASE", "A lease at whose end the lessee may buy the asset."
    HIRE_PURCHASE = "HIRE_PURCHASE", "A rent that ends in ownership."
    RENTAL = "RENTAL", "A rent without a purchase option."
    LOAN = "LOAN", "A loan paid back in installments."
    CREDIT_FACILITY = "CREDIT_FACILITY", "A credit line that a company draws on."
    REVOLVING_CREDIT = "REVOLVING_CREDIT", "A credit that a consumer draws on and pays back again and again."
    CONSOLIDATION = "CONSOLIDATION", "One loan that takes the place of several."
    INSURANCE = "INSURANCE", "An insurance that goes with a financing."


class ContractState(Described):
    """Where a contract is in its life."""

    DRAFT = "DRAFT", "Being prepared."
    OFFERED = "OFFERED", "Offered to the customer."
    ACCEPTED = "ACCEPTED", "The customer has accepted the offer."
    DECLINED = "DECLINED", "The customer has declined the offer."
    OFFER_EXPIRED = "OFFER_EXPIRED", "The offer was not accepted in time."
    IN_WITHDRAWAL = "IN_WITHDRAWAL", "Accepted, and the consumer may still withdraw."
    WITHDRAWN = "WITHDRAWN", "The consumer has withdrawn."
    PENDING_ACTIVATION = "PENDING_ACTIVATION", "Waits for delivery or for the funds."
    ACTIVE = "ACTIVE", "Runs."
    IN_ARREARS = "IN_ARREARS", "Runs, and something due has not been paid."
    DEFAULTED = "DEFAULTED", "A formal notice has passed without payment."
    NOTICE = "NOTICE", "Notice has been given and runs."
    SETTLING = "SETTLING", "Ended, with a balance to be cleared."
    TERMINATED = "TERMINATED", "Ended before its time and cleared."
    EARLY_SETTLED = "EARLY_SETTLED", "Paid off before its time."
    MATURED = "MATURED", "Ran to its end; what becomes of the asset is open."
    BOUGHT_OUT = "BOUGHT_OUT", "The customer has bought the asset."
    RETURNED = "RETURNED", "The asset has been given back."
    EXTENDED = "EXTENDED", "Runs on after its first end."
    CLOSED = "CLOSED", "Paid back in full."
    TRANSFERRED = "TRANSFERRED", "Taken over by another customer."


class Channel(Described):
    """Where a contract was concluded."""

    DISTANCE = "DISTANCE", "At a distance, by mail or online."
    BRANCH = "BRANCH", "At a branch."
    DEALER = "DEALER", "At the dealer of the asset."


class Timing(Described):
    """When in a period its payment is due."""

    ADVANCE = "ADVANCE", "At the start of each period."
    ARREARS = "ARREARS", "At the end of each period."


MASK = "••••"  # what stands for all but the last four digits of a card or credit number: the same in the migration `card_numbers`
CARD_NUMBER = re.compile(r"3060[0-9]{13}")


def is_card_number(digits: str) -> bool:
    """Whether this is a whole card or credit number, without separators: 17 digits that begin with 3060."""
    return CARD_NUMBER.fullmatch(digits) is not None


class Contract(Imported, InAccount):
    """A promise to pay for an asset or for money. Which amounts and days are there depends on its kind."""

    PREFIX = "con"
    TYPENAME = "Contract"
    IS_NODE = True
    EXPORT = "contracts"
    COPIES = {"account_id": {"holder_id": "holder_id"}}

    holder_id = columns.key()  # the account's holder, so that a party comes by one join
    portal_id = columns.maybe_key()
    parent_id = columns.maybe_key()  # the master agreement
    number = columns.number()
    search_number = columns.search_key()
    shown_number = columns.derived_text()
    kind = columns.one_of(ContractKind)
    product = columns.maybe_text()
    state = columns.one_of(ContractState)
    channel = columns.maybe_one_of(Channel)
    signed_on = columns.maybe_day()
    activated_on = columns.maybe_day()
    starts_on = columns.day()
    ends_on = columns.maybe_day()
    withdrawal_until_on = columns.maybe_day()
    notice_months = columns.maybe_whole()
    renewal_rule = columns.maybe_text()
    duration_months = columns.maybe_whole()
    periodicity_months = columns.maybe_whole()
    timing = columns.maybe_one_of(Timing)
    currency = columns.text()
    financed_amount = columns.maybe_amount()
    first_rent_amount = columns.maybe_amount()
    rent_excl_vat_amount = columns.maybe_amount()
    rent_incl_vat_amount = columns.maybe_amount()
    vat_percent = columns.maybe_rate()
    residual_value_amount = columns.maybe_amount()
    purchase_option_amount = columns.maybe_amount()
    purchase_option_from_on = columns.maybe_day()
    purchase_option_to_on = columns.maybe_day()
    installment_amount = columns.maybe_amount()
    nominal_rate_percent = columns.maybe_rate()
    apr_percent = columns.maybe_rate()
    fees_amount = columns.maybe_amount()
    credit_limit_amount = columns.maybe_amount()
    drawn_amount = columns.maybe_amount()
    available_amount = columns.maybe_derived_amount()
    card_last4 = columns.maybe_text()
    insurer = columns.maybe_text()
    coverage = columns.maybe_text()
    premium_amount = columns.maybe_amount()
    outstanding_principal_amount = columns.maybe_amount()
    overdue_amount = columns.maybe_amount()
    mandate_id = columns.maybe_key()

    class Meta:
        table = "contract"

    financed = money("financed_amount")
    fees = money("fees_amount")
    outstanding_principal = money("outstanding_principal_amount")
    overdue = money("overdue_amount")

    shown_apr_percent = shown_apr("apr_percent")

    @property
    def terms(self) -> Terms:
        """What was agreed, in the form of the contract's kind."""
        return terms_of(self)
