"""The one shape of statement that reads rows. The scope travels inside it, so it needs no transaction and leaves nothing behind."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from tortoise.models import Model

from models.forms import Form
from tenants import policy
from tenants.policy import restrictions, rule_of
from tenants.rows import KEPT, Prefetch, Reads, columns, columns_for, row_class
from tenants.scope import Scope
from tenants.tallies import MOST_ROWS

# `s` is one row: the scope, set for row-level security and handed to the statement by the very call that set it. What follows depends
# on that row and cannot be merged with it (`offset 0`), so the database has to open the scope first; were that ever to change, the
# settings would be empty and no row would come. The check raises when the session has ended or its reach has changed.
# Keys are said one by one, or where there are many, named; then `reach_keys` brings them.
HEAD = """with s as materialized (
  select nullif(set_config('bailiwick.tenant', $1, true), '')::uuid as tenant_id, set_config('bailiwick.realm', $2, true) as realm,
    nullif(set_config('bailiwick.user', $3, true), '')::uuid as user_id,
    {accounts} as accounts, {parties} as parties, {own_parties} as own_parties
  where $7::bytea is null or check_scope(nullif($1, '')::uuid, $7, $8, $9))
select r.* from s cross join lateral ({{}} offset 0) r"""


def _head(keys: str) -> str:
    placed = {"accounts": 4, "parties": 5, "own_parties": 6}
    return HEAD.format(**{name: keys.format(f"set_config('bailiwick.{name}', ${at}, true)") for name, at in placed.items()})


SAID, NAMED = _head("{}::uuid[]"), _head("reach_keys({})")
BOUND = 9
OF_ACCOUNTS = "account_id = any(s.accounts)"
# A condition of the reach, as it is when rows are found by it; and as it is when they are found by something else and there are many keys:
# asked in a hash, and not by going through the list for every row (`is true` keeps it from becoming a join).
IN_REACH = re.compile(r"([\w.]+) = any\(s\.(\w+)\)")
IN_HASH = r"(\1 in (select unnest(\2) from s)) is true"

Condition = tuple[str, str, Any]  # column, operator, value
Order = Sequence[str]  # columns, all ascending or all with a leading "-"
Spans = tuple[str, Sequence[date], Sequence[date]]  # a column, and for each key the first and the last day that it may have

# `among` is for keys that a client names: the parents of a model, and only those in reach, so that naming one tells nothing about it.
# `awake` is for sessions: each keeps the limit it was opened with, whatever the portal's record says by now.
# `prefix` is `^@`, which an index serves under row-level security because it is leakproof; `like` is not.
OPERATORS = {
    "=": "{} = {}",
    "<": "{} < {}",
    "<=": "{} <= {}",
    ">": "{} > {}",
    ">=": "{} >= {}",
    "any": "{} = any({})",
    "prefix": "{} ^@ {}",
    "no prefix": "not {} ^@ {}",
    "awake": "{} + make_interval(mins => idle_minutes) > {}",
}


def scoped(scope: Scope, body: str) -> str:
    """The statement that reads this for somebody: with his scope in it."""
    return (NAMED if scope.auth.is_wide else SAID).format(body)


class Select:
    """Rows of one model that a scope may read: all of their columns, or those that are told.

    `by_key` says that they are found by keys of their own or of their parents, so that the reach only has to be asked of what is found.
    `by_account` says that an account may have many of them, and an index has those of one account in the order that is wanted: then a
    stretch is put together from the first rows of each account, and the others are not read.
    """

    def __init__(
        self,
        scope: Scope,
        model: type[Model],
        conditions: Iterable[Condition] = (),
        read: tuple[str, ...] | None = None,
        *,
        by_key: bool = False,
        by_account: bool = False,
    ) -> None:
        self.scope, self.model = scope, model
        self.by_account = by_account and not scope.is_staff and rule_of(model).within == OF_ACCOUNTS
        self.read = columns(model) if read is None else read
        self.values: list[Any] = []
        self.where = ["tenant_id = s.tenant_id", *self._in_reach(model, by_key)]
        for condition in conditions:
            self.where.append(self._condition(*condition))

    def bind(self, value: Any) -> str:
        """The placeholder of a value. The first nine belong to the scope. Amounts travel as text, both ways: see `tenants/database.py`."""
        self.values.append(str(value) if isinstance(value, Decimal) else value)
        return f"${len(self.values) + BOUND}"

    def sql(self, order: Order = (), limit: int | None = None) -> str:
        """All of them."""
        return scoped(self.scope, self._stretch(order, limit))

    def with_parents(self, prefetched: Sequence[Prefetch]) -> str:
        """The row with what it belongs to, which must be in reach by a rule of its own; each parent hangs on the one before."""
        row = self._row_with(prefetched)
        joined = [f"({self._body(self.where, (), None, row.read)}) c"]
        for alias, parent, pointing in row.parents:
            joined.append(f"left join lateral ({self._parents(parent)} and id = {pointing} limit 1) {alias} on true")
        return scoped(self.scope, f"select {', '.join(row.shown)} from {' '.join(joined)}")

    def page_with_parents(self, prefetched: Sequence[Prefetch], order: Order, limit: int) -> str:
        """The same for a stretch of rows: each parent is looked up once, however many of them point at it."""
        row = self._row_with(prefetched)
        named, joined = [f"c as materialized ({self._stretch(order, limit, row.read)})"], ["c"]
        for alias, parent, pointing in row.parents:
            pointed = f"id = any(array(select {pointing} from {pointing.partition('.')[0]}))"
            named.append(f"{alias} as materialized ({self._parents(parent)} and {pointed})")
            joined.append(f"left join {alias} on {alias}.id = {pointing}")
        return scoped(self.scope, f"with {', '.join(named)} select {', '.join(row.shown)} from {' '.join(joined)}{_ordered(order, 'c.')}")

    def _row_with(self, prefetched: Sequence[Prefetch]) -> "_Row":
        """Where everything in a row with its parents comes from."""
        read, shown, parents = list(self.read), [f"c.{name}" for name in self.read], []
        before = {name: f"c.{name}" for name in self.read}
        for number, parent in enumerate(prefetched, 1):
            pointing, own = before[parent.by], self._own(parent) if number == 1 else None
            if own is None:
                parents.append((f"p{number}", parent, pointing))
                before = {name: f"p{number}.{name}" for name in parent.columns}
            else:
                before = {name: f"c.{own[name]}" for name in parent.columns}
                read += [own[name] for name in parent.columns if own[name] not in read]
            shown += [before[name] for name in parent.columns]
        return _Row(tuple(read), shown, parents)

    def _own(self, parent: Prefetch) -> Mapping[str, str] | None:
        """By which columns of its own a row says all that is read of its account, so that the account need not be looked up: whoever
        reaches a row reaches its account, and a foreign key holds what is copied.
        """
        rule, its = rule_of(self.model), rule_of(parent.model)
        own = {"id": parent.by, **getattr(self.model, "COPIES", {}).get(parent.by, {})}
        is_its_account = parent.by == rule.account and its.account == "id" and rule.staff == its.staff
        is_enough = own.keys() >= set(parent.columns) and policy.are_whole(self.scope.auth, (parent.model,))
        return own if is_its_account and is_enough else None

    def _parents(self, parent: Prefetch) -> str:
        """The beginning of a statement that looks some of them up by their keys.

        Whether they are in reach is asked of those found (`is true`): as a condition of the index, the whole reach would be sorted and
        merged with the key at every look.
        """
        reach = " and ".join(f"({part}) is true" for part in self._in_reach(parent.model, by_key=True))
        return f"select {', '.join(parent.columns)} from {_table(parent.model)} where tenant_id = s.tenant_id and {reach}"

    def of_each(self, column: str, keys: Sequence[Any], order: Order, limit: int | None = None, after: Sequence[Any] | None = None) -> str:
        """Those of each key, or the first few: one index scan a key. The last column is the number of the key, from 1 on."""
        body = self._body([*self.where, f"{column} = k", *self.beyond(order, after)], order, limit)
        keys_ = f"unnest({self.bind(list(keys))}::uuid[]) with ordinality as keys(k, at)"
        most = "" if limit is not None else f" limit {MOST_ROWS + 1}"  # one too many is noticed
        return scoped(self.scope, f"select c.*, at::int from {keys_} cross join lateral ({body}) c{most}")

    def of_each_span(self, column: str, keys: Sequence[Any], spans: Spans, order: Order, limit: int) -> str:
        """The same where every key has days of its own."""
        within, first_days, last_days = spans
        body = self._body([*self.where, f"{column} = k", f"{within} between first_on and last_on"], order, limit)
        arrays = f"{self.bind(list(keys))}::uuid[], {self.bind(list(first_days))}::date[], {self.bind(list(last_days))}::date[]"
        keys_ = f"unnest({arrays}) with ordinality as keys(k, first_on, last_on, at)"
        return scoped(self.scope, f"select c.*, at::int from {keys_} cross join lateral ({body}) c")

    def count_of_each(self, column: str | None) -> str:
        """How many there are, for each value of `column`, or in all."""
        where = " and ".join(self.where)
        return scoped(self.scope, f"select {column or 'null'} as key, count(*) from {_table(self.model)} where {where} group by 1")

    def tallies(self, by: Sequence[str], sums: Sequence[str], least: Sequence[str], limit: int) -> str:
        """How many there are, what amounts come to, and the least of some columns, for each value of the columns `by`."""
        shown = [*by, "count(*) as count", *(f"sum({name}) as {name}" for name in sums), *(f"min({name}) as {name}" for name in least)]
        order = ", ".join([*(f"min({name})" for name in least), *by])
        sql = f"select {', '.join(shown)} from {_table(self.model)} where {' and '.join(self.where)} group by {', '.join(by)}"
        return scoped(self.scope, f"{sql} order by {order} limit {limit}")

    def beyond(self, order: Order, after: Sequence[Any] | None) -> list[str]:
        """The condition that continues behind a row with these values of the order's columns."""
        if after is None:
            return []
        names = ", ".join(name.lstrip("-") for name in order)
        return [f"({names}) {'<' if order[0].startswith('-') else '>'} ({', '.join(self.bind(v) for v in after)})"]

    def _in_reach(self, model: type[Model], by_key: bool) -> Iterable[str]:
        rule = rule_of(model)
        if self.scope.is_staff:
            yield rule.staff
        else:
            yield IN_REACH.sub(IN_HASH, rule.within) if by_key and self.scope.auth.is_wide else rule.within
        if rule.shown_from and not self.scope.is_staff:
            yield f"{rule.shown_from} <= {self.bind(self.scope.now)}"
        yield from restrictions(self.scope.auth, model, self.bind)

    def _condition(self, column: str, operator: str, value: Any) -> str:
        assert column in self.model._meta.db_fields, f"{self.model.__name__} has no column {column}"
        if operator == "among":
            parent, keys = value
            reach = " and ".join(["tenant_id = s.tenant_id", f"id = any({self.bind(keys)})", *self._in_reach(parent, by_key=True)])
            return f"{column} in (select id from {_table(parent)} where {reach})"
        if operator == "worded":
            return self._worded(column, *value)
        if operator == "null":
            return f"{column} is {'null' if value else 'not null'}"
        return OPERATORS[operator].format(column, self.bind(_spelled(self.model._meta.fields_map[column], value)))

    def _worded(self, column: str, model: type[Model], pointing: str, beginnings: Sequence[str]) -> str:
        """Those that one of the words of `model` points at, which begins like any of these."""
        begins = " or ".join(f"word ^@ {self.bind(beginning)}" for beginning in beginnings)
        where = " and ".join(["tenant_id = s.tenant_id", f"({begins})", *self._in_reach(model, by_key=True)])
        return f"{column} in (select {pointing} from {_table(model)} where {where})"

    def _stretch(self, order: Order, limit: int | None, read: tuple[str, ...] = ()) -> str:
        """All of them, or the first few."""
        if not self.by_account or limit is None:
            return self._body(self.where, order, limit, read)
        own, keys = ["account_id = k" if part == OF_ACCOUNTS else part for part in self.where], "unnest(s.accounts) as keys(k)"
        if self.scope.auth.is_wide:
            # Each of the first n rows is of one of the n accounts whose own first rows come first: of the others no more is read.
            heads = self._body(own, order, 1, tuple(name.lstrip("-") for name in order))
            keys = f"(select k from {keys} cross join lateral ({heads}) h{_ordered(order, 'h.')} limit {limit}) keys"
        few = f"{keys} cross join lateral ({self._body(own, order, limit, read)}) c"
        return f"select c.* from {few}{_ordered(order, 'c.')} limit {limit}"

    def _body(self, where: Sequence[str], order: Order, limit: int | None, read: tuple[str, ...] = ()) -> str:
        sql = f"select {', '.join(read or self.read)} from {_table(self.model)} where {' and '.join(where)}"
        sql += _ordered(order)
        return sql if limit is None else f"{sql} limit {limit}"


