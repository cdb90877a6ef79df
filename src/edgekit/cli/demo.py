"""edgekit demo: from training to a report, each step the command that a user would type."""

import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from edgekit.errors import EdgekitError, UsageError
from edgekit.files import fresh

from .options import DataDirOption
from .output import print_progress


def demo_command(
    dataset: Annotated[str, typer.Argument(help="synthetic or wisdm.")] = "synthetic",
    out: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="A folder; a new one, demo-..., if absent."),
    ] = None,
    data_dir: DataDirOption = None,
) -> None:
    """Train, convert, verify, monitor and report, each step shown as the command it is.

    synthetic: a simulated night, in under four minutes. wisdm: the real files, a held-out person's
    raw file monitored and compared with its labels, in about ten.

    - `edgekit demo`
    - `edgekit demo wisdm`
    """
    if dataset not in ("synthetic", "wisdm"):
        raise UsageError(f"no demo of {dataset!r}; there are: synthetic, wisdm")
    folder = out or fresh(Path(), f"demo-{dataset}")
    folder.mkdir(parents=True, exist_ok=False)
    try:
        _walk(dataset, folder, data_dir)
    finally:
        with suppress(OSError):
            folder.rmdir()  # only an empty one goes: the first step left nothing in it


def _walk(dataset: str, folder: Path, data_dir: Path | None) -> None:
    """Run the steps, each writing into `folder`."""
    began = time.monotonic()
    run, bundle, night = folder / "run", folder / f"bundle-{dataset}", folder / "demo.night"
    if dataset == "synthetic":  # reads no data folder, also where EDGEKIT_DATA names one
        how = ["--epochs", "10"]
    else:
        how = ["--data-dir", str(data_dir)] if data_dir else []
    _step("train", "--dataset", dataset, *how, "--out", run)
    _step("convert", run, "--out", bundle)
    _step("verify", bundle, "--run", run)
    if dataset == "synthetic":
        replay = folder / "night.npz"
        _step("simulate", replay, "--hours", "8", "--seed", "1")
    else:
        replay = _held_out_file(run, data_dir)
    _step("monitor", "--replay", replay, "--bundle", bundle, "--speed", "full", "--out", night)
    _step("report", night)
    print_progress(
        f"in {time.monotonic() - began:.0f} s; open {night.with_suffix('.html')}", "done "
    )


def _step(*words: str | Path) -> None:
    """Run one command in a process of its own; raises EdgekitError when it fails."""
    command = [str(word) for word in words]
    print_progress("", f"\n$ edgekit {' '.join(command)}")
    ended = subprocess.run([sys.executable, "-m", "edgekit", *command], check=False)
    if ended.returncode:
        raise EdgekitError(f"edgekit {command[0]} ended with exit code {ended.returncode}")


def _held_out_file(run: Path, data_dir: Path | None) -> Path:
    """Return the watch's raw file of the first held-out person. Raises EdgekitError without one."""
    from edgekit.run import read_run
    from edgekit.train.datasets import data_folder, wisdm

    outcome = read_run(run).outcome
    subjects = outcome.subjects["test"] if outcome else []
    files = {path.name: path for path in wisdm.sources(data_folder(data_dir)).files}
    for subject in subjects:
        for name, path in sorted(files.items()):
            if name.startswith(f"data_{subject}_accel_watch"):
                return path
    raise EdgekitError(f"none of the held-out people ({', '.join(subjects)}) has a watch's file")
