"""Who may work on an account, and in which role."""

from models import columns
from models.base import Imported, InAccount
from models.words import Described


class ProfileRole(Described):
    """What a profile is for. What it may do is said in `tenants/policy.py`, not here."""

    ADMINISTRATOR = "ADMINISTRATOR", "Consults everything and asks for changes."
    VIEWER = "VIEWER", "Consults, and changes nothing but what is their own."


class ProfileBasis(Described):
    """Why somebody has a profile."""

    HOLDER = "HOLDER", "They are the customer."
    LEGAL_REPRESENTATIVE = "LEGAL_REPRESENTATIVE", "They represent the customer in law."
    ADMINISTRATIVE_CONTACT = "ADMINISTRATIVE_CONTACT", "The customer named them as the person to talk to."
    DELEGATED = "DELEGATED", "An administrator of the account let them in."
    POWER_OF_ATTORNEY = "POWER_OF_ATTORNEY", "The customer signed a power of attorney."
    GUARANTOR = "GUARANTOR", "They stand beside the customer as guarantor or co-borrower."


class ProfileState(Described):
    """Whether a profile counts."""

    INVITED = "INVITED", "The invitation has not been taken up yet."
    ACTIVE = "ACTIVE", "It counts."
    SUSPENDED = "SUSPENDED", "It does not count for now."
    EXPIRED = "EXPIRED", "Its time is over."
    REVOKED = "REVOKED", "It was taken away."


class Profile(Imported, InAccount):
    """The right of one user on one account, perhaps limited to some contracts, document kinds or days."""

    PREFIX = "pro"
    TYPENAME = "Profile"
    IS_NODE = True
    EXPORT = "profiles"
    UNREAD = (*Imported.UNREAD, "external_id", "source", "source_role", "source_state")

    user_id = columns.key()
    party_id = columns.maybe_key()
    role = columns.one_of(ProfileRole)
    basis = columns.one_of(ProfileBasis)
    state = columns.one_of(ProfileState)
    contract_ids = columns.maybe_keys()
    document_kinds = columns.maybe_texts()
    documents_from_on = columns.maybe_day()
    valid_from_at = columns.maybe_instant()
    valid_until_at = columns.maybe_instant()
    granted_by_id = columns.maybe_key()
    source_role = columns.maybe_text()
    source_state = columns.maybe_text()

    class Meta:
        table = "profile"
