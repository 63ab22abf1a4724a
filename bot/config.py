"""Settings from the environment and from `.env`: all begin with YINGSHAO_."""

import base64
import binascii
import os
import re
import secrets
import tempfile
from pathlib import Path
from zoneinfo import ZoneInfo

from dotenv import dotenv_values
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import BadSettings
from bot.texts import FIRST, LOCALES, load

_PREFIX = "YINGSHAO_"
KEY_BYTES = 32


class Settings(BaseSettings):
    """What a place may set. Without any of it the web chat runs on this machine alone, with SQLite."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_file=".env", extra="ignore", hide_input_in_errors=True)

    data_dir: Path = Path("data")
    database_url: str = ""
    telegram_token: str = ""
    telegram_bot_name: str = ""
    telegram_api_url: str = "https://api.telegram.org"
    telegram_webhook_url: str = ""
    telegram_webhook_secret: str = ""
    web_host: str = "127.0.0.1"
    web_port: int = Field(default=8080, ge=1, le=65535)
    web_public_url: str = ""
    web_secret: str = ""
    data_key: str = ""
    metrics_token: str = ""
    keep_days: int = Field(default=1095, ge=30)
    messages_a_minute: int = Field(default=3000, ge=0)
    files_an_hour: int = Field(default=3000, ge=0)
    timezone: str = "Asia/Shanghai"
    locale: str = "zh-CN"

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if url and not re.match(r"sqlite\+aiosqlite:///|postgresql\+asyncpg://", url):
            raise ValueError
        return url

    @field_validator("data_key")
    @classmethod
    def _real_keys(cls, keys: str) -> str:
        for key in keys.split(",") if keys else ():
            try:
                fits = len(base64.urlsafe_b64decode(key.strip())) == KEY_BYTES
            except (binascii.Error, ValueError):
                fits = False
            if not fits:
                raise ValueError
        return keys

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except OSError as error:
            raise ValueError(name) from error
        return name

    @field_validator("locale")
    @classmethod
    def _known_locale(cls, name: str) -> str:
        try:
            load(name)
        except FileNotFoundError as error:
            raise ValueError(name) from error
        return name

    @property
    def database(self) -> str:
        """The database's address."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'yingshao.db'}"

    @property
    def public_url(self) -> str:
        """Where people open the page."""
        return self.web_public_url or f"http://{self.web_host}:{self.web_port}"

    def secret(self) -> str:
        """What signs the cookies: as set, else made once and kept in the data folder for our eyes only."""
        if self.web_secret:
            return self.web_secret
        return _made_once(self.data_dir / "secret", secrets.token_urlsafe(32))

    @property
    def data_key_path(self) -> Path:
        """Where the data key is kept when it is not in the environment."""
        return self.data_dir / "data_key"

    def data_keys(self) -> tuple[str, ...]:
        """What seals names, phone numbers, rooms and words, the first for writing: as set, else made once and kept beside `secret`."""
        keys = self.data_key or _made_once(self.data_key_path, new_data_key())
        return tuple(key.strip() for key in keys.split(","))


def new_data_key() -> str:
    """A data key that nobody has: 32 random bytes in URL-safe base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def write_secretly(path: Path, text: str, *, over: bool) -> bool:
    """Write a file for our eyes only, whole or not at all; whether it was written, which without `over` is only once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, partial = tempfile.mkstemp(dir=path.parent, prefix=".partial-")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if over:
            Path(partial).replace(path)
        else:
            path.hardlink_to(partial)  # Two who make it at once would otherwise each believe in their own.
    except FileExistsError:
        return False
    finally:
        Path(partial).unlink(missing_ok=True)
    return True


def _made_once(path: Path, text: str) -> str:
    try:
        if not path.exists():
            write_secretly(path, text, over=False)
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise BadSettings("settings.folder_unwritable", path=path.parent) from error


def read() -> Settings:
    """The settings. Raises BadSettings that names every fault."""
    known = {_PREFIX + name.upper() for name in Settings.model_fields}
    faults = [BadSettings("settings.unknown", name=name) for name in sorted(_given().keys() - known)]
    settings = None
    try:
        settings = Settings()
    except ValidationError as error:
        faults += [BadSettings("settings.malformed", name=_PREFIX + str(e["loc"][0]).upper()) for e in error.errors()]
    if faults or settings is None:
        raise BadSettings.together(faults)
    return settings


def locale() -> str:
    """The language of whoever keeps the service, told also where another setting cannot be meant."""
    wanted = _given().get(_PREFIX + "LOCALE")
    return wanted if wanted in LOCALES else FIRST


def _given() -> dict[str, str | None]:
    """What is set, by name: the environment goes before `.env`."""
    every = dotenv_values(".env") | os.environ
    return {name.upper(): value for name, value in every.items() if name.upper().startswith(_PREFIX)}
