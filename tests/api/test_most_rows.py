"""Lists are priced by what is usual. What an operation really reads is counted, owed, and bounded."""

import pytest

from tenants.tallies import Tally
from tests.world import World

LINES = "{ invoices(first: 100) { nodes { number lines { net } vatTotals { net } document { file { url } } } } }"


async def test_a_quarter_of_invoices_with_lines_vat_and_papers_passes(world: World):
    answer = await world.ask("agent", LINES)

    assert answer.codes == []
    assert answer.json["extensions"]["cost"]["requested"] < 5_000


async def test_contracts_with_who_works_on_them_pass_without_page_sizes(world: World):
    """What an agent asks while somebody is on the phone."""
    text = """{ contracts { nodes { number state account { number holder { legalName addresses { city } } profiles { nodes {
      role user { displayName } contracts { number } account { contracts { nodes { number } } } } } } } } }"""

    answer = await world.ask("agent", text)

    assert answer.codes == []
    assert answer.json["extensions"]["cost"]["requested"] < 10_000


async def test_an_operation_that_reads_more_rows_than_it_may_is_refused_where_it_does(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Tally.__init__, "__defaults__", (3,))

    answer = await world.ask("agent", LINES)

    [error] = answer.errors
    assert (error["path"][0], error["extensions"]) == ("invoices", {"code": "OPERATION_TOO_LARGE", "measure": "rows", "limit": 3})
    assert answer.data is None
