"""Who may do what, decided in one place.

Fields are decided once a document, by the lines of `tenants/table.py` and what follows from them (`tenants/fields.py`); rows by the rules
here. A model without a rule is closed, a field without a line stops the start, and `tests/policy.txt` shows reviews what a change does.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from uuid import UUID

from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode
from tortoise.models import Model

from models import (
    Account,
    AccountParty,
    Address,
    AmortizationLine,
    AmortizationSchedule,
    Asset,
    AuditEvent,
    BankAccount,
    Case,
    Certificate,
    ContactPoint,
    Contract,
    DirectDebit,
    Document,
    ImportRow,
    ImportRun,
    ImportSync,
    Installment,
    Invoice,
    InvoiceLine,
    InvoiceVatTotal,
    LoginIdentity,
    Mandate,
    Operation,
    Party,
    PartyWord,
    Payment,
    PaymentAllocation,
    Portal,
    PortalPolicy,
    PortalUser,
    Profile,
    Session,
    SettlementQuote,
    Staff,
    Statement,
    Tenant,
    Upload,
)
from models.base import Forbidden, StepUpRequired, Unauthenticated
from models.documents import IDENTITY_PAPERS
from models.portal_rules import Feature, SensitiveOperation
from models.words import Described
from tenants.fields import Undeclared, compiled
from tenants.matrix import PolicyLine, printed
from tenants.naming import Demand, Names
from tenants.scope import AuthContext, Grant, Principal, Realm, Scope
from tenants.table import ADMINISTRATORS, OVERSEERS, READERS, SERVING, STAFF, FieldLines, Principals


class Action(Described):
    """What can be done to a row."""

    READ = "READ", "Read it."
    REVOKE = "REVOKE", "Take it back: end a session."
    START = "START", "Set it going: an import."
    CERTIFY = "CERTIFY", "Have a certificate of it printed."
    REQUEST_QUOTE = "REQUEST_QUOTE", "Ask what repaying it early costs: a contract."
    ACCEPT = "ACCEPT", "Agree to it: a quote."
    CANCEL = "CANCEL", "Call it off: a quote."
    ISSUE = "ISSUE", "Stand by its figures: a quote."
    PAY = "PAY", "Write down that its money is in: a quote."
    EXECUTE = "EXECUTE", "Write down that it was carried out: a quote."


class Restriction(Enum):
    """How a profile that is limited to some contracts, document kinds or days narrows the rows of a model."""

    NONE = ""  # rows of the account itself, and lines of bills and plans, which are read through their parents only
    CONTRACT = "limited to rows of its contracts"
    ITSELF = "limited to its contracts"
    DOCUMENT = "limited to rows of its contracts, of its kinds, from its first day on"
    WHOLE = "limited to nothing"


@dataclass(frozen=True)
class Rule:
    """What may be done to the rows of a model, by whom, and which are in a customer's reach: `s` is the scope in a statement.

    Staff reach their tenant, as far as `staff` lets them. `own` names the column with the user to whom a row stays readable where the role
    does not allow it, and `shown_from` the column with the instant before which no customer sees it. `step_up` names the acts that take a
    fresh second proof of who asks, at portals whose policy calls them sensitive; `feature` those that only portals with a feature have.
    `kinds` names values of the column `kind` whose rows only these principals read: for everybody else such a row does not exist.
    """

    may: dict[Action, Principals] = field(default_factory=lambda: {Action.READ: READERS})
    within: str = "account_id = any(s.accounts)"
    staff: str = "true"
    account: str = "account_id"
    restriction: Restriction = Restriction.NONE
    own: str | None = None
    shown_from: str | None = None
    step_up: dict[Action, SensitiveOperation] = field(default_factory=dict)
    feature: dict[Action, Feature] = field(default_factory=dict)
    kinds: dict[str, Principals] = field(default_factory=dict)


def _by_contract() -> Rule:
    return Rule(restriction=Restriction.CONTRACT)


KYC = frozenset({Principal.KYC})
OF_ITS_TENANT = "true"
OF_NOBODY = "false"
NOT_BY_ACCOUNT = {OF_ITS_TENANT: "all of the tenant", OF_NOBODY: "no customer"}  # for people
OF_ONESELF = "user_id = s.user_id"
# Users are shown by name beside a profile, to whoever may read that profile.
OF_ONESELF_OR_SHOWN = """(id = s.user_id or exists (select from profile p where p.tenant_id = s.tenant_id and p.user_id = portal_user.id
  and p.account_id = any(s.accounts)))"""

MODELS: dict[type[Model], Rule] = {
    Account: Rule(within="id = any(s.accounts)", account="id"),
    AccountParty: Rule(),
    Address: Rule(within="party_id = any(s.own_parties)", account=""),
    AmortizationLine: Rule(),
    AmortizationSchedule: _by_contract(),
    Asset: _by_contract(),
    AuditEvent: Rule({Action.READ: frozenset({Principal.AUDITOR})}),
    BankAccount: Rule(within="party_id = any(s.own_parties)", account=""),
    Case: Rule(restriction=Restriction.WHOLE),
    ContactPoint: Rule(within="party_id = any(s.own_parties)", account=""),
    Certificate: Rule(restriction=Restriction.DOCUMENT),
    Contract: Rule(
        {
            Action.READ: READERS,
            Action.CERTIFY: ADMINISTRATORS | SERVING,
            Action.REQUEST_QUOTE: ADMINISTRATORS | SERVING,
        },
        restriction=Restriction.ITSELF,
        feature={Action.CERTIFY: Feature.CERTIFICATES, Action.REQUEST_QUOTE: Feature.REPAYMENT},
    ),
    DirectDebit: _by_contract(),
    Document: Rule(
        restriction=Restriction.DOCUMENT, shown_from="published_at", kinds={kind.value: KYC for kind in sorted(IDENTITY_PAPERS)}
    ),
    ImportRow: Rule({Action.READ: OVERSEERS}, within=OF_NOBODY, account=""),
    ImportRun: Rule({Action.READ: OVERSEERS, Action.START: SERVING}, within=OF_NOBODY, account=""),
    ImportSync: Rule(within=OF_ITS_TENANT, account=""),
    Installment: _by_contract(),
    Invoice: _by_contract(),
    InvoiceLine: Rule(),
    InvoiceVatTotal: Rule(),
    LoginIdentity: Rule(within=OF_ONESELF, staff="staff_id = s.user_id", account=""),
    Mandate: Rule(restriction=Restriction.WHOLE),
    Operation: _by_contract(),
    Party: Rule(within="id = any(s.parties)", account=""),
    PartyWord: Rule(within="(party_id = any(s.own_parties) or (not is_private and party_id = any(s.parties)))", account=""),
    Payment: _by_contract(),
    PaymentAllocation: Rule(),
    Portal: Rule({Action.READ: READERS | {Principal.STRANGER}}, within=OF_ITS_TENANT, account=""),
    PortalPolicy: Rule({Action.READ: READERS | {Principal.STRANGER}}, within=OF_ITS_TENANT, account=""),
    PortalUser: Rule(within=OF_ONESELF_OR_SHOWN, account=""),
    Profile: Rule({Action.READ: ADMINISTRATORS | STAFF}, own="user_id"),
    Session: Rule({Action.READ: READERS, Action.REVOKE: READERS}, within=OF_ONESELF, staff="staff_id = s.user_id", account=""),
    SettlementQuote: Rule(
        {
            Action.READ: READERS,
            Action.ACCEPT: ADMINISTRATORS,
            Action.CANCEL: ADMINISTRATORS | SERVING,
            Action.ISSUE: SERVING,
            Action.PAY: SERVING,
            Action.EXECUTE: SERVING,
        },
        restriction=Restriction.CONTRACT,
        step_up={Action.ACCEPT: SensitiveOperation.REPAYMENT},
    ),
    Staff: Rule({Action.READ: STAFF}, within=OF_NOBODY, account=""),
    Statement: _by_contract(),
    Tenant: Rule({Action.READ: READERS | {Principal.STRANGER}}, within="id = s.tenant_id", account=""),
    Upload: Rule({Action.READ: SERVING, Action.START: SERVING}, within=OF_NOBODY, account=""),
}


NOT_KNOWN: Mapping[str, Any] = {}


class Policy:
    """The table, compiled for one schema. Raises `Undeclared`."""

    def __init__(self, schema: GraphQLSchema, lines: FieldLines) -> None:
        self.schema = schema
        self.may_name = compiled(schema, lines)
        self.names = Names(schema, self.may_name)

    def demanded(
        self, document: DocumentNode, operation: OperationDefinitionNode, conditions: Mapping[str, Any] = NOT_KNOWN
    ) -> frozenset[Demand]:
        """What a caller has to meet to name the fields of this operation, for these values of what `@skip` and `@include` read."""
        return self.names.demanded(document, operation, conditions)

    def printed(self) -> str:
        """The whole table as a matrix: what reviews read."""
        allowed = [(model, rule, action, who) for model, rule in MODELS.items() for action, who in rule.may.items()]
        lines = [PolicyLine(who, action.value, model.__name__, rows(rule, action)) for model, rule, action, who in allowed]
        return printed(self.schema, self.may_name, lines)


def rows(rule: Rule, action: Action) -> str:
    """To which rows something may be done, and what else it takes, for people."""
    parts = [
        NOT_BY_ACCOUNT.get(rule.within) or f"reach {' '.join(rule.within.split())}",
        rule.restriction.value,
        rule.staff != "true" and f"staff reach {rule.staff}",
        rule.own and f"always one's own by {rule.own}",
        rule.shown_from and f"customers from {rule.shown_from} on",
        *(f"of kind {kind} for {', '.join(sorted(who))} only" for kind, who in rule.kinds.items()),
        action in rule.feature and f"offered with {rule.feature[action]}",
        action in rule.step_up and f"second proof where {rule.step_up[action]} is sensitive",
    ]
    return "; ".join(part for part in parts if part)


def admit(demanded: frozenset[Demand], scope: Scope) -> None:
    """Raises where a field asks for someone the caller is on no account: `Unauthenticated` for a stranger, else `Forbidden`."""
    principals = scope.auth.principals
    if not all(demand.is_met(principals) for demand in demanded):
        raise Unauthenticated if scope.realm is Realm.STRANGER else Forbidden


def rule_of(model: type[Model]) -> Rule:
    """The rule of a model; one without is closed."""
    rule = MODELS.get(model)
    if rule is None:
        raise Undeclared(f"no rule for {model.__name__}")
    return rule


def may(principals: Iterable[Principal], action: Action, model: type[Model]) -> bool:
    """Whether the table lets one of these do this to some row of this model."""
    return not rule_of(model).may.get(action, frozenset()).isdisjoint(principals)


def offers(scope: Scope, action: Action, model: type[Model]) -> bool:
    """Whether the caller's portal has this act at all."""
    feature = rule_of(model).feature.get(action)
    return feature is None or feature in scope.rules.features


