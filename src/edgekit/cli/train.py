"""edgekit train: recordings in, a Run out."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from edgekit.errors import UsageError

from .folders import RUNS, fresh, latest_run

if TYPE_CHECKING:
    import torch

    from edgekit.train.config import Config
    from edgekit.train.datasets import Dataset
    from edgekit.train.run import Run

console = Console(stderr=True)


def train(
    dataset: Annotated[
        str, typer.Option(help="synthetic, wisdm, mhealth, hapt or sleep.")
    ] = "synthetic",
    net: Annotated[
        str,
        typer.Option(
            help="mtl-net-small, mtl-net-lean, mtl-net-micro, mtl-net or mtl-net-published."
        ),
    ] = "mtl-net-small",
    split: Annotated[
        str, typer.Option(help="subject (people held out) or random-window (as in the paper).")
    ] = "subject",
    epochs: Annotated[
        int | None, typer.Option(min=1, help="The net's own number if absent.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Decides split, weights, order and simulation.")] = 0,
    distill_weight: Annotated[
        float, typer.Option(min=0, help="The paper's lambda; 0 trains without distillation.")
    ] = 0.5,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    data_dir: Annotated[
        Path | None, typer.Option(help="Where the recordings lie; else $EDGEKIT_DATA.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="The run's folder; a new one in runs/ if absent.")
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option(metavar="RUN", help="Continue this unfinished run; 'latest' for the newest."),
    ] = None,
) -> None:
    """Train a net with Smooth-Distill and leave a Run: weights, metrics, pictures.

    Without an argument: the small net on the synthetic sleeper, in a few minutes. Ctrl-C
    leaves a run that --resume continues.

    - `edgekit train`
    - `edgekit train --dataset wisdm --split random-window --epochs 20`
    - `edgekit train --resume latest`
    """
    from edgekit.train.config import AUGMENTATIONS, RECIPES, Config
    from edgekit.train.datasets import load
    from edgekit.train.methods import SmoothDistill
    from edgekit.train.run import open_run, start_run
    from edgekit.train.training import pick_device

    target = pick_device(device)
    if resume is not None:
        run = open_run(latest_run(finished=False) if str(resume) == "latest" else resume)
        if run.finished:
            raise UsageError(f"{run.folder} is finished: there is nothing to resume")
        loaded = load(run.config.dataset, data_dir, run.config.seed)
        if loaded.digests != run.fields["dataset"]["digests"]:
            raise UsageError(
                f"{run.folder} was begun on other data than is here now: resume it with the same "
                "--data-dir, or train anew"
            )
    else:
        if net not in RECIPES:
            raise UsageError(f"no net is called {net!r}. Nets: {', '.join(RECIPES)}")
        loaded = load(dataset, data_dir, seed)
        recipe = RECIPES[net] if epochs is None else replace(RECIPES[net], epochs=epochs)
        config = Config(
            dataset, net, split, seed, recipe, SmoothDistill(distill_weight=distill_weight)
        )
        if recipe.augmented:
            config = replace(config, augmentation=AUGMENTATIONS[loaded.spec.domain])
        run = start_run(out or fresh(RUNS, _name(config)), config, loaded)
    console.print(f"[bold]data[/]   {loaded.summary}", highlight=False)
    _train(run, loaded, target)


def _train(run: "Run", loaded: "Dataset", target: "torch.device") -> None:
    from edgekit.train.progress import bar
    from edgekit.train.training import prepare, train

    prepared = prepare(loaded, run.config)
    parts = prepared.split
    console.print(
        f"[bold]split[/]  {run.config.split}: {len(parts.train):,} windows train, "
        f"{len(parts.validation):,} choose the epoch, {len(parts.test):,} judge",
        highlight=False,
    )
    console.print(f"[bold]run[/]    {run.folder} ({run.config.net} on {target})", highlight=False)
    try:
        with bar(console, run.config, len(parts.train)) as watch:
            finished = train(run, prepared, target, watch)
    except KeyboardInterrupt:
        console.print(
            f"stopped; continue with: edgekit train --resume {run.folder}", highlight=False
        )
        sys.exit(130)
    _tell(finished)


def _tell(run: "Run") -> None:
    """The figures that matter, each with its split, seed and kind."""
    fields, config = run.fields, run.config
    table = Table(
        title=f"{fields['windows']['test']:,} test windows, {config.split} split, "
        f"seed {config.seed}, data: {config.dataset}"
    )
    table.add_column("measured, %")
    for name in ("posture", "macro F1", "balanced", "placement", "macro F1", "balanced"):
        table.add_column(name, justify="right")
    for who in ("student", "teacher"):
        tasks = fields["metrics"][who]["test"]
        ships = " (ships)" if fields["shipped"] == who else ""
        table.add_row(f"{who}{ships}", *_figures(tasks["posture"]), *_figures(tasks["placement"]))
    for name, tasks in fields["baseline"].items():
        table.add_row(f"{name}, no network", *_figures(tasks["posture"]), "", "", "")
    Console().print(table)
    cost = fields["cost"]
    Console().print(
        f"{fields['parameters']:,} parameters, {config.recipe.epochs} epochs, "
        f"{cost['wall_s']:.0f} s ({cost['cpu_s']:.0f} CPU s, measured). "
        f"Pictures and metrics: {run.folder}",
        highlight=False,
    )


def _figures(task: dict[str, Any]) -> list[str]:
    return [f"{100 * task[key]:.2f}" for key in ("accuracy", "macro_f1", "balanced_accuracy")]


def _name(config: "Config") -> str:
    return f"{config.dataset}-{config.net}-{config.split}-seed{config.seed}"
