"""What an operator decides, read from the environment. Names begin with BAILIWICK_, but for DATABASE_URL and PORT."""

import os
import re
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from obstore.store import from_url
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsConfigDict
from pydantic_settings import PydanticBaseSettingsSource as Source

from channels.files import FileStore
from finance.figures import Figures
from models.base import Invalid, Refusal
from models.legal_figures import legal_figures
from server.http.persisted_documents import NoDocument, PersistedDocuments
from server.http.proxies import read_proxies
from server.process.embedded_postgres import Urls
from server.process.keys import Keys, NoKeys

Role = Literal["owner", "app", "jobs"]
ROLES: tuple[Role, ...] = ("owner", "app", "jobs")
ALLOWED = re.compile(r"[a-z0-9.-]+=(https://[a-z0-9.-]+|http://localhost|http://127\.0\.0\.1)(:[0-9]{1,5})?")
# Kubernetes and Docker links tell every container of a service named `bailiwick`, or `bailiwick-web`, in variables of these names.
OF_A_SERVICE = re.compile(r"BAILIWICK_([A-Z0-9_]+_)?(SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)|PORT(_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)")
SHORT = ("DATABASE_URL", "PORT")  # the two names that every platform sets


class WrongSettings(Exception):
    """The settings do not make an installation. The message is one line, for whoever wrote them."""


def _database(url: str) -> str:
    if url and urlsplit(url).scheme not in ("postgresql", "postgres"):
        raise ValueError("an address of a database begins with postgresql://")
    return url


def _base(url: str) -> str:
    if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
        raise ValueError("an address of a server begins with https:// and has no path")
    return url.rstrip("/")


def _origins(said: str) -> str:
    for pair in said.split():
        if not ALLOWED.fullmatch(pair):
            raise ValueError("each is a host of a portal, =, and an origin: portal.example.com=https://app.example.com:8443")
    return said


DatabaseUrl = Annotated[str, AfterValidator(_database)]
BaseUrl = Annotated[str, AfterValidator(_base)]
# `BAILIWICK_X=` with nothing behind it, as many deployments write it, says nothing.
Folder = Annotated[Path | None, BeforeValidator(lambda said: said or None)]
Pool = Annotated[int, Field(ge=1, le=200)]