def prove(scope: Scope, action: Action, model: type[Model]) -> None:
    """Raises `StepUpRequired` where this act is sensitive at the caller's portal and the session has no fresh second proof."""
    operation, auth = rule_of(model).step_up.get(action), scope.auth
    if operation is None or operation not in auth.rules.sensitive_operations:
        return
    if auth.strong_until_at is None or auth.strong_until_at <= scope.now:
        raise StepUpRequired(operation.value, tuple(factor.value for factor in auth.rules.second_factors))


def roles_on(auth: AuthContext, account_id: UUID | None) -> frozenset[Principal]:
    """As whom someone acts on a row of this account: by the profiles there, whatever they are elsewhere."""
    if auth.realm is not Realm.CUSTOMER or account_id is None:
        return auth.principals
    return frozenset(Principal(grant.role.value) for grant in auth.reach.get(account_id, ()))


def restrictions(auth: AuthContext, model: type[Model], bind: Callable[[Any], str]) -> Iterable[str]:
    """The conditions that role and profile add to the reach: what this caller may not read of a model, though it lies in his accounts."""
    rule = rule_of(model)
    if rule.kinds and (kinds := hidden_kinds(auth, rule)):
        yield f"kind <> all({bind(kinds)}::text[])"
    if auth.realm is not Realm.CUSTOMER or not rule.account:
        if not may(auth.principals, Action.READ, model):
            yield "false"
        return
    if hidden := closed(auth, model):
        kept = f" or {rule.own} = s.user_id" if rule.own else ""
        yield f"({rule.account} <> all({bind(hidden)}::uuid[]){kept})"
    if narrow := [account for account in auth.restricted_accounts if not _has_whole(auth.reach[account], rule)]:
        grants = [grant for account in narrow for grant in auth.reach[account]]
        clauses = [clause for grant in grants if (clause := _within_grant(grant, rule, bind))]
        yield f"({' or '.join([f'account_id <> all({bind(narrow)}::uuid[])', *clauses])})"


