"""The bounded pool that hashes."""

import asyncio
import threading

import pytest

from models.base import Overloaded
from tenants.passwords import MOST_WAITING, THREADS, Passwords


class Slow:
    """Passlib on a machine without time: a thread that has begun is stopped by nobody."""

    def __init__(self) -> None:
        self.begun, self.may_end = threading.Semaphore(0), threading.Event()

    def hash(self, secret: str) -> str:
        return secret

    def verify_and_update(self, secret: str, hashed: str) -> tuple[bool, str | None]:
        self.begun.release()
        self.may_end.wait(30)
        return secret == hashed, None


async def test_a_hash_that_nobody_waits_for_any_more_keeps_its_place_until_its_thread_is_free(monkeypatch: pytest.MonkeyPatch):
    slow = Slow()
    monkeypatch.setattr("tenants.passwords.SCHEMES", slow)
    monkeypatch.setattr("tenants.passwords.MOST_WAITING", THREADS)
    passwords = Passwords()
    work = [asyncio.create_task(passwords.verify("right", "right")) for _ in range(THREADS)]
    for _ in work:
        await asyncio.to_thread(slow.begun.acquire)
    for task in work:
        task.cancel()
    await asyncio.wait(work)

    with pytest.raises(Overloaded):
        await passwords.verify("right", "right")
    slow.may_end.set()
    passwords.pool.shutdown(wait=True)
    passwords = Passwords(under_way=passwords.under_way)

    assert await passwords.verify("right", "right") == (True, None)
    assert await passwords.verify("wrong", "right") == (False, None)
    passwords.close()
    assert MOST_WAITING > THREADS
