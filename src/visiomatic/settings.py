"""Every setting of the server, in one frozen object.

Precedence: built-in default < configuration file < environment ``VISIOMATIC_<OPTION>`` < command line.
Names are those of VisiOmatic 3 where the meaning is the same. Read only by ``cli``, ``web.app`` and ``prepare``, which
hand plain values down.
"""

from __future__ import annotations

import configparser
import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from platformdirs import user_cache_path, user_config_path
from pydantic import AfterValidator, BeforeValidator, ByteSize, Field, ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from visiomatic.errors import ConfigurationError
from visiomatic.machine import usable_cores

ENV_PREFIX = "VISIOMATIC_"
SECTIONS = ("host", "image", "server", "limits", "engine", "cache")

INTERNAL = ("files", "drop_dir")  # what the command finds out, and no option sets
# Options of VisiOmatic 3 that are still accepted, with what replaced them.
RETIRED = {
    "max_cache_tile_count": "the cache of encoded tiles is bounded in bytes: see max_tile_cache_bytes",
    "max_open_files": "the limit of open files is left as the system sets it",
    "ultradict_cache_file": "workers share nothing but the files of the cache directory",
}


def _square(value: object) -> object:
    """A tile size as VisiOmatic 3 wrote it, ``(256, 256)``, or one number."""
    if not isinstance(value, str):
        return value
    numbers = re.findall(r"[^\s(),]+", value)
    if len(numbers) == 2 and numbers[0] != numbers[1]:
        raise ValueError("tiles are square: give one number")
    return numbers[0] if 1 <= len(numbers) <= 2 else value


def _words(value: object) -> object:
    """A list written as text: ``a, b c``."""
    return tuple(re.findall(r"[^\s,]+", value)) if isinstance(value, str) else value


def _expand(value: Path) -> Path:
    return value.expanduser()


def _url_path(value: str) -> str:
    """``/path`` without a trailing slash; the empty text stays empty."""
    stripped = value.strip("/")
    return f"/{stripped}" if stripped else ""


def _not_root(value: str) -> str:
    if not value:
        raise ValueError("give a path below the root")
    return value


Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words)]
Folder = Annotated[Path, AfterValidator(_expand)]
UrlPath = Annotated[str, AfterValidator(_url_path)]
SubPath = Annotated[str, AfterValidator(_url_path), AfterValidator(_not_root)]


def _in(section: str, letter: str = "") -> Any:
    """Where an option is listed, and its short form on the command line."""
    return {"section": section, "letter": letter}


