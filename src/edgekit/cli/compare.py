"""edgekit compare: methods, nets and splits side by side, with statistics and pictures."""

import shlex
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from edgekit.choices import check_choices
from edgekit.programs import cores
from edgekit.spec import DOMAINS

from .folders import COMPARISONS
from .options import DataDirOption, DeviceOption, InputOption
from .output import STDERR, print_progress, print_result
from .trial import with_tried_defaults

if TYPE_CHECKING:
    import torch

    from edgekit.train.compare.compare import Engine
    from edgekit.train.compare.engines.phases import Data
    from edgekit.train.compare.engines.progress import CellWatch
    from edgekit.train.compare.grid import Grid
    from edgekit.train.compare.page.page import Comparison


def compare_command(
    preset: Annotated[
        str,
        typer.Option(
            help="smoke (a minute or two), published (its code), paper (its text) or sound "
            "(people held out, each net at its best)."
        ),
    ] = "smoke",
    dataset: Annotated[
        str,
        typer.Option(
            help=f"{', '.join(spec.domain for spec in DOMAINS)}, synthetic, or a folder of your "
            "own recordings."
        ),
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
    folds: Annotated[
        int | None, typer.Option(min=1, max=5, help="Use only the first N of 5 folds.")
    ] = None,
    seeds: Annotated[
        int | None, typer.Option(min=1, help="Number of seeds, counted from 0.")
    ] = None,
    share: Annotated[
        list[float] | None,
        typer.Option(min=0.01, max=1.0, help="Training share of the architectures study."),
    ] = None,
    input: InputOption = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Epochs of every training.")] = None,
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
    device: DeviceOption = "auto",
    data_dir: DataDirOption = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="The comparison's folder; comparisons/PRESET-DATASET if absent."
        ),
    ] = None,
    render: Annotated[
        bool, typer.Option("--render", help="Train nothing: tables and pictures of what is done.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List what would be trained, and train nothing.")
    ] = False,
) -> None:
    """Compare methods and nets: a grid of trainings, one tidy table, a page to read.

    The default preset is a smoke run: it shows in a minute or two that everything works, and
    nothing can be concluded from it. For figures to rely on take `--preset sound` (hours).
    Finished trainings are kept and never repeated: after Ctrl-C, or to add a seed, give the
    command again. The page is results.html, the numbers are results.parquet.

    - `edgekit compare`
    - `edgekit compare --dataset kitchen --preset sound`
    - `edgekit compare --preset sound --net mtl-net-small --split subject`
    - `edgekit compare --preset paper --epochs 10 --seeds 1 --ray local`
    """
    check_choices(
        preset=preset, net=net, method=method, study=study, split=split, input=input, device=device
    )
    from edgekit.train.datasets import load, spec_of

    spec_of(dataset)  # refuses a data set that is not there before torch is loaded
    from edgekit.train.compare import compare as comparison
    from edgekit.train.compare import grid as grids
    from edgekit.train.compare.description import describe
    from edgekit.train.compare.engines.progress import display
    from edgekit.train.compare.results import is_done
    from edgekit.train.splits import check_folds_by_subject
    from edgekit.train.train_run import pick_device

    grid = _narrowed(
        grids.preset(preset),
        nets=tuple(net) if net else None,
        methods=tuple(method) if method else None,
        studies=tuple(study) if study else None,
        splits=tuple(split) if split else None,
        folds=tuple(range(folds)) if folds else None,
        seeds=tuple(range(seeds)) if seeds else None,
        shares=tuple(share) if share else None,
        input=input,
        epochs=epochs,
        windows=windows,
    )
    target = pick_device(device)
    loaded = load(dataset, data_dir, 0)
    if "subject" in grid.splits:
        check_folds_by_subject(len({recording.subject for recording in loaded.recordings}))
    loaded, trial = with_tried_defaults(
        loaded, grid.splits[0], 0, input=grid.input, only_known=render or dry_run
    )
    if trial is not None:
        chosen_on = f"the {trial['split']} split of seed {trial['seed']}"
        note = (
            f"input and augmentation were chosen on {chosen_on}, whose people judge in some folds"
        )
        loaded = replace(loaded, summary=f"{loaded.summary}; {note}")
    cells = comparison.cells_of(grid, loaded)
    folder = out or COMPARISONS / f"{preset}-{loaded.name.replace(' ', '-')}"
    if render:
        _print_comparison(comparison.render(folder, cells))
        return
    waiting = [cell for cell in cells if not is_done(folder, cell)]
    print_progress(loaded.summary, "data")
    print_progress(
        f"{len(cells)}, of which {len(cells) - len(waiting)} are done, in {folder}", "cells"
    )
    if dry_run:
        for cell in waiting:
            print(cell)
        return
    describe(folder, preset, shlex.join(["edgekit", *sys.argv[1:]]), loaded, cells)
    data = comparison.prepare(loaded, grid.windows)
    stopping = _stop_at_first_ctrl_c()
    try:
        with display(STDERR, cells, waiting) as shown:
            shown = replace(shown, epochs_done=_unless(stopping, shown.epochs_done))
            engine = _engine(data, folder, target, jobs, ray, shown)
            made = comparison.compare(folder, cells, engine, shown.cell_done)
    except KeyboardInterrupt:
        done = sum(is_done(folder, cell) for cell in cells)
        print_progress(
            f"stopped: {done} of {len(cells)} cells are done and kept. Give the same command again "
            "to go on, with --render to see them now."
        )
        sys.exit(130)
    _print_comparison(made)
    print_result(f"numbers   {folder / 'results.parquet'}")


def _print_comparison(made: "Comparison") -> None:
    """Print the findings, or that a smoke run has none, and where the page is."""
    if made.about.is_smoke:
        print_result("This is a smoke run: nothing can be concluded from it.")
    for finding in made.findings:
        print_result(finding)
    print_result(f"page      {made.page}")


def _stop_at_first_ctrl_c() -> threading.Event:
    """Ignore a second Ctrl-C: it means the same and would interrupt the ending of the workers.

    The event is set by the first, because Python drops what a handler raises in a destructor.
    """
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        stopping.set()
        raise KeyboardInterrupt

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, stop)
    return stopping


def _unless(stopping: threading.Event, epochs_done: Callable[[int], None]) -> Callable[[int], None]:
    """Return the callback, which an engine calls often, raising a Ctrl-C that was dropped."""

    def checked(count: int) -> None:
        if stopping.is_set():
            raise KeyboardInterrupt
        epochs_done(count)

    return checked


def _narrowed(grid: "Grid", **options: object) -> "Grid":
    """Return the preset with the options that the user named; --net narrows architectures, too."""
    named = {key: value for key, value in options.items() if value is not None}
    if "nets" in named:
        named |= {"architectures": named["nets"]}
    return replace(grid, **named)  # type: ignore[arg-type]


def _engine(
    data: "Data",
    folder: Path,
    device: "torch.device",
    jobs: int | None,
    ray: str | None,
    shown: "CellWatch",
) -> "Engine":
    """Return what trains the cells: processes here, a Ray cluster, or a stack on a GPU."""
    from edgekit.train.compare.engines.cluster import run_on_ray
    from edgekit.train.compare.engines.pool import run_in_processes
    from edgekit.train.compare.engines.stacked_cells import run_in_stacks

    if ray is not None:
        return lambda cells: run_on_ray(cells, data, ray)
    if device.type == "cuda":
        return lambda cells: run_in_stacks(cells, data, folder, device, shown.epochs_done)
    workers = jobs or cores()
    return lambda cells: run_in_processes(cells, data, folder, workers, shown.epochs_done)
