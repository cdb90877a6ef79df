"""Do the cells on one GPU: those that differ only in fold and seed are trained as one stack."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import torch

from edgekit.nets import NETS

from ...batches import batches_of
from ...config import trained_through
from ...cost import cost_of, forget_peak_memory
from ...energy import counter_of, metered
from ...loop import begin
from ...methods import phases
from ...nets import build
from ...resumable import round_best_weights
from ...stacked_loop import fit_stacked
from ..grid import BASELINE, Cell
from ..results import scratch_of
from .cell import parts_of, run_cell
from .phases import Data, TrainedPhase, config_of, teacher_from, trained_phase
from .rows import as_table, judged

LARGEST_STACK = 25  # five folds of five seeds


def run_in_stacks(
    cells: list[Cell],
    data: Data,
    folder: Path,
    device: torch.device,
    epochs_done: Callable[[int], None],
) -> Iterator[tuple[Cell, pl.DataFrame]]:
    """Yield each cell with its rows, a stack at a time.

    `epochs_done` is called with the count of epochs done so far. Baselines and recurrent layers,
    which cannot be stacked, run one by one. An interrupted stack begins anew.
    """
    done = 0

    def count_epochs(epochs: int) -> None:
        nonlocal done
        done += epochs
        epochs_done(done)

    for stack in stacks(cells):
        if len(stack) == 1:
            (cell,) = stack
            scratch = scratch_of(folder, cell)
            yield cell, run_cell(cell, data, device, scratch, lambda: count_epochs(1))
        else:
            yield from _run_stack(stack, data, device, count_epochs)


def stacks(cells: list[Cell]) -> list[list[Cell]]:
    """Group the cells that are equal but for fold and seed, at most LARGEST_STACK in each."""
    groups: dict[Cell, list[Cell]] = {}
    for cell in cells:
        is_alone = cell.method == BASELINE or NETS[cell.net].is_recurrent
        key = cell if is_alone else replace(cell, fold=0, seed=0)
        groups.setdefault(key, []).append(cell)
    return [
        group[start : start + LARGEST_STACK]
        for group in groups.values()
        for start in range(0, len(group), LARGEST_STACK)
    ]


def _run_stack(
    cells: list[Cell], data: Data, device: torch.device, count_epochs: Callable[[int], None]
) -> Iterator[tuple[Cell, pl.DataFrame]]:
    first = cells[0]
    spec = data.spec_for(first)
    front_end = trained_through(first.recipe, spec)
    parts = [parts_of(cell, data) for cell in cells]
    batches = [batches_of(data.windows, part, front_end, device) for part in parts]
    train, validation = map(list, zip(*batches, strict=True))
    done: list[list[TrainedPhase]] = [[] for _ in cells]
    for objective in phases(first.method, first.smooth):
        configs = [config_of(cell, objective, spec, data.training) for cell in cells]
        forget_peak_memory(device)
        states = [
            begin(
                lambda: build(first.net, spec),
                config,
                device,
                teacher_from(before, config, spec, device),
            )
            for config, before in zip(configs, done, strict=True)
        ]
        with metered(counter_of(device)) as meter:
            fit_stacked(states, configs, train, validation, lambda: count_epochs(len(cells)))
        for trained, config, state in zip(done, configs, states, strict=True):
            round_best_weights(state, config.recipe)
            trained.append(
                trained_phase(config, state, cost_of(state.history, device, meter.power))
            )
    for cell, part, trained in zip(cells, parts, done, strict=True):
        yield cell, as_table(cell, list(judged(cell, data, part, trained, device)))
