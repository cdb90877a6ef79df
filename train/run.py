"""Run: the folder of a training, resumable while it lasts, self-describing when it ends."""

import csv
import io
import time
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from edgekit import __version__
from edgekit.errors import EdgekitError, UsageError
from edgekit.files import read_json, whole_file, write_json, write_text
from edgekit.front_end import in_counts
from edgekit.spec import Spec
from edgekit.windows import Windows

from .checkpoint import load_weights, save_weights
from .config import Config
from .datasets import Dataset
from .loop import Epoch, State
from .nets import TwoHeads, build
from .splits import Split

FORMAT = "edgekit run"
VERSION = 2  # 1: before the front end of two gains
CALIBRATION_WINDOWS = 1000  # 100 are enough, 1000 tighten the tails

DESCRIPTION = "run.json"
CHECKPOINT = "checkpoint.safetensors"
GIVEN_TEACHER = "given-teacher.safetensors"


@dataclass(frozen=True)
class Run:
    """A run folder and what its run.json says."""

    folder: Path
    config: Config
    spec: Spec
    fields: dict[str, Any]

    @property
    def finished(self) -> bool:
        return bool(self.fields["state"] == "finished")


def start_run(
    folder: Path, config: Config, dataset: Dataset, given_teacher: Run | None = None
) -> Run:
    """Make the folder; raises UsageError when it is there already.

    The weights that a given teacher ships are copied: the run then needs no other folder.
    """
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        raise UsageError(
            f"{folder} is there already. Continue it with: edgekit train --resume {folder}, "
            "or name another folder with --out."
        ) from None
    description = {
        "format": FORMAT,
        "version": VERSION,
        "state": "training",
        "made_by": f"edgekit {__version__}",
        "began_utc": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "config": config.to_json(),
        "spec": dataset.spec.to_json(),
        "dataset": {
            "name": dataset.name,
            "summary": dataset.summary,
            "digests": dataset.digests,
        },
    }
    if given_teacher is not None:
        shipped = f"{given_teacher.fields['shipped']}.safetensors"
        save_weights(folder / GIVEN_TEACHER, load_weights(given_teacher.folder / shipped))
        description["given_teacher"] = {
            "run": given_teacher.folder.resolve().name,
            "net": given_teacher.config.net,
        }
    write_json(folder / DESCRIPTION, description)
    return Run(folder, config, dataset.spec, description)


def given_teacher(run: Run) -> TwoHeads | None:
    """The trained net that teaches this run, if one was given.

    Raises EdgekitError when its weights are missing or damaged.
    """
    if "given_teacher" not in run.fields:
        return None
    net = build(run.fields["given_teacher"]["net"], run.spec)
    net.load_state_dict(load_weights(run.folder / GIVEN_TEACHER))
    return net


def open_run(folder: Path) -> Run:
    """Raises UsageError when there is no run, EdgekitError when it is damaged."""
    if not (folder / DESCRIPTION).is_file():
        raise UsageError(
            f"no run at {folder}: it holds no {DESCRIPTION}. Make one with: edgekit train"
        )
    description = read_json(folder / DESCRIPTION)
    if (description.get("format"), description.get("version")) != (FORMAT, VERSION):
        raise EdgekitError(
            f"{folder / DESCRIPTION} is {description.get('format')!r} version "
            f"{description.get('version')!r}; this edgekit continues {FORMAT!r} version {VERSION}. "
            "Train again with: edgekit train"
        )
    try:
        spec = Spec.from_json(description["spec"])
        return Run(
            folder,
            Config.from_json(description["config"], spec),
            spec,
            {"state": "training", **description},
        )
    except KeyError as error:
        raise EdgekitError(f"{folder / DESCRIPTION} is damaged: {error} is missing") from None


def finish_run(
    run: Run, state: State, windows: Windows, split: Split, outcome: dict[str, Any]
) -> Run:
    """Write weights, windows for conversion and the figures of merit; run.json comes last."""
    save_weights(run.folder / "student.safetensors", state.best_student.weights)
    if state.best_teacher is not None:
        save_weights(run.folder / "teacher.safetensors", state.best_teacher.weights)
    _save_windows(run, windows, split)
    write_history(run.folder, state.history)
    description = {**run.fields, **outcome, "state": "finished"}
    write_json(run.folder / DESCRIPTION, description)
    (run.folder / CHECKPOINT).unlink(missing_ok=True)
    return Run(run.folder, run.config, run.spec, description)


def write_history(folder: Path, history: list[Epoch]) -> None:
    text = io.StringIO()
    table = csv.DictWriter(text, [f.name for f in fields(Epoch)], lineterminator="\n")
    table.writeheader()
    for epoch in history:
        table.writerow(
            {k: round(v, 6) if isinstance(v, float) else v for k, v in asdict(epoch).items()}
        )
    write_text(folder / "history.csv", text.getvalue())


def _save_windows(run: Run, windows: Windows, split: Split) -> None:
    """What conversion needs, in counts: windows to calibrate with, others to judge by."""
    random = np.random.default_rng(run.config.seed)
    count = min(CALIBRATION_WINDOWS, len(split.train))
    calibration = windows.take(np.sort(random.choice(split.train, count, replace=False)))
    test = windows.take(split.test)
    kept = in_counts if run.config.front_end else np.asarray
    with whole_file(run.folder / "windows.npz") as file:
        np.savez_compressed(
            file,
            calibration_xyz_g=kept(calibration.xyz_g),
            test_xyz_g=kept(test.xyz_g),
            test_posture=test.posture,
            test_placement=test.placement,
        )
