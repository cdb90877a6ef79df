"""The file of a night: its tables, its creation, its lock, and what SQLite leaves beside it."""

import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, fields
from pathlib import Path

from edgekit import __version__
from edgekit.errors import UsageError

from .columns import schema
from .meta import NightMeta
from .night import Alarm, Decisions, Event, HealthRow

FORMAT = "edgekit night"
VERSION = "2"
SQLITE_MAGIC = b"SQLite format 3\0"  # the first bytes of a night

_SCHEMA = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT);
CREATE TABLE runs (id INTEGER PRIMARY KEY, correction_s REAL);
CREATE TABLE samples (
    id INTEGER PRIMARY KEY, run INTEGER, start_s REAL, rate_hz REAL, count INTEGER,
    coding TEXT, xyz_g BLOB
);
CREATE TABLE decisions (
    run INTEGER, {schema(Decisions)}, PRIMARY KEY (run, start_s)
) WITHOUT ROWID;
CREATE TABLE events (id INTEGER PRIMARY KEY, run INTEGER, at_s REAL, kind TEXT, detail TEXT);
CREATE TABLE alarms (
    run INTEGER, start_s REAL, attempt INTEGER, level INTEGER, strength REAL,
    response_s REAL NULL, PRIMARY KEY (run, start_s)
) WITHOUT ROWID;
CREATE TABLE health (
    id INTEGER PRIMARY KEY, run INTEGER, at_s REAL, samples INTEGER, rate_hz REAL, gaps INTEGER,
    clipped INTEGER, stuck INTEGER, faults TEXT
);
"""
# Of each run: what its rows hold, their time first.
COLUMNS = {
    name: tuple(each.name for each in fields(row))
    for name, row in (
        ("decisions", Decisions), ("alarms", Alarm), ("events", Event), ("health", HealthRow),
    )
}  # fmt: skip
SAMPLE_COLUMNS = ("id", "run", "start_s", "rate_hz", "count", "coding", "xyz_g")


@dataclass(frozen=True)
class Disk:
    """What a writer uses of the disk; a test puts one in its place that fills up."""

    connect: Callable[[Path], sqlite3.Connection] = lambda path: sqlite3.connect(
        path, isolation_level=None
    )
    free_bytes: Callable[[Path], int] = lambda folder: free_on_disk(folder)


DISK = Disk()
_BESIDE = ("-wal", "-shm", "-journal")  # what SQLite keeps beside a night


def create(path: Path, meta: NightMeta) -> None:
    """Write schema and meta under a temporary name first: a night is never seen half made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600
    temporary = Path(name)
    texts = {
        "format": FORMAT,
        "version": VERSION,
        "made_by": f"edgekit {__version__}, Python {sys.version.split()[0]}",
        "created_utc": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        **meta.to_texts(),
        "closed": "no",
    }
    try:
        with closing(sqlite3.connect(temporary, isolation_level=None)) as db:
            db.execute("PRAGMA synchronous = OFF")  # nobody sees it before the fsync below
            db.executescript(f"BEGIN;{_SCHEMA}COMMIT;")
            db.execute("BEGIN")
            db.executemany("INSERT INTO meta VALUES (?, ?)", texts.items())
            db.execute("INSERT INTO runs (correction_s) VALUES (0)")
            db.execute("COMMIT")
            db.execute("PRAGMA journal_mode = WAL")
        os.fsync(handle)
        remove_leftovers(path)
        temporary.rename(path)
        sync(path.parent)  # a name survives a power cut once its folder has reached the disk
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    finally:
        os.close(handle)


def refuse_existing(path: Path) -> None:
    """Raise UsageError when something lies at `path`: a night is never overwritten."""
    if path.exists():
        raise UsageError(
            f"{path} already exists, and a night is never overwritten: pass another --out"
        )


def lock(path: Path) -> int:
    """Lock a night for one writer; the lock goes with its process, whatever ends that.

    Returns a handle for os.close; the process's SQLite connections must be closed before it. Raises
    UsageError when another process writes the night. Windows has no such lock, and none is taken.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        import fcntl
    except ImportError:
        return handle
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise UsageError(
            f"{path} is being written by another edgekit: end that one first"
        ) from None
    return handle


def absorb_log(path: Path) -> None:
    """Write a killed writer's log into its night, before the night is replaced or removed.

    Raises UsageError when it is being written.
    """
    handle = lock(path)
    try:
        with suppress(sqlite3.Error), closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            db.execute("PRAGMA journal_mode = DELETE")
    finally:
        os.close(handle)


def remove_leftovers(path: Path) -> None:
    """Delete leftover -wal, -shm and -journal files.

    SQLite would replay them into the next night of that name.
    """
    for end in _BESIDE:
        path.with_name(path.name + end).unlink(missing_ok=True)


def lacks_log(path: Path) -> bool:
    """Tell whether a night still needs the log that SQLite writes beside it, and it is not there.

    Byte 18 of the file says that there is one. A reader leaves an empty one, and a night that ended
    well needs none.
    """
    with path.open("rb") as file:
        has_log = file.read(19)[18:] == b"\x02"
    log = path.with_name(f"{path.name}-wal")
    return has_log and not (log.exists() and log.stat().st_size)


def free_on_disk(folder: Path) -> int:
    """Return the bytes that a user without special rights may still write on that disk."""
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize


def sync(path: Path) -> None:
    """Flush a file or a folder to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
