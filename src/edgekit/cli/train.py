"""edgekit train: recordings in, a Run out."""

import math
import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edgekit.choices import check_choices
from edgekit.errors import UsageError
from edgekit.files import fresh
from edgekit.nets import CONVERTIBLE, NETS
from edgekit.run import RUNS
from edgekit.spec import DOMAINS, TASKS
from edgekit.text import counted

from .adapt import AdaptOptions, adapt_run, check_options
from .folders import latest_run
from .options import DataDirOption, DeviceOption, InputOption, typed_options
from .output import STDERR, print_progress
from .train_figures import print_figures
from .train_method import objective_of, teaching_run
from .trial import with_tried_defaults

if TYPE_CHECKING:
    import torch

    from edgekit.train.config import Config
    from edgekit.train.datasets import Dataset
    from edgekit.train.run import TrainingRun

DEFAULT = "synthetic"
FEW_WINDOWS = 1000  # that judge: below, chance alone is 2 points and more
BY_CHANCE = 1.96 * 0.3  # over sqrt(windows): half of a 95 % interval around 90 % right


def train_command(
    context: typer.Context,
    dataset: Annotated[
        str,
        typer.Option(
            help=f"synthetic, {', '.join(spec.domain for spec in DOMAINS)}, or a folder of your "
            "own recordings."
        ),
    ] = DEFAULT,
    net: Annotated[
        str,
        typer.Option(
            help=f"{', '.join(CONVERTIBLE)}; for comparison only: "
            f"{', '.join(name for name in NETS if name not in CONVERTIBLE)}."
        ),
    ] = "mtl-net-small",
    split: Annotated[
        str, typer.Option(help="subject (people held out) or random-window (as in the paper).")
    ] = "subject",
    epochs: Annotated[
        int | None,
        typer.Option(min=1, help="If absent, the net's own number; of a small folder, more."),
    ] = None,
    batch: Annotated[
        int | None,
        typer.Option(
            min=2, help="Windows a step. If absent, the net's own number; of a small folder, fewer."
        ),
    ] = None,
    label_smoothing: Annotated[
        float | None,
        typer.Option(min=0, max=0.9, help="Share of a label spread over all classes."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Decides split, weights, order and simulation.")] = 0,
    method: Annotated[
        str, typer.Option(help="smooth-distill, multitask, sd-dropout, or born-again (--teacher).")
    ] = "smooth-distill",
    teacher: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="The finished run that teaches by --method born-again."
        ),
    ] = None,
    task_weight: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="The paper's alpha: posture's part of the loss (0.5)."),
    ] = None,
    distill_weight: Annotated[
        float | None,
        typer.Option(min=0, help="The paper's lambda: the teacher's part (0.5); 0 for none."),
    ] = None,
    augmentation: Annotated[
        str | None,
        typer.Option(
            help="worn (shifted, turned, scaled: for unseen people), light, shifted "
            "or none. If absent, the net's own; of a folder, what measures best there."
        ),
    ] = None,
    input: InputOption = None,
    device: DeviceOption = "auto",
    data_dir: DataDirOption = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="The run's folder; a new one in runs/ if absent."),
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Continue this unfinished run; 'latest' for the newest."
        ),
    ] = None,
    from_run: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="FOLDER",
            help="Adapt this finished run to the wearer of --dataset FOLDER; 'latest' for the "
            "newest.",
        ),
    ] = None,
    adapt: Annotated[
        str, typer.Option(help="With --from: all (the whole net) or heads (its last layers).")
    ] = "all",
    seconds: Annotated[
        float,
        typer.Option(
            metavar="SECONDS",
            help="With --from: the first seconds of each class train, later ones judge.",
        ),
    ] = 60.0,
    classes: Annotated[
        str,
        typer.Option(
            help="With --from, where labels are new: keep (refuse), add (to the run's), or own "
            "(these alone)."
        ),
    ] = "keep",
) -> None:
    """Train a net with Smooth-Distill and leave a Run: weights, metrics, pictures.

    Without an argument: the small net on the synthetic sleeper, in a few minutes. Ctrl-C
    leaves a run that --resume continues. With --from, a trained net is adapted to its wearer by a
    few labelled minutes, in seconds.

    - `edgekit train`
    - `edgekit train --dataset wisdm --split random-window --augmentation shifted --epochs 60`
    - `edgekit train --dataset kitchen --net mtl-net-micro`
    - `edgekit train --net mtl-net-micro --method born-again --teacher runs/my-small-run`
    - `edgekit train --resume latest`
    - `edgekit train --from runs/my-run --dataset my-minutes`
    """
    check_options(context, adapts=from_run is not None, resumes=resume is not None)
    check_choices(
        net=net, method=method, split=split, input=input, augmentation=augmentation, device=device
    )
    named = typed_options(context)
    if "data_dir" in named and dataset == DEFAULT and resume is None and from_run is None:
        raise UsageError(
            f"--data-dir {data_dir} is not read for the synthetic data set. Name the data set too: "
            f"a public one that lies there, or a folder of your own: --dataset {data_dir}"
        )
    if from_run is not None:
        adapt_run(
            AdaptOptions(from_run, dataset, adapt, seconds, classes, seed, device, data_dir, out)
        )
        return
    from edgekit.train.datasets import load, spec_of

    if resume is None:
        spec_of(dataset)  # refuses a data set that is not there before torch is loaded
    from edgekit.train.choices import Choices
    from edgekit.train.config import augmentation_named
    from edgekit.train.run import open_run, start_run
    from edgekit.train.train_run import pick_device

    target = pick_device(device)
    if resume is not None:
        training = open_run(latest_run(finished=False) if str(resume) == "latest" else resume)
        if training.run.finished:
            raise UsageError(f"{training.run.folder} is finished: there is nothing to resume")
        loaded = _same_data(training, None if dataset == DEFAULT else dataset, data_dir)
        print_progress(loaded.summary, "data")
    else:
        objective = objective_of(method, task_weight, distill_weight)
        teaching = teaching_run(method, teacher)
        choices = Choices(
            net, split, seed, input, augmentation, epochs, batch, label_smoothing, objective
        )
        choices.check(dataset)
        loaded = load(dataset, data_dir, seed)
        print_progress(loaded.summary, "data")
        if augmentation is not None:
            augmentation_named(augmentation, loaded.training)  # refuses another name
        loaded, trial = with_tried_defaults(
            loaded,
            split,
            seed,
            input=choices.settled_input,
            augmentation=choices.settled_augmentation,
        )
        loaded, config = choices.configure(loaded, [teaching] if teaching else [])
        folder = out or fresh(RUNS, _name(config))
        training = start_run(folder, config, loaded, teaching, trial)
    _train(training, loaded, target)


