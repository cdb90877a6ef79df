"""Adapt a finished run to its wearer: a new finished Run, which converts as any other."""

import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from edgekit.adaptation import Part
from edgekit.errors import EdgekitError
from edgekit.run import HeldOut, Run, read_weights, read_windows, weights_file
from edgekit.spec import TASKS, UNLABELLED, Task
from edgekit.windows import Windows

from ..batches import as_read, batch_of
from ..config import Config
from ..cost import cost_of
from ..energy import counter_of, metered
from ..judge import answers_of
from ..loop import Accuracies, Epoch, of_tasks, predict
from ..nets import Heads, TwoHeads, build
from ..weight_grid import on_weight_grid
from .classes import Classes, with_classes
from .fine_tune import Pass, Rehearsal, fine_tune
from .judgement import Judgement
from .prepare import OwnMinutes
from .write import AdaptedNet, write_run

UNKNOWN_LOGIT = -1e4  # of a class that the net before does not know


@dataclass(frozen=True)
class Adapted:
    """The new run, and what it answers on the own judged windows and on the old test windows."""

    run: Run
    own: Judgement
    old: Judgement


def adapt(
    run: Run,
    minutes: OwnMinutes,
    part: Part,
    seed: int,
    device: torch.device,
    folder: Path,
    pass_done: Callable[[Pass], None] = lambda _: None,
) -> Adapted:
    """Fine-tune a part of the run's net on the own minutes and write a finished run to `folder`.

    The folder appears whole at the end. Raises EdgekitError when the run is damaged.
    """
    config, classes = Config.from_json(run.config, run.spec), minutes.classes
    net = shipped_net(run).to(device)
    before = deepcopy(net)
    representative_xyz_g, test = read_windows(run.folder, run.spec)
    rehearsal = rehearsal_of(before, representative_xyz_g, classes, config, device)
    with_classes(net, classes, seed)
    own = as_read(batch_of(minutes.train, device), config.front_end)
    passes: list[Epoch] = []
    ended = [(time.perf_counter(), time.process_time())]

    def record(done: Pass) -> None:
        ended.append((time.perf_counter(), time.process_time()))
        (wall, cpu), (wall_now, cpu_now) = ended[-2:]
        passes.append(_history_row(done, learns, wall_now - wall, cpu_now - cpu))
        pass_done(done)

    learns = tuple(task for task in TASKS if classes.learns(task))
    with metered(counter_of(device)) as meter:
        fine_tune(net, own, rehearsal, part, learns, seed, record)
    if config.recipe.int8_ready:
        net.load_state_dict(on_weight_grid(net.state_dict()))

    def judged(windows: Windows) -> Judgement:
        answers = (answers_of(each, windows, config.front_end, device) for each in (before, net))
        first, second = answers
        named = {task: classes.from_before(answer, task) for task, answer in first.items()}
        return Judgement(windows, named, second)

    adapted = AdaptedNet(
        config, net, part, seed, tuple(passes), cost_of(passes, device, meter.power),
        judged(minutes.judged), judged(_old_windows(test, classes)), representative_xyz_g,
    )  # fmt: skip
    return Adapted(write_run(folder, run, minutes, adapted), adapted.own, adapted.old)


def shipped_net(run: Run) -> TwoHeads:
    """Build a finished run's net with the weights that it ships.

    Raises EdgekitError when they are missing, damaged or another net's.
    """
    assert run.outcome is not None
    net, path = build(run.net, run.spec), run.folder / weights_file(run.outcome.shipped)
    try:
        net.load_state_dict(read_weights(path))
    except RuntimeError as error:
        reason = str(error).splitlines()[-1].strip()
        raise EdgekitError(f"{path} does not fit the net {run.net!r}: {reason}") from None
    return net.eval()


def rehearsal_of(
    net: TwoHeads,
    xyz_g: NDArray[np.float32],
    classes: Classes,
    config: Config,
    device: torch.device,
) -> Rehearsal:
    """Return old training windows (K, window, 3) and the net's answers, in the new classes.

    A task is rehearsed only where all its classes stay: the others' windows have no answer left.
    """
    none = np.zeros(len(xyz_g), np.int64)
    subject = np.full(len(xyz_g), "")
    x = as_read(batch_of(Windows(xyz_g, none, none, subject), device), config.front_end).x
    logits = []
    for task, before in zip(TASKS, predict(net, x), strict=True):
        names, kept = classes.after.labels(task), classes.before.labels(task)
        after = before.new_full((len(before), len(names)), UNKNOWN_LOGIT)
        for column, name in enumerate(names):
            if name in kept:
                after[:, column] = before[:, kept.index(name)]
        logits.append(after)
    return Rehearsal(x, Heads(*logits), tuple(t for t in TASKS if not classes.dropped(t)))


def _history_row(done: Pass, learns: tuple[Task, ...], wall_s: float, cpu_s: float) -> Epoch:
    """Return a pass as a row of the history; no windows choose the best pass."""
    right = of_tasks(Accuracies(done.posture, done.placement), learns)
    by_validation = (None, None, None, None)
    return Epoch(done.number, done.loss, *right, *by_validation, wall_s, cpu_s)


def _old_windows(test: HeldOut, classes: Classes) -> Windows:
    """Return the run's test windows whose two classes stay, labelled as the adapted net's."""
    labels = {task: classes.from_before(getattr(test, task), task) for task in TASKS}
    stays = (labels["posture"] != UNLABELLED) & (labels["placement"] != UNLABELLED)
    return Windows(
        test.xyz_g[stays],
        labels["posture"][stays],
        labels["placement"][stays],
        np.full(int(stays.sum()), ""),
    )
