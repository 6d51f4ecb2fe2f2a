"""What is asked, in the words of our schema, and when two servers have given the same answer."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bench.ground import Caller

LIST = """query List {
  contracts(first: 50) {
    nodes {
      id number kind state startsOn endsOn currency financedAmount { amount } nominalRatePercent durationMonths
      account { holder { legalName } }
      assets(first: 3) { nodes { id designation category serialNumber purchasePrice { amount } deliveredOn } }
      documents(first: 12) { nodes { id kind number title documentOn } }
    }
    pageInfo { hasNextPage endCursor }
  }
}"""
DEEP = """query Deep {
  contracts(first: 50) {
    nodes { id installments(first: 60) { nodes { number dueOn state amountInclVat { amount } outstanding { amount } } } }
  }
}"""
ONE = """query One($id: ID!) {
  contract(id: $id) { id number state startsOn currency financedAmount { amount } account { holder { legalName } } }
}"""
DOCUMENTS = {"list": LIST, "deep": DEEP, "one": ONE}
ID = re.compile(r"(?:[a-z]{3}_)?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})")
NUMBER = re.compile(r"-?[0-9]+\.[0-9]+")


@dataclass(frozen=True)
class Dialect:
    """How one server is asked: its documents by operation, how it spells a contract's id, and whether it needs the tenant in a variable."""

    documents: dict[str, str]
    id_prefix: str = "con_"
    has_tenant: bool = False

    def body(self, operation: str, caller: Caller, turn: int) -> dict[str, Any]:
        """The JSON of one request. `turn` chooses which contract."""
        variables: dict[str, Any] = {"tenant": caller.tenant_id} if self.has_tenant else {}
        if operation == "one":
            key = caller.contracts[turn % len(caller.contracts)]
            variables["id"] = self.id_prefix + key.replace("-", "") if self.id_prefix else key
        return {"query": self.documents[operation], "operationName": operation.title(), "variables": variables}


OURS = Dialect(DOCUMENTS)
PLAIN = Dialect(DOCUMENTS, id_prefix="")


def content(data: Any) -> list[Any]:
    """The values of an answer in their order, whatever the objects around them are called: ids by their digits, numbers without zeros behind,
    and of a cursor only that there is one.
    """
    return list(_values(data, ""))


def _values(value: Any, name: str) -> Iterator[Any]:
    if isinstance(value, dict):
        for key, below in value.items():
            yield from _values(below, key)
    elif isinstance(value, list):
        yield len(value)
        for item in value:
            yield from _values(item, name)
    elif name == "endCursor":
        yield value is not None
    elif isinstance(value, str) and (found := ID.fullmatch(value)):
        yield "".join(found.groups())
    elif isinstance(value, str) and NUMBER.fullmatch(value):
        yield Decimal(value).normalize()
    else:
        yield value
