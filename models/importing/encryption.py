"""IBANs between the file and the staged row: sealed at once, so that none lies readable in a temporary table or a parked row."""

from collections.abc import Callable
from uuid import UUID

from models.importing.context import ImportContext, judged
from models.importing.shapes import RowType, Value
from models.secrets import KeyRing, Place

SEALED = ("iban_encrypted", "iban_index", "iban_last4", "iban_country")
TABLE = "bank_account"
COLUMN = "iban_encrypted"
MOST_AT_ONCE = 1_000
BEFORE_ALL = -(2**63)  # parked rows are numbered downwards from -1
Seal = Callable[[str, tuple[Value, ...]], tuple[Value, ...]]


class Sealer:
    """Seals for one tenant."""

    def __init__(self, tenant_id: UUID, keys: KeyRing) -> None:
        self.tenant_id = tenant_id
        self.keys = keys

    def of(self, type_: RowType) -> Seal | None:
        """How rows of this type are sealed; None for those without an IBAN."""
        place = next((place for place, column in enumerate(type_.columns) if column.kind == "iban"), None)
        if place is None:
            return None
        at = place

        def seal(row_id: str, values: tuple[Value, ...]) -> tuple[Value, ...]:
            iban = values[at]
            parts = self.parts(iban, UUID(row_id)) if isinstance(iban, str) else (None,) * len(SEALED)
            return (*values[:at], *parts, *values[at + 1 :])

        return seal

    def parts(self, iban: str, row_id: UUID) -> tuple[Value, ...]:
        sealed = self.keys.seal(iban, self.place(row_id))
        return f"\\x{sealed.hex()}", f"\\x{self.keys.blind_index(iban, self.tenant_id).hex()}", iban[-4:], iban[:2]

    def place(self, row_id: UUID) -> Place:
        return Place(self.tenant_id, TABLE, row_id, COLUMN)

    async def seal_again(self, context: ImportContext, type_: RowType) -> None:
        """A changed IBAN of a stored row was sealed for the id it would have had as a new one; here for its own."""
        changed = (
            f"select j._n, j._id, j.id, j.iban_encrypted from {judged(type_)} j join {TABLE} t on t.tenant_id = {context.tenant} and t.id = j.id "
            f"where j._result = 'UPDATED' and j.iban_index <> t.iban_index and j._id <> j.id and j._n > $1 order by j._n limit {MOST_AT_ONCE}"
        )
        after = BEFORE_ALL
        while rows := await context.connection.fetch(changed, after):
            await context.connection.executemany(
                f"update {judged(type_)} set iban_encrypted = $2 where _n = $1",
                [(n, self.keys.seal(self.keys.open(record, self.place(new_id)), self.place(own_id))) for n, new_id, own_id, record in rows],
            )
            after = rows[-1]["_n"]
