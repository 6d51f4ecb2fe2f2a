"""What all commands share: how they print, where their settings come from, and how they end."""

import asyncio
import os
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import Any, TextIO, TypeVar

import asyncpg
from rich.console import Console
from tortoise.exceptions import DBConnectionError

from channels.error_reports import first_of
from models.base import Refusal
from models.migrating import MigrationRefused
from server.commands.operations import Unwilling
from server.demo.running_file import FOLDER, NoDemo, running_in
from server.process.embedded_postgres import NotStarted
from server.process.health_findings import Away, Unfit
from server.process.settings import Settings, WrongSettings, one_line, settings

T = TypeVar("T")
WIDEST = 10_000  # columns of what is no terminal: more than any line has


class Output(Console):
    """Where commands print. Nothing is wrapped that somebody copies or a program reads: into a pipe or a file no line is broken, and on a
    terminal only tables are fitted to its width.
    """

    def __init__(self, stream: TextIO, **options: Any) -> None:
        super().__init__(width=None if stream.isatty() else WIDEST, **options)

    def print(self, *objects: Any, soft_wrap: bool | None = None, **options: Any) -> None:
        """As `Console.print`; texts keep their lines."""
        is_text = all(isinstance(shown, str) for shown in objects)
        super().print(*objects, soft_wrap=is_text if soft_wrap is None else soft_wrap, **options)


console, errors = Output(sys.stdout), Output(sys.stderr, stderr=True)


class Ends(IntEnum):
    """How a command ends. 0 is well."""

    FAULTY = 1  # it looked, and found something wrong: a refused row, a check that stops a start
    WRONG = 2  # it was asked for what is not done: wrong use, wrong settings, an unknown house
    AWAY = 3  # the database or a file was not there, or did not do it: the same command may pass later
    REFUSED = 4  # an export as a whole: nothing of it was taken
    INTERRUPTED = 130  # Ctrl+C
    STOPPED = 143  # TERM


def example(line: str) -> str:
    """The last line of a command's help."""
    return f"Example:  {line}"


def here() -> Settings:
    """The settings of the environment; where they name no database, those of the demo that runs in this folder."""
    found = settings()
    if found.database_url:
        return found
    try:
        return found.model_copy(update=running_in(FOLDER))
    except NoDemo:
        return found


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """The commands are plain functions, and what they do is not."""
    return asyncio.run(coroutine)


@contextmanager
def said_in_one_line() -> Iterator[None]:
    """Whatever an operator can mend is said in one line; anything else is a mistake of ours, and shows where."""
    try:
        yield
    except Away as error:
        stop(one_line(error), Ends.AWAY)
    except Unfit as error:
        stop(one_line(error), Ends.FAULTY)
    except (WrongSettings, Unwilling, MigrationRefused, Refusal) as error:
        stop(one_line(error), Ends.WRONG)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, DBConnectionError) as error:
        stop(f"The database did not do it: {one_line(first_of(error))}", Ends.AWAY)
    except NotStarted as error:
        stop(one_line(error), Ends.AWAY)
    except (ConnectionError, TimeoutError) as error:
        stop(f"The database cannot be reached: {one_line(error)}. `bailiwick doctor` says more.", Ends.AWAY)
    except OSError as error:
        stop(f"{os.fsdecode(error.filename)}: {error.strerror}." if error.filename else one_line(error), Ends.AWAY)
    except KeyboardInterrupt:
        sys.exit(Ends.INTERRUPTED)


def stop(line: str, ends: Ends) -> None:
    """Ends the process with a line on standard error."""
    errors.print(line, style="red", highlight=False, markup=False, soft_wrap=True)
    sys.exit(ends)
