"""The lists under a customer number."""

import strawberry

from engine import answered_by
from resolvers import account_children as resolve
from schema.assets import Asset
from schema.cases import Case
from schema.connections import Connection
from schema.contracts import Contract
from schema.documents import Document
from schema.installments import Installment
from schema.invoices import Invoice
from schema.mandates import DirectDebit, Mandate
from schema.payments import Payment


@strawberry.type
class AccountContracts:
    contracts: Connection[Contract] = answered_by(resolve.contracts, "Its contracts.", usual=10)
    assets: Connection[Asset] = answered_by(resolve.assets, "What its contracts pay for.")
    invoices: Connection[Invoice] = answered_by(resolve.invoices, "Its bills.")
    documents: Connection[Document] = answered_by(resolve.documents, "Its papers, however old.")
    installments: Connection[Installment] = answered_by(
        resolve.installments, "What is due under its contracts: without a filter of days or states, what fell due until today."
    )
    payments: Connection[Payment] = answered_by(resolve.payments, "What was paid, however long ago.")
    mandates: Connection[Mandate] = answered_by(resolve.mandates, "What its contracts are collected under.", usual=3)
    direct_debits: Connection[DirectDebit] = answered_by(resolve.direct_debits, "What is collected under them.")
    cases: Connection[Case] = answered_by(resolve.cases, "The claims that are collected from it.", usual=3)
