"""A server as the manuals of strawberry, Tortoise and DataLoader show it: types with resolvers, one loader a relation, a tenant filter."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import strawberry
from starlette.applications import Starlette
from starlette.routing import Route
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from strawberry.extensions import ParserCache, ValidationCache
from tortoise import Tortoise, fields
from tortoise.models import Model

from models.connecting import credentials_in


class PartyRow(Model):
    id = fields.UUIDField(primary_key=True)
    tenant_id = fields.UUIDField()
    legal_name = fields.TextField()

    class Meta:
        table = "party"


class AccountRow(Model):
    id = fields.UUIDField(primary_key=True)
    tenant_id = fields.UUIDField()
    holder_id = fields.UUIDField()

    class Meta:
        table = "account"


class ContractRow(Model):
    id = fields.UUIDField(primary_key=True)
    tenant_id = fields.UUIDField()
    account_id = fields.UUIDField()
    number = fields.TextField()
    kind = fields.TextField()
    state = fields.TextField()
    starts_on = fields.DateField()
    ends_on = fields.DateField(null=True)
    currency = fields.TextField()
    financed_amount = fields.DecimalField(18, 2, null=True)
    nominal_rate_percent = fields.DecimalField(9, 6, null=True)
    duration_months = fields.IntField(null=True)

    class Meta:
        table = "contract"


class AssetRow(Model):
    id = fields.UUIDField(primary_key=True)
    tenant_id = fields.UUIDField()
    contract_id = fields.UUIDField()
    designation = fields.TextField()
    category = fields.TextField()
    serial_number = fields.TextField(null=True)
    purchase_amount = fields.DecimalField(18, 2, null=True)
    delivered_on = fields.DateField(null=True)

    class Meta:
        table = "asset"


class DocumentRow(Model):
    id = fields.UUIDField(primary_key=True)
    tenant_id = fields.UUIDField()
    contract_id = fields.UUIDField(null=True)
    kind = fields.TextField()
    number = fields.TextField(null=True)
    title = fields.TextField()
    document_on = fields.DateField()

    class Meta:
        table = "document"


class InstallmentRow(Model):
    id = fields.UUIDField(primary_key=True)
    tenant_id = fields.UUIDField()
    contract_id = fields.UUIDField()
    number = fields.IntField()
    due_on = fields.DateField()
    state = fields.TextField()
    incl_vat_amount = fields.DecimalField(18, 2)
    outstanding_amount = fields.DecimalField(18, 2)

    class Meta:
        table = "installment"


@strawberry.type
class Money:
    amount: Decimal


def money(amount: Decimal | None) -> Money | None:
    return None if amount is None else Money(amount=amount)


@strawberry.type
class Holder:
    legal_name: str


@strawberry.type
class Account:
    holder_id: strawberry.Private[Any]

    @strawberry.field
    async def holder(self, info: strawberry.Info) -> Holder:
        row = await info.context["holders"].load(self.holder_id)
        return Holder(legal_name=row.legal_name)


@strawberry.type
class Asset:
    id: strawberry.ID
    designation: str
    category: str
    serial_number: str | None
    purchase_price: Money | None
    delivered_on: date | None


@strawberry.type
class Document:
    id: strawberry.ID
    kind: str
    number: str | None
    title: str
    document_on: date


@strawberry.type
class Installment:
    number: int
    due_on: date
    state: str
    amount_incl_vat: Money
    outstanding: Money


@strawberry.type
class Assets:
    nodes: list[Asset]


@strawberry.type
class Documents:
    nodes: list[Document]


@strawberry.type
class Installments:
    nodes: list[Installment]


@strawberry.type
class Contract:
    id: strawberry.ID
    account_id: strawberry.Private[Any]
    number: str
    kind: str
    state: str
    starts_on: date
    ends_on: date | None
    currency: str
    financed_amount: Money | None
    nominal_rate_percent: Decimal | None
    duration_months: int | None

    @classmethod
    def of(cls, row: ContractRow) -> "Contract":
        return cls(
            id=strawberry.ID(str(row.id)), account_id=row.account_id, number=row.number, kind=row.kind, state=row.state, starts_on=row.starts_on,
            ends_on=row.ends_on, currency=row.currency, financed_amount=money(row.financed_amount), nominal_rate_percent=row.nominal_rate_percent,
            duration_months=row.duration_months,
        )  # fmt: skip

    @strawberry.field
    async def account(self, info: strawberry.Info) -> Account:
        row = await info.context["accounts"].load(self.account_id)
        return Account(holder_id=row.holder_id)

    @strawberry.field
    async def assets(self, info: strawberry.Info, first: int) -> Assets:
        rows = (await info.context["assets"].load(self.id))[:first]
        return Assets(
            nodes=[
                Asset(
                    id=strawberry.ID(str(r.id)), designation=r.designation, category=r.category, serial_number=r.serial_number,
                    purchase_price=money(r.purchase_amount), delivered_on=r.delivered_on,
                )
                for r in rows
            ]
        )  # fmt: skip

    @strawberry.field
    async def documents(self, info: strawberry.Info, first: int) -> Documents:
        rows = (await info.context["documents"].load(self.id))[:first]
        return Documents(
            nodes=[
                Document(id=strawberry.ID(str(r.id)), kind=r.kind, number=r.number, title=r.title, document_on=r.document_on) for r in rows
            ]
        )

    @strawberry.field
    async def installments(self, info: strawberry.Info, first: int) -> Installments:
        rows = (await info.context["installments"].load(self.id))[:first]
        return Installments(
            nodes=[
                Installment(
                    number=r.number, due_on=r.due_on, state=r.state, amount_incl_vat=Money(amount=r.incl_vat_amount),
                    outstanding=Money(amount=r.outstanding_amount),
                )
                for r in rows
            ]
        )  # fmt: skip


@strawberry.type
class PageInfo:
    has_next_page: bool
    end_cursor: str | None


@strawberry.type
class Contracts:
    nodes: list[Contract]
    page_info: PageInfo


@strawberry.type
class Query:
    @strawberry.field
    async def contracts(self, info: strawberry.Info, first: int) -> Contracts:
        rows = await ContractRow.filter(tenant_id=info.context["tenant"]).order_by("-starts_on", "-id").limit(first + 1)
        nodes = [Contract.of(row) for row in rows[:first]]
        return Contracts(nodes=nodes, page_info=PageInfo(has_next_page=len(rows) > first, end_cursor=nodes[-1].id if nodes else None))

    @strawberry.field
    async def contract(self, info: strawberry.Info, id: strawberry.ID) -> Contract | None:
        row = await ContractRow.get_or_none(tenant_id=info.context["tenant"], id=id)
        return Contract.of(row) if row else None


def by_key(model: Any, tenant: str) -> DataLoader[Any, Any]:
    async def load(keys: list[Any]) -> list[Any]:
        found = {row.id: row for row in await model.filter(tenant_id=tenant, id__in=keys)}
        return [found.get(key) for key in keys]

    return DataLoader(load_fn=load)


def by_contract(model: Any, tenant: str, *order: str) -> DataLoader[Any, Any]:
    async def load(keys: list[Any]) -> list[Any]:
        found: dict[str, list[Any]] = {key: [] for key in keys}
        for row in await model.filter(tenant_id=tenant, contract_id__in=keys).order_by(*order):
            found[str(row.contract_id)].append(row)
        return [found[key] for key in keys]

    return DataLoader(load_fn=load)


class Server(GraphQL):
    """One set of loaders a request."""

    async def get_context(self, request: Any, response: Any) -> Any:
        tenant = request.headers["x-tenant"]
        return {
            "tenant": tenant,
            "accounts": by_key(AccountRow, tenant),
            "holders": by_key(PartyRow, tenant),
            "assets": by_contract(AssetRow, tenant, "designation", "id"),
            "documents": by_contract(DocumentRow, tenant, "-document_on", "-id"),
            "installments": by_contract(InstallmentRow, tenant, "-due_on", "-id"),
        }


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    credentials = credentials_in(os.environ["BENCH_URL"]) | {"schema": "bailiwick", "minsize": 1, "maxsize": int(os.environ["BENCH_POOL"])}
    config: dict[str, Any] = {
        "connections": {"default": {"engine": "tortoise.backends.asyncpg", "credentials": credentials}},
        "apps": {"models": {"models": ["bench.plain"], "default_connection": "default"}},
    }
    await Tortoise.init(config=config, _enable_global_fallback=True)
    yield
    await Tortoise.close_connections()


schema = strawberry.Schema(Query, extensions=[ParserCache, ValidationCache])
app = Starlette(routes=[Route("/graphql", Server(schema, graphql_ide=None))], lifespan=lifespan)
