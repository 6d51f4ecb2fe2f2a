"""People who sign in, how they say who they are, and the secrets that prove it."""

from models import columns
from models.base import Imported, Owned
from models.words import Described


class UserState(Described):
    """Whether a user may sign in."""

    ACTIVE = "ACTIVE", "May sign in."
    SUSPENDED = "SUSPENDED", "May not sign in for now."
    DISABLED = "DISABLED", "May not sign in any more."


class StaffRole(Described):
    """What a member of staff works on."""

    AGENT = "AGENT", "Serves customers."
    SUPERVISOR = "SUPERVISOR", "Serves customers and confirms what agents propose."
    KYC = "KYC", "Checks who customers are."
    SECURITY = "SECURITY", "Watches over access."
    CONFIG = "CONFIG", "Sets up portals."
    AUDITOR = "AUDITOR", "Reads everything, changes nothing."


class StaffState(Described):
    """Whether a member of staff may sign in."""

    ACTIVE = "ACTIVE", "May sign in."
    DISABLED = "DISABLED", "May not sign in any more."


class IdentifierKind(Described):
    """What somebody types to say who they are."""

    LOGIN_ID = "LOGIN_ID", "A number that the finance house handed out."
    EMAIL = "EMAIL", "An e-mail address."
    PHONE = "PHONE", "A mobile number."
    CARD_NUMBER = "CARD_NUMBER", "The number of a card."
    CREDIT_NUMBER = "CREDIT_NUMBER", "The number of a credit."
    FILE_NUMBER = "FILE_NUMBER", "The number of a file."
    EXTERNAL = "EXTERNAL", "An identity at an identity provider."


class CredentialKind(Described):
    """What proves who somebody is."""

    PASSWORD = "PASSWORD", "A password."
    PIN = "PIN", "A short code of digits."
    TOTP = "TOTP", "A code from an authenticator app."
    PASSKEY = "PASSKEY", "A passkey."


class CredentialState(Described):
    """Whether a secret counts."""

    PROVISIONAL = "PROVISIONAL", "Handed out by the house: opens nothing until it is replaced."
    ACTIVE = "ACTIVE", "It counts."
    SUPERSEDED = "SUPERSEDED", "A newer one has taken its place."
    REVOKED = "REVOKED", "It was taken away."


class PortalUser(Imported, Owned):
    """A person who signs in at a portal, inside one tenant. No rights by itself: those are profiles."""

    PREFIX = "usr"
    TYPENAME = "User"
    UNREAD = (*Imported.UNREAD, "source", "reach_version", "link_group_id")

    party_id = columns.maybe_key()
    link_group_id = columns.maybe_key()
    display_name = columns.text()
    email = columns.maybe_text()
    locale = columns.text()
    state = columns.one_of(UserState)
    reach_version = columns.whole(1)

    class Meta:
        table = "portal_user"


class Staff(Owned):
    """A person who works for the finance house. Signs in beside the portals, and has no profiles."""

    PREFIX = "stf"
    TYPENAME = "Staff"
    UNREAD = ("reach_version", "created_at", "updated_at")

    display_name = columns.text()
    email = columns.text()
    roles = columns.texts()
    state = columns.one_of(StaffState)
    reach_version = columns.whole(1)
    created_at = columns.instant()
    updated_at = columns.instant()

    class Meta:
        table = "staff"


class LoginIdentity(Owned):
    """What somebody types to say who they are, in its one spelling."""

    PREFIX = "idt"
    TYPENAME = "LoginIdentity"
    UNREAD = ("created_at",)

    user_id = columns.maybe_key()
    staff_id = columns.maybe_key()
    kind = columns.one_of(IdentifierKind)
    value = columns.text()
    created_at = columns.instant()

    class Meta:
        table = "login_identity"


class Credential(Owned):
    """A secret, hashed. The web role may not read it: only the door's functions do."""

    PREFIX = "crd"
    TYPENAME = "Credential"

    user_id = columns.maybe_key()
    staff_id = columns.maybe_key()
    kind = columns.one_of(CredentialKind)
    state = columns.one_of(CredentialState)
    secret_hash = columns.text()
    expires_at = columns.maybe_instant()
    created_at = columns.instant()
    updated_at = columns.instant()

    class Meta:
        table = "credential"
