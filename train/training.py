"""Recordings in, a finished Run out: the whole of `edgekit train`."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from edgekit.errors import UsageError
from edgekit.metrics import Metrics, accuracy_by, measure
from edgekit.names import pick
from edgekit.spec import TASKS, Spec, Task
from edgekit.windows import Windows

from .baselines.angle import atan2_posture
from .checkpoint import load_checkpoint, save_checkpoint
from .config import Config
from .cost import Cost, cost_of
from .datasets import Dataset, windows_of
from .energy import counter_of, metered
from .figures import draw_confusion, draw_curves
from .loop import State, Watch, as_read, batch_of, begin, fit, predict
from .nets import TwoHeads, build, parameter_count
from .run import CHECKPOINT, Run, finish_run, given_teacher, write_history
from .splits import Split, split
from .weight_grid import on_weight_grid

Answers = dict[Task, NDArray[np.int64]]  # of N windows each


@dataclass(frozen=True)
class Prepared:
    """A data set cut into windows and divided."""

    windows: Windows
    split: Split


def prepare(dataset: Dataset, config: Config) -> Prepared:
    """Raises EdgekitError when nothing is labelled or too little is there to divide."""
    windows = windows_of(dataset)
    return Prepared(windows, split(windows, config.split, config.seed))


def train(run: Run, prepared: Prepared, device: torch.device, watch: Watch) -> Run:
    """Train from where the run stands to its end; a checkpoint after every epoch."""
    windows, parts = prepared.windows, prepared.split

    def make_net() -> TwoHeads:
        return build(run.config.net, run.spec)

    def epoch_done(state: State) -> None:
        save_checkpoint(run.folder / CHECKPOINT, state)
        write_history(run.folder, state.history)
        watch.epoch_done(state)

    teacher = given_teacher(run)
    state = begin(make_net, run.config, device, teacher.to(device) if teacher else None)
    load_checkpoint(run.folder / CHECKPOINT, state)
    with metered(counter_of(device)) as meter:
        fit(
            state,
            run.config,
            batch_of(windows.take(parts.train), device),
            as_read(batch_of(windows.take(parts.validation), device), run.config.front_end),
            Watch(watch.batch_done, epoch_done),
        )
    return _conclude(run, state, prepared, cost_of(state.history, device, meter.power))


def pick_device(name: str) -> torch.device:
    """'auto' is CUDA where it is there, else the CPU; raises UsageError when `name` is not here."""
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    if pick("device", name, ("auto", "cpu", "cuda")) == "cuda" and not torch.cuda.is_available():
        raise UsageError("this machine has no CUDA device that torch can use: use --device cpu")
    return torch.device(name)


def _conclude(run: Run, state: State, prepared: Prepared, cost: Cost) -> Run:
    test = prepared.windows.take(prepared.split.test)
    best = {"student": state.best_student}
    if state.best_teacher is not None:
        best["teacher"] = state.best_teacher
    if run.config.recipe.int8_ready:
        for one in best.values():
            one.weights = on_weight_grid(one.weights)
    shipped = max(best, key=lambda who: (best[who].score, who == "teacher"))
    answers = {who: _answers(run, state, one.weights, test) for who, one in best.items()}
    judged = {who: _judge(found, test, run.spec) for who, found in answers.items()}
    outcome: dict[str, Any] = {
        "parameters": parameter_count(state.student),
        "windows": {
            "train": len(prepared.split.train),
            "validation": len(prepared.split.validation),
            "test": len(prepared.split.test),
        },
        "subjects": {
            part: sorted(set(prepared.windows.subject[getattr(prepared.split, part)].tolist()))
            for part in ("train", "validation", "test")
        },
        "shipped": shipped,
        "validation_score": {who: one.score for who, one in best.items()},
        "metrics": {
            who: {"test": {task: metrics.to_json() for task, metrics in tasks.items()}}
            for who, tasks in judged.items()
        },
        "posture_by_placement": {
            who: _by_placement(found, test, run.spec) for who, found in answers.items()
        },
        "baseline": _baseline(test, run.spec),
        "cost": cost.to_json(),
    }
    what = (
        f"{run.config.net}, {run.config.dataset}, {run.config.split} split, seed {run.config.seed}"
    )
    draw_curves(state.history, what, run.folder / "curves.png")
    for task, metrics in judged[shipped].items():
        title = f"{task}: {100 * metrics.accuracy:.1f} % of {len(test):,} test windows\n{what}"
        draw_confusion(metrics, title, run.folder / f"confusion-{task}.png")
    return finish_run(run, state, prepared.windows, prepared.split, outcome)


def _answers(run: Run, state: State, weights: dict[str, torch.Tensor], test: Windows) -> Answers:
    """Each task's answers (N,) to the test windows."""
    device = next(state.student.parameters()).device
    state.student.load_state_dict(weights)
    logits = predict(state.student, as_read(batch_of(test, device), run.config.front_end).x)
    return {task: z.argmax(1).cpu().numpy() for task, z in zip(TASKS, logits, strict=True)}


def _judge(answers: Answers, test: Windows, spec: Spec) -> dict[Task, Metrics]:
    return {
        task: measure(getattr(test, task), answer, spec.labels(task))
        for task, answer in answers.items()
    }


def _by_placement(answers: Answers, test: Windows, spec: Spec) -> dict[str, float]:
    """Posture's accuracy by where the sensor was worn; phone and watch lie far apart."""
    found = accuracy_by(test.placement, test.posture, answers["posture"])
    return {spec.placements[worn]: value for worn, value in found.items()}


def _baseline(test: Windows, spec: Spec) -> dict[str, Any]:
    """The angle's own answer, where the classes are angles."""
    if not spec.has_body_axes:
        return {}
    answer = atan2_posture(test.xyz_g, spec.postures)
    return {"atan2": {"posture": measure(test.posture, answer, spec.postures).to_json()}}
