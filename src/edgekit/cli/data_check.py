"""edgekit data check: what a data set holds, by person, class and placement, and what ruins it."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from edgekit.errors import EdgekitError
from edgekit.text import counted, duration, one_line, short

from .output import STDERR, print_result, print_table

if TYPE_CHECKING:
    from edgekit.train.datasets.folder.check import Checkup

MOST_SUBJECT_LETTERS = 8
WINDOWS_AND_ALL = 24  # columns of text, with the edges of three columns


def check_command(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="A data set: a folder with a dataset.toml.")
    ],
) -> None:
    """Show how a data set's labels are spread, and warn of what ruins training.

    Looks for people in two spellings, classes of one person alone, labels that follow the file,
    recordings that are there twice, wrong units, stuck sensors, rare classes, slow recordings,
    misspelt labels. Exit code 1 where training is impossible, 0 with warnings.

    - `edgekit data check kitchen`
    """
    from edgekit.train.datasets.folder.check import check_folder

    with Progress(console=STDERR, transient=True, disable=not STDERR.is_terminal) as progress:
        task = progress.add_task("reading", total=None)
        checkup = check_folder(
            folder, lambda done, of: progress.update(task, completed=done, total=of)
        )
    _print_head(folder, checkup)
    for placement in checkup.description.placements:
        print_table(_table(checkup, placement))
    for finding in checkup.findings:
        print_result(f"{'error' if finding.is_fatal else 'warning'}  {one_line(finding.text)}")
    fatal = sum(finding.is_fatal for finding in checkup.findings)
    warnings = len(checkup.findings) - fatal
    named = shlex.quote(str(folder))
    if not checkup.is_trainable:
        raise EdgekitError(
            f"{folder} cannot be trained on: {counted(fatal, 'error')}, "
            f"{counted(warnings, 'warning')}"
        )
    print_result(
        f"{counted(warnings, 'warning')}; it can be trained on: edgekit train --dataset {named}"
        if warnings
        else f"no fault found: edgekit train --dataset {named}"
    )


def _print_head(folder: Path, checkup: "Checkup") -> None:
    from edgekit.spec import adxl345_rates

    description, files = checkup.description, checkup.files
    seconds = sum(file.duration_s for file in files)
    rates = sorted({float(f"{file.rate_hz:.3g}") for file in files})
    span = " to ".join(f"{hz:g}" for hz in dict.fromkeys((rates[0], rates[-1]))) if rates else "no"
    print_result(
        f"{description.name}: {counted(len(files), 'recording')} at {span} Hz, "
        f"{duration(seconds)}, in {folder}; windows of "
        f"{description.spec.window_s:.3g} s at {description.rate_hz:g} Hz"
    )
    if not adxl345_rates(description.rate_hz):
        print_result(
            f"{description.rate_hz:g} Hz runs on a Raspberry Pi. A microcontroller's firmware "
            "needs 20, 25, 50 or 100 Hz: rate_hz in dataset.toml"
        )


def _table(checkup: "Checkup", placement: str) -> Table:
    """Return minutes by class and person at one placement; of many people, their spread."""
    from edgekit.dataset_folder.description import plain

    description = checkup.description
    minutes: dict[tuple[str, str], float] = {}
    windows: dict[str, int] = {}
    for file in checkup.files:
        for part in file.parts:
            if part.placement == placement:
                for label, seconds in part.seconds.items():
                    key = (label, plain(file.subject))
                    minutes[key] = minutes.get(key, 0.0) + seconds / 60
                for label, count in part.windows.items():
                    windows[label] = windows.get(label, 0) + count
    people = sorted({subject for _, subject in minutes})
    table = Table(title=Text(f"minutes at {_shown(placement)}"), title_justify="left")
    table.add_column("class")
    table.add_column("windows", justify="right")
    table.add_column("all", justify="right")
    names = max(len(_shown(label)) for label in (*description.postures, "(unlabelled)"))
    width = sum(max(len(one_line(subject)[:MOST_SUBJECT_LETTERS]), 4) + 3 for subject in people)
    fits = names + WINDOWS_AND_ALL + width <= Console().width
    for name in people if fits else ("people", "least", "median", "most"):
        table.add_column(Text(one_line(name)[:MOST_SUBJECT_LETTERS]), justify="right")
    unlisted = sorted({label for label, _ in minutes} - {*description.postures, ""})
    for label in (*description.postures, *unlisted, ""):
        row = [minutes.get((label, subject), 0.0) for subject in people]
        if label or any(row):
            cells = [_cell(value) for value in row] if fits else _spread(row)
            cut = f"{windows.get(label, 0):,}" if label else ""
            table.add_row(Text(_shown(label) or "(unlabelled)"), cut, _cell(sum(row)), *cells)
    return table


def _shown(label: str) -> str:
    return short(one_line(label))


def _spread(row: Sequence[float]) -> list[str]:
    worn = sorted(value for value in row if value > 0)
    if not worn:
        return ["0", "", "", ""]
    return [str(len(worn)), *(_cell(worn[k]) for k in (0, len(worn) // 2, -1))]


def _cell(minutes: float) -> str:
    return f"{minutes:.1f}" if minutes > 0 else "·"
