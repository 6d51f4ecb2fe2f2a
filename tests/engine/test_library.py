"""What is kept, for how long, and what is never kept. By counts and sizes."""

import gc
import tracemalloc
from typing import Any

import pytest
from graphql import GraphQLError
from graphql.execution.values import VariableValues

from engine import Bounds, Document, Library, Plan
from engine.library import LEAST, PLANS
from engine.lru import LRU
from tests.engine.happenings import Value
from tests.engine.schema import SCHEMA, Context, World

SMALL = Bounds(proven=10, proven_bytes=600_000, new=5, new_bytes=300_000, refused=4, refused_bytes=50_000)


def text(number: int, fields: int = 1) -> str:
    return f"query Q{number} {{ {' '.join(f'a{i}: sync_text_or' for i in range(fields))} }}"


def read(library: Library, source: str) -> Document:
    document = library.read(source)
    assert isinstance(document, Document), document
    return document


async def run(library: Library, source: str, **values: Any) -> Any:
    document = read(library, source)
    [operation] = document.operations.values()
    return await library.execute(document, operation, values, Context(World({"sync_text_or": (Value("t"),)})))


def test_a_document_that_was_read_once_is_not_read_again():
    library = Library(SCHEMA)

    assert read(library, text(1)) is read(library, text(1)) is read(library, text(1))


async def test_a_flood_of_documents_keeps_what_is_asked_for_twice():
    """Each text of the flood is another one, as one is that has another operation name."""
    library = Library(SCHEMA, bounds=SMALL)
    used = [read(library, text(n)) for n in range(8) for _ in range(2)][::2]
    for number in range(100, 400):
        await run(library, text(number, number % 7 + 1))

    assert [read(library, text(n)) for n in range(8)] == used
    assert len(library.new) == 5
    assert len(library.proven) == 8


async def test_at_no_moment_of_a_flood_is_more_kept_than_the_bounds_say():
    """In number and in weight, whether texts come once or twice, run, or are wrong."""
    library = Library(SCHEMA, bounds=SMALL)
    shelves: list[tuple[LRU[Any], int, int]] = [(library.new, SMALL.new, SMALL.new_bytes), (library.proven, SMALL.proven, SMALL.proven_bytes), (library.refused, SMALL.refused, SMALL.refused_bytes)]  # fmt: skip
    most = [[0, 0] for _ in shelves]
    for number in range(200):
        source = text(number, number % 40 + 1)
        await run(library, source)
        if number % 2:
            await run(library, source)
        library.read(f"{{ nothing{number} # {'x' * number * 20}\n}}")
        for seen, (lru, count, heaviest) in zip(most, shelves, strict=True):
            assert len(lru) <= count and lru.weight <= heaviest
            seen[:] = max(seen[0], len(lru)), max(seen[1], lru.weight)

    for (number_of, weight), (_, count, heaviest) in zip(most, shelves, strict=True):
        assert number_of > count / 2 and weight > heaviest / 2  # the bounds were reached for


async def test_a_flood_of_invalid_texts_pushes_no_document_out():
    library = Library(SCHEMA, bounds=SMALL)
    once = read(library, text(1))
    for number in range(300):
        assert isinstance(library.read(f"{{ nothing{number} }}"), list)
        assert isinstance(library.read(f"{{ {number}"), list)

    assert read(library, text(1)) is once
    assert len(library.refused) == 4


def test_a_refused_text_is_refused_again_by_the_same_words_and_keeps_nothing_of_the_document():
    library, source = Library(SCHEMA), "{ nothing sync_text_or { id } }"

    first, again = library.read(source), library.read(source)

    assert isinstance(first, list) and isinstance(again, list)
    assert [error.formatted for error in first] == [error.formatted for error in again]
    assert [(len(error.locations or ()), error.nodes, error.__traceback__) for error in again] == [(1, None, None)] * 2


async def test_a_flood_of_conditions_keeps_a_few_plans():
    library = Library(SCHEMA, bounds=SMALL)
    names = [f"c{i}" for i in range(10)]
    source = (
        f"query ({', '.join(f'${n}: Boolean!' for n in names)}) {{ {' '.join(f'{n}: sync_text_or @include(if: ${n})' for n in names)} }}"
    )
    for number in range(200):
        chosen = {name: bool(number >> i & 1) for i, name in enumerate(names)}
        result = await run(library, source, **chosen)
        assert set(result.data) == {name for name in names if chosen[name]}

    document = read(library, source)
    assert len(document.plans) == PLANS
    assert library.counts == {"planned": 200}
    assert library.proven.weight == document.weight <= SMALL.proven_bytes


async def test_a_document_that_grows_by_its_plans_pushes_others_out():
    library = Library(SCHEMA, bounds=Bounds(proven=100, proven_bytes=400_000))
    for number in range(20):
        await run(library, text(number, 20))
        await run(library, text(number, 20))

    assert library.proven.weight <= 400_000
    assert 2 <= len(library.proven) < 10


async def test_a_document_that_is_too_heavy_to_be_kept_is_answered_all_the_same():
    library = Library(SCHEMA, bounds=Bounds(proven_bytes=LEAST, new_bytes=LEAST))
    for _ in range(3):
        assert (await run(library, text(1))).data == {"a0": "t"}

    assert (len(library.new), len(library.proven), library.new.weight, library.proven.weight) == (0, 0, 0, 0)


