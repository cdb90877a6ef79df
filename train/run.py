"""A run while it is trained: begun, continued from its checkpoint, and finished."""

import csv
import io
import time
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from edgekit import __version__
from edgekit.errors import UsageError
from edgekit.files import write_text
from edgekit.front_end import in_counts
from edgekit.run import (
    CHECKPOINT,
    GIVEN_TEACHER,
    HISTORY,
    HeldOut,
    Outcome,
    Run,
    read_run,
    read_weights,
    weights_file,
    write_description,
    write_outcome,
    write_windows,
)
from edgekit.windows import Windows

from .checkpoint import save_weights
from .config import Config
from .datasets import Dataset
from .loop import Epoch, State
from .nets import TwoHeads, build
from .splits import Split

REPRESENTATIVE_WINDOWS = 1000  # 100 are enough, 1000 tighten the tails


@dataclass(frozen=True)
class TrainingRun:
    """A run, and how it is trained."""

    run: Run
    config: Config


def start_run(
    folder: Path,
    config: Config,
    dataset: Dataset,
    given_teacher: Run | None = None,
    trial: dict[str, Any] | None = None,
) -> TrainingRun:
    """Make the folder of a run and its run.json; raises UsageError when it is there already.

    The weights that a given teacher ships are copied: the run then needs no other folder. `trial`
    is how the input and the augmentation were chosen (trial.py), where they were.
    """
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        raise UsageError(
            f"{folder} is there already. Continue it with: edgekit train --resume {folder}, "
            "or name another folder with --out."
        ) from None
    teacher = None
    if given_teacher is not None and given_teacher.outcome is not None:
        shipped = weights_file(given_teacher.outcome.shipped)
        save_weights(folder / GIVEN_TEACHER, read_weights(given_teacher.folder / shipped))
        teacher = {"run": given_teacher.name, "net": given_teacher.net}
    run = write_description(
        folder,
        made_by=f"edgekit {__version__}",
        began_utc=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        config=config.to_json(),
        spec=dataset.spec,
        dataset={**data_of(dataset), **({"trial": trial} if trial else {})},
        given_teacher=teacher,
    )
    return TrainingRun(run, config)


def data_of(dataset: Dataset) -> dict[str, Any]:
    """Return what run.json says of its data set."""
    return {
        "name": dataset.name,
        "summary": dataset.summary,
        "digests": dataset.digests,
        **({"folder": str(dataset.folder)} if dataset.folder else {}),
    }


def open_run(folder: Path) -> TrainingRun:
    """Open a run that was begun.

    Raises UsageError when there is none, EdgekitError when it is damaged.
    """
    run = read_run(folder)
    return TrainingRun(run, Config.from_json(run.config, run.spec))


def given_teacher(run: Run) -> TwoHeads | None:
    """Build the trained net that teaches this run, if one was given.

    Raises EdgekitError when its weights are missing or damaged.
    """
    if run.given_teacher is None:
        return None
    net = build(run.given_teacher, run.spec)
    net.load_state_dict(read_weights(run.folder / GIVEN_TEACHER))
    return net


def finish_run(
    training: TrainingRun, state: State, windows: Windows, split: Split, outcome: Outcome
) -> Run:
    """Write weights, windows for conversion and the figures of merit; run.json comes last."""
    folder = training.run.folder
    save_weights(folder / weights_file("student"), state.best_student.weights)
    if state.best_teacher is not None:
        save_weights(folder / weights_file("teacher"), state.best_teacher.weights)
    _save_windows(training, windows, split)
    write_history(folder, state.history)
    finished = write_outcome(training.run, outcome)
    (folder / CHECKPOINT).unlink(missing_ok=True)
    return finished


def write_history(folder: Path, history: list[Epoch]) -> None:
    """Write history.csv, a line for each epoch."""
    text = io.StringIO()
    table = csv.DictWriter(text, [f.name for f in fields(Epoch)], lineterminator="\n")
    table.writeheader()
    for epoch in history:
        table.writerow(
            {k: round(v, 6) if isinstance(v, float) else v for k, v in asdict(epoch).items()}
        )
    write_text(folder / HISTORY, text.getvalue())


def _save_windows(training: TrainingRun, windows: Windows, split: Split) -> None:
    """Write windows to take int8 ranges from and others to judge by, in counts.

    A net that reads g was judged on windows in g, and keeps those.
    """
    random = np.random.default_rng(training.config.seed)
    count = min(REPRESENTATIVE_WINDOWS, len(split.train))
    representative = windows.take(np.sort(random.choice(split.train, count, replace=False)))
    test = windows.take(split.test)
    stored = in_counts if training.config.front_end else np.asarray
    held_out = HeldOut(stored(test.xyz_g), test.posture, test.placement)
    write_windows(training.run.folder, stored(representative.xyz_g), held_out)
