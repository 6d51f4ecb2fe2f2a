"""Passwords: hashed by passlib's Argon2, off the event loop, in a bounded pool. Replacing the library is an edit of this file."""

import asyncio
import unicodedata
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache

from passlib.context import CryptContext

from models.base import Overloaded

# OWASP's minimum for Argon2id: 19 MiB, two passes, one lane. Weaker hashes are replaced at the next sign-in.
WORK = {"argon2__memory_cost": 19_456, "argon2__time_cost": 2, "argon2__parallelism": 1}
SCHEMES = CryptContext(["argon2"], **WORK)
LONGEST = 512  # bytes; a longer secret is refused before hashing, never cut
THREADS, MOST_WAITING = 2, 64


@cache
def nobodys_hash() -> str:
    """What secrets of unknown people are compared with: made once in a process, before anybody signs in."""
    return str(SCHEMES.hash("nobody has this password"))


@dataclass
class Passwords:
    """A pool of two threads: a hash holds 19 MiB and 20 ms of a core, so an unbounded sign-in would be a way to stop the house."""

    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(THREADS, "password"))
    under_way: set["Future[tuple[bool, str | None]]"] = field(default_factory=set, repr=False)
    dummy: str = field(default_factory=nobodys_hash, repr=False)

    async def verify(self, secret: str, hashed: str | None) -> tuple[bool, str | None]:
        """Whether the secret is the hashed one, and a stronger hash when the stored one is out of date.

        Without a hash the same work is done on a dummy one, and the answer is no. Raises `Overloaded` when too many wait.
        """
        self.under_way = {work for work in self.under_way if not work.done()}
        if len(self.under_way) >= MOST_WAITING:
            raise Overloaded
        work = self.pool.submit(_verify, secret, hashed or self.dummy)
        self.under_way.add(work)  # until the thread is done with it, even when nobody waits for it any more
        is_right, stronger = await asyncio.wrap_future(work)
        return (is_right, stronger) if hashed else (False, None)

    def close(self) -> None:
        """Let the threads go."""
        self.pool.shutdown(wait=False, cancel_futures=True)


def hash_password(secret: str) -> str:
    """What is stored of a password. Takes about 20 ms: not for the event loop."""
    return str(SCHEMES.hash(_normal(secret)))


def _verify(secret: str, hashed: str) -> tuple[bool, str | None]:
    is_right, stronger = SCHEMES.verify_and_update(_normal(secret), hashed)
    return is_right, stronger


def _normal(secret: str) -> str:
    """One spelling of what was typed. Too long a secret becomes one that nobody has, so that its length is not a way to skip the work."""
    spelled = unicodedata.normalize("NFC", secret)
    return spelled if len(spelled.encode("utf-8", "surrogatepass")) <= LONGEST and "\0" not in spelled else "\ufffdtoo long"
