"""A night in a notebook: decisions, bouts, events and samples as tables, and its figures."""

import math
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from edgekit.device.report.states import lane_state_names
from edgekit.device.report.summary import Summary, summarise
from edgekit.errors import EdgekitError
from edgekit.missing_modules import explain_missing_modules
from edgekit.night.events import EventKind
from edgekit.night.meta import NightMeta
from edgekit.night.night import Alarm, Decisions, Event, Samples
from edgekit.night.reader import Night, open_night
from edgekit.recording import Recording
from edgekit.spec import UNLABELLED
from edgekit.text import counted, duration

from .arguments import path_of
from .bundles import AnyModel, bundle_of
from .recordings import Recordings, stretches_of
from .tables import data_frame, utc

if TYPE_CHECKING:
    from .picture import Picture


@dataclass(frozen=True, repr=False)
class NightTables:
    """A night that was read or decided: each table is a DataFrame of polars or pandas, in UTC."""

    meta: NightMeta
    end_s: float  # UTC
    decided: Decisions  # the decisions as arrays
    event_list: Sequence[Event]
    alarm_list: Sequence[Alarm]
    _samples: Callable[[], Sequence[Samples]] = field(compare=False)

    def __repr__(self) -> str:
        return (
            f"<night of {self.meta.subject or 'nobody named'}: "
            f"{duration(self.end_s - self.meta.start_s)}, "
            f"{counted(len(self.decided), 'decision')} by {self.meta.bundle_name}>"
        )

    @property
    def doubts(self) -> tuple[str, ...]:
        """What is doubtful in the samples, a sentence each."""
        return tuple(doubt.text for doubt in self.meta.doubts)

    @property
    def decisions(self) -> Any:
        """A row a window: time, posture, placement, confidences (0..1), angle, state, label.

        Postures and placements are smoothed over time; `raw_posture` is the window's own. `label`
        is empty where the recording had none.
        """
        decided, spec = self.decided, self.meta.spec
        postures = np.array([*spec.postures, ""], np.str_)  # UNLABELLED, -1, is the last: empty
        placements = np.array(spec.placements, np.str_)
        return data_frame(
            {
                "time": utc(decided.start_s),
                "posture": postures[decided.posture],
                "posture_confidence": decided.posture_confidence,
                "placement": placements[decided.placement],
                "placement_confidence": decided.placement_confidence,
                "raw_posture": postures[decided.raw_posture],
                "torso_angle_deg": decided.torso_angle_deg,
                "state": decided.state,
                "movement_g": decided.movement_g,
                "label": postures[decided.truth],
            }
        )

    @property
    def bouts(self) -> Any:
        """A row a stretch in one posture group (or activity): start, end, state, minutes."""
        bouts = self.summary.bouts if len(self.decided) else ()
        names = lane_state_names(self.meta.spec)
        return data_frame(
            {
                "start": utc(np.array([bout.start_s for bout in bouts], np.float64)),
                "end": utc(np.array([bout.end_s for bout in bouts], np.float64)),
                "state": np.array([names[bout.code] for bout in bouts], np.str_),
                "minutes": np.array([bout.duration_s / 60 for bout in bouts], np.float64),
            }
        )

    @property
    def events(self) -> Any:
        """A row an event: time, kind, what the kind means, detail."""
        kinds = [event.kind for event in self.event_list]
        words = {kind.value: kind.words for kind in EventKind}
        return data_frame(
            {
                "time": utc(np.array([event.at_s for event in self.event_list], np.float64)),
                "kind": np.array(kinds, np.str_),
                "meaning": np.array([words.get(kind, "") for kind in kinds], np.str_),
                "detail": np.array([event.detail for event in self.event_list], np.str_),
            }
        )

    @property
    def alarms(self) -> Any:
        """A row a vibration of positional therapy: time, attempt, level, strength, response_s."""
        alarms = self.alarm_list
        response_s = [math.nan if a.response_s is None else a.response_s for a in alarms]
        return data_frame(
            {
                "time": utc(np.array([alarm.start_s for alarm in alarms], np.float64)),
                "attempt": np.array([alarm.attempt for alarm in alarms], np.int64),
                "level": np.array([alarm.level for alarm in alarms], np.int64),
                "strength": np.array([alarm.strength for alarm in alarms], np.float64),
                "response_s": np.array(response_s, np.float64),
            }
        )

    @property
    def summary(self) -> Summary:
        """The night's figures as its report has them. Raises EdgekitError without a decision."""
        if not len(self.decided):
            raise EdgekitError("this night holds no decision, so it has no summary")
        return summarise(self.decided, self.meta.spec)

    @property
    def labelled_share_right(self) -> float | None:
        """Share of the labelled windows decided as labelled, 0..1; None without labels."""
        labelled = self.decided.truth != UNLABELLED
        if not labelled.any():
            return None
        return float((self.decided.truth == self.decided.posture)[labelled].mean())

    def plot(self) -> "Picture":
        """Draw the decisions along the night, as the report does; `.save("night.svg")` writes it.

        Raises EdgekitError without a decision.
        """
        from .picture import timeline

        if not len(self.decided):
            raise EdgekitError("this night holds no decision, so there is nothing to draw")
        return timeline(self.decided, self.meta)

    def _repr_html_(self) -> str:
        from .picture import night_html

        if not len(self.decided):
            return f"<p>{escape(repr(self))}</p>"
        return night_html(self.decided, self.meta)

    def samples(self) -> Any:
        """Return every raw sample: time, x_g, y_g, z_g, in the sensor's own axes."""
        parts = self._samples()
        at_s = [part.start_s + np.arange(len(part.xyz_g)) / part.rate_hz for part in parts]
        xyz_g = np.concatenate([p.xyz_g for p in parts] or [np.empty((0, 3), np.float32)])
        return data_frame(
            {
                "time": utc(np.concatenate(at_s or [np.empty(0)])),
                "x_g": xyz_g[:, 0],
                "y_g": xyz_g[:, 1],
                "z_g": xyz_g[:, 2],
            }
        )


