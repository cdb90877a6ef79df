"""Train a Run, from windows to its finished folder: the whole of `edgekit train`."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from edgekit.errors import UsageError
from edgekit.metrics import Metrics, accuracy_by, measure
from edgekit.names import pick
from edgekit.run import CHECKPOINT, PARTS, Outcome, Run
from edgekit.spec import TASKS, Spec, Task
from edgekit.windows import Windows

from .baselines.angle import atan2_posture
from .batches import as_read, batch_of, batches_of
from .checkpoint import save_checkpoint
from .config import Config
from .cost import Cost
from .datasets import Dataset, windows_of
from .figures import draw_confusion, draw_curves
from .loop import State, Watch, predict
from .nets import parameter_count
from .resumable import train_resumable
from .run import TrainingRun, finish_run, given_teacher, write_history
from .splits import Split, split

Answers = dict[Task, NDArray[np.int64]]  # of N windows each


@dataclass(frozen=True)
class Prepared:
    """A data set cut into windows and divided."""

    windows: Windows
    split: Split


def prepare(dataset: Dataset, config: Config) -> Prepared:
    """Cut windows and divide them.

    Raises EdgekitError when nothing is labelled or too little is there to divide.
    """
    windows = windows_of(dataset)
    return Prepared(windows, split(windows, config.split, config.seed))


def train(training: TrainingRun, prepared: Prepared, device: torch.device, watch: Watch) -> Run:
    """Train from where the run stands to its end; a checkpoint is saved after every epoch."""
    config, run = training.config, training.run
    checkpoint = run.folder / CHECKPOINT
    train, validation = batches_of(prepared.windows, prepared.split, config.front_end, device)

    def epoch_done(state: State) -> None:
        save_checkpoint(checkpoint, state)
        write_history(run.folder, state.history)
        watch.epoch_done(state)

    saving = Watch(watch.batch_done, epoch_done)
    teacher = given_teacher(run)
    if teacher is not None:
        teacher = teacher.to(device)
    state, cost = train_resumable(config, run.spec, train, validation, checkpoint, saving, teacher)
    return _conclude(training, state, prepared, cost)


def pick_device(name: str) -> torch.device:
    """Return the device; 'auto' is CUDA where there is one, else the CPU.

    Raises UsageError for another name, and where this machine has no such device.
    """
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    if pick("device", name, ("auto", "cpu", "cuda")) == "cuda" and not torch.cuda.is_available():
        raise UsageError("this machine has no CUDA device that torch can use: use --device cpu")
    return torch.device(name)


def _conclude(training: TrainingRun, state: State, prepared: Prepared, cost: Cost) -> Run:
    """Judge the best weights on the test windows, draw the pictures and finish the run."""
    config, run = training.config, training.run
    test = prepared.windows.take(prepared.split.test)
    best = {"student": state.best_student}
    if state.best_teacher is not None:
        best["teacher"] = state.best_teacher
    shipped = max(best, key=lambda who: (best[who].score, who == "teacher"))
    answers = {who: _answers(training, state, each.weights, test) for who, each in best.items()}
    judged = {who: _judge(of_net, test, run.spec) for who, of_net in answers.items()}
    outcome = Outcome(
        parameters=parameter_count(state.student),
        windows={part: len(getattr(prepared.split, part)) for part in PARTS},
        subjects={
            part: sorted(set(prepared.windows.subject[getattr(prepared.split, part)].tolist()))
            for part in PARTS
        },
        shipped=shipped,
        validation_score={who: each.score for who, each in best.items()},
        metrics={
            who: {"test": {task: metrics.to_json() for task, metrics in tasks.items()}}
            for who, tasks in judged.items()
        },
        posture_by_placement={
            who: _by_placement(of_net, test, run.spec) for who, of_net in answers.items()
        },
        baseline=_baseline(test, run.spec),
        cost=cost.to_json(),
    )
    title = f"{config.net}, {config.dataset}, {config.split} split, seed {config.seed}"
    draw_curves(state.history, title, run.folder / "curves.png")
    for task, metrics in judged[shipped].items():
        caption = f"{task}: {100 * metrics.accuracy:.1f} % of {len(test):,} test windows\n{title}"
        draw_confusion(metrics, caption, run.folder / f"confusion-{task}.png")
    return finish_run(training, state, prepared.windows, prepared.split, outcome)


def _answers(
    training: TrainingRun, state: State, weights: dict[str, torch.Tensor], test: Windows
) -> Answers:
    """Answer the test windows with these weights: an index (N,) for each task."""
    device = next(state.student.parameters()).device
    state.student.load_state_dict(weights)
    logits = predict(state.student, as_read(batch_of(test, device), training.config.front_end).x)
    return {task: z.argmax(1).cpu().numpy() for task, z in zip(TASKS, logits, strict=True)}


def _judge(answers: Answers, test: Windows, spec: Spec) -> dict[Task, Metrics]:
    return {
        task: measure(getattr(test, task), answer, spec.labels(task))
        for task, answer in answers.items()
    }


def _by_placement(answers: Answers, test: Windows, spec: Spec) -> dict[str, float]:
    """Return posture's accuracy, 0..1, by where the sensor was worn."""
    by_index = accuracy_by(test.placement, test.posture, answers["posture"])
    return {spec.placements[worn]: value for worn, value in by_index.items()}


def _baseline(test: Windows, spec: Spec) -> dict[str, Any]:
    """Judge the angle's own answer, where the classes are angles."""
    if not spec.has_body_axes:
        return {}
    answer = atan2_posture(test.xyz_g, spec.postures)
    return {"atan2": {"posture": measure(test.posture, answer, spec.postures).to_json()}}
