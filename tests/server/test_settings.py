"""Settings: what they become, and the one line that says which of them is wrong."""

from pathlib import Path
from uuid import UUID

import pytest

from models.secrets import Place, Unreadable
from server.process.keys import Keys, NoKeys, new_master, write_master
from server.process.settings import Settings, WrongSettings, asking_for, settings

TENANT = UUID(int=7)
PLACE = Place(TENANT, "bank_account", UUID(int=1), "iban")


@pytest.fixture(autouse=True)
def nothing_said(monkeypatch: pytest.MonkeyPatch):
    for name in ("DATABASE_URL", "PORT", "BAILIWICK_OWNER_DATABASE_URL", "BAILIWICK_JOBS_DATABASE_URL", "BAILIWICK_ENGINE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("PORT", "http", "PORT: input should be a valid integer"),
        ("BAILIWICK_READERS", "0", "BAILIWICK_READERS: input should be greater than or equal to 1"),
        ("BAILIWICK_ENGINE", "warp", "BAILIWICK_ENGINE: input should be 'planned' or 'core'"),
        ("DATABASE_URL", "mysql://me:secret@host/db", "DATABASE_URL: an address of a database begins with postgresql://"),
        ("BAILIWICK_PUBLIC_URL", "portal.example.com", "BAILIWICK_PUBLIC_URL: an address of a server begins with https://"),
        ("BAILIWICK_TRUSTED_PROXIES", "nginx", "BAILIWICK_TRUSTED_PROXIES: nginx is no address and no network"),
        ("BAILIWICK_TRUSTED_PROXIES", "10.0.0.7 10.0.0.8", "BAILIWICK_TRUSTED_PROXIES: 10.0.0.7 10.0.0.8 is no address"),
        ("BAILIWICK_TRUSTED_PROXIES", "10.0.0.7/8", "BAILIWICK_TRUSTED_PROXIES: 10.0.0.7/8 is no address and no network (10.0.0.7/8 has"),
        ("BAILIWICK_TRUSTED_PROXIES", "10.0.0.7:443", "BAILIWICK_TRUSTED_PROXIES: 10.0.0.7:443 is no address"),
        ("BAILIWICK_TRUSTED_PROXIES", "0.0.0.0", "BAILIWICK_TRUSTED_PROXIES: 0.0.0.0 is the address of nobody"),
        ("BAILIWICK_TRUSTED_PROXIES", "*", "BAILIWICK_TRUSTED_PROXIES: * would believe strangers"),
        ("BAILIWICK_TRUSTED_PROXIES", "10.0.0.7, ::/0", "BAILIWICK_TRUSTED_PROXIES: ::/0 would believe strangers"),
        ("BAILIWICK_TRUSTED_PROXIES", "0.0.0.0/0", "BAILIWICK_TRUSTED_PROXIES: 0.0.0.0/0 would believe strangers"),
        ("BAILIWICK_TRUSTED_PROXIES", "0.0.0.0/1,128.0.0.0/1", "BAILIWICK_TRUSTED_PROXIES: 0.0.0.0/0 would believe strangers"),
        ("BAILIWICK_TRUSTED_PROXIES", "2000::/3", "BAILIWICK_TRUSTED_PROXIES: 2000::/3 would believe strangers"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(monkeypatch: pytest.MonkeyPatch, name: str, value: str, line: str):
    monkeypatch.setenv(name, value)
    with pytest.raises(WrongSettings) as refused:
        settings()
    assert str(refused.value).startswith(line)
    assert "\n" not in str(refused.value)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("said", ["", "10.0.0.7", "10.0.0.7,fd00::1", "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7"])
def test_proxies_are_addresses_and_private_networks(said: str):
    assert Settings(trusted_proxies=said, port=8000).trusted_proxies == said
    assert Settings(trusted_proxies=f" {said.replace(',', ' , ')} ,", port=8000).trusted_proxies == said


def test_one_address_asks_for_each_role_and_only_when_that_is_allowed():
    one = Settings(database_url="postgresql://me:pw@host/db?sslmode=require", port=8000)
    assert one.url("app") == one.database_url
    for role in ("owner", "jobs"):
        with pytest.raises(WrongSettings, match=f"BAILIWICK_{role.upper()}_DATABASE_URL.*BAILIWICK_SINGLE_ROLE"):
            one.url(role)
    urls = one.model_copy(update={"single_role": True}).urls
    assert urls.app == "postgresql://me:pw@host/db?sslmode=require&role=bailiwick_app"
    assert urls.owner.endswith("role=bailiwick_owner")
    assert asking_for("b", "postgresql://h/d?role=a") == "postgresql://h/d?role=b"


def test_three_addresses_are_taken_as_they_are():
    three = Settings(
        database_url="postgresql://a/d", owner_database_url="postgresql://o/d", jobs_database_url="postgresql://j/d", port=8000
    )
    assert tuple(three.urls) == ("postgresql://o/d", "postgresql://a/d", "postgresql://j/d")
    with pytest.raises(WrongSettings, match="BAILIWICK_JOBS_DATABASE_URL"):
        three.model_copy(update={"jobs_database_url": ""}).url("jobs")


OF_A_SERVICE = {
    "BAILIWICK_PORT": "tcp://10.0.0.7:8000", "BAILIWICK_PORT_8000_TCP": "tcp://10.0.0.7:8000", "BAILIWICK_PORT_8000_TCP_PROTO": "tcp",
    "BAILIWICK_PORT_8000_TCP_PORT": "8000", "BAILIWICK_PORT_8000_TCP_ADDR": "10.0.0.7", "BAILIWICK_SERVICE_HOST": "10.0.0.7",
    "BAILIWICK_SERVICE_PORT": "8000", "BAILIWICK_SERVICE_PORT_HTTP": "8000", "BAILIWICK_WEB_SERVICE_HOST": "10.0.0.8",
    "BAILIWICK_WEB_PORT": "udp://10.0.0.8:53", "BAILIWICK_WEB_PORT_53_UDP_ADDR": "10.0.0.8",
}  # fmt: skip


def test_what_a_platform_says_of_a_service_of_our_name_stops_no_start(monkeypatch: pytest.MonkeyPatch):
    for name, value in OF_A_SERVICE.items():
        monkeypatch.setenv(name, value)

    assert settings().port == Settings().port


def test_a_port_that_somebody_typed_under_another_name_stops_the_start(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("BAILIWICK_PORT", "8000")

    with pytest.raises(WrongSettings, match="BAILIWICK_PORT is no setting"):
        settings()


def test_one_address_for_all_roles_and_one_for_a_role_exclude_each_other():
    both = Settings(database_url="postgresql://a/d", owner_database_url="postgresql://o/d", single_role=True)
    with pytest.raises(WrongSettings, match="leave the other addresses out"):
        _ = both.urls


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("BAILIWICK_PUBLIK_URL", "BAILIWICK_PUBLIK_URL is no setting. Is BAILIWICK_PUBLIC_URL meant?"),
        ("bailiwick_publik_url", "bailiwick_publik_url is no setting. Is BAILIWICK_PUBLIC_URL meant?"),
        ("BAILIWICK_DOCUMENTS_ONLY", "BAILIWICK_DOCUMENTS_ONLY is no setting."),
    ],
)
def test_a_setting_that_nobody_knows_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, line: str):
    monkeypatch.setenv(name, "secret")
    with pytest.raises(WrongSettings) as refused:
        settings()
    assert str(refused.value).startswith(line)
    assert "secret" not in str(refused.value)