def are_whole(auth: AuthContext, models: tuple[type[Model], ...]) -> bool:
    """Whether role and profiles add nothing to the reach: then all statements on these models read alike for all such callers."""
    if models not in auth.whole:
        auth.whole[models] = not any(_is_restricted(auth, model) for model in models)
    return auth.whole[models]


def _is_restricted(auth: AuthContext, model: type[Model]) -> bool:
    is_dated = rule_of(model).shown_from is not None  # the instant is a value of its own in every statement
    return is_dated or any(restrictions(auth, model, lambda value: ""))


def hidden_kinds(auth: AuthContext, rule: Rule) -> list[str]:
    """The kinds of rows that this caller does not read, whatever else lets him."""
    return [kind for kind, principals in rule.kinds.items() if principals.isdisjoint(auth.principals)]


def closed(auth: AuthContext, model: type[Model]) -> list[UUID]:
    """The accounts in reach whose rows of this model the caller's role there may not read."""
    if model not in auth.closed:
        auth.closed[model] = [a for a in auth.reach if not may(roles_on(auth, a), Action.READ, model)]
    return auth.closed[model]


def can_see(auth: AuthContext, model: type[Model], row: Any) -> bool:
    """Whether a row of an account that was read for writing, with its account checked, lies within the caller's profiles there."""
    rule = rule_of(model)
    if rule.kinds and row.kind in hidden_kinds(auth, rule):
        return False
    if auth.realm is not Realm.CUSTOMER or not rule.account:
        return True
    return any(_covers(grant, rule, row) for grant in auth.reach.get(getattr(row, rule.account), ()))


