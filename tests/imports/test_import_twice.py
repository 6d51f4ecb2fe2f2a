"""The same export twice changes nothing the second time."""

import pytest

from tests.imports.conftest import House
from tests.imports.exports import PAPER, mill


async def test_a_whole_export_goes_in(north: House):
    north.files = {"papers/welcome.pdf": PAPER}

    taken = await north.take_rows(mill())

    assert {row["result"] for row in taken.report} == {"CREATED"}, [row for row in taken.report if row["result"] != "CREATED"]
    assert taken.counts == {"CREATED": sum(len(rows) for rows in mill().values())}
    assert taken.result.state == "COMPLETED"
