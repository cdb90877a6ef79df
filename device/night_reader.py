"""Reading a night, also one that is still being written."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from edgekit.errors import EdgekitError, UsageError
from edgekit.spec import AXES, UNLABELLED, Spec

from .night import FORMAT, VERSION, Decisions, Event, Health, Samples


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


def _reals(values: ArrayLike) -> NDArray[np.float64]:
    return np.array(values, dtype=np.float64)


def _integers(values: ArrayLike) -> NDArray[np.int64]:
    return np.array(values, dtype=np.int64)
