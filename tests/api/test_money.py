"""Amounts: decimal text with a currency beside it, and sums that come out to the cent, in all that the houses have exported."""

import json
from collections.abc import AsyncIterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from tests.api.asking import read
from tests.walls.test_matrix import REVIEWED, SCHEMA, by_feature, maker_for
from tests.world import World

READERS = ("agent", "anna", "t2", "t4")
CENT = Decimal("0.01")
INVOICES = """query ($after: String) { rows: invoices(first: 50, after: $after) { pageInfo { hasNextPage endCursor } nodes { number currency vatRounding
  net { amount currency } vat { amount currency } total { amount currency } paid { amount currency } outstanding { amount currency }
  lines { net vat vatPercent vatCategory } vatTotals { net vat vatPercent vatCategory } } } }"""
INSTALLMENTS = """query ($after: String) { rows: installments(first: 100, after: $after, filter: {dueOn: {from: null}}) { pageInfo { hasNextPage endCursor } nodes {
  amountExclVat { amount currency } vat { amount currency } amountInclVat { amount currency } paid { amount currency } outstanding { amount currency } state contract { currency } } } }"""
CASES = """query ($after: String) { rows: cases(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes {
  principal { amount currency } interest { amount currency } fees { amount currency } costs { amount currency } paid { amount currency } outstanding { amount currency } } } }"""
PAYMENTS = """query ($after: String) { rows: payments(first: 100, after: $after, filter: {valueOn: {from: null}}) { pageInfo { hasNextPage endCursor } nodes {
  amount { amount currency } allocations { amount } } } }"""


async def everything(world: World, query: str) -> AsyncIterator[Any]:
    """Every row of a list, of everybody who reads a house."""
    for who in READERS:
        after = None
        while True:
            page = (await read(world, who, query, after=after))["rows"]
            for row in page["nodes"]:
                yield row
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                break


def worth(*amounts: Any) -> Decimal:
    """The sum of amounts that are all in one currency."""
    assert len({amount["currency"] for amount in amounts}) == 1
    return sum((Decimal(amount["amount"]) for amount in amounts), Decimal(0))


@pytest.mark.row("X-15")
async def test_the_sums_of_lines_are_the_totals_to_the_cent(world: World):
    """By arithmetic of our own over what clients read: every invoice, installment, claim and payment of the imported world."""
    counted = 0
    async for bill in everything(world, INVOICES):
        if bill["lines"]:
            assert sum(Decimal(line["net"]) for line in bill["lines"]) == worth(bill["net"])
            assert vat_of(bill) == worth(bill["vat"])
            counted += 1
        for total in bill["vatTotals"]:
            lines = [
                line for line in bill["lines"] if (line["vatCategory"], line["vatPercent"]) == (total["vatCategory"], total["vatPercent"])
            ]
            assert sum(Decimal(line["net"]) for line in lines) == Decimal(total["net"])
        assert worth(bill["net"], bill["vat"]) == worth(bill["total"]) == worth(bill["paid"], bill["outstanding"])
        assert bill["net"]["currency"] == bill["currency"]
    async for due in everything(world, INSTALLMENTS):
        left = worth(due["amountInclVat"]) - worth(due["paid"])
        assert worth(due["amountExclVat"], due["vat"]) == worth(due["amountInclVat"])
        assert worth(due["outstanding"]) == (0 if due["state"] in ("CANCELLED", "WAIVED") else left)
        assert due["paid"]["currency"] == due["contract"]["currency"]
        counted += 1
    async for case in everything(world, CASES):
        assert worth(case["principal"], case["interest"], case["fees"], case["costs"]) == worth(case["paid"], case["outstanding"])
        counted += 1
    async for payment in everything(world, PAYMENTS):
        assert sum(Decimal(part["amount"]) for part in payment["allocations"]) <= worth(payment["amount"])
        counted += 1
    assert counted > 80


def vat_of(bill: Any) -> Decimal:
    """By the rounding that the invoice declares."""
    if bill["vatRounding"] == "PER_LINE":
        return sum((Decimal(line["vat"]) for line in bill["lines"]), Decimal(0))
    bases: dict[Any, Decimal] = {}
    for line in bill["lines"]:
        key = line["vatCategory"], line["vatPercent"]
        bases[key] = bases.get(key, Decimal(0)) + Decimal(line["net"])
    return sum(((net * Decimal(rate) / 100).quantize(CENT, ROUND_HALF_UP) for (_, rate), net in bases.items()), Decimal(0))


@pytest.mark.row("X-15")
async def test_no_field_of_any_answer_is_a_binary_fraction(world: World):
    """Every field of the schema is asked for once; a JSON number with a point or an exponent would be one."""

    def refuse(text: str) -> None:
        raise AssertionError(f"a float came out: {text}")

    maker = maker_for(world, "agent")
    amounts = 0
    for of, path in maker.paths().items():
        named = [(of, name) for name in sorted(SCHEMA.type_map[of].fields)]  # type: ignore[attr-defined]  # all of them have fields
        asked = [name for _, name in named if "AGENT" in REVIEWED[of, name] and not by_feature(path, [name])]
        for some in batched(asked if all("AGENT" in REVIEWED[step.of, step.name] for step in path) else []):
            answer = await world.ask("agent", maker.wrapped(" ".join(maker.leaf_call(of, name) for name in some), of, path))
            assert answer.codes == [], (of, some, answer.errors)
            json.loads(answer.raw, parse_float=refuse)
            amounts += answer.raw.count(b'.00"')
    assert amounts > 20
    assert "Float" not in SCHEMA.type_map


def batched(names: list[str], size: int = 12) -> list[list[str]]:
    return [names[start : start + size] for start in range(0, len(names), size)]


@pytest.mark.parametrize(
    "given", ["1.5e3", "NaN", "Infinity", "1_000", "1,000.00", "\N{ARABIC-INDIC DIGIT ONE}", "", "1.1234567", "+1", "01", ".5"]
)
async def test_an_amount_is_taken_in_plain_notation_only(world: World, given: str):
    answer = await world.ask("view3", "query ($f: Decimal) { invoices(filter: {total: {from: $f}}) { totalCount } }", f=given)

    assert answer.codes == ["BAD_USER_INPUT"]


async def test_a_number_of_json_is_no_amount(world: World):
    for given in (1, 1.5, True):
        answer = await world.ask("view3", "query ($f: Decimal) { invoices(filter: {total: {from: $f}}) { totalCount } }", f=given)
        assert answer.codes == ["BAD_USER_INPUT"]
