"""One writer a night: a lock on the file itself, which goes with its process whatever ends it."""

import fcntl
import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from edgekit.errors import UsageError

_BESIDE = ("-wal", "-shm", "-journal")  # what SQLite keeps beside a night


def lock(path: Path) -> int:
    """The lock, to be closed with os.close; the process's SQLite connections must be closed first.

    Raises UsageError when another process writes the night.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise UsageError(
            f"{path} is being written by another edgekit: end that one first"
        ) from None
    return handle


def settle(path: Path) -> None:
    """What a killed writer left beside its night goes into it, before it is replaced or removed.

    Raises UsageError when it is being written.
    """
    handle = lock(path)
    try:
        with suppress(sqlite3.Error), closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            db.execute("PRAGMA journal_mode = DELETE")
    finally:
        os.close(handle)


def forget_beside(path: Path) -> None:
    """What lies beside the name of a night that is gone would be played into the next one."""
    for end in _BESIDE:
        path.with_name(path.name + end).unlink(missing_ok=True)
