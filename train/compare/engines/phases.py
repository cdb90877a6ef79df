"""Train the phases of a method for one cell, in turn, each with its checkpoint."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from edgekit.front_end import with_input
from edgekit.nets import Recipe
from edgekit.spec import Spec, Task
from edgekit.windows import Windows

from ...batches import batches_of
from ...checkpoint import save_checkpoint
from ...config import Config, augmentation_for, trained_through
from ...cost import Cost, forget_peak_memory
from ...datasets.defaults import TrainingDefaults
from ...loop import Epoch, State, Watch, Weights
from ...methods import Objective, phases
from ...nets import TwoHeads, build
from ...resumable import train_resumable
from ...splits import Split
from ..grid import Cell

CHECKPOINT_EVERY_S = 30.0


@dataclass(frozen=True)
class Data:
    """What all cells share."""

    windows: Windows
    spec: Spec  # of the data set, whose domain decides the steps of two gains
    training: TrainingDefaults

    def spec_for(self, cell: Cell) -> Spec:
        """Return the spec with the input that the cell asks for."""
        return with_input(self.spec, cell.input)


@dataclass(frozen=True)
class TrainedPhase:
    """One training of a method, ended: the weights of its best epochs, ready to be judged."""

    tasks: tuple[Task, ...]
    student: Weights
    teacher: Weights | None  # of the average, where the objective keeps one
    history: list[Epoch]
    cost: Cost


def train_phases(
    cell: Cell,
    data: Data,
    parts: Split,
    device: torch.device,
    scratch: Path,
    epoch_done: Callable[[], None],
) -> list[TrainedPhase]:
    """Train the cell's method; an objective with a given teacher gets the net of the phase before.

    Checkpoints are written to the folder `scratch`, and training continues from those found there.
    """
    spec = data.spec_for(cell)
    front_end = trained_through(cell.recipe, spec)
    train, validation = batches_of(data.windows, parts, front_end, device)
    done: list[TrainedPhase] = []
    for index, objective in enumerate(phases(cell.method, cell.smooth)):
        config = config_of(cell, objective, spec, data.training)
        checkpoint = scratch / f"{index}.safetensors"
        watch = _checkpoints(checkpoint, cell.recipe, epoch_done)
        teacher = teacher_from(done, config, spec, device)
        forget_peak_memory(device)
        state, cost = train_resumable(config, spec, train, validation, checkpoint, watch, teacher)
        done.append(trained_phase(config, state, cost))
    return done


def trained_phase(config: Config, state: State, cost: Cost) -> TrainedPhase:
    """Keep of a state, its best weights rounded, what judging needs."""
    return TrainedPhase(
        config.objective.tasks,
        state.best_student.weights,
        state.best_teacher.weights if state.best_teacher else None,
        state.history,
        cost,
    )


def config_of(cell: Cell, objective: Objective, spec: Spec, training: TrainingDefaults) -> Config:
    return Config(
        cell.dataset,
        cell.net,
        cell.split,
        cell.seed,
        cell.recipe,
        trained_through(cell.recipe, spec),
        objective,
        augmentation_for(cell.recipe, training),
    )


def teacher_from(
    done: list[TrainedPhase], config: Config, spec: Spec, device: torch.device
) -> TwoHeads | None:
    """Return the student of the phase before, where the objective needs a trained teacher."""
    if config.objective.teacher != "given":
        return None
    net = build(config.net, spec).to(device)
    net.load_state_dict(done[-1].student)
    return net


def _checkpoints(path: Path, recipe: Recipe, epoch_done: Callable[[], None]) -> Watch:
    """Save a checkpoint now and then, because writing one takes longer than a short epoch."""
    last_s = time.monotonic()

    def save(state: State) -> None:
        nonlocal last_s
        if time.monotonic() - last_s > CHECKPOINT_EVERY_S or len(state.history) == recipe.epochs:
            save_checkpoint(path, state)
            last_s = time.monotonic()
        epoch_done()

    return Watch(epoch_done=save)
