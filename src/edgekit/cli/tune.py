"""edgekit tune: labelled recordings in, a copy of the bundle with its smoothing set out."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from edgekit.bundle import BUNDLES, load_bundle
from edgekit.dataset_folder.recordings import read_labelled
from edgekit.errors import UsageError
from edgekit.files import fresh
from edgekit.recording_doubts import doubts

from .folders import latest_bundle
from .options import BundleOption
from .output import print_doubts, print_result, print_table

if TYPE_CHECKING:
    from edgekit.device.tune.tune import Trial, Tuning
    from edgekit.device.tune.turns import Turns

COLUMNS = ("latency s", "missed / h", "false / h")


def tune_command(
    recordings: Annotated[
        list[Path],
        typer.Argument(
            metavar="RECORDING...",
            help="Recordings (.npz) and nights, labelled within or by NAME.labels.csv.",
        ),
    ],
    bundle: BundleOption = None,
    slowest: Annotated[
        float,
        typer.Option(metavar="SECONDS", help="Longest median delay before a turn is reported."),
    ] = 5.0,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="The tuned copy; a new one in bundles/ if absent."),
    ] = None,
) -> None:
    """Choose how postures are smoothed: fewest missed and false turns on labelled nights.

    With several nights, or several people's, each is also scored by the setting that the others
    choose: this shows what to expect of a night that is not among them.

    - `edgekit tune night.npz`
    - `edgekit tune monday.night tuesday.npz --slowest 3`
    - `edgekit tune my-minutes/*.npz --bundle bundles/my-run`
    """
    from edgekit.device.tune.tune import pick, tune, tuned_copy

    if not slowest > 0:
        raise UsageError(f"--slowest is above 0 s, not {slowest:g}")
    if len({path.resolve() for path in recordings}) < len(recordings):
        raise UsageError("a recording is given twice: it would be scored by its own setting")
    loaded = load_bundle(bundle or latest_bundle())
    folder = out or fresh(BUNDLES, f"{loaded.name}-tuned")
    if folder.exists():
        raise UsageError(f"{folder} is there already: name another folder with --out")
    nights = [path for path in recordings if path.suffix == ".night"]
    files = [path for path in recordings if path not in nights]
    of_files = [read_labelled(path) for path in files]
    for path, parts in zip(files, of_files, strict=True):
        print_doubts(doubts(parts), path.name)
    tuning = tune(loaded, [part for parts in of_files for part in parts], nights)
    chosen = pick(tuning.overall(), slowest)
    tuned_copy(loaded, chosen.smoothing, folder)
    print_table(_settings(tuning, chosen))
    if len(tuning.trials) > 1:
        print_table(_expected(tuning, slowest))
    else:
        print_result(
            "one night alone: its figures are of the night that the setting was chosen on. "
            "Give more nights for what to expect of another"
        )
    print_result(f"{folder}: for edgekit monitor and edgekit firmware build")


def _settings(tuning: "Tuning", chosen: "Trial") -> Table:
    """Return a table of the settings that no other beats, scored on all recordings."""
    from edgekit.device.tune.tune import pareto

    title = f"{chosen.turns.true} turns in {chosen.turns.hours:.2f} h, chosen on these (measured)"
    table = _table(title, "dwell s", "least", *COLUMNS, "")
    for trial in pareto(tuning.overall()):
        smoothing, turns = trial.smoothing, trial.turns
        table.add_row(
            f"{smoothing.posture_dwell_s:g}",
            f"{smoothing.posture_least:g}",
            f"{turns.median_latency_s:.1f}",
            f"{turns.missed_per_hour:.2f}",
            f"{turns.false_per_hour:.2f}",
            "chosen" if trial.smoothing == chosen.smoothing else "",
        )
    return table


def _expected(tuning: "Tuning", slowest_s: float) -> Table:
    """Return a table of tuned and untuned, each recording scored by a setting of the others."""
    title = (
        f"{len(tuning.trials)} {tuning.parts}, each left out in turn: "
        "all, and lowest to highest of one (measured)"
    )
    table = _table(title, "smoothing", *COLUMNS)
    for name, of_part in (("untuned", tuning.untuned), ("tuned", tuning.left_out(slowest_s))):
        table.add_row(
            name,
            _spread(of_part, 1, lambda turns: turns.median_latency_s),
            _spread(of_part, 2, lambda turns: turns.missed_per_hour),
            _spread(of_part, 2, lambda turns: turns.false_per_hour),
        )
    return table


def _spread(of_part: "list[Turns]", digits: int, figure: "Callable[[Turns], float]") -> str:
    from edgekit.device.tune.turns import total

    each = sorted(value for value in map(figure, of_part) if value == value)  # not NaN
    if not each:
        return "-"
    return f"{figure(total(of_part)):.{digits}f} ({each[0]:.{digits}f} to {each[-1]:.{digits}f})"


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title)
    for column in columns:
        table.add_column(column, justify="right")
    return table
