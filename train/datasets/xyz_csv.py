"""Read plain CSV of any accelerometer: three columns x, y, z, with or without a header line."""

import re
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from edgekit.errors import EdgekitError
from edgekit.gravity import TOLERANCE
from edgekit.spec import ADXL345_COUNTS_PER_G, STANDARD_GRAVITY_MS2

from .lines import BadLines, Layout, read_lines

LINE = re.compile(rb"^\s*-?\d[^,;\n]*,\s*-?\d[^,;\n]*,\s*-?\d[^,;\n]*$", re.MULTILINE)
HEADER = re.compile(rb"[^\d\s.+-][^,]*(,\s*[^\d\s.+-][^,]*)*")  # no column begins as a number does
HEAD_BYTES = 4096
LAYOUT = Layout(",", 3, numeric=range(3))

ONE_G = {"g": 1.0, "m/s²": STANDARD_GRAVITY_MS2, "counts": float(ADXL345_COUNTS_PER_G)}


def recognises(content: bytes) -> bool:
    """Tell whether a line of three numbers comes first, or second after a header.

    More lines before it say the rate or the unit, which this format cannot heed: such a file is one
    for `edgekit data import`. Only whole lines are looked at, because a line cut at the end of what
    was read may have three columns of five.
    """
    whole = content if len(content) <= HEAD_BYTES else content[:HEAD_BYTES].rpartition(b"\n")[0]
    lines = [line for line in whole.replace(b"\r", b"\n").split(b"\n") if line.strip()]
    return any(LINE.fullmatch(line) for line in lines[:2])


def read_xyz_lines(content: bytes, path: Path) -> tuple[pl.DataFrame, BadLines]:
    """Return the good lines as `read_lines` does. Raises EdgekitError where no line is good."""
    first, _, rest = content.lstrip().partition(b"\n")
    return read_lines(rest if HEADER.fullmatch(first.rstrip()) else content, LAYOUT, path)


def in_g(xyz: NDArray[np.float32], path: Path) -> NDArray[np.float32]:
    """Convert samples (N, 3) to g; their median length, 1 g at rest, tells the unit.

    Raises EdgekitError where that is neither g nor m/s² nor counts of 1/256 g.
    """
    length = float(np.median(np.linalg.norm(xyz.astype(np.float64), axis=1)))
    for one_g in ONE_G.values():
        if abs(length / one_g - 1) <= TOLERANCE:
            return xyz / np.float32(one_g)
    known = ", ".join(f"{one_g:g} ({unit})" for unit, one_g in ONE_G.items())
    raise EdgekitError(
        f"{path}: the samples' median length is {length:.4g}, and a sensor at rest should read one "
        f"of {known}. Convert the file to g."
    )
