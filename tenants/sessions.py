"""From a bearer token to a standing."""

from collections import OrderedDict
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any
from uuid import UUID

from models.base import Unauthenticated
from models.profiles import ProfileRole
from models.words import is_known
from tenants.database import Database
from tenants.portals import Governing, Portals
from tenants.scope import AuthContext, Grant, Principal, Realm

KEPT = 10_000
SEEN_AFTER = timedelta(seconds=15)  # so that idle sessions end at most this much late, and a busy one writes rarely
OPEN = "select * from open_scope($1, $2, $3)"
KEEP = "select keep_reach_set($1, $2, $3, $4)"
TOUCH = "select touch_session($1, $2, $3)"


class Sessions:
    """Standings, remembered. A remembered one is a guess: the first statement of an operation checks it in the database, in the same
    round trip as the rows it reads (`tenants/gate.py`), so a revoked session or a changed profile acts at once.
    """

    def __init__(self, database: Database, desk: Database, portals: Portals) -> None:
        self.database, self.desk, self.portals = database, desk, portals
        self.kept: OrderedDict[bytes, AuthContext] = OrderedDict()

    async def guess(self, token: str, now: datetime, slides: bool = True) -> AuthContext:
        """The remembered standing, or the current one. Raises `Unauthenticated`.

        Unless it `slides`, this is no use of the session: its idle time goes on. That it is over is seen in the database in any case.
        """
        kept = self.kept.get(hashed(token))
        if kept is None or (slides and is_unseen(kept, now)) or (kept.good_until and kept.good_until <= now):
            return await self.read(token, now, slides)
        return kept

    async def read(self, token: str, now: datetime, slides: bool = True) -> AuthContext:
        """The standing as the database has it now. Raises `Unauthenticated`."""
        return await self.behind(token.partition(".")[0], hashed(token), now, slides)

    async def behind(self, tenant_key: str, token_hash: bytes, now: datetime, slides: bool = True) -> AuthContext:
        """The current standing of the session with this token hash: for links, which name their session so. Raises `Unauthenticated`."""
        rows = await self.database.fetch(OPEN, tenant_key, token_hash, now)
        if not rows or not is_known(Realm, rows[0]["realm"]):
            self.kept.pop(token_hash, None)
            raise Unauthenticated
        governing = await self.portals.governing(rows[0]["tenant_id"], rows[0]["portal_id"], now)
        auth = auth_context_of(tenant_key, token_hash, rows[0], governing)
        for set_id, keys in auth.sets.items():
            await self.desk.fetch(KEEP, auth.tenant_id, set_id, keys, now)
        if slides and is_unseen(auth, now):
            await self.desk.fetch(TOUCH, auth.tenant_id, token_hash, now)
            auth = replace(auth, last_seen_at=now)
        self.kept[token_hash] = auth
        while len(self.kept) > KEPT:
            self.kept.popitem(last=False)
        return auth

    def forget(self, token_hash: bytes) -> None:
        """Read this one again at its next request."""
        self.kept.pop(token_hash, None)


def is_unseen(auth: AuthContext, now: datetime) -> bool:
    """Whether the session's last use has to be written down again."""
    return auth.last_seen_at is not None and now - auth.last_seen_at > SEEN_AFTER


def new_token(tenant_key: str) -> str:
    """A bearer token: it names its tenant, and 256 random bits that nobody can guess."""
    return f"{tenant_key}.{token_urlsafe(32)}"


def new_device_token() -> str:
    """What a device is recognized by at its next sign-in: 256 random bits."""
    return token_urlsafe(32)


def hashed(token: str) -> bytes:
    """What is stored of a token. Tokens are random and long, so a plain hash is enough."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


def auth_context_of(tenant_key: str, token_hash: bytes, row: Any, governing: Governing) -> AuthContext:
    """From a row of the database function `open_scope`."""
    return AuthContext(
        tenant_id=row["tenant_id"],
        realm=Realm(row["realm"]),
        rules=governing.rules,
        zones=governing.zones,
        country=governing.country,
        tenant_key=tenant_key,
        portal_id=row["portal_id"],
        session_id=row["session_id"],
        user_id=row["user_id"],
        token_hash=token_hash,
        version=row["version"],
        locale=row["locale"],
        last_seen_at=row["last_seen_at"],
        strong_until_at=row["strong_until_at"],
        good_until=row["good_until"],
        staff_roles=frozenset(Principal(role) for role in row["staff_roles"] or () if is_known(Principal, role)),
        grants=tuple(_grants(row)),
        parties=frozenset(row["parties"] or ()),
        own_parties=frozenset(row["own_parties"] or ()),
    )


def _grants(row: Any) -> list[Grant]:
    """What each profile grants. A role that only a newer version knows grants nothing here."""
    columns = [row[name] or () for name in ("accounts", "profiles", "roles", "contracts", "kinds", "from_days")]
    return [
        Grant(profile, account, ProfileRole(role), _keys(contracts), _split(kinds), from_on)
        for account, profile, role, contracts, kinds, from_on in zip(*columns, strict=True)
        if is_known(ProfileRole, role)
    ]


def _keys(joined: str | None) -> tuple[UUID, ...] | None:
    """Keys in one text; no text is no limit, an empty one limits to nothing."""
    return None if joined is None else tuple(UUID(key) for key in joined.split(",") if key)


def _split(joined: str | None) -> tuple[str, ...] | None:
    return None if joined is None else tuple(kind for kind in joined.split(",") if kind)
