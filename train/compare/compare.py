"""Run `edgekit compare`: the cells that are not done yet, then tables and pictures."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from ..baselines import names_for
from ..datasets import Dataset, windows_of
from .description import description_of
from .engines.phases import Data
from .grid import Cell, Grid
from .page.page import Comparison, write_page
from .results import gather, is_done, save_cell, scratch_of, write_results

RESULTS = "results.parquet"

# Trains cells and yields each with its rows as it ends: processes, a cluster, or stacks on a GPU.
Engine = Callable[[list[Cell]], Iterator[tuple[Cell, pl.DataFrame]]]


def prepare(dataset: Dataset, at_most: int | None) -> Data:
    """Cut all labelled windows, or a seeded choice of `at_most`.

    Raises EdgekitError when nothing is labelled.
    """
    windows = windows_of(dataset)
    if at_most is not None and at_most < len(windows):
        chosen = np.random.default_rng(0).permutation(len(windows))[:at_most]
        windows = windows.take(np.sort(chosen))
    return Data(windows, dataset.spec, dataset.training)


def cells_of(grid: Grid, dataset: Dataset) -> list[Cell]:
    """List the grid's cells on this data set, without the baselines that cannot answer it."""
    baselines = tuple(name for name in grid.baselines if name in names_for(dataset.spec))
    decides: dict[str, Any] = dict(dataset.digests)
    if dataset.folder is not None:  # rate, labels and defaults are the user's
        decides |= {"spec": dataset.spec.to_json(), "training": asdict(dataset.training)}
    file_digests = json.dumps(decides, sort_keys=True)
    digest = hashlib.sha256(file_digests.encode()).hexdigest()
    return replace(grid, baselines=baselines).cells(dataset.name, digest, dataset.training)


def compare(
    folder: Path, cells: list[Cell], engine: Engine, cell_done: Callable[[Cell], None]
) -> Comparison:
    """Do the cells that are not done, and write the results; returns what the page says.

    Finished cells stay done: after an interruption the same call continues.
    """
    for cell, rows in engine([cell for cell in cells if not is_done(folder, cell)]):
        save_cell(folder, cell, rows)
        shutil.rmtree(scratch_of(folder, cell), ignore_errors=True)
        cell_done(cell)
    return render(folder, cells)


def render(folder: Path, cells: list[Cell]) -> Comparison:
    """Write tables and pictures of the cells that are done; returns what the page says."""
    results = gather(folder, cells)
    write_results(folder / RESULTS, results)
    return write_page(folder, results, description_of(folder, cells))