def _has_whole(grants: Iterable[Grant], rule: Rule) -> bool:
    """Whether one of the grants on an account gives all rows of a model there."""
    if rule.restriction is Restriction.DOCUMENT:
        return False
    return any(rule.restriction is Restriction.NONE or grant.contracts is None for grant in grants)


def _within_grant(grant: Grant, rule: Rule, bind: Callable[[Any], str]) -> str | None:
    """The rows that one limited grant gives; `None` when it gives none."""
    if rule.restriction is Restriction.WHOLE and grant.contracts is not None:
        return None
    parts = [f"account_id = {bind(grant.account_id)}"]
    if grant.contracts is not None:
        parts.append(f"{'id' if rule.restriction is Restriction.ITSELF else 'contract_id'} = any({bind(list(grant.contracts))}::uuid[])")
    if rule.restriction is Restriction.DOCUMENT and grant.document_kinds is not None:
        parts.append(f"kind = any({bind(list(grant.document_kinds))}::text[])")
    if rule.restriction is Restriction.DOCUMENT and grant.documents_from_on is not None:
        parts.append(f"document_on >= {bind(grant.documents_from_on)}")
    return f"({' and '.join(parts)})"


def _covers(grant: Grant, rule: Rule, row: Any) -> bool:
    """`_within_grant`, for one row at hand."""
    if rule.restriction is Restriction.NONE:
        return True
    if rule.restriction is Restriction.WHOLE:
        return grant.contracts is None
    if grant.contracts is not None and (row.id if rule.restriction is Restriction.ITSELF else row.contract_id) not in grant.contracts:
        return False
    if rule.restriction is not Restriction.DOCUMENT:
        return True
    is_of_kind = grant.document_kinds is None or row.kind in grant.document_kinds
    return is_of_kind and (grant.documents_from_on is None or row.document_on >= grant.documents_from_on)
