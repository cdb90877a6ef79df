"""What is known of a trained cell, as rows of the results table."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl
import torch
from numpy.typing import NDArray

from edgekit.metrics import accuracy_by, measure
from edgekit.spec import Spec, Task
from edgekit.windows import Windows

from ...batches import as_read, batch_of
from ...config import trained_through
from ...cost import Cost
from ...loop import Epoch, predict
from ...macs import macs
from ...nets import build, parameter_count
from ...splits import Split
from ..grid import Cell
from ..results import SCHEMA
from .phases import Data, TrainedPhase

Row = dict[str, Any]


def as_table(cell: Cell, rows: list[Row]) -> pl.DataFrame:
    """Rows with the cell's keys before them; what a row does not say is empty."""
    smooth = cell.smooth if cell.method == "smooth-distill" else None
    keys = {
        "cell": cell.key,
        "dataset": cell.dataset,
        "net": cell.net,
        "input": cell.input,
        "method": cell.method,
        "split": cell.split,
        "fold": cell.fold,
        "seed": cell.seed,
        "train_share": cell.train_share,
        "distill_weight": smooth and smooth.distill_weight,
        "decay": smooth and smooth.decay,
        "temperature": smooth and smooth.temperature,
        "epochs": cell.recipe.epochs,
    }
    blank = {"weights": "student", "task": "", "name": "", "answer": "", "epoch": None}
    return pl.DataFrame([{**keys, **blank, **row} for row in rows], schema=SCHEMA)


def judged(
    cell: Cell, data: Data, parts: Split, done: list[TrainedPhase], device: torch.device
) -> Iterator[Row]:
    """The rows of a trained cell; a task is answered by the last training that learnt it."""
    spec = data.spec_for(cell)
    net = build(cell.net, spec).to(device)
    test = data.windows.take(parts.test)
    x = as_read(batch_of(test, device), trained_through(cell.recipe, spec)).x
    answering = {task: phase for phase in done for task in phase.tasks}
    nets = len({id(phase) for phase in answering.values()})
    for task, phase in answering.items():
        yield from _curves(task, phase.history)
        for who, weights in (("student", phase.student), ("teacher", phase.teacher)):
            if weights is not None:
                net.load_state_dict(weights)
                answer = getattr(predict(net, x), task).argmax(1).cpu().numpy()
                for row in figures(task, test, answer, data.spec):
                    yield {"weights": who, **row}
        if nets > 1:
            yield from _cost(task, phase.cost)
    yield from _cost("", Cost.total([phase.cost for phase in done]))
    yield {"measure": "parameters", "name": "counted", "value": nets * parameter_count(net)}
    yield {"measure": "macs", "name": "counted", "value": nets * macs(net, spec)}


def figures(task: Task, test: Windows, answer: NDArray[np.int64], spec: Spec) -> Iterator[Row]:
    """Figures of merit of one task's answers (N,); none of a task with a single class."""
    truth = getattr(test, task)
    names = spec.labels(task)
    if len(names) < 2:
        return
    found = measure(truth, answer, names)
    for key in ("accuracy", "macro_f1", "balanced_accuracy"):
        yield {"task": task, "measure": key, "value": getattr(found, key)}
    for one in found.classes:
        for key, value in (
            ("class_windows", one.windows),
            ("class_accuracy", one.accuracy),
            ("sensitivity", one.sensitivity),
            ("ppv", one.ppv),
            ("npv", one.npv),
        ):
            if value is not None:
                yield {"task": task, "measure": key, "name": one.name, "value": value}
    for row, counts in zip(names, found.confusion, strict=True):
        for column, count in zip(names, counts, strict=True):
            if count:
                yield {
                    "task": task,
                    "measure": "confusion",
                    "name": row,
                    "answer": column,
                    "value": count,
                }
    for subject, value in accuracy_by(test.subject, truth, answer).items():
        yield {"task": task, "measure": "subject_accuracy", "name": subject, "value": value}
    if task == "posture":
        for worn, value in accuracy_by(test.placement, truth, answer).items():
            name = spec.placements[worn]
            yield {"task": task, "measure": "placement_accuracy", "name": name, "value": value}


def _curves(task: Task, history: list[Epoch]) -> Iterator[Row]:
    for epoch in history:
        yield {"task": task, "measure": "train_loss", "epoch": epoch.epoch, "value": epoch.loss}
        for who, measure_name, value in (
            ("student", "train_accuracy", getattr(epoch, f"train_{task}")),
            ("student", "validation_accuracy", getattr(epoch, f"student_{task}")),
            ("teacher", "validation_accuracy", getattr(epoch, f"teacher_{task}")),
        ):
            if value is not None:
                yield {
                    "weights": who,
                    "task": task,
                    "measure": measure_name,
                    "epoch": epoch.epoch,
                    "value": value,
                }


def _cost(task: str, cost: Cost) -> Iterator[Row]:
    for key in ("wall_s", "cpu_s", "peak_memory_mb"):
        yield {"task": task, "measure": key, "name": "measured", "value": getattr(cost, key)}
    yield {
        "task": task,
        "measure": "energy_kwh",
        "name": cost.energy_kind,
        "value": cost.energy_kwh,
    }
