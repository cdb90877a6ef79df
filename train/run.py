"""Run: the folder of a training, resumable while it lasts, self-describing when it ends."""

import csv
import io
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save
from torch import Tensor, nn

from edgekit import __version__
from edgekit.errors import EdgekitError, UsageError
from edgekit.files import read_json, whole_file, write_json, write_text
from edgekit.spec import Spec
from edgekit.windows import Windows

from .config import Config
from .datasets import Dataset
from .int8_ready import on_input_grid
from .loop import Epoch, State, begin
from .splits import Split

FORMAT = "edgekit run"
VERSION = 1
CALIBRATION_WINDOWS = 1000  # 100 are enough, 1000 tighten the tails

DESCRIPTION = "run.json"
CHECKPOINT = "checkpoint.safetensors"


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


def start_run(folder: Path, config: Config, dataset: Dataset) -> Run:
    """Make the folder; raises UsageError when it is there already."""
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
    write_json(folder / DESCRIPTION, description)
    return Run(folder, config, dataset.spec, description)


def open_run(folder: Path) -> Run:
    """Raises UsageError when there is no run, EdgekitError when it is damaged."""
    if not (folder / DESCRIPTION).is_file():
        raise UsageError(
            f"no run at {folder}: it holds no {DESCRIPTION}. Make one with: edgekit train"
        )
    description = read_json(folder / DESCRIPTION)
    if (description.get("format"), description.get("version")) != (FORMAT, VERSION):
        raise EdgekitError(f"{folder / DESCRIPTION} is no {FORMAT!r} of version {VERSION}")
    try:
        return Run(
            folder,
            Config.from_json(description["config"]),
            Spec.from_json(description["spec"]),
            {"state": "training", **description},
        )
    except KeyError as error:
        raise EdgekitError(f"{folder / DESCRIPTION} is damaged: {error} is missing") from None


def save_checkpoint(run: Run, state: State) -> None:
    """The state after an epoch, in one file that is whole or the one before."""
    tensors: dict[str, Tensor] = {}
    for part, weights in _parts(state).items():
        tensors |= {f"{part}/{name}": tensor.contiguous() for name, tensor in weights.items()}
    told = {
        "history": json.dumps([asdict(epoch) for epoch in state.history]),
        "best_student_score": repr(state.best_student_score),
        "best_teacher_score": repr(state.best_teacher_score),
    }
    _save_tensors(run.folder / CHECKPOINT, tensors, told)
    write_history(run.folder, state.history)


def load_checkpoint(run: Run, make_net: Callable[[], nn.Module], device: torch.device) -> State:
    """The state where training left it; a fresh one where no epoch was finished."""
    state = begin(make_net, run.config, device)
    path = run.folder / CHECKPOINT
    if not path.is_file():
        return state
    try:
        with safe_open(path, framework="pt", device=str(device)) as file:
            told = file.metadata()
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        parts: dict[str, dict[str, Tensor]] = {}
        for name, tensor in tensors.items():
            part, _, rest = name.partition("/")
            parts.setdefault(part, {})[rest] = tensor
        state.student.load_state_dict(parts["student"])
        state.teacher.load_state_dict(parts["teacher"])
        state.best_student, state.best_teacher = parts["best_student"], parts["best_teacher"]
        _set_moments(state, parts["optimizer"])
        state.history = [Epoch(**row) for row in json.loads(told["history"])]
        state.best_student_score = float(told["best_student_score"])
        state.best_teacher_score = float(told["best_teacher_score"])
    except (OSError, SafetensorError, KeyError, ValueError, RuntimeError, TypeError) as error:
        raise EdgekitError(
            f"{path} is damaged ({error}). Delete it to begin this run's training anew."
        ) from None
    return state


def finish_run(
    run: Run, state: State, windows: Windows, split: Split, outcome: dict[str, Any]
) -> Run:
    """Write weights, windows for conversion and the figures of merit; run.json comes last."""
    _save_tensors(run.folder / "student.safetensors", state.best_student, {})
    _save_tensors(run.folder / "teacher.safetensors", state.best_teacher, {})
    _save_windows(run, windows, split)
    write_history(run.folder, state.history)
    description = {**run.fields, **outcome, "state": "finished"}
    write_json(run.folder / DESCRIPTION, description)
    (run.folder / CHECKPOINT).unlink(missing_ok=True)
    return Run(run.folder, run.config, run.spec, description)


def load_weights(path: Path) -> dict[str, Tensor]:
    """Raises EdgekitError when the file is missing or damaged."""
    try:
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise EdgekitError(f"{path} cannot be read as safetensors: {error}") from None


def write_history(folder: Path, history: list[Epoch]) -> None:
    text = io.StringIO()
    table = csv.DictWriter(text, [f.name for f in fields(Epoch)], lineterminator="\n")
    table.writeheader()
    for epoch in history:
        table.writerow(
            {k: round(v, 6) if isinstance(v, float) else v for k, v in asdict(epoch).items()}
        )
    write_text(folder / "history.csv", text.getvalue())


def _parts(state: State) -> dict[str, dict[str, Tensor]]:
    return {
        "student": state.student.state_dict(),
        "teacher": state.teacher.state_dict(),
        "best_student": state.best_student,
        "best_teacher": state.best_teacher,
        "optimizer": {
            f"{index}/{key}": value
            for index, moments in state.optimizer.state_dict()["state"].items()
            for key, value in moments.items()
        },
    }


def _set_moments(state: State, moments: dict[str, Tensor]) -> None:
    fresh = state.optimizer.state_dict()
    parameters = list(state.student.parameters())
    for name, tensor in moments.items():
        index, _, key = name.partition("/")
        if tensor.dim():  # the fused optimizer walks memory: moments must lie as their parameter
            tensor = torch.empty_like(parameters[int(index)]).copy_(tensor)
        fresh["state"].setdefault(int(index), {})[key] = tensor
    state.optimizer.load_state_dict(fresh)


def _save_tensors(path: Path, tensors: dict[str, Tensor], told: dict[str, str]) -> None:
    # Every tensor by itself: safetensors refuses two names for one memory.
    plain = {name: tensor.detach().cpu().clone().contiguous() for name, tensor in tensors.items()}
    with whole_file(path) as file:
        file.write(save(plain, metadata={"format": "pt", **told}))


def _save_windows(run: Run, windows: Windows, split: Split) -> None:
    """What conversion needs, as the net read it: windows to calibrate with, others to judge by."""
    random = np.random.default_rng(run.config.seed)
    count = min(CALIBRATION_WINDOWS, len(split.train))
    calibration = windows.take(np.sort(random.choice(split.train, count, replace=False)))
    test = windows.take(split.test)
    read = on_input_grid if run.config.recipe.int8_ready else torch.clone
    with whole_file(run.folder / "windows.npz") as file:
        np.savez_compressed(
            file,
            calibration_xyz_g=read(torch.from_numpy(calibration.xyz_g)).numpy(),
            test_xyz_g=read(torch.from_numpy(test.xyz_g)).numpy(),
            test_posture=test.posture,
            test_placement=test.placement,
        )
