"""WISDM 2019: phone and watch accelerometers of 51 subjects at 18 activities, m/s², about 20 Hz.

A line: `1600,A,252207666810782,-0.36476135,8.793503,1.0550842;` = subject, activity letter, time in
ns on the device's clock, x, y, z. UCI repository, "WISDM Smartphone and Smartwatch Activity and
Biometrics Dataset". The clock jumps between activities, forwards or back, and the rate is not
always 20 Hz: one phone ran at 25 Hz, and watches fall into 100 Hz for a while.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import UsageError
from edgekit.recording import Recording
from edgekit.spec import WISDM, WISDM_ACTIVITIES
from edgekit.stretches import change_breaks, equal_stretches, stretches

from .defaults import Augmentation, TrainingDefaults
from .imported import Imported, of_set
from .lines import Layout, head_of, read_lines, xyz_of
from .raw_files import Sources, either, folders, plain_name
from .split_at_gaps import clock_breaks
from .tables.times import Timing, find_timing, repeated_rows, timing_notes
from .tables.units import in_g_of_set

if TYPE_CHECKING:
    import polars as pl

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
# Of the published files' steps at most 0.13 % are breaks; where they jitter, a good part.
MOST_BREAKS, MOST_BREAKS_SHARE = 20, 0.05
# No published stretch of this many samples drifts that far from its median step.
LONG_STRETCH, MOST_DRIFT = 100, 0.006

Piece: TypeAlias = tuple[int, int, float, float]  # begin, end, rate in Hz, start in s

LAYOUT = Layout(",", 6, numeric=(0, 2, 3, 4, 5), end=";", labels=(1, tuple(WISDM_ACTIVITIES)))


def recognises(content: bytes) -> bool:
    return LINE.search(head_of(content)) is not None


def parse(content: bytes, path: Path) -> Imported:
    """Parse recordings in g, each of one subject at one rate, labelled; `path` names the placement.

    Where the name says neither phone nor watch, the placement is "unknown".
    """
    import polars as pl

    table, bad = read_lines(content, LAYOUT, path)
    breaks = _breaks(table)
    is_even = breaks.sum() <= max(MOST_BREAKS, MOST_BREAKS_SHARE * len(breaks))
    twice = 0
    if not is_even:
        repeated = repeated_rows(table["field_2"].to_numpy(), xyz_of(table, 3))
        twice = int(repeated.sum())
        table = table.filter(~repeated)
        breaks = _breaks(table)
    subject = table["field_0"].to_numpy()
    time_s = table["field_2"].to_numpy() * 1e-9
    timings: list[Timing] = []
    if is_even:
        pieces = _even_pieces(time_s, breaks)
    else:
        pieces, timings = _uneven_pieces(time_s, subject, path)
    xyz_g, unit = in_g_of_set(xyz_of(table, 3), "m/s2", path)
    letters = table["field_1"].cast(pl.Enum(list(WISDM_ACTIVITIES)))
    label = letters.to_physical().cast(pl.Int16).to_numpy()
    named = re.search(r"_(phone|watch)\b", path.name.lower())
    recordings = [
        Recording(
            xyz_g=xyz_g[begin:end],
            rate_hz=rate_hz,
            subject=f"{subject[begin]:.0f}",
            placement=named[1] if named else "unknown",
            label=label[begin:end],
            label_names=SPEC.postures,
            start_s=start_s,
            source=plain_name(path),
        )
        for begin, end, rate_hz, start_s in pieces
    ]
    return of_set(recordings, unit, "WISDM 2019", bad, *timing_notes(timings, twice))


def _breaks(table: "pl.DataFrame") -> NDArray[np.bool_]:
    time_s = table["field_2"].to_numpy() * 1e-9
    return clock_breaks(time_s, LONGEST_STEP_S) | change_breaks(table["field_0"].to_numpy())


def _uneven_pieces(
    time_s: NDArray[np.float64], subject: NDArray[np.float64], path: Path
) -> tuple[list[Piece], list[Timing]]:
    """Take rates from whole stretches, as of any table: the clock of this copy jitters."""
    pieces: list[Piece] = []
    timings: list[Timing] = []
    for begin, end in equal_stretches(subject):
        if end - begin < 2:
            continue
        timing = find_timing(time_s[begin:end], path)
        timings.append(timing)
        pieces += [
            (begin + first, begin + last, rate_hz, start_s)
            for (first, last), rate_hz, start_s in zip(
                timing.stretches, timing.rates_hz, timing.starts_s, strict=True
            )
        ]
    return pieces, timings


def _even_pieces(time_s: NDArray[np.float64], breaks: NDArray[np.bool_]) -> list[Piece]:
    steps_s = np.where(breaks, np.nan, np.diff(time_s, prepend=np.nan))
    usual_hz = 1 / float(np.nanmedian(steps_s)) if np.isfinite(steps_s).any() else SPEC.rate_hz
    return [
        (begin, end, _rate_hz(time_s[begin:end]) or usual_hz, float(time_s[begin]))
        for begin, end in stretches(breaks)
    ]


def _rate_hz(time_s: NDArray[np.float64]) -> float | None:
    """Return the rate of a stretch, None where a sample stands alone between two gaps.

    By the median step, as the published figures are, unless steps are rounded: then by the span.
    """
    if len(time_s) < 2:
        return None
    step_s = float(np.median(np.diff(time_s)))
    mean_s = float(time_s[-1] - time_s[0]) / (len(time_s) - 1)
    rounded = len(time_s) >= LONG_STRETCH and abs(step_s / mean_s - 1) > MOST_DRIFT
    return 1 / (mean_s if rounded else step_s)


def sources(folder: Path) -> Sources:
    """Find the accelerometer files under a data folder; of a file and its .gz, the file.

    Raises UsageError where there is none.
    """
    for root in folders(folder, "wisdm-dataset/raw", "raw", ""):
        files = either(root, "*/accel/*", r"data_\d+_accel_(phone|watch)\.txt")
        if files:
            return Sources(root, files)
    raise UsageError(
        f"no WISDM files in {folder}: expected "
        "wisdm-dataset/raw/{phone,watch}/accel/data_*_accel_*.txt(.gz). Get them from the UCI "
        "repository (WISDM Smartphone and Smartwatch Activity and Biometrics Dataset), or pass "
        "--data-dir."
    )
