"""Measure what a wearer's own labelled seconds are worth to a net that never saw that wearer.

python -m edgekit.benchmarks.studies.personal --out FOLDER
python -m edgekit.benchmarks.studies.personal --out FOLDER --folds 0 1
python -m edgekit.benchmarks.studies.personal --out FOLDER --page docs/personalisation

WISDM, five folds by subject: a net is trained on the other people, then adapted, by what
`edgekit train --from` does, to each held-out person and placement: on the first seconds of each
activity, judged on the rest of that session (windows that share samples with a training window
are left out) and, as the old data, on up to 2,000 windows of the other held-out people. Float
and int8 (LiteRT). One file a finished session: what is stopped continues where it stood.
"""

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from copy import deepcopy
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from edgekit.adaptation import PARTS, Part
from edgekit.convert import onnx2tf_job
from edgekit.convert.convert import with_ordered_heads
from edgekit.convert.export import onnx_bytes
from edgekit.convert.model import parse
from edgekit.convert.quantize import QUIET, int8_model
from edgekit.convert.representative import representative_windows
from edgekit.convert.run_input import RunInput, load_run
from edgekit.convert.runtimes import litert_logits
from edgekit.files import write_json
from edgekit.front_end import in_counts, with_input
from edgekit.run import Run
from edgekit.spec import TASKS, Task
from edgekit.train.adapt.adapt import rehearsal_of, shipped_net
from edgekit.train.adapt.classes import Classes
from edgekit.train.adapt.fine_tune import fine_tune
from edgekit.train.adapt.own_minutes import OwnWindows, divide, own_windows
from edgekit.train.batches import as_read, batch_of
from edgekit.train.config import (
    Config,
    augmentation_for,
    input_for,
    recipe_for,
    trained_through,
)
from edgekit.train.cpu import full_speed
from edgekit.train.datasets import Dataset, load, windows_of
from edgekit.train.judge import answers_of
from edgekit.train.loop import Watch
from edgekit.train.nets import TwoHeads
from edgekit.train.run import open_run, start_run
from edgekit.train.splits import FOLDS, Split, fold
from edgekit.train.train_run import Prepared, train
from edgekit.train.weight_grid import on_weight_grid
from edgekit.windows import Windows

from .parser import study_parser
from .personal_page import NET, write_page

EPOCHS, SEED = 12, 0
SECONDS = (15, 30, 60)
OLD_WINDOWS = 2000
CPU = torch.device("cpu")

Accuracy = dict[Task, float]  # 0..1
Answering = Callable[[Windows], Accuracy]


@dataclass(frozen=True)
class Fold:
    """A trained net, and the windows of the people whom it never saw."""

    run: Run
    trained: RunInput
    net: TwoHeads
    config: Config
    held_out: OwnWindows


def main() -> None:
    parser = study_parser("personal", __doc__)
    parser.add_argument("--out", type=Path, required=True, help="where runs and results are kept")
    parser.add_argument("--folds", type=int, nargs="+", default=range(FOLDS), choices=range(FOLDS))
    parser.add_argument("--page", type=Path, help="only write picture and table of what is done")
    options = parser.parse_args()
    results = options.out / "sessions"
    if options.page:
        print(write_page(results, options.page))
        return
    dataset = load("wisdm", None, SEED)
    spec = with_input(dataset.spec, input_for(NET, dataset.training))
    dataset = replace(dataset, spec=spec)
    own = own_windows(dataset.recordings, spec)
    os.environ.update(QUIET)
    with ProcessPoolExecutor(1, get_context("spawn"), _silence) as pool:

        def run_job(folder: Path) -> None:
            pool.submit(onnx2tf_job.main, folder).result()

        for index in options.folds:
            parts = fold(own.windows, "subject", SEED, index)
            run = base_run(options.out / "runs" / f"fold-{index}", dataset, parts)
            held_out = OwnWindows(own.windows.take(parts.test), own.recording[parts.test])
            trained = load_run(run.folder)
            of_fold = Fold(
                run, trained, shipped_net(run), Config.from_json(run.config, run.spec), held_out
            )
            _measure_fold(of_fold, index, results, run_job)


def base_run(folder: Path, dataset: Dataset, parts: Split) -> Run:
    """Train the fold's net, or continue it, or return what is there finished."""
    if not folder.exists():
        recipe = replace(recipe_for(NET, dataset.training), epochs=EPOCHS)
        worn = augmentation_for(recipe, dataset.training)
        through = trained_through(recipe, dataset.spec)
        config = Config("wisdm", NET, "subject", SEED, recipe, through, augmentation=worn)
        start_run(folder, config, dataset)
    training = open_run(folder)
    if training.run.finished:
        return training.run
    return train(training, Prepared(windows_of(dataset), parts), CPU, Watch())


