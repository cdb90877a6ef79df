"""The paper's Sleep format: one file a minute or so of one posture at one placement, 50 Hz.

The sensor is an ADXL345 at +-2 g. Lines are `index,ax,ay,az;`, or there is a header line and then
`ax,ay,az`. The name ends in `_<posture>_<placement>.txt`, upper and lower case mixed; postures are
those of spec.POSTURE_ANGLE_DEG, placements co, nguc, bung (neck, chest, abdomen).

Assumed, since no public copy of the data was found: what stands before `_<posture>` names the
subject (case ignored: one subject spelt in two ways must not stand on both sides of a split), and
the median length of the samples, 1 g at rest, tells the unit.
"""

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError, UsageError
from edgekit.recording import Recording
from edgekit.spec import SLEEP, STANDARD_GRAVITY_MS2

from .content import plain_name
from .defaults import Augmentation, TrainingDefaults
from .gaps import count_breaks, runs
from .lines import BadLines, Layout, read_lines, xyz_of
from .sources import Sources, either

SPEC = SLEEP
SHAPE = (
    "Sleep: <subject>_<posture>_<co|nguc|bung>.txt, lines index,ax,ay,az; or header and ax,ay,az"
)
# Postures are 30 degrees apart about the body's long axis: turns about that must stay small, but a
# sensor may sit turned by 30 degrees on the skin (about z), and its wearer's posture is the same.
# A simulated posture is what its label says. Chosen on WISDM's subject split of seed 7, as all are.
TRAINING = TrainingDefaults(
    Augmentation(rotation_deg=(2.0, 2.0, 10.0), scale=0.02, shift=8),
    label_smoothing=0.0,
    input="two-gains",
)

PLACEMENTS = {"co": "neck", "nguc": "chest", "bung": "abdomen"}
NAME = re.compile(rf"(.+)_({'|'.join(SPEC.postures)})_({'|'.join(PLACEMENTS)})\.txt", re.IGNORECASE)
# Counts of the ADXL345 at +-2 g: 256 to the g (data sheet, table 1: 3.9 mg a count).
ONE_G = {"g": 1.0, "m/s²": STANDARD_GRAVITY_MS2, "counts": 256.0}
UNIT_TOLERANCE = 0.3  # the sensor's offset and sensitivity are within 0.15 g; the units 9.8x apart

INDEXED_LINE = re.compile(rb"^\s*\d+\s*,[^,;\n]+,[^,;\n]+,[^,;\n]+;", re.MULTILINE)
PLAIN_LINE = re.compile(rb"^\s*-?\d[^,;\n]*,\s*-?\d[^,;\n]*,\s*-?\d[^,;\n]*$", re.MULTILINE)
HEADER = re.compile(rb"[^\d\s.+-][^,]*(,\s*[^\d\s.+-][^,]*)*")  # no column begins as a number does
INDEXED_LAYOUT = Layout(",", 4, numeric=range(4), end=";")
PLAIN_LAYOUT = Layout(",", 3, numeric=range(3))


def recognises(content: bytes) -> bool:
    return any(line.search(content[:4096]) for line in (INDEXED_LINE, PLAIN_LINE))


def parse(content: bytes, path: Path) -> tuple[list[Recording], BadLines]:
    """Recordings in g, each gapless; unlabelled, placement "unknown", where the name says nothing.

    Raises EdgekitError where the samples are neither g nor m/s² nor counts of 1/256 g.
    """
    if INDEXED_LINE.search(content[:4096]):
        table, bad = read_lines(content, INDEXED_LAYOUT, path)
        xyz, count = xyz_of(table, 1), table["field_0"].to_numpy()
    else:
        table, bad = read_lines(_without_header(content), PLAIN_LAYOUT, path)
        xyz, count = xyz_of(table, 0), table["row"].to_numpy()
    xyz_g = _in_g(xyz, path)
    named = NAME.fullmatch(plain_name(path))
    recordings = [
        Recording(
            xyz_g=xyz_g[begin:end],
            rate_hz=SPEC.rate_hz,
            subject=named[1].lower() if named else path.stem,
            placement=PLACEMENTS[named[3].lower()] if named else "unknown",
            label=_label(named[2], end - begin) if named else None,
            label_names=SPEC.postures,
            start_s=(int(count[begin]) - int(count[0])) / SPEC.rate_hz,
            source=plain_name(path),
        )
        for begin, end in runs(count_breaks(count))
    ]
    return recordings, bad


def sources(folder: Path) -> Sources:
    """The files whose names end in `_<posture>_<placement>.txt`; UsageError where there is none."""
    for root in (folder / "sleep", folder / "Sleep", folder):
        files = either(root.rglob("*_*_*.txt*"), NAME.pattern)
        if files:
            return Sources(root, files)
    raise UsageError(
        f"no Sleep files in {folder}: expected sleep/**/<subject>_<posture>_<co|nguc|bung>.txt"
        "(.gz), as in a_RightUp_Nguc.txt. No public copy is known: pass --data-dir, or take the "
        "data set 'synthetic'."
    )


def _without_header(content: bytes) -> bytes:
    first, _, rest = content.lstrip().partition(b"\n")
    return rest if HEADER.fullmatch(first.rstrip()) else content


def _in_g(xyz: NDArray[np.float32], path: Path) -> NDArray[np.float32]:
    length = float(np.median(np.linalg.norm(xyz.astype(np.float64), axis=1)))
    for one_g in ONE_G.values():
        if abs(length / one_g - 1) <= UNIT_TOLERANCE:
            return xyz / np.float32(one_g)
    known = ", ".join(f"{one_g:g} ({unit})" for unit, one_g in ONE_G.items())
    raise EdgekitError(
        f"{path}: the samples' median length is {length:.4g}, and a sensor at rest should read one "
        f"of {known}. Convert the file to g."
    )


def _label(posture: str, samples: int) -> NDArray[np.int16]:
    return np.full(samples, SPEC.postures.index(posture.lower()), np.int16)
