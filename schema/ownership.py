"""What business objects say of what they belong to."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from engine import answered_by
from resolvers import ownership as resolve

if TYPE_CHECKING:
    from schema.accounts import Account
    from schema.contracts import Contract


@strawberry.type
class OfAccount:
    account: Annotated["Account", strawberry.lazy("schema.accounts")] = answered_by(resolve.account, "The customer number it belongs to.")


@strawberry.type
class OfContract(OfAccount):
    contract: Annotated["Contract", strawberry.lazy("schema.contracts")] = answered_by(resolve.contract, "The contract it belongs to.")


@strawberry.type
class MaybeOfContract(OfAccount):
    contract: Annotated["Contract", strawberry.lazy("schema.contracts")] | None = answered_by(
        resolve.contract, "The contract it is about; null when it is about no one contract, or about one that you do not reach."
    )