def test_a_master_secret_gives_each_purpose_a_key_of_its_own():
    keys = Keys.written(new_master())
    assert len({keys.cursor, keys.bucket, keys.link, keys.ring.current.secret, keys.ring.index.secret}) == 5


def test_after_a_change_of_the_master_secret_old_records_are_read_and_found():
    old, new = new_master(), new_master()
    before, after = Keys.written(old).ring, Keys.written(f"{new}\n{old}\n").ring
    sealed = before.seal("BE68539007547034", PLACE)
    assert after.open(sealed, PLACE) == "BE68539007547034"
    assert after.blind_index("BE68539007547034", TENANT) == before.blind_index("BE68539007547034", TENANT)
    with pytest.raises(Unreadable):
        before.open(after.seal("BE68539007547034", PLACE), PLACE)


def test_a_key_file_is_for_its_owner_only_and_is_never_overwritten(tmp_path: Path):
    file = tmp_path / "keys" / "master"
    write_master(file)
    first = file.read_text()
    write_master(file)
    assert file.read_text() == first
    assert file.stat().st_mode & 0o777 == 0o600
    file.chmod(0o644)
    with pytest.raises(NoKeys, match="chmod 600"):
        Keys.in_file(file)


COUNTED, TYPED = bytes(range(32)).hex(), "0123456789abcdef" * 4


@pytest.mark.parametrize("text", ["", "short", "zz" * 32, "ab" * 31, "00" * 32, COUNTED, TYPED, f"{'5a' * 32}\n{new_master()}"])
def test_what_is_no_master_secret_is_refused_without_being_repeated(text: str):
    with pytest.raises(NoKeys) as refused:
        Keys.written(text)
    assert text == "" or text not in str(refused.value)
