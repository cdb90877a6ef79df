"""Write files and folders whole or not at all: temporary name, fsync, rename."""

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
    """Open a file that takes the name `path` only when the block succeeds.

    Raises EdgekitError where the folder cannot be written to.
    """
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
    """Make an empty folder that takes the name `path` only when the block succeeds.

    It then replaces a folder of that name. Raises EdgekitError where the parent cannot be written
    to.
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
    """Make the folder, and name it in errors instead of the temporary file, unknown to the user."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise EdgekitError(f"{folder} cannot be written to: {error.strerror}") from None


def write_text(path: Path, text: str, mode: int = 0o644) -> None:
    """Write a file as UTF-8. Raises EdgekitError where the folder cannot be written to."""
    with whole_file(path, mode) as file:
        file.write(text.encode())


def write_json(path: Path, fields: dict[str, Any]) -> None:
    """Write a JSON object. Raises ValueError at NaN or an infinity."""
    write_text(path, json.dumps(fields, indent=2, allow_nan=False) + "\n")


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object. Raises EdgekitError when the file is missing, unreadable or another."""
    try:
        fields = json.loads(path.read_text())
    except FileNotFoundError:
        raise EdgekitError(f"{path} is missing") from None
    except (OSError, ValueError) as error:
        raise EdgekitError(f"{path} cannot be read as JSON: {error}") from None
    if not isinstance(fields, dict):
        raise EdgekitError(f"{path} holds no JSON object")
    return fields


def npz_fault(error: Exception) -> str:
    """Return why an .npz cannot be read, without numpy's advice to load it unsafely."""
    if "pickle" in str(error):
        return "it holds Python objects or is no .npz"
    return str(error)


def fresh(parent: Path, name: str, suffix: str = "") -> Path:
    """Return parent/name, or the first of name-2, name-3 ... that is not there yet."""
    path, count = parent / f"{name}{suffix}", 1
    while path.exists():
        count += 1
        path = parent / f"{name}-{count}{suffix}"
    return path


def user_cache() -> Path:
    """Return edgekit's folder in the user's caches."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "edgekit"


def cache_folder(name: str) -> Path:
    """Return the folder of a cache of data: in $EDGEKIT_CACHE, or else in the user's caches."""
    named = os.environ.get("EDGEKIT_CACHE")
    return (Path(named) if named else user_cache()) / name


def sha256(path: Path) -> str:
    """Return the file's digest in hexadecimal. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