class Lookup:
    """One row by its key, with the rows it belongs to: nearly every page begins so. `kind` is the class of the row that comes."""

    def __init__(self, model: type[Model], read: tuple[str, ...], prefetched: tuple[Prefetch, ...]) -> None:
        self.model, self.read, self.prefetched = model, read, prefetched
        self.models = (model, *[parent.model for parent in prefetched])
        self.kind = row_class(model, read, prefetched)
        self.texts: dict[tuple[bool, bool], str] = {}  # by who asks, where nothing narrows the reach

    def statement(self, scope: Scope, key: UUID) -> tuple[str, list[Any]]:
        """Its text and its values."""
        is_whole, like = policy.are_whole(scope.auth, self.models), (scope.is_staff, scope.auth.is_wide)
        if is_whole and (text := self.texts.get(like)) is not None:
            return text, [key]
        select = Select(scope, self.model, [("id", "=", key)], self.read, by_key=True)
        text = select.with_parents(self.prefetched) if self.prefetched else select.sql()
        if is_whole:
            self.texts[like] = text
        return text, select.values


@lru_cache(KEPT)
def lookup(model: type[Model], reads: Reads, prefetched: tuple[Prefetch, ...]) -> Lookup:
    """The same for all who look at the same."""
    return Lookup(model, columns_for(model, reads), prefetched)


class _Row(NamedTuple):
    """A row with its parents: which columns are read of itself, what is shown, and which parents are looked up, by what."""

    read: tuple[str, ...]
    shown: list[str]
    parents: list[tuple[str, Prefetch, str]]


def _spelled(field: Any, value: Any) -> Any:
    """What is looked for, in the one spelling of its column."""
    form: Form | None = getattr(field, "form", None)
    if form is None or value is None:
        return value
    return form.of(value) if isinstance(value, str) else [form.of(one) for one in value]


def _ordered(order: Order, of: str = "") -> str:
    """The clause that sorts by these columns; nothing for no order."""
    names = [f"{of}{name[1:]} desc" if name.startswith("-") else f"{of}{name}" for name in order]
    return f" order by {', '.join(names)}" if names else ""


def _table(model: type[Model]) -> str:
    return str(model._meta.db_table)
