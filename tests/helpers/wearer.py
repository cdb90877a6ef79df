"""A trained run, and a wearer whose sensor sits turned: what it knows of others does not fit."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from scipy.spatial.transform import Rotation

from edgekit.dataset_folder import describe_folder
from edgekit.nets import NETS
from edgekit.recording import Recording, save_recording
from edgekit.run import Run
from edgekit.train.config import Config, augmentation_named, trained_through
from edgekit.train.datasets import Dataset, load
from edgekit.train.loop import Watch
from edgekit.train.run import start_run
from edgekit.train.train_run import prepare, train
from tests.helpers.own_sets import LABELS, recording_of, write_set

TURN = Rotation.from_euler("xz", [110, 60], degrees=True)


def trained_run(folder: Path, placements: Sequence[str] = ("wrist", "ankle")) -> Run:
    """Train the micro net on six made-up people, a few epochs."""
    data = load(str(write_set(folder / "people", placements=placements)), None, 0)
    recipe = replace(NETS["mtl-net-micro"].recipe, epochs=8, batch=32, augmented=False)
    worn, through = augmentation_named("none", data.training), trained_through(recipe, data.spec)
    config = Config(data.name, "mtl-net-micro", "subject", 0, recipe, through, augmentation=worn)
    training = start_run(folder / "runs" / "base", config, data)
    return train(training, prepare(data, config), torch.device("cpu"), Watch())


def turned_recording(
    labels: Sequence[str] = LABELS,
    placement: str = "wrist",
    *,
    place: int = 0,
    seconds: float = 60.0,
) -> Recording:
    """Record zoe, whose sensor sits turned about two axes."""
    recording = recording_of("zoe", labels, placement, place=place, seconds=seconds)
    return replace(recording, xyz_g=TURN.apply(recording.xyz_g).astype(np.float32))


def write_wearer(folder: Path, *recordings: Recording) -> Path:
    """Write zoe's data set; by default one turned recording at the wrist."""
    for number, recording in enumerate(recordings or (turned_recording(),)):
        save_recording(recording, folder / f"zoe-{number}.npz")
    describe_folder(folder)
    return folder


def wearer(folder: Path, *recordings: Recording) -> Dataset:
    """Load what `write_wearer` writes."""
    return load(str(write_wearer(folder, *recordings)), None, 0)
