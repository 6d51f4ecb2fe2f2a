"""Generated operations on generated worlds: a plan answers what graphql-core answers."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.engine.comparing import compare
from tests.engine.drawn import operations, worlds
from tests.engine.schema import SCHEMA
from tests.engine.thorough import examples

CASES: st.SearchStrategy[Any] = operations(SCHEMA._schema).flatmap(
    lambda operation: st.tuples(st.just(operation), st.lists(worlds(SCHEMA._schema, operation), min_size=1, max_size=4))
)


@examples(600)
@given(CASES)
async def test_a_plan_answers_what_graphql_core_answers(case: Any):
    operation, several = case
    for world in several:
        await compare(world, operation)
