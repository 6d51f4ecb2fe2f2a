"""Legal identities, and how they are reached and paid."""

from typing import ClassVar

from models import columns
from models.base import Imported, InAccount, Keyed, Owned
from models.forms import CALLED, EMAIL
from models.words import Described, TypeNames


class PartyKind(Described):
    """What a party is in law."""

    COMPANY = "COMPANY", "A legal person."
    PERSON = "PERSON", "A natural person."


class FamilySituation(Described):
    """What a lender asks of a person's household."""

    SINGLE = "SINGLE", "Not married."
    MARRIED = "MARRIED", "Married."
    REGISTERED_PARTNERSHIP = "REGISTERED_PARTNERSHIP", "In a registered partnership."
    DIVORCED = "DIVORCED", "Divorced."
    WIDOWED = "WIDOWED", "Widowed."


class ProfessionalSituation(Described):
    """What a lender asks of a person's income."""

    EMPLOYEE = "EMPLOYEE", "Employed by a company."
    SELF_EMPLOYED = "SELF_EMPLOYED", "Works on their own account."
    CIVIL_SERVANT = "CIVIL_SERVANT", "Employed by the state."
    RETIRED = "RETIRED", "Retired."
    STUDENT = "STUDENT", "In education."
    UNEMPLOYED = "UNEMPLOYED", "Without work."
    OTHER = "OTHER", "Anything else."


class AddressKind(Described):
    """What an address is for."""

    REGISTERED_OFFICE = "REGISTERED_OFFICE", "The seat of a company."
    BILLING = "BILLING", "Where invoices go."
    HOME = "HOME", "Where a person lives."


class ContactKind(Described):
    """How somebody is reached."""

    EMAIL = "EMAIL", "An e-mail address."
    PHONE = "PHONE", "A landline."
    MOBILE = "MOBILE", "A mobile phone, which can receive codes."


# An e-mail address that nobody can be written to is refused; a telephone number that is not read as one is kept as it came.
CONTACT_FORMS = {ContactKind.EMAIL.value: EMAIL, ContactKind.PHONE.value: CALLED, ContactKind.MOBILE.value: CALLED}


class Verification(Described):
    """Whether a bank account belongs to whom it should."""

    UNVERIFIED = "UNVERIFIED", "Nobody has checked."
    MATCH = "MATCH", "The bank says that the name is the holder's."
    CLOSE_MATCH = "CLOSE_MATCH", "The bank says that the name is almost the holder's."
    NO_MATCH = "NO_MATCH", "The bank says that the name is another."
    MANUAL = "MANUAL", "Checked by a person."


class Capacity(Described):
    """As what someone stands beside the holder of an account."""

    CO_BORROWER = "CO_BORROWER", "Owes together with the holder."
    GUARANTOR = "GUARANTOR", "Owes when the holder does not pay."


class Party(Imported, Owned):
    """A company or a person: one table, two GraphQL types, so that an account has its holder by one join."""

    PREFIX = "com"
    TYPENAME = "Company"
    IS_NODE = True
    EXPORT = "parties"
    PERSON_PREFIX: ClassVar[str] = "per"
    UNREAD = (*Imported.UNREAD, "external_id", "search_name", "search_enterprise_number")
    READS = {"gid": ("id", "kind"), "typename": ("kind",)}
    TYPENAMES = "kind", TypeNames({PartyKind.COMPANY.value: "Company", PartyKind.PERSON.value: "Person"}, otherwise="Company")

    kind = columns.one_of(PartyKind)
    legal_name = columns.name()
    trade_name = columns.maybe_name()
    legal_form = columns.maybe_text()
    enterprise_number = columns.maybe_number()
    vat_number = columns.maybe_number()
    search_name = columns.search_key()  # what versions before `PartyWord` search
    sort_name = columns.search_key()
    search_enterprise_number = columns.search_key()
    country = columns.text()
    given_name = columns.maybe_name()
    family_name = columns.maybe_name()
    born_on = columns.maybe_day()
    family_situation = columns.maybe_one_of(FamilySituation)
    professional_situation = columns.maybe_one_of(ProfessionalSituation)

    class Meta:
        table = "party"

    @property
    def typename(self) -> str:
        """Company or Person."""
        return self.TYPENAMES[1][self.kind]

    @property
    def gid(self) -> str:
        """The id that clients see, which says whether it is a company or a person."""
        return ("per_" if self.kind == PartyKind.PERSON else "com_") + self.id.hex

    @classmethod
    def prefixes(cls) -> tuple[str, ...]:
        """Both: whether the prefix fits the kind is not worth telling apart from a missing row."""
        return (cls.PREFIX, cls.PERSON_PREFIX)


class PartyWord(Keyed):
    """A word by which a party is found, as `models/searching.py` spells it. The database keeps them. Its key is all of it.

    A private one is of an e-mail address or a telephone number.
    """

    tenant_id = columns.key()
    party_id = columns.parent_id()
    is_private = columns.flag()
    word = columns.text()

    class Meta:
        table = "party_word"


class Address(Imported, Owned):
    """Where a party is found."""

    PREFIX = "adr"
    TYPENAME = "Address"
    IS_NODE = True
    EXPORT = "addresses"

    party_id = columns.key()
    kind = columns.one_of(AddressKind)
    street = columns.text()
    street_2 = columns.maybe_text()
    postal_code = columns.maybe_text()
    city = columns.text()
    country = columns.text()
    valid_from_on = columns.maybe_day()
    valid_to_on = columns.maybe_day()

    class Meta:
        table = "address"


class ContactPoint(Imported, Owned):
    """How a party is reached."""

    PREFIX = "ctp"
    TYPENAME = "ContactPoint"
    IS_NODE = True
    EXPORT = "contact_points"

    party_id = columns.key()
    kind = columns.one_of(ContactKind)
    value = columns.by_kind(CONTACT_FORMS)

    class Meta:
        table = "contact_point"


class BankAccount(Imported, Owned):
    """Where a party is paid, and collected from. The number itself is kept encrypted, and is not a column of this model."""

    PREFIX = "bnk"
    TYPENAME = "BankAccount"
    IS_NODE = True
    EXPORT = "bank_accounts"
    CLOSED = ("iban_encrypted", "iban_index")

    party_id = columns.key()
    iban_last4 = columns.text()
    iban_country = columns.text()
    bic = columns.maybe_text()
    holder_name = columns.name()
    verification = columns.one_of(Verification)
    valid_from_on = columns.maybe_day()
    valid_to_on = columns.maybe_day()

    class Meta:
        table = "bank_account"

    @property
    def masked_iban(self) -> str:
        """As much of the number as is ever shown: country and last four. Its length is not told either."""
        return f"{self.iban_country}** **** **** {self.iban_last4}"


class AccountParty(Imported, InAccount):
    """Someone beside the holder: sees the account's file, and of bank and contact data only their own."""

    PREFIX = "acp"
    TYPENAME = "CoParty"
    IS_NODE = True
    EXPORT = "account_parties"

    party_id = columns.key()
    contract_id = columns.maybe_key()
    capacity = columns.one_of(Capacity)

    class Meta:
        table = "account_party"
