"""Customer numbers, who stands beside their holder, and who works on them."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from engine import answered_by, answered_once_by
from models import AccountStatus, Capacity, DocumentKind, InvoiceDelivery, ProfileBasis, ProfileRole, ProfileState
from resolvers import accounts as resolve
from resolvers import dashboards, portals, viewer
from schema.account_children import AccountContracts
from schema.connections import Connection
from schema.contracts import Contract
from schema.dashboards import Dashboard
from schema.enums import shown
from schema.freshness import FromSource
from schema.node import Node
from schema.ownership import MaybeOfContract, OfAccount
from schema.parties import Party
from schema.portals import Portal
from schema.work import DASHBOARD_OF_ACCOUNT
from tenants.permissions import Permission

if TYPE_CHECKING:
    from schema.viewer import User

shown(AccountStatus, "Whether business is done under a customer number.")
shown(InvoiceDelivery, "How invoices reach the customer.")
shown(Capacity, "As what someone stands beside a holder.")
shown(ProfileRole, "What a profile is for.")
shown(ProfileBasis, "Why somebody has a profile.")
shown(ProfileState, "Whether a profile counts.")
shown(resolve.AccountOrderField, "What customer numbers are sorted by.")


@strawberry.type(description="Someone beside the holder of a customer number: a co-borrower or a guarantor.")
class CoParty(Node, MaybeOfContract):
    capacity: Capacity = strawberry.field(description="As what.")
    party: Party = answered_by(resolve.party, "Who it is.")


@strawberry.type(description="The right of one user on one customer number, perhaps limited.")
class Profile(Node, OfAccount):
    role: ProfileRole = strawberry.field(description="What it is for.")
    basis: ProfileBasis = strawberry.field(description="Why it was given.")
    state: ProfileState = strawberry.field(description="Whether it counts.")
    permissions: list[Permission] = answered_by(viewer.permissions_of_profiles, "What it lets its user do on the account.")
    user: Annotated["User", strawberry.lazy("schema.viewer")] | None = answered_by(resolve.users, "Whose it is.")
    party: Party | None = answered_by(resolve.party, "For whom the user acts, where that is not the holder.")
    contracts: list[Contract] | None = answered_by(
        resolve.limited_to, "The contracts it is limited to, those that you reach; null when it is not limited.", size=20, usual=3
    )
    document_kinds: list[DocumentKind] | None = strawberry.field(
        description="The kinds of documents it is limited to; null when it is not limited."
    )
    documents_from_on: date | None = strawberry.field(description="It shows documents of this day and later; null for all.")
    valid_from_at: datetime | None = strawberry.field(description="From when it counts; null for always.")
    valid_until_at: datetime | None = strawberry.field(description="Until when it counts; null for ever.")


@strawberry.type(description="A customer number: contracts, invoices, documents and profiles hang on it.")
class Account(Node, AccountContracts, FromSource):
    number: str = strawberry.field(description="As printed.")
    status: AccountStatus = strawberry.field(description="Whether business is done under it. Closed ones stay readable.")
    invoice_delivery: InvoiceDelivery = strawberry.field(description="How invoices reach the customer.")
    opened_on: date | None = strawberry.field(description="Its first day.")
    closed_on: date | None = strawberry.field(description="Its last day; null while it is in use.")
    holder: Party = answered_by(resolve.holders, "Whose it is.")
    portal: Portal | None = answered_by(portals.of_accounts, "Where it is shown.")
    dashboard: Dashboard = answered_by(dashboards.of_accounts, "Where it stands, on one page.", work=DASHBOARD_OF_ACCOUNT)
    co_parties: list[CoParty] = answered_by(resolve.co_parties, "Who stands beside the holder: at most 20.", size=20, usual=2)
    profiles: Connection[Profile] = answered_by(
        resolve.profiles, "Who works on it. Administrators and staff see all of them, others their own.", usual=3
    )


@strawberry.type
class AccountQuery:
    account: Account | None = answered_once_by(resolve.account, "One customer number; null when you reach none by this id.")
    accounts: Connection[Account] = answered_once_by(resolve.accounts, "All customer numbers that you reach.")
