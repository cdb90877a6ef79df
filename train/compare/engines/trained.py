"""A method's trainings of one cell, in turn, each with its checkpoint."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from edgekit.front_end import with_input
from edgekit.nets import Recipe
from edgekit.spec import Spec, Task
from edgekit.windows import Windows

from ...checkpoint import load_checkpoint, save_checkpoint
from ...config import Config, augmentation_for, trained_through
from ...cost import Cost, cost_of, forget_peak_memory
from ...energy import counter_of, metered
from ...loop import Epoch, State, Watch, Weights, as_read, batch_of, begin, fit
from ...methods import Objective, phases
from ...nets import TwoHeads, build
from ...splits import Split
from ...weight_grid import on_weight_grid
from ..grid import Cell

CHECKPOINT_EVERY_S = 30.0


@dataclass(frozen=True)
class Data:
    """What all cells share."""

    windows: Windows
    spec: Spec  # of the data set, whose domain decides the steps of two gains

    def spec_for(self, cell: Cell) -> Spec:
        """The spec with the input that the cell asks for."""
        return with_input(self.spec, cell.input)


@dataclass(frozen=True)
class Trained:
    """One training of a method, ended: the weights of its best epochs, ready to be judged."""

    tasks: tuple[Task, ...]
    student: Weights
    teacher: Weights | None  # of the average, where the objective keeps one
    history: list[Epoch]
    cost: Cost


def ended(config: Config, state: State, cost: Cost) -> Trained:
    """What a training leaves; the weights end on int8's grid, as `edgekit train`'s do."""
    snapped = on_weight_grid if config.recipe.int8_ready else dict
    return Trained(
        config.objective.tasks,
        snapped(state.best_student.weights),
        snapped(state.best_teacher.weights) if state.best_teacher else None,
        state.history,
        cost,
    )


def config_of(cell: Cell, objective: Objective, spec: Spec) -> Config:
    worn = augmentation_for(cell.recipe, spec.domain)
    return Config(
        cell.dataset,
        cell.net,
        cell.split,
        cell.seed,
        cell.recipe,
        trained_through(cell.recipe, spec),
        objective,
        worn,
    )


def teacher_given(
    config: Config, spec: Spec, done: list[Trained], device: torch.device
) -> TwoHeads | None:
    """The student of the training before, where the objective is taught by one."""
    if config.objective.teacher != "given":
        return None
    net = build(config.net, spec).to(device)
    net.load_state_dict(done[-1].student)
    return net


def train(
    cell: Cell,
    data: Data,
    parts: Split,
    device: torch.device,
    scratch: Path,
    epoch_done: Callable[[], None],
) -> list[Trained]:
    """The method's trainings in turn; an objective with a given teacher gets the one before."""

    spec = data.spec_for(cell)

    def make_net() -> TwoHeads:
        return build(cell.net, spec)

    train = batch_of(data.windows.take(parts.train), device)
    front_end = trained_through(cell.recipe, spec)
    validation = as_read(batch_of(data.windows.take(parts.validation), device), front_end)
    done: list[Trained] = []
    for index, objective in enumerate(phases(cell.method, cell.smooth)):
        config = config_of(cell, objective, spec)
        given = teacher_given(config, spec, done, device)
        forget_peak_memory(device)
        state = begin(make_net, config, device, given)
        checkpoint = scratch / f"{index}.safetensors"
        load_checkpoint(checkpoint, state)
        with metered(counter_of(device)) as meter:
            watch = _checkpoints(checkpoint, cell.recipe, epoch_done)
            fit(state, config, train, validation, watch)
        cost = cost_of(state.history, device, meter.power)
        done.append(ended(config, state, cost))
    return done


def _checkpoints(path: Path, recipe: Recipe, epoch_done: Callable[[], None]) -> Watch:
    """A checkpoint now and then: writing one takes longer than a short epoch."""
    last_s = time.monotonic()

    def save(state: State) -> None:
        nonlocal last_s
        if time.monotonic() - last_s > CHECKPOINT_EVERY_S or len(state.history) == recipe.epochs:
            save_checkpoint(path, state)
            last_s = time.monotonic()
        epoch_done()

    return Watch(epoch_done=save)
