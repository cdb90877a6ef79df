"""edgekit tune: labelled recordings in, a copy of the bundle with its smoothing set out."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from edgekit.bundle import load_bundle
from edgekit.recording import load_recording

from .folders import BUNDLES, fresh, latest_bundle


def tune(
    recordings: Annotated[
        list[Path], typer.Argument(help="Labelled Recordings (.npz) and nights (.night).")
    ],
    bundle: Annotated[
        Path | None, typer.Option(help="The bundle's folder; the newest if absent.")
    ] = None,
    slowest: Annotated[
        float, typer.Option(metavar="S", help="The latest that half of the turns may be told.")
    ] = 5.0,
    out: Annotated[
        Path | None, typer.Option(help="The tuned copy; a new one in bundles/ if absent.")
    ] = None,
) -> None:
    """Choose how postures are smoothed, by the turns that labelled nights truly hold.

    - `edgekit tune night.npz`
    - `edgekit tune monday.night tuesday.npz --slowest 3`
    """
    from edgekit.device.tune import pareto, pick, tuned_copy
    from edgekit.device.tune import tune as try_all

    loaded = load_bundle(bundle or latest_bundle())
    nights = [path for path in recordings if path.suffix == ".night"]
    labelled = [load_recording(path) for path in recordings if path not in nights]
    trials = try_all(loaded, labelled, nights)
    chosen = pick(trials, slowest)
    table = Table(title=f"{chosen.turns.true} turns in {chosen.turns.hours:.2f} h (measured)")
    for column in ("dwell s", "least", "latency s", "missed / h", "false / h", ""):
        table.add_column(column, justify="right")
    for trial in pareto(trials):
        smoothing, turns = trial.smoothing, trial.turns
        table.add_row(
            f"{smoothing.posture_dwell_s:g}",
            f"{smoothing.posture_least:g}",
            f"{turns.median_latency_s:.1f}",
            f"{turns.missed_per_hour:.2f}",
            f"{turns.false_per_hour:.2f}",
            "chosen" if trial is chosen else "",
        )
    folder = out or fresh(BUNDLES, f"{loaded.name}-tuned")
    tuned_copy(loaded, chosen.smoothing, folder)
    console = Console()
    console.print(table)
    console.print(
        f"{folder}: for edgekit monitor and edgekit firmware build",
        highlight=False,
        soft_wrap=True,
    )
