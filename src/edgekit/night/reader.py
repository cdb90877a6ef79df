"""Reading a night, also one that is still being written."""

import json
import math
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from edgekit.calibration import Calibration
from edgekit.errors import EdgekitError, UsageError
from edgekit.spec import ONE_GAIN, UNLABELLED, Spec

from .blocks import unpack
from .night import FORMAT, VERSION, Alarm, Decisions, Event, Health, Samples
from .offsets import UtcOffsets

_OF_RUN = "WHERE run = IFNULL(?, run)"  # of every run where none is given


def open_night(path: Path) -> "Night":
    """A night to read, also one that is still being written.

    Raises UsageError when there is no file at `path`, EdgekitError when it is no night.
    """
    if not path.is_file():
        raise UsageError(f"no night at {path}. Record one with: edgekit monitor --out {path}")
    try:
        _roll_back(path)
        db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=10)
        try:
            meta = dict(db.execute("SELECT key, value FROM meta").fetchall())
            found = meta.get("format"), meta.get("version")
            if found == (FORMAT, VERSION):
                return Night(path, meta, _spec(meta["spec"]), db)
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


def _spec(text: str) -> Spec:
    """A night from before front ends does not name one: every net read one gain then."""
    fields = json.loads(text)
    if isinstance(fields, dict):
        fields.setdefault("front_end", asdict(ONE_GAIN))
    return Spec.from_json(fields)


def _roll_back(path: Path) -> None:
    """Undo what a power cut left half done at a night's very end, which only a writer may."""
    if path.with_name(f"{path.name}-journal").exists():
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True)) as db:
            db.execute("SELECT 1 FROM meta")


class Night:
    """Reads a night; each call sees what was committed when it was made.

    A night that was resumed has several runs of the monitor, from 1 on; where a call names one, it
    reads what that one wrote, else all.
    """

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
        return float(self.meta["start_s"]) + self._runs()[0][0]

    @property
    def end_s(self) -> float:
        """UTC after the last sample, or after the last decision's start where there is none."""
        return self._runs()[-1][1]

    @property
    def utc_offset_s(self) -> int:
        """What to add to UTC for the wearer's clock on the wall, at the night's start."""
        return self.utc_offsets.at(self.start_s)

    @property
    def utc_offsets(self) -> UtcOffsets:
        return UtcOffsets.from_json(self.meta["utc_offsets"])

    @property
    def exact_rate(self) -> bool:
        """Whether its rates were measured, so that windows are resampled by them."""
        return self.meta["rates"] == "measured"

    @property
    def calibration(self) -> Calibration | None:
        fields = json.loads(self.meta["calibration"])
        return Calibration.from_json(fields) if fields else None

    @property
    def runs(self) -> range:
        return range(1, len(self._runs()) + 1)

    def decisions(self, run: int | None = None) -> Decisions:
        rows = self._select(f"SELECT * FROM decisions {_OF_RUN} ORDER BY run, start_s", run)
        columns: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) or [()] * 12
        runs, start, posture, placement, sure, placement_sure, raw, raw_placement = columns[:8]
        angle, state, movement, truth = columns[8:]
        return Decisions(
            start_s=_reals(start) + self._shift_s(runs),
            posture=_integers(posture),
            placement=_integers(placement),
            posture_confidence=_reals(sure),
            placement_confidence=_reals(placement_sure),
            raw_posture=_integers(raw),
            raw_placement=_integers(raw_placement),
            torso_angle_deg=_or_nan(angle),
            state=np.array(state, dtype="U7"),
            movement_g=_or_nan(movement),
            truth=_integers([UNLABELLED if value is None else value for value in truth]),
        )

    def events(self, run: int | None = None) -> list[Event]:
        shifts = self._shifts()
        rows = self._select(
            f"SELECT run, at_s, kind, detail FROM events {_OF_RUN} ORDER BY id", run
        )
        return [Event(at_s + shifts[of], kind, detail) for of, at_s, kind, detail in rows]

    def alarms(self, run: int | None = None) -> list[Alarm]:
        shifts = self._shifts()
        rows = self._select(f"SELECT * FROM alarms {_OF_RUN} ORDER BY run, start_s", run)
        return [Alarm(start_s + shifts[of], *rest) for of, start_s, *rest in rows]

    def health(self, run: int | None = None) -> Health:
        rows = self._select(
            "SELECT run, at_s, samples, rate_hz, gaps, clipped, stuck, faults FROM health "
            f"{_OF_RUN} ORDER BY id",
            run,
        )
        columns: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) or [()] * 8
        runs, at, samples, rate, gaps, clipped, stuck, faults = columns
        return Health(
            _reals(at) + self._shift_s(runs),
            _integers(samples),
            _reals(rate),
            _integers(gaps),
            _integers(clipped),
            _integers(stuck),
            tuple(json.loads(text) for text in faults),
        )

    @property
    def has_samples(self) -> bool:
        """False of a night that a wearable kept by itself: its decisions alone."""
        return bool(self._select("SELECT EXISTS (SELECT 1 FROM samples)")[0][0])

    def samples(self, run: int | None = None) -> Iterator[Samples]:
        """The raw samples, at most a minute at a time; never more than that in memory."""
        shifts = self._shifts()
        rows = self._db.execute(
            f"SELECT run, start_s, rate_hz, coding, xyz_g FROM samples {_OF_RUN} ORDER BY id",
            (run,),
        )
        for of, start_s, rate_hz, *packed in rows:
            yield Samples(start_s + shifts[of], rate_hz, unpack(*packed), tuple(packed))

    def _shifts(self) -> dict[int, float]:
        """For each run what to add to its times: its clock's correction.

        Where a clock was never right a run would begin before the end of the one before; it is
        moved on to there.
        """
        return {run: shift_s for run, (shift_s, _) in enumerate(self._runs(), 1)}

    def _runs(self) -> list[tuple[float, float]]:
        """Of each run its shift and, with it, its end."""
        rows = self._select(
            "SELECT correction_s, (SELECT MIN(start_s) FROM samples WHERE run = runs.id),"
            " (SELECT MAX(start_s + count / rate_hz) FROM samples WHERE run = runs.id),"
            " (SELECT MIN(start_s) FROM decisions WHERE run = runs.id),"
            " (SELECT MAX(start_s) FROM decisions WHERE run = runs.id) FROM runs ORDER BY id"
        )
        runs: list[tuple[float, float]] = []
        ended_s = -math.inf
        for correction_s, *times in rows:
            known = [at_s for at_s in times if at_s is not None]
            if known:
                shift_s = max(correction_s, ended_s - min(known))
                ended_s = max(known) + shift_s
            else:
                shift_s = correction_s
            runs.append(
                (shift_s, ended_s if math.isfinite(ended_s) else float(self.meta["start_s"]))
            )
        return runs

    def _shift_s(self, runs: Sequence[int]) -> NDArray[np.float64]:
        """(n,) the shift of each row, from its run (n,)."""
        shifts = self._shifts()
        return np.array([shifts[run] for run in runs], np.float64)

    def _select(self, query: str, *values: int | None) -> list[tuple[Any, ...]]:
        try:
            return self._db.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise EdgekitError(f"{self.path} is damaged: {error}") from None


def _reals(values: ArrayLike) -> NDArray[np.float64]:
    return np.array(values, dtype=np.float64)


def _or_nan(values: Sequence[float | None]) -> NDArray[np.float64]:
    return _reals([np.nan if value is None else value for value in values])


def _integers(values: ArrayLike) -> NDArray[np.int64]:
    return np.array(values, dtype=np.int64)
