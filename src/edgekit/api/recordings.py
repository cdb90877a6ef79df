"""Read files of samples in a notebook: any file that edgekit knows, or a CSV of any columns."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from edgekit.errors import EdgekitError, UsageError
from edgekit.gravity import rest_length
from edgekit.missing_modules import explain_missing_modules
from edgekit.recording import Recording
from edgekit.recording_doubts import doubts
from edgekit.spec import Spec
from edgekit.text import counted, duration

from .arguments import check_texts, in_keywords, path_of
from .axes import rotation_of
from .bundles import AnyModel, bundle_of
from .tables import data_frame, utc

if TYPE_CHECKING:
    from edgekit.train.datasets.tables import TableOptions


@dataclass(frozen=True, repr=False)
class Recordings(Sequence[Recording]):
    """The samples of one file, as gapless Recordings in the order of time."""

    stretches: tuple[Recording, ...]
    unit: str = "g"  # of the acceleration in the file; in `stretches` it is g
    left_out: int = 0  # rows or blocks of the file that hold no sample
    notes: tuple[str, ...] = ()  # what is doubtful in the file, a sentence each

    def __len__(self) -> int:
        return len(self.stretches)

    @overload
    def __getitem__(self, index: int) -> Recording: ...
    @overload
    def __getitem__(self, index: slice) -> "Recordings": ...
    def __getitem__(self, index: int | slice) -> "Recording | Recordings":
        if isinstance(index, slice):
            return replace(self, stretches=self.stretches[index])
        return self.stretches[index]

    def __repr__(self) -> str:
        return f"<recordings: {self.check()[0]}>"

    @property
    def duration_s(self) -> float:
        """Of all samples, gaps left out."""
        return sum(each.duration_s for each in self)

    @property
    def file_notes(self) -> tuple[str, ...]:
        """What the reader of the file found, apart from what the samples alone show."""
        in_samples = {doubt.text for doubt in doubts(self.stretches)}
        return tuple(note for note in self.notes if note not in in_samples)

    def check(self, model: AnyModel | None = None) -> list[str]:
        """Return what the file holds in one line, then a line for each thing that is doubtful.

        With a `model`, also what speaks against its answers: another rate, labels or placement, and
        gravity that points where it cannot on a lying body.
        """
        if not self.stretches:
            return ["no samples"]
        rates_hz = [each.rate_hz for each in self]
        at_rest_g = rest_length(np.concatenate([each.xyz_g for each in self]))
        gaps = len(self) - 1
        facts = [
            duration(self.duration_s),
            f"{np.median(rates_hz):.4g} Hz",
            f"{at_rest_g:.2f} g at rest",
            counted(gaps, "gap") if gaps else "no gap",
            *([f"read from {self.unit}"] if self.unit != "g" else []),
            *([f"{counted(self.left_out, 'row')} left out"] if self.left_out else []),
        ]
        misfits = [] if model is None else _misfits(self, bundle_of(model).spec)
        return list(dict.fromkeys([", ".join(facts), *self.notes, *misfits]))

    def table(self) -> Any:
        """Return a DataFrame of all samples: time, x_g, y_g, z_g, label (empty where unlabelled).

        Times are UTC where the file's clock is known, else seconds.
        """
        stretches = self.stretches
        at_s = [each.start_s + np.arange(len(each)) / each.rate_hz for each in stretches]
        seconds = np.concatenate(at_s) if at_s else np.empty(0)
        is_utc = all(each.clock == "utc" for each in stretches)
        xyz_g = np.concatenate([each.xyz_g for each in stretches] or [np.empty((0, 3), np.float32)])
        return data_frame(
            {
                **({"time": utc(seconds)} if is_utc else {"time_s": seconds}),
                "x_g": xyz_g[:, 0],
                "y_g": xyz_g[:, 1],
                "z_g": xyz_g[:, 2],
                "label": np.concatenate(
                    [_label_words(each) for each in stretches] or [np.empty(0, np.str_)]
                ),
            }
        )


@explain_missing_modules
def read_recording(path: str | Path) -> Recordings:
    """Read any file of samples that edgekit knows: a Recording (.npz), a night, a logger's file.

    Raises UsageError where there is no file or its format is not known, EdgekitError where it is
    damaged.
    """
    return _read(path_of(path))


@explain_missing_modules
def read_csv(
    path: str | Path,
    *,
    unit: str | None = None,
    axes: str | None = None,
    columns: str | None = None,
    rate_hz: float | None = None,
    time_unit: str | None = None,
    dates: str | None = None,
    zone: str | None = None,
    subject: str | None = None,
    placement: str | None = None,
) -> Recordings:
    """Read a table of samples: CSV, TSV or Parquet with any columns.

    What the file leaves open is named: `unit` (g, m/s2, mg, counts:256), `columns`
    ("time,x,y,z,label" in the file's order, or "x=ax,y=ay,z=az" by its headings), `rate_hz` where
    it has no times, `time_unit` (s, ms, us, ns), `dates` (mdy, dmy, ymd), `zone`
    ("Europe/Berlin") of times without a zone.
    `axes` says which way the sensor was worn ("x=left,y=head,z=out"); the samples are turned into
    the body's axes. Raises UsageError where an option is impossible or the table needs another,
    EdgekitError where the file is damaged.
    """
    from edgekit.train.datasets.tables import TableOptions

    check_texts(
        unit=unit,
        axes=axes,
        columns=columns,
        time_unit=time_unit,
        dates=dates,
        zone=zone,
        subject=subject,
        placement=placement,
    )
    if rate_hz is not None and not isinstance(rate_hz, int | float):
        raise UsageError(f"rate_hz is a number, not {type(rate_hz).__name__}")
    turn = rotation_of(axes) if axes is not None else None
    options = TableOptions(
        columns=columns,
        unit=unit,
        rate_hz=rate_hz,
        time_unit=time_unit,
        dates=dates,
        zone=zone,
        subject=subject,
        placement=placement,
    )
    found = _read(path_of(path), options)
    if turn is None:
        return found
    turned = [replace(each, xyz_g=np.ascontiguousarray(each.xyz_g @ turn.T)) for each in found]
    return replace(found, stretches=tuple(turned))


def stretches_of(data: "Recording | Recordings | Sequence[Recording]") -> list[Recording]:
    """Return the gapless Recordings of what a caller has. Raises UsageError for anything else."""
    found = [data] if isinstance(data, Recording) or not isinstance(data, Iterable) else list(data)
    for each in found:
        if not isinstance(each, Recording):
            raise UsageError(
                f"a recording is needed, not {type(each).__name__}: read one with "
                "edgekit.read_recording or edgekit.read_csv"
            )
    return found


def _read(path: Path, options: "TableOptions | None" = None) -> Recordings:
    """Read a file; messages name the arguments of read_csv, not the command's options."""
    from edgekit.train.datasets.any_file import read_any

    try:
        imported = read_any(path, options)
    except EdgekitError as error:
        raise type(error)(in_keywords(str(error))) from None
    return Recordings(
        stretches=tuple(imported.recordings),
        unit=imported.unit,
        left_out=imported.left_out.total(),
        notes=tuple(map(in_keywords, imported.notes)),
    )


def _misfits(recordings: Sequence[Recording], spec: Spec) -> list[str]:
    """Return what speaks against the answers of a model, person by person."""
    from edgekit.device.plausibility.watch import PlausibilityWatch
    from edgekit.device.sources.source import Replay

    found = []
    for subject in dict.fromkeys(each.subject for each in recordings):
        stretches = [each for each in recordings if each.subject == subject and len(each)]
        if not stretches:
            continue
        about = Replay(stretches).about
        watch = PlausibilityWatch(spec)
        watch.know(about.doubts)
        watch.know_source(about.labelled_s, about.placements)
        for each in stretches:
            watch.add_samples(each.xyz_g, each.start_s, each.rate_hz)
        found += [doubt.text for doubt in watch.doubts(is_over=True)]
    return found


def _label_words(recording: Recording) -> "np.ndarray[Any, np.dtype[np.str_]]":
    """Return the label (n,) of each sample in words, empty where it has none."""
    words = np.array([*recording.label_names, ""], np.str_)
    if recording.label is None:
        return np.full(len(recording), "", words.dtype)
    return words[recording.label]  # -1, unlabelled, is the last: empty
