"""Write an adapted net as a finished Run: weights, windows, history, pictures, run.json last."""

import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit import __version__
from edgekit.adaptation import Adaptation, Part
from edgekit.files import sha256, whole_folder
from edgekit.front_end import in_counts
from edgekit.nets import Recipe
from edgekit.run import (
    DESCRIPTION,
    HeldOut,
    Outcome,
    Run,
    read_run,
    weights_file,
    write_description,
    write_outcome,
    write_windows,
)
from edgekit.spec import TASKS
from edgekit.windows import Windows

from ..checkpoint import save_weights
from ..config import Config
from ..cost import Cost
from ..datasets.defaults import Augmentation
from ..figures import draw_confusion, draw_curves
from ..judge import baseline, judge, posture_by_placement
from ..loop import Epoch
from ..methods import BornAgain
from ..nets import TwoHeads, parameter_count
from ..run import REPRESENTATIVE_WINDOWS, data_of, write_history
from .figure import draw_adaptation
from .fine_tune import REHEARSAL_WEIGHT, STEPS, TEMPERATURE, WEIGHT_DECAY
from .judgement import Judgement
from .prepare import OwnMinutes

SPLIT = "own-minutes"  # by time within each class
PICTURE = "adaptation.svg"


@dataclass(frozen=True)
class AdaptedNet:
    """A net after its adaptation, how it was reached, and what it answers."""

    base: Config  # of the run that was adapted
    net: TwoHeads
    part: Part
    seed: int
    history: tuple[Epoch, ...]
    cost: Cost
    own: Judgement  # on the own minutes that did not train
    old: Judgement  # on the run's test windows whose classes stay
    old_representative_xyz_g: NDArray[np.float32]  # (K, window, 3)


def write_run(folder: Path, run: Run, minutes: OwnMinutes, adapted: AdaptedNet) -> Run:
    """Write the folder, which appears whole at the end. Raises EdgekitError where it cannot."""
    test = _joined(adapted.own.windows, adapted.old.windows)
    with whole_folder(folder) as fresh:
        save_weights(fresh / weights_file("student"), adapted.net.state_dict())
        write_history(fresh, list(adapted.history))
        _draw(fresh, run, minutes, adapted)
        _save_windows(fresh, minutes, adapted, test)
        begun = write_description(
            fresh,
            made_by=f"edgekit {__version__}",
            began_utc=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            config=_config(minutes, adapted).to_json(),
            spec=minutes.classes.after,
            dataset=data_of(minutes.dataset),
            adapted_from=_adaptation(run, minutes, adapted),
        )
        write_outcome(begun, _outcome(run, minutes, adapted, test))
    return read_run(folder)


def _save_windows(folder: Path, minutes: OwnMinutes, adapted: AdaptedNet, test: Windows) -> None:
    """Write old and own windows: int8 takes its ranges from both and is judged by both."""
    stored = in_counts if adapted.base.front_end else np.asarray
    random = np.random.default_rng(adapted.seed)
    kept = random.permutation(minutes.division.train)[:REPRESENTATIVE_WINDOWS]
    own_xyz_g = stored(minutes.windows.xyz_g[np.sort(kept)])
    ranges_xyz_g = np.concatenate([adapted.old_representative_xyz_g, own_xyz_g])
    write_windows(folder, ranges_xyz_g, HeldOut(stored(test.xyz_g), test.posture, test.placement))


def _joined(own: Windows, old: Windows) -> Windows:
    return Windows(
        np.concatenate([own.xyz_g, old.xyz_g]),
        np.concatenate([own.posture, old.posture]),
        np.concatenate([own.placement, old.placement]),
        np.concatenate([own.subject, old.subject]),
    )


def _adaptation(run: Run, minutes: OwnMinutes, adapted: AdaptedNet) -> Adaptation:
    assert run.outcome is not None
    files = (run.folder / DESCRIPTION, run.folder / weights_file(run.outcome.shipped))
    classes, division = minutes.classes, minutes.division
    own, old = adapted.own, adapted.old
    return Adaptation(
        run=run.name,
        digests={path.name: sha256(path) for path in files},
        part=adapted.part,
        seconds=minutes.seconds,
        own_windows={"train": len(division.train), "judged": len(division.judged)},
        old_windows=len(old.windows),
        own={task: own.change(task) for task in TASKS},
        old={task: old.change(task) for task in TASKS} if len(old.windows) else {},
        added={task: list(classes.added(task)) for task in TASKS},
        dropped={task: list(classes.dropped(task)) for task in TASKS},
        lacking={task: list(classes.lacking(task)) for task in TASKS},
    )


def _config(minutes: OwnMinutes, adapted: AdaptedNet) -> Config:
    """Return how the net was adapted in the terms of a training: the net before is its teacher."""
    base, steps = adapted.base, STEPS[adapted.part]
    recipe = Recipe(
        epochs=steps.passes,
        batch=steps.batch or len(minutes.division.train),
        learning_rate=steps.learning_rate,
        schedule="constant",
        weight_decay=WEIGHT_DECAY,
        augmented=False,
        int8_ready=base.recipe.int8_ready,
    )
    return replace(
        base,
        dataset=minutes.dataset.name,
        split=SPLIT,
        seed=adapted.seed,
        recipe=recipe,
        objective=BornAgain(distill_weight=REHEARSAL_WEIGHT, temperature=TEMPERATURE),
        augmentation=Augmentation(),
    )


def _outcome(run: Run, minutes: OwnMinutes, adapted: AdaptedNet, test: Windows) -> Outcome:
    """Judge the own and the old windows together: they are what conversion judges by."""
    assert run.outcome is not None
    own, spec = sorted(set(minutes.windows.subject.tolist())), minutes.classes.after
    answers = {
        task: np.concatenate([adapted.own.after[task], adapted.old.after[task]]) for task in TASKS
    }
    metrics = judge(answers, test, spec)
    return Outcome(
        parameters=parameter_count(adapted.net),
        windows={"train": len(minutes.division.train), "validation": 0, "test": len(test)},
        subjects={
            "train": own,
            "validation": [],
            "test": sorted({*own, *run.outcome.subjects["test"]}),
        },
        shipped="student",
        validation_score={},
        metrics={"student": {"test": {task: m.to_json() for task, m in metrics.items()}}},
        posture_by_placement={"student": posture_by_placement(answers, test, spec)},
        baseline=baseline(test, spec),
        cost=adapted.cost.to_json(),
    )


def _draw(folder: Path, run: Run, minutes: OwnMinutes, adapted: AdaptedNet) -> None:
    own, old, spec = adapted.own, adapted.old, minutes.classes.after
    title = f"{run.name}, adapted to {minutes.dataset.name}"
    draw_curves(list(adapted.history), "student", title, folder / "curves.svg")
    judged = judge(own.after, own.windows, spec)
    for task in spec.choices:
        metrics = judged[task]
        caption = f"{task}: {100 * metrics.accuracy:.1f} % of {len(own.windows):,} own windows"
        draw_confusion(metrics, f"{caption}\n{title}", folder / f"confusion-{task}.svg")
    draw_adaptation(
        spec.postures, own.by_class("posture"), old.by_class("posture"), title, folder / PICTURE
    )
