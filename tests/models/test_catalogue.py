"""The models say of every table what the database says of it: Tortoise writes no DDL here, so nothing else would notice a difference."""

from collections.abc import AsyncIterator
from inspect import getmembers, isclass
from typing import Any

import asyncpg
import pytest
from tortoise.models import Model

import models
from server.process.embedded_postgres import Urls

TABLES: dict[str, Any] = {
    model._meta.db_table: model for _, model in getmembers(models, isclass) if issubclass(model, Model) and model._meta.db_table
}
WITHOUT_MODEL = {"migration"}


@pytest.fixture
async def owner(empty_urls: Urls) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(empty_urls.owner, server_settings={"search_path": "bailiwick"})
    yield connection
    await connection.close()


async def test_every_table_has_a_model(owner: Any):
    rows = await owner.fetch("select relname::text from pg_class where relnamespace = 'bailiwick'::regnamespace and relkind = 'r'")
    assert {name for (name,) in rows} - WITHOUT_MODEL == set(TABLES)


async def test_every_column_is_declared_with_its_kind_and_whether_it_may_be_empty(owner: Any):
    rows = await owner.fetch(
        """select c.relname::text as table, a.attname::text as name, not a.attnotnull as is_nullable, a.attgenerated <> '' as is_generated,
             format_type(a.atttypid, a.atttypmod) as type
           from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
           where c.relnamespace = 'bailiwick'::regnamespace and c.relkind = 'r' and c.relname <> 'migration'"""
    )
    known = {(row["table"], row["name"]): row for row in rows}
    closed = {(table, column) for table, model in TABLES.items() for column in getattr(model, "CLOSED", ())}
    declared = {(table, column): field for table, model in TABLES.items() for column, field in fields_of(model).items()}
    assert set(known) - closed == set(declared)
    wrong = [place for place, field in declared.items() if not agrees(field, known[place])]
    assert {place: known[place]["type"] for place in wrong} == {}


async def test_the_words_of_an_enum_are_those_of_the_check(owner: Any):
    rows = await owner.fetch(
        """select c.relname::text as table, pg_get_constraintdef(k.oid) as definition from pg_constraint k join pg_class c on c.oid = k.conrelid
           where k.contype = 'c' and c.relnamespace = 'bailiwick'::regnamespace"""
    )
    for table, model in TABLES.items():
        for column, field in fields_of(model).items():
            words = getattr(field, "enum_type", None)
            if words is None:
                continue
            lists = [d for t, d in rows if (t == table and f"({column})::text = ANY" in d) or (t == table and f"({column} = ANY" in d)]
            assert lists, f"{table}.{column} has no CHECK"
            assert {word.value for word in words} == set(quoted(lists[0])), f"{table}.{column}"


async def test_a_word_is_added_to_a_check_without_reading_the_table(owner: Any):
    """As a migration does, and the next one validates."""
    transaction = owner.transaction()
    await transaction.start()
    try:
        before = quoted(await check_of(owner, "document", "kind"))
        for _ in range(2):
            await owner.execute("select allow_word('document', 'kind', 'LETTER_OF_O''HARA')")
        added = await check_of(owner, "document", "kind")
        assert added.endswith("NOT VALID")
        assert sorted(quoted(added.replace("''", "_QUOTE_"))) == sorted([*before, "LETTER_OF_O_QUOTE_HARA"])
        await owner.execute("alter table document validate constraint document_kind_check")
        assert await check_of(owner, "document", "kind") == added.removesuffix(" NOT VALID")
        with pytest.raises(asyncpg.NoDataFoundError):
            await owner.execute("select allow_word('document', 'title', 'WORD')")
    finally:
        await transaction.rollback()


async def test_every_rule_of_a_table_was_held_against_its_rows(owner: Any):
    rows = await owner.fetch("select conrelid::regclass::text, conname::text from pg_constraint where connamespace = 'bailiwick'::regnamespace and not convalidated")  # fmt: skip
    assert list(map(tuple, rows)) == []


async def check_of(owner: Any, table: str, column: str) -> str:
    """The rule that lists the words of a column, as the database spells it."""
    rows = await owner.fetch(
        "select pg_get_constraintdef(oid) from pg_constraint where contype = 'c' and conrelid = $1::text::regclass", table
    )
    [definition] = [definition for (definition,) in rows if f"(({column} = ANY" in definition]
    return str(definition)


def fields_of(model: Any) -> dict[str, Any]:
    return {model._meta.fields_map[name].source_field or name: model._meta.fields_map[name] for name in model._meta.db_fields}


def agrees(field: Any, column: Any) -> bool:
    kinds = {
        "UUIDField": "uuid", "Key": "uuid", "Text": "text", "Word": "text", "DecimalField": "numeric", "Amount": "numeric", "DateField": "date",
        "DatetimeField": "timestamp with time zone", "IntField": "integer", "BigIntField": "bigint", "SmallIntField": "smallint", "BooleanField": "boolean",
        "JSONField": "jsonb", "BinaryField": "bytea", "Octets": "bytea",
    }  # fmt: skip
    name = type(field).__name__
    kind = column["type"] == field.SQL_TYPE.lower() if name == "ArrayField" else column["type"].startswith(kinds[name])
    return bool(kind) and bool(field.null) == column["is_nullable"]


def quoted(definition: str) -> list[str]:
    return definition.split("'")[1::2]
