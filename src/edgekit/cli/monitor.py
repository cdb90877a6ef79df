"""edgekit monitor: a Bundle and a source of samples in, a Night out."""

import math
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from edgekit.bundle import load_bundle
from edgekit.errors import UsageError
from edgekit.recording import Recording, load_recording

from .folders import NIGHTS, fresh, latest_bundle


def monitor(
    replay: Annotated[
        Path, typer.Option(metavar="FILE", help="A Recording (.npz) or a raw public file.")
    ],
    bundle: Annotated[
        Path | None, typer.Option(help="The bundle's folder; the newest if absent.")
    ] = None,
    speed: Annotated[
        str, typer.Option(help="Times real time: 1, 60, ... or 'full', as fast as it goes.")
    ] = "1",
    out: Annotated[
        Path | None, typer.Option(help="The night's file; a new one in nights/ if absent.")
    ] = None,
) -> None:
    """Decide on every window of a source and write the night.

    The sensor itself comes with a later release: until then a file is replayed, through the same
    loop. Ctrl-C ends the night well, and what was recorded is kept.

    - `edgekit monitor --replay night.npz --speed full`
    - `edgekit monitor --replay data_1606_accel_watch.txt.gz --bundle bundles/wisdm --speed 60`
    """
    from edgekit.device.live import live_view
    from edgekit.device.monitor import monitor as watch
    from edgekit.device.sources import Replay

    source = Replay(_recordings(replay), _factor(speed))
    loaded = load_bundle(bundle or latest_bundle())
    night = out or fresh(NIGHTS, replay.name.split(".")[0], ".night")
    with live_view() as view:
        summary = watch(source, loaded, night, view)
    agreed = ""
    if summary.labelled:
        share = 100 * summary.agreed / summary.labelled
        agreed = f"; {share:.1f} % of {summary.labelled:,} labelled windows decided as labelled"
    Console().print(
        f"{night}: {summary.recorded_s / 3600:.2f} h, {summary.windows:,} decisions, "
        f"{summary.gaps} gaps, in {summary.wall_s:.1f} s "
        f"({summary.classify_us:.1f} us a window, measured){agreed}",
        highlight=False,
    )


def _recordings(path: Path) -> list[Recording]:
    """One Recording, or those of a raw file, whose readers come with the training side."""
    if path.suffix == ".npz":
        return [load_recording(path)]
    from edgekit.train.datasets import read_raw

    return read_raw(path)


def _factor(speed: str) -> float:
    if speed == "full":
        return math.inf
    try:
        return float(speed)
    except ValueError:
        raise UsageError(f"--speed is a number or 'full', not {speed!r}") from None
