"""Where the columns of an export land: which columns of the table they fill, from which expression over the staged row `s`, the stored
row `t` and the rows `r_…` that its references name."""

from collections.abc import Iterator
from dataclasses import dataclass

from models.importing.context import ImportContext, literal, name
from models.importing.shapes import Column, RowType

REFERENCE = "reference"
REFERENCES = "list of reference"
HOUSEKEEPING = ("external_id", "source_version", "deleted")
# Whose account a row belongs to, where it does not name one: that of its contract, or of its mandate.
ACCOUNT_OF = {
    "direct_debits": "r_mandate.account_id",
    "documents": "coalesce(r_account.id, r_account_number.id, r_contract.account_id, r_contract_number.account_id)",
}
WITHOUT_ACCOUNT = ("parties", "addresses", "contact_points", "bank_accounts", "accounts", "users", "login_identities")
YEAR_OF = "year of "  # before the name of a column of days, of which only the year counts
# An installment that is paid and does not say how much was paid in full.
PAID = "coalesce(s.paid_amount, case when s.state = 'PAID' then s.excl_vat_amount + s.vat_amount else 0 end)"
LIVE = "{alias}.state in ('INVITED', 'ACTIVE', 'SUSPENDED')"


@dataclass(frozen=True)
class Fill:
    """One column of the table. `is_compared`: a difference makes the row changed; `is_kept`: the first value stays for good."""

    column: str
    expression: str
    is_compared: bool = True
    is_kept: bool = False


@dataclass(frozen=True)
class Unique:
    """Columns that no two rows share, among those of one source or of the tenant, and among those that meet a condition."""

    columns: tuple[str, ...]
    field: str
    is_by_source: bool
    condition: str = "true"

    def values(self, alias: str) -> str:
        """What they are in a row."""
        return ", ".join(
            f"extract(year from {alias}.{name(column.removeprefix(YEAR_OF))})" if column.startswith(YEAR_OF) else f"{alias}.{name(column)}"
            for column in self.columns
        )


def is_reference(column: Column) -> bool:
    return column.kind == REFERENCE


def reference_alias(column: Column) -> str:
    return f"r_{column.name}"


def account_of(type_: RowType) -> str | None:
    """The expression for the account of a row; None where the type has none."""
    if type_.name in WITHOUT_ACCOUNT:
        return None
    if type_.name in ACCOUNT_OF:
        return ACCOUNT_OF[type_.name]
    if type_.set_of:
        return "p.account_id"
    return "r_account.id" if any(column.name == "account" for column in type_.columns) else "r_contract.account_id"


def fills(type_: RowType) -> list[Fill]:
    """Every column of the table that an export fills, beside id, tenant, source and instants."""
    account = account_of(type_)
    own = [Fill("account_id", account, is_compared=False, is_kept=True)] if account else []
    if type_.name == "contracts":
        own.append(Fill("holder_id", "r_account.holder_id", is_compared=False, is_kept=True))
    for column in type_.columns:
        if column.name not in (*HOUSEKEEPING, "account", "account_number", "contract_number", type_.set_of):
            own += column_fills(type_, column)
    return own


def column_fills(type_: RowType, column: Column) -> Iterator[Fill]:
    """What one column of the file becomes."""
    if column.kind == "iban":
        for part in ("iban_index", "iban_last4", "iban_country"):
            yield Fill(part, f"s.{part}")
        # Sealed anew only with a new IBAN: a record never looks alike twice, and does not open in another row.
        yield Fill(
            "iban_encrypted", "case when t.iban_index = s.iban_index then t.iban_encrypted else s.iban_encrypted end", is_compared=False
        )
    elif column.kind == "path":
        yield Fill("storage_key", "coalesce(f.storage_key, t.storage_key)")
        yield Fill("byte_size", "coalesce(f.byte_size, t.byte_size)")
    elif column.kind == "portal":
        yield Fill("portal_id", "r_portal.id")
    elif column.kind == REFERENCES:
        yield Fill("contract_ids", owned(column, "r_contracts.ids", "t.contract_ids"))
    elif column.kind == REFERENCE:
        yield Fill(f"{column.name}_id", reference_expression(type_, column))
    elif (type_.name, column.name) == ("installments", "paid_amount"):
        yield Fill("paid_amount", PAID)
    else:
        yield Fill(column.name, owned(column, f"s.{name(column.name)}", f"t.{name(column.name)}"))
        if column.narrowing:
            source = f"t.{name(f'source_{column.name}')}"
            yield Fill(
                f"source_{column.name}", owned(column, f"s.{name(column.name)}", f"t.{name(column.name)}", source), is_compared=False
            )


