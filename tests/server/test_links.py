"""Tickets in addresses: one spelling of each opens, and no other."""

from datetime import UTC, datetime
from string import ascii_letters, digits
from uuid import UUID

import pytest

from models.base64url import decoded, encoded
from models.portal_rules import PortalRules
from server.http.signed_links import Forged, SignedLinks
from tenants import AuthContext, ClientInfo, Scope
from tenants.portals import Door
from tenants.scope import Realm

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LINKS = SignedLinks(b"k" * 32, "https://fallback.example")
LETTERS = ascii_letters + digits + "-_"


NORTH, SOUTH, PORTAL, OTHER = (UUID(int=number) for number in (1, 2, 3, 4))


def scope_at(asked_at: str = "", hosts: tuple[str, ...] = (), portal: UUID | None = PORTAL) -> Scope:
    """Somebody signed in at a portal of North with these official hosts."""
    rules = PortalRules.from_json(PortalRules.default().to_json() | {"official_hosts": list(hosts)})
    auth = AuthContext(NORTH, Realm.CUSTOMER, rules, tenant_key="north", portal_id=portal, token_hash=b"t" * 32)
    return Scope(auth, NOW, ClientInfo("r", host=asked_at.removeprefix("https://")))


def ticket_of(byte_size: int) -> str:
    return LINKS.upload(scope_at(), "0" * 32, byte_size, "f" * 64).url.rpartition("/")[2]


@pytest.mark.parametrize("byte_size", [1, 12, 123])  # tickets of three lengths: with no, two and four bits to spare at their end
def test_a_ticket_opens_as_it_was_written_and_in_no_other_spelling(byte_size: int):
    ticket = ticket_of(byte_size)
    assert LINKS.read("uploads", ticket, NOW)["size"] == byte_size

    appended = [ticket + more for more in ("=", "==", "!", "\0", " ", "\n", "%00", "A", "-", "\u00e9")]
    respelled = [ticket[:at] + letter + ticket[at + 1 :] for at in range(len(ticket)) for letter in "=!+/ \n"]
    flipped = [
        ticket[:at] + letter + ticket[at + 1 :] for at in (0, 1, len(ticket) // 2, len(ticket) - 2, len(ticket) - 1) for letter in LETTERS
    ]
    inserted = [ticket[:9] + more + ticket[9:] for more in ("=", "\n", " ", "!")]
    for bent in [*appended, *respelled, *flipped, *inserted, ticket[:-1]]:
        if bent != ticket:
            with pytest.raises(Forged):
                LINKS.read("uploads", bent, NOW)


@pytest.mark.parametrize("text", ["AB", "AA=", "AA==", "A", "AAA!", "AA A", "AAE\n", "\u00c4AAA"])
def test_base64_in_addresses_has_one_spelling(text: str):
    with pytest.raises(ValueError):
        decoded(text)


def test_what_was_encoded_is_decoded():
    for size in range(20):
        assert decoded(encoded(bytes(range(size)))) == bytes(range(size))


OFFICIAL = ("one.example", "two.example")
ASKED = "https://two.example:8443"
LEADS_TO = [
    (Door(NORTH, "north", PORTAL), OFFICIAL, PORTAL, ASKED),
    (Door(NORTH, "north", PORTAL), OFFICIAL, None, ASKED),  # staff, who have no portal, at any of their house
    (Door(NORTH, "north", OTHER), OFFICIAL, PORTAL, "https://one.example"),
    (Door(SOUTH, "south", OTHER), OFFICIAL, PORTAL, "https://one.example"),
    (Door(SOUTH, "south", OTHER), OFFICIAL, None, "https://one.example"),
    (None, OFFICIAL, PORTAL, "https://one.example"),
    (None, (), PORTAL, "https://fallback.example"),
    (Door(SOUTH, "south", OTHER), (), None, "https://fallback.example"),
    (None, ("one.localhost",), PORTAL, "https://fallback.example"),  # a demo, which tells its own address
]


@pytest.mark.parametrize("door, hosts, portal, base", LEADS_TO)
def test_a_link_leads_to_the_host_that_was_asked_or_to_the_first_one_of_the_portal(
    door: Door | None, hosts: tuple[str, ...], portal: UUID | None, base: str
):
    """And never to a host of another house, nor to one that the operator named for all."""
    scope = scope_at(ASKED, hosts, portal)

    assert LINKS.reached(scope, door).upload(scope, "0" * 32, 1, "f" * 64).url.startswith(f"{base}/uploads/")
