"""Gather what a check needs of each recording of a folder, a file at a time."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgekit.dataset_folder.description import plain
from edgekit.dataset_folder.recordings import RecordingFile
from edgekit.gravity import Rest, at_rest
from edgekit.recording import Recording
from edgekit.recording_doubts import STUCK_S, doubts_on_range_and_date, doubts_on_single_axes
from edgekit.resample import same_rate
from edgekit.spec import UNLABELLED, Spec
from edgekit.stretches import true_runs
from edgekit.windows import majority

SPAN = 32  # samples in a row that make a fingerprint; a power of two
KEPT = 64  # one fingerprint in this many is kept, chosen by its own value
LEAST_CHANGES = SPAN // 2  # of a span; one that hardly changes is like many others


@dataclass(frozen=True)
class Part:
    """What is labelled in a stretch at one placement."""

    placement: str
    seconds: Mapping[str, float]  # by label; "" is unlabelled
    windows: Mapping[str, int]


@dataclass(frozen=True)
class FileFacts:
    """One file in numbers."""

    name: str
    subject: str  # as it is written in the file
    rate_hz: float
    duration_s: float
    rest: Rest  # gravity at rest, in g
    up: NDArray[np.float64]  # (3,) where gravity points on average, of length 1
    stuck_s: float  # in stretches that repeat one value, zeros left out
    zero_s: float
    doubts: tuple[str, ...]  # on single axes, the sensor's range and the date
    samples_digest: str
    fingerprints: frozenset[int]  # of stretches of samples, the same wherever they lie
    parts: tuple[Part, ...]

    def seconds(self, label: str) -> float:
        return sum(part.seconds.get(label, 0.0) for part in self.parts)

    @property
    def labels(self) -> list[str]:
        """Return its labels, without "" for unlabelled."""
        return list(dict.fromkeys(name for part in self.parts for name in part.seconds if name))


def facts_of(file: RecordingFile, spec: Spec) -> FileFacts:
    """Gather the facts of a file; its windows are cut as training cuts them at the spec's rate."""
    xyz_g = np.concatenate([recording.xyz_g for recording in file.recordings])
    rate_hz = file.recordings[0].rate_hz
    mean = xyz_g.mean(axis=0, dtype=np.float64)
    zero = np.asarray(~xyz_g.any(axis=1))
    stuck_s = _stuck_s(xyz_g, zero, rate_hz)
    axes = [] if stuck_s else doubts_on_single_axes(file.recordings)
    return FileFacts(
        name=file.name,
        subject=file.subject,
        rate_hz=rate_hz,
        duration_s=len(xyz_g) / rate_hz,
        rest=at_rest(xyz_g),
        up=mean / max(float(np.linalg.norm(mean)), 1e-9),
        stuck_s=stuck_s,
        zero_s=float(zero.sum()) / rate_hz,
        doubts=tuple(map(str, (*axes, *doubts_on_range_and_date(file.recordings)))),
        samples_digest=file.samples_digest,
        fingerprints=_fingerprints(xyz_g),
        parts=tuple(_part(recording, spec) for recording in file.recordings),
    )


def _part(recording: Recording, spec: Spec) -> Part:
    if recording.label is None:
        return Part(plain(recording.placement), {"": recording.duration_s}, {})
    names = [plain(name) for name in recording.label_names]
    seconds: dict[str, float] = {}
    for k, count in zip(*np.unique(recording.label, return_counts=True), strict=True):
        name = names[k] if k != UNLABELLED else ""
        seconds[name] = seconds.get(name, 0.0) + float(count) / recording.rate_hz
    label = _at_rate(recording.label, recording.rate_hz, spec.rate_hz)
    windows: Counter[str] = Counter()
    if len(label) >= spec.window:
        for k in majority(label, spec.window, spec.hop):
            if k != UNLABELLED and names[k]:
                windows[names[k]] += 1
    return Part(plain(recording.placement), seconds, dict(windows))


def _at_rate(label: NDArray[np.int16], from_hz: float, to_hz: float) -> NDArray[np.int16]:
    """Return the labels at another rate, each the nearest sample's, as resampling does."""
    if same_rate(from_hz, to_hz):
        return label
    count = int(np.floor((len(label) - 1) * to_hz / from_hz + 1e-9)) + 1
    nearest = np.rint(np.arange(count) * from_hz / to_hz).astype(np.intp)
    return np.asarray(label[np.minimum(nearest, len(label) - 1)])


def _stuck_s(xyz_g: NDArray[np.float32], zero: NDArray[np.bool_], rate_hz: float) -> float:
    repeats = np.append(False, (xyz_g[1:] == xyz_g[:-1]).all(axis=1)) & ~zero
    begin, end = true_runs(repeats)
    lengths = (end - begin + 1) / rate_hz  # with the sample that is repeated
    return float(lengths[lengths >= STUCK_S].sum())


def _fingerprints(xyz_g: NDArray[np.float32]) -> frozenset[int]:
    """Return hashes of some spans of samples, chosen by their values alone.

    The same samples give the same hashes in any file, cut anywhere.
    """
    if len(xyz_g) < SPAN:
        return frozenset()
    bits = np.ascontiguousarray(xyz_g, np.float32).view(np.uint32).astype(np.uint64)
    hashed = _mixed(_mixed(_mixed(bits[:, 0]) + bits[:, 1]) + bits[:, 2])
    changes = np.concatenate([[0], np.cumsum(hashed[1:] != hashed[:-1])])
    width = 1
    while width < SPAN:
        hashed = _mixed(hashed[:-width] * np.uint64(3) + hashed[width:])
        width *= 2
    changed = changes[SPAN - 1 :] - changes[: len(changes) - SPAN + 1] >= LEAST_CHANGES
    chosen = hashed[changed & (hashed % np.uint64(KEPT) == 0)]
    return frozenset(chosen.tolist())


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Scatter 64-bit values (the finaliser of MurmurHash3)."""
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        values = (values ^ (values >> np.uint64(33))) * np.uint64(factor)
    return values ^ (values >> np.uint64(33))
