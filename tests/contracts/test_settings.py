"""Every setting is documented with its default, and nothing is documented that isn't one."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from forms_service.world.settings import PREFIX, Settings, SettingsError, read_settings

FIELDS = msgspec.structs.fields(Settings)
ELSEWHERE = {
    "SETTINGS",  # names the file that holds the others
    "TEST_POSTGRES_URL",  # read by the tests
}


def expected_row(field: msgspec.structs.FieldInfo) -> str:
    """The line of the table in project/settings.md."""
    kind = field.type
    (meta,) = [extra for extra in _extras(kind) if isinstance(extra, msgspec.Meta)]
    shown = f"`{_shown(field.default)}`" if field.default not in ("", None) else "empty"
    return f"| `{PREFIX}{field.name.upper()}` | {shown} | {meta.description} |"


def _extras(kind: Any) -> tuple[Any, ...]:
    return tuple(getattr(kind, "__metadata__", ()))


def _shown(default: object) -> str:
    return str(default).lower() if isinstance(default, bool) else str(default)


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_each_setting_is_documented(project: Path, field: msgspec.structs.FieldInfo) -> None:
    document = (project / "project/settings.md").read_text(encoding="utf-8")
    assert expected_row(field) in document.splitlines()


def test_nothing_else_is_documented(project: Path) -> None:
    document = (project / "project/settings.md").read_text(encoding="utf-8")
    named = set(re.findall(rf"{PREFIX}([A-Z_]+[A-Z])", document))
    assert named - {field.name.upper() for field in FIELDS} <= ELSEWHERE


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_each_setting_is_read_from_the_environment(field: msgspec.structs.FieldInfo) -> None:
    other = {
        "trial": "true",
        "rate_limit": "on",
        "port": "9000",
        "smtp_port": "2525",
        "smtp_security": "tls",
        "digest_hour": "7",
        "backup_days": "30",
        "host": "127.0.0.2",
        "proxies": "127.0.0.1, 10.0.0.0/8,::1",
        "site_url": "https://other.example/",
        "database_url": "postgresql+asyncpg://other.example/portal",
    }
    value = other.get(field.name, f"https://other.example/{field.name}")
    found = read_settings({PREFIX + field.name.upper(): value})
    assert str(getattr(found, field.name)).lower() in (value, str(Path(value)))


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"PORT": "many"}, "port"),
        ({"RATE_LIMIT": "sometimes"}, "rate_limit"),
        ({"RATE_LIMIT": "off"}, "RATE_LIMIT"),
        ({"DATA_DIR": "/srv/portal", "SECRETS_DIR": "/srv/portal/secrets"}, "SECRETS_DIR"),
        ({"DATA_DIR": "/srv/portal", "SECRETS_DIR": "/srv/portal"}, "SECRETS_DIR"),
        ({"DATA_DIR": "/srv/portal", "BACKUP_DIR": "/srv/portal/backups"}, "BACKUP_DIR"),
        ({"SECRETS_DIR": "/srv/safe/secrets", "BACKUP_DIR": "/srv/safe"}, "BACKUP_DIR"),
        ({"TRIAL": "true", "HOST": "0.0.0.0"}, "HOST"),  # noqa: S104 - it is refused
        ({"SETTINGS": "/nowhere/settings.toml"}, "SETTINGS"),
        ({"SITE_URL": "https://other.example/portal/"}, "SITE_URL"),
        ({"HOTS": "127.0.0.1"}, "HOTS"),
        ({"SMTP_HOST": "mail.example.org", "SMTP_SECURITY": "none"}, "SMTP_SECURITY"),
        ({"SMTP_HOST": "mail.example.org", "TRIAL": "true"}, "SMTP_HOST"),
        ({"SMTP_SECURITY": "perhaps"}, "smtp_security"),
        ({"DIGEST_HOUR": "24"}, "digest_hour"),
        ({"PROXIES": "*"}, "PROXIES"),
        ({"PROXIES": "127.0.0.1, 0.0.0.0/0"}, "PROXIES"),
        ({"PROXIES": "::/0"}, "PROXIES"),
        ({"PROXIES": "proxy.example.org"}, "PROXIES"),
        ({"PROXIES": "10.0.0.1/8"}, "PROXIES"),
    ],
    ids=str,
)
def test_a_wrong_or_unsafe_setting_is_named(environment: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        read_settings({PREFIX + name: value for name, value in environment.items()})


def test_a_file_holds_settings_and_the_environment_wins(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('port = 9000\nhost = "127.0.0.2"\n', encoding="utf-8")
    found = read_settings({"ANLAUFSTELLE_SETTINGS": str(file), "ANLAUFSTELLE_PORT": "9001"})
    assert (found.host, found.port) == ("127.0.0.2", 9001)


def test_a_misspelt_setting_in_the_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("prot = 9000\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="prot"):
        read_settings({"ANLAUFSTELLE_SETTINGS": str(file)})
