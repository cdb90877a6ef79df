"""Settings that hold from one command to the next: the environment, then edgekit.toml.

The command line goes before both. edgekit.toml is looked for in this folder and those above it,
then in the user's own configuration; each setting comes from the first file that names it.
"""

import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from edgekit.errors import UsageError

FILE = "edgekit.toml"


@dataclass(frozen=True)
class Setting:
    """A setting; its name is its key in edgekit.toml and its option, without the dashes."""

    name: str
    kind: type  # str, int, or Path: relative to the folder of its file
    commands: tuple[str, ...]  # that take it as an option; () where it is a place to look in
    meaning: str
    variable: str = ""

    @property
    def environment(self) -> str:
        return self.variable or "EDGEKIT_" + self.name.upper().replace("-", "_")


_SENSOR = ("monitor", "record", "service install")
SETTINGS = (
    Setting(
        "subject", str, ("monitor", "record", "report", "service install"), "who wears the sensor"
    ),
    Setting("placement", str, ("record",), "where on the body it is worn"),
    Setting("bundle", Path, (), "the bundle's folder, instead of the newest in bundles/"),
    Setting("nights", Path, (), "the folder of nights, instead of nights/"),
    Setting(
        "data-dir", Path, ("train", "compare", "demo", "data verify"),
        "where the public data sets lie", "EDGEKIT_DATA",
    ),
    Setting("calibration", Path, ("monitor", "record"), "how the sensor is mounted"),
    Setting("bus", int, (*_SENSOR, "calibrate", "doctor"), "the sensor's bus, /dev/i2c-N"),
    Setting("address", str, (*_SENSOR, "calibrate"), "the sensor's address, such as 0x53"),
    Setting("interrupt-pin", int, _SENSOR, "the GPIO of the sensor's INT1"),
    Setting("alarm", str, ("monitor", "service install"), "supine or baseline"),
    Setting("alarm-pin", int, ("monitor", "service install"), "the GPIO of the vibrating motor"),
    Setting("web", str, ("monitor", "service install"), "the dashboard's address"),
)  # fmt: skip
BY_NAME = {setting.name: setting for setting in SETTINGS}


@dataclass(frozen=True)
class Found:
    """A setting's value and where it was found: a file, or an environment variable."""

    value: str | int | Path
    source: str


def found_settings() -> dict[str, Found]:
    """Return each setting that is in force, by its name. Raises UsageError for what is wrong."""
    found: dict[str, Found] = {}
    for setting in SETTINGS:
        if text := os.environ.get(setting.environment):
            value = _from_text(setting, text)
            found[setting.name] = Found(value, f"environment {setting.environment}")
    for path in _files():
        for name, value in _read(path).items():
            found.setdefault(name, Found(value, str(path)))
    return found


def folder_setting(name: str, otherwise: Path) -> Path:
    """Return the folder that a setting names, or another where it is not set."""
    setting = found_settings().get(name)
    return Path(str(setting.value)) if setting else otherwise


def files_searched() -> list[Path]:
    """Return the files that are looked for, the first to be read first."""
    here = Path.cwd()
    user = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return [*(folder / FILE for folder in (here, *here.parents)), user / "edgekit" / FILE]


def _files() -> Iterator[Path]:
    """Yield the nearest file in this folder or above it, and the user's own."""
    *above, user = files_searched()
    nearest = next((path for path in above if path.is_file()), None)
    if nearest is not None:
        yield nearest
    if user.is_file() and user != nearest:
        yield user


def _read(path: Path) -> dict[str, str | int | Path]:
    try:
        fields = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path} cannot be read as TOML: {error}") from None
    return {name: _checked(path, name, value) for name, value in fields.items()}


def _checked(path: Path, name: str, value: Any) -> str | int | Path:
    """Return a value of the setting's kind. Raises UsageError that names the file and the key."""
    setting = BY_NAME.get(name)
    if setting is None:
        nearest = get_close_matches(name, BY_NAME, n=1)
        meant = f" Did you mean {nearest[0]}?" if nearest else ""
        raise UsageError(f"{path}: no setting is called {name!r}.{meant} {ALL_SETTINGS}")
    if setting.name == "address" and type(value) is int:
        return hex(value)
    if setting.kind is int:
        if type(value) is int:
            return value
        raise UsageError(f"{path}: {name} is a whole number, such as {name} = 1, not {value!r}")
    if not isinstance(value, str) or not value:
        raise UsageError(f'{path}: {name} is text in quotes, such as {name} = "...", not {value!r}')
    return path.parent / Path(value).expanduser() if setting.kind is Path else value


def _from_text(setting: Setting, text: str) -> str | int | Path:
    if setting.kind is int:
        try:
            return int(text)
        except ValueError:
            raise UsageError(f"{setting.environment} is a whole number, not {text!r}") from None
    return Path(text).expanduser() if setting.kind is Path else text


ALL_SETTINGS = f"There are: {', '.join(BY_NAME)}"
