"""Settings are read once, and a mistake in them stops the start."""

import re
from pathlib import Path
from typing import get_args

import pytest

from app.config import PREFIX, Settings
from app.errors import SettingsError
from streaming.encode import PRESETS

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"
LEAST = {"PORTAL_DATA_DIRECTORY": "/srv/portal"}


def test_what_is_local_follows_from_the_data_directory() -> None:
    settings = Settings.from_environment(LEAST)

    assert settings.database == "sqlite:////srv/portal/portal.db"
    assert settings.key_path == Path("/srv/portal/key")
    assert settings.media_slots == settings.web_threads - 32


def test_a_misspelt_name_stops_the_start() -> None:
    with pytest.raises(SettingsError, match="PORTAL_PROT is not known"):
        Settings.from_environment(LEAST | {"PORTAL_PROT": "80"})


def test_a_missing_name_is_named() -> None:
    with pytest.raises(SettingsError, match="PORTAL_DATA_DIRECTORY"):
        Settings.from_environment({})


def test_a_wrong_value_is_named_and_not_repeated() -> None:
    with pytest.raises(SettingsError, match="PORTAL_PORT") as refused:
        Settings.from_environment(LEAST | {"PORTAL_PORT": "canary"})

    assert "canary" not in str(refused.value)


@pytest.mark.parametrize(
    "origin",
    [
        pytest.param("http://portal.example", id="plain http for others to read"),
        pytest.param("ftp://portal.example", id="not the web"),
        pytest.param("https://portal.example/path", id="a path"),
        pytest.param("https://me:word@portal.example", id="a password"),
        pytest.param("portal.example", id="no scheme"),
    ],
)
def test_an_origin_that_makes_no_sense_stops_the_start(origin: str) -> None:
    with pytest.raises(SettingsError, match="PORTAL_ORIGIN"):
        Settings.from_environment(LEAST | {"PORTAL_ORIGIN": origin})


@pytest.mark.parametrize(
    ("where", "proven"),
    [
        ("@db.example/portal", False),
        ("user:canary@192.0.2.5:5432/portal?sslmode=require", False),
        ("user:canary@/portal?host=db.example", False),
        ("user:canary@/portal?host=/run/postgresql,db.example", False),
        ("user:canary@db.example/portal?sslmode=verify-full&sslmode=disable", False),
        ("user:canary@db.example/portal?sslmode=verify-full&sslrootcert=/etc/ssl/school.pem", True),
        ("user:canary@127.0.0.1:5432/portal", True),
        ("postgres@/portal?host=%2Frun%2Fpostgresql", True),
        ("/portal", True),
    ],
)
def test_a_database_elsewhere_must_prove_whose_it_is(where: str, *, proven: bool) -> None:
    given = LEAST | {"PORTAL_DATABASE_URL": f"postgresql+psycopg://{where}"}

    if proven:
        assert Settings.from_environment(given).database.endswith(where)
        return
    with pytest.raises(SettingsError, match="verify-full") as refused:
        Settings.from_environment(given)
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize("kind", ["mysql://canary", "postgresql://canary", "sqlite://", "canary"])
def test_a_database_that_no_test_knows_stops_the_start(kind: str) -> None:
    with pytest.raises(SettingsError, match="PORTAL_DATABASE_URL") as refused:
        Settings.from_environment(LEAST | {"PORTAL_DATABASE_URL": kind})

    assert "canary" not in str(refused.value)


def test_the_portal_answers_to_its_own_name_and_to_this_machine() -> None:
    settings = Settings.from_environment(LEAST | {"PORTAL_ORIGIN": "https://Portal.Example:8443"})

    assert settings.origin == "https://portal.example:8443"
    assert settings.hosts == {"portal.example", "127.0.0.1", "localhost", "::1"}


@pytest.mark.parametrize(
    ("bind", "asked"),
    [
        ("127.0.0.1", "http://127.0.0.1:8080"),
        ("::1", "http://[::1]:8080"),
        ("0.0.0.0", "http://127.0.0.1:8080"),  # noqa: S104  # nothing listens
        ("::", "http://[::1]:8080"),
        ("192.0.2.7", "http://192.0.2.7:8080"),
    ],
)
def test_this_machine_asks_where_the_portal_listens(bind: str, asked: str) -> None:
    assert Settings.from_environment(LEAST | {"PORTAL_BIND": bind}).own_url == asked


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://window.school.example:8443", "window.school.example"),
        ("https://[2001:db8::7]:8443", "2001:db8::7"),
        ("https://192.0.2.7", "192.0.2.7"),
        ("", ""),
    ],
)
def test_the_host_of_the_origin_is_known_without_port_and_brackets(origin: str, host: str) -> None:
    settings = Settings.from_environment(LEAST | {"PORTAL_ORIGIN": origin})

    assert settings.origin_host == host
    assert (host in settings.hosts) is bool(host)


def test_every_setting_is_documented_and_no_other() -> None:
    documented = set(re.findall(rf"`({PREFIX}[A-Z_]+)`", REFERENCE.read_text("utf-8")))

    assert documented == {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}


def test_the_encoder_knows_every_preset_that_may_be_set() -> None:
    assert get_args(Settings.model_fields["camera_preset"].annotation) == PRESETS


def test_what_is_not_handed_in_is_not_read_from_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAL_PORT", "1")

    assert Settings.from_environment({"PORTAL_DATA_DIRECTORY": str(tmp_path)}).port == 8080
