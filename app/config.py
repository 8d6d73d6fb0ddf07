"""The settings of the portal, read once from ``PORTAL_*``.

Nothing secret and nothing local has a default. A name that is not known stops
the start, because it is a misspelling.
"""

import os
import re
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from app.errors import SettingsError

PREFIX = "PORTAL_"

#: What the runner tells its own processes; no setting.
OF_THE_RUNNER = frozenset({"PORTAL_RUNNER"})

#: The kinds of database that every test of the records runs on.
DATABASES = ("sqlite:///", "postgresql+psycopg://")

#: One line of printable ASCII, so that nothing else can be said with it (RFC 9116, section 2.5.3).
CONTACT = re.compile(r"mailto:[!-~]+@[!-~]+|https://[!-~]+", re.ASCII)

#: Threads that pictures may never take: pages and status stay quick under a rush.
KEPT_FOR_PAGES = 32


class Settings(BaseSettings):
    """Everything that differs from one school's machine to the next."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    #: Where records, keys and the journal lie.
    data_directory: Path
    #: The one public address: scheme, host and port. Empty: only this machine is served.
    origin: str = ""
    #: Empty: an SQLite file in the data directory.
    database_url: str = ""
    #: What seals the cameras' addresses. Empty: ``key`` in the data directory.
    key_file: Path | None = None
    #: What signs the checkpoints of the logs. Empty: ``log_key`` in the data directory.
    log_key_file: Path | None = None
    #: Who is sent checkpoints of the logs. Empty: ``receivers`` in the data directory.
    receivers_file: Path | None = None
    #: Endings, also those of some weeks ago, for a backup that is put back. Empty: ``journal`` there.
    journal_file: Path | None = None
    #: Whom backups are made for: the public half that ``./portal backup key`` shows. Empty: none is made.
    backup_recipient: str = ""
    #: What signs forms. Empty: ``secret`` in the data directory.
    secret_key_file: Path | None = None
    #: Where the live seconds lie, in memory.
    ram_directory: Path = Path("/dev/shm/littlewindow")  # noqa: S108  # made 0700 by its owner
    #: Cameras on this machine, as in the demo and the tests.
    allow_loopback_cameras: bool = False
    ring_seconds: int = Field(default=8, ge=4, le=30)
    web_threads: int = Field(default=160, ge=KEPT_FOR_PAGES + 4, le=1000)
    #: The school's own certificate with its chain, in PEM. Empty: plain http, for this machine only.
    certificate_file: Path | None = None
    #: And its key.
    certificate_key_file: Path | None = None
    bind: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    default_language: Literal["zh", "en"] = "zh"
    #: One of those that the encoder knows.
    camera_preset: Literal["superfast", "veryfast"] = "superfast"
    #: Where somebody who found a weakness writes to: ``mailto:…`` or ``https://…``.
    security_contact: str = ""
    #: Addresses of proxies whose word about the viewer's address is believed, with commas.
    trusted_proxies: str = ""

    @field_validator("origin")
    @classmethod
    def _is_an_origin(cls, value: str) -> str:
        if not value:
            return value
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
            raise ValueError("an origin is a scheme, a host and perhaps a port")
        if parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError("an origin has no path")
        if parts.scheme == "http" and parts.hostname not in LOOPBACK_HOSTS:
            raise ValueError("plain http is for this machine only")
        return f"{parts.scheme}://{parts.netloc.lower()}"

    @field_validator("security_contact")
    @classmethod
    def _can_be_written_to(cls, value: str) -> str:
        if value and not CONTACT.fullmatch(value):
            raise ValueError("a contact is mailto:somebody@school.example or https://school.example/security")
        return value

    @field_validator("database_url")
    @classmethod
    def _is_a_kind_we_know(cls, value: str) -> str:
        if value and not value.startswith(DATABASES):
            raise ValueError(f"begins with {' or '.join(DATABASES)}")
        asked = parse_qs(urlsplit(value).query)
        hosts = {urlsplit(value).hostname or "", *",".join(asked.get("host", [])).split(",")}
        elsewhere = {host for host in hosts if host and not host.startswith("/")} - LOOPBACK_HOSTS
        if elsewhere and asked.get("sslmode") != ["verify-full"]:
            raise ValueError("a database on another machine wants sslmode=verify-full")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _are_addresses(cls, value: str) -> str:
        return ",".join(str(ip_address(one.strip())) for one in value.split(",") if one.strip())

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read what is handed in, and nothing of the process's environment beside it."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Return the settings that *environment* holds.

        Raises:
            SettingsError: names every setting that is missing, unknown or wrong.
        """
        given = {
            name.removeprefix(PREFIX).lower(): value
            for name, value in environment.items()
            if name.startswith(PREFIX) and name not in OF_THE_RUNNER
        }
        wrong = sorted(f"{PREFIX}{name.upper()} is not known" for name in given.keys() - cls.model_fields)
        try:
            settings = cls.model_validate({name: given[name] for name in given if name in cls.model_fields})
        except ValidationError as fault:
            # Its places and kinds only: a value may be a secret.
            wrong += [
                f"{PREFIX}{error['loc'][0]!s}".upper() + f": {error['msg']}" for error in fault.errors()
            ]
        if wrong:
            raise SettingsError("; ".join(wrong))
        if (settings.certificate_file is None) != (settings.certificate_key_file is None):
            raise SettingsError(
                "PORTAL_CERTIFICATE_FILE and PORTAL_CERTIFICATE_KEY_FILE go together: both or neither"
            )
        if settings.certificate_file and not settings.origin.startswith("https://"):
            raise SettingsError("PORTAL_ORIGIN: https://… it must be, where the portal has a certificate")
        return settings

    @property
    def database(self) -> str:
        """Return the address of the database."""
        return self.database_url or f"sqlite:///{self.data_directory / 'portal.db'}"

    @property
    def database_path(self) -> Path | None:
        """Return the file of the records; None where they are in a server."""
        kind, _, path = self.database.partition(":///")
        return Path(path) if kind == "sqlite" else None

    @property
    def key_path(self) -> Path:
        """Return the file of the key that seals."""
        return self.key_file or self.data_directory / "key"

    @property
    def log_key_path(self) -> Path:
        """Return the file of the key that signs checkpoints."""
        return self.log_key_file or self.data_directory / "log_key"

    @property
    def receivers_path(self) -> Path:
        """Return the file of who is sent checkpoints; there may be none."""
        return self.receivers_file or self.data_directory / "receivers"

    @property
    def secret_key_path(self) -> Path:
        """Return the file of the key that signs forms."""
        return self.secret_key_file or self.data_directory / "secret"

    @property
    def marks_path(self) -> Path:
        """Return the table of stop marks, in memory."""
        return self.ram_directory / "marks"

    @property
    def believed_clock_path(self) -> Path:
        """Return what remembers, in memory, that the clock was believed."""
        return self.ram_directory / "clock"

    @property
    def journal_path(self) -> Path:
        """Return the journal of endings, on the disk."""
        return self.journal_file or self.data_directory / "journal"

    @property
    def seen_path(self) -> Path:
        """Return what was last seen of each log; never restored with a database."""
        return self.data_directory / "seen"

    @property
    def unfinished_restore_path(self) -> Path:
        """Return what is there while a backup is put in place."""
        return self.data_directory / "restore.unfinished"

    @property
    def media_slots(self) -> int:
        """Return how many pictures may be on their way at once."""
        return self.web_threads - KEPT_FOR_PAGES

    @property
    def origin_host(self) -> str:
        """Return the host of the origin, without its port; empty where there is no origin."""
        return urlsplit(self.origin).hostname or ""

    @property
    def has_certificate(self) -> bool:
        """Say whether the portal speaks TLS itself."""
        return self.certificate_file is not None

    @property
    def listens_at(self) -> str:
        """Return where it listens, as it stands in an address: an IPv6 address in brackets."""
        return at_port(self.bind, self.port)

    @property
    def own_url(self) -> str:
        """Return where this machine itself asks."""
        everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # told apart, not listened on
        host = everywhere.get(self.bind, self.bind)
        scheme = "https" if self.has_certificate else "http"
        return f"{scheme}://{at_port(host, self.port)}"

    @property
    def own_hosts(self) -> frozenset[str]:
        """Return the names under which the portal answers on this machine, without ports."""
        return LOOPBACK_HOSTS | {self.bind}

    @property
    def hosts(self) -> frozenset[str]:
        """Return the names under which the portal answers, without ports."""
        return self.own_hosts | ({self.origin_host} if self.origin else set())

    @property
    def proxies(self) -> frozenset[str]:
        """Return the addresses of the proxies that are believed."""
        return frozenset(one for one in self.trusted_proxies.split(",") if one)


LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


def at_port(host: str, port: int) -> str:
    """Return host and port as they stand in an address."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def read_settings() -> Settings:
    """Return the settings of this process."""
    return Settings.from_environment(os.environ)
