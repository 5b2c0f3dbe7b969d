"""What an operator sets: by environment (`ANLAUFSTELLE_…`) or in one TOML file, typed.

What the organisation says about itself isn't here but in its site (`rules/organisation.py`).
"""

import tomllib
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlsplit

import msgspec

PREFIX = "ANLAUFSTELLE_"

_DATABASES = ("sqlite+aiosqlite:///", "postgresql+asyncpg://")


def _help(text: str) -> msgspec.Meta:
    return msgspec.Meta(description=text)


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All settings; `project/settings.md` is checked against them by a test."""

    host: Annotated[str, _help("Address the service listens on.")] = "127.0.0.1"
    port: Annotated[int, _help("Port the service listens on.")] = 8000
    site_url: Annotated[
        str, _help("Public address of the portal, by https; unset it is where the service listens.")
    ] = ""
    site_dir: Annotated[Path, _help("The built site.")] = Path("site")
    data_dir: Annotated[Path, _help("Everything the service writes, secrets excepted.")] = Path(
        "var/data"
    )
    secrets_dir: Annotated[
        Path, _help("Pepper and mail key; outside the data folder and its backups.")
    ] = Path("var/secrets")
    database_url: Annotated[
        str, _help("Empty: SQLite in the data folder. Or postgresql+asyncpg://…")
    ] = ""
    backup_dir: Annotated[
        Path | None, _help("Where `backup` puts its dated files; not in the data folder.")
    ] = None
    backup_days: Annotated[
        int, msgspec.Meta(ge=1, description="After so many days `backup` deletes a dated file.")
    ] = 14
    proxies: Annotated[
        str, _help("Addresses of the reverse proxies that are believed, separated by commas.")
    ] = ""
    rate_limit: Annotated[
        Literal["on", "off"], _help("'off' only for load tests in the trying-out mode.")
    ] = "on"
    smtp_host: Annotated[
        str, _help("Mail server that takes the service's mails; empty: no mails are sent.")
    ] = ""
    smtp_port: Annotated[int, _help("Its port.")] = 587
    smtp_security: Annotated[
        Literal["starttls", "tls", "none"],
        _help("How the connection is sealed; 'none' only to a server on this machine."),
    ] = "starttls"
    smtp_user: Annotated[
        str,
        _help("Name to sign in with, if the server asks; the password is a file of the secrets."),
    ] = ""
    smtp_sender: Annotated[
        str, _help("Address the mails come from; empty: anlaufstelle@ and the portal's host.")
    ] = ""
    digest_hour: Annotated[
        int,
        msgspec.Meta(
            ge=0, le=23, description="Hour of working days (Germany) of the daily mail to members."
        ),
    ] = 8
    trial: Annotated[bool, _help("The trying-out mode; `serve --trial` sets it.")] = False

    @property
    def database_file(self) -> Path:
        """Where SQLite's database lies, if no other one is set."""
        return self.data_dir / "anlaufstelle.sqlite"

    @property
    def url(self) -> str:
        """SQLAlchemy's address of the database."""
        return self.database_url or f"sqlite+aiosqlite:///{quote(str(self.database_file))}"

    @property
    def address(self) -> str:
        """Where browsers reach the portal, with a slash at the end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{(self.site_url or f'http://{host}:{self.port}').rstrip('/')}/"

    @property
    def behind_tls(self) -> bool:
        """Whether browsers reach the portal by https."""
        return self.address.startswith("https:")

    @property
    def origin(self) -> str:
        """Scheme, host and port that browsers name as the portal's origin."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}"

    def is_proxy(self, host: str) -> bool:
        """Return whether an address of the network is a reverse proxy's that is believed."""
        try:
            address = ip_address(host)
        except ValueError:
            return False
        return any(address in ip_network(each) for each in _listed(self.proxies))

    @property
    def mail_is_set(self) -> bool:
        """Whether the service can send mails."""
        return bool(self.smtp_host)

    @property
    def mail_sender(self) -> str:
        """The address that mails come from."""
        return self.smtp_sender or f"anlaufstelle@{urlsplit(self.address).hostname}"


