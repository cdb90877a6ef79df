"""Train a Run, from windows to its finished folder: the whole of `edgekit train`."""

from dataclasses import dataclass

import torch

from edgekit.errors import UsageError
from edgekit.names import pick
from edgekit.run import CHECKPOINT, PARTS, Outcome, Run
from edgekit.windows import Windows

from .batches import batches_of
from .checkpoint import save_checkpoint
from .config import Config
from .cost import Cost
from .datasets import Dataset, windows_of
from .figures import draw_confusion, draw_curves
from .judge import Answers, answers_of, baseline, judge, posture_by_placement
from .loop import State, Watch
from .nets import parameter_count
from .resumable import train_resumable
from .run import TrainingRun, finish_run, given_teacher, write_history
from .splits import Split, split


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
    judged = {who: judge(of_net, test, run.spec) for who, of_net in answers.items()}
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
            who: posture_by_placement(of_net, test, run.spec) for who, of_net in answers.items()
        },
        baseline=baseline(test, run.spec),
        cost=cost.to_json(),
    )
    title = f"{config.net}, {config.dataset}, {config.split} split, seed {config.seed}"
    draw_curves(state.history, shipped, title, run.folder / "curves.svg")
    for task in run.spec.choices:
        metrics = judged[shipped][task]
        caption = f"{task}: {100 * metrics.accuracy:.1f} % of {len(test):,} test windows\n{title}"
        draw_confusion(metrics, caption, run.folder / f"confusion-{task}.svg")
    return finish_run(training, state, prepared.windows, prepared.split, outcome)


def _answers(
    training: TrainingRun, state: State, weights: dict[str, torch.Tensor], test: Windows
) -> Answers:
    """Answer the test windows with these weights: an index (N,) for each task."""
    state.student.load_state_dict(weights)
    device = next(state.student.parameters()).device
    return answers_of(state.student, test, training.config.front_end, device)
