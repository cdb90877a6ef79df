"""Night: what was measured and decided, in one SQLite file that survives a power cut.

While it grows it is in WAL mode, one transaction a flush: after a kill at any moment the rows that
are there are a prefix of those that were written. A night that ended well is one plain file.
"""

import json
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import astuple, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from edgekit import __version__
from edgekit.errors import EdgekitError, UsageError
from edgekit.spec import AXES, UNLABELLED, Spec

FORMAT = "edgekit night"
VERSION = "1"
FLUSH_S = 10.0  # of recording time between two transactions

Clock = Literal["utc", "assumed"]  # "assumed": the source did not know the time of day
WORN, UPRIGHT, OFF = "worn", "upright", "off"

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


@dataclass(frozen=True)
class Samples:
    """One stretch as the source gave it, before any resampling."""

    start_s: float  # UTC of the first sample
    rate_hz: float
    xyz_g: NDArray[np.float32]  # (n, 3)


@dataclass(frozen=True)
class Decisions:
    """One entry a window, each array (n,); in the order of time."""

    start_s: NDArray[np.float64]  # UTC of the window's first sample
    posture: NDArray[np.int64]  # smoothed, index into spec.postures
    placement: NDArray[np.int64]  # smoothed, index into spec.placements
    posture_confidence: NDArray[np.float64]  # 0..1, of the smoothed posture
    placement_confidence: NDArray[np.float64]
    raw_posture: NDArray[np.int64]  # the model's own, unsmoothed
    raw_placement: NDArray[np.int64]
    torso_angle_deg: NDArray[np.float64]  # 0..360, NaN where the spec has no body axes
    state: NDArray[np.str_]  # 'worn', 'upright' or 'off'
    truth: NDArray[np.int64]  # index into spec.postures, -1 where nothing was labelled

    def __len__(self) -> int:
        return len(self.start_s)


@dataclass(frozen=True)
class Event:
    at_s: float  # UTC
    kind: str  # 'start', 'gap', 'resampled', 'clock jump', 'stop', 'interrupted', ...
    detail: str = ""


@dataclass(frozen=True)
class Health:
    """One entry a flush, each array (n,); counts are of the samples since the entry before."""

    at_s: NDArray[np.float64]  # UTC
    samples: NDArray[np.int64]
    rate_hz: NDArray[np.float64]
    gaps: NDArray[np.int64]
    clipped: NDArray[np.int64]
    stuck: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.at_s)


@dataclass(frozen=True)
class HealthRow:
    at_s: float  # UTC
    samples: int
    rate_hz: float
    gaps: int
    clipped: int
    stuck: int


@dataclass(frozen=True)
class NightMeta:
    """What a writer says about its night; every value is stored as text."""

    spec: Spec
    bundle_name: str
    bundle_digest: str
    source: str
    subject: str
    start_s: float  # UTC of the first sample
    utc_offset_s: int  # of the wearer's clock on the wall
    clock: Clock


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


def open_night(path: Path) -> "Night":
    """A night to read, also one that is still being written.

    Raises UsageError when there is no file at `path`, EdgekitError when it is no night.
    """
    if not path.is_file():
        raise UsageError(f"no night at {path}. Record one with: edgekit monitor --out {path}")
    try:
        db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=10)
        try:
            meta = dict(db.execute("SELECT key, value FROM meta").fetchall())
            found = meta.get("format"), meta.get("version")
            if found == (FORMAT, VERSION):
                return Night(path, meta, Spec.from_json(json.loads(meta["spec"])), db)
        except BaseException:
            db.close()
            raise
        db.close()
    except (sqlite3.Error, ValueError, KeyError, EdgekitError) as error:
        raise EdgekitError(f"{path} is not an edgekit night (SQLite): {error}") from None
    raise EdgekitError(
        f"{path} is {found[0]!r} version {found[1]!r}; "
        f"this edgekit reads {FORMAT!r} version {VERSION!r}"
    )


class Night:
    """Reads a night; each call sees what was committed when it was made."""

    def __init__(
        self, path: Path, meta: dict[str, str], spec: Spec, db: sqlite3.Connection
    ) -> None:
        self.path, self.meta, self.spec, self._db = path, meta, spec, db

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._db.close()

    @property
    def ended_well(self) -> bool:
        return self.meta.get("closed") == "yes"

    @property
    def start_s(self) -> float:
        """UTC of the first sample."""
        return float(self.meta["start_s"])

    @property
    def utc_offset_s(self) -> int:
        """What to add to UTC for the wearer's clock on the wall, at the night's start."""
        return int(self.meta["utc_offset_s"])

    def decisions(self) -> Decisions:
        rows = self._select("SELECT * FROM decisions ORDER BY start_s")
        columns: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) or [()] * 10
        start, posture, placement, sure, placement_sure, raw, raw_placement, angle, state, truth = (
            columns
        )
        return Decisions(
            start_s=_reals(start),
            posture=_integers(posture),
            placement=_integers(placement),
            posture_confidence=_reals(sure),
            placement_confidence=_reals(placement_sure),
            raw_posture=_integers(raw),
            raw_placement=_integers(raw_placement),
            torso_angle_deg=_reals([np.nan if value is None else value for value in angle]),
            state=np.array(state, dtype="U7"),
            truth=_integers([UNLABELLED if value is None else value for value in truth]),
        )

    def events(self) -> list[Event]:
        return [
            Event(*row) for row in self._select("SELECT at_s, kind, detail FROM events ORDER BY id")
        ]

    def health(self) -> Health:
        rows = self._select("SELECT * FROM health ORDER BY rowid")
        at, samples, rate, gaps, clipped, stuck = list(zip(*rows, strict=True)) or [()] * 6
        return Health(
            _reals(at),
            _integers(samples),
            _reals(rate),
            _integers(gaps),
            _integers(clipped),
            _integers(stuck),
        )

    @property
    def has_samples(self) -> bool:
        """False of a night that a wearable kept by itself: its decisions alone."""
        return bool(self._select("SELECT EXISTS (SELECT 1 FROM samples)")[0][0])

    def samples(self) -> Iterator[Samples]:
        """The raw samples, one stretch at a time; never more than one in memory."""
        rows = self._db.execute("SELECT start_s, rate_hz, xyz_g FROM samples ORDER BY id")
        for start_s, rate_hz, blob in rows:
            yield Samples(start_s, rate_hz, np.frombuffer(blob, dtype="<f4").reshape(-1, AXES))

    def _select(self, query: str) -> list[tuple[Any, ...]]:
        try:
            return self._db.execute(query).fetchall()
        except sqlite3.Error as error:
            raise EdgekitError(f"{self.path} is damaged: {error}") from None


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


def _reals(values: ArrayLike) -> NDArray[np.float64]:
    return np.array(values, dtype=np.float64)


def _integers(values: ArrayLike) -> NDArray[np.int64]:
    return np.array(values, dtype=np.int64)