async def test_what_is_known_beforehand_is_planned_and_stays():
    library = Library(SCHEMA, bounds=SMALL)
    source = "query ($a: Boolean!, $b: Boolean! = true) { sync_text_or @skip(if: $a) b: sync_text_or @include(if: $b) }"
    document = library.keep(source)
    for number in range(50):
        read(library, text(number)), read(library, text(number))

    assert isinstance(document, Document)
    assert read(library, source) is document
    assert len(document.plans) == 4
    before = document.compiled
    for a in (True, False):
        await run(library, source, a=a)
    assert document.compiled == before


def test_what_is_known_beforehand_and_wrong_is_not_kept():
    library = Library(SCHEMA)

    assert isinstance(library.keep("{ nothing }"), list)
    assert library.pinned == {}


def test_a_document_is_refused_by_its_weight_before_it_is_validated():
    library = Library(SCHEMA, weigh=lambda tree: GraphQLError("Too heavy."))

    [error] = library.read("{ nothing }")  # type: ignore[misc]  # a list of errors

    assert error.message == "Too heavy."


HEAVY = [
    lambda n: text(n, 60),
    lambda n: f"query Q{n} {{ {'__typename ' * 200} }}",
    lambda n: f"query Q{n} {{ sync_text_or }}",
    lambda n: f"query Q{n} {{ sync_thing {{ {'batch_thing { id plain_text ' * 15} {'}' * 15} }} }}",
    lambda n: f"query Q{n} {{ {' '.join(f'a{i}: batch_car_or {{ id }}' for i in range(25))} }}",
]


@pytest.mark.parametrize("source", HEAVY)
def test_documents_weigh_at_most_what_they_say(source: Any):
    """The bounds are in bytes because memory is; what a document says of itself must not be too little."""
    library = Library(SCHEMA)
    for number in range(3):
        made(library, source(number))  # what is made once for all
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]

    documents = [made(library, source(number)) for number in range(100, 120)]

    gc.collect()
    real = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    said = sum(document.weight for document in documents)
    assert said * 0.4 < real < said


def made(library: Library, source: str) -> Document:
    document = library._read(source)
    assert isinstance(document, Document)
    document.plan_ahead()
    return document


async def test_memory_is_flat_under_a_flood():
    """Of valid documents, invalid ones, operation names and conditions: after many of each as after a few."""
    library = Library(SCHEMA, bounds=SMALL)

    async def flood(numbers: range) -> int:
        for number in numbers:
            await run(library, text(number, number % 5 + 1))
            await run(library, text(number % 9))
            library.read(f"{{ nothing{number} }}")
            await run(library, f"query N{number}($c: Boolean!) {{ sync_text_or @skip(if: $c) }}", c=bool(number % 2))
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    few, many = await flood(range(60)), await flood(range(60, 180))
    tracemalloc.stop()

    assert many < few * 1.1


class Marked(str):
    """A value that can be found again."""

    __slots__ = ("__weakref__",)


def reachable(start: Any) -> set[int]:
    """All objects that something holds, directly or not, but for modules, classes and the schema."""
    seen: set[int] = set()
    todo = [start]
    while todo:
        found = todo.pop()
        if id(found) in seen or isinstance(found, type) or type(found).__name__ == "module" or found is SCHEMA:
            continue
        seen.add(id(found))
        todo += gc.get_referents(found)
    return seen


async def test_a_plan_holds_nothing_of_whoever_asked_first():
    """No context, no variable, no row: what is kept is shared by all tenants."""
    library = Library(SCHEMA)
    source = "query ($int: Int!, $filter: Filter, $yes: Boolean!) { sync_things { id batch_echo(first: $int, filter: $filter) plain_text @include(if: $yes) } }"
    value, row = Marked("tenant"), Marked("row")
    context = Context(World({"sync_things": (Value([]),), "plain_text": (Value(row),)}))
    document = read(library, source)
    [operation] = document.operations.values()

    await library.execute(document, operation, {"int": 77, "filter": {"code": value}, "yes": True}, context)

    held = reachable(document)
    assert len(held) > 500
    assert not held & {id(context), id(context.world), id(value), id(row), id(context.log)}


def test_a_plan_is_of_its_conditions_and_of_no_other_variable():
    document = read(Library(SCHEMA), "query ($int: Int!, $yes: Boolean!) { batch_echo(first: $int) @skip(if: $yes) sync_text_or }")
    [operation] = document.operations.values()

    plans = [document.plan(operation, VariableValues({}, {"int": number, "yes": yes})) for yes in (True, False) for number in (1, 2, 3)]

    assert all(isinstance(plan, Plan) for plan in plans)
    assert plans[0] is plans[1] is plans[2] is not plans[3]
    assert plans[3] is plans[4] is plans[5]


class Thing:
    def __init__(self, weight: int) -> None:
        self.weight = weight


def test_a_shelf_lets_go_of_what_was_not_wanted_for_longest():
    lru: LRU[Thing] = LRU(3, 100)
    for key in "abc":
        lru.put(key, Thing(10))
    lru.get("a")

    lru.put("d", Thing(10))
    assert [key for key in "abcd" if lru.get(key)] == ["a", "c", "d"]
    lru.put("e", Thing(85))
    assert [key for key in "acde" if lru.get(key)] == ["d", "e"]
    assert lru.weight == 95


def test_a_shelf_knows_what_a_thing_weighs_now():
    lru, thing = LRU[Thing](3, 100), Thing(10)
    lru.put("a", thing)
    thing.weight = 60
    lru.put("a", thing)
    assert lru.weight == 60

    lru.put("b", Thing(200))
    assert (len(lru), lru.weight, lru.get("b")) == (0, 0, None)
    assert lru.take("a") is None
