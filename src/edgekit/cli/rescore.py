"""edgekit rescore: another Bundle over a Night's samples; another Night out."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from edgekit.bundle import load_bundle

from .folders import fresh, latest_bundle, latest_night


def rescore(
    night: Annotated[
        Path | None, typer.Argument(help="The night's file; the newest if absent.")
    ] = None,
    bundle: Annotated[
        Path | None, typer.Option(help="The bundle's folder; the newest if absent.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="The new night; NIGHT-BUNDLE.night beside it if absent.")
    ] = None,
) -> None:
    """Let another model decide on a night's stored samples, and write that as a night.

    - `edgekit rescore nights/tuesday.night --bundle bundles/other`
    """
    from edgekit.device.rescore import rescore as decide_again

    path = night or latest_night()
    loaded = load_bundle(bundle or latest_bundle())
    target = out or fresh(path.parent, f"{path.stem}-{loaded.name}", ".night")
    done = decide_again(path, loaded, target)
    same = "" if done.agreed is None else f", {100 * done.agreed:.1f} % as before"
    Console().print(
        f"night   {target}: {done.windows:,} decisions{same}", highlight=False, soft_wrap=True
    )
