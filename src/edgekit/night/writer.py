"""NightWriter: a night as it grows.

While it grows it is in WAL mode, one transaction a flush: after a kill at any moment the rows that
are there are a prefix of those that were written. A night that ended well is one plain file.
"""

import errno
import json
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import astuple
from pathlib import Path
from typing import Self

from edgekit.doubt import Doubt
from edgekit.errors import EdgekitError, UsageError

from .blocks import HeldSamples, Row
from .columns import rows
from .file import COLUMNS, DISK, SAMPLE_COLUMNS, Disk, create, lock, refuse_existing
from .meta import NightMeta, write_doubts
from .names import UNNAMED
from .night import Alarm, Decisions, Event, HealthRow, Samples
from .reader import open_night
from .utc_offsets import utc_offsets

FLUSH_S = 5.0  # of recording time between two transactions
RESERVE_BYTES = 32 << 20  # of the disk: what is left is for decisions, and for its other users
MOST_WAITING = 100_000  # rows of a table in memory while the disk is full: more than a night's


class NightWriter:
    """Holds rows in memory and commits them together, at `flush`.

    A full disk ends no night: raw samples are given up first, then decisions wait in memory.
    """

    def __init__(self, path: Path, meta: NightMeta, disk: Disk) -> None:
        """Open the file of a night that is there; to be called by `create` and `resume`."""
        self.path, self._disk = path, disk
        self.resumed_from_s: float | None = None  # UTC, where the run before ended
        self._start_s, self._counts_per_g = meta.start_s, meta.counts_per_g
        self._run = 1
        self._samples = HeldSamples(meta.counts_per_g)
        self._waiting: dict[str, list[Row]] = {table: [] for table in COLUMNS}
        self._correction_s: float | None = None  # to be written
        self._doubts: tuple[Doubt, ...] | None = None  # to be written
        self._troubles: list[Event] = []  # events that the writer itself added
        with _disk_errors(self.path):
            self._lock = lock(path)
            self._db = disk.connect(path)
            self._db.execute("PRAGMA journal_mode = WAL")
            # A committed flush survives a power cut, not only a crash: an fsync each 5 s is cheap.
            self._db.execute("PRAGMA synchronous = FULL")

    @classmethod
    def create(cls, path: Path, meta: NightMeta, disk: Disk = DISK) -> Self:
        """Begin a night.

        Raises UsageError when something lies at `path`, EdgekitError when the disk fails.
        """
        refuse_existing(path)
        with _disk_errors(path, is_new=True):
            create(path, meta)
        return cls(path, meta, disk)

    @classmethod
    def resume(cls, path: Path, meta: NightMeta) -> Self:
        """Go on with the night at `path`, as a run of its own.

        Raises UsageError when another model decided it or another person wore it, EdgekitError when
        it cannot be read.
        """
        with open_night(path) as night:
            before, ended_s = night.meta, night.end_s
        if meta.subject not in (before.subject, UNNAMED):
            raise UsageError(
                f"{path} is a night of {before.subject}, not of {meta.subject}: "
                "start another with --out"
            )
        if (before.calibration, before.exact_rate) != (meta.calibration, meta.exact_rate):
            raise UsageError(
                f"{path} was recorded with another calibration, or another kind of source: "
                "its windows would not be alike. Start another with --out"
            )
        if (before.bundle_digest, before.spec) != (meta.bundle_digest, meta.spec):
            raise UsageError(
                f"{path} was decided by the model {before.bundle_name}, not by "
                f"{meta.bundle_name}: a night has one. Start another with --out"
            )
        writer = cls(path, before, DISK)
        writer.begin_run()
        writer.resumed_from_s = ended_s
        return writer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.close()
            return
        # The disk may be what failed.
        with suppress(EdgekitError, sqlite3.Error), self._released():
            self.flush()

    def begin_run(self) -> None:
        """Begin another run of the monitor, whose clock and belief begin anew.

        Raises EdgekitError when the disk fails, or is so full that what was held is lost.
        """
        self._flush_all()
        with _disk_errors(self.path):
            with self._transaction():
                self._db.execute("UPDATE meta SET value = 'no' WHERE key = 'closed'")
                self._db.execute("INSERT INTO runs (correction_s) VALUES (0)")
            (self._run,) = self._db.execute("SELECT MAX(id) FROM runs").fetchone()
            (last_id,) = self._db.execute("SELECT COALESCE(MAX(id), 0) FROM samples").fetchone()
            self._samples = HeldSamples(self._counts_per_g, self._run, last_id)

    def add_samples(self, samples: Samples) -> None:
        self._samples.add(samples)

    def add_decisions(self, decisions: Decisions) -> None:
        self._add("decisions", rows(decisions))

    def add_event(self, event: Event) -> None:
        self._add("events", [astuple(event)])

    def add_alarm(self, alarm: Alarm) -> None:
        """Add an alarm, or again the alarm of that start, when its response is known."""
        self._add("alarms", [astuple(alarm)])

    def add_health(self, health: HealthRow) -> None:
        *numbers, faults = vars(health).values()
        self._add("health", [(*numbers, json.dumps(faults))])

    def correct_clock(self, total_s: float) -> None:
        """Have all times of this run, written and to come, read as so much later."""
        self._correction_s = total_s

    def set_doubts(self, doubts: tuple[Doubt, ...]) -> None:
        """Have the night hold these doubts in place of those before, from the next flush on."""
        self._doubts = doubts

    @property
    def is_flush_due(self) -> bool:
        return self._samples.waiting_s >= FLUSH_S

    @property
    def holds_rows(self) -> bool:
        held = self._waiting
        return bool(
            self._samples.waiting_s or held["decisions"] or held["events"] or held["alarms"]
        )

    def take_troubles(self) -> list[Event]:
        """Return the events since the last call that the writer itself added."""
        troubles, self._troubles = self._troubles, []
        return troubles

    def flush(self, health: HealthRow | None = None) -> None:
        """Commit everything held, as one transaction.

        Raises EdgekitError when the disk fails, but not when it is full.
        """
        if health is not None:
            self.add_health(health)
        with _disk_errors(self.path):
            if not (self._has_room() and self._write(samples=True)):
                if full := self._samples.drop():
                    self.add_event(full)
                    self._troubles.append(full)
                self._write(samples=False)

    def close(self) -> None:
        """Commit what is held, note that the night ended well, and leave one plain file.

        Raises EdgekitError when the disk fails, or is so full that decisions are lost.
        """
        with self._released():
            self._flush_all()
            with _disk_errors(self.path):
                try:
                    self._db.execute("UPDATE meta SET value = 'yes' WHERE key = 'closed'")
                    self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                except sqlite3.OperationalError as error:
                    if not self._is_full(error):
                        raise
            with suppress(sqlite3.OperationalError):  # a reader has it open: it stays in WAL, whole
                self._db.execute("PRAGMA journal_mode = DELETE")

    def _add(self, table: str, new: Iterable[Row]) -> None:
        self._waiting[table].extend((self._run, *row) for row in new)

    def _flush_all(self) -> None:
        """With what a full disk cost up to here; raises EdgekitError where it is full still."""
        self.flush()
        if loss := self._samples.loss():
            self.add_event(loss)
            self.flush()
        with _disk_errors(self.path):
            if self.holds_rows:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    @contextmanager
    def _released(self) -> Iterator[None]:
        """Close the file, whatever happens, and then release its lock."""
        try:
            with closing(self._db):
                yield
        finally:
            os.close(self._lock)

    def _has_room(self) -> bool:
        return not self._samples or self._disk.free_bytes(self.path.parent) >= RESERVE_BYTES

    def _write(self, samples: bool) -> bool:
        """False when the disk is full; then all is still held."""
        blocks = self._samples.rows() if samples else []
        loss = self._samples.loss() if blocks else None
        try:
            with self._transaction():
                self._insert("samples", blocks)
                for table, waiting in self._waiting.items():
                    self._insert(table, waiting)
                if loss:
                    self._insert("events", [(self._run, *astuple(loss))])
                if self._doubts is not None:
                    replace = "INSERT OR REPLACE INTO meta VALUES ('doubts', ?)"
                    self._db.execute(replace, (write_doubts(self._doubts),))
                if self._correction_s is not None:
                    update = "UPDATE runs SET correction_s = ? WHERE id = ?"
                    self._db.execute(update, (self._correction_s, self._run))
                    if self._run == 1:  # summer or winter hangs on the date
                        offsets = utc_offsets(self._start_s + self._correction_s).to_json()
                        update = "UPDATE meta SET value = ? WHERE key = 'utc_offsets'"
                        self._db.execute(update, (offsets,))
        except sqlite3.OperationalError as error:
            if not self._is_full(error):
                raise
            for waiting in self._waiting.values():
                del waiting[:-MOST_WAITING]
            return False
        if samples:
            self._samples.mark_written()
        for waiting in self._waiting.values():
            waiting.clear()
        self._correction_s = self._doubts = None
        return True

    def _is_full(self, error: sqlite3.OperationalError) -> bool:
        """Where the file's index or an fsync met the full disk, SQLite speaks of I/O alone."""
        code = error.sqlite_errorcode & 0xFF
        is_low = self._disk.free_bytes(self.path.parent) < RESERVE_BYTES
        return code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and is_low)

    def _insert(self, table: str, new: Iterable[Row]) -> None:
        columns = SAMPLE_COLUMNS if table == "samples" else ("run", *COLUMNS[table])
        values = ",".join("?" * len(columns))
        statement = f"INSERT OR REPLACE INTO {table} ({','.join(columns)}) VALUES ({values})"
        self._db.executemany(statement, new)

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
def _disk_errors(path: Path, is_new: bool = False) -> Iterator[None]:
    """Raise an EdgekitError in place of what SQLite or the system says of a failing disk."""
    try:
        yield
    except (sqlite3.OperationalError, OSError) as error:
        if is_new and shutil.disk_usage(_nearest(path)).free:
            raise EdgekitError(
                f"{path} cannot be written to: {error}. Nothing was recorded. Name a file in a "
                "folder that you may write to with --out."
            ) from None
        raise EdgekitError(
            f"{path} cannot be written: {error}. What was written before is kept and can "
            "be read. Make room on the disk, then start again with another --out."
        ) from None


def _nearest(path: Path) -> Path:
    """Return the nearest folder above a path that is there."""
    return next(folder for folder in path.absolute().parents if folder.is_dir())
