"""The folder of a comparison: a Parquet file per finished cell, so that none is done twice."""

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from edgekit.errors import EdgekitError

from ..grid import Cell
from ..results import read_results, write_results

CELLS = "cells"
SCRATCH = "scratch"


def is_done(folder: Path, cell: Cell) -> bool:
    return _path(folder, cell).is_file()


def keep(folder: Path, cell: Cell, rows: pl.DataFrame) -> None:
    """The rows of a finished cell, written whole or not at all."""
    write_results(_path(folder, cell), rows)


def gather(folder: Path, cells: Iterable[Cell]) -> pl.DataFrame:
    """The rows of the cells that are done; raises EdgekitError where none is, or one is damaged."""
    done = [_path(folder, cell) for cell in cells if is_done(folder, cell)]
    if not done:
        raise EdgekitError(f"{folder} holds no finished cell of this comparison")
    return pl.concat([read_results(path) for path in done])


def scratch_of(folder: Path, cell: Cell) -> Path:
    """Where the checkpoints of a cell lie while it is trained."""
    return folder / SCRATCH / cell.key


def _path(folder: Path, cell: Cell) -> Path:
    return folder / CELLS / f"{cell.key}.parquet"
