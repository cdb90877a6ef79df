"""The whole of `edgekit compare`: the cells that are not done yet, then tables and pictures."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from edgekit.files import write_json

from ..baselines import names_for
from ..datasets import Dataset, windows_of
from .engines.store import gather, is_done, keep, scratch_of
from .engines.trained import Data
from .grid import Cell, Grid
from .page.page import write_page
from .results import write_results

DESCRIPTION = "compare.json"
RESULTS = "results.parquet"

# Cells in, each with its rows out as it ends: processes, a cluster, or a stack on one GPU.
Engine = Callable[[list[Cell]], Iterator[tuple[Cell, pl.DataFrame]]]


def prepare(dataset: Dataset, at_most: int | None) -> Data:
    """All labelled windows, or a seeded choice of `at_most`.

    Raises EdgekitError when nothing is labelled.
    """
    windows = windows_of(dataset)
    if at_most is not None and at_most < len(windows):
        chosen = np.random.default_rng(0).permutation(len(windows))[:at_most]
        windows = windows.take(np.sort(chosen))
    return Data(windows, dataset.spec)


def cells_of(grid: Grid, dataset: Dataset) -> list[Cell]:
    """The grid's cells on this data set, without the baselines that cannot answer it."""
    able = tuple(name for name in grid.baselines if name in names_for(dataset.spec))
    told = json.dumps(dataset.digests, sort_keys=True).encode()
    digest = hashlib.sha256(told).hexdigest()
    return replace(grid, baselines=able).cells(dataset.name, digest, dataset.spec.domain)


def compare(
    folder: Path, cells: list[Cell], engine: Engine, cell_done: Callable[[Cell], None]
) -> Path:
    """Do what is not done, and write the results; returns the page.

    What was done stays done: after an interruption the same call goes on.
    """
    for cell, rows in engine([cell for cell in cells if not is_done(folder, cell)]):
        keep(folder, cell, rows)
        shutil.rmtree(scratch_of(folder, cell), ignore_errors=True)
        cell_done(cell)
    return render(folder, cells)


def render(folder: Path, cells: list[Cell]) -> Path:
    """Tables and pictures of the cells that are done; returns the page."""
    results = gather(folder, cells)
    write_results(folder / RESULTS, results)
    return write_page(folder, results)


def describe(folder: Path, asked: str, dataset: Dataset, cells: list[Cell]) -> None:
    """What was asked for, beside the results."""
    write_json(
        folder / DESCRIPTION,
        {
            "format": "edgekit comparison",
            "asked": asked,
            "dataset": {
                "name": dataset.name,
                "summary": dataset.summary,
                "digests": dataset.digests,
            },
            "cells": {cell.key: str(cell) for cell in cells},
        },
    )
