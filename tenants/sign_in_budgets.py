"""How often somebody may try to sign in: for each identifier, device, address and network. Counted in the database, for all processes."""

from dataclasses import dataclass
from hmac import digest
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from uuid import UUID

from models.users import IdentifierKind, normalized

ATTEMPTS_PER_ADDRESS = 30  # a minute
FAILURES_PER_ADDRESS = 10  # a minute; an attempt counts until it has succeeded
ATTEMPTS_PER_NETWORK = 100  # a minute: of IPv4 a /24, of IPv6 a /64, which is what one customer of a provider is given
ALARM_ATTEMPTS = 600  # a minute, over all tenants: nobody is refused for it, the log says it
LONGEST_LOCK_MINUTES = 24 * 60  # each lock lasts twice as long as the one before, but never longer than this
QUIET_MINUTES = 24 * 60  # after so long without a failure, nothing is counted any more
DEVICE_DAYS = 180  # a device that was not used for so long is not known any more
MOST_DEVICES, MOST_SESSIONS = 20, 20  # of one person; the one that was used least lately makes way
SESSION_DAYS = 90  # how long a session is kept after its end
UNKNOWN = "unknown"  # all addresses that cannot be read share one budget: no spelling is a way around it


@dataclass(frozen=True)
class Budget:
    """So many attempts a minute, counted under a keyed hash."""

    bucket: bytes
    per_minute: int


@dataclass(frozen=True)
class AddressBudgets:
    """What one attempt from an address is charged to."""

    network: Budget
    attempts: Budget
    failures: Budget

    @property
    def buckets(self) -> list[bytes]:
        """In the order in which they are charged: a network that is over its budget makes no row for each of its addresses."""
        return [self.network.bucket, self.attempts.bucket, self.failures.bucket]

    @property
    def per_minute(self) -> list[int]:
        return [self.network.per_minute, self.attempts.per_minute, self.failures.per_minute]


@dataclass(frozen=True)
class Buckets:
    """Where attempts are counted. Everything is hashed with a key, so that what was typed, and from where, is not kept."""

    key: bytes

    def identifier(self, tenant_id: UUID | None, realm: str, kind: IdentifierKind, value: str) -> bytes:
        """Of one identifier in its normal form: the one that it is looked for by, so all spellings of it share their tries."""
        return self._hashed("identifier", str(tenant_id), realm, kind.value, value)

    def device(self, tenant_id: UUID | None, token_hash: bytes) -> bytes:
        """Of one known device."""
        return self._hashed("device", str(tenant_id), token_hash.hex())

    def address(self, address: str | None) -> AddressBudgets:
        """Of the address of a client, as trusted proxies say it."""
        host, network = _places(address)
        return AddressBudgets(
            Budget(self._hashed("network", network), ATTEMPTS_PER_NETWORK),
            Budget(self._hashed("attempts", host), ATTEMPTS_PER_ADDRESS),
            Budget(self._hashed("failures", host), FAILURES_PER_ADDRESS),
        )

    @property
    def alarm(self) -> bytes:
        """Of all attempts together."""
        return self._hashed("alarm")

    def _hashed(self, *parts: str) -> bytes:
        return digest(self.key, "\0".join(parts).encode("utf-8", "surrogatepass"), "sha256")


def spellings(kinds: list[IdentifierKind], typed: str, country: str | None) -> list[str]:
    """What was typed, in the normal form of each of the kinds."""
    return [normalized(kind, typed, country) for kind in kinds]


def _places(address: str | None) -> tuple[str, str]:
    """The address in its one spelling, and its network."""
    try:
        found: IPv4Address | IPv6Address = ip_address((address or "").strip("[]").partition("%")[0])
    except ValueError:
        return UNKNOWN, UNKNOWN
    plain = found.ipv4_mapped or found if isinstance(found, IPv6Address) else found
    return str(plain), str(ip_network((plain, 24 if plain.version == 4 else 64), strict=False))
