"""Awaiting several things at once, so that none outlives the operation that began it."""

import asyncio
from collections.abc import Awaitable, Iterable
from typing import Any


async def together(waiting: Iterable[Awaitable[Any]]) -> list[Any]:
    """All results, in order. When one raises, the others are cancelled, and waited for, before the exception goes on.

    `asyncio.gather` alone does this only when it is itself cancelled; after an exception it leaves the others running.
    """
    tasks = [asyncio.ensure_future(each) for each in waiting]
    try:
        return await asyncio.gather(*tasks)
    except BaseException:
        await stop(tasks)
        raise


async def stop(tasks: Iterable["asyncio.Future[Any]"]) -> None:
    """Cancels what still runs, and waits until it has ended."""
    running = [task for task in tasks if not task.done()]
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


def dropped(waiting: Iterable[Any]) -> None:
    """Lets go of what nobody will await any more."""
    for each in waiting:
        if asyncio.isfuture(each):
            each.cancel()
        elif hasattr(each, "close"):
            each.close()
