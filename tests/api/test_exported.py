"""What was exported is what is shown: column by column, to the cent, for every type of row."""

import pytest

from channels.export_format import TYPE_BY_NAME, TYPES, Column
from tests.api.exported import BETWEEN_SYSTEMS, SHOWN, UNSHOWN_TYPES, Row, key_of, shows
from tests.world import HOUSES, World

# Who reads the accounts that have one of everything, and how the external ids of their rows begin.
OF_EVERYTHING = {"admin3": ("t1", ("A3", "P4", "P5", "AP3", "admin3", "view3", "invited3")), "anna": ("t4", ("A3", "P2", "AP2", "anna"))}


def rows_of(of_type: str) -> list[Row]:
    return [row for house in HOUSES.values() for row in house.get(of_type, [])]


def is_untried(of_type: str, column: Column) -> bool:
    """No row has it, or there is none without it though it may be left out."""
    has = {column.name in row for row in rows_of(of_type)}
    return True not in has or (not column.required and False not in has)


def test_every_column_of_the_format_is_shown_or_its_absence_is_argued_for():
    assert {type_.name for type_ in TYPES} == {*SHOWN, *UNSHOWN_TYPES}
    for name, shown in SHOWN.items():
        assert shown.covered() - BETWEEN_SYSTEMS == {column.name for column in TYPE_BY_NAME[name].columns} - BETWEEN_SYSTEMS, name


def test_every_column_is_filled_in_some_row_and_left_out_of_another():
    """So that a column that is never read, and one that is made up where there is nothing, are both seen."""
    untried = [
        f"{name}.{c.name}"
        for name, shown in SHOWN.items()
        for c in TYPE_BY_NAME[name].columns
        if c.name in shown.paths and is_untried(name, c)
    ]
    assert untried == []


@pytest.mark.parametrize("who", OF_EVERYTHING)
@pytest.mark.parametrize("of_type", SHOWN)
async def test_whoever_may_read_a_row_reads_it_as_it_was_exported(world: World, of_type: str, who: str):
    house, beginnings = OF_EVERYTHING[who]
    for beginning in beginnings:
        if any(key_of(of_type, row).startswith(beginning) for row in HOUSES[house].get(of_type, [])):
            await shows(world, who, of_type, beginning)
