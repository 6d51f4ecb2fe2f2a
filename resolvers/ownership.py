"""What a row belongs to."""

from models import Account, Contract
from resolvers.reading import Parent, pointed_at

ITS_CONTRACT = Parent("contract", Contract, "contract_id")


account = pointed_at(Account, "account_id")
contract = pointed_at(Contract, "contract_id")
