"""Load a Dataset: the recordings of a public data set, a folder or the synthetic sleeper."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from edgekit.errors import EdgekitError
from edgekit.names import pick
from edgekit.recording import Recording
from edgekit.spec import SLEEP, Spec
from edgekit.text import counted
from edgekit.windows import Windows, labelled_windows

from .cache import Parsed, cached, parse_all
from .defaults import TrainingDefaults
from .formats import FORMATS, training_defaults
from .lines import describe
from .raw_files import data_folder

NAMES = (*FORMATS, "synthetic")
NOUN = "data set or folder"  # of what a user names


@dataclass(frozen=True)
class Dataset:
    name: str
    spec: Spec
    recordings: list[Recording]
    digests: dict[str, str]  # source file -> sha256 of its unpacked content; empty if synthetic
    summary: str  # one line: what was read, and what was left out and why
    training: TrainingDefaults  # how a net is trained on it where the user says nothing
    folder: Path | None = None  # of a data set of one's own


def windows_of(dataset: Dataset) -> Windows:
    """Cut all labelled windows; raises EdgekitError when there is none."""
    windows = labelled_windows(dataset.recordings, dataset.spec)
    if len(windows) == 0:
        raise EdgekitError(f"{dataset.name} holds no labelled window: {dataset.summary}")
    return windows


def spec_of(name: str) -> Spec:
    """Return a data set's spec without reading its recordings.

    Raises UsageError for an unknown name, EdgekitError for a folder's dataset.toml that is wrong.
    """
    if is_folder(name):
        from edgekit.dataset_folder import read_description

        return read_description(Path(name)).spec
    return SLEEP if name == "synthetic" else FORMATS[pick(NOUN, name, NAMES)].SPEC


def is_folder(name: str) -> bool:
    """Return whether this names a folder: a public name never does, but ./wisdm does."""
    return name not in NAMES and (Path(name).is_dir() or "/" in name or os.sep in name)


def load(name: str, data_dir: Path | None, seed: int) -> Dataset:
    """Load a data set by name, or a folder by its path; `seed` matters to the synthetic one alone.

    A public set's raw files are looked for in `data_dir`, else $EDGEKIT_DATA, else
    ../shared/data, parsed, and cached (see cache.py). Raises UsageError for an unknown name or
    where the files are not there, EdgekitError where none can be read, or a folder's labels do not
    fit its dataset.toml.
    """
    if is_folder(name):
        from .folder import load_folder

        return load_folder(Path(name))
    if name == "synthetic":
        from .synthetic import load as load_synthetic

        # Many people for a short while, because a net has to learn how people differ.
        recordings = load_synthetic(seed, subjects=400, seconds=3.2)
        summary = f"synthetic, seed {seed}: {extent(recordings)}"
        return Dataset(name, SLEEP, recordings, {}, summary, training_defaults(SLEEP.domain))
    raw_format = FORMATS[pick(NOUN, name, NAMES)]
    sources = raw_format.sources(data_folder(data_dir))
    parsed = cached(name, raw_format.SPEC, sources, lambda: parse_all(raw_format, sources))
    read = len(sources.files) - len(parsed.damaged)
    extents = f"{counted(read, 'file')}, {extent(parsed.recordings)}"
    summary = f"{name}: {extents}; {_left_out(parsed)}"
    return Dataset(
        name,
        raw_format.SPEC,
        parsed.recordings,
        parsed.digests,
        summary,
        training_defaults(raw_format.SPEC.domain),
    )


def extent(recordings: Sequence[Recording]) -> str:
    """Count people, hours, samples and recordings in words."""
    subjects = len({recording.subject for recording in recordings})
    hours = sum(recording.duration_s for recording in recordings) / 3600
    samples = sum(map(len, recordings))
    return (
        f"{counted(subjects, 'subject')}, {hours:.2f} h, {samples:,} samples in "
        f"{len(recordings):,} gapless recordings"
    )


def _left_out(parsed: Parsed) -> str:
    lines = "; ".join([describe(parsed.bad_lines), *parsed.notes])
    if not parsed.damaged:
        return lines
    why = "; ".join(f"{name}: {reason}" for name, reason in parsed.damaged.items())
    count = len(parsed.damaged)
    return f"{lines}; {counted(count, 'damaged file')} left out: {why}"
