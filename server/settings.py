"""What an installation says of itself, in environment variables. Each is described where it is declared; docs/operations.md lists them."""

from hashlib import sha256
from pathlib import Path
from typing import Literal, Self
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from models.secrets import Key, KeyRing
from server.postgres import Urls

SHORTEST_SECRET = 32


class WrongSettings(Exception):
    """A setting is missing or makes no sense. Its text is for the operator."""


class Settings(BaseSettings):
    """All settings. The environment variable is the name in capitals behind `BAILIWICK_`, except for DATABASE_URL and PORT."""

    model_config = SettingsConfigDict(env_prefix="BAILIWICK_", extra="ignore", populate_by_name=True)

    database_url: str = Field(
        validation_alias="DATABASE_URL", description="PostgreSQL, as the web role: postgresql://bailiwick_app:...@host/db"
    )
    owner_database_url: str | None = Field(
        default=None, description="The same database as its owner: for `migrate` and the commands that add."
    )
    jobs_database_url: str | None = Field(default=None, description="The same database as the jobs role: for `work` and `import`.")
    single_role: bool = Field(default=False, description="DATABASE_URL is of a role that may become the three others. Not for production.")
    secret: SecretStr = Field(description="At least 32 characters that nobody can guess. All keys follow from it.")
    previous_secrets: tuple[SecretStr, ...] = Field(
        default=(), description="Earlier secrets, as a JSON list: what they sealed stays readable."
    )
    files: Path = Field(default=Path("var/files"), description="The folder where the bytes of documents are kept.")
    host: str = Field(default="127.0.0.1", description="The address to listen on.")
    port: int = Field(default=8000, ge=0, le=65535, validation_alias="PORT", description="The port to listen on; 0 takes any that is free.")
    public_url: str | None = Field(default=None, description="Where clients reach this server; in links. http://host:port without it.")
    trusted_proxies: str = Field(default="", description="Whose X-Forwarded-For is believed: addresses, with commas between them.")
    connections: int = Field(default=8, ge=1, le=100, description="Connections for reading, a process.")
    writers: int = Field(default=4, ge=1, le=50, description="Connections for mutations, a process.")
    engine: Literal["planned", "core"] = Field(default="planned", description="`core` runs every operation by graphql-core.")
    trusted_documents: Path | None = Field(default=None, description="A folder of *.graphql files that may be asked for by their hash.")
    only_trusted_documents: bool = Field(default=False, description="Pages in browsers may ask for nothing else.")
    notice_seconds: float = Field(default=2.0, ge=0, le=60, description="How long after TERM new requests are still taken.")

    @model_validator(mode="after")
    def _fit(self) -> Self:
        if len(self.secret.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"BAILIWICK_SECRET has fewer than {SHORTEST_SECRET} characters.")
        if urlsplit(self.database_url).scheme not in ("postgresql", "postgres"):
            raise ValueError("DATABASE_URL does not begin with postgresql://.")
        if self.only_trusted_documents and self.trusted_documents is None:
            raise ValueError("BAILIWICK_ONLY_TRUSTED_DOCUMENTS needs BAILIWICK_TRUSTED_DOCUMENTS.")
        return self

    @classmethod
    def read(cls, **given: object) -> Self:
        """From the environment. Raises `WrongSettings`."""
        try:
            return cls(**given)  # type: ignore[arg-type]  # checked by pydantic
        except ValidationError as error:
            raise WrongSettings("; ".join(_said(fault["loc"], fault["msg"]) for fault in error.errors())) from None

    @property
    def urls(self) -> Urls:
        """By who comes. Raises `WrongSettings` where a role has no address."""
        if self.single_role:
            return Urls(*(becoming(self.database_url, f"bailiwick_{name}") for name in Urls._fields))
        return Urls(self.owner_database_url or "", self.database_url, self.jobs_database_url or "")

    @property
    def owner_url(self) -> str:
        return self._of(self.urls.owner, "BAILIWICK_OWNER_DATABASE_URL")

    @property
    def jobs_url(self) -> str:
        return self._of(self.urls.jobs, "BAILIWICK_JOBS_DATABASE_URL")

    def _of(self, url: str, name: str) -> str:
        if not url:
            raise WrongSettings(f"{name} is not set.")
        return url

    def key(self, purpose: str) -> bytes:
        """32 bytes for one purpose."""
        return _key(self.secret).derived(purpose)

    @property
    def keys(self) -> KeyRing:
        """What bank details are sealed with. The index key follows from the oldest secret, since it never changes."""
        sealing = [Key(_key(secret).derived("sealing")) for secret in (self.secret, *self.previous_secrets)]
        index = Key(_key((self.previous_secrets or (self.secret,))[-1]).derived("index"))
        return KeyRing(sealing[0], index, tuple(sealing[1:]))


def becoming(url: str, role: str) -> str:
    """The address, for somebody who takes on this role at once."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query=urlencode([*parse_qsl(parts.query), ("role", role)], safe="/")))


def _key(secret: SecretStr) -> Key:
    return Key(sha256(secret.get_secret_value().encode()).digest())


def _said(place: tuple[int | str, ...], message: str) -> str:
    name = str(place[0]).upper() if place else ""
    known = name if name in ("DATABASE_URL", "PORT") else f"BAILIWICK_{name}"
    return f"{known}: {message}" if name else message.removeprefix("Value error, ")
