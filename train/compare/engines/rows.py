"""Turn what is known of a trained cell into rows of the results table."""

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
    """Complete rows with the cell's keys; columns that a row leaves out are empty."""
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
    """Yield the rows of a trained cell; a task is answered by the last phase that learnt it."""
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
    yield _row("parameters", nets * parameter_count(net), name="counted")
    yield _row("macs", nets * macs(net, spec), name="counted")


def figures(task: Task, test: Windows, answer: NDArray[np.int64], spec: Spec) -> Iterator[Row]:
    """Yield figures of merit of one task's answers (N,); none of a task with a single class."""
    truth = getattr(test, task)
    names = spec.labels(task)
    if len(names) < 2:
        return
    metrics = measure(truth, answer, names)
    for key in ("accuracy", "macro_f1", "balanced_accuracy"):
        yield _row(key, getattr(metrics, key), task=task)
    for each in metrics.classes:
        for key, value in (
            ("class_windows", each.windows),
            ("class_accuracy", each.accuracy),
            ("sensitivity", each.sensitivity),
            ("ppv", each.ppv),
            ("npv", each.npv),
        ):
            if value is not None:
                yield _row(key, value, task=task, name=each.name)
    for true_name, counts in zip(names, metrics.confusion, strict=True):
        for answered, count in zip(names, counts, strict=True):
            if count:
                yield _row("confusion", count, task=task, name=true_name, answer=answered)
    for subject, value in accuracy_by(test.subject, truth, answer).items():
        yield _row("subject_accuracy", value, task=task, name=subject)
    if task == "posture":
        for worn, value in accuracy_by(test.placement, truth, answer).items():
            yield _row("placement_accuracy", value, task=task, name=spec.placements[worn])


def _curves(task: Task, history: list[Epoch]) -> Iterator[Row]:
    for row in history:
        yield _row("train_loss", row.loss, task=task, epoch=row.epoch)
        for who, measure_name, value in (
            ("student", "train_accuracy", getattr(row, f"train_{task}")),
            ("student", "validation_accuracy", getattr(row, f"student_{task}")),
            ("teacher", "validation_accuracy", getattr(row, f"teacher_{task}")),
        ):
            if value is not None:
                yield _row(measure_name, value, task=task, epoch=row.epoch, weights=who)


def _cost(task: str, cost: Cost) -> Iterator[Row]:
    for key in ("wall_s", "cpu_s", "peak_memory_mb"):
        yield _row(key, getattr(cost, key), task=task, name="measured")
    yield _row("energy_kwh", cost.energy_kwh, task=task, name=cost.energy_kind)


def _row(measure_name: str, value: float, **keys: Any) -> Row:
    return {"measure": measure_name, "value": value, **keys}