class Settings(BaseSettings):
    """All options. Each field is the option ``--field-name``, the variable ``VISIOMATIC_FIELD_NAME``, a file's key."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", validate_default=True, env_prefix=ENV_PREFIX)

    host: str = Field("localhost", description="address to listen on", json_schema_extra=_in("host", "H"))
    port: int = Field(8009, ge=1, le=65535, description="TCP port to listen on", json_schema_extra=_in("host", "p"))
    root_path: UrlPath = Field(
        "", description="path under which a reverse proxy publishes the server", json_schema_extra=_in("host", "R")
    )
    access_log: bool = Field(False, description="print one line for each request", json_schema_extra=_in("host", "a"))
    reload: bool = Field(
        False, description="restart when the code changes (for developers)", json_schema_extra=_in("host", "r")
    )
    workers: int = Field(
        default_factory=lambda: min(8, usable_cores()),
        ge=1,
        le=1024,
        description="worker processes; by default one per core, at most 8",
        json_schema_extra=_in("host", "w"),
    )

    brightness: float = Field(
        0.0, ge=-100, le=100, description="default brightness on /api", json_schema_extra=_in("image")
    )
    contrast: float = Field(1.0, ge=0, le=100, description="default contrast on /api", json_schema_extra=_in("image"))
    color_saturation: float = Field(
        1.5,
        ge=0,
        le=5,
        description="default colour saturation, told to clients of /api",
        json_schema_extra=_in("image"),
    )
    gamma: float = Field(2.2, ge=0.2, le=5, description="default display gamma on /api", json_schema_extra=_in("image"))
    quality: int = Field(95, ge=1, le=100, description="default JPEG quality on /api", json_schema_extra=_in("image"))
    tile_size: Annotated[int, BeforeValidator(_square)] = Field(
        256, ge=1, le=4096, description="width and height of a tile, in pixels", json_schema_extra=_in("image")
    )

    data_dir: Folder = Field(
        Path("."),
        description="directory of the images; nothing outside is ever opened",
        json_schema_extra=_in("server"),
    )
    extra_dir: Folder | None = Field(
        None, description="directory published under /extra; nothing unless set", json_schema_extra=_in("server")
    )
    overlay_dir: Folder | None = Field(
        None,
        description="directory of catalogues and regions that the page offers: GeoJSON, DS9, CSV, VOTable, FITS tables",
        json_schema_extra=_in("server"),
    )
    template_dir: Folder | None = Field(
        None, description="directory with templates that replace the built-in page", json_schema_extra=_in("server")
    )
    base_template: str = Field(
        "base.html", description="template of the page, inside template_dir", json_schema_extra=_in("server")
    )
    banner_template: str = Field(
        "banner.html",
        description="template of the banner of /api, inside template_dir",
        json_schema_extra=_in("server"),
    )
    client_dir: Folder | None = Field(
        None, description="directory of the web client; the built-in one unless set", json_schema_extra=_in("server")
    )
    api_path: SubPath = Field("/api", description="path of the VisiOmatic 3 interface", json_schema_extra=_in("server"))
    doc_dir: Folder | None = Field(
        None, description="directory of the manual; the built-in one unless set", json_schema_extra=_in("server")
    )
    doc_path: SubPath = Field("/manual", description="path of the manual", json_schema_extra=_in("server"))
    userdoc_url: str = Field(
        "", description="address of the manual, when it is served elsewhere", json_schema_extra=_in("server")
    )
    cors_origins: Words = Field(
        (),
        description="origins of other sites' pages that may use this server, or * for all",
        json_schema_extra=_in("server"),
    )
    outside_services: Words = Field(
        ("sesame", "vizier", "skybot"),
        description="services that pages may ask through this server when they cannot themselves: sesame, vizier, "
        "skybot, further addresses (https://host/path), or none",
        json_schema_extra=_in("server"),
    )
    dropped_files: Literal["auto", "yes", "no"] = Field(
        "auto",
        description="take FITS files dropped on the page: auto (in the browser that the command opens), yes (all), no",
        json_schema_extra=_in("server"),
    )
    no_browser: bool = Field(
        False, description="do not open a browser when a file is given", json_schema_extra=_in("server", "n")
    )

    max_region_tile_count: int = Field(
        1024, ge=1, description="largest region of one request, in tiles", json_schema_extra=_in("limits")
    )
    max_picture_pixels: int = Field(
        16_777_216, ge=65_536, description="largest picture of one request, in pixels", json_schema_extra=_in("limits")
    )
    max_cutout_bytes: ByteSize = Field(
        ByteSize(1 << 30), description="largest FITS cut-out of one request", json_schema_extra=_in("limits")
    )
    max_positions: int = Field(
        100_000,
        ge=1,
        description="most positions, or samples of a profile, of one request",
        json_schema_extra=_in("limits"),
    )
    max_region_pixels: int = Field(
        67_108_864,
        ge=1,
        description="most pixels that one request for statistics reads",
        json_schema_extra=_in("limits"),
    )
    max_listing: int = Field(
        1000, ge=1, description="most entries of one page of the image list", json_schema_extra=_in("limits")
    )
    max_dropped_bytes: ByteSize = Field(
        ByteSize(16 << 30),
        description="most bytes of dropped files that are kept; the oldest make room",
        json_schema_extra=_in("limits"),
    )
    request_time_limit: float = Field(
        60.0, gt=0, description="longest time for one request, in seconds", json_schema_extra=_in("limits")
    )

    thread_count: int = Field(
        default_factory=lambda: max(2, min(8, usable_cores())),
        ge=1,
        le=1024,
        description="threads that compute tiles in each worker",
        json_schema_extra=_in("engine", "t"),
    )
    build_threads: int = Field(
        1, ge=1, le=1024, description="threads that build overviews in each worker", json_schema_extra=_in("engine")
    )

    cache_dir: Folder = Field(
        default_factory=lambda: user_cache_path("visiomatic"),
        description="directory of the overviews and of the demonstration images",
        json_schema_extra=_in("cache"),
    )
    clear_cache: bool = Field(False, description="empty the cache before starting", json_schema_extra=_in("cache", "C"))
    max_cache_image_count: int | None = Field(
        None,
        ge=1,
        description="most images with overviews in the cache; no limit unless set",
        json_schema_extra=_in("cache"),
    )
    max_cache_bytes: ByteSize | None = Field(
        None,
        description="largest size of the cache directory; a part of the free disk unless set",
        json_schema_extra=_in("cache"),
    )
    max_tile_cache_bytes: ByteSize = Field(
        ByteSize(128 << 20), description="memory for encoded tiles in each worker", json_schema_extra=_in("cache")
    )

    max_overview_memory_bytes: ByteSize = Field(
        ByteSize(128 << 20),
        description="memory for previews in each worker, and for overviews when the cache cannot be written",
        json_schema_extra=_in("cache"),
    )

    files: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="what the command line names: one directory, one image, or several files as channels of one image",
        json_schema_extra=_in(""),
    )
    drop_dir: Folder | None = Field(
        None, description="where dropped files are kept: made, and removed, by the command", json_schema_extra=_in("")
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Making the object reads nothing: `load_settings` merges the sources, so that an error can name its source."""
        return (init_settings,)