def read_night(path: str | Path) -> NightTables:
    """Read a night that `edgekit monitor` wrote, also one that is still being written.

    Its raw samples are read when they are asked for, and the file must still be there. Raises
    UsageError when there is no file, EdgekitError when it is no night or damaged.
    """
    where = path_of(path)

    def samples() -> list[Samples]:
        with open_night(where) as night:
            return list(night.samples())

    with open_night(where) as night:
        return _tables(night, samples)


@explain_missing_modules
def decide(
    recording: Recording | Recordings | Sequence[Recording], model: AnyModel = "sleep-micro"
) -> NightTables:
    """Decide on every window of a recording, as `edgekit monitor --replay` does; leave no file.

    `recording` is what `read_recording` or `read_csv` returned, of one person. `model` is what
    `load_model` takes or returned. What speaks against the answers (another rate, unit, kind of
    recording) stands in `doubts` of the night. Raises UsageError for no samples or several
    subjects, EdgekitError when the model does not fit.
    """
    from edgekit.device.decide.answer import BundleAnswer
    from edgekit.device.monitor.monitor import record_night
    from edgekit.device.sources.source import FULL_SPEED, Replay

    answer = BundleAnswer(bundle_of(model))
    notes = recording.file_notes if isinstance(recording, Recordings) else ()
    source = Replay(stretches_of(recording), FULL_SPEED, notes)
    with tempfile.TemporaryDirectory(prefix="edgekit-") as folder:
        path = Path(folder) / "decided.night"
        record_night(source, answer, path)
        with open_night(path) as night:
            samples = list(night.samples())
            return _tables(night, lambda: samples)


def _tables(night: Night, samples: Callable[[], Sequence[Samples]]) -> NightTables:
    return NightTables(
        night.meta, night.end_s, night.decisions(), night.events(), night.alarms(), samples
    )
