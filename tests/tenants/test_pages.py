"""Long lists: every row once, in order, from both ends, and cursors that only we can make."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import Account, Contract, Document, Installment, Party
from models.base import BadInput, Owned
from resolvers.assets import ASSETS
from resolvers.cases import CASES
from resolvers.contracts import CONTRACTS
from resolvers.documents import DOCUMENTS
from resolvers.installments import INSTALLMENTS
from resolvers.invoices import INVOICES
from resolvers.listings import Listing
from resolvers.mandates import DIRECT_DEBITS, MANDATES
from resolvers.payments import PAYMENTS
from resolvers.settlement_quotes import QUOTES
from resolvers.statements import OPERATIONS, STATEMENTS
from tenants import Gate, Page, PageArgs
from tenants.rows import Prefetch, prefetched
from tenants.select import Select
from tests.tenants.asking import gate_of
from tests.world import CUSTOMERS, World

BY_ACCOUNT = (
    DOCUMENTS,
    INSTALLMENTS,
    INVOICES,
    PAYMENTS,
    DIRECT_DEBITS,
    STATEMENTS,
    OPERATIONS,
    CONTRACTS,
    ASSETS,
    CASES,
    MANDATES,
    QUOTES,
)
ORDERS = [("due_on", "id"), ("-due_on", "-id"), ("number", "id"), ("id",)]
SAME = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)


async def walk(gate: Gate, order: tuple[str, ...], size: int, is_backward: bool, by_account: bool = False) -> list[object]:
    """All ids, page after page."""
    found: list[object] = []
    cursor = None
    for _ in range(100):
        page_args = PageArgs(last=size, before=cursor) if is_backward else PageArgs(first=size, after=cursor)
        page = await gate.page(Installment, (), order, page_args, by_account=by_account)
        found = [*(row.id for row in page.nodes), *found] if is_backward else [*found, *(row.id for row in page.nodes)]
        if not (page.has_previous_page if is_backward else page.has_next_page):
            return found
        cursor = page.start_cursor if is_backward else page.end_cursor
    raise AssertionError("no end")


@pytest.mark.row("X-10", part="keyset pages at the gate")
@SAME
@given(order=st.sampled_from(ORDERS), size=st.integers(1, 20), is_backward=st.booleans(), by_account=st.booleans())
async def test_pages_put_together_are_the_whole_list(world: World, order: tuple[str, ...], size: int, is_backward: bool, by_account: bool):
    gate = await gate_of(world, "acct")
    whole = [row.id for row in await gate.every(Installment, (), order)]
    assert await walk(gate, order, size, is_backward, by_account) == whole
    assert len(whole) == len(set(whole)) == 18


@pytest.mark.parametrize("who", CUSTOMERS)
@pytest.mark.parametrize("listing", BY_ACCOUNT, ids=lambda listing: listing.model.__name__)
async def test_a_page_put_together_from_the_accounts_is_the_same_page(world: World, listing: Listing, who: str):
    gate, page_args = await gate_of(world, who), PageArgs(first=3)
    whole = await gate.page(listing.model, (), listing.usual, page_args)

    for reads in (None, frozenset(("id",)), frozenset(("id", "end_cursor"))):  # with and without what it is sorted by
        page = await gate.page(listing.model, (), listing.usual, page_args, reads, by_account=True)
        assert [row.id for row in page.nodes] == [row.id for row in whole.nodes]
        assert (page.has_next_page, page.end_cursor) == (whole.has_next_page, whole.end_cursor)


async def test_pages_of_children_are_the_pages_of_each_parent_in_one_statement(world: World):
    gate = await gate_of(world, "acct")
    contracts = await gate.every(Contract, (), ("id",))
    before = world.statements()
    pages = await gate.child_pages(Installment, contracts, "contract_id", ("-due_on", "-id"), PageArgs(first=2))
    assert world.statements() == before + 1
    for contract, page in zip(contracts, pages, strict=True):
        alone = await gate.page(Installment, [("contract_id", "=", contract.id)], ("-due_on", "-id"), PageArgs(first=2))
        assert [row.id for row in page.nodes] == [row.id for row in alone.nodes]
        assert (page.has_next_page, page.end_cursor) == (alone.has_next_page, alone.end_cursor)


async def test_counts_of_many_pages_take_one_statement(world: World):
    gate = await gate_of(world, "acct")
    contracts = await gate.every(Contract, (), ("id",))
    pages = await gate.child_pages(Document, contracts, "contract_id", ("id",), PageArgs(first=1))
    before = world.statements()
    counts = await gate.counts(pages)
    assert world.statements() == before + 1
    assert counts == [len(rows) for rows in await gate.children(Document, contracts, "contract_id", ("id",))]


async def test_parents_brought_along_are_not_read_again(world: World):
    gate = await gate_of(world, "admin1")
    contract = await gate.one(Contract, world.gid("t1", Contract, "A1-C1"), prefetch=(prefetched("account", Account, "account_id"),))
    before = world.statements()
    [account] = await gate.parents(Account, [contract], "account_id")
    assert world.statements() == before
    assert account is not None and account.number == "100200300"


@pytest.mark.parametrize("who", [*CUSTOMERS, "agent"])
async def test_an_account_of_which_a_contract_knows_all_that_is_shown_is_not_looked_up(world: World, who: str):
    gate, few = await gate_of(world, who), frozenset(("id", "holder_id"))
    prefetch = (prefetched("account", Account, "account_id", few), prefetched("holder", Party, "holder_id", frozenset(("legal_name",))))
    assert " from account " not in gate_statement(gate, prefetch)
    assert " from account " in gate_statement(gate, (prefetched("account", Account, "account_id", few | {"number"}), prefetch[1]))

    page = await gate.page(Contract, (), ("id",), PageArgs(first=100), frozenset(("id", "account_id")), prefetch)
    accounts = await gate.parents(Account, page.nodes, "account_id", few)
    alone = await gate.by_ids(Account, [row.account_id for row in page.nodes])
    assert [(row.id, row.holder_id) for row in accounts if row] == [
        (alone[row.account_id].id, alone[row.account_id].holder_id) for row in page.nodes
    ]
    holders = await gate.parents(Party, [row for row in accounts if row], "holder_id", frozenset(("legal_name",)))
    assert all(holder and holder.legal_name for holder in holders)


def gate_statement(gate: Gate, prefetch: tuple[Prefetch, ...]) -> str:
    return Select(gate.scope, Contract, (), ("id", "account_id")).page_with_parents(prefetch, ("id",), 10)


@pytest.mark.parametrize(
    "page_args",
    [
        PageArgs(first=0),
        PageArgs(first=101),
        PageArgs(last=0),
        PageArgs(last=-1),
        PageArgs(first=5, last=5),
        PageArgs(first=5, before="x"),
        PageArgs(last=5, after="x"),
    ],
)
async def test_a_page_out_of_bounds_is_refused_not_clamped(world: World, page_args: PageArgs):
    gate = await gate_of(world, "admin1")
    with pytest.raises(BadInput):
        await gate.page(Installment, (), ("id",), page_args)


async def test_a_cursor_belongs_to_its_list_its_order_and_to_us(world: World):
    gate = await gate_of(world, "admin1")
    page: Page = await gate.page(Installment, (), ("due_on", "id"), PageArgs(first=2))
    cursor = page.end_cursor
    assert cursor is not None
    other = "B" if cursor[0] == "A" else "A"
    wrong = [
        ("", "id"),
        ("x" * 20, "id"),
        (cursor[:-1], "due_on"),
        (other + cursor[1:], "due_on"),
        (cursor + "AAAA", "due_on"),
        ("é", "id"),
    ]
    for spoiled, column in wrong:
        with pytest.raises(BadInput, match="cursor"):
            await gate.page(Installment, (), (column, "id") if column != "id" else ("id",), PageArgs(first=2, after=spoiled))
    with pytest.raises(BadInput, match="cursor"):
        await gate.page(Installment, (), ("-due_on", "-id"), PageArgs(first=2, after=cursor))
    with pytest.raises(BadInput, match="cursor"):
        await gate.page(Contract, (), ("starts_on", "id"), PageArgs(first=2, after=cursor))


@pytest.mark.parametrize("model", [Document, Party])
async def test_a_row_tells_its_type_itself_as_its_model_does(world: World, model: type[Owned]):
    """What the engine reads off a whole list by the columns, anything else asks the row."""
    gate = await gate_of(world, "agent")
    rows = (await gate.page(model, (), ("id",), PageArgs(first=100))).nodes

    column, types = model.TYPENAMES
    assert {row.typename for row in rows} == {types[getattr(row, column)] for row in rows}
    assert len({row.typename for row in rows}) > 1
