"""The paper's Sleep format: one file a minute or so of one posture at one placement, 50 Hz.

The sensor is an ADXL345 at +-2 g. Lines are `index,ax,ay,az;`, or there is a header line and then
`ax,ay,az`: plain CSV of another accelerometer is read as this format too (xyz_csv.py). The name
ends in `_<posture>_<placement>.txt`, upper and lower case mixed; postures are the paper's words
(posture_words.OF_PAPER), placements co, nguc, bung (neck, chest, abdomen).

Assumed, since no public copy of the data was found: what stands before `_<posture>` names the
subject (case ignored: one subject spelt in two ways must not stand on both sides of a split), and
the median length of the samples, 1 g at rest, tells the unit.
"""

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import UsageError
from edgekit.posture_words import OF_PAPER
from edgekit.recording import Recording
from edgekit.spec import SLEEP
from edgekit.stretches import stretches

from . import xyz_csv
from .defaults import Augmentation, TrainingDefaults
from .imported import Imported, of_set
from .lines import Layout, head_of, read_lines, xyz_of
from .raw_files import Sources, either, folders, plain_name
from .split_at_gaps import count_breaks
from .tables.units import in_g_of_set

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
NAME = re.compile(rf"(.+)_({'|'.join(OF_PAPER)})_({'|'.join(PLACEMENTS)})\.txt", re.IGNORECASE)
INDEXED_LINE = re.compile(rb"^\s*\d+\s*,[^,;\n]+,[^,;\n]+,[^,;\n]+;", re.MULTILINE)
INDEXED_LAYOUT = Layout(",", 4, numeric=range(4), end=";")


def recognises(content: bytes) -> bool:
    return INDEXED_LINE.search(head_of(content)) is not None or xyz_csv.recognises(content)


def parse(content: bytes, path: Path) -> Imported:
    """Parse recordings in g, each gapless; unlabelled, at "unknown", where the name is another.

    Raises EdgekitError where the samples are neither g nor m/s² nor counts of 1/256 g.
    """
    if INDEXED_LINE.search(head_of(content)):
        table, bad = read_lines(content, INDEXED_LAYOUT, path)
        xyz, count = xyz_of(table, 1), table["field_0"].to_numpy()
    else:
        table, bad = xyz_csv.read_xyz_lines(content, path)
        xyz, count = xyz_of(table, 0), table["row"].to_numpy()
    xyz_g, unit = in_g_of_set(xyz, "g", path)
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
        for begin, end in stretches(count_breaks(count))
    ]
    return of_set(recordings, unit, "Sleep, 50 Hz", bad)


def sources(folder: Path) -> Sources:
    """Find files whose names end in `_<posture>_<placement>.txt`; UsageError if none."""
    for root in folders(folder, "sleep", ""):
        files = either(root, "**/*_*_*.txt*", NAME.pattern)
        if files:
            return Sources(root, files)
    raise UsageError(
        f"no Sleep files in {folder}: expected sleep/**/<subject>_<posture>_<co|nguc|bung>.txt"
        "(.gz), as in a_RightUp_Nguc.txt. No public copy is known: name your own with "
        "--data-dir, or simulate: --dataset synthetic"
    )


def _label(posture: str, samples: int) -> NDArray[np.int16]:
    return np.full(samples, SPEC.postures.index(OF_PAPER[posture.lower()]), np.int16)
