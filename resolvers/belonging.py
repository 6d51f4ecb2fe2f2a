"""What a row belongs to."""

from typing import Any

from models import Account, Contract
from resolvers.context import Info
from resolvers.reading import Parent, by_keys, reads

ITS_CONTRACT = Parent("contract", Contract, "contract_id")


@by_keys
async def account(rows: list[Any], info: Info) -> list[Account | None]:
    """The customer number of each."""
    return await info.context.gate.parents(Account, of=rows, by="account_id", reads=reads(info))


@by_keys
async def contract(rows: list[Any], info: Info) -> list[Contract | None]:
    """The contract of each that has one."""
    return await info.context.gate.parents(Contract, of=rows, by="contract_id", reads=reads(info))
