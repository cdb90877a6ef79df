"""Train and convert from Python, as `edgekit train` and `edgekit convert` do."""

import tempfile
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from edgekit.bundle import BUNDLES
from edgekit.dataset_folder import describe_folder
from edgekit.errors import EdgekitError, UsageError
from edgekit.files import fresh
from edgekit.missing_modules import explain_missing_modules
from edgekit.recording import Recording, save_recording
from edgekit.run import RUNS, Run

from .arguments import path_of
from .recordings import Recordings, stretches_of

if TYPE_CHECKING:
    from edgekit.convert.convert import Converted
    from edgekit.train.choices import Choices
    from edgekit.train.datasets import Dataset

Progress = Callable[[str], None]


@explain_missing_modules
def train(
    data: str | Path | Recording | Recordings | Sequence[Recording] = "synthetic",
    out: str | Path | None = None,
    *,
    net: str = "mtl-net-small",
    split: str = "subject",
    epochs: int | None = None,
    seed: int = 0,
    input: str | None = None,
    augmentation: str | None = None,
    device: str = "auto",
    data_dir: str | Path | None = None,
    progress: Progress = lambda line: None,
) -> Run:
    """Train a net on a data set, and return its finished Run.

    `data` is a data set's name ("synthetic", "wisdm" with its `data_dir`), a folder that
    `edgekit data import` made, or labelled Recordings. `out` is the run's folder; a new one in
    runs/ if absent. What is left None is the net's own or, for data of one's own, is tried first.
    `progress` is called with a line after each epoch. Raises UsageError for an impossible choice,
    EdgekitError where the data cannot be used.
    """
    from edgekit.train.choices import Choices
    from edgekit.train.loop import State, Watch
    from edgekit.train.run import start_run
    from edgekit.train.train_run import pick_device, prepare
    from edgekit.train.train_run import train as train_run
    from edgekit.train.trial import try_training

    target = pick_device(device)
    choices = Choices(net, split, seed, input, augmentation, epochs)
    dataset = _dataset(data, choices, path_of(data_dir) if data_dir else None)
    trial = None
    if dataset.folder is not None and None in (
        choices.settled_input,
        choices.settled_augmentation,
    ):
        trial = try_training(
            dataset,
            split,
            seed,
            input=choices.settled_input,
            augmentation=choices.settled_augmentation,
        )
    if trial is not None:
        dataset = replace(dataset, training=trial.training)
    dataset, config = choices.configure(dataset)
    if not isinstance(data, str | Path):
        dataset = replace(dataset, folder=None)  # it was a copy of Recordings in memory
    folder = path_of(out) if out else fresh(RUNS, f"{dataset.name}-{net}-{split}-seed{seed}")
    training = start_run(folder, config, dataset, None, trial.to_json() if trial else None)

    def epoch_done(state: State) -> None:
        last = state.history[-1]
        progress(f"epoch {last.epoch + 1} of {config.recipe.epochs}: loss {last.loss:.3f}")

    return train_run(training, prepare(dataset, config), target, Watch(epoch_done=epoch_done))


@explain_missing_modules
def convert(
    run: Run | str | Path, out: str | Path | None = None, progress: Progress = lambda line: None
) -> "Converted":
    """Convert a finished run to a bundle: int8 TFLite, ONNX, C, golden windows and a card.

    `out` is the bundle's folder; bundles/<run> if absent. Warns where the int8 model's answers
    stray from the float net's beyond the limits; `parity` of what is returned has the figures.
    Raises UsageError when there is no run, EdgekitError when it is unfinished or a step fails.
    """
    from edgekit.convert.convert import convert as convert_run

    folder = run.folder if isinstance(run, Run) else path_of(run)
    converted = convert_run(
        folder, path_of(out) if out else BUNDLES / folder.resolve().name, progress
    )
    for failure in converted.parity.failures:
        warnings.warn(f"{converted.bundle.folder}: {failure}", stacklevel=2)
    return converted


def _dataset(
    data: str | Path | Recording | Recordings | Sequence[Recording],
    choices: "Choices",
    data_dir: Path | None,
) -> "Dataset":
    from edgekit.train.datasets import load
    from edgekit.train.datasets.formats import FORMATS

    if data_dir is not None and not (isinstance(data, str) and data in FORMATS):
        raise UsageError(
            f"data_dir is where a public data set lies ({', '.join(FORMATS)}), and is not read for "
            "other data: pass data_dir without them, or a folder of your own as the data"
        )
    if isinstance(data, str | Path):
        named = str(data)
        if isinstance(data, Path) and "/" not in named:
            named = f"./{named}"  # a folder here, not a public set of that name
        choices.check(named)
        return load(named, data_dir, choices.seed)
    stretches = stretches_of(data)
    if not any(each.label is not None for each in stretches):
        raise EdgekitError(
            "none of these recordings has a label to learn from: read a table with a column of "
            "labels, or label the files with edgekit label"
        )
    with tempfile.TemporaryDirectory(prefix="edgekit-") as folder:
        for number, each in enumerate(stretches):
            save_recording(each, Path(folder) / f"{number:05d}.npz")
        describe_folder(Path(folder))
        choices.check(folder)
        return replace(load(folder, None, choices.seed), name="recordings")
