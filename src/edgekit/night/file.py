"""The file of a night: its tables, their rows, and what stands in it before the first."""

import json
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgekit import __version__
from edgekit.spec import UNLABELLED

from .lock import forget_beside
from .night import FORMAT, VERSION, Decisions, NightMeta

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT);
CREATE TABLE runs (id INTEGER PRIMARY KEY, correction_s REAL);
CREATE TABLE samples (
    id INTEGER PRIMARY KEY, run INTEGER, start_s REAL, rate_hz REAL, count INTEGER,
    coding TEXT, xyz_g BLOB
);
CREATE TABLE decisions (
    run INTEGER, start_s REAL, posture INTEGER, placement INTEGER,
    posture_confidence REAL, placement_confidence REAL,
    raw_posture INTEGER, raw_placement INTEGER,
    torso_angle_deg REAL NULL, state TEXT, movement_g REAL NULL, truth INTEGER NULL,
    PRIMARY KEY (run, start_s)
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


def create(path: Path, meta: NightMeta) -> None:
    """Schema and meta under a temporary name first: a night is never seen half made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600
    temporary = Path(name)
    try:
        with closing(sqlite3.connect(temporary, isolation_level=None)) as db:
            db.execute("PRAGMA synchronous = OFF")  # nobody sees it before the fsync below
            db.executescript(f"BEGIN;{_SCHEMA}COMMIT;")
            db.execute("BEGIN")
            db.executemany("INSERT INTO meta VALUES (?, ?)", _meta_rows(meta).items())
            db.execute("INSERT INTO runs (correction_s) VALUES (0)")
            db.execute("COMMIT")
            db.execute("PRAGMA journal_mode = WAL")
        os.fsync(handle)
        forget_beside(path)
        temporary.rename(path)
        sync(path.parent)  # a name survives a power cut once its folder has reached the disk
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    finally:
        os.close(handle)


def decision_rows(decisions: Decisions) -> Iterator[tuple[Any, ...]]:
    """One row a window, as the table has its columns after `run`."""
    return zip(
        decisions.start_s.tolist(),
        decisions.posture.tolist(),
        decisions.placement.tolist(),
        decisions.posture_confidence.tolist(),
        decisions.placement_confidence.tolist(),
        decisions.raw_posture.tolist(),
        decisions.raw_placement.tolist(),
        _or_none(decisions.torso_angle_deg),
        decisions.state.tolist(),
        _or_none(decisions.movement_g),
        [None if truth == UNLABELLED else truth for truth in decisions.truth.tolist()],
        strict=True,
    )


def free_on_disk(folder: Path) -> int:
    """What a user without special rights may still write on that disk."""
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize


def _or_none(values: NDArray[np.float64]) -> list[float | None]:
    return [None if np.isnan(value) else value for value in values.tolist()]


def sync(path: Path) -> None:
    """A file or a folder, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
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
        "utc_offsets": meta.utc_offsets.to_json(),
        "clock": meta.clock,
        "rates": "measured" if meta.exact_rate else "nominal",
        "calibration": json.dumps(meta.calibration and meta.calibration.to_json()),
        "closed": "no",
    }
