"""NightWriter: a night as it grows.

While it grows it is in WAL mode, one transaction a flush: after a kill at any moment the rows that
are there are a prefix of those that were written. A night that ended well is one plain file.
"""

import errno
import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import astuple
from pathlib import Path
from types import TracebackType
from typing import Self

from edgekit.errors import EdgekitError, UsageError

from .file import create, decision_rows, free_on_disk
from .held_samples import HeldSamples, Row
from .lock import lock
from .night import Alarm, Decisions, Event, HealthRow, NightMeta, Samples
from .offsets import utc_offsets
from .reader import open_night

FLUSH_S = 5.0  # of recording time between two transactions
RESERVE_BYTES = 32 << 20  # of the disk: what is left is for decisions, and for its other users
MOST_WAITING = 100_000  # rows in memory while the disk is full: more than a night's
_HEALTH = "(run, at_s, samples, rate_hz, gaps, clipped, stuck, faults)"


class NightWriter:
    """Holds rows in memory and commits them together, at `flush`.

    A full disk ends no night: raw samples are given up first, then decisions wait in memory.
    """

    def __init__(
        self, path: Path, meta: NightMeta, free_bytes: Callable[[Path], int] = free_on_disk
    ) -> None:
        """Raises UsageError when something lies at `path`, EdgekitError when the disk fails."""
        refuse_existing(path)
        self._hold(path, free_bytes)
        self._start_s = meta.start_s
        with self._disk_errors():
            create(path, meta)
            self._open()

    @classmethod
    def resume(
        cls, path: Path, meta: NightMeta, free_bytes: Callable[[Path], int] = free_on_disk
    ) -> Self:
        """Goes on with the night at `path`, as a run of its own.

        Raises UsageError when another model decided it, EdgekitError when it cannot be read.
        """
        with open_night(path) as night:
            if (night.calibration, night.exact_rate) != (meta.calibration, meta.exact_rate):
                raise UsageError(
                    f"{path} was recorded with another calibration, or another kind of source: "
                    "its windows would not be alike. Start another with --out"
                )
            if (night.meta["bundle_digest"], night.spec) != (meta.bundle_digest, meta.spec):
                raise UsageError(
                    f"{path} was decided by the model {night.meta['bundle_name']}, not by "
                    f"{meta.bundle_name}: a night has one. Start another with --out"
                )
            ended_s = night.end_s
        writer = cls.__new__(cls)
        writer._hold(path, free_bytes)
        with writer._disk_errors():
            writer._open()
        writer.begin_run()
        writer.resumed_from_s = ended_s
        return writer

    def _hold(self, path: Path, free_bytes: Callable[[Path], int]) -> None:
        self.path, self._free_bytes = path, free_bytes
        self.resumed_from_s: float | None = None  # UTC, where the run before ended
        self._run = 1
        self._samples = HeldSamples()
        self._decisions: list[Row] = []
        self._events: list[Row] = []
        self._alarms: list[Row] = []
        self._health: list[Row] = []
        self._correction_s: float | None = None  # to be written
        self._troubles: list[Event] = []  # events of its own making

    def _open(self) -> None:
        self._lock = lock(self.path)
        self._db = sqlite3.connect(self.path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        # A committed flush survives a power cut, not only a crash: an fsync each 5 s is cheap.
        self._db.execute("PRAGMA synchronous = FULL")

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
        with suppress(EdgekitError, sqlite3.Error), self._released():
            self.flush()

    def begin_run(self) -> None:
        """What follows is another run's of the monitor, whose clock and belief began anew.

        Raises EdgekitError when the disk fails, or is so full that what was held is lost.
        """
        self._flush_all()
        with self._disk_errors():
            with self._transaction():
                self._db.execute("UPDATE meta SET value = 'no' WHERE key = 'closed'")
                self._db.execute("INSERT INTO runs (correction_s) VALUES (0)")
            (self._run,) = self._db.execute("SELECT MAX(id) FROM runs").fetchone()
            (last_id,) = self._db.execute("SELECT COALESCE(MAX(id), 0) FROM samples").fetchone()
            self._samples = HeldSamples(self._run, last_id)

    def add_samples(self, samples: Samples) -> None:
        self._samples.add(samples)

    def add_decisions(self, decisions: Decisions) -> None:
        self._decisions.extend((self._run, *row) for row in decision_rows(decisions))

    def add_event(self, event: Event) -> None:
        self._events.append((self._run, *astuple(event)))

    def add_alarm(self, alarm: Alarm) -> None:
        """Again with the same start: its response, known now."""
        self._alarms.append((self._run, *astuple(alarm)))

    def add_health(self, health: HealthRow) -> None:
        *numbers, faults = vars(health).values()
        self._health.append((self._run, *numbers, json.dumps(faults)))

    def correct_clock(self, total_s: float) -> None:
        """All times of this run, written and to come, are read as so much later."""
        self._correction_s = total_s

    @property
    def is_flush_due(self) -> bool:
        return self._samples.waiting_s >= FLUSH_S

    @property
    def holds_rows(self) -> bool:
        return bool(self._samples.waiting_s or self._decisions or self._events or self._alarms)

    def take_troubles(self) -> list[Event]:
        """The events since the last call that the writer itself added, for whoever looks on."""
        troubles, self._troubles = self._troubles, []
        return troubles

    def flush(self, health: HealthRow | None = None) -> None:
        """Commit everything held, as one transaction.

        Raises EdgekitError when the disk fails, but not when it is full.
        """
        if health is not None:
            self.add_health(health)
        with self._disk_errors():
            if not (self._has_room() and self._write(samples=True)):
                if full := self._samples.give_up():
                    self.add_event(full)
                    self._troubles.append(full)
                self._write(samples=False)

    def close(self) -> None:
        """Commit what is held, say that the night ended well, and leave one plain file.

        Raises EdgekitError when the disk fails, or is so full that decisions are lost.
        """
        with self._released():
            self._flush_all()
            with self._disk_errors():
                try:
                    self._db.execute("UPDATE meta SET value = 'yes' WHERE key = 'closed'")
                    self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                except sqlite3.OperationalError as error:
                    if not self._is_full(error):
                        raise
            with suppress(sqlite3.OperationalError):  # a reader is looking: it stays in WAL, whole
                self._db.execute("PRAGMA journal_mode = DELETE")

    def _flush_all(self) -> None:
        """With what a full disk cost up to here; raises EdgekitError where it is full still."""
        self.flush()
        if lost := self._samples.lost():
            self.add_event(lost)
            self.flush()
        with self._disk_errors():
            if self.holds_rows:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    @contextmanager
    def _released(self) -> Iterator[None]:
        """Closes the file, whatever happens, and then lets its lock go."""
        try:
            with closing(self._db):
                yield
        finally:
            os.close(self._lock)

    def _has_room(self) -> bool:
        return not self._samples or self._free_bytes(self.path.parent) >= RESERVE_BYTES

    def _write(self, samples: bool) -> bool:
        """False when the disk is full; then all is still held."""
        blocks = self._samples.rows() if samples else []
        events = [*self._events]
        if blocks and (lost := self._samples.lost()):
            events.append((self._run, *astuple(lost)))
        try:
            with self._transaction():
                self._put("samples", 7, blocks)
                self._put("decisions", 12, self._decisions)
                self._put("alarms", 6, self._alarms)
                many = self._db.executemany
                many("INSERT INTO events (run, at_s, kind, detail) VALUES (?,?,?,?)", events)
                many(f"INSERT INTO health {_HEALTH} VALUES (?,?,?,?,?,?,?,?)", self._health)
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
            del self._decisions[:-MOST_WAITING], self._events[:-MOST_WAITING]
            del self._health[:-MOST_WAITING]
            return False
        if samples:
            self._samples.are_written()
        for written in (self._decisions, self._events, self._alarms, self._health):
            written.clear()
        self._correction_s = None
        return True

    def _is_full(self, error: sqlite3.OperationalError) -> bool:
        """Where the file's index or an fsync met the full disk, SQLite speaks of I/O alone."""
        code = error.sqlite_errorcode & 0xFF
        is_low = self._free_bytes(self.path.parent) < RESERVE_BYTES
        return code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and is_low)

    def _put(self, table: str, columns: int, rows: Sequence[Row]) -> None:
        marks = ",".join("?" * columns)
        self._db.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", rows)

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
