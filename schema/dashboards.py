"""Where customers stand, on one page."""

from datetime import date
from decimal import Decimal

import strawberry

from engine import SIZE, USUAL, answered_once_by
from models.dashboards import MOST_ALERTS, MOST_ARREARS, MOST_CONTRACTS, MOST_INSTALLMENTS, AlertKind
from resolvers import dashboards as resolve
from schema.arrears import Arrears
from schema.contracts import Contract
from schema.enums import shown
from schema.installments import Installment
from schema.money import Money
from schema.ownership import MaybeOfContract
from schema.scalars import CurrencyCode
from schema.work import DASHBOARD

shown(AlertKind, "What is worth looking at.")


@strawberry.type(description="One thing to look at. Words for it are yours: it has the facts.")
class Alert(MaybeOfContract):
    kind: AlertKind = strawberry.field(description="What it is.")
    due_on: date = strawberry.field(description="The day it is about.")
    amount: Money | None = strawberry.field(description="The amount it is about, where there is one.")


@strawberry.type(description="What the parts of a dashboard come to in one currency. Amounts of two currencies are never added.")
class CurrencyTotal:
    currency: CurrencyCode = strawberry.field(description="The currency of these amounts.")
    contract_count: int = strawberry.field(description="How many contracts run.")
    outstanding_amount: Decimal = strawberry.field(
        name="outstandingPrincipal", description="What is still to be paid back under them, as the finance house last said of each."
    )
    overdue_amount: Decimal = strawberry.field(
        name="overdue", description="What should have been paid of installments until yesterday and was not."
    )
    open_case_count: int = strawberry.field(description="How many claims in collection are open: neither paid nor closed.")
    open_cases_amount: Decimal = strawberry.field(
        name="openCasesOutstanding", description="What is still to be paid of these, with interest, fees and costs."
    )


@strawberry.type(description="Where somebody stands: read at one moment, so each total is the sum of its parts.")
class Dashboard:
    reckoned_on: date = strawberry.field(description="The day it shows, where the portal is.")
    contracts: list[Contract] = strawberry.field(
        description="The contracts that run, by number: at most 100. All others are in the list of contracts.",
        metadata={SIZE: MOST_CONTRACTS, USUAL: 10},
    )
    next_installments: list[Installment] = strawberry.field(
        description="What is to be paid from today on, the earliest first: at most 10.", metadata={SIZE: MOST_INSTALLMENTS}
    )
    arrears: list[Arrears] = strawberry.field(
        description="What is overdue, contract by contract, the longest overdue first: at most 100.",
        metadata={SIZE: MOST_ARREARS, USUAL: 5},
    )
    totals: list[CurrencyTotal] = strawberry.field(description="What it comes to, for each currency.", metadata={SIZE: 5, USUAL: 1})
    alerts: list[Alert] = strawberry.field(
        description="What to look at, the most urgent first: at most 50.", metadata={SIZE: MOST_ALERTS, USUAL: 5}
    )


@strawberry.type
class DashboardQuery:
    dashboard: Dashboard = answered_once_by(
        resolve.dashboard,
        "What you owe and what is due next, over all your accounts or some of them. For customers only: staff are refused.",
        work=DASHBOARD,
    )
