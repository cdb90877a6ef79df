"""The cells on one GPU: those that differ only in fold and seed trained as one stack."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import torch

from edgekit.nets import NETS

from ...config import trained_through
from ...cost import cost_of, forget_peak_memory
from ...energy import counter_of, metered
from ...loop import as_read, batch_of, begin
from ...methods import phases
from ...nets import TwoHeads, build
from ...stacked import fit_stacked
from ..grid import BASELINE, Cell
from ..page.rows import as_table, judged
from .cell import parts_of, run_cell
from .store import scratch_of
from .trained import Data, Trained, config_of, ended, teacher_given

MOST = 25  # five folds of five seeds


def run_in_stacks(
    cells: list[Cell],
    data: Data,
    folder: Path,
    device: torch.device,
    epochs_done: Callable[[int], None],
) -> Iterator[tuple[Cell, pl.DataFrame]]:
    """Each cell with its rows, a stack at a time; `epochs_done` is told the epochs done so far.

    Baselines and recurrent layers, which cannot be stacked, run one by one. An interrupted stack
    begins anew.
    """
    done = 0

    def tell(epochs: int) -> None:
        nonlocal done
        done += epochs
        epochs_done(done)

    for stack in stacks(cells):
        if len(stack) == 1:
            cell = stack[0]
            yield cell, run_cell(cell, data, device, scratch_of(folder, cell), lambda: tell(1))
        else:
            yield from _run_stack(stack, data, device, tell)


def stacks(cells: list[Cell]) -> list[list[Cell]]:
    """The cells in groups that are equal but for fold and seed, at most MOST in each."""
    groups: dict[Cell, list[Cell]] = {}
    for cell in cells:
        alone = cell.method == BASELINE or NETS[cell.net].is_recurrent
        key = cell if alone else replace(cell, fold=0, seed=0)
        groups.setdefault(key, []).append(cell)
    return [
        group[start : start + MOST]
        for group in groups.values()
        for start in range(0, len(group), MOST)
    ]


def _run_stack(
    cells: list[Cell], data: Data, device: torch.device, tell: Callable[[int], None]
) -> Iterator[tuple[Cell, pl.DataFrame]]:
    parts = [parts_of(cell, data) for cell in cells]
    train = [batch_of(data.windows.take(p.train), device) for p in parts]
    spec = data.spec_for(cells[0])
    front_end = trained_through(cells[0].recipe, spec)
    validation = [
        as_read(batch_of(data.windows.take(p.validation), device), front_end) for p in parts
    ]
    done: list[list[Trained]] = [[] for _ in cells]

    def make_net() -> TwoHeads:
        return build(cells[0].net, spec)

    for objective in phases(cells[0].method, cells[0].smooth):
        configs = [config_of(cell, objective, spec) for cell in cells]
        forget_peak_memory(device)
        states = [
            begin(make_net, config, device, teacher_given(config, spec, d, device))
            for config, d in zip(configs, done, strict=True)
        ]
        with metered(counter_of(device)) as meter:
            fit_stacked(states, configs, train, validation, lambda: tell(len(cells)))
        for trained, config, state in zip(done, configs, states, strict=True):
            trained.append(ended(config, state, cost_of(state.history, device, meter.power)))
    for cell, part, trained in zip(cells, parts, done, strict=True):
        yield cell, as_table(cell, list(judged(cell, data, part, trained, device)))
