"""Recordings in, a finished Run out: the whole of `edgekit train`."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from edgekit.errors import EdgekitError, UsageError
from edgekit.spec import Spec
from edgekit.windows import Windows, labelled_windows

from .baselines import atan2_posture
from .config import Config
from .cost import cost_of
from .datasets import Dataset
from .figures import draw_confusion, draw_curves
from .int8_ready import on_weight_grid
from .loop import State, Watch, as_read, batch_of, fit, predict
from .metrics import Metrics, measure
from .nets import build, parameter_count
from .run import Run, finish_run, load_checkpoint, save_checkpoint
from .splits import Split, split


@dataclass(frozen=True)
class Prepared:
    """A data set cut into windows and divided."""

    windows: Windows
    split: Split


def prepare(dataset: Dataset, config: Config) -> Prepared:
    """Raises EdgekitError when nothing is labelled or too little is there to divide."""
    windows = labelled_windows(dataset.recordings, dataset.spec)
    if len(windows) == 0:
        raise EdgekitError(f"{dataset.name} holds no labelled window: {dataset.summary}")
    return Prepared(windows, split(windows, config.split, config.seed))


def train(run: Run, prepared: Prepared, device: torch.device, watch: Watch) -> Run:
    """Train from where the run stands to its end; a checkpoint after every epoch."""
    windows, parts = prepared.windows, prepared.split

    def make_net() -> nn.Module:
        return build(run.config.net, run.spec)

    def epoch_done(state: State) -> None:
        save_checkpoint(run, state)
        watch.epoch_done(state)

    state = load_checkpoint(run, make_net, device)
    fit(
        state,
        run.config,
        batch_of(windows.take(parts.train), device),
        as_read(batch_of(windows.take(parts.validation), device), run.config.recipe),
        Watch(watch.batch_done, epoch_done),
    )
    return _conclude(run, state, prepared, cost_of(state.history, device))


def pick_device(name: str) -> torch.device:
    """'auto' is CUDA where it is there, else the CPU; raises UsageError when `name` is not here."""
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    if name not in ("cpu", "cuda"):
        raise UsageError(f"no device is called {name!r}: use auto, cpu or cuda")
    if name == "cuda" and not torch.cuda.is_available():
        raise UsageError("this machine has no CUDA device that torch can use: use --device cpu")
    return torch.device(name)


def _conclude(run: Run, state: State, prepared: Prepared, cost: dict[str, Any]) -> Run:
    test = prepared.windows.take(prepared.split.test)
    if run.config.recipe.int8_ready:
        state.best_student = on_weight_grid(state.best_student)
        state.best_teacher = on_weight_grid(state.best_teacher)
    teacher_ships = state.best_teacher_score >= state.best_student_score
    shipped = "teacher" if teacher_ships else "student"
    judged = {
        "student": _judge(run, state, state.best_student, test),
        "teacher": _judge(run, state, state.best_teacher, test),
    }
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
        "validation_score": {
            "student": state.best_student_score,
            "teacher": state.best_teacher_score,
        },
        "metrics": {
            who: {"test": {task: metrics.to_json() for task, metrics in tasks.items()}}
            for who, tasks in judged.items()
        },
        "baseline": _baseline(test, run.spec),
        "cost": cost,
    }
    what = (
        f"{run.config.net}, {run.config.dataset}, {run.config.split} split, seed {run.config.seed}"
    )
    draw_curves(state.history, what, run.folder / "curves.png")
    for task, metrics in judged[shipped].items():
        title = f"{task}: {100 * metrics.accuracy:.1f} % of {len(test):,} test windows\n{what}"
        draw_confusion(metrics, title, run.folder / f"confusion-{task}.png")
    return finish_run(run, state, prepared.windows, prepared.split, outcome)


def _judge(
    run: Run, state: State, weights: dict[str, torch.Tensor], test: Windows
) -> dict[str, Metrics]:
    device = next(state.student.parameters()).device
    state.student.load_state_dict(weights)
    logits = predict(state.student, as_read(batch_of(test, device), run.config.recipe).x)
    return {
        "posture": measure(test.posture, logits.posture.argmax(1).cpu().numpy(), run.spec.postures),
        "placement": measure(
            test.placement, logits.placement.argmax(1).cpu().numpy(), run.spec.placements
        ),
    }


def _baseline(test: Windows, spec: Spec) -> dict[str, Any]:
    """The angle's own answer, where the classes are angles."""
    if not spec.has_body_axes:
        return {}
    answer = atan2_posture(test.xyz_g, spec.postures)
    return {"atan2": {"posture": measure(test.posture, answer, spec.postures).to_json()}}