def reference_expression(type_: RowType, column: Column) -> str:
    if type_.name == "documents" and column.name == "contract":
        return "coalesce(r_contract.id, r_contract_number.id)"
    return f"{reference_alias(column)}.id"


def owned(column: Column, brought: str, stored: str, kept: str | None = None) -> str:
    """What the export brings. Where the portal owns the column: only for a new row, where it narrows, or where it takes back what it has
    narrowed itself and nobody has changed since. `kept` is what stays when it is not taken; without it, what is stored.
    """
    if not column.owned_by_portal:
        return brought
    new = f"coalesce({brought}, {literal(column.default)})" if column.default else brought
    if not column.narrowing:
        return f"case when t.id is null then {new} else {stored} end"
    order = "array[" + ", ".join(literal(value) for value in column.values) + "]"
    allowed = ", ".join(literal(value) for value in column.narrowing)
    narrows = f"({brought} in ({allowed}) and array_position({order}, {brought}) > array_position({order}, {stored}))"
    widens = f"({brought} <> {stored} and {stored} = t.{name(f'source_{column.name}')})"
    return f"case when t.id is null then {new} when {narrows} or {widens} then {brought} else {kept or stored} end"


def uniques(type_: RowType) -> list[Unique]:
    """What must differ between rows, beside their keys."""
    if type_.name == "profiles":
        return [Unique(("user_id", "account_id"), "user", False, LIVE)]
    landed = {column.name: f"{column.name}_id" if is_reference(column) else column.name for column in type_.columns}
    landed |= {f"{YEAR_OF}{column.name}": f"{YEAR_OF}{column.name}" for column in type_.columns}
    return [Unique(tuple(landed[column] for column in group), group[-1], "contract" not in group) for group in type_.unique]


def reference_joins(context: ImportContext, type_: RowType) -> str:
    """The stored rows that a staged row names, each or none. Rows of the same source only."""
    joins = []
    for column in type_.columns:
        if column.name == type_.set_of:
            continue
        if column.kind == REFERENCE:
            assert column.to is not None
            alias, table = reference_alias(column), context.format[column.to].table
            joins.append(f"left join {table} {alias} on {context.own(alias)} and {alias}.{name(column.by)} = s.{name(column.name)}")
        elif column.kind == "portal":
            joins.append(f"left join portal r_portal on r_portal.tenant_id = {context.tenant} and r_portal.key = s.portal")
        elif column.kind == REFERENCES:
            joins.append(list_join(context))
        elif column.kind == "path":
            joins.append("left join brought_files f on f.n = s._n")
    return "\n".join(joins)


def list_join(context: ImportContext) -> str:
    """The contracts that a profile is restricted to, and the first of them that has not come."""
    return (
        "left join lateral (select array_agg(c.id order by k.place) as ids, min(k.key) filter (where c.id is null) as missing, "
        "min(k.key) filter (where c.account_id <> r_account.id) as strange "
        f"from unnest(s.contracts) with ordinality k(key, place) left join contract c on c.tenant_id = {context.tenant} "
        f"and c.source = {context.source} and c.external_id = k.key) r_contracts on s.contracts is not null"
    )
