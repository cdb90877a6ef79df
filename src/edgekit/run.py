"""Run: the folder of a training. Its files, and run.json with every field checked.

Reading a description or windows needs numpy alone; `read_weights` imports torch when it is called.
"""

import zipfile
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from edgekit.adaptation import Adaptation
from edgekit.errors import EdgekitError, UsageError
from edgekit.files import npz_fault, read_json, whole_file, write_json
from edgekit.run_checks import check, is_count, is_number, is_share
from edgekit.spec import AXES, Spec

if TYPE_CHECKING:
    from torch import Tensor

RUNS = Path("runs")  # where runs lie if nobody names a folder
FORMAT = "edgekit run"
VERSION = 2  # 1: before the front end of two gains

DESCRIPTION = "run.json"
WINDOWS = "windows.npz"
HISTORY = "history.csv"
CHECKPOINT = "checkpoint.safetensors"
GIVEN_TEACHER = "given-teacher.safetensors"

TRAINING, FINISHED = "training", "finished"  # states
TAUGHT = ("teacher", "student")  # nets that a run may hold, each in a file of its own
PARTS = ("train", "validation", "test")


def weights_file(net: str) -> str:
    """Return the name of the file of `net`, one of TAUGHT."""
    return f"{net}.safetensors"


@dataclass(frozen=True)
class Outcome:
    """What a finished training adds to run.json."""

    parameters: int
    windows: dict[str, int]  # how many in each of PARTS
    subjects: dict[str, list[str]]  # the people of each of PARTS
    shipped: str  # the net of TAUGHT that is converted
    validation_score: dict[str, float]  # of each net
    metrics: dict[str, Any]  # of each net, "test" and task: edgekit.metrics.Metrics
    posture_by_placement: dict[str, dict[str, float]]  # accuracy of each net at each placement
    baseline: dict[str, Any]  # of methods without a net, e.g. "atan2", and task: Metrics
    cost: dict[str, Any]  # seconds, memory and energy: edgekit.train.cost.Cost

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, description: dict[str, Any]) -> Self:
        """Read the fields of a run.json. Raises KeyError, TypeError or ValueError."""
        outcome = cls(**{field.name: description[field.name] for field in fields(cls)})
        check(outcome.shipped in TAUGHT, "shipped", outcome.shipped)
        check(is_count(outcome.parameters), "parameters", outcome.parameters)
        for part in PARTS:
            count, people = outcome.windows[part], outcome.subjects[part]
            # An adaptation chooses no epoch, and has no windows to choose it by.
            counts = is_count(count) or (part == "validation" and count == 0)
            check(counts, f"windows of {part}", count)
            check(isinstance(people, list), f"subjects of {part}", people)
        for net, score in outcome.validation_score.items():
            check(net in TAUGHT and is_number(score), "validation_score", score)
        for net, at in outcome.posture_by_placement.items():
            check(net in TAUGHT and all(map(is_share, at.values())), "posture_by_placement", at)
        of_nets = [tasks["test"] for tasks in outcome.metrics.values()]
        for tasks in (*of_nets, *outcome.baseline.values()):
            for metrics in tasks.values():
                check(is_share(metrics["accuracy"]), "accuracy", metrics["accuracy"])
        for name in ("wall_s", "cpu_s", "energy_kwh"):
            check(is_number(outcome.cost[name]), f"cost {name}", outcome.cost[name])
        for name in ("energy_kind", "device"):
            check(isinstance(outcome.cost[name], str), f"cost {name}", outcome.cost[name])
        return outcome


@dataclass(frozen=True)
class Run:
    """A run folder, and the checked fields of its run.json."""

    folder: Path
    spec: Spec
    net: str  # a name of edgekit.train.nets.NETS
    int8_ready: bool  # trained so that int8 represents its weights exactly
    given_teacher: str | None  # the net whose weights lie in GIVEN_TEACHER
    outcome: Outcome | None  # None until training has ended
    adapted_from: Adaptation | None  # None of a net that was trained anew
    description: dict[str, Any]  # all of run.json

    def __repr__(self) -> str:
        shown = "not finished" if self.accuracy is None else f"{100 * self.accuracy:.1f} % right"
        return f"<run {self.name}: {self.net}, {shown}>"

    @property
    def accuracy(self) -> float | None:
        """Share of the test windows whose posture is right, 0..1; None until it is finished."""
        if self.outcome is None:
            return None
        return float(self.outcome.metrics[self.outcome.shipped]["test"]["posture"]["accuracy"])

    @property
    def name(self) -> str:
        return self.folder.resolve().name

    @property
    def finished(self) -> bool:
        return self.outcome is not None

    @property
    def config(self) -> dict[str, Any]:
        """How it is trained: edgekit.train.config.Config as JSON."""
        return dict(self.description["config"])

    @property
    def dataset(self) -> dict[str, Any]:
        """The data set's name, its summary in a sentence and its files' digests."""
        return dict(self.description["dataset"])


def read_run(folder: str | Path) -> Run:
    """Read and check a run's description.

    Raises UsageError when there is no run, EdgekitError when it is damaged or of another version.
    """
    folder = Path(folder)
    path = folder / DESCRIPTION
    if not path.is_file():
        raise UsageError(
            f"no run at {folder}: it holds no {DESCRIPTION}. Make one with: edgekit train"
        )
    description = read_json(path)
    if (description.get("format"), description.get("version")) != (FORMAT, VERSION):
        raise EdgekitError(
            f"{path} is {description.get('format')!r} version {description.get('version')!r}; "
            f"this edgekit reads {FORMAT!r} version {VERSION}. Train again with: edgekit train"
        )
    try:
        return _run(folder, description)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise EdgekitError(
            f"{path} is damaged: {error!r}. Train again with: edgekit train"
        ) from None


