"""What an operator decides, read from the environment. Names begin with BAILIWICK_, but for DATABASE_URL and PORT."""

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from obstore.store import from_url
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from channels.files import FileStore
from finance.figures import Figures
from models.base import Invalid, Refusal
from models.legal_figures import legal_figures
from server.keys import Keys, NoKeys
from server.postgres import Urls
from server.trusted import Trusted

ROLES = ("owner", "app", "jobs")
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


DatabaseUrl = Annotated[str, AfterValidator(_database)]
BaseUrl = Annotated[str, AfterValidator(_base)]
# `BAILIWICK_X=` with nothing behind it, as many deployments write it, says nothing.
Folder = Annotated[Path | None, BeforeValidator(lambda said: said or None)]
Pool = Annotated[int, Field(ge=1, le=200)]


class Settings(BaseSettings):
    """One installation. What has a default needs no mention; each field is said in `docs/operations.md`."""

    model_config = SettingsConfigDict(env_prefix="BAILIWICK_", extra="ignore", populate_by_name=True, frozen=True)

    database_url: DatabaseUrl = Field(default="", validation_alias="DATABASE_URL")
    owner_database_url: DatabaseUrl = ""
    jobs_database_url: DatabaseUrl = ""
    single_role: bool = False
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65_535, validation_alias="PORT")
    public_url: BaseUrl = ""
    master_keys: SecretStr = SecretStr("")
    key_file: Path = Path("var/keys/master")
    files: str = "var/files"
    engine: Literal["planned", "core"] = "planned"
    legal_figures: Folder = None
    trusted_documents: Folder = None
    trusted_only: bool = False
    trusted_proxies: str = ""
    readers: Pool = 8
    desks: Pool = 2
    writers: Pool = 4
    workers: Annotated[int, Field(ge=1, le=16)] = 2
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def is_single(self) -> bool:
        """Whether one address of the database does for all roles: each connection then asks for its role itself."""
        return not self.owner_database_url and not self.jobs_database_url

    @property
    def urls(self) -> Urls:
        """The addresses by role. Raises `WrongSettings`."""
        if not self.database_url:
            raise WrongSettings("DATABASE_URL is not set: postgresql://user@host/database. `bailiwick demo` brings a database of its own.")
        if not self.is_single:
            return Urls(self.owner_database_url, self.database_url, self.jobs_database_url)
        if not self.single_role:
            raise WrongSettings(
                "One DATABASE_URL for all roles is weaker than three: set BAILIWICK_OWNER_DATABASE_URL and BAILIWICK_JOBS_DATABASE_URL "
                "as well, or BAILIWICK_SINGLE_ROLE=1."
            )
        return Urls(*(asking_for(f"bailiwick_{role}", self.database_url) for role in ROLES))

    @property
    def superuser_url(self) -> str:
        """Who may make the roles, in a single-role installation: the address as it was given."""
        return self.database_url if self.is_single else self.owner_database_url

    def url(self, role: Literal["owner", "app", "jobs"]) -> str:
        """The address for one role. Raises `WrongSettings` when there is none."""
        found: str = getattr(self.urls, role)
        if not found:
            raise WrongSettings(f"BAILIWICK_{role.upper()}_DATABASE_URL is not set, and this needs it.")
        return found

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
    def trusted(self) -> Trusted:
        """Raises `WrongSettings`."""
        if self.trusted_documents is None:
            if self.trusted_only:
                raise WrongSettings("BAILIWICK_TRUSTED_ONLY needs BAILIWICK_TRUSTED_DOCUMENTS, a folder of *.graphql files.")
            return Trusted()
        if not self.trusted_documents.is_dir():
            raise WrongSettings(f"BAILIWICK_TRUSTED_DOCUMENTS: there is no folder {self.trusted_documents}.")
        return Trusted.in_folder(self.trusted_documents, self.trusted_only)

    @property
    def figures(self) -> Figures:
        """The law's figures: those that ship, or the operator's own file. Raises `WrongSettings`."""
        try:
            return legal_figures(self.legal_figures) if self.legal_figures else legal_figures()
        except Invalid as invalid:
            raise WrongSettings(f"BAILIWICK_LEGAL_FIGURES: {invalid}") from None

    def environment(self) -> dict[str, str]:
        """As another process reads it, for a child."""
        said = {name: getattr(self, name) for name in type(self).model_fields if getattr(self, name) not in (None, "")}
        return {variable(name): _said(value) for name, value in said.items() if _said(value)}


def settings() -> Settings:
    """From the environment. Raises `WrongSettings`, which names the variable and never its value."""
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


def asking_for(role: str, url: str) -> str:
    """The address of the same database, whose connections take on a role as they start."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query=urlencode([*((k, v) for k, v in parse_qsl(parts.query) if k != "role"), ("role", role)])))


def one_line(error: BaseException) -> str:
    """What went wrong, for a terminal."""
    if isinstance(error, Refusal) and (faults := getattr(error, "faults", ())):
        return " ".join(f"{'.'.join(map(str, fault.path))}: {fault.message}" for fault in faults)
    return " ".join(str(error).split()) or type(error).__name__


def _said(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return ("1" if value else "0") if isinstance(value, bool) else str(value)
