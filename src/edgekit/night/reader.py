"""Read a night, also one that is still being written."""

import json
import math
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Self

from edgekit.errors import EdgekitError, UsageError
from edgekit.recording_checks import HIGHEST_HZ, LOWEST_HZ
from edgekit.spec import Spec
from edgekit.text import one_line

from .blocks import unpack
from .columns import from_rows
from .file import COLUMNS, FORMAT, VERSION, lacks_log
from .meta import NightMeta
from .night import Alarm, Decisions, Event, HealthRow, Packed, Samples
from .utc_offsets import UtcOffsets

_OF_RUN = "WHERE run = IFNULL(?, run)"  # of every run where none is named


def open_night(path: str | Path) -> "Night":
    """Open a night to read, also one that is still being written.

    Raises UsageError when there is no file at `path`, EdgekitError when it is no night.
    """
    path = Path(path)
    if not path.is_file():
        raise UsageError(f"no night at {path}. Record one with: edgekit monitor --out {path}")
    try:
        _roll_back(path)
        db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=10)
        try:
            texts = dict(db.execute("SELECT key, value FROM meta").fetchall())
            file_format = texts.get("format"), texts.get("version")
            if file_format == (FORMAT, VERSION):
                return Night(path, texts, db)
        except BaseException:
            db.close()
            raise
        db.close()
    except (sqlite3.Error, ValueError, KeyError, EdgekitError) as error:
        raise EdgekitError(
            f"{path} is not an edgekit night (SQLite): {one_line(str(error))}"
        ) from None
    raise EdgekitError(
        f"{path} is {file_format[0]!r} version {file_format[1]!r}; "
        f"this edgekit reads {FORMAT!r} version {VERSION!r}"
    )


def _roll_back(path: Path) -> None:
    """Undo what a power cut left half done at a night's very end, which only a writer may."""
    if path.with_name(f"{path.name}-journal").exists():
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True)) as db:
            db.execute("SELECT 1 FROM meta")


class Night:
    """A night to read; each call sees what was committed when it was made.

    A night that was resumed has several runs of the monitor, from 1 on; a call reads what the `run`
    that it names wrote, else all. Times are UTC, with the correction of their run's clock.
    """

    def __init__(self, path: Path, texts: dict[str, str], db: sqlite3.Connection) -> None:
        """`texts`: the rows of the table meta. Raises as `NightMeta.from_texts` does."""
        self.path, self._db = path, db
        self.meta = NightMeta.from_texts(texts)
        self.ended_well = texts.get("closed") == "yes"
        self.made_by, self.created_utc = texts.get("made_by"), texts.get("created_utc")

    @property
    def lacks_log(self) -> bool:
        """Whether it was copied while it was written, without NAME-wal: its newest rows are lost.

        Or it was cut off, and another program has written the log into it since.
        """
        return not self.ended_well and lacks_log(self.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._db.close()

    @property
    def spec(self) -> Spec:
        return self.meta.spec

    @property
    def utc_offsets(self) -> UtcOffsets:
        return self.meta.utc_offsets

    @property
    def start_s(self) -> float:
        """UTC of the first sample, with its clock's correction."""
        return self.meta.start_s + self._runs()[0][0]

    @property
    def end_s(self) -> float:
        """UTC after the last sample, or after the last decision's start where there is none."""
        return self._runs()[-1][1]

    @property
    def runs(self) -> range:
        return range(1, len(self._runs()) + 1)

    def decisions(self, run: int | None = None) -> Decisions:
        with self._damage_named():
            return from_rows(Decisions, self._rows("decisions", "run, start_s", run))

    def events(self, run: int | None = None) -> list[Event]:
        return [Event(*row) for row in self._rows("events", "id", run)]

    def alarms(self, run: int | None = None) -> list[Alarm]:
        return [Alarm(*row) for row in self._rows("alarms", "run, start_s", run)]

    def health(self, run: int | None = None) -> list[HealthRow]:
        rows = self._rows("health", "id", run)
        with self._damage_named():
            return [HealthRow(*[*numbers, json.loads(faults)]) for *numbers, faults in rows]

    @property
    def has_samples(self) -> bool:
        """False for a night that a wearable kept by itself: its decisions alone."""
        return bool(self._select("SELECT EXISTS (SELECT 1 FROM samples)")[0][0])

    def samples(self, run: int | None = None) -> Iterator[Samples]:
        """Yield the raw samples, at most a minute at a time; never more than that in memory."""
        with self._damage_named():
            shifts = self._shifts()
            rows = self._db.execute(
                f"SELECT run, start_s, rate_hz, coding, xyz_g FROM samples {_OF_RUN} ORDER BY id",
                (run,),
            )
            for of_run, start_s, rate_hz, coding, data in rows:
                if not (LOWEST_HZ <= rate_hz <= HIGHEST_HZ and math.isfinite(start_s)):
                    raise ValueError(f"a block of samples at {start_s} s has {rate_hz} Hz")
                packed = Packed(coding, self.meta.counts_per_g, data)
                yield Samples(start_s + shifts[of_run], rate_hz, unpack(packed), packed)

    @contextmanager
    def _damage_named(self) -> Iterator[None]:
        """Raise EdgekitError in place of what a damaged row or page leads to."""
        try:
            yield
        except (sqlite3.Error, TypeError, ValueError, KeyError, OverflowError) as error:
            raise EdgekitError(f"{self.path} is damaged: {one_line(str(error))}") from None

    def _rows(self, name: str, order: str, run: int | None) -> list[tuple[Any, ...]]:
        """Rows as COLUMNS has them, their times with the correction of their run."""
        with self._damage_named():
            shifts = self._shifts()
            columns = ", ".join(("run", *COLUMNS[name]))
            rows = self._select(f"SELECT {columns} FROM {name} {_OF_RUN} ORDER BY {order}", run)
            return [(at_s + shifts[of_run], *rest) for of_run, at_s, *rest in rows]

    def _shifts(self) -> dict[int, float]:
        """For each run what to add to its times: its clock's correction.

        Where a clock was never right a run would begin before the end of the run before; it is
        moved on to there.
        """
        return {run: shift_s for run, (shift_s, _) in enumerate(self._runs(), 1)}

    def _runs(self) -> list[tuple[float, float]]:
        """Of each run its shift and, with it, its end."""
        with self._damage_named():
            return self._runs_of_rows()

    def _runs_of_rows(self) -> list[tuple[float, float]]:
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
            runs.append((shift_s, ended_s if math.isfinite(ended_s) else self.meta.start_s))
        return runs

    def _select(self, query: str, *values: int | None) -> list[tuple[Any, ...]]:
        with self._damage_named():
            return self._db.execute(query, values).fetchall()
