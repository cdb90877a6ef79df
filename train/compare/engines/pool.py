"""Do the cells on this machine: a process each, with one thread."""

import multiprocessing
import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import torch

from edgekit.errors import EdgekitError
from edgekit.spec import Spec
from edgekit.windows import Windows

from ...datasets.defaults import TrainingDefaults
from ..grid import Cell
from ..results import scratch_of
from .cell import ONE_THREAD, run_cell
from .phases import Data

POLL_S = 0.5

_shared: dict[str, Any] = {}  # in a worker: the data, and the count of epochs of all workers


def run_in_processes(
    cells: list[Cell],
    data: Data,
    folder: Path,
    jobs: int,
    epochs_done: Callable[[int], None],
) -> Iterator[tuple[Cell, pl.DataFrame]]:
    """Yield each cell with its rows, as it ends.

    `epochs_done` is called with the count of epochs done so far. Raises EdgekitError when a process
    dies.
    """
    context = multiprocessing.get_context("spawn")
    counter = context.Value("q", 0)
    with _on_disk(data) as windows, _one_thread():
        pool = ProcessPoolExecutor(
            jobs, context, _begin, (windows, data.spec, data.training, counter)
        )
        try:
            waiting: dict[Future[pl.DataFrame], Cell] = {
                pool.submit(_work, cell, scratch_of(folder, cell)): cell for cell in cells
            }
            while waiting:
                ended, _ = wait(waiting, POLL_S, FIRST_COMPLETED)
                epochs_done(counter.value)
                for future in ended:
                    yield waiting.pop(future), future.result()
        except BrokenProcessPool:
            raise EdgekitError(
                "a worker process died, most likely for want of memory. What is done is kept: "
                "give the same command again with a smaller --jobs."
            ) from None
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            for child in multiprocessing.active_children():
                child.terminate()


@contextmanager
def _on_disk(data: Data) -> Iterator[Path]:
    """Write the windows as files that all processes map into memory: one copy for all."""
    with tempfile.TemporaryDirectory(prefix="edgekit-compare-") as folder:
        for field in fields(Windows):
            np.save(Path(folder) / f"{field.name}.npy", getattr(data.windows, field.name))
        yield Path(folder)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Let processes started here compute on one thread; their libraries read this when imported."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(ONE_THREAD)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _begin(windows: Path, spec: Spec, training: TrainingDefaults, counter: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    threading.Thread(target=_end_with_parent, daemon=True).start()
    torch.set_num_threads(1)
    loaded = {
        field.name: np.load(windows / f"{field.name}.npy", mmap_mode="r")
        for field in fields(Windows)
    }
    _shared.update(data=Data(Windows(**loaded), spec, training), counter=counter)


def _end_with_parent() -> None:
    """End with the parent: one that was killed cannot stop its workers."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(cell: Cell, scratch: Path) -> pl.DataFrame:
    counter = _shared["counter"]

    def epoch_done() -> None:
        with counter.get_lock():
            counter.value += 1

    return run_cell(cell, _shared["data"], torch.device("cpu"), scratch, epoch_done)
