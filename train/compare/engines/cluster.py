"""Do the cells on a Ray cluster, which spreads them, retries and survives lost workers."""

import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import torch

from edgekit.errors import EdgekitError, UsageError

from ..grid import Cell
from .cell import ONE_THREAD, run_cell
from .phases import Data

# Ray starts the cell of a lost worker anew elsewhere, up to so many times.
RETRIES = 5


def run_on_ray(cells: list[Cell], data: Data, address: str) -> Iterator[tuple[Cell, pl.DataFrame]]:
    """Yield each cell with its rows, as it ends; one CPU a cell.

    `address` is a running cluster's (host:port, ray://host:port or "auto"), or "local" for one on
    this machine alone. Every machine of the cluster needs the same edgekit; Ray sends the windows
    along. Raises UsageError when no cluster answers, EdgekitError when a cell cannot be done.
    """
    import ray

    try:
        ray.init(
            address=address,
            log_to_driver=False,
            logging_level=logging.ERROR,
            ignore_reinit_error=True,
        )
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise UsageError(
            f"no Ray cluster answers at {address!r}: {error}. Start one with: ray start --head, "
            "or use --ray local"
        ) from None
    one_thread = {"env_vars": ONE_THREAD}
    work = ray.remote(num_cpus=1, max_retries=RETRIES, runtime_env=one_thread)(_work)
    shared = ray.put(data)
    try:
        waiting = {work.remote(cell, shared): cell for cell in cells}
        while waiting:
            for future in ray.wait(list(waiting))[0]:
                yield waiting.pop(future), ray.get(future)
    except ray.exceptions.RayError as error:
        raise EdgekitError(
            f"the cluster could not do a cell: {str(error).splitlines()[-1]}. What is done is "
            "kept: give the same command again."
        ) from None
    finally:
        ray.shutdown()


def _work(cell: Cell, data: Data) -> pl.DataFrame:
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory(prefix="edgekit-cell-") as scratch:
        return run_cell(cell, data, torch.device("cpu"), Path(scratch))
