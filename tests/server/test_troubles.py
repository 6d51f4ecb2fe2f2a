"""What means that the database is away, whoever notices it, and what the log has of it."""

import asyncpg
import pytest
from structlog.testing import capture_logs
from tortoise.exceptions import DBConnectionError, OperationalError, TransactionManagementError

from channels.error_reports import Seldom, first_of, is_database_away, is_too_slow


def caused(error: BaseException, by: BaseException) -> BaseException:
    error.__cause__ = by
    return error


AWAY = [
    asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"),
    asyncpg.InterfaceError("connection is closed"),
    asyncpg.InterfaceError("cannot call Transaction.__aexit__(): the underlying connection is closed"),
    asyncpg.InterfaceError("cannot call Connection.fetch(): connection has been released back to the pool"),
    asyncpg.InterfaceError("pool is closing"),
    asyncpg.InternalClientError("cannot switch to state 12; another operation (2) is in progress"),
    asyncpg.CannotConnectNowError("the database system is in recovery mode"),
    asyncpg.AdminShutdownError("terminating connection"),
    asyncpg.CrashShutdownError("terminating connection"),
    asyncpg.TooManyConnectionsError("sorry, too many clients already"),
    asyncpg.DiskFullError("no space left on device"),
    asyncpg.PostgresIOError("could not read block"),
    ConnectionResetError(),
    ConnectionRefusedError(),
    BrokenPipeError(),
    TimeoutError(),
    DBConnectionError("Can't establish connection"),
    caused(OperationalError("x"), asyncpg.ConnectionDoesNotExistError()),
    caused(TransactionManagementError("x"), ConnectionResetError()),
]
MISTAKES = [
    asyncpg.InterfaceError("cannot perform operation: another operation is in progress"),
    asyncpg.InterfaceError("cannot use Connection.transaction() in a manually started transaction"),
    asyncpg.exceptions.DataError("invalid input for query argument $1"),
    asyncpg.UndefinedTableError("no such table"),
    caused(OperationalError("x"), asyncpg.UndefinedColumnError()),
    FileNotFoundError("a document"),
    PermissionError("a document"),
    KeyError("closed"),
    RuntimeError("connection is closed"),
]


@pytest.mark.parametrize("error", AWAY, ids=repr)
def test_whatever_a_database_that_is_away_looks_like_it_is_known(error: BaseException):
    assert is_database_away(error)
    assert not is_too_slow(error)


@pytest.mark.parametrize("error", MISTAKES, ids=repr)
def test_a_mistake_is_no_outage(error: BaseException):
    assert not is_database_away(error)


def test_a_statement_that_was_stopped_is_slow_and_the_database_there():
    for error in (asyncpg.QueryCanceledError(), asyncpg.LockNotAvailableError()):
        assert is_too_slow(error)
        assert not is_database_away(error)


async def test_a_socket_and_a_host_that_are_not_there_are_an_outage():
    for url in ("postgresql://nobody@/x?host=/nowhere/at/all", "postgresql://nobody@127.0.0.1:1/x"):
        with pytest.raises(OSError) as failed:
            await asyncpg.connect(url, timeout=5)
        assert is_database_away(failed.value)


def test_an_outage_is_a_few_lines_with_counts_and_each_reason_has_its_own():
    clock = iter([0.0, 1.0, 2.0, 3.0, 11.0])
    seldom = Seldom(10.0, lambda: next(clock))
    with capture_logs() as lines:
        for _ in range(3):
            seldom.unanswered(ConnectionResetError("10.0.0.3"), request_id="r")
        seldom.unanswered(asyncpg.QueryCanceledError("a row"))
        seldom.unanswered(ConnectionResetError("10.0.0.3"), request_id="s")

    assert [(line["event"], line["reason"], line["count"]) for line in lines] == [
        ("database away", "ConnectionResetError", 1),
        ("too slow", "QueryCanceledError 57014", 1),
        ("database away", "ConnectionResetError", 3),
    ]
    assert seldom.totals == {"database away": 4, "too slow": 1}
    assert "10.0.0.3" not in str(lines)


def test_what_the_database_said_first_is_what_is_shown():
    full = asyncpg.DiskFullError("could not write to file: No space left on device")
    lost = caused(asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"), full)
    late = asyncpg.InterfaceError("cannot call Transaction.__aexit__(): the underlying connection is closed")
    late.__context__ = lost

    assert first_of(late) is first_of(lost) is first_of(full) is full
    assert first_of(caused(KeyError("ours"), full)).args == ("ours",)
