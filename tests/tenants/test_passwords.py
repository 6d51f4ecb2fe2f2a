"""The bounded pool that hashes."""

import asyncio
import threading

import pytest
from passlib.context import CryptContext

from models.base import Overloaded
from tenants.passwords import MOST_WAITING, SCHEMES, THREADS, WORK, Passwords


def test_a_hash_takes_the_work_that_owasp_asks_for():
    """Argon2id with 19 MiB, two passes and one lane: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html"""
    assert CryptContext(["argon2"], **WORK).hash("any").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_a_hash_of_less_work_than_is_asked_for_now_is_replaced():
    passwords = Passwords()
    weak, usual = SCHEMES.copy(argon2__memory_cost=32).hash("right"), SCHEMES.hash("right")
    is_right, stronger = await passwords.verify("right", weak)
    assert is_right and stronger and SCHEMES.verify("right", stronger) and not SCHEMES.needs_update(stronger)
    assert await passwords.verify("right", usual) == (True, None)
    passwords.close()


async def test_for_nobody_the_same_work_is_done_and_the_answer_is_no():
    passwords = Passwords()
    assert SCHEMES.identify(passwords.dummy) == "argon2" and not SCHEMES.needs_update(passwords.dummy)
    assert await passwords.verify("nobody has this password", None) == (False, None)
    passwords.close()


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
    passwords = Passwords(dummy="nobody's")
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
    passwords = Passwords(under_way=passwords.under_way, dummy="nobody's")

    assert await passwords.verify("right", "right") == (True, None)
    assert await passwords.verify("wrong", "right") == (False, None)
    passwords.close()
    assert MOST_WAITING > THREADS