class Settings(BaseSettings):
    """One installation. What has a default needs no mention. The descriptions are what `docs/operations.md` shows."""

    model_config = SettingsConfigDict(env_prefix="BAILIWICK_", extra="ignore", populate_by_name=True, frozen=True)

    database_url: DatabaseUrl = Field(default="", validation_alias="DATABASE_URL", description="The database, as the web role.")
    owner_database_url: DatabaseUrl = Field(
        default="", description="The same database as its owner: for `migrate` and the commands of operators."
    )
    jobs_database_url: DatabaseUrl = Field(
        default="", description="The same database as the worker's role: for `work`, `import`, `jobs`, `outbox`."
    )
    single_role: bool = Field(
        default=False, description="Whether `DATABASE_URL` does for all three, and each connection takes on its role itself."
    )
    host: str = Field(default="127.0.0.1", description="The address to listen on. `0.0.0.0` and `::` are all of the machine's.")
    port: int = Field(
        default=8000, ge=0, le=65_535, validation_alias="PORT", description="The port to listen on. 0 takes any that is free."
    )
    public_url: BaseUrl = Field(
        default="",
        description="Where clients reach this server, for links to files of portals that have no hosts: `https://portal.example.com`.",
    )
    allowed_origins: Annotated[str, AfterValidator(_origins)] = Field(
        default="",
        description="Origins elsewhere whose pages may ask a portal, by a host of it: `portal.example.com=https://app.example.com:8443`, "
        "with blanks between several.",
    )
    master_keys: SecretStr = Field(
        default=SecretStr(""), description="The master secrets themselves, the newest first, with blanks between them."
    )
    key_file: Path = Field(
        default=Path("var/keys/master"), description="Where they lie, where they are not said: for the owner of the file only."
    )
    files: str = Field(default="var/files", description="Where the bytes of documents lie: a folder, or `s3://bucket/prefix` and the like.")
    engine: Literal["planned", "core"] = Field(default="planned", description="What runs operations: ours, or graphql-core, to compare.")
    legal_figures: Folder = Field(default=None, description="A file of legal figures to reckon with, instead of the one that comes along.")
    trusted_documents: Folder = Field(default=None, description="A folder of `*.graphql` files that clients may name by their hash.")
    trusted_only: bool = Field(default=False, description="Whether pages in browsers may send nothing else.")
    trusted_proxies: Annotated[str, AfterValidator(read_proxies)] = Field(
        default="",
        description="Whose `X-Forwarded-For` and `X-Request-Id` are believed: addresses and networks, with commas between them. "
        "Networks are at most as wide as `10.0.0.0/8` and `fc00::/7`.",
    )
    readers: Pool = Field(default=8, description="Connections of a web process for reading.")
    desks: Pool = Field(default=2, description="Connections of a web process for signing in, so that it does not wait for anybody's lists.")
    writers: Pool = Field(default=4, description="Connections of a web process for mutations.")
    workers: Annotated[int, Field(ge=1, le=16)] = Field(default=2, description="Jobs that a worker process does at once.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="What is worth a line of the log.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: Source,
        env_settings: Source,
        dotenv_settings: Source,
        file_secret_settings: Source,
    ) -> tuple[Source, ...]:
        """The environment without what the platform says of services there: `BAILIWICK_PORT` would be read as the port."""
        if isinstance(env_settings, EnvSettingsSource):
            told = env_settings.env_vars.items()
            env_settings.env_vars = {name: value for name, value in told if not is_of_a_service(name.upper(), value or "")}
        return init_settings, env_settings

    @property
    def urls(self) -> Urls:
        """The addresses by role; empty for a role that this process was given none for. Raises `WrongSettings`.

        With `single_role` one address does for all roles: each connection then asks for its role itself.
        """
        if not self.database_url:
            raise WrongSettings("DATABASE_URL is not set: postgresql://user@host/database. `bailiwick demo` brings a database of its own.")
        if not self.single_role:
            return Urls(self.owner_database_url, self.database_url, self.jobs_database_url)
        if self.owner_database_url or self.jobs_database_url:
            raise WrongSettings("BAILIWICK_SINGLE_ROLE=1 means that DATABASE_URL does for all roles: leave the other addresses out.")
        return Urls(*(asking_for(f"bailiwick_{role}", self.database_url) for role in ROLES))

    @property
    def superuser_url(self) -> str:
        """Who may make the roles, in a single-role installation: the address as it was given."""
        return self.database_url if self.single_role else self.owner_database_url

    def url(self, role: Role) -> str:
        """The address for one role. Raises `WrongSettings` when there is none."""
        found: str = getattr(self.urls, role)
        if not found:
            raise WrongSettings(
                f"{address_of(role)} is not set, and this needs it. Where DATABASE_URL is all there is, "
                "BAILIWICK_SINGLE_ROLE=1 lets it do for all roles, which is weaker."
            )
        return found

    @property
    def origins(self) -> dict[str, list[str]]:
        """The origins elsewhere that may ask, by the host of a portal that they were named for."""
        found: dict[str, list[str]] = {}
        for host, _, origin in (pair.partition("=") for pair in self.allowed_origins.split()):
            found.setdefault(host, []).append(origin)
        return found

    @property
    def is_local(self) -> bool:
        """Whether nobody but this machine reaches what listens here."""
        return self.host in ("127.0.0.1", "::1", "localhost")

    @property
    def base(self) -> str:
        """Where this server is reached from outside."""
        return self.public_url or f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    @property
    def keys(self) -> Keys:
        """Raises `WrongSettings`."""
        try:
            said = self.master_keys.get_secret_value()
            return Keys.written(said) if said else Keys.in_file(self.key_file)
        except NoKeys as error:
            raise WrongSettings(f"BAILIWICK_KEY_FILE: {error}. `bailiwick keys new` makes a master secret.") from None

    @property
    def store(self) -> FileStore:
        """Where the bytes of documents lie: a folder, or an address that obstore understands. Raises `WrongSettings`."""
        try:
            return FileStore(from_url(self.files)) if "://" in self.files else FileStore.in_folder(Path(self.files))
        except Exception as error:  # obstore raises a family of its own for each kind of store
            raise WrongSettings(f"BAILIWICK_FILES: {self.files} is no place for files ({type(error).__name__}).") from None

    @property
    def trusted(self) -> PersistedDocuments:
        """Raises `WrongSettings`."""
        if self.trusted_documents is None:
            if self.trusted_only:
                raise WrongSettings("BAILIWICK_TRUSTED_ONLY needs BAILIWICK_TRUSTED_DOCUMENTS, a folder of *.graphql files.")
            return PersistedDocuments()
        if not self.trusted_documents.is_dir():
            raise WrongSettings(f"BAILIWICK_TRUSTED_DOCUMENTS: there is no folder {self.trusted_documents}.")
        try:
            return PersistedDocuments.in_folder(self.trusted_documents, self.trusted_only)
        except NoDocument as error:
            raise WrongSettings(f"BAILIWICK_TRUSTED_DOCUMENTS: {error}") from None

    @property
    def figures(self) -> Figures:
        """The law's figures: those that ship, or the operator's own file. Raises `WrongSettings`."""
        try:
            return legal_figures(self.legal_figures) if self.legal_figures else legal_figures()
        except Invalid as invalid:
            raise WrongSettings(f"BAILIWICK_LEGAL_FIGURES: {invalid}") from None


