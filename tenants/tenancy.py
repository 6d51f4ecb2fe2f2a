"""What this room needs of the process: connections and keys. One for each process, and it knows nobody's rows."""

from dataclasses import dataclass, field

from tortoise.context import TortoiseContext

from models.connecting import connected
from tenants.database import Database
from tenants.gate import Gate
from tenants.pages import CursorCodec
from tenants.passwords import Passwords
from tenants.portals import Portals
from tenants.scope import Scope
from tenants.sessions import Sessions
from tenants.sign_in import SignIn


@dataclass
class Tenancy:
    """The room, opened. `desk` has the few connections that may write before there is a scope; mutations have `writers` of their own."""

    database: Database
    desk: Database
    cursor_key: bytes = field(repr=False)
    bucket_key: bytes = field(repr=False)
    writers: int = 4
    models: TortoiseContext = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.probe = Database(self.database.url, 1)  # for health alone, so that looking takes no connection from those who ask
        self.cursors = CursorCodec(self.cursor_key)
        self.portals = Portals(self.database)
        self.passwords = Passwords()
        self.sessions = Sessions(self.database, self.desk, self.portals)
        self.sign_in = SignIn(self.desk, self.passwords, self.bucket_key)

    async def open(self) -> None:
        """Connect."""
        await self.database.open()
        await self.desk.open()
        self.models = await connected(self.desk.url, self.writers)

    async def close(self) -> None:
        """Hang up."""
        self.passwords.close()
        await self.models.close_connections()
        await self.desk.close()
        await self.probe.close()
        await self.database.close()

    def gate(self, scope: Scope, is_current: bool = False) -> Gate:
        """The door to rows for one operation."""
        return Gate(scope, self.database, self.cursors, is_current)
