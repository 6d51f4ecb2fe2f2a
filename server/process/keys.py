"""The secrets of an installation: one master secret outside the database, and a key for each purpose that follows from it."""

from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Self

from models.secrets import Key, KeyRing

ONLY_THE_OWNER = 0o600
LEAST_DIFFERENT = 16


class NoKeys(Exception):
    """There is no master secret, or what is there is none. The message says which, and never what."""


@dataclass(frozen=True)
class Keys:
    """What the rooms are handed. Whoever has one of these cannot tell the others, nor the master."""

    cursor: bytes = field(repr=False)
    bucket: bytes = field(repr=False)
    link: bytes = field(repr=False)
    ring: KeyRing = field(repr=False)

    @classmethod
    def of(cls, masters: list[Key]) -> Self:
        """From the newest master secret to the oldest.

        The newest seals and signs, all of them open. The oldest makes the index by which bank details are found again: it must stay in
        the list for as long as there are rows, or equal bank accounts are no longer seen to be equal.
        """
        newest, *earlier = masters
        ring = KeyRing(_data(newest), Key(masters[-1].derived("index")), tuple(_data(master) for master in earlier))
        return cls(newest.derived("cursors"), newest.derived("sign-in buckets"), newest.derived("links"), ring)

    @classmethod
    def written(cls, text: str) -> Self:
        """Master secrets as text: 64 hexadecimal digits each, the newest first. Raises `NoKeys`."""
        try:
            masters = [Key(bytes.fromhex(word)) for word in text.split()]
        except ValueError:
            raise NoKeys("a master secret is 64 hexadecimal digits") from None
        if not masters:
            raise NoKeys("there is no master secret in it")
        if not all(_is_drawn(master.secret) for master in masters):
            raise NoKeys("a master secret is drawn, and one of these was typed")
        return cls.of(masters)

    @classmethod
    def in_file(cls, file: Path) -> Self:
        """Raises `NoKeys`, also where others may read the file."""
        try:
            text = file.read_text("ascii")
        except (OSError, UnicodeError):
            raise NoKeys(f"there is no key file {file}") from None
        if file.stat().st_mode & 0o077:
            raise NoKeys(f"others may read {file}: chmod 600 it")
        return cls.written(text)


def new_master() -> str:
    """A new master secret, as it is written down."""
    return Key.new().secret.hex()


def write_master(file: Path) -> None:
    """A key file with a new master secret, for its owner only. A file that is there is left alone."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        file.touch(ONLY_THE_OWNER)
        file.write_text(new_master() + "\n", "ascii")


def _is_drawn(secret: bytes) -> bool:
    """Whether it looks like chance. A default one does not: zeros, a few digits over and over, or counting.

    Fewer than 16 different ones among 32 drawn bytes, or among the steps between them, come up less than once in 10**15.
    """
    steps = {(after - before) % 256 for before, after in pairwise(secret)}
    return len(set(secret)) >= LEAST_DIFFERENT and len(steps) >= LEAST_DIFFERENT


def _data(master: Key) -> Key:
    return Key(master.derived("sealed columns"))
