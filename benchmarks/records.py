"""Records: what was measured, one JSON file each, written at once so that a stopped run goes on.

A record is a frozen dataclass of plain values; everything printed is computed from records.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from edgekit.errors import EdgekitError
from edgekit.files import read_json, write_text

_CURE = "Delete it, and the next run measures it anew."

Record = TypeVar("Record")


@dataclass(frozen=True)
class Key:
    """What a record was measured on; with another key it is measured anew."""

    edgekit: str  # its version
    machine: str
    bundle: str  # its digest; "" of what does not depend on a bundle
    quick: bool


def is_recorded(path: Path, key: Key) -> bool:
    """Return whether `path` holds a record of this key.

    Raises EdgekitError when the file is there and cannot be read.
    """
    return path.is_file() and _fields(path).get("key") == asdict(key)


def write_record(path: Path, record: object, key: Key | None = None) -> None:
    """Write a dataclass and its key."""
    fields = {
        "key": key and asdict(key),
        "record": TypeAdapter(type(record)).dump_python(record, mode="json"),
    }
    write_text(path, json.dumps(fields, indent=1, allow_nan=False) + "\n")


def read_record(path: Path, record: type[Record]) -> Record:
    """Read a record. Raises EdgekitError when the file holds no such record."""
    fields = _fields(path)
    try:
        return TypeAdapter(record).validate_python(fields.get("record"))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise EdgekitError(
            f"{path} is no {record.__name__} of this edgekit ({field}: {first['msg']}). {_CURE}"
        ) from None


def _fields(path: Path) -> dict[str, Any]:
    try:
        return read_json(path)
    except EdgekitError as error:
        raise EdgekitError(f"{error}. {_CURE}") from None
