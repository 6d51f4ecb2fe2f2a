"""What is generated goes in through the importer that a customer uses, whole, and a second time changes nothing."""

from pathlib import Path

from server.generator import House
from tests.generator.conftest import Take


async def test_every_row_of_an_export_is_taken_and_then_unchanged(house: House, export: Path, take: Take) -> None:
    first = await take(house, export)

    assert [(row["rule"], row["message"]) for row in first.report if row["result"] != "CREATED" or row.get("rule")][:2] == []
    assert set(first.counts) == {"CREATED"}

    second = await take(house, export)

    assert [row for row in second.report if row["result"] != "UNCHANGED"][:5] == []
    assert second.counts == {"UNCHANGED": first.counts["CREATED"]}
