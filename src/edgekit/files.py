"""Writing whole or not at all: a temporary name, fsync, rename."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from edgekit.errors import EdgekitError


@contextmanager
def whole_file(path: Path, mode: int = 0o644) -> Iterator[BinaryIO]:
    """A file that takes the name `path` only when the block ends well."""
    with _writing_into(path.parent):
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """An empty folder that takes the name `path` only when the block ends well.

    A folder that already has the name is replaced, and is kept where the block fails.
    """
    with _writing_into(path.parent):
        fresh = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    try:
        fresh.chmod(0o755)
        yield fresh
        if path.exists():
            old = Path(tempfile.mkdtemp(prefix=f".{path.name}.old.", dir=path.parent))
            path.replace(old / path.name)
            fresh.replace(path)
            shutil.rmtree(old, ignore_errors=True)
        else:
            fresh.replace(path)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise


@contextmanager
def _writing_into(folder: Path) -> Iterator[None]:
    """The folder is named, not the temporary name that no user gave."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise EdgekitError(f"{folder} cannot be written to: {error.strerror}") from None


def write_text(path: Path, text: str, mode: int = 0o644) -> None:
    with whole_file(path, mode) as file:
        file.write(text.encode())


def write_json(path: Path, fields: dict[str, Any]) -> None:
    write_text(path, json.dumps(fields, indent=2, allow_nan=False) + "\n")


def read_json(path: Path) -> dict[str, Any]:
    """Raises EdgekitError when the file is missing, unreadable or no JSON object."""
    try:
        fields = json.loads(path.read_text())
    except FileNotFoundError:
        raise EdgekitError(f"{path} is missing") from None
    except (OSError, ValueError) as error:
        raise EdgekitError(f"{path} cannot be read as JSON: {error}") from None
    if not isinstance(fields, dict):
        raise EdgekitError(f"{path} holds no JSON object")
    return fields


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
