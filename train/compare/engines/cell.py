"""Do one cell of a comparison, from windows to its rows of the results table."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import torch

from edgekit.spec import TASKS

from ... import baselines
from ...splits import Split, fold, share_of
from ..grid import BASELINE, Cell
from .phases import Data, train_phases
from .rows import Row, as_table, figures, judged

# The environment of a process that does cells beside others. Numba, under rocket, would start one
# thread per core and set OpenMP so for the trees: threads that spin while waiting for each other.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}


def run_cell(
    cell: Cell,
    data: Data,
    device: torch.device,
    scratch: Path,
    epoch_done: Callable[[], None] = lambda: None,
) -> pl.DataFrame:
    """Train and judge; returns all rows of the cell.

    Checkpoints are written to `scratch`, so that an interrupted cell continues; the caller removes
    the folder.
    """
    parts = parts_of(cell, data)
    if cell.method == BASELINE:
        rows = list(_baseline(cell, data, parts))
        epoch_done()
    else:
        done = train_phases(cell, data, parts, device, scratch, epoch_done)
        rows = list(judged(cell, data, parts, done, device))
    return as_table(cell, rows)


def parts_of(cell: Cell, data: Data) -> Split:
    """Split the windows as the cell's fold and share of training windows say."""
    whole = fold(data.windows, cell.split, cell.seed, cell.fold)
    return share_of(whole, cell.train_share, cell.seed)


def _baseline(cell: Cell, data: Data, parts: Split) -> Iterator[Row]:
    """Judge what answers without a net, on the same windows."""
    train, test = data.windows.take(parts.train), data.windows.take(parts.test)
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    answers = baselines.answer(cell.net, train, test, data.spec, cell.seed)
    seconds = {"wall_s": time.perf_counter() - wall_s, "cpu_s": time.process_time() - cpu_s}
    for task, answer in zip(TASKS, answers, strict=True):
        if answer is not None:
            yield from figures(task, test, answer, data.spec)
    for key, value in seconds.items():
        yield {"measure": key, "name": "measured", "value": value}
