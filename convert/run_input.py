"""What conversion reads of a run folder: its description, the shipped weights, and its windows."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from edgekit.errors import EdgekitError
from edgekit.files import sha256
from edgekit.front_end import read_g, trains_on_g
from edgekit.run import (
    DESCRIPTION,
    WINDOWS,
    HeldOut,
    Outcome,
    Run,
    read_run,
    read_weights,
    read_windows,
    weights_file,
)
from edgekit.spec import INPUT_SCALE


@dataclass(frozen=True)
class RunInput:
    """A finished run, read and checked."""

    run: Run
    outcome: Outcome
    weights: dict[str, Tensor]  # of the shipped net
    representative_xyz_g: NDArray[np.float32]  # (K, window, 3), windows of the training part
    test: HeldOut
    digests: dict[str, str]  # file -> SHA-256, of run.json and the shipped weights

    @property
    def reads_g(self) -> bool:
        """Whether the net was trained on samples in g, not on what the front end makes of them."""
        return trains_on_g(self.run.spec.front_end, self.run.int8_ready)

    def float_input(self, xyz_g: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return windows (N, window, 3) in g as the float net reads them, (N, window, channels)."""
        if self.reads_g:
            return xyz_g
        return self.int8_input(xyz_g) * np.float32(INPUT_SCALE)

    def int8_input(self, xyz_g: NDArray[np.float32]) -> NDArray[np.int8]:
        """Return the same windows as the int8 model reads them."""
        return read_g(xyz_g, self.run.spec.front_end)


def load_run(folder: Path) -> RunInput:
    """Read a finished run.

    Raises UsageError when there is no run, EdgekitError when it is unfinished or damaged.
    """
    run = read_run(folder)
    if run.outcome is None:
        raise _unfinished(folder, f"does not say in {DESCRIPTION} which weights it ships")
    weights = folder / weights_file(run.outcome.shipped)
    for needed in (weights, folder / WINDOWS):
        if not needed.is_file():
            raise _unfinished(folder, f"has no {needed.name}")
    representative_xyz_g, test = read_windows(folder, run.spec)
    return RunInput(
        run=run,
        outcome=run.outcome,
        weights=read_weights(weights),
        representative_xyz_g=representative_xyz_g,
        test=test,
        digests={path.name: sha256(path) for path in (weights, folder / DESCRIPTION)},
    )


def _unfinished(folder: Path, lack: str) -> EdgekitError:
    return EdgekitError(
        f"run {folder} {lack}: training did not finish; "
        f"resume with: edgekit train --resume {folder}"
    )
