"""The tables of the bench are right where they should be, so that what is timed is the work of a usual import."""

from bench.tables import KINDS, head, table_of
from models.importing.tables import noted


def test_of_a_hundred_tables_one_is_noted_and_it_is_the_wrong_one():
    tables = [table_of(number, lines=24) for number in range(100)]

    assert [kind for kind, _, _ in tables] == [kind for kind in KINDS for _ in range(kind.share)]
    assert [noted(head(kind, plan), lines) is not None for kind, plan, lines in tables] == [kind.is_wrong for kind, _, _ in tables]


def test_no_table_is_like_another():
    amounts = {table_of(number, lines=12)[1].financed_amount for number in range(300)}

    assert len(amounts) == 300
