"""Read plain CSV of any accelerometer: three columns x, y, z, with or without a header line."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from .lines import BadLines, Layout, head_of, read_lines

if TYPE_CHECKING:
    import polars as pl

LINE = re.compile(rb"^\s*-?\d[^,;\n]*,\s*-?\d[^,;\n]*,\s*-?\d[^,;\n]*$", re.MULTILINE)
HEADER = re.compile(rb"[^\d\s.+-][^,]*(,\s*[^\d\s.+-][^,]*)*")  # no column begins as a number does
LAYOUT = Layout(",", 3, numeric=range(3))


def recognises(content: bytes) -> bool:
    """Tell whether a line of three numbers comes first, or second after a header.

    More lines before it say the rate or the unit, which this format cannot heed: such a file is one
    for `edgekit data import`.
    """
    lines = [line for line in head_of(content).splitlines() if line.strip()]
    return any(LINE.fullmatch(line) for line in lines[:2])


def read_xyz_lines(content: bytes, path: Path) -> "tuple[pl.DataFrame, BadLines]":
    """Return the good lines as `read_lines` does. Raises EdgekitError where no line is good."""
    first, _, rest = content.lstrip().partition(b"\n")
    return read_lines(rest if HEADER.fullmatch(first.rstrip()) else content, LAYOUT, path)
