"""UCI HAPT: a phone at the waist of 30 subjects at 12 activities and transitions, g, 50 Hz.

`acc_exp<e>_user<u>.txt` has three columns separated by a blank; `labels.txt` beside it has lines
`exp user activity first last`, rows counted from 1, both ends within (the data set's README).
"""

import re
from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError, UsageError
from edgekit.recording import Recording
from edgekit.spec import HAPT, UNLABELLED
from edgekit.stretches import change_breaks, stretches

from .defaults import FEW_PEOPLE_ACTIVITIES
from .imported import Imported, of_set
from .lines import Layout, head_of, read_lines, xyz_of
from .raw_files import Sources, either, folders, has_array, plain_name, read_arrays, read_content
from .split_at_gaps import count_breaks
from .tables.units import in_g_of_set

SPEC = HAPT
SHAPE = "HAPT: acc_exp<e>_user<u>.txt, three columns separated by a blank"
TRAINING = FEW_PEOPLE_ACTIVITIES

EXPERIMENTS = 61  # of the published data set
NAME = re.compile(r"acc_exp(\d+)_user(\d+)\.txt", re.IGNORECASE)
LINE = re.compile(rb"^-?\d\S* -?\d\S* -?\d\S*\r?$", re.MULTILINE)
LAYOUT = Layout(" ", 3, numeric=range(3))
LABELS_LAYOUT = Layout(" ", 5, numeric=range(5))


def recognises(content: bytes) -> bool:
    return LINE.search(head_of(content)) is not None or has_array(content, "acc_g")


def parse(content: bytes, path: Path) -> Imported:
    """Parse recordings in g; unlabelled where the name is another or labels.txt is missing.

    Raises EdgekitError where gravity has its length in no known unit.
    """
    if has_array(content, "acc_g"):
        return of_set(_parse_npz(content, path), "g", "HAPT", Counter())
    table, bad = read_lines(content, LAYOUT, path)
    row = table["row"].to_numpy()
    xyz_g, unit = in_g_of_set(xyz_of(table, 0), "g", path)
    named = NAME.fullmatch(plain_name(path))
    labels_at = _labels_beside(path.parent)
    label = None
    if named and labels_at:
        label = _labels(labels_at[0], experiment=int(named[1]), rows=int(row[-1]) + 1)[row]
    recordings = [
        Recording(
            xyz_g=xyz_g[begin:end],
            rate_hz=SPEC.rate_hz,
            subject=str(int(named[2])) if named else path.stem,
            placement=SPEC.placements[0],
            label=None if label is None else label[begin:end],
            label_names=SPEC.postures,
            start_s=int(row[begin]) / SPEC.rate_hz,
            source=plain_name(path),
        )
        for begin, end in stretches(count_breaks(row))
    ]
    return of_set(recordings, unit, "HAPT", bad)


def sources(folder: Path) -> Sources:
    """Find all 61 raw files, else the .npz, else what raw files there are; UsageError if none."""
    homes = ("hapt/RawData", "hapt", "HAPT Data Set/RawData", "HAPT Data Set", "RawData", "")
    for root in folders(folder, *homes):
        raw = either(root, "acc_exp*_user*.txt*", NAME.pattern)
        labels = _labels_beside(root)
        whole = either(root, "hapt_waist_acc.npz", r".*")
        if raw and labels and (len(raw) >= EXPERIMENTS or not whole):
            return Sources(root, raw, beside=labels)
        if whole:
            return Sources(root, whole)
    raise UsageError(
        f"no HAPT files in {folder}: expected hapt/RawData/acc_exp*_user*.txt(.gz) with labels.txt "
        "beside them, or hapt/hapt_waist_acc.npz. Get them from the UCI repository (Smartphone-"
        "Based Recognition of Human Activities and Postural Transitions), or pass --data-dir."
    )


def _labels_beside(folder: Path) -> tuple[Path, ...]:
    return either(folder, "labels.txt*", r"labels\.txt")


def _labels(path: Path, experiment: int, rows: int) -> NDArray[np.int16]:
    """Read the label of each of an experiment's rows. Raises EdgekitError for a damaged file."""
    table, bad = read_lines(read_content(path), LABELS_LAYOUT, path)
    spans = table.select(f"field_{column}" for column in LABELS_LAYOUT.numeric).to_numpy()
    activity, first, last = spans[:, 2:].T
    known = np.isin(activity, np.arange(1, len(SPEC.postures) + 1))
    if bad or not (known & (first >= 1) & (first <= last) & (last < 2**31)).all():
        raise EdgekitError(
            f"{path} is damaged: every line should be `experiment user activity first last`, the "
            f"activity from 1 to {len(SPEC.postures)}. Get the file again."
        )
    label = np.full(rows, UNLABELLED, np.int16)
    for _, _, code, begin, end in spans[spans[:, 0] == experiment].astype(np.int64):
        label[begin - 1 : end] = code - 1
    return label


def _parse_npz(content: bytes, path: Path) -> list[Recording]:
    experiment, user, activity, xyz_g = read_arrays(
        content, path, ("exp", "user", "label", "acc_g")
    )
    label = activity.astype(np.int16) - np.int16(1)
    return [
        Recording(
            xyz_g=np.ascontiguousarray(xyz_g[begin:end], np.float32),
            rate_hz=SPEC.rate_hz,
            subject=str(user[begin]),
            placement=SPEC.placements[0],
            label=label[begin:end],
            label_names=SPEC.postures,
            source=f"{plain_name(path)} exp {experiment[begin]}",
        )
        for begin, end in stretches(change_breaks(experiment) | change_breaks(user))
    ]