def _measure_fold(
    of_fold: Fold, index: int, results: Path, run_job: Callable[[Path], None]
) -> None:
    windows = of_fold.held_out.windows
    sessions = sorted(set(zip(windows.subject.tolist(), windows.placement.tolist(), strict=True)))
    left = [
        (results / f"{index}-{subject}-{placement}.json", subject, placement)
        for subject, placement in sessions
    ]
    left = [session for session in left if not session[0].is_file()]
    if not left:
        return
    order = np.random.default_rng(SEED).permutation(len(left))  # whatever is done is a fair sample
    before = int8_answering(of_fold, of_fold.net, None, run_job)
    for path, subject, placement in track(
        [left[k] for k in order], f"fold {index}", console=Console(stderr=True)
    ):
        cells = _measure_session(of_fold, subject, placement, before, run_job)
        write_json(
            path,
            {"fold": index, "subject": subject, "placement": placement, "cells": cells},
        )


def _measure_session(
    of_fold: Fold,
    subject: str,
    placement: int,
    int8_before: Answering,
    run_job: Callable[[Path], None],
) -> list[dict[str, Any]]:
    """Adapt to one person and placement by each part and length, and judge it."""
    windows, spec = of_fold.held_out.windows, of_fold.run.spec
    at = np.flatnonzero((windows.subject == subject) & (windows.placement == placement))
    own = OwnWindows(windows.take(at), of_fold.held_out.recording[at])
    others = np.flatnonzero(windows.subject != subject)
    random = np.random.default_rng(SEED)
    old = windows.take(np.sort(random.permutation(others)[:OLD_WINDOWS]))
    names = {
        task: tuple(spec.labels(task)[k] for k in np.unique(getattr(own.windows, task)))
        for task in TASKS
    }
    classes = Classes(spec, spec, names)
    float_before = float_answering(of_fold, of_fold.net)
    cells = []
    for seconds in SECONDS:
        division = divide(own, seconds, spec)
        train, judged = own.windows.take(division.train), own.windows.take(division.judged)
        before = {
            "float": _judged(float_before, judged, old),
            "int8": _judged(int8_before, judged, old),
        }
        for part in PARTS:
            net = adapted(of_fold, train, part, classes)
            after = {
                "float": _judged(float_answering(of_fold, net), judged, old),
                "int8": _judged(int8_answering(of_fold, net, train.xyz_g, run_job), judged, old),
            }
            cells.append(
                {
                    "seconds": seconds,
                    "part": part,
                    "windows": {"train": len(train), "judged": len(judged), "old": len(old)},
                    "before": before,
                    "after": after,
                }
            )
    return cells


def adapted(of_fold: Fold, train: Windows, part: Part, classes: Classes) -> TwoHeads:
    """Return a copy of the fold's net, adapted as the product adapts."""
    net, config = deepcopy(of_fold.net), of_fold.config
    rehearsal = rehearsal_of(
        of_fold.net, of_fold.trained.representative_xyz_g, classes, config, CPU
    )
    own = as_read(batch_of(train, CPU), config.front_end)
    learns = tuple(task for task in TASKS if classes.learns(task))
    with full_speed(CPU):
        fine_tune(net, own, rehearsal, part, learns, SEED)
    net.load_state_dict(on_weight_grid(net.state_dict()))
    return net


def float_answering(of_fold: Fold, net: TwoHeads) -> Answering:
    def answer(windows: Windows) -> Accuracy:
        answers = answers_of(net, windows, of_fold.config.front_end, CPU)
        return {task: _share(getattr(windows, task), answers[task]) for task in TASKS}

    return answer


def int8_answering(
    of_fold: Fold,
    net: TwoHeads,
    own_xyz_g: NDArray[np.float32] | None,
    run_job: Callable[[Path], None],
) -> Answering:
    """Convert a net as `edgekit convert` does, and answer by LiteRT."""
    trained = of_fold.trained
    if own_xyz_g is not None:
        both = np.concatenate([trained.representative_xyz_g, in_counts(own_xyz_g)])
        trained = replace(trained, representative_xyz_g=both)
    onnx = onnx_bytes(net, trained.run.spec)
    windows = representative_windows(net, trained.float_input(trained.representative_xyz_g))
    quantised = parse(int8_model(onnx, windows, run_job))
    model = with_ordered_heads(quantised, onnx, net, trained).data

    def answer(windows: Windows) -> Accuracy:
        logits = litert_logits(model, trained.int8_input(windows.xyz_g))
        return {
            task: _share(getattr(windows, task), getattr(logits, task).argmax(1)) for task in TASKS
        }

    return answer


def _judged(answer: Answering, own: Windows, old: Windows) -> dict[str, Accuracy]:
    return {"own": answer(own), "old": answer(old)}


def _share(truth: NDArray[np.int64], answer: NDArray[np.int64]) -> float:
    return round(float((truth == answer).mean()), 4)


def _silence() -> None:
    """Send what TensorFlow prints nowhere, in its own process."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


if __name__ == "__main__":
    main()
