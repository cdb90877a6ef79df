"""NightWriter: a night as it grows.

While it grows it is in WAL mode, one transaction a flush: after a kill at any moment the rows that
are there are a prefix of those that were written. A night that ended well is one plain file.
"""

import json
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import astuple
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from edgekit import __version__
from edgekit.errors import EdgekitError, UsageError
from edgekit.spec import UNLABELLED

from .night import FORMAT, VERSION, Decisions, Event, HealthRow, NightMeta, Samples

FLUSH_S = 10.0  # of recording time between two transactions

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT);
CREATE TABLE samples (
    id INTEGER PRIMARY KEY, start_s REAL, rate_hz REAL, count INTEGER, xyz_g BLOB
);
CREATE TABLE decisions (
    start_s REAL PRIMARY KEY, posture INTEGER, placement INTEGER,
    posture_confidence REAL, placement_confidence REAL,
    raw_posture INTEGER, raw_placement INTEGER,
    torso_angle_deg REAL NULL, state TEXT, truth INTEGER NULL
);
CREATE TABLE events (id INTEGER PRIMARY KEY, at_s REAL, kind TEXT, detail TEXT);
CREATE TABLE health (
    at_s REAL, samples INTEGER, rate_hz REAL, gaps INTEGER, clipped INTEGER, stuck INTEGER
);
"""


class NightWriter:
    """Holds rows in memory and commits them together, at `flush`."""

    def __init__(self, path: Path, meta: NightMeta) -> None:
        """Raises UsageError when something lies at `path`, EdgekitError when the disk fails."""
        refuse_existing(path)
        self.path = path
        with self._disk_errors():
            _create(path, meta)
            self._db = sqlite3.connect(path, isolation_level=None)
            # A committed flush survives a power cut, not only a crash: an fsync each 10 s is cheap.
            self._db.execute("PRAGMA synchronous = FULL")
        self._samples: list[tuple[Any, ...]] = []
        self._decisions: list[tuple[Any, ...]] = []
        self._events: list[tuple[Any, ...]] = []
        self._held_s = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
            return
        # The disk may be what failed.
        with closing(self._db), suppress(EdgekitError, sqlite3.Error):
            self.flush()

    def add_samples(self, samples: Samples) -> None:
        xyz_g = np.ascontiguousarray(samples.xyz_g, dtype="<f4")
        self._samples.append((samples.start_s, samples.rate_hz, len(xyz_g), xyz_g.tobytes()))
        self._held_s += len(xyz_g) / samples.rate_hz

    def add_decisions(self, decisions: Decisions) -> None:
        self._decisions.extend(
            zip(
                decisions.start_s.tolist(),
                decisions.posture.tolist(),
                decisions.placement.tolist(),
                decisions.posture_confidence.tolist(),
                decisions.placement_confidence.tolist(),
                decisions.raw_posture.tolist(),
                decisions.raw_placement.tolist(),
                [
                    None if np.isnan(angle) else angle
                    for angle in decisions.torso_angle_deg.tolist()
                ],
                decisions.state.tolist(),
                [None if truth == UNLABELLED else truth for truth in decisions.truth.tolist()],
                strict=True,
            )
        )

    def add_event(self, event: Event) -> None:
        self._events.append(astuple(event))

    @property
    def is_flush_due(self) -> bool:
        return self._held_s >= FLUSH_S

    @property
    def holds_rows(self) -> bool:
        return bool(self._samples or self._decisions or self._events)

    def flush(self, health: HealthRow | None = None) -> None:
        """Commit everything held, as one transaction. Raises EdgekitError when the disk is full."""
        with self._disk_errors(), self._transaction():
            self._db.executemany(
                "INSERT INTO samples (start_s, rate_hz, count, xyz_g) VALUES (?,?,?,?)",
                self._samples,
            )
            self._db.executemany(
                "INSERT INTO decisions VALUES (?,?,?,?,?,?,?,?,?,?)", self._decisions
            )
            self._db.executemany(
                "INSERT INTO events (at_s, kind, detail) VALUES (?,?,?)", self._events
            )
            if health is not None:
                self._db.execute("INSERT INTO health VALUES (?,?,?,?,?,?)", astuple(health))
        self._samples.clear()
        self._decisions.clear()
        self._events.clear()
        self._held_s = 0.0

    def close(self) -> None:
        """Commit what is held, say that the night ended well, and leave one plain file."""
        with closing(self._db):
            self.flush()
            with self._disk_errors():
                self._db.execute("UPDATE meta SET value = 'yes' WHERE key = 'closed'")
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            with suppress(sqlite3.OperationalError):  # a reader is looking: it stays in WAL, whole
                self._db.execute("PRAGMA journal_mode = DELETE")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    @contextmanager
    def _disk_errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.OperationalError, OSError) as error:
            raise EdgekitError(
                f"{self.path} cannot be written: {error}. What was written before is kept and can "
                "be read. Make room on the disk, then start again with another --out."
            ) from None


def refuse_existing(path: Path) -> None:
    """Raises UsageError when something lies at `path`: a night is never overwritten."""
    if path.exists():
        raise UsageError(
            f"{path} already exists, and a night is never overwritten: pass another --out"
        )


def _create(path: Path, meta: NightMeta) -> None:
    """Schema and meta under a temporary name first: a night is never seen half made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600
    temporary = Path(name)
    try:
        with closing(sqlite3.connect(temporary, isolation_level=None)) as db:
            db.executescript(_SCHEMA)
            db.executemany("INSERT INTO meta VALUES (?, ?)", _meta_rows(meta).items())
            db.execute("PRAGMA journal_mode = WAL")
        os.fsync(handle)
        temporary.rename(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    finally:
        os.close(handle)


def _meta_rows(meta: NightMeta) -> dict[str, str]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_by": f"edgekit {__version__}, Python {sys.version.split()[0]}",
        "created_utc": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "spec": json.dumps(meta.spec.to_json()),
        "bundle_name": meta.bundle_name,
        "bundle_digest": meta.bundle_digest,
        "source": meta.source,
        "subject": meta.subject,
        "start_s": repr(meta.start_s),
        "utc_offset_s": str(meta.utc_offset_s),
        "clock": meta.clock,
        "closed": "no",
    }