class Option(NamedTuple):
    """One setting as the command line, the file and the manual show it."""

    name: str
    section: str
    letter: str
    description: str
    kind: Literal["flag", "value", "words"]
    default: object


def options() -> tuple[Option, ...]:
    """All settings in the order in which they are listed."""
    return tuple(_option(name, field) for name, field in Settings.model_fields.items() if name not in INTERNAL)


def _option(name: str, field: Any) -> Option:
    extra = field.json_schema_extra
    kind: Literal["flag", "value", "words"] = "flag" if field.annotation is bool else "value"
    if field.annotation == tuple[str, ...]:
        kind = "words"
    default = field.get_default(call_default_factory=True)
    return Option(name, extra["section"], extra["letter"], field.description, kind, default)


def default_config_path() -> Path:
    """The configuration file that is read when none is named."""
    return user_config_path("visiomatic") / "visiomatic.conf"


def load_settings(command_line: Mapping[str, object], config: Path | None = None) -> tuple[Settings, tuple[str, ...]]:
    """The settings from all sources, and warnings about options that have lost their meaning.

    Raises :class:`~visiomatic.errors.ConfigurationError` naming the option and where it was given.
    """
    path = config or default_config_path()
    sources = (
        (f"file {path}", read_config(path) if config or path.is_file() else {}),
        ("environment", _from_environment()),
        ("command line", dict(command_line)),
    )
    merged: dict[str, object] = {}
    origin: dict[str, str] = {}
    warnings = []
    for source, values in sources:
        for name, value in values.items():
            if name in RETIRED:
                warnings.append(f"{name} ({source}) has no effect any more: {RETIRED[name]}")
                continue
            if name not in Settings.model_fields:
                raise ConfigurationError(f"unknown option {name} in {source}{_suggestion(name)}")
            merged[name], origin[name] = value, source
    try:
        return Settings(**merged), tuple(warnings)  # type: ignore[arg-type]
    except ValidationError as error:
        raise ConfigurationError(_explain(error, origin)) from None


def _explain(error: ValidationError, origin: Mapping[str, str]) -> str:
    lines = []
    for fault in error.errors(include_url=False):
        name = str(fault["loc"][0]) if fault["loc"] else "settings"
        message = fault["msg"].removeprefix("Value error, ").removeprefix("Input ")
        source = origin.get(name, "default")
        lines.append(f"option {name.replace('_', '-')}: {message}, not {fault['input']!r} ({source})")
    return "\n".join(lines)


def _suggestion(name: str) -> str:
    close = difflib.get_close_matches(name, [*Settings.model_fields, *RETIRED], n=1)
    return f" (did you mean {close[0]}?)" if close else ""


def _from_environment() -> dict[str, object]:
    values = EnvSettingsSource(Settings)()
    retired = {name: os.environ[key] for name in RETIRED if (key := ENV_PREFIX + name.upper()) in os.environ}
    return {name: value for name, value in values.items() if name not in INTERNAL} | retired


def read_config(path: Path) -> dict[str, object]:
    """Options of an INI file (sections as VisiOmatic 3 wrote them) or of a TOML file (tables or flat)."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise ConfigurationError(f"cannot read the configuration file {path}: {reason}") from None
    try:
        return _parse_toml(text) if path.suffix == ".toml" else _parse_ini(text)
    except (tomllib.TOMLDecodeError, configparser.Error) as error:
        raise ConfigurationError(f"configuration file {path}: {error}") from None


def _parse_toml(text: str) -> dict[str, object]:
    values: dict[str, object] = {}
    for key, value in tomllib.loads(text).items():
        values.update(value if isinstance(value, dict) else {key: value})
    return {_key(key): value for key, value in values.items()}


def _parse_ini(text: str) -> dict[str, object]:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text)
    pairs = [*parser.defaults().items()]
    for section in parser.sections():
        pairs += parser.items(section)
    return {_key(key): value for key, value in pairs if value not in ("", "None")}


def _key(key: str) -> str:
    return key.strip().lower().replace("-", "_")


def as_ini(settings: Settings) -> str:
    """The settings as a configuration file, each option with its meaning."""
    lines: list[str] = []
    for section in SECTIONS:
        lines.append(f"[{section}]")
        for option in options():
            if option.section == section:
                lines.append(f"# {option.description}")
                lines.append(_ini_line(option.name, getattr(settings, option.name)))
        lines.append("")
    return "\n".join(lines)


def _ini_line(name: str, value: object) -> str:
    if value is None:
        return f"# {name} ="
    if isinstance(value, bool):
        return f"{name} = {'yes' if value else 'no'}"
    if isinstance(value, tuple):
        return f"{name} = {', '.join(value)}"
    return f"{name} = {int(value) if isinstance(value, ByteSize) else value}".rstrip()