def settings() -> Settings:
    """From the environment. Raises `WrongSettings`, which names the variable and never its value."""
    _refuse_unknown()
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        reason = str(first["msg"]).removeprefix("Value error, ")
        raise WrongSettings(f"{name if name in SHORT else variable(name)}: {reason[0].lower()}{reason[1:]}.") from None


def variable(field: str) -> str:
    """The name of a setting in the environment."""
    short = field.upper()
    return short if short in SHORT else f"BAILIWICK_{short}"


def address_of(role: Role) -> str:
    """The name of the setting with the address of this role."""
    return "DATABASE_URL" if role == "app" else f"BAILIWICK_{role.upper()}_DATABASE_URL"


def _refuse_unknown() -> None:
    """A name that is spelled wrong would else leave a setting at its default, and nobody would notice."""
    known = [variable(field) for field in Settings.model_fields]
    for name in sorted(os.environ):
        if name.upper().startswith("BAILIWICK_") and name.upper() not in known and not is_of_a_service(name.upper(), os.environ[name]):
            meant = get_close_matches(name.upper(), known, 1)
            raise WrongSettings(f"{name} is no setting." + (f" Is {meant[0]} meant?" if meant else " They are all in docs/operations.md."))


def is_of_a_service(name: str, value: str) -> bool:
    """Whether the platform has set it, about a service of our name. `BAILIWICK_PORT=8000` is somebody's mistake, and has no scheme."""
    if OF_A_SERVICE.fullmatch(name) is None:
        return False
    is_number = name.endswith(("_SERVICE_PORT", "_TCP_PORT", "_UDP_PORT", "_SCTP_PORT"))
    return not name.endswith("PORT") or is_number or "://" in value


def asking_for(role: str, url: str) -> str:
    """The address of the same database, whose connections take on a role as they start."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query=urlencode([*((k, v) for k, v in parse_qsl(parts.query) if k != "role"), ("role", role)])))


def one_line(error: BaseException) -> str:
    """What went wrong, for a terminal."""
    if isinstance(error, Refusal) and (faults := getattr(error, "faults", ())):
        return " ".join(f"{'.'.join(map(str, fault.path))}: {fault.message}" for fault in faults)
    return " ".join(str(error).split()) or type(error).__name__
