"""WISDM 2019: phone and watch accelerometers of 51 subjects at 18 activities, m/s², about 20 Hz.

A line: `1600,A,252207666810782,-0.36476135,8.793503,1.0550842;` = subject, activity letter, time in
ns on the device's clock, x, y, z. UCI repository, "WISDM Smartphone and Smartwatch Activity and
Biometrics Dataset". The clock jumps between activities, forwards or back, and the rate is not
always 20 Hz: one phone ran at 25 Hz, and watches fall into 100 Hz for a while.
"""

import re
from pathlib import Path

import numpy as np
import polars as pl

from edgekit.errors import UsageError
from edgekit.recording import Recording
from edgekit.spec import STANDARD_GRAVITY_MS2, WISDM, WISDM_ACTIVITIES
from edgekit.stretches import change_breaks, stretches

from .defaults import Augmentation, TrainingDefaults
from .lines import BadLines, Layout, read_lines, xyz_of
from .raw_files import Sources, either, plain_name
from .split_at_gaps import clock_breaks

SPEC = WISDM
SHAPE = (
    "WISDM 2019: data_<subject>_accel_<phone|watch>.txt, lines 1600,A,2522076668,-0.36,8.79,1.05;"
)
# An activity is the same with the sensor turned any way, or worn on the other side; people begin
# and end it by themselves. Chosen on the subject split of seed 7.
TRAINING = TrainingDefaults(
    Augmentation(rotation_deg=(25.0, 25.0, 25.0), scale=0.1, shift=8, mirror=0.3),
    label_smoothing=0.1,
    input="two-gains",
)

LINE = re.compile(rb"^\d+,[A-Z],\d+,[^,;]+,[^,;]+,[^,;]+;", re.MULTILINE)
LONGEST_STEP_S = 4 / SPEC.rate_hz
LAYOUT = Layout(",", 6, numeric=(0, 2, 3, 4, 5), end=";", labels=(1, tuple(WISDM_ACTIVITIES)))


def recognises(content: bytes) -> bool:
    return LINE.search(content[:4096]) is not None


def parse(content: bytes, path: Path) -> tuple[list[Recording], BadLines]:
    """Parse recordings in g, each of one subject at one rate, labelled; `path` names the placement.

    Where the name says neither phone nor watch, the placement is "unknown".
    """
    table, bad = read_lines(content, LAYOUT, path)
    xyz_g = xyz_of(table, 3) / np.float32(STANDARD_GRAVITY_MS2)
    letters = table["field_1"].cast(pl.Enum(list(WISDM_ACTIVITIES)))
    label = letters.to_physical().cast(pl.Int16).to_numpy()
    subject = table["field_0"].to_numpy()
    time_s = table["field_2"].to_numpy() * 1e-9
    named = re.search(r"_(phone|watch)\b", path.name.lower())
    breaks = clock_breaks(time_s, LONGEST_STEP_S) | change_breaks(subject)
    steps_s = np.where(breaks, np.nan, np.diff(time_s, prepend=np.nan))
    usual_hz = 1 / float(np.nanmedian(steps_s)) if np.isfinite(steps_s).any() else SPEC.rate_hz
    recordings = [
        Recording(
            xyz_g=xyz_g[begin:end],
            # A sample alone between two gaps has no rate of its own.
            rate_hz=1 / float(np.median(steps_s[begin + 1 : end])) if end - begin > 1 else usual_hz,
            subject=f"{subject[begin]:.0f}",
            placement=named[1] if named else "unknown",
            label=label[begin:end],
            label_names=SPEC.postures,
            start_s=float(time_s[begin]),
            source=plain_name(path),
        )
        for begin, end in stretches(breaks)
    ]
    return recordings, bad


def sources(folder: Path) -> Sources:
    """Find the accelerometer files under a data folder; of a file and its .gz, the file.

    Raises UsageError where there is none.
    """
    for root in (folder / "wisdm-dataset" / "raw", folder / "raw", folder):
        files = either(root.glob("*/accel/*"), r"data_\d+_accel_(phone|watch)\.txt")
        if files:
            return Sources(root, files)
    raise UsageError(
        f"no WISDM files in {folder}: expected "
        "wisdm-dataset/raw/{phone,watch}/accel/data_*_accel_*.txt(.gz). Get them from the UCI "
        "repository (WISDM Smartphone and Smartwatch Activity and Biometrics Dataset), or pass "
        "--data-dir."
    )
