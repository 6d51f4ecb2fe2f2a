"""What a client needs to know beforehand: which buttons to show. Read off the same rules that decide."""

from collections.abc import Iterable
from uuid import UUID

from models import Contract, ImportRun, Profile, SettlementQuote
from models.base import Owned
from models.words import Described
from tenants.policy import Action, may, offers, roles_on, rule_of
from tenants.scope import Principal, Scope


class Permission(Described):
    """What somebody may do, on an account or in the house."""

    CONSULT = "CONSULT", "Read contracts, invoices, documents and all that belongs to them."
    SEE_PROFILES = "SEE_PROFILES", "See who else has a profile on the account."
    REQUEST_QUOTES = "REQUEST_QUOTES", "Ask what repaying a contract early costs."
    ACCEPT_QUOTES = "ACCEPT_QUOTES", "Agree to repay a contract early."
    WORK_ON_QUOTES = "WORK_ON_QUOTES", "Work out quotes for customers, and write down what became of them."
    SEE_IMPORTS = "SEE_IMPORTS", "See which data came in when, and what was refused."
    IMPORT = "IMPORT", "Bring data of the finance house in."
    CERTIFY = "CERTIFY", "Have certificates of contracts printed, where the portal offers it."


# The act that decides, then acts without which there is nothing to do it to.
NEEDS: dict[Permission, tuple[tuple[Action, type[Owned]], ...]] = {
    Permission.SEE_PROFILES: ((Action.READ, Profile),),
    Permission.REQUEST_QUOTES: ((Action.REQUEST_QUOTE, Contract),),
    Permission.ACCEPT_QUOTES: ((Action.ACCEPT, SettlementQuote), (Action.REQUEST_QUOTE, Contract)),
    Permission.WORK_ON_QUOTES: ((Action.ISSUE, SettlementQuote),),
    Permission.SEE_IMPORTS: ((Action.READ, ImportRun),),
    Permission.IMPORT: ((Action.START, ImportRun),),
    Permission.CERTIFY: ((Action.CERTIFY, Contract),),
}


def permissions_of(scope: Scope, principals: Iterable[Principal]) -> list[Permission]:
    """What somebody may do as one of these, where the caller's portal offers it. Some acts ask for a second proof all the same."""
    known = frozenset(principals) - {Principal.STRANGER}
    found = [Permission.CONSULT] if known else []
    return [
        *found,
        *(permission for permission, acts in NEEDS.items() if may(known, *acts[0]) and all(offers(scope, *act) for act in acts)),
    ]


def actions_on(scope: Scope, model: type[Owned], account_id: UUID | None) -> list[Action]:
    """What the caller may do, besides reading it, to a row of this model that he reads."""
    principals = roles_on(scope.auth, account_id)
    acts = [action for action in rule_of(model).may if action is not Action.READ and may(principals, action, model)]
    return [action for action in acts if offers(scope, action, model)]