class SettingsError(ValueError):
    """A setting is missing, wrong or unsafe; the message names it."""


def read_settings(environment: Mapping[str, str], **overrides: Any) -> Settings:
    """Return the settings from the environment; `ANLAUFSTELLE_SETTINGS` names a TOML file.

    The environment wins over the file, `overrides` (command-line options) over both.
    """
    raw: dict[str, Any] = {}
    if file_name := environment.get(PREFIX + "SETTINGS"):
        try:
            raw.update(tomllib.loads(Path(file_name).read_text("utf-8")))
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(f"{PREFIX}SETTINGS: {error}") from error
    known = {"SETTINGS", *(name.upper() for name in Settings.__struct_fields__)}
    for variable in environment:
        name = variable.removeprefix(PREFIX)
        if variable.startswith(PREFIX) and name not in known and not name.startswith("TEST_"):
            raise SettingsError(f"{variable}: there is no such setting")
    for name in Settings.__struct_fields__:
        if (value := environment.get(PREFIX + name.upper())) is not None:
            raw[name] = value
    raw.update({name: value for name, value in overrides.items() if value is not None})
    try:
        settings = msgspec.convert(raw, Settings, strict=False, dec_hook=_decode)
    except msgspec.ValidationError as error:
        raise SettingsError(f"settings: {error}") from error
    _refuse_unsafe(settings)
    return settings


def _decode(kind: type, value: Any) -> Any:
    if kind is Path and isinstance(value, str | Path):
        return Path(value)
    raise NotImplementedError(kind)


def _listed(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()]


def _refuse_unsafe(settings: Settings) -> None:
    for each in _listed(settings.proxies):
        # A name, or a star for everybody, would let people choose the address that is counted.
        try:
            everybody = ip_network(each).prefixlen == 0
        except ValueError:
            everybody = True
        if everybody:
            raise SettingsError(f"{PREFIX}PROXIES: {each!r} is no address of a proxy")
    if settings.database_url and not settings.database_url.startswith(_DATABASES):
        raise SettingsError(f"{PREFIX}DATABASE_URL: must begin with {' or '.join(_DATABASES)}")
    if urlsplit(settings.address).path != "/":
        raise SettingsError(f"{PREFIX}SITE_URL: the portal needs an address without a path")
    local_mail = not settings.mail_is_set or _is_loopback(settings.smtp_host)
    if settings.smtp_security == "none" and not local_mail:
        raise SettingsError(
            f"{PREFIX}SMTP_SECURITY: 'none' only works with a mail server on this machine"
        )
    if settings.trial:
        if not local_mail:
            raise SettingsError(
                f"{PREFIX}SMTP_HOST: the trying-out mode sends mails on this machine only"
            )
        if not _is_loopback(settings.host):
            raise SettingsError(
                f"{PREFIX}HOST: the trying-out mode listens on this machine only (127.0.0.1)"
            )
        return
    if not settings.behind_tls and not _is_loopback(settings.host):
        raise SettingsError(f"{PREFIX}SITE_URL: the public address must begin with https://")
    if settings.rate_limit == "off":
        raise SettingsError(f"{PREFIX}RATE_LIMIT: 'off' only works in the trying-out mode")
    data, secrets = settings.data_dir.resolve(), settings.secrets_dir.resolve()
    if data == secrets or data in secrets.parents:
        raise SettingsError(f"{PREFIX}SECRETS_DIR: must lie outside the data folder")
    if settings.backup_dir is not None:
        backups = settings.backup_dir.resolve()
        if {data, secrets} & {backups, *backups.parents} or backups in secrets.parents:
            raise SettingsError(f"{PREFIX}BACKUP_DIR: must lie outside data and secrets")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
