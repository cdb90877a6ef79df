"""What converting reads of a Run folder: its description, the shipped weights, and its windows."""

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from edgekit.errors import EdgekitError, UsageError
from edgekit.files import read_json, sha256
from edgekit.front_end import read_g, trains_on_g
from edgekit.spec import AXES, INPUT_SCALE, Spec

FORMAT = "edgekit run"
VERSION = 2
DESCRIPTION = "run.json"
WINDOWS = "windows.npz"
WEIGHTS = ("teacher", "student")


@dataclass(frozen=True)
class HeldOut:
    """M labelled windows that training never saw."""

    xyz_g: NDArray[np.float32]  # (M, window, 3), whole counts unless the net reads g
    posture: NDArray[np.int64]  # (M,)
    placement: NDArray[np.int64]  # (M,)

    def __len__(self) -> int:
        return len(self.xyz_g)


@dataclass(frozen=True)
class RunInput:
    """A finished run, read and checked."""

    folder: Path
    spec: Spec
    net: str  # a name of edgekit.nets.NETS
    shipped: str  # "teacher" or "student"
    weights: dict[str, Tensor]  # of the shipped net
    calibration_xyz_g: NDArray[np.float32]  # (K, window, 3), windows of the training part
    test: HeldOut
    reads_g: bool  # the net was trained on samples in g, not on what the front end makes
    fields: dict[str, Any]  # all of run.json
    digests: dict[str, str]  # file -> SHA-256, of run.json and the shipped weights

    @property
    def name(self) -> str:
        return self.folder.resolve().name

    def float_input(self, xyz_g: NDArray[np.float32]) -> NDArray[np.float32]:
        """Windows (N, window, 3) in g as the float net reads them, (N, window, channels)."""
        if self.reads_g:
            return xyz_g
        return self.int8_input(xyz_g) * np.float32(INPUT_SCALE)

    def int8_input(self, xyz_g: NDArray[np.float32]) -> NDArray[np.int8]:
        """The same windows as the int8 model reads them."""
        return read_g(xyz_g, self.spec.front_end)


def load_run(folder: Path) -> RunInput:
    """Raises UsageError when there is no run, EdgekitError when it is unfinished or damaged."""
    description = folder / DESCRIPTION
    if not description.is_file():
        raise UsageError(
            f"no run at {folder}: it holds no {DESCRIPTION}. Make one with: edgekit train"
        )
    fields = read_json(description)
    if (fields.get("format"), fields.get("version")) != (FORMAT, VERSION):
        raise EdgekitError(
            f"{description} is {fields.get('format')!r} version {fields.get('version')!r}; "
            f"this edgekit converts {FORMAT!r} version {VERSION}. Train again with: edgekit train"
        )
    shipped = fields.get("shipped", "teacher")  # named only when training ends
    if shipped not in WEIGHTS:
        raise EdgekitError(f"{description} ships {shipped!r}, which is neither teacher nor student")
    weights = folder / f"{shipped}.safetensors"
    for needed in (weights, folder / WINDOWS):
        if not needed.is_file():
            raise _unfinished(folder, f"has no {needed.name}")
    if "shipped" not in fields:
        raise _unfinished(folder, f"does not say in {DESCRIPTION} which weights it ships")
    try:
        net, spec = str(fields["config"]["net"]), Spec.from_json(fields["spec"])
        int8_ready = bool(fields["config"]["recipe"]["int8_ready"])
    except (KeyError, TypeError) as error:
        raise EdgekitError(f"{description} is damaged: {error!r}. Train again.") from None
    calibration_xyz_g, test = _windows(folder / WINDOWS, spec)
    return RunInput(
        folder=folder,
        spec=spec,
        net=net,
        shipped=shipped,
        weights=_tensors(weights),
        calibration_xyz_g=calibration_xyz_g,
        test=test,
        reads_g=trains_on_g(spec.front_end, int8_ready),
        fields=fields,
        digests={path.name: sha256(path) for path in (weights, description)},
    )


def _unfinished(folder: Path, lack: str) -> EdgekitError:
    return EdgekitError(
        f"run {folder} {lack}: training did not finish; "
        f"resume with: edgekit train --resume {folder}"
    )


def _tensors(path: Path) -> dict[str, Tensor]:
    try:
        return load_file(path)
    except (SafetensorError, OSError) as error:
        raise EdgekitError(
            f"{path} is damaged ({error}). Copy the run again, or train again."
        ) from None


def _windows(path: Path, spec: Spec) -> tuple[NDArray[np.float32], HeldOut]:
    try:
        with np.load(path, allow_pickle=False) as arrays:
            calibration_xyz_g = arrays["calibration_xyz_g"].astype(np.float32)
            test = HeldOut(
                arrays["test_xyz_g"].astype(np.float32),
                arrays["test_posture"].astype(np.int64),
                arrays["test_placement"].astype(np.int64),
            )
        for xyz_g in (calibration_xyz_g, test.xyz_g):
            if xyz_g.ndim != 3 or xyz_g.shape[1:] != (spec.window, AXES) or len(xyz_g) == 0:
                raise ValueError(f"windows of shape {xyz_g.shape}, not (N, {spec.window}, {AXES})")
            if not np.isfinite(xyz_g).all():
                raise ValueError("some samples are not numbers")
        _check_labels(test.posture, len(test), len(spec.postures))
        _check_labels(test.placement, len(test), len(spec.placements))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise EdgekitError(
            f"{path} is damaged ({error}). Copy the run again, or train again."
        ) from None
    return calibration_xyz_g, test


def _check_labels(label: NDArray[np.int64], windows: int, classes: int) -> None:
    if label.shape != (windows,) or label.min() < 0 or label.max() >= classes:
        raise ValueError(
            f"its labels are not one of {classes} classes for each of {windows} windows"
        )