def _same_data(training: "TrainingRun", named: str | None, data_dir: Path | None) -> "Dataset":
    """Load the data that a run was begun on, from where it was or is named to be now.

    Raises UsageError where files, labels or rate are others now.
    """
    from edgekit.train.datasets import load

    run, config = training.run, training.config
    begun_on = run.dataset["digests"]
    remedy = "resume it with the same --data-dir or --dataset FOLDER, or train anew"
    folder = run.dataset.get("folder")
    if named is None and folder and not Path(folder).is_dir():
        raise UsageError(f"{run.folder} was begun on {folder}, which is gone or moved: {remedy}")
    loaded = load(named or folder or config.dataset, data_dir, config.seed)
    if loaded.digests != begun_on:
        names = {*loaded.digests, *begun_on}
        other = sorted(name for name in names if loaded.digests.get(name) != begun_on.get(name))
        raise UsageError(
            f"{run.folder} was begun on other data than is here now ({other[0]} "
            f"{'and others differ' if len(other) > 1 else 'differs'}): {remedy}"
        )
    if replace(loaded.spec, front_end=run.spec.front_end) != run.spec:
        raise UsageError(f"{run.folder} was begun with another rate or other labels: {remedy}")
    return replace(loaded, spec=run.spec)


def _train(training: "TrainingRun", loaded: "Dataset", target: "torch.device") -> None:
    from edgekit.train.progress import bar
    from edgekit.train.splits import lacking_labels
    from edgekit.train.train_run import prepare, train

    config, folder = training.config, training.run.folder
    prepared = prepare(loaded, config)
    parts = prepared.split
    print_progress(
        f"{config.split}: {len(parts.train):,} windows train, {len(parts.validation):,} choose "
        f"the epoch, {len(parts.test):,} judge",
        "split",
    )
    spec = training.run.spec
    for task in TASKS:
        if task not in spec.choices:
            only = spec.labels(task)[0]
            print_progress(f"{task} is always {only!r} here: only the other head learns", "heads")
    notes = lacking_labels(prepared.windows, parts, spec)
    if len(parts.test) < FEW_WINDOWS:
        points = 100 * BY_CHANCE / math.sqrt(max(len(parts.test), 1))
        notes.append(
            f"only {counted(len(parts.test), 'window')} judge: by chance alone an accuracy may be "
            f"{points:.0f} points off"
        )
    for line in notes:
        print_progress(line, "note")
    recipe = config.recipe
    print_progress(
        f"{folder} ({config.net} on {target}, {recipe.epochs} epochs in batches of {recipe.batch})",
        "run",
    )
    try:
        with bar(STDERR, config, len(parts.train)) as watch:
            outcome = train(training, prepared, target, watch).outcome
    except KeyboardInterrupt:
        print_progress(f"stopped; continue with: edgekit train --resume {folder}")
        sys.exit(130)
    assert outcome is not None  # it has just ended
    print_figures(outcome, training)
    if config.net in CONVERTIBLE:
        print_progress(f"edgekit convert {shlex.quote(str(folder))}", "next")


def _name(config: "Config") -> str:
    method = "" if config.objective.name == "smooth-distill" else f"{config.objective.name}-"
    dataset = config.dataset.replace(" ", "-")  # the name is part of commands
    return f"{dataset}-{config.net}-{method}{config.split}-seed{config.seed}"
