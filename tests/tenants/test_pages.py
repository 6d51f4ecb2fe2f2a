"""Long lists: every row once, in order, from both ends, and cursors that only we can make."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import Account, Contract, Document, Installment, Party
from models.base import BadInput, Owned
from tenants import Gate, Page, Window
from tenants.rows import brought
from tests.tenants.asking import gate_of
from tests.world import World

ORDERS = [("due_on", "id"), ("-due_on", "-id"), ("number", "id"), ("id",)]
SAME = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)


async def walk(gate: Gate, order: tuple[str, ...], size: int, is_backward: bool) -> list[object]:
    """All ids, page after page."""
    found: list[object] = []
    cursor = None
    for _ in range(100):
        window = Window(last=size, before=cursor) if is_backward else Window(first=size, after=cursor)
        page = await gate.page(Installment, (), order, window)
        found = [*(row.id for row in page.nodes), *found] if is_backward else [*found, *(row.id for row in page.nodes)]
        if not (page.has_previous_page if is_backward else page.has_next_page):
            return found
        cursor = page.start_cursor if is_backward else page.end_cursor
    raise AssertionError("no end")


@pytest.mark.row("X-15", part="keyset pages at the gate")
@SAME
@given(order=st.sampled_from(ORDERS), size=st.integers(1, 20), is_backward=st.booleans())
async def test_pages_put_together_are_the_whole_list(world: World, order: tuple[str, ...], size: int, is_backward: bool):
    gate = await gate_of(world, "acct")
    whole = [row.id for row in await gate.every(Installment, (), order)]
    assert await walk(gate, order, size, is_backward) == whole
    assert len(whole) == len(set(whole)) == 18


async def test_pages_of_children_are_the_pages_of_each_parent_in_one_statement(world: World):
    gate = await gate_of(world, "acct")
    contracts = await gate.every(Contract, (), ("id",))
    before = world.statements()
    pages = await gate.child_pages(Installment, contracts, "contract_id", ("-due_on", "-id"), Window(first=2))
    assert world.statements() == before + 1
    for contract, page in zip(contracts, pages, strict=True):
        alone = await gate.page(Installment, [("contract_id", "=", contract.id)], ("-due_on", "-id"), Window(first=2))
        assert [row.id for row in page.nodes] == [row.id for row in alone.nodes]
        assert (page.has_next_page, page.end_cursor) == (alone.has_next_page, alone.end_cursor)


async def test_counts_of_many_pages_take_one_statement(world: World):
    gate = await gate_of(world, "acct")
    contracts = await gate.every(Contract, (), ("id",))
    pages = await gate.child_pages(Document, contracts, "contract_id", ("id",), Window(first=1))
    before = world.statements()
    counts = await gate.counts(pages)
    assert world.statements() == before + 1
    assert counts == [len(rows) for rows in await gate.children(Document, contracts, "contract_id", ("id",))]


async def test_parents_brought_along_are_not_read_again(world: World):
    gate = await gate_of(world, "admin1")
    contract = await gate.one(Contract, world.gid("t1", Contract, "A1-C1"), bring=(brought("account", Account, "account_id"),))
    before = world.statements()
    [account] = await gate.parents(Account, [contract], "account_id")
    assert world.statements() == before
    assert account is not None and account.number == "100200300"


@pytest.mark.parametrize(
    "window",
    [
        Window(first=0),
        Window(first=101),
        Window(last=0),
        Window(last=-1),
        Window(first=5, last=5),
        Window(first=5, before="x"),
        Window(last=5, after="x"),
    ],
)
async def test_a_page_out_of_bounds_is_refused_not_clamped(world: World, window: Window):
    gate = await gate_of(world, "admin1")
    with pytest.raises(BadInput):
        await gate.page(Installment, (), ("id",), window)


async def test_a_cursor_belongs_to_its_list_its_order_and_to_us(world: World):
    gate = await gate_of(world, "admin1")
    page: Page = await gate.page(Installment, (), ("due_on", "id"), Window(first=2))
    cursor = page.end_cursor
    assert cursor is not None
    wrong = [("", "id"), ("x" * 20, "id"), (cursor[:-1], "due_on"), ("A" + cursor[1:], "due_on"), (cursor + "AAAA", "due_on"), ("é", "id")]
    for spoiled, column in wrong:
        with pytest.raises(BadInput, match="cursor"):
            await gate.page(Installment, (), (column, "id") if column != "id" else ("id",), Window(first=2, after=spoiled))
    with pytest.raises(BadInput, match="cursor"):
        await gate.page(Installment, (), ("-due_on", "-id"), Window(first=2, after=cursor))
    with pytest.raises(BadInput, match="cursor"):
        await gate.page(Contract, (), ("starts_on", "id"), Window(first=2, after=cursor))


@pytest.mark.parametrize("model", [Document, Party])
async def test_a_row_tells_its_type_itself_as_its_model_does(world: World, model: type[Owned]):
    """What the engine reads off a whole list by the columns, anything else asks the row."""
    gate = await gate_of(world, "agent")
    rows = (await gate.page(model, (), ("id",), Window(first=100))).nodes

    column, types = model.TYPENAMES
    assert {row.typename for row in rows} == {types[getattr(row, column)] for row in rows}
    assert len({row.typename for row in rows}) > 1
