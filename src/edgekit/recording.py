"""Recording: gapless acceleration of one sensor on one person, in g; on disk one .npz."""

import json
import shlex
import zipfile
import zlib
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from edgekit import recording_checks as checks
from edgekit.errors import EdgekitError, UsageError
from edgekit.files import npz_fault, whole_file
from edgekit.posture_words import from_paper, has_all_of_paper
from edgekit.spec import UNLABELLED
from edgekit.text import duration, short

FORMAT = "edgekit recording"
VERSION = 1
# What numpy, zipfile and json raise at a file that is damaged or another.
_NO_RECORDING = (
    OSError, ValueError, TypeError, EOFError, RuntimeError, SyntaxError, RecursionError,
    OverflowError, NotImplementedError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip

Clock = Literal[
    "utc", "device"
]  # "device": seconds since an unknown zero of the device's own clock


@dataclass(frozen=True)
class Recording:
    """N samples at a constant rate, without a gap."""

    xyz_g: NDArray[np.float32]  # (N, 3)
    rate_hz: float
    subject: str
    placement: str
    label: NDArray[np.int16] | None = None  # (N,) index into `label_names`, -1 where unlabelled
    label_names: tuple[str, ...] = ()
    start_s: float = 0.0  # of the first sample, on `clock`
    clock: Clock = "device"
    source: str = ""  # the file or the generator

    def __post_init__(self) -> None:
        if self.xyz_g.ndim != 2 or self.xyz_g.shape[1] != 3:
            raise ValueError(f"a recording is (N, 3), not {self.xyz_g.shape}")
        if self.label is not None and len(self.label) != len(self.xyz_g):
            raise ValueError(f"{len(self.label)} labels for {len(self.xyz_g)} samples")

    def __len__(self) -> int:
        return len(self.xyz_g)

    def __repr__(self) -> str:
        labels = "" if self.label is None else f", labels {', '.join(self.label_names)}"
        return (
            f"<recording of {self.subject}, {self.placement}: {duration(self.duration_s)}, "
            f"{len(self):,} samples at {self.rate_hz:.4g} Hz{short(labels, 80)}>"
        )

    @property
    def duration_s(self) -> float:
        return len(self.xyz_g) / self.rate_hz

    @property
    def end_s(self) -> float:
        """Return when the next sample would be due."""
        return self.start_s + self.duration_s

    def part(self, begin: int, end: int) -> "Recording":
        """Return samples [begin, end), with their own start."""
        return replace(
            self,
            xyz_g=self.xyz_g[begin:end],
            label=None if self.label is None else self.label[begin:end],
            start_s=self.start_s + begin / self.rate_hz,
        )

    def with_names(self, names: tuple[str, ...]) -> "Recording":
        """Return the recording with its label names replaced, in their order; equal ones merge."""
        if names == self.label_names and len(set(names)) == len(names):
            return self
        if self.label is None:
            return replace(self, label_names=tuple(dict.fromkeys(names)))
        label_names = tuple(dict.fromkeys(names))
        index = np.array([*(label_names.index(name) for name in names), UNLABELLED], np.int16)
        return replace(self, label=index[self.label], label_names=label_names)


def save_recording(recording: Recording, path: str | Path) -> None:
    """Write one .npz, which numpy alone can read."""
    header = {"format": FORMAT, "version": VERSION, **_header_fields(recording)}
    arrays: dict[str, NDArray[Any]] = {
        "header": np.array(json.dumps(header)),
        "xyz_g": recording.xyz_g,
    }
    if recording.label is not None:
        arrays["label"] = recording.label
    with whole_file(Path(path)) as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)


def load_recording(path: str | Path) -> Recording:
    """Read a .npz, and check each field of its header (recording_checks.py).

    One that names all the sleep postures in the paper's words, as older ones do, gets today's.
    Raises UsageError when there is no such file, EdgekitError when it is not a Recording or a field
    is impossible.
    """
    path = Path(path)
    if not path.is_file():
        raise UsageError(f"no recording at {path}")
    if not zipfile.is_zipfile(path):
        raise EdgekitError(
            f"{path} is not an edgekit recording (.npz). If it holds a sensor's samples, make one "
            f"with: edgekit data import {shlex.quote(str(path))} --out recordings"
        )
    try:
        checks.check_size(path)
        with np.load(path, allow_pickle=False) as arrays:
            _check_arrays(path, arrays.files)
            header = json.loads(str(arrays["header"]))
            xyz_g = arrays["xyz_g"]
            label = arrays["label"] if "label" in arrays.files else None
        if not isinstance(header, dict):
            raise ValueError("its header is no JSON object")
        if header.pop("format") != FORMAT or header.pop("version") != VERSION:
            raise ValueError("another format or version")
        checks.check_header(header)
        checks.check_samples(xyz_g)
        checks.check_label(label, len(xyz_g), header["label_names"])
        recording = Recording(
            xyz_g=np.ascontiguousarray(xyz_g, dtype=np.float32),
            label=None if label is None else label.astype(np.int16),
            **{**header, "label_names": tuple(header["label_names"])},
        )
        names = recording.label_names
        return recording.with_names(from_paper(names)) if has_all_of_paper(names) else recording
    except KeyError as error:
        raise EdgekitError(f"{path} is not an edgekit recording (.npz): no {error}") from None
    except (*_NO_RECORDING, MemoryError) as error:
        why = npz_fault(error)
        raise EdgekitError(f"{path} is not an edgekit recording (.npz): {why}") from None


def _check_arrays(path: Path, names: list[str]) -> None:
    """Refuse a whole .npz of another program, or of a public set, by the arrays that it lacks."""
    if {"header", "xyz_g"}.issubset(names):
        return
    raise EdgekitError(
        f"{path} is not an edgekit recording (.npz): it holds {', '.join(names) or 'no array'}, "
        "and a recording holds header and xyz_g (docs/recording.md shows ten lines that write "
        f"one). A public set's: edgekit data import {shlex.quote(str(path))} --out recordings"
    )


def _header_fields(recording: Recording) -> dict[str, Any]:
    return {
        name: value
        for name, value in asdict(replace(recording, label=None)).items()
        if name not in ("xyz_g", "label")
    }
