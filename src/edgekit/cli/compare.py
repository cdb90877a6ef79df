"""edgekit compare: methods, nets and splits side by side, with statistics and pictures."""

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from .folders import COMPARISONS

if TYPE_CHECKING:
    import torch

    from edgekit.train.compare.compare import Engine
    from edgekit.train.compare.engines.progress import Told
    from edgekit.train.compare.engines.trained import Data
    from edgekit.train.compare.grid import Grid

console = Console(stderr=True)


def compare(
    preset: Annotated[
        str,
        typer.Option(
            help="smoke (a minute or two), published (its code), paper (its text) or sound "
            "(people held out, each net at its best)."
        ),
    ] = "smoke",
    dataset: Annotated[
        str, typer.Option(help="wisdm, mhealth, hapt, sleep or synthetic.")
    ] = "wisdm",
    net: Annotated[
        list[str] | None, typer.Option(help="All methods on this net; may be repeated.")
    ] = None,
    method: Annotated[
        list[str] | None, typer.Option(help="Only this method; may be repeated.")
    ] = None,
    study: Annotated[
        list[str] | None,
        typer.Option(help="Only methods, architectures, sweeps or baselines; may be repeated."),
    ] = None,
    split: Annotated[
        list[str] | None, typer.Option(help="Only subject, or only random-window.")
    ] = None,
    folds: Annotated[int | None, typer.Option(min=1, max=5, help="The first so many of 5.")] = None,
    seeds: Annotated[int | None, typer.Option(min=1, help="So many, from 0.")] = None,
    share: Annotated[
        list[float] | None,
        typer.Option(min=0.01, max=1.0, help="Training share of the architectures study."),
    ] = None,
    input: Annotated[
        str | None,
        typer.Option(
            help="two-gains (gravity, motion) or one-gain (the paper's, and mtl-net-published's "
            "only one)."
        ),
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Of every training.")] = None,
    windows: Annotated[
        int | None, typer.Option(min=100, help="A random choice of the data set's windows.")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Processes; one a core if absent.")
    ] = None,
    ray: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Run on this Ray cluster; 'local' starts one here."),
    ] = None,
    device: Annotated[
        str, typer.Option(help="auto, cpu or cuda (folds and seeds stacked).")
    ] = "auto",
    data_dir: Annotated[
        Path | None, typer.Option(help="Where the recordings lie; else $EDGEKIT_DATA.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="The comparison's folder; comparisons/PRESET-DATASET if absent."),
    ] = None,
    render: Annotated[
        bool, typer.Option("--render", help="Train nothing: tables and pictures of what is done.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be trained, and train nothing.")
    ] = False,
) -> None:
    """Compare methods and nets: a grid of trainings, one tidy table, a page to read.

    What is done is kept and never done twice: after Ctrl-C, or to add a seed, give the command
    again. The page is results.html, the numbers are results.parquet.

    - `edgekit compare`
    - `edgekit compare --preset sound --net mtl-net-small --split subject`
    - `edgekit compare --preset paper --epochs 10 --seeds 1 --ray local`
    """
    from edgekit.front_end import INPUTS
    from edgekit.train.compare.compare import cells_of, describe, prepare
    from edgekit.train.compare.compare import compare as run
    from edgekit.train.compare.compare import render as draw
    from edgekit.train.compare.engines.progress import display
    from edgekit.train.compare.engines.store import is_done
    from edgekit.train.compare.grid import STUDIES, known
    from edgekit.train.compare.grid import preset as preset_named
    from edgekit.train.datasets import load
    from edgekit.train.methods import METHODS
    from edgekit.train.nets import NETS
    from edgekit.train.splits import SPLITS
    from edgekit.train.training import pick_device

    grid = preset_named(preset)
    grid = _narrowed(
        grid,
        nets=known("net", net, NETS) if net else None,
        methods=known("method", method, METHODS) if method else None,
        studies=known("study", study, STUDIES) if study else None,
        splits=known("split", split, SPLITS) if split else None,
        folds=tuple(range(folds)) if folds else None,
        seeds=tuple(range(seeds)) if seeds else None,
        shares=tuple(share) if share else None,
        input=known("input", [input], INPUTS)[0] if input else None,
        epochs=epochs,
        windows=windows,
    )
    target = pick_device(device)
    loaded = load(dataset, data_dir, 0)
    cells = cells_of(grid, loaded)
    folder = out or COMPARISONS / f"{preset}-{dataset}"
    if render:
        Console().print(f"page      {draw(folder, cells)}", highlight=False)
        return
    waiting = [cell for cell in cells if not is_done(folder, cell)]
    console.print(f"[bold]data[/]   {loaded.summary}", highlight=False)
    console.print(
        f"[bold]cells[/]  {len(cells)}, of which {len(cells) - len(waiting)} are done, in {folder}",
        highlight=False,
    )
    if dry_run:
        for cell in waiting:
            print(cell)
        return
    describe(folder, " ".join(["edgekit", *sys.argv[1:]]), loaded, cells)
    data = prepare(loaded, grid.windows)
    _heed_one_ctrl_c()
    try:
        with display(console, cells, waiting) as told:
            page = run(
                folder, cells, _engine(data, folder, target, jobs, ray, told), told.cell_done
            )
    except KeyboardInterrupt:
        done = sum(is_done(folder, cell) for cell in cells)
        console.print(
            f"stopped: {done} of {len(cells)} cells are done and kept. Give the same command again "
            "to go on, with --render to see them now.",
            highlight=False,
        )
        sys.exit(130)
    Console().print(f"page      {page}\nnumbers   {folder / 'results.parquet'}", highlight=False)


def _heed_one_ctrl_c() -> None:
    """The first stops; another, while its workers are being ended, is the same wish."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        raise KeyboardInterrupt

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, stop)


def _narrowed(grid: "Grid", **given: object) -> "Grid":
    """The preset with what the user said in its place; --net alone also narrows architectures."""
    said = {key: value for key, value in given.items() if value is not None}
    if "nets" in said:
        said |= {"architectures": said["nets"]}
    return replace(grid, **said)  # type: ignore[arg-type]


def _engine(
    data: "Data",
    folder: Path,
    device: "torch.device",
    jobs: int | None,
    ray: str | None,
    told: "Told",
) -> "Engine":
    """One machine's processes, a Ray cluster, or a stack on the GPU."""
    from edgekit.train.compare.engines.cluster import run_on_ray
    from edgekit.train.compare.engines.pool import run_in_processes
    from edgekit.train.compare.engines.stack import run_in_stacks

    if ray is not None:
        return lambda cells: run_on_ray(cells, data, ray)
    if device.type == "cuda":
        return lambda cells: run_in_stacks(cells, data, folder, device, told.epochs_done)
    workers = jobs or len(os.sched_getaffinity(0))
    return lambda cells: run_in_processes(cells, data, folder, workers, told.epochs_done)
