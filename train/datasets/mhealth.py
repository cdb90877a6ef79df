"""UCI MHEALTH: chest, left ankle and right lower arm of 10 subjects at 12 activities, m/s², 50 Hz.

A line of the logs has 24 columns, tab-separated (the data set's README): 1-3 chest acceleration,
4-5 ECG, 6-8 / 9-11 / 12-14 left ankle acceleration, gyroscope, magnetometer, 15-17 / 18-20 / 21-23
the same of the right lower arm, 24 the activity, 0 for none. The .npz holds the chest alone.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError, UsageError
from edgekit.recording import Recording
from edgekit.spec import MHEALTH, STANDARD_GRAVITY_MS2
from edgekit.stretches import change_breaks, stretches

from .defaults import FEW_PEOPLE_ACTIVITIES
from .imported import Imported, of_set
from .lines import UNKNOWN_LABEL, BadLines, Layout, head_of, read_lines, xyz_of
from .raw_files import Sources, either, folders, has_array, plain_name, read_arrays
from .split_at_gaps import count_breaks
from .tables.units import in_g_of_set, length_of_g

if TYPE_CHECKING:
    import polars as pl

SPEC = MHEALTH
SHAPE = "MHEALTH: mHealth_subject<k>.log, 24 columns separated by tabs"
TRAINING = FEW_PEOPLE_ACTIVITIES

SUBJECTS = 10  # of the published data set
FIRST_COLUMN = {"chest": 0, "left ankle": 5, "right lower arm": 14}
LINE = re.compile(rb"^[^\t\n]+(\t[^\t\n]+){23}\r?$", re.MULTILINE)
ACTIVITY = 23
LAYOUT = Layout(
    "\t",
    24,
    numeric=(*(first + axis for first in FIRST_COLUMN.values() for axis in range(3)), ACTIVITY),
)


def recognises(content: bytes) -> bool:
    return LINE.search(head_of(content)) is not None or has_array(content, "chest_xyz")


def parse(content: bytes, path: Path) -> Imported:
    """Parse recordings in g, one per placement and gapless stretch; label -1 is no activity."""
    if has_array(content, "chest_xyz"):
        return of_set(_parse_npz(content, path), "m/s2", "MHEALTH", BadLines())
    table, bad = read_lines(content, LAYOUT, path)
    known = np.isin(table[f"field_{ACTIVITY}"].to_numpy(), np.arange(len(SPEC.postures) + 1))
    bad += BadLines({UNKNOWN_LABEL: int((~known).sum())})
    table = table.filter(known)
    if table.is_empty():
        raise EdgekitError(f"{path} holds no line with an activity from 0 to {len(SPEC.postures)}")
    named = re.search(r"subject(\d+)", path.name, re.IGNORECASE)
    row = table["row"].to_numpy()
    xyz_g, unit = _in_g(table, path)
    recordings = [
        _recording(
            xyz_g[placement][begin:end],
            table[f"field_{ACTIVITY}"].to_numpy()[begin:end],
            subject=named[1] if named else path.stem,
            placement=placement,
            row=int(row[begin]),
            path=path,
        )
        for placement in FIRST_COLUMN
        for begin, end in stretches(count_breaks(row))
    ]
    return of_set(recordings, unit, "MHEALTH", bad)


def sources(folder: Path) -> Sources:
    """Find all ten logs, else the chest .npz, else what logs there are; UsageError if none."""
    for root in folders(folder, "mhealth", "MHEALTHDATASET", ""):
        logs = either(root, "*.log*", r"mHealth_subject\d+\.log")
        chest = either(root, "mhealth_chest_labelled.npz", r".*")
        if logs or chest:
            return Sources(root, logs if len(logs) >= SUBJECTS or not chest else chest)
    raise UsageError(
        f"no MHEALTH files in {folder}: expected mhealth/mHealth_subject<1..10>.log(.gz) or "
        "mhealth/mhealth_chest_labelled.npz. Get them from the UCI repository (MHEALTH Dataset), "
        "or pass --data-dir."
    )


def _in_g(table: "pl.DataFrame", path: Path) -> tuple[dict[str, NDArray[np.float32]], str]:
    """Return the samples (N, 3) of each placement, and the unit, which the chest decides."""
    chest_ms2 = xyz_of(table, FIRST_COLUMN["chest"])
    _, unit = in_g_of_set(chest_ms2, "m/s2", path)
    one_g = np.float32(length_of_g(unit.partition(" ")[0]))
    xyz_g = {
        place: np.asarray(xyz_of(table, first) / one_g, np.float32)
        for place, first in FIRST_COLUMN.items()
    }
    return xyz_g, unit


def _parse_npz(content: bytes, path: Path) -> list[Recording]:
    subject, row, activity, xyz_ms2 = read_arrays(
        content, path, ("subject", "row", "label_window", "chest_xyz")
    )
    xyz_g = np.asarray(xyz_ms2 / np.float32(STANDARD_GRAVITY_MS2), np.float32)
    return [
        _recording(
            xyz_g[begin:end],
            activity[begin:end],
            subject=str(subject[begin]),
            placement="chest",
            row=int(row[begin]),
            path=path,
        )
        for begin, end in stretches(count_breaks(row) | change_breaks(subject))
    ]


def _recording(
    xyz_g: NDArray[np.float32],
    activity: NDArray[np.generic],
    *,
    subject: str,
    placement: str,
    row: int,
    path: Path,
) -> Recording:
    return Recording(
        xyz_g=xyz_g,
        rate_hz=SPEC.rate_hz,
        subject=subject,
        placement=placement,
        label=activity.astype(np.int16) - np.int16(1),  # 0, no activity, becomes UNLABELLED
        label_names=SPEC.postures,
        start_s=row / SPEC.rate_hz,
        source=plain_name(path),
    )
