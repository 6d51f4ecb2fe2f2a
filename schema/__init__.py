"""What clients see: views on rows. Every answer comes from `resolvers`. A new concept is a module here and a base class below."""

from functools import cache
from typing import Any

import strawberry
from graphql import lexicographic_sort_schema, print_schema
from strawberry.schema.config import StrawberryConfig

from schema.accounts import AccountQuery
from schema.assets import AssetQuery
from schema.cases import CaseQuery
from schema.certificates import CertificateMutation, CertificateQuery
from schema.contracts import ContractQuery
from schema.dashboards import DashboardQuery
from schema.documents import DOCUMENTS, DocumentQuery
from schema.enums import open_stored
from schema.errors import ERRORS
from schema.imports import BackOfficeQuery, ImportMutation
from schema.installments import InstallmentQuery
from schema.invoices import InvoiceQuery
from schema.mandates import MandateQuery
from schema.node import NodeQuery
from schema.parties import Company, PartyQuery, Person
from schema.payments import PaymentQuery
from schema.portals import PortalQuery
from schema.scalars import SCALARS
from schema.sessions import SessionMutation
from schema.settlement_quotes import SettlementQuoteMutation, SettlementQuoteQuery
from schema.simulations import SimulationQuery
from schema.statements import StatementQuery
from schema.terms import TERMS
from schema.viewer import ViewerQuery


@strawberry.type(description="Everything that can be read.")
class Query(
    ViewerQuery,
    PortalQuery,
    NodeQuery,
    AccountQuery,
    PartyQuery,
    ContractQuery,
    AssetQuery,
    InstallmentQuery,
    InvoiceQuery,
    PaymentQuery,
    MandateQuery,
    DocumentQuery,
    CertificateQuery,
    StatementQuery,
    CaseQuery,
    DashboardQuery,
    SimulationQuery,
    SettlementQuoteQuery,
    BackOfficeQuery,
):
    pass


@strawberry.type(description="Everything that can be done.")
class Mutation(SessionMutation, SettlementQuoteMutation, CertificateMutation, ImportMutation):
    pass


@cache
def build() -> strawberry.Schema:
    """The schema, built once in a process: nobody changes it."""
    types: list[Any] = [Company, Person, *ERRORS, *DOCUMENTS, *TERMS]
    config = StrawberryConfig(disable_field_suggestions=True, scalar_map=SCALARS)
    schema = strawberry.Schema(Query, Mutation, types=types, config=config)
    open_stored(schema._schema)
    return schema


def exported() -> str:
    """The schema as front-end teams read it: sorted, so that it changes only where something has changed."""
    return print_schema(lexicographic_sort_schema(build()._schema)) + "\n"