def write_description(
    folder: Path,
    made_by: str,
    began_utc: str,
    config: dict[str, Any],
    spec: Spec,
    dataset: dict[str, Any],
    given_teacher: dict[str, str] | None = None,
    adapted_from: Adaptation | None = None,
) -> Run:
    """Write the run.json of a training that begins.

    `dataset`: its name, summary and digests; `given_teacher`: run and net of the trained net whose
    weights lie in GIVEN_TEACHER.
    """
    description = {
        "format": FORMAT,
        "version": VERSION,
        "state": TRAINING,
        "made_by": made_by,
        "began_utc": began_utc,
        "config": config,
        "spec": spec.to_json(),
        "dataset": dataset,
    }
    if given_teacher is not None:
        description["given_teacher"] = given_teacher
    if adapted_from is not None:
        description["adapted_from"] = adapted_from.to_json()
    write_json(folder / DESCRIPTION, description)
    return _run(folder, description)


def write_outcome(run: Run, outcome: Outcome) -> Run:
    """Write the run.json of a training that has ended; all other files must be there by then."""
    description = {**run.description, **outcome.to_json(), "state": FINISHED}
    write_json(run.folder / DESCRIPTION, description)
    return _run(run.folder, description)


def _run(folder: Path, description: dict[str, Any]) -> Run:
    config, dataset = description["config"], description["dataset"]
    check(isinstance(config["net"], str), "net", config["net"])
    recipe = config["recipe"]
    check(isinstance(recipe["int8_ready"], bool), "int8_ready", recipe["int8_ready"])
    check(isinstance(dataset, dict), "dataset", dataset)
    digests = dataset.get("digests", {})
    is_digests = isinstance(digests, dict) and all(isinstance(d, str) for d in digests.values())
    check(is_digests, "digests of the data set", digests)
    teacher = description.get("given_teacher")
    state = description.get("state", TRAINING)
    check(state in (TRAINING, FINISHED), "state", state)
    spec = Spec.from_json(description["spec"])
    adapted_from = description.get("adapted_from")
    return Run(
        folder=folder,
        spec=spec,
        net=config["net"],
        int8_ready=config["recipe"]["int8_ready"],
        given_teacher=teacher["net"] if teacher else None,
        outcome=Outcome.from_json(description) if state == FINISHED else None,
        adapted_from=None if adapted_from is None else Adaptation.from_json(adapted_from, spec),
        description=description,
    )


def read_weights(path: Path) -> "dict[str, Tensor]":
    """Read the tensors of a safetensors file by name. Raises EdgekitError when it is damaged."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(path)
    except (SafetensorError, OSError) as error:
        raise _damaged(path, error) from None


@dataclass(frozen=True)
class HeldOut:
    """M labelled windows that training never saw."""

    xyz_g: NDArray[np.float32]  # (M, window, 3), whole counts unless the net reads g
    posture: NDArray[np.int64]  # (M,)
    placement: NDArray[np.int64]  # (M,)

    def __len__(self) -> int:
        return len(self.xyz_g)


def write_windows(folder: Path, representative_xyz_g: NDArray[np.float32], test: HeldOut) -> None:
    """Write what conversion needs besides the weights.

    `representative_xyz_g` (K, window, 3) g: training windows from which int8 ranges are taken.
    """
    with whole_file(folder / WINDOWS) as file:
        np.savez_compressed(
            file,
            calibration_xyz_g=representative_xyz_g,
            test_xyz_g=test.xyz_g,
            test_posture=test.posture,
            test_placement=test.placement,
        )


def read_windows(folder: Path, spec: Spec) -> tuple[NDArray[np.float32], HeldOut]:
    """Read what `write_windows` wrote. Raises EdgekitError when it is damaged."""
    path = folder / WINDOWS
    try:
        with np.load(path, allow_pickle=False) as arrays:
            representative_xyz_g = arrays["calibration_xyz_g"].astype(np.float32)
            test = HeldOut(
                arrays["test_xyz_g"].astype(np.float32),
                arrays["test_posture"].astype(np.int64),
                arrays["test_placement"].astype(np.int64),
            )
        for xyz_g in (representative_xyz_g, test.xyz_g):
            if xyz_g.ndim != 3 or xyz_g.shape[1:] != (spec.window, AXES) or len(xyz_g) == 0:
                raise ValueError(f"windows of shape {xyz_g.shape}, not (N, {spec.window}, {AXES})")
            if not np.isfinite(xyz_g).all():
                raise ValueError("some samples are not numbers")
        _check_labels(test.posture, len(test), len(spec.postures))
        _check_labels(test.placement, len(test), len(spec.placements))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise _damaged(path, npz_fault(error)) from None
    return representative_xyz_g, test


def _damaged(path: Path, error: Exception | str) -> EdgekitError:
    return EdgekitError(f"{path} is damaged ({error}). Copy the run again, or train again.")


def _check_labels(label: NDArray[np.int64], windows: int, classes: int) -> None:
    if label.shape != (windows,) or label.min() < 0 or label.max() >= classes:
        raise ValueError(
            f"its labels are not one of {classes} classes for each of {windows} windows"
        )
