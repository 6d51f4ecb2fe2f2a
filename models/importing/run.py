"""One export, merged inside one transaction: files are staged in any order, then judged and written parents first."""

from collections.abc import Callable, Iterable

from models.importing.bills import check_bills, note_bills
from models.importing.checks import find_broken, note_differences, note_other_totals
from models.importing.claims import RETURNING, note_paid, reopen_returned, turn_credit_notes
from models.importing.classify import create_judged_table, find_twins, judge, note_kept
from models.importing.column_mapping import is_reference
from models.importing.context import ImportContext, parent_type, staged
from models.importing.credit_lines import note_contracts, note_statements
from models.importing.deferred_rows import settle_parked, stage_parked, waiting_types
from models.importing.deleting import delete_rows
from models.importing.encryption import Sealer
from models.importing.identities import create_judged_identities, judge_identities, merge_identities
from models.importing.merging import merge
from models.importing.notices import tell_of_new_contracts, tell_of_new_documents
from models.importing.papers import Papers
from models.importing.sets import create_judged_lines, judge_lines, merge_lines
from models.importing.shapes import RowType
from models.importing.staging import Rows, Staging, create_fault_table, create_staged_table
from models.importing.tables import create_changed_terms, find_changed_terms, note_tables

IDENTITIES = "login_identities"
CONTRACTS = "contracts"
INVOICES = "invoices"
# Rows that name rows of their own type form chains; no chain of the trade is longer.
MOST_PASSES = 50


class Importing:
    """What happens to the rows between their files and their tables."""

    def __init__(self, context: ImportContext, sealer: Sealer, papers: Papers) -> None:
        self.context = context
        self.sealer = sealer
        self.papers = papers
        self.staging = Staging(context, sealer)
        self.waiting: set[str] = set()
        self.types: list[RowType] = []

    async def prepare(self, brought: Iterable[str]) -> None:
        """Tables for the types of the export, for those of which rows are parked, and for the parents and lines of both."""
        self.waiting = await waiting_types(self.context)
        wanted = {*brought, *self.waiting}
        for type_ in self.context.format.values():
            if type_.set_of and type_.name in wanted:
                wanted.add(parent_type(self.context.format, type_).name)
        wanted |= {lines.name for name in list(wanted) for lines in self.context.sets_of(self.context.format[name])}
        self.types = [type_ for type_ in self.context.format.values() if type_.name in wanted]
        self.staging.country = await self.context.connection.fetchval("select country from tenant where id = $1", self.context.tenant_id)
        await create_fault_table(self.context)
        for type_ in self.types:
            await create_staged_table(self.context, type_)

    async def stage(self, type_: RowType, path: str, rows: Rows) -> int:
        """One file. Says how many rows it had, good and bad."""
        return await self.staging.copy(type_, path, rows)

    async def merge(self, progress: Callable[[str], None]) -> None:
        """Everything that was staged, and everything parked that it sets free."""
        for type_ in self.types:
            await self.make_ready(type_)
        for type_ in reversed(self.types):
            await delete_rows(self.context, type_, is_last=False)
        for type_ in self.types:
            if not type_.set_of:
                await self.merge_type(type_)
            progress(type_.name)
        for type_ in reversed(self.types):
            await delete_rows(self.context, type_, is_last=True)
        await self.tell()
        await self.papers.find_unmatched(next((type_ for type_ in self.types if type_.name == "documents"), None))

    async def make_ready(self, type_: RowType) -> None:
        """What there is to be known of a type before its first row is judged or deleted."""
        await self.context.run(f"analyze {staged(type_)}")
        if type_.set_of:
            return
        await find_twins(self.context, type_)
        await (create_judged_identities if type_.name == IDENTITIES else create_judged_table)(self.context, type_)

    async def merge_type(self, type_: RowType) -> None:
        sets = self.context.sets_of(type_)
        for each in (type_, *sets):
            if each.name in self.waiting:
                await stage_parked(self.context, each)
            await self.context.run(f"analyze {staged(each)}")
        if type_.name == INVOICES:
            await turn_credit_notes(self.context)
        for lines in sets:
            await find_broken(self.context, lines)
        if type_.name == INVOICES:
            await check_bills(self.context)
        await self.judge_and_merge(type_)
        await settle_parked(self.context, type_)
        for lines in sets:
            await self.merge_set(lines)

    async def judge_and_merge(self, type_: RowType) -> None:
        if type_.name == IDENTITIES:
            await judge_identities(self.context, type_)
            await merge_identities(self.context, type_)
            return
        if any(column.kind == "path" for column in type_.columns):
            await self.papers.bring(type_)
        if type_.name == CONTRACTS:
            await create_changed_terms(self.context)
        names_itself = any(is_reference(column) and column.to == type_.name for column in type_.columns)
        pass_ = 0
        while names_itself and pass_ < MOST_PASSES and await self.judge_pass(type_, pass_, is_last=False):
            pass_ += 1
        await self.judge_pass(type_, pass_, is_last=True)

    async def judge_pass(self, type_: RowType, pass_: int, *, is_last: bool) -> int:
        count = await judge(self.context, type_, pass_=pass_, is_last=is_last)
        if count:
            if self.sealer.of(type_):
                await self.sealer.seal_again(self.context, type_)
            if type_.name == CONTRACTS:
                await find_changed_terms(self.context, pass_)
            await note_kept(self.context, type_, pass_)
            await merge(self.context, type_, pass_)
        return count

    async def merge_set(self, lines: RowType) -> None:
        await create_judged_lines(self.context, lines)
        await judge_lines(self.context, lines)
        await merge_lines(self.context, lines)
        await settle_parked(self.context, lines)

    async def tell(self) -> None:
        """What follows from the merged rows: messages to users, and notes in the report."""
        present = {type_.name for type_ in self.types}
        if "installments" in present:
            await note_paid(self.context)
            await note_differences(self.context)
        if "installments" in present or present & RETURNING:
            await reopen_returned(self.context, "installment")
        if INVOICES in present or present & RETURNING:
            await reopen_returned(self.context, "invoice")
        if INVOICES in present:
            await note_bills(self.context)
            await note_other_totals(self.context)
        if present & {"statements", "operations"}:
            await note_statements(self.context, types=present)
        if CONTRACTS in present:
            await note_contracts(self.context)
        if present & {CONTRACTS, "amortization_schedules"}:
            await note_tables(self.context, types=present)
        if CONTRACTS in present:
            await tell_of_new_contracts(self.context, accounts_are_judged="accounts" in present)
        if "documents" in present:
            await tell_of_new_documents(self.context, accounts_are_judged="accounts" in present)
